"""What can be chosen in this experiment: which page is open, and the controls of each."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["CLASS_NAMES", "DATA_NAMES", "MOST_POINTS", "PAGES", "TASKS", "Display", "Params", "page_of"]

MOST_POINTS = 200

PAGES = {"fit": N_("Fit"), "errors": N_("Error"), "weights": N_("Weights"), "data": N_("Data")}
"""What the pages of the curve are called."""
TASKS = {"curve": N_("A curve through points"), "net": N_("Networks"), "grok": N_("Grokking")}
DATA_NAMES = {
    "sine": N_("A wave"),
    "line": N_("A line"),
    "mystery": N_("Mystery wave"),
    "twins": N_("Twins across the split"),
    "own": N_("My own"),
    "received": N_("Received"),
}
CLASS_NAMES = {
    "blobs": N_("Clouds"),
    "moons": N_("Moons"),
    "noise": N_("Wrong labels"),
    "received": N_("Received"),
}

Data = Literal["sine", "line", "mystery", "twins", "own", "received"]
Classes = Literal["blobs", "moons", "noise", "received"]


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all pages; those of another page than the open one are not shown."""

    degree: Annotated[
        int,
        Range(0, 15, step=1, typed=(0, 100)),
        Label(N_("Degree")),
        Symbol("d"),
        Tip(N_("How many waves the curve is made of. Drag the line on the error curve, or type up to 100.")),
        Hint(N_("small: stiff · large: bends to every point")),
    ] = 3
    regularizer: Annotated[
        Literal["none", "ridge", "lasso"],
        Label(N_("Price")),
        Choices((N_("None"), N_("Ridge (L2)"), N_("Lasso (L1)"))),
        Tip(N_("Ridge charges λ·Σw², lasso λ·Σ|w|. The bias is free.")),
    ] = "none"
    penalty: Annotated[
        float,
        Range(1e-6, 100.0, log=True, typed=(0.0, 1e6)),
        Label(N_("How much")),
        Symbol("λ"),
        Tip(N_("What a weight costs. At 0 it is as if there were no price.")),
        Digits(3),
    ] = 0.1
    n: Annotated[
        int,
        Range(4, 60, step=1, typed=(2, MOST_POINTS)),
        Label(N_("How many points")),
        Symbol("n"),
        Tip(N_("How many points the curve is fitted to.")),
        Restarts(),
    ] = 10
    noise: Annotated[
        float,
        Range(0.0, 0.6, step=0.02, typed=(0.0, 2.0)),
        Label(N_("Noise")),
        Symbol("σ"),
        Tip(N_("How far the points lie off the true curve, as a standard deviation.")),
        Restarts(),
    ] = 0.2
    data: Annotated[
        Data,
        Label(N_("Points")),
        Choices(tuple(DATA_NAMES.values())),
        Tip(N_("Drag them, press an empty place for one more, Delete takes one away.")),
        Restarts(),
    ] = "sine"
    folds: Annotated[
        int,
        Range(2, 10, step=1),
        Label(N_("Folds")),
        Symbol("k"),
        Tip(N_("Cross-validation: into how many parts the points are dealt.")),
        Digits(3),
    ] = 5
    split: Annotated[
        int,
        Range(0, 99, step=1),
        Label(N_("Split number")),
        Tip(N_("Deals the points anew: which are in which fold and, of your own points, which are held out.")),
        Restarts(),
        More(),
    ] = 0
    basis: Annotated[
        Literal["legendre", "power"],
        Label(N_("Made of")),
        Choices((N_("Waves (Legendre)"), N_("Powers x, x², x³"))),
        Tip(N_("The building blocks. Both make the same curves; what a price on their weights does is not the same.")),
        More(),
    ] = "legendre"
    page: Annotated[
        Literal["fit", "errors", "weights", "data"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("Four views of one curve.")),
        More(),
        Shows(),
    ] = "fit"
    beyond: Annotated[
        bool,
        Label(N_("Beyond the points")),
        Tip(N_("Fit: shows what the curve says where no points are, beside the true curve where it is known.")),
        More(),
        Shows(),
    ] = False
    task: Annotated[
        Literal["curve", "net", "grok"],
        Label(N_("What learns")),
        Choices(tuple(TASKS.values())),
        Tip(N_("Each is a run of its own.")),
        Restarts(),
        More(),
    ] = "curve"
    classes: Annotated[
        Classes,
        Label(N_("Points")),
        Choices(tuple(CLASS_NAMES.values())),
        Tip(N_("What the networks learn to tell apart.")),
        Restarts(),
    ] = "noise"
    width: Annotated[
        int,
        Range(2, 40, step=1),
        Label(N_("Units per layer")),
        Tip(N_("Each network has two hidden layers of so many units.")),
        Restarts(),
    ] = 24
    l2: Annotated[
        float,
        Range(1e-4, 1.0, log=True, typed=(0.0, 10.0)),
        Label(N_("L2 price")),
        Symbol("λ"),
        Tip(N_("Network 2: adds ½·λ·Σw² to the loss.")),
        Digits(3),
    ] = 0.02
    dropout: Annotated[
        float,
        Range(0.0, 0.8, step=0.05),
        Label(N_("Dropout")),
        Symbol("p"),
        Tip(N_("Network 3: the share of hidden units left out in each step; the others count 1/(1 − p) times.")),
    ] = 0.3
    patience: Annotated[
        int,
        Range(1, 40, step=1),
        Label(N_("Patience")),
        Tip(N_("Network 4 stops when its loss on held-out points was not better for so many steps.")),
        Digits(3),
    ] = 10
    learning_rate: Annotated[
        float,
        Range(1e-3, 0.1, log=True, typed=(1e-5, 1.0)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("Of Adam, for all four networks.")),
        More(),
    ] = 0.01
    modulus: Annotated[
        int,
        Range(7, 29, step=1),
        Label(N_("Hours of the clock")),
        Symbol("p"),
        Tip(N_("The network learns a + b on a clock with so many hours.")),
        Digits(3),
        Restarts(),
    ] = 23
    share: Annotated[
        float,
        Range(0.2, 0.9, step=0.05),
        Label(N_("Sums shown")),
        Tip(N_("How much of the table the network may learn from; the rest is the test.")),
        Restarts(),
    ] = 0.6
    decay: Annotated[
        float,
        Range(0.0, 1.0, step=0.05, typed=(0.0, 2.0)),
        Label(N_("Weight decay")),
        Tip(N_("Every weight loses this share of itself, times η, in each update. At 0 it is switched off.")),
    ] = 0.5


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    truth: Annotated[bool, Label(N_("True curve")), Tip(N_("The curve that the points were drawn from, dashed."))] = (
        False
    )
    ghosts: Annotated[
        bool, Label(N_("Ghosts")), Tip(N_("The curves of up to twenty other samples. Press Run to draw them."))
    ] = True
    held: Annotated[
        bool,
        Label(N_("Held-out points")),
        Tip(N_("Points that no curve is fitted to; they measure the validation error.")),
    ] = True


def page_of(params: Params) -> str:
    """The key of the page that these controls open."""
    return params.page if params.task == "curve" else params.task
