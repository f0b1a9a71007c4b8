import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import QApplication

from widgets.base.look import look
from widgets.controls.dropdown import Dropdown

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


@pytest.fixture
def select(front):
    made = Dropdown(("bowl", "ravine", "saddle"), ("A round bowl", "A long ravine", "A saddle"))
    front(made)
    made.heard = []
    made.chosen.connect(made.heard.append)
    return made


def wheel(widget):
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, widget.mapToGlobal(centre), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_keys_choose_the_next(qtbot, select):
    select.setFocus()
    qtbot.keyClick(select, Qt.Key.Key_Down)
    assert select.heard == ["ravine"] and select.chosen_key() == "ravine" and select.currentText() == "A long ravine"


def test_the_list_opens_and_a_press_chooses(qtbot, select):
    select.showPopup()
    view = select.view()
    qtbot.waitExposed(view.window())
    entry = view.visualRect(view.model().index(2, 0))
    qtbot.mouseMove(view.viewport(), entry.center())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=entry.center())
    qtbot.waitUntil(lambda: select.heard == ["saddle"], timeout=2000)
    assert select.chosen_key() == "saddle"


def test_entries_are_high_enough_to_press(select):
    select.showPopup()
    assert select.view().visualRect(select.view().model().index(0, 0)).height() >= 30
    select.hidePopup()


def test_what_the_program_chooses_is_not_announced(select):
    select.set_chosen("saddle")
    select.set_choices(("saddle", "hill"))
    assert select.chosen_key() == "saddle" and select.heard == []


def test_an_entry_that_is_gone_gives_way_to_the_first(select):
    select.set_chosen("ravine")
    select.set_choices(("x", "y"))
    assert select.chosen_key() == "x"


def test_the_wheel_turns_it_only_when_it_has_the_focus(select):
    select.clearFocus()
    wheel(select)
    assert select.chosen_key() == "bowl"
    select.setFocus()
    wheel(select)
    assert select.chosen_key() == "ravine"


def test_an_unknown_key_is_refused(select):
    with pytest.raises(ValueError, match="hill"):
        select.set_chosen("hill")
    assert Dropdown(()).chosen_key() is None


def test_words_beside_pictures_have_their_room_in_a_narrow_list(qtbot):
    words = "A long name of a set of points"
    box = Dropdown(("one", "two"), ("Short", words))
    qtbot.addWidget(box)
    box.setFixedWidth(120)
    box.set_pictures(lambda painter, place, key: None)
    box.show()
    box.showPopup()
    wide = QFontMetrics(look().font("body", 600)).horizontalAdvance(words)
    side = box.view().sizeHintForRow(0)  # of the picture, about
    assert box.view().viewport().width() >= wide + side + look().px(28)
    box.hidePopup()


def test_entries_with_pictures_are_higher_and_each_paints_its_own(qtbot):
    keys = ("one", "two", "three")
    box, painted = Dropdown(keys), []
    qtbot.addWidget(box)
    box.show()
    words_only = box.view().sizeHintForRow(0)
    box.set_pictures(lambda painter, place, key: painted.append((key, place.width(), place.height())))
    assert box.view().sizeHintForRow(0) > words_only
    box.showPopup()
    qtbot.waitUntil(lambda: {key for key, _wide, _high in painted} == set(keys))
    box.hidePopup()
    assert all(wide == high and wide < box.view().sizeHintForRow(0) for _key, wide, high in painted)
    painted.clear()
    box.set_choices(keys[1:])  # what is left keeps its own
    box.showPopup()
    qtbot.waitUntil(lambda: {key for key, _wide, _high in painted} == set(keys[1:]))
    box.hidePopup()
