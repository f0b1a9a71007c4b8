"""A strip of tokens: a text cut into the pieces that a language model reads, as chips in flowing lines.

Behind each chip lies a value as a shade, and below it, where asked, a number. The pointer names a token, a press
chooses it, a drag selects several; arrow keys move a cursor, Shift with them selects, Enter presses. A strip that
is longer than its room shows its end, and turns with the wheel and with the cursor. Hundreds of chips are stamped,
not drawn, so that a strip may change in every frame. The order of tokens is data and is never mirrored.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.base.look import look
from widgets.tokens.token_flow import Token
from widgets.tokens.token_sheet import TokenSheet

__all__ = ["Token", "TokenStrip"]

_ALONG = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_ACROSS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class TokenStrip(TokenSheet):
    """Chips in lines. Numbers in signals are places in the sequence; −1 is none."""

    hovered = Signal(int)  # under the pointer, or at the cursor that keys have moved
    pressed = Signal(int)  # chosen by a press or by Enter
    selected = Signal(int, int)  # first and last of what is selected now; −1, −1: nothing

    def __init__(self, parent: QWidget | None = None, notes: bool = False, breaks: bool = True) -> None:
        """`notes`: room for a number below every chip. `breaks`: a newline ends its line."""
        super().__init__(parent, notes, breaks)
        self._anchor, self._dragging = -1, False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_cursor(self, number: int) -> None:
        """Put the cursor on a token, without a signal; −1 takes it away."""
        self._cursor = min(number, len(self._tokens) - 1)
        self.update()

    def cursor_at(self) -> int:
        """The token of the cursor; −1 where keys have not moved it."""
        return self._cursor

    def select(self, first: int, last: int) -> None:
        """Select from `first` to `last`, without a signal; −1, −1: nothing."""
        self._chosen = (min(first, last), max(first, last))
        self.update()

    def selection(self) -> tuple[int, int]:
        """First and last of what is selected."""
        return self._chosen

    # ---- hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._anchor, self._dragging = self.token_at(event.position()), False
        self._cursor = self._anchor

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self.token_at(event.position())
        if number != self._near:
            self._near = number
            self.setCursor(Qt.CursorShape.PointingHandCursor) if number >= 0 else self.unsetCursor()
            self.hovered.emit(number)
            self.update()
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor >= 0 <= number and (
            self._dragging or number != self._anchor
        ):  # fmt: skip
            self._dragging = True
            self._choose(self._anchor, number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._dragging:
            if self._chosen != (-1, -1):
                self._choose(-1, -1)
            if self._anchor >= 0:
                self.pressed.emit(self._anchor)
        self._dragging = False
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._near >= 0:
            self._near = -1
            self.hovered.emit(-1)
            self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._cursor >= 0:
            self.hovered.emit(self._cursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._cursor >= 0:  # nothing is pointed at from elsewhere
            self.hovered.emit(-1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        far = self._farthest()
        if far > 0 and event.angleDelta().y():
            self._turn(-math.copysign(self._pitch(look()), event.angleDelta().y()))
            event.accept()
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self._tokens) - 1
        if last < 0 or event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
            return
        reach = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in _ALONG:
            self._go(self._cursor + _ALONG[key] if self._cursor >= 0 else last, reach)
        elif key in _ACROSS:
            self._go(self._beside(_ACROSS[key]) if self._cursor >= 0 else last, reach)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else last, reach)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._turn((self.height() - self._pitch(look())) * (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.pressed.emit(self._cursor)
        elif key == Qt.Key.Key_Escape and (self._cursor >= 0 or self._chosen != (-1, -1)):
            self._cursor = self._anchor = -1
            self._choose(-1, -1)
            self.hovered.emit(-1)
        else:
            event.ignore()

    def _go(self, number: int, reach: bool) -> None:
        """The cursor goes to a token; with `reach` all from where it began are selected."""
        number = min(max(number, 0), len(self._tokens) - 1)
        if reach:
            self._anchor = self._cursor if self._chosen == (-1, -1) else self._anchor
            self._choose(max(self._anchor, 0), number)
        elif self._chosen != (-1, -1):
            self._choose(-1, -1)
        self._cursor, self._near = number, -1
        spot, pitch = self.place_of(number), self._pitch(look())
        if spot.top() < 0:
            self._turn(spot.top() - self._top(look()))
        elif spot.top() + pitch > self.height():
            self._turn(spot.top() + pitch - self.height() + self._top(look()))
        self.hovered.emit(number)
        words, more = self.words_of(number), self.readout()
        self.tell(words if not more or more in words else f"{words}. {more}")
        self.update()

    def _beside(self, down: int) -> int:
        """The token of the line above or below that is nearest to the cursor; itself at the border."""
        places = self._arranged()
        here = places[self._cursor]
        middle = here.x + here.width / 2
        there = [n for n, place in enumerate(places) if place.line == here.line + down]
        return min(there, key=lambda n: abs(places[n].x + places[n].width / 2 - middle), default=self._cursor)

    def _choose(self, first: int, last: int) -> None:
        chosen = (min(first, last), max(first, last))
        if chosen != self._chosen:
            self._chosen = chosen
            self.selected.emit(*chosen)
        self.update()
