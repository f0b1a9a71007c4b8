"""Redraws side by side: the same as one draw after the other."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.measuring.calibration import reliability
from lab.engine.measuring.redraws import redrawn_areas, redrawn_gaps, redrawn_thresholds, redraws
from lab.engine.measuring.thresholds import area_under_roc, cheapest_threshold

RNG = np.random.default_rng(4)
TRUTH = RNG.integers(0, 2, 40)
SCORES = np.round(RNG.random(40), 1)  # with many ties
WEIGHTS = np.stack([redraws(40, RNG) for _draw in range(12)])


def test_as_many_are_drawn_as_there_are() -> None:
    assert (WEIGHTS.sum(axis=1) == 40).all() and WEIGHTS.min() == 0 and WEIGHTS.max() > 1


def test_each_draw_is_what_its_items_give() -> None:
    areas = redrawn_areas(TRUTH, SCORES, WEIGHTS)
    best = redrawn_thresholds(TRUTH, SCORES, WEIGHTS, 1.0, 10.0)
    for draw, weights in enumerate(WEIGHTS):
        rows = np.repeat(np.arange(40), weights)
        assert areas[draw] == pytest.approx(area_under_roc(TRUTH[rows], SCORES[rows]), abs=1e-12)
        wanted = cheapest_threshold(TRUTH[rows], SCORES[rows], 1.0, 10.0)[0]
        assert best[draw] == wanted


@pytest.mark.parametrize("bins", [1, 4, 10])
def test_the_calibration_error_of_each_draw_is_that_of_its_items(bins: int) -> None:
    gaps = redrawn_gaps(TRUTH, SCORES, WEIGHTS, bins)
    for draw, weights in enumerate(WEIGHTS):
        rows = np.repeat(np.arange(40), weights)
        assert gaps[draw] == pytest.approx(reliability(TRUTH[rows], SCORES[rows], bins).gap, abs=1e-12)


def test_a_draw_without_one_class_has_no_area() -> None:
    areas = redrawn_areas([0, 1], [0.2, 0.7], [[2, 0], [1, 1], [0, 2]])
    assert np.isnan(areas[[0, 2]]).all() and areas[1] == 1.0


@pytest.mark.parametrize("size", [0, 32_768])
def test_sizes_that_cannot_be_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size"):
        redraws(size, np.random.default_rng(0))
    assert redraws(1, RNG).tolist() == [1] and len(redraws(32_767, RNG)) == 32_767


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[D, N\]"):
        redrawn_areas(TRUTH, SCORES, WEIGHTS[:, 1:])
    with pytest.raises(ValueError, match=r"\[D, N\]"):
        redrawn_areas(TRUTH, SCORES, WEIGHTS[0])
