"""The Graph page: the walk through the layers, and how many of the right passages such walks find for their work."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.graph_picture import GraphPicture
from lab.experiments.e23_retrieval_agents.metrics import GRAPH
from lab.experiments.e23_retrieval_agents.walking import GraphPage
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import DASHES, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["GraphView"]


class GraphView(BesidePage):
    """See above."""

    METRICS = GRAPH
    READOUTS = ("hops", "compared", "walk_recall", "work_5")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.graph, self.plot = GraphPicture(), Plot()
        self.plot.set_titles(_("compared"), _("recall"), "")
        self.plot.setAccessibleName(_("Recall against work"))
        self.lay_beside(self.graph, self.plot, wide=(2, 1))

    def colour(self, palette: Palette) -> None:
        page: GraphPage = self.page
        self.graph.show_graph(page)
        self.plot.set_limits((0.0, 360.0), (0.0, 1.15))
        self.plot.set_lines([Line("all", float(len(page.places)), True, palette.text3, (2, 3), _("all"))])
        name = _("recall")
        self.plot.set_series([Series(name, page.work, page.recall, palette.accent, DASHES[0], "o", points=True)])
