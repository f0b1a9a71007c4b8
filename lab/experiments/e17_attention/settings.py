"""What can be chosen in this experiment: whose attention is looked at and where in it, what is switched off on the
way from scores to weights, and how the picture is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Pattern, Range, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = [
    "LONGEST",
    "MOST_DRAWS",
    "PAGES",
    "SOURCES",
    "STAGES",
    "WAYS",
    "Display",
    "Mask",
    "Page",
    "Params",
    "Source",
    "Way",
]

Page = Literal["chain", "heads", "qk", "ov", "try", "scale"]
Source = Literal["own", "copier", "shakespeare", "received", "minilm", "smollm2"]
Mask = Literal["usual", "none", "causal", "blind"]

Way = Literal["zero", "mean", "patch"]

PAGES = {
    "chain": N_("One head"),
    "heads": N_("All heads"),
    "qk": N_("QK lens"),
    "ov": N_("OV lens"),
    "try": N_("Try all"),
    "scale": N_("Why √d"),
}
WAYS = {"zero": N_("Zero"), "mean": N_("Mean"), "patch": N_("Patch")}
SOURCES = {
    "own": N_("My words"),
    "copier": N_("Letter copier"),
    "shakespeare": N_("Shakespeare"),
    "received": N_("Received model"),
    "minilm": "MiniLM",
    "smollm2": "SmolLM2",
}
STAGES = ("all", "scores", "scaled", "masked", "weights", "mix", "join")
"""What each step shows; step 0 shows all of them at once. The last is only there where heads are joined."""

LONGEST = 256  # tokens
MOST_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Params:
    """The controls. All are changed live: attention is worked out anew in a moment."""

    source: Annotated[
        Source,
        Label(N_("Whose")),
        Choices(tuple(SOURCES.values())),
        Tip(
            N_(
                "Words whose vectors you drag yourself; a model of two layers that copies letters; the lab's"
                " own Shakespeare model; MiniLM, a real sentence encoder with 6 layers of 12 heads; or SmolLM2, a real"
                " language model with 30 layers of 9, where its model pack was added."
            )
        ),
    ] = "own"
    text: Annotated[
        str,
        Pattern("lab.experiments.e17_attention.texts:check_text", N_("empty: an example")),
        Label(N_("Text")),
        Tip(N_("What is read. Empty: an example that suits the source.")),
    ] = ""
    scaled: Annotated[
        bool,
        Label(N_("Divide by √d")),
        Tip(N_("Divide every score by the square root of the head's width d, so that its spread stays about 1.")),
    ] = True
    mask: Annotated[
        Mask,
        Label(N_("Mask")),
        Choices((N_("Usual"), N_("None"), N_("Causal"), N_("Hide all"))),
        Tip(
            N_(
                "Usual: as the source has it, causal but for MiniLM. Causal: no token sees a later one."
                " Hide all: the lit row may look nowhere."
            )
        ),
    ] = "usual"
    temperature: Annotated[
        float,
        Range(0.1, 10.0, log=True, typed=(0.01, 100.0)),
        Label(N_("Temperature")),
        Symbol("T"),
        Tip(N_("Divides the scores once more: small makes a choice of the softmax, large an average.")),
        Hint(N_("small: one winner · large: all alike")),
    ] = 1.0
    d_k: Annotated[
        int,
        Range(1, 512, log=True, typed=(1, 512)),
        Label(N_("Width of a head")),
        Symbol("d"),
        Tip(N_("Page “Why √d”: how many numbers a query and a key have.")),
    ] = 64
    page: Annotated[
        Page,
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(
            N_(
                "Views of one thing. Through the QK lens you see why a head looks at a token, through the OV lens what"
                " it is told there; and all heads can be tried, one after the other."
            )
        ),
        More(),
        Shows(),
    ] = "chain"
    layer: Annotated[
        int, Range(1, 12, step=1, typed=(1, 64)), Label(N_("Layer")), Digits(3), More(),
        Tip(N_("Counted from 1; a layer that is not there is the last.")),
    ] = 1  # fmt: skip
    head: Annotated[
        int, Range(1, 12, step=1, typed=(1, 64)), Label(N_("Head")), Digits(3), More(),
        Tip(N_("Counted from 1; a head that is not there is the last.")),
    ] = 1  # fmt: skip
    query: Annotated[
        int, Range(0, LONGEST, step=1), Label(N_("Lit row: token that looks")), Digits(3), More(),
        Tip(N_("The number of the token, from 1. 0 takes one that suits the source.")),
    ] = 0  # fmt: skip
    key: Annotated[
        int, Range(0, LONGEST, step=1), Label(N_("Lit column: token looked at")), Digits(3), More(),
        Tip(N_("The number of the token, from 1. 0 takes the one that gets most.")),
    ] = 0  # fmt: skip
    other: Annotated[
        str,
        Pattern("lab.experiments.e17_attention.texts:check_text", N_("empty: an example")),
        Label(N_("Another text to patch from")),
        Tip(N_("A patched head tells what it would have told about this text. The ends of both are laid together.")),
        More(),
    ] = ""
    way: Annotated[
        Way,
        Label(N_("Take a head out by")),
        Choices(tuple(WAYS.values())),
        Tip(
            N_(
                "Page “Try all”. Zero: the head says nothing. Mean: it says its mean over the text, whatever is looked"
                " at. Patch: it says what it says of the other text."
            )
        ),
        More(),
    ] = "zero"
    reverse: Annotated[
        bool,
        Label(N_("Words in reverse order")),
        Tip(N_("My words: without positions, order makes no difference to what a word finds.")),
        More(),
    ] = False
    draw: Annotated[
        int, Range(1, MOST_DRAWS, step=1), Label(N_("Which draw")), Digits(3), More(),
        Tip(N_("Page “Why √d”: the query and ten keys that are shown, of 400 draws.")),
    ] = 1  # fmt: skip


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    large: Annotated[
        Literal["lit", "scores", "scaled", "masked", "weights", "mix"],
        Label(N_("Large matrix")),
        Choices((N_("The lit one"), N_("Scores"), N_("Scaled"), N_("Masked"), N_("Weights"), N_("Mixed"))),
        Tip(N_("Which matrix is drawn large. A press on a small one shows it.")),
    ] = "lit"
    drawn: Annotated[
        Literal["arcs", "matrix", "roles", "next"],
        Label(N_("Draw a head as")),
        Choices((N_("Arcs"), N_("Matrix"), N_("Roles"), N_("Next"))),
        Tip(
            N_(
                "Page “All heads”: lines from the token that looks to those it looks at, or a square of colours. Where"
                " there is no room beside them, what it does and what comes of it take their place."
            )
        ),
    ] = "arcs"
    hide_first: Annotated[
        bool,
        Label(N_("Hide the first token")),
        Tip(
            N_(
                "In MiniLM the first token, [CLS], takes nearly half of all weight. Hidden, it leaves the others"
                " to be seen; nothing is counted anew."
            )
        ),
    ] = False
    solo: Annotated[
        bool,
        Label(N_("The lit head alone")),
        Tip(N_("Page “All heads”: double-click a head to see it alone, and again to see all.")),
    ] = False
    plane: Annotated[
        Literal["looks", "finds"],
        Label(N_("On the plane")),
        Choices((N_("Looks"), N_("Finds"))),
        Tip(N_("My words: where the lit word looks, by its query and the keys; or what it finds, of the values.")),
    ] = "looks"
    split: Annotated[
        Literal["parts", "table", "numbers", "distance"],
        Label(N_("Split a score by")),
        Choices((N_("Parts"), N_("Table"), N_("Numbers"), N_("Distance"))),
        Tip(
            N_(
                "Page “QK lens”: by what wrote the query and the key, as a list or a table; number by number; or what"
                " the score would be at other distances."
            )
        ),
    ] = "parts"
    lines: Annotated[
        Literal["told", "weights"],
        Label(N_("Lines of the OV lens")),
        Choices((N_("Weight × ‖value‖"), N_("Weight"))),
        Tip(
            N_(
                "A token that gets much weight may still tell little, because its value is short: weight times the"
                " length of what is written says how much is passed on."
            )
        ),
    ] = "told"
