"""One word on its way from its smallest units to its tokens: the neighbours of the lowest rank are merged, the
leftmost first, again and again."""

from __future__ import annotations

from itertools import pairwise

from lab.core.records import dataclass
from lab.engine.text.bpe import BPETokenizer

__all__ = ["DRAWN", "LONGEST", "Branch", "Ladder", "Rung", "ladder_of", "pick_word", "tree_of"]

LONGEST = 24
"""So many characters of a word are followed."""
DRAWN = 511
"""So many nodes of a merge tree are kept: nine whole levels, more than any screen has room for."""


@dataclass(frozen=True, slots=True)
class Rung:
    """tokens: as they stand.  ranks: of every two neighbours, None where no merge knows them.  made: the place of the
    token that has just been made, None at the start.  rank: of the merge that made it."""

    tokens: tuple[bytes, ...]
    ranks: tuple[int | None, ...]
    made: int | None
    rank: int | None

    @property
    def next_rank(self) -> int | None:
        """The lowest rank between neighbours: what is merged next."""
        return min((rank for rank in self.ranks if rank is not None), default=None)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A word and all rungs; `word` counts from 1, `cut` says that only its beginning is followed. made: merges so far;
    there may be fewer."""

    text: str
    word: int
    words: int
    rungs: tuple[Rung, ...]
    made: int
    cut: bool = False

    @property
    def rung(self) -> Rung:
        """The one that is reached."""
        return self.rungs[min(self.made, len(self.rungs) - 1)]


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the merge tree: the halves are places in the same list, −1 in a leaf and where the list was full.
    leaves: the smallest pieces in it, one in a leaf."""

    id: int
    token: bytes
    rank: int | None
    left: int = -1
    right: int = -1
    leaves: int = 1


def pick_word(words: list[str], wanted: int) -> int:
    """The number of the word to look at, from 1: the wanted one, or the longest of the first twelve; 0: none."""
    if wanted > 0:
        return min(wanted, len(words))
    first = words[:12]
    return first.index(max(first, key=lambda word: len(word.strip()))) + 1 if first else 0


def ladder_of(tokenizer: BPETokenizer, words: list[str], wanted: int, made: int = 0) -> Ladder | None:
    """The way of one word after so many merges; None where there is none."""
    number = pick_word(words, wanted)
    if not number:
        return None
    text = words[number - 1]
    shown = text[:LONGEST]
    rungs = []
    for step in tokenizer.encode_steps(shown):
        ranks = tuple(tokenizer.rank(*pair) for pair in pairwise(step.ids))
        rungs.append(Rung(tuple(map(tokenizer.token, step.ids)), ranks, step.position, step.rank))
    return Ladder(shown, number, len(words), tuple(rungs), made, len(shown) < len(text))


def tree_of(tokenizer: BPETokenizer, token_id: int, most: int = DRAWN) -> tuple[Branch, ...]:
    """The merge tree of a token as a list, the token itself first, then level by level while there is room for both
    halves: at most `most` nodes. Nothing where there is no such token."""
    if not 0 <= token_id < tokenizer.size:
        return ()
    nodes = [tokenizer.merge_tree(token_id)]
    halves: list[tuple[int, int]] = []
    for node in nodes:  # the list grows while it is walked
        if node.left is None or node.right is None or len(nodes) + 2 > most:
            halves.append((-1, -1))
        else:
            halves.append((len(nodes), len(nodes) + 1))
            nodes += [node.left, node.right]
    return tuple(Branch(n.token_id, n.token, n.rank, *places, n.leaves) for n, places in zip(nodes, halves))
