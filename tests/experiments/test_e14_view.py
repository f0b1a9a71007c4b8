"""Convolution and recurrence, the picture: seven pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.experiments.e14_convolution_recurrence import thumbnail
from lab.experiments.e14_convolution_recurrence.cells import KERNELS
from lab.experiments.e14_convolution_recurrence.gestures import Move, Paint, SlideTo, TakeDigit, TakeNames
from lab.experiments.e14_convolution_recurrence.pad import brush
from lab.experiments.e14_convolution_recurrence.page_memory import letters_of
from lab.experiments.e14_convolution_recurrence.settings import PAGES, turned
from lab.experiments.e14_convolution_recurrence.view import View
from lab.runtime.track import Track
from tests.desk import Frames, heard, opened
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look

FRAMES = Frames("convolution-recurrence")
SPECIFICATION, framed, shown = FRAMES.specification, FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    return opened(View(), qtbot, framed())


def on_paper(picture: Any) -> QImage:
    image = QImage(240, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    picture.render_to(painter, QRectF(0, 0, 240, 180))
    painter.end()
    return image


def centre(spot: QRectF) -> QPoint:
    return spot.center().toPoint()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_draws_in_both_themes_and_is_exported(view: View, name: str, qapp: QApplication) -> None:
    papers = []
    for palette in (DARK, LIGHT):
        apply_look(qapp, Look(palette))
        page = shown(view, 3, **turned(name))
        assert view.open_page() == name
        assert not view.grab().isNull()
        papers.append([on_paper(picture) for picture in page.pictures()])
    assert papers[0] == papers[1], "on paper it is the same whatever the theme"
    assert all(part.isVisible() for part in page.main_picture())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("drawing", {"topic": "digits", "view": "second"}), ("names", {"topic": "names"})],
)
def test_a_chip_asks_only_for_what_differs(view: View, name: str, wanted: dict[str, str]) -> None:
    asked = heard(view)
    view.chips.chip(name).click()
    assert asked == [(Set(wanted), "")]


# The signal.


def test_the_kernel_is_dragged_along_as_one_gesture(view: View, qtbot: Any) -> None:
    strip, asked = view.page("signal").strip, heard(view)
    qtbot.mousePress(strip, LEFT, pos=centre(strip.cell_rect(1, 0)))
    for place in (1, 2):
        qtbot.mouseMove(strip, centre(strip.cell_rect(0, place)))
    qtbot.mouseMove(strip, QPoint(strip.width() - 2, 10))
    qtbot.mouseRelease(strip, LEFT, pos=centre(strip.cell_rect(0, 4)))
    assert [action for action, _gesture in asked] == [SlideTo(1), SlideTo(2), SlideTo(4)]
    assert len({gesture for _action, gesture in asked}) == 1


@pytest.mark.parametrize(
    ("row", "place", "flip", "wanted"),
    [
        (0, 3, False, {"signal": "1 0 2 9 1 0 1"}),
        (1, 0, False, {"taps": "9 0 -1"}),
        (1, 0, True, {"taps": "1 0 9"}),
    ],
)
def test_a_number_is_typed_where_it_stands(
    view: View, qtbot: Any, row: int, place: int, flip: bool, wanted: dict[str, str]
) -> None:
    strip, asked = shown(view, flip=flip).strip, heard(view)
    qtbot.mouseDClick(strip, LEFT, pos=centre(strip.cell_rect(row, place)))
    field = QApplication.focusWidget()
    field.selectAll()
    qtbot.keyClicks(field, "9")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert [action for action, _gesture in asked] == [Set(wanted)]


def test_by_key_the_cursor_goes_to_every_row(view: View, qtbot: Any) -> None:
    strip, asked = view.page("signal").strip, heard(view)
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.told() == "signal 2: 0"
    qtbot.keyClick(strip, Qt.Key.Key_PageUp)
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert strip.told() == "kernel 2: 0"
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert [action for action, _gesture in asked] == [Set({"signal": "1 1 2 3 1 0 1"}), SlideTo(1)]


def test_a_kernel_that_fits_nowhere_is_drawn_too(view: View) -> None:
    page = shown(view, signal="1 2", taps="1 2 3")
    assert not page.grab().isNull()
    assert page.sum.words() == ""


# The picture.


def test_a_stroke_on_the_pad_is_one_gesture_and_ink_has_soft_edges(view: View, qtbot: Any) -> None:
    pad, asked = shown(view, topic="picture").pad, heard(view)
    qtbot.mousePress(pad.pixels, LEFT, pos=centre(pad.pixels.cell_rect(4, 4)))
    qtbot.mouseMove(pad.pixels, centre(pad.pixels.cell_rect(4, 7)))
    qtbot.mouseRelease(pad.pixels, LEFT, pos=centre(pad.pixels.cell_rect(4, 7)))
    assert [action.how for action, _gesture in asked] == ["ink", "ink"]
    assert asked[0][1] == asked[1][1]
    assert [action.piece for action, _gesture in asked] == [0, 1]
    painted = dict(zip(asked[0][0].cells, asked[0][0].values))
    assert (painted[4 * 28 + 4], painted[3 * 28 + 4], painted[3 * 28 + 3]) == (1.0, 1.0, 0.5)


def test_all_pieces_of_a_stroke_are_kept_where_it_is_kept() -> None:
    track = Track(find("convolution-recurrence"), Scene("convolution-recurrence", params={"topic": "picture"}))
    for piece, cells in enumerate(([(2, 2)], [(2, 9)], [(9, 9)])):
        track.act(brush(cells, False, piece), "stroke#0")
    again = Track(find("convolution-recurrence"), replace(track.scene(), state=None))
    again.run_to_goal()
    pad = track.simulation.snapshot().page.x
    assert pad[2, 2] == pad[2, 9] == pad[9, 9] == 1.0
    assert np.array_equal(again.simulation.snapshot().page.x, pad)


def test_the_eraser_paints_paper_and_the_border_is_no_wrap() -> None:
    assert brush([(0, 0)], True) == Paint("set", (0, 1, 28, 29), (0.0, 0.0, 0.0, 0.0))
    assert set(brush([(5, 27)], False).cells) == {r * 28 + c for r in (4, 5, 6) for c in (26, 27)}


def test_the_tools_of_the_pad_do_what_their_names_say(view: View, qtbot: Any) -> None:
    pad, asked = shown(view, topic="picture").pad, heard(view)
    for way in ("left", "turn", "clear"):
        qtbot.mouseClick(pad.buttons[way], LEFT)
    qtbot.mouseClick(pad.next, LEFT)
    assert [action for action, _gesture in asked] == [Move("left"), Move("turn"), Move("clear"), TakeDigit(4)]


def test_on_a_photo_the_hand_moves_the_window(view: View, qtbot: Any) -> None:
    page, asked = shown(view, topic="picture", picture="camera"), heard(view)
    assert not page.pad.tools.isVisible()
    qtbot.mouseClick(page.pad.pixels, LEFT, pos=centre(page.pad.pixels.cell_rect(10, 20)))
    qtbot.mouseClick(page.result, LEFT, pos=centre(page.result.cell_rect(0, 5)))
    qtbot.mouseClick(page.pad.pixels, LEFT, pos=centre(page.pad.pixels.cell_rect(63, 63)))
    assert [action for action, _gesture in asked] == [SlideTo(9 * 62 + 19), SlideTo(5), SlideTo(62 * 62 - 1)]


def test_a_cell_of_the_kernel_is_set_and_a_named_kernel_taken(view: View, qtbot: Any) -> None:
    page, asked = shown(view, topic="picture"), heard(view)
    page.kernel.setFocus()
    page.kernel.set_highlighted(1, 1)
    qtbot.keyClick(page.kernel, Qt.Key.Key_PageUp)
    page.named.chip("blur").click()
    assert [action for action, _gesture in asked] == [
        Set({"kernel": "-1 0 1; -1 0.5 1; -1 0 1"}),
        Set({"kernel": KERNELS["blur"]}),
    ]


@pytest.mark.parametrize(("padding", "stride"), [(0, 1), (2, 2), (1, 3)])
def test_the_window_lies_over_what_is_summed(view: View, padding: int, stride: int) -> None:
    page = shown(view, 7, topic="picture", padding=padding, stride=stride)
    frame = view.frame
    row, column, rows, columns = page.pad.pixels.window_cells()
    padded = np.pad(frame.page.x, padding)
    under = padded[row + padding : row + padding + rows, column + padding : column + padding + columns]
    assert np.array_equal(under, frame.page.under)


def test_pooled_pictures_and_kernels_that_fit_nowhere_are_drawn(view: View) -> None:
    page = shown(view, 30, topic="picture", pooling="max")
    assert page.result.values().shape == (13, 13)
    page = shown(view, 0, topic="picture", picture="bars", kernel="; ".join(["1 " * 7] * 7), pooling="mean")
    assert page.result.values().shape == (5, 13)


# Digits, memory, names.


def test_a_kernel_and_its_map_are_framed_together(view: View, qtbot: Any) -> None:
    page = shown(view, 2, topic="digits")
    assert len(page.kernels.tiles()) == len(page.maps.tiles()) == 16
    assert len(page.wanted.tiles()) == 32
    before = page.maps.grab().toImage()
    qtbot.mouseClick(page.kernels, LEFT, pos=centre(page.kernels.tile_rect(6)))
    assert page.maps.grab().toImage() != before


def test_the_name_below_a_bar_is_the_digit_to_become(view: View, qtbot: Any) -> None:
    page, asked = shown(view, 20, topic="digits", view="second"), heard(view)
    qtbot.mouseClick(page.bars, LEFT, pos=page.bars.name_of(5).toPoint())
    assert [action for action, _gesture in asked] == [Set({"target": 5})]
    assert [tile.values.shape for tile in page.why.tiles()] == [(8, 8)] * 4


def test_symbols_stand_over_their_columns_and_a_press_marks_unit_and_step(view: View, qtbot: Any) -> None:
    page, asked = shown(view, topic="memory", length=9), heard(view)
    for step in (0, 4, 9):
        column = page.states.cell_rect(0, step)
        assert page.read.cell_rect(step).center().x() == pytest.approx(column.center().x(), abs=1.5)
    qtbot.mouseClick(page.states, LEFT, pos=centre(page.states.cell_rect(3, 4)))
    qtbot.mouseClick(page.said, LEFT, pos=centre(page.said.cell_rect(7)))
    page.read.setFocus()
    qtbot.keyClick(page.read, Qt.Key.Key_Right)
    assert [action for action, _gesture in asked] == [Set({"unit": 4, "at": 5}), Set({"at": 8}), Set({"at": 2})]


@pytest.mark.parametrize(("task", "alphabet"), [("echo", "1234?"), ("brackets", "()")])
def test_the_sequence_is_written_in_its_own_signs(task: str, alphabet: str) -> None:
    page = framed(topic="memory", task=task, length=12).page
    letters = letters_of(page)
    assert len(letters) == 13
    assert set(letters) <= set(alphabet)
    if task == "echo":
        assert letters[0] == str(int(page.targets[-1]) + 1)
        assert letters[-1] == "?"


@pytest.mark.parametrize(("radius", "word"), [(0.9, "fades"), (1.0, "arrives"), (1.1, "explodes")])
def test_the_blame_page_says_what_becomes_of_it(view: View, radius: float, word: str) -> None:
    page = shown(view, topic="memory", view="second", length=50, radius=radius, silent=True)
    assert word in page.sentence.words()
    blame, power = page.blame.series()
    assert blame.y == pytest.approx(power.y, rel=1e-6)


def test_the_arrows_turn_to_another_unit_and_round(view: View, qtbot: Any) -> None:
    page, asked = shown(view, topic="names"), heard(view)
    qtbot.mouseClick(page.before, LEFT)
    qtbot.mouseClick(page.after, LEFT)
    assert [action for action, _gesture in asked] == [Set({"unit": 24}), Set({"unit": 2})]


def test_a_list_of_ones_own_is_typed_and_taken(view: View, qtbot: Any) -> None:
    page, asked = shown(view, topic="names"), heard(view)
    qtbot.mouseClick(page.list, LEFT)
    assert view.own.isVisible()
    view.own.text.setPlainText("Ada\nBob\nCid")
    qtbot.mouseClick(view.own.use, LEFT)
    assert [action for action, _gesture in asked] == [Set({"source": "own"}), TakeNames(("ada", "bob", "cid"))]


def test_the_card_is_painted_in_both_themes() -> None:
    for palette in (LIGHT, DARK):
        image = QImage(320, 180, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        thumbnail.paint(painter, QRectF(0, 0, 320, 180), palette)
        painter.end()
        colors = {image.pixelColor(x, y).name() for x in range(0, 320, 4) for y in range(0, 180, 4)}
        assert len(colors) > 4
