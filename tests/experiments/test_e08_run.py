"""Activations, the run: what is read, received and sent, saved and described."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.lesson import load
from lab.core.params import ParamError, fields_of
from lab.core.scene import Scene
from lab.experiments.e08_activations import thumbnail
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.gates import GATES, value_at, values_at
from lab.experiments.e08_activations.limits import DRAWN, USED
from lab.experiments.e08_activations.scores import parse_scores, write_scores
from lab.experiments.e08_activations.settings import PAGES, Display, Params
from lab.experiments.e08_activations.simulation import build
from lab.experiments.e08_activations.trace import Trace
from lab.runtime.track import Track
from tests.asking import curves_of, divergence_of, hidden_of, limits_of, metrics_of, sentence_of, unavailable_of

EXPERIMENT = find("activations")
SPECIFICATION = EXPERIMENT.load()


def framed(steps: int = 0, seed: int = 0, **values: Any) -> ActivationsFrame:
    return played(SPECIFICATION, Setting(values, seed, (), steps)).snapshot()


# --------------------------------------------------------------------------------------- typed logits


@pytest.mark.parametrize(
    "text",
    ["2.0, 1.0, 0.1", "2,0; 1,0; 0,1", "2 1 1/10", "2,1,0.1", "[2.0, 1.0, 1e-1]", "2.0\t1.0\t0.1\n", "2; 1; 0.1;"],
)
def test_logits_are_read_however_people_write_them(text: str) -> None:
    assert parse_scores(text) == pytest.approx((2.0, 1.0, 0.1))


def test_a_comma_between_two_digits_is_a_decimal_mark() -> None:
    assert parse_scores("2,5 1") == (2.5, 1.0)


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "2 to"), ("3", "2 to"), ("2,1", "2 to"), ("1 " * 13, "2 to"), ("1, two", "two"), ("1 1e7", "10000")],
)
def test_what_is_no_row_of_logits_is_refused_with_a_sentence(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_scores(text)
    with pytest.raises(ParamError, match="logits"):
        next(f for f in fields_of(Params) if f.name == "logits").checked(text)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=12))
def test_written_logits_are_read_back_to_four_decimals(values: list[float]) -> None:
    assert parse_scores(write_scores(values)) == pytest.approx(values, abs=6e-5)


# ----------------------------------------------------------------------------------- received, offered


def received(**data: Any) -> ActivationsFrame:
    artifact = Artifact("distribution", "Next token", data, "elsewhere")
    params = Params(topic="softmax", source="received")
    return build(params, np.random.default_rng(0), (artifact,)).snapshot()


def test_a_distribution_arrives_as_logits_or_as_probabilities() -> None:
    page = received(probabilities=np.array([0.7, 0.2, 0.1]), labels=["a", "b", "c"]).page
    assert page.probabilities == pytest.approx([0.7, 0.2, 0.1]) and page.names == ("a", "b", "c")
    assert received(logits=np.array([1.0, 2.0])).page.logits.tolist() == [1.0, 2.0]


def test_a_long_distribution_keeps_its_eleven_likeliest_and_gathers_the_rest() -> None:
    logits = np.linspace(3.0, -3.0, 40)
    page = received(logits=logits, labels=[f"t{i}" for i in range(40)]).page
    whole = np.exp(logits) / np.exp(logits).sum()
    assert len(page.names) == 12 and page.names[-1] == "29 others" and page.classes.gathered == 29
    assert page.probabilities[:11] == pytest.approx(whole[:11])
    assert page.probabilities[-1] == pytest.approx(whole[11:].sum())


@pytest.mark.parametrize(
    "data",
    [{}, {"logits": "no"}, {"logits": np.zeros((2, 2))}, {"logits": np.array([1.0, np.nan])}, {"logits": np.ones(1)},
     {"probabilities": np.array([-0.1, 1.1])}],
)  # fmt: skip
def test_a_broken_distribution_is_refused_with_a_sentence(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"distribution|logits|probabilities"):
        received(**data)


def test_without_a_received_distribution_the_choice_is_away() -> None:
    with pytest.raises(ParamError, match="nothing was received"):
        framed(topic="softmax", source="received")
    assert unavailable_of(framed(topic="softmax")) == {"source": ("received",)}
    assert unavailable_of(received(logits=np.array([1.0, 2.0]))) == {}


@pytest.mark.parametrize("topic", list(PAGES))
def test_every_page_offers_the_softmax_of_its_logits(topic: str) -> None:
    simulation = played(SPECIFICATION, Setting({"topic": topic}, steps=3))
    offered = simulation.offer("distribution")
    assert offered is not None and offered.data["labels"] == ["cat", "dog", "bird"]
    assert offered.data["probabilities"].sum() == pytest.approx(1.0) and simulation.offer("network") is None
    again = build(Params(topic="softmax", source="received"), np.random.default_rng(0), (offered,)).snapshot().page
    assert again.logits.tolist() == offered.data["logits"].tolist()


def test_random_logits_come_from_the_seed() -> None:
    one, two = (framed(topic="softmax", source="random", seed=seed).page for seed in (1, 2))
    assert len(one.logits) == 5 and one.logits.tolist() != two.logits.tolist()
    assert one.logits.tolist() == framed(topic="softmax", source="random", seed=1).page.logits.tolist()


# ------------------------------------------------------------------------------------- kept and undone


def test_a_drag_restarts_the_run_and_undo_takes_the_whole_drag_back() -> None:
    track = Track(EXPERIMENT, Scene("activations", params={"topic": "softmax"}))
    track.go(4)
    track.run_to_goal()
    walked = track.snapshot().page.logits.tolist()
    for value in (2.1, 2.5, 3.0):
        track.set({"logits": f"{value}, 1, 0.1"}, "logit#0")
    assert track.position == 0 and track.snapshot().page.logits[0] == 3.0
    track.undo()
    assert track.position == 4 and track.snapshot().page.logits.tolist() == walked


def test_another_page_is_another_run_and_undo_leads_back_into_the_first() -> None:
    track = Track(EXPERIMENT, Scene("activations", params={"topic": "depth", "layers": 2, "function": "relu"}))
    track.go(30)
    track.run_to_goal()
    loss = metrics_of(track.snapshot())["loss"]
    track.set({"topic": "function"}, "")
    assert track.position == 0
    track.undo()
    assert track.position == 30 and metrics_of(track.snapshot())["loss"] == loss


def test_a_state_of_another_page_or_shape_is_refused() -> None:
    saved = played(SPECIFICATION, Setting({"topic": "softmax"})).save()
    for values in ({"topic": "depth"}, {"topic": "softmax", "logits": "1 2 3 4"}):
        with pytest.raises(ValueError):
            played(SPECIFICATION, Setting(values)).load(saved)
    with pytest.raises(ValueError, match="part"):
        played(SPECIFICATION, Setting({"topic": "softmax"})).load({k: v for k, v in saved.items() if k != "part"})
    with pytest.raises(ValueError, match="layers"):
        chain = played(SPECIFICATION, Setting({"topic": "depth", "layers": 3})).save()
        played(SPECIFICATION, Setting({"topic": "depth", "layers": 2})).load(chain)


def test_a_control_that_restarts_cannot_be_changed_in_flight_and_there_are_no_other_gestures() -> None:
    simulation = played(SPECIFICATION, Setting())
    with pytest.raises(ValueError, match="layers"):
        simulation.retune(Params(layers=3))
    with pytest.raises(ValueError, match="no gesture"):
        simulation.act(object())


def test_a_gate_changed_in_the_middle_of_a_step_is_as_if_changed_before_it() -> None:
    values = {"topic": "depth", "function": "relu", "layers": 3}
    early, late = (played(SPECIFICATION, Setting(values, steps=20)) for _run in range(2))
    changed = Params(**{**values, "function": "tanh", "learning_rate": 0.1})
    early.retune(changed)
    late.step()  # half of step 21, the first of a new epoch
    assert late.steps == 20
    late.retune(changed)
    for simulation in (early, late):
        while simulation.steps < 23:
            simulation.step()
    assert metrics_of(early.snapshot()) == metrics_of(late.snapshot())


def test_a_run_is_done_only_when_a_step_would_change_nothing() -> None:
    for values in ({"topic": "softmax", "temperature": 0.0}, {"topic": "softmax", "infinite": True}):
        simulation = played(SPECIFICATION, Setting(values))
        assert simulation.done
        before = metrics_of(simulation.snapshot())
        simulation.step()
        assert simulation.steps == 0 and repr(metrics_of(simulation.snapshot())) == repr(before)
    stuck = played(SPECIFICATION, Setting({"function": "relu", "x": -2.0}, steps=5))
    assert not stuck.done and stuck.snapshot().page.x == -2.0  # a slope of 0 proves nothing


def test_a_ball_that_runs_away_is_reported_and_the_remedy_holds() -> None:
    frame = framed(400, function="leaky_relu", x=3.0, learning_rate=1e6)
    found = divergence_of(frame)
    assert found is not None and "ran away" in sentence_of(frame)
    mended = framed(400, function="leaky_relu", x=3.0, **found.remedy)
    assert divergence_of(mended) is None and mended.page.value == pytest.approx(1.0)


def test_a_trace_thins_itself_and_always_holds_the_present_row() -> None:
    trace = Trace((0.0,))
    early = trace.past()
    for step in range(1, 3 * 4096):
        trace.add(step, (float(step),))
    seen = trace.past()
    assert len(seen.steps) <= 4097 and seen.steps[-1] == 3 * 4096 - 1
    assert np.array_equal(seen.steps, seen.column(0)) and early.column(0).tolist() == [0.0]
    again = Trace((0.0,))
    again.load(trace.save())
    assert np.array_equal(again.past().column(0), seen.column(0))
    with pytest.raises(ValueError, match="record"):
        Trace((0.0, 1.0)).load(trace.save())


# --------------------------------------------------------------------------------------- descriptions


@pytest.mark.parametrize("topic", list(PAGES))
def test_the_controls_and_options_of_other_pages_are_not_shown(topic: str) -> None:
    hidden = hidden_of(framed(topic=topic))
    controls = {f.name for f in fields_of(Params)} - {"topic"}
    options = {f.name for f in fields_of(Display)}
    assert hidden & controls == controls - set(USED[topic])
    assert hidden & options == options - set(DRAWN[topic])
    assert set().union(*USED.values()) == controls
    assert set().union(*DRAWN.values()) == options


def test_the_depth_at_which_slopes_alone_vanish_is_marked() -> None:
    mark = limits_of(framed(function="sigmoid"))["layers"]
    assert mark.value == 12 and 0.25**12 < 1e-7 < 0.25**11
    assert limits_of(framed(function="relu"))["layers"].value is None
    assert limits_of(framed(topic="softmax"))["layers"].value is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"x": -5.0}, ("Sigmoid", "−5.00", "locked")),
        ({"function": "relu", "x": -1.0}, ("ReLU", "dead")),
        ({"topic": "depth"}, ("10 layers", "Sigmoid", "loss")),
        ({"topic": "depth", "layers": 1}, ("1 layer of",)),
        ({"topic": "softmax"}, ("cat 65.9 %", "0.417 nats")),
        ({"topic": "softmax", "logits": "1 2 3 4 5 6"}, ("and 2 more",)),
        ({"topic": "stability"}, ("Float32", "right to within")),
        ({"topic": "stability", "logits": "100; 1", "subtract_max": False}, ("softmax is lost", "float32")),
    ],
)
def test_the_state_is_described_in_a_sentence(values: dict[str, Any], words: tuple[str, ...]) -> None:
    sentence = sentence_of(framed(**values))
    assert all(word in sentence for word in words), sentence


def test_after_a_race_both_balls_are_described() -> None:
    sentence = sentence_of(framed(25, function="sigmoid", x=-5.0, learning_rate=1.0))
    assert "cross-entropy" in sentence and "0.949" in sentence


@pytest.mark.parametrize("topic", list(PAGES))
def test_what_is_drawn_can_be_had_as_data(topic: str) -> None:
    curves = curves_of(framed(3, topic=topic))
    assert len(curves) >= 4
    for found in curves:
        assert len(found.x) == len(found.y) and found.name and found.x_name and found.y_name


def test_all_metrics_have_labels_and_are_json() -> None:
    for topic in PAGES:
        shown = metrics_of(framed(2, topic=topic))
        assert set(shown) <= set(SPECIFICATION.metrics.labels)
        json.dumps({k: str(v) for k, v in shown.items()})


# ----------------------------------------------------------------------------- challenges, breaks, card


def progress(id: str, setting: Setting) -> Any:
    challenge = SPECIFICATION.challenge(id)
    frame = played(SPECIFICATION, setting).snapshot()
    return challenge.check(frame, frame.params, ())


def test_the_shares_may_be_set_at_any_height_but_not_by_temperature() -> None:
    start = SPECIFICATION.challenge("shares").setting
    lifted = replace(start, values={**start.values, "logits": "101.95, 100.69, 100"})
    assert progress("shares", lifted).done
    heat = replace(start, values={**start.values, "logits": "3.9, 1.386, 0", "temperature": 2.0})
    assert not progress("shares", heat).done
    assert progress("shares", replace(start, values={**start.values, "logits": "1 2"})).failed
    near = replace(start, values={**start.values, "logits": "2.1, 0.69, 0"})
    assert not progress("shares", near).done and progress("shares", near).share > 0.9


def test_twenty_layers_can_be_heard_through_in_more_than_one_way_but_not_by_explosion() -> None:
    start = SPECIFICATION.challenge("deep").setting

    def tried(**values: Any) -> Any:
        return progress("deep", replace(start, values={**start.values, **values}))

    assert not tried().done and "10⁻¹⁴" in tried().text
    assert tried(function="tanh").done and tried(function="relu", scheme="he").done
    assert not tried(function="relu", scheme="normal").done  # far too loud
    assert tried(layers=19, function="tanh").failed


@pytest.mark.parametrize("broken", SPECIFICATION.breaks, ids=lambda b: b.id)
def test_every_break_is_whole_without_its_mistake(broken: Any) -> None:
    mended = {
        "overflow": {"subtract_max": True},
        "creep": {"subtract_max": True},
        "wrong-loss": {"x": 0.0},
        "deaf": {"function": "tanh", "layers": 3, "learning_rate": 0.5},
        "dead": {"learning_rate": 1.0},
    }[broken.id]
    assert broken.broken(played(SPECIFICATION, broken.setting).snapshot())
    setting = replace(broken.setting, values={**broken.setting.values, **mended})
    assert not broken.broken(played(SPECIFICATION, setting).snapshot())


def test_the_card_shows_the_gates_of_the_experiment() -> None:
    for x in (-3.0, 0.0, thumbnail.BALL, 4.0):
        assert thumbnail.sigmoid(x) == pytest.approx(value_at("sigmoid", x))
        assert thumbnail.relu(x) == pytest.approx(value_at("relu", x) / 4)
    assert len(GATES) == 8 and math.isclose(thumbnail.sigmoid(0.0), 0.5)


@pytest.mark.parametrize("name", ["overflow", "creep"])
def test_a_share_of_nought_is_what_the_lesson_says_also_after_a_break(name: str) -> None:
    experiment = find("activations")
    link = next(request for request in load(experiment).requests.values() if request.values.get("logits") == "0;200")
    track = Track(experiment, Scene.of(experiment, next(b for b in experiment.load().breaks if b.id == name).setting))
    track.run_to_goal()
    track.set(dict(link.values), "")
    found = metrics_of(track.snapshot())
    assert found["loss_safe"] == 200.0
    assert found["loss"] == float("inf")
    assert (found["p_1"], found["p_2"]) == (0.0, 1.0)


@pytest.mark.parametrize("gate", GATES)
def test_many_values_of_a_gate_are_those_of_each_place(gate: str) -> None:
    x = np.array([-1e6, -30.0, -1.5, -0.0, 0.0, 1e-9, 0.7, 6.0, 1e6, np.nan])
    assert values_at(gate, x) == pytest.approx([value_at(gate, place) for place in x.tolist()], rel=1e-12, nan_ok=True)
    assert values_at(gate, x[:0]).shape == (0,)
