"""Decoding, rules: grammars and banned tokens strike out before the filters."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked
from lab.core.simulation import Set
from lab.engine.pretrained.smollm2 import open_gguf
from lab.experiments.e21_decoding import chat
from lab.experiments.e21_decoding import simulation as decoding
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.light import FOUND, watermark_verdict
from lab.experiments.e21_decoding.models import SmolLM2
from lab.experiments.e21_decoding.opening import bundled
from lab.experiments.e21_decoding.rules import SECRET
from lab.experiments.e21_decoding.settings import Display, Params, banned_tokens, read_signs, write_signs
from lab.experiments.e21_decoding.view import View
from lab.kit.gestures import Choose
from tests.asking import divergence_of
from tests.engine.pretrained_files import tiny_gguf
from widgets.base.look import Look, apply_look

SPECIFICATION = find("decoding").load()


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> DecodingFrame:
    return played(SPECIFICATION, Setting(values, seed, actions, steps)).snapshot()


def written(frame: DecodingFrame) -> str:
    return "".join(frame.tokens[frame.given :])


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    """A tiny model in place of SmolLM2; its window holds 512 tokens."""
    opened = open_gguf(tiny_gguf(tmp_path / "tiny.gguf"))
    model = SmolLM2(opened.llama, opened.tokenizer, opened.tokenizer.specials[chat.END])
    monkeypatch.setattr(decoding, "open_model", lambda params, artifacts: model)
    return model


def test_a_text_without_the_letter_e() -> None:
    free, banned = framed(80), framed(80, banned="e E")
    assert "e" in written(free) and not {"e", "E"} & set(written(banned)) and len(written(banned)) == 80
    assert banned.bars is not None and banned.bars.every is not None
    at = banned.bars.every.names.index("e")
    row = banned.bars.every.row(at)
    assert row.raw > 0 and row.share == 0 and banned.removing_filter(row.removed_by) == "banned"
    assert framed(80, banned=" ").text == free.text


def test_a_word_is_banned_with_the_space_before_it_and_without() -> None:
    assert banned_tokens("e ·the ⏎") == {"e", " the", "\n"}
    for text in ("a", " the", "\n", "\t x"):
        assert read_signs(write_signs(text)) == text and " " not in write_signs(text)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_grammar_lets_through_can_be_read_by_json(tiny: SmolLM2, seed: int) -> None:
    frame = framed(300, seed=seed, model="smollm2", prompt="hi", grammar="numbers", top_k=3)
    assert frame.done and (frame.fits or frame.ended or frame.full)
    if not frame.full:
        found = json.loads(written(frame).removesuffix(chat.END))
        assert all(isinstance(value, int | float) for value in found)


def test_yes_or_no_is_answered_and_then_the_text_is_whole(tiny: SmolLM2) -> None:
    frame = framed(50, model="smollm2", prompt="hi", grammar="yesno")
    assert written(frame).strip() in ("yes", "Yes", "no", "No") and frame.fits and frame.done
    before = framed(len(frame.facts) - 1, model="smollm2", prompt="hi", grammar="yesno")
    assert not before.fits and not before.done
    assert frame.bars is not None and frame.bars.kept > 2  # nothing is struck out behind it
    house = framed(50, grammar="yesno")
    assert written(house).strip(" ") in ("yes", "Yes", "no", "No") and house.done


def test_who_leaves_the_grammar_by_hand_is_free() -> None:
    frame = framed(0, ((0, Choose(40)),), grammar="yesno")
    other = framed(0, ((0, Choose(40)),))
    assert frame.bars is not None and other.bars is not None and frame.bars.kept == other.bars.kept == frame.bars.size
    bound = framed(grammar="yesno").bars
    assert bound is not None and bound.kept == 5  # Y, y, N, n and a space


def test_a_model_that_has_no_fitting_token_says_so_and_offers_a_way_out() -> None:
    frame = framed(3, grammar="numbers")  # a space may come, but no letter of Shakespeare's is a bracket
    found = divergence_of(frame)
    assert found is not None and "grammar" in found.reason and found.remedy == {"grammar": "free", "banned": ""}


def test_drafts_keep_to_the_rules_too() -> None:
    frame = framed(15, page="drafts", banned="e E")
    assert not {"e", "E"} & set(written(frame)) and frame.drafts.rounds == 15
    answer = framed(15, page="drafts", grammar="yesno")
    assert written(answer).strip(" ") in ("yes", "Yes", "no", "No") and answer.done


def test_rules_come_back_with_the_file() -> None:
    values = {"banned": "e E", "temperature": 0.8}
    whole = framed(30, **values)
    half = played(SPECIFICATION, Setting(values, 0, (), 20))
    again = built(SPECIFICATION, checked(Params, values), 5)
    again.load(half.save())
    for _step in range(10):
        again.step()
    assert again.snapshot().text == whole.text
    assert np.array_equal([f.share for f in again.snapshot().facts], [f.share for f in whole.facts])


def test_delete_on_a_bar_bans_its_token_and_again_lets_it_come(qtbot: Any, qapp: QApplication) -> None:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 540)
    view.show_display(Display())
    view.show()
    frame = framed(prompt="What is thy n")
    view.show_frame(frame)
    found = list[Any]()
    view.acted.connect(lambda action, _gesture: found.append(action))
    bars = view.page("next").bars
    bars.setFocus()
    qtbot.keyClick(bars, Qt.Key.Key_Delete)
    assert frame.bars is not None
    top = write_signs(frame.bars.rows[0].text)
    assert found == [Set({"banned": top})]
    view.show_frame(framed(prompt="What is thy n", banned=top))
    at = next(k for k, bar in enumerate(bars.bars()) if "banned" in bar.fallen)
    for _down in range(at):
        qtbot.keyClick(bars, Qt.Key.Key_Down)
    qtbot.keyClick(bars, Qt.Key.Key_Delete)
    assert found[-1] == Set({"banned": ""})
    for _down in range(20):
        qtbot.keyClick(bars, Qt.Key.Key_Down)
    qtbot.keyClick(bars, Qt.Key.Key_Delete)  # all others together cannot be banned
    assert len(found) == 2


# ---------------------------------------------------------------------------------------------- watermark


def test_a_marked_text_is_found_out_and_an_unmarked_one_is_not() -> None:
    marked, plain = framed(200, watermark=3.0), framed(200)
    assert marked.green_z is not None and plain.green_z is not None
    assert marked.green_z > FOUND > 2.5 > abs(plain.green_z)
    assert marked.coloured == marked.written == 200
    assert watermark_verdict(marked.greens, 200, marked.green_z).tone == "good"
    assert watermark_verdict(plain.greens, 200, plain.green_z).tone == ""
    assert framed(200, watermark=0.0).text == plain.text


def test_the_light_turns_at_four_deviations_and_says_nothing_of_nothing() -> None:
    tones = [watermark_verdict(70, 100, z).tone for z in (3.999, 4.0)]
    assert tones == ["", "good"] and "write" in watermark_verdict(0, 0, None).text
    empty = framed()
    assert empty.coloured == 0 and empty.green_z is None


def test_what_a_watermark_adds_is_its_strength_to_green_scores_alone() -> None:
    plain, marked = framed(prompt="What is thy n"), framed(prompt="What is thy n", watermark=2.0)
    assert plain.bars is not None and plain.bars.every is not None
    assert marked.bars is not None and marked.bars.every is not None
    raw, now = plain.bars.every.filtered.raw, marked.bars.every.filtered.shares
    assert np.array_equal(raw, marked.bars.every.filtered.raw)
    ratio = now / raw
    levels = np.array([ratio.min(), ratio.max()])
    assert levels[1] / levels[0] == pytest.approx(math.exp(2.0))
    green = SECRET.green(bundled().encode("n")[0][-1], np.arange(len(raw)))
    assert np.allclose(ratio, np.where(green, levels[1], levels[0]))


def test_drafts_bear_the_watermark_too() -> None:
    frame = framed(80, page="drafts", watermark=4.0)
    assert frame.green_z is not None and frame.green_z > FOUND


def test_the_samples_page_shows_the_count(qtbot: Any, qapp: QApplication) -> None:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 540)
    view.show_display(Display())
    view.show()
    frame = framed(
        60, page="samples", actions=((0, Set({"page": "next"})), (60, Set({"page": "samples"}))), watermark=8.0
    )
    view.show_frame(frame)
    assert str(frame.greens) in view.page("samples").mark.verdict().text
