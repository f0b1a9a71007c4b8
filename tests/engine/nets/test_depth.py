"""Deep stacks: the readable ones, their report, and the fast ones held against them."""

import numpy as np
import pytest

from lab.engine.basics.data import circle
from lab.engine.basics.optim import Adam
from lab.engine.graph.gradcheck import relative_error
from lab.engine.nets.depth import deep_classifier, depth_stack, signal_report
from lab.engine.nets.fast_map import FastGradients, FastMap, targets_for
from lab.engine.nets.fast_plan import Layout
from lab.engine.nets.fast_stack import FastStack, fast_stack
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.layers import Activate, Dense, Residual, dense
from lab.engine.nets.network import Network
from lab.engine.nets.normalization import BatchNorm, batch_norm, layer_norm

X, Y = circle(40, 0.1, np.random.default_rng(0))
KINDS = [
    (residual, norm, position)
    for residual in (False, True)
    for norm, position in (
        ("none", "pre"),
        ("layer", "pre"),
        ("rms", "pre"),
        ("batch", "pre"),
        ("layer", "post"),
        ("rms", "post"),
        ("batch", "post"),
    )
]


def classifier(residual, norm, position, depth=4, activation="tanh", skip_scale=0.8, seed=3):
    rng = np.random.default_rng(seed)
    blocks = depth_stack(depth, 6, rng, activation, "xavier", 1.2, residual, norm, position, skip_scale)
    return deep_classifier(2, blocks, 6, rng)


def flat(network, grads):
    """The gradients of all sums, in the fast layout's order."""
    found = []

    def collect(layer, own):
        if isinstance(layer, Residual):
            for inside, part in zip(layer.layers, own, strict=True):
                collect(inside, part)
        elif isinstance(layer, Dense):
            found.append(np.hstack([own["weight"].T, own["bias"][:, None]]).ravel())

    for layer, own in zip(network.layers, grads, strict=True):
        collect(layer, own)
    return np.concatenate(found)


@pytest.mark.parametrize("activation", ["tanh", "relu", "gelu_tanh", "linear"])
@pytest.mark.parametrize(("residual", "norm", "position"), KINDS)
def test_a_fast_stack_has_the_readable_ones_gradients_and_outputs(residual, norm, position, activation):
    network = classifier(residual, norm, position, activation=activation)
    stack = fast_stack(network, np.float64)
    assert (stack.norm, stack.residual) == (norm, residual)
    assert relative_error(FastGradients(stack, X, Y).update().flat, flat(network, network.gradients(X, Y)[1])) < 1e-10
    seen = FastMap(stack, X)
    seen.update()
    assert relative_error(seen.sums, network.forward(X).outputs.T) < 1e-10
    single = FastGradients(fast_stack(network, np.float32), X, Y).update().flat
    assert relative_error(single, flat(network, network.gradients(X, Y)[1])) < 2e-5


@pytest.mark.parametrize(("residual", "norm", "position"), [KINDS[3], KINDS[8], KINDS[13]])
def test_a_fast_stack_trains_as_the_readable_one_running_statistics_included(residual, norm, position):
    network = classifier(residual, norm, position)
    stack = fast_stack(network, np.float64)
    trainer = FastTrainer(stack, X, Y, FastSettings(15, 0.01, "adam", shuffle=False))
    optimizer = Adam(0.01)
    state = optimizer.init(network.parameters())
    for step in range(6):
        here = slice(15 * (step % 3), 15 * (step % 3) + 15)
        _, grads, run = network.gradients(X[here], Y[here])
        parameters, state, _ = optimizer.update(network.parameters(), grads, state)
        network = network.remembering(run).with_parameters(parameters)
        trainer.step()
    assert relative_error(stack.layout.flat, fast_stack(network, np.float64).layout.flat) < 1e-9
    assert relative_error(stack.memory, fast_stack(network, np.float64).memory) < 1e-9
    assert np.allclose(stack.to_network().predict(X), network.predict(X), rtol=1e-8)
    seen = FastMap(stack, X)
    seen.update()
    assert np.allclose(seen.probabilities()[0], network.predict(X)[:, 0], rtol=1e-8)


def test_a_saved_stack_brings_its_running_statistics_back():
    stack = fast_stack(classifier(True, "batch", "pre"))
    trainer = FastTrainer(stack, X, Y, FastSettings(7, 0.01, "momentum", shuffle=False))
    trainer.step()
    state, memory = trainer.save(), stack.memory.copy()
    trainer.epoch()
    assert not np.array_equal(stack.memory, memory)
    trainer.load(state)
    assert np.array_equal(stack.memory, memory)


def test_a_batch_of_one_teaches_a_batch_norm_nothing():
    stack = fast_stack(classifier(False, "batch", "pre"))
    before = stack.memory.copy()
    FastTrainer(stack, X[:1], Y[:1], FastSettings(1, 0.01, shuffle=False)).epoch()
    assert np.array_equal(stack.memory, before) and np.isfinite(stack.layout.flat).all()


def test_a_look_at_the_gradients_leaves_the_running_statistics_alone():
    stack = fast_stack(classifier(True, "batch", "post"))
    before = stack.memory.copy()
    FastGradients(stack, X, Y).update()
    assert np.array_equal(stack.memory, before)


def test_skips_have_no_parameters_and_the_stack_goes_there_and_back():
    plain, skipped = (classifier(residual, "none", "pre") for residual in (False, True))
    assert fast_stack(plain).layout.flat.size == fast_stack(skipped).layout.flat.size
    for kind in KINDS:
        network = classifier(*kind)
        assert np.allclose(fast_stack(network, np.float64).to_network().predict(X), network.predict(X))


def test_what_is_no_stack_of_equal_blocks_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"has 2 sums and gates \[\]"):
        fast_stack(Network((dense(2, 3, rng), dense(3, 1, rng)), "logistic"))
    with pytest.raises(ValueError, match="its blocks differ"):
        inside = (Residual((dense(3, 3, rng), Activate("tanh"))), dense(3, 3, rng), Activate("tanh"))
        fast_stack(Network((dense(2, 3, rng), *inside, dense(3, 1, rng)), "logistic"))
    with pytest.raises(ValueError, match="norms with a trained gain"):
        inside = (layer_norm(3), dense(3, 3, rng), Activate("tanh"))
        fast_stack(Network((dense(2, 3, rng), *inside, dense(3, 1, rng)), "logistic"))
    with pytest.raises(ValueError, match=r"dropout: 0\.5"):
        FastTrainer(fast_stack(classifier(*KINDS[0])), X, Y, FastSettings(dropout=0.5), rng)
    with pytest.raises(ValueError, match="depth: 0"):
        depth_stack(0, 4, rng)
    with pytest.raises(ValueError, match="norm, position: 'group' and 'pre'"):
        depth_stack(2, 4, rng, norm="group")


def report(depth, activation, scheme, scale, residual, norm):
    rng = np.random.default_rng(0)
    blocks = depth_stack(depth, 64, rng, activation, scheme, scale, residual, norm)
    return signal_report(blocks, rng.normal(size=(128, 64)), rng.normal(size=(128, 64)))


# Output spread and gradient ratio first:last layer, width 64, one seed; in brackets the figures of the curriculum.
@pytest.mark.parametrize(
    ("stack", "residual", "norm", "spread", "ratio"),
    [
        ((10, "sigmoid", "xavier", 1.0), False, "none", (0.12, 0.3), (4e-6, 0.5)),  # 0.13, 4e-6
        ((20, "sigmoid", "xavier", 1.0), False, "none", (0.11, 0.3), (1.9e-12, 0.7)),  # 0.13, 1.9e-12
        ((20, "sigmoid", "xavier", 1.0), True, "none", (2.1, 0.3), (0.25, 0.6)),  # 2.1, 0.29
        ((20, "sigmoid", "xavier", 1.0), True, "layer", (1.4, 0.2), (1.4, 0.3)),  # 1.4, 1.4
        ((20, "tanh", "normal", 0.01), False, "none", (1.2e-22, 0.4), (1.0, 0.3)),  # 1.2e-22, 1.0
        ((20, "tanh", "normal", 0.01), False, "layer", (0.08, 0.1), (1.1, 0.2)),  # 0.08, 1.1
        ((50, "relu", "xavier", 1.0), False, "none", (1.5e-8, 0.6), (1.8, 0.6)),  # 1.5e-8, 1.5
        ((50, "relu", "he", 1.0), False, "none", (0.46, 0.4), (1.9, 0.6)),  # 0.50, 1.5
        ((50, "relu", "he", 1.0), True, "none", (1.9e11, 0.6), (0.4, 0.6)),  # 1.9e11, 0.28
        ((50, "relu", "he", 1.0), False, "layer", (0.82, 0.1), (3e4, 0.6)),  # 0.82, 3e4
        ((50, "relu", "he", 1.0), True, "layer", (5.9, 0.2), (9.7, 0.3)),  # 5.9, 9.4
        ((20, "relu", "xavier", 2.0), False, "none", (400, 0.5), (1.9, 0.5)),  # 480, 1.7
    ],
)
def test_depth_fades_explodes_or_holds_as_the_table_says(stack, residual, norm, spread, ratio):
    found = report(*stack, residual, norm)
    assert found.spread[-1] == pytest.approx(spread[0], rel=spread[1])
    assert found.ratio == pytest.approx(ratio[0], rel=ratio[1])


def test_the_ratio_alone_hides_that_a_tiny_start_has_lost_the_signal():
    found = report(20, "tanh", "normal", 0.01, False, "none")
    assert 0.5 < found.ratio < 2 and found.spread[-1] < 1e-20 < 1 < found.spread[0] * 1.1


def test_a_report_has_a_place_for_every_layer():
    found = report(3, "tanh", "xavier", 1.0, False, "layer")
    assert found.spread.shape == found.arriving.shape == (10,)
    assert np.isnan(found.gradient_norms).tolist() == [True, False, True] * 3
    blocks = report(3, "tanh", "xavier", 1.0, True, "layer")
    assert blocks.spread.shape == (4,) and not np.isnan(blocks.gradient_norms).any()


def test_stacks_are_values_of_their_own():
    network = classifier(True, "batch", "pre")
    stack = fast_stack(network)
    assert isinstance(stack, FastStack) and isinstance(stack.layout, Layout)
    norms = [b.layers[0] for b in stack.to_network().layers[1:-1]]
    assert all(isinstance(norm, BatchNorm) and not norm.trained for norm in norms)
    assert batch_norm(3).trained
    targets = targets_for(stack, Y)
    assert targets.shape == (1, 40)
