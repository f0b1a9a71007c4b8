"""A sentence on one line: dots where it does not fit, and the whole where the pointer asks."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from widgets.base.look import Look, apply_look
from widgets.text.elided_label import FILLING, ElidedLabel

LONG = "A sentence that is much too long for so little room"


def made(qtbot, *args, **kwargs):
    line = ElidedLabel(*args, **kwargs)
    qtbot.addWidget(line)
    return line


def test_what_does_not_fit_is_dots_and_the_whole_is_in_the_tooltip(qtbot):
    line = made(qtbot, LONG)
    line.resize(120, 20)
    line.show()
    assert line.shown().endswith("…")
    assert line.toolTip() == line.words() == LONG
    line.resize(900, 20)
    assert line.shown() == line.words()
    assert line.toolTip() == ""
    assert line.minimumSizeHint().width() == 0


def test_another_sentence_is_another_tooltip(qtbot):
    line = made(qtbot, "Short")
    line.resize(60, 20)
    line.show()
    line.say("Not so short any more")
    assert line.toolTip() == "Not so short any more"
    line.say("Short")
    assert line.toolTip() == ""
    assert not line.grab().toImage().isNull()


def test_a_screen_reader_gets_the_whole_sentence(qtbot):
    line = made(qtbot, LONG)
    line.resize(60, 20)
    assert line.accessibleName() == LONG
    line.say("Short")
    assert line.accessibleName() == "Short"


class Requests(QObject):
    """How often a widget was asked to lay itself out."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched, event):
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_another_sentence_lays_nothing_out_anew(qtbot, qapp):
    parent, line, requests = QWidget(), ElidedLabel("Short"), Requests()
    QVBoxLayout(parent).addWidget(line)
    qtbot.addWidget(parent)
    parent.resize(300, 60)
    parent.show()
    qapp.processEvents()
    parent.installEventFilter(requests)
    before = parent.grab().toImage()
    line.say(LONG)
    qapp.processEvents()
    assert requests.count == 0
    assert parent.grab().toImage() != before


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_it_is_as_many_lines_high_as_it_was_told(qtbot, lines):
    line = made(qtbot, lines=lines, air=6)
    assert line.sizeHint().height() == lines * line.fontMetrics().lineSpacing() + 6
    assert line.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Fixed
    assert line.sizeHint().height() == line.minimumSizeHint().height()


def test_larger_text_is_higher(qtbot, qapp):
    line = made(qtbot, LONG)
    line.show()
    high = line.sizeHint().height()
    apply_look(qapp, Look(scale=2.0))
    assert line.sizeHint().height() > 1.8 * high


def test_on_several_lines_words_wrap_and_the_last_line_ends_in_dots(qtbot):
    line = made(qtbot, LONG, "small", lines=2)
    line.show()
    line.resize(240, line.sizeHint().height())
    assert line.shown() == LONG and line.toolTip() == ""  # too long for one line, not for two
    line.resize(120, line.sizeHint().height())
    beginning = line.shown().removesuffix("…")
    assert beginning != line.shown() and LONG.startswith(beginning + " ")  # whole words only
    assert line.toolTip() == LONG


def test_it_fills_the_height_there_is(qtbot):
    line = made(qtbot, LONG, "small", lines=FILLING)
    line.show()
    assert line.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Expanding
    shown = []
    for lines in (1, 2, 3, 6):
        line.resize(100, lines * line.fontMetrics().lineSpacing())
        shown.append(line.shown())
    assert [len(text) for text in shown] == sorted(len(text) for text in shown)
    assert shown[0].endswith("…") and shown[-1] == LONG


def test_where_not_even_a_word_has_room_there_are_dots(qtbot):
    line = made(qtbot, LONG, lines=FILLING)
    line.show()
    line.resize(1, 1)
    assert line.shown() == "…" and line.toolTip() == LONG
    line.say("")
    assert line.shown() == "" and line.toolTip() == ""
