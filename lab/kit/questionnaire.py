"""Questions that are put to SmolLM2 one after another, each in several ways. What was answered once is stored for those
who do not have its pack; with the pack it is asked again, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer
from lab.kit.smollm2 import opening_smollm2, smollm2_path

__all__ = ["Answers", "Asker", "Questionnaire"]

Answers = tuple[str, ...]
"""To one question, by way."""
Asker = Callable[[Llama, BPETokenizer, int], Generator[str, None, Answers]]
"""Asks a question, by its number, in every way. Yields the way at each rest."""


class Questionnaire:
    """What was answered so far; only a simulation touches it.

    count: questions.  ways: in how many ways each is asked.  ask: asks one.  capacity: tokens the model's cache holds.
    """

    def __init__(self, count: int, ways: int, ask: Asker, capacity: int) -> None:
        self._count, self._ways, self._ask, self._capacity = count, ways, ask, capacity
        self._answers: list[Answers] = []
        self._work: Generator[str, None, Answers] | None = None
        self._model: tuple[Llama, BPETokenizer] | None = None
        self._error = ""
        self.asking = ""
        """The way that is being asked in; "" while none is."""

    @property
    def answers(self) -> tuple[Answers, ...]:
        """To the questions so far."""
        return tuple(self._answers)

    @property
    def missing(self) -> str:
        """Why nothing can be asked here, in words; "" where it can."""
        return self._error or ("" if smollm2_path() else self._no_pack())

    def answers_or(self, stored: Callable[[], tuple[Answers, ...]]) -> tuple[tuple[Answers, ...], bool]:
        """What was answered here, or what is stored where nothing can be asked; and whether it is from here."""
        here = bool(self._answers) or not self.missing
        return (self.answers if here else stored()), here

    def done(self) -> bool:
        """Whether nothing is left to ask, or nothing can be asked."""
        return len(self._answers) >= self._count or bool(self.missing)

    def step(self) -> bool:
        """A piece of a question; True when it is answered in every way."""
        self._work = self._work or self._posing(len(self._answers))
        try:
            self.asking = next(self._work)
        except StopIteration as end:
            self._work, self.asking = None, ""
            self._answers.append(end.value)
            return True
        except ValueError as error:  # the pack cannot be opened
            self._work, self.asking, self._error = None, "", str(error)
        return False

    def _posing(self, number: int) -> Generator[str, None, Answers]:
        if self._model is None:
            opening = opening_smollm2(self._capacity)
            while True:
                try:
                    next(opening)
                except StopIteration as end:
                    self._model = end.value
                    break
                yield ""
        assert self._model is not None
        llama, tokenizer = self._model
        return (yield from self._ask(llama, tokenizer, number))

    def _no_pack(self) -> str:
        """What is needed, in the words that opening it would say."""
        try:
            next(opening_smollm2(self._capacity))
        except ValueError as error:
            return str(error)
        return ""

    def save(self) -> dict[str, Any]:
        """What was answered, as plain data."""
        return {"answers": [list(row) for row in self._answers]}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for answers to other questions."""
        rows = [tuple(str(text) for text in row) for row in saved["answers"]]
        if len(rows) > self._count or any(len(row) != self._ways for row in rows):
            raise ValueError(f"state: {len(rows)} answers, needs at most {self._count} rows of {self._ways}")
        self._answers, self._work, self.asking = rows, None, ""
