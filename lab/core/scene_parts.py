"""The parts of a file: gestures, artifacts and plain values as JSON and back, each held against what may be there.

What is written is refused by the same rules as what is read. Raises SceneError naming the entry.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.packing import SceneError, in_words, packed, short, unpacked, writable_text
from lab.core.params import ParamError, replaced
from lab.core.simulation import Set

__all__ = [
    "MAX_ACTIONS",
    "MAX_NAME",
    "MAX_SEED",
    "MAX_STEP",
    "action_out",
    "actions_in",
    "artifact_in",
    "artifact_out",
    "is_number",
    "plain_values",
    "whole_number",
]

MAX_ACTIONS = 200_000
MAX_STEP = 10**9
MAX_SEED = 2**32
MAX_NAME = 200


def whole_number(where: str, value: Any) -> int:
    """A whole number as an int."""
    if isinstance(value, np.integer):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise SceneError(f"{where}: must be a whole number, got a {type(value).__name__}")
    return value


def plain_values(where: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, texts, and lists of texts, by name."""
    return {writable_text(name, where): _plain_value(f"{where}.{name[:60]}", value) for name, value in values.items()}


def _plain_value(where: str, value: Any) -> Any:
    """A number, a text, yes or no, or a list of texts."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, (list, tuple)):
        return [_plain_value(where, item) for item in value]
    if isinstance(value, str):
        return writable_text(value, where)
    if not is_number(value):
        raise SceneError(f"{where}: must be a short text or a number")
    return value


def is_number(value: Any) -> bool:
    """Yes and no, too, and of numbers those that every reader of JSON reads alike."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and -(2**63) <= value < 2**64


def action_out(where: str, step: int, action: Any) -> dict[str, Any]:
    """A gesture and its step as an object."""
    step = whole_number(f"{where}: step", step)
    if isinstance(action, Set):
        return {"step": step, "do": "Set", "values": packed(dict(action.values), f"{where}.values")}
    values = {f.name: packed(getattr(action, f.name), f"{where}.{f.name}") for f in dataclasses.fields(action)}
    for f in dataclasses.fields(action):
        _check_finite(f"{where}.{f.name}", getattr(action, f.name))
    return {"step": step, "do": type(action).__name__, **values}


def artifact_out(where: str, artifact: Artifact) -> dict[str, Any]:
    """An artifact as an object."""
    title, origin = writable_text(artifact.title, f"{where}.title"), writable_text(artifact.origin, f"{where}.origin")
    return {"kind": artifact.kind, "title": title, "origin": origin, "data": packed(dict(artifact.data), where)}


def actions_in(
    items: list[dict[str, Any]], specification: Specification, params: Any, at: str = "actions"
) -> tuple[tuple[int, Any], ...]:
    """Gestures with their steps. at: what the list is called."""
    known = {cls.__name__: cls for cls in specification.actions}
    actions: list[tuple[int, Any]] = []
    last = 0
    for i, item in enumerate(items):
        where = f"{at}[{i}]"
        step, name = item.get("step"), item.get("do")
        if not isinstance(step, int) or isinstance(step, bool) or not last <= step <= MAX_STEP:
            raise SceneError(f"{where}: step must be a whole number not before {last}, got {short(step)}")
        last = step
        if name == "Set":
            actions.append((step, _set_in(where, item.get("values"), params)))
        elif isinstance(name, str) and name in known:
            values = {key: value for key, value in item.items() if key not in ("step", "do")}
            actions.append((step, _action_in(where, known[name], values)))
        else:
            raise SceneError(f"{where}: there is no gesture {short(name)}; there is {', '.join(('Set', *known))}")
    return tuple(actions)


def _set_in(where: str, values: Any, params: Any) -> Set:
    if not isinstance(values, dict):
        raise SceneError(f"{where}: Set needs an object of values")
    try:
        after = replaced(params, values)
    except ParamError as error:
        raise SceneError(f"{where}: {error}") from None
    return Set({key: getattr(after, key) for key in values})


def _action_in(where: str, cls: type[Any], item: dict[str, Any]) -> Any:
    values = {key: unpacked(value, f"{where}.{key[:40]}") for key, value in item.items()}
    for key, value in values.items():
        _check_finite(f"{where}.{key[:40]}", value)
    try:
        return msgspec.convert(values, cls)
    except msgspec.ValidationError as error:
        raise SceneError(f"{where}: {in_words(error)}") from None
    except ValueError as error:
        raise SceneError(f"{where}: {str(error)[:200]}") from None
    except (TypeError, OverflowError):
        raise SceneError(f"{where}: its values do not fit") from None


def _check_finite(where: str, value: Any) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise SceneError(f"{where}: must be a finite number")


def artifact_in(where: str, item: dict[str, Any]) -> Artifact:
    """The inverse of `artifact_out`."""
    for name, kind in (("kind", str), ("title", str), ("origin", str), ("data", dict)):
        if not isinstance(item.get(name, "" if name in ("title", "origin") else None), kind):
            raise SceneError(f"{where}.{name}: must be {'text' if kind is str else 'an object of named values'}")
    data = unpacked(item["data"], where)
    if not isinstance(data, dict):
        raise SceneError(f"{where}.data: must be an object of named values")
    try:
        return Artifact(item["kind"], item.get("title", ""), data, item.get("origin", ""))
    except ValueError as error:
        raise SceneError(f"{where}: {error}") from None
