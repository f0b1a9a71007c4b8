"""The Map page: a cell for each short run, with the steps it took to the goal. A press on one opens that stack."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e13_residual_connections.edge_map import BUDGET, DEPTHS, MapPage, rows_of
from lab.experiments.e13_residual_connections.metrics import MAP
from lab.kit.numbers import show_short
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["MapView"]

READOUTS = ("cells", "trained", "deepest", "edge")
AWAY = 100.0  # a loss beyond this ran away


class EdgeMatrix(Matrix):
    """A matrix with a dashed line across, between two rows."""

    def __init__(self) -> None:
        super().__init__(scale="one-sided")
        self._edge: float | None = None

    def set_edge(self, row: float | None) -> None:
        """Where the line is, counted in rows from the top, 0 being the middle of the first; None for no line."""
        if row != self._edge:
            self._edge = row
            self.update()

    def edge_height(self) -> float | None:
        """The line's height in pixels."""
        if self._edge is None or not self.values().size:
            return None
        above = min(max(int(self._edge), 0), len(self.values()) - 1)
        cell = self.cell_rect(above, 0)
        return cell.center().y() + (self._edge - above) * cell.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        height = self.edge_height()
        if height is None:
            return
        now, painter = look(), QPainter(self)
        left, right = self.cell_rect(0, 0).left(), self.cell_rect(0, self.values().shape[1] - 1).right()
        for color, width, line in (("surface", 5.0, Qt.PenStyle.SolidLine), ("ball", 2.4, Qt.PenStyle.DashLine)):
            painter.setPen(QPen(now.color(color), width * now.line_weight, line))
            painter.drawLine(QPointF(left, height), QPointF(right, height))
        painter.end()


class MapView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: MapPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.matrix = EdgeMatrix()
        self.legend = ElidedLabel("", "small")
        self.readouts = ReadoutRow(READOUTS, tuple(_(MAP.labels[name]) for name in READOUTS))
        self._column = vbox(self.sentence, (self.matrix, 1), self.legend, self.readouts, on=self)
        self.matrix.set_writing(_written)
        self.matrix.hovered.connect(self._read)
        self.matrix.requested.connect(self._open)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: MapPage, _display: object) -> None:
        """Draw a frame's page: the row of the largest value on top."""
        before, self._page = self._page, page
        if before is not None and before.cells == page.cells and before.params == page.params:
            return
        rows = rows_of(page.params)
        names = [show_short(value, 2) for value in rows]
        title = _("Steps until the loss is half of what guessing costs")
        words = _("first weights, times") if page.params.across == "gain" else _("units per block")
        self.matrix.set_titles(title, words, _("blocks"))
        self.matrix.set_values(_cells(page)[::-1], 0.0, 1.0, names[::-1], [str(depth) for depth in DEPTHS])
        self.matrix.set_edge(_row_of(page.edge, rows))

    def show_words(self, page: MapPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(sentence)
        self.matrix.set_description(sentence)
        self.legend.say(
            _("A number: steps it took. ·: stuck after 100. ∞: ran away. Dashed: the edge. Press twice to open.")
        )
        show_metrics(self.readouts, MAP.values(page), dict.fromkeys(READOUTS, 3))

    def _settings(self, row: int, column: int) -> dict[str, Any] | None:
        """The controls of a cell, counted from the top."""
        page = self._page
        if page is None or row < 0 or column < 0:
            return None
        value = rows_of(page.params)[::-1][row]
        varied = {"gain": value} if page.params.across == "gain" else {"width": int(value)}
        return {"topic": "stack", "view": "stack", "source": "circle", "depth": DEPTHS[column], **varied}

    def _read(self, row: int, column: int) -> None:
        page = self._page
        if page is None or row < 0:
            self.matrix.set_readout("")
            return
        loss, took = page.losses[::-1][row, column], page.took[::-1][row, column]
        if math.isnan(loss):
            text = _("not run yet")
        elif took >= 0:
            text = _("trained in {n} steps").format(n=int(took))
        else:
            text = _("loss {loss} after {n} steps").format(loss=show_number(float(loss), 3), n=BUDGET)
        self.matrix.set_readout(text)

    def _open(self, row: int, column: int) -> None:
        found = self._settings(row, column)
        if found is not None:
            self.act(Set(found))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.matrix]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.matrix,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.legend.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))


def _cells(page: MapPage) -> np.ndarray:
    """[rows, depths]: from 1, at once, to 0.3, in the last step, for what trained; 0.02 for what is stuck and 0.04 for
    what ran away; 0 where nothing was run yet."""
    trained = 1.0 - 0.7 * page.took / BUDGET
    failed = np.where(page.losses < AWAY, 0.02, 0.04)
    found = np.where(page.took >= 0, trained, failed)
    return np.where(np.isnan(page.losses), 0.0, found)


def _written(value: float) -> str:
    """What stands in a cell."""
    if value < 0.1:
        return "" if value < 0.01 else "·" if value < 0.03 else "∞"
    return str(round((1.0 - value) / 0.7 * BUDGET))


def _row_of(edge: float | None, rows: tuple[float, ...]) -> float | None:
    """Where a gain lies among the rows, counted from the top; they are as far apart as their logarithms."""
    if edge is None:
        return None
    return float(len(rows) - 1 - np.interp(math.log(edge), np.log(rows), np.arange(len(rows))))
