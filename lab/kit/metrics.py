"""Metrics of a part of a frame, such as one head or the newest merge, where the rows are over the part and not over the
frame; and metrics that are numbered, such as p_1, p_2 …"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.text import _

__all__ = ["Column", "numbered", "of_part"]

F = TypeVar("F")
P = TypeVar("P")


def of_part(part: Callable[[F], P | None], *rows: Metric[P] | Family[P]) -> Family[F]:
    """The rows of a part as rows of its frame; a frame without that part, None, has none of them."""
    metrics = Metrics(*rows)
    return Family(
        lambda frame: {} if (found := part(frame)) is None else metrics.values(found),
        lambda frame, name: None if (found := part(frame)) is None else metrics.why(found, name),
        metrics.labels,
        metrics.digits,
    )


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
