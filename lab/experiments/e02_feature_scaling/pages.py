"""The two pictures that come in pairs, raw on the left and scaled on the right: the race and the neighbours,
each with the numbers that belong to it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.maps import RaceMap
from lab.experiments.e02_feature_scaling.metrics import METRICS
from lab.experiments.e02_feature_scaling.query_row import QueryRow
from lab.experiments.e02_feature_scaling.scatter import Scatter
from lab.experiments.e02_feature_scaling.share import ShareBar
from lab.experiments.e02_feature_scaling.start_row import StartRow
from lab.experiments.e02_feature_scaling.words import changed_by_unit, describe
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import Palette
from widgets.base.layouts import heading, set_shown, turn, vbox
from widgets.base.look import Refreshing, look
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["NeighbourPage", "RacePage"]

NARROW = 480  # pixels at 100 % text, below which two columns stand below each other
ROWS, LEAST = 80, 120  # pixels at 100 % text: of the lines above and below the maps, and that a chart needs


class Pair(Refreshing, QWidget):
    """Two columns of widgets."""

    def __init__(self, sides: tuple[tuple[QWidget, ...], tuple[QWidget, ...]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._columns = []
        for widgets in sides:
            column = QVBoxLayout()
            for widget in widgets:
                grows = widget.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Expanding
                column.addWidget(widget, 1 if grows else 0)
            column.addStretch(0)  # takes what the pictures leave, where they are as high as they are wide
            self._columns.append(column)
            self._row.addLayout(column, 1)
        self.relook()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow place one column stands below the other."""
        super().resizeEvent(event)
        turn(self._row, self.width() < look().px(NARROW))

    def relook(self) -> None:
        self._row.setSpacing(look().px(10))
        for column in self._columns:
            column.setSpacing(look().px(3))


class Errors(QWidget):
    """The error at each step of both races, on a logarithmic axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ScalingFrame | None = None
        self.plot = Plot()
        self.plot.set_titles(_("step"), "", _("Error at each step"))
        self.plot.set_log(True, _("{count} errors of 0 are not shown"))
        vbox(heading(_("Error at each step"), "label"), (self.plot, 1), on=self, gap=2)

    def show_frame(self, frame: ScalingFrame) -> None:
        """The errors up to this frame."""
        self._frame = frame
        self.plot.set_description(describe(frame))
        self.paint(look().palette)

    def paint(self, palette: Palette) -> None:
        """The curves in the colours of a palette."""
        if self._frame is None:
            return
        faces = ((_("Raw"), palette.categories[1], (), "o"), (_("Scaled"), palette.categories[0], (5.0, 3.0), "t1"))
        self.plot.set_series(
            [
                Series(name, run.path[:, 0], run.path[:, 3], color, dash, marker)
                for (name, color, dash, marker), run in zip(faces, self._frame.runs)
            ]
        )


class RacePage(QWidget):
    """Both races. `requested` carries a metric."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.maps = RaceMap(False), RaceMap(True)
        self.heads = tuple(ElidedLabel(style="label", air=0) for _side in range(2))
        names = ("condition", "loss", "rate")
        words = ("κ", _("error"), "η")
        self.rows = tuple(ReadoutRow([f"{name}_{side}" for name in names], words) for side in ("raw", "scaled"))
        left, right = ((self.heads[i], self.maps[i], self.rows[i]) for i in range(2))
        self.start, self.errors = StartRow(), Errors()
        vbox(self.start, (Pair((left, right)), 1), self.errors, on=self, gap=2)
        for row in self.rows:
            row.requested.connect(self.requested)
        for picture in self.maps:
            picture.typing_requested.connect(self._type_start)
        self._frame: ScalingFrame | None = None

    def _type_start(self, side: int) -> None:
        if self._frame is not None:
            self.start.open(side, self._frame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A map is drawn to one scale: higher than wide it would stand in the middle of nothing. What is left below is
        the errors' room."""
        super().resizeEvent(event)
        narrow = self.width() < look().px(NARROW)
        highest = self.width() // (1 if narrow else 2) + look().px(24)
        for picture in self.maps:
            picture.setMaximumHeight(highest)
        set_shown(self.errors, self.height() - highest > look().px(ROWS + LEAST))

    def pictures(self) -> list[Any]:
        """What is exported: both maps, and the errors where they are shown."""
        return [*self.maps, *([OnPaper(self.errors.plot, self.errors.paint)] if self.errors.isVisibleTo(self) else [])]

    def set_tight(self, tight: bool) -> None:
        """Leave the room to the maps alone."""
        for row, picture in zip(self.rows, self.maps):
            row.setVisible(not tight)
            picture.set_tight(tight)

    def show_frame(self, frame: ScalingFrame) -> None:
        """The maps of this frame."""
        self._frame = frame
        for picture in self.maps:
            picture.show_frame(frame)

    def show_words(self, frame: ScalingFrame) -> None:
        """The texts of this frame."""
        self.start.show_frame(frame)
        self.errors.show_frame(frame)
        numbers = METRICS.values(frame)
        metrics = {name: show_number(v, 3) if isinstance(v, float) else v for name, v in numbers.items()}
        for i, (head, row) in enumerate(zip(self.heads, self.rows)):
            head.say(_summary(frame, i))
            self.maps[i].set_description(f"{_summary(frame, i)}. {describe(frame)}")
            row.set_values(metrics)
            if numbers[f"condition_{('raw', 'scaled')[i]}"] is None:
                row.readout(f"condition_{('raw', 'scaled')[i]}").set_value("∞")


def _summary(frame: ScalingFrame, i: int) -> str:
    """The step counter of one race, and whether it has arrived."""
    run, name = frame.runs[i], (_("Raw"), _("Scaled"))[i]
    if run.arrived is not None:
        return _("{name}: step {step} · there after {n}").format(name=name, step=run.steps, n=run.arrived)
    excess = frame.excess(i)
    if excess is None:
        loss = show_number(frame.loss(i), 3)
        return _("{name}: step {step} · error {loss}, least 0").format(name=name, step=run.steps, loss=loss)
    percent = show_number(100 * excess, 3)
    return _("{name}: step {step} · {p} % above the least").format(name=name, step=run.steps, p=percent)


class NeighbourPage(QWidget):
    """Both scatter plots with their bars. `requested` carries a metric."""

    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plots = Scatter(False), Scatter(True)
        self.heads = heading(_("Raw"), "label"), heading(_("Scaled"), "label")
        self.bars = ShareBar(False), ShareBar(True)
        self.query = QueryRow()
        left, right = ((self.heads[i], self.plots[i], self.bars[i]) for i in range(2))
        vbox(self.query, Pair((left, right)), on=self, gap=2)
        for bar in self.bars:
            bar.requested.connect(self.requested)

    def show_frame(self, frame: ScalingFrame, true_aspect: bool) -> None:
        """This frame."""
        words = _("Raw: drag the “?”"), _("Scaled: {n} of {k} neighbours in common").format(n=frame.common, k=frame.k)
        if frame.params.unit != "given":
            words = changed_by_unit(frame), words[1]
        self.query.show_frame(frame)
        for head, text, plot, bar in zip(self.heads, words, self.plots, self.bars):
            head.setText(text)
            plot.show_frame(frame, true_aspect)
            plot.set_description(text + ". " + describe(frame))
            bar.show_frame(frame)
