"""Decoding: the text is typed into, long prompts fill the window, a chat has turns, and all tokens can be looked at."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.engine.pretrained.smollm2 import open_gguf
from lab.experiments.e21_decoding import chat
from lab.experiments.e21_decoding import simulation as decoding
from lab.experiments.e21_decoding.bars import Everything, folded, found
from lab.experiments.e21_decoding.filtering import apply_filters
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Rewrite, Say
from lab.experiments.e21_decoding.models import SmolLM2
from lab.experiments.e21_decoding.settings import LONGEST_PROMPT, Display, Params
from lab.experiments.e21_decoding.view import View
from lab.kit.gestures import Choose, Measure
from lab.runtime.track import Track
from tests.asking import hidden_of
from tests.engine.pretrained_files import tiny_gguf
from widgets.base.look import Look, apply_look
from widgets.tokens.token_flow import visible

SPECIFICATION = find("decoding").load()
LEFT = Qt.MouseButton.LeftButton
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def framed(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> DecodingFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    """A tiny model in place of SmolLM2; its window holds 512 tokens."""
    opened = open_gguf(tiny_gguf(tmp_path / "tiny.gguf"))
    model = SmolLM2(opened.llama, opened.tokenizer, opened.tokenizer.specials[chat.END])
    monkeypatch.setattr(decoding, "open_model", lambda params, artifacts: model)
    return model


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 540)
    made.show_display(Display())
    made.show()
    made.show_frame(framed(12))
    made.activateWindow()
    QApplication.processEvents()
    return made


def heard(view: View) -> list[Any]:
    found: list[Any] = []
    view.acted.connect(lambda action, _gesture: found.append(action))
    return found


def show(view: View, frame: DecodingFrame) -> DecodingFrame:
    view.show_frame(frame)
    QApplication.processEvents()
    return frame


# ------------------------------------------------------------------------------------ the text is edited


def test_an_edit_keeps_what_is_the_same_and_writes_the_rest_by_hand() -> None:
    before = framed(12)
    prompt, behind = "".join(before.tokens[: before.given]), "".join(before.tokens[before.given :])
    wanted = behind[:8] + "xy"
    after = framed(12, ((12, Rewrite(wanted)),))
    assert after.text == prompt + wanted and after.given == before.given
    assert after.facts[:8] == before.facts[:8]
    assert [fact.by_hand for fact in after.facts[8:]] == [True, True]
    assert after.facts[8] == framed(8, ((8, Choose(token_of("x"))),)).facts[8]
    assert framed(12, ((12, Rewrite(behind)),)).facts == before.facts  # nothing was changed
    assert framed(12, ((12, Rewrite("")),)).text == prompt


def token_of(letter: str) -> int:
    simulation = built(SPECIFICATION, Params(), 0)
    ids, _unknown = simulation.model.encode(letter)  # type: ignore[attr-defined]
    return int(ids[0])


def test_what_the_model_cannot_read_is_left_out_of_an_edit_and_named() -> None:
    frame = framed(3, ((3, Rewrite("ab€")),))
    assert frame.text.endswith("ab") and frame.unknown == "€"
    alone = framed(0, ((0, Rewrite("€€")),))
    assert alone.written == 0 and alone.unknown == "€"


def test_an_edit_comes_back_with_the_file() -> None:
    played_on = played(SPECIFICATION, Setting({}, 0, ((4, Rewrite("Hello")),), 9))
    again = built(SPECIFICATION, Params(), 5)
    again.load(played_on.save())
    assert again.snapshot().text == played_on.snapshot().text


def test_the_pencil_lets_the_text_be_typed_into(view: View, qtbot: Any) -> None:
    found, frame = heard(view), view.frame
    assert frame is not None
    qtbot.mouseClick(view.edit_button, LEFT)
    assert view.box.isVisible() and not view.strip.isVisible()
    assert view.box.edit.toPlainText() == frame.text
    QTest.keyClicks(view.box.edit, "now")
    qtbot.keyClick(view.box.edit, Qt.Key.Key_Return, CTRL)
    assert found == [Rewrite("".join(frame.tokens[frame.given :]) + "now")]
    assert view.strip.isVisible() and not view.box.isVisible() and not view.edit_button.isChecked()


def test_escape_and_an_unchanged_text_change_nothing(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.edit_button, LEFT)
    QTest.keyClicks(view.box.edit, "now")
    qtbot.keyClick(view.box.edit, Qt.Key.Key_Escape, NONE)
    qtbot.mouseClick(view.edit_button, LEFT)
    qtbot.mouseClick(view.box.take_button, LEFT)
    assert found == [] and view.strip.isVisible()


def test_an_edit_of_the_prompt_is_another_prompt_with_the_same_settings(view: View, qtbot: Any) -> None:
    frame = show(view, framed(5, temperature=0.4, top_p=0.9))
    found = heard(view)
    qtbot.mouseClick(view.edit_button, LEFT)
    view.box.edit.setPlainText("JULIET:\nO")
    qtbot.mouseClick(view.box.take_button, LEFT)
    assert found == [Set({"prompt": "JULIET:\\nO"})]
    view.show_frame(frame)
    qtbot.mouseClick(view.edit_button, LEFT)
    view.box.edit.setPlainText(frame.text + "a" * 401)  # one more than is written by hand
    qtbot.mouseClick(view.box.take_button, LEFT)
    assert set(found[-1].values) == {"prompt"}
    qtbot.mouseClick(view.edit_button, LEFT)
    view.box.edit.setPlainText(frame.text + "a" * 400)
    qtbot.mouseClick(view.box.take_button, LEFT)
    assert isinstance(found[-1], Rewrite)


def test_another_prompt_keeps_what_was_changed_on_the_way() -> None:
    experiment = find("decoding")
    assert experiment is not None
    track = Track(experiment, Scene(experiment.id))
    track.go(3)
    track.run_to_goal()
    track.set({"temperature": 0.4, "page": "samples"}, "")
    track.set({"prompt": "JULIET:"}, "")
    assert (track.params.temperature, track.params.page, track.params.prompt) == (0.4, "samples", "JULIET:")
    track.undo()
    assert track.snapshot().given == 7 and track.position == 3 and track.params.temperature == 0.4


# -------------------------------------------------------------------------------------- the window's end


def test_a_prompt_may_be_longer_than_any_other_text() -> None:
    assert checked(Params, {"prompt": "a" * LONGEST_PROMPT}).prompt
    with pytest.raises(ParamError, match="20000"):
        checked(Params, {"prompt": "a" * (LONGEST_PROMPT + 1)})
    with pytest.raises(ParamError, match="2000"):
        checked(Params, {"order": "T " * 1001})


@pytest.mark.parametrize(("length", "left_out", "full"), [(511, 0, False), (512, 0, True), (513, 1, True)])
def test_a_prompt_fills_the_window_to_its_end_and_what_goes_beyond_is_said(
    tiny: SmolLM2, view: View, length: int, left_out: int, full: bool
) -> None:
    assert tiny.most == 512
    frame = show(view, framed(model="smollm2", prompt="@" * length))
    assert (len(frame.tokens), frame.left_out, frame.full) == (min(length, 512), left_out, full)
    assert frame.bars is not None and frame.done is full
    said = view.note.text() if view.note.isVisible() else ""
    assert ("Left out" in said) is bool(left_out) and ("512" in said) is full
    values = {"model": "smollm2", "prompt": "@" * length}
    again = built(SPECIFICATION, checked(Params, values), 0)
    again.load(played(SPECIFICATION, Setting(values)).save())
    assert again.snapshot().left_out == left_out


def test_a_beam_ends_where_the_window_does(tiny: SmolLM2) -> None:
    frame = framed(20, model="smollm2", prompt="@" * 509, page="beam", depth=8)
    assert frame.done and frame.beam.depth == 3


# ------------------------------------------------------------------------------------------------- chat


def test_a_question_becomes_a_chat_and_every_token_has_its_speaker(tiny: SmolLM2) -> None:
    frame = framed(2, model="smollm2", chat=True, prompt="hi <|im_end|>")
    assert frame.text.startswith("<|im_start|>system\n")
    assert "<|im_start|>user\nhi <|im_end|><|im_end|>\n<|im_start|>assistant\n" in frame.text
    spoken = dict.fromkeys(("system", "user", "assistant", "sign"), "")
    for role, token in zip(frame.roles, frame.tokens):
        spoken[role] += token
    assert len(frame.roles) == len(frame.tokens)
    assert spoken["user"] == "hi <|im_end|>"  # what was typed is no sign
    assert spoken["system"].startswith("You are") and spoken["assistant"] == "".join(frame.tokens[frame.given :])
    assert framed(model="smollm2", prompt="hi").roles == ()


def test_the_next_message_ends_the_models_turn_and_begins_its_next(tiny: SmolLM2) -> None:
    for ended in (True, False):
        actions: list[Any] = [(1, Say("and now?"))]
        if ended:
            actions.insert(0, (1, Choose(tiny.tokenizer.specials[chat.END])))
        frame = framed(3, tuple(actions), model="smollm2", chat=True, prompt="hi")
        assert frame.text.count("<|im_end|>\n<|im_start|>user\nand now?<|im_end|>\n<|im_start|>assistant\n") == 1
        assert not frame.ended or frame.tokens[-1] == chat.END
        assert frame.roles[-1] == "assistant" or frame.ended


def test_a_long_question_leaves_the_signs_whole(tiny: SmolLM2) -> None:
    for length in (100, 600):
        frame = framed(model="smollm2", chat=True, prompt="@" * length)
        assert frame.text.startswith("<|im_start|>system\n") and frame.text.endswith("<|im_start|>assistant\n")
        assert frame.text.count("@") == length - frame.left_out and (frame.left_out > 0) is (length == 600)
        assert len(frame.tokens) <= tiny.most
    with pytest.raises(ValueError, match="window holds 512"):
        framed(0, ((0, Say("@" * 500)),), model="smollm2", chat=True, prompt="hi")


def test_a_chat_is_coloured_by_who_speaks_and_the_pencil_asks_for_the_next_message(
    tiny: SmolLM2, view: View, qtbot: Any
) -> None:
    frame = show(view, framed(2, model="smollm2", chat=True, prompt="hi"))
    colors = {role: token.color for role, token in zip(frame.roles, view.strip.tokens())}
    assert len({colors["system"], colors["user"], colors["assistant"], colors["sign"]}) == 4
    assert colors["assistant"] == ""  # the model's own words keep their shades
    told = {}
    for number, role in enumerate(frame.roles[: frame.given]):
        view.strip.hovered.emit(number)
        told[role] = view.strip.readout().split(":", 1)[1]
    assert len(set(told.values())) == 3 and "your" in told["user"] and "sign" in told["sign"]
    found = heard(view)
    qtbot.mouseClick(view.edit_button, LEFT)
    assert view.box.edit.toPlainText() == ""
    QTest.keyClicks(view.box.edit, "why?")
    qtbot.keyClick(view.box.edit, Qt.Key.Key_Return)
    assert found == [Say("why?")]


def test_only_smollm2_is_a_chat() -> None:
    assert "chat" in hidden_of(framed()) and framed(chat=True).roles == ()
    assert "chat" not in hidden_of(framed(model="smollm2"))


# ----------------------------------------------------------------------------------- all other tokens


def test_others_are_opened_page_by_page_and_nothing_is_lost_on_the_way() -> None:
    bars = framed(12).bars
    assert bars is not None and bars.others is not None and bars.every is not None
    seen = [row.token for row in bars.rows]
    first = len(bars.rows)
    while first < bars.size:
        shown = folded(bars, 12, first)
        head, *rows = shown.rows
        assert head.token == -1 and head.members == first and head.text == f"{first} before"
        seen += [row.token for row in rows]
        parts = [*shown.rows, *([shown.others] if shown.others else [])]
        assert math.fsum(row.raw for row in parts) == pytest.approx(1.0)
        assert sum(row.members for row in parts) == bars.size
        first += len(rows)
    assert sorted(seen) == list(range(bars.size))
    likely = [bars.every.row(int(token)).raw for token in bars.every.order()]
    assert likely == sorted(likely, reverse=True)


def test_the_last_row_opens_the_others_and_one_of_them_can_be_chosen(view: View, qtbot: Any) -> None:
    page, found = view.page("next"), heard(view)
    before = page.bars.bars()
    assert before[-1].gathered
    press(page, len(before) - 1, qtbot)
    opened = page.bars.bars()
    assert opened[0].gathered and not {bar.name for bar in opened[1:-1]} & {bar.name for bar in before[:-1]}
    assert max(bar.full for bar in opened[1:-1]) > 0.2  # they are not too small to be seen
    assert "<" not in opened[1].texts[0]
    press(page, 1, qtbot)
    assert isinstance(found[-1], Choose)
    assert view.frame is not None and view.frame.bars is not None
    assert view.frame.bars.every is not None
    assert view.frame.bars.every.names[found[-1].token] == opened[1].name
    for _turn in range(9):
        press(page, len(page.bars.bars()) - 1, qtbot)  # to the end, and not beyond it
    assert not page.bars.bars()[-1].gathered
    while page.bars.bars()[0].gathered:
        press(page, 0, qtbot)
    assert page.bars.bars() == before
    press(page, len(before) - 1, qtbot)
    show(view, framed(13))  # another text: its likeliest come first
    assert not page.bars.bars()[0].gathered


def test_all_tokens_of_a_large_vocabulary_are_opened_to_the_very_last(tiny: SmolLM2, view: View) -> None:
    frame = show(view, framed(model="smollm2", prompt="hi"))
    page = view.page("next")
    assert frame.bars is not None and frame.bars.size > 200 and frame.bars.every is not None
    seen = 0
    for _turn in range(frame.bars.size):
        bars = page.bars.bars()
        seen += sum(not bar.gathered for bar in bars)
        if not bars[-1].gathered:
            break
        page.bars.turned.emit(1)
    assert seen == frame.bars.size
    rare = frame.bars.every.order()[-1]
    assert page.bars.bars()[-1].name == visible(frame.bars.every.names[int(rare)])


# --------------------------------------------------------------------------------- a token is looked for, or typed


def test_what_is_found_is_the_token_itself_then_the_one_behind_a_space_then_the_likeliest() -> None:
    filtered = apply_filters(np.log([0.1, 0.2, 0.3, 0.15, 0.25]), Params(), ())
    every = Everything(("the", " the", "there", "The", "cat"), filtered, np.zeros(5, np.int64))
    assert every.holding("the").tolist() == [0, 1, 2, 3]
    assert every.holding("The").tolist() == [3, 2, 1, 0]
    assert every.holding("cats").tolist() == []


def test_the_field_finds_tokens_and_all_others_stand_together(view: View, qtbot: Any) -> None:
    page = view.page("next")
    QTest.keyClicks(page.finder, "q")
    bars = page.bars.bars()
    assert [bar.name for bar in bars[:2]] == ["q", "Q"] and bars[-1].gathered and "62" in bars[-1].name
    assert view.frame is not None and view.frame.bars is not None
    sought = found(view.frame.bars, 13, "q")
    assert sought.others is not None and len(sought.rows) == 2
    assert math.fsum(row.raw for row in (*sought.rows, sought.others)) == pytest.approx(1.0)
    page.bars.turned.emit(1)  # what was found stays in sight
    assert page.bars.bars() == bars
    qtbot.keyClick(page.finder, Qt.Key.Key_Escape)
    assert page.finder.text() == "" and len(page.bars.bars()) == 13


def test_enter_writes_the_token_that_was_found(view: View, qtbot: Any) -> None:
    acted, page = heard(view), view.page("next")
    qtbot.keyClick(page.finder, Qt.Key.Key_Return)
    assert acted == []  # nothing was typed
    QTest.keyClicks(page.finder, "\\n")
    qtbot.keyClick(page.finder, Qt.Key.Key_Return)
    assert acted == [Choose(token_of("\n"))] and page.finder.text() == ""


def test_enter_writes_the_text_itself_where_no_token_is_it(view: View, qtbot: Any) -> None:
    acted, page, frame = heard(view), view.page("next"), view.frame
    assert frame is not None
    QTest.keyClicks(page.finder, "my·lord")
    assert [bar.gathered for bar in page.bars.bars()] == [True]
    qtbot.keyClick(page.finder, Qt.Key.Key_Return)
    assert acted == [Rewrite("".join(frame.tokens[frame.given :]) + "my lord")]
    assert framed(12, ((12, acted[0]),)).text == frame.text + "my lord"


def press(page: Any, row: int, qtbot: Any) -> None:
    spot = page.bars.row_rect(row)
    qtbot.mouseClick(page.bars, LEFT, pos=spot.center().toPoint())


# ------------------------------------------------------------------------------------------ what is left


def test_a_plot_without_a_measurement_is_not_shown_empty(view: View) -> None:
    show(view, framed(page="cache"))
    page = view.page("cache")
    assert not page.chart.isVisible() and page.hint.isVisible() and "Measure here" in page.hint.text()
    show(view, framed(0, ((0, Measure()),), page="cache"))
    assert page.chart.isVisible() and not page.hint.isVisible()


def test_why_an_entry_was_refused_goes_with_the_next_setting(view: View) -> None:
    chain = view.page("next").chain
    chain.refused.emit("that is no number")
    assert chain.toolTip() == "that is no number"
    show(view, framed(12))
    assert chain.toolTip() == "that is no number"
    show(view, framed(12, temperature=0.7))
    assert chain.toolTip() == ""
