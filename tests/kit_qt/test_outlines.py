"""Lines of a frame as points: straight ones, and the border between beliefs in as few pieces as can be."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lab.kit_qt.outlines import border, chained, straight_line


def lines_of(points: np.ndarray) -> list[np.ndarray]:
    """The pieces between gaps."""
    cuts = np.flatnonzero(np.isnan(points[:, 0]))
    return [part[~np.isnan(part[:, 0])] for part in np.split(points, cuts)]


def test_a_straight_line_reaches_far_beyond_the_picture() -> None:
    (x0, y0), (x1, y1) = straight_line(2.0, 1.0, 0.0, 4.0).tolist()
    assert (x0, x1) == (-40.0, 44.0)
    assert (y0, y1) == (2 * x0 + 1, 2 * x1 + 1)


@pytest.mark.parametrize(("slope", "intercept"), [(math.inf, 0.0), (0.0, math.nan), (1e308, 1e308)])
def test_a_line_that_is_nowhere_is_none(slope: float, intercept: float) -> None:
    with np.errstate(over="ignore"):
        assert straight_line(slope, intercept, 0.0, 4.0).shape == (0, 2)


def test_segments_become_lines_that_go_on() -> None:
    steps = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    segments = np.stack((steps[:-1], steps[1:]), axis=1)
    mixed = segments[[2, 0, 1]]
    mixed[1] = mixed[1][::-1]
    (line,) = lines_of(chained(mixed))
    assert line.tolist() in (steps.tolist(), steps[::-1].tolist())


def test_a_ring_is_one_line_that_comes_round() -> None:
    around = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    (line,) = lines_of(chained(np.stack((around[:-1], around[1:]), axis=1)))
    assert line[0].tolist() == line[-1].tolist()
    assert len(line) == 5


def test_two_lines_have_a_gap_between_them_and_none_is_none() -> None:
    apart = np.array([[[0.0, 0.0], [1.0, 0.0]], [[5.0, 5.0], [6.0, 5.0]]])
    assert [len(line) for line in lines_of(chained(apart))] == [2, 2]
    assert chained(np.zeros((0, 2, 2))).shape == (0, 2)


def test_the_border_of_beliefs_lies_where_they_are_even() -> None:
    places = (np.arange(40) + 0.5) / 40 * 4 - 2
    x, y = np.meshgrid(places, places)
    inside = 1 / (1 + np.exp(8 * (np.hypot(x, y) - 1)))
    points = border(inside[None], (-2.0, 2.0, -2.0, 2.0))
    (ring,) = lines_of(points)
    assert np.abs(np.hypot(*ring.T) - 1).max() < 0.02
    two = border(np.stack([inside, 1 - inside]), (-2.0, 2.0, -2.0, 2.0))
    assert np.nanmax(np.abs(np.hypot(*two.T) - 1)) < 0.02
    assert len(border(np.ones((1, 8, 8)), (-2.0, 2.0, -2.0, 2.0))) == 0
