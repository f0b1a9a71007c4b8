"""A single neuron, the picture: it draws any frame in any order, and turns what the hand does into gestures."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import replaced
from lab.experiments.e07_single_neuron import scenery
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import Feed, Flip, SetNeuron, SetPoints
from lab.experiments.e07_single_neuron.picture_paint import layout
from lab.experiments.e07_single_neuron.settings import Display
from lab.experiments.e07_single_neuron.view import View
from tests.asking import metrics_of, sentence_of, why_of
from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look, look
from widgets.canvas import layers

SPECIFICATION = find("single-neuron").load()
LEFT = Qt.MouseButton.LeftButton
ZERO = {"w1": 0.0, "w2": 0.0, "w3": 0.0, "bias": 0.0}
START = (1.0, 1.0, -0.5)


def framed(steps: int = 0, actions: tuple[tuple[int, Any], ...] = (), **values: Any) -> NeuronFrame:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the views of the tests before
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 552)
    made.set_compact(True)
    made.show_display(Display())
    made.show()
    made.show_frame(framed())
    made.activateWindow()
    QApplication.processEvents()
    return made


class Hand:
    """Answers a view as the box does: every gesture is applied, and the new frame is shown."""

    def __init__(self, view: View, **values: Any) -> None:
        self.view, self.heard = view, []
        self.simulation = played(SPECIFICATION, Setting(values))
        view.acted.connect(self.hear)
        view.show_frame(self.simulation.snapshot())
        QApplication.processEvents()

    def hear(self, action: Any, gesture: str) -> None:
        self.heard.append((action, gesture))
        self.simulation.act(action)
        self.view.show_frame(self.simulation.snapshot())

    @property
    def frame(self) -> NeuronFrame:
        return self.simulation.snapshot()

    @property
    def gestures(self) -> list[str]:
        return list(dict.fromkeys(name for _action, name in self.heard))


def pixel(view: View, x: float, y: float) -> QPoint:
    return QPointF(*view.plane.view().screen(x, y)).toPoint()


def drag(qtbot: Any, widget: QWidget, start: QPoint, *stops: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, pos=start)
    for stop in stops:
        qtbot.mouseMove(widget, stop)
    qtbot.mouseRelease(widget, LEFT, pos=stops[-1] if stops else start)


def on_link(view: View, link: int) -> QPoint:
    """A pixel of a link beside its field."""
    inputs = sum(field.isVisible() for field in view.picture.inputs)
    return layout(QRectF(view.picture.rect()), inputs, look()).links[link].pointAt(0.97).toPoint()


# ------------------------------------------------------------------------------------------- drawing


def test_all_parts_show_the_same_frame(view: View) -> None:
    frame = framed()
    assert view.sum.text() == "z = 1·1 + 1·1 + (−0.5) = 1.50"
    assert view.gate.text() == "a = σ(1.50) = 1 / (1 + e^(−1.50)) = 0.818"
    assert view.slope.text() == "slope a·(1 − a) = 0.149"
    assert view.next_line.text() == "Next: w ← (1, 1) − 1·(0.11, 0.11) = (0.89, 0.89), b ← −0.86"
    assert view.score.text() == "2 of 4 right" and view.table_title.text() == "AND"
    assert [field.text() for field in view.picture.weights if field.isVisible()] == ["1", "1", "−0.5"]
    assert view.plane.description() == view.table.description() == sentence_of(frame)
    ball = next(layer for layer in view.plane.layers() if isinstance(layer, layers.Ball))
    assert (ball.x, ball.y, ball.letter) == (1.0, 1.0, "1")


def test_the_course_stands_on_the_line_term_by_term(view: View) -> None:
    view.show_frame(played(SPECIFICATION, SPECIFICATION.preset("course").setting).snapshot())
    assert view.sum.text() == "z = 0.8·0.5 + (−0.5)·(−0.3) + 1·1.2 + 0.1 = 1.85"
    assert view.gate.text().endswith("= 0.864") and view.slope.text().endswith("= 0.117")
    assert view.plane_title.text() == "All inputs with x₃ = 1.2"


def test_the_next_step_of_the_perceptron_is_written_out(view: View) -> None:
    view.show_frame(framed(1, data="or", rule="perceptron", gate="step", **ZERO))
    assert view.next_line.text() == "Next: row 2 is missed: w ← (0, 0) + 1·(0, 1) = (0, 1), b ← 0"
    view.show_frame(framed(3, data="or", rule="perceptron", gate="step", **ZERO))
    assert view.next_line.text() == "Next: row 4 is right, so nothing changes."
    view.show_frame(framed(90, data="or", rule="perceptron", gate="step", **ZERO))
    assert view.next_line.text() == "Nothing more to learn here."
    assert "9 corrections" in view.remark.text()


@pytest.mark.parametrize(
    "values",
    [
        {"data": "majority", "gate": "tanh"},
        {"data": "not", "rule": "perceptron"},
        {"data": "blobs", "n": 200, "spread": 1.5},
        {"data": "votes"},
        {"data": "xor", **ZERO},
        {"data": "majority", "w1": 0.0, "w2": 0.0},
        {"data": "and", "w1": 1e6, "w2": -1e6, "bias": 1e6},
        {"data": "and", "w1": 1e-9, "w2": 0.0, "bias": 0.0},
        {"data": "or", "bias": 900.0, "gate": "step"},
    ],
    ids=["three", "one", "many", "votes", "zero", "flat slice", "huge", "tiny", "out of sight"],
)
def test_every_kind_of_state_can_be_drawn(view: View, values: dict[str, Any]) -> None:
    for curve in ("loss", "norm", "right"):
        view.show_display(replaced(Display(), {"curve": curve}))
        for steps in (0, 1, 30):
            view.show_frame(framed(steps, **values))
            assert not view.grab().isNull()


def test_where_there_is_no_boundary_the_plane_says_so(view: View) -> None:
    def note(**values: Any) -> str:
        frame = framed(**values)
        return scenery.scene_of(frame, Display(), scenery.cut_of(frame)).note

    assert note() == ""
    assert note(**ZERO) == "No boundary: all weights are 0."
    assert note(data="majority", w1=0.0, w2=0.0).startswith("No boundary in this slice")
    assert note(bias=50.0) == "The boundary lies outside this picture."


def test_frames_are_drawn_in_any_order_and_the_same_frame_gives_the_same_picture(view: View) -> None:
    frame = framed(3)
    view.show_frame(frame)
    QApplication.processEvents()
    first = view.plane.grab().toImage()
    for step in (40, 0, 7):
        view.show_frame(framed(step, data="xor"))
        view.grab()
    view.show_frame(frame)
    assert view.plane.grab().toImage() == first


def test_the_table_shows_long_data_around_the_row_that_is_fed(view: View) -> None:
    view.show_frame(framed(0, ((0, Feed((0.0, 0.0), 20)),), data="blobs"))
    table = view.table
    assert 20 in table.rows_in_sight()
    view.show_frame(framed(data="majority"))
    assert len(table.rows_in_sight()) == 8  # a whole table of three inputs


def test_texts_follow_a_stream_of_frames_ten_times_a_second(view: View) -> None:
    view.playing = True
    view.show_frame(framed(7))
    sentence = view.next_line.text()
    view.show_frame(framed(8))
    assert view.next_line.text() == sentence
    assert view.sum.text() == "z = 0.963·1 + 0.963·1 + (−1.8) = 0.122"  # up to date all the same
    view.playing = False
    view.show_frame(framed(8))
    assert view.next_line.text() != sentence


# ---------------------------------------------------------------------------------------- the neuron


def test_dragging_a_link_changes_its_weight_alone_and_is_one_try(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    start = on_link(view, 0)
    drag(qtbot, view.picture, start, start - QPoint(0, 20), start - QPoint(0, 60))
    assert hand.frame.neuron.numbers == (2.5, 1.0, -0.5)  # 40 pixels for 1
    assert len(hand.gestures) == 1 and hand.gestures[0] and hand.frame.tries.count == 1
    start = on_link(view, 2)
    drag(qtbot, view.picture, start, start + QPoint(0, 40))
    assert hand.frame.neuron.numbers == (2.5, 1.0, -1.5) and hand.frame.tries.count == 2
    assert len(hand.gestures) == 2


@pytest.mark.parametrize(("typed", "value"), [("1/3", 1 / 3), ("0,5", 0.5), ("0.5", 0.5), ("−2", -2.0), ("5e-1", 0.5)])
def test_weights_are_typed_as_people_write_numbers(view: View, qtbot: Any, typed: str, value: float) -> None:
    hand = Hand(view)
    field = view.picture.weights[1]
    field.selectAll()
    field.insert(typed)  # as the clipboard would: no key of a test types a real minus sign
    field.setModified(True)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert hand.frame.neuron.numbers == (1.0, value, -0.5)
    assert field.text() == {1 / 3: "0.333", 0.5: "0.5", -2.0: "−2"}[value]


@pytest.mark.parametrize("rubbish", ["three", "1/0", "", "1e9"])
def test_typed_rubbish_changes_nothing_and_says_why(view: View, qtbot: Any, rubbish: str) -> None:
    hand = Hand(view)
    field = view.picture.weights[0]
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, rubbish)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert hand.heard == [] and field.wrong and field.toolTip()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1" and not field.wrong


def test_arrow_keys_step_a_weight_and_an_input(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    qtbot.keyClick(view.picture.weights[0], Qt.Key.Key_Up)
    qtbot.keyClick(view.picture.weights[0], Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert hand.frame.neuron.numbers == (1.09, 1.0, -0.5)
    qtbot.keyClick(view.picture.inputs[1], Qt.Key.Key_Down)
    assert hand.frame.x == (1.0, 0.9) and hand.frame.row == -1
    qtbot.keyClick(view.picture.inputs[1], Qt.Key.Key_PageDown)
    assert hand.frame.x == (1.0, -0.1)


def test_an_input_typed_like_a_row_is_that_row(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    view.picture.inputs[0].selectAll()
    qtbot.keyClicks(view.picture.inputs[0], "0")
    qtbot.keyClick(view.picture.inputs[0], Qt.Key.Key_Return)
    assert hand.frame.x == (0.0, 1.0) and hand.frame.row == 1


def test_a_term_and_its_link_light_up_together(view: View, qtbot: Any) -> None:
    qtbot.mouseMove(view.picture, QPoint(2, 2))
    qtbot.mouseMove(view.picture, on_link(view, 1))
    assert view.sum.highlighted_term() == view.picture.highlighted_link() == 1
    qtbot.mouseMove(view.picture, QPoint(2, 2))
    assert view.sum.highlighted_term() == view.picture.highlighted_link() == -1
    view.sum.setFocus()
    qtbot.keyClick(view.sum, Qt.Key.Key_Right)
    assert view.picture.highlighted_link() == 0
    qtbot.keyClick(view.sum, Qt.Key.Key_Right)
    qtbot.keyClick(view.sum, Qt.Key.Key_Right)
    assert view.picture.highlighted_link() == 2  # the bias
    view.picture.weights[0].setFocus()
    assert view.sum.highlighted_term() == 0


def test_a_press_on_a_line_asks_for_its_derivation(view: View, qtbot: Any) -> None:
    requested: list[str] = []
    view.requested.connect(requested.append)
    for line in (view.gate, view.slope, view.next_line):
        qtbot.mouseClick(line, LEFT)
    view.sum.setFocus()
    qtbot.keyClick(view.sum, Qt.Key.Key_Return)
    qtbot.keyClick(view.sum, Qt.Key.Key_Right)
    qtbot.keyClick(view.sum, Qt.Key.Key_Return)
    assert requested == ["output", "slope", "next_w1", "z", "term1"]
    assert all(why_of(framed(), name) is not None for name in requested)


# ----------------------------------------------------------------------------------------- the plane


def test_dragging_the_boundary_slides_it_and_leaves_the_weights(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    cut = scenery.cut_of(hand.frame)
    drag(qtbot, view.plane, pixel(view, *cut.slide), pixel(view, 0.5, 0.9), pixel(view, 0.75, 0.75))
    assert hand.frame.neuron.weights.tolist() == [1.0, 1.0]
    assert hand.frame.neuron.bias == pytest.approx(-1.5, abs=0.03) and hand.frame.right == 4
    assert len(hand.gestures) == 1 and hand.frame.tries.count == 1


def test_the_boundary_can_be_taken_anywhere_along_it(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    drag(qtbot, view.plane, pixel(view, 0.6, -0.1), pixel(view, 1.1, 0.4))
    assert hand.frame.neuron.bias == pytest.approx(-1.5, abs=0.03)


def test_turning_the_arrow_turns_the_boundary_about_where_the_arrow_stands(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    cut = scenery.cut_of(hand.frame)
    base, tip = cut.base, cut.tip(cut.base)
    aside = base[0] + 0.4, base[1]
    drag(qtbot, view.plane, pixel(view, *tip), pixel(view, base[0] + 0.3, base[1] + 0.2), pixel(view, *aside))
    w1, w2 = hand.frame.neuron.weights.tolist()
    assert w1 > 1 and abs(w2) < 0.1  # it points along x₁ now
    assert scenery.cut_of(hand.frame).z(*base) == pytest.approx(0, abs=0.02)
    assert len(hand.gestures) == 1
    longer = scenery.cut_of(hand.frame)
    drag(qtbot, view.plane, pixel(view, *longer.tip(longer.base)), pixel(view, base[0] + 0.8, base[1]))
    assert hand.frame.neuron.norm > 2 * w1 and len(hand.gestures) == 2


def test_an_arrow_can_be_pulled_out_of_nothing(view: View, qtbot: Any) -> None:
    hand = Hand(view, data="and", **ZERO)
    drag(qtbot, view.plane, pixel(view, 0.5, 0.5), pixel(view, 0.8, 0.8))
    assert hand.frame.neuron.weights.min() > 0.3 and scenery.cut_of(hand.frame).line() is not None


def test_in_a_slice_the_third_weight_stays(view: View, qtbot: Any) -> None:
    hand = Hand(view, data="majority", w3=2.0, bias=-2.5)
    cut = scenery.cut_of(hand.frame)
    drag(qtbot, view.plane, pixel(view, *cut.slide), pixel(view, 0.25, 0.25))
    assert hand.frame.neuron.weights.tolist() == [1.0, 1.0, 2.0]
    assert scenery.cut_of(hand.frame).z(0.25, 0.25) == pytest.approx(0, abs=0.02)


def test_with_one_input_the_arrow_changes_the_only_weight(view: View, qtbot: Any) -> None:
    hand = Hand(view, data="not")
    cut = scenery.cut_of(hand.frame)
    drag(qtbot, view.plane, pixel(view, *cut.tip(cut.base)), pixel(view, cut.base[0] - 0.5, 0.4))
    assert hand.frame.neuron.weights[0] < 0 and hand.frame.right == 2


def test_a_press_on_a_point_feeds_its_row_and_one_beside_feeds_the_place(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    qtbot.mouseClick(view.plane, LEFT, pos=pixel(view, 0.0, 0.0))
    assert hand.heard[-1][0] == Feed((0.0, 0.0), 0)
    qtbot.mouseClick(view.plane, LEFT, pos=pixel(view, 1.3, 0.6))
    action = hand.heard[-1][0]
    assert action.row == -1 and action.x == pytest.approx((1.3, 0.6), abs=0.02)
    drag(qtbot, view.plane, pixel(view, *hand.frame.x), pixel(view, 1.2, 1.2))
    assert hand.frame.x == pytest.approx((1.2, 1.2), abs=0.02)
    assert hand.frame.neuron.numbers == START and hand.frame.tries.count == 0


def test_the_keys_turn_the_arrow_slide_the_boundary_and_move_the_ball(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    view.plane.setFocus()
    qtbot.keyClick(view.plane, Qt.Key.Key_Right)
    assert hand.frame.neuron.weights[0] > hand.frame.neuron.weights[1]
    before = hand.frame.neuron
    qtbot.keyClick(view.plane, Qt.Key.Key_Return)
    qtbot.keyClick(view.plane, Qt.Key.Key_Up)
    assert hand.frame.neuron.weights.tolist() == before.weights.tolist() and hand.frame.neuron.bias < before.bias
    qtbot.keyClick(view.plane, Qt.Key.Key_Return)
    qtbot.keyClick(view.plane, Qt.Key.Key_Left)
    assert hand.frame.x[0] < 1.0 and len(hand.gestures) == 3


def test_pointing_at_the_plane_reads_z_and_changes_nothing(view: View) -> None:
    hand = Hand(view)
    view.plane.hovered.emit(2.0, 0.0)
    assert view.plane.readout() == "z = 1.50"
    view.plane.unhovered.emit()
    assert view.plane.readout() == "" and hand.heard == []


# ----------------------------------------------------------------------------------------- the table


def cell(view: View, row: int, column: str) -> QPoint:
    return view.table.place_of(row, column).center().toPoint()


def test_a_press_in_the_table_feeds_a_row_or_turns_its_answer(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    qtbot.mouseClick(view.table, LEFT, pos=cell(view, 2, "z"))
    assert hand.heard[-1][0] == Feed((1.0, 0.0), 2) and hand.frame.row == 2
    qtbot.mouseClick(view.table, LEFT, pos=cell(view, 1, "wanted"))
    assert hand.heard[-1][0] == Flip("and", 1) and view.table_title.text() == "Just x₂"
    qtbot.mouseClick(view.table, LEFT, pos=cell(view, 2, "wanted"))
    assert view.table_title.text() == "OR" and view.score.text() == "4 of 4 right"


def test_the_table_is_worked_by_keys_too(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    view.table.setFocus()
    for key, row in ((Qt.Key.Key_Up, 2), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Up, 0), (Qt.Key.Key_PageDown, 3)):
        qtbot.keyClick(view.table, key)
        assert hand.frame.row == row
    qtbot.keyClick(view.table, Qt.Key.Key_Space)
    assert hand.heard[-1][0] == Flip("and", 3) and hand.frame.examples.name == "Never"


def test_a_hand_before_the_first_step_sets_the_start_and_later_only_the_present(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    qtbot.keyClick(view.picture.weights[0], Qt.Key.Key_Up)
    assert hand.heard[-1][0].start == START and hand.heard[-1][0].is_data
    hand.simulation.step()
    view.show_frame(hand.frame)
    view.picture.let_go.emit()
    qtbot.keyClick(view.picture.weights[0], Qt.Key.Key_Up)
    action = hand.heard[-1][0]
    assert isinstance(action, SetNeuron) and action.start == () and not action.is_data and action.number == 2


# ---------------------------------------------------------------------------------------- the window


@pytest.mark.parametrize("change", [{"palette": DARK}, {"scale": 1.5}, {"scale": 0.9}], ids=["dark", "150", "90"])
def test_theme_and_text_size_change_while_it_is_shown(view: View, qapp: QApplication, change: dict[str, Any]) -> None:
    before, size = view.grab().toImage(), view.size()
    apply_look(qapp, Look(), **change)
    QApplication.processEvents()
    after = view.grab().toImage()
    assert after != before
    apply_look(qapp, Look())
    QApplication.processEvents()
    assert view.grab().toImage().size() == size


def test_where_there_is_little_room_all_parts_stand_below_each_other(view: View) -> None:
    assert view.table.isVisible() and view.chart.isVisible()
    view.resize(470, 380)
    for _round in range(6):
        QApplication.processEvents()
    assert (view.width(), view.height()) == (470, 380)
    assert view.plane.height() >= view.PICTURE and view.picture.height() >= view.picture.minimumSizeHint().height()
    assert view.table.isVisible() and view.chart.isVisible() and view.sum.isVisible()


def test_options_hide_parts_and_leave_the_frame_alone(view: View) -> None:
    frame = framed()
    before, shown = repr(metrics_of(frame)), view.plane.grab().toImage()
    for option in ("distances", "band"):
        view.show_display(replaced(Display(), {option: False}))
        view.show_frame(frame)
        assert view.plane.grab().toImage() != shown, option
    assert repr(metrics_of(frame)) == before


def test_chips_ask_for_another_chart(view: View, qtbot: Any) -> None:
    requested: list[tuple[str, object]] = []
    view.display_changed.connect(lambda name, value: requested.append((name, value)))
    for key in ("norm", "right"):
        qtbot.mouseClick(view.curves.chip(key), LEFT)
    assert requested == [("curve", "norm"), ("curve", "right")]
    frame = framed(40, data="xor", rule="perceptron")
    series = scenery.chart_of(frame, replaced(Display(), {"curve": "right"}))
    assert [one.name for one in series] == ["right", "most possible"] and series[1].y[0] == 3
    assert np.array_equal(series[0].y, frame.past.column(2))


def test_its_pictures_can_be_painted_for_a_worksheet(view: View) -> None:
    assert view.pictures() == [view.picture, view.plane, view.table, view.chart]
    for canvas in view.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        canvas.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        assert image.pixelColor(1, 1) == Qt.GlobalColor.white
        inked = sum(image.pixelColor(x, y).lightness() < 200 for x in range(0, 600, 5) for y in range(0, 400, 5))
        assert inked > 20, canvas


def test_everything_that_takes_the_focus_has_a_name(view: View) -> None:
    view.show_frame(framed(data="majority"))
    takers = [w for w in view.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    takers = [w for w in takers if w.isVisibleTo(view) and w.focusProxy() is None]
    assert len(takers) >= 12
    for widget in takers:
        assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget


def test_it_can_be_made_and_shown_in_another_language(qtbot: Any) -> None:
    from lab.core import text

    text.use("qps")
    made = View()
    qtbot.addWidget(made)
    made.show_display(Display())
    made.show_frame(framed(40, data="xor", rule="perceptron"))
    assert made.chart_title.text() != "Learning" and not made.grab().isNull()


def test_the_thumbnail_is_painted_in_both_themes(qapp: QApplication) -> None:
    from lab.experiments.e07_single_neuron.thumbnail import answer, paint
    from widgets.base.colors import LIGHT

    assert answer(0.75, 0.75) == 0.5 and answer(1, 1) > 0.5 > answer(0, 1)
    pictures = []
    for palette in (LIGHT, DARK):
        image = QImage(160, 90, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint(painter, QRectF(0, 0, 160, 90), palette)
        painter.end()
        colors = {image.pixelColor(x, y).name() for x in range(0, 160, 3) for y in range(0, 90, 3)}
        assert len(colors) > 40
        pictures.append(image)
    assert pictures[0] != pictures[1]


def test_classes_and_axes_of_own_data_go_by_its_names_and_units(view: View) -> None:
    names, scales = ("age (years)", "weight", "cat", "a very large dog"), ((35.0, 12.0), (4.0, 2.0))
    points = SetPoints((-1.0, 0.0, 1.0), (1.0, 0.0, -1.0), (0, 1, 1), names, scales=scales)
    view.show_frame(played(find("single-neuron").load(), Setting({"data": "own"}, 0, ((0, points),))).snapshot())
    assert [view.brush.chip(key).text() for key in "01"] == ["● cat", "▲ a very larg…"]
    assert view.plane.units() == scales
    view.show_frame(played(find("single-neuron").load(), Setting({"data": "blobs"})).snapshot())
    assert view.plane.units() == ((0.0, 1.0), (0.0, 1.0)) and view.brush.chip("1").text() == "▲ yes"
