"""The ladder, and the game: models that read the same text, and you against them."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import MOST_LETTERS, alphabet
from lab.experiments.e19_next_token.gestures import Bet
from lab.experiments.e19_next_token.ladder import RUNGS, size_of
from lab.experiments.e19_next_token.metrics import RUNG_NAMES
from lab.experiments.e19_next_token.page_next import OneColumn
from lab.experiments.e19_next_token.settings import MODELS, Display
from lab.kit.branching import quoted
from lab.kit_qt.token_bars import NamedBar, TokenBars
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["GameView", "LadderView"]

SHARES = ("0.3", "0.6", "0.9", "0.99")
COLORS = ("ball", "text3", "accent")  # of you, the bigram, Shakespeare
MOST_BITS = 6.0  # that the bars of the ladder hold: 64 letters alike are 6 bits


class LadderView(OneColumn):
    """A bar for each model: the shorter, the better."""

    HINT = N_(
        "Run: each model reads the same text. Shorter is better: fewer bits of surprise for each byte of the text."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = self.bars = TokenBars((_("bits"), _("numbers in it")), 140, chips=False)
        self.bars.setAccessibleName(_("Bits per byte of each model"))
        self.bars.chosen.connect(self._open)
        self.bars.requested.connect(self.requested)
        self.lay_out()

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        found = {rung.name: rung.bits for rung in frame.rungs}
        best = min(found, key=lambda name: found[name], default="")
        scale = max([MOST_BITS, *found.values()])
        self.bars.set_bars(
            [self._bar(frame, name, found.get(name), scale, name == best) for name in RUNGS], show_number(scale, 2)
        )

    def _bar(self, frame: NextFrame, name: str, bits: float | None, scale: float, best: bool) -> NamedBar:
        read = {rung.name for rung in frame.rungs}
        label = _(RUNG_NAMES[name])
        if bits is None:
            waits = _("needs its pack") if name == "smollm2" and not frame.pack else _("not read yet")
            if frame.reading is not None and name == next(rung for rung in RUNGS if rung not in read):
                waits = _("reading, {n} %").format(n=round(100 * frame.reading))
            return NamedBar(label, None, None, ("–", waits))
        size = size_of(name)  # known since it has read: one that has not would be counted here, in the window's thread
        numbers = show_number(size, 7) if size else _("135 million")
        return NamedBar(
            label, bits / scale, None, (show_number(bits, 3), numbers), highlighted=best, metric=f"bits_{name}"
        )

    def _open(self, number: int) -> None:
        """A model was pressed: look at it."""
        if RUNGS[number] in MODELS:
            self.act(Set({"model": RUNGS[number], "page": "next"}))


class Board(QWidget):
    """The curves and the letters of the game, as one picture."""


class GameView(OneColumn):
    """Letters to bet on, and the mean surprise so far."""

    HINT = N_("Which letter comes next? Press up to three below, choose how much you bet on them, and press Bet.")
    READOUTS = (("rounds", N_("letters"), 3), ("you", N_("you, nats"), 3), ("bigram_loss", N_("bigram"), 3),
                ("house_loss", N_("Shakespeare"), 3))  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = ""
        self._frame: NextFrame | None = None
        self._letters = alphabet()
        self.keys = TokenStrip(breaks=False)
        self.keys.set_title(_("Letters to bet on"))
        self.picture = self.plot = Plot()
        self.plot.set_titles(_("letter"), _("mean surprise, nats"), _("You and the models"))
        self.shares = Segmented(SHARES, tuple(f"{round(100 * float(share))} %" for share in SHARES))
        self.shares.set_chosen("0.6")
        self.shares.setAccessibleName(_("How much you bet"))
        self.bet, self.skip = Button(_("Bet"), "primary", height=28), Button(_("No idea"), "outline", height=28)
        self.told = kind(QLabel(), "small")
        self._row = hbox(self.shares, self.bet, self.skip, (self.told, 1))
        self.keys.pressed.connect(self._press)
        self.shares.chosen.connect(self.shares.set_chosen)
        self.bet.clicked.connect(self._bet)
        self.skip.clicked.connect(self._skip)
        self.board = Board()
        vbox((self.plot, 1), self.keys, on=self.board)
        self.lay_out((self.board, 1), self._row)

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        game = frame.game
        if game is None:
            return
        if before is None or before.game is None or len(before.game.rounds) != len(game.rounds):
            self._chosen = ""
        self._show_keys()
        rounds = np.arange(1.0, len(game.rounds) + 1)
        lines = (("you", _("you")), ("bigram", _("bigram")), ("house", _("Shakespeare")))
        losses = {who: np.array([getattr(one, who) for one in game.rounds]) for who, _name in lines}
        means = [
            Series(name, rounds, np.cumsum(losses[who]) / rounds, color) for (who, name), color in zip(lines, COLORS)
        ]
        self.plot.set_series(means if game.rounds else [])
        self.plot.set_limits((0.5, 20.5), None if game.rounds else (0.0, 4.2))

    def _show_keys(self) -> None:
        over = self._frame is None or self._frame.game is None or self._frame.game.over
        self.keys.set_tokens([Token(c, highlighted=c in self._chosen, faint=over) for c in self._letters])
        self.bet.setEnabled(bool(self._chosen) and not over)
        self.skip.setEnabled(not over)

    def show_words(self, frame: NextFrame, sentence: str) -> None:
        super().show_words(frame, sentence)
        self.keys.set_description(sentence)
        rounds = frame.game.rounds if frame.game is not None else ()
        if rounds:
            last = rounds[-1]
            self.told.setText(_("It was {letter}: {n} nats for you.").format(
                letter=quoted(last.truth), n=show_number(last.you, 3)
            ))  # fmt: skip
        else:
            self.told.setText(_("Up to three letters."))

    def _press(self, number: int) -> None:
        """A letter is taken, or given back."""
        letter = self._letters[number]
        if letter in self._chosen:
            self._chosen = self._chosen.replace(letter, "")
        elif len(self._chosen) < MOST_LETTERS:
            self._chosen += letter
        self._show_keys()

    def _bet(self) -> None:
        self.act(Bet(self._chosen, float(self.shares.chosen_keys()[0])))

    def _skip(self) -> None:
        self.act(Bet("", 0.0))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.board,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.plot, self.keys]

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self.told.setVisible(not narrow)
        self.keys.setFixedHeight(look().px(10) + (4 if narrow else 2) * look().px(28))
