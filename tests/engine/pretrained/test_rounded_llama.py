"""A Llama in fewer bits: all of it, or one part while the others are shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.core.pieces import result_of
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.rounded_llama import part_names, room_for, rounding_part, rounding_rows
from lab.engine.pretrained.weight_rows import FloatRows
from tests.engine.inside.twins import IDS, as_llama, parameters

LLAMA = as_llama(parameters())
CONFIG, WEIGHTS = LLAMA.parts


def scores(weights: Any) -> np.ndarray:
    return Llama(CONFIG, weights, 12).read(IDS).copy()


@pytest.mark.parametrize(("bits", "top"), [(8, 127), (4, 7), (2, 1)])
def test_a_row_is_rounded_to_steps_of_its_own_largest_weight(bits: int, top: int) -> None:
    matrix = np.random.default_rng(0).normal(size=(5, 24)).astype(np.float32)
    shown: list[tuple[np.ndarray, np.ndarray]] = []
    made = result_of(rounding_rows(FloatRows(matrix), bits, room_for(CONFIG), lambda a, b: shown.append((a, b))))
    step = np.abs(matrix).max(axis=1, keepdims=True) / top
    expected = np.rint(matrix / step) * step
    np.testing.assert_allclose(made.take(np.arange(5)), expected, rtol=1e-5, atol=1e-6)
    out = np.empty((5, 2), np.float32)
    x = np.ascontiguousarray(matrix[:2].T)
    made.dot(x, out)
    np.testing.assert_allclose(out, expected @ x, rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(shown[0][0], matrix)
    np.testing.assert_allclose(shown[0][1], expected, rtol=1e-5, atol=1e-6)


def test_only_the_part_that_is_named_changes() -> None:
    buffer = room_for(CONFIG)
    assert part_names(CONFIG) == ("embedding", "block0", "block1", "block2", "block3")
    made = result_of(rounding_part(WEIGHTS, "block2", 4, buffer))
    same = [new is old for new, old in zip(made.layers, WEIGHTS.layers, strict=True)]
    assert same == [True, True, False, True] and made.embedding is WEIGHTS.embedding and made.head is WEIGHTS.head
    embedded = result_of(rounding_part(WEIGHTS, "embedding", 4, buffer))
    assert embedded.layers == WEIGHTS.layers and embedded.embedding is not WEIGHTS.embedding
    tied = WEIGHTS.head is WEIGHTS.embedding
    assert (embedded.head is embedded.embedding) == tied


def test_fewer_bits_move_the_scores_further() -> None:
    exact = scores(WEIGHTS)
    moved = [
        float(np.abs(scores(result_of(rounding_part(WEIGHTS, "block1", bits, room_for(CONFIG)))) - exact).max())
        for bits in (8, 4, 2)
    ]
    assert 0 < moved[0] < moved[1] < moved[2] and moved[0] < 0.1 * moved[2]


def test_a_rounded_block_can_begin_with_the_stream_before_it() -> None:
    streams: dict[int, np.ndarray] = {}

    def keep(k: int, name: str, values: np.ndarray) -> None:
        if name == "stream":
            streams[k] = values.T.copy()

    result_of(Llama(CONFIG, WEIGHTS, 12).watching(IDS, keep))
    made = result_of(rounding_part(WEIGHTS, "block2", 2, room_for(CONFIG)))
    short = result_of(Llama(CONFIG, made, 12).watching(IDS, lambda *_seen: None, since=(2, streams[2])))
    np.testing.assert_allclose(short, scores(made), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("part", ["block4", "block", "norm"])
def test_a_part_that_is_not_there_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="part"):
        result_of(rounding_part(WEIGHTS, part, 4, room_for(CONFIG)))


def test_other_bits_are_refused() -> None:
    with pytest.raises(ValueError, match="bits"):
        result_of(rounding_part(WEIGHTS, "block1", 3, room_for(CONFIG)))
