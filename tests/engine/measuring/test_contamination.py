"""Detectors of a leaked test, on texts small enough to count."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.measuring.contamination import exposure, least_error, min_k, overlap, runs, stands_in


@pytest.mark.parametrize(
    ("tested", "n", "share"),
    [([1, 2, 3, 4], 3, 1.0), ([1, 2, 3, 9], 3, 0.5), ([9, 2, 9, 4], 3, 0.0), ([4, 1], 1, 1.0), ([4, 3], 2, 0.0)],
)
def test_runs_that_stand_in_a_training_text_are_counted(tested: list[int], n: int, share: float) -> None:
    whole, first, second = [0, 1, 2, 3, 4, 5], [0, 1, 2, 3], [2, 3, 4, 5]
    assert overlap(tested, [runs(whole, n)], n) == share
    assert overlap([tested, [7] * len(tested)], [runs(first, n), runs(second, n)], n).tolist() == [share, 0.0]


def test_runs_are_equal_exactly_where_their_tokens_are() -> None:
    ids = np.random.default_rng(0).integers(0, 3, 4000)
    wanted = [tuple(ids[k : k + 5].tolist()) for k in range(3996)]
    numbers = runs(ids, 5).tolist()
    assert len(set(wanted)) == len(set(numbers)) == len(set(zip(wanted, numbers, strict=True)))
    for n in (0, 4001):
        with pytest.raises(ValueError, match="n"):
            runs(ids, n)
    assert len(runs(ids, 4000)) == 1


def test_what_stands_in_a_text_is_what_a_set_finds() -> None:
    dice = np.random.default_rng(1)
    tested, trained = dice.integers(0, 300, (4, 50)).astype(np.uint64), dice.integers(0, 300, 200).astype(np.uint64)
    assert np.array_equal(stands_in(tested, trained), np.isin(tested, trained))


def test_only_the_greatest_surprises_count() -> None:
    logs = [-1.0, -9.0, -2.0, -7.0, -0.5]
    assert min_k(logs, 0.2) == -9.0 and min_k(logs, 0.4) == -8.0 and min_k(logs, 0.39) == -9.0
    assert min_k(logs, 0.01) == -9.0 and min_k(logs, 1.0) == pytest.approx(np.mean(logs))
    assert min_k([logs, [0.0] * 5], 0.4).tolist() == [-8.0, 0.0]
    for share in (0.0, 1.01):
        with pytest.raises(ValueError, match="share"):
            min_k(logs, share)


def test_a_secret_that_stands_out_is_exposed() -> None:
    assert exposure(-1.0, [-5.0] * 15) == 4.0
    assert exposure(-9.0, [-5.0] * 15) == 0.0 == exposure(-5.0, [-5.0] * 15)
    assert exposure(-3.0, [-5.0] * 14 + [-1.0]) == 3.0


def test_a_detector_is_judged_at_its_best_threshold() -> None:
    assert least_error([1, 1, 0, 0], [0.9, 0.8, 0.5, 0.1]) == 0.0
    assert least_error([1, 1, 0, 0], [0.9, 0.4, 0.5, 0.1]) == 0.25
    assert least_error([1, 0], [0.3, 0.3]) == 0.5 == least_error([1, 0], [0.1, 0.9])
