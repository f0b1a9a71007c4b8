"""What can be chosen in this experiment: how the loop goes through the samples, when it stops, and which
mistake it contains."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["Display", "Params"]


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    batch_size: Annotated[
        int,
        Range(1, 100, log=True, typed=(1, 1000)),
        Label(N_("Batch size")),
        Symbol("B"),
        Tip(N_("How many samples the loop looks at before it changes w and b once.")),
        Digits(4),
    ] = 8
    learning_rate: Annotated[
        float,
        Range(1e-3, 2.0, log=True, typed=(1e-8, 1e3)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far w and b move for a slope of 1.")),
        Hint(N_("small: slow, safe · large: fast, wild")),
    ] = 0.01
    epochs: Annotated[
        int,
        Range(1, 200, log=True, typed=(1, 1000)),
        Label(N_("Epochs")),
        Tip(N_("How often the loop goes through all samples.")),
        Digits(4),
    ] = 50
    stop: Annotated[
        Literal["epochs", "target", "plateau", "nan"],
        Label(N_("Stop")),
        Choices((N_("After the epochs"), N_("At a target loss"), N_("On a plateau"), N_("Only at NaN"))),
        Tip(N_("Looked at after every epoch. A number that is no longer finite always stops the loop.")),
    ] = "epochs"
    shuffle: Annotated[
        bool,
        Label(N_("Shuffle")),
        Tip(N_("Draw the samples in a new order in every epoch.")),
    ] = True
    zero_grad: Annotated[
        bool,
        Label(N_("Zero the gradient")),
        Tip(N_("Without it the slopes of all earlier batches stay in the sum.")),
    ] = True
    target: Annotated[
        float,
        Range(0.05, 5.0, log=True, typed=(1e-9, 1e9)),
        Label(N_("Target loss")),
        Tip(N_("The loop stops when the loss of a whole epoch is at or below it.")),
        More(),
    ] = 0.12
    patience: Annotated[
        int,
        Range(1, 20, typed=(1, 500)),
        Label(N_("Patience")),
        Tip(N_("A plateau: so many epochs in a row without a loss that is 1 % lower than the lowest before.")),
        More(),
    ] = 3
    decay: Annotated[
        Literal["constant", "step", "cosine", "linear"],
        Label(N_("Learning-rate decay")),
        Choices((N_("None"), N_("Halved every ten epochs"), N_("Cosine"), N_("Linear"))),
        Tip(N_("Makes η smaller from epoch to epoch.")),
        More(),
    ] = "constant"
    mistake: Annotated[
        Literal["none", "size", "column"],
        Label(N_("Mistake in the code")),
        Choices((N_("None"), N_("p has a fixed size"), N_("y is a column"))),
        Tip(N_("Two of the commonest mistakes with shapes: one is loud, the other silent.")),
        More(),
    ] = "none"
    data: Annotated[
        Literal["line", "own", "received"],
        Label(N_("Samples")),
        Choices((N_("A line and noise"), N_("Your own"), N_("Received"))),
        Tip(N_("Drag samples, click an empty place for one more, Delete takes one away.")),
        Restarts(),
        More(),
    ] = "line"
    order: Annotated[
        Literal["drawn", "sorted"],
        Label(N_("Samples lie")),
        Choices((N_("As they were drawn"), N_("Sorted by x"))),
        Restarts(),
        More(),
    ] = "drawn"
    n: Annotated[
        int,
        Range(10, 200, typed=(2, 1000)),
        Label(N_("How many samples")),
        Digits(4),
        Restarts(),
        More(),
    ] = 100
    noise: Annotated[
        float,
        Range(0.0, 2.0, step=0.1, typed=(0.0, 100.0)),
        Label(N_("Noise")),
        Symbol("σ"),
        Tip(N_("How far the samples are scattered around y = 2.5x + 1.")),
        Restarts(),
        More(),
    ] = 0.3


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    view: Annotated[
        Literal["curves", "table"],
        Label(N_("View")),
        Choices((N_("Curves"), N_("Table"))),
    ] = "curves"
    log_loss: Annotated[
        bool,
        Label(N_("Logarithmic chart")),
        Tip(N_("Each line of the chart is ten times the one below.")),
    ] = True
    sticks: Annotated[
        bool,
        Label(N_("Errors of the batch")),
        Tip(N_("From each sample of the batch straight to the line: p − y.")),
    ] = True
    copy: Annotated[
        bool,
        Label(N_("A copy to type into")),
        Tip(N_("The eight lines as a program of your own: change them and run them.")),
    ] = False
