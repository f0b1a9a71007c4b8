"""Links and files: everything comes back, and nothing hostile gets in."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core.artifact import Artifact
from lab.core.scene import MAX_BYTES, Scene, SceneError, from_json, from_link, packed, to_json, to_link, unpacked
from lab.core.simulation import Set
from tests.toy import SPECIFICATION, TOY, Forget, Push


def find(id: str):
    return TOY if id == "toy" else None


FULL = Scene(
    "toy",
    1,
    {"drift": 2.5, "noise": 0.0, "start": "high"},
    4,
    ((0, Push(1.5)), (3, Set({"drift": 1.0})), (3, Forget())),
    12,
    {},
    ("noise",),
    "my notes ✎",
    {"predict": "b"},
    (Artifact("points", "Six points", {"x": np.arange(6.0).reshape(3, 2), "labels": np.array([0, 1, 0])}),),
    {"rng": {"state": 2**127 + 1}, "w": np.eye(2, dtype=np.float32), "loss": math.inf},
)


def same(a, b) -> bool:
    return json.dumps(packed(a), sort_keys=True) == json.dumps(packed(b), sort_keys=True)


def test_a_file_brings_everything_back() -> None:
    back = from_json(to_json(FULL), find)
    for name in ("experiment", "params", "seed", "step", "hidden", "notes", "answers", "actions"):
        assert getattr(back, name) == getattr(FULL, name), name
    assert same(back.state, FULL.state)
    assert back.artifacts[0].id == FULL.artifacts[0].id


def test_a_mark_that_an_editor_put_before_it_does_no_harm() -> None:
    assert from_json(b"\xef\xbb\xbf" + to_json(FULL), find).actions == FULL.actions


def test_a_small_scene_is_a_small_file() -> None:
    assert len(to_json(Scene("toy"))) < 1000


def test_a_link_carries_controls_seed_and_step() -> None:
    link = to_link(Scene("toy", params={"drift": 0.3, "start": "high"}, seed=4, step=200), SPECIFICATION)
    assert link == "lab:toy?drift=0.3&start=high&seed=4&step=200"
    back = from_link(link, find)
    assert (back.params["drift"], back.params["start"], back.seed, back.step) == (0.3, "high", 4, 200)


def test_defaults_are_left_out_of_a_link() -> None:
    assert to_link(Scene("toy"), SPECIFICATION) == "lab:toy"


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("lab:nowhere", "there is no experiment 'nowhere'"),
        ("lab:toy?drift=99", "drift: must lie between -10 and 10"),
        ("lab:toy?speed=1", "speed: there is no such control"),
        ("lab:toy?seed=-1", "seed: must be a whole number"),
        ("lab:toy?step=1e9", "step: must be a whole number"),
        ("lab:toy?hide=walls", "hide: there is no control 'walls'"),
        ("lab:toy?drift=" + "9" * 30_000, "longer than 20,000"),
        ("lab:", "there is no experiment"),
    ],
)
def test_a_bad_link_says_what_is_wrong(link: str, message: str) -> None:
    with pytest.raises(SceneError, match=message.replace("(", r"\(")):
        from_link(link, find)


def body(**changes):
    return json.dumps({**json.loads(to_json(FULL)), **changes}).encode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"experiment": "nowhere"}, "experiment: there is no experiment 'nowhere'"),
        ({"params": {"drift": 99}}, "params: drift: must lie between"),
        ({"params": {"evil": 1}}, "params: evil: there is no such control"),
        ({"seed": -5}, "seed: must lie between"),
        ({"step": 10**12}, "step: must lie between"),
        (
            {"actions": [{"step": 0, "do": "Explode"}]},
            r"actions\[0\]: there is no gesture 'Explode'; there is Set, Push",
        ),
        ({"actions": [{"step": 5, "do": "Forget"}, {"step": 1, "do": "Forget"}]}, r"actions\[1\]: step"),
        ({"actions": [{"step": 0, "do": "Push", "by": "far"}]}, r"actions\[0\]"),
        ({"actions": [{"step": 0, "do": "Push", "by": {"float": "inf"}}]}, "finite"),
        ({"actions": [{"step": 0, "do": "Push"}]}, r"actions\[0\]"),
        ({"actions": [{"step": 0, "do": "Set", "values": {"drift": 50}}]}, "drift"),
        ({"hidden": ["walls"]}, "hidden: there is no control"),
        ({"answers": {"q": [1, 2]}}, "answers"),
        ({"notes": 5}, "not a Glassbox file"),
        ({"glassbox": 0}, "glassbox: must be at least 1"),
        ({"state": {"w": {"dtype": "|O", "shape": [1], "base64": ""}}}, "state.w: dtype must be one of"),
        ({"state": {"w": {"dtype": "<f8", "shape": [10**9], "base64": ""}}}, "state.w: "),
        ({"state": {"w": {"dtype": "<f8", "shape": [1], "base64": "!!"}}}, "state.w: not base64"),
        ({"artifacts": [{"kind": "virus", "data": {}}]}, r"artifacts\[0\]: kind must be one of"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_where(changes: dict, message: str) -> None:
    with pytest.raises(SceneError, match=message):
        from_json(body(**changes), find)


def test_a_file_of_a_newer_version_opens_read_only_with_what_is_known() -> None:
    scene = from_json(body(glassbox=9, version=7, params={"drift": 2.0, "from_the_future": 1}), find)
    assert scene.newer
    assert scene.params["drift"] == 2.0


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"glassbox": 1}', b"PK\x03\x04", b"[" * 100_000]
)
def test_what_is_no_file_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(SceneError):
        from_json(data, find)


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(SceneError, match="at most 64 MB"):
        from_json(b" " * (MAX_BYTES + 1), find)


@given(st.binary(max_size=400))
def test_any_bytes_open_or_are_refused_and_nothing_else(data: bytes) -> None:
    try:
        from_json(data, find)
    except SceneError as error:
        assert str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("params", "seed", "step", "actions", "display", "hidden", "notes", "answers", "artifacts", "state", "version")


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4))
def test_a_file_with_anything_in_any_place_opens_or_is_refused(changes: dict) -> None:
    try:
        from_json(body(**changes), find)
    except SceneError as error:
        assert str(error)


@given(st.lists(st.dictionaries(st.sampled_from(("step", "do", "by", "values")), JSON, max_size=4), max_size=3))
def test_hostile_gestures_are_refused(actions: list) -> None:
    try:
        from_json(body(actions=actions), find)
    except SceneError as error:
        assert str(error)


@given(JSON)
def test_packing_is_undone_by_unpacking(value) -> None:
    try:
        there = packed(value)
    except SceneError:
        return
    assert same(unpacked(there), value)
