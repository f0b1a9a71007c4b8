"""The text and its branches: a tree of tokens of which one path is the text so far. Going back leaves what was written
as a branch; nothing is lost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["MOST_NODES", "Fact", "Node", "Story", "fact_of", "quoted"]

MOST_NODES = 3000


@dataclass(frozen=True, slots=True)
class Fact:
    """What the model said of a token before it came: its probability, its rank (1 is the likeliest), and the entropy of
    all probabilities, in bits. by_hand: it was chosen and not drawn."""

    p: float
    rank: int
    entropy: float
    by_hand: bool = False

    @property
    def surprisal(self) -> float:
        """−log₂ p: bits."""
        return -math.log2(self.p) if self.p > 0 else math.inf


def fact_of(probabilities: NDArray[np.float64], token: int, by_hand: bool = False) -> Fact:
    """What is known of a token when it comes. probabilities: the model's own, [V]."""
    p = float(probabilities[token])
    some = probabilities[probabilities > 0]
    entropy = float(-(some * np.log2(some)).sum()) + 0.0
    return Fact(p, 1 + int((probabilities > p).sum()), entropy, by_hand)


@dataclass(frozen=True, slots=True)
class Node:
    """A written token. parent: the number of the node before it, −1 for the end of the prompt."""

    token: int
    parent: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Story:
    """given: the tokens of the prompt.  known: what the model said of each, None for the first.  nodes: all that was
    written, in the order in which it was.  here: where the text ends, −1 at the prompt."""

    given: tuple[int, ...]
    known: tuple[Fact | None, ...]
    nodes: tuple[Node, ...] = ()
    here: int = -1

    @property
    def path(self) -> tuple[int, ...]:
        """The nodes from the prompt to here."""
        return self.path_to(self.here)

    def path_to(self, node: int) -> tuple[int, ...]:
        """The nodes from the prompt to one of them."""
        found = []
        while node >= 0:
            found.append(node)
            node = self.nodes[node].parent
        return tuple(reversed(found))

    @property
    def ids(self) -> tuple[int, ...]:
        """The text."""
        return self.given + tuple(self.nodes[n].token for n in self.path)

    @property
    def written(self) -> tuple[Fact, ...]:
        """What the model said of each token behind the prompt."""
        return tuple(self.nodes[n].fact for n in self.path)

    @property
    def full(self) -> bool:
        """Whether no more nodes are kept."""
        return len(self.nodes) >= MOST_NODES

    def log_probability(self, node: int) -> float:
        """Of the way from the prompt to a node, in nats."""
        return math.fsum(math.log(self.nodes[n].fact.p) if self.nodes[n].fact.p > 0 else -math.inf
                         for n in self.path_to(node))  # fmt: skip

    def children(self, node: int) -> tuple[int, ...]:
        """What was written behind a node, in the order in which it was."""
        return tuple(n for n, one in enumerate(self.nodes) if one.parent == node)

    def with_token(self, token: int, fact: Fact) -> Story:
        """One token more: a new branch, or the old one where the same token was written here before."""
        for n in self.children(self.here):
            if self.nodes[n].token == token:
                return replace(self, here=n)
        return replace(self, nodes=(*self.nodes, Node(token, self.here, fact)), here=len(self.nodes))

    def back_to(self, length: int) -> Story:
        """The first so many tokens; the prompt stays whole, and so do all branches."""
        path = self.path
        kept = max(0, length - len(self.given))
        return replace(self, here=path[kept - 1] if kept else -1) if kept < len(path) else self

    def at(self, node: int) -> Story:
        """The text that ends at a node. Raises ValueError where there is none such."""
        if not -1 <= node < len(self.nodes):
            raise ValueError(f"there is no branch {node}")
        return replace(self, here=node)

    def save(self) -> dict[str, Any]:
        """As arrays."""
        return {
            "given": np.array(self.given, np.int64),
            "known": _rows(self.known),
            "tokens": np.array([(node.token, node.parent) for node in self.nodes], np.int64).reshape(-1, 2),
            "facts": _rows([node.fact for node in self.nodes]),
            "here": self.here,
        }

    @classmethod
    def load(cls, saved: Mapping[str, Any], size: int) -> Story:
        """From arrays. Raises ValueError when they do not fit each other, or a token is none."""
        given, tokens = np.asarray(saved["given"], np.int64), np.asarray(saved["tokens"], np.int64)
        known, facts, here = _facts(saved["known"]), _facts(saved["facts"]), int(saved["here"])
        every = np.append(given.ravel(), tokens.reshape(-1, 2)[:, 0])
        if (
            len(known) != len(given)
            or len(facts) != len(tokens)
            or (len(every) and not 0 <= every.min() <= every.max() < size)
        ):
            raise ValueError(f"state: {given.shape} and {tokens.shape} tokens, {len(known)} and {len(facts)} facts")
        nodes = []
        for n, ((token, parent), fact) in enumerate(zip(tokens.tolist(), facts, strict=True)):
            if not -1 <= parent < n or fact is None:
                raise ValueError(f"state: node {n} has the parent {parent}")
            nodes.append(Node(token, parent, fact))
        return cls(tuple(given.tolist()), known, tuple(nodes)).at(here)


def _rows(facts: Sequence[Fact | None]) -> NDArray[np.float64]:
    rows = [(f.p, f.rank, f.entropy, f.by_hand) if f else (math.nan,) * 4 for f in facts]
    return np.array(rows, np.float64).reshape(-1, 4)


def _facts(saved: Any) -> tuple[Fact | None, ...]:
    rows = np.asarray(saved, np.float64).reshape(-1, 4).tolist()
    return tuple(None if math.isnan(p) else Fact(p, int(r), e, bool(h)) for p, r, e, h in rows)


def quoted(text: str) -> str:
    """A token in a sentence, with its white space to be seen."""
    return "“" + text.replace("\n", "⏎").replace("\t", "⇥").replace(" ", "·") + "”"
