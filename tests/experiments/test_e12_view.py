"""Overfitting, the picture: driven as a learner would, by mouse, keys and typing; a Track answers at once."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from lab.catalog import find
from lab.experiments.e12_overfitting.gestures import Look, SetTable
from lab.experiments.e12_overfitting.presets import PRESETS
from lab.experiments.e12_overfitting.thumbnail import paint
from tests import desk as desks
from tests.desk import on_screen, type_into
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look as Appearance
from widgets.base.look import apply_look, look

EXPERIMENT = find("overfitting")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SIZE = (720, 520)
PAGES = ("fit", "errors", "weights", "data", "net", "grok")


class Desk(desks.Desk):
    @property
    def page(self):
        return self.view.page(self.view.open_page())

    def point(self, number: int) -> QPoint:
        sheet = self.frame.curve.sheet
        return on_screen(self.page.board, float(sheet.x[number]), float(sheet.y[number]))

    def pull(self, plot, start: float, end: float) -> None:
        """Drag the movable line of a plot along x."""
        view = plot.chart().view
        ends = [QPoint(round(view.screen(x, 0.0)[0]), round(view.top + view.height / 2)) for x in (start, end)]
        self.drag(plot.viewport(), *ends)


# ------------------------------------------------------------------------------------------------ the points


def test_a_point_is_dragged_and_everything_answers_and_undo_takes_the_whole_drag_back(make) -> None:
    desk = make()
    before, bars = desk.frame.curve, desk.page.weights.bars()
    desk.drag(desk.page.board, desk.point(4), on_screen(desk.page.board, 0.5, 1.5))
    now = desk.frame.curve
    assert (now.sheet.x[4], now.sheet.y[4]) == pytest.approx((0.5, 1.5), abs=0.02)
    assert now.fit.train != before.fit.train and desk.page.weights.bars() != bars
    assert now.first is not None, "the curve as it was stays to be seen"
    desk.undo()
    assert np.array_equal(desk.frame.curve.sheet.y, before.sheet.y) and desk.frame.curve.first is None


def test_a_press_adds_a_point_the_right_button_and_delete_take_one_away(make) -> None:
    desk = make()
    board = desk.page.board
    QTest.mouseClick(board, LEFT, pos=on_screen(board, 0.6, 1.6))
    assert len(desk.frame.curve.sheet.x) == 31 and not desk.frame.curve.sheet.held[-1]
    QTest.mouseClick(board, RIGHT, pos=on_screen(board, 0.6, 1.6))
    assert len(desk.frame.curve.sheet.x) == 30
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_Return)
    QTest.keyClick(board, Qt.Key.Key_Delete)
    assert len(desk.frame.curve.sheet.seen_x) == 9


def test_arrow_keys_move_a_point_once_return_has_chosen_it(make) -> None:
    desk = make()
    board = desk.page.board
    board.setFocus()
    QTest.keyClick(board, Qt.Key.Key_Return)
    before = float(desk.frame.curve.sheet.y[0])
    QTest.keyClick(board, Qt.Key.Key_Up)
    assert desk.frame.curve.sheet.y[0] > before


def test_the_numbers_of_a_point_are_typed_after_a_double_click(make) -> None:
    desk = make()
    assert desk.page.typed.isHidden()
    QTest.mouseDClick(desk.page.board, LEFT, pos=desk.point(3))
    assert not desk.page.typed.isHidden()
    type_into(desk.page.typed.y_field, "1/2")
    assert desk.frame.curve.sheet.y[3] == 0.5
    type_into(desk.page.typed.y_field, "much")
    assert "much" in desk.page.lid.words() and desk.frame.curve.sheet.y[3] == 0.5
    QTest.keyClick(desk.page.typed, Qt.Key.Key_Escape)
    assert desk.page.typed.isHidden()


def test_held_out_points_can_be_hidden_and_are_then_out_of_reach(make) -> None:
    desk = make()
    assert len(desk.page.board.layers()) == 30
    desk.show_option("held", False)
    assert len(desk.page.board.layers()) == 10


def test_beyond_the_points_the_board_is_wider_and_only_that(make) -> None:
    desk = make(beyond=True)
    view = desk.page.board.view()
    assert view.x0 <= -0.25 and view.x1 >= 1.25
    desk = make()
    assert desk.page.board.view().x1 < 1.1
    desk.track.set({"beyond": True}, "")
    desk.show()
    assert desk.page.board.view().x1 >= 1.25 and desk.track.undo_sentence is None


@pytest.mark.parametrize("option", ["truth", "ghosts"])
def test_what_is_drawn_is_an_option(make, option: str) -> None:
    desk = make(degree=3)
    desk.go(10)
    pictures = []
    for value in (False, True):
        desk.show_option(option, value)
        pictures.append(desk.page.board.grab().toImage())
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize("weight", [1.0, 1.5])
@pytest.mark.parametrize("degree", [1, 9])
def test_ghosts_are_as_pale_and_as_wide_on_screen_as_on_paper(make, qapp, degree: int, weight: float) -> None:
    apply_look(qapp, Appearance(line_weight=weight))
    desk = make(degree=degree)
    desk.go(30)
    board = desk.page.board
    assert len(desk.frame.curve.ghosts) == 20

    def ink(live: bool) -> np.ndarray:
        """What the ghosts add to the picture, [H, W, 3]."""
        found = []
        for value in (False, True):
            desk.show_option("ghosts", value)
            image = QImage(board.size(), QImage.Format.Format_RGB32)
            image.fill(QColor(LIGHT.sunken))
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            board.paint_moving(painter, board.view(), look(), live)
            painter.end()
            found.append(np.array(image.constBits()).reshape(image.height(), image.width(), 4)[:, :, :3].astype(int))
        return found[0] - found[1]

    screen, paper = ink(live=True), ink(live=False)
    apply_look(qapp, Appearance())
    assert (screen != paper).any(), "on screen they are painted faster"
    assert screen.sum() == pytest.approx(paper.sum(), rel=0.1)
    assert np.abs(screen - paper).mean() < 0.2 * paper.mean()
    assert np.percentile(np.abs(screen - paper)[paper > 0], 99) <= 40


# ---------------------------------------------------------------------------------------- degree and price


@pytest.mark.parametrize("page", ["fit", "errors"])
def test_the_degree_is_dragged_along_the_error_curve_as_one_gesture(make, page: str) -> None:
    desk = make(page=page)
    desk.pull(desk.page.errors, 3, 9)
    assert desk.params.degree == 9 and desk.page.errors.lines()[0].value == 9
    desk.undo()
    assert desk.params.degree == 3
    desk.pull(desk.page.errors, 3, 5.4)
    assert desk.params.degree == 5 and desk.page.errors.lines()[0].value == 5, "it rests on a whole number"


def test_arrow_keys_change_the_degree_by_one(make) -> None:
    desk = make(page="errors")
    plot = desk.page.errors
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Return)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert desk.params.degree == 4


def test_beyond_degree_15_all_degrees_come_in_sight(make) -> None:
    desk = make(page="errors", degree=15)
    assert desk.page.errors.series()[0].x.max() == 15
    desk = make(page="errors", degree=16)
    assert desk.page.errors.series()[0].x.max() == 100


@pytest.mark.parametrize("which", ["paths", "errors"])
def test_the_price_is_dragged_over_the_weights_and_over_the_errors(make, which: str) -> None:
    desk = make(page="weights", regularizer="ridge", penalty=0.1, degree=9)
    norm = desk.frame.curve.fit.norm
    desk.pull(getattr(desk.page, which), -1, 1)
    assert desk.params.penalty == pytest.approx(10, rel=0.2) and desk.frame.curve.fit.norm < norm
    desk.undo()
    assert desk.params.penalty == 0.1


def test_without_a_price_there_is_nothing_to_drag_and_a_chip_chooses_one(make) -> None:
    desk = make(page="weights", degree=9)
    assert desk.page.paths.lines() == ()
    QTest.mouseClick(desk.page.kinds.chip("lasso"), LEFT)
    assert desk.params.regularizer == "lasso" and len(desk.page.paths.lines()) == 1


def test_a_weight_that_lasso_has_thrown_away_says_0(make) -> None:
    desk = make(page="weights", degree=9, regularizer="lasso", penalty=0.05)
    written = [bar.text.strip() for bar in desk.page.weights.bars()]
    assert written.count("0") == 9 - desk.metrics["alive"] > 0


# ------------------------------------------------------------------------------------------------ the lid


def test_every_press_on_the_lid_is_a_look(make) -> None:
    desk = make()
    QTest.mouseClick(desk.page.look_button, LEFT)
    QTest.mouseClick(desk.page.look_button, LEFT)
    assert desk.frame.curve.lid.looks == 2 and "2 looks" in desk.page.lid.words()


def test_with_nothing_under_the_lid_it_cannot_be_opened(make) -> None:
    desk = make(data="own")
    assert not desk.page.look_button.isEnabled()
    desk.act(SetTable(tuple(map(float, range(12))), (1.0,) * 12))
    assert desk.page.look_button.isEnabled()
    desk.act(Look())
    assert "1 look" in desk.page.lid.words()


# --------------------------------------------------------------------------------------------------- pages


def test_chips_turn_the_pages_and_only_those_of_the_curve_are_one_run(make) -> None:
    desk = make()
    desk.go(5)
    for name in PAGES:
        QTest.mouseClick(desk.view.chips.chip(name), LEFT)
        assert desk.view.open_page() == name
        assert desk.frame.step == (5 if name in PAGES[:4] else 0), name
    QTest.mouseClick(desk.view.chips.chip("errors"), LEFT)
    assert desk.view.open_page() == "errors" and desk.params.task == "curve"


def test_turning_a_page_of_the_curve_is_nothing_to_undo(make) -> None:
    desk = make()
    QTest.mouseClick(desk.view.chips.chip("weights"), LEFT)
    assert desk.track.undo_sentence is None


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("size", [(720, 520), (1150, 820)])
def test_the_main_picture_is_the_largest_thing_on_every_page(make, qtbot, page: str, size: tuple[int, int]) -> None:
    desk = make(**({"page": page} if page in PAGES[:4] else {"task": page}))
    desk.view.resize(*size)
    (main,) = desk.view.main_picture()
    qtbot.waitUntil(lambda: main.width() * main.height() > 0.45 * size[0] * size[1], timeout=3000)
    areas = [side.width() * side.height() for side in desk.page.sides]
    assert all(side.isVisible() for side in desk.page.sides) and 0.45 * size[0] * size[1] > max(areas)


@pytest.mark.parametrize("page", PAGES)
def test_in_a_narrow_or_low_place_the_main_picture_keeps_the_room(make, qtbot, page: str) -> None:
    desk = make(**({"page": page} if page in PAGES[:4] else {"task": page}))
    desk.view.resize(380, 320)
    (main,) = desk.view.main_picture()
    qtbot.waitUntil(lambda: min(main.width(), main.height()) >= 200, timeout=3000)
    assert main.isVisible() and all(side.isVisible() for side in desk.page.sides), "what is beside it stands below"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_to_do_first_and_what_its_pictures_show(make, page: str) -> None:
    desk = make(**({"page": page} if page in PAGES[:4] else {"task": page}))
    assert len(desk.page.lead.words()) > 20
    said = [picture.description() for picture in desk.view.pictures()]
    assert all(said) and len(set(said)) == len(said), "each has a sentence of its own"
    assert all(picture.accessibleName() for picture in desk.view.pictures())


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_the_pictures_of_every_preset_can_be_put_on_paper(make, preset) -> None:
    desk = make(preset.setting)
    for picture in desk.view.pictures():
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(QColor("#ff00ff"))
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 400, 300))
        painter.end()
        assert image.pixelColor(1, 1).name() == "#ffffff"


def test_the_sentences_of_the_pictures_follow_the_frame(make) -> None:
    desk = make(degree=3)
    before = [picture.description() for picture in desk.view.pictures()]
    desk.pull(desk.page.errors, 3, 5)
    now = [picture.description() for picture in desk.view.pictures()]
    assert all(one != other for one, other in zip(before, now))
    desk.go(6)
    assert "6 other samples" in desk.page.board.description()
    QTest.mouseClick(desk.view.chips.chip("errors"), LEFT)
    assert "from 6 samples" in desk.page.parts.description()


def test_before_a_second_sample_the_bars_say_what_to_do_and_then_they_add_up(make) -> None:
    desk = make(page="errors", n=20)
    before = desk.page.parts.grab().toImage()
    desk.go(3)
    assert desk.page.parts.grab().toImage() != before
    assert desk.metrics["expected"] == pytest.approx(sum(desk.metrics[n] for n in ("bias2", "variance", "noise2")))


def test_a_readout_asks_for_its_arithmetic(make) -> None:
    desk = make()
    QTest.mouseClick(desk.page.readouts.readout("norm"), LEFT)
    assert desk.requested == ["norm"]


def test_a_table_of_ones_own_becomes_the_points(make) -> None:
    desk = make(task="net")
    desk.view.open_own()
    desk.view.own.taken.emit(SetTable((0.0, 1.0, 2.0), (1.0, 3.0, 5.0)))
    assert desk.params.data == "own" and desk.params.task == "curve" and len(desk.frame.curve.sheet.x) == 3


def test_the_networks_are_drawn_anew_when_they_learn_and_the_tables_fill(make) -> None:
    for task, part in (("net", "maps"), ("grok", "tables")):
        desk = make(task=task)
        before = getattr(desk.page, part).grab().toImage()
        desk.go(4)
        assert getattr(desk.page, part).grab().toImage() != before


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_card_is_painted_in_its_palette_and_nowhere_else(qapp, palette) -> None:
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    paint(painter, QRectF(20, 10, 160, 90), palette)
    painter.end()
    assert image.pixelColor(10, 5).name() == "#ff00ff" and image.pixelColor(24, 95).name() == palette.sunken.lower()
