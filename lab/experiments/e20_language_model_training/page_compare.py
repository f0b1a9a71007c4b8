"""The page that compares stages: the same questions to each model, and below what each has forgotten."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e20_language_model_training.compare import MOST, NAMES, ComparePage
from lab.experiments.e20_language_model_training.compare_facts import LABELS, METRICS
from lab.kit_qt.answer_table import AnswerTable
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["CompareView"]

FORGOTTEN = N_("What each model has forgotten: the loss of Shakespeare")


class CompareView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("tuned_forgot", "lora_forgot", "preference_forgot", "lora_style")

    page: ComparePage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.plot = AnswerTable(_("The same questions to each model")), Plot()
        self.lay_out(self.table, self.plot, share=3)

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        real, names = page.real is not None, [column.name for column in page.columns]
        rows = [
            [question, *([column.answers[place] for column in page.columns] or ["—"])]
            for place, question in enumerate(page.questions)
        ]
        self.table.set_answers([_(LABELS[name]) for name in names] or [""], rows)
        kind = _("What it has forgotten: the loss of neutral text") if real else _(FORGOTTEN)
        self.plot.set_titles(_("step"), _("loss, nats"), kind)
        self.plot.set_limits((0.0, float(MOST)))
        self.plot.set_series(
            [
                Series(_(LABELS[name]), *page.judged(name), palette.categories[n], DASHES[n], MARKERS[n], 2.2)
                for n, name in enumerate(NAMES)
                if name in names
            ]
        )
