"""Recurrent cells: equal to PyTorch (vectors frozen by reference/nets_make.py), gradients through time, and
the toy tasks."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.optim import Adam, clip_by_norm
from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.nets.initializers import orthogonal
from lab.engine.nets.layers import dense
from lab.engine.nets.network import Network
from lab.engine.nets.recurrent import CELLS, Recurrent, recurrent
from lab.engine.nets.sequence_tasks import bracket_task, echo_task, one_hot, spelling_task

ROOT = Path(__file__).resolve().parents[3]
with np.load(Path(__file__).parents[1] / "reference" / "nets_torch.npz") as file:
    TORCH = dict(file)
NAMES = {"weight_x": "weight_ih_l0", "weight_h": "weight_hh_l0", "bias_x": "bias_ih_l0", "bias_h": "bias_hh_l0"}
KINDS = ("rnn", "gru", "lstm")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sequence_and_all_its_gradients_equal_pytorch(kind):
    ref = {key.split("/")[1]: v for key, v in TORCH.items() if key.startswith(kind + "/")}
    layer = Recurrent(kind, **{ours: ref[theirs].T for ours, theirs in NAMES.items()})
    y, run = layer.forward(ref["x"])
    assert relative_error(y, ref["y"]) < 1e-12
    dx, grads = layer.backward(ref["w"], run)
    assert relative_error(dx, ref["dx"]) < 1e-12
    for ours, theirs in NAMES.items():
        assert relative_error(grads[ours], ref["d_" + theirs].T) < 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_step_by_step_is_the_same_as_the_whole_sequence(kind):
    rng = np.random.default_rng(0)
    layer, x = recurrent(kind, 3, 5, rng), rng.normal(size=(2, 7, 3))
    run = layer.run(x)
    state = layer.start(2)
    for t in range(7):
        state = layer.step(x[:, t], state)
        assert np.allclose(state[0], run.outputs[:, t])
    for ours, theirs in zip(state, run.final, strict=True):
        assert np.allclose(ours, theirs)
    halves = layer.run(x[:, 3:], layer.run(x[:, :3]).final)
    assert np.allclose(halves.outputs, run.outputs[:, 3:])


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_flow_into_the_initial_state_and_from_the_final_one(kind):
    rng = np.random.default_rng(1)
    layer, x = recurrent(kind, 2, 3, rng), rng.normal(size=(2, 4, 2))
    start = tuple(rng.normal(size=(2, 3)) for _ in range(CELLS[kind].states))
    mixes = tuple(rng.normal(size=(2, 3)) for _ in start)
    run = layer.run(x, start)
    found = layer.run_back(np.zeros_like(run.outputs), run, final=mixes)
    for i, part in enumerate(start):

        def value(h, i=i):
            state = tuple(h if j == i else other for j, other in enumerate(start))
            return sum(float((m * s).sum()) for m, s in zip(mixes, layer.run(x, state).final, strict=True))

        assert relative_error(found.initial[i], numeric_gradient(value, part)) < 1e-7


def memory(layer, steps):
    """How much of a gradient at the last step is left at the first, with nothing coming in on the way."""
    run = layer.run(np.zeros((1, steps, len(layer.weight_x))))
    gradient = np.zeros_like(run.outputs)
    gradient[:, -1, 0] = 1.0
    return np.linalg.norm(layer.run_back(gradient, run).hidden, axis=2)[0]


@pytest.mark.parametrize(("radius", "left"), [(0.9, 0.005), (1.0, 1.0), (1.1, 117.0)])
def test_through_fifty_steps_the_gradient_is_the_radius_to_the_fiftieth_power(radius, left):
    rng = np.random.default_rng(0)
    layer = Recurrent("rnn", np.zeros((1, 8)), radius * orthogonal(8, rng), np.zeros(8), np.zeros(8))
    norms = memory(layer, 51)
    assert norms[0] == pytest.approx(radius**50, rel=1e-9)
    assert norms[0] == pytest.approx(left, rel=0.04)
    assert norms[-1] == 1.0


def test_an_open_forget_gate_carries_the_gradient_where_the_plain_cell_loses_it():
    weight_x, weight_h, bias = np.zeros((1, 16)), np.zeros((4, 16)), np.zeros(16)
    bias[4:8], bias[12:] = 8.0, 8.0  # forget and output gates wide open
    lstm = Recurrent("lstm", weight_x, weight_h, bias, np.zeros(16))
    run = lstm.run(np.zeros((1, 51, 1)), (np.zeros((1, 4)), np.full((1, 4), 0.1)))
    found = lstm.run_back(np.zeros_like(run.outputs), run, (np.zeros((1, 4)), np.ones((1, 4))))
    assert found.initial[1].min() > 0.98


def test_the_plain_cells_arithmetic_is_the_one_on_the_blackboard():
    layer = Recurrent("rnn", np.array([[0.5]]), np.array([[0.8]]), np.array([0.1]), np.array([0.0]))
    run = layer.run(np.array([[[1.0], [0.0]]]))
    h1 = np.tanh(0.5 * 1.0 + 0.8 * 0.0 + 0.1)
    assert run.outputs[0, :, 0] == pytest.approx([h1, np.tanh(0.8 * h1 + 0.1)])


def test_an_echo_asks_for_the_first_symbol_when_the_bell_rings():
    x, y = echo_task(np.random.default_rng(0), 5, delay=6, symbols=3)
    assert x.shape == (5, 7, 4) and np.array_equal(x[:, 0, :3].argmax(axis=1), y[:, -1])
    assert (y[:, :-1] == -1).all() and x[:, -1, 3].all() and not x[:, :-1, 3].any()
    with pytest.raises(ValueError, match="delay, symbols: 0 and 4"):
        echo_task(np.random.default_rng(0), 5, 0)


def test_brackets_are_counted_and_never_close_what_is_not_open():
    x, y = bracket_task(np.random.default_rng(0), 50, length=20, deepest=3)
    steps = np.where(x[:, :, 0] == 1, 1, -1)
    assert np.array_equal(np.cumsum(steps, axis=1), y)
    assert y.min() == 0 and y.max() == 3
    with pytest.raises(ValueError, match="length, deepest: 0 and 4"):
        bracket_task(np.random.default_rng(0), 5, 0)


def test_to_spell_is_to_say_the_next_letter_and_the_end():
    x, y = spelling_task(["ab", "c"], ".abc")
    assert x.argmax(axis=2).tolist() == [[0, 1, 2], [0, 3, 0]]
    assert y.tolist() == [[1, 2, 0], [3, 0, -1]]
    with pytest.raises(ValueError, match=r"words: hold 'dé', needs letters of '\.abce'"):
        spelling_task(["bed", "é"], ".abce")
    with pytest.raises(ValueError, match="words: none given"):
        spelling_task([], ".abc")


@pytest.mark.parametrize("kind", KINDS)
def test_a_cell_learns_to_spell_better_than_by_the_letters_frequencies(kind):
    words = (ROOT / "assets" / "data" / "names.txt").read_text(encoding="utf-8").lower().split()
    words = [word for word in words if word.isascii() and word.isalpha()]
    alphabet = "." + "".join(sorted({letter for word in words for letter in word}))
    rng = np.random.default_rng(0)
    network = Network((recurrent(kind, len(alphabet), 32, rng), dense(32, len(alphabet), rng, "xavier")), "softmax")
    optimizer = Adam(0.01)
    state = optimizer.init(network.parameters())
    for _ in range(60):
        x, y = spelling_task(list(rng.choice(words, 32)), alphabet)
        _, grads, _ = network.gradients(x, y)
        grads, _ = clip_by_norm(grads, 1.0)
        parameters, state, _ = optimizer.update(network.parameters(), grads, state)
        network = network.with_parameters(parameters)
    x, y = spelling_task(words[::40], alphabet)
    share = np.bincount(y[y >= 0]) / (y >= 0).sum()
    by_frequency = -np.sum(share * np.log(share, where=share > 0, out=np.zeros_like(share)))
    assert network.loss(x, y) < 0.95 * by_frequency


def test_symbols_outside_the_alphabet_are_refused():
    assert one_hot(np.array([[0, 2]]), 3).tolist() == [[[1, 0, 0], [0, 0, 1]]]
    with pytest.raises(ValueError, match="symbols: from 0 to 3, needs 0 to 2"):
        one_hot(np.array([0, 3]), 3)


def test_a_recurrent_layer_fits_into_a_network():
    rng = np.random.default_rng(0)
    network = Network((recurrent("gru", 4, 3, rng), dense(3, 3, rng)), "softmax")
    x, y = echo_task(rng, 6, delay=3, symbols=3)
    _, grads, _ = network.gradients(x, y)
    parameters = network.parameters()

    def nudged(weight):
        return network.with_parameters(({**parameters[0], "weight_h": weight}, parameters[1])).loss(x, y)

    assert relative_error(grads[0]["weight_h"], numeric_gradient(nudged, parameters[0]["weight_h"])) < 1e-7


def test_bad_cells_and_inputs_are_refused():
    with pytest.raises(ValueError, match="kind: 'elman'"):
        recurrent("elman", 2, 3, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"weight_x: has shape \(2, 3\), needed \(2, 12\)"):
        Recurrent("lstm", np.zeros((2, 3)), np.zeros((3, 12)), np.zeros(12), np.zeros(12))
    with pytest.raises(ValueError, match=r"x: has shape \(2, 3\), needed \(N, T, 2\)"):
        recurrent("rnn", 2, 3, np.random.default_rng(0)).run(np.zeros((2, 3)))
