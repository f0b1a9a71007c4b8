"""Residual connections, the picture: six pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.core.headless import built
from lab.core.params import checked
from lab.core.simulation import Set
from lab.engine.nets.exchange import network_artifact, network_form
from lab.engine.nets.network import mlp
from lab.experiments.e13_residual_connections import thumbnail
from lab.experiments.e13_residual_connections.anatomy_paint import gradient_range
from lab.experiments.e13_residual_connections.edge_map import DEPTHS, GAINS
from lab.experiments.e13_residual_connections.gestures import AS_CONTROL, Rewire
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.view import View
from lab.experiments.e13_residual_connections.ways import stream_shares
from tests.asking import metrics_of
from tests.desk import SIZE, Frames, heard, opened
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look

FRAMES = Frames("residual-connections")
SPECIFICATION, framed, shown = FRAMES.specification, FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    return opened(View(), qtbot, framed())


def spot(anatomy: Any, part: str, block: int) -> QPoint:
    """A pixel on a part of a block."""
    columns = anatomy.columns()
    row = {"skip": columns.arcs, "norm": columns.boxes, "block": columns.bars}[part]
    return QPointF(columns.x(block) + columns.wide / 2, row.center().y()).toPoint()


# The stack.


@pytest.mark.parametrize(
    ("part", "skip", "norm", "wanted"),
    [
        ("skip", False, "none", Rewire("skip", (7,), (1,))),
        ("skip", True, "none", Rewire("skip", (7,), (0,))),
        ("norm", False, "none", Rewire("norm", (7,), (1,))),
        ("norm", False, "rms", Rewire("norm", (7,), (0,))),
    ],
)
def test_a_press_on_a_block_switches_its_skip_or_its_norm(
    view: View, qtbot: Any, part: str, skip: bool, norm: str, wanted: Rewire
) -> None:
    anatomy, asked = shown(view, skip=skip, norm=norm).anatomy, heard(view)
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, part, 7))
    assert [action for action, _gesture in asked] == [wanted]


def test_a_second_press_leaves_it_to_the_control_again(view: View, qtbot: Any) -> None:
    anatomy, asked = shown(view, 0, (Rewire("skip", (7,), (1,)),)).anatomy, heard(view)
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, "skip", 7))
    assert asked[0][0] == Rewire("skip", (7,), (AS_CONTROL,))


def test_dragging_along_the_arcs_is_one_gesture_and_the_next_drag_another(view: View, qtbot: Any) -> None:
    anatomy, asked = shown(view, skip=True).anatomy, heard(view)
    for blocks in ((3, 4, 5), (9,)):
        qtbot.mousePress(anatomy, LEFT, pos=spot(anatomy, "skip", blocks[0]))
        for block in blocks[1:]:
            qtbot.mouseMove(anatomy, spot(anatomy, "skip", block))
            qtbot.mouseMove(anatomy, spot(anatomy, "norm", block))  # a slip of the hand: not the same row
        qtbot.mouseRelease(anatomy, LEFT, pos=spot(anatomy, "skip", blocks[-1]))
    assert [action.blocks for action, _gesture in asked] == [(3,), (4,), (5,), (9,)]
    assert all(action.what == "skip" and action.on == (0,) for action, _gesture in asked)
    gestures = [gesture for _action, gesture in asked]
    assert len(set(gestures[:3])) == 1
    assert gestures[3] != gestures[0]


def test_a_press_below_marks_a_block_and_the_first_sum_is_none(view: View, qtbot: Any) -> None:
    anatomy, asked = shown(view).anatomy, heard(view)
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, "block", 12))
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, "skip", 0))
    assert [action for action, _gesture in asked] == [Set({"block": 12})]


def test_everything_can_be_done_with_the_keys(view: View, qtbot: Any) -> None:
    anatomy, asked = shown(view, block=5).anatomy, heard(view)
    anatomy.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(anatomy, key)
    wanted = [Set({"block": 6}), Set({"block": 4}), Rewire("skip", (5,), (1,)), Rewire("norm", (5,), (1,))]
    assert [action for action, _gesture in asked] == wanted
    shown(view, block=1)
    qtbot.keyClick(anatomy, Qt.Key.Key_Left)  # there is none before the first
    assert len(asked) == len(wanted)


def test_one_press_adds_the_cure_and_is_over_when_it_is_there(view: View, qtbot: Any) -> None:
    page, asked = shown(view), heard(view)
    qtbot.mouseClick(page.cure, LEFT)
    assert asked[0][0] == Set({"skip": True, "norm": "layer"})
    assert not shown(view, skip=True, norm="rms").cure.isEnabled()
    assert shown(view, 0, (Rewire("norm", (3,), (0,)),), skip=True, norm="rms").cure.isEnabled()


def test_no_arc_is_switched_on_around_a_block_that_changes_the_width(view: View, qtbot: Any) -> None:
    form = network_form(mlp((2, 4, 3, 1), np.random.default_rng(1)))
    simulation = built(SPECIFICATION, checked(Params, {"source": "received"}), 0, (network_artifact(form, "theirs"),))
    view.show_frame(simulation.snapshot())
    anatomy, asked = view.page("stack").anatomy, heard(view)
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, "skip", 4))
    assert asked == []
    qtbot.mouseMove(anatomy, spot(anatomy, "skip", 5))
    qtbot.mouseMove(anatomy, spot(anatomy, "skip", 4))
    assert "No skip fits" in anatomy.toolTip()
    qtbot.mouseClick(anatomy, LEFT, pos=spot(anatomy, "skip", 5))
    assert asked[0][0] == Rewire("skip", (5,), (1,))
    for block, own in ((4, True), (5, False)):
        qtbot.mouseMove(anatomy, spot(anatomy, "block", block))
        assert ("came with the network" in anatomy.toolTip()) == own


def test_what_is_under_the_pointer_is_said(view: View, qtbot: Any) -> None:
    anatomy = shown(view, skip=True).anatomy
    for part, word in (("skip", "skip on"), ("norm", "no norm"), ("block", "gradient")):
        qtbot.mouseMove(anatomy, spot(anatomy, part, 7))
        assert "Block 7" in anatomy.toolTip()
        assert word in anatomy.toolTip()


def test_a_screen_reader_hears_whether_the_gradient_lives(view: View) -> None:
    assert "gradient fades" in shown(view).anatomy.description()
    assert "reach every block" in shown(view, skip=True, norm="layer").anatomy.description()


@pytest.mark.parametrize(
    "values", [{}, {"skip": True, "norm": "layer"}, {"topic": "four"}, {"view": "paths", "skip": True}]
)
def test_the_picture_shows_the_frame_and_nothing_of_the_one_before(view: View, values: dict[str, Any]) -> None:
    shown(view, **values)
    first = view.grab().toImage()
    shown(view, 3, activation="relu", norm="rms")
    shown(view, **values)
    assert view.grab().toImage() == first


@pytest.mark.parametrize(
    ("gradient", "wanted"), [([1e-14, 0.2], (-14, 1)), ([np.nan, 0.0], (-4, 1)), ([1e-40, 1e20], (-30, 12))]
)
def test_the_scale_of_the_bars_holds_what_can_be_drawn(gradient: list[float], wanted: tuple[int, int]) -> None:
    assert gradient_range(np.array(gradient)) == wanted


# The other pages.


def test_chips_ask_for_pages_and_the_two_views_of_a_stack_share_its_run(view: View) -> None:
    asked = heard(view)
    for name in ("paths", "four", "map"):
        view.chips.chosen.emit(name)
    assert [action for action, _gesture in asked] == [
        Set({"view": "paths"}),
        Set({"topic": "four"}),
        Set({"topic": "map"}),
    ]
    shown(view, topic="four")
    view.chips.chosen.emit("paths")
    assert asked[-1][0] == Set({"topic": "stack", "view": "paths"})


def test_the_heads_of_the_four_ways_carry_their_losses_and_open_them(view: View, qtbot: Any) -> None:
    page, asked = shown(view, 2, topic="four", norm="rms"), heard(view)
    assert page.heads["plain"].text().startswith("Neither: ")
    assert page.heads["both"].text() != page.heads["norm"].text()
    qtbot.mouseClick(page.heads["skip"], LEFT)
    qtbot.mouseClick(page.heads["norm"], LEFT)
    assert [action.values["norm"] for action, _gesture in asked] == ["none", "rms"]
    assert [action.values["skip"] for action, _gesture in asked] == [True, False]


def test_the_four_plots_share_one_scale_and_show_their_losses(view: View) -> None:
    frame = framed(3, topic="four", activation="relu", depth=30)
    view.show_frame(frame)
    page, losses = view.page("four"), metrics_of(frame)
    for way, plot in page.plots.items():
        assert plot.series()[0].y[-1] == losses[f"{way}_loss"]
    assert len({(plot.chart().view.y0, plot.chart().view.y1) for plot in page.plots.values()}) == 1


def test_a_press_on_a_stream_marks_the_block_and_the_keys_go_on(view: View, qtbot: Any) -> None:
    streams, asked = shown(view, view="paths", skip=True, norm="layer").streams, heard(view)
    places = [(x, streams.block_at(QPointF(x, streams.height() / 4))) for x in range(streams.width())]
    x = next(x for x, block in places if block == 9)
    qtbot.mouseClick(streams, LEFT, pos=QPoint(x + 2, streams.height() // 4))
    streams.setFocus()
    qtbot.keyClick(streams, Qt.Key.Key_Right)
    assert [action for action, _gesture in asked] == [Set({"block": 9}), Set({"block": 2})]


def test_the_streams_are_as_wide_as_the_gradient_that_flows_in_them() -> None:
    found = framed(view="paths", skip=True, norm="layer").page
    over, through = found.signals.over_skip, found.signals.through
    assert stream_shares(found) == pytest.approx(over / (over + through))
    assert (stream_shares(framed(view="paths").page)[:3] == 0.0).all()


def test_a_landscape_grows_from_below(view: View) -> None:
    values = {"topic": "landscape", "depth": 3, "activation": "tanh"}
    assert "Run" in shown(view, 0, **values).sentence.words()
    grown = shown(view, 40, **values)
    extent = grown.maps[0].relief().extent
    assert extent[2] == -0.5
    assert -0.5 < extent[3] < 0.5
    whole = shown(view, 61, **values)
    assert whole.maps[1].relief().extent[3] == 0.5
    assert "hollows" in whole.sentence.words()


def test_a_cell_of_the_map_opens_its_stack(view: View) -> None:
    page, asked = shown(view, 9, topic="map", activation="tanh"), heard(view)
    page.matrix.requested.emit(0, 3)
    wanted = {"topic": "stack", "view": "stack", "source": "circle", "depth": DEPTHS[3], "gain": GAINS[-1]}
    assert asked[0][0] == Set(wanted)
    middle = len(GAINS) // 2
    assert page.matrix.values()[middle, 0] > 0.3
    assert page.matrix.values()[0, 5] == 0.0  # not run yet


def test_the_edge_is_drawn_between_the_rows_it_lies_between(view: View) -> None:
    page = shown(view, 1, topic="map", activation="tanh")
    edge = view.frame.page.edge
    height = page.matrix.edge_height()
    above, below = (page.matrix.cell_rect(row, 0).center().y() for row in (3, 4))  # of 1.41 and of 1
    assert 1.0 < edge < 1.41
    assert above < height < below
    assert shown(view, 1, topic="map", activation="sigmoid").matrix.edge_height() is None


def test_the_test_page_names_the_build_and_shows_the_goal(view: View) -> None:
    page = shown(view, 2, topic="exam", skip=True, norm="layer")
    assert "LayerNorm" in page.sentence.words()
    assert [line.value for line in page.plot.lines()] == [0.01]
    assert [len(series.x) for series in page.plot.series()] == [3, 3, 3]


# Room.


PAGES = (
    {},
    {"view": "paths", "skip": True},
    {"topic": "four"},
    {"topic": "landscape", "depth": 3},
    {"topic": "map"},
    {"topic": "exam"},
)


@pytest.mark.parametrize("values", PAGES, ids=["stack", "paths", "four", "landscape", "map", "exam"])
@pytest.mark.parametrize("size", [SIZE, (1180, 900)])
def test_the_main_picture_is_most_of_the_page(view: View, values: dict[str, Any], size: tuple[int, int]) -> None:
    view.resize(*size)
    shown(view, 1, **values)
    (picture,) = view.main_picture()
    assert picture is not None
    share = picture.width() * picture.height() / (size[0] * size[1])
    assert share > 0.62, share


@pytest.mark.parametrize("values", PAGES, ids=["stack", "paths", "four", "landscape", "map", "exam"])
def test_a_narrow_box_keeps_the_picture(view: View, values: dict[str, Any]) -> None:
    view.resize(420, 330)
    shown(view, 1, **values)
    (picture,) = view.main_picture()
    assert picture is not None
    assert picture.height() > 200
    assert view.width() <= 480


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_another_look_draws_every_page(view: View, qapp: QApplication, palette: Any) -> None:
    try:
        apply_look(qapp, Look(palette, 1.5))
        for values in PAGES:
            page = shown(view, 1, **values)
            assert page.pictures()
            assert not view.grab().isNull()
    finally:
        apply_look(qapp, Look())


@pytest.mark.parametrize("values", [*PAGES, {"activation": "relu", "depth": 100, "skip": True, "gain": 10.0}])
def test_every_picture_can_be_put_on_paper(view: View, values: dict[str, Any]) -> None:
    page = shown(view, 1, **values)
    for picture in page.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        assert image.pixelColor(2, 2) == Qt.GlobalColor.white


def test_the_card_is_painted_and_stays_inside() -> None:
    image = QImage(180, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(10, 10, 160, 90), LIGHT)
    painter.end()
    colors = {image.pixelColor(x, y).name() for x in range(10, 170) for y in range(10, 100)}
    assert len(colors) > 20
    assert image.pixelColor(5, 50) == Qt.GlobalColor.magenta
