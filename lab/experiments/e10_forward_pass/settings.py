"""What can be chosen in this experiment: which network, its weights and activations, what goes in, and which mistake is
made on purpose."""

from __future__ import annotations

from typing import Annotated, Literal

from lab.core.params import Choices, Digits, Hint, Label, More, Pattern, Range, Shows, Symbol, Tip
from lab.core.records import dataclass
from lab.core.text import N_, _

__all__ = ["MOST_ROWS", "NETS", "PAGES", "Display", "Params", "check_sizes", "sizes_of"]

Page = Literal["pass", "space", "signal", "shapes"]
Net = Literal["xor", "hat", "stack", "identity", "digits", "received", "sizes"]
Gate = Literal["built", "sigmoid", "tanh", "relu", "linear"]
Output = Literal["built", "identity", "sigmoid", "softmax"]
Init = Literal["he", "xavier", "normal", "zero"]
Mistake = Literal["none", "turned", "row", "bias"]

PAGES = {"pass": N_("Pass"), "space": N_("Space"), "signal": N_("Signal"), "shapes": N_("Shapes")}
NETS = {
    "xor": N_("XOR by hand"),
    "hat": N_("Hat"),
    "stack": N_("Straight stack"),
    "identity": N_("Identity"),
    "digits": N_("Digits"),
    "received": N_("Received"),
    "sizes": N_("My sizes"),
}

MOST_ROWS = 16
MOST_LAYERS, MOST_UNITS = 6, 64
MOST_DEPTH = 50


def sizes_of(text: str) -> tuple[int, ...]:
    """The sizes in a text such as "3-4-4-2". Raises ValueError with a sentence."""
    parts = text.replace("→", "-").replace(" ", "-").strip("-").split("-")
    parts = [part for part in parts if part]
    if not all(part.isdecimal() for part in parts) or not parts:
        raise ValueError(_("write whole numbers with a hyphen between them, such as 2-3-1"))
    sizes = tuple(int(part.lstrip("0")[:9] or 0) for part in parts)  # nine digits are too many already
    if 0 in sizes:
        raise ValueError(_("a layer of width 0 hands nothing on: every layer needs at least 1 unit"))
    if not 2 <= len(sizes) <= MOST_LAYERS + 1:
        raise ValueError(_("needs inputs and 1 to {n} layers").format(n=MOST_LAYERS))
    if max(sizes) > MOST_UNITS:
        raise ValueError(_("a layer may have {n} units").format(n=MOST_UNITS))
    return sizes


def check_sizes(text: str) -> None:
    """Raises ValueError with a sentence for sizes that cannot be."""
    sizes_of(text)


@dataclass(frozen=True, slots=True)
class Params:
    """The controls. All are changed live."""

    net: Annotated[
        Net,
        Label(N_("Network")),
        Choices(tuple(NETS.values())),
        Tip(N_("Networks built by hand, one that was trained to read digits, or random weights in sizes of your own.")),
    ] = "xor"
    sizes: Annotated[
        str,
        Pattern("lab.experiments.e10_forward_pass.settings:check_sizes", "3-4-4-2"),
        Label(N_("My sizes")),
        Tip(N_("Inputs, units of each layer, outputs: 3-4-4-2.")),
    ] = "2-3-1"
    activation: Annotated[
        Gate,
        Label(N_("Activation")),
        Choices((N_("As built"), N_("Sigmoid"), N_("Tanh"), N_("ReLU"), N_("None (straight)"))),
        Tip(N_("The gate behind every hidden layer's sums. None: the sums are handed on as they are.")),
    ] = "built"
    gain: Annotated[
        float,
        Range(0.1, 10.0, log=True, typed=(0.001, 100.0)),
        Label(N_("Weights, times")),
        Hint(N_("small: fades · large: explodes")),
        Tip(N_("Multiplies what the rule of initialisation draws: 1 is what it asks for.")),
    ] = 1.0
    depth: Annotated[
        int, Range(2, MOST_DEPTH, step=1), Label(N_("Layers")), Digits(3),
        Tip(N_("Page “Signal”: how many layers of 64 units the signal goes through.")),
    ] = 20  # fmt: skip
    batch: Annotated[
        int, Range(1, MOST_ROWS, step=1), Label(N_("Batch")), Symbol("B"), Digits(3),
        Tip(N_("How many examples go through at once, one a row. The network has 16 at most, XOR its four.")),
    ] = 4  # fmt: skip
    row: Annotated[
        int, Range(1, MOST_ROWS, step=1), Label(N_("Lit example")), Digits(3),
        Tip(N_("The row that is drawn on the graph. One that is not there is the last.")),
    ] = 2  # fmt: skip
    flat: Annotated[
        bool,
        Label(N_("Multiply through")),
        Tip(N_("Replace all layers by one, W₁W₂…, as if there were no gates between them.")),
    ] = False
    page: Annotated[
        Page, Label(N_("Page")), Choices(tuple(PAGES.values())), Tip(N_("Four views of one network.")), More(), Shows()
    ] = "pass"
    init: Annotated[
        Init,
        Label(N_("First weights")),
        Choices(("He, √(2/n)", "Xavier", "N(0, 1)", N_("All zero"))),
        Tip(N_("How random weights are drawn. He: with a spread of √(2/n), n being the inputs of the layer.")),
        More(),
    ] = "he"
    output: Annotated[
        Output,
        Label(N_("Behind the outputs")),
        Choices((N_("As built"), N_("Nothing"), N_("Sigmoid"), N_("Softmax"))),
        Tip(N_("What is done with the last sums.")),
        More(),
    ] = "built"
    keep: Annotated[
        bool,
        Label(N_("Keep for the way back")),
        Tip(N_("Training needs every layer's numbers once more. Without it a layer is forgotten once it was read.")),
        More(),
    ] = True
    mistake: Annotated[
        Mistake,
        Label(N_("Mistake")),
        Choices((N_("None"), N_("W turned"), N_("W, a row more"), N_("b, one more"))),
        Tip(N_("Shapes that do not fit, and what NumPy says to them.")),
        More(),
    ] = "none"


@dataclass(frozen=True, slots=True)
class Display:
    """What is drawn. None of it reaches the simulation."""

    morph: Annotated[
        float, Range(0.0, 1.0, step=0.01), Label(N_("From the inputs to the layer")),
        Tip(N_("Page “Space”: 0 shows the points where they come in, 1 where the hidden layer puts them.")),
    ] = 1.0  # fmt: skip
    numbers: Annotated[
        bool, Label(N_("Numbers on the graph")), Tip(N_("What each unit says, written into it.")),
    ] = True  # fmt: skip
    common: Annotated[
        bool, Label(N_("One colour scale")),
        Tip(N_("Page “Pass”: one scale for all matrices, so that equal colours are equal numbers. Without it the "
               "largest number of each matrix is darkest.")),
    ] = True  # fmt: skip
