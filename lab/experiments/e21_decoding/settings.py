"""What can be chosen in this experiment: who gives the scores, how the reader chooses, and the extras of each page."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from lab.core.numbers import parse_number
from lab.core.params import (
    Choices,
    Digits,
    Hint,
    Infinite,
    Label,
    Longest,
    More,
    Pattern,
    Range,
    Restarts,
    Shows,
    Symbol,
    Tip,
)
from lab.core.records import dataclass
from lab.core.text import N_, _

__all__ = [
    "BARRED_NAMES",
    "COURSE_WEIGHTS",
    "FILTERS",
    "FILTER_NAMES",
    "PAGES",
    "Display",
    "Params",
    "banned_tokens",
    "check_order",
    "check_weights",
    "order_of",
    "read_signs",
    "weights_of",
    "write_order",
    "write_signs",
]

COURSE_WEIGHTS = "0.40, 0.20, 0.15, 0.10, 0.06, 0.05, 0.04"
MOST_WEIGHTS = 26
LONGEST_PROMPT = 20_000  # characters: more than SmolLM2 can see at once
PAGES = {
    "next": N_("Next token"),
    "samples": N_("Samples"),
    "beam": N_("Beam"),
    "cache": N_("Cache"),
    "drafts": N_("Drafts"),
    "tries": N_("Tries"),
}
"""What each page is called on screen."""
FILTERS = ("penalty", "temperature", "top_k", "top_p", "min_p")
"""The steps between scores and choice, in their usual order."""
FILTER_NAMES = {
    "penalty": N_("penalty"),
    "temperature": "T",
    "top_k": "top-k",
    "top_p": "top-p",
    "min_p": "min-p",
}
BARRED_NAMES = {"grammar": N_("grammar"), "banned": N_("banned")}
"""What strikes tokens out before the filters."""
_SPELLINGS = {"t": "temperature", "k": "top_k", "p": "top_p", "nucleus": "top_p", "repetition": "penalty"}


def order_of(text: str) -> tuple[str, ...]:
    """The filters in the order of a text such as "temperature, top-p"; those not named follow in their usual order.

    Raises ValueError naming a word that is no filter, or one that comes twice.
    """
    found: list[str] = []
    for word in text.replace(">", " ").replace("→", " ").replace(",", " ").lower().split():
        name = _SPELLINGS.get(word, word.replace("-", "_"))
        if name not in FILTERS:
            raise ValueError(
                _("“{word}” is no filter; there is {names}.").format(
                    word=word, names=", ".join(f.replace("_", "-") for f in FILTERS)
                )
            )
        if name in found:
            raise ValueError(_("“{word}” comes twice.").format(word=word))
        found.append(name)
    return (*found, *(name for name in FILTERS if name not in found))


def write_order(order: tuple[str, ...]) -> str:
    """The order as `order_of` reads it."""
    return ", ".join(name.replace("_", "-") for name in order)


def check_order(text: str) -> None:
    """Refuse an order that cannot be read. Raises ValueError saying why."""
    order_of(text)


def weights_of(text: str) -> NDArray[np.float64]:
    """Probabilities in a text such as "0.4, 0.2, 1/10", shared out to a sum of 1: [N]; a 0 is a score of −∞.

    Raises ValueError for what is no number, below 0, or all 0, or when there are fewer than 2 or more than 26.
    """
    words = text.replace(";", " ").replace(", ", " ").split()
    values = np.array([parse_number(word.strip(",")).value for word in words])
    if not 2 <= len(values) <= MOST_WEIGHTS:
        raise ValueError(
            _("There must be 2 to {most} probabilities, got {n}.").format(most=MOST_WEIGHTS, n=len(values))
        )
    if not np.isfinite(values).all() or values.min() < 0 or not 0 < values.sum() < 1e9:
        raise ValueError(_("Probabilities are numbers of at least 0, and not all of them 0."))
    return np.asarray(values / values.sum())


def banned_tokens(text: str) -> frozenset[str]:
    """The tokens of a text such as "e ·the ⏎". A word without a sign for the space before it is banned both ways."""
    return frozenset(read_signs(word) for word in text.split())


def read_signs(text: str) -> str:
    """White space for its signs: · ⏎ ⇥, or \\n for a new line."""
    for sign, meant in (("\\n", "\n"), ("⏎", "\n"), ("⇥", "\t"), ("·", " ")):
        text = text.replace(sign, meant)
    return text


def write_signs(text: str) -> str:
    """A token as `banned_tokens` reads it."""
    return text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·")


def check_weights(text: str) -> None:
    """Refuse probabilities that cannot be read. Raises ValueError saying why."""
    weights_of(text)


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; what is used on another page than the open one stays as it is."""

    model: Annotated[
        Literal["house", "fivegram", "smollm2", "received", "own"],
        Label(N_("Model")),
        Choices((N_("Shakespeare"), N_("5-gram"), "SmolLM2", N_("Received"), N_("Own numbers"))),
        Tip(
            N_(
                "Who gives the scores. Shakespeare writes letters; SmolLM2 writes pieces of words and needs the"
                " model pack SmolLM2: Settings › Model packs."
            )
        ),
        Restarts(),
    ] = "house"
    prompt: Annotated[
        str,
        Label(N_("Prompt")),
        Tip(N_("The text to go on with; \\n is a new line. What the model cannot read is left out and named.")),
        Longest(LONGEST_PROMPT),
        Restarts(),
    ] = "ROMEO:\\n"
    chat: Annotated[
        bool,
        Label(N_("As a chat")),
        Tip(
            N_(
                "SmolLM2 was taught to answer questions. The prompt becomes your message, and signs around it mark who"
                " speaks."
            )
        ),
        Restarts(),
    ] = False
    temperature: Annotated[
        float,
        Range(0.0, 3.0, step=0.05, typed=(0.0, 1e6)),
        Infinite("infinite"),
        Label(N_("Temperature")),
        Symbol("T"),
        Tip(N_("Scores are divided by T. At 0 the likeliest token is always taken; a large T makes all alike.")),
        Hint(N_("small: sure · large: wild")),
        Digits(4),
    ] = 1.0
    top_k: Annotated[
        int,
        Range(0, 60, step=1, typed=(0, 50_000)),
        Label("Top-k"),
        Tip(N_("Keep the k likeliest tokens; 0 keeps all.")),
        Digits(5),
    ] = 0
    top_p: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label("Top-p"),
        Tip(N_("Keep the likeliest tokens until their sum reaches p, the one that crosses it included; 1 keeps all.")),
        Digits(4),
    ] = 1.0
    min_p: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label("Min-p"),
        Tip(N_("Keep tokens with at least this share of the likeliest token's probability; 0 keeps all.")),
        Digits(4),
        More(),
    ] = 0.0
    penalty: Annotated[
        float,
        Range(0.5, 2.0, step=0.05, typed=(0.01, 100.0)),
        Label(N_("Repetition penalty")),
        Tip(N_("Scores of tokens that were used are divided by this if positive, multiplied if negative; 1 is off.")),
        Digits(4),
        More(),
    ] = 1.0
    order: Annotated[
        str,
        Pattern("lab.experiments.e21_decoding.settings:check_order", write_order(FILTERS)),
        Label(N_("Order of the filters")),
        Tip(N_("Drag the chips above the bars, or type: temperature, top-p, …")),
        More(),
    ] = write_order(FILTERS)
    infinite: Annotated[
        bool, Label(N_("Temperature ∞")), Tip(N_("All tokens that are left become equally likely.")), More()
    ] = False
    leaky: Annotated[
        bool,
        Label(N_("Top-p with a common mistake")),
        Tip(N_("Many a snippet drops the token that crosses p. When that is the first one, nothing is left.")),
        More(),
    ] = False
    weights: Annotated[
        str,
        Pattern("lab.experiments.e21_decoding.settings:check_weights", COURSE_WEIGHTS),
        Label(N_("Own probabilities")),
        Tip(N_("For the model “Own numbers”: 2 to 26 probabilities for the tokens A, B, C …")),
        Restarts(),
        More(),
    ] = COURSE_WEIGHTS
    page: Annotated[
        Literal["next", "samples", "beam", "cache", "drafts", "tries"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(
            N_(
                "What a step does: write a token, draw a sample, look one token further, check a round of drafts, try"
                " a problem."
            )
        ),
        More(),
        Shows(),
    ] = "next"
    beams: Annotated[
        int, Range(1, 5, step=1), Label(N_("Beams")), Tip(N_("Beam: how many continuations are kept.")), More()
    ] = 3
    depth: Annotated[
        int, Range(2, 12, step=1), Label(N_("How far to look")), Tip(N_("Beam: tokens ahead.")), More()
    ] = 8
    drafter: Annotated[
        Literal["small", "fivegram", "blind", "lookup"],
        Label(N_("Who drafts")),
        Choices((N_("Small model"), N_("5-gram"), N_("Blind guesser"), N_("Prompt lookup"))),
        Tip(
            N_(
                "Drafts: who guesses ahead. The blind guesser gives every token the same chance. Prompt lookup copies"
                " what followed the last tokens where they stood before; SmolLM2 has only these two."
            )
        ),
        More(),
    ] = "fivegram"
    gamma: Annotated[
        int,
        Range(1, 12, step=1),
        Label(N_("Guesses a round")),
        Symbol("γ"),
        Tip(N_("Drafts: how many tokens are guessed before the large model checks them.")),
        More(),
    ] = 4
    alpha: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label(N_("Acceptance")),
        Symbol("α"),
        Tip(N_("Drafts, what if: the chance that a guess is accepted.")),
        More(),
    ] = 0.8
    cost: Annotated[
        float,
        Range(0.0, 1.0, step=0.01),
        Label(N_("Cost of a guess")),
        Symbol("c"),
        Tip(N_("Drafts, what if: a guess costs this share of a pass of the large model.")),
        More(),
    ] = 0.1
    shape: Annotated[
        Literal["house", "smollm2", "gpt2", "llama2", "llama3", "mistral"],
        Label(N_("Whose cache")),
        Choices((N_("Shakespeare"), "SmolLM2", "GPT-2", "Llama-2-7B", "Llama-3-8B", "Mistral-7B")),
        Tip(N_("Cache: the memory is worked out for this model.")),
        More(),
    ] = "gpt2"
    tokens: Annotated[
        int,
        Range(1, 131_072, log=True, typed=(1, 10_000_000)),
        Label(N_("Tokens in the cache")),
        Symbol("n"),
        Tip(N_("Cache, what if: how long the text is.")),
        Digits(6),
        More(),
    ] = 4096
    page_size: Annotated[
        int,
        Range(4, 32, step=1),
        Label(N_("Tokens a page")),
        Tip(N_("Cache: memory is handed out in pages of so many tokens.")),
        More(),
    ] = 16
    grammar: Annotated[
        Literal["free", "digits", "yesno", "numbers"],
        Label(N_("Grammar")),
        Choices((N_("Free"), N_("Digits"), N_("Yes or no"), N_("JSON list"))),
        Tip(N_("What is written has to fit: only digits, yes or no, or a list of numbers such as [1, 2.5].")),
        More(),
    ] = "free"
    banned: Annotated[
        str,
        Label(N_("Banned tokens")),
        Tip(N_("Tokens that may not come, with a space between them. Delete on a bar bans its token.")),
        More(),
    ] = ""
    watermark: Annotated[
        float,
        Range(0.0, 8.0, step=0.25),
        Label(N_("Watermark")),
        Symbol("δ"),
        Tip(N_("Half of the tokens are green, by a secret rule, and get this added to their scores; 0 is off.")),
        More(),
    ] = 0.0
    tries: Annotated[
        int,
        Range(1, 16, step=1),
        Label(N_("Tries a problem")),
        Symbol("n"),
        Tip(N_("Tries: how often each problem is tried.")),
        More(),
    ] = 8
    budget: Annotated[
        int,
        Range(0, 64, step=4),
        Label(N_("Thinking budget")),
        Tip(N_("Tries: how many tokens SmolLM2 may think before it has to answer.")),
        More(),
    ] = 32


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    notes: Annotated[
        Literal["none", "probability", "rank", "surprisal"],
        Label(N_("Below each token")),
        Choices((N_("Shades"), N_("Probability"), N_("Rank"), N_("Surprisal"))),
    ] = "none"
    ghosts: Annotated[bool, Label(N_("Outline of the model's own bars"))] = True
