"""The page of the sums: the table filling up, long after all that was shown is right."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e12_overfitting.frame import FitFrame, GrokShown
from lab.experiments.e12_overfitting.settings import Display
from lab.experiments.e12_overfitting.side_page import SidePage
from lab.experiments.e12_overfitting.sum_tables import SumTables
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["GrokPage"]

READOUTS = {
    "updates": N_("updates"),
    "decayed_held": N_("others right, with decay"),
    "free_held": N_("without"),
    "learned_at": N_("learned at"),
    "understood_at": N_("understood at"),
}


class GrokPage(SidePage):
    """Two tables and four curves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.main = self.tables = SumTables()
        self.shares = Plot()
        self.shares.set_titles(_("update"), _("share right"), _("How many sums are right"))
        self.shares.set_limits(None, (0.0, 1.05))
        self.lay_out(READOUTS, (self.shares,), below=True)

    def show_parts(self, frame: FitFrame, display: Display) -> None:
        if frame.grok is not None:
            self.tables.show_tables(frame.grok)
            self._show_shares(frame.grok)

    def _show_shares(self, shown: GrokShown) -> None:
        palette = look().palette
        kinds = (
            (_("seen"), 0, (), "o"),
            (_("others, with decay"), 1, (), "t1"),
            ("", 0, (2.0, 3.0), ""),
            (_("others, without"), 1, (2.0, 3.0), "s"),
        )
        self.shares.set_series(
            [
                Series(name, shown.steps, shown.curves[:, place].copy(), palette.categories[color], dash, mark)
                for place, (name, color, dash, mark) in enumerate(kinds)
            ]
        )
        at = shown.decayed.understood
        label = _("understood")
        self.shares.set_lines([Line("understood", float(at), True, palette.ball, (3, 2), label)] if at else [])
