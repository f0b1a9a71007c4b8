"""The Memory page: the loss at each letter of a long text, read with everything kept, a window, a window and the
first."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e22_context_window.metrics import MEMORY
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.words import way_names
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["MemoryView"]


class MemoryView(NumbersPage):
    """See above."""

    METRICS = MEMORY
    READOUTS = ("within", "all_beyond", "window_beyond", "sinks_beyond")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = Plot()
        self.plot.setAccessibleName(_("Loss at each letter, by what is kept"))
        self.lay_out(self.plot)

    def colour(self, palette: Palette) -> None:
        page = self.page
        places, losses = page.stretches()
        names = way_names(page.params)
        count = 3 if page.params.sinks else 2
        self.plot.set_limits((0.0, float(page.length)))
        ends = [Line("context", float(page.context), True, palette.text3, (2, 3), _("trained until here"))]
        self.plot.set_titles(_("letter of the text"), _("loss, nats a letter"), "")
        if page.params.source == "smollm2":
            self.plot.set_titles(_("token of the text"), _("loss, nats a token"), "")
            window = float(page.params.window)
            ends = [Line("window", window, True, palette.text3, (2, 3), _("the first token leaves the window"))]
        self.plot.set_lines(ends)
        self.plot.set_series(
            [
                Series(names[k], places, losses[k], palette.categories[k], DASHES[k], MARKERS[k], 2.6 if k < 2 else 2.0)
                for k in range(count)
            ]
        )
