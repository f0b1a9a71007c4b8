"""χ²: is it the same distribution?"""

import numpy as np
import pytest

from lab.engine.decoding.check import chi_square


def test_the_statistic_is_the_textbook_sum():
    result = chi_square(np.array([48, 35, 17]), np.array([0.4, 0.4, 0.2]))
    assert result.statistic == pytest.approx(8**2 / 40 + 5**2 / 40 + 3**2 / 20)
    assert result.freedom == 2


@pytest.mark.parametrize(
    ("cells", "statistic", "p_value"),
    [(2, 3.841, 0.05), (4, 0.352, 0.95), (11, 18.307, 0.05), (11, 23.209, 0.01), (64, 82.529, 0.05)],
)
def test_the_tail_agrees_with_the_tables(cells, statistic, p_value):
    expected = 10_000.0
    shift = np.sqrt(statistic * expected / 2)
    counts = np.full(cells, expected)
    counts[0] += shift
    counts[1] -= shift
    found = chi_square(np.rint(counts).astype(int), np.full(cells, 1 / cells))
    assert found.p_value == pytest.approx(p_value, rel=0.02)


def test_p_values_of_a_true_promise_are_spread_evenly():
    rng, p = np.random.default_rng(0), np.array([0.5, 0.3, 0.15, 0.05])
    values = [chi_square(rng.multinomial(2_000, p), p).p_value for _ in range(400)]
    assert np.mean(np.array(values) < 0.1) == pytest.approx(0.1, abs=0.05)
    assert np.mean(values) == pytest.approx(0.5, abs=0.05)


def test_cells_that_expect_few_draws_are_put_together():
    p = np.array([0.5, 0.496] + [0.001] * 4)
    assert chi_square(np.array([50, 46, 1, 1, 1, 1]), p).freedom == 2


def test_drawing_the_impossible_settles_it():
    assert chi_square(np.array([99, 1]), np.array([1.0, 0.0])).p_value == 0.0


def test_a_certain_outcome_proves_nothing():
    assert chi_square(np.array([100, 0]), np.array([1.0, 0.0])).p_value == 1.0


@pytest.mark.parametrize(("counts", "p"), [([1, 2], [1.0]), ([0, 0], [0.5, 0.5]), ([1, 1], [0.5, 0.6])])
def test_what_cannot_be_compared_is_refused(counts, p):
    with pytest.raises(ValueError, match="counts and probabilities"):
        chi_square(np.array(counts), np.array(p))
