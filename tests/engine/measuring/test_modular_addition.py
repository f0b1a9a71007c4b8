"""Sums on a clock: the table, the slopes against measured ones, and understanding that comes late."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.measuring.modular_addition import AdditionNet, addition_table

P = 23


def test_the_table_of_three_hours() -> None:
    table = addition_table(3, 0.5, np.random.default_rng(0))
    assert table.answers.reshape(3, 3).tolist() == [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    assert table.inputs[5].tolist() == [0, 1, 0, 0, 0, 1], "1 + 2"
    assert len(table.seen) == 4 and sorted([*table.seen, *table.held]) == list(range(9))


@pytest.mark.parametrize(("modulus", "share"), [(1, 0.5), (3, 0.0), (3, 1.0), (3, 0.1)])
def test_a_table_without_both_parts_is_refused(modulus: int, share: float) -> None:
    with pytest.raises(ValueError, match="needs"):
        addition_table(modulus, share, np.random.default_rng(0))


def loss_of(net: AdditionNet, inputs: np.ndarray, answers: np.ndarray) -> float:
    scores = net.scores(inputs)
    top = scores.max(axis=1)
    logs = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    return float(np.mean(logs - scores[np.arange(len(answers)), answers]))


def test_the_gradient_is_the_slope_of_the_loss() -> None:
    table, rng = addition_table(5, 0.6, np.random.default_rng(0)), np.random.default_rng(1)
    net = AdditionNet(rng.normal(size=(10, 6)), rng.normal(size=(6, 5)))  # in float64
    inputs, answers, h = table.inputs[table.seen].astype(np.float64), table.answers[table.seen], 1e-6
    found = net.gradients(inputs, answers)
    for weight, slope in zip((net.first, net.second), found):
        for place in ((0, 0), (3, 2), (-1, -1)):
            before = weight[place]
            ends = []
            for step in (h, -h):
                weight[place] = before + step
                ends.append(loss_of(net, inputs, answers))
            weight[place] = before
            assert slope[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-5, abs=1e-8)


def trained(decay: float, updates: int) -> tuple[float, float]:
    """The shares right, of the sums seen and of the others."""
    table = addition_table(P, 0.7, np.random.default_rng(0))
    net = AdditionNet.fresh(P, np.random.default_rng(1))
    inputs, answers = table.inputs[table.seen], table.answers[table.seen]
    for _ in range(updates):
        net.update(inputs, answers, 0.01, decay)
    right = net.scores(table.inputs).argmax(axis=1) == table.answers
    return float(right[table.seen].mean()), float(right[table.held].mean())


def test_it_knows_by_heart_long_before_it_understands_and_only_with_decay() -> None:
    seen, held = trained(0.5, 100)
    assert seen == 1.0 and held < 0.3
    seen, held = trained(0.5, 1500)
    assert seen == 1.0 and held > 0.97
    seen, held = trained(0.0, 1500)
    assert seen == 1.0 and held < 0.5


def test_a_saved_network_goes_on_to_the_same_digits() -> None:
    table = addition_table(5, 0.6, np.random.default_rng(0))
    one, other = (AdditionNet.fresh(5, np.random.default_rng(seed)) for seed in (1, 2))
    for _ in range(3):
        one.update(table.inputs, table.answers, 0.01, 0.1)
    other.load(one.save())
    for net in (one, other):
        net.update(table.inputs, table.answers, 0.01, 0.1)
    assert np.array_equal(one.first, other.first) and one.updates == other.updates == 4
    with pytest.raises(ValueError, match="another table"):
        AdditionNet.fresh(7, np.random.default_rng(0)).load(one.save())
