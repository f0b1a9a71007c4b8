"""Who looks at whom: two columns of the same tokens, and lines from those at the left to what they look at.

The strength of a line is its weight. The lit token has its lines in full colour, with the lit one of them in
orange; all others stay in the background, the strongest of them. A press at either side, or the arrow
keys, move the light. Where the tokens are too close for their names, these stand in two or three columns; where even
that is not enough, every so many tokens has its name, and the lit ones always have theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.cached_background import CachedBackground
from widgets.canvas.colormap import one_sided_lut
from widgets.canvas.paper import paper
from widgets.canvas.spoken import cell_words
from widgets.canvas.ticks import number as written

__all__ = ["Arcs"]

_LEAST, _MOST = 0.03, 160  # the weakest line in the background, and how many there may be
_ROUGH = 120  # lines from which on they are thin and not smooth
_HIGHLIGHTED = 48  # lines of the lit token at most
_FAINT, _STRONG = 0.004, 0.03  # weights from which on a line of the lit token is there, and is painted for itself
_HIGH, _SHORT = 11, 14  # pixels at 100 % text: the least pitch of names, and how wide a short one is
_LANES, _NAME = 3, 24  # columns of names at most, and how wide one must be at least, at 100 % text
_SHADES = 8  # of the lines in the background, each painted in one go
_KEYS = {Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0), Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


class Arcs(Described, Refreshing, QWidget):
    """Lines between two columns. Numbers in signals count tokens from 0; −1 is none."""

    pressed = Signal(int, int)  # the token that looks, and the one it looks at; one of them −1: leave it as it is
    hovered = Signal(int)  # a token at the left under the pointer
    requested = Signal(int, int)  # Enter, or a double-click

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights = np.zeros((0, 0))
        self._tokens: tuple[str, ...] = ()
        self._highlighted, self._near = (-1, -1), -1
        self._titles = ("", "", "")
        self._ground = CachedBackground(self)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_arcs(self, weights: np.ndarray, tokens: Sequence[str]) -> None:
        """Show `weights` [T, T] between `tokens`: row i is what token i looks at. Raises ValueError if they differ."""
        if weights.shape != (len(tokens), len(tokens)):
            raise ValueError(f"weights must be [{len(tokens)}, {len(tokens)}], got shape {weights.shape}")
        if weights is not self._weights or tuple(tokens) != self._tokens:
            self._weights, self._tokens = weights, tuple(tokens)
            self._ground.is_new()

    def tokens(self) -> tuple[str, ...]:
        """The tokens that are shown."""
        return self._tokens

    def set_highlighted(self, row: int, column: int) -> None:
        """Light the lines of a token, and one of them."""
        if (row, column) != self._highlighted:
            self._highlighted = (row, column)
            self.update()
            if self.hasFocus():
                self.tell(self.words_of(row, column))

    def words_of(self, row: int, column: int) -> str:
        """Who looks at whom, and how much."""
        last = len(self._tokens)
        if not (0 <= row < last and -1 <= column < last):
            return ""
        return cell_words(self._weights, (self._tokens, self._tokens), row, column)

    def summary(self) -> str:
        if not self._tokens:
            return ""
        row = self._highlighted[0]
        words = _("{n} tokens.").format(n=len(self._tokens))
        if 0 <= row < len(self._tokens):
            words += " " + _("{token} looks at:").format(token=self._tokens[row])
            order = np.argsort(-self._weights[row], kind="stable")[:4].tolist()
            words += " " + "; ".join(f"{self._tokens[j]} {written(float(self._weights[row, j]))}" for j in order) + "."
        return words

    def set_titles(self, title: str, left: str = "", right: str = "") -> None:
        """Read as the widget's name; words above the two columns."""
        if (title, left, right) != self._titles:
            self._titles = (title, left, right)
            self.setAccessibleName(title)
            self._ground.is_new()

    def place_of(self, token: int, right: bool = False) -> QPointF:
        """Where the lines of a token begin or end, in pixels of this widget."""
        x0, x1, top, pitch = self._columns(QRectF(self.rect()), look())
        return QPointF(x1 if right else x0, top + (token + 0.5) * pitch)

    def names(self) -> list[tuple[int, QRectF]]:
        """The tokens whose names stand at the left, each with its place in pixels of this widget."""
        now = look()
        return self._names(QRectF(self.rect()), now, QFontMetrics(now.font("caption", 500)), False)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the picture on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[0]) as (room, light):
            self._paint_ground(painter, room, light)
            self._paint_highlighted(painter, room, light)

    # ---- geometry

    def _columns(self, room: QRectF, now: Look) -> tuple[float, float, float, float]:
        """x of both columns, the top, and the pitch of the tokens."""
        aside = min(now.px(96), 0.3 * room.width())
        top = room.top() + now.px(20 if self._titles[1] else 4)
        pitch = (room.bottom() - top - now.px(4)) / max(1, len(self._tokens))
        pitch = min(pitch, now.px(60))
        return room.left() + aside, room.right() - aside, top, pitch

    def _token_at(self, at: QPointF) -> tuple[int, bool]:
        """The token at a pixel, and whether it is one of the right column; −1 beside all."""
        x0, x1, top, pitch = self._columns(QRectF(self.rect()), look())
        number = int((at.y() - top) // pitch) if at.y() >= top else -1
        if not 0 <= number < len(self._tokens):
            return -1, False
        return number, at.x() > (x0 + x1) / 2

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, room = look(), QRectF(self.rect())
        painter = QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground.lay(painter, lambda ground: self._paint_ground(ground, room, now))
        self._paint_highlighted(painter, room, now)
        painter.end()

    def _paint_ground(self, p: QPainter, room: QRectF, now: Look) -> None:
        x0, x1, top, pitch = self._columns(room, now)
        p.setFont(now.font("caption", 450))
        p.setPen(now.color("text3"))
        for text, right in zip(self._titles[1:], (False, True)):
            wide, gap = p.fontMetrics().horizontalAdvance(text) + 1, now.px(7)
            left = min(x1 + gap, room.right() - wide) if right else max(room.left(), x0 - gap - wide)
            p.drawText(QRectF(left, room.top(), wide, now.px(18)), Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_quiet(p, now, x0, x1, top, pitch)
        p.setFont(now.font("caption", 500))
        p.setPen(now.color("text2"))
        for right in (False, True):
            for number, spot in self._names(room, now, p.fontMetrics(), right):
                self._name(p, spot, self._tokens[number], right)

    def _names(self, room: QRectF, now: Look, metrics: QFontMetrics, right: bool) -> list[tuple[int, QRectF]]:
        """The tokens whose names are written at a side, and where: no two of them touch."""
        x0, _x1, _top, pitch = self._columns(room, now)
        lanes, every = self._lanes(metrics, pitch, now, x0 - room.left() - now.px(7))
        found = []
        for number in range(0, len(self._tokens), every):
            spot = self._spot(room, now, number, right)
            if lanes > 1:
                wide = spot.width() / lanes
                short = self._are_short(metrics, now)
                lane = (number % lanes) * (now.px(_SHORT) if short else wide)
                across = now.px(_SHORT) if short else wide - now.px(3)
                spot = QRectF(spot.left() + lane if right else spot.right() - lane - across, spot.top(),
                              across, spot.height())  # fmt: skip
            found.append((number, spot))
        return found

    def _lanes(self, metrics: QFontMetrics, pitch: float, now: Look, room: float) -> tuple[int, int]:
        """In how many columns the names stand, and that every so many tokens has one."""
        high = now.px(_HIGH)
        if pitch <= 0 or pitch >= high:
            return 1, 1
        lanes = math.ceil(high / pitch)
        least = now.px(_SHORT if self._are_short(metrics, now) else _NAME)
        return (lanes, 1) if lanes <= _LANES and lanes * least <= room else (1, lanes)

    def _are_short(self, metrics: QFontMetrics, now: Look) -> bool:
        """Whether every name is a letter or little more."""
        return max((metrics.horizontalAdvance(token) for token in self._tokens), default=0) <= now.px(_SHORT)

    def _paint_quiet(self, p: QPainter, now: Look, x0: float, x1: float, top: float, pitch: float) -> None:
        """The lines of all tokens, the strongest few hundred, in a few shades."""
        w = self._weights
        strong = np.argwhere(w >= _LEAST)
        if len(strong) > _MOST:
            values = w[strong[:, 0], strong[:, 1]]
            strong = strong[np.argpartition(-values, _MOST)[:_MOST]]
        many = len(strong) >= _ROUGH  # many thin lines: smooth and wide ones are slow
        p.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
        shades = np.minimum((w[strong[:, 0], strong[:, 1]] * _SHADES).astype(int), _SHADES - 1)
        p.setBrush(Qt.BrushStyle.NoBrush)
        for shade in range(_SHADES):
            path = QPainterPath()
            for i, j in strong[shades == shade].tolist():
                _line(path, x0, top + (i + 0.5) * pitch, x1, top + (j + 0.5) * pitch)
            if not path.isEmpty():
                alpha = round(18 + 120 * (shade + 1) / _SHADES)
                wide = 1.0 if many else 0.8 + 1.4 * shade / _SHADES
                p.setPen(QPen(now.color("accent", alpha), wide * now.line_weight))
                p.drawPath(path)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_highlighted(self, p: QPainter, room: QRectF, now: Look) -> None:
        row, column = self._highlighted
        if not 0 <= row < len(self._tokens):
            return
        x0, x1, top, pitch = self._columns(room, now)
        weights = self._weights[row]
        order = [j for j in np.argsort(weights)[-_HIGHLIGHTED:].tolist() if weights[j] >= _FAINT or j == column]
        p.setBrush(Qt.BrushStyle.NoBrush)
        faint = QPainterPath()
        for j in order:
            if weights[j] < _STRONG and j != column:
                _line(faint, x0, top + (row + 0.5) * pitch, x1, top + (j + 0.5) * pitch)
        p.setPen(self._pen(now, _STRONG / 2))  # weak lines look the same: they are painted in one go
        p.drawPath(faint)
        for j in order:
            if weights[j] < _STRONG and j != column:
                continue
            path = QPainterPath()
            _line(path, x0, top + (row + 0.5) * pitch, x1, top + (j + 0.5) * pitch)
            pen = self._pen(now, float(weights[j]))
            if j == column:
                p.setPen(QPen(now.color("#FFFFFF"), pen.widthF() + 2.4))
                p.drawPath(path)
                pen.setColor(now.color("ball"))
            p.setPen(pen)
            p.drawPath(path)
        p.setFont(now.font("caption", 700))
        for number, right in ((row, False), (column, True)):
            if number >= 0:
                self._pill(p, room, now, number, right)

    @staticmethod
    def _pen(now: Look, weight: float) -> QPen:
        """Colour and width for a weight of the lit token."""
        r, g, b, _a = one_sided_lut(now.palette)[min(255, round(80 + 175 * weight))].tolist()
        return QPen(now.color(f"#{r:02X}{g:02X}{b:02X}"), (1.0 + 5.0 * weight) * now.line_weight)

    @staticmethod
    def _name(p: QPainter, spot: QRectF, token: str, right: bool) -> None:
        side = Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight
        text = p.fontMetrics().elidedText(token, Qt.TextElideMode.ElideRight, int(spot.width()))
        p.drawText(spot, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text)

    def _spot(self, room: QRectF, now: Look, number: int, right: bool) -> QRectF:
        x0, x1, top, pitch = self._columns(room, now)
        gap, line, air = now.px(7), now.px(18), now.px(3)  # above and below the letters
        y = max(room.top(), min(top + (number + 0.5) * pitch - line / 2, room.bottom() - line + air))
        if right:
            return QRectF(x1 + gap, y, room.right() - x1 - gap, line)
        return QRectF(room.left(), y, x0 - gap - room.left(), line)

    def _pill(self, p: QPainter, room: QRectF, now: Look, number: int, right: bool) -> None:
        """A lit token: its name on a ground, so that it can be read over any lines, in its own column of names."""
        written = dict(self._names(room, now, p.fontMetrics(), right))
        spot = written.get(number, self._spot(room, now, number, right))
        below = room.top() + now.px(19 if self._titles[1] else 0)  # not over the words above
        spot.moveTop(max(spot.top(), min(below, room.bottom() - spot.height() - 1)))
        wide = min(p.fontMetrics().horizontalAdvance(self._tokens[number]) + now.px(10), spot.width())
        left = spot.left() - now.px(4) if right else spot.right() - wide + now.px(4)
        ground = QRectF(left, spot.top(), wide, spot.height())
        p.setPen(QPen(now.color("ball"), 1.6))
        p.setBrush(now.color("surface"))
        p.drawRoundedRect(ground, now.px(5), now.px(5))
        p.setPen(now.color("text"))
        p.setBrush(Qt.BrushStyle.NoBrush)
        self._name(p, spot, self._tokens[number], right)

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number, right = self._token_at(event.position())
        near = -1 if right else number
        self.setCursor(Qt.CursorShape.PointingHandCursor) if number >= 0 else self.unsetCursor()
        if near != self._near:
            self._near = near
            self.hovered.emit(near)

    def leaveEvent(self, event: QEvent) -> None:
        if self._near >= 0:
            self._near = -1
            self.hovered.emit(-1)
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number, right = self._token_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and number >= 0:
            self.pressed.emit(*((-1, number) if right else (number, -1)))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and min(self._highlighted) >= 0:
            self.requested.emit(*self._highlighted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = Qt.Key(event.key()), len(self._tokens) - 1
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if last < 0 or held:
            event.ignore()
        elif key in _KEYS:
            down, across = _KEYS[key]
            row, column = (min(max(at + by, 0), last) for at, by in zip(self._highlighted, (down, across)))
            self.pressed.emit(row if down else -1, column if across else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and min(self._highlighted) >= 0:
            self.requested.emit(*self._highlighted)
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(120))

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(320))


def _line(path: QPainterPath, x0: float, y0: float, x1: float, y1: float) -> None:
    """A line that leaves and arrives level."""
    path.moveTo(x0, y0)
    middle = (x0 + x1) / 2
    path.cubicTo(middle, y0, middle, y1, x1, y1)
