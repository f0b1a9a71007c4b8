"""From a model that continues any text to one that answers: supervised fine-tuning. The text of a conversation is
learned like any other, except that only the tokens of the answers count; how the question goes on is nothing the
model should learn to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.text.tokenizer import Tokenizer

__all__ = ["Example", "Part", "SFTBatch", "example_of", "log_probabilities", "sft_batch"]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a conversation; learns: whether the model is to say it."""

    text: str
    learns: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation as tokens: ids [N]; learns [N], whether the model is to say each of them."""

    ids: Ids
    learns: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SFTBatch:
    """ids, targets [B, T] as a language model wants them, and weights [B, T]: how much each target's loss counts.
    Weights are 0 for prompts and padding, and sum to 1.
    """

    ids: Ids
    targets: Ids
    weights: Floats


def example_of(parts: Sequence[Part], tokenizer: Tokenizer) -> Example:
    """Encodes a conversation part by part, so that no token stands on a border between them.

    Raises ValueError when there are fewer than two tokens or none is to be learned.
    """
    pieces = [(tokenizer.encode(part.text), part.learns) for part in parts]
    ids = np.array([token for piece, _ in pieces for token in piece], np.int64)
    learns = np.array([flag for piece, flag in pieces for _ in piece], bool)
    if len(ids) < 2 or not learns[1:].any():
        raise ValueError(f"parts need two tokens and one after the first to learn, got {len(ids)} tokens")
    return Example(ids, learns)


def sft_batch(examples: Sequence[Example], length: int, padding: int = 0) -> SFTBatch:
    """Examples side by side, each cut or padded to `length`.

    Raises ValueError when there are none, or an example has nothing to learn within the length.
    """
    if not examples:
        raise ValueError("examples must hold at least one")
    ids, targets = (np.full((len(examples), length), padding, np.int64) for _ in range(2))
    counts = np.zeros((len(examples), length), bool)
    for row, example in enumerate(examples):
        n = min(length, len(example.ids) - 1)
        ids[row, :n], targets[row, :n] = example.ids[:n], example.ids[1 : n + 1]
        counts[row, :n] = example.learns[1 : n + 1]  # what counts is what is to be said next
        if not counts[row].any():
            raise ValueError(f"example {row} has nothing to learn within its first {length} tokens")
    return SFTBatch(ids, targets, counts / counts.sum())


def log_probabilities(losses: Floats, counts: NDArray[np.bool_]) -> Floats:
    """The log-probability of each row's counted tokens, [B], from the losses of all tokens, [B, T]."""
    return np.asarray(-(losses * counts).sum(axis=1))
