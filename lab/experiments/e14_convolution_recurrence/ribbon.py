"""A row of symbols, one a step, above or below a matrix of the same steps: what was read, or what would be answered and
how surely. Its columns stand exactly over those of a matrix without names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.colormap import colorize, one_sided_lut

__all__ = ["Ribbon"]

HIGH, TITLE = 26, 18  # pixels at 100 % text
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Ribbon(Described, Refreshing, QWidget):
    """`pressed` carries the step, from 0."""

    pressed = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._letters, self._shades, self._lit = title, (), np.zeros(0), -1  # type: str, tuple[str, ...], np.ndarray, int
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_title(self, title: str) -> None:
        """A line above, which is also the widget's name."""
        if title != self._title:
            self._title = title
            self.setAccessibleName(title)
            self.update()

    def show_letters(self, letters: Sequence[str], shades: np.ndarray, lit: int) -> None:
        """Show these. shades: [T] from 0 to 1, how strong the colour behind each is.  lit: the marked step."""
        self._letters, self._shades, self._lit = tuple(letters), shades, lit
        self.update()

    def letters(self) -> tuple[str, ...]:
        """What is shown."""
        return self._letters

    def summary(self) -> str:
        return " ".join(self._letters)

    def cell_rect(self, step: int) -> QRectF:
        """The cell of a step, in pixels of this widget."""
        wide = (self.width() - 3.0) / max(1, len(self._letters))
        top = look().px(TITLE)
        return QRectF(1.0 + step * wide, top, wide, self.height() - top)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # time is never mirrored
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text2"))
        head = QRectF(2, 0, self.width() - 4, now.px(TITLE))
        p.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._title)
        if self._letters:
            colors = colorize(self._shades[None], one_sided_lut(now.palette), 0.0, 1.0)[0]
            for step in range(len(self._letters)):
                self._paint_cell(p, now, step, colors[step])
        p.end()

    def _paint_cell(self, p: QPainter, now: Look, step: int, color: np.ndarray) -> None:
        spot = self.cell_rect(step).adjusted(0.5, 0.5, -0.5, -0.5)
        red, green, blue = (int(part) for part in color[:3])
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(QColor(red, green, blue))
        p.drawRect(spot)
        light = 0.299 * red + 0.587 * green + 0.114 * blue > 140
        p.setPen(QColor("#1A1E26" if light else "#FFFFFF"))
        p.setFont(now.font("body" if spot.width() > now.px(14) else "caption", 600))
        p.drawText(spot, _CENTRE, self._letters[step])
        if step == self._lit:
            p.setBrush(Qt.BrushStyle.NoBrush)
            for ink, width in (("#FFFFFF", 4.6), (now.palette.ball, 2.6)):
                p.setPen(QPen(QColor(ink), width * now.line_weight))
                p.drawRect(spot)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for step in range(len(self._letters)):
            if event.button() == Qt.MouseButton.LeftButton and self.cell_rect(step).contains(event.position()):
                self.pressed.emit(step)
                return
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not by or held or not self._letters:
            event.ignore()
            return
        step = min(max(self._lit + by, 0), len(self._letters) - 1)
        shade = show_number(float(self._shades[step]), 2)
        self.tell(_("step {n}: {symbol}, {shade}").format(n=step + 1, symbol=self._letters[step], shade=shade))
        self.pressed.emit(step)

    def relook(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(HIGH + TITLE))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(HIGH + TITLE))
