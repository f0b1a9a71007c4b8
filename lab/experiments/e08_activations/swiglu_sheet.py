"""The SwiGLU on paper: the input goes through W₁ and W₃ side by side, the second path opens or closes the first, and
W₂ mixes what came through. Every number is there, so that each product can be followed with a finger."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e08_activations.swiglu import W1, W2, W3, Array, Gated
from lab.experiments.e08_activations.writing import show_score
from widgets.base.look import Look
from widgets.canvas.painted import Painted

__all__ = ["SwigluSheet"]

CELL_W, CELL_H = 44.0, 21.0
WIDE, HIGH = 610.0, 168.0  # of the drawing, in cells' own pixels
_CENTRE = Qt.AlignmentFlag.AlignCenter


class SwigluSheet(Painted):
    """A picture of three matrices at work. A press asks how the first output comes about."""

    requested = Signal(str)
    AIR, TITLE = (0, 0, 0, 0), "SwiGLU = (x W₁ ⊙ SiLU(x W₃)) W₂"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gated: Gated | None = None
        self.setAccessibleName(_("A SwiGLU worked out"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("How is the first output computed?"))

    def show_gated(self, gated: Gated) -> None:
        """Show the numbers of one input."""
        self._gated = gated
        words = {"x": _row(gated.x), "open": _row(gated.opened), "out": _row(gated.out)}
        self.set_description(_("Input {x}; gates {open}; output {out}.").format(**words))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.requested.emit("swiglu_1")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.requested.emit("swiglu_1")
        else:
            super().keyPressEvent(event)

    def paint(self, p: QPainter, room: QRectF, look: Look, live: bool) -> None:
        gated = self._gated
        if gated is None:
            return
        p.save()
        scale = min(room.width() / WIDE, room.height() / HIGH)
        p.translate(room.left() + (room.width() - WIDE * scale) / 2, room.top() + (room.height() - HIGH * scale) / 2)
        p.scale(scale, scale)
        pen = _Pen(p, look, scale)
        pen.grid(4, 84, [gated.x[:1], gated.x[1:]], "x", "sunken")
        pen.arrow(52, 98, 84, 56)
        pen.arrow(52, 112, 84, 140)
        pen.grid(88, 36, W1, "W₁", "surface")
        pen.grid(88, 120, W3, "W₃", "surface")
        pen.arrow(226, 58, 250, 58)
        pen.arrow(226, 142, 250, 142)
        pen.grid(254, 47, [gated.what], _("x W₁: what"), "sunken")
        pen.grid(254, 131, [gated.opened], _("SiLU(x W₃): how much"), "gate")
        pen.grid(254, 89, [gated.passed], "", "sunken")
        pen.sign(244, 99, "⊙")
        pen.arrow(392, 99, 424, 99)
        pen.grid(428, 68, W2, "W₂", "surface")
        pen.arrow(520, 99, 540, 99)
        pen.grid(544, 78, [gated.out[:1], gated.out[1:]], _("output"), "out")
        p.restore()


class _Pen:
    """Draws on the sheet, in its own pixels."""

    def __init__(self, painter: QPainter, look: Look, scale: float) -> None:
        self.p, self.look = painter, look
        self._size = max(11.5, look.px(12.5) / scale)  # as large as other small texts, where the sheet allows

    def grid(self, left: float, top: float, rows: Sequence[Array] | Array, name: str, ground: str) -> None:
        """A matrix with its name above."""
        p, look = self.p, self.look
        font = look.font("small", 500)
        wide = len(rows[0]) * CELL_W
        font.setPixelSize(round(min(self._size, 15)))
        p.setFont(font)
        p.setPen(look.color("text2"))
        p.drawText(QRectF(left - 40, top - 19, wide + 80, 18), _CENTRE, name)
        fill = {"gate": look.color("ball", 60), "out": look.color("accent_soft")}.get(ground) or look.color(ground)
        p.setPen(QPen(look.color("edge"), 1))
        p.setBrush(fill)
        p.drawRoundedRect(QRectF(left, top, wide, len(rows) * CELL_H), 4, 4)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                p.setPen(look.color("text" if value else "text3"))
                cell = QRectF(left + c * CELL_W, top + r * CELL_H, CELL_W, CELL_H)
                written = show_score(float(value)) if abs(value) < 1000 else show_number(float(value), 2)
                p.drawText(cell, _CENTRE, written)

    def arrow(self, x0: float, y0: float, x1: float, y1: float) -> None:
        p = self.p
        p.setPen(QPen(self.look.color("text3"), 1.6))
        p.drawLine(QPointF(x0, y0), QPointF(x1, y1))
        for side in (-3.5, 3.5):
            p.drawLine(QPointF(x1, y1), QPointF(x1 - 6, y1 + side))

    def sign(self, x: float, y: float, text: str) -> None:
        font = self.look.font("body", 600)
        font.setPixelSize(17)
        self.p.setFont(font)
        self.p.setPen(self.look.color("text"))
        self.p.drawText(QRectF(x - 12, y - 12, 24, 24), _CENTRE, text)


def _row(values: Array) -> str:
    return "(" + ", ".join(show_number(float(value), 3) for value in values) + ")"
