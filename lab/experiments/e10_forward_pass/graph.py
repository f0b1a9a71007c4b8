"""The network with its numbers, in the hand: what is dragged, pressed or typed there becomes a gesture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import LIMIT, Pick, SetInput, SetWeight
from lab.experiments.e10_forward_pass.matrices import columns_of, names
from lab.kit.numbers import subscript
from widgets.controls.number_field import Parsed
from widgets.graphs.net_map import Link, NetShape
from widgets.graphs.value_net import INPUTS, ValueNet

__all__ = ["Graph"]


class Graph(ValueNet):
    """`acted` carries a gesture and the drag it belongs to."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_parsed, lambda value: show_number(value, 3), parent)
        self._frame: ForwardFrame | None = None
        self._drags = 0
        self.set_words(_("The network with its numbers"), _("Weight, bias or input"))
        self.weight_set.connect(self._put)
        self.let_go.connect(self._end)
        self.picked.connect(self._pick)
        self.highlighted_unit.connect(self._tell)

    def show_frame(self, frame: ForwardFrame, numbers: bool) -> None:
        """Draw a frame; with a shape that does not fit, the network as it would be without the mistake."""
        self._frame = frame
        net = frame.net if frame.run.failed < 0 else frame.deep
        inputs = names("x", net.sizes[0]) or ("",) * net.sizes[0]
        layer, unit = frame.selected
        self.set_shape(NetShape(tuple(w.T for w in net.weights), net.biases, (), inputs))
        self.set_values(columns_of(frame, net.sizes), (layer + 1, unit), numbers)

    def _put(self, link: Link, value: float) -> None:
        frame = self._frame
        if frame is None:
            return
        value = min(max(value, -LIMIT), LIMIT)
        if link.layer == INPUTS:
            self.acted.emit(SetInput(frame.row, link.unit, value), f"input {self._drags}")
        elif not (frame.params.flat and len(frame.deep.biases) > 1):
            self.acted.emit(SetWeight(link.layer, link.unit, link.source, value), f"weight {self._drags}")

    def _end(self) -> None:
        self._drags += 1

    def _pick(self, column: int, unit: int) -> None:
        if column > 0 and self._frame is not None and (column - 1, unit) != self._frame.selected:
            self.acted.emit(Pick(column - 1, unit), "")

    def _tell(self, column: int, unit: int) -> None:
        """The exact number of the tile under the pointer."""
        frame, text = self._frame, ""
        if frame is not None and column >= 0:
            value = frame.value(column - 1, unit)
            name = f"a{subscript(unit + 1)}" if column else f"x{subscript(unit + 1)}"
            text = f"{name} = {'—' if value is None else exact(value)}"
        self.setToolTip(text)


def _parsed(text: str) -> Parsed:
    found = parse_number(text)
    if abs(found.value) > LIMIT:
        raise ValueError(_("at most {limit}").format(limit=f"{LIMIT:g}"))
    return Parsed(found.value, found.note)
