"""Training language models on examples of the learner's own: how they are read, learned, kept and taken back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of, played
from lab.core.params import ParamError, checked
from lab.core.simulation import Set
from lab.experiments.e20_language_model_training.challenges import check_gently
from lab.experiments.e20_language_model_training.own_examples import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_TEXT,
    MOST_PAIRS,
    lab_pairs,
    one_line,
    own_text,
    read_pairs,
    taught,
    written_pairs,
)
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.view import View
from tests.asking import metrics_of

EXPERIMENT = find("language-model-training")
TWO = (("Is it day?", "Yes."), ("Is it night?", "Aye."))
OWN = one_line(TWO)


@pytest.mark.parametrize(
    "text",
    [
        "Is it day? > Yes.\nIs it night? > Aye.",
        "Is it day? > Yes. | Is it night? > Aye.",
        "Is it day?\tYes.\r\nIs it night?\tAye.\r\n",
        "Q: Is it day?\nA: Yes.\n\nQ:  Is it night?\n A: Aye. ",
        "\n  Is it   day?>Yes. |\n| Is it night? >  Aye.\n",
    ],
)
def test_examples_are_read_as_they_are_typed_or_pasted(text: str) -> None:
    assert read_pairs(text) == TWO
    assert own_text(text, "plain") == OWN


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Is it day?", "Example 1 needs a question"),
        ("Is it day? > Yes.\n > Aye.", "Example 2 needs a question"),
        ("Is it day? > ", "Example 1 needs a question"),
        ("Q: Is it day?", "Example 1 needs a line after Q: and one after A:"),
        ("Q: Is it day?\nA: Yes.\nA: Aye.\nQ: Is it night?", "Example 2 needs a line after Q:"),
        ("Is it day? > Yes. > No.", "sign > more than once"),
        ("a" * (LONGEST_QUESTION + 1) + " > b", "too long"),
        ("a > " + "b" * (LONGEST_ANSWER + 1), "too long"),
        ("a > b\n" * (MOST_PAIRS + 1), "may be 40 examples, and these are 41"),
    ],
)
def test_what_is_no_example_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_pairs(text)
    with pytest.raises(ParamError, match="own"):
        checked(Params, {"own": text})


def test_the_longest_examples_just_fit_and_can_all_be_learned() -> None:
    most = [("a" * LONGEST_QUESTION, "b" * (LONGEST_ANSWER - 1) + chr(97 + n % 26)) for n in range(MOST_PAIRS)]
    assert read_pairs(one_line(most)) == tuple(most)
    assert len(written_pairs(most)) < LONGEST_TEXT and len(one_line(most)) <= LONGEST_TEXT
    found = metrics_of(frame_of(EXPERIMENT, Setting({"stage": "supervised", "own": one_line(most[:9])}, steps=1)))
    assert found["examples"] == 9 and np.isfinite(found["loss"])


@pytest.mark.parametrize("style", ["plain", "pirate"])
def test_the_labs_examples_left_as_they_are_stay_the_labs(style: str) -> None:
    text = written_pairs(lab_pairs(style))
    assert own_text(text, style) == own_text("", style) == ""
    other = "pirate" if style == "plain" else "plain"
    assert own_text(text, other) == one_line(lab_pairs(style))
    assert taught(own_text(text, other), other) == taught(" ", style) == lab_pairs(style)


def test_a_model_learns_the_examples_it_is_given_and_no_others() -> None:
    values = {"stage": "supervised", "own": OWN, "example": 40}
    first, last = (frame_of(EXPERIMENT, Setting(values, steps=n)).page for n in (0, 25))
    assert "".join(np.array(first.letters.text)[first.letters.counts]) == " Aye.\n"  # the last one there is
    assert first.given == 2 and last.answered < 0.3 * first.answered
    lab = frame_of(EXPERIMENT, Setting({"stage": "supervised", "example": 40}, steps=25)).page
    assert lab.given == 40 and last.answered < lab.answered


def test_letters_that_the_model_does_not_know_are_told() -> None:
    values = {"stage": "supervised", "own": "What is 2+2? > It is 4."}
    frame = frame_of(EXPERIMENT, Setting(values))
    assert frame.page.unknown == "+24"
    assert EXPERIMENT.load().describe(frame).endswith("left out: + 2 4")
    assert "".join(frame.page.letters.text) == ": What is ?\nA: It is .\n"


@pytest.mark.parametrize("stage", ["supervised", "lora"])
def test_a_run_on_own_examples_goes_on_from_a_file_as_it_was(stage: str) -> None:
    specification, setting = EXPERIMENT.load(), Setting({"stage": stage, "own": OWN}, steps=3)
    one = played(specification, setting)
    saved = one.save()
    other = specification.build(checked(Params, {"stage": stage, "own": OWN}), np.random.default_rng(9), ())
    other.load(saved)
    for run in (one, other):
        while run.steps < 5:
            run.step()
    assert metrics_of(one.snapshot()) == metrics_of(other.snapshot())
    damaged = dict(saved, stage=dict(saved["stage"], left=[2]))
    with pytest.raises(ValueError, match="there are 2"):
        other.load(damaged)


def test_an_adapter_learns_own_examples_too() -> None:
    own, lab = (metrics_of(frame_of(EXPERIMENT, Setting({"stage": "lora", "own": own}, steps=12))) for own in (OWN, ""))
    assert own["loss"] < 0.5 * lab["loss"]


def test_the_comparison_is_of_the_labs_examples() -> None:
    own, lab = (frame_of(EXPERIMENT, Setting({"stage": "compare", "own": own}, steps=2)) for own in (OWN, ""))
    assert metrics_of(own) == metrics_of(lab)
    assert "own" in EXPERIMENT.load().hidden(own)


def test_own_examples_leave_the_style_without_effect() -> None:
    specification = EXPERIMENT.load()
    for own, there in ((OWN, True), ("", False), (" | ", False)):
        frame = frame_of(EXPERIMENT, Setting({"stage": "supervised", "own": own}))
        assert ("style" in specification.unused(frame)) == there


def test_easy_examples_do_not_meet_the_challenge() -> None:
    setting = Setting({"stage": "supervised", "own": OWN, "rate": 0.3}, steps=25)
    simulation = played(EXPERIMENT.load(), setting)
    page = simulation.snapshot().page
    assert page.answered < 1.0
    progress = check_gently(simulation.snapshot(), page.params, ())
    assert progress.failed and "lab's" in progress.text


# ------------------------------------------------------------------------------------------ on the page


def shown(qtbot, values: dict) -> tuple[View, list[object]]:
    view = View()
    qtbot.addWidget(view)
    view.resize(760, 560)
    view.show()
    view.show_frame(frame_of(EXPERIMENT, Setting({"stage": "supervised"} | values)))
    acted: list[object] = []
    view.acted.connect(lambda action, _gesture: acted.append(action))
    return view, acted


def test_the_button_opens_all_examples_and_what_is_typed_becomes_a_new_run(qtbot) -> None:
    view, acted = shown(qtbot, {})
    editor = view.page("supervised").editor
    assert not editor.open and editor.strip.isVisible()
    QTest.mouseClick(editor.button, Qt.MouseButton.LeftButton)
    assert editor.open and not editor.strip.isVisible()
    assert editor.box.edit.toPlainText() == written_pairs(lab_pairs("plain"))
    editor.box.edit.setPlainText("Is it day? > Yes.\nIs it night?")
    QTest.mouseClick(editor.box.take_button, Qt.MouseButton.LeftButton)
    assert editor.open and acted == [] and "Example 2" in editor.wrong.words()
    editor.box.edit.setPlainText(written_pairs(TWO))
    QTest.keyClick(editor.box.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not editor.open and acted == [Set({"own": OWN})]


def test_what_is_left_or_not_changed_begins_no_new_run(qtbot) -> None:
    view, acted = shown(qtbot, {"own": OWN})
    editor = view.page("supervised").editor
    editor.button.click()
    assert editor.box.edit.toPlainText() == written_pairs(TWO)
    editor.box.take_button.click()
    editor.button.click()
    editor.box.edit.setPlainText("no example")
    QTest.keyClick(editor.box.edit, Qt.Key.Key_Escape)
    assert not editor.open and acted == []
    editor.button.click()
    editor.box.edit.setPlainText("")
    editor.box.take_button.click()
    assert acted == [Set({"own": ""})]
