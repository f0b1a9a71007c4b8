"""A group of boxes that share one place: a card with a strip on top, of which one box is in front.

A group lives in a dock of the window or in a window of its own, and does not know which beyond what its
strip has to show. Only the box in front is visible; the others get a hide event and can stop drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from lab.core.records import dataclass
from lab.shell.docks.layout import GroupLayout
from lab.shell.docks.strip import Strip, StripState
from lab.shell.docks.tabs import TabName
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

__all__ = ["Floating", "Group", "Groups", "Tab"]


@dataclass(slots=True)
class Tab:
    """One open box and what the strip says of it."""

    name: TabName
    box: QWidget
    undo: bool = False
    redo: bool = False
    tips: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""  # the group it was popped out of, where it goes back to
    place: int = 0  # its place among the tabs there
    _inner: QWidget | None = None

    def allow(self, undo: bool, redo: bool, tips: Mapping[str, str]) -> bool:
        """Set which buttons work and what they say; False when nothing changed, as in most frames of a run."""
        if (undo, redo, tips) == (self.undo, self.redo, self.tips):
            return False
        self.undo, self.redo, self.tips = undo, redo, dict(tips)
        return True

    def keep_focus(self) -> None:
        """Remember what has the focus in the box, and take it away, before the box goes out of sight."""
        inner = self.box.focusWidget()
        if inner is not None:
            self._inner = inner
            inner.clearFocus()

    def give_focus(self) -> None:
        """Give the keyboard to what had it last in the box, or to the box."""
        now = QApplication.focusWidget()
        if now is None or not self.box.isAncestorOf(now):
            inner = self._inner if self._inner is not None and isValid(self._inner) else self.box
            (self.box.focusWidget() or inner).setFocus(Qt.FocusReason.OtherFocusReason)


class Group(QFrame):
    """Boxes as tabs of one card. Change it, then call `refresh`, which shows the result at once."""

    pressed = Signal(str)  # the box in front, where no control of it wanted the press

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.name = name
        self.tabs: list[Tab] = []
        self.current = ""
        self.floating = False
        self.strip = Strip(self)
        self._stack = _Stack(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self._stack, 1)
        kind(self, "dock")

    @property
    def keys(self) -> list[str]:
        """The boxes from first to last tab."""
        return [tab.name.key for tab in self.tabs]

    def tab(self, key: str) -> Tab:
        """The tab of a box. Raises ValueError when the group has none of that key."""
        for tab in self.tabs:
            if tab.name.key == key:
                return tab
        raise ValueError(f"no box '{key}'; this group has {', '.join(self.keys) or 'none'}")

    @property
    def room(self) -> QWidget:
        """What its boxes are in."""
        return self._stack

    def layout_now(self) -> GroupLayout:
        """The group as data, for saving."""
        at = self.window().geometry()
        place = (at.x(), at.y(), at.width(), at.height()) if self.floating else None
        return GroupLayout(self.name, tuple(self.keys), self.current, place)

    def put(self, tab: Tab, at: int | None = None) -> None:
        """Add a box in front, as the tab number `at` (the last one if None or beyond)."""
        self.tabs.insert(len(self.tabs) if at is None else at, tab)
        self._stack.addWidget(tab.box)
        self.select(tab.name.key)

    def take(self, key: str) -> Tab:
        """Remove a box without deleting it; its neighbour comes to the front."""
        tab = self.tab(key)
        tab.keep_focus()
        at = self.tabs.index(tab)
        self.tabs.remove(tab)
        if self.current == key:
            self.current = ""
            if self.tabs:
                self.select(self.tabs[min(at, len(self.tabs) - 1)].name.key)
        self._stack.removeWidget(tab.box)
        return tab

    def move_tab(self, key: str, at: int) -> None:
        """Move a tab to the gap `at`, 0 .. number of tabs, counted before it is moved."""
        old = self.keys.index(key)
        tab = self.tabs.pop(old)
        self.tabs.insert(at - (at > old), tab)

    def select(self, key: str) -> None:
        """Bring a box to the front. The focus does not follow by itself: Qt would give it to some button."""
        tab = self.tab(key)
        if key != self.current and self.current:
            self.tab(self.current).keep_focus()
        self.current = key
        self._stack.setCurrentWidget(tab.box)

    def refresh(self, state: StripState) -> None:
        """Show tabs and buttons as they are now; undo, redo and tips are those of the box in front."""
        if self.tabs:
            front = self.tab(self.current)
            state = replace(state, undo=front.undo, redo=front.redo, tips=front.tips, floating=self.floating)
            self.strip.show_tabs([tab.name for tab in self.tabs], self.current, state)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press that no control of the box wanted still says: this is where I work now."""
        super().mousePressEvent(event)
        if self.current:
            self.pressed.emit(self.current)


class Groups:
    """All groups of a host, docked or in windows, oldest first."""

    def __init__(self) -> None:
        self._all: list[Group] = []
        self._named = 0

    def __iter__(self) -> Iterator[Group]:
        return iter(tuple(self._all))  # a copy: groups come and go while others look at them

    def keys(self) -> list[str]:
        return [key for group in self._all for key in group.keys]

    def docked(self) -> list[Group]:
        return [group for group in self._all if not group.floating]

    def find(self, key: str) -> Group:
        """The group that a box is in. Raises ValueError when no box of that key is open."""
        for group in self._all:
            if key in group.keys:
                return group
        raise ValueError(f"key must be one of the open boxes {self.keys()}, got {key!r}")

    def add(self, tabs: Sequence[Tab], name: str = "", made: Group | None = None) -> Group:
        """A new group of these boxes, of which there is at least one; without a name it gets a new one. `made` is a
        group that has been made for it already."""
        names = {group.name for group in self._all}
        while not name or name in names:
            self._named += 1
            name = f"group-{self._named}"
        group = made or Group()
        group.name = name
        for tab in tabs:
            group.put(tab)
        self._all.append(group)
        return group

    def remove(self, group: Group) -> None:
        self._all.remove(group)


class _Stack(QStackedWidget):
    """Asks for no more room than a useful dock, whatever its largest box would like: see `minimumSizeHint`."""

    def minimumSizeHint(self) -> QSize:
        """Three boxes side by side must not push the window beyond the screen; boxes scroll if they must."""
        return super().minimumSizeHint().boundedTo(QSize(look().px(240), look().px(160)))


class Floating(Refreshing, QWidget):
    """A window of its own for one group, framed, moved and resized by the window system."""

    returned = Signal(str)  # by the frame's close button: the boxes of this group go back, nothing is lost
    activated = Signal(str)

    def __init__(self, parent: QWidget, group: Group) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.group = group
        group.floating = True
        self._column = QVBoxLayout(self)
        self._column.addWidget(group)
        kind(self, "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.relook()

    def relook(self) -> None:
        gap = look().px(8)
        self._column.setContentsMargins(gap, gap, gap, gap)

    def show_at(self, place: QRect) -> None:
        """Show the window at this place (pixels on the screen), no larger than a screen and all of it in sight."""
        screen = QGuiApplication.screenAt(place.center()) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry().adjusted(0, look().px(32), 0, 0)  # the frame's title is above
        size = place.size().expandedTo(QSize(320, 240)).boundedTo(room.size() * 0.95)
        x = max(room.x(), min(place.x(), room.right() + 1 - size.width()))
        y = max(room.y(), min(place.y(), room.bottom() + 1 - size.height()))
        self.setGeometry(QRect(QPoint(x, y), size))
        self.show()

    def event(self, event: QEvent) -> bool:
        news = (QEvent.Type.WindowActivate, QEvent.Type.WindowStateChange)
        if event.type() in news and self.group.current:
            self.activated.emit(self.group.current)
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Back to the main window; when that is gone too, the program ends, and the window with it."""
        main = self.parentWidget()
        if main is not None and main.window().isVisible():
            event.ignore()
            self.returned.emit(self.group.name)
