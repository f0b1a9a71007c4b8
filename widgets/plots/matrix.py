"""A matrix that can be read: coloured cells, with their numbers where there is room, and names at both sides.

The row and the column in question are lit, and the cell where they cross; the pointer reads, a press or the arrow
keys move the light, Enter asks about the cell. Numbers that are not there are no zeros: a cell of -inf is hatched
(hidden), one of nan shows a dash. From some dozens of rows on, cells are pixels of one image, so that a matrix of
256 by 256 is as quick as a small one. The order of rows and columns is data and is never mirrored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.base.accessible import Described
from widgets.base.look import Look, Refreshing, look
from widgets.base.words import _
from widgets.canvas.cached_background import CachedBackground
from widgets.canvas.callouts import Callout, box_of, paint_callouts
from widgets.canvas.colormap import as_image, colorize, diverging_lut, one_sided_lut, symmetric_range
from widgets.canvas.paper import paper
from widgets.canvas.spoken import cell_words, matrix_words
from widgets.plots.matrix_paint import Grid, paint_gaps, paint_hidden, paint_light, paint_names, paint_numbers

__all__ = ["Matrix"]

_SCALES = ("one-sided", "diverging")
_KEYS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class Matrix(Described, Refreshing, QWidget):
    """Rows by columns of numbers. Cells in signals are row and column from 0; −1, −1 is none."""

    hovered = Signal(int, int)  # under the pointer
    pressed = Signal(int, int)  # by a press, or reached with the arrow keys
    requested = Signal(int, int)  # a second press, or Enter: how was it computed?

    def __init__(self, parent: QWidget | None = None, scale: str = "one-sided", bare: bool = False) -> None:
        """`scale`: "one-sided" from the paper up, "diverging" about 0. `bare`: no names and no numbers."""
        super().__init__(parent)
        self._ground = CachedBackground(self)
        self.set_scale(scale)
        self._bare = bare
        self._values = np.zeros((0, 0))
        self._limits: tuple[float, float] | None = None
        self._names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._titles = ("", "", "")
        self._highlighted, self._near = (-1, -1), (-1, -1)
        self._lone = False
        self._ghost, self._readout = "", ""
        self._ways: tuple[Callable[[float], str], ...] = (_short,)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ---- what the caller says

    def set_scale(self, scale: str) -> None:
        """Another kind of colours. Raises ValueError for one that is not known."""
        if scale not in _SCALES:
            raise ValueError(f"scale must be one of {_SCALES}, got {scale!r}")
        if scale != getattr(self, "_scale", ""):
            self._scale = scale
            self._ground.is_new()

    def set_values(
        self, values: np.ndarray, lo: float | None = None, hi: float | None = None,
        rows: Sequence[str] = (), columns: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Show `values` [R, C] between the names of rows and columns.

        Without `lo` and `hi` the colours span 0..1 (one-sided) or -m..m (diverging). Raises ValueError for another
        number of dimensions.
        """
        if values.ndim != 2:
            raise ValueError(f"values must be [R, C], got shape {values.shape}")
        names = tuple(rows), tuple(columns)
        limits = None if lo is None or hi is None else (float(lo), float(hi))
        if values is self._values and names == self._names and limits == self._limits:
            return
        self._values, self._names, self._limits = values, names, limits
        self._ground.is_new()

    def values(self) -> np.ndarray:
        """What is shown: [R, C]."""
        return self._values

    def set_highlighted(self, row: int, column: int, lone: bool = False) -> None:
        """Light a row, a column and the cell where they cross; −1 lights none. `lone`: the cell without its column."""
        if (row, column, lone) != (*self._highlighted, self._lone):
            moved = (row, column) != self._highlighted
            self._highlighted, self._lone = (row, column), lone
            self.update()
            if moved and self.hasFocus():
                self.tell(self.words_of(row, column))

    def words_of(self, row: int, column: int) -> str:
        """A cell in words: its names and its number; "" where there is none."""
        rows, columns = self._values.shape
        if self._ghost or not (-1 <= row < rows and -1 <= column < columns) or max(row, column) < 0:
            return ""
        return cell_words(self._values, self._names, row, column)

    def summary(self) -> str:
        if self._ghost or not self._values.size:
            return self._ghost
        lit = self.words_of(*self._highlighted)
        return " ".join(
            filter(None, (matrix_words(self._values, self._names), lit and _("Lit: {cell}.").format(cell=lit)))
        )

    def highlighted(self) -> tuple[int, int]:
        """The lit row and column."""
        return self._highlighted

    def set_ghost(self, text: str) -> None:
        """Say this instead of the numbers, which are not there yet; "" shows them."""
        if text != self._ghost:
            self._ghost = text
            self._ground.is_new()

    def set_writing(self, *ways: Callable[[float], str]) -> None:
        """How a number is written in its cell; of several ways the first for which all cells are wide enough."""
        self._ways = ways
        self._ground.is_new()

    def set_titles(self, title: str, rows: str = "", columns: str = "") -> None:
        """A title above, and words for what rows and columns are; the title is read as the widget's name."""
        if (title, rows, columns) != self._titles:
            self._titles = (title, rows, columns)
            self.setAccessibleName(title)
            self._ground.is_new()

    def set_readout(self, text: str) -> None:
        """A line beside the cell under the pointer, usually in answer to `hovered`; "" takes it away."""
        if text != self._readout:
            self._readout = text
            self._tell_outside(text)
            self.update()

    def _tell_outside(self, text: str) -> None:
        """A line that is wider than the picture stands in a tip over the window, where it is not cut."""
        if not self._fits(text) and self._near[0] >= 0:
            QToolTip.showText(self.mapToGlobal(self.cell_rect(*self._near).bottomLeft().toPoint()), text, self)
        elif QToolTip.isVisible() and not text:
            QToolTip.hideText()

    def _fits(self, text: str) -> bool:
        now = look()
        return QFontMetricsF(now.font("caption", 600)).horizontalAdvance(text) + now.px(16) + 8 <= self.width()

    def cell_rect(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell in pixels of this widget."""
        return self._grid(QRectF(self.rect()), look()).cell(row, column)

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """The cell at a pixel; −1, −1 beside all."""
        return self._grid(QRectF(self.rect()), look()).cell_at(at)

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the matrix on white into `rect` of any painter: PNG, SVG or PDF."""
        with paper(painter, rect, self._titles[0]) as (room, light):
            self._paint(painter, self._grid(room, light, titled=False), light)
            self._paint_light(painter, self._grid(room, light, titled=False), light)

    # ---- painting

    def _grid(self, room: QRectF, now: Look, titled: bool = True) -> Grid:
        rows, columns = self._values.shape
        title = self._titles[0] if titled and not self._bare else ""
        names = ((), ()) if self._bare else self._names
        words = ("", "") if self._bare else self._titles[1:]
        return Grid.within(room, now, rows, columns, names, bool(title), words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, painter = look(), QPainter(self)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grid = self._grid(QRectF(self.rect()), now)
        self._ground.lay(painter, lambda ground: self._paint(ground, grid, now))
        self._paint_light(painter, grid, now)
        self._paint_readout(painter, grid, now)
        painter.end()

    def _paint(self, p: QPainter, grid: Grid, now: Look) -> None:
        if self._titles[0] and not self._bare and grid.title.height() > 0:
            p.setFont(now.font("small", 600))
            p.setPen(now.color("text"))
            p.drawText(grid.title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._titles[0])
        if self._ghost or self._values.size == 0:
            p.setPen(QPen(now.color("line"), 1, Qt.PenStyle.DashLine))
            p.setBrush(now.color("sunken"))
            p.drawRoundedRect(grid.field, now.px(4), now.px(4))
            p.setFont(now.font("caption", 500))
            p.setPen(now.color("text3"))
            p.drawText(grid.field, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._ghost)
        else:
            p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, min(grid.wide, grid.high) < 1)
            p.drawImage(grid.field, self._image(now))
            paint_hidden(p, grid, now, self._values)
            if not self._bare:
                paint_gaps(p, grid, now)
            p.setPen(QPen(now.color("line"), 1))
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.drawRect(grid.field)
            if not self._bare:
                paint_numbers(p, grid, now, self._values, self._rgba, self._ways)
        if not self._bare:
            paint_names(p, grid, now, (-1, -1))

    def _image(self, now: Look) -> QImage:
        lut = one_sided_lut(now.palette) if self._scale == "one-sided" else diverging_lut(now.palette)
        lo, hi = self._limits or ((0.0, 1.0) if self._scale == "one-sided" else symmetric_range(self._values))
        self._rgba = colorize(np.ascontiguousarray(self._values), lut, lo, hi if hi > lo else lo + 1.0)
        if self._scale == "diverging":
            self._rgba[~np.isfinite(self._values)] = lut[128]
        return as_image(self._rgba, opaque=True)

    _rgba = np.zeros((0, 0, 4), np.uint8)

    def _paint_light(self, p: QPainter, grid: Grid, now: Look) -> None:
        if self._values.size and not self._ghost:
            paint_light(p, grid, now, self._highlighted, self._near, self._lone, self.hasFocus())
            if not self._bare:
                paint_names(p, grid, now, self._highlighted, only_highlighted=True)

    def _paint_readout(self, p: QPainter, grid: Grid, now: Look) -> None:
        if self._readout and self._near[0] >= 0 and self._fits(self._readout):
            spot = grid.cell(*self._near)
            sentence = Callout(spot.center().x(), spot.center().y(), self._readout, now.palette.raised,
                           now.palette.text, now.px(14))  # fmt: skip
            paint_callouts(p, [sentence], now, QRectF(self.rect()), [box_of(spot)])

    # ---- mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = (-1, -1) if self._ghost else self.cell_at(event.position())
        if near != self._near:
            self._near = near
            self.hovered.emit(*near)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        if self._near != (-1, -1):
            self._near = (-1, -1)
            self.hovered.emit(-1, -1)
            self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell[0] >= 0 and not self._ghost:
            self.pressed.emit(*cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell[0] >= 0 and not self._ghost:
            self.requested.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, (rows, columns) = Qt.Key(event.key()), self._values.shape
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if not self._values.size or self._ghost or held:
            event.ignore()
        elif key in _KEYS:
            down, across = _KEYS[key]
            at = (
                min(max(self._highlighted[0] + down, 0), rows - 1),
                min(max(self._highlighted[1] + across, 0), columns - 1),
            )
            self.pressed.emit(*at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and min(self._highlighted) >= 0:
            self.requested.emit(*self._highlighted)
        else:
            event.ignore()

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(48 if self._bare else 140), look().px(40 if self._bare else 110))

    def sizeHint(self) -> QSize:
        return QSize(look().px(90 if self._bare else 320), look().px(80 if self._bare else 300))


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
