"""The view of a single neuron: the neuron as a picture, the plane of its inputs, the sum with its numbers,
the truth table and what learning did to the loss. It draws the frame it is given, in any order, and turns
what the hand does into gestures."""

from __future__ import annotations

from html import escape

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.experiments.e07_single_neuron import scenery
from lab.experiments.e07_single_neuron.examples import MAX_POINTS
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.gestures import SetPoints
from lab.experiments.e07_single_neuron.interaction import Interaction
from lab.experiments.e07_single_neuron.lines import Line, TermLine
from lab.experiments.e07_single_neuron.own_data import changes, origin_of, table_of
from lab.experiments.e07_single_neuron.picture import Picture
from lab.experiments.e07_single_neuron.plane import Plane
from lab.experiments.e07_single_neuron.settings import Display
from lab.experiments.e07_single_neuron.truth import TruthTable
from lab.experiments.e07_single_neuron.words import describe, move_line, remark
from lab.kit.naming import short
from lab.kit.numbers import show_short
from lab.kit_qt.outlines import Array
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import Flat, fill, hbox, heading, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.canvas.canvas import Canvas
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.plots.plot import Plot
from widgets.text.tags import TagRow

__all__ = ["View"]

CURVES = ("loss", "norm", "right")
LOW, LOWEST, NARROW = 420, 330, 480  # pixels at 100 % text, below which table and chart, or lines, give way
LINES, TITLES = 84, 54  # pixels of the arithmetic, and of what stands above and below the plane
TALL = 640  # from which on table and chart have more room
LEAST, MORE, MOST = 170, 196, 380  # pixels of table and chart


class _Shelf(Flat):
    """A row that is as high as it is told; where there is little room, as its table needs."""

    def __init__(self) -> None:
        super().__init__()
        self._high = 0

    def set_high(self, high: int) -> None:
        """Be so many pixels high, where there is room."""
        if high != self._high:
            self._high = high
            self.setMaximumHeight(high)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(
            super().minimumSizeHint().width(),
            min(self._high, max(look().px(LEAST), super().minimumSizeHint().height())),
        )


class _Rest(Flat):
    """A row that takes what the others leave, and never less than what is in it needs."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class View(ExperimentView[NeuronFrame, Display]):
    """Neuron and plane above, the arithmetic in the middle, table and chart below."""

    CLOSE, WIDE = 1, 6

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self.picture, self.plane = Picture(), Plane()
        self.sum, self.gate, self.slope, self.next_line = (
            TermLine(),
            Line("output"),
            Line("slope"),
            Line("next_w1"),
        )
        self.table, self.chart = TruthTable(), Plot()
        self.curves = Segmented(CURVES, (_("Loss"), "‖w‖", _("Right")))
        self.table_title, self.plane_title = heading(style="strong"), heading(style="strong")
        self.score, self.key, self.remark = (kind(QLabel(), "small") for _label in range(3))
        self.brush = Segmented(("0", "1"), ("● " + _("no"), "▲ " + _("yes")))
        self.brush.set_compact(True)
        self.own_button = Button(_("Own data…"), "plain", height=22)
        self.done = TagRow()
        self.interaction = Interaction(self.plane, self.brush, self)
        self._lay_out()
        self._connect()
        self._name()
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        self.chart_title = heading(_("Learning"), "strong")
        self.remark.setWordWrap(True)
        plane_head = hbox((self.plane_title, 1), self.key, self.brush)
        table_head = hbox((self.table_title, 1), self.own_button, self.score)
        chart_head = hbox((self.chart_title, 1), self.curves)
        self.upper_row = _Rest()  # takes what the rows below leave
        left, right = vbox((self.picture, 1)), vbox(plane_head, (self.plane, 1))
        self._upper = hbox((left, 11), (right, 9), on=self.upper_row)
        self.lower_row = _Shelf()
        table = vbox(table_head, (self.table, 1), gap=2)
        chart = vbox(chart_head, (self.chart, 1), self.remark, gap=2)
        self._lower = hbox((table, 1), (chart, 1), on=self.lower_row)
        gates = hbox((self.gate, 5), (self.slope, 3))
        below = (self.sum, gates, self.next_line, self.done, self.lower_row)
        fill(self._column, (self.upper_row, 1), *below)

    def _connect(self) -> None:
        interaction = self.interaction
        interaction.acted.connect(self.acted)
        interaction.released.connect(self._again)
        self.picture.weight_set.connect(interaction.weight)
        self.picture.input_set.connect(interaction.input)
        self.picture.let_go.connect(interaction.let_go)
        self.picture.highlighted.connect(self.sum.light)
        self.sum.highlighted.connect(self.picture.light)
        self.plane.dragged.connect(interaction.dragged)
        self.plane.dropped.connect(interaction.dropped)
        self.plane.clicked.connect(interaction.clicked)
        self.plane.hovered.connect(self._hovered)
        self.plane.unhovered.connect(self._unhovered)
        self.table.fed.connect(interaction.feed_row)
        self.table.flipped.connect(interaction.flip)
        self.table.removed.connect(interaction.remove)
        self.plane.point_dragged.connect(interaction.move_point)
        self.plane.point_dropped.connect(interaction.let_go)
        self.plane.point_removed.connect(interaction.remove)
        self.plane.point_requested.connect(interaction.point_requested)
        self.own_button.clicked.connect(self.open_own)
        self.lay_over(DataSheet(tables, _wanted()))
        self.curves.chosen.connect(self._choose_curve)
        for line in (self.sum, self.gate, self.slope, self.next_line):
            line.requested.connect(self.requested)

    def _name(self) -> None:
        self.curves.setAccessibleName(_("Chart"))
        self.brush.setAccessibleName(_("Class of the point that a press adds"))
        self.brush.setToolTip(_("Press an empty place to add a point of this class."))
        self.chart.set_titles(_("step"), "", _("Learning"))
        self.plane.set_titles("", "", _("The plane of inputs"))

    # --------------------------------------------------------------------------------------- the frame

    def draw(self, frame: NeuronFrame, before: NeuronFrame | None) -> None:
        self.interaction.frame = frame
        cut = scenery.cut_of(frame)
        self.plane.set_editable(frame.examples.editable)
        self.picture.set_neuron(scenery.shown_of(frame))
        self.plane.set_scene(scenery.scene_of(frame, self._display, cut))
        self.plane.set_layers(scenery.handles(frame, cut, self.interaction.base or cut.base))
        self.sum.set_terms(scenery.terms_of(frame), show_number(frame.z, 3))

    def write(self, frame: NeuronFrame) -> None:
        """Table, titles, lines and curves, which need not follow every frame of a run."""
        self._show_titles(frame)
        gate, slope = scenery.gate_line(frame)
        self.gate.set_line(gate)
        self.slope.set_line(slope)
        self.table.set_rows(scenery.answers_of(frame), frame.row)
        self.next_line.set_line(_("Nothing more to learn here.") if frame.done else move_line(frame))
        self.remark.setText(remark(frame))
        self.chart.set_series(scenery.chart_of(frame, self._display))
        sentence = describe(frame)
        for canvas in (self.picture, self.plane, self.table, self.chart):
            canvas.set_description(sentence)

    def _show_titles(self, frame: NeuronFrame) -> None:
        x1, x2 = "x₁", "x₂"
        origin = frame.examples.origin
        across, up = (short(name) for name in origin.names[:2] or ("", ""))
        self.plane.set_titles(across, up, _("The plane of inputs"))
        self.plane.set_units(*origin.scales)
        self._name_answers(*origin.answers)
        self.table_title.setText(frame.examples.name)
        self.score.setText(_("{right} of {rows} right").format(right=frame.right, rows=len(frame.examples)))
        if frame.inputs > 2:
            self.plane_title.setText(_("All inputs with x₃ = {x}").format(x=show_short(frame.x[2], 3)))
        else:
            self.plane_title.setText(_("All inputs at once"))
        editable = frame.examples.editable
        self.key.setVisible(not editable)
        self.brush.setVisible(editable)
        self.done.set_words(changes(frame.examples.origin))
        self.plane.set_names(x1, "" if frame.inputs == 1 else x2)

    def _name_answers(self, no: str, yes: str) -> None:
        """The two classes by their names in the data."""
        if (no, yes) == self._answers:
            return
        self._answers = (no, yes)
        self.brush.set_labels((f"● {short(no, 12)}", f"▲ {short(yes, 12)}"))
        self._paint_key()

    _answers = ("", "")

    def _paint_key(self) -> None:
        no, yes = look().palette.categories[:2]
        marks = zip("●▲", (no, yes), self._answers)
        key = [f"<span style='color:{color}'>{mark}</span> {escape(short(word, 12))}" for mark, color, word in marks]
        self.key.setText(" &nbsp; ".join(key))

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.curves.set_chosen(display.curve)
        self.chart.reset_view()
        super().show_display(display)

    # ---------------------------------------------------------------------------------------- the hand

    def _hovered(self, x: float, y: float) -> None:
        if self._frame is not None:
            z = scenery.cut_of(self._frame).z(x, 0.0 if self._frame.inputs == 1 else y)
            self.plane.set_readout(_("z = {z}").format(z=show_number(z, 3)))

    def _unhovered(self) -> None:
        self.plane.set_readout("")

    def _choose_curve(self, name: str) -> None:
        self.display_changed.emit("curve", name)

    def _own_taken(self, points: SetPoints) -> None:
        self.interaction.let_go()
        if self._frame is not None and self._frame.params.data != "own":
            self.interaction.drag("own", Set({"data": "own"}))
        self.interaction.drag("own", points)

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.picture, self.plane  # the same sum drawn twice: what is dragged in one moves in the other

    def outlines(self, frame: NeuronFrame) -> list[tuple[Canvas, Array]]:
        """The boundary."""
        line = scenery.cut_of(frame).line()
        return [(self.plane, np.array(line))] if line is not None else []

    def pictures(self) -> list[QWidget]:
        """What is exported: the neuron, the plane, the table and the chart."""
        return [self.picture, self.plane, self.table, self.chart]

    def relook(self) -> None:
        px = look().px
        self._upper.setSpacing(px(12))
        self._paint_key()
        self._lower.setSpacing(px(18))
        super().relook()

    def fit(self) -> None:
        """Where there is little room, for large text on a small screen, neuron and plane keep most of it."""
        px = look().px
        narrow = self.narrow(NARROW)
        self.lower_row.setVisible(not self.low(LOW))
        for row in (self._upper, self._lower):
            turn(row, narrow)
        for line in (self.gate, self.slope, self.next_line):
            line.setVisible(not self.low(LOWEST))
        spare = self.room().height() - px(LINES) - px(TITLES) - 9 * self.room().width() // 20  # beside a square plane
        high = min(max(spare, px(LEAST if self.low(TALL) else MORE)), px(MOST))
        self.lower_row.set_high(2 * px(LEAST) if narrow else high)


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("first", "x₁"), Role("second", "x₂"), Role("kind", _("class"), "first")
    scale = Option(_("Scale both inputs to mean 0 and spread 1"), 2)
    example = _("petal length, petal width, kind\n1.4, 0.2, setosa\n4.7, 1.4, other")
    return Wanted(roles, _take, _summary, example, scale, MAX_POINTS)


def _take(chosen: Chosen) -> SetPoints:
    names = chosen.columns["first"], chosen.columns["second"], chosen.columns["kind"]
    return table_of(chosen.table, names, chosen.option, chosen.title)


def _summary(points: SetPoints) -> tuple[str, ...]:
    return changes(origin_of(points.names, points.left_out, points.scales))
