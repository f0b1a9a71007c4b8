"""The training loop's copy: the eight lines as a program that the learner types into and runs."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.cell import PART, run_code
from lab.experiments.e06_training_loop.gestures import MoveSample, Order
from lab.experiments.e06_training_loop.program import REPORT, Result, lent, program, result_of
from tests.desk import Desk

EXPERIMENT = find("training-loop")
SIZE = 700, 540
WAIT = 15_000
CTRL = Qt.KeyboardModifier.ControlModifier


def ran(desk: Desk, code: str = "") -> Result | None:
    """What the copy finds, run here and not in a process of its own."""
    printed = io.StringIO()
    assert run_code(PART.join((lent(desk.frame), code or program(desk.frame), REPORT)), printed) == 0
    return result_of(printed.getvalue())


def run_bench(desk: Desk, qtbot: Any) -> None:
    bench = desk.view.bench
    with qtbot.waitSignal(bench.runner.ended, timeout=WAIT):
        bench.run_button.click()


@pytest.fixture
def typing(desk: Desk) -> Any:
    """The copy is open."""
    desk.view.copy_button.click()
    yield desk
    desk.view.bench.shut()


@pytest.mark.parametrize(
    "params",
    [
        {"epochs": 3},
        {"epochs": 2, "batch_size": 100, "learning_rate": 0.5},
        {"epochs": 2, "shuffle": False, "order": "sorted", "n": 37},
        {"epochs": 2, "zero_grad": False},
        {"epochs": 1, "mistake": "column"},
        {"epochs": 1, "mistake": "size", "batch_size": 10},
    ],
)
def test_the_unchanged_copy_ends_where_the_loop_ends_to_the_last_digit(make, params: dict[str, Any]) -> None:
    desk = make(**params)
    desk.go(4000)
    assert desk.frame.stopped == "epochs"
    found = ran(desk)
    assert found is not None
    assert (found.w, found.b) == (desk.frame.memory.w, desk.frame.memory.b)
    assert found.loss == pytest.approx(desk.frame.whole_loss, rel=1e-12)


def test_a_loop_that_was_saved_and_loaded_is_still_copied_exactly(make) -> None:
    desk = make(epochs=2)
    desk.go(30)
    again = EXPERIMENT.load().build(desk.params, np.random.default_rng(99))
    again.load(desk.track.simulation.save())
    assert lent(again.snapshot()) == lent(desk.frame)
    state = {name: value for name, value in desk.track.simulation.save().items() if name != "random_start"}
    again.load(state)  # a file of an earlier version
    compile(lent(again.snapshot()), "lent", "exec")
    assert "permutation" in lent(again.snapshot()) and again.snapshot().random_start is None


def test_the_copy_follows_the_loop_until_it_is_typed_into(typing: Desk) -> None:
    bench = typing.view.bench
    assert bench.isVisible() and not typing.view.listing.isVisible()
    assert bench.code().splitlines()[3] == "    p = w * x + b"
    typing.act(Order(("loss", "forward", "zero", "backward", "update")))
    assert bench.code().splitlines()[3] == "    loss, d = mse(p, y)"
    bench.editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(bench.editor, "  # mine")
    typing.act(Order(("forward", "loss", "zero", "backward", "update")))
    assert bench.code().splitlines()[3] == "    loss, d = mse(p, y)" and bench.code().endswith("# mine")
    bench.copy_button.click()
    assert bench.code().splitlines()[3] == "    p = w * x + b"
    assert not bench.copy_button.isVisible()


def test_nothing_runs_before_run_is_pressed(typing: Desk, qtbot: Any) -> None:
    bench = typing.view.bench
    QTest.keyClicks(bench.editor, "w = 7 #")
    typing.go(12)
    assert not bench.runner.running and typing.view.board.typed() is None
    with qtbot.waitSignal(bench.runner.ended, timeout=WAIT):
        QTest.keyClick(bench.editor, Qt.Key.Key_Return, CTRL)


def test_what_was_typed_is_run_drawn_and_compared(make, qtbot: Any) -> None:
    desk = make(epochs=1)
    desk.go(78)
    desk.view.copy_button.click()
    bench = desk.view.bench
    run_bench(desk, qtbot)
    assert desk.view.board.typed() == (desk.frame.memory.w, desk.frame.memory.b)
    assert "w = 0.5519" in bench.state.text() and "13 updates" in bench.state.text()
    assert bench.state.text().endswith("✓")
    bench.editor.setPlainText(bench.code().replace("range(1)", "range(2)"))
    assert desk.view.board.typed() is None and bench.state.text() == ""
    run_bench(desk, qtbot)
    w, _b = desk.view.board.typed()
    assert w > 0.9 and not bench.state.text().endswith("✓")
    desk.act(MoveSample("line", 0, 1.0, 1.0))  # other samples: the line belongs to the old ones
    assert desk.view.board.typed() is None
    bench.shut()


def test_an_error_stands_at_the_learners_line(typing: Desk, qtbot: Any) -> None:
    bench = typing.view.bench
    bench.editor.setPlainText(bench.code().replace("mse(p, y)", "mse(p, y[:3])"))
    run_bench(typing, qtbot)
    assert bench.editor.highlighted() == 5
    assert "Line 5" in bench.state.text() and "ValueError" in bench.state.text()
    assert typing.view.board.typed() is None


def test_warnings_name_the_learners_line_also_from_what_is_lent(typing: Desk, qtbot: Any) -> None:
    bench = typing.view.bench
    bench.editor.setPlainText(bench.code().replace("0.01", "9.0"))
    run_bench(typing, qtbot)
    assert "warning line 5: RuntimeWarning: overflow" in bench.output.toPlainText()


def test_a_program_without_w_says_so_and_draws_nothing(typing: Desk, qtbot: Any) -> None:
    bench = typing.view.bench
    bench.editor.setPlainText("print(len(data))\nw = 'far'")
    run_bench(typing, qtbot)
    assert bench.output.toPlainText().startswith("100") and "not both numbers" in bench.state.text()
    assert typing.view.board.typed() is None


def test_a_classroom_without_code_shows_the_copy_and_runs_nothing(typing: Desk) -> None:
    bench = typing.view.bench
    bench.set_allowed(False)
    QTest.keyClick(bench.editor, Qt.Key.Key_Return, CTRL)
    assert not bench.runner.running and not bench.run_button.isVisible()
    assert bench.editor.isReadOnly() and "classroom" in bench.state.text()


def test_who_opens_the_copy_can_type_at_once_and_esc_leaves_it(desk: Desk) -> None:
    view = desk.view
    view.activateWindow()
    view.copy_button.setFocus()
    QTest.keyClick(view.copy_button, Qt.Key.Key_Return)
    assert view.focusWidget() is view.bench.editor
    QTest.keyClick(view.bench.editor, Qt.Key.Key_Escape)
    assert view.focusWidget() is not view.bench.editor
    view.copy_button.setFocus()
    QTest.keyClick(view.copy_button, Qt.Key.Key_Return)
    assert view.copy_button.hasFocus(), "the cards are not typed into"
    view.bench.shut()


@pytest.mark.parametrize("size", [(700, 540), (430, 420)])
def test_the_copy_and_the_samples_have_room(make, size: tuple[int, int]) -> None:
    desk = make()
    desk.view.copy_button.click()
    desk.view.resize(*size)
    for _round in range(3):
        QApplication.processEvents()
    view, bench = desk.view, desk.view.bench
    assert bench.editor.height() >= bench.editor.minimumSizeHint().height()
    assert bench.geometry().bottom() <= view.main.height()
    assert not view.board.isVisible() or view.board.height() >= view.board.minimumSizeHint().height()
    view.copy_button.click()
    assert view.listing.isVisible() and not bench.isVisible()
