"""Context windows, the needle for SmolLM2: a tiny model of its kind looks for a number in longer and longer texts."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
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
from lab.experiments.e22_context_window import haystack
from lab.experiments.e22_context_window import simulation as runs
from lab.experiments.e22_context_window.haystack import DEPTHS, LENGTHS, Needle, hidden_in
from lab.experiments.e22_context_window.page_hay import HayView
from lab.experiments.e22_context_window.settings import Params, page_of
from lab.experiments.e22_context_window.view import View
from lab.experiments.e22_context_window.words import depth_names
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of, unavailable_of, why_of
from tests.engine.pretrained_files import tiny_gguf

SPECIFICATION = find("context-window").load()
NEEDLE = Needle("The secret number of the blue door is ", "7413")


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A tiny model in place of SmolLM2; its tokenizer."""
    with GGUF(tiny_gguf(tmp_path / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()

    def opening(capacity: int) -> Generator[float, None, Any]:
        yield 0.5
        return Llama(replace(config, context=LENGTHS[-1]), weights, capacity), tokenizer

    monkeypatch.setattr(runs, "smollm2_path", lambda: tmp_path)
    monkeypatch.setattr(haystack, "opening_smollm2", opening)
    return tokenizer


def values(**changed: Any) -> dict[str, Any]:
    return {"topic": "tape", "source": "smollm2", "longest": "512", **changed}


def run(steps: int = 0, seed: int = 0, **changed: Any) -> Any:
    return played(SPECIFICATION, Setting(values(**changed), seed, (), steps))


@pytest.mark.parametrize("length", LENGTHS[:2])
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_text_has_its_length_and_the_needle_where_it_belongs(pack: Any, length: int, depth: float) -> None:
    hay = pack.encode("in the\nand\n" * 200)
    ids, answer = hidden_in(hay, NEEDLE, pack, length, depth)
    text = pack.decode(ids)
    before, found, after = text.partition(NEEDLE.sentence + "\n")
    assert len(ids) + len(answer) == length and pack.decode(answer) == "7413"
    assert found and text.count("7413") == 1 and text.endswith("\n" + NEEDLE.hint)
    assert before == "" or before.endswith("\n")
    rest = length - len(pack.encode(found)) - len(pack.encode("\n" + NEEDLE.hint)) - len(answer)
    assert depth * rest - 12 < len(pack.encode(before)) <= depth * rest
    assert before + after.removesuffix("\n" + NEEDLE.hint) == pack.decode(hay[:rest])


def test_a_play_that_is_too_short_is_refused(pack: Any) -> None:
    sizes = [len(pack.encode(part)) for part in (NEEDLE.sentence + "\n", "\n" + NEEDLE.hint, NEEDLE.answer)]
    least = 512 - sum(sizes)
    with pytest.raises(ValueError, match="too short"):
        hidden_in([10] * (least - 1), NEEDLE, pack, 512, 0.5)
    assert len(hidden_in([10] * least, NEEDLE, pack, 512, 0.5)[0]) == 512 - sizes[2]


def test_it_is_asked_text_by_text_the_shortest_first_and_the_needle_at_the_end_first(pack: Any) -> None:
    page = run(3).snapshot().page
    assert page.newest == (2, 0) and page.next_cell == (1, 0)
    known = np.isfinite(page.chances())
    assert known.tolist() == [[False, False]] * 2 + [[True, False]] * 3
    simulation = run(10)
    assert simulation.done and simulation.snapshot().page.newest == (0, 1)
    assert np.isfinite(simulation.snapshot().page.chances()).all()


def test_the_chance_is_that_of_all_figures_and_is_explained(pack: Any) -> None:
    frame = run(2).snapshot()
    newest, found = frame.page.asked[-1], metrics_of(frame)
    assert found["hay_found"] == pytest.approx(np.prod(newest.chances)) and len(newest.chances) == 4
    assert why_of(frame, "hay_found").value == pytest.approx(found["hay_found"])
    assert found["hay_asked"] == 2 and found["hay_said"] == newest.said
    assert found["hay_right"] == sum(one.said == frame.page.needle.answer for one in frame.page.asked)
    assert "256 tokens, the needle three quarters in" in sentence_of(frame)
    assert metrics_of(run().snapshot())["hay_found"] is None
    assert [curve.name for curve in curves_of(frame)] == list(depth_names())


def test_what_is_going_on_is_said_before_the_first_answer(pack: Any) -> None:
    simulation = run()
    assert sentence_of(simulation.snapshot()).startswith("Run:")
    simulation.step()
    assert sentence_of(simulation.snapshot()) == "SmolLM2 reads the first text."
    advance(simulation)
    assert "256 tokens" in sentence_of(simulation.snapshot())


def test_another_seed_hides_another_number(pack: Any) -> None:
    needles = {run(seed=seed).snapshot().page.needle for seed in range(4)}
    assert len(needles) == 4 and all(len(needle.answer) == 4 for needle in needles)


def test_longer_texts_follow_and_what_was_read_stays(pack: Any) -> None:
    simulation = run(5, longest="512")
    simulation.step()  # a piece of a text of 512
    assert simulation.snapshot().page.reading is not None
    before = simulation.snapshot().page.asked
    params = simulation.snapshot().params
    simulation.retune(replaced(params, {"longest": "1024"}))
    assert simulation.snapshot().page.asked == before and not simulation.done
    assert simulation.snapshot().page.lengths == (256, 512, 1024)


def test_shorter_texts_hide_the_longer_ones_and_nothing_more_is_read(pack: Any) -> None:
    simulation = run(10, longest="1024")
    simulation.step()
    assert simulation.snapshot().page.reading is not None
    simulation.retune(replaced(simulation.snapshot().params, {"longest": "512"}))
    page = simulation.snapshot().page
    assert simulation.done and page.reading is None and page.chances().shape == (5, 2)
    assert len(page.asked) == 10


def test_it_resumes_bit_for_bit(pack: Any) -> None:
    simulation = run(7)
    again = built(SPECIFICATION, checked(Params, values()), 0)
    again.load(simulation.save())
    for each in (simulation, again):
        advance(each)
    assert again.snapshot().page.asked == simulation.snapshot().page.asked and again.steps == 8


def test_a_state_of_another_kind_is_refused(pack: Any) -> None:
    simulation = run()
    state, most = simulation.save(), len(DEPTHS) * len(LENGTHS)
    for count, p in ((most + 1, 0.5), (1, 1.5), (1, -0.5)):
        with pytest.raises(ValueError, match="needs at most 30"):
            simulation.load({**state, "part": {"asked": [{"chances": [p], "said": "7"}] * count}})
    simulation.load({**state, "part": {"asked": [{"chances": [1.0], "said": "7"}] * most}})
    assert simulation.done


def test_it_stands_under_the_chip_of_the_needle_with_its_own_controls(pack: Any) -> None:
    frame = run().snapshot()
    assert page_of(frame.params) == "hay" and page_of(run(source="house").snapshot().params) == "tape"
    assert {"window", "distance"} <= hidden_of(frame) and not {"longest", "source"} & hidden_of(frame)
    assert "longest" in hidden_of(run(source="house").snapshot())
    assert unavailable_of(frame) == {"source": ("small", "received")}


def test_without_the_pack_it_cannot_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "smollm2_path", lambda: None)
    with pytest.raises(ParamError, match="add its model pack"):
        run()
    assert unavailable_of(run(source="house").snapshot()) == {"source": ("small", "received", "smollm2")}


def test_a_pack_that_cannot_be_opened_is_said(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_capacity: int) -> Generator[float, None, Any]:
        raise ValueError("smollm2: no such file")
        yield 0.0

    monkeypatch.setattr(haystack, "opening_smollm2", broken)
    simulation = run(1)
    assert simulation.done and sentence_of(simulation.snapshot()) == "smollm2: no such file"


def test_the_picture_shows_the_chances_and_says_what_was_answered(pack: Any, qtbot: Any) -> None:
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 500)
    view.show()
    simulation = run(2)
    simulation.step()
    frame = simulation.snapshot()
    view.show_frame(frame)
    page = view.page("hay")
    assert view.open_page() == "hay" and isinstance(page, HayView) and view.chips.chosen_keys() == ("tape",)
    np.testing.assert_array_equal(page.grid.values(), frame.page.chances())
    assert page.grid.highlighted() == frame.page.newest and page.main_picture() == (page.grid,)
    assert frame.page.needle.sentence in page.hidden.words() and frame.page.asked[-1].said.strip() in page.said.words()
    assert "% read" in page.said.words() and "in the middle" in page.said.words()
    view.show_frame(run().snapshot())
    assert page.grid.highlighted() == (-1, -1)
