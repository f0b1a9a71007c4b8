"""The page of runs, the line of a pinned run, and the live link, in the real window."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QTableWidget, QWidget

from lab.core.scene import Scene, from_json, to_json
from lab.runtime.home import Home
from lab.runtime.track import Track
from lab.shell.app.window import MainWindow
from lab.shell.box.commands import BoxContext, box_menu, found_in_palette
from lab.shell.box.following import followable
from lab.shell.box.runs_card import RunsCard, show_runs
from lab.shell.box.sharing import caption_of
from lab.shell.docks.commands import DockedBox
from lab.shell.services import Services
from widgets.base.look import Look, apply_look, look

RUN, CHANGED, STEPS, CURVE = 1, 2, 4, 5


def rests(box, step: int):
    return lambda: box.update_shown.exact and not box.update_shown.playing and box.update_shown.position == step


@pytest.fixture
def twice(descent, qtbot):
    """Gradient descent, run twice: eight steps, and five with another rate."""
    box = descent()
    box.step(8)
    qtbot.waitUntil(rests(box, 8))
    box.set_values({"learning_rate": 0.1})
    box.start_over()
    qtbot.waitUntil(lambda: box.update_shown.head == 0)
    box.step(5)
    qtbot.waitUntil(rests(box, 5))
    return box


@pytest.fixture
def card(window, twice, qtbot) -> RunsCard:
    show_runs(window, twice)
    made = window.dialogs.get(RunsCard, window)
    qtbot.waitUntil(lambda: made.table.rowCount() == 2)
    yield made
    made.close()


def column(card: RunsCard, number: int) -> list[str]:
    return [row[number] for row in card.table.texts()]


def choose(card: RunsCard, number: int) -> None:
    for row in range(card.table.rowCount()):
        if card.table.texts()[row][RUN].split(",")[0] == str(number):
            card.table.setCurrentCell(row, CHANGED)


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# ------------------------------------------------------------------------------------------------ the page


def test_the_button_with_the_word_runs_opens_the_page_and_so_does_its_key(window, twice, qtbot) -> None:
    button = next(b for b in window.workspace.findChildren(QAbstractButton, "runs") if b.isVisible())
    assert button.text() == "Runs"
    assert "Ctrl+Shift+R" in button.toolTip()
    press(button)
    card = window.dialogs.find(RunsCard)
    assert card.isVisible()
    card.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(card.isVisible)
    card.close()


def test_menu_and_palette_know_the_runs_and_the_pin(window, twice, qtbot) -> None:
    at = BoxContext(window, twice)
    menu = box_menu(at)
    words = [action.text() for action in menu.actions()]
    menu.close()
    assert {"Runs  (Ctrl+Shift+R)", "Pin this run  (Ctrl+Shift+P)"} <= set(words)
    docked = DockedBox(window.workspace.docks, twice.objectName())
    names = [entry.name for entry in found_in_palette(at, docked, ())]
    assert {"Runs", "Pin this run"} <= set(names)
    twice.toggle_pin()
    qtbot.waitUntil(lambda: twice.update_shown.pinned is not None)
    menu = box_menu(at)
    assert "Unpin the run  (Ctrl+Shift+P)" in [action.text() for action in menu.actions()]
    menu.close()


def test_the_newest_run_comes_first_and_says_what_was_changed(card) -> None:
    assert column(card, RUN) == ["2, now", "1"]
    assert column(card, CHANGED) == ["Learning rate 0.260 → 0.100", "the first run"]
    assert column(card, STEPS) == ["5", "8"]
    assert card.windowTitle() == "Runs of “Gradient descent”"


def test_it_is_sorted_by_numbers_and_not_by_their_texts(card, twice, qtbot) -> None:
    card.table.sortByColumn(STEPS, Qt.SortOrder.AscendingOrder)
    assert column(card, STEPS) == ["5", "8"]
    twice.step(7)
    qtbot.waitUntil(lambda: sorted(column(card, STEPS)) == ["12", "8"])
    assert column(card, STEPS) == ["8", "12"]


def test_space_sorts_by_the_column_of_the_cursor_and_the_chosen_run_stays(card) -> None:
    choose(card, 1)
    card.table.setCurrentCell(card.table.currentRow(), STEPS)
    QTest.keyClick(card.table, Qt.Key.Key_Space)
    assert column(card, STEPS) == ["5", "8"]
    QTest.keyClick(card.table, Qt.Key.Key_Space)
    assert column(card, STEPS) == ["8", "5"]
    assert card.table.number == 1


def test_enter_goes_back_to_a_run_and_a_press_on_its_number_too(card, twice, qtbot) -> None:
    choose(card, 1)
    QTest.keyClick(card.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: twice.update_shown.run == 1 and rests(twice, 8)())
    assert twice.update_shown.params.learning_rate == 0.26
    qtbot.waitUntil(lambda: "1, now" in column(card, RUN))
    row = column(card, RUN).index("2")
    at = card.table.visualItemRect(card.table.item(row, RUN)).center()
    QTest.mouseClick(card.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: twice.update_shown.run == 2 and rests(twice, 5)())
    twice.undo()
    qtbot.waitUntil(lambda: twice.update_shown.run == 1)


def test_the_present_run_can_neither_be_gone_back_to_nor_deleted(card) -> None:
    choose(card, 2)
    assert (card.restore_button.isEnabled(), card.delete_button.isEnabled()) == (False, False)
    choose(card, 1)
    assert (card.restore_button.isEnabled(), card.delete_button.isEnabled()) == (True, True)


def test_star_and_delete_by_button_and_by_key(card, twice, qtbot) -> None:
    choose(card, 1)
    press(card.star_button)
    qtbot.waitUntil(lambda: column(card, 0) == ["☆", "★"])
    assert card.star_button.text() == "Take the star away"
    QTest.keyClick(card.table, Qt.Key.Key_Asterisk)
    qtbot.waitUntil(lambda: column(card, 0) == ["☆", "☆"])
    QTest.keyClick(card.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: column(card, RUN) == ["2, now"])
    twice.undo()
    qtbot.waitUntil(lambda: column(card, RUN) == ["2, now", "1"])


def test_the_table_as_csv_is_complete_and_opens_no_formula(card, window, tmp_path: Path, monkeypatch) -> None:
    press(card.copy_button)
    rows = list(csv.reader(io.StringIO(QApplication.clipboard().text())))
    assert rows[0][:5] == ["run", "starred", "what was changed", "seed", "steps"]
    rate = rows[0].index("learning_rate")
    assert [(row[0], row[rate], row[4]) for row in rows[1:]] == [("1", "0.26", "8"), ("2", "0.1", "5")]
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    path = tmp_path / "runs.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(path), ""))
    press(card.save_button)
    assert list(csv.reader(io.StringIO(path.read_text("utf-8-sig")))) == rows


def test_everything_on_the_page_has_a_name_and_the_curve_is_told(card) -> None:
    for part in card.findChildren(QAbstractButton) + card.findChildren(QTableWidget):
        if part.isVisibleTo(card) and part.objectName() != "qt_tableview_cornerbutton":
            assert part.accessibleName() or part.text(), part
    words = [card.table.item(row, CURVE).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert all(text.startswith("from ") for text in words)
    assert QAccessible.queryAccessibleInterface(card.table).text(QAccessible.Text.Name) == "Runs"


def test_what_was_changed_can_be_read_however_narrow_the_page_is(card, qtbot) -> None:
    for width in (1200, 500):
        card.resize(width, 500)
        qtbot.waitUntil(lambda w=width: card.width() == w)
        assert card.table.columnWidth(CHANGED) >= look().px(240)


def test_the_page_goes_with_its_box_and_follows_another(window, card, qtbot) -> None:
    other = window.workspace.box(window.open_experiment(window.services.find("training-loop")))
    qtbot.waitUntil(lambda: other.frame is not None, timeout=10_000)
    show_runs(window, other)
    assert card.windowTitle() == "Runs of “The training loop”"
    qtbot.waitUntil(lambda: column(card, RUN) == ["1, now"])
    window.workspace.docks.close(other.objectName())
    qtbot.waitUntil(card.isHidden)


def test_the_page_fits_at_large_text_in_both_themes(card, qapp, twice) -> None:
    before = look()
    for size in (1.0, 1.5, 2.0):
        apply_look(qapp, Look(before.palette, size))
        card.open_at(twice)
        for part in card.findChildren(QWidget):
            if isinstance(part, QAbstractButton) and part.isVisibleTo(card) and part.text():
                assert part.width() >= part.minimumSizeHint().width() - 2, (size, part.text())
                assert card.rect().contains(part.mapTo(card, part.rect().center())), (size, part.text())
    apply_look(qapp, before)


# ------------------------------------------------------------------------------------------------- the pin


def test_the_line_says_what_differs_warns_of_more_than_one_thing_and_ends_with_one_press(twice, qtbot) -> None:
    line = twice.pinned_line
    twice.toggle_pin()
    qtbot.waitUntil(lambda: "Change one thing" in line.text)
    twice.set_values({"learning_rate": 0.2})
    twice.start_over()
    qtbot.waitUntil(lambda: "Learning rate 0.100 → 0.200" in line.text)
    assert not line.careful
    twice.reseed(4)
    qtbot.waitUntil(lambda: "Two things differ: you cannot tell which one did it." in line.text)
    assert line.careful
    assert line.accessibleName() == line.text
    press(line.end_button)
    qtbot.waitUntil(line.isHidden)
    assert twice.pinned.ghosts.count == 0
    twice.undo()
    qtbot.waitUntil(line.isVisible)


def test_a_picture_of_a_pinned_run_says_which_run_is_grey(twice, qtbot) -> None:
    assert "grey" not in caption_of(twice)
    twice.toggle_pin()
    qtbot.waitUntil(twice.pinned_line.isVisible)
    assert "grey: run 2" in caption_of(twice)


def test_the_pin_key_pins_and_unpins(window, twice, qtbot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_P, keys)
    qtbot.waitUntil(twice.pinned_line.isVisible)
    QTest.keyClick(window, Qt.Key.Key_P, keys)
    qtbot.waitUntil(twice.pinned_line.isHidden)


def test_ghosts_follow_the_view_options_and_another_row_can_be_pinned(window, card, twice, qtbot) -> None:
    choose(card, 1)
    press(card.pin_button)
    qtbot.waitUntil(lambda: twice.update_shown.pinned is not None)
    qtbot.waitUntil(lambda: twice.pinned.ghosts.count > 0, timeout=10_000)  # computed again
    curves = twice.view.curves.loss
    longest = max(len(one.x) for one in curves.ghosts())
    assert longest == 9
    assert twice.view.landscape.hill.ghosts()[0].points.shape == (9, 2)
    twice.set_display("log_loss", True)
    assert max(len(one.x) for one in curves.ghosts()) == 9
    twice.set_values({"surface": "bowl"})  # another ground: a path over it would mean nothing
    qtbot.waitUntil(lambda: not twice.view.landscape.hill.ghosts())
    assert curves.ghosts()


def test_a_pin_of_a_box_that_is_opened_from_a_session_is_there_again(window, twice, qtbot, own_home) -> None:
    twice.toggle_pin()
    qtbot.waitUntil(twice.pinned_line.isVisible)
    window.close()
    again = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(again)
    again.show()
    again.workspace.restore(again.services.sessions.load())
    again.show_workspace()
    box = again.workspace.boxes[0]
    qtbot.waitUntil(lambda: box.frame is not None and box.pinned_line.isVisible(), timeout=10_000)
    qtbot.waitUntil(lambda: box.pinned.ghosts.count > 0, timeout=10_000)
    assert [run.number for run in box.run.ask_now(lambda track: track.runs.rows)] == [1]
    again.close()


# ------------------------------------------------------------------------------------------- the live link


@pytest.fixture
def linked(window, qtbot):
    """Decision boundaries, and backpropagation that follows it."""
    boxes = []
    for id in ("decision-boundaries", "backpropagation"):
        boxes.append(window.workspace.box(window.open_experiment(window.services.find(id))))
        qtbot.waitUntil(lambda: boxes[-1].frame is not None, timeout=10_000)
    sender, receiver = boxes
    at = BoxContext(window, receiver)
    menu = box_menu(at)
    next(a for a in menu.actions() if a.text() == "Follow Decision boundaries").trigger()
    menu.close()
    qtbot.waitUntil(lambda: receiver.update_shown.params.graph == "received", timeout=10_000)
    return sender, receiver


def walked(sender, qtbot, step: int) -> None:
    """The sender stands behind the receiver and draws nothing: its run is asked."""
    sender.step(step)
    qtbot.waitUntil(lambda: sender.run.ask_now(lambda track: (track.position, track.goal)) == (step, None))


def first_example(receiver) -> list[float]:
    (sent,) = receiver.run.ask_now(lambda track: track.timeline.artifacts)
    return sent.data["x"][0].tolist()


def test_the_receiver_takes_what_the_sender_makes_each_time_it_rests(linked, qtbot) -> None:
    sender, receiver = linked
    assert receiver.following_line.isVisible()
    assert "Decision boundaries" in receiver.following_line.text
    before = receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id)
    walked(sender, qtbot, 3)
    qtbot.waitUntil(lambda: receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id) != before)
    assert receiver.update_shown.undo.startswith("Receive")
    assert "step 3" in receiver.run.ask_now(lambda track: track.timeline.artifacts[0].origin)


def test_the_point_that_was_asked_about_is_the_one_whose_blame_is_shown(linked, qtbot) -> None:
    sender, receiver = linked
    points = sender.frame.points.x[~sender.frame.held_out]
    for place in (points[5], points[11]):
        sender.view.board.canvas.placed.emit(*place.tolist())
        qtbot.waitUntil(lambda p=place: first_example(receiver) == p.tolist(), timeout=10_000)


def test_nothing_is_sent_while_the_sender_runs_and_one_press_ends_it(linked, qtbot) -> None:
    sender, receiver = linked
    before = receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id)
    sender.run.play()
    qtbot.waitUntil(lambda: sender.run.ask_now(lambda track: track.position) > 5)
    assert receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id) == before
    press(receiver.following_line.end_button)
    assert receiver.following_line.isHidden()
    heard = []
    sender.updated.connect(heard.append)
    sender.run.pause()
    sender.step(1)
    qtbot.waitUntil(lambda: bool(heard) and heard[-1].exact and not heard[-1].playing)
    assert receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id) == before


def test_a_link_ends_with_its_sender_and_no_file_holds_it(window, linked, qtbot) -> None:
    sender, receiver = linked
    data = to_json(receiver.scene(receiver.run.ask_now(Track.scene)), receiver.specification)
    again = window.workspace.box(window.open_experiment(receiver.experiment, from_json(data, window.services.find)))
    qtbot.waitUntil(lambda: again.frame is not None, timeout=10_000)
    assert again.following.followed is None
    assert again.following_line.isHidden()
    window.workspace.docks.close(sender.objectName())
    qtbot.waitUntil(receiver.following_line.isHidden)
    assert receiver.following.followed is None


def test_a_box_that_gives_nothing_that_is_taken_is_not_offered(window, linked) -> None:
    sender, receiver = linked
    menu = box_menu(BoxContext(window, receiver))
    words = [a.text() for a in menu.actions() if "ollow" in a.text()]
    menu.close()
    assert words == ["Stop following Decision boundaries"]
    receiver.following.stop()
    menu = box_menu(BoxContext(window, sender))
    assert "Follow Backpropagation" in [a.text() for a in menu.actions()]
    menu.close()


def test_no_link_can_be_closed_to_a_circle(window, linked, qtbot) -> None:
    sender, receiver = linked
    third = window.workspace.box(window.open_experiment(window.services.find("forward-pass")))
    qtbot.waitUntil(lambda: third.frame is not None, timeout=10_000)
    assert {box for box, _kind in followable(sender, window.boxes)} == {third}
    third.following.follow(receiver, "network")
    assert list(followable(sender, window.boxes)) == []
    assert [box for box, _kind in followable(receiver, window.boxes)] == [sender]


def test_what_a_follower_cannot_use_is_said_and_not_taken(window, qtbot) -> None:
    """The page needs more than 64 letters: at first there is one too few."""
    scene = Scene("next-token", params={"model": "unigram", "prompt": "a" * 64})
    sender = window.workspace.box(window.open_experiment(window.services.find("next-token"), scene))
    qtbot.waitUntil(lambda: sender.frame is not None, timeout=10_000)
    receiver = window.workspace.box(window.open_experiment(window.services.find("context-window")))
    qtbot.waitUntil(lambda: receiver.frame is not None, timeout=10_000)
    receiver.following.follow(sender, "corpus")
    qtbot.waitUntil(lambda: "64 tokens" in receiver.following_line.text, timeout=10_000)
    assert receiver.run.ask_now(lambda track: track.timeline.artifacts) == () and receiver.update_shown.failure is None
    walked(sender, qtbot, 1)
    qtbot.waitUntil(lambda: len(receiver.run.ask_now(lambda track: track.timeline.artifacts)) == 1, timeout=10_000)
    assert "64 tokens" not in receiver.following_line.text and receiver.update_shown.failure is None


def test_large_text_leaves_the_line_its_buttons(twice, qtbot, qapp) -> None:
    before = look()
    twice.toggle_pin()
    qtbot.waitUntil(twice.pinned_line.isVisible)
    for size in (1.0, 1.5, 2.0):
        apply_look(qapp, Look(before.palette, size))
        for button in (twice.pinned_line.open_button, twice.pinned_line.end_button):
            qtbot.waitUntil(lambda b=button: b.width() >= b.minimumSizeHint().width() - 2)
            assert button.parentWidget().contentsRect().contains(button.geometry()), size
            assert twice.pinned_line.rect().contains(button.mapTo(twice.pinned_line, button.rect().center()))
    apply_look(qapp, before)


def test_follow_stands_beside_where_it_came_from_until_it_is_followed(window, linked, qtbot) -> None:
    sender, receiver = linked
    controls = receiver.controls
    assert controls.origin.isVisible() and controls.follow.isHidden()
    assert sender.controls.follow.isHidden()  # nothing was sent to it
    press(receiver.following_line.end_button)
    assert controls.follow.isVisible()
    assert controls.follow.geometry().bottom() < controls.form.mapTo(controls, controls.form.rect().topLeft()).y()
    controls.follow.setFocus()
    qtbot.keyClick(controls.follow, Qt.Key.Key_Return)
    assert receiver.following.followed is sender and controls.follow.isHidden()
    window.workspace.docks.close(sender.objectName())
    qtbot.waitUntil(lambda: receiver.following.followed is None)
    assert controls.follow.isVisible()
    press(controls.follow)
    assert receiver.following.followed is None
    assert any("not open" in label.text() for label in window.findChildren(QLabel))
