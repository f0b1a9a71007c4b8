"""A block as a picture: the stream below, the two halves that read it and add to it above, and in each part the
numbers it gives for this text. A press opens a part, or another block of the stack at the left."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BlockPage
from lab.experiments.e18_transformer_block.settings import OPS
from lab.kit_qt.view import Acting
from widgets.base.look import Look, look
from widgets.canvas.colormap import as_image, colorize, diverging_lut
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["Diagram"]

ABOVE = ("norm1", "heads", "attention", "norm2", "inner", "feed-forward")
BELOW = {"before": 0.25, "middle": 3.0, "after": 5.75}  # their middles, in columns of those above
WAYS = ((0.62, 0, 2, 2.5), (3.5, 3, 5, 5.36))  # where a half reads the stream, from which part to which, where it adds
SEEN = 12  # blocks of the stack
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is, in pixels. boxes: a part -> its rectangle, without its name.  blocks: of the stack."""

    boxes: dict[str, QRectF]
    blocks: tuple[QRectF, ...]

    @staticmethod
    def within(room: QRectF, now: Look, layers: int) -> Places:
        """All of it in a room."""
        left, name = now.px(46), now.px(17)
        field = room.adjusted(left, 0, -now.px(4), -now.px(2))
        pitch, half = field.width() / 6, field.height() / 2
        high = max(8.0, half - name - now.px(16))

        def box(middle: float, top: float, share: float) -> QRectF:
            wide = share * pitch
            return QRectF(field.left() + middle * pitch - wide / 2, top + name, wide, high)

        boxes = {op: box(column + 0.5, field.top(), 0.74) for column, op in enumerate(ABOVE)}
        boxes |= {op: box(middle, field.top() + half + now.px(8), 0.46) for op, middle in BELOW.items()}
        shown = min(layers, SEEN)
        step = min(now.px(30), (room.height() - name) / max(1, shown))
        bottom = room.bottom() - now.px(2)
        blocks = tuple(
            QRectF(room.left() + now.px(2), bottom - (k + 1) * step, now.px(30), step - now.px(3)) for k in range(shown)
        )
        return Places(boxes, blocks)


class Diagram(Acting, PaintedList):
    """See above. Rows are the blocks of the stack, then the parts."""

    acted = Signal(object, str)
    KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: BlockPage | None = None
        self._images: dict[str, QImage] = {}
        self.setAccessibleName(_("The block"))

    def show_block(self, page: BlockPage) -> None:
        """Show a block."""
        self._page, self._images = page, {}
        self.update()

    def relook(self) -> None:
        self._images = {}
        self.update()

    # ---- rows

    def _names(self) -> list[str]:
        return [op for op in OPS if self._page is not None and op in self._page.tensors]

    def _first(self) -> int:
        """The lowest block of the stack in sight: of a tall one, twelve about the one that is looked into."""
        page = self._page
        return 0 if page is None else max(0, min(page.layer - SEEN // 2, page.layers - SEEN))

    def _layers(self) -> int:
        return 0 if self._page is None else min(self._page.layers, SEEN)

    def count(self) -> int:
        return self._layers() + len(self._names())

    def cell_at(self, at: QPointF) -> Cell:
        if self._page is None:
            return NOWHERE
        places = Places.within(QRectF(self.rect()), look(), self._page.layers)
        for k, block in enumerate(places.blocks):
            if block.contains(at):
                return k, -1
        for row, op in enumerate(self._names(), self._layers()):
            if places.boxes[op].adjusted(0, -look().px(17), 0, 0).contains(at):
                return row, -1
        return NOWHERE

    def press(self, cell: Cell) -> None:
        row = cell[0]
        if row < self._layers():
            self.act(Set({"layer": self._first() + row + 1}))
        else:
            self.act(Set({"op": self._names()[row - self._layers()]}))

    def tip(self, cell: Cell) -> str | None:
        row = cell[0]
        if self._page is None or row < 0:
            return ""
        if row < self._layers():
            return _("Block {n}").format(n=self._first() + row + 1)
        op = self._names()[row - self._layers()]
        tokens, width = self._page.tensors[op].shape
        return _("{part}: {tokens} tokens, {width} numbers each").format(part=_(OPS[op]), tokens=tokens, width=width)

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        page = self._page
        if page is None:
            return
        places = Places.within(room, now, page.layers)
        self._paint_ways(p, now, places)
        for k, block in enumerate(places.blocks):
            lit = k + self._first() == page.layer
            p.setPen(QPen(now.color("accent" if lit else "line"), 1.6 if lit else 1.0))
            p.setBrush(now.color("accent" if lit else "sunken", 60 if lit else 255))
            p.drawRoundedRect(block, now.px(3), now.px(3))
            p.setFont(now.font("caption", 600))
            p.setPen(now.color("text"))
            p.drawText(block, _CENTRE, str(k + self._first() + 1))
            if live:
                self._paint_ring(p, now, block, k)
        order = self._names()
        for op, box in places.boxes.items():
            reached = op in order and order.index(op) < page.reached
            self._paint_part(p, now, box, op, reached)
            if live and op in order:
                self._paint_ring(p, now, box, self._layers() + order.index(op))

    def _paint_ring(self, p: QPainter, now: Look, box: QRectF, row: int) -> None:
        if self.marked(row):
            p.setBrush(Qt.BrushStyle.NoBrush)
            p.setPen(QPen(now.color("focus"), 2.0))
            p.drawRoundedRect(box.adjusted(-3, -3, 3, 3), now.px(4), now.px(4))

    def _paint_part(self, p: QPainter, now: Look, box: QRectF, op: str, reached: bool) -> None:
        page = self._page
        assert page is not None
        there, lit = op in page.tensors, op == page.op
        p.setFont(now.font("caption", 650 if lit else 550))
        p.setPen(now.color("text" if there else "text3"))
        name = QRectF(box.left() - now.px(14), box.top() - now.px(17), box.width() + now.px(28), now.px(16))
        p.drawText(
            name, _CENTRE, p.fontMetrics().elidedText(_(OPS[op]), Qt.TextElideMode.ElideRight, int(name.width()))
        )
        if not there:
            p.setPen(QPen(now.color("line"), 1, Qt.PenStyle.DashLine))
            p.setBrush(now.color("surface"))
            p.drawRoundedRect(box, now.px(3), now.px(3))
            p.setPen(now.color("text3"))
            p.drawText(box, _CENTRE, _("off"))
            return
        p.fillRect(box, now.color("surface"))
        p.save()
        p.setOpacity(1.0 if reached else 0.22)
        p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        p.drawImage(box, self._image(op, now))
        p.restore()
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color("accent" if lit else "line"), 2.6 if lit else 1.0))
        p.drawRect(box)
        row = box.height() / len(page.tokens)
        p.setPen(QPen(now.color("ball"), 1.4))
        y = box.top() + (page.token + 0.5) * row
        p.drawLine(QPointF(box.left() - now.px(5), y), QPointF(box.left() - 1, y))

    def _image(self, op: str, now: Look) -> QImage:
        if op not in self._images:
            assert self._page is not None
            values = np.ascontiguousarray(self._page.tensors[op], np.float64)
            top = float(np.abs(values).max()) or 1.0
            self._images[op] = as_image(colorize(values, diverging_lut(now.palette), -top, top), opaque=True)
        return self._images[op]

    @staticmethod
    def _paint_ways(p: QPainter, now: Look, places: Places) -> None:
        boxes = places.boxes
        low, top = boxes["before"].center().y(), boxes["norm1"].center().y()
        start, pitch = boxes["norm1"].center().x(), boxes["heads"].center().x() - boxes["norm1"].center().x()
        p.setBrush(Qt.BrushStyle.NoBrush)
        p.setPen(QPen(now.color("accent"), now.px(5), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        p.drawLine(QPointF(boxes["before"].center().x(), low), QPointF(boxes["after"].center().x(), low))
        for reads, first, last, adds in WAYS:
            read, plus = (QPointF(start + (x - 0.5) * pitch, low) for x in (reads, adds))
            p.setPen(QPen(now.color("text3"), 1.6))
            p.drawLine(read, QPointF(read.x(), top))
            p.drawLine(QPointF(start + first * pitch, top), QPointF(start + last * pitch, top))
            p.drawLine(QPointF(plus.x(), top), plus)
            p.setBrush(now.color("surface"))
            p.drawEllipse(plus, now.px(8), now.px(8))
            p.setFont(now.font("body", 700))
            p.setPen(now.color("text"))
            p.drawText(QRectF(plus.x() - now.px(8), plus.y() - now.px(9), now.px(16), now.px(16)), _CENTRE, "+")
            p.setBrush(Qt.BrushStyle.NoBrush)

    def sizeHint(self) -> QSize:
        return QSize(look().px(700), look().px(230))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(260), look().px(130))
