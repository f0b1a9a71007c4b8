"""The Names page: names that the network wrote, coloured by one unit of its state, and how it learns to spell."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e14_convolution_recurrence.letters import Letters
from lab.experiments.e14_convolution_recurrence.metrics import NAMES
from lab.experiments.e14_convolution_recurrence.names_run import NamesPage
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import DASHES, Palette
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.buttons import Button, IconButton
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["NamesView"]

READOUTS = ("loss", "held_loss", "known", "names", "parameters")
LEAST_STEPS = 50


class NamesView(Page):
    """See above."""

    own = Signal()  # the page for a list of one's own is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: NamesPage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.before = IconButton("chevron-left", _("Colours of the unit before"), side=28)
        self.after = IconButton("chevron-right", _("Colours of the next unit"), side=28)
        self.list = Button(_("Your own list…"), "outline", height=28)
        self.letters, self.plot = Letters(), Plot()
        self.plot.setAccessibleName(_("Loss while it learns"))
        self.readouts = ReadoutRow(READOUTS, tuple(_(NAMES.labels[name]) for name in READOUTS))
        head = hbox((self.sentence, 1), self.before, self.after, self.list)
        self._column = vbox(head, (self.letters, 4), (self.plot, 1), self.readouts, on=self)
        self.before.clicked.connect(self._back)
        self.after.clicked.connect(self._on)
        self.list.clicked.connect(self._ask_own)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: NamesPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self.letters.show_page(page)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        past, guess = page.past, math.log(len(page.alphabet))
        self.plot.set_titles(_("step"), _("loss"), "")
        self.plot.set_limits((0.0, float(max(LEAST_STEPS, past.steps[-1]))), (0.0, 1.15 * guess))
        self.plot.set_lines([Line("guess", guess, False, palette.text3, (2, 3), _("guessing"))])
        names = _("learned"), _("kept names")
        self.plot.set_series(
            [
                Series(name, past.steps, past.column(place), palette.categories[place], DASHES[place], "o", 2.0)
                for place, name in enumerate(names)
            ]
        )

    def show_words(self, page: NamesPage, sentence: str) -> None:
        """The texts and read-outs."""
        text = _("Blue and orange: what unit {n} of {all} says at each letter.")
        self.sentence.say(text.format(n=page.unit + 1, all=page.params.hidden))
        self.letters.set_description(sentence)
        self.plot.set_description(sentence)
        show_metrics(self.readouts, NAMES.values(page), dict.fromkeys(READOUTS, 3) | {"names": 4, "parameters": 5})

    def _turn(self, by: int) -> None:
        if self._page is not None:
            self.act(Set({"unit": (self._page.unit + by) % self._page.params.hidden + 1}))

    def _back(self, *_pressed: object) -> None:
        self._turn(-1)

    def _on(self, *_pressed: object) -> None:
        self._turn(1)

    def _ask_own(self, *_pressed: object) -> None:
        self.own.emit()

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.letters, OnPaper(self.plot, self._apply_palette)]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.letters,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low)
        self.plot.setVisible(not low)
        self.list.setVisible(not narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)
