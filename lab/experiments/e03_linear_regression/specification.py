"""What the worker, the command line, the lesson and the tests know of this experiment."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.core.metric import Family, Metrics
from lab.core.text import N_
from lab.experiments.e03_linear_regression.challenges import CHALLENGES
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES
from lab.experiments.e03_linear_regression.frame import FEW_POINTS
from lab.experiments.e03_linear_regression.gestures import (
    AddPoint,
    Look,
    MovePoint,
    OpenTest,
    RemovePoint,
    Restore,
    SetBar,
    SetSecond,
    SetTable,
)
from lab.experiments.e03_linear_regression.presets import BREAKS, PRESETS
from lab.experiments.e03_linear_regression.settings import Display, Params
from lab.experiments.e03_linear_regression.simulation import build

__all__ = ["SPECIFICATION"]

OF_A_LINE = {
    "w": N_("slope w"),
    "w2": N_("second slope w₂"),
    "b": N_("intercept b"),
    "mse": "MSE",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
    "loss": N_("loss"),
    "digits": N_("right digits"),
}
"""What is measured of every line."""

LABELS = {
    "step": N_("step"),
    "points": N_("points the fit sees"),
    "r": N_("correlation r"),
    "r_features": N_("correlation of the features"),
    "ratio": N_("MSE mine / best"),
    "condition": N_("condition number of X"),
    "condition_gram": N_("condition number of XᵀX"),
    "inverse_digits": N_("right digits of (XᵀX)⁻¹Xᵀy"),
    "rate_raw": N_("η, raw"),
    "rate_scaled": N_("η, scaled"),
    "standard_error": N_("standard error of the slope"),
    "t_value": N_("t of the slope"),
    "chi2": N_("χ² per degree of freedom"),
    "point": N_("point looked at"),
    "leverage": N_("its leverage h"),
    "without_w": N_("slope without it"),
    "without_b": N_("intercept without it"),
    "cook": N_("its Cook's distance"),
    "residual": N_("its error"),
    "point_weight": N_("its weight"),
    "test_points": N_("test points"),
    "test_openings": N_("times the test drawer was opened"),
    "test_r2": N_("R² on the test points"),
    "test_rmse": N_("RMSE on the test points"),
    "hand_test_r2": N_("R² of my line on the test points"),
    "hand_test_rmse": N_("RMSE of my line on the test points"),
}
GROUPS = {
    "group_1_w": N_("slope in the first group"),
    "group_2_w": N_("slope in the second group"),
    "group_3_w": N_("slope in the third group"),
}
DIGITS = {
    "rmse": 4,
    "best_rmse": 4,
    "r2": 4,
    "best_r2": 4,
    "leverage": 3,
    "condition": 3,
    "condition_gram": 3,
}


def _labels() -> dict[str, str]:
    labels = LABELS | GROUPS
    labels |= {f"prediction_{i}": f"ŷ{i}" for i in range(1, FEW_POINTS + 1)}
    for name, road in COLUMN_NAMES.items():
        before = "" if name == "hand" else f"{name}_"
        labels |= {before + key: f"{what} · {road}" for key, what in OF_A_LINE.items()}
    return labels | {"rmse": N_("RMSE mine"), "best_rmse": N_("best")}


SPECIFICATION = Specification(
    params=Params,
    build=build,
    presets=PRESETS,
    challenges=CHALLENGES,
    breaks=BREAKS,
    display=Display,
    actions=(MovePoint, SetSecond, SetBar, AddPoint, RemovePoint, SetTable, Restore, Look, OpenTest),
    takes=("table",),
    gives=("table", "loss-surface"),
    headline=("rmse", "best_rmse"),
    metrics=Metrics(
        Family(lambda frame: frame.metrics(), lambda frame, name: frame.explain(name), labels=_labels(), digits=DIGITS)
    ),
    describe=lambda frame: frame.describe(),
    limits=lambda frame: frame.limits(),
    unused=lambda frame: frame.unused(),
    unavailable=lambda frame: frame.unavailable(),
    curves=lambda frame: frame.curves(),
    divergence=lambda frame: frame.divergence,
    steps_per_second=8.0,
    first_drag=N_("Drag one end of the orange line."),
    python_heavy=True,
)
