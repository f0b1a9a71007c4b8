"""The dock area: every open experiment is a box here, as a tab, beside another, or in a window of its own.

Each group of tabs is one QDockWidget, and this is the only module that makes any: Qt divides the room and
keeps the sizes, everything that is seen is ours. So Qt's own tab bars and title bars never appear, and a box
that is popped out gets an ordinary window, which works where a program may not place its windows too.

The owner opens boxes under unique keys and listens: `closing(key)` before a box is deleted, `action(key,
name)` for undo, redo and picture, `add_requested()` when somebody wants another experiment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QByteArray, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QStyle, QWidget

from lab.shell.docks.drop import Drop
from lab.shell.docks.empty import EmptyDocks
from lab.shell.docks.group import Floating, Group, Groups, Tab
from lab.shell.docks.layout import VERSION, Layout
from lab.shell.docks.strip import StripState
from lab.shell.docks.tabs import TabName
from widgets.base.look import look

__all__ = ["DockHost"]

AREA = Qt.DockWidgetArea.TopDockWidgetArea  # one area holds all docks; there is no centre
ACROSS, DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class DockHost(QMainWindow):
    """A QMainWindow used as a plain widget; the owner puts it into a layout."""

    current_changed = Signal(str)  # the key of the box in use, "" when none is open
    closing = Signal(str)  # save now: the box is deleted right after
    layout_changed = Signal()
    maximised_changed = Signal(bool)
    add_requested = Signal()
    action = Signal(str, str)  # key of the box; "undo", "redo" or "picture"
    group_added = Signal(object)  # Group
    window_added = Signal(object)  # Floating

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockOptions(QMainWindow.DockOption.AllowNestedDocks)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # Qt's list of docks means nothing here
        self._groups = Groups()
        self._holders: dict[Group, QDockWidget | Floating] = {}
        self._current = ""
        self._home: Group | None = None  # the docked group used last: new boxes go there
        self._first: Group | None = None  # made for the first box, which is not open yet
        self._biggest: Group | None = None
        self._before = QByteArray()  # sizes of the docks before one was maximised
        self._moving = False  # a box is between two groups: where the focus goes meanwhile means nothing
        self._empty = EmptyDocks(self)
        self._empty.add_requested.connect(self.add_requested)
        self.setCentralWidget(self._empty)
        self._escape = QShortcut(QKeySequence("Esc"), self, self.show_all)
        self._escape.setEnabled(False)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)
        self._settle()

    # What is open

    def keys(self) -> list[str]:
        """Every open box, group by group, in the order of the tabs."""
        return self._groups.keys()

    def current(self) -> str | None:
        """The box in use: the one that keys and menus act on."""
        return self._current or None

    def box(self, key: str) -> QWidget:
        """The widget of a box. Raises ValueError, like all that take a key, when none of that key is open."""
        return self.group_of(key).tab(key).box

    def group_of(self, key: str) -> Group:
        """The group of tabs that a box is in."""
        return self._groups.find(key)

    def groups(self) -> list[Group]:
        return list(self._groups)

    @property
    def maximised(self) -> bool:
        """Whether one dock has the whole area."""
        return self._biggest is not None

    def is_maximised(self, key: str) -> bool:
        group = self.group_of(key)
        return group.window().isMaximized() if group.floating else group is self._biggest

    def open(self, box: QWidget, key: str, title: str, accessible: str = "") -> None:
        """Add a box as a tab of the dock used last and bring it to the front. The host owns it from now on.

        `key` is unique among the open boxes and names it for good, also in saved layouts; ValueError if taken.
        """
        if not key or key in self.keys():
            raise ValueError(f"key must be new and not empty, got {key!r}; open are {self.keys()}")
        tab = Tab(TabName(key, title, accessible), box)
        if not box.accessibleName():
            box.setAccessibleName(accessible or title)
        self._dock(tab, self._home)
        self._settle(key)
        self._focus_box(key)

    def room(self) -> QWidget:
        """Where the next box that is opened will be. Made in there it meets the style sheet once; made elsewhere, again
        for each widget that is put around it."""
        if self._home is None and self._first is None:
            self._first = Group()
            self._new_dock(self._first)
        group = self._home or self._first
        assert group is not None
        return group.room

    def close(self, key: str | None = None) -> bool:
        """Close a box: tell the owner, then delete it. Without a key, QWidget.close for the host itself."""
        if key is None:
            return super().close()
        self.group_of(key)
        self.closing.emit(key)
        had_focus = self.group_of(key).isAncestorOf(QApplication.focusWidget() or self)
        box = self._take(key).box
        box.hide()
        box.deleteLater()
        self._settle()
        if had_focus and self._current:
            self._focus_box(self._current)
        elif had_focus:
            self._empty.setFocus()
        return True

    def request(self, key: str, name: str) -> None:
        """Ask the owner for what only the owner can do with a box: undo, redo, picture."""
        self.action.emit(key, name)

    def close_others(self, key: str) -> None:
        """Close the other boxes of the same group."""
        for other in self.group_of(key).keys:
            if other != key:
                self.close(other)

    def set_actions_enabled(
        self, key: str, undo: bool = False, redo: bool = False, tips: Mapping[str, str] | None = None
    ) -> None:
        """Which strip buttons of a box work, and better words for them: {"undo": "Undo learning rate"}."""
        group = self.group_of(key)
        if group.tab(key).allow(undo, redo, tips or {}) and group.current == key:
            group.refresh(self._state(group))

    # Going from box to box

    def focus(self, key: str) -> None:
        """Bring a box to the front, wherever it is, and give it the keyboard."""
        group = self.group_of(key)
        if self._biggest not in (None, group) and not group.floating:
            self.show_all()
        group.select(key)
        self._settle(key, layout=False)
        if group.floating:
            group.window().show()
            group.window().activateWindow()
        self._focus_box(key)

    def select(self, key: str) -> None:
        """Bring a box to the front of its tabs and make it the one in use; the keyboard stays where it is."""
        self.group_of(key).select(key)
        self._settle(key, layout=False)

    def next_tab(self, step: int = 1) -> None:
        """Go to the tab after this one, in the same dock, round and round."""
        if self._current:
            keys = self.group_of(self._current).keys
            self.focus(keys[(keys.index(self._current) + step) % len(keys)])

    # Arranging

    def float_out(self, key: str) -> None:
        """Give a box a window of its own, near where it was."""
        group = self.group_of(key)
        if group.floating and len(group.tabs) == 1:
            self.focus(key)
            return
        corner = group.mapToGlobal(QPoint(look().px(32), look().px(32)))
        self._pop_out(key, QRect(corner, group.size()))

    def dock_back(self, key: str) -> None:
        """Return a box to the dock that it was popped out of, or to the one used last."""
        if self.group_of(key).floating:
            tab = self._take(key)
            origin = next((group for group in self._groups.docked() if group.name == tab.origin), None)
            self._dock(tab, origin or self._home, tab.place if origin else None)
            self._settle(key)
            self.focus(key)

    def tab(self, key: str, onto_key: str) -> None:
        """Make a box a tab of the group of another."""
        if self.group_of(key) is not self.group_of(onto_key):
            self._join(key, self.group_of(onto_key))

    def split(self, key: str, direction: str) -> None:
        """Put a box into a dock of its own, 'right' of or 'below' the tabs it was among.

        Nothing happens to a box that is alone in its dock; one in a window goes beside the dock used last.
        """
        if direction not in ("right", "below"):
            raise ValueError(f"direction must be 'right' or 'below', got {direction!r}")
        group = self.group_of(key)
        if group.floating or len(group.tabs) > 1:
            self._place_beside(key, self._home if group.floating else group, direction)

    def place(self, key: str, drop: Drop, at: QPoint) -> None:
        """Put a box where a drag ended; `at` is the position on the screen."""
        source = self.group_of(key)
        if drop.side == "out":
            self._pop_out(key, QRect(at - QPoint(look().px(60), look().px(28)), source.size()))
        elif drop.group is None:
            self.dock_back(key)
        elif drop.side != "tab":
            self._place_beside(key, drop.group, drop.side)
        elif drop.group is source:
            source.move_tab(key, drop.index or 0)
            self._settle(key)
        else:
            self._join(key, drop.group, drop.index)

    def maximise(self, key: str) -> None:
        """Give one dock the whole area, until `show_all`; a window is maximised on its screen."""
        group = self.group_of(key)
        if group.floating:
            group.window().showMaximized()
        elif group is not self._biggest:
            self.show_all()
            self._before = self.saveState(VERSION)
            with self._undisturbed():
                self._set_biggest(group)
        group.select(key)
        self._settle(key)

    def show_all(self) -> None:
        """Undo `maximise`: every dock is back at its size."""
        if self._biggest is not None:
            with self._undisturbed():
                self._set_biggest(None)
                self.restoreState(self._before, VERSION)
            self._settle()

    def show_normal(self, key: str) -> None:
        """Back to normal size: every dock, or the window that a box is in."""
        group = self.group_of(key)
        if group.floating:
            group.window().showNormal()
            self.select(key)
        else:
            self.show_all()

    def _set_biggest(self, group: Group | None) -> None:
        self._biggest = group
        self._escape.setEnabled(group is not None)
        for other in self._groups.docked():
            self._holders[other].setVisible(group in (None, other))
        self.maximised_changed.emit(group is not None)

    # The arrangement as data

    def save(self) -> dict[str, Any]:
        """The arrangement as a value for JSON. What is in the boxes is their owner's."""
        qt = self.saveState(VERSION) if self._biggest is None else self._before
        groups = tuple(group.layout_now() for group in self._groups)
        return Layout(groups, self._current, self._biggest is not None, bytes(qt.data())).to_dict()

    def restore(self, state: Mapping[str, Any]) -> bool:
        """Arrange the open boxes as they were when `state` was saved.

        Boxes of that time that are not open now are left out; open ones it does not know join the first
        group. False, and all boxes as tabs of one dock, when the state cannot be read.
        """
        self.show_all()
        layout = Layout.from_dict(state, self.keys())
        with self._undisturbed():
            tabs = {key: self._take(key) for key in self.keys()}
            restored = layout is not None and self._rebuild(layout, tabs)
            if not restored:
                tabs.update({key: self._take(key) for key in self.keys()})
            for tab in tabs.values():
                self._dock(tab, self._home)
        current = layout.current if layout and layout.current in self.keys() else ""
        self._settle(current or self._current)
        if layout and restored and current and layout.maximised and not self.group_of(current).floating:
            self.maximise(current)
        return restored

    def _rebuild(self, layout: Layout, tabs: dict[str, Tab]) -> bool:
        """Make the groups of `layout` out of `tabs`, which keeps what no group wanted."""
        for entry in layout.groups:
            group = self._new_group(*(tabs.pop(key) for key in entry.keys), name=entry.name)
            group.select(entry.current)
            if entry.window is None:
                self.addDockWidget(AREA, self._new_dock(group))
            else:
                self._new_window(group, QRect(*entry.window))
        if not self._groups.docked():
            return True
        self._home = self._groups.docked()[0]
        done = self.restoreState(QByteArray(layout.qt), VERSION)
        for group in self._groups.docked():
            self._holders[group].show()
        return done

    # Groups and what holds them

    def _new_group(self, *tabs: Tab, name: str = "", made: Group | None = None) -> Group:
        group = self._groups.add(tabs, name, made)
        self.group_added.emit(group)
        return group

    def _new_dock(self, group: Group) -> QDockWidget:
        """A dock without a title bar of Qt's, which cannot be dragged, closed or floated behind our back."""
        dock = QDockWidget(self)
        dock.setObjectName(group.name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        nothing = QWidget(dock)
        nothing.setFixedHeight(0)
        dock.setTitleBarWidget(nothing)
        dock.setWidget(group)
        self._holders[group] = dock
        return dock

    def _new_window(self, group: Group, place: QRect) -> None:
        window = Floating(self, group)
        self._holders[group] = window
        self.window_added.emit(window)
        window.show_at(place)

    def _dock(self, tab: Tab, onto: Group | None, at: int | None = None) -> None:
        """Add a box to a group, or to a first dock if there is none."""
        if onto is not None:
            onto.put(tab, at)
            return
        first, self._first = self._first, None
        self._home = self._new_group(tab, made=first)
        dock = self._holders[first] if first is not None else self._new_dock(self._home)
        assert isinstance(dock, QDockWidget)
        dock.setObjectName(self._home.name)
        self.addDockWidget(AREA, dock)
        dock.show()

    def _take(self, key: str) -> Tab:
        """Remove a box from its group; a group without boxes goes, and its room to its neighbours."""
        group = self.group_of(key)
        if group is self._biggest and len(group.tabs) == 1:
            self.show_all()
        self._moving = True
        place = group.keys.index(key)
        tab = group.take(key)
        if not group.floating:
            tab.origin, tab.place = group.name, place
        if not group.tabs:
            self._remove(group)
        return tab

    def _remove(self, group: Group) -> None:
        self._groups.remove(group)
        holder = self._holders.pop(group)
        if isinstance(holder, QDockWidget):
            self.removeDockWidget(holder)
            holder.setObjectName("")  # it lives until the event loop turns: restoreState must not find it
        holder.hide()
        holder.deleteLater()
        if group is self._home:
            self._home = next(iter(self._groups.docked()), None)

    def _join(self, key: str, group: Group, at: int | None = None) -> None:
        group.put(self._take(key), at)
        self._settle(key)
        self.focus(key)

    def _place_beside(self, key: str, group: Group | None, side: str) -> None:
        """Take a box and dock it 'left', 'right', 'above' or 'below' of a group, sharing its room in half."""
        self.show_all()
        tab = self._take(key)
        beside = self._holders[group] if group is not None else None
        if isinstance(beside, QDockWidget):
            self._split_dock(beside, self._new_dock(self._new_group(tab)), side)
        else:
            self._dock(tab, None)
        self._settle(key)
        self._focus_box(key)

    def _split_dock(self, old: QDockWidget, new: QDockWidget, side: str) -> None:
        way = ACROSS if side in ("left", "right") else DOWN
        holders = [self._holders[group] for group in self._groups.docked()]
        docks = [dock for dock in holders if isinstance(dock, QDockWidget) and dock is not new]
        sizes = [dock.width() if way is ACROSS else dock.height() for dock in docks]
        gap = self.style().pixelMetric(QStyle.PixelMetric.PM_DockWidgetSeparatorExtent, None, self)
        half = (sizes[docks.index(old)] - gap) // 2
        self.splitDockWidget(old, new, way)
        if side in ("left", "above"):
            self.splitDockWidget(new, old, way)  # Qt only adds after: so the old one is moved behind the new
        new.show()
        sizes[docks.index(old)] = half
        self.resizeDocks([*docks, new], [*sizes, half], way)

    def _pop_out(self, key: str, place: QRect) -> None:
        self.show_all()
        group = self._new_group(self._take(key))
        self._new_window(group, place)
        self._settle(key)
        self.focus(key)

    # Keeping the picture true

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """While docks come and go Qt hands the focus around; put it back into the box that had it."""
        now = QApplication.focusWidget()
        tab = self.group_of(self._current).tab(self._current) if self._current else None
        had = tab if tab is not None and now is not None and tab.box.isAncestorOf(now) else None
        if had is not None:
            had.keep_focus()
        self._moving = True
        yield
        self._moving = False
        if had is not None:
            had.give_focus()

    def _follow_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is None or self._moving:
            return
        for group in self._groups:
            if group.isAncestorOf(now) and self._current not in group.keys:
                self.select(group.current)
                return

    def _focus_box(self, key: str) -> None:
        self.group_of(key).tab(key).give_focus()

    def _state(self, group: Group) -> StripState:
        return StripState(maximised=self.is_maximised(group.current), highlighted=self._current in group.keys)

    def _settle(self, current: str = "", layout: bool = True) -> None:
        """After any change: choose the box in use, show every strip as it is now, and tell the owner."""
        self._moving = False
        before = self._current
        self._current = current or (before if before in self.keys() else self._next_best())
        for group in self._groups:
            if self._current in group.keys and not group.floating:
                self._home = group
            group.refresh(self._state(group))
            self._holders[group].setWindowTitle(group.tab(group.current).name.title)
        self._empty.show_why(elsewhere=bool(self.keys()))
        self._empty.setVisible(not self._groups.docked())
        if self._current != before:
            self.current_changed.emit(self._current)
        if layout:
            self.layout_changed.emit()

    def _next_best(self) -> str:
        group = self._home or next(iter(self._groups), None)
        return group.current if group else ""
