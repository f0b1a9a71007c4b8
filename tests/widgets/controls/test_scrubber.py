import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QToolTip

from widgets.controls.scrubber import Scrubber

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


@pytest.fixture
def scrubber(front):
    made = Scrubber()
    made.setAccessibleName("History")
    made.resize(214, 28)  # 200 px for 100 steps
    made.set_span(0, 100)
    made.set_position(50)
    front(made)
    made.setFocus()
    return made


@pytest.fixture
def heard(scrubber):
    got = []
    scrubber.moved.connect(lambda step: got.append(("moved", step)))
    scrubber.released.connect(lambda step: got.append(("released", step)))
    return got


def at(scrubber, step):
    return QPoint(round(scrubber.x_of(step)), 14)


def test_dragging_tells_each_step_once_and_the_end(qtbot, scrubber, heard):
    qtbot.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=at(scrubber, 20))
    qtbot.mouseMove(scrubber, at(scrubber, 21))
    qtbot.mouseMove(scrubber, at(scrubber, 21))
    qtbot.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=at(scrubber, 21))
    assert heard == [("moved", 20), ("moved", 21), ("released", 21)]


@pytest.mark.parametrize(
    ("key", "shift", "step"),
    [
        (Qt.Key.Key_Left, False, 49),
        (Qt.Key.Key_Right, False, 51),
        (Qt.Key.Key_Left, True, 40),
        (Qt.Key.Key_Right, True, 60),
        (Qt.Key.Key_Home, False, 0),
        (Qt.Key.Key_End, False, 100),
    ],
)
def test_keys_go_through_the_run(qtbot, scrubber, heard, key, shift, step):
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(scrubber, key, modifier)
    assert heard == [("moved", step), ("released", step)]


def test_right_to_left_the_left_arrow_goes_on(qtbot, scrubber):
    scrubber.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(scrubber, Qt.Key.Key_Left)
    assert scrubber.position() == 51 and scrubber.x_of(0) > scrubber.x_of(100)


def test_the_ends_cannot_be_passed(qtbot, scrubber):
    scrubber.set_position(99)
    qtbot.keyClick(scrubber, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert scrubber.position() == 100


def test_the_program_is_silent(scrubber, heard):
    scrubber.set_position(70)
    scrubber.set_span(0, 60)
    scrubber.set_marks([(5, "gesture"), (6, "change")])
    assert scrubber.position() == 60 and heard == []


def test_the_run_cannot_pull_the_handle_out_of_the_hand(qtbot, scrubber):
    qtbot.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=at(scrubber, 20))
    scrubber.set_span(0, 100)
    scrubber.set_position(100)
    assert scrubber.position() == 20
    qtbot.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=at(scrubber, 20))


def test_hovering_names_the_step_and_changes_nothing(qtbot, scrubber, heard):
    qtbot.mouseMove(scrubber, at(scrubber, 50))
    qtbot.mouseMove(scrubber, at(scrubber, 80))
    qtbot.waitUntil(lambda: QToolTip.text() == "step 80", timeout=2000)
    assert scrubber.position() == 50 and heard == []
    QToolTip.hideText()


def test_marks_are_painted_where_they_belong(scrubber):
    before = scrubber.grab().toImage()
    scrubber.set_marks([(20, "gesture"), (80, "change")])
    after = scrubber.grab().toImage()
    above, below = at(scrubber, 20) - QPoint(0, 7), at(scrubber, 80) + QPoint(0, 8)
    assert after.pixelColor(above) != before.pixelColor(above)
    assert after.pixelColor(below) != before.pixelColor(below)
    assert after.pixelColor(at(scrubber, 20) + QPoint(0, 8)) == before.pixelColor(at(scrubber, 20) + QPoint(0, 8))


def test_a_run_that_has_not_begun_can_be_shown(qtbot, scrubber, heard):
    scrubber.set_span(0, 0)
    scrubber.grab()
    qtbot.mouseClick(scrubber, Qt.MouseButton.LeftButton, pos=QPoint(150, 14))
    assert scrubber.position() == 0


def test_a_screen_reader_hears_the_step_and_can_set_it(scrubber, heard):
    met = QAccessible.queryAccessibleInterface(scrubber)
    assert met.role() == QAccessible.Role.Slider and met.valueInterface().currentValue() == 50
    met.valueInterface().setCurrentValue(30)
    assert heard == [("moved", 30)]


def test_nonsense_is_refused(scrubber):
    with pytest.raises(ValueError, match="last"):
        scrubber.set_span(5, 4)
    with pytest.raises(ValueError, match="kind"):
        scrubber.set_marks([(1, "note")])


def test_places_can_have_names_of_their_own(scrubber):
    scrubber.set_span(3, 5)
    scrubber.set_names(["step 10", "step 100"])
    assert [scrubber.name_of(step) for step in (2, 3, 4, 5)] == ["step 2", "step 10", "step 100", "step 5"]
