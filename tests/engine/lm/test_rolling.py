"""The rolling memory: the same numbers as the readable model while nothing is dropped, and as the cache that slides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.engine.lm.decoder import Decoder
from lab.engine.lm.parameters import LMConfig, Parameters, init_parameters
from lab.engine.lm.reference import forward, losses
from lab.engine.lm.rolling import RollingLM
from lab.engine.transformer.positions import rope_rates

V, T = 11, 12


PLANS: list[dict[str, Any]] = [
    {},
    {"feed_forward": "swiglu", "norm": "layer"},
    {"norm": "none", "residual": False},
    {"biases": True},
]


def model(**config: Any) -> Parameters:
    plan = LMConfig(V, 16, 16, 2, 2, 24, **config)
    made = init_parameters(plan, np.random.default_rng(0), np.float64)
    made.flat[...] *= 6.0  # so that attention is not flat
    return made


def texts(batch: int = 3, length: int = T) -> Any:
    return np.random.default_rng(1).integers(0, V, (batch, length))


@pytest.mark.parametrize("positions", ["none", "learned", "sinusoidal", "rope", "alibi"])
@pytest.mark.parametrize("plan", PLANS)
def test_with_everything_kept_it_reads_as_the_readable_model_does(positions: str, plan: dict[str, Any]) -> None:
    parameters, ids = model(positions=positions, **plan), texts()
    rolling = RollingLM(parameters, len(ids))
    by_step = np.stack([rolling.step(ids[:, t]) for t in range(T)], axis=1)
    wanted = forward(parameters, ids).logits
    np.testing.assert_allclose(by_step, wanted, atol=1e-9)
    np.testing.assert_allclose(RollingLM(parameters, len(ids)).read_many(ids), wanted, atol=1e-9)
    assert rolling.kept == rolling.read == T


def test_its_losses_are_those_of_the_readable_model() -> None:
    parameters, ids = model(positions="rope"), texts()
    wanted = losses(forward(parameters, ids[:, :-1]), ids[:, 1:])
    np.testing.assert_allclose(RollingLM(parameters, len(ids)).losses(ids), wanted, atol=1e-9)
    rolling = RollingLM(parameters, len(ids))
    for t in range(T - 1):
        np.testing.assert_allclose(rolling.loss(ids[:, t], ids[:, t + 1]), wanted[:, t], atol=1e-9)


@pytest.mark.parametrize("positions", ["rope", "alibi", "none"])
def test_a_window_is_the_cache_that_drops_its_oldest(positions: str) -> None:
    parameters, ids, window = model(positions=positions), texts(1)[0], 5
    decoder, rolling = Decoder(parameters), RollingLM(parameters, 1, window)
    for token in ids.tolist():
        if decoder.length == window:
            decoder.drop_oldest(1)
        np.testing.assert_allclose(rolling.step(np.array([token]))[0], decoder.step(token), atol=1e-9)
    assert rolling.kept == window


def test_sinks_stay_and_the_window_rolls_behind_them() -> None:
    ids, plan = texts(1), LMConfig(V, 16, 16, 2, 1, 24, positions="none")
    one = init_parameters(plan, np.random.default_rng(3), np.float64)
    rolling = RollingLM(one, 1, window=4, sinks=2)
    for t in range(T):
        scores = rolling.step(ids[:, t])
    kept = np.concatenate((ids[:, :2], ids[:, -4:]), axis=1)  # one layer without positions sees a bag
    np.testing.assert_allclose(scores, forward(one, kept).logits[:, -1], atol=1e-9)
    assert rolling.kept == 6


def test_other_rates_are_other_positions() -> None:
    parameters, ids = model(positions="rope"), texts()
    slow = rope_rates(8, 10_000.0, "linear", 2.0)
    halved = Parameters(LMConfig(V, 16, 16, 2, 2, 24, positions="rope", rope_factor=2.0), parameters.flat)
    np.testing.assert_allclose(
        RollingLM(parameters, 3, rates=slow).read_many(ids), forward(halved, ids).logits, atol=1e-9
    )
    assert np.abs(RollingLM(parameters, 3).read_many(ids) - forward(halved, ids).logits).max() > 1e-3


def test_sharper_scores_are_scores_multiplied() -> None:
    parameters, ids = model(positions="none"), texts()
    sharper = parameters.copy()
    for k in range(2):
        sharper[f"block{k}.qkv"][:16] *= 1.5  # the queries
    np.testing.assert_allclose(
        RollingLM(parameters, 3, sharpness=1.5).read_many(ids), forward(sharper, ids).logits, atol=1e-9
    )


def test_what_is_stored_is_what_is_attended_to() -> None:
    parameters, ids = model(positions="rope"), texts()
    plain = RollingLM(parameters, 3).read_many(ids)
    np.testing.assert_array_equal(RollingLM(parameters, 3, stored=lambda rows: rows.copy()).read_many(ids), plain)
    assert np.abs(RollingLM(parameters, 3, stored=np.zeros_like).read_many(ids) - plain).max() > 1e-3


def test_a_learned_table_ends() -> None:
    rolling, ids = RollingLM(model(positions="learned"), 1), texts(1, 17)
    rolling.read_many(ids[:, :16])
    with pytest.raises(ValueError, match="outside the table of 16"):
        rolling.step(ids[:, 16])


def test_what_cannot_roll_is_refused() -> None:
    for plan in ({"causal": False}, {"norm_place": "post"}):
        with pytest.raises(ValueError, match="causal mask and norms in front"):
            RollingLM(model(**plan))
    for sizes in ({"batch": 0}, {"window": 0}, {"sinks": -1}):
        with pytest.raises(ValueError, match="at least"):
            RollingLM(model(), **sizes)
    with pytest.raises(ValueError, match="token by token"):
        RollingLM(model(), 1, window=4).read_many(texts(1, 2))
