"""From a schema to a grammar: what is drawn within it is JSON that the schema accepts, by a check of its own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from lab.engine.decoding.grammar import Grammar, TokenMasks
from lab.engine.decoding.json_schema import schema_grammar

CALL = {
    "anyOf": [
        {"type": "object", "properties": {"tool": {"enum": ["search", "send"]}, "input": {"type": "string"}}},
        {"type": "object", "properties": {"answer": {"anyOf": [{"type": "string"}, {"type": "null"}]}}},
    ]
}
MANY = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "x": {"type": "number"},
        "is": {"type": "boolean"},
        "list": {"type": "array", "items": {"anyOf": [{"type": "integer"}, {"const": 'a "word"'}]}},
    },
}
SIGNS = (*(chr(code) for code in range(32, 127)), "\n", "é", '{"tool": "', '", "input": "', '"}', "sea", "\\", 'a"}')


def fits(grammar: Grammar, text: str) -> bool:
    state = grammar.after(text)
    return state is not None and state in grammar.accepting


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Whether a schema accepts a value, read as its definition says; knows nothing of grammars."""
    if "const" in schema:
        return type(value) is type(schema["const"]) and value == schema["const"]
    if "enum" in schema:
        return value in schema["enum"]
    if "anyOf" in schema:
        return any(accepts(way, value) for way in schema["anyOf"])
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
    if schema["type"] == "object":
        wanted = schema["properties"]
        return (
            isinstance(value, dict) and set(value) == set(wanted) and all(accepts(wanted[k], value[k]) for k in value)
        )
    if schema["type"] == "array":
        return isinstance(value, list) and all(accepts(schema["items"], one) for one in value)
    return isinstance(value, kinds[schema["type"]]) and (schema["type"] == "boolean" or not isinstance(value, bool))


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (CALL, '{"tool": "send", "input": "Anna: \\"hi\\" \\u00e9 é"}'),
        (CALL, '{"answer": null}'),
        (CALL, '{"answer": ""}'),
        (MANY, '{"n": -10, "x": 0.50, "is": true, "list": []}'),
        (MANY, '{"n": 0, "x": 7, "is": false, "list": [1, "a \\"word\\"", -2]}'),
        ({"type": "object"}, "{}"),
    ],
)
def test_what_a_schema_accepts_fits(schema: dict[str, Any], text: str) -> None:
    grammar = schema_grammar(schema)
    assert fits(grammar, text) and grammar.finished(grammar.after(text))
    assert accepts({"properties": {}} | schema, json.loads(text))


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (CALL, '{"tool": "shell", "input": "x"}'),
        (CALL, '{"tool": "send"}'),
        (CALL, '{"input": "x", "tool": "send"}'),
        (CALL, '{"tool": "send", "input": "two\nlines"}'),
        (CALL, '{"tool": "send", "input": "\\x"}'),
        (CALL, '{"answer": nul}'),
        (CALL, '{"answer": "x"} and more'),
        (MANY, '{"n": 01, "x": 1, "is": true, "list": []}'),
        (MANY, '{"n": 1, "x": 1., "is": true, "list": []}'),
        (MANY, '{"n": 1, "x": 1, "is": true, "list": [1,]}'),
    ],
)
def test_what_it_does_not_accept_or_nobody_can_read_does_not_fit(schema: dict[str, Any], text: str) -> None:
    assert not fits(schema_grammar(schema), text)


@pytest.mark.parametrize("schema", [CALL, MANY])
@pytest.mark.parametrize("room", [50, 90])
def test_whatever_is_drawn_is_read_and_accepted_and_ends_in_time(schema: dict[str, Any], room: int) -> None:
    grammar = schema_grammar(schema)
    masks, rng = TokenMasks(grammar, SIGNS), np.random.default_rng(0)
    lengths = []
    for _text in range(100):
        text, state, written = "", 0, 0
        while not grammar.finished(state):
            token = int(rng.choice(np.flatnonzero(masks.allowed(state, room - written))))
            text, state, written = text + SIGNS[token], int(masks.after(state)[token]), written + 1
        assert accepts(schema, json.loads(text)), text
        lengths.append(written)
    assert max(lengths) <= room


def test_tokens_are_followed_as_their_characters_are() -> None:
    grammar = schema_grammar(CALL)
    masks = TokenMasks(grammar, (*SIGNS, ""))
    for state in range(len(grammar.moves)):
        expected = [grammar.after(sign, state) for sign in SIGNS]
        assert masks.after(state).tolist() == [-1 if to is None else to for to in expected] + [-1]


@pytest.mark.parametrize(("room", "any_left"), [(2, True), (1, False)])
def test_only_tokens_that_leave_room_for_the_end_are_allowed(room: int, any_left: bool) -> None:
    grammar = schema_grammar({"type": "string"})
    masks = TokenMasks(grammar, ('"', "a", "ab"))
    assert masks.allowed(0, room).any() == any_left  # "" takes two
    inside = grammar.after('"')
    assert inside is not None and masks.allowed(inside, 2).tolist() == [True, True, True]
    assert masks.allowed(inside, 1).tolist() == [True, False, False]


def test_fewest_counts_the_characters_that_are_missing() -> None:
    grammar = schema_grammar({"type": "array", "items": {"const": True}})
    counted = {text: int(grammar.fewest()[grammar.after(text) or 0]) for text in ("", "[", "[t", "[true", "[true]")}
    assert counted == {"": 2, "[": 1, "[t": 4, "[true": 1, "[true]": 0}


@pytest.mark.parametrize("schema", [{}, {"type": "tuple"}, {"type": "array"}, {"anyOf": [{"pattern": "a"}]}])
def test_what_is_not_known_of_schemas_is_said(schema: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not known"):
        schema_grammar(schema)
