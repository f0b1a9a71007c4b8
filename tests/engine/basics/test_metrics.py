"""Scores: scikit-learn's values, the course's figures, and rates that do not exist."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.metrics import (
    Counts,
    accuracy,
    bits_per_byte,
    confusion_matrix,
    counts_at,
    entropy,
    macro_f1,
    per_class,
    perplexity,
    surprisal,
)

# Made with sklearn.metrics by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_metrics.npz")


def test_the_confusion_matrix_and_rates_of_each_class_are_scikit_learns() -> None:
    matrix = confusion_matrix(REFERENCE["three"], REFERENCE["guess"])
    assert np.array_equal(matrix, REFERENCE["confusion"])
    rates = [(counts.precision, counts.recall, counts.f1) for counts in per_class(matrix)]
    np.testing.assert_allclose(np.array(rates).T, REFERENCE["rates"], rtol=1e-12)
    assert macro_f1(matrix) == pytest.approx(float(REFERENCE["macro"]), rel=1e-12)
    assert accuracy(REFERENCE["three"], REFERENCE["guess"]) == np.trace(matrix) / matrix.sum()
    assert all(sum((c.tp, c.fp, c.fn, c.tn)) == 80 for c in per_class(matrix))


def test_rates_of_no_labels_do_not_exist() -> None:
    assert accuracy([], []) is None
    assert counts_at([], [], 0.5).accuracy is None
    assert confusion_matrix([], []).shape == (0, 0)
    with pytest.raises(ValueError, match="predicted: 1 labels, needs 0"):
        accuracy([], [1])
    with pytest.raises(ValueError, match="whole numbers"):
        accuracy([0.5], [0.5])


def test_always_no_is_99_percent_right_and_finds_nothing() -> None:
    truth = np.array([0] * 990 + [1] * 10)
    counts = counts_at(truth, np.zeros(1000), 0.5)
    assert counts.accuracy == 0.99 and counts.f1 == 0.0 and counts.recall == 0.0
    assert counts.precision is None  # of none called positive
    assert counts.specificity == 1.0 and counts.false_positive_rate == 0.0


def test_f1_of_half_and_one_is_two_thirds_and_not_three_quarters() -> None:
    counts = Counts(tp=5, fp=5, fn=0, tn=0)
    assert (counts.precision, counts.recall) == (0.5, 1.0)
    assert counts.f1 == pytest.approx(0.667, abs=5e-4)


def test_rates_of_nothing_are_none() -> None:
    nothing = Counts(0, 0, 0, 0)
    assert nothing.accuracy is nothing.precision is nothing.recall is nothing.f1 is nothing.specificity is None
    assert Counts(0, 0, 0, 9).f1 is None
    assert macro_f1(confusion_matrix([0], [0], classes=2)) is None


def test_a_score_on_the_threshold_counts_as_positive_and_mistakes_have_prices() -> None:
    counts = counts_at([1, 0, 1], [0.5, 0.7, 0.2], 0.5)
    assert counts == Counts(1, 1, 1, 0)
    assert counts.cost(false_positive=1, false_negative=10) == 11


def test_labels_that_do_not_fit_are_refused() -> None:
    for call in (
        lambda: confusion_matrix([0, 1], [0]),
        lambda: confusion_matrix([0, 2], [0, 1], classes=2),
        lambda: confusion_matrix([0, -1], [0, 1]),
        lambda: confusion_matrix([0.5], [1]),
        lambda: accuracy([0, 1], [0]),
        lambda: counts_at([0, 2], [0.1, 0.2], 0.5),
    ):
        with pytest.raises(ValueError, match=r"need|labels"):
            call()


def test_the_perplexity_of_the_course_is_about_six_equally_likely_choices() -> None:
    logs = [-2.3, -1.1, -0.5, -3.2, -1.8]
    assert perplexity(logs) == pytest.approx(5.93, abs=5e-3)
    assert perplexity(np.log(np.full(7, 1 / 65))) == pytest.approx(65)
    assert perplexity([]) is None
    assert perplexity([-np.inf]) == np.inf


def test_bits_per_byte_do_not_depend_on_how_a_text_is_cut() -> None:
    by_character, by_word = np.log(np.full(4, 0.25)), np.log(np.array([1 / 16, 1 / 16]))
    assert bits_per_byte(by_character, "abcd") == pytest.approx(2.0)
    assert bits_per_byte(by_word, "abcd") == pytest.approx(2.0)
    assert bits_per_byte(by_character, "é") == pytest.approx(4.0)  # two bytes
    assert bits_per_byte([], "") is None
    assert surprisal(np.log([0.5, 0.25]), 2) == pytest.approx([1.0, 2.0])


def test_entropy_is_zero_when_sure_and_the_logarithm_of_the_choices_when_not() -> None:
    assert entropy([1.0, 0.0]) == 0.0
    assert entropy(np.full(10, 0.1), 2) == pytest.approx(3.32, abs=5e-3)
    assert entropy(np.full((3, 4), 0.25)).shape == (3,)
