import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from widgets.text.banner import Banner


def texts(banner):
    return [label.text() for label in banner.findChildren(QLabel) if label.text()]


@pytest.mark.parametrize(
    ("kind", "word"), [("good", "Done"), ("warn", "Careful"), ("bad", "Problem"), ("info", "Note")]
)
def test_every_kind_has_a_word_and_an_icon_besides_its_colour(qtbot, kind, word):
    banner = Banner(kind, "It happened.")
    qtbot.addWidget(banner)
    assert texts(banner) == [word, "It happened."] and banner.accessibleName() == f"{word}: It happened."
    assert not banner._icon.pixmap().isNull()


def test_the_action_and_the_close_button_say_so(qtbot):
    banner = Banner("bad", "The loss became infinite.", "Set η to 0.26")
    qtbot.addWidget(banner)
    banner.show()
    with qtbot.waitSignal(banner.acted, timeout=1000):
        qtbot.mouseClick(banner._action, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.closed, timeout=1000):
        qtbot.mouseClick(banner._close, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_without_an_action_there_is_no_button_for_it(qtbot):
    banner = Banner("info", "Nothing to do.")
    qtbot.addWidget(banner)
    banner.show()
    assert not banner._action.isVisible()
    banner.say("warn", "Something to do.", "Do it", word="Attention")
    assert banner._action.isVisible() and texts(banner)[0] == "Attention" and banner.property("kind") == "warn"


def test_a_long_text_wraps(qtbot):
    banner = Banner("info", "A sentence that is long enough to need more than one line. " * 3)
    qtbot.addWidget(banner)
    assert banner.heightForWidth(300) > banner.heightForWidth(2000)


def test_an_unknown_kind_is_refused(qtbot):
    with pytest.raises(ValueError, match="terrible"):
        qtbot.addWidget(Banner("terrible", ""))
