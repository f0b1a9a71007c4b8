"""Context windows, the numbers: positions, five schemes, a needle, a long text, a cache, and what is sent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked, replaced
from lab.engine.lm.decoder import cache_bytes
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.pretrained.llama_window import rounded_rows
from lab.engine.text.exchange import corpus_artifact, read_corpus
from lab.engine.transformer.positions import rope_rates, sinusoidal
from lab.experiments.e22_context_window.cache import SHAPES
from lab.experiments.e22_context_window.models import bundled, known_ids, pieces, shakespeare
from lab.experiments.e22_context_window.positions import ROWS
from lab.experiments.e22_context_window.schemes import MOST, NAMES, POINTS, config_for
from lab.experiments.e22_context_window.settings import FARTHEST, LENGTH, TAPE, Params
from lab.experiments.e22_context_window.tape import CUE, PLACES, needle_at
from tests.asking import curves_of, hidden_of, limits_of, metrics_of, sentence_of, unavailable_of, unused_of, why_of
from tests.challenges import judged

SPECIFICATION = find("context-window").load()


def run(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, (), steps))


def framed(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    return run(steps, seed, **values).snapshot()


def numbers(steps: int = 0, seed: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, seed, **values))


def on(simulation: Any, steps: int) -> None:
    for _step in range(steps):
        advance(simulation)


# Positions.


@pytest.mark.parametrize(("m", "n"), [(3, 1), (12, 10), (102, 100), (1002, 1000)])
def test_only_the_distance_is_in_the_score(m: int, n: int) -> None:
    score = numbers(m=m, n=n)["score"]
    assert score == pytest.approx(-8.115792, abs=5e-7)
    assert abs(numbers(m=m + 1, n=n)["score"] - score) > 0.1


def test_a_step_moves_both_on_and_leaves_the_score() -> None:
    frame = framed(90)
    assert (frame.page.m, frame.page.n) == (102, 100)
    assert metrics_of(frame)["score"] == pytest.approx(-8.115792, abs=5e-7)
    moved = run(5)
    moved.retune(replaced(checked(Params, {}), {"m": 50}))
    assert (moved.snapshot().page.m, moved.snapshot().page.n) == (50, 10)


def test_both_move_on_to_the_end_of_the_ruler() -> None:
    assert not run(m=FARTHEST - 1, n=0).done
    assert run(1, m=FARTHEST - 1, n=0).done


def test_the_score_is_explained_pair_by_pair() -> None:
    frame = framed()
    for name in ("score", "distance", "slowest", "wave_length"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name], rel=1e-12), name
    assert why_of(framed(stretch="ntk"), "slowest") is None
    assert why_of(framed(d=4), "score").value == pytest.approx(numbers(d=4)["score"])


def test_the_clocks_of_64_dimensions_turn_once_in_6_to_47117_tokens() -> None:
    found = numbers()
    assert found["fastest"] == pytest.approx(2 * math.pi)
    assert round(found["slowest"]) == 47_117
    assert numbers(stretch="linear", factor=4.0)["slowest"] == pytest.approx(4 * found["slowest"])
    assert numbers(stretch="ntk", factor=4.0)["fastest"] == pytest.approx(2 * math.pi)


def test_the_waves_are_those_of_the_engine() -> None:
    np.testing.assert_array_equal(framed(view="waves", d=64).page.waves, sinusoidal(ROWS, 64))
    found = numbers(view="waves")
    assert found["wave_length"] == 32
    assert [round(found[f"wave_dot_{k}"], 1) for k in (1, 5, 20)] == [30.9, 23.5, 18.9]


@pytest.mark.parametrize(("d", "pairs"), [(2, 1), (3, 1), (7, 3), (128, 64)])
def test_an_odd_dimension_has_no_partner(d: int, pairs: int) -> None:
    frame = framed(d=d)
    assert frame.page.pairs == pairs and frame.page.waves.shape == (ROWS, d)
    assert ("odd" in sentence_of(framed(d=d, view="waves"))) == (d % 2 == 1)
    term = why_of(frame, "wave_length")
    assert term is not None and term.value == pytest.approx(float((frame.page.waves[frame.page.row] ** 2).sum()))


def test_a_key_like_the_query_is_at_its_best_at_distance_0() -> None:
    page = framed(key="same").page
    assert page.scores.argmax() == 0 and page.scores[0] == pytest.approx(page.q @ page.q)


# The five schemes.


def test_one_layer_without_positions_does_not_notice_a_shuffle() -> None:
    assert numbers(20, topic="schemes", scheme="none", layers=1)["shuffled"] == 0
    page = framed(20, topic="schemes", scheme="rope", layers=1).page
    assert page.moved[NAMES.index("rope")] > 0
    assert framed(20, topic="schemes", layers=2).page.moved[NAMES.index("none")] > 0


def test_the_learned_table_ends_and_the_others_go_on() -> None:
    page = framed(topic="schemes").page
    ends = [int(np.isfinite(curve).sum()) for curve in page.curves]
    assert ends == [16, POINTS, 16, 16, 16]
    assert math.isnan(page.far("learned")) and "no row" in sentence_of(framed(topic="schemes", scheme="learned"))
    assert numbers(topic="schemes")["learned_far"] is None


def test_all_begin_at_a_guess_and_learn() -> None:
    start, later = framed(topic="schemes").page, framed(40, topic="schemes").page
    assert start.curves[:, 0] == pytest.approx(np.full(5, math.log(64)), abs=0.05)
    assert (later.curves[:, 0] < 3.5).all()
    assert later.steps.tolist() == [0, 20, 40] and later.inside.shape == (3, 5)


def test_the_models_differ_in_nothing_but_their_positions() -> None:
    plans = [config_for(checked(Params, {}), name, 64) for name in NAMES]
    assert [plan.positions for plan in plans] == list(NAMES)
    assert len({(plan.d_model, plan.n_layers, plan.n_heads, plan.d_ff) for plan in plans}) == 1


def test_rope_is_read_stretched_as_soon_as_it_is_asked_for() -> None:
    simulation = run(20, topic="schemes")
    assert not simulation.opening and simulation.snapshot().page.stretched is None
    params = replaced(simulation.snapshot().params, {"stretch": "ntk"})
    simulation.retune(params)
    assert simulation.opening
    while simulation.opening:
        simulation.step()
    assert simulation.steps == 20  # what is measured beside the run is no step of it
    stretched = simulation.snapshot().page.stretched
    simulation.retune(replaced(params, {"factor": 1.0}))
    while simulation.opening:
        simulation.step()
    page = simulation.snapshot().page
    np.testing.assert_allclose(page.stretched, page.curves[NAMES.index("rope")], atol=1e-4)  # by 1: as it was trained
    assert np.abs(stretched - page.stretched).max() > 1e-4
    simulation.retune(replaced(params, {"stretch": "none"}))
    assert not simulation.opening and simulation.snapshot().page.stretched is None


def test_they_learn_for_a_thousand_steps() -> None:
    simulation = run(topic="schemes")
    state = dict(simulation.save())
    for updates, done in ((MOST - 1, False), (MOST, True)):
        simulation.load({**state, "part": {**state["part"], "updates": updates}})
        assert simulation.done == done


# The needle.


@pytest.mark.parametrize(
    ("distance", "window", "found"), [(47, 48, True), (48, 48, False), (30, 24, False), (110, 120, True)]
)
def test_the_needle_is_found_inside_the_window_and_gone_outside(distance: int, window: int, found: bool) -> None:
    frame = framed(1, topic="tape", distance=distance, window=window)
    page = frame.page
    assert not page.pending and page.seen == found
    assert (page.mean > 0.9) if found else (page.mean < 0.2)
    assert ("inside" in sentence_of(frame)) == found


def test_the_tape_holds_the_needle_and_asks_for_it() -> None:
    page = framed(topic="tape", distance=30).page
    assert len(page.letters) == TAPE
    needle = page.letters[page.at : page.at + CUE + 1]
    assert page.letters[-CUE:] == needle[:CUE] and page.answer == needle[-1]
    assert page.letters.count(page.answer) == 1 and page.at == needle_at(30)
    assert page.at + CUE == TAPE - 1 - 30


def test_recall_is_measured_distance_by_distance_and_anew_with_another_window() -> None:
    simulation = run(3, topic="tape")
    recall = simulation.snapshot().page.recall
    assert np.isfinite(recall[:3]).all() and np.isnan(recall[3:]).all() and recall[0] > 0.99
    simulation.retune(replaced(simulation.snapshot().params, {"distance": 60}))
    assert np.isfinite(simulation.snapshot().page.recall).sum() == 3  # the same window
    simulation.retune(replaced(simulation.snapshot().params, {"window": 40}))
    assert np.isnan(simulation.snapshot().page.recall).all()


@pytest.mark.parametrize(
    ("upto", "window", "sinks", "fallen"),
    [(48, 48, 0, 0), (49, 48, 0, 1), (120, 48, 0, 72), (52, 48, 4, 0), (53, 48, 4, 1), (119, 120, 0, 0), (1, 8, 0, 0)],
)
def test_letters_fall_off_the_tape_when_the_window_is_full(upto: int, window: int, sinks: int, fallen: int) -> None:
    frame = framed(topic="tape", upto=upto, window=window, sinks=sinks)
    page = frame.page
    states = [page.place_is(place) for place in range(TAPE)]
    assert [states.count(name) for name in ("ahead", "fallen", "kept")] == [TAPE - upto, fallen, upto - fallen]
    assert metrics_of(frame)["fallen"] == page.fallen == fallen
    assert states[upto - 1] == "kept" and (not fallen or states[sinks] == "fallen")
    why = why_of(frame, "fallen")
    assert (why is None) == (fallen == 0) and (why is None or why.value == fallen)


def test_the_sentence_says_what_is_on_the_tape_until_all_is_read() -> None:
    simulation = run(4, topic="tape", upto=90)
    assert "90 of 120 letters are read: 42 have fallen off, 48 are in the window." in sentence_of(simulation.snapshot())
    simulation.retune(replaced(simulation.snapshot().params, {"upto": TAPE}))
    assert "the right letter gets" in sentence_of(simulation.snapshot())


def test_where_the_window_ends_is_marked_on_the_distance() -> None:
    assert limits_of(framed(topic="tape", window=48))["distance"].value == 48
    assert limits_of(framed(topic="tape", window=TAPE))["distance"].value is None
    assert max(PLACES) < TAPE - CUE


# The long text.


def test_past_the_trained_length_all_kept_is_lost_and_a_window_is_not() -> None:
    found = numbers(26, topic="memory", sinks=4)
    assert found["read"] == 208 and found["context"] == 128
    assert found["within"] < 1.3 and found["window_beyond"] < 1.4 and found["sinks_beyond"] < 1.4
    assert found["all_beyond"] > found["window_beyond"] + 1
    assert numbers(24, topic="memory")["all_beyond"] is None  # 192 letters: nothing is beyond yet


def test_a_long_text_resumes_where_it_was() -> None:
    simulation = run(3, topic="memory")
    state = simulation.save()
    again = built(SPECIFICATION, checked(Params, {"topic": "memory"}), 0)
    again.load(state)
    for each in (simulation, again):
        on(each, 2)
    np.testing.assert_array_equal(simulation.snapshot().page.losses, again.snapshot().page.losses)


def received(*artifacts: Artifact, **values: Any) -> Any:
    return SPECIFICATION.build(checked(Params, values), np.random.default_rng(0), artifacts)


def test_a_received_model_and_a_received_text_are_read() -> None:
    text = "the cat sat on the mat and the dog sat on the log. " * 4
    sent = Artifact("language-model", "copier", lm_to_data(bundled("copier")))
    simulation = received(sent, corpus_artifact(text, "cats"), topic="memory", source="received")
    on(simulation, 1)
    assert simulation.snapshot().page.context == 64
    assert simulation.snapshot().page.length < len(text)
    assert read_corpus(simulation.offer("corpus").data) == text
    assert "received" not in unavailable_of(simulation.snapshot()).get("source", ())


def test_a_text_alone_is_read_by_the_house_model_and_a_model_alone_reads_shakespeare() -> None:
    simulation = received(corpus_artifact("to be or not to be " * 9, "be"), topic="memory", source="received")
    assert simulation.snapshot().page.context == 128 and simulation.snapshot().page.length < 9 * 19
    sent = Artifact("language-model", "copier", lm_to_data(bundled("copier")))
    assert received(sent, topic="memory", source="received").snapshot().page.length == LENGTH


def test_what_was_not_received_cannot_be_read() -> None:
    assert "received" in unavailable_of(framed())["source"]
    for topic in ("memory", "positions"):
        with pytest.raises(ParamError):
            received(topic=topic, source="received")
    assert framed(topic="memory", source="small").page.context == 128


@pytest.mark.parametrize(("letters", "fits"), [(65, True), (64, False)])
def test_a_text_needs_65_letters(letters: int, fits: bool) -> None:
    model = bundled("shakespeare-main")
    if fits:
        assert len(known_ids(model, "a" * letters + "é")) == letters
    else:
        with pytest.raises(ValueError, match="needs 65"):
            known_ids(model, "a" * letters + "é")


def test_a_model_that_cannot_be_read_token_by_token_is_refused() -> None:
    plan = LMConfig(shakespeare()[0].size, 16, 8, 2, 1, 8, norm_place="post")
    made = SavedLM(init_parameters(plan, np.random.default_rng(0)), shakespeare()[0], {})
    with pytest.raises(ValueError, match="token by token"):
        received(Artifact("language-model", "post", lm_to_data(made)), topic="memory", source="received")


def test_a_model_with_a_learned_table_is_read_to_its_end() -> None:
    plan = LMConfig(shakespeare()[0].size, 24, 8, 2, 1, 8, positions="learned")
    made = SavedLM(init_parameters(plan, np.random.default_rng(0)), shakespeare()[0], {})
    simulation = received(Artifact("language-model", "table", lm_to_data(made)), topic="memory", source="received")
    on(simulation, 3)
    assert simulation.done and simulation.snapshot().page.read == 24
    assert "stretch" in unused_of(simulation.snapshot()) and unused_of(framed(topic="memory")) == {}


def test_pieces_of_a_short_text_overlap() -> None:
    ids = np.arange(100)
    found = pieces(ids, 4, 80)
    assert found.shape == (4, 80) and found[0, 0] == 0 and found[-1, -1] == 99


# The cache.


def test_bytes_a_token_of_published_models() -> None:
    found = {name: shape.per_token(16) for name, shape in SHAPES.items()}
    assert found == {"house": 2048, "smollm2": 23_040, "gpt2": 36_864, "llama2": 524_288, "llama3": 131_072}
    assert found["gpt2"] == cache_bytes(12, 768)
    assert SHAPES["llama2"].per_token(8) == 262_144 + 2 * 32 * 32 * 2  # and a scale of two bytes for each row


def test_memory_is_explained_and_a_shared_beginning_is_kept_once() -> None:
    frame = framed(topic="cache", tokens=4096, shared=1024, bits="4")
    found = metrics_of(frame)
    for name in ("bytes_per_token", "cache_mib", "two_mib"):
        assert why_of(frame, name).value == pytest.approx(found[name]), name
    assert found["two_mib"] == pytest.approx(found["cache_mib"] * (2 * 4096 - 1024) / 4096)
    over = framed(topic="cache", tokens=512, shared=1024)
    assert metrics_of(over)["two_mib"] == metrics_of(over)["cache_mib"]


def test_fewer_bits_are_a_larger_error() -> None:
    page = framed(4, topic="cache").page
    assert (np.diff(page.errors) > 0).all() and page.errors[0] < 1e-3 < page.errors[1] < page.errors[2] / 5
    assert page.same[0] == 1.0 and page.same[-1] < 0.8 and page.read == 32
    assert page.losses[0] == pytest.approx(page.exact, abs=1e-3)
    assert metrics_of(framed(topic="cache"))["score_error"] is None


def test_a_cache_of_16_bits_is_half_precision_and_of_8_has_a_scale_a_row() -> None:
    rows = np.random.default_rng(0).normal(size=(2, 3, 1, 8)).astype(np.float32)
    np.testing.assert_array_equal(rounded_rows(rows, 16), rows.astype(np.float16).astype(np.float32))
    step = np.abs(rows).max(axis=-1, keepdims=True) / 127
    assert (np.abs(rounded_rows(rows, 8) - rows) <= step / 2 * 1.001).all()


def test_the_cache_resumes_bit_for_bit() -> None:
    simulation = run(1, topic="cache")
    again = built(SPECIFICATION, checked(Params, {"topic": "cache"}), 0)
    again.load(simulation.save())
    for each in (simulation, again):
        on(each, 1)
    np.testing.assert_array_equal(simulation.snapshot().page.errors, again.snapshot().page.errors)


# All pages.


@pytest.mark.parametrize("topic", ["positions", "schemes", "tape", "memory", "cache"])
def test_a_state_of_another_run_is_refused(topic: str) -> None:
    simulation = run(topic=topic)
    other = run(topic="tape" if topic != "tape" else "positions")
    with pytest.raises(ValueError, match="state: of the run"):
        other.load(simulation.save())
    with pytest.raises(ValueError, match="state"):
        simulation.load({**simulation.save(), "part": {}})


def test_only_the_controls_of_the_open_page_are_shown() -> None:
    assert {"window", "tokens", "scheme"} <= hidden_of(framed()) and "m" not in hidden_of(framed())
    assert "factor" in hidden_of(framed()) and "factor" not in hidden_of(framed(stretch="linear"))
    assert "n" not in hidden_of(framed(view="waves")) and "m" in hidden_of(framed(view="waves"))


def test_the_curve_that_runs_are_told_apart_by_is_the_learning_of_the_marked_scheme() -> None:
    (course,) = [curve for curve in curves_of(framed(20, topic="schemes")) if curve.course]
    assert list(course.x) == [0, 20] and course.y[1] < course.y[0]


@pytest.mark.parametrize("topic", ["positions", "schemes", "tape"])
def test_every_page_sends_a_model(topic: str) -> None:
    sent = run(topic=topic).offer("language-model")
    config = lm_from_data(sent.data).config
    assert config.context == {"positions": 128, "schemes": 64, "tape": 64}[topic]
    assert run(topic=topic).offer("corpus") is None and run(topic=topic).offer("points") is None


def test_there_are_no_gestures_but_those_of_controls() -> None:
    with pytest.raises(ValueError, match="no gesture"):
        run().act(object())


# The challenges.


@pytest.mark.parametrize(
    ("change", "found"),
    [({"m": 103, "n": 101}, "done"), ({"m": 102, "n": 100}, "open"), ({"m": 113, "n": 110}, "open")],
)
def test_the_same_score_is_far_out_on_both_sides(change: dict[str, int], found: str) -> None:
    frame = framed(**change)
    goal = SPECIFICATION.challenge("same")
    progress = goal.check(frame, frame.params, ())
    assert ("done" if progress.done else "open") == found
    assert judged("context-window/same", params={"view": "waves"}) == "failed"


@pytest.mark.parametrize(("turn", "found"), [(131_000, False), (131_100, True), (262_100, True), (262_200, False)])
def test_the_slowest_clock_comes_round_between_one_text_and_two(turn: float, found: bool) -> None:
    base = (turn / (2 * math.pi)) ** (64 / 62)
    assert 2 * math.pi / rope_rates(64, base)[-1] == pytest.approx(turn)
    frame = framed(base=base)
    assert SPECIFICATION.challenge("slow").check(frame, frame.params, ()).done == found
    for change in ({"d": 62}, {"stretch": "ntk"}, {"view": "waves"}):
        assert judged("context-window/slow", params=change) == "failed", change
