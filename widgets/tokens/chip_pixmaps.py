"""The parts of a chip, each drawn once and stamped: its ground by shade, its letters, the number below it.

Grounds come in 32 shades, so that a strip of hundreds of chips whose values all change is painted from what is
kept. Letters on a deep shade are white, on a pale one ink.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from widgets.base.look import Look
from widgets.canvas.colormap import one_sided_lut
from widgets.canvas.trails import is_dark
from widgets.tokens.token_flow import Token, visible

__all__ = ["ChipPixmaps", "token_font"]

SHADES = 32
_MOST = 4096
_CENTRE = Qt.AlignmentFlag.AlignCenter


def token_font(look: Look, size: str = "small", weight: int = 600) -> QFont:
    """The letters of tokens: of equal width, and without ligatures, so that each character is itself."""
    font = look.font(size, weight, mono=True)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


class ChipPixmaps:
    """The stamps of one strip. Without a ratio (0) everything is drawn as outlines, for a file."""

    def __init__(self) -> None:
        self._for: object = None
        self._look, self._ratio = Look(), 1.0
        self._made: dict[tuple[object, ...], QPixmap] = {}
        self._grounds: dict[object, tuple[QColor, QColor]] = {}
        self._widths: dict[tuple[str, str], float] = {}

    def use(self, look: Look, ratio: float) -> ChipPixmaps:
        """Get ready for a look and a screen; forgets the stamps of another. Returns itself."""
        if (look, ratio) != self._for or len(self._made) > _MOST:
            self._for, self._look, self._ratio = (look, ratio), look, ratio
            self._made, self._grounds, self._widths = {}, {}, {}
            self._font = token_font(look, "body", 500)
            self._small = look.font("caption", 500)
            self._metrics, self._small_metrics = QFontMetricsF(self._font), QFontMetricsF(self._small)
        return self

    def width(self, token: Token) -> float:
        """Pixels from edge to edge of a chip."""
        key = (token.text, token.note)
        found = self._widths.get(key)
        if found is None:
            letters = self._metrics.horizontalAdvance(visible(token.text)) + self._look.px(8)
            note = self._small_metrics.horizontalAdvance(token.note) + self._look.px(4) if token.note else 0.0
            found = self._widths[key] = float(round(max(letters, note, self._look.px(16))))
        return found

    def draw(self, painter: QPainter, token: Token, x: float, y: float, width: float, notes: bool) -> None:
        """One chip with its upper left corner at (x, y)."""
        high, key = self._look.px(24), self._shade(token)
        ground, ink = self._grounds.get(key) or self._colors(key)
        self._stamp(painter, ("ground", key, width), x, y, width, high, self._paint_ground, ground, token.highlighted)
        name = visible(token.text)
        state = (name, ink.rgba(), token.faint, token.struck, width)
        self._stamp(painter, state, x, y, width, high, self._paint_letters, name, ink, token)
        if notes and token.note:
            place = y + high
            self._stamp(painter, ("note", token.note, width), x, place, width, self._look.px(15), self._paint_note,
                        token.note)  # fmt: skip

    def _shade(self, token: Token) -> object:
        if token.highlighted:
            return "lit"
        if token.color:
            return token.color
        return -1 if token.value is None else round(min(max(token.value, 0.0), 1.0) * (SHADES - 1))

    def _colors(self, key: object) -> tuple[QColor, QColor]:
        look = self._look
        if isinstance(key, str):
            ground = look.color("ball" if key == "lit" else key)
        elif isinstance(key, int) and key >= 0:
            ground = QColor(*(int(c) for c in one_sided_lut(look.palette)[round(key / (SHADES - 1) * 255)]))
        else:
            ground = look.color("sunken")
        ink = QColor("#FFFFFF") if is_dark(ground, 0.22) else QColor("#12161E")
        self._grounds[key] = (ground, ink)
        return ground, ink

    def _stamp(
        self, painter: QPainter, key: tuple[object, ...], x: float, y: float, width: float, high: float,
        paint: Callable[..., None], *what: object,
    ) -> None:  # fmt: skip
        if not self._ratio:
            painter.translate(x, y)
            paint(painter, QRectF(0, 0, width, high), *what)
            painter.translate(-x, -y)
            return
        found = self._made.get(key)
        if found is None:
            found = QPixmap(max(1, round(width * self._ratio)), max(1, round(high * self._ratio)))
            found.setDevicePixelRatio(self._ratio)
            found.fill(Qt.GlobalColor.transparent)
            on = QPainter(found)
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint(on, QRectF(0, 0, width, high), *what)
            on.end()
            self._made[key] = found
        painter.drawPixmap(QPointF(x, y), found)

    def _paint_ground(self, painter: QPainter, room: QRectF, ground: QColor, highlighted: bool) -> None:
        painter.setPen(QPen(QColor("#FFFFFF"), 2) if highlighted else QPen(self._look.color("line"), 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), self._look.px(5), self._look.px(5))

    def _paint_letters(self, painter: QPainter, room: QRectF, name: str, ink: QColor, token: Token) -> None:
        painter.setFont(self._font)
        inner = room.width() - self._look.px(4)
        if self._metrics.horizontalAdvance(name) > inner + 1:
            name = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, inner)
        ink = QColor(ink)
        ink.setAlphaF(0.62 if token.faint else 1.0)
        painter.setPen(ink)
        painter.drawText(room, _CENTRE, name)
        if token.struck:
            painter.setPen(QPen(ink, 1.6))
            painter.drawLine(QPointF(room.left() + 3, room.center().y()), QPointF(room.right() - 3, room.center().y()))

    def _paint_note(self, painter: QPainter, room: QRectF, note: str) -> None:
        painter.setFont(self._small)
        painter.setPen(self._look.color("text2"))
        painter.drawText(room, _CENTRE, note)
