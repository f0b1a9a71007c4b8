"""A text folded to so many lines: what is left out is dots, and it says whether something is."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from widgets.text.folded_label import FoldedLabel

LONG = "Two wells, and the ball rolls into the nearer one, although the other one lies deeper and is the better model."


def made(qtbot, width: int, lines: int = 2) -> FoldedLabel:
    label = FoldedLabel(lines=lines)
    qtbot.addWidget(label)
    label.resize(width, label.sizeHint().height())
    label.show()
    return label


def test_a_text_that_has_room_is_whole_and_one_that_has_not_ends_with_dots(qtbot):
    label = made(qtbot, 2000)
    label.say("What to see", LONG)
    assert not label.folded and len(label.shown()) == 1 and label.shown()[0].endswith(LONG)
    label.resize(300, label.height())
    assert label.folded and len(label.shown()) == 2 and label.shown()[1].endswith("…")
    assert label.text() == LONG and label.lead == "What to see"


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_just_as_wide_as_needed_nothing_is_left_out_and_a_pixel_less_it_is(qtbot, lines):
    label = made(qtbot, 2000, lines)
    label.say("See", LONG)
    widths = range(60, 1200)
    enough = next(width for width in widths if not _folded(label, width))
    assert all(_folded(label, width) for width in range(enough - 20, enough))
    assert not _folded(label, enough) and len(label.shown()) == lines
    assert "".join(label.shown()).replace("See\N{EN SPACE}", "") == LONG


def _folded(label: FoldedLabel, width: int) -> bool:
    label.resize(width, label.height())
    return label.folded


def test_it_tells_when_something_is_left_out_and_when_no_longer(qtbot):
    label, told = made(qtbot, 300), []
    label.fold_changed.connect(told.append)
    label.say("", LONG)
    label.say("", LONG + " And more.")
    label.say("", "Short.")
    assert told == [True, False]


def test_of_several_paragraphs_each_is_seen_and_the_first_has_what_the_others_leave(qtbot):
    label = made(qtbot, 300, 3)
    label.say("Goal", f"{LONG}\n12 of 60 steps")
    assert [line.endswith("…") for line in label.shown()] == [False, True, False]
    assert label.shown()[2] == "12 of 60 steps"
    label.say("Goal", f"{LONG}\n12 of 60 steps\nA hint\nAnother")
    assert label.shown()[1:] == ["12 of 60 steps", "A hint"] and label.folded


def test_it_is_as_high_as_its_lines_whatever_it_says(qtbot):
    label = made(qtbot, 300)
    before = label.sizeHint()
    label.say("Word", LONG)
    assert label.sizeHint() == before and label.minimumSizeHint().width() == 0
    label.set_lines(3)
    assert label.sizeHint().height() > before.height()


@pytest.mark.parametrize("width", [1, 20, 60])
def test_a_lead_that_is_too_long_is_dots_too(qtbot, width):
    label = made(qtbot, width)
    label.say("A very long title for such a narrow place", LONG)
    assert len(label.shown()) == 2 and label.folded
    assert not label.grab().toImage().isNull()


def test_nothing_to_say_is_no_line(qtbot):
    label = made(qtbot, 300)
    label.say("Word", LONG)
    label.say("", "")
    assert label.shown() == [] and not label.folded


def test_a_percentage_is_not_torn_from_its_number(qtbot):
    label = made(qtbot, 300, 5)
    label.say("", " ".join(["100 %"] * 40))
    assert not any(line.lstrip().startswith("%") for line in label.shown())


def test_letters_that_count_twice_do_not_shift_the_lines(qtbot):
    text = "one \N{GRINNING FACE} two \N{GRINNING FACE} three four five six seven eight nine ten eleven"
    label = made(qtbot, 110, 9)
    label.say("", text)
    assert "".join(label.shown()) == text and len(label.shown()) > 2
    assert all(line.endswith(" ") for line in label.shown()[:-1]), "it breaks between words"


class Beside(QPushButton):
    def sizeHint(self) -> QSize:
        return QSize(32, 10)


def test_what_is_shown_beside_it_only_when_folded_does_not_keep_it_folded(qtbot):
    label, told = made(qtbot, 2000), []
    label.say("", LONG)
    enough = next(width for width in range(60, 1200) if not _folded(label, width))
    more = Beside()
    qtbot.addWidget(more)
    more.show()
    label.resize(enough - 40, label.height())
    label.set_beside(more, 8)
    label.fold_changed.connect(told.append)
    label.say("", LONG + " ")
    label.say("", LONG)
    assert told == [False] and not label.folded
    label.resize(enough - 41, label.height())
    assert label.folded
