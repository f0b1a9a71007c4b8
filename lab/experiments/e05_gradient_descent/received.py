"""Loss surfaces that travel between experiments, as plain data of one of four forms: two columns x and
y, whose surface is the squared error of a line through them; two columns of features and y, for a model
with two weights; a grid of heights with its extent, for a loss that has no formula; or a formula.
Whatever arrives may come from a stranger's file and is checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import N_
from lab.engine.basics.landscape import Box, FormulaSurface, Surface, formula_surface
from lab.engine.basics.quadratic import regression_surface, weights_surface
from lab.experiments.e05_gradient_descent.grid import GridSurface
from lab.experiments.e05_gradient_descent.tables import Table
from lab.kit.exchange import entry_name, numbers_in

__all__ = ["artifact_of", "received_surface"]

Array = NDArray[np.float64]
MAX_POINTS = 1_000_000


def received_surface(artifact: Artifact) -> tuple[Surface, tuple[str, str], Table | None]:
    """The surface in an artifact, the names of its two weights, and its table if it has one.

    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    names = entry_name(data, "x_name", N_("weight x")), entry_name(data, "y_name", N_("weight y"))
    if "heights" in data:
        return _grid(data), names, None
    if "formula" in data:
        return _typed(data), names, None
    if "features" in data:
        return weights_surface(_numbers(data, "features", 2), _numbers(data, "y", 1)), names, None
    x, y = (_numbers(data, key, 1) for key in ("x", "y"))
    table = Table(x, y, names[0], names[1], artifact.title, artifact.origin)
    return regression_surface(x, y), (N_("slope w"), N_("intercept b")), table


def _grid(data: Mapping[str, Any]) -> GridSurface:
    heights = _numbers(data, "heights", 2)
    if min(heights.shape) < 2:
        raise ValueError(f"heights: shape {heights.shape}, needs at least 2 rows and 2 columns")
    return GridSurface(heights, _box(data))


def _typed(data: Mapping[str, Any]) -> FormulaSurface:
    box, start = _box(data), _numbers(data, "start", 1)
    if start.shape != (2,):
        raise ValueError(f"start: shape {start.shape}, needs two numbers")
    return formula_surface(str(data["formula"]), domain=box, start=(float(start[0]), float(start[1])))


def _box(data: Mapping[str, Any]) -> Box:
    extent = _numbers(data, "extent", 1)
    if extent.shape != (4,) or not (extent[0] < extent[1] and extent[2] < extent[3]):
        raise ValueError(f"extent: {extent.tolist()[:6]}, needs x from, x to, y from, y to, in growing order")
    x0, x1, y0, y1 = extent.tolist()
    return x0, x1, y0, y1


def _numbers(data: Mapping[str, Any], key: str, axes: int) -> Array:
    values = numbers_in(data, key, axes, "loss-surface")
    if values.size > MAX_POINTS or not np.isfinite(values).all():
        raise ValueError(f"{key}: shape {values.shape}, needs at most {MAX_POINTS} finite numbers")
    return values


def artifact_of(surface: Surface, title: str, names: tuple[str, str], table: Table | None, origin: str) -> Artifact:
    """A surface as it is sent to other experiments: its table, its formula, or else its heights on a grid."""
    data: dict[str, Any] = {"x_name": names[0], "y_name": names[1]}
    if table is not None:
        data |= {"x": table.x, "y": table.y, "x_name": table.x_name, "y_name": table.y_name}
    elif isinstance(surface, FormulaSurface):
        data |= {
            "formula": surface.text,
            "extent": np.array(surface.domain),
            "start": np.array(surface.start),
        }
    else:
        data |= {"heights": _heights(surface), "extent": np.array(surface.domain)}
    return Artifact("loss-surface", title, data, origin)


def _heights(surface: Surface, points: int = 101) -> Array:
    if isinstance(surface, GridSurface):
        return surface.heights
    x0, x1, y0, y1 = surface.domain
    return surface.value(np.linspace(x0, x1, points)[None, :], np.linspace(y0, y1, points)[:, None])
