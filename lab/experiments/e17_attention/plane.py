"""The learner's words as vectors on a plane: the query that asks, the keys that answer to it, the values that are told,
and the output, which lies where the weights pull it. One picture shows where a word looks, one what it finds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.own_words import Vectors
from lab.experiments.e17_attention.words import percent
from widgets.base.look import Look
from widgets.canvas.axes import rounded
from widgets.canvas.layers import Arrow, Ball, Handle, Layer, Mark
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["Plane", "finding", "looking", "reach_of"]

REACHES = (2.6, 3.4, 5.0, 8.0, 16.0, 32.0, 64.0, 110.0)


def reach_of(vectors: Vectors) -> float:
    """How far the plane has to reach for all vectors."""
    most = max(float(np.abs(part).max()) for part in (vectors.q, vectors.k, vectors.v))
    return next((reach for reach in REACHES if most <= 0.94 * reach), REACHES[-1])


@dataclass(frozen=True, slots=True)
class Disc:
    """A weight: a disc whose area says how large it is, and a line that leads to it from (from_x, from_y)."""

    x: float
    y: float
    weight: float
    from_x: float
    from_y: float


class Plane(Stage):
    """The plane, with a disc below every key or value as large as its weight."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, equal=True)
        self._discs: tuple[Disc, ...] = ()
        self._color = "accent"
        self.set_range(-2.6, 2.6, -2.6, 2.6)

    def show_weights(self, discs: tuple[Disc, ...], color: str) -> None:
        """Show these below the handles, in a colour of the palette."""
        if (discs, color) != (self._discs, self._color):
            self._discs, self._color = discs, color
            self.update()

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, _ratio: float) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        painter.fillRect(QRectF(view.left, view.top, view.width, view.height), look.color("sunken"))
        painter.setPen(QPen(look.color("line"), 1.4))
        x, y = view.screen(0.0, 0.0)
        painter.drawLine(QPointF(view.left, y), QPointF(view.left + view.width, y))
        painter.drawLine(QPointF(x, view.top), QPointF(x, view.top + view.height))
        painter.restore()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        painter.save()
        painter.setClipPath(rounded(view, look))
        for disc in self._discs:
            self._paint_disc(painter, view, look, disc)
        painter.restore()
        super().paint_moving(painter, view, look, live)

    def _paint_disc(self, p: QPainter, view: Viewport, look: Look, disc: Disc) -> None:
        centre, start = QPointF(*view.screen(disc.x, disc.y)), QPointF(*view.screen(disc.from_x, disc.from_y))
        radius = look.px(38) * disc.weight**0.5
        p.setPen(QPen(look.color(self._color, 60 + round(120 * disc.weight)), 1.2 + look.px(5) * disc.weight))
        p.drawLine(start, centre)
        p.setPen(Qt.PenStyle.NoPen)
        p.setBrush(look.color(self._color, 70))
        p.drawEllipse(centre, radius, radius)


def looking(chain: Chain, vectors: Vectors, seen: bool) -> tuple[tuple[Layer, ...], tuple[Disc, ...]]:
    """The selected query and the keys it may look at as handles, those it may not as dots; the weights, if `seen`."""
    row, words = chain.row, vectors.words
    layers: list[Layer] = []
    discs = []
    for j, word in enumerate(words):
        x, y = (float(number) for number in vectors.k[j])
        if not np.isfinite(chain.masked[row, j]):
            layers.append(_hidden(x, y, word, chain))
            continue
        weight = float(chain.weights[row, j]) if seen else 0.0
        discs.append(Disc(x, y, weight, 0.0, 0.0))
        layers.append(Handle(f"k{j}", x, y, f"{word} {percent(weight)}" if seen else word))
    x, y = (float(number) for number in vectors.q[row])
    layers.append(Arrow(0.0, 0.0, x, y, "text"))
    layers.append(Handle(f"q{row}", x, y, _("{word} asks").format(word=words[row])))
    return tuple(layers), tuple(discs)


def _hidden(x: float, y: float, word: str, chain: Chain) -> Mark:
    """A word that the query may not look at: a dot, and named where there is nothing else to name."""
    return Mark(x, y, "point", "" if chain.visible else word)


def finding(chain: Chain, vectors: Vectors, mixed: bool) -> tuple[tuple[Layer, ...], tuple[Disc, ...]]:
    """The values as handles and, if it is `mixed` by now, the output where the weights pull it."""
    row, words = chain.row, vectors.words
    layers: list[Layer] = []
    discs = []
    out_x, out_y = (float(number) for number in chain.out[row])
    for j, word in enumerate(words):
        x, y = (float(number) for number in vectors.v[j])
        if not np.isfinite(chain.masked[row, j]):
            layers.append(_hidden(x, y, word, chain))
            continue
        if mixed:
            discs.append(Disc(x, y, float(chain.weights[row, j]), out_x, out_y))
        layers.append(Handle(f"v{j}", x, y, word))
    if mixed and chain.visible:
        layers.append(Ball(out_x, out_y, label=_("{word} finds").format(word=words[row])))
    return tuple(layers), tuple(discs)
