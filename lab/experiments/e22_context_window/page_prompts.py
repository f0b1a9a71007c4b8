"""The Prompts page: how many of the questions are right in each of four ways of asking; below, what the model read and
what it wrote."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e22_context_window.metrics import PROMPTS
from lab.experiments.e22_context_window.page import NumbersPage
from lab.experiments.e22_context_window.prompts import PATTERN, PromptsPage
from lab.experiments.e22_context_window.words import prompt_ways
from lab.kit.prompt_tasks import QUESTIONS
from widgets.base.colors import Palette
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.text.elided_label import FILLING, ElidedLabel

__all__ = ["PromptsView"]

TAIL, ROW = 220, 30  # characters of the prompt that are shown: its end; of a row of letters without spaces


class PromptsView(NumbersPage):
    """See above."""

    METRICS = PROMPTS
    READOUTS = ("asked", "right_1", "right_4", "least_4", "most_4")
    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = DragBars(movable=False)
        self.bars.set_titles(_("right of 30"), _("Right answers, by way of asking"))
        self.bars.set_range(0.0, float(QUESTIONS))
        self.needed, self.packs = ElidedLabel("", "small", lines=2), Button(_("Model packs…"), "outline", height=28)
        self.packs.clicked.connect(self.packs_requested)
        self._need = QWidget()
        hbox((self.needed, 1), self.packs, on=self._need)
        self.read, self.wrote = ElidedLabel("", "small", lines=FILLING), ElidedLabel("", "small", lines=FILLING)
        self._texts = QWidget()
        self._row = hbox((self.read, 1), (self.wrote, 1), on=self._texts)
        self.lay_out(self.bars, share=3)
        self._column.insertWidget(1, self._need)
        self._column.insertWidget(3, self._texts, 1)

    def colour(self, palette: Palette) -> None:
        page: PromptsPage = self.page
        bars = []
        for way, name in enumerate(prompt_ways(page.task)):
            span = page.span(way)
            share = page.counts[way] / page.asked if page.asked else 0.0
            ends = None if span is None else (QUESTIONS * span[0], QUESTIONS * span[1])
            text = f"{page.counts[way]}/{page.asked}" if page.asked else "–"
            bars.append(Bar(name, QUESTIONS * share, text, palette.categories[0], strong=page.asking == way, span=ends))
        self.bars.set_bars(bars)

    def show_words(self, page: PromptsPage, sentence: str) -> None:
        super().show_words(page, sentence)
        self._need.setVisible(bool(page.missing))
        self.needed.say(_("{why} Until then our copier goes on with patterns.").format(why=page.missing))
        self._texts.setVisible(bool(page.answers))
        if not page.answers:
            return
        tail = page.read if len(page.read) <= TAIL else f"… {page.read[-TAIL:]}"
        if page.task == PATTERN:
            tail = "\n".join(tail[start : start + ROW] for start in range(0, len(tail), ROW))
        self.read.say(_("The last thing it read:") + "\n" + tail)
        rows = zip(prompt_ways(page.task), page.answers[-1], page.right[-1], strict=True)
        lines = [f"{'✓' if right else '✗'} {way}: {' '.join(written.split())}" for way, written, right in rows]
        self.wrote.say(_("It wrote, and “{right}” was right:").format(right=page.wanted) + "\n" + "\n".join(lines))

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self._row.setSpacing(look().px(16))
