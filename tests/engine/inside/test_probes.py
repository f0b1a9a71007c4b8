"""Probes find what is there to be read, and nothing in shuffled answers."""

import numpy as np
import pytest

from lab.engine.inside.probes import fit_probe
from lab.engine.measuring.thresholds import area_under_roc

RNG = np.random.default_rng(3)
STREAM = RNG.normal(2.0, 3.0, (600, 8))
TRUTH = STREAM @ np.array([1.0, -1.0, 0, 0, 0.5, 0, 0, 0]) + RNG.normal(0, 1.0, 600) > 1.0


def test_a_direction_that_is_there_is_found():
    probe = fit_probe(STREAM[:400], TRUTH[:400])
    assert area_under_roc(TRUTH[400:], probe.scores(STREAM[400:])) > 0.95
    strong = np.argsort(-np.abs(probe.weights))[:3]
    assert set(strong.tolist()) == {0, 1, 4} and probe.weights[0] > 0 > probe.weights[1]


def test_shuffled_answers_are_guessed():
    areas = []
    for seed in range(20):
        probe = fit_probe(STREAM[:400], np.random.default_rng(seed).permutation(TRUTH[:400]))
        areas.append(area_under_roc(TRUTH[400:], probe.scores(STREAM[400:])))
    assert 0.35 < np.mean(areas) < 0.65


def test_the_fit_is_where_the_penalised_loss_is_flat():
    probe = fit_probe(STREAM, TRUTH, 0.5)
    x = (STREAM - probe.mean) / probe.spread
    p = 1.0 / (1.0 + np.exp(-probe.scores(STREAM)))
    np.testing.assert_allclose(x.T @ (p - TRUTH) + 0.5 * probe.weights, 0.0, atol=1e-6)
    assert (p - TRUTH).sum() == pytest.approx(0.0, abs=1e-5)


def test_a_number_that_never_changes_is_no_trouble():
    stream = np.column_stack([STREAM, np.full(600, 7.0)])
    assert np.isfinite(fit_probe(stream, TRUTH).scores(stream)).all()


def test_answers_of_one_kind_are_refused():
    for answers in (np.zeros(600), np.ones(600)):
        with pytest.raises(ValueError, match="kinds"):
            fit_probe(STREAM, answers)
    with pytest.raises(ValueError, match="penalty"):
        fit_probe(STREAM, TRUTH, 0.0)
