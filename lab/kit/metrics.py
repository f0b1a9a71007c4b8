"""Metrics of a part of a frame, such as one head or the newest merge, where the rows are over the part and not over the
frame; and metrics that are numbered, such as p_1, p_2 …"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from lab.core.arithmetic import Term
from lab.core.metric import Family, Metric, Metrics, Value
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["Column", "if_open", "numbered", "of_part"]

F = TypeVar("F")
P = TypeVar("P")


class Paged(Protocol):
    """A frame with the page that is open as data."""

    @property
    def page(self) -> Any: ...


def of_part(part: Callable[[F], P | None], *rows: Metric[P] | Family[P]) -> Family[F]:
    """The rows of a part as rows of its frame; a frame without that part, None, has none of them."""
    metrics = Metrics(*rows)
    return Family(
        lambda frame: {} if (found := part(frame)) is None else metrics.values(found),
        lambda frame, name: None if (found := part(frame)) is None else metrics.why(found, name),
        metrics.labels,
        metrics.digits,
    )


def if_open(page: type[P]) -> Callable[[Paged], P | None]:
    """Of a frame with a page: that page, if it is of this kind."""
    return lambda frame: frame.page if isinstance(frame.page, page) else None


@dataclass(frozen=True, slots=True)
class Column(Generic[F]):
    """A read-out of which a frame has several: `p` is p_1, p_2 …, and `w{n}` is w1, w2 …

    label: with {n} where the number stands.  values: of a frame, in order.  why: the arithmetic of one, by its place
    in `values`.  digits: as of a Metric.
    """

    name: str
    label: str
    values: Callable[[F], Sequence[Value]]
    why: Callable[[F, int], Term | None] | None = None
    digits: int | None = None


def numbered(most: int, *columns: Column[F], first: int = 1, mark: Callable[[int], object] = lambda n: n) -> Family[F]:
    """Columns of the same length, row after row, counted from `first`.

    most: how many rows there can be.  mark: the number as the labels write it.
    """
    patterns = {column.name if "{n}" in column.name else column.name + "_{n}": column for column in columns}
    numbers = range(first, first + most)
    named = {pattern.format(n=n): (column, n) for pattern, column in patterns.items() for n in numbers}

    def values(frame: F) -> dict[str, Value]:
        rows = zip(*(column.values(frame) for column in columns), strict=True)
        return {p.format(n=n): value for n, row in enumerate(rows, first) for p, value in zip(patterns, row)}

    def why(frame: F, name: str) -> Term | None:
        column, n = named[name]
        return None if column.why is None else column.why(frame, n - first)

    labels = {name: _(column.label).format(n=mark(n)) for name, (column, n) in named.items()}
    digits = {name: column.digits for name, (column, _n) in named.items() if column.digits is not None}
    return Family(values, why, labels, digits)
