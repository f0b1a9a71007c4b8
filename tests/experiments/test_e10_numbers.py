"""The forward pass, the numbers: against references, shapes that do not fit, edits and how they are taken back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.core.scene import Scene
from lab.engine.nets.exchange import network_artifact, network_form, read_network
from lab.engine.nets.network import mlp, parameter_count
from lab.experiments.e10_forward_pass.digits import digit_net
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import BIAS, MovePoint, Pick, SetInput, SetWeight
from lab.experiments.e10_forward_pass.settings import Params, sizes_of
from lab.experiments.e10_forward_pass.signal import signal_report
from lab.runtime.track import Track
from tests.asking import metrics_of, sentence_of, why_of

SPECIFICATION = find("forward-pass").load()


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> ForwardFrame:
    return played(SPECIFICATION, Setting(values, seed, tuple((0, action) for action in actions), steps)).snapshot()


def shown(name: str) -> ForwardFrame:
    return played(SPECIFICATION, SPECIFICATION.preset(name).setting).snapshot()


# ------------------------------------------------------------------------------------------ the course


def test_the_network_of_the_course_has_46_parameters() -> None:
    metrics = metrics_of(shown("course"))
    assert [metrics[f"params_{i}"] for i in (1, 2, 3)] == [16, 20, 10]
    assert metrics["parameters"] == 46 and metrics["bytes"] == 368
    assert parameter_count(mlp((3, 4, 4, 2), np.random.default_rng(0), "relu", "mse")) == 46


def test_a_pass_is_what_the_engine_makes_of_the_same_network() -> None:
    frame = framed(net="sizes", sizes="3-4-4-2", activation="tanh", batch=7, seed=3)
    a = frame.run.x
    for w, b in zip(frame.net.weights[:-1], frame.net.biases[:-1], strict=True):
        a = np.tanh(np.einsum("ni,ij->nj", a, w) + b)
    expected = np.einsum("ni,ij->nj", a, frame.net.weights[-1]) + frame.net.biases[-1]
    np.testing.assert_allclose(frame.run.a[-1], expected, rtol=1e-12)
    sent = played(SPECIFICATION, Setting({"net": "sizes", "sizes": "3-4-4-2", "activation": "tanh"}, 3)).offer(
        "network"
    )
    assert sent is not None
    engine = read_network(sent.data).to_network()
    np.testing.assert_allclose(engine.forward(frame.run.x).outputs, expected, rtol=1e-12)


def test_xor_by_hand_is_or_and_nand_then_and() -> None:
    frame = shown("xor")
    hidden = frame.run.a[0].round(3)
    assert hidden[:, 0].tolist() == [0, 1, 1, 1]
    assert hidden[:, 1].tolist() == [1, 1, 1, 0]
    assert metrics_of(frame)["xor_right"] == 4
    assert metrics_of(frame)["margin"] == pytest.approx(0.49995, abs=1e-4)


def test_without_activations_two_rows_of_xor_are_wrong_and_one_layer_is_enough() -> None:
    metrics = metrics_of(framed(activation="linear"))
    assert metrics["xor_right"] == 2
    assert metrics["flat_gap"] < 1e-12  # type: ignore[operator]


def test_the_hat_is_one_minus_the_distance_cut_off_at_zero() -> None:
    frame = shown("hat")
    assert frame.line is not None
    x = np.linspace(-3, 3, 121)
    np.testing.assert_allclose(frame.line, np.maximum(0.0, 1.0 - np.abs(x)), atol=1e-12)


def test_the_identity_gives_back_what_goes_in() -> None:
    frame = shown("identity")
    np.testing.assert_array_equal(frame.run.a[-1], frame.run.x)
    assert (frame.run.x < 0).any()


def test_the_straight_stack_multiplied_through_says_the_same() -> None:
    frame = shown("stack")
    assert len(frame.net.weights) == 1 and len(frame.deep.weights) == 3
    a = frame.run.x
    for w, b in zip(frame.deep.weights, frame.deep.biases, strict=True):
        a = a @ w + b
    np.testing.assert_allclose(frame.run.a[-1], a, atol=1e-12)
    w1, w2, w3 = frame.deep.weights
    np.testing.assert_allclose(frame.net.weights[0], w1 @ w2 @ w3, atol=1e-12)


def test_digits_it_has_not_seen_are_read() -> None:
    net = digit_net()
    assert net.accuracy > 0.9
    frame = shown("digits")
    assert frame.net.sizes == (64, 32, 10) and metrics_of(frame)["parameters"] == 2410
    assert metrics_of(frame)["guess"] == metrics_of(frame)["truth"]
    assert frame.run.a[-1].sum(axis=1) == pytest.approx(np.ones(4))


def test_what_is_said_for_a_row_of_xor_is_explained_by_its_sum() -> None:
    term = why_of(shown("xor"), "xor_2")
    assert term is not None
    assert [line.symbols for line in term.lines()] == ["1 / (1 + exp(−z))", "a₁·w₁ + a₂·w₂ + b"]
    assert term.value == metrics_of(shown("xor"))["xor_2"]


# --------------------------------------------------------------------------------------- first weights


def test_he_keeps_a_signal_and_twice_or_half_of_it_do_not() -> None:
    report = signal_report(0, 20, "he", 1.0, "relu")
    assert report.drawn == pytest.approx(math.sqrt(2 / 64))
    assert 0.3 < report.std[-1] < 3.0
    assert report.twice[-1] / report.he[-1] == pytest.approx(2.0**20, rel=1e-9)
    assert report.half[-1] / report.he[-1] == pytest.approx(0.5**20, rel=1e-9)
    np.testing.assert_array_equal(report.std, report.he)


def test_plain_normal_weights_explode_and_zeros_let_nothing_pass() -> None:
    assert signal_report(0, 20, "normal", 1.0, "relu").growth == pytest.approx(math.sqrt(32), rel=0.1)
    assert signal_report(0, 5, "zero", 1.0, "relu").std[1:].tolist() == [0.0] * 5
    assert metrics_of(framed(page="signal", init="zero"))["growth"] == 0.0


def test_large_weights_saturate_tanh() -> None:
    small = metrics_of(framed(net="sizes", sizes="3-8-8-1", activation="tanh", batch=16))["saturated"]
    large = metrics_of(framed(net="sizes", sizes="3-8-8-1", activation="tanh", batch=16, gain=20.0))["saturated"]
    assert small < 0.1 and large > 0.8  # type: ignore[operator]


# ---------------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize("mistake", ["turned", "row", "bias"])
def test_what_does_not_fit_is_said_in_numpys_own_words(mistake: str) -> None:
    frame = framed(net="sizes", sizes="3-4-4-2", mistake=mistake)
    layer = frame.run.failed
    reads = frame.run.into(layer)
    with pytest.raises(ValueError) as caught:
        reads @ frame.net.weights[layer] + frame.net.biases[layer]
    assert metrics_of(frame)["error"] == str(caught.value).strip()
    assert frame.failing and metrics_of(frame)["out_1"] is None
    assert "does not fit" in sentence_of(frame)


def test_a_square_matrix_turned_fits_and_nothing_is_said() -> None:
    frame = framed(net="sizes", sizes="3-3", mistake="turned")
    assert frame.run.failed < 0 and metrics_of(frame)["error"] is None


@pytest.mark.parametrize("text", ["0", "3", "2-0-1", "", "a-b", "2--", "1-65", "1-1-1-1-1-1-1-1", "2,3"])
def test_sizes_that_cannot_be_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        sizes_of(text)
    assert len(str(caught.value)) > 10


def test_sizes_may_be_typed_in_several_ways() -> None:
    with pytest.raises(ValueError, match="inputs and 1 to 6 layers"):
        sizes_of("9" * 10_000)
    assert sizes_of("3-4-4-2") == sizes_of("3 4 4 2") == sizes_of("3→4→4→2") == (3, 4, 4, 2)


def test_a_row_alone_says_the_same_as_in_a_batch() -> None:
    frame = framed(net="sizes", sizes="3-8-4", batch=16)
    alone = framed(net="sizes", sizes="3-8-4", batch=1)
    np.testing.assert_allclose(frame.run.a[-1][:1], alone.run.a[-1], rtol=1e-12)
    assert metrics_of(frame)["batch_gap"] < 1e-12  # type: ignore[operator]


# --------------------------------------------------------------------------------------------- stepping


def test_a_step_works_out_one_unit_and_the_rest_is_not_known() -> None:
    frame = framed(2, net="sizes", sizes="2-3-1")
    assert frame.place == (0, 1) and frame.selected == (0, 1)
    assert frame.known(0, 1) and not frame.known(0, 2) and not frame.known(1, 0)
    assert metrics_of(frame)["out_1"] is None
    assert metrics_of(framed(4, net="sizes", sizes="2-3-1"))["out_1"] is not None


def test_softmax_has_no_output_before_all_its_sums_are_known() -> None:
    frame = framed(34, net="digits")
    assert metrics_of(frame)["z"] is not None and metrics_of(frame)["a"] is None
    assert "waits" in sentence_of(frame)
    whole = framed(42, net="digits")
    assert sum(float(metrics_of(whole)[f"out_{i}"]) for i in range(1, 11)) == pytest.approx(1.0)  # type: ignore[arg-type]


def test_layers_and_the_whole_pass_are_larger_steps_and_back_leads_to_their_ends() -> None:
    simulation = built(SPECIFICATION, checked(Params, {"net": "sizes", "sizes": "3-4-4-2"}), 0)
    ends = []
    while not simulation.done:
        simulation.step()
        if simulation.at_boundary("layer"):
            ends.append(simulation.steps)
    assert ends == [4, 8, 10] and simulation.at_boundary("all")
    assert simulation.boundary_before("layer") == 8
    assert simulation.boundary_before("neuron") == 9 and simulation.boundary_before("all") == 0


def test_without_keeping_a_layer_is_forgotten_once_it_was_read() -> None:
    frame = framed(net="sizes", sizes="3-4-4-2", keep=False)
    assert frame.value(0, 0) is None and frame.value(1, 0) is not None
    assert metrics_of(frame)["kept"] == 4 * 8
    assert metrics_of(framed(net="sizes", sizes="3-4-4-2"))["kept"] == 4 * (3 + 2 * 10)


# --------------------------------------------------------------------------------------------- gestures


def test_weights_biases_and_inputs_can_be_set_and_taken_back() -> None:
    simulation = built(SPECIFICATION, Params(), 0)
    before = repr(metrics_of(simulation.snapshot()))
    undo = [
        simulation.act(SetWeight(0, 1, 0, 3.5)),
        simulation.act(SetWeight(1, 0, BIAS, -2.0)),
        simulation.act(SetInput(1, 0, 0.25)),
        simulation.act(MovePoint(0, -1.0, 0.5)),
        simulation.act(Pick(0, 1)),
    ]
    frame = simulation.snapshot()
    assert frame.net.weights[0][0, 1] == 3.5 and frame.net.biases[1][0] == -2.0
    assert frame.run.x[1, 0] == 0.25 and frame.run.x[0].tolist() == [-1.0, 0.5] and frame.selected == (0, 1)
    for action in reversed(undo):
        simulation.act(action)
    assert repr(metrics_of(simulation.snapshot())) == before


def test_a_point_that_was_dragged_goes_back_in_one_go() -> None:
    experiment = find("forward-pass")
    track = Track(experiment, Scene(experiment.id, params={"page": "space"}))
    for i in range(1, 6):
        track.act(MovePoint(0, 0.1 * i, 0.2 * i), "point 0")
    assert track.snapshot().run.x[0].tolist() == pytest.approx([0.5, 1.0])
    track.undo()
    assert track.snapshot().run.x[0].tolist() == [0.0, 0.0]
    track.redo()
    assert track.snapshot().run.x[0].tolist() == pytest.approx([0.5, 1.0])


def test_edits_stay_with_their_network() -> None:
    simulation = built(SPECIFICATION, Params(), 0)
    simulation.act(SetWeight(0, 0, 0, 7.0))
    simulation.retune(checked(Params, {"net": "hat"}))
    assert simulation.snapshot().net.sizes == (1, 2, 1)
    simulation.retune(Params())
    assert simulation.snapshot().net.weights[0][0, 0] == 7.0


@pytest.mark.parametrize(
    "action",
    [
        SetWeight(9, 0, 0, 1.0),
        SetWeight(0, 9, 0, 1.0),
        SetWeight(0, 0, 9, 1.0),
        SetInput(99, 0, 1.0),
        MovePoint(99, 0.0, 0.0),
    ],
)
def test_what_is_not_there_cannot_be_set(action: Any) -> None:
    simulation = built(SPECIFICATION, Params(), 0)
    with pytest.raises(ValueError, match="no"):
        simulation.act(action)


def test_a_number_that_is_none_or_too_large_is_no_gesture() -> None:
    for value in (math.nan, math.inf, 1e9):
        with pytest.raises(ValueError):
            SetWeight(0, 0, 0, value)


def test_a_multiplied_layer_has_no_weights_of_its_own() -> None:
    simulation = built(SPECIFICATION, checked(Params, {"net": "stack", "flat": True}), 0)
    with pytest.raises(ValueError, match="Multiply"):
        simulation.act(SetWeight(0, 0, 0, 1.0))


# ---------------------------------------------------------------------------------------- sent, received


def test_a_network_goes_out_and_comes_back_as_it_was() -> None:
    for name in ("xor", "digits", "identity", "stack"):
        simulation = played(SPECIFICATION, SPECIFICATION.preset(name).setting)
        sent = simulation.offer("network")
        assert sent is not None
        again = built(SPECIFICATION, checked(Params, {"net": "received"}), 0, (sent,))
        one, other = simulation.snapshot().deep, again.snapshot().net
        assert one.sizes == other.sizes and one.hidden == other.hidden and one.output == other.output
        for a, b in zip(one.weights, other.weights, strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_network_that_arrives_is_shown_at_once() -> None:
    form = network_form(mlp((2, 3, 2), np.random.default_rng(1), "tanh", "softmax"))
    simulation = built(SPECIFICATION, checked(Params, {"net": "received"}), 0, (network_artifact(form, "theirs"),))
    assert simulation.snapshot().net.sizes == (2, 3, 2) and simulation.snapshot().net.output == "softmax"


def test_nothing_received_is_said() -> None:
    with pytest.raises(ParamError, match="received"):
        built(SPECIFICATION, checked(Params, {"net": "received"}), 0)


def test_the_hat_is_not_sent_since_no_output_clips_at_zero() -> None:
    assert played(SPECIFICATION, SPECIFICATION.preset("hat").setting).offer("network") is None


# ------------------------------------------------------------------------------------------- challenges


def test_or_alone_does_not_pass_the_first_challenge() -> None:
    challenge = SPECIFICATION.challenge("xor")
    actions = tuple((0, SetWeight(layer, 0, source, value)) for layer, source, value in (
        (0, 0, 10.0), (0, 1, 10.0), (0, BIAS, -5.0), (1, 0, 10.0), (1, BIAS, -5.0)))  # fmt: skip
    frame = played(SPECIFICATION, Setting(challenge.setting.values, 0, actions)).snapshot()
    progress = challenge.check(frame, frame.params, actions)
    assert not progress.done and "3 of 4" in progress.text


def test_the_challenges_refuse_another_network() -> None:
    for challenge in SPECIFICATION.challenges:
        frame = framed()
        if challenge.id == "xor":
            assert challenge.check(frame, frame.params, ()).failed
        else:
            assert challenge.check(shown("hat"), shown("hat").params, ()).failed


# ------------------------------------------------------------------------------------- why this number


def test_what_checks_a_network_is_explained_too() -> None:
    frame = framed(page="space")
    for name in ("std_0", "std_1", "std_2", "flat_gap", "margin", "saturated"):
        term = why_of(frame, name)
        assert term is not None and term.lines(), name
        assert term.value == pytest.approx(metrics_of(frame)[name], abs=1e-12), name
    assert why_of(frame, "std_2").lines()[0].symbols == "√(S / n)"  # type: ignore[union-attr]
    assert why_of(shown("digits"), "accuracy").lines()[0].numbers.endswith("/ 600.0")  # type: ignore[union-attr]
    assert why_of(shown("signal"), "drawn").value == pytest.approx(math.sqrt(2 / 64))  # type: ignore[union-attr]


def test_a_turned_matrix_changes_neither_the_plan_nor_what_is_kept() -> None:
    frame = framed(net="sizes", sizes="3-4-4-2", mistake="turned")
    assert sentence_of(frame).startswith("My sizes, 3-4-4-2") and metrics_of(frame)["kept"] is None
