"""What can be chosen in this experiment: which of its four pages is open, and the controls of each."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Infinite, Label, More, Pattern, Range, Restarts, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_
from lab.experiments.e08_activations.gates import GATE_NAMES
from lab.experiments.e08_activations.scores import MOST_CLASSES, parse_names, parse_scores

__all__ = ["COURSE_SCORES", "PAGES", "Display", "Params", "check_names", "check_scores"]

COURSE_SCORES = "2.0, 1.0, 0.1"
PAGES = {
    "function": N_("Function"),
    "depth": N_("Depth"),
    "softmax": N_("Softmax"),
    "stability": N_("Stability"),
}
"""What each page is called on screen."""

Gate = Literal["sigmoid", "tanh", "relu", "leaky_relu", "elu", "silu", "gelu", "gelu_tanh"]
Scheme = Literal["xavier", "he", "lecun", "uniform", "normal"]


def check_scores(text: str) -> None:
    """Refuse logits that cannot be read. Raises ValueError naming the first of them."""
    parse_scores(text)


def check_names(text: str) -> None:
    """Refuse names of classes that cannot be used. Raises ValueError naming the first of them."""
    parse_names(text)


@dataclass(frozen=True, slots=True)
class Params:
    """The controls of all four pages; those of another page than the open one are without effect."""

    function: Annotated[
        Gate,
        Label(N_("Gate")),
        Symbol("f"),
        Choices(tuple(GATE_NAMES.values())),
        Tip(N_("The bend that follows a weighted sum. On the Depth page every layer has it.")),
    ] = "sigmoid"
    layers: Annotated[
        int,
        Range(1, 24, step=1, typed=(1, 40)),
        Label(N_("Layers")),
        Symbol("L"),
        Tip(N_("How many gates the gradient has to come back through.")),
        Digits(3),
        Restarts(),
    ] = 10
    logits: Annotated[
        str,
        Pattern("lab.experiments.e08_activations.settings:check_scores", COURSE_SCORES),
        Label(N_("Logits")),
        Symbol("z"),
        Tip(N_("One score for each class, 2 to 12 of them: drag the bars, or type numbers like 2.0, 1.0, 0.1.")),
        Restarts(),
    ] = COURSE_SCORES
    learning_rate: Annotated[
        float,
        Range(0.01, 20.0, log=True, typed=(1e-6, 1e6)),
        Label(N_("Learning rate")),
        Symbol("η"),
        Tip(N_("How far one step goes for a gradient of 1.")),
    ] = 0.5
    names: Annotated[
        str,
        Pattern("lab.experiments.e08_activations.settings:check_names", "tea, coffee, milk"),
        Label(N_("Names of the classes")),
        Tip(N_("Softmax and Stability: what the logits are for. Left empty, the classes are animals.")),
        Restarts(),
        More(),
    ] = ""
    topic: Annotated[
        Literal["function", "depth", "softmax", "stability"],
        Label(N_("Page")),
        Choices(tuple(PAGES.values())),
        Tip(N_("Each page is a run of its own.")),
        Restarts(),
        More(),
    ] = "function"
    x: Annotated[
        float,
        Range(-6.0, 6.0, step=0.05, typed=(-1e6, 1e6)),
        Label(N_("Where the ball starts")),
        Symbol("x"),
        Tip(N_("Function: drag the ball along the curve, or type its place.")),
        Digits(5),
        Restarts(),
        More(),
    ] = 1.2
    functions: Annotated[
        tuple[Gate, ...],
        Label(N_("Curves to compare")),
        Choices(tuple(GATE_NAMES.values())),
        Tip(N_("Function: the curves that are drawn beside that of the chosen gate.")),
        More(),
    ] = ("sigmoid", "tanh", "relu")
    swiglu: Annotated[
        bool,
        Label(N_("Work out a SwiGLU")),
        Tip(N_("Function: two sums, one of which opens or closes the other through a SiLU, and a third.")),
        More(),
    ] = False
    scheme: Annotated[
        Scheme,
        Label(N_("Weights at the start")),
        Choices((N_("Xavier"), "He", N_("LeCun"), N_("Uniform ±1/√n"), N_("Normal, spread 1"))),
        Tip(N_("Depth: how large the random weights are. He's are made for ReLU, Xavier's for tanh.")),
        Restarts(),
        More(),
    ] = "xavier"
    gain: Annotated[
        float,
        Range(0.05, 30.0, log=True, typed=(1e-6, 1e6)),
        Label(N_("Weights, times")),
        Tip(N_("Depth: every weight is multiplied by this before the run begins.")),
        Restarts(),
        More(),
    ] = 1.0
    truth: Annotated[
        int,
        Range(1, MOST_CLASSES, step=1),
        Label(N_("True class, number")),
        Symbol("y"),
        Tip(N_("Softmax and Stability: the class that is right. Press its name on the page.")),
        Digits(2),
        More(),
    ] = 1
    temperature: Annotated[
        float,
        Range(0.0, 5.0, step=0.05, typed=(0.0, 1e6)),
        Infinite("infinite"),
        Label(N_("Temperature")),
        Symbol("T"),
        Tip(N_("Softmax: the logits are divided by T first. At 0 the largest takes all.")),
        Hint(N_("small: sure · large: undecided")),
        Digits(4),
        More(),
    ] = 1.0
    infinite: Annotated[
        bool,
        Label(N_("Temperature ∞")),
        Tip(N_("Softmax: all classes become equally likely.")),
        More(),
    ] = False
    source: Annotated[
        Literal["own", "random", "received"],
        Label(N_("Logits from")),
        Choices((N_("The bars"), N_("Random numbers"), N_("Another experiment"))),
        Tip(N_("Your own, five drawn by the seed, or a distribution that another experiment sent here.")),
        Restarts(),
        More(),
    ] = "own"
    number_format: Annotated[
        Literal["float16", "float32", "float64"],
        Label(N_("Number format")),
        Choices(("float16", "float32", "float64")),
        Tip(N_("Stability: in how many bits each number is kept.")),
        More(),
    ] = "float32"
    subtract_max: Annotated[
        bool,
        Label(N_("Subtract the maximum")),
        Tip(N_("Stability: take the largest logit off all of them before the exponential.")),
        More(),
    ] = True


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    tangent: Annotated[
        bool, Label(N_("Tangent")), Tip(N_("Function: a straight line with the slope of the curve under the ball."))
    ] = True
    maxima: Annotated[
        bool, Label(N_("Mark the steepest places")), Tip(N_("Function: where each slope is largest."))
    ] = True
    next_step: Annotated[
        bool, Label(N_("Show the next step")), Tip(N_("Softmax: marks on the logits where one step would put them."))
    ] = True
    bounds: Annotated[
        bool, Label(N_("Slopes alone")), Tip(N_("Depth: what the slopes would do to the gradient without the weights."))
    ] = True
