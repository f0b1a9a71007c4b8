"""Beam search, one token deeper at a time. What the model gave for a continuation is remembered, so that looking deeper
evaluates only what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.engine.decoding.beam import BeamTree, beam_search
from lab.experiments.e21_decoding.models import Floats, LanguageModel
from lab.experiments.e21_decoding.text import Text

__all__ = ["BeamPicture", "Beams", "Branch"]

CANDIDATES = 8  # of each place are remembered; more than any beam looks at
Path = tuple[int, ...]  # of places among the candidates, not of tokens


@dataclass(frozen=True, slots=True)
class Branch:
    """One token of the tree. parent: its number, −1 at the root.  logp: of the whole path, in nats.  kept: whether it
    was among the best of its depth.  best: whether it lies on the best path.  greedy: … on the greedy one."""

    token: int
    parent: int
    depth: int
    logp: float
    kept: bool
    best: bool
    greedy: bool


@dataclass(frozen=True, slots=True)
class BeamPicture:
    """The tree so far. best_logp, greedy_logp: of the best and of the greedy path, as deep as it has been looked.
    paths: the tokens of the best paths, best first, and their logs."""

    depth: int
    branches: tuple[Branch, ...]
    best_logp: float | None
    greedy_logp: float | None
    paths: tuple[tuple[tuple[int, ...], float], ...]

    @property
    def gain(self) -> float | None:
        """By how much the best path is likelier than the greedy one, as a difference of their logs."""
        return None if self.best_logp is None or self.greedy_logp is None else self.best_logp - self.greedy_logp


EMPTY = BeamPicture(0, (), None, None, ())


class _Missing(Exception):
    """This path has not been evaluated yet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


class Beams:
    """A search from one text."""

    depth: int
    _known: dict[Path, tuple[list[int], Floats]]  # path -> tokens and their log-probabilities
    _picture: tuple[object, BeamPicture]

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Another text: nothing that was found holds."""
        self.depth, self._known, self._picture = 0, {}, (None, EMPTY)

    def growing(self, model: LanguageModel, text: Text, width: int, depth: int) -> Iterator[float]:
        """Look `depth` tokens deep; rests while the model reads."""
        while True:
            try:
                self._search(width, depth)
                self._greedy(depth)
                break
            except _Missing as missing:
                yield from model.reading((*text.ids, *self._tokens(missing.path)), text.given)
                logs = log_softmax(model.scores)
                top = np.argsort(-logs, kind="stable")[:CANDIDATES]
                self._known[missing.path] = (top.tolist(), logs[top])
                yield 0.5  # one question is one piece of work
        self.depth = depth

    def picture(self, width: int) -> BeamPicture:
        """The tree as deep as it has been looked; as much of it as is known, where the width was changed."""
        key = (width, self.depth, len(self._known))
        if self._picture[0] != key:
            self._picture = (key, self._deepest_known(width))
        return self._picture[1]

    def _deepest_known(self, width: int) -> BeamPicture:
        for depth in range(self.depth, 0, -1):
            try:
                tree, greedy = self._search(width, depth), self._greedy(depth)
            except _Missing:
                continue
            return self._picture_of(tree, greedy, depth)
        return EMPTY

    def _picture_of(self, tree: BeamTree, greedy: tuple[Path, float], depth: int) -> BeamPicture:
        best = tuple(tree.path(tree.best[0]))
        branches, places = [], list[Path]()
        for node in tree.nodes:
            path = (*(places[node.parent] if node.parent >= 0 else ()), node.token)
            places.append(path)
            branches.append(
                Branch(
                    self._tokens(path)[-1],
                    node.parent,
                    node.depth,
                    node.log_probability,
                    node.kept,
                    path == best[: len(path)],
                    path == greedy[0][: len(path)],
                )
            )
        paths = tuple((self._tokens(tuple(tree.path(i))), tree.nodes[i].log_probability) for i in tree.best)
        return BeamPicture(depth, tuple(branches), paths[0][1], greedy[1], paths)

    def _search(self, width: int, depth: int) -> BeamTree:
        return beam_search(self._look_up, (), width, depth)

    def _look_up(self, path: Sequence[int]) -> Floats:
        found = self._known.get(tuple(path))
        if found is None:
            raise _Missing(tuple(path))
        return found[1]

    def _greedy(self, depth: int) -> tuple[Path, float]:
        """Always the likeliest: the path, and its log-probability."""
        path: Path = ()
        total = 0.0
        for _token in range(depth):
            total += float(self._look_up(path)[0])
            path = (*path, 0)
        return path, total

    def _tokens(self, path: Path) -> tuple[int, ...]:
        return tuple(self._known[path[:i]][0][place] for i, place in enumerate(path))

    def save(self) -> dict[str, Any]:
        """How deep it has been looked, and all that was found."""
        paths = list(self._known)
        return {
            "depth": self.depth,
            "paths": [list(path) for path in paths],
            "tokens": [self._known[path][0] for path in paths],
            "logs": [self._known[path][1].tolist() for path in paths],
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved."""
        self.forget()
        self.depth = int(saved["depth"])
        for path, tokens, logs in zip(saved["paths"], saved["tokens"], saved["logs"], strict=True):
            self._known[tuple(int(p) for p in path)] = ([int(t) for t in tokens], np.array(logs, np.float64))
