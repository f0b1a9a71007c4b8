"""A scene: the whole state of a box as data. It becomes a link, a file, and an autosave.

A link is short: `lab:gradient-descent?learning_rate=0.3&surface=saddle&seed=4&step=200` carries controls,
seed and step. A `.glassbox` file is one JSON object that carries everything: gestures, notes, answers, and,
where replay would take long, the state itself. Both may come from anyone, so both are checked value by
value, sizes are capped, and nothing in them is ever run.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import msgspec
import numpy as np

from lab.core.experiment import Experiment, Setting, Specification
from lab.core.params import ParamError, checked, fields_of, from_text, plain, replaced
from lab.core.simulation import Set

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "Scene",
    "SceneError",
    "from_json",
    "from_link",
    "packed",
    "to_json",
    "to_link",
    "unpacked",
]

FORMAT = 1
MAX_BYTES = 64 * 1024 * 1024
MAX_ACTIONS = 200_000
MAX_STEP = 10**9
MAX_NOTES = 100_000
DTYPES = ("<f8", "<f4", "<i8", "<i4", "<i2", "|i1", "|u1", "<u2", "<u4", "<u8", "|b1")
LINK = "lab:"


class SceneError(ValueError):
    """A link or file that cannot be opened; the text says what is wrong and where."""


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


def from_link(link: str, find: Callable[[str], Experiment | None]) -> Scene:
    """Read a link. Raises SceneError naming the experiment, control or value that is wrong."""
    if len(link) > 20_000:
        raise SceneError("the link is longer than 20,000 characters")
    body, _, query = link.strip().removeprefix(LINK).removeprefix("//").partition("?")
    experiment = find(unquote(body).strip("/"))
    if experiment is None:
        raise SceneError(f"there is no experiment '{unquote(body)[:60]}'")
    specification = experiment.load()
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    seed, step = _whole("seed", pairs.pop("seed", "0"), 2**32), _whole("step", pairs.pop("step", "0"), MAX_STEP)
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


def to_json(scene: Scene) -> bytes:
    """The `.glassbox` file of a scene. Raises SceneError when it would be larger than 64 MB."""
    body: dict[str, Any] = {"glassbox": FORMAT, "experiment": scene.experiment, "version": scene.version}
    body |= {"params": dict(scene.params), "seed": scene.seed, "step": scene.step}
    body["actions"] = [_action_out(step, action) for step, action in scene.actions]
    for name in ("display", "hidden", "notes", "answers"):
        if value := getattr(scene, name):
            body[name] = dict(value) if isinstance(value, Mapping) else value
    if scene.artifacts:
        body["artifacts"] = [
            {"kind": a.kind, "title": a.title, "origin": a.origin, "data": packed(dict(a.data))}
            for a in scene.artifacts
        ]
    if scene.state is not None:
        body["state"] = packed(scene.state)
    data = msgspec.json.format(msgspec.json.encode(body), indent=1)
    if len(data) > MAX_BYTES:
        raise SceneError(
            f"the file would have {len(data) // 2**20} MB; at most {MAX_BYTES // 2**20} MB can be opened again"
        )
    return data


def _action_out(step: int, action: Any) -> dict[str, Any]:
    if isinstance(action, Set):
        return {"step": step, "do": "Set", "values": packed(dict(action.values))}
    values = {f.name: packed(getattr(action, f.name)) for f in dataclasses.fields(action)}
    return {"step": step, "do": type(action).__name__, **values}


class _File(msgspec.Struct):
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
    artifacts: list[dict[str, Any]] = []
    state: dict[str, Any] | None = None


def from_json(data: bytes, find: Callable[[str], Experiment | None]) -> Scene:
    """Read a `.glassbox` file. Raises SceneError naming what is wrong and where; nothing is ever run."""
    if len(data) > MAX_BYTES:
        raise SceneError(f"the file has {len(data) // 2**20} MB; at most {MAX_BYTES // 2**20} MB can be opened")
    try:
        file = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_File)  # some editors put it there
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SceneError(f"this is not a Glassbox file: {error}") from None
    if file.glassbox < 1:
        raise SceneError(f"glassbox: must be at least 1, got {file.glassbox}")
    experiment = find(file.experiment)
    if experiment is None:
        raise SceneError(f"experiment: there is no experiment '{file.experiment[:60]}' in this version")
    try:
        return _checked_scene(file, experiment, experiment.load())
    except ParamError as error:
        raise SceneError(f"params: {error}") from None
    except RecursionError:
        raise SceneError("the file is nested too deeply") from None


def _checked_scene(file: _File, experiment: Experiment, specification: Specification) -> Scene:
    newer = file.glassbox > FORMAT or file.version > specification.version
    values = file.params if newer else specification.upgrade(file.version, dict(file.params))
    if newer:
        known = {f.name for f in fields_of(specification.params)}
        values = {name: value for name, value in values.items() if name in known}
    params = checked(specification.params, values)
    if not 0 <= file.seed <= 2**32:
        raise SceneError(f"seed: must lie between 0 and {2**32}, got {file.seed}")
    if not 0 <= file.step <= MAX_STEP:
        raise SceneError(f"step: must lie between 0 and {MAX_STEP}, got {file.step}")
    if len(file.actions) > MAX_ACTIONS:
        raise SceneError(f"actions: at most {MAX_ACTIONS} can be replayed, got {len(file.actions)}")
    if len(file.notes) > MAX_NOTES:
        raise SceneError(f"notes: at most {MAX_NOTES} characters, got {len(file.notes)}")
    _known_names("hidden", tuple(file.hidden), specification)
    display = checked(specification.display, file.display) if specification.display else None
    return Scene(
        experiment.id,
        specification.version,
        plain(params),
        file.seed,
        _actions_in(file.actions, specification, params),
        file.step,
        plain(display) if display is not None else {},
        tuple(file.hidden),
        file.notes,
        _answers(file.answers),
        tuple(_artifact_in(i, item) for i, item in enumerate(file.artifacts[:64])),
        unpacked(file.state, "state") if file.state is not None else None,
        newer,
    )


def _answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers are short plain values; anything else is refused."""
    for name, value in answers.items():
        if not isinstance(value, (str, int, float, bool)) or len(str(value)) > 2_000 or len(name) > 200:
            raise SceneError(f"answers: '{name[:60]}' must be a short text or number")
    return dict(answers)


def _actions_in(items: list[dict[str, Any]], specification: Specification, params: Any) -> tuple[tuple[int, Any], ...]:
    known = {cls.__name__: cls for cls in specification.actions}
    actions: list[tuple[int, Any]] = []
    last = 0
    for i, item in enumerate(items):
        where = f"actions[{i}]"
        step, name = item.pop("step", None), item.pop("do", None)
        if not isinstance(step, int) or isinstance(step, bool) or not last <= step <= MAX_STEP:
            raise SceneError(f"{where}: step must be a whole number not before {last}, got {step!r}")
        last = step
        if name == "Set":
            values = item.get("values")
            if not isinstance(values, dict):
                raise SceneError(f"{where}: Set needs an object of values")
            after = replaced(params, values)
            actions.append((step, Set({key: getattr(after, key) for key in values})))
        elif name in known:
            actions.append((step, _action_in(where, known[name], item)))
        else:
            raise SceneError(f"{where}: there is no gesture {str(name)[:60]!r}; there is {', '.join(('Set', *known))}")
    return tuple(actions)


def _action_in(where: str, cls: type[Any], item: dict[str, Any]) -> Any:
    values = {key: unpacked(value, f"{where}.{key}") for key, value in item.items()}
    for key, value in values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise SceneError(f"{where}.{key}: must be a finite number")
    try:
        return msgspec.convert(values, cls)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise SceneError(f"{where}: {error}") from None


def _artifact_in(i: int, item: dict[str, Any]) -> Any:
    from lab.core.artifact import Artifact

    try:
        data = unpacked(item["data"], f"artifacts[{i}]")
        return Artifact(str(item["kind"]), str(item.get("title", ""))[:200], data, str(item.get("origin", ""))[:200])
    except (KeyError, TypeError, AttributeError) as error:
        raise SceneError(f"artifacts[{i}]: not an artifact ({error})") from None
    except ValueError as error:
        raise SceneError(f"artifacts[{i}]: {error}") from None


# --------------------------------------------------------------------------- arrays and numbers in JSON


def packed(value: Any) -> Any:
    """A state as JSON values: arrays as base64 with dtype and shape, numbers that JSON lacks as words."""
    if isinstance(value, np.ndarray):
        little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
        if little.dtype.str not in DTYPES:
            raise SceneError(f"an array of {value.dtype} cannot be saved")
        return {
            "dtype": little.dtype.str,
            "shape": list(value.shape),
            "base64": base64.b64encode(little.tobytes()).decode(),
        }
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"}
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return {"int": str(value)}
    if isinstance(value, Mapping):
        return {str(key): packed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise SceneError(f"a {type(value).__name__} cannot be saved")


def unpacked(value: Any, where: str = "value") -> Any:
    """The inverse of `packed`. Raises SceneError naming `where`."""
    if isinstance(value, dict):
        if value.keys() == {"dtype", "shape", "base64"}:
            return _array_in(value, where)
        if value.keys() == {"float"} and value["float"] in ("nan", "inf", "-inf"):
            return float(value["float"])
        if value.keys() == {"int"} and isinstance(value["int"], str) and len(value["int"]) <= 80:
            try:
                return int(value["int"])
            except ValueError:
                raise SceneError(f"{where}: not a whole number") from None
        return {key: unpacked(item, f"{where}.{key[:40]}") for key, item in value.items()}
    if isinstance(value, list):
        return [unpacked(item, where) for item in value]
    return value


def _array_in(value: dict[str, Any], where: str) -> np.ndarray[Any, Any]:
    dtype, shape, text = value["dtype"], value["shape"], value["base64"]
    if dtype not in DTYPES:
        raise SceneError(f"{where}: dtype must be one of {', '.join(DTYPES)}, got {str(dtype)[:20]!r}")
    whole = isinstance(shape, list) and all(isinstance(n, int) and 0 <= n <= MAX_BYTES for n in shape)
    if not whole or len(shape) > 8 or not isinstance(text, str):
        raise SceneError(f"{where}: an array needs a shape of at most 8 whole numbers and base64 text")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise SceneError(f"{where}: not base64") from None
    if len(raw) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise SceneError(f"{where}: {len(raw)} bytes do not fill shape {shape} of {dtype}")
    return np.frombuffer(raw, dtype).reshape(shape)
