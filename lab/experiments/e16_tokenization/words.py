"""The state in plain sentences: for the heading, the status line, and whoever cannot see the picture; the controls
that have no effect now, and the curve as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import N_, _, n_
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.reading import piece_text

__all__ = ["curves", "describe", "headline", "quoted", "round_trip_words", "unused"]

LONG = 18


def quoted(token: bytes) -> str:
    """A token in a sentence, with its white space to be seen; a long one shortened."""
    text = piece_text(token).replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·")
    return f"“{text if len(text) <= LONG else text[: LONG - 1] + '…'}”"


def headline(frame: TokenFrame) -> str:
    """What has just happened, or what will."""
    if frame.params.page == "read":
        return _of_the_ladder(frame)
    if frame.params.page == "compare":
        return _("One text, cut in four ways")
    if frame.last is not None:
        last = frame.last
        token = frame.token
        counted = n_("counted {n} time", "counted {n} times", last.count)
        text = _("Merge {n}: {token}, {counted}").format(n=frame.merges, token=quoted(token), counted=counted)
        if last.by_hand:
            return _("{sentence}, your choice").format(sentence=text)
        return _("{sentence}, tie of {n}").format(sentence=text, n=last.ties) if last.ties > 1 else text
    if frame.league:
        first = frame.league[0]
        return _("Next: {left} + {right}, {counted}").format(
            left=quoted(first.left_token), right=quoted(first.right_token),
            counted=n_("counted {n} time", "counted {n} times", first.count),
        )  # fmt: skip
    return _("There is no pair to merge.")


def _of_the_ladder(frame: TokenFrame) -> str:
    if frame.ladder is None:
        return _("There is nothing to read.")
    word = quoted(frame.ladder.text.encode())
    rung = frame.ladder.rung
    if rung.made is None:
        return _("{word} in its smallest pieces").format(word=word)
    return _("Rank {rank} makes {token}").format(rank=rung.rank, token=quoted(rung.tokens[rung.made]))


def round_trip_words(frame: TokenFrame) -> str:
    """Whether the text comes back, for the light."""
    if frame.strip.same:
        return "decode(encode(x)) = x"
    return n_("{n} character lost", "{n} characters lost", len(frame.strip.lost))


def describe(frame: TokenFrame) -> str:
    """The state in one or two sentences."""
    after = n_("After {n} merge", "After {n} merges", frame.merges)
    carried = frame.n_bytes / frame.n_tokens if frame.n_tokens else 0.0
    long = n_("{n} token", "{n} tokens", frame.n_tokens)
    text = _("{sentence}, “{title}” is {tokens} long: {carried} bytes a token.").format(
        sentence=after, title=frame.title, tokens=long, carried=show_number(carried, 3)
    )
    return f"{text} {_of_the_page(frame)}"


def _of_the_page(frame: TokenFrame) -> str:
    page = frame.params.page
    if page == "read" and frame.ladder is not None:
        return headline(frame) + "."
    if page == "compare" and frame.readings:
        return _("The text takes {own} tokens of yours, {gpt2} of GPT-2 and {characters} characters.").format(
            own=frame.own.tokens, gpt2=frame.readings["gpt2"].tokens, characters=frame.readings["characters"].tokens
        )
    return headline(frame).rstrip(".") + "."


def unused(frame: TokenFrame) -> dict[str, str]:
    """The controls without effect now, and why."""
    p, found = frame.params, dict[str, str]()
    if p.corpus != "shakespeare":
        found["kilobytes"] = N_("Only Shakespeare is longer than is needed.")
    if p.page != "read":
        found |= dict.fromkeys(("reader", "word"), N_("Only the page “Read” asks this."))
    if p.page != "learn":
        found["token"] = N_("Only the page “Learn” draws a tree.")
    return found


def curves(frame: TokenFrame) -> tuple[Curve, ...]:
    """The compression curve."""
    return (Curve("tokens", "merges", "tokens", np.arange(len(frame.curve)), frame.curve, course=True),)
