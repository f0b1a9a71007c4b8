"""The sheet that tokens stand on: where each has its place, how the sheet turns when there are more than fit, and how
it is painted, on screen and into a file. It knows of a cursor and a selection only to draw them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.callouts import Callout, box_of, paint_callouts
from widgets.canvas.paper import paper
from widgets.tokens.chip_pixmaps import ChipPixmaps
from widgets.tokens.token_flow import Place, Token, flow, flow_to_end, visible

__all__ = ["TokenSheet"]

_SAID = 120  # characters of the text, its last, that a picture says of itself
_THUMB = 4  # pixels: the sign at the edge of how far the sheet is turned


class TokenSheet(Described, Refreshing, QWidget):
    """Chips in lines, not yet in anybody's hand."""

    def __init__(self, parent: QWidget | None = None, notes: bool = False, breaks: bool = True) -> None:
        """`notes`: room for a number below every chip. `breaks`: a newline ends its line."""
        super().__init__(parent)
        self._tokens: tuple[Token, ...] = ()
        self._places: list[Place] = []
        self._placed_for: object = None
        self._notes, self._breaks = notes, breaks
        self._from_end = False
        self._offset, self._following = 0.0, True
        self._cursor, self._near = -1, -1
        self._chosen = (-1, -1)
        self._readout, self._title, self._empty = "", "", ""
        self._stamps = ChipPixmaps()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    # ---- what the caller says

    def set_tokens(self, tokens: Sequence[Token]) -> None:
        """Show these. Where they are those before and some more, only what is new finds its place."""
        tokens = tuple(tokens)
        if tokens == self._tokens:
            return
        same = _alike(tokens, self._tokens)
        if self._from_end:  # every line begins elsewhere, unless only shades are new
            same = same if same == len(tokens) == len(self._tokens) else 0
        self._tokens, self._places = tokens, self._places[:same]
        self._cursor = min(self._cursor, len(tokens) - 1)
        if self._chosen[1] >= len(tokens):
            self._chosen = (-1, -1)
        self._near = self._near if self._near < len(tokens) else -1
        self.update()

    def show_start(self) -> None:
        """Turn to the first line and stay there; without this a sheet follows its end."""
        self._offset, self._following = 0.0, False
        self.update()

    def tokens(self) -> tuple[Token, ...]:
        """What is shown now."""
        return self._tokens

    def set_title(self, title: str) -> None:
        """Stands above the picture in files; read as the widget's name."""
        self._title = title
        self.setAccessibleName(title)

    def set_empty(self, text: str) -> None:
        """What to say where there is no token yet."""
        self._empty = text
        self.update()

    def set_notes(self, shown: bool) -> None:
        """Whether there is a number below every chip."""
        if shown != self._notes:
            self._notes = shown
            self._places = []
            self.updateGeometry()
            self.update()

    def set_filled_from_end(self, on: bool) -> None:
        """Whether the last line is the full one, and the first the short one: where only one line has room, it then
        holds as much of the end as fits."""
        if on != self._from_end:
            self._from_end, self._places = on, []
            self.update()

    def set_readout(self, text: str) -> None:
        """A line beside the token in question, usually in answer to `hovered`; "" takes it away."""
        if text != self._readout:
            self._readout = text
            self.update()

    def readout(self) -> str:
        """The line beside the token in question; "" for none."""
        return self._readout

    def words_of(self, number: int) -> str:
        """A token in words: its place counted from 1, its text with everything in it to be heard, and its number."""
        token = self._tokens[number]
        words = f"{number + 1}: {visible(token.text)}" + (f", {token.note}" if token.note else "")
        return words + (", " + _("struck out") if token.struck else "")

    def summary(self) -> str:
        if not self._tokens:
            return self._empty
        between = "" if any(" " in token.text for token in self._tokens) else " "
        text = between.join(token.text for token in self._tokens)
        end = text if len(text) <= _SAID else "…" + text[-_SAID:]
        return _("{n} tokens: {text}").format(n=len(self._tokens), text=end)

    def lines(self) -> int:
        """How many lines the chips fill now."""
        return self._arranged()[-1].line + 1 if self._tokens else 0

    def place_of(self, number: int) -> QRectF:
        """The chip of a token in pixels of this widget; it may lie outside."""
        place, now = self._arranged()[number], look()
        return QRectF(self._left(now) + place.x, self._top(now) + place.line * self._pitch(now) - self._offset,
                      place.width, now.px(24))  # fmt: skip

    def token_at(self, at: QPointF) -> int:
        """The token at a pixel; −1 beside all."""
        now = look()
        line = math.floor((at.y() - self._top(now) + self._offset) / self._pitch(now))
        x, half = at.x() - self._left(now), now.px(2) / 2
        for number, place in enumerate(self._arranged()):
            if place.line == line and place.x - half <= x <= place.x + place.width + half:
                return number
        return -1

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint all the lines that fit, with the title, on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._title) as (room, light):
            stamps = ChipPixmaps().use(light, 0)
            inner = room.width() - 2 * light.px(8)
            places = flow(self._tokens, inner, stamps.width, light.px(2), self._breaks)
            for token, place in zip(self._tokens, places):
                top = room.top() + light.px(6) + place.line * self._pitch(light)
                if top + self._pitch(light) <= room.bottom():
                    stamps.draw(painter, token, room.left() + light.px(8) + place.x, top, place.width, self._notes)

    # ---- geometry

    def _pitch(self, now: Look) -> int:
        return now.px(42 if self._notes else 28)

    def _left(self, now: Look) -> int:
        return now.px(6)

    def _top(self, now: Look) -> int:
        return now.px(5)

    def _arranged(self) -> list[Place]:
        now = look()
        key = (now, self.width(), self._notes)
        if key != self._placed_for:
            self._placed_for, self._places = key, []
        if len(self._places) < len(self._tokens):
            stamps = self._stamps.use(now, self.devicePixelRatioF())
            room = max(now.px(24), self.width() - 2 * self._left(now) - now.px(_THUMB))
            if self._from_end:
                self._places = flow_to_end(self._tokens, room, stamps.width, now.px(2), self._breaks)
            else:
                self._places = flow(self._tokens, room, stamps.width, now.px(2), self._breaks, self._places)
            if self._following:
                self._offset = self._farthest()
        self._offset = min(self._offset, self._farthest())
        return self._places

    def _farthest(self) -> float:
        """How far the strip can be turned: by whole lines, so that the first in sight is never cut."""
        if not self._places:
            return 0.0
        now = look()
        fit = max(1, math.floor((self.height() - self._top(now)) / self._pitch(now)))
        return float(max(0, self._places[-1].line + 1 - fit) * self._pitch(now))

    def _turn(self, by: float) -> None:
        """Turn the strip by so many pixels, to whole lines; at its end it follows what is added."""
        far, pitch = self._farthest(), self._pitch(look())
        lines = math.ceil(by / pitch) if by > 0 else math.floor(by / pitch)
        self._offset = min(max(0.0, self._offset + lines * pitch), far)
        self._following = self._offset >= far
        self.update()

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, now = QPainter(self), look()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if not self._tokens:
            painter.setFont(now.font("small"))
            painter.setPen(now.color("text3"))
            room = self.rect().adjusted(now.px(10), 0, -now.px(10), 0)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)
            painter.end()
            return
        places, pitch = self._arranged(), self._pitch(now)
        left, top = self._left(now), self._top(now) - self._offset
        stamps = self._stamps.use(now, self.devicePixelRatioF())
        first, last, high = *self._chosen, now.px(24)
        for number, (token, place) in enumerate(zip(self._tokens, places)):
            y = top + place.line * pitch
            if y + high <= 2 or y > self.height():
                continue
            stamps.draw(painter, token, left + place.x, y, place.width, self._notes)
            if first <= number <= last and first >= 0:
                self._outline(painter, number, now.color("accent"), 2.0)
        if self._near >= 0:
            self._outline(painter, self._near, now.color("edge"), 1.6)
        if self._cursor >= 0 and self.hasFocus():
            self._outline(painter, self._cursor, now.color("focus"), 2.4)
        self._paint_thumb(painter, now)
        self._paint_readout(painter, now)
        painter.end()

    def _outline(self, painter: QPainter, number: int, color: QColor, width: float) -> None:
        painter.setPen(QPen(color, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.place_of(number).adjusted(0.5, 0.5, -0.5, -0.5), look().px(5), look().px(5))

    def _paint_thumb(self, painter: QPainter, now: Look) -> None:
        far = self._farthest()
        if far > 0:
            share = self.height() / (self.height() + far)
            long = max(now.px(16), share * self.height())
            y = (self.height() - long) * self._offset / far
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("edge", 140))
            painter.drawRoundedRect(QRectF(self.width() - now.px(_THUMB), y, now.px(_THUMB) - 1, long), 1.5, 1.5)

    def _paint_readout(self, painter: QPainter, now: Look) -> None:
        number = self._near if self._near >= 0 else self._cursor if self.hasFocus() else -1
        if number >= 0 and self._readout:
            spot = self.place_of(number)
            sentence = Callout(spot.center().x(), spot.center().y(), self._readout, now.palette.raised,
                           now.palette.text, now.px(16))  # fmt: skip
            paint_callouts(painter, [sentence], now, QRectF(self.rect()), [box_of(spot)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._places = []

    def relook(self) -> None:
        self._places = []

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(160), 2 * self._top(look()) + self._pitch(look()))

    def sizeHint(self) -> QSize:
        return QSize(look().px(360), 2 * self._top(look()) + 3 * self._pitch(look()))


def _alike(new: Sequence[Token], old: Sequence[Token]) -> int:
    """How many tokens from the first on take the same room."""
    for number, (a, b) in enumerate(zip(new, old)):
        if a is not b and (a.text, a.note) != (b.text, b.note):
            return number
    return min(len(new), len(old))
