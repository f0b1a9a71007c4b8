"""The Calls page: how many of SmolLM2's calls can be read, are of the right tool and have the right result, by how they
were written; beside it every request with what was written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.calling import MARKS, REQUESTS, WAYS, CallsPage
from lab.experiments.e23_retrieval_agents.metrics_agents import CALLS
from lab.experiments.e23_retrieval_agents.pack_line import PackLine
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.block_list import Block, BlockList
from widgets.base.colors import Palette
from widgets.plots.matrix import Matrix

__all__ = ["CallsView"]


class CallsView(BesidePage):
    """See above."""

    METRICS = CALLS
    READOUTS = ("calls_asked", "valid_free", "valid_held", "tool_both", "right_both")
    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table, self.list = Matrix(), BlockList(_("Requests and calls"), choosable=False)
        self.table.set_writing(_count)
        self.need = PackLine()
        self.need.packs_requested.connect(self.packs_requested)
        self.lay_beside(self.table, self.list, wide=(2, 1))
        self._column.insertWidget(1, self.need)

    def colour(self, palette: Palette) -> None:
        page: CallsPage = self.page
        title = _("Calls of SmolLM2") if page.measured else _("Calls of SmolLM2, measured before")
        self.table.set_titles(title, _("written"), _("of {n} calls").format(n=page.asked))
        rows, columns = [_(name) for name in WAYS.values()], [_(name) for name in MARKS.values()]
        self.table.set_values(page.counts, 0.0, float(max(1, page.asked)), rows, columns)
        self.table.set_ghost("" if page.asked else _("Press Run: the table fills."))
        legend = _("✓ right result  • can be read  ✗ cannot")
        self.list.set_blocks(_blocks(page), legend, at_end=page.measured)

    def show_words(self, page: CallsPage, sentence: str) -> None:
        super().show_words(page, sentence)
        self.need.say(page.missing)


def _count(number: float) -> str:
    return f"{number:.0f}"


def _blocks(page: CallsPage) -> list[Block]:
    """Every request with its calls in the four ways."""
    names = [_(name) for name in WAYS.values()]
    found = []
    for number, (row, good) in enumerate(zip(page.answers, page.good.tolist(), strict=True)):
        signs = ["✓" if right else "•" if valid else "✗" for valid, _tool, right in good]
        lines = [f"{sign} {name}: {' '.join(text.split())}" for sign, name, text in zip(signs, names, row, strict=True)]
        request = REQUESTS[number]
        color = "accent" if good[-1][2] else "line"
        found.append(Block(request.text, "\n".join(lines), request.tool, color=color, lines=10))
    return found
