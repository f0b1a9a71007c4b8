"""Runs as data: what a run began with, what came out of it, and in what two of them differ.

A run begins at step 0 with its controls, its seed and its data, and ends when another begins. As these are all that a
simulation depends on, a record of them is enough to have the run back, bit for bit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.metric import Metric, Value
from lab.core.packing import SceneError
from lab.core.params import Field, checked, fields_of, replaced
from lab.core.records import dataclass
from lab.core.scene_parts import action_out
from lab.core.simulation import DataAction, Frame, LookAction, Set
from lab.core.text import N_, _, n_

__all__ = [
    "MAX_CURVE",
    "Difference",
    "RunRecord",
    "beginning",
    "changes_in_words",
    "course_of",
    "differences",
    "main_numbers",
    "thinned",
    "warning_of",
]

MAX_CURVE = 64  # numbers of a small curve
LONGEST = 80  # characters of one value in words
FEW = 3  # numbers that a run is judged by
MANY = 4  # differences that are named one by one

Log = Sequence[tuple[int, Any]]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run. params: plain values at step 0; actions: (step, gesture) in order; step: how far it went.

    curve: its main number over the steps, at most `MAX_CURVE` of them, nan where there is none.  results: the main
    numbers at its end, by name.  idle: controls that had no effect.  state: what it can be gone on with at `step`,
    where to compute it again would take long; it is not saved.
    """

    number: int
    params: Mapping[str, Any]
    seed: int = 0
    actions: tuple[tuple[int, Any], ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    step: int = 0
    curve: tuple[float, ...] = ()
    results: Mapping[str, Value] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    starred: bool = False
    state: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two runs differ, in words."""

    what: str
    before: str
    after: str


def thinned(values: Sequence[float], most: int = MAX_CURVE) -> tuple[float, ...]:
    """At most so many of the values, evenly, the first and the last among them."""
    count = len(values)
    if count > most:
        values = [values[round(i * (count - 1) / (most - 1))] for i in range(most)]
    return tuple(float(value) if math.isfinite(value) else math.nan for value in values)


def main_numbers(specification: Specification, frame: Frame) -> tuple[str, ...]:
    """The names of the numbers that a run is judged by: those of the run bar; without any, the first few that are
    computed from others."""
    if specification.headline:
        return specification.headline[:FEW]
    rows = (row for row in specification.metrics if isinstance(row, Metric) and row.why is not None)
    return tuple(row.name for row in rows if isinstance(row.value(frame), float))[:FEW]


def course_of(specification: Specification, frame: Frame, frames: Iterable[Frame]) -> tuple[float, ...]:
    """The main number of a run over its steps: its first curve that is one over steps; without one, the first
    number of the run bar in all of `frames`."""
    for curve in specification.curves(frame):
        if curve.course and len(curve.y):
            return thinned(curve.y)
    names = main_numbers(specification, frame)
    values = specification.metrics.some(frame, names)
    name = next((name for name in names if isinstance(values[name], (int, float))), "")
    if not name:
        return ()
    found = (specification.metrics.number(each, name) for each in frames)
    return thinned([math.nan if value is None else value for value in found])


def beginning(specification: Specification, run: RunRecord) -> Any:
    """The controls that the first step of a run was made with."""
    params = checked(specification.params, run.params)
    for step, action in run.actions:
        if step == 0 and isinstance(action, Set):
            params = replaced(params, action.values)
    return params


def differences(specification: Specification, one: RunRecord, other: RunRecord) -> tuple[Difference, ...]:
    """In what `other` differs from `one`: controls, seed, data, what was changed on the way, and other gestures.

    Which page is open is no difference, nor is a control that had no effect in either, nor what was changed after
    the last step.
    """
    found = _controls(specification, one, other)
    if one.seed != other.seed:
        found.append(Difference(_("Seed"), str(one.seed), str(other.seed)))
    if _data(one) != _data(other):
        found.append(Difference(_("Data"), _data_words(one), _data_words(other)))
    known = {f.name: f for f in fields_of(specification.params)}
    before, after = _later(one, known), _later(other, known)
    if before != after:
        found.append(Difference(_("Changed on the way"), before or _("nothing"), after or _("nothing")))
    by_hand = _hands(one), _hands(other)
    if _as_text(by_hand[0]) != _as_text(by_hand[1]):
        found.append(Difference(_("By hand"), *(_spoken(log) or _("nothing") for log in by_hand)))
    return tuple(found)


def _controls(specification: Specification, one: RunRecord, other: RunRecord) -> list[Difference]:
    before, after = beginning(specification, one), beginning(specification, other)
    idle = set(one.idle) & set(other.idle)
    return [
        Difference(_(f.label), _cut(f.show(old)), _cut(f.show(new)))
        for f in fields_of(specification.params)
        if not f.shows and f.name not in idle
        for old, new in ((getattr(before, f.name), getattr(after, f.name)),)
        if old != new
    ]


def _effective(run: RunRecord) -> Log:
    """The gestures that something was computed after, without those that only look at something."""
    log = [(step, action) for step, action in run.actions if step == 0 or step < run.step]
    return [(step, action) for step, action in log if not (isinstance(action, LookAction) and action.is_look)]


def _is_data(action: Any) -> bool:
    return isinstance(action, DataAction) and action.is_data


def _changed_data(run: RunRecord) -> Log:
    return [(step, action) for step, action in _effective(run) if _is_data(action)]


def _hands(run: RunRecord) -> Log:
    """Gestures that are neither of controls nor of data."""
    return [(step, action) for step, action in _effective(run) if not isinstance(action, Set) and not _is_data(action)]


def _data(run: RunRecord) -> tuple[list[str], str]:
    """What was sent to a run and done to its data: equal for equal data."""
    return [artifact.id for artifact in run.artifacts], _as_text(_changed_data(run))


def _data_words(run: RunRecord) -> str:
    words = [artifact.origin or artifact.title for artifact in run.artifacts]
    done = _spoken(_changed_data(run))
    return _cut(", ".join([*words, done] if done else words)) or _("as given")


def _later(run: RunRecord, known: Mapping[str, Field]) -> str:
    """Which controls were changed between the first step and the last, in words; "" for none."""
    parts = [
        _("{control} {value} from step {n}").format(control=_(known[name].label), value=known[name].show(value), n=step)
        for step, action in _effective(run)
        if step and isinstance(action, Set)
        for name, value in action.values.items()
        if not known[name].shows
    ]
    return _cut(", ".join(parts))


def _spoken(log: Log) -> str:
    """The last gesture in words, and how many there were before it; "" for none."""
    if not log:
        return ""
    step, action = log[-1]
    words = _cut(str(action.sentence()))
    if step:
        words = _("{gesture} at step {n}").format(gesture=words, n=step)
    before = len(log) - 1
    return words + (" " + n_("and {n} before it", "and {n} before it", before) if before else "")


def _as_text(log: Log) -> str:
    """A text that is equal for equal gestures; one that no file can hold is equal to nothing but itself."""
    try:
        return json.dumps([action_out("", step, action) for step, action in log], sort_keys=True)
    except SceneError:
        return repr([(step, id(action)) for step, action in log])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def changes_in_words(found: Sequence[Difference]) -> str:
    """What was changed, in a line: "Learning rate 0.1 → 0.3 · Seed 0 → 1"."""
    if not found:
        return _("nothing: the same once more")
    parts = [f"{one.what} {one.before} → {one.after}" for one in found[:MANY]]
    if len(found) > MANY:
        parts.append(n_("{n} more", "{n} more", len(found) - MANY))
    return " · ".join(parts)


_NUMBERS = (N_("Two"), N_("Three"), N_("Four"), N_("Five"), N_("Six"), N_("Seven"), N_("Eight"), N_("Nine"))


def warning_of(found: Sequence[Difference]) -> str:
    """What is said where more than one thing differs; "" where it is one or none."""
    if len(found) < 2:
        return ""
    count = _(_NUMBERS[len(found) - 2]) if len(found) - 2 < len(_NUMBERS) else str(len(found))
    return _("{count} things differ: you cannot tell which one did it.").format(count=count)
