"""Changing and restoring a running simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, get_origin

import numpy as np
import pytest
from numpy.typing import NDArray

from lab.kit.state import from_state, live_changes, read_run, reading_state, run_state, to_state, unaliased


@dataclass(frozen=True)
class Settings:
    rate: float = 0.1
    data: str = "five"
    size: int = 3


def test_live_changes_are_named_with_their_new_values() -> None:
    assert live_changes(Settings(), Settings(rate=0.2), live=("rate",)) == {"rate": 0.2}
    assert live_changes(Settings(), Settings(rate=0.2, size=4), restarting=("data",)) == {"rate": 0.2, "size": 4}
    assert live_changes(Settings(), Settings()) == {}


def test_a_control_that_needs_a_new_start_is_refused() -> None:
    after = Settings(rate=0.2, data="houses", size=4)
    with pytest.raises(ValueError, match=r"^data, size: can only be changed by starting over$"):
        live_changes(Settings(), after, live=("rate",))
    with pytest.raises(ValueError, match=r"^data: can only"):
        live_changes(Settings(), after, restarting=("data",))


@pytest.mark.parametrize(
    "read",
    [lambda state: state["missing"], lambda state: int(state["step"]), lambda state: state["rows"][3],
     lambda state: state["rows"].items()],
)  # fmt: skip
def test_a_damaged_state_is_a_value_error(read: Callable[[dict[str, Any]], Any]) -> None:
    @reading_state()
    def load(state: dict[str, Any]) -> None:
        read(state)

    for _again in range(2):  # a decorator can be used more than once
        with pytest.raises(ValueError, match=r"state: .* is missing or does not fit this run"):
            load({"step": None, "rows": []})


def test_what_the_reader_itself_says_is_passed_on() -> None:
    with pytest.raises(ValueError, match=r"^state: step -1, needs at least 0$"), reading_state():
        raise ValueError("state: step -1, needs at least 0")


@dataclass(frozen=True, eq=False)
class Point:
    at: tuple[float, float]
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Board:
    x: NDArray[np.float64]
    groups: NDArray[np.int64]
    names: tuple[str, ...]
    point: Point
    title: str = "a board"


BOARD = Board(np.array([1.0, 2.0]), np.array([0, 1]), ("a", "b", "c"), Point((1.0, 2.0)))


def test_a_frozen_value_is_saved_by_the_names_of_its_fields() -> None:
    saved = to_state(BOARD)
    assert saved | {"x": 0, "groups": 0} == {
        "x": 0, "groups": 0, "names": ["a", "b", "c"], "point": {"at": [1.0, 2.0], "label": None}, "title": "a board",
    }  # fmt: skip
    assert saved["x"] is BOARD.x


def test_a_saved_value_comes_back_with_read_only_arrays_and_defaults() -> None:
    again = from_state(Board, {key: value for key, value in to_state(BOARD).items() if key != "title"})
    assert (again.names, again.point.at, again.point.label, again.title) == (
        ("a", "b", "c"),
        (1.0, 2.0),
        None,
        "a board",
    )
    assert again.x.tolist() == [1.0, 2.0] and again.groups.dtype == np.int64 and not again.x.flags.writeable
    assert from_state(Point, {"at": [1, 2], "label": 3.0}).label == 3


@pytest.mark.parametrize("damage", [{"point": {}}, {"point": {"at": [1.0]}}, {"x": "?"}, {"names": None}])
def test_a_saved_value_that_does_not_fit_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^state: board: "):
        from_state(Board, to_state(BOARD) | damage)


def test_the_step_the_settings_and_the_generator_of_a_run_are_saved_and_read() -> None:
    rng = np.random.default_rng(3)
    saved = run_state(7, Settings(rate=0.5), rng)
    assert saved["random"] == rng.bit_generator.state
    assert read_run(Settings, saved) == (7, Settings(rate=0.5))
    with pytest.raises(ValueError, match="step -1"):
        read_run(Settings, saved | {"step": -1})


def test_an_alias_of_a_type_is_the_type_it_stands_for() -> None:
    alias = SimpleNamespace(__value__=NDArray[np.float64])  # as NumPy's own is since Python 3.12
    assert unaliased(alias) is alias.__value__ and unaliased(int) is int
    assert get_origin(unaliased(NDArray[np.float64])) is np.ndarray
    assert unaliased(tuple[int, ...]) == tuple[int, ...]
