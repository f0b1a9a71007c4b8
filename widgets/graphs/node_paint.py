"""How a graph of computing nodes is painted: boxes with a name, a value and a gradient, and the links between them.
What goes along the links in a step is in `node_flow`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from widgets.base.colors import mix
from widgets.base.look import Look

__all__ = [
    "GraphLink",
    "GraphNode",
    "advance",
    "entry_spots",
    "fold_spot",
    "letters",
    "node_size",
    "numbers_of",
    "paint_links",
    "paint_node",
    "wire",
]

TITLE, ROW, PAD, ONE = 17, 15, 4, 49  # px at 100 %: title line, line of numbers, padding, width of one number
LEAST = 66
BOLD, HALF, PLAIN = 650, 600, 500  # weights of the letters
_CENTRE = Qt.AlignmentFlag.AlignCenter
MARKS = {"bad": ("bad", "!"), "good": ("good", "✓"), "blank": ("accent", "?"), "shut": ("warn", "0")}


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One node as it is drawn.

    title, operation: its name, and what it does.  values, gradients: lines of numbers as text; gradients ()
    where it never has one.  kind: "leaf" (can be changed), "data", "constant" or "result".
    tint: sign and size of the gradient, −1 to 1.  mark: "bad", "good", "blank", "shut" or "".
    within: the node that hides it when that one is folded.
    summed: what stands in it sums a large matrix up, so that none of its numbers can be pointed at.
    """

    key: str
    title: str
    operation: str = ""
    values: tuple[str, ...] = ("",)
    gradients: tuple[str, ...] = ("",)
    columns: int = 1
    kind: str = "result"
    tint: float = 0.0
    mark: str = ""
    editable: bool = False
    within: str = ""
    summed: bool = False

    @property
    def count(self) -> int:
        """How many of its numbers can be pointed at."""
        return 1 if self.summed else sum(row.count("\t") + 1 for row in self.values)


@dataclass(frozen=True, slots=True)
class GraphLink:
    """`source` is an operand of `target`."""

    source: str
    target: str


@lru_cache(maxsize=32)
def letters(look: Look, weight: int) -> QFont:
    """The font of what stands in boxes and on links."""
    return look.font("caption", weight)


@lru_cache(maxsize=4096)
def advance(look: Look, weight: int, text: str) -> float:
    """How wide a text of that font is, in px."""
    return QFontMetricsF(letters(look, weight)).horizontalAdvance(text)


def node_size(node: GraphNode, look: Look) -> tuple[float, float]:
    """Width and height of a box at zoom 1: the same whatever its numbers are."""
    wide = advance(look, BOLD, node.title + "  " + node.operation)
    numbers = node.columns * look.px(ONE)
    lines = len(node.values) + len(node.gradients)
    return (
        max(look.px(LEAST), wide + look.px(20), numbers + look.px(10)),
        look.px(TITLE + PAD + 2) + lines * look.px(ROW),
    )


def numbers_of(box: QRectF, look: Look, zoom: float) -> QRectF:
    """The part of a box on screen in which its numbers stand, below the line with its name."""
    return box.adjusted(0, look.px(TITLE) * zoom, 0, 0)


def paint_node(p: QPainter, node: GraphNode, box: QRectF, look: Look, folded: int, small: bool) -> None:
    """A box with its numbers; `folded`: how many it hides, −1 where it could hide some; `small`: no letters."""
    ink, ground = look.color("text"), look.color("surface")
    result = node.kind == "result"
    fill = look.color("sunken") if result else ground
    radius = look.px(8) if result else min(look.px(16), box.height() / 2)
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    p.fillPath(shape, fill)
    if node.tint and node.gradients:
        _paint_tint(p, node, box, shape, look)
    if not small:
        _paint_letters(p, node, box, look, ink)
    edge, wide, dash = ("edge", 1.2, ()) if node.kind != "constant" else ("edge", 1.2, (3, 3))
    if node.mark:
        edge, wide = MARKS[node.mark][0], 2.6
    pen = QPen(look.color("text2" if node.kind == "leaf" and not node.mark else edge), wide)
    if dash:
        pen.setDashPattern(list(dash))
    p.setPen(pen)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(shape)
    if folded:
        _paint_fold(p, box, look, folded)
    if node.mark:
        _paint_mark(p, node.mark, box, look)


def _gradient_box(node: GraphNode, box: QRectF, look: Look) -> QRectF:
    high = len(node.gradients) * look.px(ROW) + look.px(PAD) / 2
    return QRectF(box.left(), box.bottom() - high, box.width(), high)


def _paint_tint(p: QPainter, node: GraphNode, box: QRectF, shape: QPainterPath, look: Look) -> None:
    """The ground of the gradient: orange for positive, blue for negative, as everywhere."""
    hue = look.palette.diverging[5 if node.tint > 0 else 1]
    strength = 0.12 + 0.3 * min(1.0, abs(node.tint))
    p.save()
    p.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    p.fillRect(_gradient_box(node, box, look), QColor(mix(look.palette.surface, hue, strength)))
    p.restore()


def _paint_letters(p: QPainter, node: GraphNode, box: QRectF, look: Look, ink: QColor) -> None:
    bold, plain = letters(look, BOLD), letters(look, PLAIN)
    names = advance(look, BOLD, node.title + ("  " if node.title and node.operation else ""))
    left = box.center().x() - (names + advance(look, PLAIN, node.operation)) / 2
    base = box.top() + look.px(2 + TITLE / 2) + bold.pixelSize() * 0.36  # half the height of a capital
    p.setPen(ink)
    p.setFont(bold)
    p.drawText(QPointF(left, base), node.title)
    p.setFont(plain)
    p.setPen(look.color("accent_text"))
    p.drawText(QPointF(left + names, base), node.operation)
    p.setPen(ink)
    y = box.top() + look.px(2 + TITLE)
    for line in node.values:
        _paint_row(p, line, QRectF(box.left(), y, box.width(), look.px(ROW)), look, node.columns)
        y += look.px(ROW)
    if not node.gradients:
        return
    p.setPen(QPen(look.color("line"), 1))
    lower = _gradient_box(node, box, look)
    p.drawLine(QPointF(box.left() + 1, lower.top()), QPointF(box.right() - 1, lower.top()))
    p.setPen(ink)
    p.setFont(letters(look, HALF))
    y = lower.top() + look.px(1)
    for line in node.gradients:
        _paint_row(p, line, QRectF(box.left(), y, box.width(), look.px(ROW)), look, node.columns)
        y += look.px(ROW)


def _paint_row(p: QPainter, line: str, spot: QRectF, look: Look, columns: int) -> None:
    """One line of numbers; those of a matrix, parted by tabs, each in its column."""
    parts = line.split("\t")
    wide = (spot.width() - look.px(6)) / max(columns, len(parts))
    left = spot.center().x() - wide * len(parts) / 2
    for i, part in enumerate(parts):
        room = QRectF(left + i * wide, spot.top(), wide, spot.height())
        needed = advance(look, HALF, part)
        if needed > wide - 2:  # a long number is written narrower
            _draw_narrow(p, room, part, (wide - 2) / needed)
        else:
            p.drawText(room, _CENTRE, part)


def _draw_narrow(p: QPainter, room: QRectF, text: str, share: float) -> None:
    p.save()
    p.translate(room.center())
    p.scale(share, 1.0)
    wide = room.width() / share
    p.drawText(QRectF(-wide / 2, -room.height() / 2, wide, room.height()), _CENTRE, text)
    p.restore()


def entry_spots(node: GraphNode, box: QRectF, look: Look, row: int, column: int) -> tuple[QLineF, ...]:
    """Lines under one number of a matrix and under its gradient."""
    columns = node.values[row].count("\t") + 1
    wide = (box.width() - look.px(6)) / columns
    left = box.center().x() - wide * columns / 2 + column * wide + look.px(4)
    tops = [box.top() + look.px(2 + TITLE)]
    if len(node.gradients) == len(node.values):
        tops.append(_gradient_box(node, box, look).top() + look.px(1))
    bottoms = [top + (row + 1) * look.px(ROW) - 1 for top in tops]
    return tuple(QLineF(left, y, left + wide - look.px(8), y) for y in bottoms)


def _paint_fold(p: QPainter, box: QRectF, look: Look, folded: int) -> None:
    """A small plus at the upper left with what is hidden behind it, or a minus."""
    spot = fold_spot(box, look)
    p.setPen(QPen(look.color("edge"), 1))
    p.setBrush(look.color("surface"))
    p.drawRoundedRect(spot, 3, 3)
    p.setPen(QPen(look.color("text2"), 1.4))
    middle, arm = spot.center(), spot.width() * 0.28
    p.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    if folded > 0:
        p.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))


def fold_spot(box: QRectF, look: Look) -> QRectF:
    """Where the plus or minus of a box is."""
    side = look.px(13)
    return QRectF(box.left() - side / 2, box.top() - side / 3, side, side)


def _paint_mark(p: QPainter, mark: str, box: QRectF, look: Look) -> None:
    color, sign = MARKS[mark]
    side = look.px(15)
    spot = QRectF(box.right() - 0.6 * side, box.top() - 0.4 * side, side, side)
    p.setPen(QPen(look.color("surface"), 1.5))
    p.setBrush(look.color(color))
    p.drawEllipse(spot)
    p.setPen(look.color("surface"))
    p.setFont(look.font(11, 700))
    p.drawText(spot, _CENTRE, sign)


# --------------------------------------------------------------------------------------------- links


def wire(points: Iterable[QPointF]) -> QPainterPath:
    """A smooth line through places from left to right, level at each of them."""
    places = list(points)
    path = QPainterPath(places[0])
    for start, end in pairwise(places):
        half = max(4.0, (end.x() - start.x()) / 2)
        path.cubicTo(start + QPointF(half, 0), end - QPointF(half, 0), end)
    return path


def paint_links(
    p: QPainter, lines: Iterable[QPainterPath], look: Look, zoom: float = 1.0, strong: bool = False
) -> None:
    """Links at rest, or the parts of the path that is looked at. One by one: Qt takes three times as long for a
    single path of some hundred lines that cross."""
    wide = (3.0 if strong else 1.3) * min(1.0, max(0.4, 1.3 * zoom))  # thinner from afar, where they lie close
    pen = QPen(look.color("accent" if strong else "edge"), wide * look.line_weight)
    pen.setCosmetic(True)
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(pen)
    for line in lines:
        p.drawPath(line)
