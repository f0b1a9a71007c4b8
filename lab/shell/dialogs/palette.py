"""The command palette (Ctrl K): one field that finds experiments, words and commands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from lab.core.experiment import Experiment
from lab.core.search import Entry, did_you_mean, search
from lab.core.text import _
from lab.shell.context import Context
from lab.shell.text_label import text_label
from widgets.base.icon import icon
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

__all__ = ["Palette", "entries"]

ICONS = {"experiment": "mountain", "word": "book-open", "command": "terminal", "preset": "sparkles"}


def entries(window: Context, commands: Sequence[Entry]) -> list[Entry]:
    """Everything the palette can find. commands: what can be done now."""
    found = [
        Entry(
            f"{e.number}  " + _(e.title),
            "experiment",
            (_(e.title), e.id, *(_(word) for word in e.words)),
            _(e.question),
            e,
        )
        for e in window.services.experiments()
    ]
    if window.box is not None:
        box = window.box
        found += [
            Entry(_(p.label), "preset", (p.id,), _(p.story), partial(box.play_preset, p.id))
            for p in box.specification.presets
        ]
    return [*found, *commands, *_words(window)]


def _words(window: Context) -> list[Entry]:
    """The glossary, for experiments that exist: a word leads to the experiment that shows it."""
    from lab.core.glossary import read_glossary

    known = {e.id: e for e in window.services.experiments()}
    return [Entry(word.word, "word", (), word.meaning, known.get(word.experiment)) for word in read_glossary().values()]


class _Row(QStyledItemDelegate):
    """A row as wide as the list: what does not fit ends in "…" instead of a scroll bar."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(1, super().sizeHint(option, index).height())


class Palette(Refreshing, QDialog):
    """Opens under the top bar; arrows choose, Enter goes there, Esc closes."""

    def __init__(self, window: Context) -> None:
        super().__init__(window.window(), Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        kind(self, "palette")
        self._window = window
        self._entries: list[Entry] = []
        self.setWindowTitle(_("Search"))
        self.setAccessibleName(_("Search experiments, words and commands"))
        self.field = QLineEdit()
        self.field.setPlaceholderText(_("Search experiments, words, commands"))
        self.field.setAccessibleName(_("Search"))
        self.list = QListWidget()
        self.list.setAccessibleName(_("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Row(self.list))
        self.empty = text_label("", "body", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.field)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(self.empty, 1)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._chosen)
        self.relook()

    def start(self, commands: Sequence[Entry]) -> None:
        """Start a fresh search. commands: what can be done now."""
        self._entries = entries(self._window, commands)
        self.field.clear()
        self._search("")
        px = look().px
        window = self._window.window()
        width = min(px(620), window.width() - px(40))
        self.resize(width, min(px(460), window.height() - px(120)))
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, px(60))))
        self.open()
        self.field.setFocus()

    def _search(self, query: str) -> None:
        found = search(query, self._entries)[:60]
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(icon(ICONS[entry.kind], "text3"), self._line(entry))
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setToolTip(entry.detail)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        if not found:
            self._show_nothing_found(query)

    def _show_nothing_found(self, query: str) -> None:
        guess = did_you_mean(query, self._entries)
        text = _("Nothing called “{query}”.").format(query=query[:40])
        if guess is not None:
            text += " " + _("Did you mean {name}? Press Enter.").format(name=guess[0])
            item = QListWidgetItem(self._line(guess[1]))
            item.setData(Qt.ItemDataRole.UserRole, guess[1])
            self.list.addItem(item)
            self.list.setCurrentRow(0)
        self.empty.setText(text)

    @staticmethod
    def _line(entry: Entry) -> str:
        if not entry.detail:
            return entry.name
        detail = entry.detail if len(entry.detail) <= 90 else entry.detail[:88] + "…"
        return f"{entry.name}   ·   {detail}"

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        entry: Entry = item.data(Qt.ItemDataRole.UserRole)
        self.accept()
        if isinstance(entry.target, Experiment):
            self._window.open_experiment(entry.target)
        elif entry.kind == "word":
            self._window.tell("info", entry.name, entry.detail)
        elif entry.target is not None:
            entry.target()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows choose while the field keeps the keyboard."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in steps and self.list.count():
                row = self.list.currentRow() + steps[Qt.Key(event.key())]
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._chosen(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def relook(self) -> None:
        px = look().px
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(8))
        self.field.setFixedHeight(px(40))
        chosen = look().palette
        self.list.setStyleSheet(
            f"QListWidget::item:selected {{ background: {chosen.accent_soft}; color: {chosen.text}; }}"
        )
