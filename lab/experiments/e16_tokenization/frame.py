"""What is shown of one step: the pieces of the text, the most frequent pairs, the tree of a token, and what the open
page asks for. A frame never changes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e16_tokenization.ladder import Branch, Ladder
from lab.experiments.e16_tokenization.reading import Costs, Reading
from lab.experiments.e16_tokenization.settings import Params
from lab.experiments.e16_tokenization.training import Merge, PairRow

__all__ = ["TokenFrame"]


@dataclass(frozen=True, eq=False)
class TokenFrame:
    """One step.

    title: of the training text.  n_bytes, n_tokens, n_words: of the training text.  units: smallest pieces.  size:
    tokens in the vocabulary.  merges: made so far.  base: planned before any sliding, see `gestures.Jump`.  last:
    the newest merge.  token: its bytes.  curve: tokens after 0, 1 … merges.  league: the most frequent pairs.
    ties: how many are equally frequent.  own: the text to be read by the own tokenizer, strip: by whoever reads.
    whole: whether the text is all there is, and not the beginning of the training text.  word_ends: in bytes, of
    its words.  readings: the text as every reader cuts it, by reader; empty on the pages that do not compare.
    greedy: tokens there would be had no pair been chosen by hand; None where none was.
    """

    step: int
    params: Params
    title: str
    n_bytes: int
    n_tokens: int
    n_words: int
    units: int
    size: int
    merges: int
    base: int
    by_hand: int
    last: Merge | None
    token: bytes
    curve: NDArray[np.int64]
    league: tuple[PairRow, ...]
    ties: int
    own: Reading
    strip: Reading
    whole: bool
    word_ends: tuple[int, ...]
    tree: tuple[Branch, ...]
    ladder: Ladder | None
    readings: Mapping[str, Reading]
    costs: Costs | None
    greedy: int | None
    received: bool
    done: bool

    def next_tree(self) -> tuple[Branch, ...]:
        """What the next merge would glue, as a tree with one fork; nothing where no pair is left."""
        if not self.league:
            return ()
        row = self.league[0]
        glued = Branch(self.size, row.left_token + row.right_token, self.merges, 1, 2, leaves=2)
        return glued, Branch(row.left, row.left_token, None), Branch(row.right, row.right_token, None)

    @property
    def rung(self) -> int:
        """How many merges are made inside the word that is read."""
        return self.ladder.made if self.ladder else 0

    @property
    def costs_by_reader(self) -> dict[str, tuple[int, ...]]:
        """Tokens of the same sentence in every language, by reader; empty on the pages that do not compare."""
        return {"own": self.costs.own, "gpt2": self.costs.gpt2} if self.costs else {}

    def word_of(self, piece: int) -> int:
        """The number of the word, from 1, in which a piece of the strip begins; 0 beyond all that are known."""
        start = sum(len(one.token) for one in self.strip.pieces[:piece])
        return next((number for number, end in enumerate(self.word_ends, 1) if start < end), 0)
