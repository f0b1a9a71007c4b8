"""Tables that travel between experiments, as plain data: columns x and y, perhaps a second feature, each with
its name. Whatever arrives may come from an untrusted file and is checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e03_linear_regression.sheet import Sheet, sheet_of
from lab.kit.exchange import column_names, entry_name, numbers_in

__all__ = ["loss_surface_of", "received_sheet", "table_of"]

Array = NDArray[np.float64]


def received_sheet(artifact: Artifact) -> Sheet:
    """The points in an artifact of the kind table.

    Its data are x and y, [N] each, and perhaps second; or values, [N, d], whose last column is y. Names may
    stand in x_name, second_name and y_name, or in names, one a column. Rows with a missing cell are left out.
    Raises ValueError naming the entry that is missing or does not fit.
    """
    data = artifact.data
    columns, names = _columns(data)
    if len({len(column) for column in columns}) != 1:
        raise ValueError(f"table: columns of {[len(c) for c in columns]} rows, need one length")
    read = np.stack(columns, axis=1)
    rows = read[np.isfinite(read).all(axis=1)]
    second = rows[:, 1] if rows.shape[1] > 2 else None
    labels = (names[0], names[1] if second is not None else "x₂", names[-1])
    made = sheet_of(rows[:, 0], rows[:, -1], second, labels, artifact.title)
    return replace(made, left_out=len(read) - len(rows))


def _columns(data: Mapping[str, Any]) -> tuple[list[Array], list[str]]:
    """x, perhaps the second feature, and y, with their names."""
    if "x" in data and "y" in data:
        keys = ["x", *(["second"] if data.get("second") is not None else []), "y"]
        columns = [numbers_in(data, key, 1, "table") for key in keys]
        return columns, [entry_name(data, f"{key}_name", key) for key in keys]
    values = numbers_in(data, "values", 2, "table")
    if values.shape[1] < 2:
        raise ValueError(f"values: shape {values.shape}, needs at least two columns")
    names = column_names(data.get("names"), values.shape[1])
    chosen = [0, -1] if values.shape[1] == 2 else [0, 1, -1]
    return [values[:, i] for i in chosen], [names[: values.shape[1]][i] for i in chosen]


def table_of(sheet: Sheet, origin: str) -> Artifact:
    """The points for another experiment: as columns x, second and y, and once more side by side."""
    x_name, second_name, y_name = (_(name) for name in sheet.names)
    data: dict[str, Any] = {"x": sheet.x, "y": sheet.y, "x_name": x_name, "y_name": y_name}
    columns, names = [sheet.x, sheet.y], [x_name, y_name]
    if sheet.second is not None:
        data |= {"second": sheet.second, "second_name": second_name}
        columns.insert(1, sheet.second)
        names.insert(1, second_name)
    data |= {"values": np.stack(columns, axis=1), "names": names}
    return Artifact("table", _(sheet.title), data, origin)


def loss_surface_of(sheet: Sheet, two: bool, origin: str) -> Artifact | None:
    """The loss over slope and intercept, or over both slopes; None where no pair of weights is the best."""
    seen, x_name, y_name = sheet.seen, _(sheet.names[0]), _(sheet.names[2])
    x, y = sheet.features(two)[seen], sheet.y[seen]
    centred = x - x.mean(axis=0) if len(x) else x
    if len(x) < 2 or np.linalg.matrix_rank(centred) < x.shape[1]:
        return None
    if x.shape[1] == 1:
        data: dict[str, Any] = {"x": x[:, 0], "y": y, "x_name": x_name, "y_name": y_name}
    else:
        names = (
            _("weight of {name}").format(name=x_name),
            _("weight of {name}").format(name=_(sheet.names[1])),
        )
        data = {"features": x, "y": y, "x_name": names[0], "y_name": names[1]}
    return Artifact("loss-surface", _(sheet.title), data, origin)
