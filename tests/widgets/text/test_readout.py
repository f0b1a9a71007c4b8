import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from widgets.base.look import apply_look
from widgets.text.readout import Readout, ReadoutRow


@pytest.fixture
def readout(qtbot):
    made = Readout("loss", "Loss")
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("value", "exact", "text", "tip"),
    [
        (None, "", "—", "Loss"),
        (-0.16, "", "−0.16", "Loss: -0.16"),
        (1 / 3, "", "0.3333", "Loss: 0.3333333333333333"),
        ("−0.160", "−0.1600423", "−0.160", "Loss: −0.1600423"),
        ("∞", "", "∞", "Loss: ∞"),
    ],
)
def test_a_value_is_shown_short_and_told_in_full(readout, value, exact, text, tip):
    readout.set_value(value, exact)
    assert readout.text_shown() == text and readout.toolTip() == tip
    assert readout.accessibleName() == f"Loss {text}"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_a_press_or_a_key_asks_how_it_came_about(qtbot, readout, key):
    requested = []
    readout.requested.connect(requested.append)
    qtbot.mouseClick(readout, Qt.MouseButton.LeftButton)
    qtbot.keyClick(readout, key)
    assert requested == ["loss", "loss"]


def test_the_exact_value_is_copied_from_the_menu_and_by_key(qtbot, readout):
    copied = []
    readout.copied.connect(copied.append)
    readout.set_value(1 / 3)
    menu = readout.menu_for_value()
    menu.actions()[0].trigger()
    qtbot.keyClick(readout, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied == ["0.3333333333333333"] * 2
    menu.close()


def test_the_width_never_shrinks_while_values_change(readout):
    readout.set_value("−0.1234")
    wide = readout.sizeHint().width()
    readout.set_value("1")
    assert readout.sizeHint().width() == wide
    readout.set_value("123456.789")
    assert readout.sizeHint().width() > wide


def test_figures_have_one_width(readout):
    readout.set_value("1111")
    narrow = readout.sizeHint().width()
    readout.set_value("8888")
    assert readout.sizeHint().width() == narrow


def test_it_grows_with_the_text_size(readout):
    readout.set_value("0.25")
    before = readout.sizeHint()
    apply_look(QApplication.instance(), scale=2.0)
    assert readout.sizeHint().height() == 2 * before.height() and readout.sizeHint().width() > 1.8 * before.width()


@pytest.mark.parametrize("column", [False, True])
def test_a_row_shows_values_by_name_and_passes_questions_on(qtbot, column):
    row = ReadoutRow(("step", "loss"), ("Step", "Loss"), column=column)
    qtbot.addWidget(row)
    row.show()
    row.set_values({"step": "6", "accuracy": 0.5})
    assert [row.readout(name).text_shown() for name in ("step", "loss")] == ["6", "—"]
    with qtbot.waitSignal(row.requested, timeout=1000) as caught:
        qtbot.mouseClick(row.readout("loss"), Qt.MouseButton.LeftButton)
    assert caught.args == ["loss"]
