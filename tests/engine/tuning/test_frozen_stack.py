"""LoRA through a frozen Llama: against finite differences, against the model itself, and in int8."""

from __future__ import annotations

import numpy as np
import pytest

from lab.core.pieces import result_of
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaLayer, LlamaWeights
from lab.engine.pretrained.weight_rows import BLOCK_WEIGHTS, ByteRows, FloatRows
from lab.engine.tuning.adapters import AdapterState, adam, adapters_from_data, adapters_to_data, n_learned
from lab.engine.tuning.frozen_stack import FrozenStack, StackText, adapted, adapters_for, merged, step_bytes
from lab.engine.tuning.lora import LoRA
from lab.engine.tuning.quantize import quantize

CONFIG = LlamaConfig(31, 24, 3, 6, 2, 20, 40, 100.0, 1e-5)
FIRST, TEXTS = 1, ([3, 17, 5, 5, 0, 22, 9], [8, 1, 30, 2])


def weights(kind, dtype=np.float64) -> LlamaWeights:
    """A model of random rows. kind: what makes rows of an array."""
    rng, c = np.random.default_rng(4), CONFIG

    def rows(n: int, k: int, spread: float = 0.4):
        return kind(rng.normal(0, spread, (n, k)).astype(dtype))

    def gain():
        return rng.normal(1, 0.2, c.d_model).astype(dtype)

    layers = tuple(
        LlamaLayer(
            gain(), rows(c.d_model + 2 * c.d_kv, c.d_model), rows(c.d_model, c.d_model), gain(),
            rows(2 * c.d_ff, c.d_model), rows(c.d_model, c.d_ff),
        )
        for _ in range(c.n_layers)
    )  # fmt: skip
    table = rows(c.vocab_size, c.d_model, 1.0)
    return LlamaWeights(table, layers, gain(), table)


def bytes_of(matrix: np.ndarray) -> ByteRows:
    made = quantize(matrix, 8, "row")
    return ByteRows(made.codes.reshape(matrix.shape), made.scale[:, 0], np.empty(BLOCK_WEIGHTS, np.float32))


def used(rng: np.random.Generator, dtype=np.float64) -> dict[str, LoRA]:
    """Adapters that have learned something."""
    fresh = adapters_for(CONFIG, FIRST, 2, 4.0, rng, dtype)
    return {name: LoRA(one.a, rng.normal(0, 0.3, one.b.shape).astype(dtype), one.alpha) for name, one in fresh.items()}


def texts_for(stack: FrozenStack, dtype=np.float64) -> list[StackText]:
    found = []
    for number, ids in enumerate(TEXTS):
        stream = result_of(stack.reading(ids[:-1]))
        counts = np.arange(len(ids) - 1) >= 2 - number
        found.append(StackText(stream, np.array(ids[1:]), np.where(counts, 0.1 + 0.05 * number, 0.0).astype(dtype)))
    return found


def test_the_gradient_of_every_adapter_is_that_of_finite_differences() -> None:
    stack = FrozenStack(CONFIG, weights(FloatRows), FIRST)
    adapters, texts = used(np.random.default_rng(0)), texts_for(stack)
    _loss, gradients = result_of(stack.learning(texts, adapters))
    rng, step, worst = np.random.default_rng(1), 1e-5, 0.0
    for name, one in adapters.items():
        for key in ("a", "b"):
            array = getattr(one, key)
            for _trial in range(4):
                at = tuple(rng.integers(n) for n in array.shape)
                kept = array[at]
                sides = []
                for sign in (1.0, -1.0):
                    array[at] = kept + sign * step
                    sides.append(result_of(stack.learning(texts, adapters))[0])
                array[at] = kept
                measured = (sides[0] - sides[1]) / (2 * step)
                worst = max(worst, abs(measured - getattr(gradients[name], key)[at]))
    assert worst < 1e-8


def test_the_loss_is_that_of_the_model_with_the_adapters_beside_it() -> None:
    plain = weights(FloatRows, np.float32)
    stack = FrozenStack(CONFIG, plain, FIRST)
    adapters, texts = used(np.random.default_rng(0), np.float32), texts_for(stack, np.float32)
    loss, _gradients = result_of(stack.learning(texts, adapters))
    model, total = Llama(CONFIG, adapted(CONFIG, plain, adapters), 16), 0.0
    for ids, text in zip(TEXTS, texts, strict=True):
        model.reset()
        logits = model.read(ids[:-1]).astype(np.float64)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        total -= float((text.weights * logs[np.arange(len(logits)), text.targets]).sum())
    assert loss == pytest.approx(total, rel=1e-5)
    *_rests, losses = stack.losses(texts[0], adapters)
    assert len(losses) == (texts[0].weights > 0).sum()


def test_texts_side_by_side_do_not_see_each_other() -> None:
    stack = FrozenStack(CONFIG, weights(FloatRows), FIRST)
    adapters, texts = used(np.random.default_rng(0)), texts_for(stack)
    both, together = result_of(stack.learning(texts, adapters))
    alone = [result_of(stack.learning([text], adapters)) for text in texts]
    assert both == pytest.approx(sum(loss for loss, _found in alone), rel=1e-12)
    for name in adapters:
        summed = sum(found[name].a for _loss, found in alone)
        assert np.allclose(together[name].a, summed, atol=1e-14)


def test_fresh_adapters_change_nothing_and_merged_ones_change_it_alike() -> None:
    plain = weights(FloatRows, np.float32)
    fresh = adapters_for(CONFIG, FIRST, 2, 4.0, np.random.default_rng(0))
    taught = used(np.random.default_rng(0), np.float32)

    def scores(found: LlamaWeights) -> np.ndarray:
        return Llama(CONFIG, found, 16).read(TEXTS[0])

    assert np.array_equal(scores(plain), scores(adapted(CONFIG, plain, fresh)))
    beside = scores(adapted(CONFIG, plain, taught))
    assert np.abs(beside - scores(plain)).max() > 0.1
    assert np.allclose(beside, scores(merged(CONFIG, plain, taught)), atol=2e-4)


def test_rows_in_int8_go_back_as_they_go_forward() -> None:
    rng = np.random.default_rng(0)
    rows = bytes_of(rng.normal(0, 1, (40, 24)).astype(np.float32))
    wide = rows.take(np.arange(40))
    d_out, out = rng.normal(0, 1, (40, 5)).astype(np.float32), np.empty((24, 5), np.float32)
    rows.back(d_out, out)
    assert np.allclose(out, wide.T @ d_out, atol=1e-5)


def test_a_stack_in_int8_learns_an_answer_by_heart() -> None:
    stack = FrozenStack(CONFIG, weights(bytes_of, np.float32), FIRST)
    texts = texts_for(stack, np.float32)
    adapters = adapters_for(CONFIG, FIRST, 2, 4.0, np.random.default_rng(0))
    state, losses = AdapterState.zeros(adapters), []
    for _step in range(60):
        loss, gradients = result_of(stack.learning(texts, adapters))
        losses.append(loss)
        adapters, state = adam(adapters, gradients, state, 0.02)
    assert losses[-1] < 0.3 * losses[0]
    assert all(one.a.dtype == np.float32 for one in adapters.values())


def test_adapters_travel_as_plain_numbers_and_refuse_others() -> None:
    adapters = used(np.random.default_rng(0), np.float32)
    again = adapters_from_data(adapters_to_data(adapters), adapters)
    assert all(np.array_equal(again[name].b, one.b) for name, one in adapters.items())
    assert n_learned(adapters) == 2 * (2 * (24 + 24) + 2 * (24 + 8))
    data = adapters_to_data(adapters)
    with pytest.raises(ValueError, match="needs"):
        adapters_from_data({**data, "layer9.q": data["layer1.q"]}, adapters)
    data["layer1.q"]["a"][0, 0] = np.nan
    with pytest.raises(ValueError, match="adapter layer1"):
        adapters_from_data(data, adapters)


@pytest.mark.parametrize("first", [-1, 3])
def test_a_layer_that_is_not_there_is_refused(first: int) -> None:
    with pytest.raises(ValueError, match="first must be"):
        adapters_for(CONFIG, first, 1, 1.0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="first must be"):
        FrozenStack(CONFIG, weights(FloatRows), first)
    assert step_bytes(CONFIG, 2, 10, 3) < step_bytes(CONFIG, 1, 10, 3)
