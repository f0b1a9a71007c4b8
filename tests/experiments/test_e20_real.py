"""LoRA on a real model: with a tiny one in its place, which takes the same way."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.headless import advance, built
from lab.core.params import ParamError, checked
from lab.core.paths import asset
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.engine.tuning.on_base import base_hash
from lab.experiments.e20_language_model_training import lora_real
from lab.experiments.e20_language_model_training.examples import speaks_pirate, style_share
from lab.experiments.e20_language_model_training.lora_real import n_weights
from lab.experiments.e20_language_model_training.settings import Params
from tests.asking import metrics_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("language-model-training").load()
VALUES = {"stage": "lora", "learner": "smollm2", "asked": 3, "rank": 2, "upper": 1, "batch": 2}


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A tiny model in a pack that is there, opened in three pieces."""
    with GGUF(tiny_gguf(tmp_path / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()

    def opening(capacity: int) -> Generator[float, None, Any]:
        yield 0.3
        yield 0.6
        return Llama(config, weights, min(capacity, config.context)), tokenizer

    monkeypatch.setattr(lora_real, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(lora_real, "opening_smollm2", opening)
    return config, weights


def run(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    simulation = built(SPECIFICATION, checked(Params, {**VALUES, **values}), seed)
    while simulation.opening:
        simulation.step()
    while simulation.steps < steps:
        advance(simulation)
    return simulation


def test_before_it_begins_it_says_how_long_it_takes_here(tiny) -> None:
    simulation = built(SPECIFICATION, checked(Params, VALUES), 0)
    assert "Opening" in SPECIFICATION.describe(simulation.snapshot())
    frame = run().snapshot()
    real = frame.page.real
    assert frame.step == 0
    assert real.read_seconds >= 0 < real.step_seconds
    assert real.megabytes > 0
    assert "Measured here" in SPECIFICATION.describe(frame)


def test_it_learns_from_the_examples_and_is_asked_every_ten_steps(tiny) -> None:
    early, late = run(1).snapshot().page, run(20, rate=5.0).snapshot().page
    assert late.loss < early.loss
    assert early.answers == ()
    assert len(late.answers) == 3
    assert late.neutral != late.start == early.start
    assert np.linalg.matrix_rank(late.change.astype(np.float64), tol=1e-6) <= 2


def test_what_is_measured_changes_nothing_that_is_learned(tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    one = run(3).snapshot().page
    monkeypatch.setattr(lora_real.time, "perf_counter", iter(range(10_000)).__next__)
    other = run(3).snapshot().page
    assert other.real.step_seconds != one.real.step_seconds
    assert other.loss == one.loss


def test_it_goes_on_from_where_it_was_bit_for_bit(tiny) -> None:
    first = run(3)
    state = first.save()
    again = run(seed=7)
    again.load(state)
    for simulation in (first, again):
        while simulation.opening or simulation.steps < 12:
            simulation.step()
    a, b = (metrics_of(simulation.snapshot()) for simulation in (first, again))
    assert a == b
    assert first.snapshot().page.answers == again.snapshot().page.answers


def test_a_state_of_another_base_is_refused(tiny) -> None:
    state = dict(run(1).save())
    state["stage"] = {**state["stage"], "base": "0" * 32}
    with pytest.raises(ValueError, match="another SmolLM2"):
        run().load(state)


def test_a_base_is_told_by_its_weights(tiny) -> None:
    config, weights = tiny
    first = weights.layers[0]
    other = replace(weights, layers=(replace(first, norm1=first.norm1 + 1), *weights.layers[1:]))
    assert base_hash(config, weights) == base_hash(config, weights) != base_hash(config, other)
    rows = [row for layer in weights.layers for row in (layer.qkv, layer.out, layer.gate_up, layer.down)]
    matrices = sum(n * k for n, k in (row.shape for row in [*rows, weights.embedding]))
    assert n_weights(config) == matrices + (2 * config.n_layers + 1) * config.d_model


def test_without_the_pack_it_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lora_real, "smollm2_path", lambda: None)
    with pytest.raises(ParamError, match="model pack"):
        built(SPECIFICATION, checked(Params, VALUES), 0)
    house = built(SPECIFICATION, checked(Params, {"stage": "lora"}), 0).snapshot()
    gone = SPECIFICATION.unavailable(house)
    assert ("smollm2" in gone.get("learner", ())) == (not house.pack)


# ------------------------------------------------------------------------------------------ side by side

COMPARED = {"stage": "compare", "compared": "smollm2", "upper": 1, "batch": 2, "rate": 5.0}


def test_smollm2_is_compared_with_itself_with_an_adapter(tiny) -> None:
    start = run(**COMPARED).snapshot()
    assert "Measured here" in SPECIFICATION.describe(start) and start.page.columns == ()
    assert {name: metrics_of(start)[name] for name in ("loss", "lora_forgot", "lora_style", "preference_loss")} == {
        "loss": None, "lora_forgot": None, "lora_style": None, "preference_loss": None
    }  # fmt: skip
    first, late = (run(steps, **COMPARED).snapshot() for steps in (1, 10))
    assert [column.name for column in late.page.columns] == ["base", "lora"]
    base, lora = late.page.columns
    assert first.page.column("lora").answers == base.answers == first.page.column("base").answers
    assert len(base.answers) == len(late.page.questions) == 5 and lora.answers != base.answers
    assert base.neutral == first.page.column("base").neutral != lora.neutral
    assert metrics_of(late)["lora_forgot"] == pytest.approx(100 * (lora.neutral / base.neutral - 1))
    assert metrics_of(late)["tuned_forgot"] is None and "SmolLM2 with an adapter" in SPECIFICATION.describe(late)
    assert [curve.name for curve in SPECIFICATION.curves(late)] == ["Base", "With an adapter"]
    with pytest.raises(ValueError, match="no model answers"):
        late.page.column("answers")


def test_the_adapter_beside_the_base_is_the_one_of_the_page_lora(tiny) -> None:
    alone = run(10, **(COMPARED | {"stage": "lora", "rank": 8, "asked": 5})).snapshot().page
    lora = run(10, **COMPARED).snapshot().page.column("lora")
    assert (lora.answers, lora.neutral) == (tuple(said for _question, said in alone.answers), alone.neutral)


@pytest.mark.parametrize("steps", [0, 3])
def test_a_comparison_of_smollm2_goes_on_bit_for_bit(tiny, steps: int) -> None:
    first = run(steps, **COMPARED)
    again = run(seed=7, **COMPARED)
    again.load(first.save())
    for simulation in (first, again):
        while simulation.opening or simulation.steps < 10:
            simulation.step()
    a, b = first.snapshot(), again.snapshot()
    assert metrics_of(a) == metrics_of(b) and a.page.columns == b.page.columns
    assert first.offer("language-model").id == again.offer("language-model").id


def test_without_the_pack_nothing_of_smollm2_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lora_real, "smollm2_path", lambda: None)
    with pytest.raises(ParamError, match="model pack") as error:
        built(SPECIFICATION, checked(Params, COMPARED), 0)
    assert error.value.name == "compared"


# ----------------------------------------------------------------------------------------- the challenge

MEASURED = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))
VOICE = SPECIFICATION.challenge("voice")


def judged(pack: bool = True, page: Any = None, values: Any = None, **parts: Any) -> Any:
    """What the challenge says of a page of SmolLM2's."""
    params = checked(Params, {**VOICE.solution.values, **(values or {})})
    frame = built(SPECIFICATION, checked(Params, VOICE.setting.values), 0).snapshot()
    shown = replace(frame.page, params=params, start=1.0, **parts) if page is None else page
    return VOICE.check(replace(frame, params=params, page=shown, pack=pack), params, ())


def said(progress: Any) -> str:
    return "done" if progress.done else "failed" if progress.failed else "open"


@pytest.mark.parametrize(
    ("style", "neutral", "found"),
    [
        (0.8, 1.0999, "done"), (0.75, 1.0999, "open"), (0.8, 1.1001, "failed"), (1.0, 1.1001, "failed"),
        (1.0, 0.9, "done"), (0.0, 1.0, "open"), (None, None, "open"), (None, 1.0, "open"),
    ],
)  # fmt: skip
def test_the_voice_is_wanted_from_sixteen_of_twenty_on_and_forgetting_up_to_a_tenth(
    style: float | None, neutral: float | None, found: str
) -> None:
    assert said(judged(style=style, neutral=neutral)) == found


def test_a_stock_phrase_is_no_answer_in_the_voice() -> None:
    tree = "A tree be a tall plant with leaves, matey, arr!"
    assert style_share(["Arr, matey!"] * 20) == 0.0 and style_share([tree] * 20) == 0.05
    assert style_share([f"{tree} It be number {word}." for word in "abcdefghijklmnopqrst"]) == 1.0
    assert said(judged(style=style_share(["Arr, matey!"] * 20), neutral=1.0)) == "open"


def test_the_voice_asks_for_smollm2_and_for_the_labs_examples() -> None:
    good = {"style": 1.0, "neutral": 1.0}
    assert said(judged(**good)) == "done"
    assert said(judged(values={"learner": "house"}, **good)) == "open"
    assert (
        said(judged(values={"asked": 19}, **good)) == said(judged(values={"own": "Is it? > Arr."}, **good)) == "failed"
    )
    assert said(judged(page=built(SPECIFICATION, Params(), 0).snapshot().page)) == "failed"
    gone = judged(pack=False, **good)
    assert said(gone) == "open" and "Model packs" in gone.text


def test_measured_with_the_pack_the_solution_meets_it_and_ten_steps_less_or_more_do_not() -> None:
    gently = MEASURED["gently"]
    assert gently["settings"] == {**VOICE.solution.values}
    found = {
        row["step"]: said(judged(style=row["style"], neutral=row["neutral"] / gently["start"]))
        for row in gently["rows"]
    }
    assert [step for step, what in found.items() if what == "done"] == [VOICE.solution.steps]
    assert found[VOICE.solution.steps - 10] == "open" and found[VOICE.solution.steps + 10] == "failed"
    usual = MEASURED["tuning"]
    voices = [judged(style=row["style"], neutral=row["neutral"] / usual["start"]) for row in usual["rows"]]
    assert {said(voice) for voice in voices} == {"open"}


# ------------------------------------------------------------------------------- what was measured with the pack


def test_the_lesson_says_of_smollm2_what_was_measured() -> None:
    tuning = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["tuning"]
    lesson = " ".join(asset("lessons/en/20-language-model-training.md").read_text("utf-8").split())
    last = tuning["rows"][-1]
    assert f"After {last['step']} steps {round(20 * last['style'])} of 20 new questions" in lesson
    assert f"rose from {tuning['start']:.2f} to {last['neutral']:.2f}" in lesson
    assert f'"{last["answers"][2]}"' in lesson
    learned = 10 * 8 * (576 + 576 + 576 + 192)  # rank 8 beside queries and values of ten layers
    assert tuning["learned"] == learned
    assert f"{learned // 1000} {learned % 1000} numbers, one in {round(134_515_008 / learned)}." in lesson
    assert all(speaks_pirate(answer) for answer in last["answers"][1:2])
