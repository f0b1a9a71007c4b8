"""What can be chosen in this experiment: the computation, the bugs, the two step sizes, and the puzzle."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Pattern, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.graph.program import program_graph

__all__ = ["BUGS", "MOST_NODES", "START", "Bug", "Display", "Page", "Params", "check_formula"]

Bug = Literal["assign", "keep", "transpose", "cache"]
BUGS: tuple[Bug, ...] = ("assign", "keep", "transpose", "cache")
Page = Literal["paths", "check", "layers", "loss"]
START = "a*b + c; a = 2; b = −3; c = 10"
MOST_NODES = 700
"""A graph of more nodes is not taken: it could not be read."""


def check_formula(text: str) -> None:
    """Raises ValueError with a sentence when the text is no computation, or one too large to be read."""
    nodes = len(program_graph(text).nodes)
    if nodes > MOST_NODES:
        raise ValueError(f"the graph has {nodes} nodes, needs at most {MOST_NODES}")


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    graph: Annotated[
        Literal["formula", "course", "received", "net"],
        Label(N_("Graph of")),
        Choices((N_("My formula"), N_("A 2→3→1 net"), N_("Received"), N_("A 2→2→1 net"))),
        Tip(N_("What is computed: the formula below, or a network's loss on one example.")),
        Restarts(),
    ] = "formula"
    formula: Annotated[
        str,
        Pattern("lab.experiments.e11_backpropagation.settings:check_formula", START),
        Label(N_("Formula")),
        Tip(
            N_(
                "Anything with + − * / ^, brackets, exp, log, sin, cos, sqrt, tanh, sigmoid, relu, max, min, abs."
                " Parts are set apart by semicolons: a = 2 gives a value, d = a*b gives a name."
                " Names that begin with x or y are data: an update leaves them alone."
            )
        ),
        Restarts(),
        More(),
    ] = START
    detail: Annotated[
        Literal["layers", "numbers"],
        Label(N_("A node for each")),
        Choices((N_("Matrix"), N_("Number"))),
        Tip(N_("A network folded by layer, or unrolled into single numbers.")),
        Restarts(),
        More(),
    ] = "layers"
    bugs: Annotated[
        tuple[Bug, ...],
        Label(N_("Classic bugs")),
        Choices((N_("= for +="), N_("Not zeroed"), N_("Transpose"), N_("No cache"))),
        Tip(
            N_(
                "Mistakes that people really make. “= for +=”: a gradient that arrives replaces the one before."
                " “Not zeroed”: gradients of the last round stay. “Transpose”: dL/dW is computed the wrong way"
                " round. “No cache”: the way back uses z where it needs a."
            )
        ),
    ] = ()
    learning_rate: Annotated[
        float,
        Range(0.001, 10.0, log=True, typed=(1e-9, 1e6)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far an update goes against the gradient.")),
    ] = 0.05
    h: Annotated[
        float,
        Range(1e-14, 0.1, log=True, typed=(1e-300, 10.0)),
        Label(N_("Nudge")),
        Symbol("h"),
        Tip(N_("The gradient check moves the chosen number by so much to both sides and looks at the output.")),
        Digits(2),
    ] = 1e-5
    passes: Annotated[
        int,
        Range(1, 3),
        Label(N_("Times backward")),
        Tip(N_("How often backward runs before the update. More than once is a way to see what zeroing is for.")),
        Restarts(),
        More(),
    ] = 1
    puzzle: Annotated[
        Literal["none", "blanks", "wrong1", "wrong3"],
        Label(N_("Puzzle")),
        Choices((N_("None"), N_("Fill the blanks"), N_("One wrong rule"), N_("Three wrong rules"))),
        Tip(N_("Gradients to work out by hand, or a graph that somebody has tampered with.")),
        Restarts(),
        More(),
    ] = "none"
    puzzle_number: Annotated[
        int,
        Range(1, 20, typed=(1, 9999)),
        Label(N_("Puzzle number")),
        Tip(N_("Which of the many: the same number hides the same mistake in everybody's graph.")),
        Restarts(),
        More(),
    ] = 1
    example: Annotated[
        int,
        Range(1, 20, typed=(1, 10_000)),
        Label(N_("Example")),
        Tip(N_("Which of its examples a received network is asked.")),
        Hint(N_("only for a received network")),
        Restarts(),
        More(),
    ] = 1


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    page: Annotated[
        Page,
        Label(N_("Beside the graph")),
        Choices((N_("Paths"), N_("Check"), N_("Layers"), N_("Loss"))),
        Tip(N_("What stands under the graph.")),
    ] = "paths"
    fold: Annotated[
        bool,
        Label(N_("Fold sums and loss")),
        Tip(N_("In a network of single numbers, draw each weighted sum as one node. A press on ⊞ opens one.")),
    ] = True
