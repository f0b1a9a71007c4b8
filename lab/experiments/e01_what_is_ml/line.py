"""The model and how it learns. A line is two numbers, ŷ = w·x + b, and learning is changing them so that one
number, the mean squared error on the seen points, becomes smaller. The best two numbers come from least
squares; the machine walks towards them in small steps, which can be watched."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.losses import mse
from lab.engine.basics.regression import fit_least_squares, line_gradient
from lab.engine.basics.scaling import fit_scaler

__all__ = ["RATE", "Best", "Line", "Scale", "best_fit", "error_of", "learned", "scale_of"]

Array = NDArray[np.float64]
RATE = 0.05
"""η of the machine's steps. With x standardised the error surface is the same round bowl for every table, of
curvature 2 in every direction, so each step leaves 1 − 2η = 0.9 of the way."""


@dataclass(frozen=True, slots=True)
class Line:
    """ŷ = slope·x + intercept."""

    slope: float
    intercept: float

    def at(self, x: Array | float) -> Array | float:
        """The line's answer for each x."""
        return self.slope * x + self.intercept


@dataclass(frozen=True, slots=True)
class Scale:
    """How the machine sees x: the distance from the mean, in typical spreads."""

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Best:
    """The least mean squared error there can be, and the line that has it.

    slope, intercept: None where many lines are equally good, because all x are equal.
    """

    error: float
    slope: float | None
    intercept: float | None


def error_of(line: Line, x: Array, y: Array) -> float | None:
    """The mean squared error of a line, None without points. x, y: [N]."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(mse(np.asarray(line.at(x)), y)) if x.size else None


def best_fit(x: Array, y: Array) -> Best | None:
    """Least squares by the SVD. x, y: [N]. None without points."""
    if x.size == 0:
        return None
    if np.ptp(x) == 0:
        return Best(float(np.var(y)), None, None)
    fit = fit_least_squares(x, y)
    return Best(float(np.mean((y - fit.predict(x)) ** 2)), float(fit.weights[0]), fit.bias)


def scale_of(x: Array) -> Scale | None:
    """Mean and standard deviation of the seen x; a spread of 0 where all are equal. None without points."""
    if x.size == 0:
        return None
    scaler = fit_scaler(x[:, None], "z")
    return Scale(float(scaler.center[0]), 0.0 if scaler.constant[0] else float(scaler.spread[0]))


def learned(line: Line, x: Array, y: Array) -> Line:
    """The line after one step of gradient descent on standardised x; the same line where nothing changes.

    x, y: [N]. Where all x are equal the slope cannot be learned and stays as it is.
    """
    scale = scale_of(x)
    if scale is None:
        return line
    spread = scale.spread or 1.0
    z = (x - scale.mean) / spread  # [N]
    steepness, level = line.slope * spread, line.slope * scale.mean + line.intercept
    down_slope, down_level = line_gradient(z, y, steepness, level)
    change = -RATE * down_slope / spread if scale.spread else 0.0
    moved = Line(line.slope + change, line.intercept - RATE * down_level - change * scale.mean)
    return moved if _differs(line, moved, scale) else line


def _differs(line: Line, moved: Line, scale: Scale) -> bool:
    """Whether a step is more than rounding: at the bottom the last digits would go to and fro for ever."""
    if not (math.isfinite(moved.slope) and math.isfinite(moved.intercept)):
        return False
    grain = 4 * float(np.finfo(float).eps)
    lifted = abs(line.intercept) + abs(line.slope * scale.mean)
    slope_moved = abs(moved.slope - line.slope) > grain * abs(line.slope)
    return slope_moved or abs(moved.intercept - line.intercept) > grain * lifted
