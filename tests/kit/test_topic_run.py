"""Runs that are one of several things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from lab.core.params import Choices, Label, Range, Restarts
from lab.kit.topic_run import TopicRun


@dataclass(frozen=True, slots=True)
class Settings:
    topic: Annotated[Literal["walk", "wait"], Label("Topic"), Choices(("Walk", "Wait")), Restarts()] = "walk"
    pace: Annotated[int, Range(1, 9), Label("Pace")] = 1


class Walk:
    """Goes on by a random length; every second step takes a piece more."""

    def __init__(self, params: Settings, rng: np.random.Generator) -> None:
        self.params, self.rng, self.at, self.half = params, rng, 0.0, False

    def done(self) -> bool:
        return self.at > 3

    def step(self, number: int) -> bool:
        if number % 2 == 0 and not self.half:
            self.half = True
            return False
        self.half = False
        self.at += self.params.pace * float(self.rng.random())
        return True

    def save(self) -> Any:
        return {"at": self.at}


class Run(TopicRun[Settings, Walk]):
    def __init__(self, params: Settings, seed: int) -> None:
        super().__init__(params, np.random.default_rng(seed))
        self.heard: list[str] = []
        self._begin()

    @property
    def at(self) -> float:
        return self._part.at

    def again(self) -> None:
        self._begin()

    def _made(self, params: Settings) -> Walk:
        return Walk(params, self._rng)

    def _retuned(self, params: Settings, changed: Mapping[str, Any]) -> None:
        self.heard += list(changed)
        self._part.params = params

    def _load_part(self, saved: Any, params: Settings) -> None:
        self._part.at = float(saved["at"])


def steps(run: Run, count: int) -> Run:
    while run.steps < count and not run.done:
        run.step()
    return run


def test_a_step_counts_once_it_is_whole() -> None:
    run = Run(Settings(), 3)
    run.step()
    assert run.steps == 1
    before = run.at
    run.step()
    assert (run.steps, run.at) == (1, before)
    run.step()
    assert run.steps == 2 and run.at > before


def test_what_is_done_is_left_alone() -> None:
    run = steps(Run(Settings(pace=9), 3), 99)
    now = run.steps, run.at
    assert run.done
    run.step()
    assert (run.steps, run.at) == now


def test_a_beginning_draws_the_same_whatever_was_drawn_since() -> None:
    run = steps(Run(Settings(), 3), 2)
    first = run.at
    run.again()
    run.steps = 0
    assert run.at == 0.0 and steps(run, 2).at == first


def test_a_saved_run_goes_on_in_another_one_with_the_same_digits() -> None:
    run, other = steps(Run(Settings(), 3), 2), steps(Run(Settings(), 4), 1)
    other.load(run.save())
    assert (other.steps, other.at) == (run.steps, run.at)
    assert steps(other, 4).at == steps(run, 4).at
    other.again()
    other.steps = 0
    assert steps(other, 4).at == run.at, "it begins again as the saved one began"


def test_a_live_change_reaches_the_part_and_one_of_the_topic_does_not() -> None:
    run = Run(Settings(), 3)
    run.retune(Settings(pace=5))
    assert run.heard == ["pace"]
    with pytest.raises(ValueError, match="topic"):
        run.retune(Settings("wait", 5))
    run.retune(Settings(pace=1))
    assert run.heard == ["pace", "pace"] and run.save()["params"] == {"topic": "walk", "pace": 1}


@pytest.mark.parametrize(
    ("damage", "word"),
    [({"params": {"topic": "wait", "pace": 1}}, "of the run wait"), ({"part": {}}, "at"), ({"step": -1}, "step -1")],
)
def test_a_state_that_does_not_fit_is_refused(damage: dict[str, Any], word: str) -> None:
    run = Run(Settings(), 3)
    with pytest.raises(ValueError, match=word):
        run.load(run.save() | damage)
