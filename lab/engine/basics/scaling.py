"""Feature scaling: bringing columns of different units to a common size, and back. A scaler is fitted on some
rows, remembers two numbers a column, and can then be applied to any others; which rows it was fitted on is
the learner's decision, and a lesson of its own. A column without any spread is left at zero, and marked."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = ["KINDS", "Scaler", "fill_missing", "fit_scaler"]

Array = NDArray[np.float64]
KINDS = ("none", "min-max", "z", "robust", "log")


@dataclass(frozen=True, slots=True)
class Scaler:
    """(x − center) / spread a column, after the logarithm where the kind is "log".

    kinds: one of KINDS for each column.  center, spread: [d].  constant: [d], which columns had no spread;
    those are divided by 1.
    """

    kinds: tuple[str, ...]
    center: Array
    spread: Array
    constant: NDArray[np.bool_]

    def transform(self, x: ArrayLike) -> Array:
        """The rows in the common size.

        x: [..., d].  Returns [..., d]; nan stays nan.
        Raises ValueError when d differs, or a value of a "log" column is not above 0.
        """
        return (self._logarithms(_columns(x, len(self.kinds))) - self.center) / self.spread

    def inverse(self, scaled: ArrayLike) -> Array:
        """The rows in their own units again.

        scaled: [..., d].  Returns [..., d].  Raises ValueError when d differs.
        """
        rows = _columns(scaled, len(self.kinds)) * self.spread + self.center
        logs = np.array([kind == "log" for kind in self.kinds])
        rows[..., logs] = np.exp(rows[..., logs])
        return rows

    def weights_in_raw_units(self, weights: ArrayLike, bias: float) -> tuple[Array, float]:
        """The weights and bias that give for raw rows what these give for scaled ones.

        weights: [d].  bias: b.  Returns (weights / spread, bias − Σ weights·center/spread).
        Raises ValueError when a column is "log": there no weight of the raw value does the same.
        """
        if "log" in self.kinds:
            raise ValueError("weights: a column is scaled by logarithm; no weight of the raw value does the same")
        raw = _columns(weights, len(self.kinds)) / self.spread
        return raw, bias - float(raw @ self.center)

    def _logarithms(self, rows: Array) -> Array:
        return _logarithms(rows, self.kinds)


def _columns(x: ArrayLike, d: int) -> Array:
    rows = np.array(x, dtype=np.float64)
    if rows.ndim == 0 or rows.shape[-1] != d:
        raise ValueError(f"x: shape {rows.shape}, needs {d} columns")
    return rows


def _logarithms(rows: Array, kinds: Sequence[str]) -> Array:
    for j, kind in enumerate(kinds):
        if kind == "log":
            if (rows[..., j] <= 0).any():
                least = float(np.nanmin(rows[..., j]))
                raise ValueError(f"x: column {j + 1} has {least:g}; the logarithm needs values above 0")
            rows[..., j] = np.log(rows[..., j])
    return rows


def fit_scaler(x: ArrayLike, kinds: str | Sequence[str]) -> Scaler:
    """The scaler for these rows.

    x: [N, d], nan where missing, at least one value a column.  kinds: one of KINDS for all columns, or one
    each: "min-max" to 0…1, "z" to mean 0 and standard deviation 1 (over N, as the course does), "robust" to
    median 0 and distance between the quartiles 1, "log" to natural logarithms, "none".
    Raises ValueError for an unknown kind, a wrong shape, an empty column, or a logarithm of 0 or less.
    """
    rows = np.array(x, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[0] == 0:
        raise ValueError(f"x: shape {rows.shape}, needs [rows, columns] with at least one row")
    chosen = (kinds,) * rows.shape[1] if isinstance(kinds, str) else tuple(kinds)
    if len(chosen) != rows.shape[1] or not set(chosen) <= set(KINDS):
        raise ValueError(f"kinds: {chosen}, needs {rows.shape[1]} of {', '.join(KINDS)}")
    rows = _logarithms(rows, chosen)
    fitted = [_center_and_spread(rows[:, j], kind, j) for j, kind in enumerate(chosen)]
    center, spread = np.array(fitted, dtype=np.float64).reshape(-1, 2).T
    constant = spread == 0
    return Scaler(chosen, center, np.where(constant, 1.0, spread), constant)


def _center_and_spread(values: Array, kind: str, j: int) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if known.size == 0:
        raise ValueError(f"x: column {j + 1} has no value at all")
    if kind == "min-max":
        return float(known.min()), float(np.ptp(known))
    if kind == "z":
        spread = 0.0 if np.ptp(known) == 0 else float(known.std())  # rounding may leave a spread where none is
        return float(known.mean()), spread
    if kind == "robust":
        low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
        return float(middle), float(high - low)
    return 0.0, 1.0


def fill_missing(x: ArrayLike, how: str, fitted_on: ArrayLike | None = None) -> Array:
    """The rows with their holes filled by the column's mean, median, or zero.

    x: [N, d], nan where missing.  how: "mean", "median" or "zero".  fitted_on: [M, d], the rows the mean or
    median is taken of; x itself when not given.
    Returns [N, d].  Raises ValueError for an unknown way or a column without any value.
    """
    rows = np.array(x, dtype=np.float64)
    source = rows if fitted_on is None else np.asarray(fitted_on, dtype=np.float64)
    if how not in ("mean", "median", "zero"):
        raise ValueError(f"how: {how!r}, needs 'mean', 'median' or 'zero'")
    if how == "zero":
        return np.nan_to_num(rows, nan=0.0, posinf=np.inf, neginf=-np.inf)
    empty = np.isnan(source).all(axis=0)
    if empty.any():
        raise ValueError(f"x: column {int(empty.argmax()) + 1} has no value to take the {how} of")
    middle = (np.nanmean if how == "mean" else np.nanmedian)(source, axis=0)
    return np.where(np.isnan(rows), middle, rows)
