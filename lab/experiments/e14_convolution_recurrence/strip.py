"""The signal as a strip: its numbers, the kernel laid on some of them, their products, and below the results of both
ways of laying it on. The kernel is dragged along; a number of either is typed, or set with Page Up and Page Down."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.sliding import SignalPage
from lab.experiments.e14_convolution_recurrence.words import too_large
from lab.kit.numbers import show_short
from widgets.base.look import Look, look
from widgets.canvas.colormap import colorize, diverging_lut
from widgets.canvas.inline_editor import InlineEditor
from widgets.canvas.painted import Painted
from widgets.controls.number_field import read_number, show_number

__all__ = ["ROWS", "Strip"]

ROWS = ("signal", "kernel", "products", "networks", "textbooks")
TYPED = 2  # the first rows, whose numbers can be set
CELL, LABEL = 120, 136  # pixels at 100 % text: of a cell at most, and of what a row is called
_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ROW = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_NUDGE = {Qt.Key.Key_PageUp: 1.0, Qt.Key.Key_PageDown: -1.0}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CENTRE = Qt.AlignmentFlag.AlignCenter


class Strip(Painted):
    """`changed` carries the row (0 signal, 1 kernel), the number's place and its new value; `slid` a place."""

    AIR = (0, 0, 0, 0)

    changed = Signal(int, int, float)
    slid = Signal(int)
    dropped = Signal()
    requested = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: SignalPage | None = None
        self._cursor = (0, 0)
        self._grip: float | None = None  # of the kernel, in cells from its first
        self._over = InlineEditor(self, read_number, show_number)
        self._over.typed.connect(self._typed)
        self._over.refused.connect(self.refused)
        self.setAccessibleName(_("A kernel that slides over a signal"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_page(self, page: SignalPage) -> None:
        """Show this."""
        self._page = page
        self.update()

    # ---- where things are

    def cell_rect(self, row: int, place: int) -> QRectF:
        """A number's cell. place: from 0, in its own row; of the signal without padding."""
        page = self._page
        if page is None:
            return QRectF()
        return self._cell(page, QRectF(self.rect()), look(), row, place + (page.params.padding if row == 0 else 0))

    def _pitch(self, page: SignalPage, room: QRectF, now: Look) -> float:
        return min(float(now.px(CELL)), (room.width() - now.px(LABEL) - 4) / max(1, len(page.padded)))

    def _left(self, page: SignalPage, room: QRectF, now: Look) -> float:
        free = room.width() - now.px(LABEL) - 4 - self._pitch(page, room, now) * len(page.padded)
        return room.left() + now.px(LABEL) + max(0.0, free / 2)

    def _cell(self, page: SignalPage, room: QRectF, now: Look, row: int, place: int) -> QRectF:
        pitch, high = self._pitch(page, room, now), room.height() / len(ROWS)
        along = float(place)
        if row in (1, 2):
            along = page.first + place
        elif row > 2:
            along = place * page.params.stride + (len(page.laid) - 1) / 2
        box = min(pitch, 0.86 * high)
        middle = QPointF(self._left(page, room, now) + (along + 0.5) * pitch, room.top() + (row + 0.5) * high)
        return QRectF(middle.x() - 0.46 * pitch, middle.y() - 0.5 * box, 0.92 * pitch, box)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        self._paint_labels(p, page, room, now)
        if not page.size.size:
            self._paint_numbers(p, page, room, now, 0, page.padded)
            p.setFont(now.font("body", 500))
            p.setPen(now.color("bad"))
            below = QRectF(room.left() + now.px(LABEL), room.top() + room.height() / 5, room.width() - now.px(LABEL),
                           0.8 * room.height())  # fmt: skip
            p.drawText(below, _CENTRE | Qt.TextFlag.TextWordWrap, too_large())
            return
        self._paint_band(p, page, room, now)
        self._paint_numbers(p, page, room, now, 0, page.padded)
        self._paint_numbers(p, page, room, now, 1, page.laid)
        self._paint_numbers(p, page, room, now, 2, page.under * page.laid)
        self._paint_numbers(p, page, room, now, 3, page.plain, quiet=page.params.flip)
        self._paint_numbers(p, page, room, now, 4, page.turned, quiet=not page.params.flip)
        self._paint_lights(p, page, room, now)

    def _paint_labels(self, p: QPainter, page: SignalPage, room: QRectF, now: Look) -> None:
        turned = page.params.flip
        names = (
            _("signal"),
            _("kernel, turned") if turned else _("kernel"),
            _("products"),
            _("as networks do it"),
            _("as textbooks do it"),
        )
        high = room.height() / len(ROWS)
        for row, name in enumerate(names):
            spot = QRectF(room.left() + 4, room.top() + row * high, now.px(LABEL) - 8, high)
            p.setFont(now.font("small", 650 if row == 3 + turned else 500))
            p.setPen(now.color("text" if row != 4 - turned else "text2"))
            p.drawText(
                spot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, name
            )

    def _paint_band(self, p: QPainter, page: SignalPage, room: QRectF, now: Look) -> None:
        """From the numbers under the kernel down to the sum they give."""
        pitch = self._pitch(page, room, now)
        first, last = (self._cell(page, room, now, 2, place) for place in (0, len(page.laid) - 1))
        result = self._cell(page, room, now, 4 if page.params.flip else 3, page.place)
        top = self._cell(page, room, now, 0, 0).top() - 4
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("ball", 34))
        p.drawRoundedRect(
            QRectF(
                first.left() - 0.04 * pitch, top, last.right() - first.left() + 0.08 * pitch, last.bottom() - top + 4
            ),
            now.px(6),
            now.px(6),
        )
        p.setPen(QPen(now.color("ball"), 1.6 * now.line_weight))
        for place in range(len(page.laid)):
            cell = self._cell(page, room, now, 2, place)
            p.drawLine(QPointF(cell.center().x(), cell.bottom()), QPointF(result.center().x(), result.top()))

    def _paint_numbers(
        self, p: QPainter, page: SignalPage, room: QRectF, now: Look, row: int, values: np.ndarray, quiet: bool = False
    ) -> None:
        most = max(1.0, float(np.abs(values).max(initial=0.0)))
        colors = colorize(np.asarray(values, np.float64)[None], diverging_lut(now.palette), -most, most)[0]
        padding = page.params.padding if row == 0 else 0
        never = len(page.padded) - page.size.unused if page.size.size else len(page.padded)
        for place, value in enumerate(values.tolist()):
            cell = self._cell(page, room, now, row, place)
            around = row == 0 and not padding <= place < len(values) - padding
            red, green, blue = (int(part) for part in colors[place][:3])
            p.setBrush(QColor(red, green, blue) if not around else now.color("sunken"))
            p.setPen(QPen(now.color("edge"), 1, Qt.PenStyle.DashLine if around else Qt.PenStyle.SolidLine))
            p.setOpacity(0.35 if quiet else 1.0)
            p.drawRoundedRect(cell, now.px(4), now.px(4))
            if row == 0 and place >= never:
                p.setBrush(QBrush(now.color("bad", 160), Qt.BrushStyle.FDiagPattern))
                p.drawRoundedRect(cell, now.px(4), now.px(4))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue > 140 and not around
            ink = "#1A1E26" if dark else "#FFFFFF"
            p.setPen(now.color("text2") if around or quiet else QColor(ink))
            p.setFont(now.font("h3" if cell.width() > now.px(44) else "caption", 600))
            p.setOpacity(1.0)
            p.drawText(cell, _CENTRE, show_short(value, 3))

    def _paint_lights(self, p: QPainter, page: SignalPage, room: QRectF, now: Look) -> None:
        result = self._cell(page, room, now, 4 if page.params.flip else 3, page.place)
        p.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#FFFFFF", 5.0), (now.palette.ball, 2.8)):
            p.setPen(QPen(QColor(color), width * now.line_weight))
            p.drawRoundedRect(result, now.px(4), now.px(4))
        if self.hasFocus() and self._cursor[0] < TYPED:
            p.setPen(QPen(now.color("focus"), 2.4))
            p.drawRoundedRect(self.cell_rect(*self._cursor).adjusted(-3, -3, 3, 3), now.px(5), now.px(5))

    # ---- mouse

    def _hit(self, at: QPointF) -> tuple[int, int]:
        """Row and place of the number at a pixel; −1, −1 beside all."""
        page = self._page
        if page is None:
            return -1, -1
        shown = len(page.x), len(page.laid), len(page.laid), len(page.plain), len(page.turned)
        for row, count in enumerate(shown if page.size.size else shown[:1]):
            for place in range(count):
                if self.cell_rect(row, place).contains(at):
                    return row, place
        return -1, -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, place = self._hit(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            event.ignore()
            return
        self._over.close()
        if row < TYPED:
            self._cursor = (row, place)
        if row in (1, 2):
            self._grip = place + 0.5
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif row > 2:
            self.slid.emit(place)
            self.dropped.emit()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        page, at = self._page, event.position()
        if page is None:
            return
        if self._grip is None:
            row, _place = self._hit(at)
            shapes = {-1: Qt.CursorShape.ArrowCursor, 0: Qt.CursorShape.IBeamCursor, 1: Qt.CursorShape.OpenHandCursor}
            self.setCursor(shapes.get(row, Qt.CursorShape.PointingHandCursor))
            return
        room, now = QRectF(self.rect()), look()
        along = (at.x() - self._left(page, room, now)) / self._pitch(page, room, now) - self._grip
        place = min(max(round(along / page.params.stride), 0), page.size.size - 1)
        if place != page.place:
            self.slid.emit(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._grip = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row, place = self._hit(event.position())
        self._grip = None
        if 0 <= row < TYPED:
            self.edit(row, place)
        elif row >= 0:
            self.requested.emit("output")

    # ---- keys and typing

    def _values(self, row: int) -> np.ndarray:
        page = self._page
        if page is None:
            return np.zeros(0)
        return page.x if row == 0 else page.laid

    def edit(self, row: int, place: int, text: str = "") -> None:
        """Open a field for a number of the signal (row 0) or of the kernel (row 1)."""
        self._cursor = (row, place)
        cell = self.cell_rect(row, place)
        name = _("signal") if row == 0 else _("kernel")
        self._over.open(f"{name} {place + 1}", float(self._values(row)[place]), cell.center(), text)

    def _typed(self, value: float) -> None:
        self._change(*self._cursor, value)
        self.dropped.emit()

    def _change(self, row: int, place: int, value: float) -> None:
        page = self._page
        if page is None or not 0 <= place < len(self._values(row)):
            return
        value = min(max(value, -100.0), 100.0)
        if row == 1 and page.params.flip:  # the kernel as it is typed
            place = len(page.laid) - 1 - place
        self.changed.emit(row, place, value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text, page = Qt.Key(event.key()), event.text(), self._page
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        row, place = self._cursor
        if page is None or held:
            event.ignore()
        elif self._over.field is not None:
            if key in _ENTER:
                self._over.enter()
        elif key in _ROW:
            self._go(row + _ROW[key], place)
        elif key in _ALONG and row == TYPED:
            self.slid.emit(min(max(page.place + _ALONG[key], 0), max(0, page.size.size - 1)))
        elif key in _ALONG:
            self._go(row, place + _ALONG[key])
        elif key in _NUDGE and row < TYPED:
            self._change(row, place, float(self._values(row)[place]) + _NUDGE[key])
        elif key in _ENTER:
            self.requested.emit("output") if row == TYPED else self.edit(row, place)
        elif text and text in "0123456789.,-" and row < TYPED:
            self.edit(row, place, text)
        else:
            event.ignore()

    def _go(self, row: int, place: int) -> None:
        """Put the cursor there: on a number of the signal, of the kernel, or on the results."""
        row = min(max(row, 0), TYPED)
        place = min(max(place, 0), max(0, len(self._values(min(row, 1))) - 1))
        self._cursor = (row, place)
        names = _("signal"), _("kernel"), _("results: Left and Right slide the kernel")
        value = f" {place + 1}: {show_short(float(self._values(row)[place]))}" if row < TYPED else ""
        self.tell(names[row] + value)
        self.update()

    # ---- the window

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._over.close()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(150))
