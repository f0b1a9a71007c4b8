"""What a language model would say after each of its layers, as a grid: columns are the tokens of the text, rows the
layers. What it says in the end is orange, wherever it leads."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.kit.branching import quoted
from lab.kit.lens import Lens
from lab.kit.numbers import percent
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList
from widgets.tokens.chip_pixmaps import token_font
from widgets.tokens.token_flow import visible

__all__ = ["LensGrid"]

MANY = 8  # rows: enough to thin some out and not others
NAME, FOOT, LEAST = 74, 24, 15  # pixels of the names of the rows, of the text below, of a row that can be read


class LensGrid(PaintedList):
    """Columns are the tokens of the text, rows the layers, the last on top. `chosen` carries the number of a column
    that was pressed."""

    KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lens: Lens | None = None
        self._message = ""
        self.setAccessibleName(_("What each layer would say"))

    def set_lens(self, lens: Lens | None, message: str) -> None:
        """Show a lens, or say why there is none."""
        self._lens, self._message = lens, message
        if lens is not None:
            self._at = lens.column
        self.update()

    def lens(self) -> Lens | None:
        """What is shown."""
        return self._lens

    def count(self) -> int:
        return 0 if self._lens is None else self._lens.tops.shape[1]

    def summary(self) -> str:
        return self.row_words(self._lens.column) if self._lens is not None else self._message

    def row_words(self, row: int) -> str:
        """A column in words: the token it stands on, and what leads there."""
        lens = self._lens
        if lens is None:
            return ""
        read = lens.ids[lens.first + row]
        tops = [quoted(lens.names[int(t)]) for t in lens.tops[:, row]]
        return _("after {token}, from the first layer to the last: {tops}").format(
            token=quoted(lens.names.get(read, "")), tops=" ".join(tops)
        )

    # ---- geometry

    def layers_shown(self) -> list[int]:
        """The layers that have a row, the last first: all of them, or every second where rows would be too low. Where
        there are many, half of the rows show the last layers one by one: there a model makes up its mind.
        The first row is then shown, too."""
        return self._layers(QRectF(self.rect()), look())

    def _layers(self, room: QRectF, now: Look) -> list[int]:
        assert self._lens is not None
        fit = max(2, int((room.height() - now.px(FOOT)) // now.px(LEAST)))
        last = self._lens.layers
        single = fit // 2 if fit >= MANY and last >= fit else 0
        apart = max(1, math.ceil((last + 1 - single) / (fit - single)))
        if not single:
            return list(range(last, -1, -apart))
        return [*range(last, last - single, -1), *reversed(range(0, last - single + 1, apart))]

    def _cell(self, room: QRectF, now: Look, place: int, column: int, rows: int) -> QRectF:
        assert self._lens is not None
        wide = (room.width() - now.px(NAME)) / self._lens.tops.shape[1]
        high = (room.height() - now.px(FOOT)) / rows
        return QRectF(room.left() + now.px(NAME) + column * wide, room.top() + place * high, wide, high)

    def column_rect(self, column: int) -> QRectF:
        """The rectangle of a column."""
        cell = self._cell(QRectF(self.rect()), look(), 0, column, 1)
        return QRectF(cell.left(), 0.0, cell.width(), float(self.height()))

    def cell_at(self, at: QPointF) -> Cell:
        """A column, and the layer in it, −1 below all."""
        if self._lens is None:
            return NOWHERE
        column = next((c for c in range(self.count()) if self.column_rect(c).contains(at)), -1)
        layers = self.layers_shown()
        high = (self.height() - look().px(FOOT)) / len(layers)
        place = int(at.y() // high)
        return (column, layers[place] if 0 <= place < len(layers) else -1) if column >= 0 else NOWHERE

    def press(self, cell: Cell) -> None:
        self.chosen.emit(cell[0])

    def tip(self, cell: Cell) -> str | None:
        lens, (column, layer) = self._lens, cell
        if lens is None or column < 0:
            return ""
        if layer < 0:
            return self.row_words(column)
        top = quoted(lens.names[int(lens.tops[layer, column])])
        return _("after layer {n}: {token} with {p}; in the end {last} has {q} here").format(
            n=layer, token=top, p=percent(float(lens.p[layer, column])),
            last=quoted(lens.names[int(lens.tops[-1, column])]), q=percent(float(lens.last[layer, column])),
        )  # fmt: skip

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        lens = self._lens
        if lens is None:
            p.setFont(now.font("body"))
            p.setPen(now.color("text2"))
            p.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
            return
        layers = self._layers(room, now)
        for place, layer in enumerate(layers):
            self._paint_name(p, now, self._cell(room, now, place, 0, len(layers)), layer)
            for column in range(lens.tops.shape[1]):
                self._paint_cell(p, now, self._cell(room, now, place, column, len(layers)), layer, column)
        for column in range(lens.tops.shape[1]):
            foot = self._cell(room, now, 0, column, 1)
            foot = QRectF(foot.left(), room.bottom() - now.px(FOOT), foot.width(), now.px(FOOT))
            self._write(p, now, foot, visible(lens.names.get(lens.ids[lens.first + column], "")), "text2")
            if column == lens.column or (live and column in (self._near[0], self._at if self.hasFocus() else -1)):
                lit = column == lens.column
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.setPen(QPen(now.color("ball" if lit else "focus"), 2.2 if lit else 1.4))
                whole = QRectF(foot.left(), room.top(), foot.width(), room.height())
                p.drawRoundedRect(whole.adjusted(1, 1, -1, -1), now.px(4), now.px(4))

    def _paint_name(self, p: QPainter, now: Look, cell: QRectF, layer: int) -> None:
        assert self._lens is not None
        p.setFont(now.font("caption", 550))
        p.setPen(now.color("text2"))
        words = _("at first") if layer == 0 else _("layer {n}").format(n=layer)
        name = QRectF(cell.left() - now.px(NAME), cell.top(), now.px(NAME - 6), cell.height())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        p.drawText(name, right, words)

    def _paint_cell(self, p: QPainter, now: Look, cell: QRectF, layer: int, column: int) -> None:
        lens = self._lens
        assert lens is not None
        top = int(lens.tops[layer, column])
        settled = top == int(lens.tops[-1, column])
        p.setPen(QPen(now.color("line"), 1))
        p.setBrush(now.color("ball" if settled else "accent", round(14 + 150 * float(lens.p[layer, column]))))
        p.drawRoundedRect(cell.adjusted(1, 1, -1, -1), now.px(3), now.px(3))
        self._write(p, now, cell, visible(lens.names[top]), "text")

    def _write(self, p: QPainter, now: Look, cell: QRectF, text: str, color: str) -> None:
        p.setFont(token_font(now) if cell.height() >= now.px(20) else token_font(now, "caption", 500))
        p.setPen(now.color(color))
        words = p.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(cell.width()))
        p.drawText(cell, Qt.AlignmentFlag.AlignCenter, words)

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(300), look().px(FOOT + 5 * 22))

    def sizeHint(self) -> QSize:
        return QSize(look().px(640), look().px(FOOT + 8 * 30))
