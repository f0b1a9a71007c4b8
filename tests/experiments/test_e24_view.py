"""Evaluation, the picture: pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from lab.experiments.e24_evaluation import thumbnail
from lab.experiments.e24_evaluation.gestures import Commit
from lab.experiments.e24_evaluation.view import View
from tests.desk import Frames, heard, opened
from widgets.base.colors import DARK, LIGHT

FRAMES = Frames("evaluation")
framed, shown = FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton
SIZE = (702, 500)  # of the view in a window of 1366 by 768


@pytest.fixture
def view(qtbot: Any) -> View:
    return opened(View(), qtbot, framed(), SIZE)


def at(hills: Any, score: float, above: bool = True) -> QPoint:
    ground = hills.ground()
    return QPoint(round(ground.x(score)), round(ground.middle + (-20 if above else 20)))


def test_many_parts_are_points_and_few_are_bars(view: View) -> None:
    page = shown(view, topic="bits", weights="smollm2", bits="4")
    if not page.page.measured:
        assert page.blocks.isVisible() and page.bars.isHidden() and "Paris" in page.before.words()
    page = shown(view, 1, topic="bits", bits="2")
    assert page.bars.isVisible() and page.blocks.isHidden()
    assert page.before.isVisible() and "2 bits" in page.after.words()
    page = shown(view, topic="bits", weights="normal")
    assert page.before.isHidden() and page.after.isHidden()


def test_the_line_is_dragged_in_one_gesture(view: View, qtbot: Any) -> None:
    hills, found = view.page("threshold").hills, heard(view)
    qtbot.mousePress(hills, LEFT, pos=at(hills, 0.5))
    qtbot.mouseMove(hills, at(hills, 0.4))
    qtbot.mouseMove(hills, at(hills, 0.3))
    qtbot.mouseRelease(hills, LEFT, pos=at(hills, 0.3))
    values = [action.values["threshold"] for action, _gesture in found]
    assert values == pytest.approx([0.4, 0.3], abs=0.005) and len({gesture for _action, gesture in found}) == 1


@pytest.mark.parametrize(
    ("score", "above", "cell"), [(0.2, True, "fn"), (0.8, True, "tp"), (0.2, False, "tn"), (0.8, False, "fp")]
)
def test_a_press_on_a_cell_asks_for_its_examples(view: View, qtbot: Any, score: float, above: bool, cell: str) -> None:
    page = shown(view, cell="tn" if cell == "fn" else "fn")
    found = heard(view)
    qtbot.mouseClick(page.hills, LEFT, pos=at(page.hills, score, above))
    assert [dict(action.values) for action, _gesture in found] == [{"cell": cell}]


@pytest.mark.parametrize(
    ("key", "modifier", "wanted"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 0.49),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 0.501),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 0.6),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 1.0),
    ],
)
def test_the_line_moves_by_keys(view: View, qtbot: Any, key: Qt.Key, modifier: Any, wanted: float) -> None:
    found = heard(view)
    qtbot.keyClick(view.page("threshold").hills, key, modifier)
    assert [dict(action.values) for action, _gesture in found] == [{"threshold": wanted}]


def test_the_line_stays_where_it_is_at_its_end(view: View, qtbot: Any) -> None:
    page, found = shown(view, threshold=1.0), heard(view)
    qtbot.keyClick(page.hills, Qt.Key.Key_Right)
    assert found == []


def test_lock_in_takes_the_threshold_on_screen(view: View, qtbot: Any) -> None:
    page = shown(view, threshold=0.25)
    found = heard(view)
    qtbot.mouseClick(page.lock, LEFT)
    assert [action for action, _gesture in found] == [Commit(0.25)]


def test_both_dots_stand_where_the_counts_say(view: View) -> None:
    page = shown(view, threshold=0.3)
    counts = page.page.counts
    (roc,), (pr,) = page.roc.points(), page.pr.points()
    assert (roc.x[0], roc.y[0]) == (counts.false_positive_rate, counts.recall)
    assert (pr.x[0], pr.y[0]) == (counts.recall, counts.precision)
    nothing = shown(view, positives=0.0)
    assert nothing.pr.points() == () and nothing.roc.points() == ()


def test_examples_are_those_of_the_chosen_cell(view: View) -> None:
    page = shown(view, cell="fp")
    assert page.examples.words().startswith("False alarms: ") and "score 0.5" in page.examples.words()
    none = shown(view, cell="tp", threshold=1.0)
    assert "There is none" in none.examples.words()


def test_the_temperature_is_dragged_along_the_loss(view: View) -> None:
    page, found = shown(view, topic="calibration", confidence=3.0), heard(view)
    page.losses.line_dragged.emit("temperature", 2.5)
    page.losses.line_dropped.emit("temperature", 3.004)
    assert [dict(action.values) for action, _gesture in found] == [{"temperature": 2.5}, {"temperature": 3.0}]
    assert len({gesture for _action, gesture in found}) == 1
    page.losses.line_dragged.emit("temperature", 99.0)
    assert found[-1][0].values == {"temperature": 10.0}


def test_chips_ask_for_another_run(view: View) -> None:
    found = heard(view)
    view.chips.chosen.emit("significance")
    assert [dict(action.values) for action, _gesture in found] == [{"topic": "significance"}]


def test_the_columns_hold_every_redraw(view: View) -> None:
    page = shown(view, 20, topic="significance")
    (series,) = page.plot.series()
    assert series.y[1:-1:2].sum() == 1000 and len(page.plot.lines()) == 3
    assert [bar.value for bar in page.bars.bars()] == [73.0, 7.0, 9.0, 11.0]
    assert len(shown(view, topic="significance").plot.lines()) == 1


@pytest.mark.parametrize("topic", ["threshold", "calibration", "significance"])
def test_every_picture_can_be_exported(view: View, topic: str) -> None:
    shown(view, 12, topic=topic)
    for picture in view.pictures():
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 300, 200))
        painter.end()
        assert len({image.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 200, 3)}) > 2


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_card_is_painted_in_both_themes(palette: Any) -> None:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    image.fill(palette.surface)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 160, 90), palette)
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 160, 2) for y in range(0, 90, 2)}) >= 4
