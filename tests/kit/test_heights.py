"""The heights of a loss."""

from __future__ import annotations

import numpy as np

from lab.kit.heights import drawable, is_steep


def test_a_valley_under_a_tower_is_steep_and_an_even_slope_is_not() -> None:
    even, tower = np.linspace(0.0, 1.0, 100), np.linspace(0.0, 1.0, 100) ** 8
    assert is_steep(tower, 0.16) and not is_steep(even, 0.16)
    assert not is_steep(np.ones(100), 0.4)


def test_heights_that_are_not_finite_do_not_count() -> None:
    heights = np.linspace(0.0, 1.0, 100)
    heights[:40] = np.inf
    assert not is_steep(heights, 0.16)


def test_a_map_without_a_finite_height_is_drawn_flat() -> None:
    assert drawable(np.full((2, 2), np.nan)).tolist() == [[0.0, 0.0], [0.0, 0.0]]
    some = np.array([np.nan, 1.0])
    assert drawable(some) is some
