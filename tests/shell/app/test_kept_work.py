"""What a learner typed is kept: notes up to their limit, the code of cells, and every box that can be written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from lab.core.numbers import show_number
from lab.core.scene import MAX_CODE, MAX_NOTES, Scene, from_json, to_json
from lab.runtime.home import Home
from lab.runtime.session import SessionStore
from lab.runtime.track import Track
from lab.shell import files
from lab.shell.files import open_target
from lab.shell.lesson.cards import NotesCard
from lab.shell.lesson.parts import IconLine

CELL = "print(0.5)  # mine"


@pytest.fixture
def opened(window, qtbot):
    """Opens an experiment at the lesson's page with a code cell, and waits for its first frame."""

    def open_it(id: str = "gradient-descent", scene=None):
        box = window.workspace.box(window.open_experiment(window.services.find(id), scene))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return open_it


@pytest.fixture
def cell(window):
    """The first code cell of the lesson in sight: its page is turned to."""

    def found():
        panel = window.workspace.lesson.panel
        for page in range(len(panel.lesson().pages)):
            panel.go(page)
            if panel.code_cells():
                return panel.code_cells()[0]
        raise AssertionError("this lesson has no code cell")

    return found


# ------------------------------------------------------------------------------------------- notes


def test_notes_end_at_what_a_file_can_hold_and_say_so(qtbot) -> None:
    card = NotesCard("n" * (MAX_NOTES - 1))
    qtbot.addWidget(card)
    card.set_open(True)
    card.show()
    words = [label for label in card.findChildren(QLabel) if "full" in label.text()]
    assert len(words) == 1 and not words[0].isVisible()
    qtbot.keyClicks(card.edit(), "x")
    assert len(card.text()) == MAX_NOTES and words[0].isVisible() and show_number(100_000) in words[0].text()
    qtbot.keyClicks(card.edit(), "y")
    assert len(card.text()) == MAX_NOTES and card.text().startswith("xn")


def test_notes_typed_to_their_limit_are_in_the_session_that_is_read_again(window, opened, own_home) -> None:
    box = opened()
    edit = window.workspace.lesson.panel.notes_card().edit()
    edit.setPlainText("ä" * (MAX_NOTES + 5))
    assert len(box.notes) == MAX_NOTES
    window.workspace.save_now()
    stored = SessionStore(Home(own_home)).load().boxes[0]
    assert from_json(stored.scene, window.services.find).notes == "ä" * MAX_NOTES


# -------------------------------------------------------------------------------------------- code


def test_code_that_was_typed_is_there_when_one_comes_back_from_another_experiment(window, opened, cell) -> None:
    first = opened()
    lessons_own = cell().editor.code()
    cell().editor.set_code(CELL)
    opened("loss-functions")
    assert window.workspace.current is not first
    window.workspace.docks.select(first.objectName())
    assert cell().editor.code() == CELL
    assert first.code and lessons_own not in first.code.values()


def test_code_that_was_typed_is_there_when_one_turns_the_page_back(window, opened, cell) -> None:
    opened()
    cell().editor.set_code(CELL)
    window.workspace.lesson.panel.go(0)
    assert cell().editor.code() == CELL


def test_two_boxes_of_one_experiment_have_code_of_their_own(window, opened, cell) -> None:
    one = opened()
    cell().editor.set_code(CELL)
    opened()
    assert cell().editor.code() != CELL
    window.workspace.docks.select(one.objectName())
    assert cell().editor.code() == CELL


def test_code_comes_back_with_the_session_and_does_not_run_by_itself(window, opened, cell, own_home, qtbot) -> None:
    opened()
    cell().editor.set_code(CELL)
    window.workspace.save_now()
    session = SessionStore(Home(own_home)).load()
    window.workspace.close_all()
    assert window.workspace.restore(session) == []
    found = cell()
    assert found.editor.code() == CELL
    qtbot.wait(50)
    assert not found.runner.running and found.output.isHidden()


def test_code_travels_in_the_file_and_a_file_without_any_opens(
    window, opened, cell, tmp_path, monkeypatch, qtbot
) -> None:
    box = opened()
    cell().editor.set_code(CELL)
    path = tmp_path / "work.glassbox"
    monkeypatch.setattr(files, "ask_where", lambda *_words: path)
    files.save_box(window, box)
    qtbot.waitUntil(path.exists)
    scene = from_json(path.read_bytes(), window.services.find)
    assert list(scene.code.values()) == [CELL]
    opened(scene=scene)
    assert cell().editor.code() == CELL
    opened(scene=replace(scene, code={}))
    assert cell().editor.code() == cell().block.source


def test_undo_in_the_editor_leads_back_to_the_lessons_code_and_redo_to_ones_own(window, opened, cell, qtbot) -> None:
    first = opened()
    cell().editor.set_code(CELL)
    opened("loss-functions")
    window.workspace.docks.select(first.objectName())
    found = cell()
    qtbot.keyClick(found.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert found.editor.code() == found.block.source and first.code == {}
    qtbot.keyClick(found.editor, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert found.editor.code() == CELL and list(first.code.values()) == [CELL]


def test_the_way_back_to_the_lessons_code_is_shown_only_where_it_leads_somewhere(window, opened, cell, qtbot) -> None:
    box = opened()
    window.show_workspace()
    found = cell()
    assert found.reset_button.isHidden()
    found.editor.set_code(CELL)
    assert found.reset_button.isVisible() and found.reset_button.text() == "Back to the lesson's code"
    qtbot.mouseClick(found.reset_button, Qt.MouseButton.LeftButton)
    assert found.editor.code() == found.block.source and found.reset_button.isHidden() and box.code == {}
    found.editor.undo()
    assert found.editor.code() == CELL and not found.reset_button.isHidden()


def test_an_emptied_cell_stays_empty(window, opened, cell) -> None:
    opened()
    cell().editor.set_code("")
    window.workspace.lesson.panel.go(0)
    assert cell().editor.code() == ""


def test_a_cell_takes_no_more_code_than_a_file_can_hold_and_says_so(window, opened, cell) -> None:
    box = opened()
    found = cell()
    found.editor.set_code("x" * MAX_CODE)
    assert len(found.editor.code()) == MAX_CODE
    found.editor.insertPlainText("y")
    assert len(found.editor.code()) == MAX_CODE and show_number(20_000) in found.findChild(IconLine).words()
    assert from_json(to_json(box.scene(box.run.ask_now(Track.scene)), box.specification), window.services.find).code


# -------------------------------------------------------------------------------------- the session


def test_a_box_that_cannot_be_written_is_named_and_the_others_are_saved(window, opened, own_home) -> None:
    message = []
    window.tell = lambda *words: message.append(words)
    one, other = opened(), opened("loss-functions")
    window.workspace.save_now()
    one.answers["q"] = float("nan")
    one.notes, other.notes = "not kept", "kept"
    window.workspace.save_now()
    notes = [from_json(box.scene, window.services.find).notes for box in SessionStore(Home(own_home)).load().boxes]
    assert notes == ["", "kept"]  # the first as it was when it could still be written
    assert len(message) == 1 and message[0][1] == "Not saved"
    assert "Gradient descent" in message[0][2] and "answers.q" in message[0][2]
    window.workspace.save_now()
    assert len(message) == 1  # said once
    del one.answers["q"]
    window.workspace.save_now()
    notes = [from_json(box.scene, window.services.find).notes for box in SessionStore(Home(own_home)).load().boxes]
    assert notes == ["not kept", "kept"]


def test_notes_of_a_box_whose_run_gives_no_answer_are_saved(window, opened, own_home, monkeypatch) -> None:
    box = opened()

    def silent(*_question: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(box.run, "ask_now", silent)
    box.notes = "typed meanwhile"
    window.workspace.save_now()
    stored = SessionStore(Home(own_home)).load().boxes[0]
    assert from_json(stored.scene, window.services.find).notes == "typed meanwhile"


def test_a_file_is_not_written_when_it_could_not_be_opened_again(window, opened, tmp_path, monkeypatch, qtbot) -> None:
    message, path = [], tmp_path / "work.glassbox"
    box = opened()
    path.write_text("before")
    window.tell = lambda *words: message.append(words)
    monkeypatch.setattr(files, "ask_where", lambda *_words: path)
    box.notes = "n" * (MAX_NOTES + 1)
    files.save_box(window, box)
    qtbot.waitUntil(lambda: bool(message))
    assert path.read_text() == "before" and message[0][1] == "Not saved" and "notes: at most 100000" in message[0][2]


# ---------------------------------------------------------------------------------------- failures


def test_a_link_without_what_it_was_made_with_opens_and_says_so(window, qtbot) -> None:
    assert open_target(window, "lab:gradient-descent?surface=received&step=3")
    box = window.box
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    assert box.update_shown.failure is None and box.update_shown.params.surface == "wells"
    card = box.notices.findChild(QLabel, "notice-text")
    assert box.notices.isVisible() and "came from another experiment" in card.text()
    box.set_values({"learning_rate": 0.123})
    qtbot.waitUntil(lambda: "came from another experiment" not in card.text() or not box.notices.isVisible())


def test_the_button_of_a_failure_at_the_opening_leads_to_the_experiment(window, qtbot) -> None:
    scene = Scene("gradient-descent", state={"step": "x"}, notes="kept")
    box = window.workspace.box(window.open_experiment(window.services.find("gradient-descent"), scene))
    qtbot.waitUntil(lambda: box.update_shown is not None and box.update_shown.failure is not None, timeout=10_000)
    button = next(b for b in box.notices.findChildren(QPushButton) if b.objectName() == "rewind")
    assert button.text() == "Open it as it begins"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.frame is not None and box.update_shown.failure is None, timeout=10_000)
    assert box.notes == "kept"
    box.step(1)
    qtbot.waitUntil(lambda: box.update_shown.position == 1)
