"""The tape: the letters of a text in rows, those in the window on a blue ground, the needle and the question marked.
The needle can be dragged to another place."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e22_context_window.settings import TAPE
from lab.experiments.e22_context_window.tape import CUE, PLACES, TapePage
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.painted import HELD, Painted

__all__ = ["Cells", "TapeStrip"]

SHAPES = (40, 30, 24, 20, 15, 12)  # letters in a row: all divide the tape
FALLEN = 0.2  # of a row, by which letters that have fallen off begin lower
NEAREST, FARTHEST = PLACES[0], TAPE - 10
_ALONG = {Qt.Key.Key_Left: 1, Qt.Key.Key_Right: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


@dataclass(frozen=True, slots=True)
class Cells:
    """Where each letter stands, in pixels."""

    left: float
    top: float
    columns: int
    wide: float
    high: float

    @staticmethod
    def within(room: QRectF) -> Cells:
        """Rows of the length for which the letters are largest; at most twice as high as wide."""
        best = Cells(room.left(), room.top(), SHAPES[0], 1.0, 1.0)
        for columns in SHAPES:
            rows = TAPE // columns
            wide = room.width() / columns
            high = min(room.height() / rows, 1.9 * wide)
            wide = min(wide, 1.5 * high)
            if min(wide, high) > min(best.wide, best.high):
                left = room.center().x() - columns * wide / 2
                best = Cells(left, room.center().y() - rows * high / 2, columns, wide, high)
        return best

    def cell(self, place: int) -> QRectF:
        row, column = divmod(place, self.columns)
        return QRectF(self.left + column * self.wide, self.top + row * self.high, self.wide, self.high)

    def place_at(self, at: QPointF) -> int:
        """The letter under a pixel, −1 beside all."""
        column, row = int((at.x() - self.left) // self.wide), int((at.y() - self.top) // self.high)
        return row * self.columns + column if 0 <= column < self.columns and 0 <= row < TAPE // self.columns else -1


class TapeStrip(Acting, Painted):
    """A painted tape that sends actions."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: TapePage | None = None
        self._held = False
        self.make_interactive()
        self.setAccessibleName(_("The tape, with the needle, the window and the question"))

    def show_tape(self, page: TapePage) -> None:
        """Draw this."""
        self._page = page
        self.update()

    def cells(self) -> Cells:
        """Where the letters stand now."""
        return Cells.within(self._room(QRectF(self.rect()), look()))

    @staticmethod
    def _room(room: QRectF, now: Look) -> QRectF:
        return room.adjusted(now.px(4), now.px(4), -now.px(4), -now.px(22))

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        cells = Cells.within(self._room(room, now))
        p.setFont(now.font(max(11.0, 0.52 * cells.high / now.scale), 500, mono=True))
        for place, letter in enumerate(page.letters):
            self._paint_letter(p, cells, now, place, letter)
        if live and self.hasFocus():
            p.setPen(QPen(now.color("focus"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            for place in range(page.at, page.at + CUE + 1):
                p.drawRect(cells.cell(place))
        p.setFont(now.font("caption"))
        p.setPen(now.color("text2"))
        words = _("Blue: in the window; lower: fallen off. Orange: needle. Framed: “what came after {cue}?”")
        text = words.format(cue=page.letters[-CUE:])
        foot = QRectF(room.left(), room.bottom() - now.px(18), room.width(), now.px(18))
        p.drawText(
            foot,
            Qt.AlignmentFlag.AlignCenter,
            p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(foot.width())),
        )

    def _paint_letter(self, p: QPainter, cells: Cells, now: Look, place: int, letter: str) -> None:
        page = self._page
        assert page is not None
        cell = cells.cell(place)
        state = page.place_is(place)
        kept = state == "kept"
        needle = page.at <= place < page.at + CUE + 1
        p.setPen(Qt.PenStyle.NoPen)
        if state == "fallen":
            cell.setTop(cell.top() + FALLEN * cell.height())
        p.setBrush(now.color({"kept": "accent_soft", "fallen": "sunken", "ahead": "surface"}[state]))
        p.drawRect(cell.adjusted(0, 1, 0, -1))
        if needle:
            p.setBrush(now.color("ball"))
            p.drawRect(cell.adjusted(0, 2, 0, -2))
        if place >= TAPE - CUE:
            p.setPen(QPen(now.color("accent"), 2))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(cell.adjusted(1, 2, -1, -2))
        ink = (
            now.color("canvas" if now.palette.name == "dark" else "text")
            if needle
            else now.color("text" if kept else "text3")
        )
        p.setPen(ink)
        p.drawText(cell, Qt.AlignmentFlag.AlignCenter, letter)

    # ---- the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._page is None:
            event.ignore()
            return
        self._held = True
        self._pull(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._pull(event.position())
        else:
            over = self.cells().place_at(event.position()) >= 0
            self.setCursor(Qt.CursorShape.PointingHandCursor) if over else self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False
        self.end_drag()

    def _pull(self, at: QPointF) -> None:
        """Put the middle of the needle under the pointer."""
        place = self.cells().place_at(at)
        if place >= 0:
            self._put(TAPE - 1 - place - CUE // 2)

    def _put(self, distance: int) -> None:
        assert self._page is not None
        distance = min(max(distance, NEAREST), FARTHEST)
        if distance != self._page.params.distance:
            self.drag("needle", Set({"distance": distance}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if event.modifiers() & HELD or self._page is None or key not in _ALONG:
            event.ignore()
            return
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        distance = min(max(self._page.params.distance + _ALONG[key] * far, NEAREST), FARTHEST)
        self._put(distance)
        self.end_drag()
        self.tell(_("Needle {n} letters ago").format(n=distance))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
