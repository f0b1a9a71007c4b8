"""Beam search: instead of one continuation, the few best are kept and all of their continuations tried. The search is
recorded as a tree, with the branches that were given up, because what it does is best seen there: it usually
finds text that is likelier than greedy choice (not always: a narrow beam can drop the better path), and duller than
sampling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["BeamNode", "BeamTree", "beam_search"]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class BeamNode:
    """A token in the tree: its parent's index (-1 at the root), its depth, the log-probability of its whole path
    in nats, whether it was kept among the best of its depth, and whether it ended the text.
    """

    token: int
    parent: int
    depth: int
    log_probability: float
    kept: bool
    ended: bool


@dataclass(frozen=True)
class BeamTree:
    """All that was looked at; nodes stand in the order in which they were made. `best` are indices of leaves, the
    best path first; their scores are log-probabilities over length^penalty.
    """

    nodes: tuple[BeamNode, ...]
    best: tuple[int, ...]
    scores: tuple[float, ...]

    def path(self, index: int) -> list[int]:
        """The tokens from the start to a node."""
        return _path(self.nodes, index)


def beam_search(
    log_probabilities: Callable[[Sequence[int]], Floats],
    start: Sequence[int],
    width: int,
    steps: int,
    length_penalty: float = 0.0,
    end: int | None = None,
) -> BeamTree:
    """Follows the `width` best continuations of a text for some steps.

    log_probabilities: tokens so far -> log-probability of each next token, [V].
    length_penalty: paths are compared by log-probability / length^penalty; 0 favours short paths that ended.
    end: a token that ends a path; an ended path keeps its place among the best. Equals go to the earlier path
    and the lower token.
    Raises ValueError when width or steps is below 1.
    Source: Graves (2012); Wu et al. (2016) for the length penalty, here in its plain form.
    """
    if width < 1 or steps < 1:
        raise ValueError(f"width and steps must be at least 1, got {width} and {steps}")
    nodes: list[BeamNode] = []
    beam: list[int] = [-1]
    for depth in range(1, steps + 1):
        rivals: list[tuple[float, int, int, float]] = []  # score, parent, token, log-probability
        finished: list[tuple[float, int]] = []
        for parent in beam:
            if parent >= 0 and nodes[parent].ended:
                finished.append((_score(nodes[parent], length_penalty), parent))
                continue
            logs = log_probabilities([*start, *_path(nodes, parent)])
            so_far = nodes[parent].log_probability if parent >= 0 else 0.0
            for token in np.argsort(-logs, kind="stable")[: width + 1]:  # one more, to show what just missed
                total = so_far + float(logs[token])
                rivals.append((total / depth**length_penalty, parent, int(token), total))
        if not rivals:
            break
        order = sorted([(-score, 0, i) for i, (score, _) in enumerate(finished)]
                       + [(-score, 1, i) for i, (score, *_) in enumerate(rivals)])  # fmt: skip
        kept = set(order[:width])
        beam = [finished[i][1] for _, kind, i in order[:width] if kind == 0]
        for i, (score, parent, token, total) in enumerate(rivals):
            chosen = (-score, 1, i) in kept
            nodes.append(BeamNode(token, parent, depth, total, chosen, token == end))
            if chosen:
                beam.append(len(nodes) - 1)
    ranked = sorted(beam, key=lambda i: -_score(nodes[i], length_penalty))
    return BeamTree(tuple(nodes), tuple(ranked), tuple(_score(nodes[i], length_penalty) for i in ranked))


def _score(node: BeamNode, length_penalty: float) -> float:
    return float(node.log_probability / node.depth**length_penalty)


def _path(nodes: Sequence[BeamNode], index: int) -> list[int]:
    tokens: list[int] = []
    while index >= 0:
        tokens.append(nodes[index].token)
        index = nodes[index].parent
    return tokens[::-1]
