"""Constrained decoding: tokens that would leave a grammar are struck out before the choice, so that what is written
always fits it. A grammar here is a finite automaton over characters; whether a token may follow depends on nothing but
the state that the text so far has led to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIGITS", "NUMBERS", "YES_OR_NO", "Grammar", "TokenMasks"]

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Grammar:
    """moves: for each state, by characters ("0123456789" means any of them), the next; the first state is 0.
    accepting: states in which the text may end.
    """

    moves: tuple[Mapping[str, int], ...]
    accepting: frozenset[int]

    def step(self, state: int, character: str) -> int | None:
        """The state after a character, or None where it does not fit."""
        return next((to for characters, to in self.moves[state].items() if character in characters), None)

    def after(self, text: str, state: int | None = 0) -> int | None:
        """The state after a text, or None where it leaves the grammar."""
        for character in text:
            if state is None:
                return None
            state = self.step(state, character)
        return state

    def finished(self, state: int | None) -> bool:
        """Whether the text is whole and nothing may follow it."""
        return state is not None and state in self.accepting and not self.moves[state]


_D = "0123456789"
DIGITS = Grammar(({" ": 2, _D: 1}, {_D: 1}, {_D: 1}), frozenset({1}))
"""One number of digits, with or without a space before it."""
YES_OR_NO = Grammar(
    ({" ": 5, "Yy": 1, "Nn": 3}, {"e": 2}, {"s": 4}, {"o": 4}, {}, {"Yy": 1, "Nn": 3}),
    frozenset({4}),
)
"""yes or no, with a capital or without, with or without a space before it."""
NUMBERS = Grammar(
    (
        {" \n": 9, "[": 1},
        {"-": 2, "0": 4, _D[1:]: 3, "]": 8},
        {"0": 4, _D[1:]: 3},
        {_D: 3, ".": 5, ",": 7, "]": 8},
        {".": 5, ",": 7, "]": 8},
        {_D: 6},
        {_D: 6, ",": 7, "]": 8},
        {" ": 10, "-": 2, "0": 4, _D[1:]: 3},
        {},
        {"[": 1},
        {"-": 2, "0": 4, _D[1:]: 3},
    ),
    frozenset({8}),
)
"""A list of numbers in JSON, such as [1, -2.5, 30], with at most one space between its parts."""


class TokenMasks:
    """Which tokens may follow in each state, worked out once for each.

    names: the texts of all tokens, [V].  end: the token that ends a text; it may follow where the text may end.
    """

    def __init__(self, grammar: Grammar, names: Sequence[str], end: int | None = None) -> None:
        self._grammar, self._names, self._end = grammar, names, end
        self._known: dict[int, Mask] = {}

    def allowed(self, state: int) -> Mask:
        """The tokens that may follow, [V]."""
        if state not in self._known:
            start = "".join(self._grammar.moves[state])
            mask: NDArray[Any] = np.array(
                [
                    bool(name) and name[0] in start and self._grammar.after(name, state) is not None
                    for name in self._names
                ],
                bool,
            )
            if self._end is not None:
                mask[self._end] = state in self._grammar.accepting
            self._known[state] = mask
        return self._known[state]
