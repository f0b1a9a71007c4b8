"""Context windows, the cache of SmolLM2 in few bits: a tiny model of its kind, with all kept and rounded four ways."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import checked, replaced
from lab.engine.basics.activations import log_softmax
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.experiments.e22_context_window import llama_readers
from lab.experiments.e22_context_window import simulation as runs
from lab.experiments.e22_context_window.cache import BITS, UNIT
from lab.experiments.e22_context_window.cache_llama import TOKENS, LlamaCache
from lab.experiments.e22_context_window.settings import Params
from tests.asking import hidden_of, metrics_of, sentence_of, unavailable_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("context-window").load()


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Llama, Any]:
    """A tiny model in place of SmolLM2."""
    with GGUF(tiny_gguf(tmp_path / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()

    def opening(capacity: int) -> Generator[float, None, Any]:
        yield 0.5
        return Llama(config, weights, capacity), tokenizer

    monkeypatch.setattr(runs, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(llama_readers, "opening_smollm2", opening)
    return Llama(config, weights, TOKENS), tokenizer


def run(steps: int = 0, **changed: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "cache", "source": "smollm2", **changed}, 0, (), steps))


def test_fewer_bits_are_a_larger_error_and_the_whole_cache_is_the_plain_model(pack: tuple[Llama, Any]) -> None:
    page = run(3).snapshot().page
    assert page.read == 3 * UNIT and page.length == TOKENS
    assert list(page.errors) == sorted(page.errors) and 0 < page.errors[0] < 0.1 * page.errors[2]
    llama, tokenizer = pack
    ids = tokenizer.encode(LlamaCache.letters())[: page.read + 1]
    logs = log_softmax(llama.read(ids[:-1]).astype(np.float64))
    assert page.exact == pytest.approx(float(-logs[np.arange(page.read), ids[1:]].mean()), rel=1e-4)
    assert page.same[0] == 1.0 and all(0 <= share <= 1 for share in page.same)


def test_it_ends_is_read_out_and_says_whose_scores_they_are(pack: tuple[Llama, Any]) -> None:
    simulation = run(TOKENS // UNIT, bits="4")
    frame = simulation.snapshot()
    assert simulation.done and metrics_of(frame)["score_error"] == pytest.approx(frame.page.errors[BITS.index(4)])
    assert "A score of SmolLM2 is off by" in sentence_of(frame)
    assert "house model is off" in sentence_of(run(1, source="house").snapshot())
    assert "source" not in hidden_of(frame) and unavailable_of(frame) == {"source": ("small", "received")}
    simulation.retune(replaced(frame.params, {"bits": "2"}))
    assert metrics_of(simulation.snapshot())["score_error"] == pytest.approx(frame.page.errors[-1])


def test_it_resumes_bit_for_bit(pack: tuple[Llama, Any]) -> None:
    simulation = run(2)
    again = built(SPECIFICATION, checked(Params, {"topic": "cache", "source": "smollm2"}), 0)
    again.load(simulation.save())
    for each in (simulation, again):
        advance(each)
    np.testing.assert_array_equal(simulation.snapshot().page.errors, again.snapshot().page.errors)
    np.testing.assert_array_equal(simulation.snapshot().page.losses, again.snapshot().page.losses)
    assert again.snapshot().page.exact == simulation.snapshot().page.exact


@pytest.mark.parametrize("read", [-1, TOKENS + 1])
def test_a_state_of_another_kind_is_refused(pack: tuple[Llama, Any], read: int) -> None:
    simulation = run()
    state = simulation.save()
    with pytest.raises(ValueError, match="needs"):
        simulation.load({**state, "part": {**state["part"], "read": read}})
    simulation.load({**state, "part": {**state["part"], "read": TOKENS}})
    assert simulation.done


def test_a_pack_that_cannot_be_opened_is_said(pack: tuple[Llama, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_capacity: int) -> Generator[float, None, Any]:
        raise ValueError("smollm2: no such file")
        yield 0.0

    monkeypatch.setattr(llama_readers, "opening_smollm2", broken)
    simulation = run(1)
    assert simulation.done and sentence_of(simulation.snapshot()).endswith("smollm2: no such file")
