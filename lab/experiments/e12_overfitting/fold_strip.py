"""Cross-validation as strips: one for each fold, with a cell for every point from left to right. The filled cells check
the curve that was fitted to all the others; at the end of the strip stands what that came to."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e12_overfitting.fitting import Folds
from widgets.base.look import Look
from widgets.canvas.painted import Painted

__all__ = ["FoldStrip"]

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FoldStrip(Painted):
    """The strips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folds: Folds | None = None
        self.setAccessibleName(_("Folds of the cross-validation"))

    def show_folds(self, folds: Folds | None) -> None:
        """Show these; None where there are too few points."""
        self._folds = folds
        self.update()

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        folds = self._folds
        p.setFont(now.font("caption", 500))
        if folds is None:
            p.setPen(now.color("text2"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter, _("Too few points for so many folds."))
            return
        count = len(folds.errors)
        high = min(now.px(24), room.height() / count)
        label = QFontMetricsF(p.font()).horizontalAdvance(_("fold {n}").format(n=10)) + now.px(10)
        error = now.px(150)
        top = room.top() + max(0.0, (room.height() - count * high) / 2)
        for number in range(count):
            row = QRectF(room.left(), top + number * high, room.width(), high)
            self._paint_row(p, row, now, number, (label, error), folds)

    def _paint_row(
        self, p: QPainter, row: QRectF, now: Look, number: int, sides: tuple[float, float], folds: Folds
    ) -> None:
        label, error = sides
        p.setPen(now.color("text2"))
        p.drawText(
            QRectF(row.left(), row.top(), label - now.px(6), row.height()), _RIGHT, _("fold {n}").format(n=number + 1)
        )
        cells = QRectF(row.left() + label, row.top() + 1.5, row.width() - label - error, row.height() - 3)
        wide = cells.width() / max(1, len(folds.part))
        gap = 1.0 if wide > 5 else 0.0
        for place, part in enumerate(folds.part.tolist()):
            cell = QRectF(cells.left() + place * wide, cells.top(), max(1.0, wide - gap), cells.height())
            kept = part == number
            p.setPen(Qt.PenStyle.NoPen if kept or wide <= 5 else QPen(now.color("line"), 1))
            p.setBrush(now.color(now.palette.categories[1]) if kept else now.color("sunken"))
            p.drawRect(cell)
        self._paint_error(
            p, QRectF(cells.right() + now.px(8), row.top(), error - now.px(8), row.height()), now, number, folds
        )

    @staticmethod
    def _paint_error(p: QPainter, room: QRectF, now: Look, number: int, folds: Folds) -> None:
        """A bar against the worst fold, and the number."""
        value, worst = float(folds.errors[number]), float(folds.errors.max()) or 1.0
        bar = QRectF(room.left(), room.center().y() - now.px(4), value / worst * (room.width() - now.px(76)), now.px(8))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(now.palette.categories[1]))
        p.drawRect(bar)
        p.setPen(now.color("text"))
        p.drawText(
            QRectF(room.right() - now.px(70), room.top(), now.px(70), room.height()), _LEFT, show_number(value, 3)
        )
