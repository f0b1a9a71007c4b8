"""The Cache page: how much memory a text takes in published models, and the error of fewer bits."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.params import fields_of
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e22_context_window.cache import BITS, SHAPES
from lab.experiments.e22_context_window.metrics import CACHE
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.settings import Params
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["CacheView"]

POINTS, LEAST = 33, 8192
GIB = 2.0**30
FIELDS = {field.name: field for field in fields_of(Params)}


class CacheView(NumbersPage):
    """See above."""

    METRICS = CACHE
    READOUTS = ("bytes_per_token", "cache_mib", "score_error", "same_choice")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.errors = Plot(), Plot()
        self.plot.set_titles(_("tokens"), _("GiB"), "")
        self.plot.setAccessibleName(_("Memory of a text, by its length"))
        self.plot.line_dragged.connect(self._longer)
        self.plot.line_dropped.connect(self._dropped)
        self.errors.set_titles(_("bits a number"), _("error of a score"), "")
        self.errors.set_log(True, _("an error of 0 has no place on this scale"))
        self.errors.setAccessibleName(_("Error of a score, by bits"))
        self.lay_out(self.plot, self.errors)

    def colour(self, palette: Palette) -> None:
        page = self.page
        most = max(LEAST, 2 * page.params.tokens)
        tokens = np.linspace(0.0, most, POINTS)
        labels = dict(zip(FIELDS["shape"].choices, FIELDS["shape"].choice_labels, strict=True))
        self.plot.set_limits((0.0, float(most)))
        here = Line("tokens", float(page.params.tokens), True, palette.ball, (), _("this text"), True, 128.0)
        self.plot.set_lines([here])
        self.plot.set_series(
            [
                Series(_(labels[name]), tokens, tokens * shape.per_token(page.bits) / GIB, palette.categories[k],
                       DASHES[k], MARKERS[k], 3.4 if name == page.params.shape else 1.8)
                for k, (name, shape) in enumerate(SHAPES.items())
            ]
        )  # fmt: skip
        bits = np.array(BITS, np.float64)[::-1]
        self.errors.set_limits((0.0, 18.0))
        self.errors.set_lines([Line("bits", float(page.bits), True, palette.ball, (), _("these bits"))])
        self.errors.set_series(
            [Series(_("measured"), bits, page.errors[::-1], palette.accent, DASHES[0], "o", points=True)]
        )

    def _longer(self, _name: str, tokens: float) -> None:
        if self.page is not None and np.isfinite(tokens):
            found = round(min(max(tokens, 1.0), 10_000_000.0))
            if found != self.page.params.tokens:
                self.drag("tokens", Set({"tokens": found}))

    def _dropped(self, name: str, tokens: float) -> None:
        self._longer(name, tokens)
        self.end_drag()
