"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_, _
from lab.experiments.e10_forward_pass.challenges import CHALLENGES
from lab.experiments.e10_forward_pass.frame import MOST_OUTPUTS
from lab.experiments.e10_forward_pass.gestures import ACTIONS
from lab.experiments.e10_forward_pass.presets import BREAKS, PRESETS
from lab.experiments.e10_forward_pass.settings import Display, Params
from lab.experiments.e10_forward_pass.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "row": N_("lit example"),
    "layer": N_("layer"),
    "unit": N_("unit"),
    "z": N_("sum z"),
    "a": N_("activation a"),
    "he": "√(2/n)",
    "parameters": N_("parameters"),
    "bytes": N_("bytes"),
    "layers": N_("layers"),
    "batch": N_("examples in the batch"),
    "kept": N_("numbers kept"),
    "error": N_("what NumPy says"),
    "flat_gap": N_("largest difference to one layer"),
    "batch_gap": N_("largest difference to one by one"),
    "accuracy": N_("accuracy"),
    "saturated": N_("share of gates at their end"),
    "xor_right": N_("rows of XOR on the right side"),
    "margin": N_("margin"),
    "bump_error": N_("largest error of the bump"),
    "truth": N_("what it is"),
    "guess": N_("what it says"),
    "guess_p": N_("how sure"),
    "drawn": N_("spread of the weights"),
    "heard": N_("layers the signal has gone through"),
    "signal_first": N_("std behind layer 1"),
    "signal_now": N_("std where the signal is"),
    "signal_last": N_("std behind the last layer"),
    "growth": N_("factor per layer"),
    "signal_half": N_("std at the end, He × ½"),
    "signal_he": N_("std at the end, He"),
    "signal_twice": N_("std at the end, He × 2"),
}


def _labels() -> dict[str, str]:
    """A name for every read-out."""
    labels = dict(LABELS)
    labels |= {f"out_{i}": _("output {n}").format(n=i) for i in range(1, MOST_OUTPUTS + 1)}
    labels |= {f"params_{i}": _("parameters of layer {n}").format(n=i) for i in range(1, 65)}
    labels |= {f"std_{i}": _("std behind layer {n}").format(n=i) for i in range(65)}
    labels |= {f"xor_{i}": _("output for row {n} of XOR").format(n=i) for i in range(1, 5)}
    return labels


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    granularities=(N_("neuron"), N_("layer"), N_("all")),
    takes=("network",),
    gives=("network",),
    metrics=Metrics(Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels())),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    hidden=lambda frame: frame.hidden(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    steps_per_second=2.0,
    first_drag=N_("Drag an input up or down: every number behind it follows."),
)
