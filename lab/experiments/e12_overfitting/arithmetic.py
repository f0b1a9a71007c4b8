"""Why this number: the sums behind the read-outs, down to the points where there are few of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e12_overfitting.frame import CurveShown, NetShown

__all__ = ["cross_validation", "expected", "gap", "held", "net_gap", "norm", "peeked", "seen", "spread"]

Array = NDArray[np.float64]
FEW = 12  # numbers up to which they stand in the sum one by one


def _mean(errors: Array, name: str) -> Term:
    """The mean of squared errors."""
    n = given("n", float(len(errors)))
    if len(errors) > FEW:
        return (given("Σr²", float(np.square(errors).sum())) / n).named(name)
    squares = [given(f"r{i}", value) ** 2.0 for i, value in enumerate(errors.tolist(), 1)]
    return (total(squares) / n).named(name)


def _errors(shown: CurveShown, held: bool) -> Array:
    """y − ŷ at the points."""
    sheet, fit = shown.sheet, shown.fit
    assert fit is not None
    return np.asarray((sheet.y - fit.said)[sheet.held if held else ~sheet.held])


def seen(shown: CurveShown) -> Term:
    return _mean(_errors(shown, False), "MSE")


def held(shown: CurveShown) -> Term:
    return _mean(_errors(shown, True), "MSE")


def gap(shown: CurveShown) -> Term | None:
    if shown.fit is None or shown.fit.train is None or shown.fit.validation is None:
        return None
    return (given("validation", shown.fit.validation) - given("train", shown.fit.train)).named("gap")


def norm(shown: CurveShown) -> Term | None:
    """‖w‖ = √Σw²."""
    if shown.fit is None:
        return None
    weights = shown.fit.weights.tolist()
    if not weights or len(weights) > FEW:
        return apply("sqrt", given("Σw²", float(np.square(shown.fit.weights).sum()))).named("‖w‖")
    squares = [given(f"w{i}", value) ** 2.0 for i, value in enumerate(weights, 1)]
    return apply("sqrt", total(squares)).named("‖w‖")


def expected(shown: CurveShown, degree: int) -> Term | None:
    """Bias², variance and noise."""
    parts = shown.parts.at(degree) if shown.parts is not None else None
    if parts is None:
        return None
    three = given("bias²", parts.bias_squared), given("variance", parts.variance), given("σ²", parts.noise)
    return total(list(three)).named("expected")


def peeked(shown: CurveShown) -> Term | None:
    """What as many looks buy without any learning."""
    lid = shown.lid
    if lid.fair is None or lid.lucky is None:
        return None
    return (given("in the long run", lid.fair) - given("luckiest", lid.lucky)).named("bought")


def cross_validation(shown: CurveShown) -> Term | None:
    """The mean over the folds."""
    if shown.folds is None:
        return None
    errors = shown.folds.errors.tolist()
    parts = [given(f"e{i}", value) for i, value in enumerate(errors, 1)]
    return (total(parts) / given("k", float(len(errors)))).named("CV")


def spread(shown: CurveShown) -> Term | None:
    """The standard error of the mean over the folds: s/√k."""
    if shown.folds is None or len(shown.folds.errors) < 2:
        return None
    errors, k = shown.folds.errors.tolist(), given("k", float(len(shown.folds.errors)))
    middle = given("CV", shown.folds.mean)
    squares = total([(given(f"e{i}", value) - middle) ** 2.0 for i, value in enumerate(errors, 1)])
    return (apply("sqrt", squares / (k - 1.0)) / apply("sqrt", k)).named("SE")


def net_gap(shown: NetShown, name: str) -> Term:
    """How much more the held-out points cost."""
    runner = shown.runner(name)
    return (given("held out", runner.held_loss) - given("seen", runner.seen_loss)).named("gap")
