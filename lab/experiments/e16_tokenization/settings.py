"""What can be chosen in this experiment: the text that is learned from, how it is cut first, the text that is read,
and which page is open."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Label, More, Pattern, Range, Restarts, Shows, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.experiments.e16_tokenization.texts import CORPORA

__all__ = ["MOST_MERGES", "NEWEST", "PAGES", "Display", "Params"]

MOST_MERGES = 2_000
NEWEST = -1
PAGES = {"learn": N_("Learn"), "read": N_("Read"), "compare": N_("Compare")}
"""What each page is called on screen."""


@dataclass(frozen=True, slots=True)
class Params:
    """The controls. The training text starts the run again; everything else is changed live."""

    corpus: Annotated[
        Literal["toy", "shakespeare", "english", "code", "emoji", "scripts", "digits", "puzzle", "received", "own"],
        Label(N_("Train on")),
        Choices(tuple(CORPORA.values())),
        Tip(N_("The training text: its pairs are counted and merged. “Own text…” above the pieces lets you write it.")),
        Restarts(),
    ] = "shakespeare"
    text: Annotated[
        str,
        Pattern(
            "",
            N_("empty: the training text"),
            N_("It has {n} characters; here {most} can be read. A longer text can be learned from, by “Own text…”."),
        ),
        Label(N_("Text to read")),
        Tip(N_("Any text, to be cut with the merges learned so far. Empty: the training text itself.")),
    ] = ""
    merges: Annotated[
        int,
        Range(0, 300, step=1, typed=(0, MOST_MERGES)),
        Label(N_("Merges at once")),
        Tip(N_("So many merges are made before the first step; each step makes one more. Drag it: it is live.")),
        Digits(4),
    ] = 0
    pre_split: Annotated[
        bool,
        Label(N_("Cut into words first")),
        Tip(N_("Words, numbers and signs are cut apart first, as GPT-2 does it, and no merge crosses a cut.")),
    ] = False
    unit: Annotated[
        Literal["byte", "character"],
        Label(N_("Start from")),
        Choices((N_("Bytes"), N_("Characters"))),
        Tip(N_("The smallest pieces. There are 256 bytes, and every text is made of them; characters may be new.")),
    ] = "byte"
    kilobytes: Annotated[
        int,
        Range(1, 200, log=True),
        Label(N_("Kilobytes of Shakespeare")),
        Tip(N_("How much of the plays is learned from.")),
        Digits(3),
        Restarts(),
        More(),
    ] = 20
    tie: Annotated[
        Literal["lowest", "earliest"],
        Label(N_("Ties")),
        Choices((N_("Lowest ids"), N_("First in text"))),
        Tip(N_("Which of several equally frequent pairs is merged.")),
        More(),
    ] = "lowest"
    specials: Annotated[
        bool,
        Label(N_("Obey <|endoftext|>")),
        Tip(
            N_(
                "Off: what a reader types is text, always. On: the sign for the end of a text is recognised also"
                " inside what somebody typed."
            )
        ),
        More(),
    ] = False
    page: Annotated[
        Literal["learn", "read", "compare"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("A step makes one merge; on the page “Read” it makes one merge inside the word that is read.")),
        More(),
        Shows(),
    ] = "learn"
    reader: Annotated[
        Literal["own", "gpt2"],
        Label(N_("Who reads")),
        Choices((N_("My tokenizer"), "GPT-2")),
        Tip(N_("Page “Read”: the merges learned here, or the 50,000 of GPT-2.")),
        More(),
    ] = "own"
    word: Annotated[
        int,
        Range(0, 200, step=1),
        Label(N_("Word that is read")),
        Tip(N_("Page “Read”: its number in the text, from 1. 0 takes the longest of the first ones.")),
        Digits(3),
        More(),
    ] = 0
    token: Annotated[
        int,
        Range(NEWEST, 500, step=1, typed=(NEWEST, 60_000)),
        Label(N_("Token in the tree")),
        Tip(N_("The id of the token whose merges are drawn; −1 is the newest.")),
        Digits(5),
        More(),
    ] = NEWEST


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    notes: Annotated[
        Literal["none", "id", "hex"],
        Label(N_("Below each token")),
        Choices((N_("Nothing"), N_("Its id"), N_("Its bytes"))),
        Tip(N_("The number that a model gets instead of the piece, or the bytes it is made of.")),
    ] = "none"
    curve: Annotated[
        Literal["tokens", "carried"],
        Label(N_("Curve")),
        Choices((N_("Tokens"), N_("Bytes a token"))),
        Tip(N_("How long the training text is in tokens, or how many bytes one token carries.")),
    ] = "tokens"
