"""The second page of the gallery: pictures that answer to the hand, each with a little of what it was made for."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.gallery.sheets import data_sheet, text_sheet
from widgets.graphs.net_map import NetMap
from widgets.graphs.net_shape import NetShape
from widgets.graphs.node_graph import Flow, GraphLink, GraphNode, NodeGraph
from widgets.plots.matrix import Matrix
from widgets.plots.painter import Painter
from widgets.tokens.arcs import Arcs
from widgets.tokens.head_grid import HeadGrid
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["DEMOS", "Pictures", "arcs", "head_grid", "matrix", "net_map", "node_graph", "painter", "token_strip"]

WORDS = ("The", "cat", "slept", "because", "it", "was", "tired")
ACROSS = 3  # demos in a row


def _weights(seed: int = 3, sharpness: float = 2.0) -> np.ndarray:
    """Who looks at whom, made up: [7, 7], rows add up to 1, nobody sees a later word."""
    scores = sharpness * np.random.default_rng(seed).normal(size=(len(WORDS), len(WORDS)))
    powers = np.exp(scores) * np.tri(len(WORDS))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def matrix() -> Matrix:
    """Weights with names at both sides, one cell lit."""
    made = Matrix()
    made.set_titles("Weights", "looks", "is looked at")
    made.set_values(_weights(), 0.0, 1.0, WORDS, WORDS)
    made.set_highlighted(4, 1)
    return made


def arcs() -> Arcs:
    """The same weights as lines."""
    made = Arcs()
    made.set_titles("Who looks at whom", "looks", "is looked at")
    made.set_arcs(_weights(), WORDS)
    made.set_highlighted(4, 1)
    return made


def head_grid() -> HeadGrid:
    """Three rows of four: one chosen, one struck out, one marked."""
    made = HeadGrid()
    made.set_titles("All heads", "layer", "head")
    pictures = [[_weights(4 * row + column, 1.0 + row) for column in range(4)] for row in range(3)]
    made.set_pictures((255 * np.array(pictures)).astype(np.uint8))
    made.set_marks((1, 2), off=[(0, 1)], marked=[(2, 3)])
    return made


def node_graph() -> NodeGraph:
    """a·b + c on its way back: two leaves have no gradient yet."""
    nodes = (
        GraphNode("a", "a", "", ("2",), ("—",), kind="leaf", editable=True),
        GraphNode("b", "b", "", ("−3",), ("—",), kind="leaf", editable=True),
        GraphNode("d", "d", "×", ("−6",), ("1",), tint=1.0),
        GraphNode("c", "c", "", ("10",), ("1",), kind="leaf", tint=1.0, editable=True),
        GraphNode("L", "L", "+", ("4",), ("1",), tint=1.0),
    )
    links = tuple(GraphLink(*pair) for pair in (("a", "d"), ("b", "d"), ("d", "L"), ("c", "L")))
    graph = NodeGraph()
    graph.setAccessibleName("Computation graph")
    graph.set_graph(nodes, links)
    graph.set_highlighted("L", (Flow("d", "L", "+1", back=True), Flow("c", "L", "+1", back=True)))
    return graph


def token_strip() -> TokenStrip:
    """A strip of tokens with a probability behind and below each, the last one lit."""
    strip = TokenStrip(notes=True)
    strip.setAccessibleName("Text in tokens")
    pieces = ("The", " capital", " of", " France", " is", " Paris", ".", "\n")
    shares = (0.1, 0.02, 0.98, 0.31, 0.84, 0.62, 0.57, 0.05)
    strip.set_tokens(
        [
            Token(p, v, f"{100 * v:.0f} %", highlighted=n == 6, faint=n < 2)
            for n, (p, v) in enumerate(zip(pieces, shares))
        ]
    )
    return strip


def painter() -> Painter:
    """Two clouds of points on a field of beliefs that falls from one corner to the other."""
    made = Painter()
    made.setAccessibleName("Points of two classes")
    side = np.linspace(-1, 1, 50, dtype=np.float32)
    made.set_beliefs(1 / (1 + np.exp(-4 * (side[None, :, None] + side[None, None, :]))), (-1.0, 1.0, -1.0, 1.0))
    drawn = np.random.default_rng(5).normal(0.0, 0.2, (40, 2))
    kinds = np.arange(40) % 2
    made.set_points(drawn + np.where(kinds[:, None] == 1, 0.4, -0.4), kinds, np.arange(40) % 5 == 0)
    made.set_radius(0.15)
    made.set_ball(0.1, 0.1, "62 %")
    return made


def net_map() -> NetMap:
    """A network of 2, 4, 3 and 1 units, one of them dead."""
    rng, sizes = np.random.default_rng(0), (2, 4, 3, 1)
    made = NetMap()
    made.set_words("The network", "Weight")
    made.set_shape(
        NetShape(
            tuple(rng.normal(size=(b, a)) for a, b in pairwise(sizes)),
            tuple(np.zeros(n) for n in sizes[1:]),
            tuple(_ramps(n, rng) for n in sizes),
            ("x", "y"),
            ("",),
            dead=(np.arange(4) == 1, np.zeros(3, bool)),
            classes=(0,),
        )
    )
    return made


def _ramps(units: int, rng: np.random.Generator) -> np.ndarray:
    """What made-up units say everywhere: slopes in all directions, [units, 12, 12]."""
    side = np.linspace(-1, 1, 12)
    directions = rng.normal(size=(units, 2))
    slopes = directions[:, 0, None, None] * side[None, None, :] + directions[:, 1, None, None] * side[None, :, None]
    return np.asarray(1 / (1 + np.exp(-2 * slopes)), np.float32)


DEMOS: dict[str, Callable[[], QWidget]] = {
    "Matrix": matrix,
    "Arcs": arcs,
    "Head grid": head_grid,
    "Painter": painter,
    "Net map": net_map,
    "Node graph": node_graph,
    "Token strip": token_strip,
    "Data sheet": data_sheet,
    "Text sheet": text_sheet,
}
"""A demo for every picture, by the name that stands above it."""


class Pictures(Refreshing, QFrame):
    """All demos in rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "dock")
        self.demos = {name: make() for name, make in DEMOS.items()}
        self._grid = QGridLayout(self)
        for number, (name, demo) in enumerate(self.demos.items()):
            cell = QVBoxLayout()
            cell.addWidget(kind(QLabel(name), "strong"))
            cell.addWidget(demo, 1)
            self._grid.addLayout(cell, number // ACROSS, number % ACROSS)
        for column in range(ACROSS):
            self._grid.setColumnStretch(column, 1)
        self._grid.setRowStretch((len(DEMOS) - 1) // ACROSS, 1)  # the sheets stand last, and have the most to show
        self.relook()

    def relook(self) -> None:
        self._grid.setContentsMargins(*[look().px(16)] * 4)
        self._grid.setSpacing(look().px(24))
        for demo in self.demos.values():
            demo.setMinimumSize(look().px(300), look().px(340))
