"""Stacks whose blocks differ, held against the readable network; several of them side by side; the slices and the ways
that are read off them."""

from dataclasses import replace
from itertools import pairwise
from math import comb

import numpy as np
import pytest

from lab.engine.basics.data import circle
from lab.engine.basics.optim import leaves
from lab.engine.nets.depth import deep_classifier, depth_stack
from lab.engine.nets.fast_map import FastGradients, FastMap, targets_for
from lab.engine.nets.fast_plan import Layout
from lab.engine.nets.fast_stack import fast_stack
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.layers import Activate, Dense, Residual, dense
from lab.engine.nets.loss_slice import LossSlice, filter_direction
from lab.engine.nets.mixed_stack import StackBlock, mixed_stack
from lab.engine.nets.normalization import batch_norm
from lab.engine.nets.path_lengths import gradient_by_length
from lab.engine.nets.side_by_side import SideBySide

X, Y = circle(40, 0.1, np.random.default_rng(0))
PLAIN = StackBlock()
MIXED = (
    StackBlock("tanh", True, 0.7, "layer", "pre"),
    StackBlock("relu"),
    StackBlock("sigmoid", True, 1.0, "none"),
    StackBlock("gelu_tanh", False, 1.0, "rms", "post"),
    StackBlock("silu", True, 1.3, "layer", "post"),
    StackBlock("leaky_relu", True, 1.0, "rms", "pre"),
)
NORMED = tuple(StackBlock("tanh", skip, 0.8, "batch", p) for skip in (False, True) for p in ("pre", "post"))


def sums_of(sizes, seed=3):
    rng = np.random.default_rng(seed)
    return [dense(a, b, rng, "xavier", 1.2) for a, b in pairwise(sizes)]


def stack_of(inner, width=6, dtype=np.float64, seed=3, first=PLAIN):
    sizes = (2, *[width] * (len(inner) + 1), 1)
    return mixed_stack(sums_of(sizes, seed), (first, *inner, PLAIN), dtype=dtype)


def flat(network, grads):
    """The gradients of all sums of a readable network, in the fast layout's order."""
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


@pytest.mark.parametrize("inner", [MIXED, NORMED, tuple(reversed(MIXED))], ids=["mixed", "batch norms", "reversed"])
def test_a_mixed_stack_has_the_readable_networks_gradients(inner):
    stack = stack_of(inner, first=StackBlock("tanh"))
    network = stack.to_network()
    _loss, grads, _run = network.gradients(X, Y)
    found = FastGradients(stack, X, Y).update()
    np.testing.assert_allclose(found.flat, flat(network, grads), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("inner", [MIXED, NORMED], ids=["mixed", "batch norms"])
def test_a_mixed_stacks_gradient_is_the_slope_that_is_measured(inner):
    stack = stack_of(inner)
    race = SideBySide([stack], X, Y, 0.01, np.random.default_rng(0))
    found, width = race.look(0).grads.flat.copy(), 1e-6
    places = np.random.default_rng(1).choice(found.size, 25, replace=False)
    for place in places.tolist():
        start, losses = stack.layout.flat[place], []
        for side in (width, -width):
            stack.layout.flat[place] = start + side
            losses.append(race.loss(0))
        stack.layout.flat[place] = start
        assert (losses[0] - losses[1]) / (2 * width) == pytest.approx(found[place], rel=1e-5, abs=1e-8)


def test_blocks_may_change_the_width_where_they_have_no_skip():
    sizes = (2, 5, 5, 3, 3, 1)
    inner = (StackBlock("tanh", True, 1.0, "layer"), StackBlock("tanh", False, 1.0, "batch", "post"), MIXED[0])
    stack = mixed_stack(sums_of(sizes), (StackBlock("tanh"), *inner, PLAIN), dtype=np.float64)
    network = stack.to_network()
    _loss, grads, _run = network.gradients(X, Y)
    np.testing.assert_allclose(FastGradients(stack, X, Y).update().flat, flat(network, grads), rtol=1e-9, atol=1e-12)


def test_a_skip_around_a_block_that_changes_the_width_is_refused():
    with pytest.raises(ValueError, match="block 1: leads from 5 to 4 units"):
        mixed_stack(sums_of((2, 5, 4, 1)), (PLAIN, StackBlock("tanh", True), PLAIN))
    mixed_stack(sums_of((2, 5, 5, 1)), (PLAIN, StackBlock("tanh", True), PLAIN))


@pytest.mark.parametrize(
    "blocks",
    [
        (StackBlock("tanh", norm="layer"), StackBlock("tanh"), PLAIN),
        (PLAIN, StackBlock("tanh"), StackBlock("tanh")),
        (PLAIN, PLAIN),
    ],
)
def test_the_first_may_have_a_gate_only_and_the_last_is_plain(blocks):
    with pytest.raises(ValueError, match="blocks"):
        mixed_stack(sums_of((2, 5, 5, 1)), blocks)


@pytest.mark.parametrize("wrong", [{"activation": "elu"}, {"norm": "group"}, {"position": "before"}])
def test_a_block_of_unknown_kind_is_refused(wrong):
    with pytest.raises(ValueError, match="needs"):
        StackBlock(**wrong)


def test_a_batch_norm_keeps_its_own_running_statistics():
    stack = stack_of(NORMED)
    race = SideBySide([stack], X, Y, 0.01, np.random.default_rng(0))
    network = stack.to_network()
    race.step()
    after = network.remembering(network.forward(X, train=True))
    there = [layer for layer in stack.to_network().layers if type(layer) is type(batch_norm(1))]
    wanted = [layer for layer in after.layers if type(layer) is type(batch_norm(1))]
    assert there
    for one, other in zip(there, wanted, strict=True):
        np.testing.assert_allclose(one.mean, other.mean, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(one.variance, other.variance, rtol=1e-9)


# Side by side.


def even(residual, norm, dtype=np.float32):
    rng = np.random.default_rng(5)
    blocks = depth_stack(8, 6, rng, "tanh", "xavier", 1.0, residual, norm)
    network = deep_classifier(2, blocks, 6, rng)
    inner = (StackBlock("tanh", residual, 1.0, norm),) * 8
    sums = [network.layers[0], *_sums(network.layers[1:-1]), network.layers[-1]]
    return network, mixed_stack(sums, (PLAIN, *inner, PLAIN), dtype=dtype)


def _sums(layers):
    for layer in layers:
        for inside in layer.layers if isinstance(layer, Residual) else (layer,):
            if isinstance(inside, Dense):
                yield inside


@pytest.mark.parametrize(("residual", "norm"), [(False, "none"), (True, "layer"), (True, "batch")])
def test_stacks_side_by_side_learn_as_each_would_alone(residual, norm):
    network, mixed = even(residual, norm, np.float64)
    _other, neighbour = even(not residual, "rms", np.float64)
    race = SideBySide([neighbour, mixed], X, Y, 0.01, np.random.default_rng(0))
    alone = fast_stack(network, np.float64)
    trainer = FastTrainer(alone, X, Y, FastSettings(len(X), 0.01, "adam", shuffle=False))
    for _ in range(12):
        race.step()
        trainer.step()
    np.testing.assert_allclose(mixed.layout.flat, alone.layout.flat, rtol=1e-8, atol=1e-10)


def test_no_stack_moves_before_the_last_piece_of_a_step(monkeypatch):
    monkeypatch.setattr("lab.engine.nets.side_by_side.PIECE", 5000)
    stacks = [even(skip, "layer")[1] for skip in (False, True)]
    race = SideBySide(stacks, X, Y, 0.01, np.random.default_rng(0))
    before = [stack.layout.flat.copy() for stack in stacks]
    expected = tuple(race.loss(place) for place in (0, 1))
    pieces = 0
    while not race.piece():
        pieces += 1
        assert all(np.array_equal(a, stack.layout.flat) for a, stack in zip(before, stacks, strict=True))
        assert race.loss(0) == expected[0]
    assert pieces > 3
    assert race.losses == pytest.approx(expected)
    assert not any(np.array_equal(a, stack.layout.flat) for a, stack in zip(before, stacks, strict=True))


def test_looking_changes_nothing():
    looked, left = (SideBySide([even(True, "batch")[1]], X, Y, 0.01, np.random.default_rng(0), 10) for _ in range(2))
    for _ in range(5):
        looked.look(0)
        looked.step()
        left.step()
    assert np.array_equal(looked.stacks[0].layout.flat, left.stacks[0].layout.flat)
    assert np.array_equal(looked.stacks[0].memory, left.stacks[0].memory)


def test_every_example_is_seen_once_an_epoch_and_the_rest_of_one_is_left_out():
    race = SideBySide([even(False, "none")[1]], X, Y, 0.0, np.random.default_rng(0), 13)
    orders = []
    for _ in range(4):
        orders.append(race.save()["order"])
        race.step()
    assert np.array_equal(orders[0], orders[2])  # three batches of 13 of the same order
    assert not np.array_equal(orders[2], orders[3])
    assert sorted(orders[0]) == list(range(40))


def test_a_race_goes_on_from_where_it_was_saved():
    one, other = (SideBySide([even(True, "batch")[1]], X, Y, 0.01, np.random.default_rng(0)) for _ in range(2))
    for _ in range(4):
        one.step()
    other.load(one.save())
    for _ in range(3):
        one.step()
        other.step()
    assert np.array_equal(one.stacks[0].layout.flat, other.stacks[0].layout.flat)
    with pytest.raises(ValueError, match="state"):
        other.load(one.save() | {"stacks": []})


def test_other_blocks_around_the_same_weights():
    race = SideBySide([stack_of(MIXED)], X, Y, 0.01, np.random.default_rng(0))
    race.piece()
    before = race.stacks[0].layout.flat.copy()
    wanted = tuple(replace(block, skip=False) for block in race.stacks[0].blocks)
    race.retune(0.02, [wanted])
    assert np.array_equal(race.stacks[0].layout.flat, before)
    assert race.stacks[0].blocks == wanted
    expected = race.stacks[0].to_network().loss(X, Y)
    assert race.loss(0) == pytest.approx(expected)


@pytest.mark.parametrize("batch", [0, -1])
def test_a_batch_without_examples_is_refused(batch):
    with pytest.raises(ValueError, match="examples"):
        SideBySide([stack_of(MIXED)], X, Y, 0.01, np.random.default_rng(0), batch)


# The ways of a gradient.


def test_the_parts_of_a_gradient_add_up_to_it():
    network = stack_of(MIXED).to_network()
    run = network.forward(X, train=True)
    gradient = np.random.default_rng(2).normal(size=run.activations[-2].shape)
    inner, caches = network.layers[1:-1], run.caches[1:-1]
    parts, whole = gradient_by_length(inner, caches, gradient, 9)
    expected = gradient
    for layer, cache in zip(reversed(inner), reversed(caches), strict=True):
        expected = layer.backward(expected, cache)[0]
    np.testing.assert_allclose(whole, expected, rtol=1e-10)
    np.testing.assert_allclose(parts.sum(axis=0), whole, rtol=1e-9, atol=1e-12)
    assert not parts[5:].any()  # there are four skips


@pytest.mark.parametrize("longest", [6, 2])
def test_of_equal_blocks_as_many_ways_lead_through_k_as_can_be_chosen(longest):
    blocks = tuple(Residual((Dense(0.5 * np.eye(3), np.zeros(3)),)) for _ in range(6))
    x = np.ones((2, 3))
    caches = []
    for block in blocks:
        x, cache = block.forward(x)
        caches.append(cache)
    parts, _whole = gradient_by_length(blocks, caches, np.ones((2, 3)), longest)
    wanted = [comb(6, k) * 0.5**k for k in range(7)]
    expected = [*wanted[: longest + 1], sum(wanted[longest + 1 :])]
    np.testing.assert_allclose(parts[:, 0, 0], expected)


def test_a_batch_norm_cannot_be_divided_by_ways():
    network = stack_of(NORMED).to_network()
    run = network.forward(X, train=True)
    with pytest.raises(ValueError, match="batch norm"):
        gradient_by_length(network.layers[1:-1], run.caches[1:-1], np.ones_like(run.activations[-2]), 3)


# The loss around a stack.


def test_a_direction_is_as_long_as_the_weights_unit_by_unit_and_leaves_biases_alone():
    stack = stack_of(MIXED)
    stack.layout.flat[:] = np.random.default_rng(4).normal(size=stack.layout.flat.size)
    found = Layout.of(stack.layout.sizes, filter_direction(stack.layout, np.random.default_rng(1)))
    for weight, part in zip(stack.layout.weights, found.weights, strict=True):
        np.testing.assert_allclose(np.linalg.norm(part[:, :-1], axis=1), np.linalg.norm(weight[:, :-1], axis=1))
        assert not part[:, -1].any()


def test_the_middle_of_a_slice_is_the_loss_and_the_model_stays_what_it_was():
    stack = stack_of(MIXED)
    before = stack.layout.flat.copy()
    cut = LossSlice(stack, X, Y, 5, 0.5, np.random.default_rng(1))
    rows = np.array([cut.row(number) for number in range(5)])
    seen = FastMap(stack, X)
    seen.update()
    assert rows[2, 2] == seen.loss(targets_for(stack, Y))
    assert np.array_equal(stack.layout.flat, before)
    assert len(np.unique(rows)) == 25


def test_a_slice_does_not_change_where_weights_are_only_scaled():
    """ReLU: twice the weights before it and half of those behind it compute the same, and look the same."""
    sums = sums_of((2, 5, 5, 1))
    blocks = (PLAIN, StackBlock("relu"), PLAIN)
    scaled = [sums[0], Dense(2 * sums[1].weight, 2 * sums[1].bias), Dense(0.5 * sums[2].weight, sums[2].bias)]
    slices = [
        LossSlice(mixed_stack(one, blocks, dtype=np.float64), X, Y, 3, 0.5, np.random.default_rng(1))
        for one in (sums, scaled)
    ]
    np.testing.assert_allclose(slices[0].row(0), slices[1].row(0), rtol=1e-9)


@pytest.mark.parametrize(("side", "fits"), [(3, True), (4, False), (1, False)])
def test_a_slice_has_a_middle(side, fits):
    if fits:
        LossSlice(stack_of(MIXED), X, Y, side, 0.5, np.random.default_rng(1))
        return
    with pytest.raises(ValueError, match="odd"):
        LossSlice(stack_of(MIXED), X, Y, side, 0.5, np.random.default_rng(1))


def test_a_readable_copy_says_the_same():
    stack = stack_of(MIXED, dtype=np.float32)
    network = stack.to_network()
    assert sum(isinstance(layer, Residual) for layer in network.layers) == 4
    assert sum(array.size for array in leaves(network.parameters())) == stack.layout.flat.size
    seen = FastMap(stack, X)
    seen.update()
    np.testing.assert_allclose(seen.sums.T, network.forward(X).outputs, rtol=1e-4, atol=1e-5)
    assert any(isinstance(layer, Activate) for layer in network.layers)
