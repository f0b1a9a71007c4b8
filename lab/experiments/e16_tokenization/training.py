"""The merges that have been made, as a plan that can be followed forward and backward: merge number k is the most
frequent pair of its moment, or one that was chosen by hand. What is shown is always what the plan says, however the
learner got there."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.text.bpe import BPETokenizer, Unit
from lab.engine.text.bpe_train import BPETrainer, TieRule
from lab.engine.text.split import Splitter
from lab.experiments.e16_tokenization.texts import END_OF_TEXT
from lab.kit.arrays import freeze

__all__ = ["Merge", "Pair", "PairRow", "Training"]

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge: the halves and the new token by id, how often the pair was counted, how many tokens it saved, how
    many pairs were equally frequent, and whether it was chosen by hand. `before`: the tokens there were."""

    left: int
    right: int
    token: int
    count: int
    before: int
    after: int
    ties: int
    by_hand: bool


@dataclass(frozen=True, slots=True)
class PairRow:
    """A line of the league table: two neighbours, by id and in bytes, and how often they stand together."""

    left: int
    right: int
    left_token: bytes
    right_token: bytes
    count: int


class Training:
    """A trainer that follows a plan. `forced`: pairs by the number of the merge they are chosen for."""

    def __init__(self, text: str, splitter: Splitter, unit: Unit, tie: TieRule) -> None:
        self.trainer = BPETrainer(text, splitter, unit, tie)
        self.units = self.trainer.size
        self.made: list[Merge] = []
        self._plan: list[Pair | None] = []  # the plan so far, as far as it was followed
        self._lengths = np.array([self.trainer.n_tokens], np.int64)  # of the text, after 0, 1, 2 … merges
        self._tokenizer: tuple[tuple[int, bool], BPETokenizer] | None = None

    def go_to(self, n: int, forced: Mapping[int, Pair]) -> None:
        """Have exactly n merges made by the plan, or as many as there are pairs for."""
        self._follow(n, forced)
        while len(self.made) < n and self.trainer.best() is not None:
            for _part in self.merging(forced):
                pass

    def _follow(self, n: int, forced: Mapping[int, Pair]) -> None:
        """Take back what the plan does not say, from the end."""
        keep = next((k for k, was in enumerate(self._plan) if was != forced.get(k)), len(self._plan))
        if keep < len(self._plan):
            del self._plan[keep:]
            self._lengths = self._lengths.copy()  # frames look at the old one
        while len(self.made) > min(keep, n):
            self.trainer.undo()
            self.made.pop()
            self._tokenizer = None

    def merging(self, forced: Mapping[int, Pair]) -> Generator[None, None, None]:
        """The next merge of the plan, in parts. Closed before its end, it leaves no trace."""
        trainer, number = self.trainer, len(self.made)
        chosen, ties = forced.get(number), trainer.ties()
        pair, before = self._if_present(chosen), trainer.n_tokens
        count = yield from trainer.merging(pair)
        if count is None:
            return
        self.made.append(
            Merge(
                count.left, count.right, trainer.size - 1, count.count, before, trainer.n_tokens, ties, pair is not None
            )
        )
        if number == len(self._plan):
            self._plan.append(chosen)
        self._tokenizer = None
        self._record_length(number + 1, trainer.n_tokens)

    def _if_present(self, pair: Pair | None) -> Pair | None:
        """The pair if it stands anywhere; a choice made for another text may not."""
        if pair is None or max(pair) >= self.trainer.size:
            return None
        return pair if self.trainer.count(pair) else None

    def _record_length(self, place: int, n_tokens: int) -> None:
        if place >= len(self._lengths):
            longer = np.zeros(2 * len(self._lengths), np.int64)
            longer[: len(self._lengths)] = self._lengths
            self._lengths = longer
        self._lengths[place] = n_tokens

    @property
    def curve(self) -> NDArray[np.int64]:
        """Tokens of the text after 0, 1, 2 … merges."""
        return freeze(self._lengths[: len(self.made) + 1])

    def league(self, k: int) -> tuple[PairRow, ...]:
        """The most frequent pairs, the next to be merged first."""
        token = self.trainer.token
        return tuple(
            PairRow(row.left, row.right, token(row.left), token(row.right), row.count) for row in self.trainer.league(k)
        )

    def tokenizer(self, specials: bool) -> BPETokenizer:
        """What has been learned so far; with the sign for the end of a text as the last token, if wanted."""
        key = (len(self.made), specials)
        if self._tokenizer is None or self._tokenizer[0] != key:
            made = self.trainer.tokenizer()
            if specials:
                vocabulary = (*made.vocabulary, END_OF_TEXT.encode())
                made = BPETokenizer(vocabulary, made.merges, made.splitter, made.unit, {END_OF_TEXT: made.size})
            self._tokenizer = key, made
        return self._tokenizer[1]
