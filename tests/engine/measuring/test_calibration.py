"""Calibration: scikit-learn's bins and score, and a temperature that undoes exaggeration."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.activations import softmax
from lab.engine.basics.losses import cross_entropy
from lab.engine.measuring.calibration import brier_score, fit_temperature, reliability

# Made with sklearn.calibration by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_metrics.npz")


def test_bins_and_brier_score_are_scikit_learns() -> None:
    scores = REFERENCE["scores"] - 0.05 * (REFERENCE["scores"] > 0.5)
    found = reliability(REFERENCE["truth"], scores, 5)
    filled = found.counts > 0
    np.testing.assert_allclose(found.said[filled], REFERENCE["said"], rtol=1e-12)
    np.testing.assert_allclose(found.came_true[filled], REFERENCE["came_true"], rtol=1e-12)
    assert brier_score(REFERENCE["truth"], REFERENCE["scores"]) == pytest.approx(float(REFERENCE["brier"]))


def test_the_calibration_error_is_the_average_gap() -> None:
    found = reliability([1, 0, 1, 1], [0.9, 0.9, 0.95, 0.1], 10)
    assert found.gap == pytest.approx((2 * abs(0.9 - 0.5) + abs(0.95 - 1) + abs(0.1 - 1)) / 4)
    assert found.counts.sum() == 4 and np.isnan(found.said[4])
    assert reliability([], []).gap is None
    assert reliability([0, 1], [0.0, 1.0]).gap == 0.0


def test_a_temperature_undoes_exaggerated_logits() -> None:
    rng = np.random.default_rng(0)
    honest = rng.normal(size=(4000, 3)) * 2
    labels = np.array([rng.choice(3, p=p) for p in softmax(honest)])
    temperature = fit_temperature(honest * 3, labels)
    assert temperature == pytest.approx(3.0, rel=0.1)
    losses = [
        float(cross_entropy(honest * 3 / t, labels)) for t in (temperature * 0.98, temperature, temperature * 1.02)
    ]
    assert losses[1] < losses[0] and losses[1] < losses[2]


def test_what_is_no_probability_is_refused() -> None:
    for call in (
        lambda: reliability([1], [1.2]),
        lambda: reliability([1, 0], [0.2]),
        lambda: reliability([1], [0.2], 0),
        lambda: fit_temperature([[1.0, 2.0]], [0, 1]),
    ):
        with pytest.raises(ValueError, match="need"):
            call()
