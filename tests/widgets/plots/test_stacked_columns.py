"""Stacked columns: what they show, say and refuse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from widgets.plots.stacked_columns import StackedColumns

HEIGHTS = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]])


@pytest.fixture
def columns(qtbot) -> StackedColumns:
    made = StackedColumns("Written", ("token", "attention", "feed-forward"))
    qtbot.addWidget(made)
    return made


def test_the_sums_of_a_column_are_those_of_its_kinds(columns) -> None:
    columns.set_columns("ab", HEIGHTS, (0, 1, 2, 1), lit=0)
    assert columns.sums(0) == (1.0, 6.0, 3.0) and columns.sums(1) == (0.0, 2.0, 0.0)
    assert columns.summary() == "a: token 1, attention 6, feed-forward 3."


def test_without_a_lit_column_nothing_is_said(columns) -> None:
    assert columns.summary() == ""
    columns.set_columns("ab", HEIGHTS, (0, 1, 2, 1))
    assert columns.summary() == ""


def painted(columns: StackedColumns) -> np.ndarray:
    image = QImage(300, 200, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    columns.render_to(painter, QRectF(0, 0, 300, 200))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(200, -1)[:, :300].copy()


def test_the_higher_column_is_drawn_higher(columns) -> None:
    columns.set_columns("ab", HEIGHTS, (0, 0, 0, 0))
    ink = (painted(columns)[70:170] < 200).sum(axis=0)
    assert ink[:150].sum() > 3 * ink[150:].sum() > 0


def test_no_columns_and_columns_of_height_nought_can_be_drawn(columns) -> None:
    painted(columns)
    columns.set_columns("a", np.zeros((1, 2)), (0, 1))
    painted(columns)


@pytest.mark.parametrize(("heights", "of"), [(HEIGHTS, (0, 1)), (HEIGHTS[:1], (0, 1, 2, 1)), (-HEIGHTS, (0, 1, 2, 1))])
def test_numbers_that_do_not_fit_are_refused(columns, heights, of) -> None:
    with pytest.raises(ValueError, match="heights"):
        columns.set_columns("ab", heights, of)


@pytest.mark.parametrize("count", [0, 4])
def test_more_kinds_than_patterns_are_refused(qapp, count) -> None:
    with pytest.raises(ValueError, match="kinds"):
        StackedColumns("Written", ["kind"] * count)
