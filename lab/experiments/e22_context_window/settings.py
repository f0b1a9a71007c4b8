"""What can be chosen here: how positions are written, what a model is trained on, what its memory keeps."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.transformer.positions import Stretch

__all__ = ["FARTHEST", "LENGTH", "PAGES", "SCHEMES", "STRETCHES", "TAPE", "Params", "Scheme", "page_of"]

Scheme = Literal["none", "learned", "sinusoidal", "rope", "alibi"]
SCHEMES: dict[Scheme, str] = {
    "none": N_("None"),
    "learned": N_("Learned table"),
    "sinusoidal": N_("Sinusoidal"),
    "rope": "RoPE",
    "alibi": "ALiBi",
}
STRETCHES = {"none": N_("None"), "linear": N_("Linear"), "ntk": "NTK", "yarn": "YaRN"}
PAGES = {
    "clocks": N_("Clocks"),
    "waves": N_("Waves"),
    "schemes": N_("Schemes"),
    "tape": N_("Needle"),
    "memory": N_("Memory"),
    "cache": N_("Cache"),
    "prompts": N_("Prompts"),
}
"""What each page is called on screen. The first two are two views of one run."""

FARTHEST = 1100  # the last position that can be dragged to
TAPE = 120  # letters on the tape
LENGTH = 384  # letters that the memory is measured on


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are hidden."""

    d: Annotated[
        int,
        Range(2, 128, step=1),
        Label(N_("Dimensions")),
        Symbol("d"),
        Digits(3),
        Tip(N_("How many numbers write a position; two of them make a pair.")),
    ] = 64
    base: Annotated[
        float,
        Range(2.0, 1e6, log=True, typed=(1.01, 1e9)),
        Label(N_("Base")),
        Hint(N_("small: fast clocks · large: slow ones")),
        Tip(N_("How much slower each pair turns than the one before it.")),
    ] = 10_000.0
    stretch: Annotated[
        Stretch,
        Label(N_("Stretch")),
        Choices(tuple(STRETCHES.values())),
        Tip(N_("How RoPE is slowed down for texts that are longer than those it was trained on.")),
    ] = "none"
    factor: Annotated[
        float,
        Range(1.0, 16.0, log=True, typed=(1.0, 1000.0)),
        Label(N_("Stretch, times")),
        Digits(3),
        Tip(N_("How many times longer the text is to be.")),
    ] = 4.0
    m: Annotated[
        int,
        Range(0, FARTHEST, step=1, typed=(0, 1_000_000)),
        Label(N_("Query at")),
        Symbol("m"),
        Digits(7),
        Tip(N_("Where the token stands that looks. Drag its handle.")),
    ] = 12
    n: Annotated[
        int,
        Range(0, FARTHEST, step=1, typed=(0, 1_000_000)),
        Label(N_("Key at")),
        Symbol("n"),
        Digits(7),
        Tip(N_("Where the token stands that is looked at. Drag its handle.")),
    ] = 10
    key: Annotated[
        Literal["other", "same"],
        Label(N_("Key")),
        Choices((N_("Drawn at random"), N_("The same as the query"))),
        Tip(N_("With a key like the query the score falls with the distance.")),
        More(),
    ] = "other"
    scheme: Annotated[
        Scheme,
        Label(N_("Marked scheme")),
        Choices(tuple(SCHEMES.values())),
        Tip(N_("The model whose numbers are read out, and that is sent.")),
        Shows(),
    ] = "rope"
    trained: Annotated[
        int,
        Range(16, 64, step=16),
        Label(N_("Trained length")),
        Digits(3),
        Tip(N_("Letters in each training text. All models are then read four times as far.")),
        Restarts(),
    ] = 64
    layers: Annotated[
        int,
        Range(1, 2, step=1),
        Label(N_("Layers")),
        Digits(1),
        Tip(N_("With one layer and no positions the order of the words is lost altogether.")),
        Restarts(),
        More(),
    ] = 2
    distance: Annotated[
        int,
        Range(2, TAPE - 10, step=1),
        Label(N_("Needle, letters ago")),
        Digits(3),
        Tip(N_("How far before the question the needle lies. Drag it along the tape.")),
        Shows(),
    ] = 30
    window: Annotated[
        int,
        Range(8, TAPE, step=1),
        Label(N_("Window")),
        Digits(3),
        Tip(N_("How many of the newest letters, or tokens, the model keeps.")),
    ] = 48
    sinks: Annotated[
        int,
        Range(0, 8, step=1),
        Label(N_("First ones kept")),
        Digits(1),
        Tip(N_("So many letters, or tokens, of the beginning stay in the window for good.")),
    ] = 0
    upto: Annotated[
        int,
        Range(1, TAPE, step=1),
        Label(N_("Read until letter")),
        Digits(3),
        Tip(N_("Shows the tape as it is when so many letters are read: the oldest have fallen off.")),
        Shows(),
    ] = TAPE
    longest: Annotated[
        Literal["512", "1024", "2048", "4096", "8192"],
        Label(N_("Longest text")),
        Choices(("512", "1024", "2048", "4096", "8192")),
        Hint(N_("tokens: twice the length takes more than twice the time")),
        Tip(N_("How far SmolLM2 is tested. It was trained on texts of at most 8192 tokens.")),
    ] = "2048"
    source: Annotated[
        Literal["house", "small", "received", "smollm2"],
        Label(N_("Who reads")),
        Choices((N_("House model"), N_("Small house model"), N_("What was received"), "SmolLM2")),
        Tip(
            N_(
                "The lab's own models, SmolLM2 where its pack is there, or the model, the text, or both that another "
                "experiment sent."
            )
        ),
        Restarts(),
        More(),
    ] = "house"
    shape: Annotated[
        Literal["house", "smollm2", "gpt2", "llama2", "llama3"],
        Label(N_("Whose cache")),
        Choices((N_("House model"), "SmolLM2-135M", "GPT-2", "Llama 2 7B", "Llama 3 8B")),
        Tip(N_("The sizes of a model that was published: its cache follows from them.")),
        Shows(),
    ] = "llama2"
    tokens: Annotated[
        int,
        Range(128, 131_072, log=True, typed=(1, 10_000_000)),
        Label(N_("Tokens")),
        Digits(6),
        Tip(N_("How long the text is.")),
        Shows(),
    ] = 4096
    bits: Annotated[
        Literal["16", "8", "4", "2"],
        Label(N_("Bits a number")),
        Choices(("16", "8", "4", "2")),
        Tip(N_("How many bits each number of the cache is kept in. The error is measured on who reads.")),
        Shows(),
    ] = "16"
    shared: Annotated[
        int,
        Range(0, 4096, step=64, typed=(0, 10_000_000)),
        Label(N_("Shared beginning")),
        Digits(6),
        Tip(N_("Tokens at the start that two conversations have in common; they are kept once.")),
        More(),
        Shows(),
    ] = 0
    task: Annotated[
        Literal["pattern", "sentiment", "capitals", "swap", "invented", "sums"],
        Label(N_("Task")),
        Choices(
            (
                N_("Pattern"),
                N_("Reviews"),
                N_("Capitals"),
                N_("Swap two words"),
                N_("Invented labels"),
                N_("Word problems"),
            )
        ),
        Tip(N_("What is asked 30 times. The pattern is for our own small copier, all others are for SmolLM2.")),
        Shows(),
    ] = "sentiment"
    topic: Annotated[
        Literal["positions", "schemes", "tape", "memory", "cache", "prompts"],
        Label(N_("Run")),
        Choices((N_("Positions"), N_("Schemes"), N_("Needle"), N_("Memory"), N_("Cache"), N_("Prompts"))),
        Tip(N_("Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "positions"
    view: Annotated[
        Literal["clocks", "waves"],
        Label(N_("View of positions")),
        Choices((N_("Clocks"), N_("Waves"))),
        Tip(N_("Rotation, or waves that are added.")),
        More(),
        Shows(),
    ] = "clocks"


def page_of(params: Params) -> str:
    """The key of the page that is open; "hay" stands under the chip of the tape."""
    if params.topic == "tape" and params.source == "smollm2":
        return "hay"
    return params.view if params.topic == "positions" else params.topic
