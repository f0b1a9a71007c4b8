"""What can be chosen in this experiment: the question, the gate, the rule of learning and where it starts,
and the options of the picture."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_

__all__ = ["WEIGHT_LIMIT", "Data", "Display", "Gate", "Params", "Rule"]

Data = Literal["and", "or", "nand", "not", "majority", "xor", "blobs", "own", "received", "votes"]
Gate = Literal["sigmoid", "step", "tanh"]
Rule = Literal["logistic", "perceptron"]
WEIGHT_LIMIT = 1e6
"""No weight or input may be larger than this."""

START = Range(-10.0, 10.0, step=0.1, typed=(-WEIGHT_LIMIT, WEIGHT_LIMIT))


@dataclass(frozen=True, slots=True)
class Params:
    """The controls."""

    data: Annotated[
        Data,
        Label(N_("Question")),
        Choices(
            (
                "AND",
                "OR",
                "NAND",
                "NOT",
                N_("Majority"),
                "XOR",
                N_("Two clouds"),
                N_("Your own"),
                N_("Received"),
                N_("Three voters"),
            )
        ),
        Tip(N_("Which rows the neuron is to answer. Press an answer in the table to ask for the opposite.")),
        Restarts(),
    ] = "and"
    gate: Annotated[
        Gate,
        Label(N_("Gate")),
        Choices((N_("Sigmoid"), N_("Step"), "tanh")),
        Tip(N_("What is done with the sum z. Every gate changes its mind at z = 0, so the boundary stays.")),
    ] = "sigmoid"
    rule: Annotated[
        Rule,
        Label(N_("Learns by")),
        Choices((N_("Logistic"), N_("Perceptron"))),
        Tip(
            N_(
                "Logistic regression reads z through a sigmoid and walks down the slope of the log-loss of"
                " all rows. The perceptron rule looks at one row at a time, and only at the sign of z."
            )
        ),
    ] = "logistic"
    learning_rate: Annotated[
        float,
        Range(0.01, 10.0, log=True, typed=(1e-6, 1e3)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far the weights go in one step.")),
        Hint(N_("small: slow, calm · large: fast, jumpy")),
    ] = 1.0
    w1: Annotated[
        float,
        START,
        Label(N_("First weight at the start")),
        Symbol("w₁"),
        Tip(N_("Drag a link of the neuron, or the arrow, to change a weight now.")),
        Digits(4),
        Restarts(),
        More(),
    ] = 1.0
    w2: Annotated[float, START, Label(N_("Second weight")), Symbol("w₂"), Digits(4), Restarts(), More()] = 1.0
    w3: Annotated[float, START, Label(N_("Third weight")), Symbol("w₃"), Digits(4), Restarts(), More()] = 1.0
    bias: Annotated[float, START, Label(N_("Bias at the start")), Symbol("b"), Digits(4), Restarts(), More()] = -0.5
    n: Annotated[
        int,
        Range(4, 200, typed=(2, 500)),
        Label(N_("Points in the clouds")),
        Restarts(),
        More(),
    ] = 40
    spread: Annotated[
        float,
        Range(0.1, 2.0, step=0.05, typed=(0.0, 10.0)),
        Label(N_("Spread of a cloud")),
        Tip(N_("From about 0.8 on the clouds overlap, and no line gets every point right.")),
        Restarts(),
        More(),
    ] = 0.45

    def start(self, inputs: int) -> tuple[float, ...]:
        """The weights at the start, for so many inputs, and the bias behind them."""
        return (*(self.w1, self.w2, self.w3)[:inputs], self.bias)


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    curve: Annotated[
        Literal["loss", "norm", "right"],
        Label(N_("Chart")),
        Choices((N_("Loss"), "‖w‖", N_("Rows right"))),
        Tip(N_("What is drawn for each step of learning.")),
    ] = "loss"
    distances: Annotated[
        bool,
        Label(N_("Distances to the boundary")),
        Tip(N_("The margin of each row, as a dotted line. Drawn for up to 12 rows.")),
    ] = True
    band: Annotated[
        bool,
        Label(N_("Where z is −1 and 1")),
        Tip(N_("Two lines beside the boundary. The larger the weights, the closer they lie.")),
    ] = True
