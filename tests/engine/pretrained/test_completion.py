"""The chance of a continuation: what the scores of one plain pass say, to the same digits whatever was read before."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.engine.basics.activations import softmax
from lab.engine.pretrained.completion import Completion, completing
from lab.engine.pretrained.llama import PROMPT_PIECE, Llama
from lab.engine.pretrained.smollm2 import open_gguf
from tests.engine.pretrained_files import tiny_gguf

TEXT = [int(token) for token in np.random.default_rng(1).integers(3, 250, 150)]
ANSWER = (40, 41, 7)


@pytest.fixture
def llama(tmp_path: Path) -> Llama:
    return open_gguf(tiny_gguf(tmp_path / "tiny.gguf")).llama


def ended(work: Generator[float, None, Completion]) -> tuple[Completion, list[float]]:
    shares: list[float] = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            return end.value, shares


def test_the_chances_are_those_of_a_plain_pass(llama: Llama) -> None:
    found, shares = ended(completing(llama, TEXT, ANSWER))
    llama.reset()
    p = softmax(llama.read([*TEXT, *ANSWER])[len(TEXT) - 1 : -1].astype(np.float64))
    np.testing.assert_allclose(found.chances, p[np.arange(len(ANSWER)), ANSWER], rtol=1e-4)
    assert found.choices == tuple(p.argmax(axis=1))
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] < 1


@pytest.mark.parametrize("known", [PROMPT_PIECE - 1, PROMPT_PIECE, len(TEXT)])
def test_what_was_read_before_changes_no_digit_and_spares_whole_pieces(llama: Llama, known: int) -> None:
    alone, whole = ended(completing(llama, TEXT, ANSWER))
    llama.reset()
    llama.prompt([*TEXT[:known], 5, 6, 7] if known < len(TEXT) else TEXT)
    again, shares = ended(completing(llama, TEXT, ANSWER))
    assert again == alone
    assert (len(shares) < len(whole)) == (known >= PROMPT_PIECE)


def test_an_answer_of_one_token_is_not_read(llama: Llama) -> None:
    found, _shares = ended(completing(llama, TEXT, ANSWER[:1]))
    assert len(found.chances) == 1 and llama.text == tuple(TEXT)


@pytest.mark.parametrize(("text", "answer"), [((), ANSWER), (TEXT, ()), (TEXT * 9, ANSWER)])
def test_what_does_not_fit_is_refused(llama: Llama, text: Any, answer: Any) -> None:
    with pytest.raises(ValueError, match="needs a text and an answer"):
        ended(completing(llama, text, answer))


def test_a_text_and_an_answer_may_fill_the_cache(llama: Llama) -> None:
    room = llama.capacity
    text = (TEXT * 9)[: room - len(ANSWER)]
    assert len(ended(completing(llama, text, ANSWER))[0].chances) == len(ANSWER)
