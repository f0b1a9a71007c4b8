"""Byte-pair encoding, learned. Count every pair of neighbours, glue the most frequent pair into a new token,
count again. A trainer that recounts the whole text for each merge is easy and slow; this one keeps the counts and
the places of every pair, and a merge touches only the places where it happens, so that a slider over the merges
can be live. Each merge can be taken back exactly.

Ties are broken by a stated rule: "lowest" takes the pair with the lowest ids, "earliest" the one met first in the
text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Literal, get_args

from lab.core.pieces import result_of
from lab.core.records import dataclass
from lab.engine.text.bpe import BPETokenizer, Unit
from lab.engine.text.pair_ranking import Pair, PairRanking
from lab.engine.text.split import Splitter, split
from lab.engine.text.tokenizer import replace_surrogates

__all__ = ["BPETrainer", "PairCount", "TieRule", "learn_bpe"]

TieRule = Literal["lowest", "earliest"]
END = -1
PLACES_AT_A_TIME = 128


@dataclass(frozen=True, slots=True)
class PairCount:
    """A line of the league table: two neighbouring tokens and how often they stand together."""

    left: int
    right: int
    count: int


@dataclass(frozen=True, slots=True)
class _Done:
    pair: Pair
    lefts: list[int]  # where the two halves stood, left to right; two lists of numbers, for a list of pairs
    rights: list[int]  # would keep the garbage collector busy: one of its pauses is longer than many merges


class BPETrainer:
    """A training in progress: merge once, merge a pair of one's own choice, look, take back.

    text: what is learned from.
    splitter: "gpt2" keeps merges inside words, "none" lets them cross.
    unit: start from bytes (256 tokens, any text can be written later) or from the characters of the text.
    tie: which of equally frequent pairs is merged, see above.
    Raises ValueError when unit or tie is unknown.
    Source: Sennrich, Haddow, Birch, Neural Machine Translation of Rare Words with Subword Units (2016).
    """

    def __init__(self, text: str, splitter: Splitter = "gpt2", unit: Unit = "byte", tie: TieRule = "lowest") -> None:
        if unit not in get_args(Unit):
            raise ValueError(f"unit must be one of {get_args(Unit)}, got {unit!r}")
        if tie not in get_args(TieRule):
            raise ValueError(f"tie must be one of {get_args(TieRule)}, got {tie!r}")
        text = replace_surrogates(text)
        self.splitter, self.unit, self.tie = splitter, unit, tie
        self.n_bytes = len(text.encode())
        alphabet = [bytes((b,)) for b in range(256)] if unit == "byte" else [c.encode() for c in sorted(set(text))]
        self._vocabulary: list[bytes] = alphabet
        self._n_units = len(alphabet)
        self._done: list[_Done] = []
        words = split(text, splitter)
        self._text_words = words
        self._lay_out(Counter(words))
        self._curve = [self.n_tokens]

    def _lay_out(self, words: Counter[str]) -> None:
        """Puts every different word once into one linked list of tokens, and counts all pairs."""
        unit_of = {token: i for i, token in enumerate(self._vocabulary)}
        self._token: list[int] = []  # by place; END where a token was glued to the one before it
        self._weight: list[int] = []  # by place: how often the word occurs
        self._before: list[int] = []
        self._after: list[int] = []
        self._start: dict[str, int] = {}
        self._counts: dict[Pair, int] = {}
        self._places: dict[Pair, set[int]] = {}
        self._ranking = PairRanking(self._counts)
        for word, occurrences in words.items():
            units = [bytes((b,)) for b in word.encode()] if self.unit == "byte" else [c.encode() for c in word]
            start, n = len(self._token), len(units)
            self._start[word] = start
            self._token += [unit_of[u] for u in units]
            self._weight += [occurrences] * n
            self._before += [END, *range(start, start + n - 1)]
            self._after += [*range(start + 1, start + n), END]
            self._enter(*range(start, start + n - 1))
        self.n_tokens = sum(self._weight)

    @property
    def n_merges(self) -> int:
        """How many merges have been made."""
        return len(self._done)

    @property
    def size(self) -> int:
        """How many tokens there are by now."""
        return len(self._vocabulary)

    @property
    def n_pairs(self) -> int:
        """How many different pairs of neighbours there are; 0 when nothing is left to merge."""
        return len(self._counts)

    @property
    def bytes_per_token(self) -> float:
        """How much text a token carries; 0 for an empty text."""
        return self.n_bytes / self.n_tokens if self.n_tokens else 0.0

    @property
    def curve(self) -> tuple[int, ...]:
        """The length of the text in tokens after 0, 1, 2 … merges."""
        return tuple(self._curve)

    def token(self, token_id: int) -> bytes:
        return self._vocabulary[token_id]

    def league(self, k: int) -> list[PairCount]:
        """The k most frequent pairs, the next to be merged first."""
        top = self._ranking.first(k, with_ties=self.tie == "earliest")
        return [PairCount(*pair, self._counts[pair]) for pair in sorted(top, key=self._order)[:k]]

    def count(self, pair: Pair) -> int:
        """How often two tokens, by id, stand together now."""
        return self._counts.get(pair, 0)

    def best(self) -> PairCount | None:
        """The pair that `merge` would take; None when no two tokens stand together any more."""
        if self.tie == "lowest":
            pair = self._ranking.best()
        else:
            pair = min(self._ranking.tied(), key=self._order, default=None)
        return None if pair is None else PairCount(*pair, self._counts[pair])

    def ties(self) -> int:
        """How many pairs are exactly as frequent as the most frequent one, itself included; 0 when none is left."""
        return self._ranking.n_tied()

    def merge(self, pair: Pair | None = None) -> PairCount | None:
        """Glues a pair into a new token wherever it stands, from left to right, and tells its count.

        pair: ids of the two halves; None takes the most frequent pair. Returns None when nothing is left.
        Raises ValueError when the pair stands nowhere in the text.
        """
        return result_of(self.merging(pair))

    def merging(self, pair: Pair | None = None) -> Generator[None, None, PairCount | None]:
        """`merge` in parts: yields after every so many places, so that a long text holds nobody up.

        Whoever closes it before its end finds everything as it was before. Raises as `merge` does.
        """
        if pair is None:
            best = self.best()
            if best is None:
                return None
            pair = (best.left, best.right)
        elif pair not in self._counts:
            raise ValueError(f"pair {pair} stands nowhere in the text as it is cut now")
        made = PairCount(*pair, self._counts[pair])
        done = _Done(pair, [], [])
        self._vocabulary.append(self._vocabulary[pair[0]] + self._vocabulary[pair[1]])
        try:
            for number, place in enumerate(sorted(self._places[pair]), 1):
                self._glue(place, done)
                if number % PLACES_AT_A_TIME == 0:
                    yield
        except GeneratorExit:
            self._vocabulary.pop()
            self._unglue(done)
            raise
        self._done.append(done)
        self._curve.append(self.n_tokens)
        return made

    def _glue(self, i: int, done: _Done) -> None:
        """The new token at one place, unless one of its halves has gone into another since."""
        j = self._after[i]
        if (self._token[i], self._token[j] if j != END else END) != done.pair:
            return  # "aaa" holds "aa" twice, but only one of them can be glued
        self._strike(self._before[i], i, j)
        self._token[i], self._token[j] = len(self._vocabulary) - 1, END
        self._link(i, self._after[j])
        self._enter(self._before[i], i)
        self.n_tokens -= self._weight[i]
        done.lefts.append(i)
        done.rights.append(j)

    def undo(self) -> bool:
        """Takes the last merge back; False when there is none."""
        if not self._done:
            return False
        self._vocabulary.pop()
        self._curve.pop()
        self._unglue(self._done.pop())
        return True

    def _unglue(self, done: _Done) -> None:
        for i, j in zip(reversed(done.lefts), reversed(done.rights), strict=True):
            self._strike(self._before[i], i)
            self._token[i], self._token[j] = done.pair
            self._link(j, self._after[i])
            self._after[i] = j
            self._enter(self._before[i], i, j)
            self.n_tokens += self._weight[i]

    def ids(self) -> list[int]:
        """The training text in today's tokens, in reading order."""
        cut = {word: self._walk(start) for word, start in self._start.items()}
        return [token for word in self._text_words for token in cut[word]]

    def tokenizer(self) -> BPETokenizer:
        """What has been learned so far, ready to encode any text."""
        merges = [(*done.pair, self._n_units + k) for k, done in enumerate(self._done)]
        return BPETokenizer(tuple(self._vocabulary), tuple(merges), self.splitter, self.unit)

    def _walk(self, place: int) -> list[int]:
        tokens = []
        while place != END:
            tokens.append(self._token[place])
            place = self._after[place]
        return tokens

    def _order(self, pair: Pair) -> tuple[int, int, int]:
        if self.tie == "lowest":
            return (-self._counts[pair], *pair)
        return (-self._counts[pair], min(self._places[pair]), 0)

    def _link(self, left: int, right: int) -> None:
        self._after[left] = right
        if right != END:
            self._before[right] = left

    def _enter(self, *starts: int) -> None:
        """Counts the pairs that begin at these places, all different."""
        for place in starts:
            if place == END or self._after[place] == END:
                continue
            pair = (self._token[place], self._token[self._after[place]])
            if pair in self._counts:
                self._counts[pair] += self._weight[place]
                self._places[pair].add(place)
            else:
                self._counts[pair] = self._weight[place]
                self._places[pair] = {place}
            self._ranking.grew(pair)

    def _strike(self, *starts: int) -> None:
        """Takes the pairs that begin at these places out of the counts again."""
        for place in starts:
            if place == END or self._after[place] == END:
                continue
            pair = (self._token[place], self._token[self._after[place]])
            places = self._places[pair]
            places.discard(place)
            if places:
                self._counts[pair] -= self._weight[place]
            else:
                del self._counts[pair], self._places[pair]


def learn_bpe(
    text: str, n_merges: int, splitter: Splitter = "gpt2", unit: Unit = "byte", tie: TieRule = "lowest"
) -> BPETokenizer:
    """Learns up to n_merges merges from `text`; fewer when nothing is left to merge.

    Raises ValueError when n_merges is negative.
    """
    if n_merges < 0:
        raise ValueError(f"n_merges must be 0 or more, got {n_merges}")
    trainer = BPETrainer(text, splitter, unit, tie)
    while trainer.n_merges < n_merges and trainer.merge() is not None:
        pass
    return trainer.tokenizer()
