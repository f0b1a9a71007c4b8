"""The Chunks page: the document, painted in its chunks."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.experiments.e23_retrieval_agents.chunk_strip import ChunkStrip
from lab.experiments.e23_retrieval_agents.metrics import FIND
from lab.kit_qt.beside_page import BesidePage
from widgets.base.colors import Palette

__all__ = ["ChunksView"]


class ChunksView(BesidePage):
    """See above."""

    METRICS = FIND
    READOUTS = ("chunks", "place", "recall", "spent")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip = ChunkStrip()
        self.strip.acted.connect(self.acted)
        self.lay_beside(self.strip)

    def colour(self, palette: Palette) -> None:
        self.strip.show_chunks(self.page)
