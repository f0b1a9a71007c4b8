"""One look for all: who paints hears of a new one, and of nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from widgets.base.colors import DARK
from widgets.base.look import Look, Refreshing, Resting, apply_look, forget_letters, look, sheet_at_the_end
from widgets.base.stylesheet import kind

ROOT = Path(__file__).resolve().parents[3]


class Painted(Refreshing, QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.looks = []

    def relook(self) -> None:
        self.looks.append(look())


def test_a_widget_hears_of_a_look_that_is_new_and_not_of_one_that_is_in_force(qapp, qtbot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.show()
    widget.looks.clear()
    apply_look(qapp, Look())
    apply_look(qapp)
    assert widget.looks == [], "any changed setting puts the look into force again: nothing may be restyled"
    apply_look(qapp, palette=DARK)
    assert widget.looks and {each.palette.name for each in widget.looks} == {"dark"}
    widget.looks.clear()
    apply_look(qapp, scale=1.25)
    assert {each.scale for each in widget.looks} == {1.25}
    widget.looks.clear()
    apply_look(qapp, Look(DARK, 1.25))
    assert widget.looks == []


class Room(Resting, QWidget):
    """A part of a window with something painted in it."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = Painted()
        self.label = QLabel("text")
        column = QVBoxLayout(self)
        for part in (self.painted, self.label):
            column.addWidget(part)


def test_a_font_is_made_once_and_belongs_to_who_asks_for_it(qapp) -> None:
    wanted = Look(scale=1.5)
    font = wanted.font("small", 600, italic=True)
    assert (font.family(), font.pixelSize(), font.weight(), font.italic()) == ("Inter", 20, 600, True)
    font.setPixelSize(77)
    assert wanted.font("small", 600, italic=True).pixelSize() == 20
    assert wanted.font("small", 600).italic() is False and wanted.font("small", 500, italic=True).weight() == 500
    assert wanted.font("small", mono=True).family() == "JetBrains Mono"


def test_what_is_hidden_hears_of_a_new_look_when_it_is_shown_again(qapp, qtbot) -> None:
    pages = QStackedWidget()
    shown, hidden = Room(), Room()
    for room in (hidden, shown):
        pages.addWidget(room)
    qtbot.addWidget(pages)
    pages.show()
    qtbot.waitExposed(pages)
    pages.setCurrentWidget(shown)
    qapp.processEvents()
    for room in (shown, hidden):
        room.painted.looks.clear()
    apply_look(qapp, palette=DARK)
    apply_look(qapp, scale=1.25)
    assert [each.scale for each in shown.painted.looks][-1] == 1.25
    assert hidden.painted.looks == []
    pages.setCurrentWidget(hidden)
    assert hidden.painted.looks == [look()]
    assert hidden.label.palette().text().color() == shown.label.palette().text().color()
    assert hidden.label.font().pixelSize() == shown.label.font().pixelSize()
    apply_look(qapp, Look())
    assert hidden.painted.looks[-1] == Look(), "it is awake again"


def within(widget: QWidget, depth: int) -> QWidget:
    """The widget inside so many widgets, each made around the one before, as pages are built."""
    for _step in range(depth):
        outer = QWidget()
        QVBoxLayout(outer).addWidget(widget)
        widget = outer
    return widget


def test_a_widget_is_not_laid_out_again_for_each_layout_that_it_is_put_into(qapp, qtbot) -> None:
    painted = Painted()
    whole = within(painted, 6)
    qtbot.addWidget(whole)
    whole.show()
    assert len(painted.looks) <= 2, "once where it was put into the first, once with the font of the sheet"
    painted.looks.clear()
    apply_look(qapp, palette=DARK)
    assert painted.looks, "a new look still reaches it"
    painted.looks.clear()
    painted.setStyleSheet("font-size: 31px;")
    assert painted.looks, "and so does another font"


class Counted(QObject):
    """How often a widget was dressed."""

    def __init__(self) -> None:
        super().__init__()
        self.fonts = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.fonts += event.type() == QEvent.Type.FontChange
        return False


def test_a_kind_is_seen_once_the_widget_is_and_at_once_when_it_is_shown(qtbot) -> None:
    label, counted = QLabel("text"), Counted()
    label.installEventFilter(counted)
    qtbot.addWidget(label)
    kind(label, "home_title")
    assert counted.fonts == 0, "nobody sees it yet"
    label.show()
    assert label.font().pixelSize() == 26
    kind(label, "small")
    assert label.font().pixelSize() == 13


def test_beside_another_window_the_sheet_stays_while_a_window_is_made(qapp, qtbot) -> None:
    other = QLabel("other")
    qtbot.addWidget(other)
    other.show()
    before = qapp.styleSheet()
    with sheet_at_the_end(qapp):
        assert before and qapp.styleSheet() == before
    assert qapp.styleSheet() == before


FIRST_WINDOW = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtWidgets import QApplication, QLabel
from widgets.base.look import Look, apply_look, sheet_at_the_end
from widgets.base.stylesheet import kind
app = QApplication([])
apply_look(app, Look())
sheet = app.styleSheet()
with sheet_at_the_end(app):
    assert app.styleSheet() == "" != sheet, "no sheet while it is made"
    label = kind(QLabel("text"), "home_title")
    size = label.sizeHint()
assert app.styleSheet() == sheet, "and the same one afterwards"
label.show()
assert label.font().pixelSize() == 26 and label.sizeHint().height() > size.height()
"""


def test_the_first_window_is_made_without_the_sheet_and_has_it_then() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_WINDOW], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Told(QWidget):
    """Notes how often it is told of another style."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.times = 0

    def changeEvent(self, event: QEvent) -> None:
        self.times += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_a_widget_is_restyled_once_however_deep_it_stands(qapp, qtbot) -> None:
    outer = QWidget()
    qtbot.addWidget(outer)
    told = [Told(outer)]
    for _level in range(5):
        told.append(Told(told[-1]))
    outer.show()
    for each in told:
        each.times = 0
    apply_look(qapp, palette=DARK)
    assert [each.times for each in told] == [1] * 6


def test_a_page_that_was_never_seen_hears_of_the_look_when_the_part_it_is_in_is_shown_again(qapp, qtbot) -> None:
    class Book(Resting, QWidget):
        def __init__(self) -> None:
            super().__init__()
            pages = QStackedWidget()
            self.first, self.second = Painted(), Painted()
            for page in (self.first, self.second):
                pages.addWidget(page)
            QVBoxLayout(self).addWidget(pages)

    book = Book()
    qtbot.addWidget(book)
    book.show()
    book.hide()
    for page in (book.first, book.second):
        page.looks.clear()
    apply_look(qapp, palette=DARK)
    assert book.first.looks == book.second.looks == []
    book.show()
    assert look() in book.first.looks and look() in book.second.looks


class Fitting(Painted):
    """Measures a label in it when it hears of another look, as what fits its words to its room does."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel("words", self)
        self.heights: list[int] = []

    def relook(self) -> None:
        super().relook()
        self.heights.append(self.label.fontMetrics().height())


def test_whoever_hears_of_a_look_finds_every_other_dressed_for_it(qapp, qtbot) -> None:
    fitting = [Fitting() for _ in range(40)]  # Qt tells them in no order
    for one in fitting:
        qtbot.addWidget(one)
        one.show()
    qapp.processEvents()
    for one in fitting:
        one.heights.clear()
    apply_look(qapp, scale=2.0)
    now = {one.label.fontMetrics().height() for one in fitting}
    assert len(now) == 1
    assert {height for one in fitting for height in one.heights} == now


def test_letters_that_were_forgotten_are_drawn_again_as_they_were(qapp, qtbot) -> None:
    label = QLabel("Letters, figures 0123 and \N{GREEK SMALL LETTER ETA}")
    qtbot.addWidget(label)
    label.show()
    before, families = label.grab().toImage(), QFontDatabase.families()
    for _again in range(3):
        forget_letters()
    assert label.grab().toImage() == before
    assert QFontDatabase.families() == families and look().family in families
