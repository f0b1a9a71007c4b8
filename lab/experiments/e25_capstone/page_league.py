"""The League page: losses over the number of parameters, the training that is under way among them, and the board."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e25_capstone.league import LeaguePage
from lab.experiments.e25_capstone.league_board import LeagueBoard
from lab.experiments.e25_capstone.league_facts import LEAGUE, lines_of
from lab.experiments.e25_capstone.league_rules import MOST_PARAMETERS, MOST_TOKENS, written
from lab.experiments.e25_capstone.loss_page import LossPage
from lab.experiments.e25_capstone.metrics import RUNGS
from lab.experiments.e25_capstone.words import duration
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, vbox
from widgets.controls.buttons import Button
from widgets.pages.save_button import SaveButton
from widgets.plots.plot import Line, Points, Series

__all__ = ["LeagueView"]

SMALLEST = 2_000  # parameters at the left end
AIR = 0.12  # of the range, above and below
NEAR = 1.2  # times the largest loss of the board
PAST = 0.1  # powers of ten beyond what is allowed


class LeagueView(LossPage):
    """`own`: a result from a file is wanted."""

    METRICS, READOUTS = LEAGUE, ("parameters", "tokens_to_read", "rank", "difference")
    DIGITS = 6
    own = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open = Button(_("Open a result…"), "outline", height=28)
        self.save = SaveButton(_("Save result…"), _("Save the result"), _("Results (*.json)"))
        self.board = LeagueBoard()
        self.plot.set_log(True)
        self.plot.set_powers(True)
        self.plot.setAccessibleName(_("Losses of the league"))
        below = hbox((self.report, 1), self.open, self.save)
        self._column = vbox(self.sentence, below, (self.plot, 1), self.board, self.readouts, on=self)
        self.open.clicked.connect(self._ask)
        self.save.told.connect(self.report.say)
        self.board.chosen.connect(self._choose)
        self.relook()

    # ------------------------------------------------------------------------------------------ drawing

    def show_page(self, page: LeaguePage, display: object) -> None:
        """Draw a frame's page."""
        marked = 0 if page.checked is None else page.entries.index(page.checked) + 1
        self.board.show_lines(lines_of(page), marked)
        super().show_page(page, display)

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        low, high = self._range(page)
        left = math.log10(min(SMALLEST, page.parameters, *(one.parameters for one in page.entries)))
        right = math.log10(MOST_PARAMETERS) + PAST
        self.plot.set_titles(_("parameters"), _("held-out loss, nats a token"), "")
        self.plot.set_limits((left, right), (low, high))
        self.plot.set_points(_clouds(page, palette, high))
        self.plot.set_series(_tables(page, palette, left, right))
        self.plot.set_lines([Line("most", math.log10(MOST_PARAMETERS), True, palette.bad, (3, 3), _("allowed"))])

    @staticmethod
    def _range(page: LeaguePage) -> tuple[float, float]:
        """Around the entries and the longer tables, and around what is trained as soon as it is near."""
        seen = [one.nats for one in page.entries] + [rung.loss for rung in page.rungs[2:]]
        if page.held_out is not None and page.held_out < NEAR * max(seen):
            seen.append(page.held_out)
        low, high = min(seen), max(seen)
        return low - AIR * (high - low), high + 2 * AIR * (high - low)

    def show_words(self, page: LeaguePage, sentence: str) -> None:
        """The texts and read-outs."""
        super().show_words(page, sentence)
        self.save.offer("" if page.made is None else written(page.made), "league-result.json")
        self.board.set_description(self.board.summary())

    def told(self, page: LeaguePage) -> str:
        text = _("Shakespeare, small letters: at most {n} parameters, at most {d} tokens. Time left here: {time}.")
        left = LEAGUE.number(page, "seconds_left")
        time = "—" if left is None else duration(left)
        return text.format(n=show_number(MOST_PARAMETERS), d=show_number(MOST_TOKENS), time=time)

    # ------------------------------------------------------------------------------------------ hands

    def _ask(self, *_pressed: object) -> None:
        self.own.emit()

    def _choose(self, number: int) -> None:
        self.act(Set({"checks": number}))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [*super().pictures(), self.board]


def _clouds(page: LeaguePage, palette: Palette, high: float) -> list[Points]:
    """The entries, and how the training under way comes down."""
    x = np.log10([one.parameters for one in page.entries])
    found = [Points(_("entries"), x, np.array([one.nats for one in page.entries]), palette.categories[0], "d", 9.0)]
    losses = page.judged[page.judged[:, 2] <= high, 2]
    if len(losses):
        here = np.full(len(losses), math.log10(page.parameters))
        found.append(Points(_("here"), here, losses, palette.categories[1], "o", 6.0))
    return found


def _tables(page: LeaguePage, palette: Palette, left: float, right: float) -> list[Series]:
    """Level lines for what the longer tables come to."""
    ends = np.array([left, right])
    lines = []
    for rung in page.rungs[2:]:
        name = " ".join((_(RUNGS[rung.order - 1]), show_number(rung.loss, 3)))
        lines.append(Series(name, ends, np.full(2, rung.loss), palette.text3, (2, 3), "s", 1.2))
    return lines
