"""Decoding, drafts that are copied: for SmolLM2 and for letters, and their time by the clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import checked
from lab.engine.pretrained.smollm2 import open_gguf
from lab.experiments.e21_decoding import chat
from lab.experiments.e21_decoding import simulation as decoding
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import CheckDrafts
from lab.experiments.e21_decoding.memory import AT_ONCE, Measured
from lab.experiments.e21_decoding.models import SmolLM2
from lab.experiments.e21_decoding.settings import Display, Params
from lab.experiments.e21_decoding.view import View
from lab.kit.gestures import Measure
from tests.asking import metrics_of
from tests.engine.pretrained_files import tiny_gguf
from widgets.base.look import Look, apply_look

SPECIFICATION = find("decoding").load()
GREEDY: dict[str, Any] = {"model": "smollm2", "temperature": 0.0, "prompt": "hi"}
DRAFTED: dict[str, Any] = GREEDY | {"page": "drafts"}


def framed(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> DecodingFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    """A tiny model in place of SmolLM2; its window holds 512 tokens."""
    opened = open_gguf(tiny_gguf(tmp_path / "tiny.gguf"))
    model = SmolLM2(opened.llama, opened.tokenizer, opened.tokenizer.specials[chat.END])
    monkeypatch.setattr(decoding, "open_model", lambda params, artifacts: model)
    return model


def test_copied_drafts_write_the_greedy_text_of_smollm2_to_the_last_digit(tiny: SmolLM2) -> None:
    drafted = framed(30, **DRAFTED)
    alone = framed(len(drafted.tokens) - drafted.given, **GREEDY)
    assert drafted.tokens == alone.tokens and drafted.drafts.accepted > 0
    assert drafted.facts == alone.facts
    assert drafted.bars is not None and alone.bars is not None
    assert np.array_equal([row.raw for row in drafted.bars.rows], [row.raw for row in alone.bars.rows])


def test_a_round_without_a_guess_costs_one_pass_and_writes_one_token(tiny: SmolLM2) -> None:
    frame = framed(1, **DRAFTED)
    assert frame.drafts.made == 0 and frame.drafts.written == 1 and metrics_of(frame)["acceptance"] is None
    assert metrics_of(frame)["draft_speed_up"] == 1.0


def test_letters_can_be_looked_up_as_well() -> None:
    values = {"prompt": "the king, the king, the k", "temperature": 0.0}
    frame = framed(3, page="drafts", drafter="lookup", **values)
    assert frame.drafts.latest[0].guesses and frame.copies
    assert frame.text == framed(frame.written, **values).text
    assert not framed(page="drafts", drafter="small").copies


def test_drafts_of_smollm2_end_where_the_window_does(tiny: SmolLM2) -> None:
    frame = framed(12, **(DRAFTED | {"prompt": "@" * 508}))
    assert len(frame.tokens) == tiny.most and frame.full and frame.done


def test_drafts_of_smollm2_come_back_with_the_file_and_go_on_bit_for_bit(tiny: SmolLM2) -> None:
    whole = played(SPECIFICATION, Setting(DRAFTED | {"temperature": 1.0}, 2, (), 12))
    half = played(SPECIFICATION, Setting(DRAFTED | {"temperature": 1.0}, 2, (), 7)).save()
    again = built(SPECIFICATION, checked(Params, DRAFTED | {"temperature": 1.0}), 0)
    again.load(half)
    for _step in range(5):
        advance(again)
    assert again.snapshot().tokens == whole.snapshot().tokens
    assert again.snapshot().drafts == whole.snapshot().drafts
    half["drafts"]["counts"] = half["drafts"]["counts"][:4]  # a file of before all guesses were counted
    again.load(half)
    assert again.snapshot().drafts.rounds == 7


def test_the_clock_says_what_a_token_takes_with_these_drafts(tiny: SmolLM2) -> None:
    before = metrics_of(framed(12, **DRAFTED))
    assert "ms_alone" not in before and "ms_drafted" not in before
    frame = framed(30, ((0, Measure()),), **DRAFTED)
    found, measured = metrics_of(frame), frame.measured
    assert measured is not None and len(measured.at_once) == len(AT_ONCE) and frame.drafts.rounds > 0
    whole = measured.pass_of(1 + frame.drafts.made / frame.drafts.rounds)
    assert whole is not None and found["ms_alone"] == measured.at_once[0]
    assert found["ms_drafted"] == pytest.approx(whole / (frame.drafts.written / frame.drafts.rounds))


def test_between_two_measured_passes_the_time_is_between_theirs() -> None:
    measured = Measured((8,), (1.0,), (2.0,), (10.0, 12.0, 16.0, 24.0))
    assert [measured.pass_of(n) for n in (1, 2, 3, 9, 11)] == [10.0, 11.0, 12.0, 24.0, 28.0]
    assert Measured.load(measured.save()) == measured
    with_errors = replace(measured, errors=(0.01, 0.2))
    assert Measured.load(with_errors.save()) == with_errors
    old = Measured.load(measured.save()[:3])
    assert old.at_once == () and old.pass_of(3) is None


def test_the_rule_is_checked_for_copies_too_where_there_is_one() -> None:
    values = {"page": "drafts", "drafter": "lookup", "prompt": "the king, the king, the k"}
    checked_rule = framed(0, ((0, CheckDrafts()),), **values).checked
    assert checked_rule is not None and checked_rule.rule.p_value > 0.001 and checked_rule.alone.p_value < 1e-6
    assert framed(0, ((0, CheckDrafts()),), **(values | {"prompt": "What"})).checked is None


def test_the_page_names_the_drafter_at_work_and_measures(tiny: SmolLM2, qtbot: Any, qapp: QApplication) -> None:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 540)
    view.show_display(Display())
    view.show()
    view.show_frame(framed(9, **DRAFTED))
    page, found = view.page("drafts"), list[Any]()
    view.acted.connect(lambda action, _gesture: found.append(action))
    assert page.drafter.chosen_key() == "lookup"
    assert len(page.rounds.rounds()) == 9
    qtbot.mouseClick(page.measure, Qt.MouseButton.LeftButton)
    assert found == [Measure()]
