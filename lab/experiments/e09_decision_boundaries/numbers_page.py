"""How well it does, in numbers: who was taken for whom, on the points it learns from and on the hidden ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.metrics import METRICS
from lab.experiments.e09_decision_boundaries.scores import Score
from lab.experiments.e09_decision_boundaries.words import percent
from widgets.base.colors import MARKERS, mix
from widgets.base.layouts import keep_lines, vbox
from widgets.base.look import Look, Refreshing, look
from widgets.base.stylesheet import kind
from widgets.canvas.markers import marker_path
from widgets.canvas.painted import Painted
from widgets.text.readout import ReadoutRow

__all__ = ["Confusion", "NumbersPage"]

SHOWN = ("accuracy_seen", "accuracy_test", "loss_seen", "loss_test", "epoch", "units", "parameters", "dead")


class Confusion(Painted):
    """Rows are the truth, columns the answers; the darker a cell, the larger its share of the row."""

    AIR = (0, 0, 0, 0)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score: Score | None = None
        self._summary = ""
        self.setAccessibleName(name)

    def show_score(self, score: Score | None, names: Sequence[str] = "ABCD") -> None:
        """Show these counts. names: of the classes."""
        self._score = score
        message = ""
        if score is not None:
            rows = (f"{names[i]}: {', '.join(map(str, row))}" for i, row in enumerate(score.confusion.tolist()))
            message = "; ".join(rows)
        if message != self._summary:
            self._summary = message
            self.set_description(message)
            self.update()

    def paint(self, painter: QPainter, room: QRectF, now: Look, live: bool) -> None:
        if self._score is None:
            painter.setPen(now.color("text3"))
            painter.setFont(now.font("small"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, _("no points"))
            return
        counts = self._score.confusion
        head = float(now.px(20))
        side = min((room.width() - head - 2) / len(counts), (room.height() - head - 2) / len(counts), now.px(58))
        left = room.left() + max(0.0, (room.width() - head - side * len(counts)) / 2) + head
        top = room.top() + head
        sums = np.maximum(counts.sum(axis=1, keepdims=True), 1)
        shares = counts / sums
        for i in range(len(counts)):
            _mark(painter, left - head / 2, top + (i + 0.5) * side, i, now)
            _mark(painter, left + (i + 0.5) * side, top - head / 2, i, now)
            for j in range(len(counts)):
                box = QRectF(left + j * side, top + i * side, side - 2, side - 2)
                tone = now.palette.good if i == j else now.palette.bad
                ground = QColor(mix(now.palette.surface, tone, 0.06 + 0.34 * float(shares[i, j])))
                painter.setPen(QPen(now.color("line"), 1))
                painter.setBrush(ground)
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(now.color("text"))
                painter.setFont(now.font("body" if side > now.px(34) else "caption", 600))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(int(counts[i, j])))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(80))

    def sizeHint(self) -> QSize:
        return QSize(look().px(150), look().px(150))


def _mark(painter: QPainter, x: float, y: float, number: int, now: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(now.palette.categories[number]))
    painter.translate(x, y)
    painter.drawPath(marker_path(MARKERS[number], now.px(5)))
    painter.translate(-x, -y)


class NumbersPage(Refreshing, QWidget):
    """`requested` carries the name of a number whose arithmetic is wanted."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = {
            "accuracy_seen": _("right"),
            "accuracy_test": _("hidden right"),
            "loss_seen": _("loss"),
            "loss_test": _("hidden loss"),
            "epoch": _("epoch"),
            "units": _("units"),
            "parameters": _("parameters"),
            "dead": _("dead"),
        }
        self.readouts = ReadoutRow(tuple(words), tuple(words.values()))
        self.readouts.requested.connect(self.requested)
        self.seen, self.test = Confusion(_("Confusion, seen points")), Confusion(_("Confusion, hidden points"))
        self.titles = kind(QLabel(_("Points it learns from")), "small"), kind(QLabel(_("Hidden points")), "small")
        self.key = kind(QLabel(_("Rows: what they are. Columns: what the network says.")), "small")
        self.key.setWordWrap(True)
        tables = QHBoxLayout()
        for title, table in zip(self.titles, (self.seen, self.test)):
            side = QVBoxLayout()
            title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            side.addWidget(title)
            side.addWidget(table, 1)
            tables.addLayout(side, 1)
        self._column = vbox(tables, self.key, self.readouts, on=self)
        self._column.addStretch(0)
        self.relook()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        keep_lines(self.key, self.width())

    def show_frame(self, frame: BoundaryFrame) -> None:
        """Draw a frame."""
        names = [frame.canvas_info.class_name(i) for i in range(4)]
        self.seen.show_score(frame.seen, names)
        self.test.show_score(frame.test, names)

    def show_words(self, frame: BoundaryFrame) -> None:
        """The read-outs."""
        values = {name: METRICS.value(frame, name) for name in SHOWN}
        shown = {
            name: None if value is None else str(value) if isinstance(value, int) else show_number(float(value), 3)
            for name, value in values.items()
            if not isinstance(value, str)
        }
        for name, score in (("accuracy_seen", frame.seen), ("accuracy_test", frame.test)):
            shown[name] = percent(score.accuracy) if score else None
        self.readouts.set_values(shown, {name: repr(values[name]) for name in shown if values[name] is not None})

    def set_low(self, low: bool) -> None:
        """Where there is little room without the sentence on rows and columns, but with what then does not stand below
        the canvas."""
        self.key.setVisible(not low)
        for name in ("accuracy_seen", "accuracy_test"):
            self.readouts.readout(name).setVisible(low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
