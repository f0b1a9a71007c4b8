"""Low-rank adapters."""

import numpy as np
import pytest

from lab.engine.lm.fast import FastLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.tuning.lora import (
    LoRA,
    adapt,
    adapter_gradients,
    init_adapters,
    init_lora,
    lora_size,
    write_merged,
)


def drawn(seed=0):
    rng = np.random.default_rng(seed)
    adapter = LoRA(rng.normal(size=(2, 5)), rng.normal(size=(4, 2)), alpha=6.0)
    return adapter, rng.normal(size=(3, 5)), rng.normal(size=(4, 5)), rng.normal(size=(3, 4))


def test_a_fresh_adapter_adds_nothing():
    adapter = init_lora(6, 8, 3, 16.0, np.random.default_rng(0))
    assert not adapter.delta().any() and adapter.a.any()


def test_beside_the_matrix_or_merged_into_it_is_the_same():
    adapter, x, matrix, _ = drawn()
    np.testing.assert_allclose(adapter.forward(x, matrix), x @ (matrix + adapter.delta()).T)
    assert adapter.scale == 3.0


def test_what_is_added_has_no_more_directions_than_the_rank():
    adapter, *_ = drawn()
    assert np.linalg.matrix_rank(adapter.delta()) == 2
    assert len(adapter.singular_values()) == 2 and (adapter.singular_values() > 0).all()


def test_the_gradients_are_those_of_finite_differences():
    adapter, x, matrix, d_out = drawn()
    d_x, d_adapter = adapter.backward(x, matrix, d_out)
    h = 1e-6
    for tensor, gradient in ((x, d_x), (adapter.a, d_adapter.a), (adapter.b, d_adapter.b)):
        for place in [(0, 0), (1, 1)]:
            kept = tensor[place]
            tensor[place] = kept + h
            above = (adapter.forward(x, matrix) * d_out).sum()
            tensor[place] = kept - h
            below = (adapter.forward(x, matrix) * d_out).sum()
            tensor[place] = kept
            assert gradient[place] == pytest.approx((above - below) / (2 * h), rel=1e-7)


def test_gradients_from_the_merged_matrix_are_the_same():
    adapter, x, matrix, d_out = drawn()
    direct, merged = adapter.backward(x, matrix, d_out)[1], adapter.gradients(d_out.T @ x)
    np.testing.assert_allclose(merged.a, direct.a)
    np.testing.assert_allclose(merged.b, direct.b)


def test_rank_8_learns_65536_of_16_8_million_and_nothing_is_saved_from_half_the_width_on():
    assert lora_size(4096, 4096, 8) == 65_536
    assert round(100 * lora_size(4096, 4096, 8) / 4096**2, 2) == 0.39
    assert lora_size(64, 64, 32) == 64 * 64


def test_adapters_of_a_language_model_change_its_answer_while_the_base_stays():
    rng = np.random.default_rng(0)
    base = init_parameters(LMConfig(9, context=6), rng, np.float64)
    base.flat[:] += rng.normal(0, 0.1, base.flat.shape)
    frozen, working = base.flat.copy(), base.copy()
    adapters = init_adapters(base, ("block0.qkv", "block0.down"), 2, 4.0, rng)
    ids, targets = rng.integers(0, 9, (2, 4, 6))
    model = FastLM(working, 4)
    losses = []
    for _ in range(30):
        write_merged(base, adapters, working)
        losses.append(model.loss_and_gradients(ids, targets))
        adapters = adapt(adapters, adapter_gradients(adapters, model.gradients), 0.3)
    assert losses[0] == pytest.approx(FastLM(base, 4).losses(ids, targets).mean())
    assert losses[-1] < losses[0] - 0.3
    np.testing.assert_array_equal(base.flat, frozen)
    np.testing.assert_array_equal(working["block0.up"], base["block0.up"])


@pytest.mark.parametrize(
    "call",
    [
        lambda: init_lora(4, 6, 5, 1.0, np.random.default_rng(0)),
        lambda: init_lora(4, 6, 0, 1.0, np.random.default_rng(0)),
        lambda: LoRA(np.ones((2, 3)), np.ones((3, 3)), 1.0),
        lambda: init_adapters(
            init_parameters(LMConfig(5), np.random.default_rng(0)), ("block0.norm1",), 1, 1.0, np.random.default_rng(0)
        ),
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(ValueError):
        call()
