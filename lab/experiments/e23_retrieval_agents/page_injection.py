"""The Injection page: how often each attack gets what it wants against each defence, and how often the answer is right
all the same."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.attacking import ATTACKS, DEFENCES, InjectionPage
from lab.experiments.e23_retrieval_agents.metrics import INJECTION
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.matrix import Matrix

__all__ = ["InjectionView"]


class InjectionView(BesidePage):
    """See above."""

    METRICS = INJECTION
    READOUTS = ("attacked", "send_ask", "honest", "right_defended")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fell, self.right = Matrix(), DragBars(movable=False)
        self.fell.set_writing(_percent)
        self.right.set_range(0.0, 1.0)
        self.right.set_titles(_("right"), _("Right answers, by defence"))
        self.lay_beside(self.fell, below=(self.right,), share=3)

    def colour(self, palette: Palette) -> None:
        page: InjectionPage = self.page
        rows, columns = [_(name) for name in ATTACKS.values()], [_(name) for name in DEFENCES.values()]
        self.fell.set_titles(_("The attack got what it wanted"), _("attack"), _("defence"))
        self.fell.set_values(page.rates, 0.0, 1.0, rows, columns)
        means = page.rights.mean(axis=0).tolist()
        self.right.set_bars(
            [
                Bar(name, share, _percent(share), palette.categories[0])
                for name, share in zip(columns, means, strict=True)
            ]
        )
        ghost = "" if page.asked else _("Press Run: the table fills.")
        self.fell.set_ghost(ghost)

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self.right.setVisible(not low)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
