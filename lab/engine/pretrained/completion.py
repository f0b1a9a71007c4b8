"""How likely a model finds it that a text goes on with certain words. Long texts with the same beginning follow each
other cheaply: what the cache holds of the next one stays. It is kept in whole pieces of a prompt, so that every digit
is the same, whatever was read before.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import softmax
from lab.engine.pretrained.llama import PROMPT_PIECE, Llama

__all__ = ["Completion", "completing"]


@dataclass(frozen=True, slots=True)
class Completion:
    """chances: [K] of each token of the answer, once those before it stand there.  choices: [K] the likeliest token at
    each of these places."""

    chances: tuple[float, ...]
    choices: tuple[int, ...]


def completing(llama: Llama, ids: Sequence[int], answer: Sequence[int]) -> Generator[float, None, Completion]:
    """Reads a text and how likely its answer is, with a rest after each layer. Yields the share that is done.

    The cache then holds the text and the answer but for its last token.
    Raises ValueError when either is empty, or both together do not fit the cache.
    """
    if not ids or not answer or len(ids) + len(answer) > llama.capacity:
        sizes = f"{len(ids)} and {len(answer)} tokens"
        raise ValueError(f"needs a text and an answer that fit a cache of {llama.capacity}, got {sizes}")
    llama.truncate(llama.reuse(ids) // PROMPT_PIECE * PROMPT_PIECE)
    known, whole = llama.length, len(ids) + len(answer) - 1
    for share in llama.prompting(ids[known:]):
        yield (known + share * (len(ids) - known)) / whole
    chances, choices = list[float](), list[int]()
    for number, token in enumerate(answer):
        p = softmax(llama.logits.astype(np.float64))
        chances.append(float(p[token]))
        choices.append(int(p.argmax()))
        if number + 1 < len(answer):
            for share in llama.stepping(token):
                yield (len(ids) + number + share) / whole
    return Completion(tuple(chances), tuple(choices))
