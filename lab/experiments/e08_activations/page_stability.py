"""The Stability page: what goes into the exponential as bars that can be dragged, below the line that the number format
draws, and every stage of the softmax in a table, so that the first ∞ can be seen where it happens."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e08_activations.fitting import FittingRow
from lab.experiments.e08_activations.formats import FORMATS
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.metrics import STABILITY
from lab.experiments.e08_activations.number_sheet import Cell, NumberSheet
from lab.experiments.e08_activations.scores import write_scores
from lab.experiments.e08_activations.settings import Display
from lab.experiments.e08_activations.writing import bar_range, show_score
from lab.kit.numbers import show_short
from lab.kit_qt.paged import Page
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.controls.chips import Chip, Segmented
from widgets.plots.draggable_bars import Bar, Ceiling, DragBars
from widgets.text.elided_label import ElidedLabel
from widgets.text.flow_layout import FlowLayout
from widgets.text.readout import Readout

__all__ = ["StabilityView"]

MOST = 1e6


class StabilityView(Page):
    """Chips, bars, a table, read-outs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: StabilityPage | None = None
        self._display = Display()
        self._drags = 0
        self.formats = Segmented(tuple(FORMATS), [_("{n} bits").format(n=n) for n in (16, 32, 64)])
        self.subtract = Chip(_("Subtract the maximum"))
        self.bars = DragBars(True, parse_number, show_score)
        self.sheet = NumberSheet()
        labels = {"loss": _("loss −ln p"), "loss_safe": _("by log-softmax"), "error": _("error"), "sum": _("sum")}
        self.readouts = {name: Readout(name, label) for name, label in labels.items()}
        self.head = ElidedLabel(air=0)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.formats.setAccessibleName(_("Number format"))
        self.subtract.setCheckable(True)
        self.subtract.setToolTip(_("Take the largest logit off all of them before the exponential"))
        self.bars.set_titles("", _("What goes into the exponential"))
        self.bars.set_bounds(-MOST, MOST)
        self.sheet.setAccessibleName(_("Every stage of the softmax"))
        self._line = QWidget()
        line = FlowLayout(self._line, gap=10, settled=True)
        line.addWidget(self.formats)
        line.addWidget(self.subtract)
        self._foot = FittingRow(list(self.readouts.values()))
        self._column = vbox(self._line, (self.sheet, 4), self.head, (self.bars, 5), self._foot, on=self)

    def _connect(self) -> None:
        self.formats.chosen.connect(self._choose)
        self.subtract.clicked.connect(self._toggle)
        self.bars.dragged.connect(self._dragged)
        self.bars.dropped.connect(self._dropped)
        self.bars.named.connect(self._name_truth)
        self.sheet.requested.connect(self.requested)
        for readout in self.readouts.values():
            readout.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, page: StabilityPage, display: Display) -> None:
        """Draw a frame's page."""
        self._page, self._display = page, display
        found, form, truth = page.columns, page.form, page.truth
        ghosts = found.logits.tolist() if page.params.subtract_max else [None] * len(page.names)
        heights = [*found.exponents.tolist(), *(g for g in ghosts if g is not None)]
        if not page.params.subtract_max or max(heights) > 0.3 * form.limit:
            heights.append(form.limit)  # the line comes into sight
        self.bars.set_range(*bar_range(heights))
        self.bars.set_ceiling(
            Ceiling(form.limit, _("e^{limit} is the end of {form}").format(
                limit=show_number(form.limit, 5), form=form.name))
        )  # fmt: skip
        self.bars.set_bars(
            [
                Bar(
                    f"✓ {name}" if i == truth else name,
                    exponent,
                    show_score(exponent),
                    "bad" if math.isinf(power) else "accent",
                    math.isinf(power),
                    ghost,
                    i == truth,
                )
                for i, (name, exponent, power, ghost) in enumerate(
                    zip(page.names, found.exponents.tolist(), found.powers.tolist(), ghosts)
                )
            ]
        )

    def show_words(self, page: StabilityPage, sentence: str) -> None:
        """The texts, the table and the read-outs."""
        params, metrics = page.params, STABILITY.values(page)
        self.formats.set_chosen(params.number_format)
        self.subtract.setChecked(params.subtract_max)
        mark = "✓ " if params.subtract_max else ""
        if self.subtract.words() != mark + _("Subtract the maximum"):
            self.subtract.setText(mark + _("Subtract the maximum"))
            self.subtract.updateGeometry()
        head = _("Into e^… go the logits less their maximum (dashed: before).")
        if not params.subtract_max:
            head = _("Into e^… go the logits as they are.")
        self.head.say(f"{head} " + _("Step lifts all by {push}.").format(push=show_short(page.form.push, 3)))
        self.sheet.show_table(self._header(page), self._rows(page), sentence)
        for name, readout in self.readouts.items():
            value = metrics[name]
            readout.set_value(show_number(value, 2 if name == "error" else 4), exact(value))
        self.bars.set_description(sentence)

    @staticmethod
    def _header(page: StabilityPage) -> list[str]:
        shifted = _("z − max") if page.params.subtract_max else _("z as it is")
        return [_("class"), "z", shifted, "e^…", "p", "−ln p", _("p in 64 bits")]

    @staticmethod
    def _rows(page: StabilityPage) -> list[list[Cell]]:
        found = page.columns
        rows = []
        for i, name in enumerate(page.names):
            power, p, surprise = (float(part[i]) for part in (found.powers, found.probabilities, found.surprise))
            wrong = not math.isfinite(p) or abs(p - found.exact[i]) > 0.01
            lost = _gone(power)
            rows.append(
                [
                    Cell(f"✓ {name}" if i == page.truth else name),
                    Cell(show_score(float(found.logits[i])), "", f"z_{i + 1}"),
                    Cell(show_score(float(found.exponents[i])), "", f"exponent_{i + 1}"),
                    Cell(show_number(power, 4), "bad" if lost else "", f"power_{i + 1}"),
                    Cell(show_number(p, 4), "bad" if wrong else "", f"p_{i + 1}"),
                    Cell(show_number(surprise, 4), "bad" if not math.isfinite(surprise) else "", f"surprise_{i + 1}"),
                    Cell(show_number(float(found.exact[i]), 4)),
                ]
            )
        return rows

    # ---------------------------------------------------------------------------------------- the hand

    def _scores_with(self, number: int, value: float) -> dict[str, Any]:
        """The bar in the hand shows z − max or z; either way the new logit follows from it."""
        assert self._page is not None
        found = self._page.columns
        scores = (self._page.classes.logits + self._page.lifted).tolist()
        if self._page.params.subtract_max:
            others = [z for i, z in enumerate(scores) if i != number]
            top = max(scores) if found.exponents[number] < 0 or not others else max(others)
            scores[number] = top + value
        else:
            scores[number] = value
        return {"logits": write_scores([min(max(z, -MOST), MOST) for z in scores]), "source": "own"}

    def _dragged(self, number: int, value: float) -> None:
        self.drag("logit", Set(self._scores_with(number, value)))

    def _dropped(self, number: int, value: float) -> None:
        self._dragged(number, value)
        self.end_drag()

    def _name_truth(self, number: int) -> None:
        self.act(Set({"truth": number + 1}))

    def _choose(self, form: str) -> None:
        self.act(Set({"number_format": form}))

    def _toggle(self, on: bool) -> None:
        self.act(Set({"subtract_max": on}))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.bars,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.bars, self.sheet]

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the bars and the table keep most of it."""
        self.head.setVisible(not low)
        self._foot.setVisible(not low)


def _gone(power: float) -> bool:
    return power == 0 or not math.isfinite(power)
