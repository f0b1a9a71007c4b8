"""What can be chosen in this experiment: the controls of the walk, and the options of the picture."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import (
    Choices,
    Digits,
    Hint,
    Label,
    More,
    ParamError,
    Pattern,
    Range,
    Restarts,
    Symbol,
    Tip,
)
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.graph.formula import parse

__all__ = ["DEFAULT_FORMULA", "OPTIMIZER_NAMES", "Display", "Params", "check_formula"]

DEFAULT_FORMULA = "sin(2x) cos(2y) + 0.2(x² + y²)"
OPTIMIZER_NAMES = {
    "sgd": "SGD",
    "momentum": N_("Momentum"),
    "nesterov": "Nesterov",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
"""What each optimiser is called on screen."""

Landscape = Literal[
    "wells",
    "bowl",
    "ravine",
    "saddle",
    "plateau",
    "rosenbrock",
    "ripples",
    "gutter",
    "formula",
    "crickets",
    "crickets-standardised",
    "houses",
    "houses-standardised",
    "received",
]
Optimizers = tuple[Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"], ...]
Shape = Literal["constant", "step", "cosine", "warm-up", "linear"]


def check_formula(text: str) -> None:
    """Refuse a formula that cannot be read. Raises FormulaError, a ValueError, saying where and why."""
    parse(text)


@dataclass(frozen=True, slots=True)
class Params:
    """The controls. Raises ParamError when no optimiser is chosen: there would be no ball to watch."""

    learning_rate: Annotated[
        float,
        Range(1e-4, 2.0, log=True, typed=(1e-10, 1e3)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far a ball goes for a slope of 1. Beyond the red mark the steps grow without end.")),
        Hint(N_("small: slow, safe · large: fast, wild")),
    ] = 0.26
    beta: Annotated[
        float,
        Range(0.0, 0.999, step=0.01, typed=(0.0, 0.9999)),
        Label(N_("Momentum")),
        Symbol("β"),
        Tip(N_("How much of the last velocity is kept. In Adam and AdamW it is β₁, the memory of the slope.")),
        Digits(4),
    ] = 0.8
    noise: Annotated[
        float,
        Range(0.0, 2.0, step=0.05, typed=(0.0, 1e9)),
        Label(N_("Gradient noise")),
        Symbol("σ"),
        Tip(N_("Small batches make the slope uncertain: a random push of this size is added to it.")),
    ] = 0.0
    surface: Annotated[
        Landscape,
        Label(N_("Landscape")),
        Choices(
            (
                N_("Two wells"),
                N_("Bowl"),
                N_("Ravine"),
                N_("Saddle"),
                N_("Plateau"),
                N_("Rosenbrock's valley"),
                N_("Ripples"),
                N_("One-dimensional valley"),
                N_("My formula"),
                N_("Crickets, raw"),
                N_("Crickets, standardised"),
                N_("Houses, raw"),
                N_("Houses, standardised"),
                N_("Received"),
            )
        ),
        Tip(N_("The loss for every pair of weights. For crickets and houses: of a line through real data.")),
        Restarts(),
    ] = "wells"
    formula: Annotated[
        str,
        Pattern("lab.experiments.e05_gradient_descent.settings:check_formula", DEFAULT_FORMULA),
        Label(N_("Formula")),
        Tip(N_("A loss in x and y: + − * / ^, brackets, sin, cos, exp, log, sqrt, abs, tanh, max, min.")),
        Restarts(),
    ] = DEFAULT_FORMULA
    optimizers: Annotated[
        Optimizers,
        Label(N_("Optimisers")),
        Choices(tuple(OPTIMIZER_NAMES.values())),
        Tip(N_("One ball for each. All start together and take their steps at the same time.")),
        Restarts(),
    ] = ("sgd", "momentum")
    start: Annotated[
        Literal["usual", "own"],
        Label(N_("Start")),
        Choices((N_("The landscape's own"), N_("Where I put it"))),
        Tip(N_("Drag the start on the map, or type its place below.")),
        Restarts(),
        More(),
    ] = "usual"
    start_x: Annotated[
        float,
        Range(-10.0, 10.0, step=0.1, typed=(-1e9, 1e9)),
        Label(N_("Start x")),
        Digits(4),
        Restarts(),
        More(),
    ] = -2.6
    start_y: Annotated[
        float,
        Range(-10.0, 10.0, step=0.1, typed=(-1e9, 1e9)),
        Label(N_("Start y")),
        Digits(4),
        Restarts(),
        More(),
    ] = -1.2
    beta2: Annotated[
        float,
        Range(0.0, 0.9999, step=0.01, typed=(0.0, 0.99999)),
        Label(N_("Memory of the slope's size")),
        Symbol("β₂"),
        Tip(N_("For Adam and AdamW, and RMSProp's ρ. Usual is 0.999; a shorter memory suits short walks.")),
        Digits(5),
        More(),
    ] = 0.99
    weight_decay: Annotated[
        float,
        Range(0.0, 1.0, step=0.01, typed=(0.0, 1e3)),
        Label(N_("Weight decay")),
        Symbol("λ"),
        Tip(N_("AdamW pulls the weights towards 0 by this share of η at every step.")),
        More(),
    ] = 0.01
    schedule: Annotated[
        Shape,
        Label(N_("Learning-rate schedule")),
        Choices((N_("Constant"), N_("Halved in steps"), N_("Cosine"), N_("Warm-up"), N_("Linear"))),
        Tip(N_("How η changes while the balls walk. It is drawn under the loss curve.")),
        More(),
    ] = "constant"
    schedule_steps: Annotated[
        int,
        Range(1, 1000, log=True, typed=(1, 10**7)),
        Label(N_("Schedule length")),
        Tip(N_("Steps between two halvings, of the whole descent of cosine and linear, or of the warm-up.")),
        Digits(4),
        More(),
    ] = 100
    mark_limit: Annotated[
        bool,
        Label(N_("Mark the largest stable η")),
        Tip(N_("Switch it off to look for the limit yourself.")),
        More(),
    ] = True

    def __post_init__(self) -> None:
        if not self.optimizers:
            raise ParamError("optimizers", _("choose at least one optimiser: each is one ball"))


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    view: Annotated[
        Literal["map", "3d", "slice", "data"],
        Label(N_("View")),
        Choices((N_("Map"), N_("3-D"), N_("Slice"), N_("Data"))),
    ] = "map"
    arrows: Annotated[
        bool,
        Label(N_("Show the next step")),
        Tip(N_("The slope, the velocity and where the next step leads.")),
    ] = True
    contours: Annotated[bool, Label(N_("Contour lines")), Tip(N_("Lines of equal loss."))] = True
    trails: Annotated[bool, Label(N_("Trails")), Tip(N_("Where the balls have been."))] = True
    log_loss: Annotated[
        bool,
        Label(N_("Logarithmic loss")),
        Tip(N_("Each line of the loss chart is ten times the one below.")),
    ] = False
