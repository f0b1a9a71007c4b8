"""A small editor for a few lines of Python: numbers beside the lines, light colours, one line that can be lit.

Tab indents by four spaces and Enter keeps the indentation, as programmers expect; Esc, Ctrl+Tab and
Ctrl+Shift+Tab leave the editor, so the keyboard is never caught in it.
"""

from __future__ import annotations

import keyword
import math
import re

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from widgets.base.colors import mix
from widgets.base.look import Look, Refreshing, look
from widgets.base.stylesheet import kind
from widgets.text.limited_edit import LimitedEdit

__all__ = ["CodeEdit"]

INDENT = 4
_TOKEN = re.compile(
    r"(?P<comment>#.*)"
    r"|(?P<string>[rbfRBF]{0,2}(?:\"\"\"|'''|\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?))"
    rf"|(?P<keyword>\b(?:{'|'.join(keyword.kwlist)})\b)"
    r"|(?P<number>(?<![\w.])\d[\w.]*(?:(?<=[eE])[+-]\d+)?)"
)
_COLORS = {"comment": "text3", "string": "good", "keyword": "accent_text", "number": "warn"}


class _Colors(QSyntaxHighlighter):
    """Comments, strings, keywords and numbers; nothing else."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}

    def relook(self) -> None:
        """Take the colours of the look in force."""
        self._formats = {}
        for name, color in _COLORS.items():
            made = QTextCharFormat()
            made.setForeground(look().color(color))
            made.setFontItalic(name == "comment")
            made.setFontWeight(600 if name == "keyword" else 400)
            self._formats[name] = made
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        for match in _TOKEN.finditer(text):
            if match.lastgroup in self._formats:
                self.setFormat(match.start(), len(match[0]), self._formats[match.lastgroup])


class _Numbers(QWidget):
    """The column of line numbers; a picture only, screen readers count lines themselves."""

    def __init__(self, editor: CodeEdit) -> None:
        super().__init__(editor)
        self._editor = editor

    def paintEvent(self, event: QPaintEvent) -> None:
        self._editor.paint_numbers(event)


class CodeEdit(Refreshing, LimitedEdit):
    """The editor. It is as high as its lines, between `least` and `most` of them, and scrolls beyond.

    room: characters it takes at most; 0 for as many as there are.
    """

    run_requested = Signal()  # Ctrl+Enter
    edited = Signal()  # the code is another now

    def __init__(
        self,
        code: str = "",
        numbers: bool = True,
        size: str = "small",
        least: int = 3,
        most: int = 22,
        parent: QWidget | None = None,
        room: int = 0,
    ) -> None:
        super().__init__("", room, parent)
        self._size = size
        self._look: Look | None = None
        self._least, self._lines, self._highlighted = least, most, 0
        self._colors = _Colors(self.document())
        self._numbers = _Numbers(self) if numbers else None
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # code is, in every language
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        kind(self, "code")
        self.setPlainText(code)
        self._seen = code
        self.textChanged.connect(self._typed)
        self.updateRequest.connect(self._scroll_numbers)
        self.relook()

    # -- what is in it

    def code(self) -> str:
        return self.toPlainText()

    def set_code(self, code: str) -> None:
        """Other code; can be undone as if it had been typed."""
        if code == self.code():
            return
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(code)

    def light(self, line: int) -> None:
        """Light line `line`, counted from 1, where an error is; 0 for none. Typing puts it out."""
        self._highlighted = line if 0 < line <= self.blockCount() else 0
        self._show_highlighted()
        if self._highlighted:
            self.setTextCursor(QTextCursor(self.document().findBlockByNumber(self._highlighted - 1)))
            self.ensureCursorVisible()

    def highlighted(self) -> int:
        return self._highlighted

    def _typed(self) -> None:
        """Something in the text changed; new colours alone, which Qt reports as well, do not count."""
        if self.code() != self._seen:
            self._seen = self.code()
            self.light(0)
            self._fit()
            self.edited.emit()

    def _show_highlighted(self) -> None:
        if not self._highlighted:
            self.setExtraSelections([])
            return
        mark = QTextEdit.ExtraSelection()
        palette = look().palette
        mark.format.setBackground(look().color(mix(palette.bad_soft, palette.surface, 0.25)))
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection.value, True)
        mark.cursor = QTextCursor(self.document().findBlockByNumber(self._highlighted - 1))
        self.setExtraSelections([mark])

    # -- keys

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in the editor; the keys below leave it."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape or (key == Qt.Key.Key_Tab and control):
            QWidget.focusNextPrevChild(self, True)
        elif key == Qt.Key.Key_Backtab and control:
            QWidget.focusNextPrevChild(self, False)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.run_requested.emit()
        elif key == Qt.Key.Key_Tab:
            self._shift(INDENT)
        elif key == Qt.Key.Key_Backtab:
            self._shift(-INDENT)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._new_line()
        else:
            super().keyPressEvent(event)

    def _shift(self, by: int) -> None:
        """Indent or outdent the chosen lines; without a choice, Tab goes to the next stop."""
        cursor = self.textCursor()
        if by > 0 and not cursor.hasSelection():
            cursor.insertText(" " * (INDENT - cursor.positionInBlock() % INDENT))
            return
        first = self.document().findBlock(cursor.selectionStart())
        last = self.document().findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1))
        cursor.beginEditBlock()
        for number in range(first.blockNumber(), last.blockNumber() + 1):
            _indent(self.document().findBlockByNumber(number), by)
        cursor.endEditBlock()

    def _new_line(self) -> None:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = len(before) - len(before.lstrip(" ")) + (INDENT if before.rstrip().endswith(":") else 0)
        cursor.insertText("\n" + " " * indent)
        self.ensureCursorVisible()

    # -- size and picture

    def relook(self) -> None:
        if self._look == look():
            return
        self._look = look()
        font = look().font(self._size, mono=True)
        sheet = f'font-family: "{font.family()}"; font-size: {font.pixelSize()}px;'
        if self.styleSheet() != sheet:  # the application's style sheet names a family for every widget
            self.setStyleSheet(sheet)
        self.document().setDocumentMargin(look().px(2))
        self._colors.relook()
        self.setViewportMargins(self._margin(), 0, 0, 0)
        self._show_highlighted()
        self._place_numbers()
        self._fit()

    def _fit(self) -> None:
        """As high as the lines; a vertical scroll bar only where they are too many."""
        policy = Qt.ScrollBarPolicy
        fits = self.blockCount() <= self._lines
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        lines = min(self._lines, max(self._least, self.blockCount()))
        tall = self.blockBoundingRect(self.document().firstBlock()).height()
        inner = math.ceil(lines * tall) + 2 * look().px(2) + 2
        return QSize(look().px(280), inner + 2 * (look().px(6) + 1) + self._bar())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), self.sizeHint().height())

    def _bar(self) -> int:
        """Room for the horizontal scroll bar, where a line is wider than the editor."""
        metrics = QFontMetricsF(look().font(self._size, mono=True))
        widest = max((metrics.horizontalAdvance(line) for line in self.code().split("\n")), default=0)
        room = self.width() - self._margin() - 2 * (look().px(6) + look().px(2) + 1)
        return look().px(12) if widest > room > 0 else 0

    def _margin(self) -> int:
        return look().px(24) if self._numbers else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _place_numbers(self) -> None:
        if self._numbers:
            inside = self.contentsRect()
            self._numbers.setGeometry(QRect(inside.left(), inside.top(), self._margin(), inside.height()))

    def _scroll_numbers(self, _area: QRect, _down: int) -> None:
        if self._numbers:
            self._numbers.update()

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Paint the column of numbers; called by it."""
        if self._numbers is None:
            return
        painter = QPainter(self._numbers)
        painter.setFont(look().font("caption", mono=True))
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            place = self.blockBoundingGeometry(block).translated(offset)
            if place.top() > event.rect().bottom():
                break
            highlighted = block.blockNumber() + 1 == self._highlighted
            painter.setPen(look().color("bad" if highlighted else "text3"))
            line = QRect(0, round(place.top()), self._margin() - look().px(6), round(place.height()))
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, end, str(block.blockNumber() + 1))
            block = block.next()


def _indent(block: QTextBlock, by: int) -> None:
    cursor = QTextCursor(block)
    if by > 0:
        cursor.insertText(" " * by)
        return
    for _space in range(min(-by, len(block.text()) - len(block.text().lstrip(" ")))):
        cursor.deleteChar()
