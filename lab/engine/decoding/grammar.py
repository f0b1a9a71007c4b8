"""Constrained decoding: tokens that would leave a grammar are struck out before the choice, so that what is written
always fits it. A grammar here is a finite automaton over characters; whether a token may follow depends on nothing but
the state that the text so far has led to. Where a text may have only so many tokens, those are struck out as well that
would leave too few for its end.

Source: Willard and Louf, Efficient Guided Generation for Large Language Models (2023).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["DIGITS", "NUMBERS", "YES_OR_NO", "Grammar", "TokenMasks"]

Mask = NDArray[np.bool_]
Integers = NDArray[np.int64]
NEVER = 1_000_000  # more characters than any text has


@dataclass(frozen=True)
class Grammar:
    """moves: for each state, by characters ("0123456789" means any of them), the next; the first state is 0.
    accepting: states in which the text may end.  others: for some states, the next by any character that has no move
    of its own there, but for control characters.
    """

    moves: tuple[Mapping[str, int], ...]
    accepting: frozenset[int]
    others: Mapping[int, int] = field(default_factory=dict)

    def step(self, state: int, character: str) -> int | None:
        """The state after a character, or None where it does not fit."""
        for characters, to in self.moves[state].items():
            if character in characters:
                return to
        return self.others.get(state) if character >= " " else None

    def after(self, text: str, state: int | None = 0) -> int | None:
        """The state after a text, or None where it leaves the grammar."""
        for character in text:
            if state is None:
                return None
            state = self.step(state, character)
        return state

    def finished(self, state: int | None) -> bool:
        """Whether the text is whole and nothing may follow it."""
        if state is None or state not in self.accepting:
            return False
        return not self.moves[state] and state not in self.others

    def fewest(self) -> Integers:
        """How few characters lead from each state to where a text may end, [S]; NEVER where none do."""
        left = np.array([0 if state in self.accepting else NEVER for state in range(len(self.moves))])
        for _round in self.moves:
            for state, moves in enumerate(self.moves):
                ways = [int(left[to]) + 1 for to in (*moves.values(), *self._rest(state))]
                left[state] = min(int(left[state]), *ways) if ways else left[state]
        return np.asarray(np.minimum(left, NEVER), np.int64)

    def _rest(self, state: int) -> tuple[int, ...]:
        return (self.others[state],) if state in self.others else ()


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

    names: the texts of all tokens, [V]; "" for one that is not a text of its own, which never follows.
    end: the token that ends a text; it may follow where the text may end.
    """

    def __init__(self, grammar: Grammar, names: Sequence[str], end: int | None = None) -> None:
        self.grammar, self._end = grammar, end
        named = sorted({character for moves in grammar.moves for characters in moves for character in characters})
        kinds = {character: kind for kind, character in enumerate(named, 3)}
        self._codes = _coded(names, kinds)
        self._table = _table(grammar, named)
        self._fewest = np.append(grammar.fewest(), NEVER)
        self._known: dict[int, Integers] = {}

    def after(self, state: int) -> Integers:
        """The state that each token leads to, [V]; −1 where it does not fit."""
        if state not in self._known:
            dead = len(self._table) - 1
            states = np.full(len(self._codes), state)
            for kinds in self._codes.T:
                states = self._table[states, kinds]
            states[(self._codes[:, 0] == NOTHING) | (states == dead)] = -1
            self._known[state] = states
        return self._known[state]

    def allowed(self, state: int, room: int | None = None) -> Mask:
        """The tokens that may follow, [V].

        room: how many tokens may still be written. Of those that fit only the ones are left after which the text can
        end in time, if each character is a token of its own; None: there is no hurry.
        """
        states = self.after(state)
        mask = states >= 0
        if room is not None:
            mask &= self._fewest[states] < room  # -1 is the last, from which nothing ends
        if self._end is not None:
            mask[self._end] = state in self.grammar.accepting
        return mask


NOTHING, CONTROL, OTHER = 0, 1, 2  # kinds of characters, before those that have moves of their own


def _coded(names: Sequence[str], kinds: Mapping[str, int]) -> NDArray[np.uint8]:
    """The kinds of the characters of each name, [V, longest]."""
    longest = max((len(name) for name in names), default=0)
    codes = np.zeros((len(names), max(1, longest)), np.uint8)
    for row, name in zip(codes, names):
        row[: len(name)] = [kinds.get(one, OTHER if one >= " " else CONTROL) for one in name]
    return codes


def _table(grammar: Grammar, named: Sequence[str]) -> Integers:
    """The next state by state and kind of character, [S + 1, kinds]; the last state is that of what does not fit."""
    dead = len(grammar.moves)
    table = np.full((dead + 1, len(named) + 3), dead)
    table[:, NOTHING] = np.arange(dead + 1)
    for state in range(dead):
        table[state, OTHER] = grammar.others.get(state, dead)
        for kind, character in enumerate(named, 3):
            to = grammar.step(state, character)
            table[state, kind] = dead if to is None else to
    return table
