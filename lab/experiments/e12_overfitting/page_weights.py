"""The page of the weights: what every price does to them, and to the error."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e12_overfitting.error_plot import PricePlot
from lab.experiments.e12_overfitting.frame import FitFrame
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.side_page import SidePage
from lab.experiments.e12_overfitting.weight_bars import WeightBars
from widgets.controls.chips import Segmented

__all__ = ["WeightsPage"]

READOUTS = {
    "seen_error": N_("train"),
    "held_error": N_("validation"),
    "norm": "‖w‖",
    "alive": N_("not 0"),
    "best_price": N_("best λ"),
}


class WeightsPage(SidePage):
    """Paths of the weights, the error at every price, the weights now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.paths = PricePlot(errors=False)
        self.errors, self.weights = PricePlot(errors=True), WeightBars()
        self.kinds = Segmented(("none", "ridge", "lasso"), (_("None"), _("Ridge"), _("Lasso")))
        self.kinds.setAccessibleName(_("Price on weights"))
        self.lay_out(READOUTS, (self.errors, self.weights), foot=(self.kinds,))
        self.kinds.chosen.connect(self._kind_chosen)
        for plot in (self.paths, self.errors):
            plot.price_chosen.connect(self.choose_price)
            plot.dropped.connect(self.end_drag)

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        if frame.curve is None or frame.curve.by_price is None:
            return
        movable = frame.params.regularizer != "none"
        for plot in (self.paths, self.errors):
            plot.show_prices(frame.curve.by_price, frame.params.penalty, movable)
        self.weights.show_fit(frame.curve.fit)
        self.kinds.set_chosen(frame.params.regularizer)

    def _kind_chosen(self, name: str) -> None:
        if self._frame is not None:
            self.kinds.set_chosen(self._frame.params.regularizer)  # until the run has taken the other one
        self.act(Set({"regularizer": name}))
