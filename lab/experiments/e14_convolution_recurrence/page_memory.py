"""The Memory page: the sequence above, the states below it, one column a step, what it answers, and how it learns."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.metrics import MEMORY
from lab.experiments.e14_convolution_recurrence.ribbon import Ribbon
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["MemoryView", "letters_of"]

READOUTS = ("right", "loss", "state", "answer", "wanted", "looks")
LEAST_STEPS = 50
SYMBOLS, BELL = "1234", "?"


def letters_of(page: MemoryPage) -> tuple[str, ...]:
    """The sequence as it is read: symbols 1 to 4, and the bell as a question mark; or brackets."""
    if page.params.task == "brackets":
        return tuple("()"[int(row.argmax())] for row in page.x)
    last = len(page.x) - 1
    names = [SYMBOLS[int(row[: len(SYMBOLS)].argmax())] for row in page.x]
    return (*names[:last], BELL)


class MemoryView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: MemoryPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.read, self.said = Ribbon(_("What it reads")), Ribbon(_("What it would answer, and how surely"))
        self.states = Matrix(scale="diverging")
        self.states.setAccessibleName(_("States"))
        self.whole = QWidget()
        vbox(self.read, (self.states, 1), self.said, on=self.whole, gap=2)
        self.plot = Plot()
        self.plot.setAccessibleName(_("Share right while it learns"))
        self.readouts = ReadoutRow(READOUTS, tuple(_(MEMORY.labels[name]) for name in READOUTS))
        self._column = vbox(self.sentence, (self.whole, 5), (self.plot, 2), self.readouts, on=self)
        self.states.pressed.connect(self._press)
        self.states.requested.connect(self._ask)
        self.said.pressed.connect(self._press_step)
        self.read.pressed.connect(self._press_step)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: MemoryPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        looks = page.looks
        self.read.set_title(
            _("What it reads") if looks is None else _("What it reads, and how much the end looks at it")
        )
        self.read.show_letters(letters_of(page), np.zeros(len(page.x)) if looks is None else looks, page.at)
        self.states.set_values(page.states.T, -1.0, 1.0)
        self.states.set_highlighted(page.unit, page.at)
        first = 0 if page.params.task == "brackets" else 1
        self.said.show_letters([str(n + first) for n in page.said.argmax(axis=1)], page.said.max(axis=1), page.at)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        if self._page is None:
            return
        past = self._page.past
        self.plot.set_titles(_("step of training"), _("right"), "")
        self.plot.set_limits((0.0, float(max(LEAST_STEPS, past.steps[-1]))), (0.0, 1.0))
        right = Series(_("right"), past.steps, past.column(1), palette.categories[0], DASHES[0], "o", 2.2)
        self.plot.set_series([right])

    def show_words(self, page: MemoryPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(_task(page))
        for part in (self.read, self.states, self.said, self.plot):
            part.set_description(sentence)
        show_metrics(self.readouts, MEMORY.values(page), dict.fromkeys(READOUTS, 3))
        self.readouts.readout("looks").setVisible(page.looks is not None)

    def _press(self, unit: int, step: int) -> None:
        self.act(Set({"unit": unit + 1, "at": step + 1}))

    def _press_step(self, step: int) -> None:
        self.act(Set({"at": step + 1}))

    def _ask(self, _unit: int, _step: int) -> None:
        self.requested.emit("state")

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.states, OnPaper(self.plot, self._apply_palette)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.whole,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.plot.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)


def _task(page: MemoryPage) -> str:
    if page.params.task == "brackets":
        return _("After each bracket: how many are open? Run to let it learn.")
    first = int(np.argmax(page.x[0]))
    text = _("It reads a {symbol} first. After {n} steps the bell rings: which symbol came first?")
    return text.format(symbol=SYMBOLS[min(first, 3)], n=len(page.x) - 1)
