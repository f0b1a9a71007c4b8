import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from widgets.base.colors import DARK
from widgets.base.look import apply_look
from widgets.controls.buttons import Button, Glyph, IconButton, directed


def ink(button):
    """The colour of the strongest pixel of a button's icon."""
    image = button.icon().pixmap(64, 64).toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=lambda color: color.alpha()).name().upper()


@pytest.mark.parametrize(
    "made", [lambda: Button("Undo", icon="undo-2"), lambda: IconButton("undo-2", "Undo", "Ctrl+Z")]
)
def test_the_icon_takes_the_colour_of_a_new_theme(qtbot, made):
    button = made()
    qtbot.addWidget(button)
    before = ink(button)
    apply_look(QApplication.instance(), palette=DARK)
    assert ink(button) == DARK.text2 != before


def test_a_button_is_as_high_as_requested_at_every_text_size(qtbot):
    button = Button("Run", "primary", "play", height=40)
    qtbot.addWidget(button)
    assert button.sizeHint().height() == 40
    apply_look(QApplication.instance(), scale=1.5)
    assert button.sizeHint().height() == 60


def test_run_becomes_pause_without_losing_its_place(qtbot):
    button = Button("Run", "primary", "play")
    qtbot.addWidget(button)
    before = button.icon().cacheKey()
    button.set_face("Pause", "pause")
    assert button.text() == "Pause" and button.icon().cacheKey() != before


def test_an_ampersand_is_a_letter_and_no_shortcut(qtbot):
    button = Button("Q&A")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()


def test_an_icon_button_says_its_name_and_its_key(qtbot):
    button = IconButton("undo-2", "Undo", "Ctrl+Z")
    qtbot.addWidget(button)
    assert button.toolTip() == "Undo  (Ctrl+Z)" and button.accessibleName() == "Undo"
    assert button.accessibleDescription() == "Ctrl+Z"
    assert button.sizeHint().width() >= 24 and button.sizeHint().height() >= 24


def test_arrows_turn_round_where_text_runs_right_to_left(qtbot):
    button = IconButton("arrow-left", "Back")
    qtbot.addWidget(button)
    assert directed("arrow-left", button) == "arrow-left"
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert directed("arrow-left", button) == "arrow-right" and directed("play", button) == "play"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
@pytest.mark.parametrize("made", [lambda: Button("Step"), lambda: IconButton("undo-2", "Undo")])
def test_a_button_can_be_pressed_by_keys(qtbot, made, key):
    button = made()
    qtbot.addWidget(button)
    button.show()
    with qtbot.waitSignal(button.clicked, timeout=1000):
        qtbot.keyClick(button, key)


def test_a_glyph_with_a_tip_has_a_name(qtbot):
    glyph = Glyph("rotate-ccw", tip="Starts over")
    qtbot.addWidget(glyph)
    assert glyph.accessibleName() == glyph.toolTip() == "Starts over"
