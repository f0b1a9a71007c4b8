"""Curves over all thresholds, against scikit-learn and against counting."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.metrics import counts_at
from lab.engine.measuring.thresholds import (
    area_under_roc,
    average_precision,
    cheapest_threshold,
    costs,
    precision_recall_curve,
    roc_curve,
)

# Made with sklearn.metrics by reference/foundations_make.py; the scores have many ties.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_metrics.npz")
TRUTH, SCORES = REFERENCE["truth"], REFERENCE["scores"]


def test_the_roc_curve_and_its_area_are_scikit_learns() -> None:
    curve = roc_curve(TRUTH, SCORES)
    np.testing.assert_allclose(curve.x, REFERENCE["fpr"], rtol=1e-12)
    np.testing.assert_allclose(curve.y, REFERENCE["tpr"], rtol=1e-12)
    np.testing.assert_array_equal(curve.thresholds, REFERENCE["roc_thresholds"])
    assert area_under_roc(TRUTH, SCORES) == pytest.approx(float(REFERENCE["auc"]), rel=1e-12)


def test_the_precision_recall_curve_and_its_average_are_scikit_learns() -> None:
    curve = precision_recall_curve(TRUTH, SCORES)
    np.testing.assert_allclose(curve.x[::-1], REFERENCE["recall"], rtol=1e-12)
    np.testing.assert_allclose(curve.y[::-1], REFERENCE["precision"], rtol=1e-12)
    assert average_precision(TRUTH, SCORES) == pytest.approx(float(REFERENCE["ap"]), rel=1e-12)


def test_the_area_is_the_chance_that_a_positive_scores_higher() -> None:
    pairs = SCORES[TRUTH == 1][:, None] - SCORES[TRUTH == 0]
    assert area_under_roc(TRUTH, SCORES) == pytest.approx(np.mean(pairs > 0) + np.mean(pairs == 0) / 2)


def test_every_point_is_what_counting_at_its_threshold_gives() -> None:
    curve, (thresholds, prices) = roc_curve(TRUTH, SCORES), costs(TRUTH, SCORES, 1, 10)
    for threshold, x, y, price in zip(thresholds, curve.x, curve.y, prices, strict=True):
        counts = counts_at(TRUTH, SCORES, threshold)
        assert (counts.false_positive_rate, counts.recall) == (x, y)
        assert counts.cost(1, 10) == price
    assert cheapest_threshold(TRUTH, SCORES, 1, 10)[1] == prices.min()


def test_dear_misses_push_the_threshold_down() -> None:
    assert cheapest_threshold(TRUTH, SCORES, 1, 10)[0] < cheapest_threshold(TRUTH, SCORES, 10, 1)[0]
    assert cheapest_threshold([0, 0], [0.2, 0.4]) == (np.inf, 0.0)


def test_with_one_class_only_there_is_no_area() -> None:
    assert area_under_roc([1, 1], [0.1, 0.2]) is None and area_under_roc([0, 0], [0.1, 0.2]) is None
    assert average_precision([0, 0], [0.1, 0.2]) is None
    assert np.isnan(roc_curve([1, 1], [0.1, 0.2]).x).all()


def test_scores_that_all_tie_are_a_coin() -> None:
    assert area_under_roc([0, 1, 0, 1], [0.5] * 4) == 0.5
    assert len(roc_curve([0, 1], [0.5, 0.5]).x) == 2


def test_what_is_not_a_yes_or_no_question_is_refused() -> None:
    for truth, scores in [([0, 2], [0.1, 0.2]), ([0], [0.1, 0.2]), ([], []), ([0, 1], [0.1, np.nan])]:
        with pytest.raises(ValueError, match="truth and scores"):
            roc_curve(truth, scores)
