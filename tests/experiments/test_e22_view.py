"""Context windows, the picture: six pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from lab.experiments.e22_context_window import thumbnail
from lab.experiments.e22_context_window.clocks import turn_words
from lab.experiments.e22_context_window.page_waves import formula
from lab.experiments.e22_context_window.settings import FARTHEST, PAGES, TAPE
from lab.experiments.e22_context_window.tape_strip import FARTHEST as LONGEST
from lab.experiments.e22_context_window.tape_strip import NEAREST
from lab.experiments.e22_context_window.view import View
from tests.desk import Frames, heard, opened
from widgets.base.colors import DARK, LIGHT

FRAMES = Frames("context-window")
framed, shown = FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton
SIZE = (702, 500)  # of the view in a window of 1366 by 768


@pytest.fixture
def view(qtbot: Any) -> View:
    return opened(View(), qtbot, framed(), SIZE)


def values(acted: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    return [dict(action.values) for action, _gesture in acted]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_from_its_chip_and_paints_on_paper(view: View, name: str) -> None:
    acted = heard(view)
    view.chips.chip(name).click()
    changed = values(acted)[0] if acted else {}
    page = shown(view, **changed)
    assert view.open_page() == name
    assert page.main_picture() and page.pictures()
    for picture in page.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        colors = {image.pixel(x, y) for x in range(0, 600, 7) for y in range(0, 400, 5)}
        assert len(colors) > 3


def test_positions_share_a_run_and_the_other_pages_have_their_own(view: View) -> None:
    assert dict(view.turn("waves").values) == {"view": "waves"}
    assert dict(view.turn("tape").values) == {"topic": "tape"}
    shown(view, topic="cache")
    assert dict(view.turn("clocks").values) == {"topic": "positions", "view": "clocks"}


def test_dragging_the_bar_keeps_the_distance_and_is_one_gesture(view: View, qtbot: Any) -> None:
    clocks, acted = shown(view, m=512, n=500).clocks, heard(view)
    places = clocks.places()
    bar = clocks.bar(places).center().toPoint()
    qtbot.mousePress(clocks, LEFT, pos=bar)
    qtbot.mouseMove(clocks, bar + QPoint(60, 0))
    qtbot.mouseMove(clocks, bar + QPoint(90, 0))
    qtbot.mouseRelease(clocks, LEFT, pos=bar + QPoint(90, 0))
    moved = values(acted)
    assert moved and all(each["m"] - each["n"] == 12 for each in moved) and moved[-1]["n"] > 550
    assert len({gesture for _action, gesture in acted}) == 1


@pytest.mark.parametrize(("above", "name"), [(True, "m"), (False, "n")])
def test_a_handle_moves_alone(view: View, qtbot: Any, above: bool, name: str) -> None:
    clocks, acted = shown(view, m=512, n=500).clocks, heard(view)
    places = clocks.places()
    at = QPoint(round(places.x_of(800)), round(places.line + (-18 if above else 18)))
    assert clocks.part_at(QPointF(at)) == ("query" if above else "key")
    qtbot.mouseClick(clocks, LEFT, pos=at)
    (moved,) = values(acted)
    kept = {"m": 512, "n": 500}
    assert moved[name] == pytest.approx(800, abs=2)
    assert all(moved[other] == kept[other] for other in kept if other != name)


def test_keys_move_both_or_one_and_stop_at_the_ends(view: View, qtbot: Any) -> None:
    clocks, acted = shown(view, m=12, n=1).clocks, heard(view)
    clocks.setFocus()
    qtbot.keyClick(clocks, Qt.Key.Key_Right)
    qtbot.keyClick(clocks, Qt.Key.Key_PageUp)
    qtbot.keyClick(clocks, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(clocks, Qt.Key.Key_PageDown)  # no further than 0
    qtbot.keyClick(clocks, Qt.Key.Key_Down)
    qtbot.keyClick(clocks, Qt.Key.Key_Left)  # the query alone
    pairs = [(each["m"], each["n"]) for each in values(acted)]
    assert pairs == [(13, 2), (112, 101), (22, 11), (11, 0), (11, 1)]
    shown(view, m=FARTHEST, n=0)
    qtbot.keyClick(clocks, Qt.Key.Key_Up)
    qtbot.keyClick(clocks, Qt.Key.Key_Right)
    assert len(acted) == 5


@pytest.mark.parametrize(
    ("period", "words"),
    [(6.2832, "6.28"), (999.4, "999"), (999.6, "1.00k"), (47117, "47.1k"), (999_600, "1.00M"), (2_084_765, "2.08M")],
)
def test_the_turn_of_a_slow_clock_is_short_enough_to_stand_below_it(period: float, words: str) -> None:
    assert turn_words(period) == words and len(words) <= 5


def test_the_distance_is_dragged_in_the_curve_as_well(view: View) -> None:
    page, acted = shown(view, m=12, n=10), heard(view)
    page.plot.line_dragged.emit("distance", 20.4)
    page.plot.line_dragged.emit("distance", -5.0)
    page.plot.line_dropped.emit("distance", 2.0)  # where it is
    assert values(acted) == [{"m": 30, "n": 10}, {"m": 10, "n": 10}]
    assert not shown(view, m=10, n=12).plot.lines()  # a negative distance is not on the curve


def test_a_cell_of_the_waves_says_its_formula(view: View) -> None:
    page, acted = shown(view, view="waves"), heard(view)
    frame = framed(view="waves")
    assert formula(frame.page, 7, 10) == "sin(7 / 10\u202f000^(10/64)) = sin(1.66) = 0.996"
    assert formula(frame.page, 7, 11).startswith("cos(7 /") and formula(frame.page, 7, 11).endswith("−0.0890")
    page.matrix.pressed.emit(3, 20)
    assert values(acted) == [{"n": 20}] and page.matrix.highlighted() == (3, 20)


def test_the_needle_is_dragged_along_the_tape(view: View, qtbot: Any) -> None:
    tape, acted = shown(view, topic="tape").tape, heard(view)
    cells = tape.cells()
    qtbot.mousePress(tape, LEFT, pos=cells.cell(60).center().toPoint())
    qtbot.mouseMove(tape, cells.cell(0).center().toPoint())
    qtbot.mouseMove(tape, cells.cell(TAPE - 1).center().toPoint())
    qtbot.mouseRelease(tape, LEFT, pos=cells.cell(TAPE - 1).center().toPoint())
    assert [each["distance"] for each in values(acted)] == [TAPE - 1 - 60 - 1, LONGEST, NEAREST]
    assert len({gesture for _action, gesture in acted}) == 1


def test_keys_move_the_needle(view: View, qtbot: Any) -> None:
    tape, acted = shown(view, topic="tape", distance=30).tape, heard(view)
    tape.setFocus()
    qtbot.keyClick(tape, Qt.Key.Key_Left)
    qtbot.keyClick(tape, Qt.Key.Key_Right)
    qtbot.keyClick(tape, Qt.Key.Key_PageUp)
    qtbot.keyClick(tape, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert [each["distance"] for each in values(acted)] == [31, 29, 40, 40]


def test_every_letter_of_the_tape_has_a_cell_of_its_own(view: View) -> None:
    tape = shown(view, topic="tape").tape
    cells = tape.cells()
    assert [cells.place_at(cells.cell(place).center()) for place in range(TAPE)] == list(range(TAPE))
    assert cells.place_at(QPointF(-5, -5)) == -1
    assert cells.cell(TAPE - 1).bottom() <= tape.height() and cells.cell(0).left() >= 0


def test_the_text_of_the_cache_is_made_longer_in_the_plot(view: View) -> None:
    page, acted = shown(view, topic="cache"), heard(view)
    page.plot.line_dragged.emit("tokens", 6000.2)
    page.plot.line_dropped.emit("tokens", 0.0)
    assert values(acted) == [{"tokens": 6000}, {"tokens": 1}]


def test_the_sinks_have_a_curve_where_there_are_any(view: View) -> None:
    assert len(shown(view, 2, topic="memory", sinks=4).plot.series()) == 3
    assert len(shown(view, 2, topic="memory", sinks=0).plot.series()) == 2


def test_stretched_rope_has_a_curve_of_its_own(view: View) -> None:
    assert len(shown(view, topic="schemes").plot.series()) == 5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_card_is_painted(palette: Any) -> None:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 160, 90), palette)
    painter.end()
    assert len({image.pixel(x, y) for x in range(160) for y in range(90)}) > 3
