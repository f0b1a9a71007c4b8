"""Stacked columns: for each name several heights on top of each other, each of a kind with a colour and a pattern of
its own, so that kinds are told apart without colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from widgets.base.look import Look, look
from widgets.canvas.painted import Painted

__all__ = ["StackedColumns"]

KINDS = ((0, Qt.BrushStyle.SolidPattern), (1, Qt.BrushStyle.BDiagPattern), (3, Qt.BrushStyle.Dense4Pattern))
"""The colour, a number of the palette's categories, and the pattern of each kind."""


class StackedColumns(Painted):
    """Columns over a common ground line, with a title and a key above them."""

    def __init__(self, title: str, kinds: Sequence[str], parent: QWidget | None = None) -> None:
        """kinds: at most three names for the key. Raises ValueError for more."""
        super().__init__(parent)
        if not 1 <= len(kinds) <= len(KINDS):
            raise ValueError(f"kinds must be 1 … {len(KINDS)}, got {len(kinds)}")
        self._kinds = tuple(kinds)
        self._names: tuple[str, ...] = ()
        self._heights: NDArray[np.floating[Any]] = np.zeros((0, 0))
        self._of: tuple[int, ...] = ()
        self._lit = -1
        self.setAccessibleName(title)

    def set_columns(
        self, names: Sequence[str], heights: NDArray[np.floating[Any]], of: Sequence[int], lit: int = -1
    ) -> None:
        """Show columns. heights: [columns, parts], from below, none negative.  of: the kind of each part.  lit: one.

        Raises ValueError when the numbers do not fit.
        """
        if heights.shape != (len(names), len(of)) or (heights < 0).any():
            raise ValueError(f"heights must be {len(names)} by {len(of)} and not negative, got shape {heights.shape}")
        self._names, self._heights, self._of, self._lit = tuple(names), heights, tuple(of), lit
        self.update()

    def sums(self, column: int) -> tuple[float, ...]:
        """How high a column is, kind by kind."""
        of = np.array(self._of)
        return tuple(float(self._heights[column, of == kind].sum()) for kind in range(len(self._kinds)))

    def summary(self) -> str:
        if not 0 <= self._lit < len(self._names):
            return ""
        parts = zip(self._kinds, self.sums(self._lit))
        return f"{self._names[self._lit]}: " + ", ".join(f"{kind} {high:.3g}" for kind, high in parts) + "."

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        self._paint_key(p, room, now)
        if not self._names:
            return
        field = room.adjusted(now.px(6), now.px(40), -now.px(6), -now.px(20))
        top = float(self._heights.sum(axis=1).max()) or 1.0
        pitch = field.width() / len(self._names)
        p.setPen(QPen(now.color("axis"), 1))
        p.drawLine(QLineF(field.left(), field.bottom(), field.right(), field.bottom()))
        for number, name in enumerate(self._names):
            column = QRectF(field.left() + number * pitch, field.top(), pitch, field.height())
            if number == self._lit:
                p.fillRect(column, now.color("hover"))
            self._paint_column(p, now, column, number, top)
            p.setFont(now.font("caption", 650 if number == self._lit else 500, mono=True))
            p.setPen(now.color("text" if number == self._lit else "text2"))
            if pitch > now.px(7):
                spot = QRectF(column.left() - now.px(4), field.bottom() + 2, pitch + now.px(8), now.px(16))
                p.drawText(spot, Qt.AlignmentFlag.AlignCenter, name)

    def _paint_column(self, p: QPainter, now: Look, column: QRectF, number: int, top: float) -> None:
        down, left, wide = column.bottom(), column.left() + 0.15 * column.width(), 0.7 * column.width()
        for kind, height in zip(self._of, self._heights[number].tolist()):
            high = height / top * column.height()
            part = QRectF(left, down - high, wide, high)
            p.fillRect(part, now.color("surface"))
            self._paint_part(p, now, part, kind)
            down -= high

    @staticmethod
    def _paint_part(p: QPainter, now: Look, part: QRectF, kind: int) -> None:
        color, pattern = KINDS[kind]
        p.setPen(QPen(now.color("surface"), 1))
        p.setBrush(QBrush(now.color(now.palette.categories[color]), pattern))
        p.drawRect(part)

    def _paint_key(self, p: QPainter, room: QRectF, now: Look) -> None:
        p.setFont(now.font("small", 600))
        p.setPen(now.color("text"))
        p.drawText(QPointF(room.left() + now.px(4), room.top() + now.px(13)), self.accessibleName())
        p.setFont(now.font("caption", 500))
        x, metrics = room.left() + now.px(4), QFontMetricsF(p.font())
        for kind, name in enumerate(self._kinds):
            self._paint_part(p, now, QRectF(x, room.top() + now.px(22), now.px(13), now.px(10)), kind)
            p.setPen(now.color("text2"))
            p.drawText(QPointF(x + now.px(17), room.top() + now.px(31)), name)
            x += now.px(30) + metrics.horizontalAdvance(name)

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(220))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(110))
