"""Decision boundaries, the picture: painted by mouse and by keys, the network taken in the hand, pages, own data."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.engine.nets.resize import dense_layers
from lab.experiments.e09_decision_boundaries.gestures import Paint, SetPoints, SetWeight
from lab.experiments.e09_decision_boundaries.warp import warp_of
from lab.experiments.e09_decision_boundaries.words import percent, remark
from lab.runtime.track import Track
from tests.desk import LEFT, Desk, drop, on_screen, type_into
from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look
from widgets.graphs.net_map import BIAS, Link

EXPERIMENT = find("decision-boundaries")
SIZE = (715, 555)


def stroke(desk: Desk, *places: tuple[float, float], between: Any = None) -> None:
    canvas = desk.view.board.canvas
    QTest.mousePress(canvas, LEFT, pos=on_screen(canvas, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, on_screen(canvas, *place))
        if between is not None:
            between()
    QTest.mouseRelease(canvas, LEFT, pos=on_screen(canvas, *places[-1]))


def points(desk: Desk) -> int:
    return len(desk.frame.points)


# ------------------------------------------------------------------------------------------- painting


def test_a_drag_paints_and_one_undo_takes_the_whole_stroke_back(desk: Desk) -> None:
    stroke(desk, (-2.0, 2.2), (-1.0, 2.2), (0.0, 2.2))
    assert points(desk) > 305 and desk.frame.points.labels[-1] == 0
    assert desk.track.undo_sentence == "Paint points of class A"
    desk.undo()
    assert points(desk) == 300
    desk.track.redo()
    assert points(desk) > 305


def test_paint_is_on_the_canvas_before_the_frame_comes(desk: Desk) -> None:
    canvas = desk.view.board.canvas
    desk.view.acted.disconnect(desk.act)
    before = canvas.grab().toImage()
    QTest.mousePress(canvas, LEFT, pos=on_screen(canvas, -2.2, -2.2))
    at = on_screen(canvas, -2.2, -2.2)
    assert canvas.grab().toImage().pixelColor(at) != before.pixelColor(at)
    QTest.mouseRelease(canvas, LEFT, pos=at)


def test_a_stroke_made_while_it_learns_is_whole_in_the_log_and_in_a_file(desk: Desk) -> None:
    def learn() -> None:
        for _ in range(3):
            desk.track.work()
        desk.show()

    stroke(desk, *((-2.2 + 0.2 * i, 2.3) for i in range(20)), between=learn)
    shown = desk.frame.points.x.copy()
    assert points(desk) > 315
    pieces = [action for _step, action in desk.track.timeline.log if isinstance(action, Paint)]
    assert len(pieces) > 5 and max(len(piece.x) for piece in pieces) < 12, "pieces overlap a little, not wholly"
    again = Desk(EXPERIMENT.load_view()(), EXPERIMENT)
    again.track.open(desk.track.scene())
    again.track.run_to_goal()
    np.testing.assert_array_equal(again.frame.points.x, shown)
    desk.undo()
    assert points(desk) == 300


def test_a_stroke_made_while_it_stands_still_is_one_entry(desk: Desk) -> None:
    stroke(desk, *((-2.2 + 0.2 * i, 2.3) for i in range(20)))
    assert len(desk.track.timeline.log) == 1 and points(desk) > 315


def test_start_over_keeps_what_was_painted(desk: Desk) -> None:
    stroke(desk, (-2.0, 2.2), (0.0, 2.2))
    count = points(desk)
    desk.go(20)
    desk.track.start_over()
    assert points(desk) == count and desk.frame.step == 0


def test_spray_eraser_and_classes(desk: Desk) -> None:
    board = desk.view.board
    QTest.mouseClick(board.tools.chip("spray"), LEFT)
    QTest.mouseClick(board.kinds.chip("3"), LEFT)
    stroke(desk, (-2.0, -2.0), (-1.0, -2.0))
    assert desk.frame.classes == 4 and (desk.frame.points.labels == 3).sum() >= 8
    QTest.mouseClick(board.tools.chip("eraser"), LEFT)
    board.size_slider.changed.emit(0.16)
    stroke(desk, (-2.4, -2.0), (-1.5, -2.0), (-0.4, -2.0))
    assert (desk.frame.points.labels == 3).sum() == 0 and desk.frame.classes == 2
    desk.undo()
    assert (desk.frame.points.labels == 3).sum() >= 8
    QTest.mouseClick(board.kinds.chip("1"), LEFT)  # choosing a class takes the brush again
    assert board.tools.chosen_keys() == ("brush",)


def test_by_keyboard_the_arrows_move_and_enter_paints(desk: Desk) -> None:
    canvas = desk.view.board.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert points(desk) == 301
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert points(desk) == 302
    desk.undo()
    assert points(desk) == 301, "each press is a stroke of its own"


def test_the_ball_asks_where_it_is_put(desk: Desk) -> None:
    desk.go(300)
    QTest.mouseClick(desk.view.board.tools.chip("ask"), LEFT)
    stroke(desk, (1.0, 1.0), (0.5, 0.5), (0.0, 0.0))
    assert desk.frame.ball == pytest.approx((0.0, 0.0), abs=0.03) and points(desk) == 300
    assert desk.metrics["p_b"] > 0.5
    desk.undo()
    assert desk.frame.ball[0] > 1.5


def test_the_ball_is_dragged_with_the_brush_in_the_hand_too(desk: Desk) -> None:
    stroke(desk, desk.frame.ball, (1.0, 1.0), (0.0, 0.5))
    assert desk.frame.ball == pytest.approx((0.0, 0.5), abs=0.03) and points(desk) == 300
    desk.undo()
    assert desk.frame.ball[0] > 1.5


def test_hovering_reads_and_changes_nothing(desk: Desk) -> None:
    canvas = desk.view.board.canvas
    log = len(desk.track.timeline.log)
    QTest.mouseMove(canvas, on_screen(canvas, 0.0, 0.0))
    canvas.hovered.emit(0.0, 0.0)
    assert any(mark in canvas.readout() for mark in "●▲") and len(desk.track.timeline.log) == log
    canvas.unhovered.emit()
    assert canvas.readout() == ""


# -------------------------------------------------------------------------------------------- the network


def test_a_link_is_dragged_and_undone_as_one(desk: Desk) -> None:
    net = desk.view.network.net
    at = net.places().middle(0, 2, 0).toPoint()
    link = net.link_at(net.places().middle(0, 2, 0))
    before = net.shape().weight(link)
    desk.drag(net, at, at - QPoint(0, 60))
    after = dense_layers(desk.frame.network)[link.layer].weight[link.source, link.unit]
    assert after == pytest.approx(before + 1.5, abs=0.03)
    desk.undo()
    assert net.shape().weight(link) == pytest.approx(before)


def test_a_weight_is_typed_as_a_fraction_and_rubbish_is_refused(desk: Desk) -> None:
    net = desk.view.network.net
    net.edit(Link(1, 0, 3))
    type_into(net.field, "1/4")
    assert dense_layers(desk.frame.network)[1].weight[3, 0] == 0.25 and not net.field.isVisible()
    net.edit(Link(0, 1, BIAS))
    type_into(net.field, "rubbish")
    assert net.field.isVisible() and net.field.wrong
    QTest.keyClick(net.field, Qt.Key.Key_Escape)
    assert not net.field.isVisible()
    net.edit(Link(0, 1, BIAS))
    type_into(net.field, "-0,5")
    assert dense_layers(desk.frame.network)[0].bias[1] == -0.5


def test_links_by_keyboard(desk: Desk) -> None:
    net = desk.view.network.net
    net.setFocus()
    QTest.keyClick(net, Qt.Key.Key_Down)
    before = net.shape().weight(Link(0, 0, 0))
    QTest.keyClick(net, Qt.Key.Key_PageUp)
    assert net.shape().weight(Link(0, 0, 0)) == pytest.approx(before + 0.1)
    QTest.keyClick(net, Qt.Key.Key_Down)
    QTest.keyClick(net, Qt.Key.Key_Down)
    QTest.keyClick(net, Qt.Key.Key_Return)
    assert net.field.isVisible()


def test_units_and_layers_come_and_go(desk: Desk) -> None:
    desk.go(100)
    side = desk.view.network
    field = desk.frame.maps.field.copy()
    QTest.mouseClick(side.steppers[0].more, LEFT)
    assert desk.frame.hidden_layers == (5,) and desk.params.hidden == "5"
    np.testing.assert_allclose(desk.frame.maps.field, field, atol=1e-6)
    QTest.mouseClick(side.deeper, LEFT)
    assert desk.frame.hidden_layers == (5, 5) and desk.frame.step == 100
    QTest.mouseClick(side.steppers[1].less, LEFT)
    assert desk.frame.hidden_layers == (5, 4)
    for _ in range(3):
        desk.undo()
    assert desk.frame.hidden_layers == (4,)
    np.testing.assert_array_equal(desk.frame.maps.field, field)
    QTest.mouseClick(side.flatter, LEFT)
    assert desk.frame.hidden_layers == () and not side.flatter.isEnabled()


def test_clicks_faster_than_the_frames_all_count(desk: Desk) -> None:
    side = desk.view.network
    desk.view.acted.disconnect(desk.act)
    asked: list[Any] = []
    desk.view.acted.connect(lambda action, gesture: asked.append((action, gesture)))
    for button in (side.deeper, side.deeper, side.steppers[0].more, side.steppers[0].more, side.steppers[0].less):
        QTest.mouseClick(button, LEFT)
    assert len(asked) == 5
    for action, gesture in asked[:2]:
        desk.act(action, gesture)  # an answer on the way, and clicks go on from the last
    QTest.mouseClick(side.steppers[0].less, LEFT)
    QTest.mouseClick(side.flatter, LEFT)
    for action, gesture in asked[2:]:
        desk.act(action, gesture)
    assert desk.frame.hidden_layers == (4, 4)
    assert desk.params.hidden == "4-4"
    for _click in range(9):
        QTest.mouseClick(side.deeper, LEFT)
    assert len(asked[7:]) == 4, "six layers at most"


def test_after_undo_a_click_counts_from_what_is_there(desk: Desk) -> None:
    side = desk.view.network
    QTest.mouseClick(side.deeper, LEFT)
    desk.undo()
    QTest.mouseClick(side.steppers[0].more, LEFT)
    assert desk.frame.hidden_layers == (5,)


def test_a_click_that_was_never_answered_is_forgotten(desk: Desk) -> None:
    side = desk.view.network
    desk.view.acted.disconnect(desk.act)
    QTest.mouseClick(side.deeper, LEFT)
    QTest.qWait(1_050)
    desk.view.acted.connect(desk.act)
    QTest.mouseClick(side.steppers[0].more, LEFT)
    assert desk.frame.hidden_layers == (5,)


def test_a_received_network_is_widened_from_what_it_is(desk: Desk) -> None:
    given = played(EXPERIMENT.load(), Setting({"hidden": "3"}, steps=50)).offer("network")
    values = {"data": "received", "start": "received"}
    desk.track = Track(EXPERIMENT, Scene(EXPERIMENT.id, params=values, artifacts=(given,)))
    desk.track.run_to_goal()
    desk.show()
    side = desk.view.network
    assert desk.frame.hidden_layers == (3,) and desk.params.hidden == "4"
    QTest.mouseClick(side.steppers[0].more, LEFT)
    assert desk.frame.hidden_layers == (4,)
    QTest.mouseClick(side.deeper, LEFT)
    assert desk.frame.hidden_layers == (4, 4)
    desk.undo()
    desk.undo()
    assert desk.frame.hidden_layers == (3,)


def test_a_unit_under_the_pointer_is_shown_on_the_canvas(desk: Desk) -> None:
    net, canvas = desk.view.network.net, desk.view.board.canvas
    QTest.mouseMove(net, net.places().tiles[1][2].center().toPoint())
    assert canvas.unit is not None
    QTest.mouseMove(net, QPoint(2, 2))
    assert canvas.unit is None


# ---------------------------------------------------------------------------------- pages and own data


def test_pages_turn_and_the_way_to_the_layer_is_a_slider(desk: Desk, qtbot: Any) -> None:
    desk.go(200)
    QTest.mouseClick(desk.view.pages.chip("warp"), LEFT)
    assert desk.display.page == "warp" and desk.view.warp.canvas.isVisible()
    whole = desk.view.warp.canvas.grab().toImage()
    desk.view.warp.morph.slider.changed.emit(0.0)
    assert desk.display.morph == 0.0 and desk.view.warp.canvas.grab().toImage() != whole
    assert not desk.view.warp.morph.gliding
    QTest.mouseClick(desk.view.warp.morph.play, LEFT)
    qtbot.waitUntil(lambda: desk.display.morph == 1.0, timeout=4000)
    QTest.mouseClick(desk.view.pages.chip("numbers"), LEFT)
    assert desk.view.numbers.readouts.readout("parameters").text_shown() == "17"
    QTest.mouseClick(desk.view.numbers.readouts.readout("parameters"), LEFT)
    assert desk.requested == ["parameters"]


def test_hidden_points_are_shown_when_requested_for_but_never_those_of_the_secret(make: Any) -> None:
    desk = make()
    assert len(desk.view.board.canvas.points()) < 300
    desk.show_option("test_points", True)
    assert len(desk.view.board.canvas.points()) == 300 and desk.view.board.canvas.hollow().sum() == 89
    secret = make(data="secret")
    secret.show_option("test_points", True)
    assert len(secret.view.board.canvas.points()) == (~secret.frame.held_out).sum()


def test_a_pasted_table_becomes_points(desk: Desk) -> None:
    view = desk.view
    rows = "\n".join(f"{i},{i * i % 17},{'cat' if i % 2 else 'dog'}" for i in range(40))
    assert drop(view, text="age,size,kind\n" + rows)
    assert view.own.isVisible() and view.own.use.isEnabled()
    QTest.mouseClick(view.own.use, LEFT)
    assert desk.params.data == "own" and points(desk) == 40
    assert desk.frame.canvas_info.classes == ("cat", "dog") and view.board.canvas.isVisible()
    desk.undo()
    assert points(desk) == 0


def test_of_a_table_too_long_for_the_canvas_a_random_sample_is_offered(desk: Desk, qtbot: Any) -> None:
    rows = "".join(f"{i},{i % 17},{'cat' if i < 9000 else 'dog'}\n" for i in range(10_400))
    own = desk.view.own
    drop(desk.view, text="age,size,kind\n" + rows)
    qtbot.waitUntil(own.sample.isVisible, timeout=10_000)
    assert not own.use.isEnabled() and "room for 10000" in own.sentence.text()
    own.sample.setChecked(True)
    QTest.mouseClick(own.use, LEFT)
    assert points(desk) == 10_000 and set(desk.frame.points.labels.tolist()) == {0, 1}


def test_a_table_without_classes_is_refused_and_nothing_is_lost(desk: Desk) -> None:
    view = desk.view
    drop(view, text="a,b,c\n" + "\n".join(f"{i},{i},{i}" for i in range(9)))
    assert not view.own.use.isEnabled() and "classes" in view.own.sentence.text()
    QTest.keyClick(view.own, Qt.Key.Key_Escape)
    assert view.board.canvas.isVisible() and points(desk) == 300


# ------------------------------------------------------------------------------------- the picture


def test_it_is_exported_on_white_in_every_page_and_drawn_in_the_dark(desk: Desk) -> None:
    desk.go(60)
    for page in ("network", "warp", "numbers"):
        desk.show_option("page", page)
        for picture in desk.view.pictures():
            image = QImage(300, 220, QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            picture.render_to(painter, QRectF(0, 0, 300, 220))
            painter.end()
            assert image.pixelColor(1, 1).lightness() > 240
    app = QApplication.instance()
    apply_look(app, Look(palette=DARK, scale=1.5))
    desk.view.grab()
    apply_look(app, Look())


@pytest.mark.parametrize("size", [(715, 555), (420, 300), (1100, 900), (330, 240)])
def test_it_keeps_its_size_whatever_is_said(desk: Desk, size: tuple[int, int]) -> None:
    desk.view.resize(*size)
    QApplication.processEvents()
    canvas = desk.view.board.canvas.size()
    wide = desk.view.width()
    desk.view.playing = True
    for step in range(1, 60, 6):
        desk.go(step)
        desk.view.show_display(desk.display)
        QApplication.processEvents()
    assert desk.view.width() == wide and desk.view.board.canvas.size() == canvas


def test_a_tall_screen_has_the_loss_below_a_larger_canvas(desk: Desk) -> None:
    view = desk.view
    boxes = {}
    for size in ((715, 555), (758, 870), (715, 555)):
        view.resize(*size)
        QApplication.processEvents()
        boxes[size] = view.board.canvas.width()
        below = view.chart.mapTo(view, QPoint()).y() >= view.board.geometry().bottom()
        assert below == (size[1] == 870)
        assert view.board.kinds.height() < 40, "all four classes stand in one row"
    assert boxes[758, 870] > boxes[715, 555] > 400
    desk.show_option("page", "warp")
    assert view.accuracy.isHidden()
    desk.show_option("page", "numbers")
    assert not view.accuracy.isHidden() and view.accuracy.series()


def test_frames_of_any_network_are_drawn_in_any_order(desk: Desk) -> None:
    specification = EXPERIMENT.load()
    settings = [replace(preset.setting, steps=20) for preset in specification.presets]
    frames = [played(specification, setting).snapshot() for setting in settings]
    deep = Setting({"hidden": "32-32-32-32-32-32", "features": ("x1", "x2", "sin_x1", "product")}, steps=3)
    frames.append(played(specification, deep).snapshot())
    frames.append(played(specification, specification.breaking("rate").setting).snapshot())
    frames.append(played(specification, Setting({"data": "empty"})).snapshot())
    for page in ("network", "warp", "numbers"):
        desk.show_option("page", page)
        for frame in (*frames, *reversed(frames)):
            desk.view.show_frame(frame)
            desk.view.grab()


def test_a_canvas_of_ten_thousand_points_takes_a_stroke(make: Any, qapp: QApplication) -> None:
    desk = make(n=9990, data="spirals")
    stroke(desk, (-2.4, 2.4), (0.0, 2.4), (2.4, 2.4))
    assert points(desk) == 10_000 and "full" in remark(desk.frame)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize(("gate", "bias", "stuck"), [("sigmoid", 50, 1), ("sigmoid", -50, 1), ("tanh", -50, 1),
                                                      ("sigmoid", 2, 0), ("relu", 50, 0)])  # fmt: skip
def test_a_unit_saturated_everywhere_is_named(gate: str, bias: float, stuck: int) -> None:
    setting = Setting({"activation": gate, "hidden": "4"}, 0, ((0, SetWeight(0, 0, BIAS, bias)),))
    frame = played(EXPERIMENT.load(), setting).snapshot()
    assert frame.stuck_units == stuck
    assert ("saturated" in remark(frame)) == bool(stuck)


@pytest.mark.parametrize("preset", ["circle", "moons", "spirals", "smiley", "blobs"])
@pytest.mark.parametrize("morph", [0.0, 0.5, 1.0])
def test_the_window_of_the_bent_space_follows_the_points(preset: str, morph: float) -> None:
    """They reach over most of it, and none lies outside, wherever the corners of the canvas are taken."""
    specification = EXPERIMENT.load()
    frame = played(specification, replace(specification.preset(preset).setting, steps=40)).snapshot()
    warp = warp_of(frame, 0, morph, True)
    low, high = warp.points.min(axis=0), warp.points.max(axis=0)
    assert (high - low).max() > 0.8 * 2 * warp.reach
    assert (np.abs(warp.points - np.array(warp.middle)) <= warp.reach).all()


def test_an_empty_canvas_has_a_bent_space_all_the_same() -> None:
    frame = played(EXPERIMENT.load(), Setting({"data": "empty"})).snapshot()
    warp = warp_of(frame, 0, 0.0, True)
    assert np.abs(warp.lines - np.array(warp.middle)).max() <= warp.reach


def test_all_tools_stand_in_one_row_where_there_is_room(desk: Desk) -> None:
    for width, rows in ((702, 1), (600, 2)):
        desk.view.resize(width, 512)
        QApplication.processEvents()
        tops = {part.mapTo(desk.view, QPoint()).y() for part in (desk.view.board.tools, desk.view.board.kinds)}
        assert len(tops) == rows


@pytest.mark.parametrize("size", [(660, 540), (660, 360)])
def test_the_epoch_is_always_said_and_how_many_are_right_also_where_there_is_little_room(
    make: Any, size: tuple[int, int]
) -> None:
    desk = make()
    desk.go(60)
    desk.view.resize(*size)
    QApplication.processEvents()
    board, frame = desk.view.board, desk.frame
    assert board.sentence.isVisible() and board.readouts.isVisible(), "where it is low the view scrolls"
    said = board.sentence.toolTip()
    assert said.startswith(f"Epoch {int(frame.epoch)} ·") and frame.epoch >= 1
    share = percent(frame.seen.accuracy)
    assert f"{share} right" not in said
    assert share == board.readouts.readout("accuracy_seen").text_shown()


def test_classes_and_axes_of_own_data_go_by_its_names_and_units(make: Any) -> None:
    desk = make(data="own")
    rows = (150.0, 160.0, 170.0, 190.0), (50.0, 60.0, 90.0, 80.0), (0, 1, 2, 2)
    desk.act(SetPoints(*rows, ("height", "weight"), ("cat", "dog", "pony with a long name")))
    board = desk.view.board
    assert [board.kinds.chip(key).text() for key in "0123"] == ["● cat", "▲ dog", "■ pony wit…", "◆ D"]
    assert board.kinds.chip("2").toolTip() == "Paint class pony with a long name"
    assert board.kinds.chosen_keys() == ("0",)
    info = desk.frame.canvas_info
    assert info.scaled and board.canvas.units() == info.scales
    best = max(range(3), key=lambda kind: desk.frame.beliefs[kind])
    assert board.readouts.readout("ball").text_shown().startswith(info.class_name(best))
    desk.view.network.net.grab()
    desk.act(Set({"data": "circle"}))
    assert board.kinds.chip("2").text() == "■ C" and board.canvas.units() == ((0.0, 1.0), (0.0, 1.0))
