"""From what was found to an answer. A language model is given the best passages together with the question,
as far as they fit its window; without a model the best sentence is quoted as it stands. Where nothing found
is about the question, the right answer is that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.retrieval.chunking import sentences

__all__ = ["TEMPLATE", "Prompt", "PromptPart", "Quote", "assemble", "quote"]

Floats = NDArray[np.floating[Any]]
TEMPLATE = "Answer from these passages only.\n\n{passages}\n\nQuestion: {question}\nAnswer:"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that answers.

    passage: which of those given.  start, end: its place there.  score: how well it fits.
    """

    passage: int
    start: int
    end: int
    text: str
    score: float


def quote(passages: Sequence[str], score: Callable[[list[str]], Floats], least: float = 0.0) -> Quote | None:
    """The sentence of all passages that fits best, or None when even that one scores less than `least`.

    score: how well each of some sentences fits the question, [n].
    Raises ValueError when `score` returns another number of scores.
    """
    found = [
        Quote(k, start, start + len(text), text, 0.0)
        for k, passage in enumerate(passages)
        for start, end in sentences(passage)
        if (text := passage[start:end].strip())
    ]
    if not found:
        return None
    scores = np.asarray(score([one.text for one in found]), np.float64)
    if scores.shape != (len(found),):
        raise ValueError(f"score: returned shape {scores.shape} for {len(found)} sentences")
    best = int(scores.argmax())
    if not scores[best] >= least:
        return None
    chosen = found[best]
    return Quote(chosen.passage, chosen.start, chosen.end, chosen.text, float(scores[best]))


@dataclass(frozen=True, slots=True)
class PromptPart:
    """One stretch of a prompt and its tokens.

    passage: which of those given, None for the template and the question.
    """

    text: str
    tokens: int
    passage: int | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt as it goes to the model.  left_out: the passages that did not fit, in the order given."""

    parts: tuple[PromptPart, ...]
    left_out: tuple[int, ...]

    @property
    def text(self) -> str:
        """The whole prompt."""
        return "".join(part.text for part in self.parts)

    @property
    def tokens(self) -> int:
        """How many tokens its parts have."""
        return sum(part.tokens for part in self.parts)


def assemble(
    question: str,
    passages: Sequence[str],
    count: Callable[[str], int],
    budget: int,
    template: str = TEMPLATE,
) -> Prompt:
    """Puts passages and question into a template, passages in the order given as long as they fit.

    A passage that does not fit is left out, and a later, shorter one may still come in.
    count: the tokens of a text.  budget: how many the prompt may have.
    template: a text with {passages} and {question}, each once, in this order.
    Raises ValueError when the template lacks one, or does not fit the budget even without passages.
    """
    before, found, rest = template.partition("{passages}")
    between, requested, after = rest.partition("{question}")
    if not (found and requested) or "{passages}" in rest:
        raise ValueError(f"template: needs {{passages}} and then {{question}}, each once, got {template!r}")
    frame = [PromptPart(text, count(text)) for text in (before, between, question, after) if text]
    left = budget - sum(part.tokens for part in frame)
    if left < 0:
        raise ValueError(f"budget: {budget} tokens, the template and the question alone have {budget - left}")
    chosen: list[PromptPart] = []
    left_out: list[int] = []
    for k, passage in enumerate(passages):
        text = f"\n\n{passage}" if chosen else passage
        if (tokens := count(text)) <= left:
            chosen.append(PromptPart(text, tokens, k))
            left -= tokens
        else:
            left_out.append(k)
    n_before = 1 if before else 0
    return Prompt((*frame[:n_before], *chosen, *frame[n_before:]), tuple(left_out))
