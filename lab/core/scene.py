"""A scene: the whole state of a box as data. It becomes a link, a file, and an autosave.

A link is short: `lab:gradient-descent?learning_rate=0.3&surface=saddle&seed=4&step=200` carries controls,
seed and step. A `.glassbox` file is one JSON object that carries everything: gestures, notes, answers, and,
where replay would take long, the state itself. Both may come from anyone, so both are checked value by
value, sizes are capped, and nothing in them is ever run.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from lab.core.experiment import Experiment, Setting, Specification
from lab.core.packing import SceneError, in_words, packed, short, unpacked, writable_text
from lab.core.params import ParamError, checked, fields_of, from_text, plain
from lab.core.records import dataclass
from lab.core.run_files import RUNS_FIELDS, RunsFile, runs_in, runs_out
from lab.core.runs import RunRecord
from lab.core.scene_parts import (
    MAX_ACTIONS,
    MAX_NAME,
    MAX_SEED,
    MAX_STEP,
    action_out,
    actions_in,
    artifact_in,
    artifact_out,
    is_number,
    plain_values,
    whole_number,
)

__all__ = [
    "FORMAT",
    "MAX_ACTIONS",
    "MAX_BYTES",
    "MAX_CODE",
    "MAX_NOTES",
    "Scene",
    "SceneError",
    "from_json",
    "from_link",
    "is_link",
    "packed",
    "to_json",
    "to_link",
    "unpacked",
]

FORMAT = 1
MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 2_000_000  # lists, objects and values in a file: each takes far more memory than its few characters
MAX_INDENTED = 2**20  # bytes; a larger file is for programs, and is written without line breaks
MAX_NOTES = 100_000
MAX_HIDDEN = 200
MAX_ARTIFACTS = 64
MAX_ANSWERS, MAX_ANSWER = 1_000, 2_000
MAX_CELLS, MAX_CODE = 100, 20_000  # changed code cells, and characters in one
LINK = "lab:"
Advance = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One box: `params` are those at step 0; `actions` are (step, gesture) in order."""

    experiment: str
    version: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    actions: tuple[tuple[int, Any], ...] = ()
    step: int = 0
    display: Mapping[str, Any] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()  # controls a teacher took away
    notes: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)  # predictions and quiz answers, by question
    artifacts: tuple[Any, ...] = ()
    state: Mapping[str, Any] | None = None  # at `step`, where replay would be slow
    newer: bool = False  # written by a later version: open read-only
    code: Mapping[str, str] = field(default_factory=dict)  # what the learner made of code cells, by cell
    runs: tuple[RunRecord, ...] = ()  # those before the present one, as far as a file holds them
    pinned: RunRecord | None = None  # the run whose curves stay under the others

    @classmethod
    def of(cls, experiment: Experiment, setting: Setting) -> Scene:
        """The scene a preset, challenge or break leads to."""
        values = {name: list(v) if isinstance(v, tuple) else v for name, v in setting.values.items()}
        specification = experiment.load()
        return cls(experiment.id, specification.version, values, setting.seed, setting.actions, setting.steps)


# ------------------------------------------------------------------------------------------------ links


def to_link(scene: Scene, specification: Specification) -> str:
    """The link of a scene's controls, seed and step; values that are the default are left out."""
    params = checked(specification.params, scene.params)
    pairs = []
    for item in fields_of(specification.params):
        value = getattr(params, item.name)
        if value != item.default:
            text = ",".join(value) if item.kind == "many" else str(value).lower() if item.kind == "bool" else str(value)
            pairs.append((item.name, text))
    if scene.seed:
        pairs.append(("seed", str(scene.seed)))
    if scene.step:
        pairs.append(("step", str(scene.step)))
    query = "&".join(f"{quote(name)}={quote(text, safe=',')}" for name, text in pairs)
    return f"{LINK}{scene.experiment}" + (f"?{query}" if query else "")


def is_link(target: str) -> bool:
    """Whether it is a link rather than the name of a file, whatever it ends with."""
    return target.strip()[: len(LINK)].lower() == LINK


def from_link(link: str, find: Callable[[str], Experiment | None]) -> Scene:
    """Read a link. Raises SceneError naming the experiment, control or value that is wrong."""
    if len(link) > 20_000:
        raise SceneError("the link is longer than 20,000 characters")
    text = link.strip()
    body, _, query = (text[len(LINK) :] if is_link(text) else text).removeprefix("//").partition("?")
    experiment = find(unquote(body).strip("/"))
    if experiment is None:
        raise SceneError(f"there is no experiment '{unquote(body)[:60]}'")
    specification = experiment.load()
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    seed, step = _whole("seed", pairs.pop("seed", "0"), MAX_SEED), _whole("step", pairs.pop("step", "0"), MAX_STEP)
    hidden = tuple(name for name in pairs.pop("hide", "").split(",") if name)
    _known_names("hide", hidden, specification)
    try:
        values = from_text(specification.params, pairs.items())
    except ParamError as error:
        raise SceneError(str(error)) from None
    params = checked(specification.params, values)
    return Scene(experiment.id, specification.version, plain(params), seed, (), step, hidden=hidden)


def _whole(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= most and len(text) <= 12):
        raise SceneError(f"{name}: must be a whole number from 0 to {most}, got {text[:40]!r}")
    return int(text)


def _known_names(where: str, names: tuple[str, ...], specification: Specification) -> None:
    known = {f.name for f in fields_of(specification.params)}
    for name in names:
        if name not in known:
            raise SceneError(f"{where}: there is no control '{name[:60]}'")


# ------------------------------------------------------------------------------------------------ files


def to_json(scene: Scene, specification: Specification | None = None) -> bytes:
    """The `.glassbox` file of a scene. Raises SceneError naming the field that `from_json` would refuse.

    specification: of the scene's experiment. With it the controls, view options and gestures are held against what
    the experiment takes; without it only their form is.
    """
    body = _body(scene)
    file = _File(**body)
    _check_limits(file)
    if specification is not None:
        _check_against(file, specification)
    data = msgspec.json.encode(body)
    if len(data) > MAX_BYTES or _parts(data) > MAX_PARTS:  # then without the runs before this one
        data = msgspec.json.encode({name: part for name, part in body.items() if name not in RUNS_FIELDS})
    if len(data) <= MAX_INDENTED:
        data = msgspec.json.format(data, indent=1)
    if len(data) > MAX_BYTES:
        raise SceneError(
            f"the file would have {len(data) // 2**20} MB; at most {MAX_BYTES // 2**20} MB can be opened again"
        )
    _check_parts(data)
    return data


def _body(scene: Scene) -> dict[str, Any]:
    """The file as an object of plain values."""
    body: dict[str, Any] = {"glassbox": FORMAT, "experiment": writable_text(scene.experiment, "experiment")}
    body |= {name: whole_number(name, getattr(scene, name)) for name in ("version", "seed", "step")}
    body["params"] = plain_values("params", scene.params)
    body["actions"] = [action_out(f"actions[{i}]", *entry) for i, entry in enumerate(scene.actions)]
    if scene.display:
        body["display"] = plain_values("display", scene.display)
    if scene.hidden:
        body["hidden"] = [writable_text(name, "hidden") for name in scene.hidden]
    if scene.notes:
        body["notes"] = writable_text(scene.notes, "notes")
    if scene.answers:
        body["answers"] = plain_values("answers", scene.answers)
    if scene.code:
        body["code"] = {id: writable_text(text, f"code.{id[:60]}") for id, text in scene.code.items()}
    if scene.artifacts:
        body["artifacts"] = [artifact_out(f"artifacts[{i}]", item) for i, item in enumerate(scene.artifacts)]
    if scene.state is not None:
        body["state"] = packed(dict(scene.state), "state")
    body |= runs_out(scene.runs, scene.pinned, scene.artifacts)
    return body


class _File(RunsFile):
    """The outer shape of a file; what is inside is checked against the experiment."""

    glassbox: int
    experiment: str
    version: int = 1
    params: dict[str, Any] = {}
    seed: int = 0
    step: int = 0
    actions: list[dict[str, Any]] = []
    display: dict[str, Any] = {}
    hidden: list[str] = []
    notes: str = ""
    answers: dict[str, Any] = {}
    code: dict[str, str] = {}
    artifacts: list[dict[str, Any]] = []
    state: dict[str, Any] | None = None


def from_json(data: bytes, find: Callable[[str], Experiment | None], advance: Advance | None = None) -> Scene:
    """Read a `.glassbox` file. Raises SceneError naming what is wrong and where; nothing is ever run.

    advance: called now and then with the share that is done, from 0 to 1; what it raises ends the reading.
    """
    advance = advance or _nobody
    if len(data) > MAX_BYTES:
        raise SceneError(f"the file has {len(data) // 2**20} MB; at most {MAX_BYTES // 2**20} MB can be opened")
    _check_parts(data)
    advance(0.1)
    try:
        file = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_File)  # some editors put it there
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SceneError(f"this is not a Glassbox file: {in_words(error)}") from None
    if file.glassbox < 1:
        raise SceneError(f"glassbox: must be at least 1, got {short(file.glassbox)}")
    experiment = find(file.experiment)
    if experiment is None:
        raise SceneError(f"experiment: there is no experiment '{file.experiment[:60]}' in this version")
    try:
        return _checked_scene(file, experiment, experiment.load(), advance)
    except ParamError as error:
        raise SceneError(f"params: {error}") from None
    except RecursionError:
        raise SceneError("the file is nested too deeply") from None


def _nobody(_share: float) -> None:
    """For who does not ask how far it is."""


def _parts(data: bytes) -> int:
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def _check_parts(data: bytes) -> None:
    if _parts(data) > MAX_PARTS:
        raise SceneError(f"a file may hold {MAX_PARTS} values; this one has more")


def _checked_scene(file: _File, experiment: Experiment, specification: Specification, advance: Advance) -> Scene:
    newer = file.glassbox > FORMAT or file.version > specification.version

    def upgrade(params: Mapping[str, Any]) -> dict[str, Any]:
        if not newer:
            return specification.upgrade(file.version, dict(params))
        known = {f.name for f in fields_of(specification.params)}
        return {name: value for name, value in params.items() if name in known}

    file.params = upgrade(file.params)
    _check_limits(file)
    advance(0.3)
    params, display, actions = _check_against(file, specification)
    advance(0.5)
    artifacts = []
    for i, item in enumerate(file.artifacts):
        artifacts.append(artifact_in(f"artifacts[{i}]", item))
        advance(0.5 + 0.25 * (i + 1) / len(file.artifacts))
    state = unpacked(file.state, "state") if file.state is not None else None
    runs, pinned = runs_in(file, specification, upgrade, artifacts)
    advance(1.0)
    return Scene(
        experiment.id,
        specification.version,
        plain(params),
        file.seed,
        actions,
        file.step,
        plain(display) if display is not None else {},
        tuple(file.hidden),
        file.notes,
        dict(file.answers),
        tuple(artifacts),
        state,
        newer,
        dict(file.code),
        runs,
        pinned,
    )


def _check_limits(file: _File) -> None:
    """What every scene keeps to, whatever its experiment. Raises SceneError naming the field."""
    for name, value, most in (("seed", file.seed, MAX_SEED), ("step", file.step, MAX_STEP)):
        if not 0 <= value <= most:
            raise SceneError(f"{name}: must lie between 0 and {most}, got {short(value)}")
    for name, found, most, what in (
        ("actions", file.actions, MAX_ACTIONS, "can be replayed"),
        ("notes", file.notes, MAX_NOTES, "characters"),
        ("hidden", file.hidden, MAX_HIDDEN, "controls"),
        ("answers", file.answers, MAX_ANSWERS, "answers"),
        ("code", file.code, MAX_CELLS, "changed cells"),
        ("artifacts", file.artifacts, MAX_ARTIFACTS, "can be kept"),
    ):
        if len(found) > most:
            raise SceneError(f"{name}: at most {most} {what}, got {len(found)}")
    for name, value in file.answers.items():
        fits = len(value) <= MAX_ANSWER if isinstance(value, str) else is_number(value)
        if not fits or len(name) > MAX_NAME:
            raise SceneError(f"answers: '{name[:60]}' must be a short text or number")
    for name, text in file.code.items():
        if len(text) > MAX_CODE or len(name) > MAX_NAME:
            raise SceneError(f"code: '{name[:60]}' may have {MAX_CODE} characters, got {len(text)}")


def _check_against(file: _File, specification: Specification) -> tuple[Any, Any, tuple[tuple[int, Any], ...]]:
    """Controls, view options (or None) and gestures as the experiment's own values.

    Raises SceneError naming what the experiment does not take.
    """
    params = _checked_values("params", specification.params, file.params)
    display = _checked_values("display", specification.display, file.display) if specification.display else None
    _known_names("hidden", tuple(file.hidden), specification)
    return params, display, actions_in(file.actions, specification, params)


def _checked_values(where: str, cls: type[Any], values: Mapping[str, Any]) -> Any:
    try:
        return checked(cls, values)
    except ParamError as error:
        raise SceneError(f"{where}: {error}") from None
