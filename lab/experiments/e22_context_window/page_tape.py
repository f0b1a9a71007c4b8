"""The Needle page: the tape, and below it how surely the needle is found at every distance."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e22_context_window.metrics import TAPE_ROWS
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.settings import TAPE
from lab.experiments.e22_context_window.tape import PLACES
from lab.experiments.e22_context_window.tape_strip import TapeStrip
from widgets.base.colors import DASHES, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["TapeView"]


class TapeView(NumbersPage):
    """See above."""

    METRICS = TAPE_ROWS
    READOUTS = ("found", "mean_found", "guess", "fallen")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tape, self.plot = TapeStrip(), Plot()
        self.plot.set_titles(_("letters ago"), _("chance"), "")
        self.plot.setAccessibleName(_("Chance of the right letter at each distance"))
        self.tape.acted.connect(self.acted)
        self.lay_out(self.tape, self.plot)

    def colour(self, palette: Palette) -> None:
        page = self.page
        self.tape.show_tape(page)
        self.plot.set_limits((0.0, float(TAPE)), (0.0, 1.3))
        lines = [Line("window", float(page.params.window), True, palette.text3, (2, 3), _("window ends"))]
        lines.append(Line("needle", float(page.params.distance), True, palette.ball, (), _("needle")))
        self.plot.set_lines(lines)
        places = np.array(PLACES, np.float64)
        self.plot.set_series([Series(_("found"), places, page.recall, palette.accent, DASHES[0], "o", points=True)])
