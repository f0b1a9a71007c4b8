"""The network beside the canvas: its picture, and the buttons that widen, narrow, deepen it."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _, n_
from lab.engine.nets.network import parameter_count
from lab.engine.nets.resize import dense_layers
from lab.experiments.e09_decision_boundaries.frame import BoundaryFrame
from lab.experiments.e09_decision_boundaries.gestures import Resize, SetWeight
from lab.experiments.e09_decision_boundaries.net import features_of
from lab.experiments.e09_decision_boundaries.settings import FEATURES, MAX_LAYERS, MAX_UNITS, hidden_sizes, written
from lab.experiments.e09_decision_boundaries.simulation import WEIGHT_LIMIT
from lab.experiments.e09_decision_boundaries.words import describe, shape
from lab.kit.numbers import typed_number
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.graphs.net_map import Link, NetMap, NetShape

__all__ = ["NetSide"]

TINY = 20  # pixels along the side of an input's map
ANSWER_MS = 1_000  # in which what was asked for is to be seen, or was refused


class _Stepper(Refreshing, QWidget):
    """A minus, a number and a plus for one layer."""

    pressed = Signal(int, int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._number = number
        name = _("layer {n}").format(n=number + 1)
        self.less = IconButton("minus", _("One unit less in {layer}").format(layer=name), size=12, side=22)
        self.more = IconButton("plus", _("One unit more in {layer}").format(layer=name), size=12, side=22)
        self.count = kind(QLabel(), "small")
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hbox(self.less, self.count, self.more, on=self, gap=0)
        self.less.clicked.connect(self._take)
        self.more.clicked.connect(self._give)

    def show_count(self, count: int) -> None:
        """So many units."""
        self.count.setText(str(count))
        self.less.setEnabled(count > 1)
        self.more.setEnabled(count < MAX_UNITS)

    def set_tight(self, tight: bool) -> None:
        """Without the number, where layers stand close."""
        self.count.setVisible(not tight)
        for button in (self.less, self.more):
            button.setFixedWidth(look().px(18 if tight else 22))

    def _take(self) -> None:
        self.pressed.emit(self._number, -1)

    def _give(self) -> None:
        self.pressed.emit(self._number, 1)


class NetSide(Refreshing, QWidget):
    """`acted` carries a gesture and the drag it belongs to; `highlighted_unit` the unit under the pointer."""

    acted = Signal(object, str)
    highlighted_unit = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: BoundaryFrame | None = None
        self._asked: list[tuple[int, ...]] = []  # hidden layers that were asked for and are not to be seen yet
        self._control: tuple[int, ...] = ()  # what the control says then
        self._since = QElapsedTimer()
        self._drags = 0
        self._inputs: tuple[object, np.ndarray] | None = None
        self.net = NetMap(partial(typed_number, largest=WEIGHT_LIMIT), partial(show_number, digits=3))
        self.net.set_words(_("The network"), _("Weight of this link"))
        self.strip = QWidget(self)
        self.strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.steppers = tuple(_Stepper(i, self.strip) for i in range(MAX_LAYERS))
        self.deeper = IconButton("plus", _("One layer more"), size=14, side=24)
        self.flatter = IconButton("minus", _("One layer less"), size=14, side=24)
        self.layers_label, self.shape_label = kind(QLabel(_("Layers")), "small"), kind(QLabel(), "small")
        self._lay_out()
        self.net.weight_set.connect(self._set_weight)
        self.net.let_go.connect(self._let_go)
        self.net.highlighted_unit.connect(self.highlighted_unit)
        self.deeper.clicked.connect(self._deepen)
        self.flatter.clicked.connect(self._flatten)
        for stepper in self.steppers:
            stepper.pressed.connect(self._widen)
        self.relook()

    def _lay_out(self) -> None:
        self.shape_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.shape_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = hbox(self.layers_label, self.flatter, self.deeper, (self.shape_label, 1), gap=2)
        self._column = vbox(head, self.strip, (self.net, 1), on=self, gap=2)

    # --------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: BoundaryFrame) -> None:
        """Draw a frame."""
        hidden = frame.hidden_layers
        if self._frame is None or hidden != self._frame.hidden_layers:
            for i, stepper in enumerate(self.steppers):
                stepper.setVisible(i < len(hidden))
                if i < len(hidden):
                    stepper.show_count(hidden[i])
            self.deeper.setEnabled(len(hidden) < MAX_LAYERS)
            self.flatter.setEnabled(bool(hidden))
        other = self._frame is None or hidden != self._frame.hidden_layers
        if other:
            asked = self._asked
            self._asked = asked[asked.index(hidden) + 1 :] if hidden in asked else []
        self._frame = frame
        self.net.set_shape(self._shape(frame))
        if other:
            self._place()

    def show_words(self, frame: BoundaryFrame) -> None:
        """The network in words."""
        count = parameter_count(frame.network)
        short = n_("{n} parameter", "{n} parameters", count)
        message = f"{shape(frame)}: {short}"
        fits = self.shape_label.fontMetrics().horizontalAdvance(message) <= self.shape_label.width()
        self.shape_label.setText(message if fits else short)
        self.shape_label.setToolTip(message)
        self.net.set_description(f"{message}. {describe(frame)}")

    def _shape(self, frame: BoundaryFrame) -> NetShape:
        layers = dense_layers(frame.network)
        field = frame.maps.field
        step = max(1, field.shape[1] // (2 * TINY))
        outputs = len(layers[-1].bias)
        return NetShape(
            tuple(layer.weight.T for layer in layers),
            tuple(layer.bias for layer in layers),
            (self._input_maps(frame), *frame.maps.units, field[:, ::step, ::step]),
            tuple(FEATURES[name] for name in frame.params.features),
            ("",) * outputs,
            True,
            frame.dead,
            (),
            (1,) if outputs == 1 else tuple(range(outputs)),
        )

    def _input_maps(self, frame: BoundaryFrame) -> np.ndarray:
        """What every input says everywhere: [F, g, g]."""
        key = (frame.canvas_info.extent, frame.params.features)
        if self._inputs is None or self._inputs[0] != key:
            x0, x1, y0, y1 = frame.canvas_info.extent
            across, up = np.meshgrid(np.linspace(x0, x1, TINY), np.linspace(y0, y1, TINY))
            values = features_of(np.column_stack((across.ravel(), up.ravel())), frame.params.features)
            self._inputs = key, np.ascontiguousarray(values.T).reshape(-1, TINY, TINY)
        return self._inputs[1]

    # ---------------------------------------------------------------------------------------- the hand

    def _set_weight(self, link: Link, value: float) -> None:
        value = min(max(value, -WEIGHT_LIMIT), WEIGHT_LIMIT)
        self.acted.emit(SetWeight(link.layer, link.unit, link.source, value), f"weight#{self._drags}")

    def _let_go(self) -> None:
        self._drags += 1

    def _resized(self, sizes: tuple[int, ...]) -> None:
        """Set the control; where it says so already, as for a received network, change the network alone."""
        if self._frame is None or sizes == self._sizes():
            return
        self._drags += 1
        control = self._control if self._waiting() else hidden_sizes(self._frame.params.hidden)
        self._asked = [*(self._asked if self._waiting() else []), sizes]
        self._control = sizes
        self._since.start()
        self.acted.emit(Resize(sizes) if control == sizes else Set({"hidden": written(sizes)}), "")

    def _widen(self, layer: int, by: int) -> None:
        sizes = list(self._sizes())
        if layer < len(sizes):
            sizes[layer] = min(max(sizes[layer] + by, 1), MAX_UNITS)
            self._resized(tuple(sizes))

    def _deepen(self) -> None:
        hidden = self._sizes()
        if self._frame is not None and len(hidden) < MAX_LAYERS:
            self._resized((*hidden, hidden[-1] if hidden else 2))

    def _flatten(self) -> None:
        if self._sizes():
            self._resized(self._sizes()[:-1])

    def _sizes(self) -> tuple[int, ...]:
        """The hidden layers that one more or one less is counted from: those asked for last, where that is not to be
        seen yet, else those there are."""
        if self._waiting():
            return self._asked[-1]
        return self._frame.hidden_layers if self._frame is not None else ()

    def _waiting(self) -> bool:
        """Whether an answer is still on its way; one that was refused never comes."""
        return bool(self._asked) and self._since.elapsed() < ANSWER_MS

    # ------------------------------------------------------------------------------------- the window

    def relook(self) -> None:
        self._column.setSpacing(look().px(2))
        self.strip.setFixedHeight(look().px(24))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.activate()  # the picture's own room is what the steppers go by
        self._place()

    def _place(self) -> None:
        """Each stepper above its layer, as wide as fits."""
        tiles = self.net.places().tiles
        hidden = len(tiles) - 2
        room = self.strip.width() / max(hidden + 1, 1)
        for i, stepper in enumerate(self.steppers[: max(hidden, 0)]):
            stepper.set_tight(room < look().px(62))
            wide, high = stepper.sizeHint().width(), self.strip.height()
            middle = tiles[i + 1][0].center().x()
            left = min(max(middle - wide / 2, 0), max(0, self.strip.width() - wide))
            stepper.setGeometry(round(left), 0, wide, high)
