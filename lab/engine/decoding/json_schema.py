"""From a JSON schema to a grammar: whoever writes within it writes JSON that the schema accepts. Every value is written
in one way only, that of `json.dumps`: keys in the order of the schema, a blank behind each comma and colon.

Source: JSON Schema, draft 2020-12, of which const, enum, anyOf and type are known, with properties or items.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lab.engine.decoding.grammar import Grammar

__all__ = ["schema_grammar"]

Schema = Mapping[str, Any]
EPSILON, OTHERS = "", None  # edges: one that is free, and one by any character but those that JSON forbids in a string
HEX, DIGITS = "0123456789abcdefABCDEF", "0123456789"


def schema_grammar(schema: Schema) -> Grammar:
    """The grammar of all that a schema accepts.

    Every property of an object has to be there, and none besides.
    Raises ValueError for a schema with something in it that is not known here.
    """
    edges = _Edges()
    end = edges.value(schema, edges.new())
    return _deterministic(edges, end)


class _Edges:
    """An automaton being drawn, which may be in several states at once: for each state (characters, next)."""

    def __init__(self) -> None:
        self.of: list[list[tuple[str | None, int]]] = []

    def new(self) -> int:
        self.of.append([])
        return len(self.of) - 1

    def join(self, start: int, characters: str | None, end: int | None = None) -> int:
        """An edge; its end, a new state where none is given."""
        end = self.new() if end is None else end
        self.of[start].append((characters, end))
        return end

    def text(self, start: int, text: str) -> int:
        """Just this text. Returns where it ends, as all of these do."""
        for character in text:
            start = self.join(start, character)
        return start

    def value(self, schema: Schema, start: int) -> int:
        """Whatever a schema accepts."""
        if "const" in schema:
            return self.text(start, json.dumps(schema["const"], ensure_ascii=False))
        if "enum" in schema:
            return self._either(start, [{"const": value} for value in schema["enum"]])
        if "anyOf" in schema:
            return self._either(start, schema["anyOf"])
        match schema.get("type"):
            case "string":
                return self._string(start)
            case "integer":
                return self._integer(start)
            case "number":
                return self._number(start)
            case "boolean":
                return self._either(start, [{"const": True}, {"const": False}])
            case "null":
                return self.text(start, "null")
            case "object":
                return self._object(start, schema.get("properties", {}))
            case "array":
                return self._array(start, schema.get("items", {}))
        raise ValueError(f"schema: {dict(schema)} is not known here")

    def _either(self, start: int, ways: Iterable[Schema]) -> int:
        end = self.new()
        for way in ways:
            self.join(self.value(way, self.join(start, EPSILON)), EPSILON, end)
        return end

    def _string(self, start: int) -> int:
        inside = self.join(start, '"')
        self.join(inside, OTHERS, inside)
        escape = self.join(inside, "\\")
        self.join(escape, '"\\/bfnrt', inside)
        code = self.join(escape, "u")
        for _digit in range(3):
            code = self.join(code, HEX)
        self.join(code, HEX, inside)
        return self.join(inside, '"')

    def _integer(self, start: int) -> int:
        unsigned, end = self.new(), self.new()
        self.join(start, EPSILON, unsigned)
        self.join(start, "-", unsigned)
        self.join(unsigned, "0", end)
        more = self.join(unsigned, DIGITS[1:])
        self.join(more, DIGITS, more)
        self.join(more, EPSILON, end)
        return end

    def _number(self, start: int) -> int:
        whole = self._integer(start)
        more = self.join(self.join(whole, "."), DIGITS)
        self.join(more, DIGITS, more)
        end = self.join(whole, EPSILON)
        return self.join(more, EPSILON, end)

    def _object(self, start: int, properties: Mapping[str, Schema]) -> int:
        at, before = start, "{"
        for name, schema in properties.items():
            at = self.value(schema, self.text(at, f"{before}{json.dumps(name, ensure_ascii=False)}: "))
            before = ", "
        return self.text(at, "}" if properties else "{}")

    def _array(self, start: int, items: Schema) -> int:
        opened, end = self.text(start, "["), self.new()
        self.join(opened, "]", end)
        first = self.join(opened, EPSILON)
        last = self.value(items, first)
        self.join(self.text(last, ", "), EPSILON, first)
        self.join(last, "]", end)
        return end


def _deterministic(edges: _Edges, end: int) -> Grammar:
    """The same automaton with one state at a time: each of its states is a set of states of the other."""
    first = _closed(edges, {0})
    numbers, queue = {first: 0}, [first]
    moves: list[dict[str, int]] = []
    others: dict[int, int] = {}

    def number_of(states: Iterable[int]) -> int:
        found = _closed(edges, states)
        if found not in numbers:
            numbers[found] = len(numbers)
            queue.append(found)
        return numbers[found]

    for states in queue:
        out = [edge for state in states for edge in edges.of[state] if edge[0] != EPSILON]
        anything = {to for characters, to in out if characters is OTHERS}
        by_target: dict[int, str] = {}
        for character in sorted({one for characters, _to in out if characters for one in characters}):
            into = {to for characters, to in out if characters and character in characters}
            target = number_of(into if character in '"\\' else into | anything)
            by_target[target] = by_target.get(target, "") + character
        moves.append({characters: to for to, characters in by_target.items()})
        if anything:
            others[numbers[states]] = number_of(anything)
    accepting = frozenset(number for states, number in numbers.items() if end in states)
    return Grammar(tuple(moves), accepting, others)


def _closed(edges: _Edges, states: Iterable[int]) -> frozenset[int]:
    """The states with all that can be reached from them for nothing."""
    found, queue = set(states), list(states)
    while queue:
        for characters, to in edges.of[queue.pop()]:
            if characters == EPSILON and to not in found:
                found.add(to)
                queue.append(to)
    return frozenset(found)
