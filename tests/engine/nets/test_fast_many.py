"""Many batches in one go are the batches one after the other, and end where a number is lost."""

import numpy as np
import pytest

from lab.engine.nets.fast import fast_net
from lab.engine.nets.fast_many import ManyTrainer
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.network import mlp


def trainer(kind, rate=0.03, optimizer="adam", shuffle=True, head="logistic"):
    """23 examples in batches of 5: four whole ones in an epoch, and one of 3."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(23, 2))
    net = fast_net(mlp((2, 5, 4, 1), np.random.default_rng(1), "tanh", head), np.float64)
    inside = x[:, 0] * x[:, 1] > 0
    settings = FastSettings(5, rate, optimizer, shuffle=shuffle)
    return kind(net, x, inside.astype(float if head == "mse" else int), settings, rng)


def state(trained):
    saved = trained.save()
    arrays = (saved.parameters, *saved.moments, saved.order)
    return [array.tobytes() for array in arrays], saved.steps, saved.epochs, saved.batch, saved.remembered


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_many_batches_are_the_same_to_the_last_bit(optimizer, shuffle):
    one, many = (trainer(kind, optimizer=optimizer, shuffle=shuffle) for kind in (FastTrainer, ManyTrainer))
    for count in (1, 3, 1, 5, 2, 17, 40):  # within an epoch, to its end, over it, over several
        for _ in range(count):
            one.step()
        assert many.step_many(count) == count
        assert state(many) == state(one)
        assert many.finite


def test_they_end_with_the_batch_that_loses_a_number():
    one, many = (trainer(kind, 1e3, "sgd", head="mse") for kind in (FastTrainer, ManyTrainer))
    lost = 0
    with np.errstate(all="ignore"):
        while lost < 300 and np.isfinite(one.net.parameters.dot(one.net.parameters)):
            one.step()
            lost += 1
    assert 2 <= lost < 300
    assert many.step_many(lost - 1) == lost - 1 and many.finite
    again = trainer(ManyTrainer, 1e3, "sgd", head="mse")
    assert again.step_many(300) == lost and not again.finite
    assert state(again) == state(one)


def test_what_is_lost_raises_no_warning_and_leaves_no_setting_behind():
    before = np.geterr()
    trainer(ManyTrainer, 1e3, "sgd", head="mse").step_many(300)
    assert np.geterr() == before
