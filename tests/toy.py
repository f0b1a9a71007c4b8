"""A toy experiment for tests of the runtime: a walker that drifts, with everything an experiment may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np

from lab.core.experiment import Break, Challenge, Experiment, Preset, Progress, Setting, Specification
from lab.core.metric import Metric, Metrics
from lab.core.params import Label, Range, Restarts


@dataclass(frozen=True, slots=True)
class Params:
    drift: Annotated[float, Range(-10, 10), Label("Drift")] = 1.0
    noise: Annotated[float, Range(0, 5), Label("Noise")] = 0.5
    start: Annotated[Literal["low", "high"], Label("Start"), Restarts()] = "low"


@dataclass(frozen=True, slots=True)
class Push:
    """A gesture with an inverse."""

    by: float

    def sentence(self) -> str:
        return f"Push by {self.by}"


@dataclass(frozen=True, slots=True)
class Forget:
    """A gesture without one."""

    def sentence(self) -> str:
        return "Forget"


@dataclass(frozen=True, slots=True)
class Frame:
    step: int
    at: float
    trail: np.ndarray


class Walker:
    done = False

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Any, ...]) -> None:
        self.params, self.rng = params, rng
        self.at = 0.0 if params.start == "low" else 100.0
        self.steps = 0
        self.trail = [self.at]
        self.fails_at: int | None = None

    def step(self) -> None:
        if self.steps + 1 == self.fails_at:
            raise RuntimeError("the walker fell")
        self.at += self.params.drift + self.params.noise * float(self.rng.normal())
        self.steps += 1
        self.trail.append(self.at)

    def snapshot(self) -> Frame:
        trail = np.array(self.trail)
        trail.flags.writeable = False
        return Frame(self.steps, self.at, trail)

    def retune(self, params: Params) -> None:
        if params.drift == 9.0:
            raise ValueError("drift: nine is not taken")
        self.params = params

    def act(self, action: Any) -> Any:
        if isinstance(action, Push):
            self.at += action.by
            return Push(-action.by)
        self.at = 0.0
        return None

    def save(self) -> Mapping[str, Any]:
        state = self.rng.bit_generator.state
        return {"at": self.at, "steps": self.steps, "trail": np.array(self.trail), "rng": state}

    def load(self, state: Mapping[str, Any]) -> None:
        self.at, self.steps, self.trail = state["at"], state["steps"], list(state["trail"])
        self.rng.bit_generator.state = state["rng"]

    def offer(self, kind: str) -> None:
        return None


def _far(frame: Frame, params: Params, log: Any) -> Progress:
    return Progress(frame.at >= 10, min(1.0, frame.at / 10), f"at {frame.at:.1f} of 10")


SPECIFICATION = Specification(
    params=Params,
    build=Walker,
    presets=(Preset("fast", "Fast", Setting({"drift": 3.0}, seed=2)),),
    challenges=(Challenge("far", "Far", "Reach 10.", Setting({"noise": 0.0}), _far, Setting({"drift": 5.0}, steps=9)),),
    breaks=(Break("back", "Backwards", "It walks away.", Setting({"drift": -5.0}, steps=5), lambda f: f.at < 0),),
    actions=(Push, Forget),
    metrics=Metrics(Metric("at", "at", lambda frame: frame.at), Metric("step", "step", lambda frame: frame.step)),
    headline=("at",),
    describe=lambda frame: f"Step {frame.step}: at {frame.at:.2f}.",
    steps_per_second=float("inf"),
)

TOY = Experiment("toy", 99, 1, "Toy", "Where does it go?", 1, "tests.toy:SPECIFICATION", "tests.toy_view:View")


@dataclass(frozen=True, slots=True)
class StillFrame(Frame):
    """Of a picture in which nothing moves."""

    def pose(self) -> object:
        return 0


class StillWalker(Walker):
    def snapshot(self) -> StillFrame:
        return StillFrame(self.steps, self.at, np.zeros(1))


HEAVY_SPECIFICATION = replace(SPECIFICATION, python_heavy=True)
HEAVY = Experiment("heavy", 98, 1, "Heavy", "Where?", 1, "tests.toy:HEAVY_SPECIFICATION", "tests.toy_view:View")
STILL_SPECIFICATION = replace(SPECIFICATION, build=StillWalker)
STILL = Experiment("still", 97, 1, "Still", "Where?", 1, "tests.toy:STILL_SPECIFICATION", "tests.toy_view:View")


class SlowToOpenWalker(Walker):
    """Reads something large before it can be shown, a piece at each step."""

    PIECES = 20

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.read = 0

    @property
    def opening(self) -> bool:
        return self.read < self.PIECES

    def step(self) -> None:
        if not self.opening:
            return super().step()
        self.read += 1
        if self.read == 5 and self.fails_at == 0:
            raise RuntimeError("it is torn")

    def snapshot(self) -> Frame:
        return Frame(self.steps, float(self.read), np.zeros(0))


OPENING_SPECIFICATION = replace(SPECIFICATION, build=SlowToOpenWalker)
OPENING = Experiment("opening", 96, 1, "Opening", "Where?", 1, "tests.toy:OPENING_SPECIFICATION", "tests.toy_view:View")


class LostWalker(Walker):
    """Is lost as long as it is 20 or more away; without noise, from its twentieth step on."""

    @property
    def diverged(self) -> bool:
        return self.at >= 20.0


LOST_SPECIFICATION = replace(SPECIFICATION, build=LostWalker)
LOST = Experiment("lost", 95, 1, "Lost", "Where?", 1, "tests.toy:LOST_SPECIFICATION", "tests.toy_view:View")
