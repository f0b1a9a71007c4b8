"""The page “Does it help?”: right answers of SmolLM2, by what stands before the question; below, its last answers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e23_retrieval_agents.helping import HelpPage
from lab.experiments.e23_retrieval_agents.metrics import HELP
from lab.experiments.e23_retrieval_agents.pack_line import PackLine
from lab.experiments.e23_retrieval_agents.texts import library_questions
from lab.kit.passage_answers import WAYS
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.block_list import Block, BlockList
from widgets.base.colors import Palette
from widgets.plots.draggable_bars import Bar, DragBars

__all__ = ["HelpView"]


class HelpView(BesidePage):
    """See above."""

    METRICS = HELP
    READOUTS = ("help_asked", "ranked_first", "lost", "ignored")
    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars, self.list = DragBars(movable=False), BlockList(_("Questions and answers"), choosable=False)
        self.need = PackLine()
        self.need.packs_requested.connect(self.packs_requested)
        self.lay_beside(self.bars, self.list, wide=(2, 1))
        self._column.insertWidget(1, self.need)

    def colour(self, palette: Palette) -> None:
        page: HelpPage = self.page
        self.bars.set_range(0.0, float(max(1, page.asked)))
        title = _("Right answers of SmolLM2") if page.measured else _("Right answers of SmolLM2, measured before")
        self.bars.set_titles(_("right of {n}").format(n=page.asked), title)
        bars = []
        for way, name in WAYS.items():
            span, count = page.span(way), page.count(way)
            ends = None if span is None else (page.asked * span[0], page.asked * span[1])
            text = f"{count}/{page.asked}" if page.asked else "–"
            bars.append(Bar(_(name), float(count), text, palette.categories[0], strong=page.asking == way, span=ends))
        self.bars.set_bars(bars)
        self.list.set_blocks(_blocks(page), at_end=page.measured)

    def show_words(self, page: HelpPage, sentence: str) -> None:
        super().show_words(page, sentence)
        self.need.say(page.missing)


def _blocks(page: HelpPage) -> list[Block]:
    """Every question with its answers in the four ways."""
    found = []
    for number, (row, right) in enumerate(zip(page.answers, page.right.tolist(), strict=True)):
        names = [_(name) for name in WAYS.values()]
        said = zip(names, row, right, strict=True)
        lines = [f"{'✓' if good else '✗'} {name}: {' '.join(text.split())}" for name, text, good in said]
        note = _("right one first") if page.ranked[number] else _("right one not first")
        found.append(
            Block(
                library_questions()[number].text,
                "\n".join(lines),
                note,
                color="accent" if right[1] else "line",
                lines=8,
            )
        )
    return found
