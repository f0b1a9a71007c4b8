"""Changing, saving and restoring a running simulation: which controls may be changed live, frozen values as plain ones
and back, and what a damaged state does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from lab.core.params import changed, checked, plain
from lab.kit.arrays import read_only

__all__ = ["from_state", "live_changes", "read_run", "reading_state", "run_state", "to_state", "unaliased"]

T = TypeVar("T")


def live_changes(
    before: Any, after: Any, live: Collection[str] | None = None, restarting: Collection[str] = ()
) -> dict[str, Any]:
    """What differs between two settings of a run, by name, with the new values.

    live: the controls that can be changed while it runs; None for all but those in `restarting`.
    Raises ValueError naming the controls that need a new start.
    """
    names = changed(before, after)
    frozen = [name for name in names if name in restarting or (live is not None and name not in live)]
    if frozen:
        raise ValueError(f"{', '.join(frozen)}: can only be changed by starting over")
    return names


@contextmanager
def reading_state() -> Iterator[None]:
    """Read a saved state, which may be damaged or of another run; also a decorator, @reading_state().

    Raises ValueError for an entry that is missing or of another kind.
    """
    try:
        yield
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"state: {error} is missing or does not fit this run") from None


def run_state(step: int, params: Any, rng: np.random.Generator) -> dict[str, Any]:
    """What every run saves, by name: its step, its settings, and its random generator."""
    return {"step": step, "params": plain(params), "random": rng.bit_generator.state}


def read_run(kind: type[T], state: Mapping[str, Any]) -> tuple[int, T]:
    """The step and the settings of a saved run. Raises ValueError for what they cannot be."""
    step = int(state["step"])
    if step < 0:
        raise ValueError(f"state: step {step}, needs 0 or more")
    return step, checked(kind, state["params"])


def to_state(value: Any) -> Any:
    """A frozen dataclass as plain values for saving: its fields by name, tuples as lists, arrays as they are."""
    if is_dataclass(value):
        return {field.name: to_state(getattr(value, field.name)) for field in fields(value)}
    return [to_state(item) for item in value] if isinstance(value, tuple) else value


def from_state(cls: type[T], saved: Mapping[str, Any]) -> T:
    """The inverse of `to_state`; arrays become read-only, and a field that was not saved has its default.

    Raises ValueError for a value of another kind, or a missing one without default.
    """
    kinds = get_type_hints(cls)
    try:
        return cls(**{name: _read(kinds[name], saved[name]) for name in kinds if name in saved})
    except (TypeError, ValueError) as error:
        raise ValueError(f"state: {cls.__name__.lower()}: {error}") from None


def unaliased(kind: Any) -> Any:
    """The type that an alias stands for: since Python 3.12 NumPy's `NDArray[np.float64]` is one of its own kind."""
    alias = get_origin(kind) or kind
    if not hasattr(alias, "__value__"):
        return kind
    return alias.__value__[get_args(kind)] if get_args(kind) else alias.__value__


def _read(kind: Any, value: Any) -> Any:
    kind = unaliased(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:  # with None
        return None if value is None else _read(parts[0], value)
    if origin is np.ndarray:
        return read_only(value, get_args(parts[1])[0])
    if origin is tuple:
        kinds = (parts[0],) * len(value) if parts[-1] is Ellipsis else parts
        return tuple(_read(each, item) for each, item in zip(kinds, value, strict=True))
    return from_state(kind, value) if isinstance(kind, type) and is_dataclass(kind) else kind(value)
