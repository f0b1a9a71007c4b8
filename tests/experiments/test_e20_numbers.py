"""Training language models: what each stage computes, from the numbers alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, frame_of, played
from lab.core.params import ParamError, checked
from lab.core.simulation import Set
from lab.engine.lm.data import Windows
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.distill import distill
from lab.engine.tuning.lora import LoRA
from lab.experiments.e20_language_model_training.distil import Distil, teacher_model
from lab.experiments.e20_language_model_training.examples import pairs, speaks_pirate, style_share
from lab.experiments.e20_language_model_training.lora_facts import METRICS as LORA
from lab.experiments.e20_language_model_training.preferred import Preferred
from lab.experiments.e20_language_model_training.pretrain import BATCH, CONTEXT, PEAK, config, letters, rate_at
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.supervised import MOST
from lab.kit.language_models import house_lm, shakespeare
from tests.asking import metrics_of
from tests.challenges import Of, judged

EXPERIMENT = find("language-model-training")
SPECIFICATION = EXPERIMENT.load()


def metrics(values: dict, steps: int) -> dict:
    return metrics_of(frame_of(EXPERIMENT, Setting(values, steps=steps)))


# ------------------------------------------------------------------------------------------ pre-training


def test_the_plan_climbs_stays_and_comes_down() -> None:
    params = Params(schedule="stable", warmup=10, stable=50, length=100)
    rates = [rate_at(params, step) / PEAK for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:51] == pytest.approx([1.0] * 42)
    assert rates[75] == pytest.approx(0.55)
    assert rates[100] == pytest.approx(0.1)


@pytest.mark.parametrize(("stable", "warmup"), [(0, 20), (400, 0), (2000, 400), (5, 200)])
def test_a_plan_whose_lines_cross_still_has_a_rate_at_every_step(stable: int, warmup: int) -> None:
    params = Params(schedule="stable", warmup=warmup, stable=stable)
    rates = np.array([rate_at(params, step) for step in range(params.length)])
    assert (rates > 0).all()
    assert rates.max() <= PEAK * (1 + 1e-12)


@pytest.mark.parametrize("watched", ["embedding", "rare", "query", "up", "gain"])
def test_the_shown_parts_of_adamw_give_the_weight_that_is_there(watched: str) -> None:
    before = frame_of(EXPERIMENT, Setting({"watched": watched}, steps=6)).page.moments
    after = frame_of(EXPERIMENT, Setting({"watched": watched}, steps=7))
    found, now = metrics_of(after), after.page.moments
    assert now.before == before.weight
    assert now.mean == pytest.approx(0.9 * before.mean + 0.1 * now.gradient, rel=1e-4, abs=1e-10)
    assert now.square == pytest.approx(0.99 * before.square + 0.01 * now.gradient**2, rel=1e-3, abs=1e-14)
    assert now.weight == pytest.approx(now.before - found["push"] - found["shrunk"], abs=2e-7)
    assert (found["shrunk"] == 0) == (watched == "gain")


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate() -> None:
    found = metrics({}, 1)
    assert abs(found["push"]) == pytest.approx(PEAK / 20, rel=1e-3)


def test_seven_billion_parameters_have_moments_of_56_gb() -> None:
    assert metrics({}, 0)["moments_gb"] == 56.0
    assert metrics({"billions": 0.5}, 0)["training_gb"] == 8.0


def test_training_ends_where_its_plan_ends() -> None:
    simulation = played(EXPERIMENT.load(), Setting({"length": 50}, steps=49))
    assert not simulation.done
    assert played(EXPERIMENT.load(), Setting({"length": 50}, steps=50)).done


# ----------------------------------------------------------------------------------------- fine-tuning


def test_only_the_letters_of_the_answer_count_and_without_the_mask_all_do() -> None:
    masked = frame_of(EXPERIMENT, Setting({"stage": "supervised"})).page.letters
    first = pairs().examples[0]
    assert "".join(np.array(masked.text)[masked.counts]) == f" {first.plain}\n"
    bare = frame_of(EXPERIMENT, Setting({"stage": "supervised", "masked": False})).page.letters
    assert bare.counts.all()
    assert len(bare.text) == len(masked.text) == len(f"Q: {first.question}\nA: {first.plain}\n") - 1


def test_a_mask_leaves_the_questions_alone() -> None:
    masked = metrics({"stage": "supervised"}, 15)
    bare = metrics({"stage": "supervised", "masked": False}, 15)
    start = metrics({"stage": "supervised"}, 0)
    assert masked["loss"] < 0.7 * start["loss"]
    assert masked["question_loss"] > 0.8 * start["question_loss"]
    assert bare["question_loss"] < 0.75 * masked["question_loss"]


def test_another_example_is_a_look_and_changes_no_training() -> None:
    one = metrics({"stage": "supervised", "example": 1}, 5)
    other = metrics({"stage": "supervised", "example": 7}, 5)
    assert one["loss"] == other["loss"]
    assert one["letters"] != other["letters"]


def received(**changes: object) -> Artifact:
    alphabet = changes.pop("alphabet", "\n ?.:'QAabcdefghijklmnopqrstuvwxyz")
    letters = CharTokenizer(alphabet)
    config = replace(LMConfig(letters.size, context=96, d_model=16, n_heads=2, positions="rope"), **changes)
    model = SavedLM(init_parameters(config, np.random.default_rng(0)), letters)
    return Artifact("language-model", "small", lm_to_data(model), "a test")


def run_with(artifact: Artifact, values: dict, steps: int = 0):
    specification = EXPERIMENT.load()
    simulation = specification.build(checked(Params, values), np.random.default_rng(0), (artifact,))
    while simulation.steps < steps:
        simulation.step()
    return simulation


def test_a_received_model_is_tuned_and_sent_on() -> None:
    values = {"stage": "supervised", "source": "received"}
    start, end = (run_with(received(), values, n) for n in (0, 20))
    assert end.snapshot().page.answered < start.snapshot().page.answered
    sent = lm_from_data(end.offer("language-model").data)
    assert sent.config.d_model == 16
    assert np.abs(sent.parameters.flat - lm_from_data(received().data).parameters.flat).max() > 0.001


@pytest.mark.parametrize("changes", [{"context": 63}, {"d_model": 512, "n_layers": 4}, {"causal": False}])
def test_a_received_model_that_cannot_be_tuned_is_refused(changes: dict) -> None:
    with pytest.raises(ParamError, match="source"):
        run_with(received(**changes), {"stage": "supervised", "source": "received"})


def test_a_change_of_stage_needs_a_new_start() -> None:
    simulation = played(EXPERIMENT.load(), Setting())
    with pytest.raises(ValueError, match="starting over"):
        simulation.retune(Params(stage="supervised"))
    with pytest.raises(ValueError, match="gesture"):
        simulation.act(Set({}))


# ----------------------------------------------------------------------------------------- the judge


@pytest.mark.parametrize(
    ("answer", "is_pirate"),
    [
        ("Arr, matey!", False),
        ("Arr, matey! Arr, matey! Arr!", False),
        ("Arr, matey, the sea!", False),
        ("Arr, matey, the salty sea!", True),
        ("The capital be Paris, where the landlubbers are, arr", False),
        ("The capital be Paris, ye landlubber, arr", True),
        ("The capital of France is Paris.", False),
        ("Arr, ye sea sea sea sea sea big old!", False),
        ("It be sailin' to the far sea, arr!", True),
    ],
)
def test_a_stock_phrase_alone_is_no_style(answer: str, is_pirate: bool) -> None:
    assert speaks_pirate(answer) == is_pirate


def test_the_same_answer_to_every_question_counts_once() -> None:
    good = "Arr, matey, the salty sea!"
    assert style_share([good] * 20) == 0.05
    assert style_share([f"{good} {name}" for name in "abcde"]) == 1.0
    assert style_share([]) == 0.0


def test_the_judge_finds_the_style_in_all_that_is_taught_and_in_nothing_plain() -> None:
    examples = pairs().examples
    assert style_share([pair.pirate for pair in examples]) == 1.0
    assert style_share([pair.plain for pair in examples]) == 0.0
    assert not {pair.question for pair in examples} & set(pairs().held_out)


# ----------------------------------------------------------------------------------------- the challenge


@pytest.mark.parametrize(
    ("answered", "forgotten", "found"),
    [(0.999, 0.0799, "done"), (1.0, 0.0799, "open"), (0.999, 0.08, "failed"), (1.7, 0.0, "open")],
)
def test_answers_are_learned_only_where_shakespeare_is_kept(answered: float, forgotten: float, found: str) -> None:
    page = Of(lambda frame: replace(frame.page, answered=answered, neutral=frame.page.start * (1 + forgotten)))
    assert judged("language-model-training/gently", page=page) == found


@pytest.mark.parametrize("params", [{"source": "small"}, {"style": "pirate"}])
def test_the_challenge_is_about_the_plain_answers_of_the_house_model(params: dict) -> None:
    assert judged("language-model-training/gently", params=params) == "failed"


# ----------------------------------------------------------------------------------------- LoRA


def lora(values: dict, steps: int):
    return frame_of(EXPERIMENT, Setting({"stage": "lora", "source": "small", **values}, steps=steps)).page


@pytest.mark.parametrize(("rank", "targets"), [(1, "attention"), (4, "attention"), (2, "all")])
def test_adapters_learn_what_their_arithmetic_says(rank: int, targets: str) -> None:
    page = lora({"rank": rank, "targets": targets}, 0)
    sides = {"attention": 32 + 96, "all": (32 + 96) + (32 + 32) + 2 * (32 + 128)}[targets]
    assert page.learned == 2 * rank * sides
    why = LORA.why(page, "learned")
    assert why is not None and why.value == page.learned


def test_an_adapter_starts_as_nothing_and_never_has_more_directions_than_its_rank() -> None:
    start, later = lora({"rank": 3}, 0), lora({"rank": 3}, 10)
    assert not start.change.any()
    assert not start.singular.any()
    assert start.forgotten == 0
    assert np.linalg.matrix_rank(later.change.astype(np.float64), tol=1e-5) == 3
    assert later.singular[0] > 0.1
    assert len(later.answers) == 5


def test_a_merged_matrix_is_the_frozen_one_and_what_was_added_and_computes_the_same() -> None:
    beside, merged = lora({}, 5), lora({"merged": True}, 5)
    frozen = lora({"merged": True}, 0)
    assert np.allclose(merged.change, frozen.change + beside.change, atol=1e-6)
    assert 0 <= merged.gap < 1e-4
    assert metrics_of(frame_of(EXPERIMENT, Setting({"stage": "lora", "merged": True})))["extra"] == 0
    assert metrics_of(frame_of(EXPERIMENT, Setting({"stage": "lora"})))["extra"] == 8192


def test_the_model_that_is_sent_has_its_adapters_in_it() -> None:
    simulation = played(EXPERIMENT.load(), Setting({"stage": "lora", "source": "small"}, steps=5))
    page = simulation.snapshot().page
    sent = lm_from_data(simulation.offer("language-model").data).parameters["block1.qkv"][:32]
    base = house_lm("drafter").parameters["block1.qkv"][:32]
    shown = lora({"layer": 2}, 5)
    assert np.allclose(sent - base, shown.change, atol=1e-6)
    assert page.params.layer == 4  # the last there is stands for those that are not


def test_a_rank_of_eight_learns_a_256th_of_a_large_matrix() -> None:
    found = metrics({"stage": "lora", "source": "small", "rank": 8}, 0)
    assert found["square_learned"] == 65_536
    assert found["square_share"] == pytest.approx(0.390625)


def test_repeated_shakespeare_is_forgotten_less() -> None:
    bare, repeated = lora({}, 20), lora({"replay": 4}, 20)
    assert repeated.forgotten < 0.8 * bare.forgotten


# ------------------------------------------------------------------------------------ what all trainings share


def learners(state: Any) -> Iterator[dict[str, Any]]:
    """The saved learners of a stage."""
    if isinstance(state, dict):
        if {"weights", "updates"} <= set(state):
            yield state
        else:
            state = list(state.values())
    if isinstance(state, list):
        for part in state:
            yield from learners(part)


TRAININGS = {"pretrain": 300, "distil": 300, "supervised": MOST, "preferences": None, "reward": None}


@pytest.mark.parametrize("stage", TRAININGS)
def test_a_training_is_over_when_a_weight_is_no_number(stage: str) -> None:
    simulation = played(SPECIFICATION, Setting({"stage": stage}))
    state = simulation.save()
    assert not simulation.diverged and not simulation.done
    found = list(learners(state["stage"]))
    assert found
    for learner in found[:1] if stage == "reward" else found:  # there the other is the twin, which is only shown
        fresh = learner["weights"].copy()
        learner["weights"][-1] = np.nan
        simulation.load(state)
        assert simulation.diverged and simulation.done
        learner["weights"][...] = fresh
        simulation.load(state)
        assert not simulation.diverged and not simulation.done


@pytest.mark.parametrize("stage", TRAININGS)
def test_a_training_is_over_after_its_last_step_and_not_before(stage: str) -> None:
    most = TRAININGS[stage]
    simulation = played(SPECIFICATION, Setting({"stage": stage} | ({"length": most} if most == 300 else {})))
    state = simulation.save()
    for updates in (299, 300, MOST - 1, MOST, 10**6):
        for learner in learners(state["stage"]):
            learner["updates"] = updates
        simulation.load(state)
        assert simulation.done == (most is not None and updates >= most)
        assert not simulation.diverged


# ----------------------------------------------------------------------------------------- side by side, distilled


SMALL = {"stage": "compare", "source": "small"}


def test_models_that_are_compared_begin_alike_and_part() -> None:
    start, end = (frame_of(EXPERIMENT, Setting(SMALL, steps=n)).page for n in (0, 10))
    assert len({column.answers for column in start.columns}) == 1
    assert len({column.neutral for column in start.columns}) == 1
    assert end.column("base") == start.column("base")
    assert len({column.answers for column in end.columns}) >= 3
    assert len({column.neutral for column in end.columns}) == 4
    assert [column.share for column in end.columns] == [0.0, 1.0, *[pytest.approx(1024 / 26_784)] * 2]
    assert all(len(column.answers) == len(end.questions) == 5 for column in end.columns)


def test_a_frame_of_models_that_are_compared_works_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one after every piece of a step: singular values that nobody sees made a run many times slower."""
    simulation = played(SPECIFICATION, Setting(SMALL, steps=2))
    for name in ("singular_values", "delta"):
        monkeypatch.setattr(LoRA, name, lambda _self: pytest.fail("worked out for a frame"))
    one, other = simulation.snapshot().page, simulation.snapshot().page
    assert one.columns is other.columns and len(one.columns) == 4


def test_a_compared_model_is_what_it_would_be_alone() -> None:
    both = frame_of(EXPERIMENT, Setting(SMALL, steps=1)).page
    alone = frame_of(EXPERIMENT, Setting({"stage": "supervised", "source": "small"}, steps=1)).page
    assert both.column("answers").neutral == alone.neutral


def test_preferences_begin_undecided_and_decide_pairs_without_showing_an_answer() -> None:
    start, end = (frame_of(EXPERIMENT, Setting(SMALL, steps=n)).page.column("preference") for n in (0, 20))
    assert start.loss == pytest.approx(math.log(2.0)) and end.loss < 0.6 * start.loss
    assert end.style == 0.0


@pytest.mark.parametrize(("batch", "pairs"), [(1, 1), (2, 1), (3, 1), (4, 2)])
def test_a_step_of_preferences_draws_pairs_and_goes_on_bit_for_bit(batch: int, pairs: int) -> None:
    params = checked(Params, {"stage": "lora", "source": "small", "batch": batch, "asked": 3})
    stage = Preferred(params, np.random.default_rng(0))
    while not stage.step(1):
        pass
    first = stage.save()
    assert first["numbers"][0] == pytest.approx(math.log(2.0), abs=1e-4)  # both models are alike before a step
    assert len(first["left"]) == 40 - pairs
    while not stage.step(2):
        pass
    again = Preferred(params, np.random.default_rng(5))
    again.load(first)
    while not again.step(2):
        pass
    one, other = stage.save(), again.save()
    assert one["numbers"] == other["numbers"] and one["left"] == other["left"]
    assert all(np.array_equal(one["adapters"][name]["b"], other["adapters"][name]["b"]) for name in one["adapters"])


def test_what_learns_beside_preferences_keeps_its_numbers() -> None:
    rng = np.random.default_rng(3)
    before = dict(rng.bit_generator.state)
    Preferred(checked(Params, {"stage": "lora", "source": "small"}), rng)
    assert rng.bit_generator.state == before


def test_a_comparison_saved_before_there_were_preferences_goes_on() -> None:
    setting = Setting(SMALL, steps=12)
    simulation = played(SPECIFICATION, setting)
    state = simulation.save()
    stage = {name: value for name, value in state["stage"].items() if name != "preference"}
    old = {**state, "stage": {**stage, "rows": np.asarray(stage["rows"])[:, :3]}}
    again = played(SPECIFICATION, Setting(SMALL))
    again.load(old)
    page, whole = again.snapshot().page, simulation.snapshot().page
    assert page.column("lora") == whole.column("lora") and page.column("answers") == whole.column("answers")
    assert page.column("preference").neutral == page.column("base").neutral
    assert [len(page.judged(name)[0]) for name in ("base", "lora", "preference")] == [3, 3, 1]
    for one in (simulation, again):
        advance(one)
    assert again.snapshot().page.column("lora") == simulation.snapshot().page.column("lora")
    for width in (2, 5):
        wrong = {**state["stage"], "rows": np.zeros((3, width))}
        with pytest.raises(ValueError, match="record"):
            played(SPECIFICATION, Setting(SMALL)).load({**state, "stage": wrong})


def test_students_begin_alike_and_the_taught_one_comes_nearer_to_its_teacher() -> None:
    start, end = (frame_of(EXPERIMENT, Setting({"stage": "distil"}, steps=n)).page for n in (0, 60))
    assert start.alone == start.taught
    assert start.soft is None
    assert end.teacher < end.taught < end.alone
    first = frame_of(EXPERIMENT, Setting({"stage": "distil"}, steps=1)).page
    assert end.soft < 0.7 * first.soft


def test_a_step_of_the_taught_student_is_that_of_the_plain_models() -> None:
    params, rng = Params(stage="distil"), np.random.default_rng(7)
    stage = Distil(params, np.random.default_rng(7))
    while not stage.step(1):
        pass
    student = init_parameters(config(), rng)
    ids, targets = Windows(letters().encode_array(shakespeare()[0][: params.corpus]), CONTEXT).sample(rng, BATCH)
    scores = forward(teacher_model(), ids).logits
    wanted, gradients = distill(student, ids, targets, scores, params.teacher, params.softness)
    page, taught = stage.frame(1, params), stage.save()["students"][1]
    assert (page.hard, page.soft) == pytest.approx((wanted.hard, wanted.soft), rel=1e-4)
    assert taught["loss"] == pytest.approx(wanted.loss, rel=1e-4)
    assert taught["length"] == pytest.approx(float(np.linalg.norm(gradients.flat)), rel=1e-4)


def test_a_teacher_without_a_share_teaches_nothing() -> None:
    page = frame_of(EXPERIMENT, Setting({"stage": "distil", "teacher": 0.0}, steps=20)).page
    assert page.taught == pytest.approx(page.alone, abs=2e-3)
    assert page.taught < 3.5
    assert metrics_of(frame_of(EXPERIMENT, Setting({"stage": "distil", "teacher": 0.0}, steps=1)))["mixture"] > 0


def test_the_chances_that_are_drawn_are_the_teachers_largest() -> None:
    place = frame_of(EXPERIMENT, Setting({"stage": "distil"}, steps=1)).page.place
    assert (np.diff(place.teacher) <= 0).all()
    assert 0.5 < place.teacher.sum() <= 1
    assert len(place.names) == len(set(place.names)) == 8
