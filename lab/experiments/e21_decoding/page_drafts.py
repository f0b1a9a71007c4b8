"""The Drafts page: rounds of guessing ahead, what they gain, whether the text is still the large model's own, and what
another acceptance and another cost would give."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.decoding.speculative import speed_up
from lab.experiments.e21_decoding.frame import LONGEST_DRAFT, DecodingFrame
from lab.experiments.e21_decoding.gestures import CheckDrafts
from lab.experiments.e21_decoding.knob import FIELDS, Knob
from lab.experiments.e21_decoding.light import verdict_on
from lab.experiments.e21_decoding.page_next import show_readouts
from lab.experiments.e21_decoding.round_list import RoundList
from lab.experiments.e21_decoding.settings import Display, Params
from lab.kit.gestures import Measure
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, set_shown, stack, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.controls.chips import Segmented
from widgets.controls.dropdown import Dropdown
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.text.light import Light, Verdict
from widgets.text.readout import ReadoutRow

__all__ = ["DraftsView"]

TALL = 560  # pixels at 100 % text, from which on there is room for rounds and what-if


class DraftsView(Page):
    """Rounds at the left; who drafts, what is counted, the light and the what-if at the right. Where it is low the
    what-if takes turns with the rounds."""

    DIGITS = {"acceptance": 3, "tokens_per_round": 3, "draft_speed_up": 3, "ms_alone": 3, "ms_drafted": 3}
    WHAT_IF = {"expected_tokens": 3, "speed_up": 3}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._params: Params | None = None
        self.rounds, self.chart, self.light = RoundList(), Plot(), Light()
        self.rounds.setAccessibleName(_("Rounds of drafts"))
        self.chart.set_titles("γ", "", _("Times as fast"))
        self.drafter = Dropdown(FIELDS["drafter"].choices, [_(label) for label in FIELDS["drafter"].choice_labels])
        self.drafter.setAccessibleName(_("Who drafts"))
        self.gamma, self.alpha, self.cost = Knob("gamma"), Knob("alpha"), Knob("cost")
        labels = (
            _("acceptance α"),
            _("tokens a round"),
            _("times as fast"),
            _("ms a token alone"),
            _("ms with drafts"),
        )
        self.readouts = ReadoutRow(tuple(self.DIGITS), labels, column=True)
        self.what_if = ReadoutRow(tuple(self.WHAT_IF), (_("tokens"), _("times as fast")))
        self.check = Button(_("Check 10000"), "outline", "check")
        self.measure = IconButton("target", _("Measure the milliseconds of this computer"))
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self._legend = kind(QLabel(_("✓ accepted · ✕ refused · ↻ corrected · + bonus")), "small")
        self._if_title = kind(QLabel(_("What if")), "strong")
        self._who = kind(QLabel(_("Who drafts")), "strong")
        self._lower, self._side = QWidget(), QWidget()
        self._knobs = vbox(self.alpha, self.cost, self.what_if)
        self._below = vbox(self._if_title, (self.chart, 1), self._knobs, on=self._lower)
        self._large = stack(self.rounds)
        self.turns = Segmented(("rounds", "what-if"), (_("Rounds"), _("What if")))
        self.turns.set_compact(True)
        self.turns.set_chosen("rounds")
        self.turns.hide()
        self.turns.setAccessibleName(_("Rounds, or what another acceptance and another cost would give"))
        self._left = vbox(hbox((self._legend, 1), self.turns), (self._large, 1))
        self._buttons = hbox((self.check, 1), self.measure)
        drafter = (self._who, self.drafter, self.gamma)
        self._right = vbox(*drafter, self.readouts, self._buttons, self.light, (self._lower, 1), None, on=self._side)
        self._side.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # it asks for no height
        self._row = hbox((self._left, 1), self._side, on=self)

    def _connect(self) -> None:
        self.drafter.chosen.connect(self._draft_by)
        for knob in (self.gamma, self.alpha, self.cost):
            knob.acted.connect(self.acted)
        for row in (self.readouts, self.what_if):
            row.requested.connect(self.requested)
        self.check.clicked.connect(self._check)
        self.measure.clicked.connect(self._measure)
        self.turns.chosen.connect(self._turn)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: DecodingFrame, _display: Display) -> None:
        """Draw a frame."""
        params = frame.params
        if frame.can_draft:
            empty = _("Press Step: {n} tokens are guessed, and the large model checks them.").format(n=params.gamma)
        else:
            empty = _("Drafts need the model Shakespeare or SmolLM2: choose one under Controls.")
        self.rounds.set_rounds(frame.drafts.latest, frame.drafts.rounds, frame.names, empty)
        self.drafter.set_chosen("lookup" if frame.copies else params.drafter)
        for knob, value in ((self.gamma, params.gamma), (self.alpha, params.alpha), (self.cost, params.cost)):
            knob.show_value(value)
        if self._params is None or _curve_key(params) != _curve_key(self._params):
            self._params = params
            self._show_curve(params)

    def _show_curve(self, params: Params) -> None:
        """What each number of guesses would gain, drawn as far as one has looked: to γ."""
        n = np.arange(0, params.gamma + 1)
        speeds = np.array([speed_up(params.alpha, int(k), params.cost) for k in n])
        color = look().palette.categories[0]
        self.chart.set_limits((0, LONGEST_DRAFT), (0.0, max(2.0, float(np.ceil(speeds.max() * 2)) / 2)))
        self.chart.set_series([Series("", n.astype(np.float64), speeds, color, (), "o", points=True)])
        self.chart.set_lines([Line("one", 1.0, False, "text2", (4, 3), _("without drafts"))])

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """Read-outs and light."""
        show_readouts(self.readouts, frame, self.DIGITS)
        show_readouts(self.what_if, frame, self.WHAT_IF)
        self.check.setEnabled(frame.can_draft)
        self.measure.setEnabled(frame.can_draft and not frame.measuring)
        message = sentence
        self.rounds.set_description(message)
        self.chart.set_description(message)
        checked = frame.checked
        if checked is None:
            self.light.show_verdict(
                Verdict("", _("Are the tokens still those of the large model? Put it to the test."))
            )
        else:
            verdict = verdict_on(checked.rule.p_value, _("The rule changes nothing."))
            alone = _("The drafter alone would be found out.") if checked.alone.p_value < 0.01 else ""
            self.light.show_verdict(Verdict(verdict.tone, f"{verdict.text} {alone}".strip()))

    # ---------------------------------------------------------------------------------------- the hand

    def _draft_by(self, key: str) -> None:
        self.act(Set({"drafter": key}))

    def _check(self) -> None:
        self.act(CheckDrafts())

    def _measure(self) -> None:
        self.act(Measure())

    def _turn(self, to: str) -> None:
        """Rounds or what-if, where there is no room for both."""
        self.turns.set_chosen(to)
        self._large.setCurrentWidget(self._lower if to == "what-if" and self._taking_turns else self.rounds)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self._large,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.rounds, self.chart]

    def relook(self) -> None:
        px = look().px
        self._left.setSpacing(px(6))
        self._right.setSpacing(px(6))
        self._knobs.setSpacing(px(2))
        self._row.setSpacing(px(16))
        self._fit_side()
        if self._params is not None:
            self._show_curve(self._params)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the rounds keep most of it."""
        self._narrow = narrow
        turn(self._row, narrow)
        self._fit_side()
        self._legend.setVisible(not low)
        self._low = low
        self._who.setVisible(not low and not self._taking_turns)
        self.light.setVisible(not low)

    _taking_turns = _narrow = _low = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low page shows rounds or what-if, a high one both."""
        super().resizeEvent(event)
        turns = self.height() < look().px(TALL)
        if turns != self._taking_turns:
            self._taking_turns = turns
            if turns:
                self._right.removeWidget(self._lower)
                self._large.addWidget(self._lower)
            else:
                self._large.removeWidget(self._lower)
                self._right.insertWidget(self._right.count() - 1, self._lower, 1)
                set_shown(self._lower, True)
            set_shown(self.turns, turns)
            set_shown(self._who, not self._low and not turns)
            self._turn(self.turns.chosen_keys()[0])
            self._fit_side()

    def _fit_side(self) -> None:
        """Where the view may scroll it is as high as what is in it, and below the rounds as wide as they are."""
        wide, policy = look().px(190 if self._taking_turns else 300), QSizePolicy.Policy
        self._side.setMinimumWidth(wide)
        self._side.setMaximumWidth(16_777_215 if self._narrow else wide)
        scrolls = self._narrow or look().scale > 1
        self._side.setSizePolicy(policy.Preferred, policy.Preferred if scrolls else policy.Ignored)


def _curve_key(params: Params) -> tuple[float, float, int]:
    return params.alpha, params.cost, params.gamma
