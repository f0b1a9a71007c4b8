"""A metric is one row: what it is called, what it is on a frame, why it is that number, and how it is written.

    METRICS: Metrics[WalkFrame] = Metrics(
        Metric("step", N_("step"), lambda frame: frame.step),
        Metric("loss", N_("loss"), lambda frame: frame.loss, why=loss_term, digits=3),
    )

Every read-out on screen, every number in a lesson and every line of a headless run is a metric. A frame is data
and knows none of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from typing import Generic, TypeVar

from lab.core.arithmetic import Term, renamed
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["DIGITS", "Family", "Metric", "Metrics", "Readings", "Value", "agreeing", "only"]

Value = float | int | str | None
"""What a metric can be. None is not computed yet, shown as "—"."""

DIGITS = 4
"""Significant digits of a metric that asks for no others."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Metric(Generic[F]):
    """One read-out. `why` gives its arithmetic; without it the number was given, counted, or is a text."""

    name: str
    label: str
    value: Callable[[F], Value]
    why: Callable[[F], Term | None] | None = None
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Family(Generic[F]):
    """Read-outs of which there are as many as a frame has things, such as one for each node of a graph.

    labels, digits: by name, for the names that are known beforehand; the others are called by their name.
    """

    values: Callable[[F], Mapping[str, Value]]
    why: Callable[[F, str], Term | None] | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    digits: Mapping[str, int] = field(default_factory=dict)


def agreeing(value: Callable[[F], Value], why: Callable[[F], Term | None]) -> Callable[[F], Term | None]:
    """The arithmetic of a number where it comes to that number: where rounding made another one of it, none."""

    def found(frame: F) -> Term | None:
        number = value(frame)
        if not isinstance(number, (int, float)):
            return None
        term = why(frame)
        return term if term is not None and math.isclose(term.value, number, rel_tol=5e-10, abs_tol=5e-13) else None

    return found


def only(where: Callable[[F], bool], *rows: Metric[F]) -> Family[F]:
    """Read-outs that only some frames have, such as those of a question where one is asked."""
    named = {row.name: row for row in rows}

    def why(frame: F, name: str) -> Term | None:
        found = named[name].why
        return None if found is None else found(frame)

    return Family(
        lambda frame: {row.name: row.value(frame) for row in rows} if where(frame) else {},
        why,
        {row.name: row.label for row in rows},
        {row.name: row.digits for row in rows if row.digits is not None},
    )


class Metrics(Generic[F]):
    """All read-outs of an experiment, in the order in which they are listed. Of one name, the last row counts."""

    def __init__(
        self,
        *rows: Metric[F] | Family[F],
        called: Callable[[F], Mapping[str, str]] | None = None,
        symbols: Callable[[F], Mapping[str, str]] | None = None,
    ) -> None:
        """called: by name, what a read-out of this frame is called, in words, where its data have names.
        symbols: the same for the letters of the arithmetic."""
        self._rows, self._called, self._symbols = rows, called, symbols
        self._named = {row.name: row for row in rows if isinstance(row, Metric)}
        self.labels: dict[str, str] = {}
        self.digits: dict[str, int] = {}
        for row in rows:
            self.labels |= {row.name: row.label} if isinstance(row, Metric) else row.labels
            if isinstance(row, Family):
                self.digits |= row.digits
            elif row.digits is not None:
                self.digits[row.name] = row.digits

    def __iter__(self) -> Iterator[Metric[F] | Family[F]]:
        return iter(self._rows)

    def label(self, frame: F, name: str) -> str:
        """What a read-out is called on a frame, in the language in force."""
        known = self._called(frame) if self._called is not None else {}
        return known.get(name) or _(self.labels.get(name, name))

    def values(self, frame: F) -> dict[str, Value]:
        """Every read-out of a frame, by name."""
        found: dict[str, Value] = {}
        for row in self._rows:
            found |= {row.name: row.value(frame)} if isinstance(row, Metric) else row.values(frame)
        return found

    def readings(self, frame: F) -> Readings[F]:
        """The same, each worked out only when it is asked for."""
        return Readings(self, frame)

    def some(self, frame: F, names: Iterable[str]) -> dict[str, Value]:
        """The read-outs of these names, None for those that the frame has not; only what they take is computed."""
        wanted = tuple(names)
        of_families = wanted and not all(name in self._named for name in wanted)
        found = self.values(frame) if of_families else {}
        return {name: found.get(name) if of_families else self._named[name].value(frame) for name in wanted}

    def value(self, frame: F, name: str) -> Value:
        """One read-out; only what it takes is computed. Raises KeyError where the frame has none of that name."""
        row = self._named.get(name)
        return row.value(frame) if row is not None else self.values(frame)[name]

    def number(self, frame: F, name: str) -> float | None:
        """One read-out where it is a finite number, else None. Raises KeyError for a name it has not."""
        value = self.value(frame, name)
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None

    def why(self, frame: F, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used; None where there is none, or where
        the read-out is not computed yet. An infinite number has its arithmetic, too."""
        term = self._why(frame, name)
        return term if term is None or self._symbols is None else renamed(term, self._symbols(frame))

    def _why(self, frame: F, name: str) -> Term | None:
        row = self._named.get(name)
        if row is not None:
            return row.why(frame) if row.why is not None and row.value(frame) is not None else None
        for family in self._rows:
            if isinstance(family, Family) and family.why is not None and family.values(frame).get(name) is not None:
                return family.why(frame, name)
        return None


class Readings(Mapping[str, Value], Generic[F]):
    """The read-outs of a frame by name. Most of the time nobody asks for any, and a frame has dozens."""

    def __init__(self, metrics: Metrics[F], frame: F) -> None:
        self._metrics, self._frame = metrics, frame

    def __getitem__(self, name: str) -> Value:
        return self._metrics.value(self._frame, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics.values(self._frame))

    def __len__(self) -> int:
        return len(self._metrics.values(self._frame))
