"""Whose distance is it: one bar, the whole squared distance, divided between the two columns."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from widgets.base.accessible import Described
from widgets.base.colors import mix
from widgets.base.look import Refreshing, look

__all__ = ["ShareBar"]

TALL, CAPTION = 18, 19


class ShareBar(Described, Refreshing, QWidget):
    """`requested` carries the metric of the first column's share."""

    requested = Signal(str)

    def __init__(self, scaled: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scaled, self._share, self._words = scaled, math.nan, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        names = _("Share of the squared distance, raw"), _("Share of the squared distance, scaled")
        self.setAccessibleName(names[int(scaled)])
        self.setToolTip(_("Each column's share of the squared distance from the query to all train rows."))

    def show_frame(self, frame: ScalingFrame) -> None:
        """The shares of this frame."""
        self._share = float(frame.shares[int(self._scaled)][0])
        first = _(frame.sheet.names[0])
        percent = show_number(100 * self._share, 6 if 0.99 < self._share < 1 else 3)
        self._words = _("“{name}” owns {p} % of distance²").format(name=first, p=percent)
        if math.isnan(self._share):
            self._words = _("No row is away from the query.")
        self.set_description(self._words)
        self.update()

    def words(self) -> str:
        """The sentence above the bar."""
        return self._words

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(now.font("small", 550))
        painter.setPen(now.color("text2"))
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), now.px(CAPTION)), Qt.AlignmentFlag.AlignVCenter, words)
        bar = QRectF(1, now.px(CAPTION) + 1, self.width() - 2, now.px(TALL))
        share = 0.0 if math.isnan(self._share) else self._share
        parts = QRectF(bar), QRectF(bar)
        parts[0].setWidth(share * bar.width())
        parts[1].setLeft(parts[0].right())
        painter.setPen(QPen(now.color("surface"), 1))
        for i, part in enumerate(parts):
            painter.setBrush(now.color(mix(now.palette.categories[(2, 4)[i]], now.palette.surface, 0.35)))
            painter.drawRect(part)
            painter.setFont(now.font("caption", 650))
            if part.width() > now.px(26):
                painter.setPen(now.color("text"))
                painter.drawText(part, Qt.AlignmentFlag.AlignCenter, ("x₁", "x₂")[i])
                painter.setPen(QPen(now.color("surface"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(now.color("focus" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(bar, 4, 4)
        painter.end()

    def _ask(self) -> None:
        self.requested.emit("share_1_scaled" if self._scaled else "share_1_raw")

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(look().px(220), look().px(CAPTION + TALL) + 3)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), self.sizeHint().height())
