"""A list of blocks of text: what was found, the parts of a prompt, the steps of an agent, messages. Each has a head, a
body in which some stretches are marked, and bars. A press, or Return, chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption, QWheelEvent
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.painted import NOWHERE, Cell, PaintedList

__all__ = ["Block", "BlockList"]

GAP, AIR, BAR = 6, 7, 64  # pixels between blocks, inside them, and of a bar
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Block:
    """head: a few words.  note: what stands at the end of the head.  body: the text.  marked: stretches of it.  color:
    of its edge, a name of the palette or '#RRGGBB'.  bars: (name, 0 … 1, the number in words).  lit: drawn strongly.
    lines: of the body at most.  code: whether the body is code."""

    head: str
    body: str = ""
    note: str = ""
    marked: tuple[tuple[int, int], ...] = ()
    color: str = "line"
    bars: tuple[tuple[str, float, str], ...] = ()
    lit: bool = False
    lines: int = 3
    code: bool = False


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block with its place: top, counted from the beginning of the list, and height."""

    top: float
    high: float
    layout: QTextLayout | None
    shown: float


class BlockList(PaintedList):
    """`pressed` carries the number of a block. What does not fit is reached by the wheel and the keys."""

    pressed = Signal(int)
    AIR = (0, 0, 0, 0)

    def __init__(self, title: str, choosable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosable, self._title = choosable, title
        self._blocks: tuple[Block, ...] = ()
        self._scrolled = 0.0
        self._places: tuple[tuple[object, ...], list[_Placed]] | None = None
        self.setAccessibleName(title)

    def set_blocks(self, blocks: Sequence[Block], title: str = "", at_end: bool = False) -> None:
        """Show these, under another title where one is given. at_end: the last of them is kept in sight."""
        found, title = tuple(blocks), title or self._title
        if (found, title) == (self._blocks, self._title):
            return
        self._blocks, self._title, self._places = found, title, None
        self._at = min(self._at, max(0, len(found) - 1))
        self.setAccessibleName(title)
        self._scrolled = 1e9 if at_end else self._scrolled
        self.update()

    def blocks(self) -> tuple[Block, ...]:
        """What is listed."""
        return self._blocks

    # ---- where things are

    def _fonts(self, now: Look, code: bool) -> QFont:
        return now.font(12, mono=True) if code else now.font("small")

    def _laid(self, room: QRectF, now: Look) -> list[_Placed]:
        key = (room.width(), now.scale, now.palette.name, self._blocks)
        if self._places is None or self._places[0] != key:
            top, placed = 0.0, list[_Placed]()
            for block in self._blocks:
                one = self._place(block, room.width(), now, top)
                placed.append(one)
                top += one.high + now.px(GAP)
            self._places = key, placed
        return self._places[1]

    def _place(self, block: Block, width: float, now: Look, top: float) -> _Placed:
        head = now.px(20)
        bars = now.px(17) if block.bars else 0
        if not block.body:
            return _Placed(top, head + bars + now.px(AIR), None, 0.0)
        layout = QTextLayout(block.body.replace("\n", "\u2028"), self._fonts(now, block.code))
        layout.setCacheEnabled(True)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        self._mark(layout, block, now)
        layout.beginLayout()
        at, inside = 0.0, max(40.0, width - now.px(2 * AIR + 6))
        for _number in range(block.lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(inside)
            line.setPosition(QPointF(0, at))
            at += line.height()
        layout.endLayout()
        return _Placed(top, head + at + bars + now.px(AIR), layout, at)

    @staticmethod
    def _mark(layout: QTextLayout, block: Block, now: Look) -> None:
        formats = []
        for start, end in block.marked:
            one = QTextLayout.FormatRange()
            one.start, one.length = start, end - start
            look_of = QTextCharFormat()
            look_of.setBackground(now.color("accent_soft"))
            look_of.setFontWeight(QFont.Weight.DemiBold)
            one.format = look_of
            formats.append(one)
        layout.setFormats(formats)

    def _below(self, room: QRectF, now: Look) -> QRectF:
        return room.adjusted(0, now.px(22), 0, 0)

    def _scroll(self, room: QRectF, now: Look) -> float:
        """How far it is scrolled: never beyond the end."""
        placed = self._laid(room, now)
        whole = placed[-1].top + placed[-1].high if placed else 0.0
        return min(max(0.0, self._scrolled), max(0.0, whole - room.height()))

    def spot(self, row: int) -> QRectF:
        """The rectangle of a block in pixels of this widget."""
        now = look()
        room = self._below(QRectF(self.rect()), now)
        one = self._laid(room, now)[row]
        return QRectF(room.left(), room.top() + one.top - self._scroll(room, now), room.width(), one.high)

    # ---- what a list does

    def count(self) -> int:
        return len(self._blocks)

    def cell_at(self, at: QPointF) -> Cell:
        if at.y() < look().px(22):
            return NOWHERE
        return next(((i, -1) for i in range(len(self._blocks)) if self.spot(i).contains(at)), NOWHERE)

    def pressable(self, cell: Cell) -> bool:
        return self._choosable and cell[0] >= 0

    def press(self, cell: Cell) -> None:
        if self._choosable:
            self.pressed.emit(cell[0])

    def row_words(self, row: int) -> str:
        block = self._blocks[row]
        bars = ", ".join(f"{name} {shown}" for name, _share, shown in block.bars)
        self._reveal(row)
        return ". ".join(filter(None, (block.head, block.note, bars, block.body)))

    def _reveal(self, row: int) -> None:
        """Scroll until a block is in sight."""
        now = look()
        room = self._below(QRectF(self.rect()), now)
        one, at = self._laid(room, now)[row], self._scroll(room, now)
        if one.top < at or one.top + one.high > at + room.height():
            self._scrolled = one.top if one.top < at else one.top + one.high - room.height()
            self.update()

    def summary(self) -> str:
        if not self._blocks:
            return _("Nothing is listed yet.")
        return "; ".join(filter(None, (f"{block.head} {block.note}".strip() for block in self._blocks[:6]))) + "."

    def wheelEvent(self, event: QWheelEvent) -> None:
        now = look()
        room = self._below(QRectF(self.rect()), now)
        before = self._scroll(room, now)
        self._scrolled = before - event.angleDelta().y() / 2
        self._scrolled = self._scroll(room, now)
        if self._scrolled == before:
            event.ignore()
        else:
            event.accept()
            self.update()

    # ---- painting

    def paint(self, p: QPainter, room: QRectF, now: Look, live: bool) -> None:
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text2"))
        title = p.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(room.width()))
        p.drawText(QRectF(room.left(), room.top(), room.width(), now.px(18)), _LEFT, title)
        below = self._below(room, now)
        at = self._scroll(below, now)
        p.save()
        p.setClipRect(below)
        for number, one in enumerate(self._laid(below, now)):
            spot = QRectF(below.left(), below.top() + one.top - at, below.width(), one.high)
            if spot.bottom() >= below.top() and spot.top() <= below.bottom():
                self._paint_block(p, now, spot, number, one, live)
        p.restore()

    def _paint_block(self, p: QPainter, now: Look, spot: QRectF, number: int, one: _Placed, live: bool) -> None:
        block = self._blocks[number]
        ring = live and self.hasFocus() and number == self._at
        p.setPen(QPen(now.color("focus"), 1.6) if ring else Qt.PenStyle.NoPen)
        hovered = live and self._choosable and number == self._near[0]
        p.setBrush(now.color("hover" if hovered else "accent_soft" if block.lit else "sunken"))
        p.drawRoundedRect(spot.adjusted(1, 1, -1, -1), now.px(5), now.px(5))
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(block.color))
        p.drawRoundedRect(QRectF(spot.left() + 1, spot.top() + 1, now.px(4), spot.height() - 2), 2, 2)
        left, wide = spot.left() + now.px(AIR + 4), spot.width() - now.px(2 * AIR + 4)
        head = QRectF(left, spot.top() + 1, wide, now.px(20))
        p.setFont(now.font("caption", 600))
        p.setPen(now.color("text2"))
        note = min(0.6 * wide, p.fontMetrics().horizontalAdvance(block.note) + 2.0)
        shown = p.fontMetrics().elidedText(block.note, Qt.TextElideMode.ElideRight, int(note))
        p.drawText(head, _RIGHT, shown)
        p.setPen(now.color("text"))
        text = p.fontMetrics().elidedText(block.head, Qt.TextElideMode.ElideRight, int(wide - note - now.px(8)))
        p.drawText(head, _LEFT, text)
        if one.layout is not None:
            p.setPen(now.color("text"))
            one.layout.draw(p, QPointF(left, spot.top() + now.px(20)))
        if block.bars:
            self._paint_bars(p, now, QRectF(left, spot.bottom() - now.px(21), wide, now.px(17)), block)

    @staticmethod
    def _paint_bars(p: QPainter, now: Look, room: QRectF, block: Block) -> None:
        """Each bar between its name and its number."""
        share = room.width() / len(block.bars)
        p.setFont(now.font("caption"))
        metrics = p.fontMetrics()
        for place, (name, value, number) in enumerate(block.bars):
            spot = QRectF(room.left() + place * share, room.top(), share - now.px(10), room.height())
            ends = metrics.horizontalAdvance(number) + now.px(5)
            label = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(0.45 * spot.width()))
            begin = metrics.horizontalAdvance(label) + now.px(5)
            p.setPen(now.color("text2"))
            p.drawText(spot, _LEFT, label)
            track = QRectF(spot.left() + begin, spot.center().y() - now.px(3), 0, now.px(6))
            track.setWidth(max(0.0, min(spot.width() - begin - ends, now.px(2 * BAR))))
            p.drawText(QRectF(track.right() + now.px(5), spot.top(), ends, spot.height()), _LEFT, number)
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(now.color("press"))
            p.drawRoundedRect(track, 3, 3)
            track.setWidth(max(1.0, min(max(value, 0.0), 1.0) * track.width()))
            p.setBrush(now.color("accent"))
            p.drawRoundedRect(track, 3, 3)

    def sizeHint(self) -> QSize:
        return QSize(look().px(320), look().px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(140), look().px(90))
