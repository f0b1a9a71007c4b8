"""A needle for SmolLM2: one sentence with a number stands somewhere in a long play, and at the end the same sentence
begins once more. How likely is the right number? Longer and longer texts are read, each with the needle in five places.

Source: the test is Kamradt, Needle in a Haystack (2023); here a sentence is completed instead of a question answered.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.completion import completing
from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer
from lab.experiments.e22_context_window.models import held_out
from lab.experiments.e22_context_window.settings import Params
from lab.kit.arrays import freeze
from lab.kit.smollm2 import opening_smollm2

__all__ = ["DEPTHS", "LENGTHS", "Asked", "HayPage", "Haystack", "Needle", "hidden_in"]

Array = NDArray[np.floating[Any]]
LENGTHS = (256, 512, 1024, 2048, 4096, 8192)
"""Tokens of the whole text, the answer included."""
DEPTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where the needle stands: 0 is the beginning of the text, 1 the end."""
LETTERS = 4  # of the play for each token: more than enough
COLOURS, THINGS = ("blue", "red", "green", "black", "yellow"), ("door", "box", "key", "boat", "garden")
HINT = "The secret number of the {thing} is "


@dataclass(frozen=True, slots=True)
class Needle:
    """hint: the beginning of the sentence.  answer: how it ends."""

    hint: str
    answer: str

    @property
    def sentence(self) -> str:
        return f"{self.hint}{self.answer}."

    @staticmethod
    def drawn(rng: np.random.Generator) -> Needle:
        """One with four figures."""
        thing = f"{COLOURS[rng.integers(len(COLOURS))]} {THINGS[rng.integers(len(THINGS))]}"
        return Needle(HINT.format(thing=thing), str(rng.integers(1000, 10_000)))


@dataclass(frozen=True, slots=True)
class Asked:
    """One text that was read. chances: of each token of the answer.  said: the answer as far as it is right, and the
    first token that is not."""

    chances: tuple[float, ...]
    said: str

    @property
    def chance(self) -> float:
        """Of the whole answer."""
        return float(np.prod(self.chances))


@dataclass(frozen=True, slots=True, eq=False)
class HayPage:
    """asked: the texts that were read, the shortest first, in each the needle at the end first.

    reading: which share of the next one is read, None while nothing is being read.  missing: why nothing can be, or "".
    """

    params: Params
    needle: Needle
    asked: tuple[Asked, ...]
    reading: float | None
    missing: str

    @property
    def lengths(self) -> tuple[int, ...]:
        """Those that are asked for."""
        return tuple(length for length in LENGTHS if length <= int(self.params.longest))

    @property
    def cells(self) -> int:
        """How many texts there are."""
        return len(DEPTHS) * len(self.lengths)

    @property
    def newest(self) -> tuple[int, int]:
        """Depth and length of the text that was read last, as places in DEPTHS and LENGTHS; −1, −1 before the first."""
        return _cell(len(self.asked) - 1) if self.asked else (-1, -1)

    @property
    def next_cell(self) -> tuple[int, int]:
        """Depth and length of the text that comes next, as in `newest`."""
        return _cell(len(self.asked))

    def chances(self) -> Array:
        """[depth, length] of the whole answer, nan where the text was not read yet."""
        found = np.full((len(DEPTHS), len(self.lengths)), np.nan)
        for number, asked in enumerate(self.asked):
            found[_cell(number)] = asked.chance
        return freeze(found)

    @property
    def right(self) -> int:
        """In how many texts every figure was the first choice."""
        return sum(asked.said == self.needle.answer for asked in self.asked)


def _cell(number: int) -> tuple[int, int]:
    column, row = divmod(number, len(DEPTHS))
    return len(DEPTHS) - 1 - row, column


_Reader = tuple[Llama, BPETokenizer, list[int]]
"""The model, its tokenizer, and the tokens of the play."""


class Haystack:
    """The texts, being read; only the simulation touches them."""

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._needle = params, Needle.drawn(rng)
        self._asked: list[Asked] = []
        self._reader: _Reader | None = None
        self._unit: Generator[float, None, tuple[Asked, _Reader]] | None = None
        self._reading: float | None = None
        self._error = ""

    @property
    def _page(self) -> HayPage:
        return self.shown(self._params)

    def done(self) -> bool:
        return bool(self._error) or len(self._asked) >= self._page.cells

    def step(self, _number: int) -> bool:
        """A layer of a piece of a text; True when its answer is known."""
        if self._unit is None:
            self._unit = _posing(self._reader, self._needle, *_cell(len(self._asked)))
        try:
            self._reading = next(self._unit)
            return False
        except ValueError as error:  # the pack cannot be opened
            self._unit, self._reading, self._error = None, None, str(error)
            return False
        except StopIteration as end:
            self._unit, self._reading = None, None
            asked, self._reader = end.value
            self._asked.append(asked)
        if self.done():
            self._reader = None  # its cache may be some hundred megabytes
        return True

    def retune(self, params: Params) -> None:
        """Longer texts are read after the shorter ones; what was read stays."""
        self._params = params
        if self.done():
            self._unit, self._reading, self._reader = None, None, None

    def shown(self, params: Params) -> HayPage:
        most = len(DEPTHS) * sum(length <= int(params.longest) for length in LENGTHS)
        return HayPage(params, self._needle, tuple(self._asked[:most]), self._reading, self._error)

    def save(self) -> dict[str, Any]:
        return {"asked": [{"chances": list(one.chances), "said": one.said} for one in self._asked]}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for more texts than there are, or chances that are none."""
        found = [Asked(tuple(map(float, one["chances"])), str(one["said"])) for one in saved["asked"]]
        most = len(DEPTHS) * len(LENGTHS)
        if len(found) > most or not all(0 <= p <= 1 for one in found for p in one.chances):
            raise ValueError(f"state: {len(found)} texts, needs at most {most}, and chances of 0 … 1")
        self._asked, self._unit, self._reading = found, None, None


def _posing(
    reader: _Reader | None, needle: Needle, depth: int, length: int
) -> Generator[float, None, tuple[Asked, _Reader]]:
    """One text with the needle in it; the reader, to be used for the next. It holds no run: a run that is given up in
    the middle lets its threads go at once."""
    if reader is None:
        llama, tokenizer = yield from opening_smollm2(max(LENGTHS))
        reader = llama, tokenizer, tokenizer.encode(held_out(LETTERS * max(LENGTHS)))
    llama, tokenizer, hay = reader
    ids, answer = hidden_in(hay, needle, tokenizer, LENGTHS[length], DEPTHS[depth])
    found = yield from completing(llama, ids, answer)
    right = [choice == token for choice, token in zip(found.choices, answer, strict=True)]
    until = right.index(False) + 1 if False in right else len(right)
    return Asked(found.chances, tokenizer.decode(list(found.choices[:until]))), reader


def hidden_in(
    hay: list[int], needle: Needle, tokenizer: BPETokenizer, length: int, depth: float
) -> tuple[list[int], list[int]]:
    """The tokens of a text with the needle behind a line at this depth, its hint at the end, and those of the answer:
    `length` together. Raises ValueError when the hay is too short."""
    sentence, hint = tokenizer.encode(needle.sentence + "\n"), tokenizer.encode("\n" + needle.hint)
    answer = tokenizer.encode(needle.answer)
    rest = length - len(sentence) - len(hint) - len(answer)
    if not 0 <= rest <= len(hay):
        raise ValueError(_("The text is too short: {n} tokens, it needs {least}.").format(n=len(hay), least=rest))
    lines = (place + 1 for place, token in enumerate(hay[:rest]) if tokenizer.token(token).endswith(b"\n"))
    at = max((place for place in lines if place <= depth * rest), default=0)
    return [*hay[:at], *sentence, *hay[at:rest], *hint], answer
