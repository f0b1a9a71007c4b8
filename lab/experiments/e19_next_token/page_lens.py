"""The page of the layers: what the model would say after each, for every token; and for the lit one the chances of
those that lead somewhere, from the first layer to the last."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.page_next import OneColumn
from lab.experiments.e19_next_token.settings import Display
from lab.experiments.e19_next_token.words import no_layers
from lab.kit.branching import quoted
from lab.kit_qt.lens_grid import LensGrid
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["LensView"]

COLORS = ("ball", "accent", "text2", "text3")


class LensView(OneColumn):
    """The grid above, the ways of the lit column below."""

    HINT = N_(
        "Read upwards: what the model would write after each layer. Press a column to see how it makes up its mind."
    )
    READOUTS = (("lens_says", N_("it says"), 3), ("settled", N_("leads from layer"), 3),
                ("lens_half", N_("halfway"), 3), ("lens_last", N_("at the end"), 3))  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = self.grid = LensGrid()
        self.plot = Plot()
        self.plot.set_titles(_("layer"), _("probability"), _("The lit column, layer by layer"))
        self.grid.chosen.connect(self._light)
        self.lay_out((self.grid, 3), (self.plot, 2))

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        lens = frame.lens
        reading = _("The layers are being read … {n} %").format(n=round(100 * (frame.opening or 0.0)))
        self.grid.set_lens(lens, reading if frame.layered else no_layers())
        if lens is None:
            self.plot.set_series([])
            return
        layers = np.arange(lens.layers + 1.0)
        self.plot.set_series(
            [
                Series(quoted(lens.names[token])[1:-1], layers, way, color)
                for token, way, color in zip(lens.rivals, lens.ways, COLORS)
            ]
        )
        self.plot.set_limits((0.0, float(lens.layers)), (0.0, 1.0))

    def show_words(self, frame: NextFrame, sentence: str) -> None:
        super().show_words(frame, sentence)
        self.plot.set_description(sentence)

    def _light(self, column: int) -> None:
        lens = self.grid.lens()
        if lens is not None:
            self.act(Set({"column": lens.first + column + 1}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.grid, self.plot)
