"""Paired comparisons: an exact test, an arena, and how many votes it takes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.engine.measuring.paired import bradley_terry, rating_errors, sign_test, votes_needed


def test_the_sign_test_counts_coins() -> None:
    """Reference: SciPy's binomtest(10, 25).pvalue and binomtest(0, 6).pvalue."""
    assert sign_test(10, 15) == pytest.approx(0.42435622, abs=1e-7)
    assert sign_test(6, 0) == pytest.approx(2 / 64)
    assert sign_test(0, 0) == 1.0 == sign_test(7, 7)
    assert sign_test(3, 9) == sign_test(9, 3)
    assert sign_test(4_000, 4_400) < 1e-4
    with pytest.raises(ValueError, match="0 or more"):
        sign_test(-1, 3)


def wilson_low(share: float, count: int, z: float = 1.959963984540054) -> float:
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - half) / (1 + z * z / count)


@pytest.mark.parametrize("share", [0.55, 0.51, 0.7])
def test_so_many_votes_are_needed_and_one_less_is_too_few(share: float) -> None:
    needed = votes_needed(share)
    assert needed is not None
    assert wilson_low(share, needed) > 0.5 >= wilson_low(share, needed - 1)
    assert votes_needed(1 - share) == needed


def test_55_to_45_takes_385_votes_and_a_half_is_never_told() -> None:
    assert votes_needed(0.55) == 385 and votes_needed(0.5) is None


def test_two_players_are_as_far_apart_as_their_wins_say() -> None:
    strengths = bradley_terry([[0, 30], [10, 0]], prior=0.0)
    assert strengths[0] - strengths[1] == pytest.approx(math.log(3)) and strengths.sum() == pytest.approx(0)
    error = rating_errors([[0, 30], [10, 0]], strengths, prior=0.0)
    assert 2 * error[0] == pytest.approx(math.sqrt(1 / (40 * 0.75 * 0.25)))  # of the difference


def test_no_other_strengths_make_the_outcomes_likelier() -> None:
    wins = np.array([[0, 12, 30], [8, 0, 17], [5, 9, 0]], np.float64)

    def likelihood(s: np.ndarray) -> float:
        return float((wins * -np.log1p(np.exp(s[None, :] - s[:, None]))).sum())

    found = bradley_terry(wins, prior=0.0)
    for place in range(3):
        for step in (-1e-4, 1e-4):
            other = found.copy()
            other[place] += step
            assert likelihood(other) < likelihood(found)


def test_who_never_lost_is_strong_but_not_infinitely() -> None:
    assert np.isfinite(bradley_terry([[0, 5], [0, 0]])).all()


@pytest.mark.parametrize("wins", [np.zeros((2, 3)), [[1, 0], [0, 0]], [[0, -1], [0, 0]]])
def test_tables_that_cannot_be_are_refused(wins: Any) -> None:
    with pytest.raises(ValueError, match="wins"):
        bradley_terry(wins)
