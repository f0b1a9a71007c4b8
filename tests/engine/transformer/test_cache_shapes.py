"""What the cache of a published model holds for each token."""

from __future__ import annotations

import pytest

from lab.engine.lm.decoder import cache_bytes
from lab.engine.transformer.cache_shapes import CACHE_SHAPES, CacheShape
from lab.engine.transformer.costs import PUBLISHED
from lab.kit.language_models import house_lm

PLANS = {"gpt2": "gpt-2", "smollm2": "smollm2", "llama2": "llama-7b", "llama3": "llama-3-8b"}


@pytest.mark.parametrize(("name", "bytes"), [("gpt2", 36_864), ("llama2", 524_288), ("llama3", 131_072)])
def test_a_token_takes_what_was_published_for_half_precision(name: str, bytes: int) -> None:
    shape = CACHE_SHAPES[name]
    assert shape.per_token(16) == bytes == cache_bytes(shape.layers, shape.width)


@pytest.mark.parametrize("name", PLANS)
def test_sizes_are_those_of_the_plans_that_parameters_are_counted_by(name: str) -> None:
    shape, plan = CACHE_SHAPES[name], PUBLISHED[PLANS[name]]
    assert (shape.layers, shape.width, shape.heads * shape.d_head) == (plan.n_layers, plan.d_kv, plan.d_model)


def test_the_model_of_the_lab_has_the_sizes_of_its_file() -> None:
    shape, config = CACHE_SHAPES["house"], house_lm("main").config
    assert (shape.layers, shape.heads, shape.context) == (config.n_layers, config.n_heads, config.context)
    assert shape.heads * shape.d_head == config.d_model


def test_fewer_bits_bring_a_scale_for_each_row_and_sixteen_do_not() -> None:
    shape = CacheShape(1, 4, 2, 8, 64)
    assert (shape.numbers, shape.shared_by) == (32, 2)
    assert [shape.per_token(bits) for bits in (32, 16, 8)] == [128, 64, 32 + 2 * 2 * 2]


@pytest.mark.parametrize(("tokens", "held"), [(4095, 4095), (4096, 4096), (4097, 4096)])
def test_a_window_holds_no_more_than_it_looks_back(tokens: int, held: int) -> None:
    assert CACHE_SHAPES["mistral"].held(tokens) == held and CACHE_SHAPES["llama3"].held(tokens) == tokens
