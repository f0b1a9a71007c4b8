"""The Softmax page, three rows of bars that share their columns: logits to drag, the probabilities they become, and the
gradient that would pull them. Beside them the temperature, the truth, and the loss as the surprise at the truth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import Parsed, parse_number, show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e08_activations.ball_plot import BallPlot
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.metrics import SOFTMAX
from lab.experiments.e08_activations.scores import write_names, write_scores
from lab.experiments.e08_activations.settings import Display
from lab.experiments.e08_activations.writing import bar_range, show_score
from lab.kit.numbers import show_short
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.canvas import layers
from widgets.controls.chips import ChipRow
from widgets.controls.number_field import NumberField
from widgets.controls.slider import Slider
from widgets.controls.span import Span
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.series import Points, Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["SoftmaxView", "share_of", "temperature_at"]

MOST = 1e6  # of a logit and of a typed temperature
FEW = 6  # classes whose numbers can be written with three digits
SURPRISE = np.linspace(0.002, 1.0, 250)


def temperature_at(share: float) -> float:
    """The temperature at a place of the slider: 0 at its start, 1 in the middle, infinite at its end."""
    return math.inf if share >= 1 else share / (1.0 - share)


def share_of(temperature: float) -> float:
    """Where a temperature lies on the slider."""
    return 1.0 if math.isinf(temperature) else temperature / (1.0 + temperature)


class SoftmaxView(Page):
    """Bars at the left, what is asked of them at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: SoftmaxPage | None = None
        self._display = Display()
        self._drags = self._heats = 0
        self.logits = DragBars(True, parse_number, show_score)
        self.shares, self.gradient = DragBars(False), DragBars(False)
        self.heat = Slider(Span(0.0, 1.0, step=0.01))
        self.temperature = NumberField(_read_temperature, _show_temperature, _warmer)
        self.marks = ChipRow(("0", "1", "∞"), ("T = 0", "T = 1", "T = ∞"), "press", settled=True)
        self.readouts = ReadoutRow(
            ("loss", "loss_bits", "p_true"), (_("loss, nats"), _("in bits"), _("p of the truth")), column=True
        )
        self.curve = BallPlot()
        self.heads = [ElidedLabel(air=0) for _row in range(3)]
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.logits.set_titles("", _("Logits"))
        self.logits.set_bounds(-MOST, MOST)
        self.shares.set_titles("", _("Probabilities"))
        self.gradient.set_titles("", _("Gradient p − y"))
        self.shares.set_names_shown(False)
        self.gradient.set_names_shown(False)
        self.shares.set_range(0.0, 1.0)
        self.gradient.set_range(-1.0, 1.0)
        self.heat.setAccessibleName(_("Temperature from 0 to infinity"))
        self.temperature.setAccessibleName(_("Temperature T"))
        self.marks.setAccessibleName(_("Usual temperatures"))
        self.curve.set_titles(_("p of the truth"), "", _("Loss −ln p"))
        bars = zip(self.heads, (self.logits, self.shares, self.gradient))
        self._left = vbox(*(part for head, chart in bars for part in (head, (chart, 1))))
        self._warm = hbox((kind(QLabel(_("Temperature T")), "strong"), 1), self.temperature)
        loss, self._side = kind(QLabel(_("Loss = −ln p")), "strong"), QWidget()
        above = (self._warm, self.heat, self.marks, self.readouts)
        self._right = vbox(*above, loss, (self.curve, 1), on=self._side)
        self._row = hbox((self._left, 1), self._side, on=self)

    def _connect(self) -> None:
        self.logits.dragged.connect(self._dragged)
        self.logits.dropped.connect(self._dropped)
        self.logits.refused.connect(self._refused)
        for bars in (self.logits, self.shares, self.gradient):
            bars.named.connect(self._name_truth)
        self.heat.changed.connect(self._heated)
        self.heat.released.connect(self._heat_released)
        self.heat.default_requested.connect(self._usual_heat)
        self.temperature.committed.connect(self._typed_temperature)
        self.marks.chosen.connect(self._mark_pressed)
        self.readouts.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, page: SoftmaxPage, display: Display) -> None:
        """Draw a frame's page."""
        self._page, self._display = page, display
        names, truth = page.names, page.truth
        ghosts = page.next_logits.tolist() if display.next_step and not page.flat else [None] * len(names)
        self.logits.set_range(*bar_range([*page.logits.tolist(), *(g for g in ghosts if g is not None)]))
        self.logits.set_bars(
            [
                Bar(_named(name, i == truth), z, _score(z, len(names)), "accent", False, ghost, i == truth)
                for i, (name, z, ghost) in enumerate(zip(names, page.logits.tolist(), ghosts))
            ]
        )
        self.shares.set_bars(
            [
                Bar(name, p, _share(p, len(names)), "good" if i == truth else "text3", i != truth)
                for i, (name, p) in enumerate(zip(names, page.probabilities.tolist()))
            ]
        )
        pull = look().palette.diverging
        self.gradient.set_bars(
            [
                Bar(name, g, _signed(g, len(names)), pull[5] if g > 0 else pull[1], g > 0)
                for name, g in zip(names, page.gradient.tolist())
            ]
        )
        self._apply_palette(look().palette)

    def show_words(self, page: SoftmaxPage, sentence: str) -> None:
        """The texts and read-outs."""
        metrics, T = SOFTMAX.values(page), page.temperature
        with QSignalBlocker(self.heat):
            self.heat.set_value(share_of(T))
        self.temperature.set_value(T)
        digits = {"loss": 4, "loss_bits": 4, "p_true": 3}
        show_metrics(self.readouts, metrics, digits)
        self.heads[0].say(_("Logits z: drag a bar. Press a name to make it the truth."))
        self.heads[1].say(_("Softmax: e^(z/T), shared out to a sum of 1"))
        self.heads[2].say(self._gradient_words(page))
        for bars in (self.logits, self.shares, self.gradient):
            bars.set_description(sentence)
        self.curve.set_description(sentence)

    def _gradient_words(self, page: SoftmaxPage) -> str:
        if page.flat:
            return _("Gradient: flat at T = {T}, no step changes anything").format(T=show_short(page.temperature, 3))
        rate = show_short(page.params.learning_rate, 3)
        if page.temperature != 1:
            return _("Gradient p − y; Step: z ← z − {rate}·(p − y)/T").format(rate=rate)
        return _("Gradient p − y; Step: z ← z − {rate}·(p − y)").format(rate=rate)

    def _apply_palette(self, palette: Palette) -> None:
        """The loss curve in the colours of a palette."""
        page = self._page
        if page is None:
            return
        p = float(page.probabilities[page.truth])
        now = -math.log(p) if p > 0 else math.inf
        self.curve.set_limits((0.0, 1.0), (0.0, 5.0 if not 4.5 < now < 8.0 else 8.5))
        self.curve.set_series([Series("", SURPRISE, -np.log(SURPRISE), palette.categories[0], (), "", 2.4)])
        been = page.past.column(1)[:-1]
        been = been[:: max(1, len(been) // 120)]
        losses = -np.log(np.maximum(been, 1e-12))
        self.curve.set_points([Points(_("been"), been, losses, palette.ball, "o", 6.0)] if len(been) else [])
        words = _("loss {loss}").format(loss=show_number(now + 0.0, 3))
        self.curve.set_balls([layers.Ball(p, now + 0.0, label=words)] if math.isfinite(now) else [])

    # ---------------------------------------------------------------------------------------- the hand

    def _scores_with(self, number: int, value: float) -> dict[str, Any]:
        """The logits as they are now, one of them changed: from then on they are our own."""
        assert self._page is not None
        scores = self._page.logits.tolist()
        scores[number] = value
        changed = {"logits": write_scores(scores), "source": "own"}
        if self._page.params.source == "received":
            changed["names"] = write_names(self._page.names)  # they keep the names they came with
        return changed

    def _dragged(self, number: int, value: float) -> None:
        self.drag("logit", Set(self._scores_with(number, value)))

    def _dropped(self, number: int, value: float) -> None:
        self.drag("logit", Set(self._scores_with(number, value)))
        self.end_drag()

    def _refused(self, message: str) -> None:
        self.logits.setToolTip(message)

    def _name_truth(self, number: int) -> None:
        self.act(Set({"truth": number + 1}))

    def _heat_to(self, temperature: float, gesture: str) -> None:
        values: dict[str, Any] = {"infinite": math.isinf(temperature)}
        if not values["infinite"]:
            values["temperature"] = float(f"{min(temperature, MOST):.4g}")
        self.acted.emit(Set(values), gesture)

    def _heated(self, share: float) -> None:
        self._heat_to(temperature_at(share), f"heat#{self._heats}")

    def _heat_released(self, _share: float) -> None:
        self._heats += 1

    def _usual_heat(self) -> None:
        self._heat_to(1.0, "")

    def _typed_temperature(self, value: float) -> None:
        self._heat_to(value, "")

    def _mark_pressed(self, mark: str) -> None:
        self._heat_to({"0": 0.0, "1": 1.0, "∞": math.inf}[mark], "")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.logits, self.shares, self.gradient  # one picture in three rows: every class has a column

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.logits, self.shares, self.gradient, OnPaper(self.curve, self._apply_palette)]

    def relook(self) -> None:
        px = look().px
        self._left.setSpacing(px(2))
        self._right.setSpacing(px(6))
        self._row.setSpacing(px(16))
        self._side.setMinimumWidth(px(212))
        self.temperature.setFixedWidth(px(64))
        if self._page is not None:
            self.show_page(self._page, self._display)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the bars keep most of it."""
        turn(self._row, narrow)
        self._side.setMaximumWidth(16_777_215 if narrow else look().px(212))
        for part in (*self.heads, self.marks, self.readouts):
            part.setVisible(not low)


def _named(name: str, true: bool) -> str:
    return f"✓ {name}" if true else name


def _score(value: float, count: int) -> str:
    """A logit above its bar; where many stand side by side, with one decimal."""
    return show_score(value) if count <= FEW or abs(value) >= 100 else show_score(round(value, 1))


def _share(value: float, count: int) -> str:
    return show_number(value, 3) if count <= FEW else show_score(value)


def _signed(value: float, count: int) -> str:
    text = _share(value, count)
    return f"+{text}" if value > 0 and count <= FEW else text


def _read_temperature(text: str) -> Parsed:
    """A temperature from 0, or infinity as a word or a sign."""
    if text.strip().lower() in ("∞", "inf", "infinity", "oo"):
        return Parsed(math.inf)
    read = parse_number(text)
    if not 0 <= read.value <= MOST:
        raise ValueError(_("A temperature goes from 0 to 1000000, or is ∞."))
    return read


def _show_temperature(value: float) -> str:
    return show_number(value, 3)


def _warmer(value: float, count: float) -> float:
    return value if math.isinf(value) else max(0.0, round(value + 0.1 * count, 4))
