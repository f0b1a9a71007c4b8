"""A goal the program checks: to be a better language model than a table of pairs."""

from __future__ import annotations

from lab.core.experiment import Challenge, Log, Progress, Setting
from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.game import ROUNDS
from lab.experiments.e19_next_token.gestures import Bet
from lab.experiments.e19_next_token.settings import Params

__all__ = ["CHALLENGES", "PASSAGE"]

PASSAGE = 2
READER = (
    ("ho", 0.9), ("ei", 0.9), (" ", 0.9), ("swb", 0.6), ("aeo", 0.9), ("wlu", 0.6), ("l ", 0.9), (" ", 0.8),
    ("shi", 0.6), ("h", 0.9), ("oa", 0.9), ("u", 0.95), ("l", 0.95), ("d", 0.95), (" ", 0.95), ("bgr", 0.6),
    ("uoi", 0.9), ("n", 0.9),
    (" ,.", 0.9), ("\n ", 0.9),
)  # fmt: skip
"""Bets of somebody who reads well: sure within words, careful where one begins."""


def check_beat(frame: NextFrame, _params: Params, _log: Log) -> Progress:
    """Twenty letters with less surprise than the bigram."""
    game = frame.game
    if game is None:
        return Progress(False, 0.0, _("Go back to the page “Game”."), failed=True)
    you, bigram = game.mean("you"), game.mean("bigram")
    if you is None or bigram is None:
        return Progress(False, 0.0, _("Bet on the first letter."))
    text = _("{n} of {all} letters: you {you}, the bigram {bigram} nats a letter.").format(
        n=len(game.rounds), all=ROUNDS, you=show_number(you, 3), bigram=show_number(bigram, 3)
    )
    if game.over:
        done = you < bigram
        return Progress(done, 1.0 if done else 0.95, (_("Done:") + " " if done else "") + text, failed=not done)
    return Progress(False, len(game.rounds) / ROUNDS, text)


CHALLENGES = (
    Challenge(
        "beat",
        N_("Beat the bigram"),
        N_(
            "Guess 20 letters with less surprise on average than a table of letter pairs. You may bet on up to three"
            " letters at once."
        ),
        Setting({"page": "game", "passage": PASSAGE}),
        check_beat,
        Setting({"page": "game", "passage": PASSAGE}, actions=tuple((0, Bet(*bet)) for bet in READER)),
        (
            N_("Within a word you often know the letter: bet nearly all of it."),
            N_("Where a word begins nobody knows: three letters with half of it cost little when they are wrong."),
            N_("The bigram sees one letter only. You see the whole sentence."),
        ),
        N_("20 bets"),
    ),
)
