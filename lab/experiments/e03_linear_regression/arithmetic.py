"""Why this number: the derivation of each read-out as a tree of terms, down to the points themselves where
there are few of them."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e03_linear_regression.columns import Column
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.problem import Array, Problem

__all__ = [
    "best_weight",
    "condition",
    "condition_gram",
    "cook",
    "correlation",
    "feature_correlation",
    "leverage",
    "loss",
    "mae",
    "mse",
    "prediction",
    "r2",
    "rate",
    "ratio",
    "residual",
    "rmse",
    "standard_error",
    "stepped",
    "t_value",
    "weight",
]

FEW = 12  # points up to which their errors stand in the sum
VERY_FEW = 6  # points up to which each error is taken apart too


def prediction(frame: RegressionFrame, row: int) -> Term:
    """ŷ = w·x + b, or [w, b]·[x, 1]."""
    slopes, bias = frame.hand[:-1].tolist(), float(frame.hand[-1])
    names = ("",) if len(slopes) == 1 else ("₁", "₂")
    parts = [
        given("w" if i == 0 else "w₂", w) * given(f"x{names[i]}", value)
        for i, (w, value) in enumerate(zip(slopes, frame.solved.x[row].tolist()))
    ]
    return (total(parts) + given("b", bias)).named("ŷ")


# ----------------------------------------------------------------------------------------- of one line


def _errors(frame: RegressionFrame, one: Column) -> Array:
    """y − ŷ of the points the fit sees."""
    found = frame.solved
    return np.asarray(found.problem.y - found.x @ np.array(one.slopes) - one.bias)


def _error_terms(frame: RegressionFrame, one: Column) -> list[Term]:
    """Each error under its name, r1, r2, …, taken apart where there are very few."""
    found = frame.solved
    y, x = found.problem.y.tolist(), found.x.tolist()
    if len(y) > VERY_FEW or len(one.slopes) > 1:
        return [given(f"r{i + 1}", error) for i, error in enumerate(_errors(frame, one).tolist())]
    w, b = given("w", one.slopes[0]), given("b", one.bias)
    return [
        (given(f"y{i + 1}", value) - (w * given(f"x{i + 1}", row[0]) + b)).named(f"r{i + 1}")
        for i, (value, row) in enumerate(zip(y, x))
    ]


def _squares(frame: RegressionFrame, one: Column) -> Term:
    """The sum of the squared errors."""
    if len(frame.solved.problem.y) > FEW:
        return given("Σr²", float(np.sum(_errors(frame, one) ** 2)))
    return total([error**2.0 for error in _error_terms(frame, one)]).named("Σr²")


def _count(frame: RegressionFrame) -> Term:
    return given("n", float(len(frame.solved.problem.y)))


def mse(frame: RegressionFrame, one: Column) -> Term:
    return (_squares(frame, one) / _count(frame)).named("MSE")


def rmse(frame: RegressionFrame, one: Column) -> Term:
    return apply("sqrt", mse(frame, one)).named("RMSE")


def mae(frame: RegressionFrame, one: Column) -> Term:
    if len(frame.solved.problem.y) > FEW:
        sizes = given("Σ|r|", float(np.sum(np.abs(_errors(frame, one)))))
    else:
        sizes = total([apply("abs", error) for error in _error_terms(frame, one)]).named("Σ|r|")
    return (sizes / _count(frame)).named("MAE")


def _mean_y(frame: RegressionFrame) -> Term:
    y = frame.solved.problem.y.tolist()
    if len(y) > FEW:
        return given("ȳ", float(np.mean(y)))
    return (total([given(f"y{i + 1}", value) for i, value in enumerate(y)]) / _count(frame)).named("ȳ")


def _spread_y(frame: RegressionFrame) -> Term:
    """Σ(y − ȳ)², what the line that knows nothing gets wrong."""
    y = frame.solved.problem.y
    if len(y) > FEW:
        return given("Σ(y − ȳ)²", float(np.sum((y - y.mean()) ** 2)))
    mean = _mean_y(frame)
    return total([(given(f"y{i + 1}", value) - mean) ** 2.0 for i, value in enumerate(y.tolist())]).named("Σ(y − ȳ)²")


def r2(frame: RegressionFrame, one: Column) -> Term:
    return (1.0 - _squares(frame, one) / _spread_y(frame)).named("R²")


def loss(frame: RegressionFrame, one: Column) -> Term:
    """What is made small: the mean squared error by weights, and the price of the slopes."""
    problem, params = frame.solved.problem, frame.params
    errors = _errors(frame, one)
    if frame.solved.plain:
        return mse(frame, one).named("L")
    squares = given("Σc·r²", float(problem.counts @ errors**2))
    slopes = [given("w" if i == 0 else "w₂", value) ** 2.0 for i, value in enumerate(one.slopes)]
    slopes += [given("b", one.bias) ** 2.0] if params.penalise_bias else []
    price = given("λ", params.ridge) * total(slopes).named("Σw²")
    return ((squares + price) / given("Σc", problem.size)).named("L")


# ---------------------------------------------------------------------------------------- the best line


def _sums(frame: RegressionFrame) -> tuple[Term, list[Term], list[list[Term]], list[Term]]:
    """ȳ, the x̄, Σ(x − x̄)(x′ − x̄′) and Σ(x − x̄)(y − ȳ), weighted where points count by their bars."""
    problem, x = frame.solved.problem, frame.solved.x
    counts, d = problem.counts, x.shape[1]
    means = (counts @ x) / problem.size
    mean_y = float(counts @ problem.y) / problem.size
    around, around_y = x - means, problem.y - mean_y
    letters = ("x",) if d == 1 else ("x₁", "x₂")
    if d == 1 and frame.solved.plain and len(x) <= VERY_FEW:
        return _spelled(frame)
    gram = (around * counts[:, None]).T @ around
    cross = (around * counts[:, None]).T @ around_y
    names = [[f"S{a}{b}" for b in letters] for a in letters]
    return (
        given("ȳ", mean_y),
        [given(f"{letter}̄", float(mean)) for letter, mean in zip(letters, means)],
        [[given(names[i][j], float(gram[i, j])) for j in range(d)] for i in range(d)],
        [given(f"S{letter}y", float(value)) for letter, value in zip(letters, cross)],
    )


def _spelled(frame: RegressionFrame) -> tuple[Term, list[Term], list[list[Term]], list[Term]]:
    """The same sums of very few points, spelled out."""
    x = [given(f"x{i + 1}", value) for i, value in enumerate(frame.solved.x[:, 0].tolist())]
    y = [given(f"y{i + 1}", value) for i, value in enumerate(frame.solved.problem.y.tolist())]
    mean_x, mean_y = (total(x) / _count(frame)).named("x̄"), _mean_y(frame)
    squares = total([(value - mean_x) ** 2.0 for value in x]).named("Sxx")
    products = total([(a - mean_x) * (b - mean_y) for a, b in zip(x, y)]).named("Sxy")
    return mean_y, [mean_x], [[squares]], [products]


def _slopes(frame: RegressionFrame) -> list[Term]:
    """w = Sxy / (Sxx + λ), and for a plane Cramer's rule."""
    _mean, _means, gram, cross = _sums(frame)
    ridge = frame.params.ridge
    own = [row[i] + given("λ", ridge) if ridge else row[i] for i, row in enumerate(gram)]
    if len(gram) == 1:
        return [(cross[0] / own[0]).named("w")]
    both = gram[0][1]
    area = (own[0] * own[1] - both**2.0).named("D")
    return [
        ((cross[0] * own[1] - both * cross[1]) / area).named("w"),
        ((cross[1] * own[0] - both * cross[0]) / area).named("w₂"),
    ]


def best_weight(frame: RegressionFrame, key: str) -> Term | None:
    if not frame.solved.determined or (frame.params.penalise_bias and frame.params.ridge):
        return None
    slopes = _slopes(frame)
    if key == "w":
        return slopes[0]
    if key == "w2":
        return slopes[1] if len(slopes) > 1 else None
    mean, means, _gram, _cross = _sums(frame)
    return (mean - total([w * m for w, m in zip(slopes, means)])).named("b")


# ------------------------------------------------------------------------------------------ the descents


def stepped(frame: RegressionFrame, method: str, key: str) -> Term | None:
    """w ← w − η·g; of the standardised descent, from its own weights into the units of the table."""
    last = frame.last_raw if method == "raw" else frame.last_scaled
    if last is None or frame.two:
        return None
    eta = given("η", last.rate)
    letters = ("w", "b") if method == "raw" else ("v", "c")
    slope, bias = (
        (given(letter, float(place)) - eta * given(f"g_{letter}", float(slope_there))).named(f"{letter}′")
        for letter, place, slope_there in zip(letters, last.place, last.slope)
    )
    if method == "raw":
        return slope if key == "w" else bias
    spread, center = (
        given("s", float(frame.solved.lens.spread[0])),
        given("m", float(frame.solved.lens.center[0])),
    )
    return (slope / spread).named("w") if key == "w" else (bias - slope * center / spread).named("b")


# ------------------------------------------------------------------------------------------- other numbers


def ratio(frame: RegressionFrame) -> Term | None:
    best = frame.columns.get("best")
    if best is None:
        return None
    return mse(frame, frame.columns["hand"]).named("MSE mine") / given("MSE best", best.mse or 0.0)


def correlation(frame: RegressionFrame) -> Term | None:
    """r = Sxy / √(Sxx·Syy)."""
    x, y = frame.solved.x[:, 0], frame.solved.problem.y
    dx, dy = x - x.mean(), y - y.mean()
    products, across = given("Sxy", float(dx @ dy)), given("Sxx", float(dx @ dx))
    return (products / apply("sqrt", across * given("Syy", float(dy @ dy)))).named("r")


def feature_correlation(frame: RegressionFrame) -> Term:
    first, second = frame.solved.x.T
    d1, d2 = first - first.mean(), second - second.mean()
    products = given("Sx₁x₂", float(d1 @ d2))
    return (products / apply("sqrt", given("Sx₁x₁", float(d1 @ d1)) * given("Sx₂x₂", float(d2 @ d2)))).named("r")


def condition(frame: RegressionFrame) -> Term:
    largest, smallest = frame.solved.problem.extremes()
    return (given("σ₁", largest) / given("σₚ", smallest)).named("κ")


def condition_gram(frame: RegressionFrame) -> Term:
    return given("κ", frame.solved.condition) ** 2.0


def rate(frame: RegressionFrame, problem: Problem) -> Term:
    """η = share·2/λ₁."""
    steepest = float(np.linalg.eigvalsh(problem.hessian)[-1])
    return (given("share", frame.params.rate) * (given("", 2.0) / given("λ₁", steepest))).named("η")


def leverage(frame: RegressionFrame) -> Term | None:
    """h = 1/n + (x − x̄)²/Sxx, of one feature and equal points."""
    found = frame.solved
    if found.two or not found.plain or frame.looking < 0 or not found.determined:
        return None
    x = found.x[:, 0]
    mean = float(x.mean())
    square = (given("x", float(frame.sheet.x[frame.looking])) - given("x̄", mean)) ** 2.0
    return (given("", 1.0) / _count(frame) + square / given("Sxx", float(np.sum((x - mean) ** 2)))).named("h")


def residual(frame: RegressionFrame) -> Term | None:
    best = frame.solved.best
    if best is None or frame.two:
        return None
    x, y = frame.sheet.x[frame.looking], frame.sheet.y[frame.looking]
    predicted = given("w", float(best[0])) * given("x", float(x)) + given("b", float(best[1]))
    return (given("y", float(y)) - predicted).named("r")


def weight(frame: RegressionFrame) -> Term | None:
    if frame.params.weighting != "bars":
        return None
    bar = given("bar", float(frame.sheet.bar[frame.looking]))
    return ((given("usual", frame.sheet.usual) / bar) ** 2.0).named("c")


def cook(frame: RegressionFrame) -> Term | None:
    """D = r²·h / (p·s²·(1 − h)²), of equal points without a price."""
    found, row = frame.solved, frame.solved.row_of(frame.looking)
    if not found.plain or row is None or found.influence is None or found.best is None:
        return None
    errors = found.problem.y - found.problem.design @ found.best
    p = found.problem.design.shape[1]
    free = given("", float(len(errors) - p))
    s2 = (given("Σr²", float(errors @ errors)) / free).named("s²")
    r, h = given("r", float(errors[row])), given("h", float(found.influence.leverage[row]))
    return (r**2.0 * h / (given("p", float(p)) * s2 * (1.0 - h) ** 2.0)).named("D")


def standard_error(frame: RegressionFrame) -> Term | None:
    """s/√Sxx, s² = Σr²/(n − 2)."""
    best = frame.columns.get("best")
    if best is None or frame.two:
        return None
    x = frame.solved.x[:, 0]
    s2 = (_squares(frame, best) / (_count(frame) - 2.0)).named("s²")
    return (apply("sqrt", s2 / given("Sxx", float(np.sum((x - x.mean()) ** 2))))).named("SE")


def t_value(frame: RegressionFrame) -> Term | None:
    sure = frame.solved.sure
    best = frame.solved.best
    if sure is None or best is None:
        return None
    return (given("w", float(best[0])) / given("SE", float(sure.standard_errors[0]))).named("t")
