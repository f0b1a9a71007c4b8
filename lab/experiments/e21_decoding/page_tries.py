"""The Tries page: problems that can be checked, tried again and again, and what more tokens gain."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.text import _
from lab.engine.decoding.tries import majority
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.knob import Knob
from lab.experiments.e21_decoding.page_next import show_readouts
from lab.experiments.e21_decoding.settings import Display
from lab.experiments.e21_decoding.tried import Outcome
from lab.experiments.e21_decoding.tries_grid import TriesGrid, TriesRow
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.readout import ReadoutRow

__all__ = ["TriesView"]

SIDE, BELOW = 262, 430  # pixels at 100 % text: beside the tries as wide, below them as high


class TriesView(Page):
    """The tries at the left; how many, how long, the curve and the read-outs at the right."""

    _narrow = False
    DIGITS = {"one_right": 3, "majority_right": 3, "checker_right": 3, "tokens_spent": 4}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: object = None
        self.grid, self.chart = TriesGrid(), Plot()
        self.grid.setAccessibleName(_("Problems and their tries"))
        self.chart.setAccessibleName(_("Share right against tokens"))
        self.chart.set_titles(_("tokens a problem"), "", _("Share right"))
        self.tries, self.budget = Knob("tries"), Knob("budget")
        labels = (_("one try"), _("vote"), _("one of them right"), _("tokens a problem"))
        self.readouts = ReadoutRow(tuple(self.DIGITS), labels, column=True)
        self.note = kind(QLabel(_("Step tries the next problem once, Run all of them.")), "small")
        self.note.setWordWrap(True)
        self._side = QWidget()
        self._knobs = vbox(self.tries, self.budget)
        self._right = vbox(self._knobs, (self.chart, 1), self.readouts, on=self._side)
        self._left = vbox(self.note, (self.grid, 1))
        self._row = hbox((self._left, 1), self._side, on=self)
        for knob in (self.tries, self.budget):
            knob.acted.connect(self.acted)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, frame: DecodingFrame, _display: Display) -> None:
        """Draw a frame."""
        params = frame.params
        self.tries.show_value(params.tries)
        self.budget.show_value(params.budget)
        self.budget.setEnabled(frame.pretrained)
        tried = frame.tried
        rows = [
            TriesRow(problem.shown, problem.answer, tuple(one.answer for one in made), majority(made))
            for problem, made in zip(frame.tries.problems, tried.tries)
        ]
        self.grid.set_rows(rows, params.tries)
        key = (frame.tries, params.tries, tried.key, look())
        if key != self._shown:
            self._shown = key
            self._show_curves(frame)

    def _show_curves(self, frame: DecodingFrame) -> None:
        """The share that is right against what was spent, of this setting and of those before it."""
        colors = look().palette.categories
        found, series = frame.tries.outcomes(frame.tried), list[Series]()
        for tried in frame.tries.others(frame.params):
            if before := frame.tries.outcomes(tried):
                x, y = _curve(before, "majority")
                series.append(Series(tried.label(), x, y, "text3", (2, 3), "s", points=True))
        if found:
            x, y = _curve(found, "majority")
            series.append(_whiskers(found, colors[0]))
            series.append(Series(_("vote"), x, y, colors[0], (), "o", points=True))
            series.append(Series(_("one right"), *_curve(found, "checker"), colors[2], (5, 3), "t1", points=True))
            series.append(Series(_("likeliest"), *_curve(found, "likeliest"), colors[1], (1, 2), "d"))
        most = max((float(one.x.max()) for one in series), default=10.0)
        self.chart.set_limits((0.0, most * 1.05), (0.0, 1.0))
        self.chart.set_series(series)
        self.chart.set_lines([] if series else [Line("none", 0.0, False, "text2", (4, 3), _("nothing tried yet"))])

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """Read-outs and descriptions."""
        show_readouts(self.readouts, frame, self.DIGITS)
        self.grid.set_description(sentence)
        self.chart.set_description(sentence)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.grid,) if self._narrow else (self.grid, self.chart)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.grid, self.chart]

    def relook(self) -> None:
        px = look().px
        self._left.setSpacing(px(4))
        self._right.setSpacing(px(4))
        self._knobs.setSpacing(px(2))
        self._row.setSpacing(px(14))
        self._shown = None

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the tries keep most of it."""
        self._narrow = narrow
        turn(self._row, narrow)
        self._side.setMinimumSize(look().px(SIDE), look().px(BELOW) if narrow else 0)
        self._side.setMaximumWidth(16_777_215 if narrow else look().px(SIDE))
        self.note.setVisible(not low)
        self.readouts.setVisible(not low)


def _curve(outcomes: tuple[Outcome, ...], who: str) -> tuple[np.ndarray, np.ndarray]:
    return np.array([out.tokens for out in outcomes]), np.array([out.shares[who] for out in outcomes])


def _whiskers(outcomes: tuple[Outcome, ...], color: str) -> Series:
    """Where the true share of a vote lies with 95 % confidence."""
    x = np.repeat([out.tokens for out in outcomes], 3)
    y = np.array([end for out in outcomes for end in (out.low["majority"], out.high["majority"], np.nan)])
    return Series("", x, y, color, (), "o", 1.0, faint=True)
