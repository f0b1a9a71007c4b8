"""Learning-rate schedules: by which factor the learning rate is multiplied at each step. A schedule is a
frozen value that is called with the number of the step, so that it can be drawn before the run and gives
the same answer when the run is scrubbed back."""

import math
from dataclasses import field
from typing import Protocol

from lab.core.records import dataclass

__all__ = ["Constant", "Cosine", "Linear", "Schedule", "Stable", "StepDecay", "WarmUp"]


class Schedule(Protocol):
    """Anything that turns the number of a step, counted from 0, into a factor."""

    def __call__(self, step: int) -> float:
        """The factor at this step."""


def _positive(name: str, value: int) -> None:
    if value < 1:
        raise ValueError(f"{name}: {value}, needs at least 1")


@dataclass(frozen=True, slots=True)
class Constant:
    """Always 1."""

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        return 1.0


@dataclass(frozen=True, slots=True)
class StepDecay:
    """Multiplied by `factor` after every `every` steps.

    every: steps of one tread, at least 1.  factor: usually 0.1 or 0.5.
    """

    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        _positive("every", self.every)

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        return float(self.factor ** (step // self.every))


@dataclass(frozen=True, slots=True)
class Linear:
    """Down a straight line from 1 to `floor` in `steps` steps, then level.

    steps: at least 1.  floor: the factor at the end.
    """

    steps: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        _positive("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        return 1.0 + (self.floor - 1.0) * min(1.0, step / self.steps)


@dataclass(frozen=True, slots=True)
class Cosine:
    """Down half a cosine wave from 1 to `floor` in `steps` steps, then level.

    steps: at least 1.  floor: the factor at the end.  Source: Loshchilov & Hutter, SGDR, 2017, one cycle.
    """

    steps: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        _positive("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        return self.floor + (1.0 - self.floor) * 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / self.steps)))


@dataclass(frozen=True, slots=True)
class Stable:
    """Level at 1 for `hold` steps, then down a straight line to `floor` at `steps`, then level again.

    hold: 0 or more.  steps: more than hold.  floor: the factor at the end.  With a warm-up before it this is the
    warm-up, stable, decay schedule.  Source: Hu et al., MiniCPM, 2024.
    """

    hold: int
    steps: int
    floor: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.hold < self.steps:
            raise ValueError(f"hold: {self.hold}, needs 0 or more, and fewer than steps, {self.steps}")

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        done = (step - self.hold) / (self.steps - self.hold)
        return 1.0 + (self.floor - 1.0) * min(1.0, max(0.0, done))


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Up a straight line from 1/steps to 1, then whatever schedule follows, which starts from its own step 0.

    steps: length of the climb, at least 1.  then: the schedule that follows.
    """

    steps: int
    then: Schedule = field(default_factory=Constant)

    def __post_init__(self) -> None:
        _positive("steps", self.steps)

    def __call__(self, step: int) -> float:
        """The factor at this step."""
        return (step + 1) / self.steps if step < self.steps else self.then(step - self.steps)
