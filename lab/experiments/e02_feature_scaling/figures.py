"""The numbers of a column before and after scaling, each row beside its own little histogram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look

__all__ = ["Figures", "compact"]

HEADS = (("min", "min"), ("max", "max"), ("mean", "μ"), ("std", "σ"))
BINS, ROW, HEAD, CLOSE = 14, 25, 17, 19  # pixels at 100 %: of a row, the line of heads, a row on a small screen
NAME, PICTURE, LEAST, GAP = 45, 54, 24, 8  # of the words, of the histogram and the least of it, before a number


class Figures(Described, Refreshing, QWidget):
    """`requested` carries the metric of a number that was pressed, by mouse or by Enter."""

    requested = Signal(str)

    def __init__(self, column: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column, self._cell = column, 0
        self._numbers: list[list[float]] = []
        self._bars: list[np.ndarray] = []
        self._name, self._compact = "", False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Numbers of column {n}").format(n=column + 1))
        self.setToolTip(_("Of the rows the scaler was fitted on. Press a number to see how it is computed."))

    def show_frame(self, frame: ScalingFrame) -> None:
        """The numbers of this frame."""
        self._numbers = [list(frame.prepared.statistics(self._column, scaled)) for scaled in (False, True)]
        rows = frame.prepared.fitted.astype(bool)
        self._bars = [_shares(frame.version(scaled)[rows, self._column]) for scaled in (False, True)]
        self.set_description(self.words())
        self.update()

    def set_name(self, name: str) -> None:
        """What the column is called."""
        if name != self._name:
            self._name = name
            self.update()

    def set_compact(self, compact: bool) -> None:
        """Lower rows, and the name of the column in the line of what the numbers are called."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The numbers as a sentence."""
        names = (_("raw"), _("scaled"))
        parts = (
            f"{name}: " + ", ".join(f"{head} {compact(value)}" for (_key, head), value in zip(HEADS, row))
            for name, row in zip(names, self._numbers)
        )
        return "; ".join(parts)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(now.font("caption", 500))
        painter.setPen(now.color("text3"))
        for i, (_key, head) in enumerate(HEADS):
            spot = QRectF(self._cell_spot(0, i))
            spot.setTop(0)
            spot.setHeight(now.px(HEAD))
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, head)
        if self._compact:
            self._paint_name(painter, now)
        for row, values in enumerate(self._numbers):
            self._paint_row(painter, now, row, values)
        painter.end()

    def _paint_name(self, painter: QPainter, now: Look) -> None:
        """As much of it as fits before the first head."""
        painter.setFont(now.font("small", 600))
        painter.setPen(now.color("text"))
        head = QFontMetricsF(now.font("caption", 500)).horizontalAdvance(HEADS[0][1])
        room = QRectF(0, 0, self._cell_spot(0, 0).right() - head - now.px(6), now.px(HEAD))
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_row(self, painter: QPainter, now: Look, row: int, values: Sequence[float]) -> None:
        top = now.px(HEAD) + row * self._high()
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(now.font("small", 550))
        painter.setPen(now.color("text2"))
        painter.drawText(QRectF(0, top, now.px(NAME), self._high()), side, (_("raw"), _("scaled"))[row])
        wide = self.bars_wide()
        if wide:
            self._paint_bars(painter, now, row, QRectF(now.px(NAME), top + 2, wide, self._high() - 5))
        painter.setFont(now.font("small", 550))
        for i, value in enumerate(values):
            spot = self._cell_spot(row, i)
            if self.hasFocus() and self._cell == 4 * row + i:
                painter.setPen(QPen(now.color("focus"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(spot.adjusted(3, 2, 1, -2), 4, 4)
            painter.setPen(now.color("bad" if i == 3 and value == 0 else "text"))
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | side, compact(value))

    def _paint_bars(self, painter: QPainter, now: Look, row: int, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("text3") if row == 0 else now.color(now.palette.categories[0]))
        wide = room.width() / BINS
        for i, share in enumerate(self._bars[row].tolist()):
            high = share * room.height()
            painter.drawRect(QRectF(room.left() + i * wide, room.bottom() - high, wide - 1, high))
        painter.setPen(QPen(now.color("axis"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())

    def _cell_spot(self, row: int, i: int) -> QRectF:
        now, left = look(), self._left()
        wide = (self.width() - left) / len(HEADS)
        return QRectF(left + i * wide, now.px(HEAD) + row * self._high(), wide - 3, self._high())

    def _left(self) -> float:
        """Where the numbers begin, in pixels: where they need the room, the picture of the column gives way."""
        now = look()
        metrics = QFontMetricsF(now.font("small", 550))
        widest = max((metrics.horizontalAdvance(compact(value)) for row in self._numbers for value in row), default=0.0)
        left = self.width() - len(HEADS) * (widest + now.px(GAP) + 3)
        return max(float(now.px(NAME)), min(left, float(now.px(NAME + PICTURE))))

    def bars_wide(self) -> float:
        """How many pixels the histograms have; 0 where there is no room for them."""
        wide = self._left() - look().px(NAME + GAP)
        return wide if wide >= look().px(LEAST) else 0.0

    def _high(self) -> int:
        """Pixels of a row."""
        return look().px(CLOSE if self._compact else ROW)

    # ---- mouse and keys

    def _ask(self) -> None:
        row, i = divmod(self._cell, 4)
        self.requested.emit(f"{'scaled_' if row else ''}{HEADS[i][0]}_{self._column + 1}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = QPointF(event.position())
        for cell in range(8):
            if self._cell_spot(*divmod(cell, 4)).contains(at):
                self._cell = cell
                self._ask()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 4, Qt.Key.Key_Up: -4}
        if event.key() in by:
            self._cell = (self._cell + by[Qt.Key(event.key())]) % 8
            row, i = divmod(self._cell, 4)
            name = (_("raw"), _("scaled"))[row]
            self.tell(f"{name}, {HEADS[i][1]}: {compact(self._numbers[row][i])}")
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        now = look()
        return QSize(now.px(280), now.px(HEAD) + 2 * self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.sizeHint().height())


def compact(value: float) -> str:
    """As many digits as there is room for, and 0 for what is only rounding."""
    size = abs(value)
    if 1e3 <= size < 1e6:
        return show_number(round(value), 6)
    return show_number(0.0 if size < 1e-12 else value, 2 if size < 0.01 or size >= 1e6 else 3)


def _shares(values: np.ndarray) -> np.ndarray:
    """Heights of the bars as shares of the highest, [BINS]."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        alone = np.zeros(BINS)
        alone[BINS // 2] = 1.0
        return alone
    places = np.minimum((BINS * ((values - low) / (high - low))).astype(int), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    return np.asarray(counts / counts.max())
