"""Something that the learner can do, as one row of a table; menus, palette, strips, keys and the key sheet read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lab.core.records import dataclass
from lab.core.search import Entry
from lab.core.text import _

__all__ = [
    "MENU",
    "PALETTE",
    "Command",
    "add_entry",
    "add_keys",
    "fill",
    "key_lines",
    "new_menu",
    "pop_up",
    "table",
]

C = TypeVar("C")
MENU, PALETTE = "menu", "palette"  # where a command can be offered, apart from its key


@dataclass(frozen=True, slots=True)
class Command(Generic[C]):
    """words: N_(…).  run: what it does with its context.  key, also: as QKeySequence writes them.

    asks: a dialog comes first, so menus write "…".  shown: the key as the key sheet writes it, where it stands for
    several.  local: the key acts only in the window that it was added to, not in the popped-out ones.
    """

    id: str
    words: str
    run: Callable[[C], object]
    key: str = ""
    also: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    icon: str = ""
    asks: bool = False
    shown: str = ""
    local: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that means it."""
        return (self.key, *self.also) if self.key else self.also

    def found(self, context: C) -> Entry:
        """Its line in the palette."""
        return Entry(_(self.words), "command", (), self.shown or self.key, partial(self.run, context))

    @property
    def entry(self) -> str:
        """Its line in a menu: the words, and the key in brackets."""
        return _(self.words) + ("…" if self.asks else "") + (f"  ({self.key})" if self.key else "")


def table(*commands: Command[C]) -> Mapping[str, Command[C]]:
    """Commands by their ids, in order; it cannot be changed. Raises ValueError where two have the same id."""
    ids = [command.id for command in commands]
    if len(set(ids)) < len(ids):
        raise ValueError(f"two commands are called {next(id for id in ids if ids.count(id) > 1)}")
    return MappingProxyType({command.id: command for command in commands})


def add_keys(widget: QWidget, commands: Iterable[Command[Any]], context: Qt.ShortcutContext) -> QActionGroup:
    """Have the keys of commands act on a widget. The group's `triggered` brings an action with the id as its data."""
    group = QActionGroup(widget)
    for command in commands:
        action = QAction(group)
        action.setData(command.id)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut if command.local else context)
        widget.addAction(action)
    return group


def new_menu(parent: QWidget) -> QMenu:
    """A menu that is gone when it is closed, with tooltips."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    return menu


def pop_up(menu: QMenu, beside: QWidget) -> None:
    """Open a menu under a button."""
    right = beside.layoutDirection() == Qt.LayoutDirection.RightToLeft
    menu.popup(beside.mapToGlobal(beside.rect().bottomRight() if right else beside.rect().bottomLeft()))


def add_entry(menu: QMenu, words: str, run: Callable[[], object], tip: str = "") -> QAction:
    """A line of a menu."""
    action = menu.addAction(words.replace("&", "&&"))
    action.setToolTip(tip)
    action.triggered.connect(run)
    return action


def fill(menu: QMenu, commands: Iterable[Command[C]], context: C) -> None:
    """The commands that are offered in menus, as lines of one."""
    for command in commands:
        if MENU in command.offered:
            add_entry(menu, command.entry, partial(command.run, context))


def key_lines(commands: Iterable[Command[Any]]) -> list[tuple[str, str]]:
    """Key and words of every command that has both, for the key sheet."""
    return [(_native(c.shown or c.key), _(c.words)) for c in commands if c.words and (c.shown or c.key)]


def _native(key: str) -> str:
    """A key as this system writes it: "Ctrl+K" is "⌘K" on a Mac."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key if "+" in key else key
