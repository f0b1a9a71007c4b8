"""The Function page: the curves of the gates above, their slopes below, and one ball on the chosen curve. Its tangent
has the slope that the lower picture shows at the same x. With the SwiGLU on, three dots take the ball's place."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import exact, parse_number, show_number, superscript
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e08_activations.badges import Badge
from lab.experiments.e08_activations.ball_plot import BallPlot
from lab.experiments.e08_activations.fitting import FittingRow
from lab.experiments.e08_activations.gates import FORMULAS, GATE_NAMES, GATES, steepest, values_at
from lab.experiments.e08_activations.learner import WANTED, FunctionPage
from lab.experiments.e08_activations.metrics import FUNCTION
from lab.experiments.e08_activations.settings import Display
from lab.experiments.e08_activations.styles import SHORT_NAMES, STYLES
from lab.experiments.e08_activations.swiglu_sheet import SwigluSheet
from lab.kit.numbers import show_short
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import Palette
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.canvas import layers
from widgets.controls.chips import Chip, ChipRow
from widgets.controls.number_field import NumberField
from widgets.plots.series import Line, Points, Series
from widgets.text.readout import Readout

__all__ = ["FunctionView"]

UP, UP_SLOPE = (-1.5, 3.0), (-0.25, 1.25)
BALL = "ball"
MOST_NAMED = 4  # curves whose maxima can all be named
_NOTHING = np.empty(0)


class FunctionView(Page):
    """Chips, read-outs, two plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: FunctionPage | None = None
        self._display = Display()
        self._drags, self._dragging = 0, False
        self.chips = ChipRow(GATES, [_(SHORT_NAMES[gate]) for gate in GATES], "many", settled=True)
        self.swiglu = Chip("SwiGLU")
        self.x_field = NumberField(parse_number, _show_place, _stepped)
        self.readouts = {
            name: Readout(name, label)
            for name, label in (("value", "f(x)"), ("slope", _("slope")), ("slope_power", _("slope") + superscript(10)))
        }
        self.pulls = {
            name: Readout(name, label)
            for name, label in (
                ("gradient", _("gradient of (f − 1)²")),
                ("rival_gradient", _("of the cross-entropy −ln f")),
            )
        }
        self.badge = Badge()
        self.values, self.slopes = BallPlot(), BallPlot()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        for gate in GATES:
            self.chips.chip(gate).setToolTip(_(GATE_NAMES[gate]) + f": {FORMULAS[gate]}")
        self.swiglu.setCheckable(True)
        self.swiglu.setToolTip(_("Work out a SwiGLU with its three matrices"))
        chips = self.chips.layout()
        assert chips is not None
        chips.addWidget(self.swiglu)
        self.x_field.setAccessibleName(_("x, the place of the ball"))
        self._letter = kind(QLabel("x ="), "strong")
        self.values.set_titles("", "f(x)", _("Gates"))
        self.slopes.set_titles("x", "f′(x)", _("Slopes of the gates"))
        self.slopes.stand_under(self.values)
        self._step_words = kind(QLabel(), "small")
        self._step_words.setProperty("tone", "text2")
        self._foot = FittingRow([*self.pulls.values(), self._step_words])
        self._line = FittingRow([self._letter, self.x_field, *self.readouts.values()], [self.badge])
        self._column = vbox(self.chips, self._line, (self.values, 2), self._foot, (self.slopes, 1), on=self)

    def _connect(self) -> None:
        self.chips.chosen.connect(self._press)
        self.swiglu.clicked.connect(self._press_swiglu)
        self.x_field.committed.connect(self._typed)
        for readout in (*self.readouts.values(), *self.pulls.values()):
            readout.requested.connect(self.requested)
        for plot in (self.values, self.slopes):
            plot.line_dragged.connect(self._dragged)
            plot.line_dropped.connect(self._dropped)

    @cached_property
    def sheet(self) -> SwigluSheet:
        """The SwiGLU worked out, made when it is first asked for."""
        sheet = SwigluSheet()
        sheet.requested.connect(self.requested)
        self._column.addWidget(sheet, 1)
        return sheet

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, page: FunctionPage, display: Display) -> None:
        """Draw a frame's page."""
        self._page, self._display = page, display
        worked = page.params.swiglu
        if worked or "sheet" in self.__dict__:
            self.sheet.setVisible(worked)
        self.slopes.setVisible(not worked)
        self._apply_palette(look().palette)

    def show_words(self, page: FunctionPage, sentence: str) -> None:
        """The texts and read-outs."""
        params, metrics = page.params, FUNCTION.values(page)
        self.chips.set_chosen([drawn.gate for drawn in page.curves])
        for gate in GATES:
            name = _(SHORT_NAMES[gate])
            chip = self.chips.chip(gate)
            words = f"● {name}" if gate == page.gate else name
            if chip.words() != words:
                chip.setText(words)
                chip.updateGeometry()
        self.swiglu.setChecked(params.swiglu)
        self.x_field.set_value(page.x)
        for name, readout in self.readouts.items():
            readout.set_value(show_number(metrics[name], 3), exact(metrics[name]))
        for name, readout in self.pulls.items():
            readout.set_value(show_number(metrics[name], 3), exact(metrics[name]))
        rate = show_short(params.learning_rate, 3)
        self._step_words.setText(_("Step: x ← x − {rate}·gradient").format(rate=rate))
        power = self.readouts["slope_power"]
        power.label = _("slope") + superscript(params.layers)
        power.setToolTip(_("What is left after {n} layers with this slope").format(n=params.layers))
        power.updateGeometry()
        self.badge.show_state(page.badge, 1)
        self.values.set_description(sentence)
        self.slopes.set_description(sentence)
        if params.swiglu:
            self.sheet.show_gated(page.gated)

    def _apply_palette(self, palette: Palette) -> None:
        """Both plots in the colours of a palette."""
        page = self._page
        if page is None:
            return
        curves = sorted(page.curves, key=lambda drawn: drawn.gate == page.gate)  # the chosen one on top
        upper, lower = [], []
        for drawn in curves:
            style, name = STYLES[drawn.gate], _(SHORT_NAMES[drawn.gate])
            wide = 3.0 if drawn.gate == page.gate else 1.7
            curve = Series(name, drawn.x, drawn.value, style.color(palette), style.dash, style.marker, wide)
            upper.append(curve)
            summit = _summit(drawn.gate) if len(curves) <= MOST_NAMED or drawn.gate == page.gate else ""
            lower.append(replace(curve, name=summit, y=drawn.slope))
        if not self._dragging:
            self._draw_lines(page, palette)
        across = float(page.curves[0].x[0]), float(page.curves[0].x[-1])
        room = [Series(one.name, _NOTHING, _NOTHING) for one in (*upper, *lower)]  # keeps both plots equally wide
        self.values.set_limits(across, UP)
        self.values.set_series([*upper, *self._tangent(page, palette), *room])
        self.values.set_points([*self._been(page, palette), *self._gates(page, palette)])
        self.values.set_balls(self._balls(page, palette))
        self.slopes.set_limits(across, UP_SLOPE)
        self.slopes.set_series([*lower, *room])
        self.slopes.set_points(self._maxima(page, palette))
        self.slopes.set_balls([layers.Ball(page.x, page.slope)] if page.lost is None else [])

    def _draw_lines(self, page: FunctionPage, palette: Palette) -> None:
        """The height that is wanted, and the line by which the ball is taken."""
        cursor = Line(BALL, page.x, True, palette.ball, (3, 3), "", True)
        lines = [] if page.params.swiglu or page.lost is not None else [cursor]
        self.values.set_lines([Line("wanted", WANTED, False, palette.text3, (2, 3), _("wanted: 1")), *lines])
        self.slopes.set_lines(lines)

    def _tangent(self, page: FunctionPage, palette: Palette) -> list[Series]:
        if not self._display.tangent or page.params.swiglu or page.lost is not None:
            return []
        reach = 1.6 / np.sqrt(1.0 + page.slope**2)
        near = np.array([-reach, reach])
        return [Series("", page.x + near, page.value + page.slope * near, palette.text, (), "", 2.2)]

    def _balls(self, page: FunctionPage, palette: Palette) -> list[layers.Ball]:
        """The ball, and, once they have parted, the one that follows the cross-entropy."""
        if page.lost is not None or page.params.swiglu:
            return []
        if not page.raced or page.rival == page.x:
            slope = _("slope {slope}").format(slope=show_number(page.slope, 3))
            return [layers.Ball(page.x, page.value, label=slope)]
        height = float(values_at(page.gate, np.array([page.rival]))[0])
        rival = layers.Ball(
            page.rival, height, color=palette.accent, marker="d", label=_("cross-entropy"), highlighted=False
        )
        return [rival, layers.Ball(page.x, page.value, label=_("squared error"))]

    def _been(self, page: FunctionPage, palette: Palette) -> list[Points]:
        """Where the balls have been."""
        steps = len(page.past.steps)
        if steps < 2 or page.params.swiglu:
            return []
        every = max(1, steps // 150)
        found = []
        for number, marker, color in ((1, "d", palette.accent), (0, "o", palette.ball)):
            x = page.past.column(number)[:-1:every]
            if number == 0 or page.raced:
                found.append(Points(_("been"), x, values_at(page.gate, x), color, marker, 6.0))
        return found

    def _gates(self, page: FunctionPage, palette: Palette) -> list[Points]:
        """The three gates of the SwiGLU, as dots on the SiLU."""
        if not page.params.swiglu:
            return []
        return [Points(_("gates"), page.gated.gate, page.gated.opened, palette.ball, "o", 15.0)]

    def _maxima(self, page: FunctionPage, palette: Palette) -> list[Points]:
        """The steepest place of every curve that has one."""
        found = []
        for drawn in page.curves if self._display.maxima else ():
            peak, style = steepest(drawn.gate), STYLES[drawn.gate]
            if peak.x is not None:
                x, y = np.array([peak.x]), np.array([peak.slope])
                found.append(Points(_summit(drawn.gate), x, y, style.color(palette), style.marker, 12.0))
        return found

    # ---------------------------------------------------------------------------------------- the hand

    def _press(self, gate: str) -> None:
        """A curve that is on becomes the chosen one; pressed again it goes; one that is off comes and is chosen."""
        page = self._page
        if page is None:
            return
        shown = [drawn.gate for drawn in page.curves]
        self.chips.set_chosen(shown)  # what is on is decided by the run
        values: dict[str, Any] = {"function": gate}
        if gate == page.gate:
            shown.remove(gate)
            if not shown:
                return
            values = {"function": shown[-1], "functions": tuple(g for g in GATES if g in shown)}
        elif gate not in shown:
            values["functions"] = tuple(g for g in GATES if g in (*shown, gate))
        if page.params.swiglu and values["function"] != "silu":
            values["swiglu"] = False
        self.act(Set(values))

    def _press_swiglu(self, on: bool) -> None:
        values: dict[str, Any] = {"swiglu": on}
        if on and self._page is not None and self._page.gate != "silu":
            values["function"] = "silu"  # the gate that it uses
        self.act(Set(values))

    def _typed(self, x: float) -> None:
        self.act(Set({"x": min(max(x, -1e6), 1e6)}))

    def _dragged(self, name: str, x: float) -> None:
        if name == BALL:
            self._dragging = True
            self.drag("x", Set({"x": round(x, 2) + 0.0}))

    def _dropped(self, name: str, _x: float) -> None:
        if name == BALL:
            self._dragging = False  # the next frame has the ball where the hand has left it
            self.end_drag()

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.values,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        lower = (
            self.sheet
            if self._page is not None and self._page.params.swiglu
            else OnPaper(self.slopes, self._apply_palette)
        )
        return [OnPaper(self.values, self._apply_palette), lower]

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        self.x_field.setFixedWidth(look().px(72))
        self._apply_palette(look().palette)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self._line.setVisible(not low)
        self._foot.setVisible(not low)
        self.chips.setVisible(not low)


def _summit(gate: str) -> str:
    """How steep a gate can be, and where."""
    peak = steepest(gate)
    slope = show_short(peak.slope, 5)
    if peak.x is None:
        return _("max {slope}").format(slope=slope)
    return _("max {slope} at {x}").format(slope=slope, x=show_short(peak.x, 3))


def _show_place(value: float) -> str:
    return show_short(round(value, 4) + 0.0, 4)


def _stepped(value: float, count: float) -> float:
    return round(value + 0.1 * count, 4)
