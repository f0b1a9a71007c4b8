"""Asking about any text: the cache is an economy, never a change."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.basics.activations import softmax
from lab.engine.lm.cached import CachedLM, window_start
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward

TINY = LMConfig(11, context=8, d_model=8, n_heads=2, n_layers=2, d_ff=12)


def started(**changes):
    rng = np.random.default_rng(0)
    parameters = init_parameters(replace(TINY, **changes), rng, np.float64)
    parameters.flat[:] += rng.normal(0, 0.3, parameters.flat.shape)
    return parameters


def afresh(parameters, ids):
    ids = np.array(ids[window_start(len(ids), 8) :])
    return softmax(forward(parameters, ids[None]).logits[0, -1])


@pytest.mark.parametrize("positions", ["learned", "rope", "alibi"])
def test_answers_are_those_of_a_fresh_pass_whatever_was_requested_before(positions):
    parameters = started(positions=positions)
    model, rng = CachedLM(parameters), np.random.default_rng(1)
    ids = [3]
    for _ in range(60):
        if rng.random() < 0.2:
            ids = ids[: rng.integers(1, len(ids) + 1)]  # undo, or branch off
        ids = [*ids, int(rng.integers(0, 11))]
        np.testing.assert_allclose(model.next(ids), afresh(parameters, ids), atol=1e-12)
    assert model.reused > model.passes


def test_a_text_that_grows_costs_one_token_a_question():
    model = CachedLM(started())
    for n in range(1, 9):
        model.next(list(range(n)))
    assert (model.passes, model.reused) == (8, sum(range(8)))


def test_checking_several_prefixes_gives_what_asking_one_by_one_gives_also_across_a_moving_window():
    parameters = started()
    ids = [int(i) for i in np.random.default_rng(2).integers(0, 11, 21)]
    for length in range(4, 22):
        checked = CachedLM(parameters).nexts(ids[:length], 4)
        alone = [afresh(parameters, ids[: length - 3 + k]) for k in range(4)]
        np.testing.assert_allclose(checked, alone, atol=1e-12)


def test_the_window_moves_by_half_its_length():
    assert [window_start(n, 8) for n in (1, 8, 9, 12, 13, 16, 17)] == [0, 0, 4, 4, 8, 8, 12]
    assert all(1 <= n - window_start(n, 7) <= 7 for n in range(1, 100))
    assert all(n - window_start(n, 1) == 1 for n in range(1, 9))


def test_a_refused_question_leaves_the_model_usable():
    model = CachedLM(started())
    model.next([1, 2])
    with pytest.raises(ValueError):
        model.next([1, 2, 99])
    np.testing.assert_allclose(model.next([1, 2, 3]), afresh(started(), [1, 2, 3]), atol=1e-12)
    with pytest.raises(ValueError, match="n must be"):
        model.nexts([1, 2], 3)
    with pytest.raises(ValueError, match="n must be"):
        model.next([])
