"""The runs of a box in its file: what of them is written, and how they are checked when they are read.

All of them together take at most `MAX_BYTES`. Where there are more, the pinned one goes before the starred ones, those
before the others, and of each the newest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.metric import Value
from lab.core.packing import SceneError, packed, short, unpacked, writable_text
from lab.core.params import checked, fields_of, plain
from lab.core.runs import MAX_CURVE, RunRecord
from lab.core.scene_parts import (
    MAX_ACTIONS,
    MAX_NAME,
    MAX_SEED,
    MAX_STEP,
    action_out,
    actions_in,
    artifact_in,
    artifact_out,
    plain_values,
    whole_number,
)

__all__ = ["MAX_BYTES", "MAX_RESULTS", "MAX_RUNS", "RUNS_FIELDS", "RunsFile", "runs_in", "runs_out"]

MAX_BYTES = 300_000  # of all runs in a file: it is written again and again while one works
MAX_RUNS = 60
MAX_RESULTS, MAX_RESULT = 16, 2_000  # numbers of a run, and characters of one that is a text
MAX_IDLE = 200
MAX_SENT = 64
MAX_NUMBER = 10**9

RUNS_FIELDS = ("runs", "pinned", "sent")

Upgrade = Callable[[Mapping[str, Any]], dict[str, Any]]


class RunsFile(msgspec.Struct, kw_only=True):
    """Their part of a file. sent: artifacts that runs name by their ids, and the present one does not hold."""

    runs: list[dict[str, Any]] = []
    pinned: dict[str, Any] | None = None
    sent: list[dict[str, Any]] = []


def runs_out(runs: Sequence[RunRecord], pinned: RunRecord | None, held: Sequence[Artifact]) -> dict[str, Any]:
    """Their part of a file, without what there are none of. held: the artifacts that the file has anyway."""
    order = sorted(runs, key=lambda run: (not run.starred, -run.number))[:MAX_RUNS]
    there, sent = {artifact.id for artifact in held}, dict[str, dict[str, Any]]()
    room, kept, kept_pin = MAX_BYTES, list[tuple[int, dict[str, Any]]](), None
    for run in ([pinned] if pinned is not None else []) + order:
        missing = [a for a in run.artifacts if a.id not in there and a.id not in sent]
        try:
            body = _run_out(run)
            new = {artifact.id: artifact_out(f"sent[{artifact.id}]", artifact) for artifact in missing}
        except SceneError:  # what no file can hold of an old run must not keep the present one from being saved
            continue
        size = len(msgspec.json.encode((body, list(new.values()))))
        if size > room or len(sent) + len(new) > MAX_SENT:
            continue
        room -= size
        sent |= new
        if run is pinned:
            kept_pin = body
        else:
            kept.append((run.number, body))
    kept.sort(key=lambda pair: pair[0])
    found = {"runs": [body for _number, body in kept], "pinned": kept_pin, "sent": list(sent.values())}
    return {name: part for name, part in found.items() if part}


def _run_out(run: RunRecord) -> dict[str, Any]:
    where = f"run {run.number}"
    body: dict[str, Any] = {
        name: whole_number(f"{where}: {name}", getattr(run, name)) for name in ("number", "seed", "step")
    }
    body["params"] = plain_values(f"{where}: params", run.params)
    body["actions"] = [action_out(f"{where}: actions[{i}]", *entry) for i, entry in enumerate(run.actions)]
    body["curve"] = [value if math.isfinite(value) else None for value in run.curve]
    body["results"] = {
        writable_text(name, where): packed(value[:MAX_RESULT] if isinstance(value, str) else value, where)
        for name, value in run.results.items()
    }
    if run.artifacts:
        body["sent"] = [artifact.id for artifact in run.artifacts]
    if run.idle:
        body["idle"] = list(run.idle)
    if run.starred:
        body["starred"] = True
    return body


def runs_in(
    file: RunsFile, specification: Specification, upgrade: Upgrade, held: Sequence[Artifact]
) -> tuple[tuple[RunRecord, ...], RunRecord | None]:
    """The runs and the pinned one. Raises SceneError or ParamError naming what is wrong.

    upgrade: makes controls of an older version present ones.  held: the artifacts that the file has anyway.
    """
    for name, found, most in (("runs", file.runs, MAX_RUNS), ("sent", file.sent, MAX_SENT)):
        if len(found) > most:
            raise SceneError(f"{name}: at most {most} can be kept, got {len(found)}")
    sent = {artifact.id: artifact for artifact in held}
    for i, item in enumerate(file.sent):
        artifact = artifact_in(f"sent[{i}]", item)
        sent[artifact.id] = artifact
    reader = _Reader(specification, upgrade, sent)
    runs = tuple(reader.read(f"runs[{i}]", item) for i, item in enumerate(file.runs))
    numbers = [run.number for run in runs]
    if len(set(numbers)) < len(numbers):
        raise SceneError("runs: two of them have the same number")
    return runs, None if file.pinned is None else reader.read("pinned", file.pinned)


class _Reader:
    """Reads one run after the other."""

    def __init__(self, specification: Specification, upgrade: Upgrade, sent: Mapping[str, Artifact]) -> None:
        self._specification, self._upgrade, self._sent = specification, upgrade, sent

    def read(self, where: str, item: dict[str, Any]) -> RunRecord:
        specification = self._specification
        params = checked(specification.params, self._upgrade(_part(where, item, "params", dict)))
        log = _part(where, item, "actions", list)
        if len(log) > MAX_ACTIONS or not all(isinstance(entry, dict) for entry in log):
            raise SceneError(f"{where}.actions: must be a list of at most {MAX_ACTIONS} gestures")
        starred = item.get("starred", False)
        if not isinstance(starred, bool):
            raise SceneError(f"{where}.starred: must be true or false, got {short(starred)}")
        return RunRecord(
            _whole(where, item, "number", 1, MAX_NUMBER),
            plain(params),
            _whole(where, item, "seed", 0, MAX_SEED),
            actions_in(log, specification, params, f"{where}.actions"),
            self._artifacts(where, item),
            _whole(where, item, "step", 0, MAX_STEP),
            _curve(where, item),
            _results(where, item),
            self._idle(where, item),
            starred,
        )

    def _artifacts(self, where: str, item: dict[str, Any]) -> tuple[Artifact, ...]:
        ids = _part(where, item, "sent", list)
        missing = [id for id in ids if not isinstance(id, str) or id not in self._sent]
        if missing or len(ids) > MAX_SENT:
            raise SceneError(f"{where}.sent: {short(missing[0] if missing else len(ids))} is not in the file")
        return tuple(self._sent[id] for id in ids)

    def _idle(self, where: str, item: dict[str, Any]) -> tuple[str, ...]:
        names = _part(where, item, "idle", list)
        if len(names) > MAX_IDLE or not all(isinstance(name, str) and len(name) <= MAX_NAME for name in names):
            raise SceneError(f"{where}.idle: must be at most {MAX_IDLE} names of controls")
        known = {f.name for f in fields_of(self._specification.params)}
        return tuple(name for name in names if name in known)


def _part(where: str, item: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = item.get(name, kind())
    if not isinstance(value, kind):
        raise SceneError(f"{where}.{name}: must be {'a list' if kind is list else 'an object of named values'}")
    return value


def _whole(where: str, item: dict[str, Any], name: str, least: int, most: int) -> int:
    value = item.get(name, least)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise SceneError(f"{where}.{name}: must be a whole number from {least} to {most}, got {short(value)}")
    return value


def _curve(where: str, item: dict[str, Any]) -> tuple[float, ...]:
    values = _part(where, item, "curve", list)
    if len(values) > MAX_CURVE:
        raise SceneError(f"{where}.curve: at most {MAX_CURVE} numbers, got {len(values)}")
    for value in values:
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise SceneError(f"{where}.curve: must be numbers, got {short(value)}")
        if isinstance(value, int) and abs(value) > 10**300:
            raise SceneError(f"{where}.curve: must be numbers of at most 300 digits")
    return tuple(math.nan if value is None else float(value) for value in values)


def _results(where: str, item: dict[str, Any]) -> dict[str, Value]:
    found = _part(where, item, "results", dict)
    if len(found) > MAX_RESULTS:
        raise SceneError(f"{where}.results: at most {MAX_RESULTS} numbers, got {len(found)}")
    values = {name: unpacked(value, f"{where}.results.{name[:40]}") for name, value in found.items()}
    for name, value in values.items():
        fits = len(value) <= MAX_RESULT if isinstance(value, str) else value is None or isinstance(value, (int, float))
        if not fits or len(name) > MAX_NAME:
            raise SceneError(f"{where}.results: '{name[:60]}' must be a number or a short text")
    return values
