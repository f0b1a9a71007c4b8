"""The Cheat page: every passage of the test between two detectors, and the loss on leaked and on clean passages."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e24_evaluation.cheat import STEPS
from lab.experiments.e24_evaluation.metrics_cheat import CHEAT
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Points, Series

__all__ = ["CheatView"]


class CheatView(BesidePage):
    """See above."""

    METRICS = CHEAT
    READOUTS = ("error_copied", "error_min_k", "error_mean", "secret")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.losses = Plot(), Plot()
        self.plot.set_titles(_("runs found in the training text, %"), _("Min-K, nats"), "")
        self.plot.setAccessibleName(_("Every passage of the test between two detectors"))
        self.losses.set_titles(_("step"), _("loss, nats a letter"), "")
        self.losses.setAccessibleName(_("Loss on leaked and on clean passages"))
        self.lay_beside(self.plot, self.losses, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page, (blue, orange) = self.page, palette.categories[:2]
        surprise = page.surprise
        self.plot.set_limits((-5.0, 105.0), (min(-6.5, float(surprise.min()) - 0.3), 0.0))
        self.plot.set_points(
            [
                Points(name, 100 * page.copied[which], surprise[which], color, marker, 11.0)
                for name, which, color, marker in (
                    (_("clean"), ~page.leaked, blue, "o"),
                    (_("leaked"), page.leaked, orange, "s"),
                )
            ]
        )
        steps = np.arange(float(len(page.past)))
        self.losses.set_limits((0.0, float(STEPS)), (0.0, 3.5))
        self.losses.set_series(
            [
                Series(_("clean"), steps, page.past[:, 1], blue, DASHES[0], "o"),
                Series(_("leaked"), steps, page.past[:, 0], orange, DASHES[1], "s"),
            ]
        )
