"""What people do to the docks: press, drag and type; each gesture becomes one call of the host.

A floating window and the main window have the same keys and strips, so both are taken up here alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from lab.shell.dock_drop import DropMark, find_drop
from lab.shell.dock_group import Floating, Group
from lab.shell.strip import VERBS

if TYPE_CHECKING:
    from lab.shell.docks import DockHost

__all__ = ["DockHands"]


class DockHands(QObject):
    """Listens to the strips and windows of one host."""

    def __init__(self, host: DockHost) -> None:
        super().__init__(host)
        self._host = host
        self._mark: DropMark | None = None
        self._verbs: dict[str, Callable[[str], object]] = {
            "float": host.float_out,
            "dock": host.dock_back,
            "maximise": host.maximise,
            "show_all": self._normal_size,
            "close": host.close,
            "close_others": host.close_others,
            "split_right": self._split_right,
            "split_below": self._split_below,
        }

    def take_up(self, group: Group) -> None:
        group.picked.connect(self._pick)
        group.verb.connect(self._do)
        group.add_wanted.connect(self._host.add_requested)
        group.dragged.connect(self._drag)
        group.dropped.connect(self._end_drag)

    def take_up_window(self, window: Floating) -> None:
        """The main window's undo and redo keys do not reach into other windows: there they are ours."""
        window.returned.connect(self._return_all)
        window.activated.connect(self._host.select)
        self.add_keys(window)
        for key, method in (("Ctrl+Z", self._undo), ("Ctrl+Y", self._redo), ("Ctrl+Shift+Z", self._redo)):
            QShortcut(QKeySequence(key), window, method)

    def add_keys(self, window: QWidget) -> None:
        """The keys of the docks; they act on the box in use while `window` is the active one."""
        keys = {
            "Ctrl+Tab": self._host.next_tab,
            "Ctrl+Shift+Tab": self._host.previous_tab,
            VERBS["close"].key: self._close_current,
            VERBS["maximise"].key: self._toggle_maximised,
            VERBS["float"].key: self._toggle_floating,
            VERBS["picture"].key: self._picture,
        }
        for key, method in keys.items():
            QShortcut(QKeySequence(key), window, method)

    def _do(self, name: str, key: str) -> None:
        if name in self._verbs:
            self._verbs[name](key)
        else:
            self._host.action.emit(key, name)

    def _pick(self, key: str) -> None:
        """A tab was pressed. From the keyboard the focus stays among the tabs, else it goes to the box."""
        tabs = self._host.group_of(key).strip.tabs
        if tabs.has_focus():
            self._host.select(key)
            tabs.tab(key).setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._host.focus(key)

    def _split_right(self, key: str) -> None:
        self._host.split(key, "right")

    def _split_below(self, key: str) -> None:
        self._host.split(key, "below")

    def _normal_size(self, key: str) -> None:
        group = self._host.group_of(key)
        if group.floating:
            group.window().showNormal()
            self._host.select(key)
        else:
            self._host.show_all()

    def _close_current(self) -> None:
        self._do_to_current("close")

    def _picture(self) -> None:
        self._do_to_current("picture")

    def _undo(self) -> None:
        self._do_to_current("undo")

    def _redo(self) -> None:
        self._do_to_current("redo")

    def _toggle_maximised(self) -> None:
        key = self._host.current()
        self._do_to_current("show_all" if key and self._host.is_maximised(key) else "maximise")

    def _toggle_floating(self) -> None:
        key = self._host.current()
        self._do_to_current("dock" if key and self._host.group_of(key).floating else "float")

    def _do_to_current(self, name: str) -> None:
        if key := self._host.current():
            self._do(name, key)

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
