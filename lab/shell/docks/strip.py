"""The strip on top of every dock: its tabs on one side, what can be done with the box in front on the other.

One strip serves every box of its dock and names them by key. It carries out nothing: each button and each line of
the menu emits `requested(name, key)`, where name is one of `DOCK_COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.shell.command import add_entry, new_menu, pop_up
from lab.shell.docks.commands import DOCK_COMMANDS
from lab.shell.docks.tabs import NARROWEST, TabName, TabRow
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton

__all__ = ["Strip", "StripState"]

FOLDED = (
    "undo",
    "redo",
    "runs",
    "pin",
    "send",
    "picture",
    "float",
    "maximise",
)  # in one menu where there is little room


@dataclass(frozen=True, slots=True)
class StripState:
    """What the buttons of a strip depend on, apart from its tabs."""

    undo: bool = False
    redo: bool = False
    tips: Mapping[str, str] = field(default_factory=dict)  # by command: words that replace its own
    floating: bool = False
    maximised: bool = False
    highlighted: bool = True  # the keys act on this dock


class Strip(Refreshing, QFrame):
    """Tabs, +, then undo, redo, runs, pin, send, picture, pop out, maximise, close; those in between fold into ⋯ when
    narrow."""

    requested = Signal(str, str)  # the name of a command, the key of the box

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: tuple[TabName, ...] = ()
        self._current = ""
        self._state = StripState()
        self.tabs = TabRow(self)
        self.tabs.closed.connect(self._close)
        self.tabs.menu_requested.connect(self.show_menu)
        self.runs = Button(_("Runs"), "plain", DOCK_COMMANDS["runs"].icon, parent=self)  # the one with a word
        self.buttons = {name: self._button(name) for name in FOLDED if name != "runs"}
        self.runs.setAccessibleName(_("Runs"))
        self._set_up(self.runs, "runs")
        self._fold = IconButton("ellipsis", _("More"), parent=self)
        self._fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fold.clicked.connect(self._show_folded)
        self.buttons["close"] = self._button("close")
        self._rule = kind(QFrame(self), "rule")
        self.setAttribute(Qt.WidgetAttribute.WA_LayoutOnEntireRect)  # the tab in front covers the hairline
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(self.tabs, 1)
        for name in FOLDED[:2]:
            self._row.addWidget(self.buttons[name])
        self._row.addWidget(self._rule)
        for widget in (self.runs, *(self.buttons[name] for name in FOLDED[3:]), self._fold):
            self._row.addWidget(widget)
        self._row.addWidget(self.buttons["close"])
        along = (*(self.buttons[name] for name in FOLDED[:2]), self.runs, *(self.buttons[name] for name in FOLDED[3:]))
        for one, next_one in pairwise((*along, self._fold, self.buttons["close"])):
            QWidget.setTabOrder(one, next_one)
        kind(self, "strip")
        self.relook()

    def show_tabs(self, names: Sequence[TabName], current: str, state: StripState) -> None:
        """Show the dock as it is now. Emits nothing."""
        self._names, self._current, self._state = tuple(names), current, state
        self.tabs.show_tabs(names, current)
        self.tabs.show_state(state.highlighted, not state.floating)
        self.buttons["undo"].setEnabled(state.undo)
        self.buttons["redo"].setEnabled(state.redo)
        for name, button in self.buttons.items():
            command = DOCK_COMMANDS[self.meaning_of(name)]
            button.set_face(command.icon, state.tips.get(name) or _(command.words), command.key)
        shown = QKeySequence(DOCK_COMMANDS["runs"].key).toString(QKeySequence.SequenceFormat.NativeText)
        self.runs.setToolTip(_("Every run of this experiment, to compare and to go back to") + f"  ({shown})")
        self.runs.setAccessibleDescription(shown)

    def show_menu(self, key: str, at: QPoint) -> None:
        """The menu of one tab. What makes no sense now is there, but grey: a menu is learnt by its places."""
        names = ("split_right", "split_below", "", self.meaning_of("float"), self.meaning_of("maximise"), "")
        menu = self._menu(key, (*names, "close", "close_others"))
        menu.popup(at)

    def relook(self) -> None:
        px = look().px
        self.setFixedHeight(px(42))
        self._row.setContentsMargins(px(8), 0, px(8), 0)
        self._rule.setFixedSize(1, px(20))
        self._fold_or_not()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold_or_not()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(NARROWEST + 4 * 32 + 2 * 8), look().px(42))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.show_menu(self._current, event.globalPos())

    def _button(self, name: str) -> IconButton:
        command = DOCK_COMMANDS[name]
        button = IconButton(command.icon, _(command.words), command.key, parent=self)
        self._set_up(button, name)
        return button

    def _set_up(self, button: Button | IconButton, name: str) -> None:
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the experiment
        button.clicked.connect(partial(self._press, name))

    def meaning_of(self, name: str) -> str:
        """Two buttons change their meaning: pop out and put back, maximise and back to normal size."""
        if name == "float" and self._state.floating:
            return "dock"
        return "show_all" if name == "maximise" and self._state.maximised else name

    def _possible(self, name: str) -> bool:
        if name in ("undo", "redo"):
            return self.buttons[name].isEnabled()
        if name in ("split_right", "split_below"):
            return len(self._names) > 1 and not self._state.floating
        return name != "close_others" or len(self._names) > 1

    def _press(self, name: str) -> None:
        self.requested.emit(self.meaning_of(name), self._current)

    def _close(self, key: str) -> None:
        self.requested.emit("close", key)

    def _fold_or_not(self) -> None:
        """Give the tabs at least two short tabs' room before the buttons between tabs and close."""
        px = look().px
        narrow = self.width() < px(2 * NARROWEST + 11 * 32 + 2 * 8) + self.runs.sizeHint().width()
        for button in (self.runs, *(self.buttons[name] for name in FOLDED if name != "runs")):
            button.setVisible(not narrow)
        self._rule.setVisible(not narrow)
        self._fold.setVisible(narrow)

    def _show_folded(self) -> None:
        names = [self.meaning_of(name) for name in FOLDED]
        menu = self._menu(self._current, (*names[:2], "", *names[2:]))
        pop_up(menu, self._fold)

    def _menu(self, key: str, names: Sequence[str]) -> QMenu:
        menu = new_menu(self)
        for name in names:
            self._add_action(menu, name, key)
        return menu

    def _add_action(self, menu: QMenu, name: str, key: str) -> None:
        if not name:
            menu.addSeparator()
            return
        words = self._state.tips.get(name) or _(DOCK_COMMANDS[name].words)
        shortcut = QKeySequence(DOCK_COMMANDS[name].key).toString(QKeySequence.SequenceFormat.NativeText)
        words = f"{words}\t{shortcut}" if shortcut else words
        add_entry(menu, words, partial(self.requested.emit, name, key)).setEnabled(self._possible(name))
