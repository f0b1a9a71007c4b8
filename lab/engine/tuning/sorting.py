"""A task whose answers can be checked: five digits are to be written again in ascending order, `53416=13456`. Nobody
has to like an answer; it is right or it is not. Such a reward is called verifiable.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.lm.parameters import LMConfig
from lab.engine.text.tokenizer import CharTokenizer

__all__ = [
    "ALPHABET", "CONFIG", "DIGITS", "FEATURES", "SIGN", "features", "places_right", "questions", "right",
    "sorted_answers", "sorting_batch", "tokenizer",
]  # fmt: skip

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]

DIGITS = 5
ALPHABET = "0123456789=\n"
SIGN = 10  # the token "="
CONFIG = LMConfig(len(ALPHABET), 2 * DIGITS + 1, 32, 2, 2, 128, positions="rope")

FEATURES = ("digits", "rising", "kept", "places", "different")
"""What a judge may look at, each a share from 0 to 1: places that hold a digit; neighbours of which the second is not
smaller; digits of the question that are used up by the answer; places that are right; different signs among five."""


def tokenizer() -> CharTokenizer:
    """Ten digits, the sign and the line end."""
    return CharTokenizer(ALPHABET)


def questions(n: int, rng: np.random.Generator) -> Ids:
    """n times five digits and the sign, [n, 6]."""
    return np.concatenate([rng.integers(0, 10, (n, DIGITS)), np.full((n, 1), SIGN)], axis=1)


def sorted_answers(asked: Ids) -> Ids:
    """What should be written after each question, [n, 5]."""
    return np.sort(asked[:, :DIGITS], axis=1)


def sorting_batch(asked: Ids, answers: Ids) -> tuple[Ids, Ids, NDArray[np.bool_]]:
    """ids and targets of whole lines, [n, 10] each, and which targets belong to the answer."""
    lines = np.concatenate([asked, answers], axis=1)
    counts = np.zeros((len(lines), lines.shape[1] - 1), bool)
    counts[:, DIGITS:] = True
    return lines[:, :-1], lines[:, 1:], counts


def places_right(asked: Ids, answers: Ids) -> Floats:
    """The share of places that are right, [n]."""
    return np.asarray((answers == sorted_answers(asked)).mean(axis=1))


def right(asked: Ids, answers: Ids) -> NDArray[np.bool_]:
    """Whether each answer is right to the last digit, [n]."""
    return np.asarray((answers == sorted_answers(asked)).all(axis=1))


def features(asked: Ids, answers: Ids) -> Floats:
    """What can be said of each answer, [n, F], in the order of FEATURES."""
    digits = answers < SIGN
    rising = digits[:, 1:] & digits[:, :-1] & (np.diff(answers, axis=1) >= 0)
    values = np.arange(len(ALPHABET))
    wanted = (asked[:, :DIGITS, None] == values).sum(axis=1)  # [n, V], how often each is in the question
    given = (answers[:, :, None] == values).sum(axis=1)
    columns = (
        digits.mean(axis=1),
        rising.mean(axis=1),
        np.minimum(wanted, given).sum(axis=1) / DIGITS,
        places_right(asked, answers),
        (given > 0).sum(axis=1) / DIGITS,
    )
    return np.stack(columns, axis=1)
