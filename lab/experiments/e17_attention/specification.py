"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e17_attention.challenges import CHALLENGES
from lab.experiments.e17_attention.frame import MOST_WEIGHTS
from lab.experiments.e17_attention.gestures import ACTIONS
from lab.experiments.e17_attention.models import MOST_NEXT
from lab.experiments.e17_attention.presets import BREAKS, PRESETS
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.scaling import KEYS
from lab.experiments.e17_attention.settings import Display, Params
from lab.experiments.e17_attention.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "stage": N_("stage"),
    "query_word": N_("token that looks"),
    "key_word": N_("token looked at"),
    "layer": N_("layer"),
    "head": N_("head"),
    "width": N_("width d"),
    "divisor": N_("divided by"),
    "score": N_("score q·k"),
    "scaled": N_("scaled score"),
    "masked": N_("score behind the mask"),
    "weight": N_("weight"),
    "row_sum": N_("sum of the row"),
    "entropy": N_("entropy in bits"),
    "mean_entropy": N_("mean entropy of all rows"),
    "even": N_("entropy if all were alike"),
    "room": "Σ p(1−p)",
    "top_weight": N_("largest weight"),
    "top_word": N_("looks most at"),
    "out_1": N_("output, first number"),
    "out_2": N_("output, second number"),
    "out_length": N_("length of the output"),
    "opened": N_("opened"),
    "tokens": N_("tokens"),
    "layers": N_("layers"),
    "heads": N_("heads in a layer"),
    "first_share": N_("share of all weight on the first token"),
    "silenced": N_("heads silenced"),
    "patched": N_("heads patched"),
    "changed": N_("how far the answer moved"),
    "next_word": N_("expected next"),
    "next_p": N_("its probability"),
    "usual_word": N_("expected by the whole model"),
    "usual_before": N_("its probability in the whole model"),
    "usual_p": N_("its probability now"),
    "std_raw": N_("spread of the scores"),
    "largest_raw": N_("largest weight, not scaled"),
    "entropy_raw": N_("entropy, not scaled"),
    "room_raw": N_("Σ p(1−p), not scaled"),
    "std_scaled": N_("spread of the scaled scores"),
    "largest_scaled": N_("largest weight, scaled"),
    "entropy_scaled": N_("entropy, scaled"),
    "room_scaled": N_("Σ p(1−p), scaled"),
}


def _labels() -> dict[str, str]:
    """A name for every read-out."""
    labels = dict(LABELS)
    for role, where in ROLES.items():
        labels[f"role_{role}"] = where
        labels[f"best_{role}"] = where
        labels[f"best_{role}_head"] = where
    labels |= {f"weight_{j}": f"w{j}" for j in range(1, MOST_WEIGHTS + 1)}
    for i in range(1, MOST_NEXT + 1):
        labels[f"next_p_{i}"] = N_("probability, bar {i}").format(i=i)
        labels[f"next_before_{i}"] = N_("probability in the whole model, bar {i}").format(i=i)
    for j in range(1, KEYS + 1):
        labels |= {f"weight_raw_{j}": N_("weight {j}, not scaled").format(j=j)}
        labels |= {f"weight_scaled_{j}": N_("weight {j}, scaled").format(j=j)}
    return labels


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("language-model",),
    gives=("distribution", "language-model"),
    headline=(),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=_labels(),
            digits={"weight": 3, "score": 3, "scaled": 3, "masked": 3, "entropy": 3, "room": 3, "row_sum": 3},
        )
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    steps_per_second=1.0,
    first_drag=N_("Drag the query of “it”: its weights follow."),
    python_heavy=True,
)
