"""The training loop, the picture: driven as a learner would, by mouse, keys and typing; a Track answers at once."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.simulation import Set
from lab.experiments.e06_training_loop import thumbnail
from lab.experiments.e06_training_loop.gestures import Order, SetSamples
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER
from lab.experiments.e06_training_loop.table_page import MARK
from tests import desk as desks
from tests.desk import type_into
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look, look

EXPERIMENT = find("training-loop")
SIZE = 660, 540
LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


class Desk(desks.Desk):
    def middle(self, card: str) -> QPoint:
        listing = self.view.listing
        number = [line.id for line in listing.lines()].index(card)
        box = listing.row_rect(number)
        return QPoint(round(box.left()) + 120, round(box.center().y()))

    def drag_card(self, card: str, onto: str) -> None:
        listing, start, end = self.view.listing, self.middle(card), self.middle(onto)
        QTest.mousePress(listing, LEFT, pos=start)
        for share in (0.4, 0.8, 1.0):
            QTest.mouseMove(listing, start * (1 - share) + end * share)
        listing.grab()
        QTest.mouseRelease(listing, LEFT, pos=end)


# ----------------------------------------------------------------------------------------- the program


def test_the_program_has_eight_lines_and_the_one_that_ran_is_highlighted(desk: Desk) -> None:
    order = ["start", "fetch", *RIGHT_ORDER, "fetch"]
    for step, card in enumerate(order):
        desk.go(step)
        lines = desk.view.listing.lines()
        assert len(lines) == 8
        assert [line.id for line in lines if line.highlighted] == [card]


@pytest.mark.parametrize("width", [480, 660])
def test_why_the_loop_stopped_is_whole_beside_the_buttons(make, width: int) -> None:
    desk = make(stop="target", target=5.0)
    desk.go(400)
    desk.view.resize(width, 540)
    QApplication.processEvents()
    title = desk.view.title
    assert "reached the target" in title.text()
    assert title.heightForWidth(title.width()) <= title.height()
    for button in (desk.view.own_button, desk.view.copy_button):
        place = QRect(button.mapTo(title.parentWidget(), QPoint()), button.size())
        assert button.isVisible() and not title.geometry().intersects(place)


def test_the_light_rests_while_lines_follow_too_fast_and_is_exact_again_in_the_end(desk: Desk) -> None:
    desk.go(1)
    desk.view.playing = True
    desk.go(4)
    desk.view.show_display(desk.display)  # all words once more, in the rush
    assert [line.id for line in desk.view.listing.lines() if line.highlighted] == ["epoch"]
    desk.view.playing = False
    desk.go(5)
    assert [line.id for line in desk.view.listing.lines() if line.highlighted] == ["backward"]


def test_the_values_beside_the_lines_are_those_of_the_variables(desk: Desk) -> None:
    desk.go(6)
    values = {line.id: line.value for line in desk.view.listing.lines()}
    assert values["fetch"].startswith("x [8] ")
    assert values["loss"].startswith("loss = ")
    assert values["update"] == "w = 0.0629, b = 0.0387"
    desk.go(7)
    stale = {line.id for line in desk.view.listing.lines() if line.stale}
    assert stale == {"forward", "loss", "backward"}


def test_a_card_is_dragged_to_another_place_and_undo_brings_it_back(desk: Desk) -> None:
    desk.drag_card("zero", "update")
    assert desk.frame.order == ("forward", "loss", "backward", "update", "zero")
    desk.drag_card("update", "forward")
    assert desk.frame.order[0] == "update"
    desk.undo()
    desk.undo()
    assert desk.frame.order == RIGHT_ORDER


def test_a_card_that_is_dragged_far_away_stays_among_the_cards(desk: Desk) -> None:
    listing = desk.view.listing
    QTest.mousePress(listing, LEFT, pos=desk.middle("backward"))
    QTest.mouseMove(listing, QPoint(100, 20))
    QTest.mouseMove(listing, QPoint(100, -200))
    QTest.mouseRelease(listing, LEFT, pos=QPoint(100, -200))
    assert desk.frame.order == ("backward", "forward", "loss", "zero", "update")
    assert [line.id for line in listing.lines()[:3]] == ["start", "epoch", "fetch"]


def test_cards_are_chosen_and_moved_by_keys(desk: Desk) -> None:
    listing = desk.view.listing
    listing.setFocus()
    QTest.keyClick(listing, Qt.Key.Key_Down)  # loss
    QTest.keyClick(listing, Qt.Key.Key_Down)  # zero
    QTest.keyClick(listing, Qt.Key.Key_Up, SHIFT)
    assert desk.frame.order == ("forward", "zero", "loss", "backward", "update")
    QTest.keyClick(listing, Qt.Key.Key_Up, SHIFT)
    QTest.keyClick(listing, Qt.Key.Key_Up, SHIFT)
    assert desk.frame.order[0] == "zero"


def test_a_press_on_a_card_moves_nothing_and_a_press_on_a_value_asks_why(desk: Desk) -> None:
    desk.go(6)
    listing = desk.view.listing
    QTest.mouseClick(listing, LEFT, pos=desk.middle("update") - QPoint(0, 8))
    assert desk.requested == []
    number = [line.id for line in listing.lines()].index("loss")
    QTest.mouseClick(listing, LEFT, pos=listing.value_rect(number).center().toPoint())
    assert desk.requested == ["loss"]
    assert desk.frame.order == RIGHT_ORDER


def test_a_wrong_order_is_red_where_python_gave_up(desk: Desk) -> None:
    desk.act(Order(("loss", "forward", "zero", "backward", "update")))
    desk.go(2)
    failed = [line for line in desk.view.listing.lines() if line.failed]
    assert [line.id for line in failed] == ["loss"]
    assert failed[0].value == "NameError: name 'p' is not defined"
    assert "red line" in desk.view.title.text()


def test_a_line_that_is_switched_off_is_struck_out(make) -> None:
    desk = make(zero_grad=False)
    desk.go(10)
    assert [line.id for line in desk.view.listing.lines() if line.off] == ["zero"]
    backward = next(line for line in desk.view.listing.lines() if line.id == "backward")
    assert "sum of 2 batches" in backward.value


# ------------------------------------------------------------------------------------ line and numbers


def at(desk: Desk, x: float, y: float) -> QPoint:
    across, down = desk.view.board.view().screen(x, y)
    return QPoint(round(across), round(down))


def test_the_line_is_dragged_by_a_dot_and_undo_takes_the_whole_drag_back(desk: Desk) -> None:
    board = desk.view.board
    left, right = board.dots()
    QTest.mousePress(board, LEFT, pos=at(desk, *right))
    for y in (1.0, 2.0, 3.0):
        QTest.mouseMove(board, at(desk, right[0], y))
    QTest.mouseRelease(board, LEFT, pos=at(desk, right[0], 3.0))
    memory = desk.frame.memory
    assert memory.w * right[0] + memory.b == pytest.approx(3.0, abs=0.1)
    assert memory.w * left[0] + memory.b == pytest.approx(0.0, abs=0.05)
    desk.undo()
    assert (desk.frame.memory.w, desk.frame.memory.b) == (0.0, 0.0)


def test_the_line_is_moved_by_keys(desk: Desk) -> None:
    board = desk.view.board
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_Return)
    assert board.chosen() == "left"
    QTest.keyClick(board, Qt.Key.Key_Up)
    coarse = desk.frame.memory.b
    assert coarse > 0
    QTest.keyClick(board, Qt.Key.Key_Escape)
    assert board.chosen() == ""
    QTest.keyClick(board, Qt.Key.Key_Up)  # the cross-hair now
    assert desk.frame.memory.b == coarse


def test_w_and_b_can_be_typed_and_rubbish_is_refused(desk: Desk) -> None:
    w, _b = desk.view.update_table.fields
    type_into(w, "5/2")
    assert desk.frame.memory.w == 2.5
    type_into(w, "many")
    assert "not a number" in desk.view.title.text()
    assert desk.frame.memory.w == 2.5
    QTest.keyClick(w, Qt.Key.Key_Escape)
    assert w.text() == "2.5"
    assert "Epoch" in desk.view.title.text() or "wait" in desk.view.title.text()


def test_the_table_of_the_update_shows_old_change_and_new(desk: Desk) -> None:
    desk.go(6)
    table = desk.view.update_table
    assert table.changes[0].text() == "− 0.01 · (−6.29)"
    assert table.fields[0].value() == desk.frame.memory.w
    QTest.mouseClick(table.changes[0], LEFT)
    assert desk.requested == ["delta_w"]


def test_hovering_a_sample_tells_whether_it_is_in_the_batch(desk: Desk) -> None:
    desk.go(1)
    row = int(desk.frame.memory.rows[0])
    samples = desk.frame.samples
    board = desk.view.board
    board.hovered.emit(float(samples.x[row]), float(samples.y[row]))
    assert f"sample {row}" in board.readout() or "in this batch" in board.readout()


# ------------------------------------------------------------------------------------- curves and table


def test_the_batch_is_marked_in_the_table(desk: Desk) -> None:
    desk.go(2)
    desk.view.views.chip("table").click()
    assert desk.display.view == "table"
    table = desk.view.table
    marked = [row for row in range(table.rowCount()) if table.item(row, 0).text().startswith(MARK)]
    assert marked == list(range(8))
    numbers = [int(table.item(row, 0).text().removeprefix(MARK)) for row in marked]
    assert numbers == desk.frame.memory.rows.tolist()
    assert all(table.item(row, 3).text() for row in marked)


def test_the_chart_has_batch_epoch_and_gradient_and_a_log_switch(desk: Desk) -> None:
    desk.go(160)
    header, rows = desk.view.curves.plot.to_table()
    assert header == ["update", "‖g‖", "batch", "epoch"]
    assert [row[0] for row in rows if row[3] is not None] == [13.0, 26.0]
    desk.view.curves.log.click()
    assert desk.display.log_loss is False


def test_infinite_numbers_are_drawn_without_complaint(make) -> None:
    desk = make(learning_rate=5.0, stop="nan")
    for step in (200, 900, 5000):
        desk.go(step)
        desk.view.grab()
    assert desk.frame.stopped == "nan"


@pytest.mark.parametrize("size", [(660, 540), (620, 300), (380, 480), (1100, 760)])
@pytest.mark.parametrize("look", [Look(), Look(palette=DARK, scale=1.5)], ids=["light", "dark-150"])
def test_it_draws_at_every_size_and_in_every_look(qapp, desk: Desk, size: tuple[int, int], look: Look) -> None:
    apply_look(qapp, look)
    try:
        desk.view.resize(*size)
        desk.go(9)
        assert not desk.view.grab().isNull()
        assert desk.view.listing.isVisible()
    finally:
        apply_look(qapp, Look())


def test_the_pictures_are_painted_on_white(desk: Desk) -> None:
    desk.go(100)
    for picture in desk.view.pictures():
        image = QImage(400, 300, QImage.Format.Format_ARGB32)
        image.fill(QColor("#00FF00"))
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 400, 300))
        painter.end()
        assert image.pixelColor(1, 1) == QColor("#FFFFFF")


# --------------------------------------------------------------------------------------------- the card


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_card_is_painted_in_under_three_milliseconds(qapp, palette: object) -> None:
    times = []
    for _ in range(6):
        image = QImage(196, 110, QImage.Format.Format_ARGB32_Premultiplied)
        begin = time.perf_counter()
        painter = QPainter(image)
        thumbnail.paint(painter, QRectF(0, 0, 196, 110), palette)
        painter.end()
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.003
    colors = {image.pixelColor(x, y).name().upper() for x in range(90) for y in range(110)}
    assert QColor(palette.ball).name().upper() in colors


def test_the_curve_of_the_card_falls_and_needs_no_numpy() -> None:
    losses = thumbnail.losses()
    assert max(losses[-5:]) < 0.2 * losses[0]
    code = (
        "import sys, lab.experiments.e06_training_loop.thumbnail;"
        "sys.exit(any(m in sys.modules for m in ('PySide6', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("width", [702, 560, 1156])
def test_every_value_of_the_program_is_shown_however_narrow_it_is(desk: Desk, width: int) -> None:
    """Behind its line where the program is wide; below it beside the samples; and a press there asks for it."""
    listing = desk.view.listing
    desk.view.resize(width, 560)
    desk.go(12)
    QApplication.processEvents()
    beside = width >= 640
    assert (listing.mapTo(desk.view, QPoint()).x() > desk.view.board.width() // 2) == beside
    assert listing.values_below() == (listing.width() < 560)
    metrics = QFontMetrics(look().font("caption", 450, mono=True))
    high = metrics.ascent()
    for number in range(len(listing.lines())):
        spot = listing.value_rect(number)
        assert listing.row_rect(number).contains(spot) and spot.height() >= high and spot.width() > 160
    number = [line.id for line in listing.lines()].index("update")
    QTest.mouseClick(listing, LEFT, pos=listing.value_rect(number).center().toPoint())
    assert desk.requested == ["w"]


def test_a_scaled_column_is_read_in_its_own_units(make) -> None:
    desk = make(data="own")
    desk.act(SetSamples((-1.0, 0.0, 1.0), (5.0, 6.0, 7.0), "age (years)", "height", center=12.0, spread=3.0))
    board = desk.view.board
    assert board.units() == ((12.0, 3.0), (0.0, 1.0))
    board.hovered.emit(1.0, 7.0)
    assert board.readout() == "sample 2: age = 15.0, height = 7.00"
    desk.show_option("view", "table")
    heads = [desk.view.table.horizontalHeaderItem(column).text() for column in range(5)]
    assert heads == ["sample", "age, scaled", "height", "p", "p − y"]
    desk.act(Set({"data": "line"}))
    assert board.units() == ((0.0, 1.0), (0.0, 1.0))
