"""A sparse dictionary: a few features speak, the slopes are right, and hidden directions are found again."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.inside.dictionary import DictionaryTrainer, dictionary_gradients, explained, start_dictionary


def streams(rng: np.random.Generator, n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Streams made of two of twelve hidden directions each, and the directions."""
    hidden = rng.normal(size=(12, 16))
    hidden /= np.linalg.norm(hidden, axis=1, keepdims=True)
    strength = np.zeros((n, 12))
    for row in strength:
        row[rng.choice(12, 2, replace=False)] = rng.uniform(1.0, 2.0, 2)
    return strength @ hidden, hidden


@pytest.mark.parametrize("active", [1, 3, 20])
def test_at_most_so_many_features_speak_for_a_token(active):
    rng = np.random.default_rng(0)
    x, _ = streams(rng, 50)
    features = start_dictionary(x, 20, active, rng).features(x)
    assert features.shape == (50, 20) and (features >= 0).all()
    assert (features > 0).sum(axis=1).max() <= active and (features > 0).any()


def test_the_slopes_are_those_of_finite_differences():
    rng = np.random.default_rng(1)
    x, _ = streams(rng, 30)
    d = start_dictionary(x, 10, 3, rng)
    _, gradients = dictionary_gradients(d, x)
    for name, gradient in zip(("reads", "thresholds", "writes"), gradients, strict=True):
        values = getattr(d, name)
        for at in [tuple(int(rng.integers(n)) for n in values.shape) for _ in range(6)]:
            losses = []
            for step in (1e-6, -1e-6):
                moved = values.copy()
                moved[at] += step
                losses.append(dictionary_gradients(replace(d, **{name: moved}), x)[0])
            assert gradient[at] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-7)


def test_hidden_directions_are_found_again():
    rng = np.random.default_rng(2)
    x, hidden = streams(rng)
    trainer = DictionaryTrainer(start_dictionary(x, 24, 2, rng), x, rate=1e-2)
    before = explained(trainer.dictionary, x)
    for _ in range(800):
        trainer.step(rng)
    likeness = np.abs(hidden @ trainer.dictionary.writes.T).max(axis=1)
    assert before < 0.5 and explained(trainer.dictionary, x) > 0.85
    assert (likeness > 0.9).sum() >= 9
    np.testing.assert_allclose(np.linalg.norm(trainer.dictionary.writes, axis=1), 1.0, rtol=1e-9)


def test_a_perfect_dictionary_explains_all():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 4))
    d = start_dictionary(x, 8, 8, rng)
    eye = np.concatenate([np.eye(4), -np.eye(4)])
    d = replace(d, reads=eye, writes=eye)
    assert explained(d, x) == pytest.approx(1.0)
    assert dictionary_gradients(d, x)[0] == pytest.approx(0.0, abs=1e-20)


@pytest.mark.parametrize("active", [0, 9])
def test_more_active_features_than_there_are_is_refused(active):
    with pytest.raises(ValueError, match="active"):
        start_dictionary(np.ones((5, 4)), 8, active, np.random.default_rng(0))
