"""The rows as points, raw or scaled, with the query and its nearest neighbours lit. In both pictures the same
query is dragged; who is near depends on the numbers alone."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.prepared import Prepared
from widgets.base.look import Look
from widgets.canvas.axes import paint_grid, rounded
from widgets.canvas.layers import Handle
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["Scatter"]

MANY = 60  # rows up to which each can be dragged


class Scatter(Stage):
    """`query_moved` carries the query in the table's own units; `row_moved` a row as well."""

    query_moved = Signal(float, float)
    row_moved = Signal(int, float, float)

    def __init__(self, scaled: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scaled = scaled
        self._frame: ScalingFrame | None = None
        self._aspect = False
        self._shown_for: tuple[Prepared, tuple[object, ...]] | None = None
        self.dragged.connect(self._dragged)
        self.clicked.connect(self._clicked)
        self.hovered.connect(self._hovered)
        self.unhovered.connect(self._unhovered)

    def show_frame(self, frame: ScalingFrame, true_aspect: bool) -> None:
        """The table of this frame; `true_aspect`: one unit across as long as one up."""
        self._frame, self._aspect = frame, true_aspect
        held = self._held.startswith("row")  # the ground must not move under a row in the hand
        key = frame.prepared, (true_aspect, self.width(), self.height(), held)
        if self._shown_for is None or key[0] is not self._shown_for[0] or key[1] != self._shown_for[1]:
            self._shown_for = key
            if held:
                self.refresh()
            else:
                self._show_range(frame)
        handles = []
        if len(frame.sheet.y) <= MANY and not self._scaled:
            rows = zip(frame.version(False).tolist(), _holes(frame))
            handles = [Handle(f"row {i}", *row) for i, (row, hole) in enumerate(rows) if not hole]
        self.set_layers([Handle("query", *frame.query_point[int(self._scaled)].tolist()), *handles])

    def _show_range(self, frame: ScalingFrame) -> None:
        points = np.vstack([frame.version(self._scaled), frame.query_point[int(self._scaled)]])
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        middle, half = (low + high) / 2, span * 0.57
        if self._aspect:
            size = np.array([max(self.width() - 60, 60), max(self.height() - 50, 60)])
            half = np.full(2, float(np.max(half / size))) * size
        (x0, y0), (x1, y1) = (middle - half).tolist(), (middle + half).tolist()
        names, units = [_(name) for name in frame.sheet.names[:2]], [frame.column_unit(j) for j in (0, 1)]
        if self._scaled:
            units = ["", ""]
        words = [f"{name} ({unit})" if unit else name for name, unit in zip(names, units)]
        title = _("Scaled rows") if self._scaled else _("Raw rows")
        self.set_titles(words[0], words[1], title)
        self.set_range(x0, x1, y0, y1)

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        paint_grid(painter, view, look)
        painter.save()
        painter.setClipPath(rounded(view, look))
        if self._frame is not None:
            self._paint_rows(painter, look, view, self._frame, range(self._frame.n), False)
        painter.restore()

    def paint_moving(self, painter: QPainter, view: Viewport, look: Look, live: bool) -> None:
        frame = self._frame
        if frame is None:
            return
        painter.save()
        painter.setClipPath(rounded(view, look))
        places = view.points(frame.version(self._scaled))
        query = view.screen(*frame.query_point[int(self._scaled)].tolist())
        near = frame.neighbours[int(self._scaled)].tolist()
        painter.setPen(QPen(look.color("ball", 150), 1.6))
        for i in near:
            painter.drawLine(QPointF(*query), QPointF(*places[i].tolist()))
        self._paint_rows(painter, look, view, frame, near, True)
        self._paint_query(painter, look, query, live)
        painter.restore()

    def _paint_rows(
        self, painter: QPainter, look: Look, view: Viewport, frame: ScalingFrame, rows: Iterable[int], highlighted: bool
    ) -> None:
        places = view.points(frame.version(self._scaled)).tolist()
        holes = _holes(frame)
        for i in rows:
            self._paint_row(painter, look, frame, i, places[i], highlighted, holes[i])

    def _paint_row(
        self, painter: QPainter, look: Look, frame: ScalingFrame, i: int, at: list[float], highlighted: bool, hole: bool
    ) -> None:
        """Class 0 a disc, class 1 a triangle; a test row is hollow, a guessed cell a dashed outline."""
        one, test = bool(frame.sheet.label[i]), bool(frame.sheet.test[i])
        color = look.color("ball") if highlighted else look.color(look.palette.categories[2 if one else 0])
        edge = color if test or hole else look.color("surface")
        pen = QPen(look.color("#FFFFFF") if highlighted else edge, 1.6 if highlighted else 1.2)
        if hole and not highlighted:
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush if (test or hole) and not highlighted else color)
        radius = look.px(7.5 if highlighted else 4)
        x, y = at
        if one:
            tips = [(math.sin(a), -math.cos(a)) for a in (0, 2.0944, 4.1888)]
            painter.drawPolygon(QPolygonF([QPointF(x + 1.25 * radius * u, y + 1.25 * radius * v) for u, v in tips]))
        else:
            painter.drawEllipse(QPointF(x, y), radius, radius)

    def _paint_query(self, painter: QPainter, look: Look, at: tuple[float, float], live: bool) -> None:
        x, y = at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("axis", 5.0), ("#FFFFFF", 3.4)):
            painter.setPen(QPen(look.color(color), width))
            painter.drawEllipse(QPointF(x, y), look.px(9), look.px(9))
        painter.setBrush(look.color("ball"))
        painter.drawEllipse(QPointF(x, y), look.px(9), look.px(9))
        painter.setPen(look.color("#0A2342"))
        painter.setFont(look.font("caption", 700))
        painter.drawText(QRectF(x - 20, y - 20, 40, 40), Qt.AlignmentFlag.AlignCenter, "?")
        if live and self.hasFocus() and self._current:
            spot = self.view().screen(*self.handle_at(self._current))
            painter.setPen(QPen(look.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(*spot), look.px(14), look.px(14))

    # ---- mouse and keys

    def _own_units(self, x: float, y: float) -> tuple[float, float] | None:
        """The place in the numbers the table came in, to three digits of the picture."""
        frame = self._frame
        if frame is None:
            return None
        spot = np.array([x, y])
        with np.errstate(over="ignore"):
            raw = frame.prepared.scaler.inverse(spot) if self._scaled else spot
        values = raw / np.array([frame.sheet.factor(frame.params.unit), 1.0])
        spans = np.ptp(frame.version(False), axis=0) / np.array([frame.sheet.factor(frame.params.unit), 1.0])
        if not np.isfinite(values).all():
            return None
        first, second = (_grain(v, s) for v, s in zip(values.tolist(), spans.tolist()))
        return first, second

    def _dragged(self, name: str, x: float, y: float) -> None:
        place = self._own_units(x, y)
        if place is None:
            return
        if name == "query":
            self.query_moved.emit(*place)
        else:
            self.row_moved.emit(int(name[4:]), *place)

    def _clicked(self, x: float, y: float) -> None:
        self._dragged("query", x, y)

    def _hovered(self, x: float, y: float) -> None:
        self.set_readout(f"{show_number(x, 3)}, {show_number(y, 3)}")

    def _unhovered(self) -> None:
        self.set_readout("")


def _grain(value: float, span: float) -> float:
    """To a thousandth of the span: no digits that nobody chose."""
    return round(value, 3 - math.floor(math.log10(span))) if span > 0 else value


def _holes(frame: ScalingFrame) -> list[bool]:
    """Whether each row misses a cell, [N]."""
    missing: NDArray[np.bool_] = np.isnan(frame.sheet.x)  # [N, 2]
    holes: list[bool] = (missing[:, 0] | missing[:, 1]).tolist()
    return holes
