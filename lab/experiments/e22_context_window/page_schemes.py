"""The Schemes page: what each of five models loses at each letter, up to four times the length it was trained on."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e22_context_window.metrics import SCHEME_ROWS
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.schemes import FARTHER, NAMES
from lab.experiments.e22_context_window.settings import SCHEMES
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["SchemesView"]

MARKED, OTHER = 3.4, 1.8  # pixels


class SchemesView(NumbersPage):
    """See above."""

    METRICS = SCHEME_ROWS
    READOUTS = ("loss", "loss_beyond", "stretched_far", "shuffled")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot()
        self.plot.set_titles(_("letter of the text"), _("loss, nats a letter"), "")
        self.plot.setAccessibleName(_("Loss at each letter, by scheme"))
        self.lay_out(self.plot)

    def colour(self, palette: Palette) -> None:
        page = self.page
        drawn = []
        for place, name in enumerate(NAMES):
            wide = MARKED if name == page.params.scheme else OTHER
            drawn.append(
                Series(_(SCHEMES[name]), page.places, page.curves[place], palette.categories[place], DASHES[place],
                       MARKERS[place], wide, points=name == page.params.scheme)
            )  # fmt: skip
        if page.stretched is not None:
            drawn.append(
                Series(_("RoPE, stretched"), page.places, page.stretched, palette.categories[5], DASHES[5], MARKERS[5])
            )
        trained = float(page.params.trained)
        self.plot.set_limits((0.0, FARTHER * trained))
        self.plot.set_lines([Line("trained", trained, True, palette.text3, (2, 3), _("trained until here"))])
        self.plot.set_series(drawn)
