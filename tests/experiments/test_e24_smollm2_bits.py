"""SmolLM2 on the Bits page: measured part by part, kept, and shown as it was measured where its pack is not there."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.paths import asset, assets
from lab.core.pieces import result_of
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.engine.pretrained.rounded_llama import part_names, room_for, rounding_part
from lab.experiments.e24_evaluation import compress_smollm2
from lab.kit.language_models import shakespeare
from tests.asking import hidden_of, metrics_of, sentence_of, why_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("evaluation").load()
STORED: dict[str, Any] = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["bits"]
BITS = {"topic": "bits", "weights": "smollm2"}


def run(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(BITS | values, 0, (), steps))


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A tiny model in the place of SmolLM2: its plan, its weights, its tokenizer."""
    with GGUF(tiny_gguf(tmp_path / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()

    def opening(capacity: int) -> Generator[float, None, Any]:
        yield 0.5
        return Llama(config, weights, capacity), tokenizer

    monkeypatch.setattr(compress_smollm2, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(compress_smollm2, "opening_smollm2", opening)
    monkeypatch.setattr(compress_smollm2, "PARTS", part_names(config))
    return config, weights, tokenizer


def loss(config: Any, weights: Any, tokenizer: Any) -> float:
    """Of a model that reads the text from its beginning."""
    ids = tokenizer.encode(shakespeare()[1][:900])[:129]
    scores = Llama(config, weights, 256).read(ids[:-1]).astype(np.float64)
    logs = (
        scores
        - np.log(np.exp(scores - scores.max(1, keepdims=True)).sum(1, keepdims=True))
        - scores.max(1, keepdims=True)
    )
    return float(-logs[np.arange(len(logs)), ids[1:]].mean())


@pytest.mark.parametrize("bits", ["4", "2"])
def test_every_form_is_measured_as_if_it_read_alone(tiny: Any, bits: str) -> None:
    config, weights, tokenizer = tiny
    page = run(5, bits=bits).snapshot().page
    assert page.parts == ("embedding", "block0", "block1") and page.measured
    every, alone = weights, []
    for part in page.parts:
        alone.append(loss(config, result_of(rounding_part(weights, part, int(bits), room_for(config))), tokenizer))
        every = result_of(rounding_part(every, part, int(bits), room_for(config)))
    expected = [loss(config, weights, tokenizer), loss(config, every, tokenizer), *alone]
    np.testing.assert_allclose(page.losses, expected, rtol=1e-5)
    assert page.worst == int(np.argmax(alone))


def test_the_weights_are_counted_before_and_after(tiny: Any) -> None:
    config, weights, _tokenizer = tiny
    page = run(2, bits="2").snapshot().page
    matrices = [weights.embedding]
    for layer in weights.layers:
        matrices += [layer.qkv, layer.out, layer.gate_up, layer.down]
    rows = np.concatenate([m.take(np.arange(m.shape[0])).reshape(-1) for m in matrices])
    assert page.count == rows.size and page.before.sum() == pytest.approx(1.0)
    assert page.size == rows.size * 2 // 8 + 4 * sum(m.shape[0] for m in matrices) + 2 * 5 * config.d_model
    steps = np.concatenate([np.repeat(np.abs(m.take(np.arange(m.shape[0]))).max(1), m.shape[1]) for m in matrices])
    after = np.rint(rows / steps) * steps
    assert page.rmse == pytest.approx(float(np.sqrt(np.mean((rows - after) ** 2))), rel=1e-4)
    assert page.zeros == pytest.approx(float(np.mean((after == 0) & (rows != 0))), rel=1e-6)


def test_it_goes_on_where_it_was_kept(tiny: Any) -> None:
    whole, kept, other = run(5, bits="4"), run(3, bits="4"), run(0, bits="4")
    other.load(kept.save())
    while not other.done:
        other.step()
    before, after = whole.snapshot().page, other.snapshot().page
    np.testing.assert_array_equal(before.losses, after.losses)
    assert before.samples == after.samples and before.rmse == after.rmse
    np.testing.assert_array_equal(before.after, after.after)
    damaged = kept.save()
    damaged["part"]["samples"] = []
    with pytest.raises(ValueError, match="losses"):
        other.load(damaged)


def test_it_is_opened_and_read_in_pieces_and_says_so(tiny: Any) -> None:
    simulation = run(0, bits="4")
    assert "SmolLM2 reads" in sentence_of(simulation.snapshot()) and metrics_of(simulation.snapshot())["worse"] is None
    pieces = 0
    while simulation.steps == 0:
        simulation.step()
        pieces += 1
    assert pieces > 3 and np.isnan(simulation.snapshot().page.losses[1:]).all()
    assert metrics_of(simulation.snapshot())["worst_part"] is None


def test_a_pack_that_cannot_be_opened_shows_what_was_measured(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(_capacity: int) -> Generator[float, None, Any]:
        yield 0.5
        raise ValueError("the file is damaged")

    monkeypatch.setattr(compress_smollm2, "opening_smollm2", cannot)
    simulation = run(0, bits="4")
    simulation.step()
    simulation.step()
    assert simulation.done and not simulation.snapshot().page.measured


# Without the pack.


@pytest.mark.parametrize("bits", ["4", "2"])
def test_without_the_pack_the_stored_measurement_is_shown(monkeypatch: pytest.MonkeyPatch, bits: str) -> None:
    monkeypatch.setattr(compress_smollm2, "smollm2_path", lambda: None)
    frame = run(0, bits=bits).snapshot()
    page, stored = frame.page, STORED[bits]
    assert len(page.parts) == 31 == len(stored["losses"]) - 2
    losses = stored["losses"]
    assert metrics_of(frame)["worse"] == pytest.approx(100 * (np.exp(losses[1] - losses[0]) - 1))
    more = (np.array(losses) - losses[0]) / np.log(2)
    assert metrics_of(frame)["more_bits"] == pytest.approx(more[1])
    assert metrics_of(frame)["worst_bits"] == pytest.approx(more[2:].max())
    assert list(page.samples) == stored["samples"] and page.samples[0].strip()
    assert abs(page.after.sum() - 1) < 1e-3 and 0 < page.share < 0.3
    for name in ("worse", "more_bits"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name])
    assert {"per", "group", "outlier"} <= hidden_of(frame) and f"in {bits} bits" in sentence_of(frame)


def test_with_the_bits_of_the_pack_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compress_smollm2, "smollm2_path", lambda: None)
    frame = run(0, bits="8").snapshot()
    assert metrics_of(frame)["worse"] == 0 and frame.page.share == 0.5 and frame.page.rmse == 0
    assert frame.page.samples[0] == frame.page.samples[1]


def test_a_rounded_house_model_writes_beside_the_whole_one() -> None:
    def samples(bits: str, steps: int = 1) -> Any:
        found: tuple[str, str] = (
            played(SPECIFICATION, Setting({"topic": "bits", "bits": bits}, 0, (), steps)).snapshot().page.samples
        )
        return found

    whole, fine = samples("16")
    assert len(whole) > 40 and whole == samples("4")[0]
    assert len(set(samples("2")[1])) < 6 < len(set(fine))  # in two bits nothing is left of the language
    assert samples("4", 0) == ("", "")


def test_the_lesson_quotes_what_the_model_wrote() -> None:
    assert "Paris" in STORED["4"]["samples"][0] and "Paris" not in STORED["4"]["samples"][1]
    lesson = " ".join((assets() / "lessons/en/24-evaluation.md").read_text("utf-8").split())
    assert "capital of France, it says Paris" in lesson
