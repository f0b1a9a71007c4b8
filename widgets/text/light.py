"""A light that says whether something is as it should be: by its colour, its sign and its words."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.layouts import keep_lines
from widgets.base.look import Refreshing, look

__all__ = ["Light", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """tone: "good", "warn", "bad" or "" where nothing can be said yet."""

    tone: str
    text: str


class Light(Described, Refreshing, QWidget):
    """One verdict, with its sign."""

    SIGNS = {"good": "✓", "warn": "?", "bad": "✕", "": "·"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = Verdict("", "")
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_verdict(self, verdict: Verdict) -> None:
        """Show another one."""
        if verdict != self._verdict:
            self._verdict = verdict
            self.setAccessibleName(verdict.text)
            keep_lines(self, self.width())
            self.updateGeometry()
            self.update()

    def verdict(self) -> Verdict:
        """What is shown."""
        return self._verdict

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        keep_lines(self, self.width())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        px = look().px
        room = QFontMetrics(look().font("small")).boundingRect(
            0, 0, max(10, width - px(44)), 2000, Qt.TextFlag.TextWordWrap, self._verdict.text
        )
        return max(px(34), room.height() + px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        px, tone = now.px, self._verdict.tone
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(f"{tone}_soft" if tone else "sunken"))
        p.drawRoundedRect(self.rect(), px(8), px(8))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - px(28) if mirrored else px(8)
        dot = QRectF(left, (self.height() - px(20)) / 2, px(20), px(20))
        p.setBrush(now.color(tone or "edge"))
        p.drawEllipse(dot)
        p.setPen(now.color("surface"))
        p.setFont(now.font("small", 700))
        p.drawText(dot, Qt.AlignmentFlag.AlignCenter, self.SIGNS[tone])
        p.setPen(now.color("text" if tone else "text2"))
        p.setFont(now.font("small"))
        room = self.rect().adjusted(px(8 if mirrored else 36), 0, -px(36 if mirrored else 8), 0)
        p.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._verdict.text)

    def sizeHint(self) -> QSize:
        return QSize(look().px(188), self.heightForWidth(look().px(188)))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), look().px(34))
