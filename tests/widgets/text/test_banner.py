import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from widgets.controls.buttons import Glyph
from widgets.text.banner import Banner


def texts(banner):
    return [label.text() for label in banner.findChildren(QLabel) if label.text()]


def buttons(banner):
    """By what is written on them, or read out."""
    return {each.text() or each.accessibleName(): each for each in banner.findChildren(QAbstractButton)}


@pytest.mark.parametrize(
    ("kind", "word"), [("good", "Done"), ("warn", "Careful"), ("bad", "Problem"), ("info", "Note")]
)
def test_every_kind_has_a_word_and_an_icon_besides_its_colour(qtbot, kind, word):
    banner = Banner(kind, "It happened.")
    qtbot.addWidget(banner)
    assert texts(banner) == [word, "It happened."] and banner.accessibleName() == f"{word}: It happened."
    assert not banner.findChild(Glyph).pixmap().isNull()


def test_the_action_and_the_close_button_say_so(qtbot):
    banner = Banner("bad", "The loss became infinite.", "Set η to 0.26")
    qtbot.addWidget(banner)
    banner.show()
    with qtbot.waitSignal(banner.acted, timeout=1000):
        qtbot.mouseClick(buttons(banner)["Set η to 0.26"], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(banner.closed, timeout=1000):
        qtbot.mouseClick(buttons(banner)["Close"], Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_without_an_action_there_is_no_button_for_it(qtbot):
    banner = Banner("info", "Nothing to do.")
    qtbot.addWidget(banner)
    banner.show()
    assert [name for name, shown in buttons(banner).items() if shown.isVisible()] == ["Close"]
    banner.say("warn", "Something to do.", "Do it", word="Attention")
    assert (
        buttons(banner)["Do it"].isVisible() and texts(banner)[0] == "Attention" and banner.property("kind") == "warn"
    )


def test_a_long_text_wraps(qtbot):
    banner = Banner("info", "A sentence that is long enough to need more than one line. " * 3)
    qtbot.addWidget(banner)
    assert banner.heightForWidth(300) > banner.heightForWidth(2000)


def test_an_unknown_kind_is_refused(qtbot):
    with pytest.raises(ValueError, match="terrible"):
        qtbot.addWidget(Banner("terrible", ""))
