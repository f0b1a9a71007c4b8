"""A view of several pages: the run decides which is open, texts follow ten times a second."""

from dataclasses import dataclass
from functools import partial

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from lab.core.simulation import Set
from lab.kit_qt.paged import Page, PagedView
from lab.kit_qt.view import READING_MS
from widgets.base.focus import stops_in
from widgets.base.layouts import hbox

LEFT = Qt.MouseButton.LeftButton


@dataclass(frozen=True)
class Params:
    page: str
    data: str = "bundled"


class Frame:
    def __init__(self, page="one", number=0, control=0, data="bundled"):
        self.params, self.number, self.control = Params(page, data), number, control


class One(Page):
    """A page that remembers what it was told."""

    def __init__(self):
        super().__init__()
        self.drawn, self.written = [], []

    def show_page(self, frame, display):
        self.drawn.append((frame.number, display))

    def show_words(self, frame, _sentence):
        self.written.append(frame.number)

    def pictures(self):
        return [self]

    def main_picture(self):
        return (self,)


class Sheet(QWidget):
    """Takes the place of everything for a while."""

    opened = Signal()
    closed = Signal()
    taken = Signal(object)

    def listen(self, target):
        self.target = target


class Two(PagedView):
    """Two pages, the second made late."""

    def __init__(self):
        super().__init__({"one": One, "two": One}, ("One", "Two"), "Page", "plain")
        self.made, self.fitted = [], 0
        self.first, self.above, self.sheet = QPushButton("first"), QPushButton("above"), Sheet()
        self.head.addWidget(self.first)
        self.lay_over(self.sheet)
        self.begin(above=[self.above])

    def make(self, name):
        self.made.append(name)
        return super().make(name)

    def sentence(self, frame):
        return f"frame {frame.number}"

    def fit(self):
        self.fitted += 1


class Hasty(Two):
    """One whose texts follow another control at once."""

    def urgent(self, before, frame):
        return super().urgent(before, frame) or before.control != frame.control


class Slow(Two):
    """One with two slow parts."""

    def __init__(self):
        self.found = []
        super().__init__()

    def slow(self):
        return [partial(self.draw_part, "curve"), partial(self.draw_part, "grid")]

    def draw_part(self, part, frame):
        self.found.append((part, frame.number))


class Clock:
    """A QElapsedTimer whose time is told."""

    now = 0

    def __init__(self):
        self._since = None

    def isValid(self):
        return self._since is not None

    def start(self):
        self._since = self.now

    def elapsed(self):
        return self.now - self._since

    def invalidate(self):
        self._since = None


@pytest.fixture
def shown(qtbot, monkeypatch):
    monkeypatch.setattr("lab.kit_qt.view.QElapsedTimer", Clock)
    monkeypatch.setattr(Clock, "now", 0)

    def make(kind=Two):
        view = kind()
        qtbot.addWidget(view)
        view.resize(400, 300)
        view.show()
        return view

    return make


def test_a_page_is_made_when_it_is_first_requested_for(shown):
    view = shown()
    assert view.made == ["one"] and view.open_page() == "one" and view.pictures() == [view.page("one")]
    view.show_frame(Frame("two"))
    view.show_frame(Frame("one"))
    view.show_frame(Frame("two"))
    assert view.made == ["one", "two"] and len(view.pages()) == 2
    assert view.page("two").isVisible() and not view.page("one").isVisible()
    assert view.pictures() == [view.page("two")]


def test_chips_only_ask_and_the_frame_turns(shown, qtbot):
    view, requested = shown(), []
    view.acted.connect(lambda action, _gesture: requested.append(action))
    qtbot.mouseClick(view.chips.chip("two"), LEFT)
    assert not requested  # nothing runs yet
    view.show_frame(Frame("one"))
    qtbot.mouseClick(view.chips.chip("two"), LEFT)
    assert requested == [Set({"page": "two"})]
    assert view.open_page() == "one" and view.chips.chosen_keys() == ("one",) and view.page("one").isVisible()
    view.show_frame(Frame("two"))
    assert view.open_page() == "two" and view.chips.chosen_keys() == ("two",)
    qtbot.mouseClick(view.chips.chip("two"), LEFT)
    assert len(requested) == 1  # it is open already


def test_every_frame_is_drawn_and_of_a_run_ten_a_second_are_written(shown):
    view = shown()
    page, view.playing = view.page("one"), True
    for number, time in enumerate((0, 10, READING_MS - 1, READING_MS, READING_MS + 20)):
        Clock.now = time
        view.show_frame(Frame("one", number))
    assert [number for number, _display in page.drawn] == [0, 1, 2, 3, 4]
    assert page.written == [0, 3]
    view.playing = False
    view.show_frame(Frame("one", 5))
    assert page.written == [0, 3, 5]


def test_another_page_is_written_at_once_and_what_else_cannot_wait(shown):
    view, hasty = shown(), shown(Hasty)
    view.playing = hasty.playing = True
    view.show_frame(Frame("one", 0))
    view.show_frame(Frame("two", 1))
    assert view.page("two").written == [1]
    for number, control in enumerate((0, 0, 1)):
        hasty.show_frame(Frame("one", number, control))
    assert hasty.page("one").written == [0, 2]


def test_another_display_and_another_look_draw_the_frame_again(shown):
    view = shown()
    view.show_display("bold")  # before there is a frame
    view.show_frame(Frame())
    view.show_display("plain")
    view.set_compact(True)
    view.set_compact(True)  # nothing new
    assert view.page("one").drawn == [(0, "bold"), (0, "plain"), (0, "plain")]


def test_closer_together_on_a_small_screen(shown):
    view = shown()
    wide = view.above.y() - view.first.geometry().bottom()
    view.set_compact(True)
    view.layout().activate()
    view.main.layout().activate()
    assert view.above.y() - view.first.geometry().bottom() == wide - (view.WIDE - view.CLOSE)


def test_it_is_fitted_for_every_size_and_every_page(shown):
    view = shown()
    before = view.fitted
    view.resize(300, 300)
    assert view.fitted > before
    before = view.fitted
    view.show_frame(Frame("two"))
    assert view.fitted > before


def test_the_actions_of_one_drag_carry_the_same_gesture(shown):
    view, heard = shown(), []
    view.acted.connect(lambda action, gesture: heard.append((action, gesture)))
    page = view.page("one")
    page.drag("ball", "here")
    page.drag("ball", "there")
    page.end_drag()
    page.drag("ball", "back")
    view.act("press")
    assert heard == [("here", "ball#0"), ("there", "ball#0"), ("back", "ball#1"), ("press", "")]


def test_own_data_is_chosen_before_it_is_handed_over(shown):
    view, heard = shown(), []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    view.show_frame(Frame())
    view.sheet.taken.emit("table")
    view.show_frame(Frame(data="own"))
    view.sheet.taken.emit("another")
    assert heard == [Set({"data": "own"}), "table", "another"] and view.sheet.target is view


def test_slow_parts_follow_the_words_one_a_frame(shown):
    view = shown(Slow)
    view.show_frame(Frame("one", 0))  # at rest all of it at once
    assert view.found == [("curve", 0), ("grid", 0)]
    view.playing, view.found, busy = True, [], []
    for number, time in enumerate((0, 20, 40, 60, READING_MS)):
        Clock.now = READING_MS + time
        busy.append(view.show_frame(Frame("one", number)))
    assert view.found == [("curve", 1), ("grid", 2)] and busy == [True, True, True, False, True]


def test_what_a_page_asks_is_passed_on(shown, qtbot):
    view = shown()
    with qtbot.waitSignal(view.requested) as requested:
        view.page("two").requested.emit("loss")
    with qtbot.waitSignal(view.display_changed) as changed:
        view.page("two").display_changed.emit("bold", True)
    assert requested.args == ["loss"] and changed.args == ["bold", True]


def test_a_sheet_takes_the_place_of_everything_for_a_while(shown):
    view = shown()
    view.sheet.opened.emit()
    assert view.sheet.isVisible() and not view.chips.isVisible()
    view.sheet.closed.emit()
    assert view.chips.isVisible() and not view.sheet.isVisible()


def test_tab_goes_along_the_head_and_then_down(shown):
    view, order = shown(), []
    part = view.first
    while part is not view and len(order) < 20:
        order.append(part)
        part = part.nextInFocusChain()
    chip = next(part for part in order if view.chips.isAncestorOf(part))
    assert order.index(view.first) < order.index(chip) < order.index(view.above)
    assert order.index(view.above) < order.index(view.page("one"))


def test_the_chips_have_a_name(shown):
    view = shown()
    assert view.chips.accessibleName() == "Page"
    assert not view.findChildren(QLabel)  # no words of its own


def test_the_main_picture_is_that_of_the_open_page(qtbot) -> None:
    view = Two()
    qtbot.addWidget(view)
    for name in ("one", "two", "one"):
        view.show_frame(Frame(name))
        assert view.main_picture() == (view.page(name),)


class Reached(One):
    """A page with a button."""

    def __init__(self):
        super().__init__()
        self.button = QPushButton("here", self)


class Late(PagedView):
    """Pages between parts above and below."""

    def __init__(self):
        super().__init__({"one": Reached, "two": Reached, "three": Reached}, ("1", "2", "3"), "Page", "plain")
        self.above, self.below = QPushButton("above"), QPushButton("below")
        self.begin(above=[self.above], below=hbox(self.below))

    def sentence(self, frame):
        return ""


def test_tab_reaches_a_page_that_was_made_later_where_it_reached_the_first(shown):
    view = shown(Late)
    buttons = [view.page(name).button for name in ("one", "two", "three")]
    wanted = [view.above, *buttons, view.below]
    assert [stop for stop in stops_in(view) if stop in wanted] == wanted
