"""A model at one problem: it writes until there is an answer, token by token, through the filters."""

from __future__ import annotations

import math
import re
from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

import numpy as np

from lab.engine.decoding.sampling import choose
from lab.engine.decoding.tries import Try
from lab.experiments.e21_decoding.filtering import apply_filters
from lab.experiments.e21_decoding.models import FixedModel, Floats, LanguageModel, SmolLM2
from lab.experiments.e21_decoding.problems import GIVEN, Problem
from lab.experiments.e21_decoding.settings import Params

__all__ = ["FORCED", "Solver", "solver_for"]

FORCED = " The answer is"  # written for a model whose thinking budget is used up
LONGEST_ANSWER = 4  # tokens of a number
LONGEST_WORD = 12  # letters
SAID = re.compile(r"answer is (\d+)")


class Reader(Protocol):
    """A model that reads the problem, and then each token."""

    scores: Floats

    def begin(self, problem: Problem) -> Iterator[float]:
        """Read a problem from its start."""

    def read(self, tokens: Sequence[int]) -> Iterator[float]:
        """Read on."""


class _LetterReader:
    """A model that is quick enough to be asked for the whole text."""

    def __init__(self, model: LanguageModel) -> None:
        self._model, self._ids = model, list[int]()
        self.scores: Floats = model.scores

    def begin(self, problem: Problem) -> Iterator[float]:
        asks = problem.head + problem.question
        self._ids = self._model.encode(asks)[0] if asks else []
        yield from self.read(())

    def read(self, tokens: Sequence[int]) -> Iterator[float]:
        self._ids += tokens
        yield from self._model.reading(self._ids, len(self._ids))
        self.scores = self._model.scores


class _SmolReader:
    """SmolLM2 with a cache of its own. The head of all problems is read once, and each question always from there, so
    that a try does not depend on those before it."""

    def __init__(self, model: SmolLM2) -> None:
        self._llama, self._tokenizer = model.spare(), model.tokenizer
        self._head: tuple[int, ...] = ()
        self.scores: Floats = np.zeros(model.size)

    def begin(self, problem: Problem) -> Iterator[float]:
        head = tuple(self._tokenizer.encode(problem.head))
        if self._head != head:
            self._head = ()
            self._llama.reset()
            yield from self._llama.prompting(head)
            self._head = head
        self._llama.truncate(len(head))
        yield from self._llama.prompting(self._tokenizer.encode(problem.question))
        self.scores = self._llama.logits.astype(np.float64)

    def read(self, tokens: Sequence[int]) -> Iterator[float]:
        for token in tokens:
            yield from self._llama.stepping(token)
        self.scores = self._llama.logits.astype(np.float64)


def solver_for(model: LanguageModel) -> Solver:
    """Who tries the problems of a model."""
    return Solver(model, _SmolReader(model) if isinstance(model, SmolLM2) else _LetterReader(model))


class Solver:
    """Tries problems."""

    def __init__(self, model: LanguageModel, reader: Reader) -> None:
        self._model, self._reader = model, reader

    def trying(self, problem: Problem, params: Params, rng: np.random.Generator) -> Generator[float, None, Try]:
        """One try, with rests. Yields the share of reading that is done at each."""
        yield from self._reader.begin(problem)
        if isinstance(self._model, SmolLM2):
            return (yield from self._sum(params, rng))
        written = _Written(self._model, params, rng)
        if isinstance(self._model, FixedModel):
            token = written.draw(self._reader.scores)
            return written.found("" if token is None else self._model.text(token))
        word = problem.question[-GIVEN:]
        while len(word) < LONGEST_WORD:
            token = written.draw(self._reader.scores)
            if token is None:
                return written.found("")
            letter = self._model.text(token)
            if not letter.isalpha():
                return written.found(word)
            word += letter
            yield from self._reader.read((token,))
        return written.found(word)

    def _sum(self, params: Params, rng: np.random.Generator) -> Generator[float, None, Try]:
        """Think as far as the budget goes, then say the answer."""
        assert isinstance(self._model, SmolLM2)
        written = _Written(self._model, params, rng)
        for _n in range(params.budget):
            if written.stopped or SAID.search(written.text[:-1]):
                break
            yield from self._write(written)
        if not written.stopped and not SAID.search(written.text) and "answer is" not in written.text:
            forced = self._model.tokenizer.encode(FORCED)
            yield from self._reader.read(forced)
            written.text += FORCED
            written.tokens += len(forced)
        for _n in range(LONGEST_ANSWER):
            if written.stopped or SAID.search(written.text[:-1]):
                break
            yield from self._write(written)
        said = SAID.search(written.text)
        return written.found(said.group(1) if said else "")

    def _write(self, written: _Written) -> Iterator[float]:
        token = written.draw(self._reader.scores)
        if token is not None:
            text = self._model.text(token)
            written.text += text
            written.stopped = "\n" in text or token == self._model.end
            if not written.stopped:
                yield from self._reader.read((token,))


class _Written:
    """What was written for one problem."""

    def __init__(self, model: LanguageModel, params: Params, rng: np.random.Generator) -> None:
        self._params, self._rng, self._ids = params, rng, list[int]()
        self.text, self.tokens, self.logs, self.stopped = "", 0, list[float](), False

    def draw(self, scores: Floats) -> int | None:
        """The next token; None where the filters leave none."""
        filtered = apply_filters(scores, self._params, self._ids)
        if filtered.broken:
            self.stopped = True
            return None
        token = choose(filtered.shares, self._rng)
        self._ids.append(token)
        self.tokens += 1
        self.logs.append(math.log(max(float(filtered.raw[token]), 1e-300)))
        return token

    def found(self, answer: str) -> Try:
        """The try that this was."""
        return Try(answer, self.tokens, math.fsum(self.logs) / len(self.logs) if self.logs else -690.0)
