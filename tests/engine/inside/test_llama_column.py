"""The last token's way through a Llama: every part follows from the one before it, and the end is that of a plain
pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.activations import softmax
from lab.engine.inside.llama_column import LlamaColumn, reading_column
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.smollm2 import open_gguf
from tests.engine.pretrained_files import tiny_gguf

IDS = (40, 7, 99, 41, 12, 200)


@pytest.fixture
def llama(tmp_path: Path) -> Llama:
    return open_gguf(tiny_gguf(tmp_path / "tiny.gguf")).llama


def column_of(llama: Llama) -> LlamaColumn:
    work = reading_column(llama, IDS)
    shares: list[float] = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1
            assert len(shares) >= 2 * llama.config.n_layers
            found: LlamaColumn = end.value
            return found


def test_the_scores_and_the_streams_are_those_of_a_plain_pass(llama: Llama) -> None:
    column = column_of(llama)
    trace = llama.trace(IDS)
    np.testing.assert_allclose(column.logits, trace.logits[-1], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(column.embedded, trace.hidden[0, -1])
    for block, before, after in zip(column.blocks, trace.hidden, trace.hidden[1:], strict=False):
        np.testing.assert_array_equal(block.before, before[-1])
        np.testing.assert_array_equal(block.after, after[-1])
    assert column.ids == IDS and len(column.blocks) == llama.config.n_layers


def test_every_part_follows_from_those_before_it(llama: Llama) -> None:
    c, layers = llama.config, llama.parts[1].layers
    group = c.n_heads // c.n_kv_heads
    for layer, block in zip(layers, column_of(llama).blocks, strict=True):
        close = {"rtol": 1e-4, "atol": 1e-5}
        np.testing.assert_allclose(layer.qkv.take(np.arange(len(block.qkv))) @ block.norm1, block.qkv, **close)
        for head in range(c.n_heads):
            keys, values = block.keys[head // group], block.values[head // group]
            np.testing.assert_allclose(keys @ block.query[head], block.scores[head], **close)
            np.testing.assert_allclose(softmax(block.scores[head]), block.weights[head], **close)
            np.testing.assert_allclose(block.weights[head] @ values, block.mix[head], **close)
        np.testing.assert_allclose(layer.out.take(np.arange(c.d_model)) @ block.mix.ravel(), block.out, **close)
        np.testing.assert_allclose(block.before + block.out, block.middle, **close)
        np.testing.assert_allclose(layer.gate_up.take(np.arange(2 * c.d_ff)) @ block.norm2, block.gate_up, **close)
        gate, up = np.split(block.gate_up, 2)
        np.testing.assert_allclose(gate / (1 + np.exp(-gate)) * up, block.act, **close)
        np.testing.assert_allclose(layer.down.take(np.arange(c.d_model)) @ block.act, block.down, **close)
        np.testing.assert_allclose(block.middle + block.down, block.after, **close)


def test_only_queries_and_keys_are_turned(llama: Llama) -> None:
    """The first token stands at place 0 and is not turned; turning changes no length."""
    c = llama.config
    block = column_of(llama).blocks[0]
    q, k, v = np.split(block.qkv, (c.d_model, c.d_model + c.d_kv))
    np.testing.assert_allclose(block.values[:, -1].ravel(), v, rtol=1e-4, atol=1e-6)
    assert not np.allclose(block.query.ravel(), q, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(block.query), np.linalg.norm(q), rtol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(block.keys[:, -1]), np.linalg.norm(k), rtol=1e-4)
