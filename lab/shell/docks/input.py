"""What people do to the docks: press, drag and type; each gesture becomes one call of the host.

A floating window and the main window have the same keys and strips, so both are handled here alike.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from lab.shell.command import add_keys
from lab.shell.docks.commands import DOCK_COMMANDS, DockedBox
from lab.shell.docks.drop import DropMark, find_drop
from lab.shell.docks.group import Floating, Group
from lab.shell.docks.host import DockHost

__all__ = ["DockInput"]

WINDOW = Qt.ShortcutContext.WindowShortcut


class DockInput(QObject):
    """Listens to the strips and windows of one host."""

    def __init__(self, host: DockHost) -> None:
        super().__init__(host)
        self._host = host
        self._mark: DropMark | None = None
        host.group_added.connect(self._add_group)
        host.window_added.connect(self._add_window)
        self._add_keys(host)

    def _add_group(self, group: Group) -> None:
        group.pressed.connect(self._pick)
        group.strip.requested.connect(self._run)
        tabs = group.strip.tabs
        tabs.picked.connect(self._pick)
        tabs.add_requested.connect(self._host.add_requested)
        tabs.dragged.connect(self._drag)
        tabs.dropped.connect(self._end_drag)

    def _add_window(self, window: Floating) -> None:
        """The main window's undo and redo keys do not reach into other windows: there they are ours."""
        window.returned.connect(self._return_all)
        window.activated.connect(self._host.select)
        self._add_keys(window, "undo", "redo")

    def _add_keys(self, window: QWidget, *more: str) -> None:
        """The keys of the docks; they act on the box in use while `window` is the active one."""
        names = ("next_tab", "previous_tab", "close", "maximise", "float", "picture", "send", "runs", "pin", *more)
        add_keys(window, [DOCK_COMMANDS[name] for name in names], WINDOW).triggered.connect(self._key_pressed)

    def _key_pressed(self, action: QAction) -> None:
        if key := self._host.current():
            self._run(self._host.group_of(key).strip.meaning_of(action.data()), key)

    def _run(self, name: str, key: str) -> None:
        DOCK_COMMANDS[name].run(DockedBox(self._host, key))

    def _pick(self, key: str) -> None:
        """A tab was pressed. From the keyboard the focus stays among the tabs, else it goes to the box."""
        tabs = self._host.group_of(key).strip.tabs
        if tabs.has_focus():
            self._host.select(key)
            tabs.tab(key).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._host.focus(key)

    def _return_all(self, name: str) -> None:
        keys = [key for group in self._host.groups() if group.name == name for key in group.keys]
        for key in keys:
            self._host.dock_back(key)

    def _drag(self, key: str, at: QPoint) -> None:
        source = self._host.group_of(key)
        if self._mark is None:
            self._mark = DropMark(source)
        self._mark.point_at(find_drop(self._host.groups(), self._host, source, key, at), source)

    def _end_drag(self, key: str, at: QPoint, kept: bool) -> None:
        if self._mark is not None:
            self._mark.hide()
            self._mark.deleteLater()
            self._mark = None
        source = self._host.group_of(key)
        drop = find_drop(self._host.groups(), self._host, source, key, at) if kept else None
        if drop is None:
            self._host.focus(key)
        else:
            self._host.place(key, drop, at)
