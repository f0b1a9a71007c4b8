"""Small curves: the same values are the same picture, and what is no number is a gap."""

from __future__ import annotations

import math

import pytest
from PySide6.QtGui import QImage

from widgets.base.look import look
from widgets.plots.sparkline import sparkline


def ink(values, width: int = 80, height: int = 24) -> list[tuple[int, int]]:
    """The pixels that are drawn on."""
    image: QImage = sparkline(values, look(), width, height).toImage()
    return [(x, y) for x in range(width) for y in range(height) if image.pixelColor(x, y).alpha() > 100]


def test_a_falling_curve_falls(qapp) -> None:
    drawn = ink([3.0, 2.0, 1.0])
    first = [y for x, y in drawn if x < 8]
    last = [y for x, y in drawn if x > 72]
    assert max(first) < min(last)


def test_it_uses_the_height_whatever_the_values_are(qapp) -> None:
    assert ink([0.0, 1.0, 0.5]) == ink([1e200, 3e200, 2e200])
    drawn = ink([0.0, 1.0])
    assert max(y for _x, y in drawn) - min(y for _x, y in drawn) > 14


@pytest.mark.parametrize("values", [[], [1.0], [math.nan, math.nan], [math.nan, 2.0]])
def test_less_than_two_numbers_are_no_curve(qapp, values) -> None:
    assert ink(values) == []


def test_a_flat_curve_lies_in_the_middle_and_a_gap_is_empty(qapp) -> None:
    assert {y for x, y in ink([2.0, 2.0, 2.0]) if x < 70} <= set(range(9, 16))
    gap = ink([1.0, 1.0, math.nan, math.nan, 1.0, 1.0])
    assert not [x for x, _y in gap if 36 < x < 44]
    assert [x for x, _y in ink([1.0, 1.0, 1.0, 1.0, 1.0, 1.0]) if 36 < x < 44]


def test_what_is_infinite_is_a_gap_and_what_is_huge_is_drawn(qapp) -> None:
    assert ink([1.0, math.inf]) == []
    assert len(ink([-1e308, 1e308, 0.0])) > 20
