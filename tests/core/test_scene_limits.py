"""Whatever is saved can be opened: up to every limit a file brings everything back, beyond it none is made."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core import packing, scene
from lab.core.artifact import KINDS, Artifact
from lab.core.experiment import Experiment
from lab.core.packing import MAX_DEPTH, packed, unpacked
from lab.core.params import MAX_TEXT, Range
from lab.core.scene import (
    MAX_ACTIONS,
    MAX_ANSWER,
    MAX_ANSWERS,
    MAX_ARTIFACTS,
    MAX_CELLS,
    MAX_CODE,
    MAX_HIDDEN,
    MAX_NAME,
    MAX_NOTES,
    MAX_SEED,
    MAX_STEP,
    Scene,
    SceneError,
    from_json,
    to_json,
)
from lab.core.simulation import Set
from tests.toy import SPECIFICATION


@dataclass(frozen=True, slots=True)
class Params:
    """One control of every kind."""

    rate: Annotated[float, Range(-1e300, 1e300)] = 1.0
    free: float = 0.0
    count: Annotated[int, Range(0, 10**12)] = 3
    whole: int = 0
    on: bool = False
    shape: Literal["bowl", "ravine"] = "bowl"
    chosen: tuple[Literal["a", "b", "c"], ...] = ("a",)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Display:
    zoom: Annotated[float, Range(0.1, 10)] = 1.0
    grid: bool = True


@dataclass(frozen=True, slots=True)
class Move:
    index: int
    x: float
    path: tuple[float, ...] = ()
    name: str = ""

    def sentence(self) -> str:
        return "Move"


ALL = replace(SPECIFICATION, params=Params, display=Display, actions=(Move,), version=3)
EVERYTHING = Experiment("all", 96, 1, "All", "What?", 1, "tests.core.test_scene_limits:ALL", "tests.toy_view:View")


def find(id: str) -> Experiment | None:
    return EVERYTHING if id == "all" else None


def reopened(scene: Scene) -> Scene:
    return from_json(to_json(scene, ALL), find)


def same(a: Any, b: Any) -> bool:
    return json.dumps(packed(a), sort_keys=True) == json.dumps(packed(b), sort_keys=True)


def same_scene(a: Scene, b: Scene) -> bool:
    """Equal in every field; arrays digit by digit."""
    plain = [replace(each, artifacts=(), state=None) for each in (a, b)]
    sent = [[(x.kind, x.title, x.origin, dict(x.data)) for x in each.artifacts] for each in (a, b)]
    states = (a.state is None) == (b.state is None) and same(dict(a.state or {}), dict(b.state or {}))
    return plain[0] == plain[1] and same(*sent) and states


FINITE = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(min_size=1, max_size=MAX_NAME)
PARAMS = st.fixed_dictionaries(
    {
        "rate": st.floats(-1e300, 1e300) | st.sampled_from((-1e300, 1e300)),
        "free": FINITE,
        "count": st.integers(0, 10**12) | st.sampled_from((0, 10**12)),
        "whole": st.integers(-(2**63), 2**64 - 1) | st.sampled_from((-(2**63), 2**64 - 1)),
        "on": st.booleans(),
        "shape": st.sampled_from(("bowl", "ravine")),
        "chosen": st.lists(st.sampled_from("abc"), unique=True).map(sorted),
        "text": st.text(max_size=40) | st.sampled_from(("é" * MAX_TEXT, "\x00")),
    }
)
MOVES = st.builds(
    Move, st.integers(-(2**63), 2**64 - 1), FINITE, st.lists(st.floats(allow_nan=False), max_size=3).map(tuple), NAMES
)
SETS = st.dictionaries(st.sampled_from(("rate", "free")), FINITE.filter(lambda x: abs(x) <= 1e300)).map(Set)
STEPS = st.integers(0, MAX_STEP) | st.just(MAX_STEP)
ACTIONS = st.lists(st.tuples(STEPS, MOVES | SETS), max_size=5).map(lambda x: tuple(sorted(x, key=lambda e: e[0])))
ANSWERS = st.text(max_size=20) | FINITE | st.integers(-(2**63), 2**64 - 1) | st.booleans() | st.just("ü" * MAX_ANSWER)
ARRAYS = st.builds(
    lambda dtype, shape: np.arange(math.prod(shape)).astype(dtype).reshape(shape),
    st.sampled_from(packing.DTYPES),
    st.lists(st.integers(0, 3), max_size=packing.MAX_AXES),
)


def named(values: st.SearchStrategy) -> st.SearchStrategy:
    """Objects of some entries, but none that could be taken for an array or a number that JSON lacks."""
    return st.dictionaries(st.text(max_size=8), values, max_size=3).filter(lambda d: d.keys() not in packing.MARKS)


LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=8) | ARRAYS | st.integers(-(10**79) + 1, 10**80 - 1)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | named(inner),
    max_leaves=8,
)
DATA = named(VALUES)
ARTIFACTS = st.builds(Artifact, st.sampled_from(KINDS), st.text(max_size=MAX_NAME), DATA, st.text(max_size=MAX_NAME))
CODE = st.dictionaries(NAMES, st.text(max_size=60) | st.just("π" * MAX_CODE), max_size=3)
SCENES = st.builds(
    Scene,
    st.just("all"),
    st.just(3),
    PARAMS,
    st.integers(0, MAX_SEED) | st.sampled_from((0, MAX_SEED)),
    ACTIONS,
    STEPS,
    st.fixed_dictionaries({"zoom": st.floats(0.1, 10), "grid": st.booleans()}),
    st.lists(st.sampled_from(("rate", "count", "text")), max_size=4).map(tuple),
    st.text(max_size=200) | st.sampled_from(("n" * MAX_NOTES, "𝔫" * MAX_NOTES)),
    st.dictionaries(NAMES, ANSWERS, max_size=4),
    st.lists(ARTIFACTS, max_size=3).map(tuple),
    st.none() | DATA,
    st.just(False),
    CODE,
)


@given(SCENES)
def test_what_is_saved_opens_as_the_same_scene(scene: Scene) -> None:
    assert same_scene(reopened(scene), scene)


def plain(**changes: Any) -> Scene:
    start = Scene("all", 3, params=scene.plain(Params()), display=scene.plain(Display()))
    return replace(start, **changes)


def nested(depth: int) -> Any:
    value: Any = 1.0
    for _level in range(depth):
        value = [value]
    return value


def numbered(count: int, value: Any = 1) -> dict[str, Any]:
    return {str(i): value for i in range(count)}


AXES = (1,) * packing.MAX_AXES
DOT = Artifact("points", "", {})
LIMITS = [  # the field, the last value that is saved, the first that is not, what is said
    ("seed", MAX_SEED, MAX_SEED + 1, "seed: must lie between 0 and 4294967296"),
    ("seed", 0, -1, "seed: must lie between 0"),
    ("step", MAX_STEP, MAX_STEP + 1, "step: must lie between 0 and 1000000000"),
    ("notes", "ä" * MAX_NOTES, "ä" * (MAX_NOTES + 1), "notes: at most 100000 characters, got 100001"),
    ("notes", "é", "\ud800", "notes: a character in it is broken"),
    ("hidden", ("rate",) * MAX_HIDDEN, ("rate",) * (MAX_HIDDEN + 1), "hidden: at most 200"),
    ("hidden", ("text",), ("walls",), "hidden: there is no control 'walls'"),
    ("answers", {"q": "x" * MAX_ANSWER}, {"q": "x" * (MAX_ANSWER + 1)}, "answers: 'q' must be a short text"),
    ("answers", {"q" * MAX_NAME: 1}, {"q" * (MAX_NAME + 1): 1}, "answers: 'qqq"),
    ("answers", {"q": 1e308}, {"q": math.nan}, "answers.q: must be a short text or a number"),
    ("answers", {"q": 2**64 - 1}, {"q": 2**64}, "answers.q: must be a short text or a number"),
    ("answers", {"q": True}, {"q": None}, "answers.q: must be a short text or a number"),
    (
        "answers",
        {str(i): i for i in range(MAX_ANSWERS)},
        {str(i): i for i in range(MAX_ANSWERS + 1)},
        "answers: at most",
    ),
    ("code", {"a": "x" * MAX_CODE}, {"a": "x" * (MAX_CODE + 1)}, "code: 'a' may have 20000 characters, got 20001"),
    ("code", {"a" * MAX_NAME: ""}, {"a" * (MAX_NAME + 1): ""}, "code: 'aaa"),
    ("code", numbered(MAX_CELLS, "x"), numbered(MAX_CELLS + 1, "x"), "code: at most 100"),
    ("artifacts", (DOT,) * MAX_ARTIFACTS, (DOT,) * (MAX_ARTIFACTS + 1), "artifacts: at most 64 can be kept, got 65"),
    ("display", {"zoom": 10.0, "grid": True}, {"zoom": 10.1, "grid": True}, "display: zoom: must lie between"),
    ("actions", ((0, Move(1, 1e308)),), ((0, Move(1, math.inf)),), r"actions\[0\].x: must be a finite number"),
    ("actions", ((0, Move(2, 1.0)),), ((0, Move(2.5, 1.0)),), r"actions\[0\]: index: must be a whole number, got a"),
    ("actions", ((5, Set({"free": 1.0})), (5, Set({}))), ((5, Set({})), (4, Set({}))), r"actions\[1\]: step must"),
    ("actions", ((0, Set({"count": 10**12})),), ((0, Set({"count": -1})),), r"actions\[0\]: count: must lie"),
    ("state", {"w": nested(MAX_DEPTH - 1)}, {"w": nested(MAX_DEPTH)}, r"state.w: nested more than 60 deep"),
    ("state", {"n": 10**80 - 1}, {"n": 10**80}, "state.n: a whole number may have 80 digits"),
    ("state", {"n": 1}, {"n": 10**5000}, "state.n: a whole number may have 80 digits"),
    ("state", {"w": np.ones(AXES)}, {"w": np.ones((*AXES, 1))}, "state.w: an array may have 8 axes"),
    ("state", {"w": np.ones(1, np.float32)}, {"w": np.ones(1, np.float16)}, "state.w: an array of float16"),
    ("state", {"w": {"float": 1.0, "int": "2"}}, {"w": {"float": "nan"}}, "state.w: an object of float alone"),
    ("state", {"w": {"1": 1}}, {"w": {"1": 1, 1: 2}}, "state.w: two entries have the same name"),
    ("state", {"w": ()}, {"w": {1, 2}}, "state.w: a set cannot be saved"),
]


@pytest.mark.parametrize(("name", "last", "beyond", "message"), LIMITS, ids=[str(n) for n in range(len(LIMITS))])
def test_the_last_value_is_saved_and_the_first_beyond_it_is_named(
    name: str, last: Any, beyond: Any, message: str
) -> None:
    assert same_scene(reopened(plain(**{name: last})), plain(**{name: last}))
    with pytest.raises(SceneError, match=message):
        to_json(plain(**{name: beyond}), ALL)


@pytest.mark.parametrize(
    ("name", "last", "beyond"),
    [
        ("rate", 1e300, math.nextafter(1e300, math.inf)),
        ("free", 1.7e308, math.inf),
        ("count", 10**12, 10**12 + 1),
        ("whole", 2**64 - 1, 10**400),
        ("shape", "ravine", "cliff"),
        ("chosen", ["a", "b", "c"], ["d"]),
        ("text", "x" * MAX_TEXT, "x" * (MAX_TEXT + 1)),
    ],
)
def test_a_control_is_saved_up_to_its_limit(name: str, last: Any, beyond: Any) -> None:
    def scene_with(value: Any) -> Scene:
        return plain(params={**scene.plain(Params()), name: value})

    assert reopened(scene_with(last)).params[name] == last
    with pytest.raises(SceneError, match=f"params.*{name}"):
        to_json(scene_with(beyond), ALL)


def test_as_many_gestures_are_saved_as_can_be_replayed() -> None:
    most = plain(actions=((0, Move(1, 0.5)),) * MAX_ACTIONS)
    assert len(reopened(most).actions) == MAX_ACTIONS
    with pytest.raises(SceneError, match="actions: at most 200000 can be replayed, got 200001"):
        to_json(replace(most, actions=(*most.actions, most.actions[0])), ALL)


def test_a_file_of_as_many_bytes_and_values_as_can_be_opened_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    full = plain(notes="n" * 5000, state={"w": [1.0] * 5000})
    size = len(to_json(full, ALL))
    monkeypatch.setattr(scene, "MAX_BYTES", size)
    assert reopened(full).notes == full.notes
    monkeypatch.setattr(scene, "MAX_BYTES", size - 1)
    with pytest.raises(SceneError, match="the file would have"):
        to_json(full, ALL)
    monkeypatch.setattr(scene, "MAX_BYTES", size)
    parts = sum(to_json(full, ALL).count(mark) for mark in b",[{")
    monkeypatch.setattr(scene, "MAX_PARTS", parts)
    assert same(reopened(full).state, full.state)
    monkeypatch.setattr(scene, "MAX_PARTS", parts - 1)
    with pytest.raises(SceneError, match="values; this one has more"):
        to_json(full, ALL)


@pytest.mark.parametrize("limit", ["MAX_NOTES", "MAX_ARTIFACTS", "MAX_CODE", "MAX_HIDDEN", "MAX_ANSWER", "MAX_ANSWERS"])
def test_reading_keeps_the_limits_that_writing_keeps(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    full = plain(
        notes="nn", artifacts=(DOT, DOT), code={"a": "xx"}, hidden=("rate", "text"), answers={"a": "bb", "c": "d"}
    )
    data = to_json(full, ALL)
    monkeypatch.setattr(scene, limit, 2)
    assert same_scene(from_json(data, find), full)
    monkeypatch.setattr(scene, limit, 1)
    with pytest.raises(SceneError):
        from_json(data, find)


def test_a_file_of_before_code_was_kept_still_opens() -> None:
    old = json.loads(to_json(plain(notes="kept"), ALL))
    assert "code" not in old
    assert from_json(json.dumps(old).encode(), find).notes == "kept"


def test_a_long_name_of_what_was_sent_is_cut_and_not_refused() -> None:
    sent = Artifact("points", "T" * 3000, {}, "O" * 3000)
    assert len(sent.title) == len(sent.origin) == MAX_NAME and sent.title.endswith("…")
    assert Artifact("points", "T" * MAX_NAME, {}).title == "T" * MAX_NAME
    with pytest.raises(ValueError) as caught:
        Artifact("k" * 3000, "", {})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("digits", [302, 401, 4001])
@pytest.mark.parametrize("name", ["free", "whole", "rate"])
def test_a_number_too_long_to_compute_with_is_refused_in_words(name: str, digits: int) -> None:
    body = json.loads(to_json(plain(), ALL))
    for sign in "", "-":
        params = f'{{"{name}": {sign}1{"0" * (digits - 1)}}}'
        with pytest.raises(SceneError, match=f"params: {name}: must be a number of at most 300 digits"):
            from_json(json.dumps({**body, "params": "?"}).replace('"?"', params).encode(), find)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"notes": 5}, "not a Glassbox file: notes: must be text, got a whole number"),
        ({"artifacts": [{"kind": "points", "data": []}]}, r"artifacts\[0\].data: must be an object of named values"),
        ({"artifacts": [{"data": {}}]}, r"artifacts\[0\].kind: must be text"),
        ({"actions": [{"step": 0, "do": "Move", "x": 1.0}]}, r"actions\[0\]: “index” is missing"),
        ({"actions": [{"step": 0, "do": "Move", "index": 1, "x": "a"}]}, r"x: must be a number, got text"),
        ({"actions": [{"step": 0, "do": ["Move"]}]}, r"there is no gesture \['Move'\]"),
        ({"state": {"w": {"int": "9" * 81}}}, "state.w: not a whole number of at most 80 digits"),
        ({"params": {"x" * 3000: 1}}, "params: x{60}: there is no such control"),
    ],
)
def test_what_is_wrong_is_said_without_the_words_of_a_decoder(changes: Mapping[str, Any], message: str) -> None:
    data = json.dumps({**json.loads(to_json(plain(), ALL)), **changes}).encode()
    with pytest.raises(SceneError, match=message) as caught:
        from_json(data, find)
    assert "`" not in str(caught.value) and len(str(caught.value)) < 400


def test_reading_tells_how_far_it_is_and_can_be_ended() -> None:
    data, shares = to_json(plain(artifacts=(DOT,) * 5), ALL), []
    from_json(data, find, shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 5

    def stop(share: float) -> None:
        if share > 0.2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        from_json(data, find, stop)


@given(VALUES)
def test_every_value_that_is_packed_is_unpacked_to_the_same(value: Any) -> None:
    assert same(unpacked(packed(value)), value)
