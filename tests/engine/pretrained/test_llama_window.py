"""A Llama that forgets: as the plain one bit for bit while nothing is gone, and as the rolling model afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from lab.engine.formats.gguf import GGUF
from lab.engine.lm.rolling import RollingLM
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights
from lab.engine.pretrained.llama_window import WindowLlama
from tests.engine.inside.twins import as_llama, parameters
from tests.engine.pretrained_files import IDS, tiny_gguf

LONG = [*range(20), 3, 3, 17, 5, 9, 22, 21, 0, 1, 4, 8, 8, 2]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[LlamaConfig, LlamaWeights]:
    with GGUF(tiny_gguf(tmp_path_factory.mktemp("window") / "tiny.gguf")) as file:
        return float_weights(file)


@pytest.mark.parametrize(
    ("window", "sinks"), [(None, 0), (len(IDS), 0), (len(IDS) - 4, 4), (len(IDS) + 9, 3), (1, len(IDS) - 1)]
)
def test_while_nothing_is_gone_it_is_the_plain_model_bit_for_bit(
    tiny: tuple[LlamaConfig, LlamaWeights], window: int | None, sinks: int
) -> None:
    plain, rolling = Llama(*tiny, 512), WindowLlama(*tiny, window, sinks)
    for token in IDS:
        np.testing.assert_array_equal(rolling.step(token), plain.step(token))
    assert rolling.length == len(IDS)


@pytest.mark.parametrize("sinks", [0, 4])
def test_one_token_beyond_its_window_it_is_another(tiny: tuple[LlamaConfig, LlamaWeights], sinks: int) -> None:
    plain, rolling = Llama(*tiny, 512), WindowLlama(*tiny, len(IDS) - 1 - sinks, sinks)
    same = [bool((rolling.step(token) == plain.step(token)).all()) for token in IDS]
    assert same == [True] * (len(IDS) - 1) + [False]


@pytest.mark.parametrize(("window", "sinks"), [(6, 0), (6, 1), (5, 4), (1, 2), (1, 0)])
def test_beyond_it_is_the_rolling_model_of_the_lab(window: int, sinks: int) -> None:
    p = parameters()
    llama = as_llama(p)
    rolling = WindowLlama(*llama.parts, window, sinks, capacity=llama.capacity)
    other = RollingLM(p, 1, window, sinks)
    for token in LONG[: llama.capacity]:
        np.testing.assert_allclose(rolling.step(token), other.step(np.array([token]))[0], rtol=2e-4, atol=2e-4)


def test_stopping_early_changes_no_text(tiny: tuple[LlamaConfig, LlamaWeights]) -> None:
    through, broken = WindowLlama(*tiny, 5, 2), WindowLlama(*tiny, 5, 2)
    for token in IDS:
        wanted = through.step(token).copy()
        for wrong in (IDS[0], 99):
            work = broken.stepping(wrong)
            next(work)
            work.close()
        np.testing.assert_array_equal(broken.step(token), wanted)


def test_what_is_stored_is_what_later_tokens_find(tiny: tuple[LlamaConfig, LlamaWeights]) -> None:
    plain = WindowLlama(*tiny)
    same, half = WindowLlama(*tiny, stored=lambda rows: rows), WindowLlama(*tiny, stored=lambda rows: rows * 0)
    for number, token in enumerate(IDS[:4]):
        scores = plain.step(token)
        np.testing.assert_array_equal(same.step(token), scores)
        assert bool((half.step(token) == scores).all()) == (number == 0)  # the newest is used as it was computed


@pytest.mark.parametrize(("window", "sinks", "capacity"), [(0, 0, 9), (4, -1, 9), (4, 0, 0), (4, 0, 513)])
def test_sizes_that_cannot_be_are_refused(
    tiny: tuple[LlamaConfig, LlamaWeights], window: int, sinks: int, capacity: int
) -> None:
    with pytest.raises(ValueError, match="window must be at least 1"):
        WindowLlama(*tiny, window, sinks, capacity)
    WindowLlama(*tiny, 1, 0, 512)


def test_a_text_ends_at_its_capacity(tiny: tuple[LlamaConfig, LlamaWeights]) -> None:
    rolling = WindowLlama(*tiny, 2, 0, 3)
    for token in IDS[:3]:
        rolling.step(token)
    with pytest.raises(ValueError, match="a text of 3 tokens"):
        rolling.step(IDS[3])
    with pytest.raises(ValueError, match="got token 320"):
        WindowLlama(*tiny).step(320)
