"""The comparison as a table of numbers that can each be asked for: five ways beside each other, the digits
that are right in ink, those that are not in grey. One stop for Tab; the arrow keys go from number to
number."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.records import dataclass
from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.canvas.markers import marker_path

__all__ = ["Cell", "Columns", "Head"]

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_AIR = 8  # pixels at 100 % text to the right of a number, and at least to its left
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A number: `ink`, the part of its text that is right, `grey`, the rest; `metric`, what it is called."""

    ink: str
    grey: str = ""
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The name of a column, with the colour and marker of its line."""

    text: str
    color: str
    marker: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where cells stand, in pixels. left: of the first column.  wide, high: of a cell.  width: of the table."""

    left: float
    wide: float
    high: int
    width: int
    mirrored: bool

    def place(self, row: int, column: int) -> QRect:
        """The place of a cell; row −1 is the heads'."""
        x = self.left + column * self.wide
        if self.mirrored:
            x = self.width - x - self.wide
        return QRect(round(x), round(self.high * (row + 1)), round(self.wide), round(self.high))

    @property
    def room(self) -> float:
        """How wide a number may be."""
        return self.wide - 2 * look().px(_AIR)


def _fitted(cell: Cell, metrics: QFontMetricsF, room: float) -> Cell:
    """As many of a number's digits as there is room for, then "…"."""
    ink, grey = cell.ink, cell.grey
    if "." not in ink + grey or "e" in ink + grey:
        return cell
    while len(ink + grey) > 2 and metrics.horizontalAdvance(ink + grey) > room:
        grey = grey.removesuffix("…")
        ink, grey = (ink, grey[:-1] + "…") if grey else (ink[:-1], "…")
    return Cell(ink, grey, cell.metric)


class Columns(Described, Refreshing, QWidget):
    """A table of cells under heads, each row with a name."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[Head, ...] = ()
        self._names: tuple[str, ...] = ()
        self._cells: tuple[tuple[Cell, ...], ...] = ()
        self._at: Place = (0, 0)
        self._over: Place | None = None
        self._compact = False
        self._measured: tuple[object, float] = ((), 0.0)  # how wide the names are, and for what
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_table(self, heads: tuple[Head, ...], names: tuple[str, ...], cells: tuple[tuple[Cell, ...], ...]) -> None:
        """Show cells[row][column]. Raises ValueError when the shape does not fit the heads and names."""
        if len(cells) != len(names) or any(len(row) != len(heads) for row in cells):
            raise ValueError(f"cells must be {len(names)} rows of {len(heads)}, got {[len(row) for row in cells]}")
        if (heads, names, cells) == (self._heads, self._names, self._cells):
            return
        taller = len(names) != len(self._names)
        self._heads, self._names, self._cells = heads, names, cells
        self._at = (min(self._at[0], len(names) - 1), min(self._at[1], len(heads) - 1))
        if taller:
            self.updateGeometry()
        self._say()
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Lower rows."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def names(self) -> tuple[str, ...]:
        """What stands before each row."""
        return self._names

    def cell(self, row: int, column: int) -> Cell:
        """What stands there."""
        return self._cells[row][column]

    def place_of(self, row: int, column: int) -> QRect:
        """Where it stands."""
        return self._grid().place(row, column)

    def shown(self, row: int, column: int) -> Cell:
        """What of a number is painted: as many of its digits as there is room for, then "…"."""
        return _fitted(self._cells[row][column], QFontMetricsF(look().font("small", 500)), self._grid().room)

    # ---- sizes

    def _high(self) -> int:
        return look().px(19 if self._compact else 22)

    def _left(self) -> float:
        return min(self._names_wide() + look().px(16), 0.26 * self.width())

    def _names_wide(self) -> float:
        key = (self._names, look())
        if key != self._measured[0]:
            metrics = QFontMetricsF(look().font("small", 500))
            self._measured = key, max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        return self._measured[1]

    def _grid(self) -> _Grid:
        left = self._left()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return _Grid(left, (self.width() - left) / max(1, len(self._heads)), self._high(), self.width(), mirrored)

    def sizeHint(self) -> QSize:
        return QSize(look().px(560), self._high() * (len(self._names) + 1) + look().px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(320), self.sizeHint().height())

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        now, painter, grid = look(), QPainter(self), self._grid()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = _RIGHT if grid.mirrored else _LEFT
        for column, head in enumerate(self._heads):
            self._paint_head(painter, now, head, grid.place(-1, column))
        painter.setPen(QPen(now.color("line"), 1))
        painter.drawLine(0, grid.high, self.width(), grid.high)
        painter.setFont(now.font("small", 500))
        metrics, inks = QFontMetricsF(painter.font()), (now.color("text2"), now.color("text3"), now.color("text"))
        for row, name in enumerate(self._names):
            spot = QRect(0, grid.high * (row + 1), round(grid.left), grid.high)
            if grid.mirrored:
                spot.moveRight(self.width())
            painter.setPen(inks[0])
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, spot.width() - now.px(6))
            painter.drawText(spot.adjusted(now.px(4), 0, -now.px(4), 0), side, words)
            for column in range(len(self._heads)):
                spot = grid.place(row, column)
                self._paint_ground(painter, now, (row, column), QRectF(spot))
                right = float(spot.right() - now.px(_AIR))
                baseline = spot.top() + (spot.height() + metrics.ascent() - metrics.descent()) / 2
                cell = _fitted(self._cells[row][column], metrics, grid.room)
                for text, ink in ((cell.grey, inks[1]), (cell.ink, inks[2])):
                    if text:
                        right -= metrics.horizontalAdvance(text)
                        painter.setPen(ink)
                        painter.drawText(QPointF(right, baseline), text)

    def _paint_head(self, p: QPainter, now: Look, head: Head, spot: QRect) -> None:
        p.setFont(now.font("caption", 600))
        room = spot.adjusted(now.px(18 if head.marker else 2), 0, -now.px(8), 0)
        words = p.fontMetrics().elidedText(head.text, Qt.TextElideMode.ElideRight, room.width())
        wide = p.fontMetrics().horizontalAdvance(words)
        p.setPen(now.color("text2"))
        p.drawText(room, _RIGHT | Qt.AlignmentFlag.AlignAbsolute, words)
        if not head.marker:
            return
        at = QPointF(room.right() - wide - now.px(9), spot.center().y() + 0.5)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(head.color))
        p.translate(at)
        p.drawPath(marker_path(head.marker, now.px(4.2)))
        p.translate(-at)

    def _paint_ground(self, p: QPainter, now: Look, place: Place, spot: QRectF) -> None:
        """Behind a number under the pointer, and a ring around the one under the keys."""
        if place == self._over and self._cells[place[0]][place[1]].metric:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("hover"))
            p.drawRoundedRect(spot.adjusted(2, 1, -2, -1), now.px(4), now.px(4))
        if place == self._at and self.hasFocus():
            p.setPen(QPen(now.color("focus"), 1.6))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRoundedRect(spot.adjusted(2, 1, -2, -1), now.px(4), now.px(4))

    # ---- mouse and keys

    def _place_at(self, x: float, y: float) -> Place | None:
        grid = self._grid()
        for row in range(len(self._names)):
            for column in range(len(self._heads)):
                if grid.place(row, column).contains(math.floor(x), math.floor(y)):
                    return row, column
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._place_at(event.position().x(), event.position().y())
        if over != self._over:
            self._over = over
            asking = over is not None and bool(self._cells[over[0]][over[1]].metric)
            self.setCursor(Qt.CursorShape.PointingHandCursor) if asking else self.unsetCursor()
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._over = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().x(), event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = place
            self._ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }
        if event.key() in way and self._names and self._heads:
            down, on = way[Qt.Key(event.key())]
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                on = -on
            row = min(max(self._at[0] + down, 0), len(self._names) - 1)
            self._at = row, min(max(self._at[1] + on, 0), len(self._heads) - 1)
            self._say()
            self.tell(self.description())
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _ask(self) -> None:
        if self._cells and (metric := self._cells[self._at[0]][self._at[1]].metric):
            self._say()
            self.requested.emit(metric)

    def _say(self) -> None:
        """The number under the keys, for a screen reader."""
        if self._cells and self._heads:
            row, column = self._at
            cell = self._cells[row][column]
            words = f"{self._names[row]}, {self._heads[column].text}: {cell.ink}{cell.grey}"
            self.set_description(words)
