"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e08_activations.challenges import CHALLENGES
from lab.experiments.e08_activations.presets import BREAKS, PRESETS
from lab.experiments.e08_activations.scores import MOST_CLASSES
from lab.experiments.e08_activations.settings import Display, Params
from lab.experiments.e08_activations.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "loss": N_("loss"),
    "gradient_norm": N_("gradient"),
    # Function
    "x": N_("input x"),
    "value": N_("value f(x)"),
    "slope": N_("slope f′(x)"),
    "slope_power": N_("slope to the power L"),
    "gradient": N_("gradient of the squared error"),
    "max_slope": N_("steepest slope"),
    "max_slope_x": N_("where it is steepest"),
    "best_product": N_("steepest slope to the power L"),
    "rival_x": N_("x of the ball with cross-entropy"),
    "rival_value": N_("value with cross-entropy"),
    "rival_loss": N_("cross-entropy"),
    "rival_gradient": N_("gradient of the cross-entropy"),
    "swiglu_1": N_("SwiGLU output 1"),
    "swiglu_2": N_("SwiGLU output 2"),
    "swiglu_gate_1": N_("SwiGLU gate 1"),
    "swiglu_gate_2": N_("SwiGLU gate 2"),
    "swiglu_gate_3": N_("SwiGLU gate 3"),
    # Depth
    "accuracy": N_("accuracy"),
    "first_gradient": N_("gradient of the first layer"),
    "last_gradient": N_("gradient of the last layer"),
    "gradient_ratio": N_("first over last"),
    "slope_product": N_("product of the mean slopes"),
    "dead": N_("dead units"),
    "locked": N_("locked units"),
    "units": N_("units"),
    "dead_share": N_("share of dead units"),
    "dead_first": N_("dead in the first layer"),
    "dead_last": N_("dead in the last layer"),
    "locked_share": N_("share of locked units"),
    # Softmax
    "loss_bits": N_("loss in bits"),
    "temperature": N_("temperature T"),
    "entropy": N_("entropy in nats"),
    "p_true": N_("p of the true class"),
    "top": N_("most likely"),
    "true_class": N_("true class"),
    # Stability
    "loss_safe": N_("loss by log-softmax"),
    "lifted": N_("added to all logits"),
    "sum": N_("sum of the powers"),
    "limit": N_("largest exponent"),
    "largest": N_("largest number"),
    "overflowed": N_("powers that became ∞"),
    "vanished": N_("powers that became 0"),
    "error": N_("error of the softmax"),
}
"""What each read-out is called."""

OF_EACH_CLASS = {
    "z": N_("logit"),
    "p": N_("probability"),
    "gradient": "p − y",
    "exponent": N_("exponent"),
    "power": N_("power"),
    "surprise": N_("surprise"),
}
DIGITS = {
    "loss": 4,
    "gradient_norm": 3,
    "x": 4,
    "value": 4,
    "slope": 4,
    "slope_power": 3,
    "max_slope": 4,
    "max_slope_x": 3,
    "best_product": 3,
    "slope_product": 3,
    "first_gradient": 3,
    "last_gradient": 3,
    "gradient_ratio": 3,
    "accuracy": 3,
    "limit": 5,
    "largest": 5,
    "error": 2,
}


def _labels() -> dict[str, str]:
    numbered = {
        f"{name}_{i}": f"{label} {i}" for name, label in OF_EACH_CLASS.items() for i in range(1, MOST_CLASSES + 1)
    }
    return LABELS | numbered


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    takes=("distribution",),
    gives=("distribution",),
    headline=("loss", "gradient_norm"),
    metrics=Metrics(
        Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels(), digits=DIGITS)
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    hidden=lambda frame: frame.hidden(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=4.0,
    first_drag=N_("Drag the ball along the curve."),
    python_heavy=True,
)
