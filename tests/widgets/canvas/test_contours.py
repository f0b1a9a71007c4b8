"""Marching squares finds the lines that are there, and only those."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.canvas.contours import isoline, levels


def cone(n: int = 81) -> np.ndarray:
    """Distance from the middle, on -1..1."""
    x, y = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    return np.hypot(x, y)


def test_a_circle_comes_out_as_a_circle_of_the_right_length():
    n, radius = 81, 0.6
    segments = isoline(cone(n), radius)
    places = segments.reshape(-1, 2) / (n - 1) * 2 - 1
    assert np.hypot(*places.T) == pytest.approx(np.full(len(places), radius), abs=2e-4)
    length = np.hypot(*(segments[:, 1] - segments[:, 0]).T).sum() / (n - 1) * 2
    assert length == pytest.approx(2 * np.pi * radius, rel=1e-3)


def test_every_end_meets_exactly_one_other_end_of_a_closed_line():
    ends = isoline(cone(), 0.6173).reshape(-1, 2).round(9)
    _, counts = np.unique(ends, axis=0, return_counts=True)
    assert (counts == 2).all()


@pytest.mark.parametrize("middle_high", (False, True))
def test_a_saddle_has_two_lines_that_do_not_cross(middle_high):
    low, high = (-1.0, 3.0) if middle_high else (-3.0, 1.0)
    square = np.array([[high, low], [low, high]])  # south-west and north-east stand out
    segments = isoline(square, 0.0)
    assert len(segments) == 2
    middles = segments.mean(axis=1)
    along = middles[:, 0] - middles[:, 1]  # 0 on the diagonal through the high corners
    assert (np.abs(along) > 0.2).all() if middle_high else (np.abs(along) < 1e-9).all()


def test_cells_with_a_hole_have_no_line_and_the_rest_has():
    field = cone(21)
    whole = len(isoline(field, 0.5))
    field[:, :6] = np.nan
    assert 0 < len(isoline(field, 0.5)) < whole
    assert np.isfinite(isoline(field, 0.5)).all()


@given(st.integers(0, 10_000))
def test_every_end_lies_on_an_edge_of_the_grid_at_the_level(seed):
    rng = np.random.default_rng(seed)
    field = rng.normal(size=(6, 7))
    for x, y in isoline(field, 0.1).reshape(-1, 2):
        i, j = int(np.floor(y + 1e-12)), int(np.floor(x + 1e-12))
        s, t = x - j, y - i
        assert min(abs(s), abs(t)) < 1e-9
        far = field[min(i + (t > 1e-9), 5), min(j + (s > 1e-9), 6)]
        assert field[i, j] + max(s, t) * (far - field[i, j]) == pytest.approx(0.1, abs=1e-6)


def test_nothing_to_draw_on_a_plain_or_beyond_the_heights():
    assert isoline(np.zeros((4, 4)), 1.0).shape == (0, 2, 2)
    assert isoline(cone(), 9.0).shape == (0, 2, 2)
    with pytest.raises(ValueError, match="heights"):
        isoline(np.zeros((1, 4)), 0.0)


def test_levels_are_round_and_within():
    found = levels(-1.27, 4.31, 15)
    assert (found > -1.27).all() and (found < 4.31).all()
    assert found == pytest.approx(np.round(found * 2) / 2)
