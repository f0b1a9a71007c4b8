"""What a program printed: as high as its lines, up to a point, and scrolled beyond."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.words import _

__all__ = ["Printed"]

MOST_LINES = 8  # in sight at once


class Printed(Refreshing, QPlainTextEdit):
    """The printed text; hidden while there is none. most: lines that are in sight at once."""

    def __init__(self, most: int = MOST_LINES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self.setReadOnly(True)
        self.setAccessibleName(_("Printed"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.relook()
        self.hide()

    def add(self, text: str) -> None:
        """Append printed text."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        policy, many = Qt.ScrollBarPolicy, self._lines() > self._most
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if many else policy.ScrollBarAlwaysOff)
        self.show()
        self.updateGeometry()

    def _lines(self) -> int:
        """How many lines the text takes at this width, counted up to one more than are shown."""
        letter = QFontMetricsF(look().font("small", mono=True)).horizontalAdvance("0")
        room = max(1, int(self.viewport().width() / letter))
        lines = self.toPlainText().rstrip("\n").split("\n")[: self._most + 1]
        return sum(max(1, math.ceil(len(line) / room)) for line in lines)

    def relook(self) -> None:
        font = look().font("small", mono=True)
        sheet = f'font-family: "{font.family()}"; font-size: {font.pixelSize()}px;'
        if self.styleSheet() != sheet:  # the application's style sheet names a family for every widget
            self.setStyleSheet(sheet)

    def sizeHint(self) -> QSize:
        first = self.document().firstBlock()
        tall = self.blockBoundingRect(first).height() / max(1, first.lineCount())
        return QSize(look().px(200), math.ceil(min(self._most, self._lines()) * tall) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), self.sizeHint().height())
