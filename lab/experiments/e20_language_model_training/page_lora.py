"""The page of LoRA: what is added to a frozen matrix, how many directions it uses, the losses, and what the model
answers."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e20_language_model_training.examples import pairs
from lab.experiments.e20_language_model_training.lora import LoraPage
from lab.experiments.e20_language_model_training.lora_facts import METRICS
from lab.kit_qt.answer_table import AnswerTable
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["LoraView"]

MOST_BARS = 8  # the largest of them


class LoraView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("loss", "forgotten", "style", "learned", "learned_share")

    page: LoraPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.matrix, self.bars, self.plot = Matrix(scale="diverging"), DragBars(movable=False), Plot()
        self.table = AnswerTable(_("Questions that were never learned"))
        self.plot.set_titles(_("step"), _("loss, nats"), _("Loss of answers and of neutral text"))
        self.bars.set_titles("", _("Singular values of what is added"))
        self.lay_out((self.matrix, self.plot), self.bars, self.table, share=2, beside=(2, 3))

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        title = _("W + (α/r)·B·A, layer {n}") if page.params.merged else _("(α/r)·B·A, layer {n}")
        self.matrix.set_titles(title.format(n=page.params.layer), _("query"), _("stream"))
        most = float(np.abs(page.change).max()) or 1.0
        self.matrix.set_values(page.change, -most, most)
        kinds = ((_("answers"), page.judged_loss()), (_("neutral text"), page.judged(1)))
        self.plot.set_limits((0.0, float(page.most if page.step > 60 else 60)))
        self.plot.set_series(
            [
                Series(name, *curve, palette.categories[n], DASHES[n], MARKERS[n], 2.2)
                for n, (name, curve) in enumerate(kinds)
            ]
        )
        values = page.singular.tolist()
        self.bars.set_range(0.0, max([1e-6, *values]) * 1.1)
        self.bars.set_bars([Bar(str(n), value, show_number(value, 2)) for n, value in enumerate(values[:MOST_BARS], 1)])
        answers = page.answers or tuple((question, "—") for question in pairs().held_out[: page.params.asked])
        self.table.set_answers((_("the model now"),), [list(pair) for pair in answers], page.lit())
