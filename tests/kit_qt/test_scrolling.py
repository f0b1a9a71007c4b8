"""A view that is larger than its place scrolls: nothing is left out, and its main picture keeps its size."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from lab.kit_qt.scrolling import Scrolling
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import fill
from widgets.base.look import Look, apply_look, look


@dataclass(frozen=True)
class Params:
    pass


@dataclass(frozen=True)
class Frame:
    params: Params = Params()
    step: int = 0


class Picture(QWidget):
    """A picture that would make do with very little."""

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 40)


class View(ExperimentView):
    """A picture above three lines of text that need 60 pixels each."""

    def __init__(self) -> None:
        super().__init__(None)
        self.picture = Picture()
        self.lines = [QLabel(str(i)) for i in range(3)]
        for line in self.lines:
            line.setFixedHeight(60)
        fill(self._column, (self.picture, 1), *self.lines)
        self.relook()

    def main_picture(self):
        return (self.picture,)

    def draw(self, frame, before) -> None:
        pass


@pytest.fixture
def view(qtbot) -> View:
    made = View()
    qtbot.addWidget(made)
    made.show()
    return made


def resized(view: View, width: int, height: int) -> None:
    view.resize(width, height)
    for _round in range(10):
        QApplication.processEvents()


def area(view: View) -> QScrollArea:
    return view.findChild(Scrolling)


def test_a_roomy_view_does_not_scroll_and_sets_no_sizes(view) -> None:
    resized(view, look().px(View.ROOMY), look().px(View.HIGH))
    assert area(view).verticalScrollBar().maximum() == 0
    assert area(view).widget().size() == view.size()
    assert view.picture.minimumHeight() == 0


@pytest.mark.parametrize("size", ((View.ROOMY - 1, View.HIGH), (View.ROOMY, View.USUAL - 1)))
def test_a_cramped_one_keeps_its_main_picture(view, size) -> None:
    resized(view, *(look().px(side) for side in size))
    assert view.picture.minimumHeight() >= View.PICTURE
    assert min(view.picture.width(), view.picture.height()) >= View.PICTURE


def test_with_large_text_a_view_is_cramped_below_a_greater_height(view, qapp) -> None:
    apply_look(qapp, Look(scale=1.25))
    resized(view, look().px(View.ROOMY), look().px(View.HIGH) - 1)
    assert view.picture.minimumHeight() >= View.PICTURE
    resized(view, look().px(View.ROOMY), look().px(View.HIGH))
    assert view.picture.minimumHeight() < View.PICTURE


def test_a_wide_view_at_normal_text_does_not_scroll_what_gives_way(view) -> None:
    view.lines[0].setFixedHeight(View.USUAL)
    resized(view, View.ROOMY, View.USUAL)
    assert area(view).widget().height() == View.USUAL
    assert area(view).verticalScrollBar().maximum() == 0
    resized(view, View.ROOMY - 1, View.USUAL)
    assert area(view).widget().height() > View.USUAL


def test_what_has_no_room_is_scrolled_to_and_nothing_is_squeezed(view) -> None:
    resized(view, 500, 300)
    page = area(view).widget()
    assert page.height() > 300 and area(view).verticalScrollBar().maximum() > 0
    assert view.picture.height() >= View.PICTURE
    assert [line.height() for line in view.lines] == [60, 60, 60]
    assert page.rect().contains(view.lines[-1].geometry())


def test_in_a_low_view_the_picture_is_no_higher_than_what_is_seen_of_it(view) -> None:
    resized(view, 900, View.USUAL - 1)
    assert View.PICTURE <= view.picture.height() <= 400


def test_room_that_comes_back_is_taken(view) -> None:
    resized(view, 500, 300)
    resized(view, look().px(View.ROOMY), look().px(View.HIGH))
    assert view.picture.minimumHeight() == 0
    assert area(view).verticalScrollBar().maximum() == 0


def test_a_view_never_says_it_is_lower_than_what_it_scrolls(view) -> None:
    resized(view, 900, 200)
    assert not view.low(View.HIGH)
    assert view.low(View.HIGH + 1)
    assert view.narrow(901) and not view.narrow(600)


def test_a_part_that_comes_makes_the_page_higher(view) -> None:
    resized(view, 500, 300)
    before = area(view).widget().height()
    more = QLabel("more")
    more.setFixedHeight(90)
    view.main.layout().addWidget(more)
    resized(view, 500, 300)
    assert area(view).widget().height() >= before + 90


class Wordy(View):
    """One whose words wrap: the narrower it is, the more lines they take."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel("A sentence with many words, which are long and take several lines. " * 4)
        self.words.setWordWrap(True)
        self._column.insertWidget(0, self.words)


def test_words_that_wrap_take_nothing_from_what_stands_below(qtbot) -> None:
    view = Wordy()
    qtbot.addWidget(view)
    view.show()
    for width in (620, 400, 320):
        resized(view, width, 300)
        shown = [view.words, view.picture, *view.lines]
        assert view.words.height() >= view.words.heightForWidth(view.words.width())
        assert view.picture.height() >= View.PICTURE
        assert all(one.geometry().bottom() < other.geometry().top() for one, other in itertools.pairwise(shown))
