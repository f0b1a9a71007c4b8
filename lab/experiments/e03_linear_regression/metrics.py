"""Every number on screen, with its arithmetic: of the hand's line by its own name, of the best line and of those of
the other methods with the method before, such as `raw_w`."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value, agreeing, only
from lab.core.text import N_
from lab.engine.basics.residuals import Statistics
from lab.experiments.e03_linear_regression import arithmetic as why
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES, Column
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.problem import Influence
from lab.experiments.e03_linear_regression.words import letters_of

__all__ = ["METRICS"]

FEW_POINTS = 6  # up to which each prediction is a read-out of its own
Row = Metric[RegressionFrame]
Why = Callable[[RegressionFrame], Term | None]
RMSE = {"hand": N_("RMSE mine"), "best": N_("best")}  # as the run bar calls them


def _row(
    name: str,
    label: str,
    value: Callable[[RegressionFrame], Value],
    term: Why | None = None,
    digits: int | None = None,
) -> Row:
    return Metric(name, label, value, term and agreeing(value, term), digits)


# ---------------------------------------------------------------------------------------------- of a line


def _line(method: str) -> tuple[Row | Family[RegressionFrame], ...]:
    """The read-outs of the line that one method gives."""
    before = "" if method == "hand" else f"{method}_"

    def row(
        name: str,
        label: str,
        value: Callable[[Column], Value],
        term: Callable[[RegressionFrame, Column], Term | None] | None = None,
        digits: int | None = None,
    ) -> Row:
        return _row(
            before + name,
            label,
            lambda frame: value(frame.columns[method]) if method in frame.columns else None,
            term and (lambda frame: term(frame, frame.columns[method])),
            digits,
        )

    def weight(key: str) -> Callable[[RegressionFrame, Column], Term | None]:
        return lambda frame, _column: _why_weight(frame, method, key)

    short = method in ("hand", "best")
    title = COLUMN_NAMES[method]
    return (
        row("w", N_("slope w") + f" · {title}", lambda line: line.slopes[0], weight("w")),
        only(
            lambda frame: method in frame.columns and frame.two,
            row("w2", N_("second slope w₂") + f" · {title}", lambda line: line.slopes[1], weight("w2")),
        ),
        row("b", N_("intercept b") + f" · {title}", lambda line: line.bias, weight("b")),
        row("mse", f"MSE · {title}", lambda line: line.mse, why.mse),
        row("rmse", RMSE.get(method, f"RMSE · {title}"), lambda line: line.rmse, why.rmse, 4 if short else None),
        row("mae", f"MAE · {title}", lambda line: line.mae, why.mae),
        row("r2", f"R² · {title}", lambda line: line.r2, why.r2, 4 if short else None),
        row("loss", N_("loss") + f" · {title}", lambda line: line.loss, why.loss),
        row("digits", N_("right digits") + f" · {title}", lambda line: line.least_digits),
    )


def _why_weight(frame: RegressionFrame, method: str, key: str) -> Term | None:
    if method in ("best", "normal"):
        return why.best_weight(frame, key)
    return why.stepped(frame, method, key) if method in ("raw", "scaled") and key != "w2" else None


# ---------------------------------------------------------------------------------------------- of the fit


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _rate(side: int) -> Callable[[RegressionFrame], float | None]:
    def value(frame: RegressionFrame) -> float | None:
        limit = frame.solved.limits[side]
        return None if limit is None else frame.params.rate * limit

    return value


def _condition(frame: RegressionFrame) -> float | None:
    return frame.solved.condition if frame.solved.best is not None else None


def _condition_gram(frame: RegressionFrame) -> float | None:
    return frame.solved.condition**2 if frame.solved.best is not None else None


def _of_slope(value: Callable[[Statistics], float]) -> Callable[[RegressionFrame], float | None]:
    """A statistic of the slope, where there are any."""
    return lambda frame: None if frame.solved.sure is None else _known(value(frame.solved.sure))


def _of_point(value: Callable[[Influence, int], float | None]) -> Callable[[RegressionFrame], float | None]:
    """What the point that is looked at does to the fit."""

    def found(frame: RegressionFrame) -> float | None:
        row, influence = frame.selected_row, frame.solved.influence
        return None if row is None or influence is None else value(influence, row)

    return found


def _residual(frame: RegressionFrame) -> float | None:
    return float(frame.errors("best")[frame.looking]) if frame.looking >= 0 else None


def _weight(frame: RegressionFrame) -> float | None:
    return None if frame.selected_row is None else float(frame.solved.problem.counts[frame.selected_row])


def _predictions(frame: RegressionFrame) -> dict[str, Value]:
    if len(frame.solved.rows) > FEW_POINTS:
        return {}
    return {f"prediction_{i}": float(value) for i, value in enumerate(frame.predictions, 1)}


def _why_prediction(frame: RegressionFrame, name: str) -> Term | None:
    row = int(name.removeprefix("prediction_")) - 1

    def value(frame: RegressionFrame) -> float:
        return float(frame.predictions[row])

    return agreeing(value, lambda frame: why.prediction(frame, row))(frame)


METRICS: Metrics[RegressionFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("points", N_("points the fit sees"), lambda frame: len(frame.solved.rows)),
    *(row for method in COLUMN_NAMES for row in _line(method)),
    _row("r", N_("correlation r"), lambda frame: _known(frame.solved.r), why.correlation),
    _row(
        "r_features",
        N_("correlation of the features"),
        lambda frame: _known(frame.solved.r_features),
        why.feature_correlation,
    ),
    _row("ratio", N_("MSE mine / best"), lambda frame: frame.ratio, why.ratio),
    _row("condition", N_("condition number of X"), _condition, why.condition, 3),
    _row("condition_gram", N_("condition number of XᵀX"), _condition_gram, why.condition_gram, 3),
    Metric("inverse_digits", N_("right digits of (XᵀX)⁻¹Xᵀy"), lambda frame: frame.inverse_digits),
    _row("rate_raw", N_("η, raw"), _rate(0), lambda frame: why.rate(frame, frame.solved.problem)),
    _row("rate_scaled", N_("η, scaled"), _rate(1), lambda frame: why.rate(frame, frame.solved.scaled)),
    Family(_predictions, _why_prediction, {f"prediction_{i}": f"ŷ{i}" for i in range(1, FEW_POINTS + 1)}),
    _row(
        "standard_error",
        N_("standard error of the slope"),
        _of_slope(lambda sure: float(sure.standard_errors[0])),
        why.standard_error,
    ),
    _row("t_value", N_("t of the slope"), _of_slope(lambda sure: float(sure.t_values[0])), why.t_value),
    Metric("chi2", N_("χ² per degree of freedom"), lambda frame: frame.chi2),
    Metric("point", N_("point looked at"), lambda frame: frame.looking + 1 if frame.looking >= 0 else None),
    _row("leverage", N_("its leverage h"), _of_point(lambda found, row: float(found.leverage[row])), why.leverage, 3),
    _row("without_w", N_("slope without it"), _of_point(lambda found, row: _known(float(found.without[row, 0])))),
    _row("without_b", N_("intercept without it"), _of_point(lambda found, row: _known(float(found.without[row, -1])))),
    _row("cook", N_("its Cook's distance"), _of_point(lambda found, row: _known(float(found.distance[row]))), why.cook),
    _row("residual", N_("its error"), _residual, why.residual),
    _row("point_weight", N_("its weight"), _weight, why.weight),
    Family(
        lambda frame: {f"group_{i}_w": slope for i, (slope, _b) in enumerate(frame.solved.groups[:3], 1)},
        labels={
            "group_1_w": N_("slope in the first group"),
            "group_2_w": N_("slope in the second group"),
            "group_3_w": N_("slope in the third group"),
        },
    ),
    Metric("test_points", N_("test points"), lambda frame: int(frame.sheet.test.sum())),
    Metric("test_openings", N_("times the test drawer was opened"), lambda frame: frame.drawer.times),
    Metric("test_r2", N_("R² on the test points"), lambda frame: frame.drawer.best_r2),
    Metric("test_rmse", N_("RMSE on the test points"), lambda frame: frame.drawer.best_rmse),
    Metric("hand_test_r2", N_("R² of my line on the test points"), lambda frame: frame.drawer.hand_r2),
    Metric("hand_test_rmse", N_("RMSE of my line on the test points"), lambda frame: frame.drawer.hand_rmse),
    symbols=letters_of,
)
