"""How a stack is painted: a column for each block; from above down the arc of its skip, the block with its norm, the
histogram of its numbers, and its gradient on a logarithmic scale."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen

from lab.core.numbers import show_number, superscript
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e13_residual_connections.signals import Signals
from lab.experiments.e13_residual_connections.training import StackPage
from lab.kit.numbers import show_short
from widgets.base.look import Look
from widgets.canvas.colormap import as_image, colorize, one_sided_lut
from widgets.canvas.ticks import log_ticks

__all__ = ["GRADIENT", "NORM", "SKIP", "THROUGH", "Columns", "gradient_range", "paint_stack"]

SKIP, THROUGH, GRADIENT, NORM = 0, 1, 2, 3  # the categories of the palette that stand for each
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
SMALLEST, LARGEST = -30, 12  # powers of ten that are drawn at most


@dataclass(frozen=True, slots=True)
class Columns:
    """Where everything stands, in pixels. Column 0 is the first sum, 1 … L are the blocks.

    arcs, boxes, histograms, bars: the four rows, as rectangles over all columns.
    """

    count: int
    arcs: QRectF
    boxes: QRectF
    histograms: QRectF
    bars: QRectF

    @staticmethod
    def within(room: QRectF, count: int, now: Look) -> Columns:
        """Room for `count` blocks and the first sum."""
        left, right = room.left() + now.px(66), room.right() - now.px(16)
        arcs, boxes, names = now.px(30), now.px(34), now.px(20)
        free = max(room.height() - arcs - boxes - 2 * names - now.px(12), 40.0)
        top = room.top() + now.px(4)

        def row(height: float, gap: float) -> QRectF:
            nonlocal top
            made = QRectF(left, top, max(right - left, 10.0), height)
            top += height + gap
            return made

        return Columns(count, row(arcs, 0), row(boxes, names), row(0.56 * free, names), row(0.44 * free - now.px(4), 0))

    @property
    def wide(self) -> float:
        """Pixels from column to column."""
        return self.arcs.width() / (self.count + 1)

    def x(self, block: float) -> float:
        """The left edge of a block's column."""
        return self.arcs.left() + block * self.wide

    def block_at(self, x: float) -> int:
        """The block under a pixel, 0 for none."""
        place = math.floor((x - self.arcs.left()) / self.wide)
        return place if 1 <= place <= self.count else 0


def paint_stack(p: QPainter, at: Columns, page: StackPage, now: Look, near: tuple[str, int], keys: str) -> None:
    """All of it. near: the part and the block under the pointer.  keys: the part that the keys switch, "" for none."""
    found = page.signals
    marked = min(page.params.block, found.blocks)
    _paint_marked(p, at, now, marked)
    _paint_names(p, at, now, found, marked)
    for place, block in enumerate(page.blocks, 1):
        lit = near[1] == place
        by_hand = page.wiring.skip[place - 1] >= 0, page.wiring.norm[place - 1] >= 0
        _paint_arc(p, at, now, place, block.skip, page.fits[place - 1], lit and near[0] == "skip", by_hand[0])
        _paint_box(p, at, now, place, block.norm != "none", block.position, lit and near[0] == "norm", by_hand[1])
        if place in page.own:
            _paint_own(p, at, now, place)
    _paint_first(p, at, now)
    _paint_histograms(p, at, now, found)
    _paint_bars(p, at, now, found, marked)
    if keys:
        _paint_keys(p, at, now, marked, keys)


def _paint_names(p: QPainter, at: Columns, now: Look, found: Signals, marked: int) -> None:
    """What each row is, with the number of the marked block, and the scale of the histograms."""
    p.setFont(now.font("caption", 500))
    p.setPen(now.color("text2"))
    room = at.arcs.left() - now.px(10)
    for rect, text in ((at.arcs, _("skips")), (at.boxes, _("blocks"))):
        p.drawText(QRectF(0, rect.top(), room, rect.height()), _RIGHT, text)
    spread, gradient = (show_number(float(value), 2) for value in (found.spread[marked], found.gradient[marked - 1]))
    for rect, text, number in (
        (
            at.histograms,
            _("Where the numbers of each block lie"),
            _("block {n}: spread {value}").format(n=marked, value=spread),
        ),
        (at.bars, _("Gradient of each block's weights"), _("block {n}: {value}").format(n=marked, value=gradient)),
    ):
        line = QRectF(at.arcs.left(), rect.top() - now.px(19), rect.width(), now.px(18))
        p.setFont(now.font("caption", 500))
        p.drawText(line, _LEFT, text)
        p.setFont(now.font("caption", 650))
        p.drawText(line, _RIGHT, number)
    p.setFont(now.font("caption", 500))
    p.setPen(now.color("axis"))
    middle = (found.reach + found.low) / 2
    for share, value in ((0.0, found.reach), (0.5, middle), (1.0, found.low)):
        text = show_short(value, 2)
        y = at.histograms.top() + share * at.histograms.height()
        p.drawText(QRectF(0, y - now.px(9), room, now.px(18)), _RIGHT, text)


def _paint_marked(p: QPainter, at: Columns, now: Look, marked: int) -> None:
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(now.color("ball", 46))
    p.drawRect(QRectF(at.x(marked), at.arcs.top(), at.wide, at.bars.bottom() - at.arcs.top()))


def _paint_arc(p: QPainter, at: Columns, now: Look, block: int, on: bool, fits: bool, lit: bool, by_hand: bool) -> None:
    """A skip leads from before the block to behind it; one that is off is a faint dashed line, and a bar ends the way
    where none fits."""
    left, right, low = at.x(block) + at.wide * 0.06, at.x(block + 1) - at.wide * 0.06, at.arcs.bottom()
    high = at.arcs.top() + now.px(5)
    path = QPainterPath(QPointF(left, low))
    path.cubicTo(QPointF(left, high), QPointF(right, high), QPointF(right, low))
    p.setBrush(Qt.BrushStyle.NoBrush)
    if lit:
        p.setPen(QPen(now.color("focus", 90), 6.0))
        p.drawPath(path)
    if on:
        p.setPen(QPen(now.color(now.palette.categories[SKIP]), min(2.6, 0.8 + at.wide / 8) * now.line_weight))
    elif fits:
        p.setPen(QPen(now.color("edge"), 1.1, Qt.PenStyle.DotLine))
    else:
        p.setPen(QPen(now.color("warn"), 1.4))
        middle = (left + right) / 2
        p.drawLine(QPointF(middle, low - now.px(12)), QPointF(middle, low - now.px(2)))
        return
    p.drawPath(path)
    if by_hand:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("text"))
        p.drawEllipse(QPointF((left + right) / 2, at.arcs.top() + now.px(3)), 2.2, 2.2)


def _paint_box(
    p: QPainter, at: Columns, now: Look, block: int, normed: bool, position: str, lit: bool, by_hand: bool
) -> None:
    """The block; its norm is a band at its left side, before F, or at its right side, after the sum."""
    gap = min(2.0, at.wide * 0.12)
    box = QRectF(at.x(block) + gap, at.boxes.top(), at.wide - 2 * gap, at.boxes.height())
    p.setPen(QPen(now.color("focus"), 2.0) if lit else QPen(now.color("edge"), 1.0))
    p.setBrush(now.color("sunken"))
    p.drawRoundedRect(box, min(4.0, at.wide / 4), min(4.0, at.wide / 4))
    band = max(3.0, box.width() * 0.34)
    if normed:
        left = box.left() if position == "pre" else box.right() - band
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color(now.palette.categories[NORM]))
        p.drawRoundedRect(QRectF(left, box.top(), band, box.height()), 2, 2)
    if at.wide >= now.px(26):
        p.setPen(now.color("text2"))
        p.setFont(now.font("caption", 600))
        words = box.adjusted(band if normed and position == "pre" else 0, 0, 0, 0)
        p.drawText(words, _CENTRE, str(block))
    if by_hand:
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(now.color("text"))
        p.drawEllipse(QPointF(box.center().x(), box.bottom() - 4.0), 2.2, 2.2)


def _paint_own(p: QPainter, at: Columns, now: Look, block: int) -> None:
    """A block that came with a received network has a thick edge; the others are new."""
    gap = min(2.0, at.wide * 0.12)
    p.setPen(QPen(now.color("text"), 2.2 * now.line_weight))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(QRectF(at.x(block) + gap, at.boxes.top(), at.wide - 2 * gap, at.boxes.height()), 4, 4)


def _paint_first(p: QPainter, at: Columns, now: Look) -> None:
    """The first sum is no block; its column is named below the boxes."""
    gap = min(2.0, at.wide * 0.12)
    box = QRectF(at.x(0) + gap, at.boxes.top() + at.boxes.height() * 0.3, at.wide - 2 * gap, at.boxes.height() * 0.4)
    p.setPen(QPen(now.color("edge"), 1.0))
    p.setBrush(now.color("surface"))
    p.drawRoundedRect(box, 2, 2)
    if at.wide >= now.px(22):
        p.setPen(now.color("text3"))
        p.setFont(now.font("caption", 500))
        p.drawText(box, _CENTRE, _("in"))


def _paint_histograms(p: QPainter, at: Columns, now: Look, found: Signals) -> None:
    """A picture with a column for each block: the darker, the more of its numbers lie there. What is beyond the edge
    is marked by a triangle."""
    upright = np.ascontiguousarray(np.sqrt(found.shares.T[::-1]))  # the root, so that a thin tail is seen
    rgba = colorize(upright, one_sided_lut(now.palette), 0.0, float(upright.max()) or 1.0)
    image = as_image(rgba, opaque=True).convertToFormat(QImage.Format.Format_RGB32)
    p.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    p.drawImage(at.histograms, image)
    p.setPen(QPen(now.color("surface"), 1.0))
    if at.wide > 5:
        for block in range(1, found.blocks + 1):
            p.drawLine(QPointF(at.x(block), at.histograms.top()), QPointF(at.x(block), at.histograms.bottom()))
    p.setPen(QPen(now.color("line"), 1.0))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRect(at.histograms)
    beyond = ~(found.spread < found.reach)  # also what is no number
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(now.color("bad"))
    for place in np.flatnonzero(beyond).tolist():
        x, top, half = at.x(place) + at.wide / 2, at.histograms.top() + 2, min(at.wide * 0.4, now.px(5))
        p.drawPolygon([QPointF(x - half, top + 2 * half), QPointF(x + half, top + 2 * half), QPointF(x, top)])


def gradient_range(gradient: np.ndarray) -> tuple[int, int]:
    """Powers of ten that the gradients lie between."""
    known = gradient[np.isfinite(gradient) & (gradient > 0)]
    if not len(known):
        return -4, 1
    low, high = math.floor(math.log10(known.min())), math.ceil(math.log10(known.max()))
    return max(min(low, -3), SMALLEST), min(max(high, 1, low + 1), LARGEST)


def _paint_bars(p: QPainter, at: Columns, now: Look, found: Signals, marked: int) -> None:
    low, high = gradient_range(found.gradient)

    def y(value: float) -> float:
        place = (math.log10(value) - low) / (high - low) if value > 0 else 0.0
        return at.bars.bottom() - min(max(place, 0.0), 1.0) * at.bars.height()

    p.setFont(now.font("caption", 500))
    ticks = log_ticks(10.0**low, 10.0**high, 4 if at.bars.height() > now.px(90) else 3)
    for tick, text in zip(ticks.tolist(), _powers(ticks), strict=True):
        p.setPen(QPen(now.color("grid"), 1.0))
        p.drawLine(QPointF(at.bars.left(), y(tick)), QPointF(at.bars.right(), y(tick)))
        p.setPen(now.color("axis"))
        p.drawText(QRectF(0, y(tick) - now.px(9), at.bars.left() - now.px(10), now.px(18)), _RIGHT, text)
    gap = min(2.0, at.wide * 0.12)
    p.setPen(Qt.PenStyle.NoPen)
    for block, value in enumerate(found.gradient.tolist(), 1):
        if math.isnan(value) or value <= 0:
            continue
        p.setBrush(now.color("ball" if block == marked else now.palette.categories[GRADIENT]))
        top = y(min(value, 10.0**high))
        body = QRectF(at.x(block) + gap, top, at.wide - 2 * gap, max(at.bars.bottom() - top, 2.0))
        p.drawRoundedRect(body, 1.5, 1.5)


def _powers(ticks: np.ndarray) -> list[str]:
    """Powers of ten as 10⁻⁴, and as plain numbers near 1."""
    found = []
    for tick in ticks.tolist():
        power = round(math.log10(tick))
        near = abs(power) < 3 or not math.isclose(tick, 10.0**power)
        found.append(show_short(tick, 2) if near else f"10{superscript(power)}")
    return found


def _paint_keys(p: QPainter, at: Columns, now: Look, marked: int, keys: str) -> None:
    """What Return would switch."""
    row = at.arcs if keys == "skip" else at.boxes
    p.setPen(QPen(now.color("focus"), 2.0))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(QRectF(at.x(marked) - 1, row.top() - 1, at.wide + 2, row.height() + 2), 3, 3)
