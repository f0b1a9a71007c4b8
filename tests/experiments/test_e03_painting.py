"""Linear regression, how it is painted: the same picture for less, and nothing where nothing has changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QLineF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from lab.catalog import find
from lab.experiments.e03_linear_regression import view_ink
from lab.experiments.e03_linear_regression.gestures import Look as LookAt
from lab.experiments.e03_linear_regression.view import View
from lab.experiments.e03_linear_regression.view_columns import Cell, Columns, Head
from lab.experiments.e03_linear_regression.view_ink import MANY, MANY_STRENGTH, Cloud, Errors, PlainLine
from lab.experiments.e03_linear_regression.view_scatter import Scatter
from tests.desk import Desk
from tests.paints import Paints
from widgets.base.colors import LIGHT, mix
from widgets.base.look import Look
from widgets.canvas.trails import trail_pen
from widgets.canvas.viewport import Viewport

WIDE, HIGH = 300, 200
VIEW = Viewport(0.0, 10.0, 0.0, 10.0, 0.0, 0.0, WIDE, HIGH)
PLAIN = Look()
COUNT = 12


def pixels(paint) -> np.ndarray:
    """What is painted on the ground of the picture, [HIGH, WIDE, 3]."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.surface))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter)
    painter.end()
    return np.array(image.constBits()).reshape(HIGH, WIDE, 4)[:, :, :3].astype(int)


def cloud(count: int = COUNT, **other: object) -> Cloud:
    x = np.linspace(0.5, 9.5, count)
    return Cloud(x, 5 + 4 * np.sin(9 * x), np.zeros(count, np.int64), np.zeros(count, bool), **other)


# ------------------------------------------------------------------------------------------- the same picture


@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 4.3), (0.7, 1.0), (-3.0, 20.0), (40.0, -200.0), (1e9, 0.0)])
@pytest.mark.parametrize("width", [1.6, 3.2])
def test_a_line_across_the_picture_looks_as_one_with_round_ends_out_of_sight(
    qapp, slope: float, intercept: float, width: float
) -> None:
    line = PlainLine(slope, intercept, "bad", width=width)

    def rounded(painter: QPainter) -> None:
        stroke = QLineF(*np.clip([VIEW.screen(x, slope * x + intercept) for x in (0.0, 10.0)], -1e6, 1e6).ravel())
        for pen in (trail_pen(PLAIN.color("surface", 170), width + 2.4), trail_pen(PLAIN.color("bad"), width)):
            painter.setPen(pen)
            painter.drawLine(stroke)

    now, before = pixels(lambda p: view_ink.paint_lines(p, VIEW, PLAIN, [line])), pixels(rounded)
    assert np.abs(now - before).max() <= 40, "a pixel at an edge"
    assert np.abs(now - before).mean() < 0.3
    assert (now != pixels(lambda _p: None)).any() == (before != pixels(lambda _p: None)).any()


def test_a_line_with_a_span_ends_round_and_within_it(qapp) -> None:
    inside = PlainLine(0.0, 5.0, "bad", width=8.0, span=(3.0, 7.0))
    painted = np.abs(pixels(lambda p: view_ink.paint_lines(p, VIEW, PLAIN, [inside])) - pixels(lambda _p: None)).max(2)
    columns = np.flatnonzero(painted.any(axis=0))
    assert 90 - 6 <= columns.min() < 90 and 210 < columns.max() <= 210 + 6, "half of its width beyond its ends"


@pytest.mark.parametrize("count", [MANY * 6 // 5, 2 * MANY])
def test_many_sticks_are_painted_in_one_piece_pixel_by_pixel_as_one_by_one(qapp, count: int) -> None:
    shown = cloud(count)
    feet = np.where(np.arange(count) % 7, shown.y + np.cos(shown.x), np.nan)
    seen = np.isfinite(feet)

    def one_by_one(painter: QPainter) -> None:
        color = mix(LIGHT.surface, PLAIN.color("bad").name(), MANY_STRENGTH)
        painter.setPen(QPen(QColor(color), 1.0))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        (x, y), foot = VIEW.screen(shown.x, shown.y), VIEW.screen(shown.x, feet)[1]
        for row in np.stack((x, y, x, foot), axis=1)[seen]:
            painter.drawLine(QLineF(*row.tolist()))

    errors = Errors("sticks", feet, "bad")
    assert np.array_equal(pixels(lambda p: view_ink.paint_errors(p, VIEW, PLAIN, shown, errors)), pixels(one_by_one))


# ------------------------------------------------------------------------------------- nothing for nothing


@pytest.fixture
def scatter(qtbot) -> Scatter:
    made = Scatter()
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.set_range(0.0, 10.0, 0.0, 10.0)
    made.show()
    say(made)
    return made


FEET = np.linspace(0.0, 9.0, COUNT)
FEET[3] = np.nan
SAID = {
    "set_cloud": (cloud(bars=np.ones(COUNT)),),
    "set_lines": ([PlainLine(1.0, 2.0, "bad")],),
    "set_errors": (Errors("sticks", FEET),),
    "set_shade": ((2.0, 8.0), "no points here"),
}


def say(scatter: Scatter, **other: tuple) -> None:
    for name, values in {**SAID, **other}.items():
        getattr(scatter, name)(*values)


def test_the_same_points_and_lines_are_not_painted_again(scatter: Scatter) -> None:
    paints = Paints(scatter)
    paints.since()
    say(scatter)
    say(scatter, set_errors=(Errors("sticks", FEET.copy()),), set_cloud=(cloud(bars=np.ones(COUNT)),))
    assert paints.since() == 0


@pytest.mark.parametrize(
    "other",
    [
        {"set_cloud": (replace(cloud(), y=cloud().y + 1e-3),)},
        {"set_cloud": (cloud(bars=np.full(COUNT, 1.01)),)},
        {"set_cloud": (cloud(),)},
        {"set_cloud": (cloud(bars=np.ones(COUNT), highlighted=2),)},
        {"set_lines": ([PlainLine(1.0, 2.001, "bad")],)},
        {"set_lines": ([],)},
        {"set_errors": (Errors("squares", FEET),)},
        {"set_errors": (Errors("sticks", np.where(np.arange(COUNT) == 3, 1.0, FEET)),)},
        {"set_shade": ((2.0, 8.1), "no points here")},
        {"set_shade": (None,)},
    ],
)
def test_other_points_and_lines_are_painted(scatter: Scatter, other: dict[str, tuple]) -> None:
    paints = Paints(scatter)
    paints.since()
    say(scatter, **other)
    assert paints.since() == 1


def test_the_table_is_painted_when_a_number_of_it_is_another(qtbot) -> None:
    table, heads = Columns(), (Head("a", "text", "o"),)
    qtbot.addWidget(table)
    table.set_table(heads, ("w",), ((Cell("1.5", "02"),),))
    table.show()
    paints = Paints(table)
    paints.since()
    table.set_table(heads, ("w",), ((Cell("1.5", "02"),),))
    assert paints.since() == 0
    table.set_table(heads, ("w",), ((Cell("1.5", "03"),),))
    assert paints.since() == 1 and table.cell(0, 0).grey == "03"
    table.set_table((replace(heads[0], color="bad"),), ("w",), ((Cell("1.5", "03"),),))
    assert paints.since() == 1


def test_the_numbers_stand_clear_of_other_names_at_once(qtbot) -> None:
    table, heads = Columns(), (Head("a", "text", ""),)
    qtbot.addWidget(table)
    table.resize(600, 60)
    table.set_table(heads, ("w",), ((Cell("1"),),))
    short = table.place_of(0, 0).left()
    table.set_table(heads, ("a much longer name",), ((Cell("1"),),))
    assert table.place_of(0, 0).left() > short + 60


# ------------------------------------------------------------------------------------------- read, not watched


def test_the_lines_follow_every_frame_of_a_descent_and_the_table_is_written_apart(qtbot) -> None:
    view = View()
    qtbot.addWidget(view)
    desk = Desk(view, find("linear-regression"), data="houses")
    desk.go(20)
    before, shown, lines = desk.frame, view.columns.cell(0, 4), view.scatter.lines()
    desk.track.go(21)
    desk.track.run_to_goal()
    after = desk.frame
    view.draw(after, before)
    assert view.scatter.lines() != lines and view.columns.cell(0, 4) == shown
    assert not view.urgent(before, after)
    view.write(after)
    assert view.columns.cell(0, 4) != shown


@pytest.mark.parametrize("change", [{"w": 2.0}, {"data": "quartet-1"}, {"rate": 0.01}, {"b": 5e6}, "look", "nothing"])
def test_what_was_chosen_is_read_at_once(qtbot, change: object) -> None:
    view = View()
    qtbot.addWidget(view)
    desk = Desk(view, find("linear-regression"), data="houses")
    before = desk.frame
    if change == "look":
        desk.track.act(LookAt("houses", 2), "")
    elif isinstance(change, dict):
        desk.track.set(change, "")
    assert view.urgent(before, desk.frame) == (change != "nothing")
