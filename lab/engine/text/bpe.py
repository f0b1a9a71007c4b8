"""Byte-pair encoding, applied. A list of merges, learned once from some text, says which neighbours are glued
into a new token and in which order; the tokenizer cuts new text into its smallest units and replays the list.
Because the smallest units are bytes, every text can be written, in any language, and what is read back is exactly
what went in. Every stage can be looked at: the steps of an encoding, and the tree of merges inside a token.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from itertools import pairwise
from typing import Literal, get_args

from lab.core.records import dataclass
from lab.engine.text.split import Splitter, split
from lab.engine.text.tokenizer import check_ids, replace_surrogates

__all__ = ["BPETokenizer", "EncodeStep", "MergeTree"]

Unit = Literal["byte", "character"]
CACHED_WORDS = 50_000


@dataclass(frozen=True, slots=True)
class EncodeStep:
    """One frame of an encoding: the tokens, and the merge that made them from the frame before.

    rank and position are None in the first frame; position counts tokens from 0 and is where the new one stands.
    """

    ids: tuple[int, ...]
    rank: int | None
    position: int | None


@dataclass(frozen=True, slots=True)
class MergeTree:
    """How a token was glued together; a leaf (left and right None) is a smallest unit.

    rank: the place of the merge in the list, from 0; None in a leaf.  leaves: the smallest units in it.
    """

    token_id: int
    token: bytes
    rank: int | None = None
    left: MergeTree | None = None
    right: MergeTree | None = None
    leaves: int = 1


@dataclass(frozen=True)
class BPETokenizer:
    """A byte-pair tokenizer: tokens, merges in rank order, and the cut that comes before them.

    vocabulary: the bytes of every token, by id.
    merges: (left id, right id, id of the two glued), the first is applied first.
    splitter: how text is cut into words first; merges never cross a cut.
    unit: whether words start as single bytes or as single characters.
    specials: text -> id of tokens that text may stand for only when the caller says so.
    Raises ValueError when a merge names an id outside the vocabulary or an empty token, its halves do not spell its
    token, or splitter or unit is unknown.
    Source: Sennrich, Haddow, Birch, Neural Machine Translation of Rare Words with Subword Units (2016).
    """

    vocabulary: Sequence[bytes]
    merges: Sequence[tuple[int, int, int]]
    splitter: Splitter = "gpt2"
    unit: Unit = "byte"
    specials: Mapping[str, int] = field(default_factory=dict)
    _ranks: dict[tuple[int, int], tuple[int, int]] = field(init=False, repr=False, compare=False)
    _units: dict[bytes, int] = field(init=False, repr=False, compare=False)
    _cache: dict[str, list[int]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.splitter not in get_args(Splitter) or self.unit not in get_args(Unit):
            raise ValueError(f"splitter and unit must be known, got {self.splitter!r} and {self.unit!r}")
        ranks: dict[tuple[int, int], tuple[int, int]] = {}
        for rank, (left, right, glued) in enumerate(self.merges):
            check_ids((left, right, glued), self.size)
            if not (self.vocabulary[left] and self.vocabulary[right]):
                raise ValueError(f"merge {rank} glues {left} and {right}, and one of them is empty")
            if self.vocabulary[left] + self.vocabulary[right] != self.vocabulary[glued]:
                raise ValueError(
                    f"merge {rank} glues {self.vocabulary[left]!r} and {self.vocabulary[right]!r} "
                    f"but its token {glued} is {self.vocabulary[glued]!r}"
                )
            ranks.setdefault((left, right), (rank, glued))
        special_ids = set(self.specials.values())
        made = {glued for _, _, glued in self.merges}
        units = {t: i for i, t in enumerate(self.vocabulary) if i not in made and i not in special_ids}
        object.__setattr__(self, "_ranks", ranks)
        object.__setattr__(self, "_units", units)

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str, allow_special: Collection[str] = ()) -> list[int]:
        """Ids of `text`. Units that have no token are left out (only vocabularies that lack some bytes do that).

        allow_special: special tokens that are recognised in `text`; any other is ordinary text, so that a
        reader who types "<|endoftext|>" cannot end the document.
        Raises ValueError when allow_special names a token that is not special here.
        """
        strangers = [s for s in allow_special if s not in self.specials]
        if strangers:
            raise ValueError(f"allow_special names {strangers}, the special tokens are {list(self.specials)}")
        if not allow_special:
            return self._encode_ordinary(text)
        longest_first = sorted(allow_special, key=len, reverse=True)
        pieces = re.split("(" + "|".join(map(re.escape, longest_first)) + ")", text)
        ids: list[int] = []
        for piece in pieces:
            ids += [self.specials[piece]] if piece in allow_special else self._encode_ordinary(piece)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text that `ids` spell; bytes that form no character are shown as U+FFFD.

        Raises ValueError when an id is outside 0 … size - 1.
        """
        return self.decode_bytes(ids).decode("utf-8", "replace")

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """The bytes that `ids` spell, also when they end in the middle of a character."""
        known = list(ids)
        check_ids(known, self.size)
        return b"".join(self.vocabulary[i] for i in known)

    def token(self, token_id: int) -> bytes:
        check_ids((token_id,), self.size)
        return self.vocabulary[token_id]

    def rank(self, left: int, right: int) -> int | None:
        """The place in the list of the merge that glues two neighbours, from 0; None when none does."""
        found = self._ranks.get((left, right))
        return None if found is None else found[0]

    def words(self, text: str) -> list[list[int]]:
        """Ids of `text`, grouped by the word the splitter cut."""
        return [list(self._encode_word(word)) for word in split(replace_surrogates(text), self.splitter)]

    def encode_steps(self, word: str) -> list[EncodeStep]:
        """Every frame of encoding one word: always the neighbours of the lowest rank, the leftmost first.

        The textbook form of what `encode` does; `word` is not split first.
        """
        ids = self._start(replace_surrogates(word))
        steps = [EncodeStep(tuple(ids), None, None)]
        while True:
            known = [(self._ranks[pair], i) for i, pair in enumerate(pairwise(ids)) if pair in self._ranks]
            if not known:
                return steps
            (rank, glued), i = min(known)
            ids[i : i + 2] = [glued]
            steps.append(EncodeStep(tuple(ids), rank, i))

    def merge_tree(self, token_id: int) -> MergeTree:
        """The merges that made a token, as a binary tree.

        Raises ValueError when token_id is outside 0 … size - 1.
        """
        check_ids((token_id,), self.size)
        made_by = {glued: (rank, left, right) for rank, (left, right, glued) in enumerate(self.merges)}
        needed, waiting = set[int](), [token_id]
        while waiting:  # a loop, not a recursion: a token can be thousands of merges deep
            token = waiting.pop()
            if token not in needed:
                needed.add(token)
                waiting += made_by[token][1:] if token in made_by else ()
        trees = {i: MergeTree(i, self.vocabulary[i]) for i in needed if i not in made_by}
        for i in sorted(needed - trees.keys(), key=lambda i: len(self.vocabulary[i])):  # both halves before the whole
            rank, left, right = made_by[i]
            halves = trees[left], trees[right]
            trees[i] = MergeTree(i, self.vocabulary[i], rank, *halves, leaves=halves[0].leaves + halves[1].leaves)
        return trees[token_id]

    def _encode_ordinary(self, text: str) -> list[int]:
        return [i for word in split(replace_surrogates(text), self.splitter) for i in self._encode_word(word)]

    def _encode_word(self, word: str) -> list[int]:
        known = self._cache.get(word)
        if known is None:
            known = merge_by_rank(self._start(word), self._ranks)
            if len(self._cache) < CACHED_WORDS:
                self._cache[word] = known
        return known

    def _start(self, word: str) -> list[int]:
        if self.unit == "byte":
            units = [bytes((b,)) for b in word.encode()]
        else:
            units = [character.encode() for character in word]
        return [self._units[u] for u in units if u in self._units]


def merge_by_rank(ids: list[int], ranks: Mapping[tuple[int, int], tuple[int, int]]) -> list[int]:
    """Replays merges on `ids`: lowest rank first, leftmost first, in O(n log n) also for very long words.

    ranks: (left, right) -> (rank, glued).
    """
    tokens: list[int] = list(ids)
    after = [*range(1, len(tokens)), -1]  # a linked list: gluing two tokens moves no other
    before = list(range(-1, len(tokens) - 1))
    waiting = [(*ranks[pair], i) for i, pair in enumerate(pairwise(tokens)) if pair in ranks]
    heapq.heapify(waiting)
    while waiting:
        _, glued, i = heapq.heappop(waiting)
        j = after[i]
        if tokens[i] < 0 or j < 0 or ranks.get((tokens[i], tokens[j]), (0, -1))[1] != glued:
            continue  # one of the two has been glued to another since
        tokens[i], tokens[j] = glued, -1
        after[i] = after[j]
        if after[j] >= 0:
            before[after[j]] = i
        for left in (before[i], i):
            if left < 0 or after[left] < 0:
                continue
            pair = (tokens[left], tokens[after[left]])
            if pair in ranks:
                heapq.heappush(waiting, (*ranks[pair], left))
    return [t for t in tokens if t >= 0]
