"""Read-only arrays: what a frame shows is never written again."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["freeze", "freeze_all", "freeze_fields", "read_only"]

A = TypeVar("A", bound=NDArray[Any])
T = TypeVar("T", bound="DataclassInstance")


def read_only(values: Any, dtype: DTypeLike | None = np.float64) -> Any:
    """A read-only copy. values: numbers of any shape.  dtype: of the copy; None keeps that of `values`."""
    return freeze(np.array(values, dtype))


def freeze(array: A) -> A:
    """The same array, marked as read-only: for one that was just made and that nobody else writes."""
    array.flags.writeable = False
    return array


def freeze_all(*values: Any) -> None:
    """Mark several arrays as read-only. What is no array is passed over."""
    for value in values:
        if isinstance(value, np.ndarray):
            freeze(value)


def freeze_fields(part: T) -> T:
    """The same dataclass, its arrays and those in tuples marked as read-only."""
    for field in fields(part):
        value = getattr(part, field.name)
        freeze_all(*(value if isinstance(value, tuple) else (value,)))
    return part
