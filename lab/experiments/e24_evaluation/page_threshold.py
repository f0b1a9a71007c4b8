"""The Threshold page: two hills and the line between yes and no, with the ROC curve and precision against recall."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e24_evaluation.gestures import Commit
from lab.experiments.e24_evaluation.hills import Hills
from lab.experiments.e24_evaluation.metrics import THRESHOLD
from lab.experiments.e24_evaluation.settings import CELLS
from lab.experiments.e24_evaluation.words import examples
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import hbox
from widgets.controls.buttons import Button
from widgets.plots.plot import Plot
from widgets.plots.series import Points, Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["ThresholdView"]

UNIT = (0.0, 1.0)


class ThresholdView(BesidePage):
    """See above."""

    METRICS = THRESHOLD
    READOUTS = ("accuracy", "precision", "recall", "f1", "cost", "excess")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hills, self.roc, self.pr = Hills(), Plot(), Plot()
        self.roc.set_titles(_("false alarms"), _("recall"), "")
        self.roc.setAccessibleName(_("ROC curve"))
        self.pr.set_titles(_("recall"), _("precision"), "")
        self.pr.setAccessibleName(_("Precision against recall"))
        for plot in (self.roc, self.pr):
            plot.set_limits(UNIT, UNIT)
        self.examples = ElidedLabel("", "small", lines=2)
        self.lock = Button(_("Lock in"), "outline", height=28)
        self.lock.setToolTip(_("Take this threshold, and be shown where mistakes would have cost least."))
        self.lock.clicked.connect(self._lock)
        foot = QWidget()
        hbox((self.examples, 1), self.lock, on=foot)
        self.hills.acted.connect(self.acted)
        self.lay_beside(self.hills, self.roc, self.pr, wide=(9, 4), foot=(foot,))

    def colour(self, palette: Palette) -> None:
        page = self.page
        self.hills.show_hills(page)
        counts, (blue, orange) = page.counts, palette.categories[:2]
        roc, pr = page.roc(), page.precision_recall()
        chance = np.array(UNIT)
        self.roc.set_series(
            [Series(_("a guess"), chance, chance, palette.text3, (2, 3), faint=True),
             Series("ROC", roc.x, roc.y, blue, DASHES[0])]
        )  # fmt: skip
        order = np.argsort(pr.x, kind="stable")
        self.pr.set_series([Series(_("precision"), pr.x[order], pr.y[order], orange, DASHES[0])])
        rate, recall = counts.false_positive_rate, counts.recall
        precision = 1.0 if counts.precision is None else counts.precision  # of nothing that was called positive
        self.roc.set_points(_dot(rate, recall, palette))
        self.pr.set_points(_dot(recall, precision, palette))

    def show_words(self, page: object, sentence: str) -> None:
        super().show_words(page, sentence)
        name = _(CELLS[self.page.params.cell])
        self.examples.say(f"{name}: {examples(self.page)}")

    def _lock(self) -> None:
        if self.page is not None:
            self.act(Commit(self.page.params.threshold))


def _dot(x: float | None, y: float | None, palette: Palette) -> list[Points]:
    """Where the threshold stands on a curve; nothing where a rate does not exist."""
    if x is None or y is None:
        return []
    return [Points(_("this threshold"), np.array([x]), np.array([y]), palette.ball, "o", 12.0)]
