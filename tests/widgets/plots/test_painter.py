"""The canvas to paint on, and what its tools leave behind."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from widgets.base.colors import DARK, LIGHT
from widgets.canvas.brush import TOOLS, BrushStroke
from widgets.canvas.dots import Dots
from widgets.plots.class_regions import boundary_lines, region_picture
from widgets.plots.painter import Painter

LEFT = Qt.MouseButton.LeftButton
EXTENT = (-1.0, 1.0, -1.0, 1.0)


@pytest.fixture
def painter(qtbot: Any) -> Painter:
    made = Painter()
    qtbot.addWidget(made)
    made.resize(320, 320)
    made.set_beliefs(np.tile(np.linspace(0, 1, 50, dtype=np.float32), (1, 50, 1)), EXTENT)
    made.set_points(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0, bool))
    made.set_radius(0.1)
    made.show()
    return made


def at(painter: Painter, x: float, y: float) -> QPoint:
    across, down = painter.view().screen(x, y)
    return QPointF(across, down).toPoint()


@pytest.mark.parametrize("tool", TOOLS)
def test_the_same_way_leaves_the_same_dabs_however_often_it_is_told(tool: str) -> None:
    one, two = BrushStroke(tool, 0.2), BrushStroke(tool, 0.2)
    few = one.to(0, 0) + one.to(3, 0)
    many = two.to(0, 0)
    for i in range(1, 301):
        many += two.to(i / 100, 0)
    both = min(len(few), len(many))
    np.testing.assert_allclose(few[:both], many[:both], atol=2e-3)
    assert abs(len(few) - len(many)) <= 4


def test_a_spray_stays_within_its_size_and_a_brush_on_its_way() -> None:
    spray = np.array(BrushStroke("spray", 0.5).to(1.0, 2.0))
    assert len(spray) == 4 and (np.hypot(*(spray - [1, 2]).T) <= 0.501).all()
    brush = BrushStroke("brush", 0.2)
    left = brush.to(0, 0) + brush.to(1, 0)
    assert left[0] == (0, 0) and all(y == 0 for _x, y in left) and len(left) == 11
    with pytest.raises(ValueError, match="tool"):
        BrushStroke("hammer", 1.0)


def test_strokes_are_told_while_they_are_made(painter: Painter) -> None:
    text: list[Any] = []
    painter.stroke_begun.connect(text.append)
    painter.dabbed.connect(text.append)
    painter.stroke_ended.connect(lambda: text.append("end"))
    QTest.mousePress(painter, LEFT, pos=at(painter, -0.5, 0.0))
    QTest.mouseMove(painter, at(painter, 0.5, 0.0))
    assert painter.painting
    QTest.mouseRelease(painter, LEFT, pos=at(painter, 0.5, 0.0))
    assert text[0] == "brush" and text[-1] == "end" and len(text[1]) == 1 and len(text[2]) > 10
    assert not painter.painting


def test_dabs_are_shown_until_the_points_hold_them(painter: Painter) -> None:
    text: list[Any] = []
    painter.dabbed.connect(text.extend)
    here = at(painter, -0.5, 0.5)
    empty = painter.grab().toImage().pixelColor(here)
    QTest.mouseClick(painter, LEFT, pos=here)
    assert painter.grab().toImage().pixelColor(here) != empty
    painter.set_points(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0, bool), settled=0)
    assert painter.grab().toImage().pixelColor(here) != empty, "a frame from before the stroke hides nothing"
    painter.set_points(np.array(text), np.zeros(1, int), np.zeros(1, bool), settled=1)
    assert painter.grab().toImage().pixelColor(here) != empty
    painter.set_points(np.zeros((0, 2)), np.zeros(0, int), np.zeros(0, bool))
    assert painter.grab().toImage().pixelColor(here) == empty, "taken back"


def test_only_new_points_are_drawn(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw = Dots.draw
    monkeypatch.setattr(Dots, "draw", lambda dots, on, at, *rest: (drawn.append(len(at)), draw(dots, on, at, *rest))[0])
    points = np.random.default_rng(0).uniform(-1, 1, (40, 2))
    kinds, hollow = np.arange(40) % 6, np.arange(40) % 7 == 0
    painter.set_points(points[:30], kinds[:30], hollow[:30])
    painter.grab()
    painter.set_points(points, kinds, hollow)
    painter.grab()
    assert drawn == [30, 10]
    grown = painter.grab().toImage()
    assert drawn == [30, 10]
    painter.set_points(points[1:], kinds[1:], hollow[1:])
    painter.grab()
    assert drawn == [30, 10, 39]
    painter.set_points(points, kinds, hollow)
    assert grown.size() == painter.grab().toImage().size()


def test_keys_paint_and_the_ask_tool_places_the_ball(painter: Painter) -> None:
    text: list[Any] = []
    painter.dabbed.connect(text.append)
    painter.placed.connect(lambda x, y: text.append((x, y)))
    painter.setFocus()
    QTest.keyClick(painter, Qt.Key.Key_Return)
    assert text == [[(0.0, 0.0)]]
    painter.set_tool("ask")
    QTest.keyClick(painter, Qt.Key.Key_Return)
    QTest.mousePress(painter, LEFT, pos=at(painter, 0.5, 0.5))
    QTest.mouseMove(painter, at(painter, 0.2, 0.2))
    QTest.mouseRelease(painter, LEFT, pos=at(painter, 0.2, 0.2))
    assert text[1] == (0.0, 0.0) and len(text) == 4


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_surest_class_tints_and_doubt_is_paper(palette: Any) -> None:
    sure = np.zeros((3, 2, 2), np.float32)
    sure[2, 0] = 1.0  # the lower row believes in class 2
    sure[:, 1] = 1 / 3
    picture = region_picture(sure, palette)
    assert picture.shape == (2, 2, 4) and (picture[1] != picture[0]).any()
    paper = np.array([int(palette.surface[i : i + 2], 16) for i in (1, 3, 5)])
    assert np.abs(picture[0, 0, :3].astype(int) - paper).max() < 20
    hard = region_picture(np.array([[[0.49, 0.51]]], np.float32), palette, hard=True)
    assert (hard[0, 0] != hard[0, 1]).any()
    with pytest.raises(ValueError, match="beliefs"):
        region_picture(np.zeros((9, 2, 2)), palette)


def test_boundaries_lie_where_belief_changes_sides() -> None:
    ramp = np.tile(np.linspace(0, 1, 11), (1, 11, 1))
    assert np.allclose(boundary_lines(ramp)[..., 0], 5.0)
    two = np.concatenate([1 - ramp, ramp])
    assert np.allclose(boundary_lines(two)[..., 0], 5.0)
    assert len(boundary_lines(np.full((1, 4, 4), 0.2))) == 0 and len(boundary_lines(np.zeros((1, 1, 1)))) == 0


def test_no_line_and_no_point_runs_through_the_name_of_an_axis(painter: Painter) -> None:
    """Around each name is paper, also where the field and points lie below it."""
    plain = painter.grab().toImage()
    x, y = np.meshgrid(np.linspace(-1, 1, 60), np.linspace(-1, 1, 60))
    painter.set_points(np.column_stack((x.ravel(), y.ravel())), np.zeros(x.size, int), np.zeros(x.size, bool))
    painter.set_names("first", "second")
    named = painter.grab().toImage()
    view = painter.view()
    for left, top in ((view.left + 6, view.top + 6), (view.left + view.width - 8, view.top + view.height - 8)):
        color = named.pixelColor(round(left), round(top))
        assert color.lightness() > 200, "paper, a corner of the card"
        assert plain.pixelColor(round(left), round(top)) != color
