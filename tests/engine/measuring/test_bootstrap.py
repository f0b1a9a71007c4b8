"""The bootstrap finds what theory knows, and is the same for the same seed."""

import numpy as np
import pytest

from lab.engine.measuring.bootstrap import bootstrap, bootstrap_difference


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(size=400)
    found = bootstrap(np.mean, values, rng=np.random.default_rng(2), draws=2000)
    assert found.estimate == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    again = bootstrap(np.mean, values, rng=np.random.default_rng(2), draws=2000)
    assert (again.low, again.high) == (found.low, found.high)


def test_82_against_80_percent_of_200_questions_is_not_sure_and_of_20000_is() -> None:
    rng = np.random.default_rng(0)
    for n, sure in [(200, False), (20_000, True)]:
        first, second = (np.arange(n) < 0.80 * n).astype(int), (np.arange(n) < 0.82 * n).astype(int)
        found = bootstrap_difference(rng.permutation(first), rng.permutation(second), rng, draws=300)
        assert found.estimate == pytest.approx(0.02)
        assert (found.low > 0) == sure and (found.above_zero > 0.99) == sure


def test_columns_are_drawn_together_and_impossible_draws_are_left_out() -> None:
    x = np.arange(5.0)

    def same(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.array_equal(a, b)) if 0 in a else float("nan")

    found = bootstrap(same, x, x, rng=np.random.default_rng(0), draws=200)
    assert set(found.draws) == {1.0} and 100 < len(found.draws) < 190


def test_what_cannot_be_drawn_is_refused() -> None:
    rng = np.random.default_rng(0)
    for call in (
        lambda: bootstrap(np.mean, [1.0], [1.0, 2.0], rng=rng),
        lambda: bootstrap(np.mean, [], rng=rng),
        lambda: bootstrap(np.mean, [1.0], rng=rng, level=1.0),
        lambda: bootstrap_difference([1, 0], [1], rng),
    ):
        with pytest.raises(ValueError, match="need"):
            call()
