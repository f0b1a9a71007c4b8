"""Context windows, SmolLM2 as reader: a tiny model of its kind reads with all kept, a window, and the first tokens."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked, replaced
from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.engine.text.exchange import read_corpus
from lab.experiments.e22_context_window import llama_readers
from lab.experiments.e22_context_window import simulation as runs
from lab.experiments.e22_context_window.memory import UNIT
from lab.experiments.e22_context_window.page_memory import MemoryView
from lab.experiments.e22_context_window.settings import Params
from lab.experiments.e22_context_window.sinks import TOKENS
from tests.asking import hidden_of, metrics_of, sentence_of, unavailable_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("context-window").load()
WINDOW, FIRST = 12, 4


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


def values(**changed: Any) -> dict[str, Any]:
    return {"topic": "memory", "source": "smollm2", "window": WINDOW, "sinks": FIRST, **changed}


def run(steps: int = 0, **changed: Any) -> Any:
    return played(SPECIFICATION, Setting(values(**changed), 0, (), steps))


def test_without_the_pack_it_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "smollm2_path", lambda: None)
    with pytest.raises(ParamError, match="add its model pack"):
        run()
    simulation = run(source="house")
    assert unavailable_of(simulation.snapshot()) == {"source": ("received", "smollm2")}
    monkeypatch.setattr(runs, "smollm2_path", lambda: Path("smollm2"))
    simulation.look_again()
    assert unavailable_of(simulation.snapshot()) == {"source": ("received",)}


def test_all_kept_is_the_plain_model_and_the_others_are_until_the_window_is_full(pack: tuple[Llama, Any]) -> None:
    page = run(4).snapshot().page
    assert page.read == 4 * UNIT
    llama, tokenizer = pack
    ids = tokenizer.encode(read_corpus(run().offer("corpus").data))[: page.read + 1]
    scores = llama.read(ids[:-1]).astype(np.float64)
    top = scores.max(axis=1, keepdims=True)
    logs = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
    expected = -logs[np.arange(page.read), ids[1:]]
    np.testing.assert_allclose(page.losses[0, : page.read], expected, rtol=1e-4)
    alone, first = page.losses[1], page.losses[2]
    np.testing.assert_array_equal(alone[:WINDOW], page.losses[0, :WINDOW])
    assert alone[WINDOW] != page.losses[0, WINDOW]
    np.testing.assert_array_equal(first[: WINDOW + FIRST], page.losses[0, : WINDOW + FIRST])
    assert first[WINDOW + FIRST] != page.losses[0, WINDOW + FIRST]


def test_the_numbers_are_those_of_the_stretches(pack: tuple[Llama, Any]) -> None:
    frame = run(6).snapshot()
    page, found = frame.page, metrics_of(frame)
    assert page.near == (0, WINDOW) and page.far == WINDOW + FIRST + 16
    assert found["within"] == pytest.approx(page.losses[0, :WINDOW].mean())
    assert found["window_beyond"] == pytest.approx(page.losses[1, page.far : page.read].mean())
    assert metrics_of(run(4).snapshot())["window_beyond"] is None  # 32 tokens: nothing is beyond yet
    assert f"from token {page.far} on" in sentence_of(frame)
    assert {"stretch", "factor"} <= hidden_of(frame) and "stretch" not in hidden_of(run(source="house").snapshot())


def test_it_resumes_bit_for_bit_and_begins_anew_with_another_window(pack: tuple[Llama, Any]) -> None:
    simulation = run(2)
    again = built(SPECIFICATION, checked(Params, values()), 0)
    again.load(simulation.save())
    for each in (simulation, again):
        advance(each)
    np.testing.assert_array_equal(simulation.snapshot().page.losses, again.snapshot().page.losses)
    params = simulation.snapshot().params
    simulation.retune(replaced(params, {"distance": 40}))
    assert simulation.snapshot().page.read == 3 * UNIT
    simulation.retune(replaced(params, {"sinks": 0}))
    assert simulation.snapshot().page.read == 0


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
    assert simulation.done and sentence_of(simulation.snapshot()) == "smollm2: no such file"


def test_the_end_of_the_window_is_marked(pack: tuple[Llama, Any], qtbot: Any) -> None:
    view = MemoryView()
    qtbot.addWidget(view)
    for source, name in (("smollm2", "window"), ("house", "context")):
        view.show_page(run(1, source=source).snapshot().page, None)
        assert [line.name for line in view.plot.lines()] == [name]
