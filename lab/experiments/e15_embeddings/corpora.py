"""The small texts that vectors are learned from."""

from __future__ import annotations

from collections.abc import Sequence

from lab.core.paths import asset
from lab.core.text import _
from lab.engine.text.tokenizer import Tokenizer

__all__ = ["FRUIT", "MIXED", "MOST_LINES", "MOST_WORDS", "TOY", "checked_lines", "in_pieces", "lines_of"]

TOY = (
    "king rules land", "queen rules land", "king wears crown", "queen wears crown",
    "king lives in castle", "queen lives in castle", "king rides horse", "queen rides horse",
    "cook boils rice", "cook boils soup", "child eats rice", "child eats soup", "rice fills bowl", "soup fills bowl",
)  # fmt: skip
"""Two who keep one company, and two who keep another."""
MIXED = (
    "king rules land", "king wears crown", "king lives in castle", "king rides horse",
    "queen fills bowl", "cook boils queen", "child eats queen",
    "cook boils rice", "cook boils soup", "child eats rice", "child eats soup", "rice fills bowl", "soup fills bowl",
)  # fmt: skip
"""The same kingdom, with the queen in the wrong company."""
FRUIT = (
    "we peel apple", "we peel orange", "we peel banana", "apple grows on tree", "orange grows on tree",
    "banana grows on tree", "we drink tea hot", "we drink coffee hot", "we drink cocoa hot", "tea fills cup",
    "coffee fills cup", "cocoa fills cup", "we press orange", "we press apple", "we drink juice cold",
    "we press juice", "juice fills cup", "juice of apple", "juice of orange",
)  # fmt: skip
"""Fruit, drinks, and juice, which keeps company with both."""
LETTER_NAMES = 1000
MOST_LINES, MOST_WORDS = 2000, 400
"""So many sentences are learned from, with so many different words."""


def lines_of(corpus: str, own: str) -> tuple[str, ...]:
    """The sentences of a corpus. own: those of the learner, a line each; the toy kingdom where there are none."""
    if corpus == "letters":
        names = asset("data/names.txt").read_text("utf-8").split()[:LETTER_NAMES]
        return tuple(" ".join(name.lower()) for name in names)
    if corpus == "own" and own.strip():
        return tuple(line for line in (" ".join(_words(raw)) for raw in own.splitlines()) if line)
    return {"fruit": FRUIT, "mixed": MIXED}.get(corpus, TOY)


def in_pieces(lines: Sequence[str], pieces: str, tokenizer: Tokenizer | None) -> tuple[str, ...]:
    """The same sentences with blanks between letters, or between tokens, whose own blanks are written "␣"."""
    if pieces == "words" or (pieces == "received" and tokenizer is None):
        return tuple(lines)
    if pieces == "letters":
        return tuple(" ".join("".join(line.split())) for line in lines)
    assert tokenizer is not None
    return tuple(" ".join(_token(tokenizer, i) for i in tokenizer.encode(line)) for line in lines)


def _token(tokenizer: Tokenizer, number: int) -> str:
    """A token as it is written; one that is half a letter by its number."""
    text = tokenizer.decode([number])
    return "".join("␣" if sign.isspace() else sign for sign in text) if text and "�" not in text else f"<{number}>"


def checked_lines(lines: Sequence[str]) -> None:
    """Raises ValueError, in words, for sentences that nothing can be learned from."""
    words = {word for line in lines for word in line.split()}
    if len(lines) > MOST_LINES:
        raise ValueError(_("There are {n} sentences; at most {most} are read.").format(n=len(lines), most=MOST_LINES))
    if len(words) > MOST_WORDS:
        text = _("There are {n} different words; at most {most} are learned.")
        raise ValueError(text.format(n=len(words), most=MOST_WORDS))
    if len(words) < 3 or not any(len(line.split()) > 1 for line in lines):
        raise ValueError(_("A word learns from its neighbours: this needs three words, and a line with two of them."))


def _words(line: str) -> list[str]:
    """The words of a line, small and without the signs around them."""
    return [word for raw in line.lower().split() if (word := raw.strip(".,;:!?\"'“”‘’()[]…-–"))]
