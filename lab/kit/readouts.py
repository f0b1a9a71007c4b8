"""Rows of read-outs that several experiments need: numbered ones, and those of the page that is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metrics, Value
from lab.core.text import _

__all__ = ["Column", "numbered", "of_page"]

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Column(Generic[F]):
    """A read-out of which a frame has several: `p` is p_1, p_2 … label: with {n} where the number stands.

    values: of a frame, in order.  why: the arithmetic of one, by its place in `values`.
    """

    name: str
    label: str
    values: Callable[[F], Sequence[Value]]
    why: Callable[[F, int], Term | None] | None = None


def numbered(most: int, *columns: Column[F], first: int = 1) -> Family[F]:
    """Columns of the same length, row after row, counted from `first`. most: how many rows there can be."""
    by_name = {column.name: column for column in columns}

    def values(frame: F) -> dict[str, Value]:
        rows = zip(*(column.values(frame) for column in columns), strict=True)
        return {f"{name}_{n}": value for n, row in enumerate(rows, first) for name, value in zip(by_name, row)}

    def why(frame: F, name: str) -> Term | None:
        stem, _bar, number = name.rpartition("_")
        explain = by_name[stem].why
        return None if explain is None else explain(frame, int(number) - first)

    numbers = range(first, first + most)
    return Family(values, why, {f"{c.name}_{n}": _(c.label).format(n=n) for c in columns for n in numbers})


def of_page(page: Callable[[F], object], tables: Mapping[type, Metrics[Any]]) -> Family[F]:
    """The read-outs of the page that is open, or of another part of a frame, by its type; none for any other type."""

    def table(frame: F) -> Metrics[Any]:
        return tables.get(type(page(frame)), Metrics())

    labels = {name: label for metrics in tables.values() for name, label in metrics.labels.items()}
    digits = {name: count for metrics in tables.values() for name, count in metrics.digits.items()}
    return Family(
        lambda frame: table(frame).values(page(frame)),
        lambda frame, name: table(frame).why(page(frame), name),
        labels,
        digits,
    )
