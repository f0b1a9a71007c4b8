"""Adapters on their way: they arrive to the last bit, stand beside the same base only, and nothing damaged is used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.engine.formats.gguf import GGUF
from lab.engine.lm.exchange import lm_from_data
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights
from lab.engine.tuning.frozen_stack import adapted, adapters_for
from lab.engine.tuning.lora import LoRA
from lab.engine.tuning.on_base import (
    OnBase,
    base_hash,
    is_on_base,
    on_base_from_data,
    on_base_to_data,
    weights_on_base,
)
from tests.engine.pretrained_files import IDS, tiny_gguf

Parts = tuple[LlamaConfig, LlamaWeights]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    with GGUF(tiny_gguf(Path(tmp_path_factory.mktemp("tiny")) / "tiny.gguf")) as file:
        return float_weights(file)


def tuned(parts: Parts, first: int = 1, rank: int = 3) -> OnBase:
    config, weights = parts
    rng = np.random.default_rng(0)
    fresh = adapters_for(config, first, rank, 2.0 * rank, rng)
    learned = {
        name: LoRA(one.a, rng.normal(0, 0.2, one.b.shape).astype(np.float32), one.alpha) for name, one in fresh.items()
    }
    return OnBase(base_hash(config, weights), first, learned)


def logits(config: LlamaConfig, weights: LlamaWeights) -> np.ndarray:
    return Llama(config, weights, 64).read(IDS).copy()


@pytest.mark.parametrize(("first", "rank"), [(0, 1), (1, 3)])
def test_the_model_says_the_same_after_its_way_to_the_last_bit(parts: Parts, first: int, rank: int) -> None:
    config, weights = parts
    sent = tuned(parts, first, rank)
    data = on_base_to_data(sent)
    found = on_base_from_data(data)
    assert is_on_base(data) and (found.first, found.layers) == (first, config.n_layers - first)
    before, after = (
        logits(config, made) for made in (adapted(config, weights, sent.adapters), weights_on_base(*parts, found))
    )
    assert np.array_equal(before, after) and not np.array_equal(before, logits(config, weights))


def test_another_base_is_told_by_one_gain(parts: Parts) -> None:
    config, weights = parts
    layer = weights.layers[1]
    other = replace(weights, layers=(weights.layers[0], replace(layer, norm2=layer.norm2 + np.float32(1e-3))))
    with pytest.raises(ValueError, match="another SmolLM2"):
        weights_on_base(config, other, tuned(parts))
    with pytest.raises(ValueError, match="another SmolLM2"):
        weights_on_base(replace(config, rope_base=1.0), weights, tuned(parts))


@pytest.mark.parametrize(("first", "fits"), [(0, True), (1, False)])
def test_adapters_of_more_layers_than_there_are_are_refused(parts: Parts, first: int, fits: bool) -> None:
    sent = on_base_from_data(on_base_to_data(tuned(parts, 0)) | {"first": first})
    if fits:
        assert weights_on_base(*parts, sent)
    else:
        with pytest.raises(ValueError, match="do not fit"):
            weights_on_base(*parts, sent)


def test_adapters_of_another_width_are_refused(parts: Parts) -> None:
    data = on_base_to_data(tuned(parts))
    for name, axis in (("query_a", 2), ("query_b", 1), ("value_a", 2), ("value_b", 1)):
        narrow = {name: data[name].take(range(data[name].shape[axis] - 1), axis)}
        with pytest.raises(ValueError, match="do not fit"):
            weights_on_base(*parts, on_base_from_data(data | narrow))


@pytest.mark.parametrize(
    "damage",
    [
        {"base": "abc"}, {"base": None}, {"first": -1}, {"first": True}, {"first": 0.5}, {"first": 10_000},
        {"alpha": 0.0}, {"alpha": float("nan")}, {"alpha": "much"}, {"query_a": "text"}, {"query_a": np.zeros((2, 2))},
        {"value_a": np.full((1, 3, 64), np.nan)}, {"query_b": np.zeros((1, 64, 2))}, {"value_b": np.zeros((2, 32, 3))},
        {"query_a": np.ones((2, 3, 64)), "query_b": np.ones((2, 64, 3))}, {"value_b": np.zeros((0, 0, 0))},
    ],
)  # fmt: skip
def test_what_is_damaged_is_named(parts: Parts, damage: dict[str, Any]) -> None:
    data = on_base_to_data(tuned(parts))
    assert on_base_from_data(data).layers == 1
    with pytest.raises(ValueError, match="|".join([*damage, "value_a"])):
        on_base_from_data(data | damage)
    with pytest.raises(ValueError, match=next(iter(damage))):
        on_base_from_data({name: value for name, value in data.items() if name not in damage})


def test_who_needs_all_numbers_of_a_model_says_that_these_are_adapters(parts: Parts) -> None:
    with pytest.raises(ValueError, match="SmolLM2 with adapters"):
        lm_from_data(on_base_to_data(tuned(parts)))
