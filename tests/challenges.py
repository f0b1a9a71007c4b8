"""Challenges judged at their limits: a solution with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any
from unittest.mock import patch

from lab.catalog import find
from lab.core.headless import played
from lab.core.metric import Metrics
from lab.core.params import checked, replaced
from lab.core.simulation import Set
from tests.asking import metrics_of

__all__ = ["Altered", "Of", "judged", "numbers", "solved"]


class Altered:
    """A value of which a few attributes are others."""

    def __init__(self, of: Any, **others: Any) -> None:
        self.__dict__.update(others, _of=of)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_of"], name)


@cache
def solved(experiment: str, challenge: str) -> tuple[Callable[..., Any], Any, Any, Any]:
    """The check, and the frame, the controls and the log of the solution."""
    specification = find(experiment).load()
    goal = specification.challenge(challenge)
    params = checked(specification.params, goal.solution.values)
    for _step, action in goal.solution.actions:
        if isinstance(action, Set):
            params = replaced(params, action.values)
    return goal.check, played(specification, goal.solution).snapshot(), params, goal.solution.actions


def judged(
    goal: str,
    params: dict[str, Any] | None = None,
    log: tuple[Any, ...] | None = None,
    also: tuple[Any, ...] = (),
    **frame: Any,
) -> str:
    """ "done", "failed" or "open", after the solution was changed so.

    params: controls.  log: (step, action) instead of the solution's.  also: actions at step 0 after it.
    frame: attributes of the frame, or functions of the frame that give them.  metrics: all its read-outs.
    """
    check, shown, controls, actions = solved(*goal.split("/"))
    numbers = frame.pop("metrics", metrics_of)(shown)
    controls = replaced(controls, params or {})
    others = {name: value(shown) if isinstance(value, Of) else value for name, value in frame.items()}
    if params and hasattr(shown, "params"):
        others.setdefault("params", controls)
    log = (*(actions if log is None else log), *((0, a) for a in also))
    reading = {"values": lambda _table, _frame: numbers, "value": lambda _table, _frame, name: numbers[name]}
    with patch.multiple(Metrics, **reading):
        found = check(Altered(shown, **others, metrics=lambda: numbers), controls, log)
    assert not (found.done and found.failed) and 0.0 <= found.share <= 1.0 and found.text
    return "done" if found.done else "failed" if found.failed else "open"


class Of:
    """A value that is made of the frame's own."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self._make = make

    def __call__(self, frame: Any) -> Any:
        return self._make(frame)


def numbers(**values: Any) -> Of:
    """The read-outs, a few of them others."""
    return Of(lambda frame: {**metrics_of(frame), **values})
