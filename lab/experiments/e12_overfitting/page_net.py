"""The page of the networks: what four of them believe, how they came to it, and how large their weights are."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e12_overfitting.frame import FitFrame, NetShown
from lab.experiments.e12_overfitting.metrics import RUNNER_NAMES
from lab.experiments.e12_overfitting.net_maps import NetMaps
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.side_page import SidePage
from widgets.base.colors import DASHES, MARKERS
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["NetPage"]

READOUTS = {
    "plain_held": N_("as it is"),
    "l2_held": "L2",
    "dropout_held": N_("dropout"),
    "early_held": N_("stopped"),
    "gap": N_("gap"),
    "kept": N_("kept from step"),
}
SHORT = {"plain": N_("as it is"), "l2": "L2", "dropout": N_("dropout"), "early": N_("stopped")}
assert SHORT.keys() == RUNNER_NAMES.keys()


class NetPage(SidePage):
    """Four maps, the losses, the weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.maps = NetMaps()
        self.losses, self.weights = Plot(), Plot()
        self.losses.set_titles(_("step"), _("loss held out"), _("The loss on held-out points"))
        self.weights.set_titles(_("weight"), _("how many"), _("How large the weights are"))
        self.lay_out(READOUTS, (self.losses, self.weights))

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        if frame.net is not None:
            self.maps.show_net(frame.net)
            self._show_losses(frame.net)
            self._show_weights(frame.net)

    def _show_losses(self, shown: NetShown) -> None:
        palette = look().palette
        series = [
            Series(
                _(SHORT[one.name]), shown.steps, shown.held[:, k].copy(), palette.categories[k], DASHES[k], MARKERS[k]
            )
            for k, one in enumerate(shown.runners)
        ]
        seen = Series(_("seen"), shown.steps, shown.seen[:, 0].copy(), palette.categories[0], (1, 3), "", 1.6)
        self.losses.set_series([*series, seen])
        kept = float(shown.runner("early").kept)
        self.losses.set_lines([Line("kept", kept, True, palette.ball, (3, 2))] if kept else [])

    def _show_weights(self, shown: NetShown) -> None:
        """Without names: colours and dashes are those of the plot above."""
        palette, middles = look().palette, (shown.edges[1:] + shown.edges[:-1]) / 2
        self.weights.set_limits((float(shown.edges[0]), float(shown.edges[-1])), None)
        rows = enumerate(shown.runners)
        self.weights.set_series(
            [Series("", middles, one.counts, palette.categories[k], DASHES[k], "", 2.2) for k, one in rows]
        )
