"""Curves that grow, a logarithmic axis that is honest about zeros, and names at the ends of the lines."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QFontMetricsF, QImage, QPageSize, QPainter, QPdfWriter, QWheelEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.paints import Paints
from widgets.base.colors import DARK, DASHES, LIGHT, MARKERS
from widgets.base.look import Look, apply_look, look
from widgets.plots.plot import Line, Plot, Points, Series
from widgets.plots.plot_paint import labels_apart
from widgets.plots.ranges import grown, step_up
from widgets.plots.series import nearest, read, table

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def curves(count: int = 30) -> list[Series]:
    x = np.arange(float(count))
    names = ("SGD", "Adam")
    return [
        Series(name, x, 3 * np.exp(-x / (5 + 10 * k)), LIGHT.categories[k], DASHES[k], MARKERS[k])
        for k, name in enumerate(names)
    ]


@pytest.fixture
def plot(qtbot) -> Plot:
    made = Plot()
    qtbot.addWidget(made)
    made.set_titles("step", "loss", "Loss at each step")
    made.set_series(curves())
    made.resize(500, 260)
    made.show()
    made.grab()
    return made


def shown(plot: Plot) -> tuple[float, float, float, float]:
    view = plot.chart().view
    return view.x0, view.x1, view.y0, view.y1


def at(plot: Plot, x: float, y: float) -> QPoint:
    across, down = plot.chart().view.screen(x, y)
    return QPoint(round(across), round(down))


def hover(plot: Plot, where: QPoint) -> None:
    QTest.mouseMove(plot.viewport(), where)


def test_the_curve_is_where_the_numbers_say(plot):
    image = plot.grab().toImage()
    spot = at(plot, 10, 3 * np.exp(-2.0))
    near = [image.pixelColor(spot + QPoint(0, d)).name() for d in (-1, 0, 1)]
    assert LIGHT.categories[0].lower() in near


def test_the_axes_stand_still_while_a_curve_grows_and_move_in_steps(plot):
    seen = set()
    for count in range(1, 31):
        plot.set_series(curves(count))
        seen.add(shown(plot)[1])
    assert 29 <= max(seen) <= 45 and len(seen) <= 5


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
@example(0.3, 0.25)  # three steps of 0.1 are more than 0.3
def test_a_grown_range_holds_the_data_and_is_kept(lo, size):
    first = grown(None, lo, lo + size)
    assert first[0] <= lo and lo + size <= first[1]
    inner = (first[0] + (first[1] - first[0]) * 0.1, first[1] - (first[1] - first[0]) * 0.1)
    assert grown(first, *inner) == first


@given(st.floats(0, 1e7))
def test_a_step_axis_ends_at_or_after_the_last_step(most):
    end = step_up(None, most)
    assert most <= end * (1 + 1e-9) and end <= max(10.0, 1.7 * most)
    assert step_up(end, most) == end


def test_a_log_axis_leaves_zeros_out_and_says_so(plot):
    x = np.arange(5.0)
    plot.set_series([Series("loss", x, np.array([100.0, 1.0, 0.0, -3.0, 1e-4]))])
    plot.set_log(True, left_out="{count} values at or below 0 are not shown")
    assert plot.left_out() == 2
    _, _, low, high = shown(plot)
    assert low <= -4 and high >= 2
    with_note = plot.grab().toImage()
    plot.set_log(True, left_out="")
    assert plot.grab().toImage() != with_note
    plot.set_log(False)
    assert plot.left_out() == 0 and shown(plot)[2] <= -3


@pytest.mark.parametrize("log", (False, True))
@pytest.mark.parametrize("bad", (np.nan, np.inf, -np.inf, 1e300, 1e308, 0.0, -1.0))
def test_a_run_that_blows_up_is_painted(plot, log, bad):
    plot.set_log(log, "{count}")
    plot.set_series([Series("a", np.arange(6.0), np.array([1.0, bad, 2.0, bad, bad, 0.5]), marker="d")])
    plot.set_cursor(3)
    assert not plot.grab().isNull()
    plot.set_series([Series("a", np.arange(2.0), np.array([bad, bad]))])
    assert not plot.grab().isNull()
    plot.set_series([])
    assert not plot.grab().isNull()


@pytest.mark.parametrize("bad", (np.inf, -np.inf, np.nan))
def test_a_curve_that_blows_up_while_it_grows_is_painted(plot, bad):
    values = [3.0, 2.0, 4.0, bad, bad, 1.0, bad]
    for count in range(1, len(values) + 1):
        plot.set_series([Series("loss", np.arange(float(count)), np.array(values[:count]))])
        assert not plot.grab().isNull()


def test_names_at_the_ends_do_not_cover_each_other():
    boxes = [(100.0, 40.0)] * 5
    placed = labels_apart([50.0, 51, 52, 95, 99], boxes, 16, 8, 100)
    assert all(b - a >= 16 for a, b in pairwise(placed))
    assert placed[0] >= 8 and placed[-1] <= 100
    assert labels_apart([0.0, 0.0], [(100.0, 40.0)] * 2, 16, 8, 100) == [8.0, 24.0], "at the upper border too"
    apart = labels_apart([50.0, 50.0], [(100.0, 40.0), (300.0, 40.0)], 16, 8, 100)
    assert apart == [50, 50]  # side by side, both stay


def test_names_that_one_column_is_not_high_enough_for_stand_in_two(plot):
    steps = np.arange(4.0)
    series = [Series(f"curve {i}", steps, steps * 0, marker="o") for i in range(6)]
    plot.set_series(series)
    plot.resize(500, 300)
    wide = plot.chart().view.width
    plot.resize(500, 100)
    assert plot.chart().view.width < wide, "room for a second column"
    plot.set_series(series[:2])
    assert plot.chart().view.width == wide
    assert not plot.grab().isNull()


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("end", [100.0, 1000.0, 10_000.0])
def test_the_last_number_below_the_axis_is_whole(plot, qapp, scale: float, end: float) -> None:
    apply_look(qapp, Look(LIGHT, scale))
    plot.set_series([Series("", np.array([0.0, end]), np.array([0.0, 1.0]))])
    plot.set_limits(x=(0.0, end))
    image, chart = plot.grab().toImage(), plot.chart()
    digits = QFontMetricsF(look().font("caption", 450))
    at, text = chart.x_ticks()[-1]
    assert text.replace("\u202f", "") == f"{end:.0f}"
    assert at + digits.horizontalAdvance(text) / 2 <= plot.width()
    below = round(chart.view.top + chart.view.height) + 4
    edge = {
        image.pixelColor(image.width() - 1, y).name() for y in range(below, min(below + look().px(18), image.height()))
    }
    assert len(edge) == 1, "nothing is written across the right edge"


def test_a_last_number_with_room_stands_under_its_place(plot) -> None:
    plot.set_series([Series("a name", np.array([0.0, 1000.0]), np.array([0.0, 1.0]))])
    plot.set_limits(x=(0.0, 1000.0))
    chart = plot.chart()
    assert [at for at, _text in chart.x_ticks()][-1] == chart.view.screen(1000.0, 0.0)[0]


@pytest.mark.parametrize("reach", [23.0, 31.0, 49.0, 51.0])
def test_below_a_narrow_axis_stand_two_numbers_at_least(plot, reach: float) -> None:
    plot.set_series([Series("a name", np.array([-reach, reach]), np.array([0.0, 1.0]))])
    plot.set_limits(x=(-reach, reach))
    plot.resize(330, 200)
    texts = [text for _at, text in plot.chart().x_ticks()]
    assert 2 <= len(texts) <= 5 and "0" in texts


def test_a_plot_under_another_leaves_as_much_room_for_names(plot, qtbot):
    above = plot
    above.set_series([Series("a long name", np.arange(3.0), np.arange(3.0))])
    below = Plot()
    qtbot.addWidget(below)
    below.stand_under(above)
    below.resize(above.size())
    below.show()
    below.set_series([Series("b", np.arange(3.0), np.arange(3.0))])
    ends = [view.left + view.width for view in (below.chart().view, above.chart().view)]
    assert ends[0] == ends[1]


def test_what_is_read_off_follows_the_curves_that_are_there(plot, qtbot):
    hover(plot, at(plot, 10.0, 1.0))
    assert len(plot.reading.rows) > 1
    plot.set_series(curves()[:1])
    assert len(plot.reading.rows) == 1
    plot.grab()
    plot.set_series([])
    assert plot.reading is None
    plot.grab()


def test_hovering_reads_every_curve_at_the_nearest_step(plot, qtbot):
    with qtbot.waitSignal(plot.hovered) as caught:
        hover(plot, at(plot, 10.3, 1.0))
    x, values = caught.args
    assert x == 10 and values == pytest.approx({"SGD": 3 * np.exp(-2.0), "Adam": 3 * np.exp(-10 / 15)})
    with qtbot.waitSignal(plot.unhovered):
        hover(plot, QPoint(1, 1))


def test_a_reading_takes_only_curves_with_a_point_there():
    short = Series("short", np.arange(3.0), np.zeros(3))
    long = Series("long", np.arange(9.0), np.zeros(9))
    assert read([short, long], 7.2, "step").rows == ((1, 7),)
    assert read([short, long], 1.2, "step").head == "step 1"
    assert read([short, long], 1.2, "step").rows == ((0, 1), (1, 1))
    assert read([], 1.0, "step") is None
    assert nearest(Series("none", np.empty(0), np.empty(0)), 1.0) is None


def test_the_arrow_keys_read_step_by_step(plot):
    seen = []
    plot.hovered.connect(lambda x, _: seen.append(x))
    plot.set_cursor(12)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(plot, key)
    assert seen == [12, 13, 12, 11, 10]


def test_the_wheel_zooms_until_a_double_click_and_new_data_leave_it_alone(plot):
    home = shown(plot)
    where = QPointF(at(plot, 15, 1.5))
    event = QWheelEvent(
        where,
        QPointF(plot.viewport().mapToGlobal(where.toPoint())),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        PLAIN,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot.viewport(), event)
    closer = shown(plot)
    assert closer[1] - closer[0] < home[1] - home[0]
    plot.set_series(curves(29))
    assert shown(plot) == closer
    QTest.mouseDClick(plot.viewport(), LEFT, PLAIN, where.toPoint())
    assert shown(plot) == home


def test_a_right_drag_moves_the_window(plot):
    start = at(plot, 15, 1.5)
    QTest.mousePress(plot.viewport(), Qt.MouseButton.RightButton, PLAIN, start)
    for k in (5, 30, 60):
        QTest.mouseMove(plot.viewport(), start + QPoint(k, 0))
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.RightButton, PLAIN, start + QPoint(60, 0))
    assert shown(plot)[0] < 0
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert shown(plot)[0] == 0


@pytest.mark.parametrize("vertical", (True, False))
def test_a_line_can_be_dragged_and_nudged(plot, vertical):
    plot.set_lines([Line("cut", 10.0 if vertical else 1.0, vertical, movable=True)])
    way, ends = [], []
    plot.line_dragged.connect(lambda *a: way.append(a))
    plot.line_dropped.connect(lambda *a: ends.append(a))
    start, end = (at(plot, 10, 0.5), at(plot, 20, 0.5)) if vertical else (at(plot, 3, 1.0), at(plot, 3, 2.0))
    QTest.mousePress(plot.viewport(), LEFT, PLAIN, start)
    for share in (0.3, 0.7, 1.0):
        QTest.mouseMove(plot.viewport(), start + (end - start) * share)
    QTest.mouseRelease(plot.viewport(), LEFT, PLAIN, end)
    assert {name for name, _ in way} == {"cut"} and len(ends) == 1
    assert ends[0][1] == pytest.approx(20 if vertical else 2.0, abs=0.1)
    QTest.keyClick(plot, Qt.Key.Key_Up if not vertical else Qt.Key.Key_Right)
    assert len(ends) == 2 and ends[1][1] > ends[0][1]


@pytest.mark.parametrize(("step", "end"), [(1.0, 11.0), (0.25, 10.25)])
def test_a_line_with_a_step_of_its_own_is_nudged_by_it(plot, step, end):
    plot.set_lines([Line("degree", 10.0, movable=True, step=step)])
    ends = []
    plot.line_dropped.connect(lambda *a: ends.append(a))
    QTest.keyClick(plot, Qt.Key.Key_Return)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert ends == [("degree", end)]


def test_a_line_on_a_log_axis_is_given_in_the_units_of_the_data(plot):
    plot.set_log(True)
    plot.set_lines([Line("level", 0.1, vertical=False, movable=True)])
    ends = []
    plot.line_dropped.connect(lambda *a: ends.append(a))
    QTest.keyClick(plot, Qt.Key.Key_Return)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert 0.1 < ends[0][1] < 0.2


def test_points_stand_where_they_are_with_their_own_colour(plot):
    plot.set_series([])
    plot.set_points([Points("a", np.array([1.0, 5.0]), np.array([1.0, 5.0]), LIGHT.categories[3], "s")])
    image = plot.grab().toImage()
    assert image.pixelColor(at(plot, 5, 5)).name() == LIGHT.categories[3].lower()


def test_another_theme_paints_paper_and_text_anew(plot, qapp):
    light = plot.grab().toImage()
    apply_look(qapp, Look(palette=DARK))
    dark = plot.grab().toImage()
    assert dark.pixelColor(1, 1).name() == DARK.surface.lower()
    assert light.pixelColor(1, 1).name() == LIGHT.surface.lower()


def test_the_frame_depends_on_words_not_on_data(plot):
    before = plot.chart().view
    plot.set_series([Series(s.name, s.x, s.y * 1e6, s.color, s.dash, s.marker) for s in curves()])
    after = plot.chart().view
    assert (after.left, after.width) == (before.left, before.width)


def test_every_curve_goes_into_one_table(plot):
    header, rows = plot.to_table()
    assert header == ["step", "SGD", "Adam"] and len(rows) == 30 and rows[0] == [0, 3, 3]
    short, long = Series("a", np.array([0.0, 2.0]), np.array([5.0, 6.0])), Series("b", np.array([1.0]), np.array([7.0]))
    assert table([short, long], "x") == (["x", "a", "b"], [[0, 5, None], [1, None, 7], [2, 6, None]])
    assert table([], "x") == (["x"], [])


def test_a_file_holds_text_and_curves_as_vectors_on_white(plot, tmp_path, qapp):
    apply_look(qapp, Look(palette=DARK))
    plot.set_points([Points("cloud", np.array([1.0, 2.0]), np.array([1.0, 2.0]), marker="star")])
    svg, pdf = tmp_path / "plot.svg", tmp_path / "plot.pdf"
    generator = QSvgGenerator()
    generator.setFileName(str(svg))
    generator.setViewBox(QRectF(0, 0, 900, 400))
    painter = QPainter(generator)
    plot.render_to(painter, QRectF(0, 0, 900, 400))
    painter.end()
    text = svg.read_text("utf-8")
    for word in ("Loss at each step", ">SGD<", ">Adam<", ">step<", ">loss<"):
        assert word in text
    assert text.count("<path") + text.count("<polyline") > 6 and "<image" not in text
    writer = QPdfWriter(str(pdf))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    painter = QPainter(writer)
    plot.render_to(painter, QRectF(0, 0, writer.width(), writer.width() * 0.5))
    painter.end()
    assert pdf.stat().st_size > 2000
    image = QImage(900, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    plot.render_to(painter, QRectF(0, 0, 900, 400))
    painter.end()
    assert image.pixelColor(1, 1).name() == "#ffffff"


def test_a_screen_reader_finds_a_graphic_with_name_and_state(plot):
    plot.set_description("Loss fell from 3 to 0.01 in 30 steps")
    seen = QAccessible.queryAccessibleInterface(plot)
    assert seen.role() == QAccessible.Role.Graphic
    assert seen.text(QAccessible.Text.Name) == "Loss at each step"
    assert seen.text(QAccessible.Text.Value) == "Loss fell from 3 to 0.01 in 30 steps"


def test_pyqtgraph_brings_no_menu_no_button_and_no_axis_of_its_own(plot):
    kinds = {type(item).__name__ for item in plot.scene().items()}
    assert {"ViewBox", "ScatterPlotItem"} <= kinds and not kinds & {"AxisItem", "ButtonItem", "PlotItem", "LabelItem"}
    assert plot.findChildren(QMenu) == []


def test_a_closed_plot_is_gone(qapp):
    plot = Plot()
    plot.set_series(curves())
    plot.set_lines([Line("cut", 3.0, movable=True)])
    plot.grab()
    gone = weakref.ref(plot)
    plot.close()
    plot.deleteLater()
    del plot
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


def test_only_a_plot_needs_pyqtgraph():
    code = (
        "import sys, widgets.surfaces.terrain, widgets.surfaces.surface, widgets.canvas.heatmap\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "import widgets.plots.plot\n"
        "assert 'pyqtgraph' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("kind", (Series, Points))
def test_rows_of_unequal_length_are_refused_by_name(kind):
    with pytest.raises(ValueError, match="'bad'"):
        kind("bad", np.zeros(3), np.zeros(4))


def test_limits_must_be_a_range(plot):
    with pytest.raises(ValueError, match="y must be"):
        plot.set_limits(y=(1.0, 1.0))
    plot.set_limits(x=(-3.0, 3.0), y=(0.0, 8.0))
    assert shown(plot) == (-3, 3, 0, 8)


def test_ghosts_lie_below_with_one_name_and_the_axes_hold_them(qtbot) -> None:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(420, 240)
    plot.show()
    plot.set_series(curves(10))
    before, narrow = plot.grab().toImage(), plot.chart().view.x1
    longer = [replace(one, y=one.y + 4) for one in curves(60)]
    plot.set_ghosts(longer, "run 1")
    assert plot.ghosts() == tuple(longer)
    assert plot.chart().view.x1 >= 59 > narrow
    assert plot.chart().view.y1 >= 7
    assert plot.series() == plot.series()[:2]
    assert len(plot.to_table()[0]) == 3  # what is saved and read off is what is there now
    plot.set_ghosts(())
    plot.reset_view()
    assert plot.grab().toImage() == before


def test_a_ghost_that_is_what_is_there_now_is_not_drawn_until_that_has_changed(qtbot) -> None:
    plot = Plot()
    qtbot.addWidget(plot)
    plot.resize(420, 240)
    plot.show()
    plot.set_series(curves(10))
    alone = plot.grab().toImage()
    plot.set_ghosts(curves(10), "run 1")
    assert plot.grab().toImage() == alone
    plot.set_series(curves(5))
    with_ghost = plot.grab().toImage()
    plot.set_ghosts(())
    assert plot.grab().toImage() != with_ghost


@pytest.mark.parametrize("scale", (1.0, 1.5))
@pytest.mark.parametrize(("most", "last"), ((8_000.0, "8000"), (10_000.0, "10⁴"), (30_000.0, "3·10⁴"), (0.5, "0.5")))
def test_numbers_beside_an_axis_leave_its_name_alone(qtbot, qapp, scale, most, last) -> None:
    """All figures where they have room, else powers of ten."""
    apply_look(qapp, Look(scale=scale))
    plot = Plot()
    qtbot.addWidget(plot)
    plot.set_titles("step", "tokens", "Tokens")
    plot.set_limits(y=(min(0.0, most), max(0.0, most)))
    plot.set_series([Series("one", np.array([0.0, 1.0]), np.array([0.0, most]), "accent")])
    plot.resize(420, 300)
    plot.show()
    QApplication.processEvents()
    chart, px = plot.chart(), look().px
    texts = [text for _value, text in chart.y_ticks()]
    wide = max(QFontMetricsF(look().font("caption", 450)).horizontalAdvance(text) for text in texts)
    assert wide <= chart.margins.left - px(8) - px(20)
    assert last in texts


def test_an_axis_of_powers_names_what_they_are(plot):
    plot.set_series([Series("loss", np.array([3.0, 4.0, 5.0]), np.array([3.0, 2.0, 1.5]))])
    plot.set_limits((2.9, 5.1), None)
    plain = [text for _x, text in plot.chart().x_ticks()]
    plot.set_powers(True)
    texts = [text for _x, text in plot.chart().x_ticks()]
    assert "1000" in texts and "100\u202f000" in texts and texts != plain
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.reading is not None and plot.reading.head == "step 100\u202f000"


def test_less_than_a_decade_of_a_log_axis_has_numbers_that_differ(plot):
    plot.set_log(True)
    plot.set_series([Series("loss", np.arange(2.0), np.array([1.9, 2.6]))])
    plot.set_limits(None, (1.9, 2.6))
    texts = [text for _y, text in plot.chart().y_ticks()]
    assert len(texts) > 2 and len(set(texts)) == len(texts) and "2.0" in texts
    plot.set_limits(None, (0.1, 100.0))
    assert [text for _y, text in plot.chart().y_ticks()] == ["0.1", "1", "10", "100"]


LINES = [Line("cut", 3.0, movable=True), Line("level", 1.0, vertical=False)]
CLOUD = Points("seen", np.array([1.0, 2.0, 3.0]), np.array([0.5, np.nan, 2.0]))


def say(plot: Plot, **other: object) -> None:
    """All that is shown, with new arrays of the same numbers."""
    said = {
        "set_titles": ("step", "loss", "Loss at each step"),
        "set_limits": (None, (0.0, 4.0)),
        "set_series": ([replace(one, x=one.x.copy(), y=one.y.copy()) for one in curves()],),
        "set_points": ([replace(CLOUD, y=CLOUD.y.copy())],),
        "set_lines": (list(LINES),),
    }
    for name, values in {**said, **other}.items():
        getattr(plot, name)(*values)


@pytest.fixture
def paints(plot: Plot) -> Paints:
    say(plot)
    say(plot)  # the range follows the lines with what is shown next
    counted = Paints(plot.viewport())
    counted.since()
    return counted


def test_what_is_there_already_is_not_painted_again(plot: Plot, paints: Paints) -> None:
    say(plot)
    assert paints.since() == 0
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert paints.since() == 1 and plot.reading is not None
    say(plot)
    assert paints.since() == 0 and plot.reading is not None


@pytest.mark.parametrize(
    "other",
    [
        {"set_titles": ("step", "error", "Loss at each step")},
        {"set_limits": (None, (0.0, 5.0))},
        {"set_limits": ()},
        {"set_series": (curves(29),)},
        {"set_series": (curves()[:1],)},
        {"set_series": ([replace(curves()[0], y=curves()[0].y + 1e-3), curves()[1]],)},
        {"set_series": ([replace(curves()[0], color="bad"), curves()[1]],)},
        {"set_series": ([replace(curves()[0], faint=True), curves()[1]],)},
        {"set_points": ([replace(CLOUD, y=np.array([0.5, 1.0, 2.0]))],)},
        {"set_points": ([replace(CLOUD, size=5.0)],)},
        {"set_points": ([],)},
        {"set_lines": ([replace(LINES[0], value=3.01), LINES[1]],)},
        {"set_lines": ([],)},
    ],
)
def test_what_is_new_is_painted(plot: Plot, paints: Paints, other: dict[str, tuple]) -> None:
    say(plot, **other)
    assert paints.since() >= 1
    for name, values in other.items():
        if name in ("set_series", "set_points", "set_lines"):
            assert len(getattr(plot, name.removeprefix("set_"))()) == len(values[0])


def test_the_range_follows_a_line_though_the_curves_stay_the_same(plot: Plot) -> None:
    plot.set_limits()
    plot.set_series(curves())
    plot.set_lines([Line("level", 40.0, vertical=False)])
    plot.set_series(curves())
    assert shown(plot)[3] >= 40


def test_a_plot_under_another_follows_the_names_above_though_its_curves_stay_the_same(plot: Plot, qtbot) -> None:
    above = Plot()
    qtbot.addWidget(above)
    plot.stand_under(above)
    plot.set_series(curves())
    before = plot.chart().margins.right
    above.set_series([replace(curves()[0], name="a name much longer than before")])
    plot.set_series(curves())
    assert plot.chart().margins.right > before
