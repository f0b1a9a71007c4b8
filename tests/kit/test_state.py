"""Changing and restoring a running simulation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lab.kit.state import live_changes, reading_state


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
