"""Settings with a story, and the ways to break the chain rule on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Look
from lab.experiments.e11_backpropagation.metrics import METRICS

__all__ = ["BREAKS", "MICROGRAD", "NEURON", "PRESETS", "REUSED"]

NEURON = "n = x1*w1 + x2*w2 + b; tanh(n); x1 = 2; x2 = 0; w1 = −3; w2 = 1; b = 6.8813735870195432"
REUSED = "a*a + a; a = 3"
CORNER = "d = a*b; relu(d) + max(a, b); a = 2; b = −3"
ENTROPY = "z = w*x + b; p = sigmoid(z); −(y*log(p) + (1 − y)*log(1 − p)); w = 2; x = 1.5; b = −1; y = 1"
MICROGRAD = (
    "a = −4; b = 2; c = a + b; d = a*b + b^3; c = c + (c + 1); c = c + (1 + c + (−a));"
    " d = d + (d*2 + relu(b + a)); d = d + (3*d + relu(b − a)); e = c − d; f = e^2; g = f/2; g + 10/f"
)
LOCKED = "z = w*x + b; p = sigmoid(z); (p − y)^2; w = 12; x = 2; b = −4; y = 0"
BY_ZERO = "d = a − b; c/d; a = 3; b = 3; c = 2"

PRESETS = (
    Preset(
        "sum",
        "a·b + c",
        Setting(),
        N_("The smallest graph worth a look. Step forward, then back, and read what each node passes on."),
    ),
    Preset(
        "neuron",
        N_("Neuron"),
        Setting({"formula": NEURON}),
        N_("Two inputs, two weights, a bias, a tanh. Which weight is to blame, and why is one gradient 0?"),
    ),
    Preset(
        "reused",
        N_("Used twice"),
        Setting({"formula": REUSED}),
        N_("a is used three times. Each use sends blame back, and what arrives is added up."),
    ),
    Preset(
        "corner",
        N_("max, ReLU"),
        Setting({"formula": CORNER}),
        N_("A gate is open or shut. Through a shut one no blame passes. Drag b until the gate opens."),
    ),
    Preset(
        "entropy",
        "σ + CE",
        Setting({"formula": ENTROPY}, 0, ((0, Look("z")),)),
        N_("Sigmoid and cross-entropy: a long chain whose sum at z is simply p − y."),
    ),
    Preset(
        "net",
        "2-2-1",
        Setting({"graph": "net", "detail": "numbers", "learning_rate": 0.5}),
        N_("A whole network in single numbers, each sum folded. Press a small plus to open one."),
    ),
    Preset(
        "course",
        N_("Course"),
        Setting({"graph": "course", "learning_rate": 0.5}),
        N_("The 2→3→1 net on x = (0.5, −0.3), y = 0.8, a node for each matrix. “Layers” shows every gradient."),
    ),
    Preset(
        "micrograd",
        "micrograd",
        Setting({"formula": MICROGRAD, "learning_rate": 0.001}),
        N_("The public example of micrograd: L = 24.7041, dL/da = 138.8338, dL/db = 645.5773."),
    ),
)


def _wrong_sum(frame: GraphFrame) -> bool:
    gradient = METRICS.number(frame, "grad_a")
    return gradient is not None and abs(gradient - 7) > 0.5 and "assign" in frame.params.bugs


def _drowned(frame: GraphFrame) -> bool:
    error, lowest = METRICS.number(frame, "error"), METRICS.number(frame, "lowest_error")
    return error is not None and lowest is not None and error > 1000 * lowest and error > 1e-6


def _doubled(frame: GraphFrame) -> bool:
    return METRICS.value(frame, "grad_a") == -6.0 and METRICS.value(frame, "value_b") == -3.0


def _wrong_for_the_check(frame: GraphFrame) -> bool:
    """The finite difference contradicts the chain rule."""
    error = METRICS.number(frame, "error")
    return error is not None and frame.claimed is not None and error > 0.05 * abs(frame.claimed)


def _infinite(frame: GraphFrame) -> bool:
    return frame.trouble is not None


def _locked(frame: GraphFrame) -> bool:
    """Many updates, a large loss, and no progress."""
    first, last = frame.losses[0, 1], frame.losses[-1, 1]
    return frame.round >= 5 and bool(last > 0.9) and bool(first - last < 1e-3)


BREAKS = (
    Break(
        "assign",
        N_("= instead of +="),
        N_(
            "Every node that is used once is still right. But a is used three times, and only the last gradient"
            " to arrive is kept: 3 instead of 7. Open the check: no h brings the error down."
        ),
        Setting({"formula": REUSED, "bugs": ["assign"]}, steps=5),
        _wrong_sum,
    ),
    Break(
        "tiny",
        N_("h = 10⁻¹²"),
        N_(
            "A smaller nudge should be more exact, and it is not: both outputs agree in most of their digits,"
            " and their difference is mostly rounding. Drag the orange line along the U."
        ),
        Setting({"formula": NEURON, "h": 1e-12}, 0, ((0, Look("x1")),), 11),
        _drowned,
    ),
    Break(
        "twice",
        N_("Backward twice, not zeroed"),
        N_("Nobody emptied the gradients before the second pass, so every leaf holds its gradient twice over."),
        Setting({"passes": 2, "bugs": ["keep"]}, steps=9),
        _doubled,
    ),
    Break(
        "transpose",
        N_("The wrong transpose"),
        N_(
            "dL/dW holds the right numbers in the wrong places. The shape fits, no program complains, and the"
            " network even learns a little. Only the check tells."
        ),
        Setting(
            {"graph": "course", "bugs": ["transpose"], "learning_rate": 0.5, "detail": "layers"},
            0,
            ((0, Look("W1[1,2]")),),
            19,
        ),
        _wrong_for_the_check,
    ),
    Break(
        "cache",
        N_("The missing cache"),
        N_(
            "The forward pass kept z but not a = σ(z), and the way back uses z in its place. All values are"
            " right, and every gradient behind a gate is wrong."
        ),
        Setting({"graph": "net", "detail": "numbers", "bugs": ["cache"]}, 0, ((0, Look("b1[1]")),), 35),
        _wrong_for_the_check,
    ),
    Break(
        "zero",
        N_("Division by zero"),
        N_("d is 0, and c/d has no value. The node where it began is ringed; all behind it only inherited it."),
        Setting({"formula": BY_ZERO}, steps=2),
        _infinite,
    ),
    Break(
        "locked",
        N_("A gate rusted shut"),
        N_(
            "p is almost 1 and should be 0: as wrong as can be. But the slope of the sigmoid out there is"
            " 2·10⁻⁹, and every gradient behind it is multiplied by that. Update after update, nothing moves."
        ),
        Setting({"formula": LOCKED, "learning_rate": 1.0}, steps=66),
        _locked,
    ),
)
