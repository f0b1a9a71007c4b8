"""What can be chosen in this experiment: the points, the loss that judges them, and what is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["LOSS_NAMES", "Display", "Params"]

LOSS_NAMES = {
    "mse": N_("Squared error"),
    "mae": N_("Absolute error"),
    "huber": "Huber",
    "log": N_("Log-loss"),
}
"""What each loss is called on screen."""

Data = Literal["clean", "outlier", "skewed", "offset", "labels", "five", "course", "three", "secret", "own", "received"]


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    loss: Annotated[
        Literal["mse", "mae", "huber", "log"],
        Label(N_("Loss")),
        Choices(tuple(LOSS_NAMES.values())),
        Tip(N_("How a miss is turned into a cost. Log-loss is for labels 0 and 1.")),
    ] = "mse"
    delta: Annotated[
        float,
        Range(0.1, 20.0, log=True, typed=(1e-6, 1e6)),
        Label(N_("Huber's border")),
        Symbol("δ"),
        Tip(N_("Misses smaller than δ count squared, larger ones only straight.")),
        Hint(N_("small: like absolute · large: like squared")),
    ] = 1.0
    reduction: Annotated[
        Literal["mean", "sum"],
        Label(N_("All points together")),
        Choices((N_("Mean"), N_("Sum"))),
        Tip(N_("The sum is n times the mean: so is its gradient, and the largest stable η is n times smaller.")),
    ] = "mean"
    learning_rate: Annotated[
        float,
        Range(1e-4, 1.0, log=True, typed=(1e-12, 1e3)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far Run moves w and b for a slope of 1. Beyond the mark the steps grow without end.")),
    ] = 0.02
    data: Annotated[
        Data,
        Label(N_("Points")),
        Choices(
            (
                N_("A plant grows"),
                N_("One outlier"),
                N_("Late buses"),
                N_("A constant offset"),
                N_("Labels 0 and 1"),
                N_("Five misses"),
                N_("Four predictions"),
                N_("Three predictions"),
                N_("Secret points"),
                N_("My own"),
                N_("Received"),
            )
        ),
        Tip(N_("Drag them, press an empty place for one more, Delete takes one away.")),
        Restarts(),
    ] = "clean"
    blind: Annotated[
        bool,
        Label(N_("Blind search")),
        Tip(N_("Hides points and landscape. Each press in the landscape buys one evaluation of the loss.")),
        More(),
    ] = False
    clip: Annotated[
        bool,
        Label(N_("Clip probabilities")),
        Tip(N_("Keeps p between 10⁻⁷ and 1 − 10⁻⁷, so that log-loss stays below 16.2. Without it p = 0 costs ∞.")),
        Digits(3),
        More(),
    ] = True


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    landscape: Annotated[
        Literal["slice", "map"],
        Label(N_("Landscape")),
        Choices((N_("Slice along w"), N_("Map of w and b"))),
    ] = "map"
    areas: Annotated[
        bool, Label(N_("Losses as areas")), Tip(N_("Every rectangle has the area of its point's loss."))
    ] = True
    best: Annotated[bool, Label(N_("Best line")), Tip(N_("The line of least loss, dashed."))] = False
