"""Activations, the picture: four pages driven as a user would."""

import math
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from lab.catalog import find
from lab.core import text
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import replaced
from lab.core.simulation import Set
from lab.experiments.e08_activations import thumbnail
from lab.experiments.e08_activations.frame import ActivationsFrame
from lab.experiments.e08_activations.page_softmax import share_of, temperature_at
from lab.experiments.e08_activations.settings import PAGES, Display
from lab.experiments.e08_activations.view import View
from tests.asking import metrics_of, sentence_of, why_of
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.plots.plot import Plot

SPECIFICATION = find("activations").load()
LEFT = Qt.MouseButton.LeftButton


def framed(steps: int = 0, **values: Any) -> ActivationsFrame:
    return played(SPECIFICATION, Setting(values, 0, (), steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 540)
    made.show_display(Display())
    made.show()
    made.show_frame(framed())
    made.activateWindow()
    QApplication.processEvents()
    return made


def shown(view: View, steps: int = 0, **values: Any) -> Any:
    """The page that shows such a frame, laid out."""
    frame = framed(steps, **values)
    view.show_frame(frame)
    QApplication.processEvents()
    return view.page(frame.params.topic)


def heard(view: View) -> list[tuple[Any, str]]:
    """What is asked for, each with the gesture it belongs to, as the box hears it."""
    found: list[tuple[Any, str]] = []
    view.acted.connect(lambda action, gesture: found.append((action, gesture)))
    return found


def values_of(found: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    assert all(isinstance(action, Set) for action, _gesture in found)
    return [dict(action.values) for action, _gesture in found]


def pixel(plot: Plot, x: float, y: float) -> QPoint:
    return QPointF(*plot.chart().view.screen(x, y)).toPoint()


# -------------------------------------------------------------------------------------------- pages


def test_a_chip_opens_another_page_and_the_run_decides(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.chips.chip("softmax"), LEFT)
    assert values_of(found) == [{"topic": "softmax"}]
    assert view.chips.chosen_keys() == ("function",)
    shown(view, topic="softmax")
    assert view.chips.chosen_keys() == ("softmax",) and view.page("softmax").isVisible()
    assert not view.page("function").isVisible()


@pytest.mark.parametrize("preset", SPECIFICATION.presets, ids=lambda p: p.id)
def test_every_preset_is_drawn_in_any_order_and_leaves_nothing_behind(view: View, preset: Any) -> None:
    frame = played(SPECIFICATION, preset.setting).snapshot()
    before = repr(metrics_of(frame))
    view.show_frame(frame)
    view.grab()
    for steps in (7, 0, 3):
        view.show_frame(framed(steps, **{**preset.setting.values, "learning_rate": 0.3}))
        view.grab()
    view.show_frame(frame)
    assert not view.grab().isNull() and repr(metrics_of(frame)) == before
    assert not [timer for timer in view.findChildren(QTimer) if timer.parent() is view]


@pytest.mark.parametrize(
    "values",
    [
        {"x": 1e6},
        {"function": "leaky_relu", "learning_rate": 1e6},
        {"functions": ()},
        {"swiglu": True, "x": -300.0},
        {"topic": "depth", "layers": 1},
        {"topic": "depth", "layers": 40, "function": "sigmoid"},
        {"topic": "depth", "function": "relu", "layers": 8, "gain": 30.0, "learning_rate": 1e6},
        {"topic": "softmax", "logits": "1000000, -1000000"},
        {"topic": "softmax", "logits": "0; 2000", "temperature": 0.0},
        {"topic": "softmax", "infinite": True},
        {"topic": "softmax", "logits": " ".join("0" * 12)},
        {"topic": "stability", "logits": "100000; 1", "number_format": "float16"},
        {"topic": "stability", "logits": "100000; 1", "subtract_max": False},
    ],
)
def test_extreme_states_can_be_drawn(view: View, values: dict[str, Any]) -> None:
    for steps in (0, 60):
        shown(view, steps, **values)
        assert not view.grab().isNull()


def test_options_hide_and_show_parts(view: View) -> None:
    page = shown(view, x=1.0)
    assert len([s for s in page.values.series() if len(s.x) == 2]) == 1
    view.show_display(replaced(Display(), {"tangent": False, "maxima": False, "bounds": False, "next_step": False}))
    assert not [s for s in page.values.series() if len(s.x) == 2] and not page.slopes.points()
    assert len(shown(view, topic="depth").gradients.series()) == 1
    assert all(bar.ghost is None for bar in shown(view, topic="softmax").logits.bars())
    view.show_display(Display())
    assert [bar.ghost for bar in view.page("softmax").logits.bars()] == pytest.approx(
        framed(1, topic="softmax").page.logits.tolist()
    )


# ------------------------------------------------------------------------------------------- function


def test_dragging_the_ball_moves_x_as_one_gesture(view: View, qtbot: Any) -> None:
    page, found = shown(view, x=1.0), heard(view)
    plot = page.values
    start, there = pixel(plot, 1.0, framed(x=1.0).page.value), pixel(plot, -2.0, 0.5)
    for _drag in range(2):
        qtbot.mousePress(plot.viewport(), LEFT, pos=start)
        qtbot.mouseMove(plot.viewport(), (start + there) / 2)
        qtbot.mouseMove(plot.viewport(), there)
        qtbot.mouseRelease(plot.viewport(), LEFT, pos=there)
        start, there = there, start
    xs = [values["x"] for values in values_of(found)]
    assert any(x == pytest.approx(-2.0, abs=0.05) for x in xs) and xs[-1] == pytest.approx(1.0, abs=0.05)
    assert all(x == round(x, 2) for x in xs)
    assert len(dict.fromkeys(gesture for _a, gesture in found)) == 2 and all(gesture for _a, gesture in found)


def test_keys_move_the_ball_on_either_plot_and_a_number_may_be_typed(view: View, qtbot: Any) -> None:
    page, found = shown(view, x=1.0), heard(view)
    for plot in (page.values, page.slopes):
        plot.setFocus()
        qtbot.keyClick(plot, Qt.Key.Key_Right)
        assert found[-1][0].values["x"] > 1.0
    page.x_field.setFocus()
    page.x_field.clear()
    qtbot.keyClicks(page.x_field, "-2,5")
    qtbot.keyClick(page.x_field, Qt.Key.Key_Return)
    assert found[-1][0].values == {"x": -2.5}


def test_typed_rubbish_is_refused_and_changes_nothing(view: View, qtbot: Any) -> None:
    page, found = shown(view, x=1.0), heard(view)
    page.x_field.setFocus()
    page.x_field.clear()
    qtbot.keyClicks(page.x_field, "left a bit")
    qtbot.keyClick(page.x_field, Qt.Key.Key_Return)
    assert found == [] and page.x_field.wrong and "left a bit" in page.x_field.toolTip()
    qtbot.keyClick(page.x_field, Qt.Key.Key_Escape)
    assert not page.x_field.wrong and page.x_field.value() == 1.0


def test_chips_add_choose_and_take_away_curves(view: View, qtbot: Any) -> None:
    page, found = shown(view), heard(view)
    qtbot.mouseClick(page.chips.chip("gelu"), LEFT)
    assert values_of(found)[-1] == {"function": "gelu", "functions": ("sigmoid", "tanh", "relu", "gelu")}
    qtbot.mouseClick(page.chips.chip("tanh"), LEFT)
    assert values_of(found)[-1] == {"function": "tanh"}
    qtbot.mouseClick(page.chips.chip("sigmoid"), LEFT)  # the chosen one goes
    assert values_of(found)[-1]["functions"] == ("tanh", "relu")
    assert page.chips.chosen_keys() == ("sigmoid", "tanh", "relu")  # until the run says otherwise
    page = shown(view, functions=("relu",), function="relu")
    count = len(found)
    qtbot.mouseClick(page.chips.chip("relu"), LEFT)
    assert len(found) == count  # the last one stays


def test_the_tangent_has_the_slope_of_the_curve_and_both_plots_share_their_x(view: View) -> None:
    page = shown(view, function="silu", functions=("silu", "relu"), x=2.0)
    tangent = next(s for s in page.values.series() if len(s.x) == 2)
    rise = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0])
    assert rise == pytest.approx(framed(function="silu", x=2.0).page.slope)
    upper, lower = page.values.chart().view, page.slopes.chart().view
    assert (upper.left, upper.width, upper.x0, upper.x1) == (lower.left, lower.width, lower.x0, lower.x1)


def test_in_a_race_both_balls_are_named_and_leave_their_steps_behind(view: View) -> None:
    page = shown(view, 20, x=-5.0, learning_rate=1.0)
    assert [ball.label for ball in page.values.balls()] == ["cross-entropy", "squared error"]
    assert [ball.highlighted for ball in page.values.balls()] == [False, True]
    assert len(page.values.points()) == 2 and page.pulls["rival_gradient"].text_shown() != "—"
    page = shown(view, 20, function="tanh", x=-1.0)
    assert len(page.values.balls()) == 1 and page.pulls["rival_gradient"].text_shown() == "—"


def test_the_swiglu_opens_with_its_three_gates_and_asks_for_its_sum(view: View, qtbot: Any) -> None:
    page, found = shown(view), heard(view)
    qtbot.mouseClick(page.swiglu, LEFT)
    assert values_of(found) == [{"swiglu": True, "function": "silu"}]
    page = shown(view, swiglu=True, function="silu")
    assert page.sheet.isVisible() and not page.slopes.isVisible()
    gates = page.values.points()[0]
    assert gates.x.tolist() == framed(swiglu=True).page.gated.gate.tolist()
    requested: list[str] = []
    view.requested.connect(requested.append)
    qtbot.mouseClick(page.sheet, LEFT)
    page.sheet.setFocus()
    qtbot.keyClick(page.sheet, Qt.Key.Key_Return)
    assert requested == ["swiglu_1", "swiglu_1"] and why_of(framed(swiglu=True), "swiglu_1") is not None
    assert not shown(view).sheet.isVisible()


def test_a_locked_or_dead_place_carries_its_badge(view: View) -> None:
    assert shown(view, x=-8.0).badge.words() == "locked"
    assert shown(view, function="relu", x=-1.0).badge.words() == "dead"
    assert shown(view, x=1.0).badge.words() == ""


# ---------------------------------------------------------------------------------------------- depth


def test_the_units_and_the_gradients_stand_above_each_other(view: View) -> None:
    for layers in (2, 10, 24):
        page = shown(view, topic="depth", layers=layers)
        QApplication.processEvents()
        units, chart = page.units.view(), page.gradients.chart().view
        assert units.screen(1.0, 0.0)[0] == pytest.approx(chart.screen(1.0, 0.0)[0], abs=1.5)
        assert units.screen(float(layers), 0.0)[0] == pytest.approx(chart.screen(float(layers), 0.0)[0], abs=1.5)


def test_dead_and_locked_units_are_counted_on_badges_and_read_by_the_cursor(view: View, qtbot: Any) -> None:
    page = shown(view, 12, topic="depth", function="relu", layers=2, scheme="he", learning_rate=10.0)
    assert page.dead.words() == "30 of 32 dead" and page.locked.words() == ""
    page.units.setFocus()
    qtbot.keyClick(page.units, Qt.Key.Key_Right)
    assert "layer" in page.units.readout() and "mean slope" in page.units.readout()
    page.units.hovered.emit(2.0, 3.0)
    assert page.units.readout() == "layer 2, unit 3: mean slope 0, dead"
    page.units.unhovered.emit()
    assert page.units.readout() == ""
    assert "of 96 locked" in shown(view, topic="depth", layers=6, gain=20.0).locked.words()


def test_weights_are_chosen_and_scaled_on_the_page(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="depth"), heard(view)
    page.scheme.setCurrentIndex(1)
    page.scheme.activated.emit(1)
    page.gain.setFocus()
    page.gain.clear()
    qtbot.keyClicks(page.gain, "1/2")
    qtbot.keyClick(page.gain, Qt.Key.Key_Return)
    qtbot.keyClick(page.gain, Qt.Key.Key_Up)
    assert values_of(found) == [{"scheme": "he"}, {"gain": 0.5}, {"gain": 0.6}]


def test_the_first_layers_gradient_is_the_highlighted_ball(view: View) -> None:
    page = shown(view, topic="depth")
    (ball,) = page.gradients.balls()
    assert (ball.x, ball.y) == (
        1.0,
        metrics_of(framed(topic="depth"))["first_gradient"],
    ) and "first layer" in ball.label
    page = shown(view, 12, topic="depth", function="relu", layers=2, scheme="he", learning_rate=10.0)
    assert page.gradients.balls() == () and page.gradients.left_out() > 0


# -------------------------------------------------------------------------------------------- softmax


def test_dragging_a_logit_writes_all_logits_and_the_shares_follow(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="softmax"), heard(view)
    bars = page.logits
    start = bars.top_of(1).toPoint()
    there = QPointF(*bars.view().screen(1.5, 3.0)).toPoint()
    qtbot.mousePress(bars, LEFT, pos=start)
    qtbot.mouseMove(bars, there)
    qtbot.mouseRelease(bars, LEFT, pos=there)
    logits = values_of(found)[-1]["logits"]
    first, second, third = (float(part) for part in logits.split(","))
    assert (first, third) == (2.0, 0.1) and second == pytest.approx(3.0, abs=0.05)
    assert len({gesture for _a, gesture in found}) == 1 and found[0][1]
    page = shown(view, topic="softmax", logits=logits)
    assert page.shares.bars()[1].value > page.shares.bars()[0].value


def test_a_logit_is_nudged_and_typed(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="softmax"), heard(view)
    page.logits.setFocus()
    qtbot.keyClick(page.logits, Qt.Key.Key_Right)
    qtbot.keyClick(page.logits, Qt.Key.Key_Up)
    assert values_of(found)[-1] == {"logits": "2, 1.1, 0.1", "source": "own"}
    qtbot.keyClick(page.logits, Qt.Key.Key_5)
    qtbot.keyClick(page.logits.field(), Qt.Key.Key_Return)
    assert values_of(found)[-1]["logits"] == "2, 5, 0.1"


def test_a_press_on_a_name_makes_it_the_truth(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="softmax"), heard(view)
    qtbot.mouseClick(page.logits, LEFT, pos=page.logits.name_of(2).toPoint())
    assert values_of(found) == [{"truth": 3}]
    page = shown(view, topic="softmax", truth=3)
    assert [bar.name for bar in page.logits.bars()] == ["cat", "dog", "✓ bird"]
    assert [bar.value < 0 for bar in page.gradient.bars()] == [False, False, True]


def test_the_thermometer_goes_from_0_through_1_to_infinity(view: View, qtbot: Any) -> None:
    assert temperature_at(0.0) == 0.0 and temperature_at(0.5) == 1.0 and temperature_at(1.0) == math.inf
    assert all(temperature_at(share_of(T)) == pytest.approx(T) for T in (0.0, 0.3, 1.0, 7.0, math.inf))
    page, found = shown(view, topic="softmax"), heard(view)
    page.heat.setFocus()
    qtbot.keyClick(page.heat, Qt.Key.Key_End)
    qtbot.keyClick(page.heat, Qt.Key.Key_Home)
    assert {"infinite": True} in values_of(found)
    assert {"infinite": False, "temperature": 0.0} in values_of(found)
    page = shown(view, topic="softmax", infinite=True)
    assert page.heat.value() == 1.0 and page.temperature.text() == "∞" and "flat" in page.heads[2].words()


def test_a_temperature_is_typed_as_a_number_or_as_infinity_or_refused(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="softmax"), heard(view)
    for typed in ("0.5", "inf", "-1"):
        page.temperature.setFocus()
        page.temperature.clear()
        qtbot.keyClicks(page.temperature, typed)
        qtbot.keyClick(page.temperature, Qt.Key.Key_Return)
    assert values_of(found) == [{"infinite": False, "temperature": 0.5}, {"infinite": True}]
    assert page.temperature.wrong and "from 0" in page.temperature.toolTip()
    qtbot.mouseClick(page.marks.chip("1"), LEFT)
    assert values_of(found)[-1] == {"infinite": False, "temperature": 1.0}


def test_steps_leave_a_trail_down_the_loss_curve(view: View) -> None:
    page = shown(view, 6, topic="softmax", truth=3)
    (ball,), (cloud,) = page.curve.balls(), page.curve.points()
    assert len(cloud.x) == 6 and np.all(np.diff(cloud.x) > 0) and ball.x > cloud.x[-1]
    assert ball.y == pytest.approx(metrics_of(framed(6, topic="softmax", truth=3))["loss"])


# ------------------------------------------------------------------------------------------ stability


def test_formats_and_the_subtraction_are_pressed(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="stability"), heard(view)
    qtbot.mouseClick(page.formats.chip("float16"), LEFT)
    qtbot.mouseClick(page.subtract, LEFT)
    assert values_of(found) == [{"number_format": "float16"}, {"subtract_max": False}]


def test_the_first_infinity_is_seen_where_it_happens(view: View) -> None:
    page = shown(view, topic="stability", logits="1000, 999, 998", number_format="float64", subtract_max=False)
    rows = page.sheet.rows()
    assert [cell.text for cell in rows[0]] == ["✓ cat", "1000.0", "1000.0", "∞", "NaN", "NaN", "0.6652"]
    assert [cell.tone for cell in rows[0]] == ["", "", "", "bad", "bad", "bad", ""]
    assert all(bar.striped for bar in page.bars.bars())
    view0 = page.bars.view()
    assert view0.y0 < 709.78 < view0.y1  # the line is in sight
    page = shown(view, topic="stability", logits="1000, 999, 998", number_format="float64")
    assert not any(cell.tone for row in page.sheet.rows() for cell in row)
    assert [bar.ghost for bar in page.bars.bars()] == [1000.0, 999.0, 998.0]


@pytest.mark.parametrize("subtract", [True, False])
def test_a_bar_dragged_here_is_a_logit_too(view: View, qtbot: Any, subtract: bool) -> None:
    page, found = shown(view, topic="stability", subtract_max=subtract), heard(view)
    page.bars.setFocus()
    qtbot.keyClick(page.bars, Qt.Key.Key_Right)
    page.bars.set_step(0.5)
    qtbot.keyClick(page.bars, Qt.Key.Key_Down)
    assert values_of(found)[-1]["logits"] == "2, 0.5, 0.1"


def test_a_number_of_the_table_asks_how_it_was_computed(view: View, qtbot: Any) -> None:
    page = shown(view, topic="stability")
    requested: list[str] = []
    view.requested.connect(requested.append)
    qtbot.mouseClick(page.sheet, LEFT, pos=page.sheet.spot(1, 2).center().toPoint())
    page.sheet.setFocus()
    qtbot.keyClick(page.sheet, Qt.Key.Key_Right)
    qtbot.keyClick(page.sheet, Qt.Key.Key_Down)
    qtbot.keyClick(page.sheet, Qt.Key.Key_Return)
    qtbot.mouseClick(page.readouts["loss"], LEFT)
    assert requested == ["exponent_2", "power_3", "loss"]
    term = why_of(framed(topic="stability"), "exponent_2")
    assert term is not None and term.value == -1.0


# ----------------------------------------------------------------------------------------- the window


@pytest.mark.parametrize("change", [{"palette": DARK}, {"scale": 1.5}, {"scale": 0.9}], ids=["dark", "150", "90"])
def test_theme_and_text_size_change_while_it_is_shown(view: View, qapp: QApplication, change: dict[str, Any]) -> None:
    before = {}
    for topic in PAGES:
        shown(view, 2, topic=topic)
        before[topic] = view.grab().toImage()
    apply_look(qapp, Look(), **change)
    for topic in PAGES:
        shown(view, 2, topic=topic)
        assert view.grab().toImage() != before[topic]
        assert view.page(topic).isVisible()


@pytest.mark.parametrize("language", ["en", "qps", "qps-rtl"])
def test_it_fits_a_small_window_in_every_language(qtbot: Any, qapp: QApplication, language: str) -> None:
    text.use(language)
    rtl = text.current().right_to_left
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    made = View()
    qtbot.addWidget(made)
    made.show_display(Display())
    made.show()
    for topic in PAGES:
        made.show_frame(framed(topic=topic, logits=" ".join("1" * 12)))
        QApplication.processEvents()
        assert made.minimumSizeHint().width() <= 660 and made.minimumSizeHint().height() <= 540
        assert not made.grab().isNull()


def test_where_there_is_little_room_the_pictures_keep_it(view: View) -> None:
    view.set_compact(True)
    view.resize(400, 320)
    for topic in PAGES:
        shown(view, topic=topic)
        assert not view.grab().isNull()
    assert not view.title.isVisible()


def printed(canvas: Any) -> QImage:
    image = QImage(600, 360, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    canvas.render_to(painter, QRectF(0, 0, 600, 360))
    painter.end()
    return image


@pytest.mark.parametrize("values", [*({"topic": t} for t in PAGES), {"swiglu": True, "function": "silu"}])
def test_its_pictures_are_painted_on_white_whatever_the_theme(
    view: View, qapp: QApplication, values: dict[str, Any]
) -> None:
    apply_look(qapp, Look(palette=DARK))
    shown(view, 3, **values)
    pictures = [printed(canvas) for canvas in view.pictures()]
    assert len(pictures) >= 2 and all(p.pixelColor(1, 1) == Qt.GlobalColor.white for p in pictures)
    if "topic" in values and values["topic"] in ("function", "depth"):
        blue = int(LIGHT.categories[0][1:3], 16), int(LIGHT.categories[0][3:5], 16), int(LIGHT.categories[0][5:], 16)
        image = pictures[0 if values["topic"] == "function" else 1].convertToFormat(QImage.Format.Format_RGBA8888)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
        assert (np.abs(pixels[..., :3].astype(int) - blue).max(axis=-1) < 10).any()


def test_everything_that_takes_the_focus_has_a_name_and_every_picture_a_sentence(view: View) -> None:
    for topic in PAGES:
        page = shown(view, topic=topic)
        takers = [w for w in view.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
        takers = [w for w in takers if w.isVisibleTo(view) and w.focusProxy() is None]
        for widget in takers:
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
        sentence = sentence_of(framed(topic=topic))
        described = [w for w in page.findChildren(QWidget) if hasattr(w, "description") and w.isVisibleTo(page)]
        assert len(described) >= 2 and all(w.description() == sentence for w in described)


def test_texts_follow_a_stream_of_frames_ten_times_a_second(view: View) -> None:
    page = shown(view, 1, topic="softmax")
    view.playing = True
    view.show_frame(framed(2, topic="softmax"))
    loss = page.readouts.readout("loss").text_shown()
    view.show_frame(framed(9, topic="softmax"))
    assert page.readouts.readout("loss").text_shown() == loss
    assert page.logits.bars()[0].value == framed(9, topic="softmax").page.logits[0]  # the bars are up to date
    view.playing = False
    view.show_frame(framed(9, topic="softmax"))
    assert page.readouts.readout("loss").text_shown() != loss


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_card_is_painted_in_both_themes(palette: Any) -> None:
    image = QImage(196, 110, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 196, 110), palette)
    painter.end()
    colors = {image.pixelColor(x, y).name().upper() for x in range(0, 196, 2) for y in range(110)}
    assert {palette.categories[0], palette.ball, palette.sunken} <= colors
