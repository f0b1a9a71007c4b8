"""Goals the program checks, from the tokens that come out and never from which buttons were pressed."""

from __future__ import annotations

from typing import Any

from lab.core.experiment import Challenge, Progress, Setting
from lab.core.text import N_, _
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.gestures import Force, SetText
from lab.experiments.e16_tokenization.settings import Params

__all__ = ["CHALLENGES"]

Log = tuple[tuple[int, Any], ...]
WORD, MOST_LETTERS, MOST_MERGES = "attention", 200, 30
FEWEST, MERGES = 9, 2


def check_attention(frame: TokenFrame, params: Params, log: Log) -> Progress:
    """A short text of the learner's own makes one token of the word."""
    if params.corpus != "own":
        return Progress(False, 0.0, _("Learn from a text of your own: “Own text…” above the pieces."), failed=True)
    written = [action.text for _step, action in log if isinstance(action, SetText)]
    if not written:
        return Progress(False, 0.0, _("Write a training text of your own."))
    if len(written[-1]) > MOST_LETTERS:
        message = _("The training text has {n} characters; {most} are allowed.")
        return Progress(False, 0.0, message.format(n=len(written[-1]), most=MOST_LETTERS), failed=True)
    if params.text != WORD or params.page == "read":
        return Progress(False, 0.1, _("Let it read the word “{word}” and nothing else.").format(word=WORD))
    if frame.by_hand:
        return Progress(False, 0.0, _("A pair was chosen by hand: only the text may choose."), failed=True)
    tokens, merges = frame.own.tokens, frame.merges
    if merges > MOST_MERGES:
        return Progress(False, 0.2, _("{n} merges are too many.").format(n=merges), failed=True)
    if tokens == 1:
        return Progress(True, 1.0, _("Done: one token after {n} merges.").format(n=merges))
    text = _("“{word}” takes {tokens} tokens after {n} merges.").format(word=WORD, tokens=tokens, n=merges)
    return Progress(False, min(0.95, 1 - (tokens - 1) / len(WORD)), text)


def check_greedy(frame: TokenFrame, params: Params, _log: Log) -> Progress:
    """Two merges of the learner's choice leave fewer tokens than the two most frequent pairs."""
    if params.corpus != "puzzle" or not params.pre_split or params.unit != "byte":
        return Progress(False, 0.0, _("Go back to the three words, cut into words first, in bytes."), failed=True)
    if frame.merges > MERGES:
        return Progress(False, 0.0, _("Only two merges: go back with ←, or undo."), failed=True)
    if frame.merges == MERGES and frame.n_tokens <= FEWEST:
        return Progress(True, 1.0, _("Done: {n} tokens after two merges.").format(n=frame.n_tokens))
    text = _("{tokens} tokens after {n} of 2 merges.").format(tokens=frame.n_tokens, n=frame.merges)
    return Progress(False, 0.45 * frame.merges / MERGES, text)


CHALLENGES = (
    Challenge(
        "attention",
        N_("One token for “attention”"),
        N_(
            "Write a training text of at most 200 characters, so that within 30 merges the word “attention” is one"
            " single token."
        ),
        Setting({"corpus": "own", "text": WORD}, actions=((0, SetText("Write something better than this.")),)),
        check_attention,
        Setting(
            {"corpus": "own", "text": WORD, "pre_split": True},
            actions=((0, SetText(f"{WORD} " * 10)),),
            steps=8,
        ),
        (
            N_("A merge needs a pair that is frequent. What must come often in your text?"),
            N_("Nine letters are eight merges at least. Do any of yours go across the end of the word?"),
            N_("Cut into words first, and nothing is merged across a blank."),
        ),
        N_("8 merges"),
    ),
    Challenge(
        "greedy",
        N_("Beat the greedy rule"),
        N_(
            "Greed takes the most frequent pair and leaves 10 tokens of “tan taste tea” after two merges. Choose two"
            " merges in the league table that leave 9."
        ),
        Setting({"corpus": "puzzle", "pre_split": True}),
        check_greedy,
        Setting(
            {"corpus": "puzzle", "pre_split": True},
            actions=((0, Force(0, ord("t"), ord("a"))), (0, Force(1, ord("t"), ord("e")))),
        ),
        (
            N_("A merge that eats a letter takes it away from every other pair it was in."),
            N_("Leave the blank alone. Which two pairs never want the same letter?"),
        ),
        N_("2 presses"),
    ),
)
