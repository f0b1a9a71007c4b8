"""Points that a learner edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from lab.kit.editing import edited, round_range


@dataclass(frozen=True)
class Add:
    data: str
    x: float
    y: float
    at: int = -1


@dataclass(frozen=True)
class Move:
    data: str
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Remove:
    data: str
    number: int


X, Y = np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])


def edit(action: Any, x: Any = X, y: Any = Y) -> Any:
    return edited(x, y, action, Add, Move, Remove, 4)


@pytest.mark.parametrize(
    "action", [Add("own", 9.0, 8.0), Add("own", 9.0, 8.0, 1), Move("own", 2, 5, 6), Remove("own", 0)]
)
def test_every_edit_is_taken_back_by_the_action_that_it_returns(action: Any) -> None:
    x, y, back = edit(action)
    assert x.tolist() != X.tolist() and X.tolist() == [1, 2, 3]
    again = edit(back, x, y)
    assert (again[0].tolist(), again[1].tolist()) == (X.tolist(), Y.tolist())


def test_a_point_is_added_where_it_was_requested_for_or_at_the_end() -> None:
    assert edit(Add("own", 9.0, 8.0, 1))[0].tolist() == [1, 9, 2, 3]
    assert edit(Add("own", 9.0, 8.0, 7))[1].tolist() == [10, 20, 30, 8]


def test_a_point_that_is_not_there_changes_nothing_and_too_many_are_refused() -> None:
    assert edit(Move("own", 3, 0.0, 0.0)) is None and edit(Remove("own", -1)) is None
    with pytest.raises(ValueError, match="room for 4 points"):
        edit(Add("own", 0.0, 0.0), np.arange(4.0), np.arange(4.0))
    with pytest.raises(ValueError, match="needs a number"):
        edit(Move("own", 0, float("nan"), 0.0))


def test_a_range_around_values_has_round_ends_and_air() -> None:
    assert round_range(np.array([3.0, 97.0]), 0.08) == (-10.0, 110.0)
    low, high = round_range(np.array([5.0, 5.0]), 0.1)
    assert low < 5.0 < high
