"""A single neuron: the numbers of the course, sums done by hand, and what the read-outs say where something is
special."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.engine.nets.exchange import read_network
from lab.experiments.e07_single_neuron.ceiling import best_accuracy, threshold_rules
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import Feed, Flip, SetNeuron
from lab.experiments.e07_single_neuron.words import remark
from tests.asking import metrics_of, sentence_of, unavailable_of, why_of

SPECIFICATION = find("single-neuron").load()
ZERO = {"w1": 0.0, "w2": 0.0, "w3": 0.0, "bias": 0.0}


def framed(steps: int = 0, actions: tuple[tuple[int, Any], ...] = (), seed: int = 0, **values: Any) -> NeuronFrame:
    return played(SPECIFICATION, Setting(values, seed, actions, steps)).snapshot()


def of_preset(id: str) -> dict[str, Any]:
    return dict(metrics_of(played(SPECIFICATION, SPECIFICATION.preset(id).setting).snapshot()))


# ------------------------------------------------------------------------------------------- the course


def test_the_first_example_of_the_course_is_1_85_and_not_1_45() -> None:
    shown = of_preset("course")
    assert [shown[f"x{i}"] for i in (1, 2, 3)] == [0.5, -0.3, 1.2]
    assert [shown[f"w{i}"] for i in (1, 2, 3)] == [0.8, -0.5, 1.0] and shown["bias"] == 0.1
    assert [shown[f"term{i}"] for i in (1, 2, 3)] == pytest.approx([0.4, 0.15, 1.2])
    assert shown["z"] == pytest.approx(0.4 + 0.15 + 1.2 + 0.1) == pytest.approx(1.85)
    assert round(shown["p"], 3) == 0.864 == round(shown["output"], 3)
    assert round(shown["slope"], 3) == 0.117
    assert shown["slope"] == pytest.approx(shown["output"] * (1 - shown["output"]))


def test_the_second_example_of_the_course_is_0_43() -> None:
    shown = of_preset("course-2")
    assert [shown[f"x{i}"] for i in (1, 2, 3)] == [0.5, 0.3, 0.2]
    assert shown["z"] == pytest.approx(0.2 - 0.03 + 0.16 + 0.1) == pytest.approx(0.43)
    assert round(shown["p"], 3) == 0.606


def test_a_shrug_on_xor_costs_exactly_ln_2() -> None:
    shown = metrics_of(framed(data="xor", **ZERO))
    assert shown["loss"] == pytest.approx(math.log(2), abs=1e-15)
    assert shown["slope_w1"] == shown["slope_w2"] == shown["slope_bias"] == 0


# ------------------------------------------------------------------------------------------ by hand


def test_loss_accuracy_norm_and_margins_agree_with_a_calculation_by_hand() -> None:
    shown = metrics_of(framed(data="and", w1=3.0, w2=-4.0, bias=2.0))
    sums = {1: 2.0, 2: -2.0, 3: 5.0, 4: 1.0}  # of (0,0), (0,1), (1,0), (1,1)
    assert {i: shown[f"z_{i}"] for i in sums} == sums
    off = [math.log(1 + math.exp(z)) for z in (2.0, -2.0, 5.0)] + [math.log(1 + math.exp(-1.0))]
    assert shown["loss"] == pytest.approx(sum(off) / 4)
    assert shown["right"] == 2 and shown["rows"] == 4 and shown["accuracy"] == 0.5
    assert shown["norm"] == 5.0
    assert [shown[f"margin_{i}"] for i in sums] == pytest.approx([-0.4, 0.4, -1.0, 0.2])
    assert shown["margin"] == pytest.approx(-1.0)


def test_every_number_with_arithmetic_is_explained_by_the_numbers_on_screen() -> None:
    for values in (
        {},
        {"data": "majority", "gate": "tanh"},
        {"data": "xor", "rule": "perceptron", "gate": "step"},
    ):
        frame = framed(2, **values)
        shown = metrics_of(frame)
        explained = {name for name in shown if why_of(frame, name) is not None}
        assert {"z", "p", "loss", "accuracy", "norm", "margin", "term1", "next_w1", "next_bias"} <= explained
        for name in explained:
            assert why_of(frame, name).value == pytest.approx(shown[name], rel=1e-9, abs=1e-12), name
    card = why_of(framed(data="votes", w1=0.8, w2=-0.5, w3=1.0, bias=0.1), "z").lines(3)[0]
    assert card.symbols == "w₁·x₁ + w₂·x₂ + w₃·x₃ + b"
    assert card.numbers == "0.800·0.500 + (−0.500)·(−0.300) + 1.00·1.20 + 0.100" and card.result == "1.85"


@pytest.mark.parametrize(
    ("gate", "z", "output", "slope"),
    [
        ("step", 0.0, 0.0, None),
        ("step", 0.5, 1.0, 0.0),
        ("sigmoid", 0.0, 0.5, 0.25),
        ("tanh", 0.0, 0.0, 1.0),
        ("tanh", 0.5, math.tanh(0.5), 1 - math.tanh(0.5) ** 2),
    ],
)
def test_each_gate_gives_its_own_output_and_slope(gate: str, z: float, output: float, slope: float | None) -> None:
    shown = metrics_of(framed(data="not", gate=gate, w1=1.0, bias=z - 1.0))
    assert shown["z"] == z and shown["output"] == pytest.approx(output)
    assert shown["slope"] == (slope if slope is None else pytest.approx(slope))


def test_a_gate_changes_the_output_and_no_answer() -> None:
    answers = [framed(data="blobs", gate=gate, w1=1.0, w2=0.3).correct.tolist() for gate in ("sigmoid", "step", "tanh")]
    assert answers[0] == answers[1] == answers[2]


def test_without_weights_there_is_no_boundary_and_no_margin() -> None:
    frame = framed(data="and", **ZERO)
    assert metrics_of(frame)["margin"] is None and metrics_of(frame)["margin_1"] is None
    assert "no boundary" in sentence_of(frame) and why_of(frame, "margin") is None


def test_rounding_does_not_decide_a_sum_of_zero() -> None:
    """0.1 + 0.2 − 0.3 is 5.6·10⁻¹⁷ in floating point: that is a 0, and 0 is no yes."""
    frame = framed(data="and", w1=0.1, w2=0.2, bias=-0.3)
    assert 0 < metrics_of(frame)["z_4"] < 1e-15 and metrics_of(frame)["right"] == 3


# ---------------------------------------------------------------------------------------- the ceiling


def test_one_neuron_can_answer_14_of_16_questions_of_two_inputs_and_104_of_256_of_three() -> None:
    assert [len(threshold_rules(inputs)) for inputs in (1, 2, 3)] == [4, 14, 104]
    with pytest.raises(ValueError, match="inputs: 4"):
        threshold_rules(4)


def test_the_ceiling_of_two_inputs_agrees_with_the_list_of_all_rules() -> None:
    """The engine tries every straight cut; the list was found by small whole weights."""
    from lab.experiments.e07_single_neuron.examples import examples_for

    base = examples_for(checked(SPECIFICATION.params, {}), np.random.default_rng(0))
    for code in range(16):
        labels = np.array([code >> 3 & 1, code >> 2 & 1, code >> 1 & 1, code & 1])
        by_rules = float((threshold_rules(2) == labels).mean(axis=1).max())
        assert best_accuracy(base.with_rows(base.points.copy(), labels)) == by_rules
        assert (by_rules == 1.0) == (code not in (0b0110, 0b1001))


def test_the_ceiling_stays_a_secret_until_five_tries_or_until_learning_shows_it() -> None:
    def tried(count: int) -> NeuronFrame:
        tries = tuple((0, SetNeuron("xor", (1.0, float(i)), -0.5, i)) for i in range(1, count + 1))
        return framed(0, tries, data="xor", gate="step")

    assert metrics_of(tried(4))["ceiling"] is None and metrics_of(tried(4))["tries"] == 4
    shown = metrics_of(tried(5))
    assert shown["ceiling"] == 0.75 and shown["best_try"] == 0.75
    assert "75 %" in remark(tried(5))
    assert metrics_of(framed(40, data="xor", gate="step", rule="perceptron"))["ceiling"] == 0.75
    assert metrics_of(framed(1, data="xor", rule="perceptron"))["ceiling"] is None


def test_all_places_of_one_drag_are_one_try_and_only_where_it_ends_counts() -> None:
    through = [(0.0, 0.0, 0.0), (1.0, 1.0, -0.5), (-1.0, -1.0, 0.5)]  # the middle one has three rows right
    drag = tuple((0, SetNeuron("xor", w[:2], w[2], 1)) for w in through)
    along, end = metrics_of(framed(0, drag, data="xor")), metrics_of(framed(0, drag[-1:], data="xor"))
    assert (along["tries"], along["best_try"]) == (end["tries"], end["best_try"]) == (1, 0.25)


def test_a_try_counts_only_on_the_table_it_was_made_on() -> None:
    frame = framed(0, ((0, SetNeuron("and", (1.0, 1.0), -1.5, 1)),), data="or")
    assert metrics_of(frame)["tries"] == 0 and metrics_of(frame)["bias"] == -1.5


# ------------------------------------------------------------------------------- gestures, own tables


def test_every_gesture_is_taken_back_by_the_one_it_returns() -> None:
    simulation = played(SPECIFICATION, Setting({"data": "xor"}, 0, (), 3))
    before = dict(metrics_of(simulation.snapshot())) | {"tries": None, "best_try": None}
    for action in (
        SetNeuron("xor", (5.0, -2.0), 0.25, 1),
        Feed((0.3, 0.4)),
        Feed((0.0, 0.0), 0),
        Flip("xor", 2),
    ):
        assert action.sentence()[0].isupper()
        back = simulation.act(action)
        assert simulation.act(back) is not None
        after = dict(metrics_of(simulation.snapshot())) | {"tries": None, "best_try": None}
        assert after == before, action


def test_a_rewritten_table_has_the_name_of_the_gate_it_became() -> None:
    frame = framed(0, ((0, Flip("and", 1)), (0, Flip("and", 2))), data="and")
    assert frame.examples.name == "OR" and metrics_of(frame)["right"] == 4
    frame = framed(0, ((0, Flip("majority", 0)),), data="majority")
    assert frame.examples.name == "A table of your own"
    assert framed(0, ((0, Flip("or", 1)),), data="and").examples.name == "AND"  # of another table


def test_gestures_that_do_not_fit_the_table_change_nothing() -> None:
    for action in (
        SetNeuron("and", (1.0, 2.0, 3.0), 0.0, 1),
        Feed((1.0,)),
        Flip("and", 9),
        Feed((0.0, 0.0), 7),
    ):
        assert metrics_of(framed(0, ((0, action),))) == metrics_of(framed())


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e7])
def test_numbers_that_cannot_be_computed_with_are_refused(bad: float) -> None:
    for action in (SetNeuron("and", (1.0, bad), 0.0), SetNeuron("and", (1.0, 0.0), bad), Feed((bad, 0.0))):
        with pytest.raises(ValueError, match="10⁶"):
            framed(0, ((0, action),))


def test_weights_that_no_hand_may_set_are_only_brought_back_by_a_checkpoint() -> None:
    far = points(x=np.array([[0.0, 0.0], [1e6, 1e6], [9e5, 1e6]]))
    simulation = built(
        SPECIFICATION, checked(SPECIFICATION.params, {"data": "received", "learning_rate": 100.0}), 0, (far,)
    )
    simulation.act(SetNeuron("received", (-1.0, -1.0), 0.0, 1))
    simulation.step()
    assert simulation.snapshot().neuron.norm > 1e6
    assert simulation.act(SetNeuron("received", (1.0, 1.0), 0.0, 2)) is None


def test_weights_set_before_the_first_step_are_where_starting_over_begins() -> None:
    from lab.core.scene import Scene
    from lab.runtime.track import Track

    track = Track(find("single-neuron"), Scene("single-neuron"))
    start = track.params.start(2)
    track.act(SetNeuron("and", (2.0, -3.0), 0.5, 1, start), "drag")
    track.go(5)
    track.run_to_goal()
    track.act(SetNeuron("and", (9.0, 9.0), 9.0, 2), "later")
    track.start_over()
    assert track.snapshot().neuron.numbers == (2.0, -3.0, 0.5)
    track.set({"w1": 4.0}, "")  # the controls have the last word
    assert track.snapshot().neuron.numbers == (4.0, 1.0, -0.5)


# ------------------------------------------------------------------------------------ received and given


def points(**data: Any) -> Artifact:
    usual = {"x": np.array([[0.0, 0.0], [4.0, 1.0], [5.0, 2.0]]), "labels": np.array([0, 1, 1])}
    return Artifact("points", "Three points", usual | data)


def test_received_points_become_the_question_and_fill_the_plane() -> None:
    params = checked(SPECIFICATION.params, {"data": "received"})
    frame = built(SPECIFICATION, params, 0, (points(),)).snapshot()
    assert frame.examples.name == "Three points" and len(frame.examples) == 3
    x0, x1, y0, y1 = frame.examples.extent
    assert x0 < 0 < 5 < x1 and x1 - x0 == pytest.approx(y1 - y0)
    assert unavailable_of(frame) == {} and unavailable_of(framed()) == {"data": ("received",)}
    with pytest.raises(ParamError, match="nothing was received"):
        framed(data="received")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": np.zeros((3, 3))}, "x: shape"),
        ({"x": np.array([[0.0, np.nan]] * 3)}, "finite"),
        ({"labels": np.array([0, 1, 2])}, "labels: shape"),
        ({"labels": np.array([0, 1])}, "labels: shape"),
    ],
)
def test_points_that_do_not_fit_are_refused_by_name(data: dict[str, Any], message: str) -> None:
    params = checked(SPECIFICATION.params, {"data": "received"})
    with pytest.raises(ValueError, match=message):
        built(SPECIFICATION, params, 0, (points(**data),))
    lacking = Artifact("points", "", {"x": np.zeros((1, 2))})
    with pytest.raises(ValueError, match="labels"):
        built(SPECIFICATION, params, 0, (lacking,))


def test_the_neuron_is_given_as_a_network_of_one_unit() -> None:
    simulation = played(SPECIFICATION, Setting({"gate": "tanh"}, steps=2))
    given, frame = simulation.offer("network"), simulation.snapshot()
    form = read_network(given.data, inputs=2)
    assert form.sizes == (2, 1) and form.output == "tanh" and form.labels.tolist() == [0, 0, 0, 1]
    assert form.weights[0].tolist() == [frame.neuron.weights.tolist()]
    assert form.biases[0].tolist() == [frame.neuron.bias]
    assert "step 2" in given.origin
    rows = simulation.offer("points")
    assert rows.title == "AND" and rows.data["labels"].tolist() == [0, 0, 0, 1]
    assert played(SPECIFICATION, Setting({"data": "majority"})).offer("points") is None, "three inputs are no plane"


def test_a_damaged_state_is_refused_and_names_what_is_wrong() -> None:
    simulation = played(SPECIFICATION, Setting(steps=3))
    good = simulation.save()
    with pytest.raises(ValueError, match="state: 'neuron'"):
        simulation.load({key: value for key, value in good.items() if key != "neuron"})
    with pytest.raises(ValueError, match="points"):
        simulation.load(dict(good, points=np.zeros((4, 3))))
    with pytest.raises(ValueError, match="starting over"):
        simulation.retune(replace(SPECIFICATION.params(), data="or"))


def test_descriptions_say_where_it_stands() -> None:
    assert sentence_of(framed()) == ("Step 0, AND: for (1, 1) z is 1.50 and the output 0.818; 2 of 4 right.")
    assert "goes round in circles" in sentence_of(framed(40, data="xor", rule="perceptron"))
    assert "grows without end" in sentence_of(framed(10))
    assert "after 9 corrections" in sentence_of(framed(25, data="or", rule="perceptron", **ZERO))
