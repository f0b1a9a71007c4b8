"""The page of the pass: the network with its numbers, the same as lines of code, and the matrices of the lit layer with
the sum of one cell written out. One unit is lit, and it is lit in all three."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.metric import Value
from lab.core.numbers import exact
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import Pick
from lab.experiments.e10_forward_pass.graph import Graph
from lab.experiments.e10_forward_pass.listing import Listing, lines_of
from lab.experiments.e10_forward_pass.matrices import known_only, names, shape_text
from lab.experiments.e10_forward_pass.metrics import METRICS
from lab.experiments.e10_forward_pass.numbers import brief, two, written
from lab.experiments.e10_forward_pass.product import Product
from lab.experiments.e10_forward_pass.settings import Display
from lab.experiments.e10_forward_pass.words import sum_line
from lab.kit.numbers import subscript
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Chip
from widgets.graphs.net_map import Link
from widgets.graphs.value_net import INPUTS
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["PassView"]

READOUTS = ("z", "a", "parameters", "kept", "flat_gap", "saturated")
BIAS_PLACE = 2  # among the matrices; it has no names of rows beside it
MANY_STUCK = 0.3  # share of gates at their end that is worth a word
EMPTY = np.zeros((1, 1))


class PassView(Page):
    """Graph, code and matrices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ForwardFrame | None = None
        self._near = (-1, -1)  # the cell of the output under the pointer
        self.net = Graph()
        self.listing, self.product = Listing(), Product()
        self.reads, self.weights, self.bias, self.sums, self.says = (Matrix(scale="diverging") for _n in range(5))
        self.signs = tuple(kind(QLabel(sign), "h3") for sign in ("@", "+", "=", "→"))
        self.sum = ElidedLabel("", "small")
        self.common = Chip(_("One colour scale"))
        self.common.setCheckable(True)
        self.common.setToolTip(_("Equal colours are equal numbers in all matrices; else each has its own scale."))
        labels = ("z", "a", _("parameters"), _("kept"), _("off by, as one layer"), _("gates at their end"))
        self.readouts = ReadoutRow(READOUTS, labels)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        left = vbox((self.net, 6), (self.product, 5), gap=2)
        self._top = hbox((left, 13), (self.listing, 10))
        self._grids = QWidget()
        self._grids.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        for matrix in self.matrices:
            matrix.set_writing(two, brief)
        further = (part for sign, matrix in zip(self.signs, self.matrices[1:]) for part in (sign, (matrix, 1)))
        self._row = hbox((self.matrices[0], 1), *further, on=self._grids)
        feet = hbox((self.readouts, 1), self.common)
        self._column = vbox((self._top, 3), (self._grids, 5), self.sum, feet, on=self)

    @property
    def matrices(self) -> tuple[Matrix, ...]:
        """What is read, weights, biases, sums, outputs."""
        return self.reads, self.weights, self.bias, self.sums, self.says

    def _connect(self) -> None:
        self.net.acted.connect(self.acted)
        self.listing.pressed.connect(self._press_layer)
        for matrix in (self.sums, self.says):
            matrix.hovered.connect(self._hover)
            matrix.pressed.connect(self._press)
        self.sums.requested.connect(self._ask_sum)
        self.says.requested.connect(self._ask_sentence)
        self.reads.pressed.connect(self._press_row)
        self.reads.requested.connect(self._type_input)
        self.weights.pressed.connect(self._press_weight)
        self.weights.requested.connect(self._type_weight)
        self.bias.pressed.connect(self._press_weight)
        self.bias.requested.connect(self._type_bias)
        self.readouts.requested.connect(self.requested)
        self.common.clicked.connect(self._scale)
        for matrix in self.matrices:
            matrix.hovered.connect(self._tell_cell)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: ForwardFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        layer = frame.selected[0]
        self.net.show_frame(frame, display.numbers)
        self.product.show_frame(frame)
        self.listing.show_lines(lines_of(frame), layer)
        self.common.setChecked(display.common)
        self._show_matrices(frame, layer, display.common)
        self._light()

    def _show_matrices(self, frame: ForwardFrame, layer: int, common: bool) -> None:
        net, run, n = frame.net, frame.run, layer + 1
        reads = run.into(layer) if layer <= len(run.a) else np.zeros((0, 0))
        weight, bias = net.weights[layer], net.biases[layer][None]
        letter = "a" if layer else "x"
        rows = names("", len(run.x))
        ins, outs = names(letter, reads.shape[1]), names("z", weight.shape[1])
        says = names("a", weight.shape[1])
        there = layer < len(run.z)
        made = tuple(
            known_only(frame, part[layer], layer, part is run.a) if there else EMPTY for part in (run.z, run.a)
        )
        lo, hi = _largest((reads, weight, bias, *made)) if common else (None, None)
        for matrix, name, values, sides in (
            (self.reads, f"A{subscript(layer)}" if layer else "X", reads, (rows, ins)),
            (self.weights, f"W{subscript(n)}", weight, (names(letter, weight.shape[0]), outs)),
            (self.bias, f"b{subscript(n)}", bias, ((), outs if weight.shape[1] == bias.shape[1] else ())),
        ):
            matrix.set_titles(f"{name}  {shape_text(values if matrix is not self.bias else values[0])}")
            matrix.set_values(values, lo, hi, *sides)
        for place, wide in enumerate((reads.shape[1], weight.shape[1], weight.shape[1], *(2 * (weight.shape[1],)))):
            names_beside = 1 if place == BIAS_PLACE else 3
            self._row.setStretch(2 * place, names_beside + min(wide, 8))
        for matrix, name, values, heads in (
            (self.sums, f"Z{subscript(n)}", made[0], outs),
            (self.says, f"A{subscript(n)}", made[1], says),
        ):
            matrix.set_titles(f"{name}  {shape_text(values)}" if there else name)
            matrix.set_ghost("" if there else _("does not fit"))
            matrix.set_values(values, lo, hi, rows if there else (), heads if there else ())

    def _light(self) -> None:
        frame = self._frame
        if frame is None:
            return
        row, unit = self._selected_cell(frame)
        self.reads.set_highlighted(row, -1)
        self.weights.set_highlighted(-1, unit)
        self.bias.set_highlighted(0, unit)
        for matrix in (self.sums, self.says):
            matrix.set_highlighted(row, unit, True)
        self.sum.say(sum_line(frame, row, unit))
        self._show_cell(frame, row, unit)

    def _show_cell(self, frame: ForwardFrame, row: int, unit: int) -> None:
        """The sum and the output of the cell under the pointer, else those of the lit one."""
        layer = frame.selected[0]
        if layer >= len(frame.run.z) or row >= len(frame.run.x) or unit >= frame.run.z[layer].shape[1]:
            return
        for name, made, known in (("z", frame.run.z, frame.known), ("a", frame.run.a, frame.activation_known)):
            value = float(made[layer][row, unit]) if known(layer, unit) else None
            self.readouts.readout(name).set_value(written(value), _exact(value))

    def _selected_cell(self, frame: ForwardFrame) -> tuple[int, int]:
        """Row and unit under the pointer, where this network has them, else those that are lit."""
        (row, unit), units = self._near, frame.net.weights[frame.selected[0]].shape[1]
        if 0 <= row < len(frame.run.x) and 0 <= unit < units:
            return row, unit
        return frame.row, min(frame.selected[1], units - 1)

    def show_words(self, frame: ForwardFrame, sentence: str) -> None:
        """The read-outs."""
        metrics = METRICS.values(frame)
        shown = {name: written(metrics.get(name)) for name in READOUTS}
        self.readouts.set_values(shown, {name: _exact(metrics.get(name)) for name in READOUTS})
        share = metrics["saturated"]
        stuck = frame.params.net == "sizes" and isinstance(share, float) and share > MANY_STUCK
        self.readouts.readout("saturated").setVisible(stuck)
        self.readouts.readout("flat_gap").setVisible(len(frame.deep.biases) > 1 and (frame.params.flat or not stuck))
        self._show_cell(frame, *self._selected_cell(frame))
        parts: tuple[Graph | Listing | Product | Matrix, ...] = (self.net, self.listing, self.product, *self.matrices)
        for part in parts:
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _scale(self, common: bool) -> None:
        self.display_changed.emit("common", common)

    def _pick(self, layer: int, unit: int) -> None:
        if self._frame is not None and (layer, unit) != self._frame.selected:
            self.act(Pick(layer, unit))

    def _press_layer(self, layer: int) -> None:
        self._pick(layer, 0)

    def _tell_cell(self, row: int, column: int) -> None:
        """The exact number of the cell under the pointer, beside it."""
        matrix = self.sender()
        assert isinstance(matrix, Matrix)
        value = matrix.values()[row, column] if row >= 0 else np.nan
        matrix.set_readout(exact(float(value)) if np.isfinite(value) else "")

    def _hover(self, row: int, unit: int) -> None:
        self._near = (row, unit)
        self._light()

    def _press(self, row: int, unit: int) -> None:
        self._press_row(row, unit)
        if self._frame is not None:
            self._pick(self._frame.selected[0], unit)

    def _press_row(self, row: int, _column: int) -> None:
        if self._frame is not None and row != self._frame.row:
            self.act(Set({"row": row + 1}))

    def _press_weight(self, _row: int, unit: int) -> None:
        if self._frame is not None:
            self._pick(self._frame.selected[0], unit)

    def _type_input(self, _row: int, column: int) -> None:
        if self._frame is not None and self._frame.selected[0] == 0:
            self.net.edit(Link(INPUTS, column, -1))

    def _type_weight(self, source: int, unit: int) -> None:
        if self._frame is not None:
            self.net.edit(Link(self._frame.selected[0], unit, source))

    def _type_bias(self, _row: int, unit: int) -> None:
        self._type_weight(-1, unit)

    def _ask_sum(self, _row: int, _unit: int) -> None:
        self.requested.emit("z")

    def _ask_sentence(self, _row: int, _unit: int) -> None:
        self.requested.emit("a")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self._grids,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.net, self.listing, *self.matrices]

    def set_space(self, height: float, narrow: bool) -> None:
        """Where there is little room the code and the read-outs give way."""
        for row in (self._top, self._row):
            turn(row, narrow)
        self.readouts.setVisible(height > 380)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        self._row.setSpacing(look().px(4))
        self.net.setMinimumHeight(look().px(84))
        for matrix in self.matrices:
            matrix.setMinimumWidth(look().px(84))


def _largest(parts: Iterable[np.ndarray]) -> tuple[float, float]:
    """From minus the largest size of all numbers to the largest: one scale for all."""
    found = [np.abs(part[np.isfinite(part)]) for part in parts]
    most = max((float(sizes.max()) for sizes in found if sizes.size), default=0.0) or 1.0
    return -most, most


def _exact(value: Value) -> str:
    return exact(value) if isinstance(value, int | float) else ""
