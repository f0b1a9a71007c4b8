"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e02_feature_scaling.challenges import CHALLENGES
from lab.experiments.e02_feature_scaling.gestures import ACTIONS
from lab.experiments.e02_feature_scaling.presets import BREAKS, PRESETS
from lab.experiments.e02_feature_scaling.settings import Display, Params
from lab.experiments.e02_feature_scaling.simulation import build

__all__ = ["SPECIFICATION"]

LABELS = {
    "step": N_("step"),
    "shape": N_("shape"),
    "rows": N_("rows"),
    "columns": N_("columns"),
    "bytes": N_("bytes"),
    "train_rows": N_("train rows"),
    "test_rows": N_("test rows"),
    "missing": N_("missing cells"),
    "rate": N_("part of the largest stable η"),
    "k": N_("neighbours"),
    "common_neighbours": N_("neighbours in common"),
    "kept_by_unit": N_("neighbours the unit left as they were"),
    "accuracy_raw": N_("test accuracy, raw"),
    "accuracy_scaled": N_("test accuracy, scaled"),
    "accuracy_train": N_("test accuracy, scaler fitted on train"),
    "accuracy_all": N_("test accuracy, scaler fitted on all"),
    "leak": N_("difference the leak makes"),
    "outside": N_("test rows outside 0…1"),
}
OF_A_COLUMN = {
    "min": N_("least value of column"),
    "max": N_("largest value of column"),
    "mean": N_("mean of column"),
    "std": N_("σ of column"),
    "scaled_min": N_("scaled least value of column"),
    "scaled_max": N_("scaled largest value of column"),
    "scaled_mean": N_("scaled mean of column"),
    "scaled_std": N_("scaled σ of column"),
    "squeezed": N_("part of the range without the farthest value, column"),
    "query": N_("query in column"),
}
OF_A_RACE = {
    "steps": N_("steps since the start"),
    "w1": "w₁",
    "w2": "w₂",
    "b": "b",
    "loss": N_("error"),
    "best": N_("least error"),
    "goal": N_("error that counts as arrived"),
    "arrived": N_("steps until within 1 %"),
    "rate": "η",
    "condition": N_("condition κ"),
    "share_1": N_("first column's share of the squared distance"),
    "share_2": N_("second column's share of the squared distance"),
}


def _labels() -> dict[str, str]:
    labels = dict(LABELS)
    for j in (1, 2):
        labels |= {f"{name}_{j}": f"{words} {j}" for name, words in OF_A_COLUMN.items()}
        labels |= {f"row_{i}_{j}": f"{i}, {j}" for i in range(1, 13)}
    for side in ("raw", "scaled"):
        labels |= {f"{name}_{side}": f"{words} · {side}" for name, words in OF_A_RACE.items()}
    return labels


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=ACTIONS,
    takes=("table",),
    gives=("table",),
    headline=("loss_raw", "loss_scaled"),
    first_drag=N_("Drag the orange ball: both races start from there."),
    metrics=Metrics(
        Family(
            lambda frame: frame.metrics(),
            lambda frame, name: frame.explain(name),
            labels=_labels(),
            digits={
                "share_1_raw": 6,
                "condition_raw": 3,
                "condition_scaled": 3,
                "accuracy_raw": 2,
                "accuracy_scaled": 3,
            },
        )
    ),
    describe=lambda frame: frame.describe(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    steps_per_second=8.0,
)
