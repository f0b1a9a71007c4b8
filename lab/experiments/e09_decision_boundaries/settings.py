"""What can be chosen in this experiment: the points, the network, how it learns, and the options of the picture."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Pattern, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_, _

__all__ = [
    "FEATURES",
    "MAX_LAYERS",
    "MAX_UNITS",
    "Data",
    "Display",
    "Params",
    "check_hidden",
    "hidden_sizes",
    "written",
]

Data = Literal[
    "circle",
    "blobs",
    "corners",
    "xor",
    "moons",
    "spirals",
    "checkerboard",
    "smiley",
    "clouds",
    "secret",
    "empty",
    "received",
    "own",
]
MAX_LAYERS, MAX_UNITS = 6, 32

FEATURES: dict[str, str] = {
    "x1": "x₁",
    "x2": "x₂",
    "x1_squared": "x₁²",
    "x2_squared": "x₂²",
    "product": "x₁·x₂",
    "sin_x1": "sin x₁",
    "sin_x2": "sin x₂",
}
"""What the network may be fed, by name."""


def hidden_sizes(text: str) -> tuple[int, ...]:
    """Units per hidden layer: "8-8" is (8, 8), "" and "0" are none. Raises ValueError with a sentence."""
    parts = [part for part in re.split(r"[\s,;x×→-]+", text.strip()) if part]
    if parts in ([], ["0"]):
        return ()
    if not all(part.isdecimal() and len(part) < 4 for part in parts):
        raise ValueError(_("Write the units of each hidden layer, as in 4 or 8-8; 0 for none."))
    sizes = tuple(int(part) for part in parts)
    if len(sizes) > MAX_LAYERS or not all(1 <= size <= MAX_UNITS for size in sizes):
        limits = _("At most {layers} hidden layers, each of 1 to {units} units.")
        raise ValueError(limits.format(layers=MAX_LAYERS, units=MAX_UNITS))
    return sizes


def check_hidden(text: str) -> None:
    """Raises ValueError with a sentence when a text is not the sizes of hidden layers."""
    hidden_sizes(text)


def written(sizes: tuple[int, ...]) -> str:
    """The sizes as they are typed."""
    return "-".join(map(str, sizes)) or "0"


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    data: Annotated[
        Data,
        Label(N_("Points")),
        Choices(
            (
                N_("Circle"),
                N_("Two clouds"),
                N_("XOR, four points"),
                N_("XOR, four quarters"),
                N_("Moons"),
                N_("Spirals"),
                N_("Checkerboard"),
                N_("Smiley"),
                N_("Four clouds"),
                N_("Secret"),
                N_("Empty canvas"),
                N_("Received"),
                N_("Your own"),
            )
        ),
        Tip(N_("What lies on the canvas at the start. Paint over it or rub it out as you like.")),
        Restarts(),
    ] = "circle"
    hidden: Annotated[
        str,
        Label(N_("Hidden layers")),
        Pattern(f"{__name__}:check_hidden", N_("4 or 8-8, 0 for none")),
        Tip(N_("Units of each hidden layer. New units start without a say; no weight is lost.")),
    ] = "4"
    activation: Annotated[
        Literal["tanh", "relu", "sigmoid", "leaky_relu", "silu", "linear"],
        Label(N_("Gate")),
        Choices(("tanh", "ReLU", N_("Sigmoid"), N_("Leaky ReLU"), "SiLU", N_("None"))),
        Tip(N_("The gate behind every hidden sum. Weights stay when it is changed.")),
    ] = "tanh"
    learning_rate: Annotated[
        float,
        Range(1e-4, 10.0, log=True, typed=(1e-6, 1e6)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Hint(N_("small: slow, calm · large: fast, jumpy")),
    ] = 0.03
    optimizer: Annotated[
        Literal["adam", "momentum", "sgd"],
        Label(N_("Optimiser")),
        Choices(("Adam", N_("Momentum"), "SGD")),
        Tip(N_("Adam gives every weight a step length of its own.")),
    ] = "adam"
    loss: Annotated[
        Literal["cross-entropy", "mse"],
        Label(N_("Loss")),
        Choices((N_("Cross-entropy"), N_("Squared error"))),
        Tip(N_("Cross-entropy is the surprise at the truth. Squared error punishes the distance from 0 or 1.")),
        More(),
    ] = "cross-entropy"
    batch_size: Annotated[
        int,
        Range(1, 200, log=True, typed=(1, 10_000)),
        Label(N_("Batch")),
        Tip(N_("How many points a step looks at.")),
        More(),
    ] = 20
    penalty: Annotated[
        Literal["none", "l2", "l1"],
        Label(N_("Penalty on weights")),
        Choices((N_("None"), N_("Squares (L2)"), N_("Sizes (L1)"))),
        More(),
    ] = "none"
    strength: Annotated[
        float,
        Range(1e-4, 1.0, log=True, typed=(0.0, 10.0)),
        Label(N_("Strength")),
        Symbol("λ"),
        More(),
    ] = 0.001
    features: Annotated[
        tuple[Literal["x1", "x2", "x1_squared", "x2_squared", "product", "sin_x1", "sin_x2"], ...],
        Label(N_("Inputs")),
        Choices(tuple(FEATURES.values())),
        Tip(N_("What the network is fed. A new input starts with weights of 0.")),
        More(),
    ] = ("x1", "x2")
    held_out: Annotated[
        float,
        Range(0.0, 0.8, step=0.05),
        Label(N_("Share hidden for the test")),
        Tip(N_("These points are never trained on.")),
        More(),
    ] = 0.3
    start: Annotated[
        Literal["suited", "zero", "large", "received"],
        Label(N_("Weights at the start")),
        Choices((N_("Suited to the gate"), N_("All zero"), N_("Five times too large"), N_("Received"))),
        Restarts(),
        More(),
    ] = "suited"
    n: Annotated[int, Range(20, 2000, log=True, typed=(2, 10_000)), Label(N_("Points")), Restarts(), More()] = 300
    noise: Annotated[
        float,
        Range(0.0, 0.6, step=0.02, typed=(0.0, 5.0)),
        Label(N_("Noise")),
        Digits(2),
        Restarts(),
        More(),
    ] = 0.1


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    page: Annotated[
        Literal["network", "warp", "numbers"],
        Label(N_("Beside the canvas")),
        Choices((N_("Network"), N_("Bent space"), N_("Numbers"))),
    ] = "network"
    layer: Annotated[
        int,
        Range(0, MAX_LAYERS),
        Label(N_("Bent by layer")),
        Tip(N_("After which hidden layer the points are shown; 0 is the last.")),
    ] = 0
    morph: Annotated[
        float,
        Range(0.0, 1.0, step=0.05),
        Label(N_("From the input to the layer")),
    ] = 1.0
    shading: Annotated[
        Literal["smooth", "hard"],
        Label(N_("Field")),
        Choices((N_("Probability"), N_("Winner only"))),
    ] = "smooth"
    test_points: Annotated[
        bool,
        Label(N_("Show the hidden test points")),
        Tip(N_("Hollow: the network never trains on them.")),
    ] = False
