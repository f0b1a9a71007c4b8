"""What can be chosen: who guesses, from which text, how a token is drawn, and what each page adds."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, Longest, More, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["CHECKPOINTS", "LONGEST_PROMPT", "MODELS", "PAGES", "PARTS", "PASSAGES", "TRANSFORMERS", "Display", "Params"]

LONGEST_PROMPT = 4000  # characters
MODELS = {
    "unigram": N_("Unigram"),
    "bigram": N_("Bigram"),
    "fivegram": N_("5-gram"),
    "small": N_("Small model"),
    "house": N_("Shakespeare"),
    "smollm2": "SmolLM2",
    "received": N_("Received model"),
}
TRANSFORMERS = ("small", "house", "received")
"""The models whose inside can be looked at on every page."""
PAGES = {
    "next": N_("Next token"),
    "branches": N_("Branches"),
    "ladder": N_("Ladder"),
    "game": N_("Game"),
    "training": N_("Training"),
    "lens": N_("Layers"),
    "pass": N_("One pass"),
}
"""What each page is called on screen."""
CHECKPOINTS = ("0", "30", "100", "300", "1000", "3000", "10000", "20000")
"""The steps of the small model's training that are kept; the last is the model itself."""
PARTS = ("norm1", "qkv", "scores", "weights", "mix", "out", "add1", "norm2", "up", "act", "down", "add2")
"""The parts of a block in the order in which they are worked out."""
PASSAGES = 8
Model = Literal["unigram", "bigram", "fivegram", "small", "house", "smollm2", "received"]


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; what is used on another page than the open one stays as it is."""

    model: Annotated[
        Model,
        Label(N_("Model")),
        Choices(tuple(MODELS.values())),
        Tip(
            N_(
                "Who guesses the next token. The first three only count letters. SmolLM2 is a real language model and"
                " needs its model pack: Settings › Model packs."
            )
        ),
        Restarts(),
    ] = "house"
    prompt: Annotated[
        str,
        Label(N_("Text to begin with")),
        Tip(N_("The model goes on with it; \\n is a new line. What the model cannot read is left out and named.")),
        Longest(LONGEST_PROMPT),
        Restarts(),
    ] = "To be, or not to"
    chat: Annotated[
        bool,
        Label(N_("As a chat")),
        Tip(N_("SmolLM2: your text becomes a message, and signs around it mark who speaks. The weights are the same.")),
        Restarts(),
    ] = False
    temperature: Annotated[
        float,
        Range(0.0, 2.0, step=0.05, typed=(0.0, 100.0)),
        Label(N_("Temperature")),
        Symbol("T"),
        Tip(N_("Scores are divided by T before a token is drawn. At 0 the likeliest is always taken.")),
        Hint(N_("small: sure · large: wild")),
        Digits(3),
    ] = 0.8
    checkpoint: Annotated[
        Literal["0", "30", "100", "300", "1000", "3000", "10000", "20000"],
        Label(N_("Trained for")),
        Choices(CHECKPOINTS),
        Tip(N_("Small model: its weights as they were after so many steps of training.")),
        Restarts(),
    ] = "20000"
    page: Annotated[
        Literal["next", "branches", "ladder", "game", "training", "lens", "pass"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("What is shown. A step writes a token; Ladder: lets one more model read; Game: passes.")),
        More(),
        Shows(),
    ] = "next"
    judged: Annotated[
        Literal["shakespeare", "modern", "own", "received"],
        Label(N_("Read")),
        Choices((N_("Unseen play"), N_("Modern English"), N_("My text"), N_("Received text"))),
        Tip(N_("Ladder: every model guesses this text, token by token.")),
    ] = "shakespeare"
    passage: Annotated[
        int, Range(1, PASSAGES, step=1), Label(N_("Passage")), Tip(N_("Game: which text you guess, letter by letter."))
    ] = 1
    column: Annotated[
        int,
        Range(0, 128, step=1),
        Label(N_("Lit token")),
        Tip(N_("Layers: the number of the token, from 1. 0 takes the last.")),
        Digits(3),
        More(),
    ] = 0
    zoom: Annotated[
        int,
        Range(0, 3, step=1),
        Label(N_("Zoom")),
        Tip(N_("One pass: 0 the whole model, 1 a block, 2 one of its parts, 3 one number of that.")),
    ] = 0
    block: Annotated[
        int, Range(1, 12, step=1, typed=(1, 64)), Label(N_("Block")), Tip(N_("One pass: counted from 1.")), More()
    ] = 1
    part: Annotated[
        Literal["norm1", "qkv", "scores", "weights", "mix", "out", "add1", "norm2", "up", "act", "down", "add2"],
        Label(N_("Part of the block")),
        Choices(
            (
                N_("Norm"), N_("Queries, keys, values"), N_("Scores"), N_("Weights"), N_("Mix"), N_("Join heads"),
                N_("Add"), N_("Norm again"), N_("Up"), "GELU", N_("Down"), N_("Add again"),
            )
        ),
        Tip(N_("One pass: which part is opened at zoom 2 and 3.")),
        More(),
    ] = "up"  # fmt: skip
    unit: Annotated[
        int,
        Range(1, 512, step=1, typed=(1, 10_000)),
        Label(N_("Number")),
        Tip(N_("One pass: which number of the part is opened at zoom 3.")),
        Digits(4),
        More(),
    ] = 1


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    notes: Annotated[
        Literal["none", "probability", "rank", "surprisal", "entropy"],
        Label(N_("Below each token")),
        Choices((N_("Shades"), N_("Probability"), N_("Rank"), N_("Surprisal"), N_("Entropy"))),
    ] = "surprisal"
