"""What can be chosen in this experiment: the controls of the fit, and the options of the picture."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Label, More, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["DATA_NAMES", "Display", "Params"]

Data = Literal[
    "crickets",
    "course",
    "quartet-1",
    "quartet-2",
    "quartet-3",
    "quartet-4",
    "leverage",
    "fan",
    "simpson",
    "curve",
    "collinear",
    "houses",
    "diabetes",
    "received",
    "own",
]
DATA_NAMES = {
    "crickets": N_("Crickets"),
    "course": N_("Course"),
    "quartet-1": N_("Quartet I"),
    "quartet-2": N_("Quartet II"),
    "quartet-3": N_("Quartet III"),
    "quartet-4": N_("Quartet IV"),
    "leverage": N_("Lever"),
    "fan": N_("Fan"),
    "simpson": N_("Groups"),
    "curve": N_("Curve"),
    "collinear": N_("Twins"),
    "houses": N_("Houses"),
    "diabetes": N_("Diabetes"),
    "received": N_("Received"),
    "own": N_("My own"),
}
"""What each data set is called on screen."""

LINE_TIP = N_("Drag your line in the picture, or the dot on the map, or type a number here.")


@dataclass(frozen=True, slots=True)
class Params:
    """The controls. w, b and w₂ are the line drawn by hand; the rest decides what the best line is."""

    data: Annotated[
        Data,
        Label(N_("Points")),
        Choices(tuple(DATA_NAMES.values())),
        Tip(N_("Every point can be dragged. Your own points can be clicked, pasted or opened from a file.")),
        Restarts(),
    ] = "crickets"
    w: Annotated[
        float,
        Range(-20.0, 20.0, typed=(-1e9, 1e9)),
        Label(N_("My slope")),
        Symbol("w"),
        Tip(LINE_TIP),
        Digits(5),
    ] = 1.0
    b: Annotated[
        float,
        Range(-100.0, 100.0, typed=(-1e9, 1e9)),
        Label(N_("My intercept")),
        Symbol("b"),
        Tip(LINE_TIP),
        Digits(5),
    ] = 50.0
    features: Annotated[
        Literal["one", "two"],
        Label(N_("Features")),
        Choices((N_("One: a line"), N_("Two: a plane"))),
        Tip(N_("With a second column the line becomes a plane that can be tilted in two directions.")),
        Restarts(),
    ] = "one"
    weighting: Annotated[
        Literal["equal", "bars"],
        Label(N_("Points count")),
        Choices((N_("All the same"), N_("By error bar"))),
        Tip(N_("A point with half the error bar counts four times: its weight is (usual bar / bar)².")),
    ] = "equal"
    ridge: Annotated[
        float,
        Range(0.0, 10.0, typed=(0.0, 1e15)),
        Label(N_("Ridge")),
        Symbol("λ"),
        Tip(N_("A price on large slopes: λ·w² is added to the squared errors. The bias b is free of it.")),
        Digits(4),
    ] = 0.0
    rate: Annotated[
        float,
        Range(0.01, 1.2, step=0.01, typed=(1e-6, 100.0)),
        Label(N_("Learning rate / limit")),
        Tip(N_("Both descents use this share of their own largest stable learning rate, 2/λ₁.")),
        More(),
    ] = 0.2
    w2: Annotated[
        float,
        Range(-20.0, 20.0, typed=(-1e9, 1e9)),
        Label(N_("My second slope")),
        Symbol("w₂"),
        Tip(N_("How steeply your plane rises along the second feature.")),
        Digits(5),
        More(),
    ] = 0.0
    apart: Annotated[
        float,
        Range(1e-9, 1.0, log=True),
        Label(N_("How different the twins are")),
        Tip(N_("The second column is the first plus this much noise.")),
        Restarts(),
        More(),
    ] = 0.01
    test: Annotated[
        Literal["none", "random", "right"],
        Label(N_("Test points")),
        Choices((N_("None"), N_("A random fifth"), N_("The rightmost fifth"))),
        Tip(N_("They are locked away: no fit sees them, and their score is read once you open the drawer.")),
        Restarts(),
        More(),
    ] = "none"
    penalise_bias: Annotated[
        bool,
        Label(N_("Penalise the bias too (wrong)")),
        Tip(N_("What happens if the price is laid on b as well: the line is pulled down to zero.")),
        More(),
    ] = False


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    view: Annotated[
        Literal["map", "scaled", "residuals", "data"],
        Label(N_("Beside the points")),
        Choices((N_("Loss map"), N_("Scaled map"), N_("Residuals"), N_("Data"))),
    ] = "map"
    errors: Annotated[
        Literal["sticks", "squares", "none"],
        Label(N_("Draw errors as")),
        Choices((N_("Sticks"), N_("Squares"), N_("Nothing"))),
        Tip(N_("The squares are to scale: their areas are what the fit makes small.")),
    ] = "sticks"
    errors_of: Annotated[
        Literal["mine", "best"],
        Label(N_("Errors of")),
        Choices((N_("My line"), N_("Best line"))),
        Tip(N_("Whose errors are drawn, in the picture and in the residual plot.")),
    ] = "mine"
    best: Annotated[bool, Label(N_("Best line")), Tip(N_("The line of least squares, beside yours."))] = True
    descent: Annotated[bool, Label(N_("Descent")), Tip(N_("The two lines on their way down."))] = True
    shade: Annotated[
        bool,
        Label(N_("Shade where there are no points")),
        Tip(N_("Outside the range of the points the line is a guess: extrapolation.")),
    ] = True
