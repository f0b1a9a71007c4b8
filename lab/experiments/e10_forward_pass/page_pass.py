"""The page of the pass: the network with its numbers, the same as lines of code, and the matrices of the lit layer with
the sum of one cell written out. One unit is lit, and it is lit in all three."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.arithmetic import subscript
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import LIMIT, Pick, SetInput, SetWeight
from lab.experiments.e10_forward_pass.listing import Listing, lines_of
from lab.experiments.e10_forward_pass.said import Said, two, written
from lab.experiments.e10_forward_pass.settings import Display
from lab.experiments.e10_forward_pass.sum_line import sum_line
from widgets.look import Refreshing, look
from widgets.matrix import Matrix
from widgets.netmap import Link, NetShape
from widgets.numberfield import Parsed
from widgets.readout import ReadoutRow
from widgets.stylesheet import kind
from widgets.valuenet import INPUTS, ValueNet

__all__ = ["PassView"]

READOUTS = ("z", "a", "parameters", "kept", "flat_gap")
MANY_NAMES = 12  # rows or columns that still have names


class PassView(Refreshing, QWidget):
    """Graph, code and matrices."""

    acted = Signal(object, str)
    asked = Signal(str)
    display_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ForwardFrame | None = None
        self._drags = 0
        self._near = (-1, -1)  # the cell of the output under the pointer
        self.net = ValueNet(_parsed, lambda value: show_number(value, 3))
        self.listing = Listing()
        self.reads, self.weights, self.bias, self.sums, self.says = (Matrix(scale="diverging") for _n in range(5))
        self.signs = tuple(kind(QLabel(sign), "h3") for sign in ("@", "+", "=", "→"))
        self.sum = Said()
        labels = (_("z"), _("a"), _("parameters"), _("kept"), _("off by, as one layer"))
        self.readouts = ReadoutRow(READOUTS, labels)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.net.set_words(_("The network with its numbers"), _("Weight, bias or input"))
        self._top = QHBoxLayout()
        self._top.addWidget(self.net, 13)
        self._top.addWidget(self.listing, 10)
        self._grids = QWidget()
        self._grids.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._row = QHBoxLayout(self._grids)
        self._row.setContentsMargins(0, 0, 0, 0)
        for place, matrix in enumerate(self.matrices):
            matrix.set_writing(two)
            if place:
                self._row.addWidget(self.signs[place - 1])
            self._row.addWidget(matrix, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._top, 11)
        self._column.addWidget(self._grids, 10)
        self._column.addWidget(self.sum)
        self._column.addWidget(self.readouts)

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """What is read, weights, biases, sums, what is said."""
        return self.reads, self.weights, self.bias, self.sums, self.says

    def _connect(self) -> None:
        self.net.weight_set.connect(self._set)
        self.net.let_go.connect(self._let_go)
        self.net.picked.connect(self._picked)
        self.listing.pressed.connect(self._press_layer)
        for matrix in (self.sums, self.says):
            matrix.hovered.connect(self._hover)
            matrix.pressed.connect(self._press)
        self.sums.asked.connect(self._ask_sum)
        self.says.asked.connect(self._ask_said)
        self.reads.pressed.connect(self._press_row)
        self.reads.asked.connect(self._type_input)
        self.weights.pressed.connect(self._press_weight)
        self.weights.asked.connect(self._type_weight)
        self.bias.pressed.connect(self._press_weight)
        self.bias.asked.connect(self._type_bias)
        self.readouts.asked.connect(self.asked)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: ForwardFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        net, (layer, unit) = frame.net, frame.lit
        if frame.run.failed >= 0:
            net = frame.deep  # the graph as it would be without the mistake
        inputs = _names("x", net.sizes[0]) or ("",) * net.sizes[0]
        self.net.set_shape(NetShape(tuple(w.T for w in net.weights), net.biases, (), inputs))
        self.net.set_values(_values(frame, net.sizes), (layer + 1, unit), display.numbers)
        self.listing.show_lines(lines_of(frame), layer)
        self._show_matrices(frame, layer)
        self._light()

    def _show_matrices(self, frame: ForwardFrame, layer: int) -> None:
        net, run, n = frame.net, frame.run, layer + 1
        reads = run.into(layer) if layer <= len(run.a) else np.zeros((0, 0))
        weight, bias = net.weights[layer], net.biases[layer][None]
        letter = "a" if layer else "x"
        rows = _names("", len(run.x))
        ins, outs = _names(letter, reads.shape[1]), _names("z", weight.shape[1])
        says = _names("a", weight.shape[1])
        for matrix, name, values, sides in (
            (self.reads, f"A{subscript(layer)}" if layer else "X", reads, (rows, ins)),
            (self.weights, f"W{subscript(n)}", weight, (_names(letter, weight.shape[0]), outs)),
            (self.bias, f"b{subscript(n)}", bias, ((), outs if weight.shape[1] == bias.shape[1] else ())),
        ):
            matrix.set_titles(f"{name}  {_shape(values if matrix is not self.bias else values[0])}")
            matrix.set_values(values, None, None, *sides)
        for place, wide in enumerate((reads.shape[1], weight.shape[1], weight.shape[1], *(2 * (weight.shape[1],)))):
            self._row.setStretch(2 * place, 3 + min(wide, 8))
        there = layer < len(run.z)
        for matrix, name, made, names in (
            (self.sums, f"Z{subscript(n)}", run.z, outs),
            (self.says, f"A{subscript(n)}", run.a, says),
        ):
            values = _masked(frame, made[layer], layer) if there else np.zeros((1, 1))
            matrix.set_titles(f"{name}  {_shape(values)}" if there else name)
            matrix.set_ghost("" if there else _("does not fit"))
            if there:
                matrix.set_values(values, None, None, rows, names)

    def _light(self) -> None:
        frame = self._frame
        if frame is None:
            return
        row, unit = self._looked(frame)
        self.reads.set_lit(row, -1)
        self.weights.set_lit(-1, unit)
        self.bias.set_lit(0, unit)
        for matrix in (self.sums, self.says):
            matrix.set_lit(row, unit, True)
        self.sum.say(sum_line(frame, row, unit))

    def _looked(self, frame: ForwardFrame) -> tuple[int, int]:
        """Row and unit under the pointer, else those that are lit."""
        return self._near if self._near[0] >= 0 else (frame.row, frame.lit[1])

    def show_words(self, frame: ForwardFrame, sentence: str) -> None:
        """The read-outs."""
        metrics = frame.metrics()
        shown = {name: written(metrics.get(name)) for name in READOUTS}
        self.readouts.set_values(shown, {name: _exact(metrics.get(name)) for name in READOUTS})
        self.readouts.readout("flat_gap").setVisible(len(frame.deep.biases) > 1)
        for part in (self.net, self.listing, *self.matrices):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _set(self, link: Link, value: float) -> None:
        frame = self._frame
        if frame is None:
            return
        value = min(max(value, -LIMIT), LIMIT)
        if link.layer == INPUTS:
            self.acted.emit(SetInput(frame.row, link.unit, value), f"input {self._drags}")
        elif not (frame.params.flat and len(frame.deep.biases) > 1):
            self.acted.emit(SetWeight(link.layer, link.unit, link.source, value), f"weight {self._drags}")

    def _let_go(self) -> None:
        self._drags += 1

    def _picked(self, column: int, unit: int) -> None:
        if column > 0:
            self._pick(column - 1, unit)

    def _pick(self, layer: int, unit: int) -> None:
        if self._frame is not None and (layer, unit) != self._frame.lit:
            self.acted.emit(Pick(layer, unit), "")

    def _press_layer(self, layer: int) -> None:
        self._pick(layer, 0)

    def _hover(self, row: int, unit: int) -> None:
        self._near = (row, unit)
        self._light()

    def _press(self, row: int, unit: int) -> None:
        self._press_row(row, unit)
        if self._frame is not None:
            self._pick(self._frame.lit[0], unit)

    def _press_row(self, row: int, _column: int) -> None:
        if self._frame is not None and row != self._frame.row:
            self.acted.emit(Set({"row": row + 1}), "")

    def _press_weight(self, _row: int, unit: int) -> None:
        if self._frame is not None:
            self._pick(self._frame.lit[0], unit)

    def _type_input(self, _row: int, column: int) -> None:
        if self._frame is not None and self._frame.lit[0] == 0:
            self.net.edit(Link(INPUTS, column, -1))

    def _type_weight(self, source: int, unit: int) -> None:
        if self._frame is not None:
            self.net.edit(Link(self._frame.lit[0], unit, source))

    def _type_bias(self, _row: int, unit: int) -> None:
        self._type_weight(-1, unit)

    def _ask_sum(self, _row: int, _unit: int) -> None:
        self.asked.emit("z")

    def _ask_said(self, _row: int, _unit: int) -> None:
        self.asked.emit("a")

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.net, self.listing, *self.matrices]

    def set_room(self, height: float, narrow: bool) -> None:
        """Where there is little room the code and the read-outs give way."""
        self.listing.setVisible(not narrow)
        self.readouts.setVisible(height > 380)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        self._row.setSpacing(look().px(4))
        for matrix in self.matrices:
            matrix.setMinimumWidth(look().px(84))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(200))


def _values(frame: ForwardFrame, sizes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """What each unit says to the lit example, nan where it is not known."""
    columns = [frame.run.x[frame.row]]
    for layer, size in enumerate(sizes[1:]):
        values = [frame.value(layer, unit) for unit in range(size)]
        columns.append(np.array([np.nan if value is None else value for value in values]))
    return tuple(columns)


def _masked(frame: ForwardFrame, values: np.ndarray, layer: int) -> np.ndarray:
    """The numbers of the units that are known, nan for the others."""
    gone = [not frame.known(layer, unit) for unit in range(len(frame.net.biases[layer]))]
    if not any(gone) or len(gone) != values.shape[1]:
        return values
    shown = values.copy()
    shown[:, gone] = np.nan
    return shown


def _names(letter: str, count: int) -> tuple[str, ...]:
    if count > MANY_NAMES:
        return ()
    return tuple(f"{letter}{subscript(i + 1)}" if letter else str(i + 1) for i in range(count))


def _shape(values: np.ndarray) -> str:
    return "(" + ", ".join(str(n) for n in values.shape) + (",)" if values.ndim == 1 else ")")



def _exact(value: Any) -> str:
    return exact(value) if isinstance(value, int | float) else ""


def _parsed(text: str) -> Parsed:
    found = parse_number(text)
    if abs(found.value) > LIMIT:
        raise ValueError(_("at most {limit}").format(limit=f"{LIMIT:g}"))
    return Parsed(found.value, found.note)
