"""A text folded to so many lines, its first words in bold: what does not fit is dots, and it says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

__all__ = ["FoldedLabel"]

BOLD = 600
GAP = "\N{EN SPACE}"  # between the bold words and the rest


@dataclass(frozen=True, slots=True)
class _Line:
    """One line as it is drawn: its letters, and how many of them are bold."""

    text: str
    bold: int = 0


class FoldedLabel(Refreshing, QLabel):
    """A label that is always as high as its lines: another text lays nothing out anew.

    `text()` is the whole text and `lead` the bold words before it. A text of several paragraphs shows the beginning of
    each, as far as there are lines; the first has what the others leave. `fold_changed` tells whether something is
    left out; what is shown beside the label only then takes room that the label would have otherwise.
    """

    fold_changed = Signal(bool)

    def __init__(self, style: str = "small", lines: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, style)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.lead = ""
        self._lines, self._folded, self._deciding = lines, False, False
        self._beside: tuple[QWidget, float] | None = None

    def say(self, lead: str, text: str) -> None:
        """Another text, "" for none, and the bold words before it."""
        if (lead, text) != (self.lead, self.text()):
            self.lead = lead
            self.setText(text)
            self._fold()

    def set_lines(self, lines: int) -> None:
        """How many lines it is high."""
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()
            self._fold()

    def set_beside(self, part: QWidget, gap: float) -> None:
        """What stands beside the label only where something is left out, so many pixels at 100 % text away. Its width
        is asked each time: with larger text, or once it is drawn, it is another."""
        self._beside = part, gap

    def _spare(self) -> int:
        """How many pixels wider the label would be if nothing were left out."""
        if self._beside is None or self._beside[0].isHidden():
            return 0
        part, gap = self._beside
        return part.sizeHint().width() + look().px(gap)

    @property
    def folded(self) -> bool:
        """Whether something of the text is left out."""
        return self._folded

    def shown(self) -> list[str]:
        """The lines in sight."""
        return [line.text for line in self._laid_out(self._width())[0]]

    # -------------------------------------------------------------------------------------- the lines

    def _fold(self) -> None:
        if self._deciding:
            return  # what is shown beside it takes its place: that is no other decision
        folded = self._laid_out(self._width() + self._spare())[1]
        if folded != self._folded:
            self._folded, self._deciding = folded, True
            self.fold_changed.emit(folded)
            self._deciding = False
        self.update()

    def _width(self) -> int:
        return max(1, self.contentsRect().width())

    def _laid_out(self, width: int) -> tuple[list[_Line], bool]:
        """The lines in a width, and whether something is left out."""
        whole = (self.lead + GAP if self.lead else "") + _bound(self.text())
        paragraphs = [part for part in whole.split("\n") if part.strip()]
        if not paragraphs:
            return [], False
        shown = paragraphs[: self._lines]
        lines: list[_Line] = []
        folded = len(shown) < len(paragraphs)
        for number, paragraph in enumerate(shown):
            room = self._lines - len(lines) - (len(shown) - number - 1)
            broken, cut = self._broken(paragraph, len(self.lead) if number == 0 else 0, width, room)
            lines += broken
            folded = folded or cut
        return lines, folded

    def _broken(self, text: str, bold: int, width: int, room: int) -> tuple[list[_Line], bool]:
        """A paragraph in at most `room` lines, the last with dots if that is not all of it."""
        lines = list(self._wrapped(text, bold, width))
        if len(lines) <= room:
            return lines, False
        rest = text[sum(len(line.text) for line in lines[: room - 1]) :]
        return [*lines[: room - 1], self._dotted(rest, lines[room - 1].bold, width)], True

    def _wrapped(self, text: str, bold: int, width: int) -> Iterator[_Line]:
        layout = self._layout_of(_Line(text, bold), width, wrap=True)
        units, begin, seen = text.encode("utf-16-le"), 0, 0  # Qt counts an emoji as two
        for number in range(layout.lineCount()):
            end = begin + 2 * layout.lineAt(number).textLength()
            line = units[begin:end].decode("utf-16-le", "replace")
            yield _Line(line, min(len(line), max(0, bold - seen)))
            begin, seen = end, seen + len(line)

    def _dotted(self, text: str, bold: int, width: int) -> _Line:
        """As much of a text as one line takes."""
        lead, rest, right = text[:bold], text[bold:], Qt.TextElideMode.ElideRight
        metrics = QFontMetricsF(self._bold())
        room = width - metrics.horizontalAdvance(lead)
        if room < self.fontMetrics().averageCharWidth() * 4 and bold:
            dotted = metrics.elidedText(lead + "…", right, width)
            return _Line(dotted, len(dotted))
        return _Line(lead + QFontMetricsF(self.font()).elidedText(rest, right, room), bold)

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight(BOLD))
        return font

    def _layout_of(self, line: _Line, width: int, wrap: bool = False) -> QTextLayout:
        """A line, or a paragraph that wraps, set in a width."""
        layout = QTextLayout(line.text, self.font())
        option = QTextOption(Qt.AlignmentFlag.AlignAbsolute | self._near())
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if wrap else QTextOption.WrapMode.NoWrap)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        layout.setTextOption(option)
        layout.setFormats(self._formats(line))
        layout.beginLayout()
        while (made := layout.createLine()).isValid():
            made.setLineWidth(width)
        layout.endLayout()
        return layout

    def _near(self) -> Qt.AlignmentFlag:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft

    def _formats(self, line: _Line) -> list[QTextLayout.FormatRange]:
        if not line.bold:
            return []
        bold = QTextLayout.FormatRange()
        bold.start, bold.length = 0, line.bold
        bold.format.setFontWeight(BOLD)
        return [bold]

    # ------------------------------------------------------------------------------------------ Qt

    def relook(self) -> None:
        self.updateGeometry()
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        width = self._width()
        lines, _folded = self._laid_out(width)
        room, high = self.contentsRect(), self.fontMetrics().lineSpacing()
        top = room.top() + (room.height() - len(lines) * high) / 2
        for number, line in enumerate(lines):
            self._layout_of(line, width).draw(painter, QPointF(room.left(), top + number * high))
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), self._lines * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        return False


def _bound(text: str) -> str:
    """A text in which no line begins with the sign of a percentage."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")
