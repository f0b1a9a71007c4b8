"""The page of the data: what more points would do, and cross-validation fold by fold."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e12_overfitting.fold_strip import FoldStrip
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.redraws import Learning
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.side_page import SidePage
from widgets.base.colors import DASHES, MARKERS
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["DataPage"]

READOUTS = {
    "seen_error": N_("train"),
    "held_error": N_("validation"),
    "cv_mse": N_("cross-validation"),
    "cv_spread": N_("± standard error"),
    "degree": N_("degree"),
}
HIGHEST = 10.0  # errors beyond are out of the picture


class DataPage(SidePage):
    """Learning curve and folds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.learning = Plot()
        self.learning.set_titles(_("points to learn from"), _("mean squared error"), _("The error with more points"))
        self.learning.set_log(True, _("errors of 0, not shown: {count}"))
        self.folds = FoldStrip()
        self.lay_out(READOUTS, (self.folds,), below=True)

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        if frame.curve is None:
            return
        self._show_learning(frame.curve.learning, int((~frame.curve.sheet.held).sum()))
        self.folds.show_folds(frame.curve.folds)

    def _show_learning(self, found: Learning | None, n: int) -> None:
        if found is None:
            self.learning.set_series([])
            self.learning.set_lines([])
            return
        palette, x = look().palette, found.sizes
        shown = np.concatenate((found.train, found.test))
        shown = shown[(shown > 1e-6) & np.isfinite(shown)]
        low = 10.0 ** np.floor(np.log10(shown.min())) if len(shown) else 1e-2
        self.learning.set_limits((0.0, float(x[-1])), (float(max(low, 1e-4)), HIGHEST))
        rows = ((_("train"), found.train), (_("new points"), found.test))
        self.learning.set_series(
            [
                Series(
                    name,
                    x,
                    np.where(values > 1e-16, values, 0.0),
                    palette.categories[k],
                    DASHES[k],
                    MARKERS[k],
                    2.2,
                    points=True,
                )
                for k, (name, values) in enumerate(rows)
            ]
        )
        if n > 1:
            self.learning.set_lines([Line("n", float(n), True, palette.ball, (), _("n = {n}").format(n=n))])
