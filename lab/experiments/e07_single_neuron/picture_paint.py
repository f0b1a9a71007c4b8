"""Where the parts of a drawn neuron lie, and how they are painted, on screen and on white paper."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e07_single_neuron.neuron import gate_value
from lab.kit.numbers import show_short, subscript
from widgets.base.look import Look
from widgets.canvas.markers import marker_path
from widgets.canvas.trails import trail_pen

__all__ = ["Layout", "Shown", "layout", "paint_neuron"]

THIN, THICK, HALF = 1.4, 13.0, 2.5  # pixels of a link of weight 0, of ∞, and the weight halfway between
NEGATIVE, POSITIVE = 1, 5  # of the diverging colours
FIELD = (66.0, 26.0)
LEAST, BETWEEN = 44.0, 14.0  # a field's least width, and the room for a link between two of them
REACH = 6.0  # the z at either end of the little curve
CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Shown:
    """A neuron as it is drawn. wanted: the answer asked for, None where there is none.  answers: what no and yes are
    called, () for no and yes."""

    x: tuple[float, ...] = (0.0, 0.0)
    weights: tuple[float, ...] = (0.0, 0.0)
    bias: float = 0.0
    z: float = 0.0
    output: float = 0.5  # a whole number behind a step
    gate: str = "sigmoid"
    yes: bool = False
    wanted: bool | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """Pixels. nodes: the inputs and, last, the constant 1.  links: from each to the body.  weights: their
    fields."""

    nodes: tuple[QRectF, ...]
    links: tuple[QLineF, ...]
    weights: tuple[QRectF, ...]
    body: QRectF
    exit: QRectF
    unit: float

    def thickness(self, weight: float) -> float:
        """How thick a link is drawn: always thicker for a larger weight, and never too thick to see past."""
        size = min(abs(weight), 1e9)
        return self.unit * (THIN + (THICK - THIN) * size / (size + HALF))


def layout(room: QRectF, inputs: int, look: Look) -> Layout:
    """Everything within `room`, the inputs one below the other and the bias as the last of them."""
    px = look.px
    rows = inputs + 1
    side = min(px(190), 0.29 * room.width(), 0.8 * room.height())
    exit_wide = min(px(68), 0.2 * room.width())
    body = QRectF(room.right() - exit_wide - side, room.center().y() - side / 2, side, side)
    left = room.left() + px(24)
    wide = min(px(FIELD[0]), max(px(LEAST), (body.left() - left - px(BETWEEN)) / 2))
    high = px(FIELD[1])
    apart = min(room.height() / rows, float(px(150)))
    top = room.center().y() - apart * rows / 2
    centers = [top + apart * (i + 0.5) for i in range(rows)]
    nodes = tuple(QRectF(left, y - high / 2, wide, high) for y in centers)
    links, fields = [], []
    for node in nodes:
        start = QPointF(node.right(), node.center().y())
        way = QLineF(start, body.center())
        way.setLength(max(1.0, way.length() - side / 2))
        links.append(way)
        middle = way.pointAt(0.42)
        x = max(middle.x(), node.right() + px(BETWEEN) / 2 + wide / 2)  # never over the field of its input
        fields.append(QRectF(x - wide / 2, middle.y() - high / 2, wide, high))
    exit_box = QRectF(body.right(), body.top(), exit_wide, side)
    return Layout(nodes, tuple(links), tuple(fields), body, exit_box, look.scale)


def paint_neuron(p: QPainter, shown: Shown, at: Layout, look: Look, highlighted: int, fields: bool) -> None:
    """All of it. lit: the marked link, −1 for none.  fields: whether number fields lie on top, which then
    write the numbers themselves."""
    p.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # numbers read so everywhere
    numbers = (*shown.weights, shown.bias)
    for i, line in enumerate(at.links):
        _paint_link(p, line, numbers[i], at.thickness(numbers[i]), look, i == highlighted)
    for i, node in enumerate(at.nodes):
        _paint_node(p, node, i if i < len(shown.x) else -1, look)
    if not fields:
        for box, value in zip(at.nodes, shown.x):
            _paint_number(p, box, value, look)
        for box, value in zip(at.weights, numbers):
            _paint_number(p, box, value, look)
    for i, box in enumerate(at.weights):
        _paint_name(p, box, f"w{subscript(i + 1)}" if i < len(shown.x) else "b", look)
    _paint_body(p, shown, at.body, look)
    _paint_exit(p, shown, at.exit, look)


def _paint_link(p: QPainter, line: QLineF, weight: float, thick: float, look: Look, highlighted: bool) -> None:
    """Orange and solid above 0, blue and dashed below."""
    if highlighted:
        p.setPen(trail_pen(look.color("ball", 90), thick + look.px(9)))
        p.drawLine(line)
    if weight == 0:
        p.setPen(trail_pen(look.color("edge"), thick, (1.0, 3.0)))
    else:
        color = QColor(look.palette.diverging[POSITIVE if weight > 0 else NEGATIVE])
        p.setPen(trail_pen(color, thick * look.line_weight, () if weight > 0 else _dash(thick)))
    p.drawLine(line)


def _dash(thick: float) -> tuple[float, float]:
    """Dashes of about the same length on every link; Qt counts them in line widths."""
    return max(9.0 / thick, 0.5), max(5.0 / thick, 0.3)


def _paint_node(p: QPainter, box: QRectF, number: int, look: Look) -> None:
    """The name of an input left of it; the bias hangs on a constant 1."""
    p.setFont(look.font("small", 600))
    p.setPen(look.color("text2"))
    if number >= 0:
        name = QRectF(box.left() - look.px(26), box.top(), look.px(22), box.height())
        p.drawText(name, CENTER, f"x{subscript(number + 1)}")
        return
    p.setPen(QPen(look.color("line"), 1))
    p.setBrush(look.color("sunken"))
    p.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    p.setPen(look.color("text2"))
    p.drawText(box, CENTER, "1")


def _paint_number(p: QPainter, box: QRectF, value: float, look: Look) -> None:
    p.setPen(QPen(look.color("edge"), 1))
    p.setBrush(look.color("surface"))
    p.drawRoundedRect(box, look.px(6), look.px(6))
    p.setPen(look.color("text"))
    p.setFont(look.font("body", 600))
    p.drawText(box, CENTER, show_short(value, 3))


def _paint_name(p: QPainter, box: QRectF, name: str, look: Look) -> None:
    """A little flag over a weight's field."""
    p.setFont(look.font("caption", 600))
    metrics = p.fontMetrics()
    wide, high = metrics.horizontalAdvance(name) + look.px(8), metrics.height()
    flag = QRectF(box.center().x() - wide / 2, box.top() - high - 1, wide, high)
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(look.color("surface", 215))
    p.drawRoundedRect(flag, look.px(4), look.px(4))
    p.setPen(look.color("text2"))
    p.drawText(flag, CENTER, name)


# ------------------------------------------------------------------------------------------ body and exit


def _paint_body(p: QPainter, shown: Shown, box: QRectF, look: Look) -> None:
    """A round body in two halves: the sum first, the gate second."""
    p.setPen(QPen(look.color("text2"), 2 * look.line_weight))
    p.setBrush(look.color("sunken"))
    p.drawEllipse(box)
    p.setPen(QPen(look.color("line"), 1.4))
    p.drawLine(QLineF(box.center().x(), box.top() + 2, box.center().x(), box.bottom() - 2))
    half = QRectF(box.left(), box.top(), box.width() / 2, box.height())
    upper = QRectF(half.left() + look.px(4), half.center().y() - look.px(26), half.width() - look.px(4), look.px(24))
    lower = QRectF(half.left() + look.px(4), half.center().y() - look.px(2), half.width() - look.px(4), look.px(22))
    p.setPen(look.color("text2"))
    p.setFont(look.font(20, 500))
    p.drawText(upper, CENTER, "Σ")
    p.setPen(look.color("text"))
    p.setFont(look.font("small", 650))
    p.drawText(lower, CENTER, show_number(shown.z, 3))
    _paint_curve(p, shown, box, look)


def _paint_curve(p: QPainter, shown: Shown, box: QRectF, look: Look) -> None:
    """The gate as a curve over −6..6, with the lit dot where the sum is now."""
    low = -1.0 if shown.gate == "tanh" else 0.0
    left, top = box.center().x() + look.px(5), box.center().y() - look.px(17)
    room = QRectF(left, top, box.width() / 2 - look.px(14), look.px(34))

    def spot(z: float, value: float) -> QPointF:
        across = (min(max(z, -REACH), REACH) + REACH) / (2 * REACH)
        return QPointF(room.left() + across * room.width(), room.bottom() - (value - low) / (1 - low) * room.height())

    zs = np.linspace(-REACH, REACH, 49)
    places = [spot(z, a) for z, a in zip(zs.tolist(), gate_value(shown.gate, zs).tolist())]
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.setPen(trail_pen(look.color("accent"), 2.2 * look.line_weight))
    p.drawPolyline(QPolygonF(places))
    p.setPen(QPen(QColor("#FFFFFF"), 2))
    p.setBrush(look.color("ball"))
    p.drawEllipse(spot(shown.z, shown.output), look.px(6), look.px(6))


def _paint_exit(p: QPainter, shown: Shown, box: QRectF, look: Look) -> None:
    """The arrow out of the body, the output above it, the answer below, and whether it was wanted."""
    px, y = look.px, box.center().y()
    tip = QPointF(box.right() - px(4), y)
    p.setPen(trail_pen(look.color("text2"), 2.4 * look.line_weight))
    p.drawLine(QPointF(box.left() + 2, y), QPointF(tip.x() - px(8), y))
    head = QPainterPath(tip)
    head.lineTo(tip.x() - px(10), y - px(6))
    head.lineTo(tip.x() - px(10), y + px(6))
    head.closeSubpath()
    p.fillPath(head, look.color("text2"))
    p.setPen(look.color("text"))
    p.setFont(look.font("h3", 650))
    p.drawText(QRectF(box.left(), y - px(32), box.width(), px(26)), CENTER, show_number(shown.output, 3))
    label = int(shown.yes)
    words = shown.answers[shown.yes] if shown.answers else _("yes") if shown.yes else _("no")
    p.setFont(look.font("small", 600))
    wide = p.fontMetrics().horizontalAdvance(words) + px(18)
    left = box.center().x() - wide / 2
    p.save()
    p.translate(left + px(6), y + px(20))
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(QColor(look.palette.categories[label]))
    p.drawPath(marker_path("t1" if label else "o", px(6)))
    p.restore()
    p.setPen(look.color("text"))
    p.drawText(QRectF(left + px(16), y + px(9), wide, px(22)), Qt.AlignmentFlag.AlignVCenter, words)
    if shown.wanted is not None:
        fits = shown.wanted == shown.yes
        p.setPen(look.color("good" if fits else "bad"))
        p.setFont(look.font("caption", 600))
        text = _("✓ right") if fits else _("✗ wrong")
        p.drawText(QRectF(box.left() - px(8), y + px(32), box.width() + px(12), px(20)), CENTER, text)
