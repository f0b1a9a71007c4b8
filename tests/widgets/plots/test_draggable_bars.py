"""Bars with tops to drag, nudge and type."""

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look, look
from widgets.plots.draggable_bars import Bar, Ceiling, DragBars

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bars(qtbot):
    made = DragBars()
    made.setAccessibleName("Scores")
    qtbot.addWidget(made)
    made.set_range(-2.0, 4.0)
    made.set_bars([Bar("cat", 2.0), Bar("dog", 1.0, ghost=1.5), Bar("bird", -0.5)])
    made.resize(420, 260)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus, timeout=2000)
    return made


@pytest.fixture
def heard(bars):
    got = []
    bars.dragged.connect(lambda n, value: got.append(("dragged", n, value)))
    bars.dropped.connect(lambda n, value: got.append(("dropped", n, value)))
    return got


def at(bars, number, value):
    view = bars.view()
    return QPointF(*view.screen(number + 0.5, value)).toPoint()


def test_dragging_a_top_tells_every_move_and_the_end_once(qtbot, bars, heard):
    qtbot.mousePress(bars, LEFT, pos=at(bars, 0, 2.0))
    qtbot.mouseMove(bars, at(bars, 0, 2.5))
    qtbot.mouseMove(bars, at(bars, 0, 3.0))
    qtbot.mouseRelease(bars, LEFT, pos=at(bars, 0, 3.0))
    assert [kind for kind, _n, _v in heard] == ["dragged", "dragged", "dropped"]
    assert all(n == 0 for _kind, n, _v in heard)
    assert heard[-1][2] == pytest.approx(3.0, abs=0.03)
    assert heard[-1][2] == round(heard[-1][2], 2)  # tidy steps
    assert bars.bars()[0].value == heard[-1][2]


def test_taking_a_top_beside_its_middle_does_not_move_it(qtbot, bars, heard):
    qtbot.mousePress(bars, LEFT, pos=at(bars, 1, 1.0) + QPoint(8, 7))
    assert heard == [] and bars.current() == 1
    qtbot.mouseMove(bars, at(bars, 1, 1.0) + QPoint(8, 7) + QPoint(0, -10))
    assert 0 < heard[-1][2] - 1.0 < 0.5


def test_a_press_far_from_the_top_brings_it_there(qtbot, bars, heard):
    qtbot.mouseClick(bars, LEFT, pos=at(bars, 2, 3.0))
    assert heard[0][:2] == ("dragged", 2) and heard[-1][0] == "dropped"
    assert heard[-1][2] == pytest.approx(3.0, abs=0.03)


def test_the_mouse_stays_within_the_picture_and_keys_within_the_bounds(qtbot, bars, heard):
    qtbot.mousePress(bars, LEFT, pos=at(bars, 0, 2.0))
    qtbot.mouseMove(bars, QPoint(at(bars, 0, 2.0).x(), -500))
    qtbot.mouseRelease(bars, LEFT)
    assert bars.bars()[0].value == 4.0
    bars.set_bounds(-10.0, 4.3)
    qtbot.keyClick(bars, Qt.Key.Key_PageUp)
    assert bars.bars()[0].value == 4.3


def test_the_program_cannot_pull_a_bar_out_of_the_hand_nor_move_the_ground_under_it(qtbot, bars):
    qtbot.mousePress(bars, LEFT, pos=at(bars, 0, 2.0))
    qtbot.mouseMove(bars, at(bars, 0, 3.0))
    held = bars.bars()[0].value
    bars.set_bars([Bar("cat", 0.0), Bar("dog", 9.0), Bar("bird", 0.0)])
    bars.set_range(-100.0, 100.0)
    assert bars.bars()[0].value == held and bars.bars()[1].value == 9.0
    assert (bars.view().y0, bars.view().y1) == (-2.0, 4.0)
    qtbot.mouseRelease(bars, LEFT)
    assert (bars.view().y0, bars.view().y1) == (-100.0, 100.0)


def test_arrow_keys_choose_a_bar_and_move_its_top(qtbot, bars, heard):
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert bars.current() == 1 and heard == []
    bars.set_step(0.1)
    qtbot.keyClick(bars, Qt.Key.Key_Up)
    assert heard == [("dragged", 1, 1.1), ("dropped", 1, 1.1)]
    qtbot.keyClick(bars, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert bars.bars()[1].value == pytest.approx(1.09)
    qtbot.keyClick(bars, Qt.Key.Key_Left)
    qtbot.keyClick(bars, Qt.Key.Key_Left)
    assert bars.current() == 0


def test_a_digit_opens_a_field_that_takes_a_number(qtbot, bars, heard):
    qtbot.keyClick(bars, Qt.Key.Key_3)
    field = bars.field()
    assert field is not None and field.text() == "3"
    qtbot.keyClicks(field, ",25")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert heard[-1] == ("dropped", 0, 3.25)
    assert bars.field() is None and bars.hasFocus()


def test_a_double_click_opens_the_field_and_escape_leaves_the_bar_alone(qtbot, bars, heard):
    qtbot.mouseDClick(bars, LEFT, pos=at(bars, 1, 0.5))
    assert bars.field() is not None and bars.current() == 1
    heard.clear()
    qtbot.keyClicks(bars.field(), "7")
    qtbot.keyClick(bars.field(), Qt.Key.Key_Escape)
    assert bars.field() is None and heard == [] and bars.bars()[1].name == "dog"


def test_rubbish_stays_and_is_told_and_can_be_mended(qtbot, bars, heard):
    message = []
    bars.refused.connect(message.append)
    qtbot.keyClick(bars, Qt.Key.Key_Return)
    bars.field().clear()
    qtbot.keyClicks(bars.field(), "many")
    qtbot.keyClick(bars.field(), Qt.Key.Key_Return)
    assert "many" in message[0] and heard == [] and bars.field() is not None
    bars.field().clear()
    qtbot.keyClicks(bars.field(), "-1.5")
    qtbot.keyClick(bars.field(), Qt.Key.Key_Return)
    assert heard[-1] == ("dropped", 0, -1.5) and bars.field() is None


def test_a_press_on_a_name_names_it_and_moves_nothing(qtbot, bars, heard):
    named = []
    bars.named.connect(named.append)
    qtbot.mouseClick(bars, LEFT, pos=bars.name_of(1).toPoint())
    assert named == [1] and heard == []


def test_bars_that_only_show_take_neither_hand_nor_focus(qtbot):
    still = DragBars(movable=False)
    qtbot.addWidget(still)
    still.set_bars([Bar("a", 0.5)])
    got = []
    still.dragged.connect(lambda *args: got.append(args))
    still.resize(200, 160)
    still.show()
    qtbot.mouseClick(still, LEFT, pos=at(still, 0, 0.9))
    qtbot.keyClick(still, Qt.Key.Key_Up)
    assert got == [] and still.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300, 0.0])
def test_every_value_can_be_drawn_in_every_look(bars, qapp, value):
    bars.set_ceiling(Ceiling(3.0, "the end"))
    bars.set_titles("score", "Scores")
    bars.set_bars([Bar("cat", value, striped=True, ghost=1.0, strong=True), Bar("dog", 1.0)])
    pictures = set()
    for palette, scale in ((LIGHT, 1.0), (DARK, 1.0), (LIGHT, 1.5)):
        apply_look(qapp, Look(palette=palette, scale=scale))
        pictures.add(bars.grab().toImage().cacheKey())
        assert look().palette is palette
    assert len(pictures) == 3


def test_a_picture_for_a_file_is_white_whatever_the_theme(bars, qapp):
    apply_look(qapp, Look(palette=DARK))
    image = QImage(500, 320, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black)
    painter = QPainter(image)
    bars.render_to(painter, QRectF(0, 0, 500, 320))
    painter.end()
    assert image.pixelColor(2, 2) == Qt.GlobalColor.white
    assert any(image.pixelColor(x, 200).name().upper() == LIGHT.accent for x in range(500))


@pytest.mark.parametrize("bad", [(1.0, 1.0), (2.0, 1.0), (0.0, math.inf)])
def test_an_empty_or_endless_range_is_refused(bars, bad):
    with pytest.raises(ValueError, match="lo must be below hi"):
        bars.set_range(*bad)


def test_a_span_is_drawn_as_a_whisker_from_end_to_end(bars):
    def pixels():
        image = QImage(bars.size(), QImage.Format.Format_RGB32)
        bars.render(image)
        view = bars.view()
        x = round(view.screen(1.5, 0.0)[0])
        return [image.pixel(x, round(view.screen(1.5, height)[1])) for height in (0.4, 3.0, 3.4)]

    bars.set_bars([Bar("cat", 2.0), Bar("dog", 1.0), Bar("bird", -0.5)])
    before = pixels()
    bars.set_bars([Bar("cat", 2.0), Bar("dog", 1.0, span=(0.2, 3.2)), Bar("bird", -0.5)])
    after = pixels()
    assert before[0] != after[0] and before[1] != after[1]  # inside the bar, and above it
    assert before[2] == after[2]  # beyond its end
