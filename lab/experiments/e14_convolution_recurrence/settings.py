"""What can be chosen in this experiment: what slides over what, what learns, and what is looked at."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Pattern, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.nets.recurrent import CellKind

__all__ = ["MOST_STEPS", "PAGES", "PICTURES", "Params", "page_of", "turned"]

Topic = Literal["signal", "picture", "digits", "memory", "names"]
_HERE = "lab.experiments.e14_convolution_recurrence"
MOST_STEPS = 60

PAGES = {
    "signal": N_("Signal"),
    "picture": N_("Picture"),
    "digits": N_("Digits"),
    "drawing": N_("Yours"),
    "memory": N_("Memory"),
    "gradient": N_("Blame"),
    "names": N_("Names"),
}
"""What each page is called on screen. Digits and drawing are two views of one run, and so are memory and gradient."""

PICTURES = {
    "drawing": N_("Your drawing"),
    "camera": N_("Photographer"),
    "astronaut": N_("Astronaut"),
    "cat": N_("Cat"),
    "coins": N_("Coins"),
    "brick": N_("Bricks"),
    "bars": N_("Bars"),
    "black": N_("All black"),
}


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are hidden."""

    stride: Annotated[
        int,
        Range(1, 4, step=1),
        Label(N_("Stride")),
        Symbol("s"),
        Tip(N_("How many places the kernel moves on at a time.")),
    ] = 1
    padding: Annotated[
        int,
        Range(0, 4, step=1),
        Label(N_("Padding")),
        Symbol("p"),
        Tip(N_("How many zeros are put around, so that the kernel also fits over the border.")),
    ] = 0
    flip: Annotated[
        bool,
        Label(N_("Turn the kernel round")),
        Tip(N_("The textbook's convolution turns the kernel round first. Networks do not.")),
    ] = False
    signal: Annotated[
        str,
        Pattern(f"{_HERE}.cells:check_signal", "1 0 2 3"),
        Label(N_("Signal")),
        Tip(N_("Up to 16 numbers, with blanks between them. In the picture each can be typed where it stands.")),
        More(),
    ] = "1 0 2 3 1 0 1"
    taps: Annotated[
        str,
        Pattern(f"{_HERE}.cells:check_taps", "1 0 -1"),
        Label(N_("Kernel")),
        Tip(N_("Up to 9 numbers, with blanks between them.")),
        More(),
    ] = "1 0 -1"
    picture: Annotated[
        Literal["drawing", "camera", "astronaut", "cat", "coins", "brick", "bars", "black"],
        Label(N_("Picture")),
        Choices(tuple(PICTURES.values())),
        Tip(N_("What the kernel slides over. On your drawing you can draw with the mouse.")),
    ] = "drawing"
    kernel: Annotated[
        str,
        Pattern(f"{_HERE}.cells:check_kernel", "-1 0 1; -1 0 1; -1 0 1"),
        Label(N_("Kernel")),
        Tip(N_("Rows with a semicolon between them. Each cell can also be dragged up and down, or typed.")),
    ] = "-1 0 1; -1 0 1; -1 0 1"
    pooling: Annotated[
        Literal["none", "max", "mean"],
        Label(N_("Pooling")),
        Choices((N_("None"), N_("Largest"), N_("Mean"))),
        Tip(N_("Four neighbours of the result become one: their largest, or their mean.")),
    ] = "none"
    examples: Annotated[
        int,
        Range(50, 1437, log=True, typed=(50, 1437)),
        Label(N_("Pictures")),
        Digits(4),
        Tip(N_("How many handwritten digits it learns from. 360 others are kept for the test.")),
        Restarts(),
    ] = 1437
    kernels: Annotated[
        int,
        Range(2, 24, step=1),
        Label(N_("Kernels")),
        Digits(3),
        Tip(N_("Of the first layer, 3 × 3 each. The second layer has twice as many.")),
        Restarts(),
    ] = 16
    permuted: Annotated[
        bool,
        Label(N_("Shuffle the pixels")),
        Tip(N_("Every picture gets its pixels shuffled, always in the same way.")),
        Restarts(),
    ] = False
    target: Annotated[
        int,
        Range(0, 9, step=1),
        Label(N_("Turn it into a")),
        Tip(N_("The digit that your drawing is to become, with as little change as possible.")),
    ] = 8
    task: Annotated[
        Literal["echo", "brackets"],
        Label(N_("Task")),
        Choices((N_("Echo"), N_("Brackets"))),
        Tip(N_("Echo: remember the first symbol through noise until the bell rings. Brackets: how many are open?")),
        Restarts(),
    ] = "echo"
    cell: Annotated[
        CellKind,
        Label(N_("Cell")),
        Choices(("RNN", "GRU", "LSTM")),
        Tip(N_("A plain cell, or one with gates that decide what is kept.")),
        Restarts(),
    ] = "rnn"
    attention: Annotated[
        bool,
        Label(N_("Attention in place of a cell")),
        Tip(N_("No state goes along: every step reads all steps before it, and learns which of them to look at.")),
        Restarts(),
    ] = False
    length: Annotated[
        int,
        Range(2, MOST_STEPS, step=1),
        Label(N_("Steps back")),
        Symbol("T"),
        Digits(3),
        Tip(N_("How many steps lie between the first symbol and the question.")),
        Restarts(),
    ] = 5
    radius: Annotated[
        float,
        Range(0.1, 2.0, step=0.01, typed=(0.0, 3.0)),
        Label(N_("Spectral radius")),
        Symbol("ρ"),
        Hint(N_("below 1: fades · above 1: explodes")),
        Tip(N_("What the first weights from state to state multiply by at every step.")),
        Restarts(),
    ] = 1.0
    clip: Annotated[
        bool,
        Label(N_("Clip the gradient")),
        Tip(N_("A gradient longer than 1 is made 1 long; its direction stays.")),
    ] = True
    silent: Annotated[
        bool,
        Label(N_("Silent inputs")),
        Tip(N_("Blame: the inputs are all 0, so that only the weights multiply, and no gate is at its end.")),
    ] = False
    source: Annotated[
        Literal["names", "own", "received"],
        Label(N_("Names")),
        Choices((N_("First names"), N_("Own list"), N_("Received"))),
        Tip(N_("What it learns to spell.")),
        Restarts(),
    ] = "names"
    temperature: Annotated[
        float,
        Range(0.0, 2.0, step=0.05),
        Label(N_("Temperature")),
        Symbol("τ"),
        Tip(N_("Low: the likeliest letters. High: daring ones.")),
    ] = 0.8
    learning_rate: Annotated[
        float,
        Range(1e-4, 1.0, log=True, typed=(1e-6, 10.0)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far each step goes.")),
    ] = 0.005
    hidden: Annotated[
        int,
        Range(4, 64, step=1),
        Label(N_("Units")),
        Digits(3),
        Tip(N_("How many numbers its state has: so much it can keep in mind.")),
        Restarts(),
        More(),
    ] = 24
    optimizer: Annotated[
        Literal["adam", "sgd"],
        Label(N_("Optimiser")),
        Choices(("Adam", "SGD")),
        Tip(N_("Adam makes its steps equally long by itself, so it hides an exploding gradient. SGD does not.")),
        Restarts(),
        More(),
    ] = "adam"
    at: Annotated[
        int,
        Range(1, MOST_STEPS + 1, step=1),
        Label(N_("Marked step")),
        Digits(3),
        Tip(N_("The step whose numbers are written out. Press on its column.")),
        More(),
        Shows(),
    ] = 1
    unit: Annotated[
        int,
        Range(1, 64, step=1),
        Label(N_("Marked unit")),
        Digits(3),
        Tip(N_("The unit of the state that is looked at. Press on its row.")),
        More(),
        Shows(),
    ] = 1
    topic: Annotated[
        Topic,
        Label(N_("Run")),
        Choices((N_("Signal"), N_("Picture"), N_("Digits"), N_("Memory"), N_("Names"))),
        Tip(N_("Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "signal"
    view: Annotated[
        Literal["first", "second"],
        Label(N_("View")),
        Choices((N_("First"), N_("Second"))),
        Tip(N_("Digits: how it learns, or your own digit. Memory: the states, or the blame that comes back.")),
        More(),
        Shows(),
    ] = "first"


_SECOND = {"digits": "drawing", "memory": "gradient"}


def page_of(params: Params) -> str:
    """The key of the page that is open."""
    return _SECOND.get(params.topic, params.topic) if params.view == "second" else params.topic


def turned(name: str) -> dict[str, str]:
    """The controls that open a page."""
    first = next((topic for topic, second in _SECOND.items() if second == name), name)
    return {"topic": first, "view": "second" if first != name else "first"}
