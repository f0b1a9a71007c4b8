"""F1: every key, from the tables of commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from lab.core.text import _
from lab.shell.context import Context
from lab.shell.dialogs.sheet import Sheet
from lab.shell.text_label import text_label
from widgets.base.look import look
from widgets.base.stylesheet import kind

__all__ = ["KeySheet"]


class KeySheet(Sheet):
    """F1: every key, begun with Tab."""

    def __init__(self, window: Context, sections: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """sections: by title, lines of key and words."""
        super().__init__(window, _("Keys"), 560, 620)
        self._grid = QGridLayout()
        self.body.addLayout(self._grid)
        for title, lines in sections.items():
            self._section(title, lines)
        text = _("A field, slider or button that has the keyboard takes its own keys first.")
        text += " " + _("On a value, arrows are one step, with Shift a tenth, Page Up and Page Down ten.")
        note = text_label(text, "small", "text2", wrap=True)
        self.body.addWidget(note)
        self.body.addStretch(1)

    def _section(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        row = self._grid.rowCount()
        self._grid.addWidget(kind(QLabel(title), "h3"), row, 0, 1, 2)
        for i, (key, meaning) in enumerate(lines, row + 1):
            label = kind(QLabel(key), "strong")
            self._grid.addWidget(label, i, 0, Qt.AlignmentFlag.AlignTop)
            words = QLabel(meaning)
            words.setWordWrap(True)
            self._grid.addWidget(words, i, 1)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(look().px(24))
