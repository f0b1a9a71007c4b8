"""The Arena page: the ratings of four models with their intervals, and how often each beat each."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e24_evaluation.arena import NAMES
from lab.experiments.e24_evaluation.metrics_arena import ARENA
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import Palette
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars
from widgets.plots.matrix import Matrix

__all__ = ["ArenaView"]

STEP = 50.0  # points by which the scale grows


class ArenaView(BesidePage):
    """See above."""

    METRICS = ARENA
    READOUTS = ("votes", "first_won", "flipped", "in_order", "votes_needed")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars, self.wins = DragBars(movable=False), Matrix()
        self.bars.set_titles(_("rating, points"), _("Ratings, their 95 % intervals, and the truth dashed"))
        self.wins.set_titles(_("The row beat the column"), _("winner"), _("loser"))
        self.lay_beside(self.bars, self.wins, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page = self.page
        ratings, errors = (page.ratings, page.errors) if page.votes else (np.zeros(4), np.zeros(4))
        reach = float(max(np.abs(ratings).max() + errors.max(), np.abs(page.true).max(), 100.0))
        reach = STEP * float(np.ceil(min(reach, 1000.0) / STEP))
        self.bars.set_range(-reach, reach)
        rows = zip(NAMES, ratings.tolist(), errors.tolist(), page.true.tolist(), palette.categories, strict=False)
        rows = zip(NAMES, ratings.tolist(), errors.tolist(), page.true.tolist(), palette.categories, strict=False)
        bars = []
        for name, rating, half, truth, color in rows:
            text, span = f"{name}  {show_number(rating, 3)}", (rating - half, rating + half)
            bars.append(Bar(text, rating, " ", color, ghost=truth, span=span))
        self.bars.set_bars(bars)
        met = page.wins + page.wins.T
        shares = np.divide(page.wins, met, out=np.full_like(met, 0.5), where=met > 0)
        self.wins.set_values(shares, 0.0, 1.0, NAMES, NAMES)
