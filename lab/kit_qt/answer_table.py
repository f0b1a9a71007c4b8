"""Questions and what models answer, as a table: a row for each question, a column for each model. The text of a cell
takes as many lines as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["AnswerTable"]

_TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
ASKED, HEAD, PAD = 0.28, 22, 8  # the share of the questions' column at most, the height of the head, air inside a cell


class AnswerTable(Painted):
    """See above. A cell that is lit has a stronger text."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()
        self._lit: frozenset[tuple[int, int]] = frozenset()
        self.setAccessibleName(title)

    def set_answers(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        lit: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        """Show these. columns: what stands above the answers.  rows: a question and its answers, each as many as there
        are columns.  lit: (row, column) of answers to be marked.

        Raises ValueError when a row has too few or too many.
        """
        if any(len(row) != len(columns) + 1 for row in rows):
            raise ValueError(f"rows: each needs a question and {len(columns)} answers")
        found = tuple(columns), tuple(tuple(row) for row in rows), lit
        if found != (self._columns, self._rows, self._lit):
            self._columns, self._rows, self._lit = found
            self.update()

    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What is shown."""
        return self._rows

    def summary(self) -> str:
        return "; ".join(
            f"{row[0]} " + ", ".join(f"{name}: {text}" for name, text in zip(self._columns, row[1:], strict=True))
            for row in self._rows
        )

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if not self._rows:
            return
        high = now.px(HEAD) if any(self._columns) else 0
        each = (room.height() - high) / len(self._rows)
        asked = self._asked(room.width(), each, now)
        wide = (room.width() - asked) / len(self._columns)
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text2"))
        for column, name in enumerate(self._columns):
            cell = QRectF(room.left() + asked + column * wide, room.top(), wide, high)
            inside = self._inside(cell, now)
            shown = p.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(inside.width()))
            p.drawText(inside, _TEXT, shown)
        for number, row in enumerate(self._rows):
            top = room.top() + high + number * each
            p.setPen(QPen(now.color("line"), 1))
            p.drawLine(int(room.left()), int(top), int(room.right()), int(top))
            self._write(p, now, QRectF(room.left(), top, asked, each), row[0], "text2", 450)
            for column, text in enumerate(row[1:]):
                lit = (number, column) in self._lit
                cell = QRectF(room.left() + asked + column * wide, top, wide, each)
                self._write(p, now, cell, text, "good" if lit else "text", 600 if lit else 450)

    def _asked(self, width: float, each: float, now: Look) -> float:
        """How wide the column of questions is: as the others, and where they have one line only, as they need."""
        alike = min(ASKED, 1.0 / (len(self._columns) + 1)) * width
        metrics = QFontMetricsF(now.font("small", 450))
        if each >= 2 * metrics.lineSpacing():
            return alike
        need = max(metrics.horizontalAdvance(row[0]) for row in self._rows) + 2 * now.px(PAD) + 1
        return max(alike, min(ASKED * width, need))

    @staticmethod
    def _inside(cell: QRectF, now: Look) -> QRectF:
        return cell.adjusted(now.px(PAD), 0, -now.px(PAD), 0)

    def _write(self, p: QPainter, now: Look, cell: QRectF, text: str, color: str, weight: int) -> None:
        """The text in as many lines as fit; what is too long for them is cut."""
        p.setFont(now.font("small", weight))
        p.setPen(now.color(color))
        inside, metrics = self._inside(cell, now), p.fontMetrics()
        lines = max(1, int(cell.height() // metrics.lineSpacing()))
        words, kept = text.split(), list[str]()
        while words:
            line = words.pop(0)
            while words and metrics.horizontalAdvance(f"{line} {words[0]}") <= inside.width():
                line += f" {words.pop(0)}"
            if len(kept) + 1 == lines and words:
                line = f"{line} {' '.join(words)}"
                words = []
            kept.append(metrics.elidedText(line, Qt.TextElideMode.ElideRight, int(inside.width())))
        p.drawText(inside, _TEXT, "\n".join(kept))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(HEAD + 20 * max(1, len(self._rows))))

    def sizeHint(self) -> QSize:
        return QSize(look().px(620), look().px(HEAD + 40 * max(1, len(self._rows))))
