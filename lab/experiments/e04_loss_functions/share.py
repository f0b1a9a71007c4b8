"""Who owns the loss: one bar, as long as the whole loss, divided among the points."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e04_loss_functions.frame import LossFrame
from widgets.base.accessible import Described
from widgets.base.colors import mix
from widgets.base.look import Look, Refreshing, look

__all__ = ["ShareBar"]

TALL, CAPTION = 26, 20


class ShareBar(Described, Refreshing, QWidget):
    """The bar. `highlighted_changed`: the part under the pointer or of the arrow keys; `requested`: it was pressed."""

    highlighted_changed = Signal(int)
    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: list[float] = []
        self._words = ""
        self._highlighted = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Who owns the loss"))
        self.setToolTip(_("The whole loss, divided among the points. Press a part to see how it is computed."))

    def show_frame(self, frame: LossFrame, highlighted: int) -> None:
        """Show this frame with one point lit (−1: none)."""
        self._shares = [] if frame.blind else frame.judged.shares.tolist()
        self._highlighted = highlighted
        self._words = self._sentence(frame)
        self.set_description(self._words)
        self.update()

    def _sentence(self, frame: LossFrame) -> str:
        if frame.blind:
            message = _("Points and line are hidden. Press in the dark to buy an evaluation of the loss: {n} so far.")
            return message.format(n=len(frame.probes))
        number = self._highlighted if 0 <= self._highlighted < frame.n else frame.owner
        if number is None:
            return _("Nobody owes anything: the loss is 0.") if frame.n else _("There are no points yet.")
        return _("Point {n} owns {share} % of the loss: residual {r}, loss {cost}.").format(
            n=number + 1,
            share=show_number(100 * float(frame.judged.shares[number]), 2),
            r=show_number(float(frame.judged.residuals[number]), 3),
            cost=show_number(float(frame.judged.each[number]), 3),
        )

    def words(self) -> str:
        """The sentence above the bar."""
        return self._words

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(now.color("text2"))
        painter.setFont(now.font("small", 550))
        top = QRectF(0, 0, self.width(), now.px(CAPTION))
        room = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, room)
        if not self._shares:
            painter.end()
            return
        bar = self._bar()
        painter.setPen(QPen(now.color("line"), 1))
        painter.setBrush(now.color("sunken"))
        painter.drawRoundedRect(bar, now.px(5), now.px(5))
        for i, (left, wide) in enumerate(self._parts()):
            self._paint_part(painter, now, i, QRectF(left, bar.top(), wide, bar.height()))
        if self.hasFocus():
            painter.setPen(QPen(now.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar.adjusted(1, 1, -1, -1), now.px(5), now.px(5))
        painter.end()

    def _paint_part(self, painter: QPainter, now: Look, i: int, part: QRectF) -> None:
        shade = mix(now.palette.categories[0], now.palette.surface, 0.2 if i % 2 else 0.45)
        painter.setPen(QPen(now.color("surface"), 1))
        painter.setBrush(now.color("ball" if i == self._highlighted else shade))
        painter.drawRect(part)
        text = str(i + 1)
        if self._shares[i] > 0.12:
            text += f" · {show_number(100 * self._shares[i], 2)} %"
        painter.setFont(now.font("caption", 650))
        if painter.fontMetrics().horizontalAdvance(text) + 4 < part.width():
            painter.setPen(now.color("#0A2342"))
            painter.drawText(part, Qt.AlignmentFlag.AlignCenter, text)

    def _bar(self) -> QRectF:
        now = look()
        return QRectF(0.5, now.px(CAPTION) + 2, self.width() - 1, now.px(TALL))

    def _parts(self) -> list[tuple[float, float]]:
        """Left edge and width of each point's part."""
        bar, done, parts = self._bar(), 0.0, []
        for share in self._shares:
            parts.append((bar.left() + done * bar.width(), share * bar.width()))
            done += share
        return parts

    # ---- mouse and keys

    def part_at(self, x: float) -> int:
        """The number of the point whose part lies there, −1 for none."""
        return next((i for i, (left, wide) in enumerate(self._parts()) if left <= x < left + wide), -1)

    def _choose(self, number: int) -> None:
        if number != self._highlighted:
            self.highlighted_changed.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose(self.part_at(event.position().x()) if event.position().y() >= self._bar().top() else -1)

    def leaveEvent(self, event: QEvent) -> None:
        self._choose(-1)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self.part_at(event.position().x())
        if number >= 0:
            self.requested.emit(f"share_{number + 1}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if by and self._shares:
            start = self._highlighted if self._highlighted >= 0 else (-1 if by > 0 else 0)
            number = (start + by) % len(self._shares)
            self._choose(number)
            share = show_number(100 * self._shares[number], 3)
            self.tell(_("point {n}: {share} %").format(n=number + 1, share=share))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._highlighted >= 0:
            self.requested.emit(f"share_{self._highlighted + 1}")
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._choose(-1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(CAPTION + TALL) + 5)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), self.sizeHint().height())
