"""What can be chosen in this experiment: how the stack is built, how it learns, and what is looked at."""

from __future__ import annotations

from typing import Annotated, Literal, cast

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.nets.depth import NormKind, NormPosition
from lab.engine.nets.initializers import Scheme

__all__ = ["ACTIVATIONS", "EXAM_DEPTH", "MOST_BLOCKS", "NORMS", "PAGES", "SUITED", "Params", "page_of", "scheme_for"]

Activation = Literal["sigmoid", "tanh", "relu", "leaky_relu", "silu", "gelu_tanh"]
Topic = Literal["stack", "four", "landscape", "map", "exam"]
MOST_BLOCKS = 100
EXAM_DEPTH = 50
SUITED: dict[str, Scheme] = {"relu": "he", "leaky_relu": "he", "silu": "he", "gelu_tanh": "he"}
"""How the first weights are drawn where they are to suit the gate; Xavier's way for all others."""

ACTIVATIONS = {
    "sigmoid": N_("Sigmoid"),
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": N_("Leaky ReLU"),
    "silu": "SiLU",
    "gelu_tanh": "GELU",
}
NORMS = {"none": N_("None"), "layer": "LayerNorm", "rms": "RMSNorm", "batch": "BatchNorm"}
PAGES = {
    "stack": N_("Stack"),
    "paths": N_("Paths"),
    "four": N_("Four ways"),
    "landscape": N_("Landscape"),
    "map": N_("Map"),
    "exam": N_("Test"),
}
"""What each page is called on screen. The first two are two views of one run."""


def scheme_for(activation: str, scheme: str) -> Scheme:
    """The way the first weights are drawn. scheme: one of those of Params."""
    return SUITED.get(activation, "xavier") if scheme == "suited" else cast(Scheme, scheme)


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are without effect."""

    depth: Annotated[
        int,
        Range(2, MOST_BLOCKS, step=1),
        Label(N_("Blocks")),
        Symbol("L"),
        Digits(3),
        Tip(N_("How many blocks stand one behind the other.")),
        Restarts(),
    ] = 20
    activation: Annotated[
        Activation,
        Label(N_("Gate")),
        Choices(tuple(ACTIVATIONS.values())),
        Tip(N_("The bend behind every block's weighted sum.")),
    ] = "sigmoid"
    skip: Annotated[
        bool,
        Label(N_("Skips")),
        Tip(N_("Each block adds what it found to what came in: x + F(x) in place of F(x).")),
    ] = False
    norm: Annotated[
        NormKind,
        Label(N_("Norm")),
        Choices(tuple(NORMS.values())),
        Tip(N_("Brings the numbers back to a standard size: of each example, or, BatchNorm, of each unit.")),
    ] = "none"
    learning_rate: Annotated[
        float,
        Range(1e-5, 0.1, log=True, typed=(1e-8, 10.0)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far Adam goes with each step.")),
    ] = 0.001
    block: Annotated[
        int,
        Range(1, MOST_BLOCKS, step=1),
        Label(N_("Marked block")),
        Digits(3),
        Tip(N_("The block whose numbers are written out. Press on its column.")),
        More(),
        Shows(),
    ] = 1
    position: Annotated[
        NormPosition,
        Label(N_("Where the norm is")),
        Choices((N_("Before F"), N_("After the sum"))),
        Tip(N_("Before F (pre-norm) the way around the block stays free. After the sum (post-norm) it does not.")),
        More(),
    ] = "pre"
    scale: Annotated[
        float,
        Range(0.0, 1.0, step=0.01, typed=(0.0, 10.0)),
        Label(N_("F(x), times")),
        Symbol("s"),
        Tip(N_("With a skip: x + s·F(x). A small s makes every block a small change.")),
        More(),
    ] = 1.0
    width: Annotated[
        int,
        Range(4, 64, step=1),
        Label(N_("Units per block")),
        Digits(3),
        Tip(N_("How many numbers go from block to block.")),
        Restarts(),
        More(),
    ] = 32
    scheme: Annotated[
        Literal["suited", "xavier", "he", "lecun", "uniform", "normal"],
        Label(N_("First weights")),
        Choices((N_("As suits the gate"), "Xavier", "He", "LeCun", N_("Uniform ±1/√n"), N_("Normal, spread 1"))),
        Tip(N_("How the blocks' first weights are drawn. He suits ReLU and its kin, Xavier sigmoid and tanh.")),
        Restarts(),
        More(),
    ] = "suited"
    gain: Annotated[
        float,
        Range(0.1, 10.0, log=True, typed=(1e-4, 1e3)),
        Label(N_("First weights, times")),
        Hint(N_("small: fades · large: explodes")),
        Tip(N_("Every first weight of a block is multiplied by this.")),
        Restarts(),
        More(),
    ] = 1.0
    batch: Annotated[
        int,
        Range(1, 256, step=1),
        Label(N_("Examples a step")),
        Digits(3),
        Tip(N_("256 are all there are. A BatchNorm needs more than one.")),
        Restarts(),
        More(),
    ] = 256
    across: Annotated[
        Literal["gain", "width"],
        Label(N_("Depth against")),
        Choices((N_("First weights, times"), N_("Units per block"))),
        Tip(N_("Map: what changes from row to row.")),
        Restarts(),
        More(),
    ] = "gain"
    source: Annotated[
        Literal["circle", "moons", "spirals", "received"],
        Label(N_("Learns")),
        Choices((N_("Disc in a ring"), N_("Two moons"), N_("Spirals"), N_("A received network, deeper"))),
        Tip(N_("Points for a new stack, or a network that another experiment sent, made four times as deep in place.")),
        Restarts(),
        More(),
    ] = "circle"
    topic: Annotated[
        Topic,
        Label(N_("Run")),
        Choices((N_("One stack"), N_("Four ways"), N_("Landscape"), N_("Map"), N_("Test"))),
        Tip(N_("Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "stack"
    view: Annotated[
        Literal["stack", "paths"],
        Label(N_("View of one stack")),
        Choices((N_("Stack"), N_("Paths"))),
        Tip(N_("The blocks with their numbers, or the ways the gradient takes.")),
        More(),
        Shows(),
    ] = "stack"


def page_of(params: Params) -> str:
    """The key of the page that is open."""
    return params.view if params.topic == "stack" else params.topic
