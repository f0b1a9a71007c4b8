"""Points of a plane in classes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from lab.engine.basics.table import read_csv
from lab.kit.points import classes_of, points_in, square_around


def test_a_square_holds_all_points_and_some_air() -> None:
    assert square_around(np.array([[0.0, 1.0], [4.0, 3.0]]), 0.75) == (-1.0, 5.0, -1.0, 5.0)
    assert square_around(np.array([[2.0, 2.0]]), 0.75) == (1.0, 3.0, 1.0, 3.0), "of a single point, too"


def test_points_and_their_classes_are_read_from_an_artifact() -> None:
    x, labels = points_in({"x": [[0, 1], [2, 3]], "labels": [1, 0]}, 2, 2, 10.0)
    assert x.dtype == np.float64 and labels.dtype == np.int64 and labels.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"labels": [0]}, "lack “x”"),
        ({"x": [[0, 0, 0]], "labels": [0]}, "x: shape (1, 3)"),
        ({"x": [[0, 0]] * 3, "labels": [0] * 3}, "1 to 2 points"),
        ({"x": [[0, np.nan]], "labels": [0]}, "x: needs finite"),
        ({"x": [[0, 11]], "labels": [0]}, "±10"),
        ({"x": [[0, 0]], "labels": [2]}, "each 0 to 1"),
        ({"x": [[0, 0]], "labels": [0, 1]}, "labels: shape (2,)"),
    ],
)
def test_points_that_do_not_fit_are_refused_by_name(data: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        points_in(data, 2, 2, 10.0)


def test_the_classes_of_a_column_are_in_order() -> None:
    table = read_csv("word,number\nwest,20\neast,3\nwest,3\n")
    assert [(names, codes.tolist()) for names, codes in map(classes_of, table.columns)] == [
        (["east", "west"], [1, 0, 1]), (["3", "20"], [1, 0, 0]),
    ]  # fmt: skip


def test_classes_of_large_numbers_are_written_as_at_school() -> None:
    (column,) = read_csv("price\n1250000\n60000\n0.5\n").columns
    assert classes_of(column)[0] == ["0.5", "60\u202f000", "1\u202f250\u202f000"]
