"""Gradient descent, the picture: it draws any frame in any order, and turns what the hand does into
gestures."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QStyle, QStyleOptionComboBox, QWidget

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.numbers import show_number
from lab.core.params import replaced
from lab.core.simulation import Set
from lab.experiments.e05_gradient_descent import scenery
from lab.experiments.e05_gradient_descent.arithmetic import update_line
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.gestures import Follow, Place
from lab.experiments.e05_gradient_descent.settings import Display
from lab.experiments.e05_gradient_descent.view import View
from tests.asking import metrics_of, sentence_of, why_of
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.canvas import layers
from widgets.canvas.stage import Stage
from widgets.text.readout import MISSING

SPECIFICATION = find("gradient-descent").load()
ALL_SIX = ("sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw")
LEFT = Qt.MouseButton.LeftButton


def framed(steps: int = 6, actions: tuple[tuple[int, Any], ...] = (), **values: Any) -> DescentFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the views of the tests before
    made = View()
    qtbot.addWidget(made)
    made.resize(760, 600)
    made.show_display(Display())
    made.show()
    made.show_frame(framed())
    made.activateWindow()
    QApplication.processEvents()
    return made


def of_kind(view: View, kind: type) -> list[Any]:
    return [layer for layer in view.landscape.hill.layers() if isinstance(layer, kind)]


def pixel(stage: Stage, x: float, y: float) -> QPoint:
    across, down = stage.view().screen(x, y)
    return QPointF(across, down).toPoint()


def pixels(image: QImage) -> np.ndarray:
    """[H, W, 4]"""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)


def drag(qtbot: Any, stage: Stage, start: QPoint, *stops: QPoint) -> None:
    qtbot.mousePress(stage, LEFT, pos=start)
    for stop in stops:
        qtbot.mouseMove(stage, stop)
    qtbot.mouseRelease(stage, LEFT, pos=stops[-1] if stops else start)


def heard(view: View) -> list[tuple[Any, str]]:
    """Every action with the gesture it belongs to, as the box hears them."""
    found: list[tuple[Any, str]] = []
    view.acted.connect(lambda action, gesture: found.append((action, gesture)))
    return found


# ------------------------------------------------------------------------------------------- drawing


def test_a_frame_is_shown_with_trails_balls_arrow_start_and_curves(view: View) -> None:
    frame = framed()
    balls, trails = of_kind(view, layers.Ball), of_kind(view, layers.Trail)
    assert [(ball.x, ball.y) for ball in balls if ball.highlighted] == [(frame.ball.x, frame.ball.y)]
    assert len(balls) == len(trails) == 2 and np.array_equal(trails[-1].points, frame.trail(0))
    arrow = of_kind(view, layers.Arrow)[-1]
    dx, dy = frame.ball.goes.change
    assert arrow.dy / arrow.dx == pytest.approx(dy / dx) and arrow.label.startswith("next step")
    assert [handle.name for handle in of_kind(view, layers.Handle)] == ["start", "ball sgd", "ball momentum"]
    assert view.curves.sums.along_x.text() == update_line(frame, "x")
    assert view.landscape.hill.description() == view.curves.loss.description() == sentence_of(frame)


def test_frames_are_drawn_in_any_order_and_the_same_frame_gives_the_same_picture(view: View) -> None:
    frame = framed()
    first, count = view.landscape.hill.grab().toImage(), len(view.landscape.hill.layers())
    for step in (40, 0, 3, 6):
        view.show_frame(framed(step))
        view.grab()
    view.show_frame(frame)
    again = view.landscape.hill.grab().toImage()
    assert len(view.landscape.hill.layers()) == count
    different = np.abs(pixels(again).astype(int) - pixels(first)).max(axis=-1) > 64
    assert different.mean() < 2e-3  # a line drawn piece by piece is softer at its joints


@pytest.mark.parametrize(
    "values",
    [
        {"optimizers": ALL_SIX, "surface": "saddle"},
        {"surface": "crickets", "learning_rate": 0.0015},
        {"surface": "houses", "learning_rate": 1.0},
        {"surface": "rosenbrock", "learning_rate": 1.0, "optimizers": ("sgd",)},
        {"surface": "formula", "formula": "log(-1 - x^2)"},
        {"surface": "formula", "formula": "3"},
        {"surface": "bowl", "start": "own", "start_x": 0.0, "start_y": 0.0, "optimizers": ALL_SIX},
        {"schedule": "cosine", "schedule_steps": 10, "noise": 0.3},
        {"surface": "ravine", "learning_rate": 0.5, "optimizers": ("nesterov", "adam")},
    ],
    ids=["race", "real", "real lost", "lost", "no value", "flat", "no slope", "schedule", "ravine lost"],
)
def test_every_kind_of_state_can_be_drawn_in_every_view(view: View, values: dict[str, Any]) -> None:
    frames = [framed(steps, **values) for steps in (0, 12, 200)]
    for name in ("map", "3d", "slice", "data"):
        view.show_display(replaced(Display(), {"view": name, "log_loss": name == "map"}))
        for frame in frames:
            view.show_frame(frame)
            assert not view.grab().isNull()


def test_only_a_lines_loss_has_a_data_view(view: View) -> None:
    assert not view.chips.chip("data").isVisible()
    view.show_display(replaced(Display(), {"view": "data"}))
    assert view.landscape.currentWidget() is view.landscape.hill  # there are no data: the map is shown
    view.show_frame(framed(surface="crickets-standardised", learning_rate=0.1))
    assert view.chips.chip("data").isVisible() and view.landscape.currentWidget() is view.landscape.data
    assert view.chips.chosen_keys() == ("data",) and view.title.text() == "The data and the lines"


def test_a_line_of_the_data_view_is_in_the_units_of_the_table() -> None:
    frame = framed(200, surface="crickets-standardised", learning_rate=0.1, optimizers=("sgd",))
    best, line = scenery.data_parts(frame, LIGHT)[0]
    assert line.x[0] == pytest.approx(17.2) and np.allclose(line.y, best.y, rtol=1e-6)


def test_options_hide_and_show_parts_and_leave_the_frame_alone(view: View) -> None:
    frame = framed()
    before = repr(metrics_of(frame))
    assert of_kind(view, layers.Mark)
    for option, kind in (("arrows", layers.Arrow), ("trails", layers.Trail), ("contours", layers.Mark)):
        view.show_display(replaced(Display(), {option: False}))
        view.show_frame(frame)
        assert not of_kind(view, kind)
    assert repr(metrics_of(frame)) == before


def test_a_logarithmic_chart_shows_the_loss_above_the_lowest(view: View) -> None:
    view.show_display(replaced(Display(), {"log_loss": True}))
    assert view.curves.title.text() == "Loss above the lowest, at each step" and view.curves.log.isChecked()
    frame = framed()
    curve = scenery.loss_series(frame, replaced(Display(), {"log_loss": True}), LIGHT)[0]
    assert curve.y[-1] == pytest.approx(frame.ball.loss - frame.terrain.lowest) and curve.y.min() > 0


def test_a_schedule_is_drawn_under_the_loss_with_its_steps_under_the_same_steps(view: View) -> None:
    assert not view.curves.scheduled
    view.show_frame(framed(20, schedule="cosine", schedule_steps=30))
    QApplication.processEvents()
    view.grab()
    loss, rate = view.curves.loss.chart().view, view.curves.rate.chart().view
    assert view.curves.rate.isVisible()
    assert (loss.x0, loss.x1, loss.left, loss.width) == (rate.x0, rate.x1, rate.left, rate.width)


def test_a_step_too_short_to_see_is_drawn_larger_and_says_how_much(view: View) -> None:
    view.show_frame(framed(200, surface="houses", learning_rate=2.6e-7, optimizers=("sgd",)))
    arrow = of_kind(view, layers.Arrow)[-1]
    scale = view.landscape.hill.view()
    long = np.hypot(arrow.dx * scale.width / (scale.x1 - scale.x0), arrow.dy * scale.height / (scale.y1 - scale.y0))
    assert re.search("×4\u202f\\d00\u202f000$", arrow.label) and 25 < long < 45
    view.show_frame(framed(0, learning_rate=1.0))
    assert of_kind(view, layers.Arrow)[-1].label == "next step"


def test_the_slope_and_the_velocity_add_up_to_the_next_step(view: View) -> None:
    view.show_frame(framed(4, ((0, Follow("momentum")),), learning_rate=0.1))
    slope, velocity, step = of_kind(view, layers.Arrow)
    assert [slope.label, velocity.label] == ["slope", "velocity"]
    assert (slope.dx + velocity.dx, slope.dy + velocity.dy) == pytest.approx((step.dx, step.dy))


def test_curves_follow_a_stream_of_frames_ten_times_a_second_and_a_resting_run_at_once(view: View) -> None:
    seventh, eighth = framed(7), framed(8)
    view.playing = True
    view.show_frame(seventh)
    shown = view.curves.sums.along_x.text()
    view.show_frame(eighth)
    assert view.curves.sums.along_x.text() == shown != update_line(eighth, "x")
    assert of_kind(view, layers.Trail)[-1].points.shape[0] == 9  # the map is up to date all the same
    view.playing = False
    view.show_frame(eighth)
    assert view.curves.sums.along_x.text() == update_line(eighth, "x")


def test_the_steepness_and_the_length_of_the_last_step_stand_beside_the_curve(view: View, qtbot: Any) -> None:
    frame, shown = framed(), view.curves.lengths.readout
    dx, dy = frame.ball.came.change
    assert shown("gradient_norm").text_shown() == show_number(float(np.hypot(*frame.ball.slope)), 3)
    assert shown("step_length").text_shown() == show_number(float(np.hypot(dx, dy)), 3)
    asked: list[str] = []
    view.requested.connect(asked.append)
    for name in ("gradient_norm", "step_length"):
        qtbot.mouseClick(shown(name), LEFT)
    assert asked == ["gradient_norm", "step_length"]
    view.show_frame(framed(0))  # no step was taken yet
    assert shown("step_length").text_shown() == MISSING != shown("gradient_norm").text_shown()


def test_the_steepness_stays_where_there_is_little_room(view: View) -> None:
    view.resize(380, 320)
    QApplication.processEvents()
    assert all(view.curves.lengths.readout(name).isVisible() for name in ("gradient_norm", "step_length"))


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_the_name_of_the_followed_ball_is_whole(view: View, qapp: QApplication, scale: float) -> None:
    apply_look(qapp, Look(), scale=scale)
    view.resize(1100, 800)
    view.show_frame(framed(6, ((0, Follow("momentum")),)))
    QApplication.processEvents()
    box = view.followed
    style = QStyleOptionComboBox()
    box.initStyleOption(style)
    edit = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, style, edit, box).width()
    assert room >= box.fontMetrics().horizontalAdvance(box.currentText())
    apply_look(qapp, Look())


# ------------------------------------------------------------------------------------------- the hand


def test_options_are_drawn_at_once_while_frames_come_in_a_stream(view: View) -> None:
    view.playing = True
    view.show_frame(framed())
    assert of_kind(view, layers.Trail)
    view.show_display(Display(trails=False))
    assert not of_kind(view, layers.Trail)


def test_dragging_the_start_sets_it_on_the_way_as_one_gesture(view: View, qtbot: Any) -> None:
    found = heard(view)
    start = pixel(view.landscape.hill, -2.6, -1.2)
    there = pixel(view.landscape.hill, -1.0, 1.0)
    drag(qtbot, view.landscape.hill, start, (start + there) / 2, there)
    drag(qtbot, view.landscape.hill, there, start)
    sets = [action for action, _gesture in found]
    assert all(isinstance(action, Set) and action.values["start"] == "own" for action in sets)
    last = sets[-2 if len(sets) > 2 else -1].values
    assert any(
        (action.values["start_x"], action.values["start_y"]) == pytest.approx((-1.0, 1.0), abs=0.03) for action in sets
    ), last
    gestures = list(dict.fromkeys(gesture for _action, gesture in found))
    assert len(gestures) == 2 and all(gestures)


def test_dragging_a_ball_places_it_and_pressing_it_follows_it(view: View, qtbot: Any) -> None:
    found = heard(view)
    ball = framed().balls[1]
    place = pixel(view.landscape.hill, ball.x, ball.y)
    drag(qtbot, view.landscape.hill, place)
    assert found == [(Follow("momentum"), "")]
    drag(qtbot, view.landscape.hill, place, pixel(view.landscape.hill, 0.5, -0.5))
    action, gesture = found[-1]
    assert isinstance(action, Place) and action.optimizer == "momentum" and gesture
    assert (action.x, action.y) == pytest.approx((0.5, -0.5), abs=0.03)


def test_keys_move_the_start_and_after_enter_a_ball(view: View, qtbot: Any) -> None:
    found = heard(view)
    view.landscape.hill.setFocus()
    qtbot.keyClick(view.landscape.hill, Qt.Key.Key_Right)
    action, gesture = found[-1]
    assert action.values["start_x"] > -2.6 and action.values["start_y"] == -1.2 and gesture
    qtbot.keyClick(view.landscape.hill, Qt.Key.Key_Return)
    qtbot.keyClick(view.landscape.hill, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(found[-1][0], Place) and found[-1][0].optimizer == "sgd"
    assert 0 < found[-1][0].y - framed().ball.y < 0.02  # shift is a tenth


def test_at_the_start_the_hand_takes_the_start_and_not_a_ball(view: View, qtbot: Any) -> None:
    view.show_frame(framed(0))
    assert [handle.name for handle in of_kind(view, layers.Handle)] == ["start"]
    found = heard(view)
    drag(
        qtbot,
        view.landscape.hill,
        pixel(view.landscape.hill, -2.6, -1.2),
        pixel(view.landscape.hill, 0.0, 0.0),
    )
    assert isinstance(found[-1][0], Set)


def test_the_list_above_the_map_follows_a_ball_too(view: View) -> None:
    found = heard(view)
    view.followed.setCurrentIndex(1)
    view.followed.activated.emit(1)
    assert found == [(Follow("momentum"), "")]
    view.show_frame(framed(6, ((0, Follow("momentum")),)))
    assert view.followed.chosen_key() == "momentum"
    view.show_frame(framed(6, optimizers=("adam",)))
    assert not view.followed.isVisible()


def test_chips_ask_for_another_view_and_another_axis(view: View, qtbot: Any) -> None:
    requested: list[tuple[str, object]] = []
    view.display_changed.connect(lambda name, value: requested.append((name, value)))
    for key in ("3d", "slice", "map"):
        qtbot.mouseClick(view.chips.chip(key), LEFT)
    qtbot.mouseClick(view.curves.log, LEFT)
    assert requested == [("view", "3d"), ("view", "slice"), ("view", "map"), ("log_loss", True)]


def test_a_press_on_a_sum_asks_for_its_derivation(view: View, qtbot: Any) -> None:
    requested: list[str] = []
    view.requested.connect(requested.append)
    qtbot.mouseClick(view.curves.sums.along_x, LEFT)
    view.curves.sums.along_y.setFocus()
    qtbot.keyClick(view.curves.sums.along_y, Qt.Key.Key_Return)
    assert requested == ["next_x", "next_y"]
    assert all(why_of(framed(), name) is not None for name in requested)


def test_pointing_at_the_map_reads_the_loss_there_and_changes_nothing(view: View, qtbot: Any) -> None:
    found = heard(view)
    view.landscape.hill.hovered.emit(1.5, -0.35)
    assert "loss −1.78" in view.landscape.hill.readout()
    view.landscape.hill.unhovered.emit()
    assert view.landscape.hill.readout() == "" and found == []


def test_what_was_read_on_a_landscape_goes_with_it(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    view.landscape.hill.hovered.emit(1.5, -0.35)
    for stage in (view.landscape.hill, view.landscape.block):
        monkeypatch.setattr(stage, "set_readout", written.append)
    view.show_frame(framed(7))
    assert written == []  # the same ground: what was read is still true
    view.show_frame(framed(7, surface="bowl"))
    assert written == ["", ""]


# ----------------------------------------------------------------------------------------- the window


@pytest.mark.parametrize("change", [{"palette": DARK}, {"scale": 1.5}, {"scale": 0.9}], ids=["dark", "150", "90"])
def test_theme_and_text_size_change_while_it_is_shown(view: View, qapp: QApplication, change: dict[str, Any]) -> None:
    view.resize(1100, 900)  # room for all parts in all sizes
    QApplication.processEvents()
    before, height, size = view.grab().toImage(), view.curves.loss.height(), view.size()
    apply_look(qapp, Look(), **change)
    QApplication.processEvents()
    after = view.grab().toImage()
    assert after != before
    scale = change.get("scale", 1.0)
    assert view.curves.loss.height() == pytest.approx(height * scale, abs=1)
    apply_look(qapp, Look())
    QApplication.processEvents()
    assert view.grab().size() == size


def test_a_small_screen_gets_lower_curves(view: View) -> None:
    height = view.curves.loss.height()
    view.set_compact(True)
    assert view.curves.loss.height() < height


def test_where_there_is_little_room_the_landscape_keeps_its_size_and_nothing_goes(view: View) -> None:
    view.resize(380, 320)
    for _round in range(6):
        QApplication.processEvents()
    assert view.width() == 380 and view.curves.sums.isVisible() and view.followed.isVisible()
    assert view.curves.loss.height() < view.landscape.hill.height() >= view.PICTURE
    view.resize(760, 600)
    QApplication.processEvents()
    assert view.curves.sums.isVisible() and view.followed.isVisible() and view.title.isVisible()


def printed(canvas: Any) -> QImage:
    image = QImage(600, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    canvas.render_to(painter, QRectF(0, 0, 600, 360))
    painter.end()
    return image


@pytest.mark.parametrize("name", ["map", "3d", "slice", "data"])
def test_its_pictures_are_painted_on_white_in_the_colours_of_the_light_theme(
    view: View, qapp: QApplication, name: str
) -> None:
    view.show_frame(framed(8, surface="crickets", learning_rate=0.0015, schedule="cosine"))
    view.show_display(replaced(Display(), {"view": name}))
    apply_look(qapp, Look(palette=DARK))
    pictures = [printed(canvas) for canvas in view.pictures()]
    assert len(pictures) == 3 and all(p.pixelColor(1, 1) == Qt.GlobalColor.white for p in pictures)
    orange = np.array([int(LIGHT.categories[1][i : i + 2], 16) for i in (1, 3, 5)])
    assert (np.abs(pixels(pictures[1])[..., :3].astype(int) - orange).max(axis=-1) < 8).any()
    assert view.curves.loss.series()[0].color == DARK.categories[1]  # and the window is as it was


def test_everything_that_takes_the_focus_has_a_name(view: View) -> None:
    view.show_frame(framed(surface="crickets", learning_rate=0.001, schedule="step"))
    takers = [w for w in view.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    takers = [w for w in takers if w.isVisibleTo(view) and w.focusProxy() is None]
    assert len(takers) >= 8
    for widget in takers:
        named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
        assert named, widget


def test_it_can_be_made_and_shown_in_another_language(qtbot: Any) -> None:
    from lab.core import text

    text.use("qps")
    made = View()
    qtbot.addWidget(made)
    made.show_display(Display())
    made.show_frame(framed(optimizers=ALL_SIX))
    assert made.curves.title.text() != "Loss at each step" and not made.grab().isNull()


def test_a_view_starts_nothing_by_itself(view: View) -> None:
    from PySide6.QtCore import QTimer

    own: Callable[[QTimer], bool] = lambda timer: timer.parent() is view  # noqa: E731
    assert not [timer for timer in view.findChildren(QTimer) if own(timer)]
