"""What stands beside the step, one page at a time: paths, gradient check, layers, and the loss of each round."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.sheet import Sheet
from lab.experiments.e11_backpropagation.tables import layer_of, layer_rows, path_rows, path_title, ways
from lab.experiments.e11_backpropagation.words import short
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Segmented
from widgets.controls.dropdown import Dropdown
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["CheckPage", "LayersPage", "LossPage", "PathsPage"]


def _title() -> QLabel:
    label = kind(QLabel(), "small")
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return label


class _Page(Page):
    def __init__(self) -> None:
        super().__init__()
        self.title = _title()
        self.head = hbox((self.title, 1))
        self.column = vbox(self.head, on=self, gap=2)


class PathsPage(_Page):
    """Every path from the chosen node to the output, or to another node. `pointed` carries the nodes of the one under
    the pointer, `aimed` the name of the node at which they are to end."""

    pointed = Signal(object)
    aimed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._paths: tuple[tuple[int, ...], ...] = ()
        self.sheet = Sheet()
        self.sheet.setAccessibleName(_("Paths and their products"))
        self.sheet.pointed.connect(self._point)
        self.sheet.requested.connect(self.requested)
        self.end = Dropdown(())
        self.end.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.end.setAccessibleName(_("Paths end at"))
        self.end.setToolTip(_("Where the paths end. A click on a box with Shift held down says the same."))
        self.end.chosen.connect(self.aimed)
        self._ends: tuple[str, ...] = ()
        self.head.addWidget(self.end)
        self.column.addWidget(self.sheet, 1)

    def show_page(self, frame: GraphFrame) -> None:
        """Draw a frame."""
        self._paths = ways(frame)
        self.title.setText(path_title(frame))
        self.sheet.set_rows(path_rows(frame))
        self._show_ends(frame)

    def _show_ends(self, frame: GraphFrame) -> None:
        """The nodes at which the paths may end, the output first."""
        there = frame.scalar and frame.needs[frame.selected]
        names = tuple(frame.names[i] for i in reversed(frame.behind) if i != frame.selected) if there else ()
        self.end.setVisible(len(names) > 1)
        if names != self._ends:
            self._ends = names
            self.end.set_choices(names)
        if frame.names[frame.goal] in names:
            self.end.set_chosen(frame.names[frame.goal])

    def _point(self, row: int) -> None:
        self.pointed.emit(self._paths[row] if 0 <= row < len(self._paths) else ())

    def pictures(self) -> list[QWidget]:
        return [self.sheet]


class CheckPage(_Page):
    """The U-curve: how wrong the finite difference is for each h, in two number types. The line is h: drag it."""

    def __init__(self) -> None:
        super().__init__()
        self.second = _title()
        self.column.addWidget(self.second)
        self.plot = Plot()
        self.plot.set_titles(_("h = 10⁻ˣ, x"), _("error"), _("Error of the finite difference"))
        self.plot.set_limits(x=(1.0, 14.0))
        self.plot.set_log(True, _("{count} errors of 0 are not shown"))
        self.plot.line_dragged.connect(self._dragged)
        self.column.addWidget(self.plot, 1)

    def show_page(self, frame: GraphFrame) -> None:
        """Draw a frame."""
        self._say(frame)
        colors, series = look().palette.categories, []
        for check, label, color, dash in (
            (frame.check64, "float64", colors[0], ()),
            (frame.check32, "float32", colors[1], (5.0, 3.0)),
        ):
            if check is not None:
                steps, errors = check.curve.steps, check.curve.errors
                seen = np.isfinite(errors)
                series.append(Series(label, -np.log10(steps[seen]), errors[seen], color, dash, points=True))
        self.plot.set_series(series)
        self.plot.set_lines((Line("h", float(-np.log10(frame.params.h)), color="ball", movable=True),))

    def _say(self, frame: GraphFrame) -> None:
        """What the chain rule says, what nudging says, and how far they are apart."""
        name, check = frame.checked_name, frame.check64
        if check is None:
            text = _("Go forward and back first: there is no gradient of {name} to check.")
            self.title.setText(text.format(name=name))
            self.second.setText("")
            return
        claimed, nudged = short(check.claimed, 8), show_number(check.measured, 8)
        text = _("dL/d{name}: chain rule {claimed}, nudged {measured}")
        self.title.setText(text.format(name=name, claimed=claimed, measured=nudged))
        text = _("h = {h}: error {error} (lowest {lowest})")
        h = short(frame.params.h, 2)
        self.second.setText(text.format(h=h, error=show_number(check.error, 2), lowest=show_number(check.lowest, 2)))

    def _dragged(self, _name: str, x: float) -> None:
        h = float(f"{10.0 ** -min(max(x, 1.0), 14.0):.2g}")
        self.act(Set({"h": h}), "h")

    def pictures(self) -> list[QWidget]:
        return [self.plot]


class LayersPage(_Page):
    """A layer of the network: dL/da, dL/dz, and dL/dW as the outer product of what came in and dL/dz."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: GraphFrame | None = None
        self._layer = 1
        self._count = 0
        self.sheet = Sheet()
        self.sheet.setAccessibleName(_("Gradients of a layer"))
        self.sheet.requested.connect(self.requested)
        self.chips: Segmented | None = None
        self.column.addWidget(self.sheet, 1)

    def show_page(self, frame: GraphFrame) -> None:
        """Draw a frame."""
        self._frame = frame
        layers = max(0, len(frame.sizes) - 1)
        if layers != self._count:
            self._make_chips(layers)
        if not layers:
            self.title.setText(_("Only a network has layers: choose one under “Graph of”."))
            self.sheet.set_rows(())
            return
        self._layer = min(self._layer, layers)
        before = "x" if self._layer == 1 else f"a{self._layer - 1}"
        text = _("Layer {n}: dL/dW{n} = {before}ᵀ · dL/dz{n}")
        self.title.setText(text.format(n=self._layer, before=before))
        self.sheet.set_rows(layer_rows(layer_of(frame, self._layer)), whole=True)

    def _make_chips(self, layers: int) -> None:
        self._count = layers
        if self.chips is not None:
            self.head.removeWidget(self.chips)
            self.chips.deleteLater()
            self.chips = None
        if layers > 1:
            keys = [str(i + 1) for i in range(min(layers, 6))]
            self.chips = Segmented(keys)
            self.chips.setAccessibleName(_("Layer"))
            self.chips.chosen.connect(self._choose)
            self.chips.set_chosen(str(self._layer))
            self.head.addWidget(self.chips)

    def _choose(self, key: str) -> None:
        self._layer = int(key)
        if self._frame is not None:
            self.show_page(self._frame)

    def pictures(self) -> list[QWidget]:
        return [self.sheet]


class LossPage(_Page):
    """The output of each round."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = Plot()
        self.plot.set_titles(_("round"), "", _("Loss of each round"))
        self.column.addWidget(self.plot, 1)

    def show_page(self, frame: GraphFrame) -> None:
        """Draw a frame."""
        rows = frame.losses
        if len(rows) < 2:
            self.title.setText(_("A point for each round. Step on to the update and go forward again."))
        else:
            self.title.setText(
                _("L was {before} and is {now}").format(
                    before=show_number(float(rows[-2, 1]), 4), now=show_number(float(rows[-1, 1]), 4)
                )
            )
        finite = np.isfinite(rows[:, 1])
        self.plot.set_series((Series("L", rows[finite, 0] + 1, rows[finite, 1], "accent", points=len(rows) < 40),))

    def pictures(self) -> list[QWidget]:
        return [self.plot]
