"""One run: a threshold, a calibration, models that read, are rounded, compared, or have seen the test. Each page has
its own; this is what they have in common. All else is theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import fields_of
from lab.experiments.e24_evaluation.arena import Arena
from lab.experiments.e24_evaluation.calibration import Calibration
from lab.experiments.e24_evaluation.cheat import Cheat
from lab.experiments.e24_evaluation.compress import Compress
from lab.experiments.e24_evaluation.compress_smollm2 import CompressSmolLM2
from lab.experiments.e24_evaluation.frame import EvaluationFrame
from lab.experiments.e24_evaluation.gestures import Commit
from lab.experiments.e24_evaluation.items import newest_network
from lab.experiments.e24_evaluation.reading import Reading
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.significance import Significance
from lab.experiments.e24_evaluation.threshold import Threshold
from lab.experiments.e24_evaluation.tries import Tries
from lab.kit.exchange import latest, nothing_received
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["Judging", "build"]


def bits_part(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact]) -> Compress | CompressSmolLM2:
    """Of the Bits page, by whose weights they are."""
    return (CompressSmolLM2 if params.weights == "smollm2" else Compress)(params, rng, artifacts)


RESTARTING = frozenset(field.name for field in fields_of(Params) if field.restarts)
PARTS: dict[str, Callable[..., Any]] = {
    "threshold": Threshold,
    "calibration": Calibration,
    "perplexity": Reading,
    "bits": bits_part,
    "significance": Significance,
    "arena": Arena,
    "tries": Tries,
    "cheat": Cheat,
}


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> Judging:
    """A run at its start. Raises ParamError when a network is asked for that was never received, ValueError for one
    that does not fit."""
    return Judging(params, rng, artifacts)


class Judging:
    """One run at work."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self._params, self._artifacts, self._rng = params, tuple(artifacts), rng
        self._check_received(params)
        self._part = PARTS[params.topic](params, rng, self._artifacts)

    def _check_received(self, params: Params) -> None:
        """Raises ParamError for a control that asks for what was never sent."""
        if params.data == "received" and newest_network(self._artifacts) is None:
            raise nothing_received("data", "network")
        for control in ("reader", "weights"):
            if getattr(params, control) == "received" and latest(self._artifacts, "language-model") is None:
                raise nothing_received(control, "language-model")

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""
        return bool(self._part.done())

    def step(self) -> None:
        """A step of the run, or a piece of it."""
        if not self.done and self._part.step(self.steps + 1):
            self.steps += 1

    def snapshot(self) -> EvaluationFrame:
        """What is shown of this step; nothing in it will ever change."""
        received = newest_network(self._artifacts) is not None
        model = latest(self._artifacts, "language-model") is not None
        return EvaluationFrame(self.steps, self._params, self._part.shown(self._params), received, model)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, restarting=RESTARTING)
        self._check_received(params)
        self._part.retune(params)
        self._params = params

    def act(self, action: object) -> Commit | None:
        """Lock a threshold in; on another page nothing happens. Raises ValueError for another gesture."""
        if not isinstance(action, Commit):
            raise ValueError(f"there is no gesture {type(action).__name__} here")
        return self._part.act(action) if isinstance(self._part, Threshold) else None

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {"part": self._part.save()}

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        if params.topic != self._params.topic:
            raise ValueError(f"state: of the run {params.topic}, needs {self._params.topic}")
        self._part.load(state["part"])
        self.steps, self._params = step, params
        self._rng.bit_generator.state = dict(state["random"])

    def offer(self, kind: str) -> None:
        """There is nothing to send on."""
        return None
