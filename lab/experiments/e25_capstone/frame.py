"""What is shown of one step."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.parameters import LMConfig
from lab.engine.text.ngram import Rung
from lab.experiments.e25_capstone.league import LeaguePage
from lab.experiments.e25_capstone.moments import Moments
from lab.experiments.e25_capstone.pipeline_frame import PipelinePage
from lab.experiments.e25_capstone.scaling import ScalingPage
from lab.experiments.e25_capstone.settings import Params
from lab.experiments.e25_capstone.writing import Sample
from lab.kit.record import Past

__all__ = ["CapstoneFrame", "TrainPage"]


@dataclass(frozen=True, slots=True, eq=False)
class TrainPage:
    """A model at its training.

    title: of the text.  characters, tokens, held: of the text, of what is learned from, of what is kept apart.
    per_token: characters in a token.  rungs: the n-gram ladder.  judged: [n, 3], step, mean loss since the row before,
    loss on held-out text.  past: loss and gradient length of every step.  moments: the model through
    time.  seconds: a step takes on this machine.
    """

    params: Params
    plan: LMConfig
    parameters: int
    title: str
    characters: int
    tokens: int
    held: int
    per_token: float
    rungs: tuple[Rung, ...]
    step: int
    loss: float | None
    gradient: float | None
    rate: float
    judged: NDArray[Any]
    past: Past
    samples: tuple[Sample, ...]
    moments: Moments
    seconds: float
    lost: bool

    @property
    def held_out(self) -> float | None:
        """The last loss on held-out text, in nats a token."""
        return float(self.judged[-1, 2]) if len(self.judged) else None

    @property
    def learned(self) -> float | None:
        """The mean loss on what it learned from, of the same steps."""
        return float(self.judged[-1, 1]) if len(self.judged) else None

    @property
    def best(self) -> float | None:
        """The least loss on held-out text so far."""
        return float(self.judged[:, 2].min()) if len(self.judged) else None

    @property
    def passed(self) -> int:
        """How many rungs of the ladder, from the first on, the best loss lies below."""
        best, count = self.best, 0
        if best is None:
            return 0
        for rung in self.rungs:
            if best >= rung.loss:
                break
            count += 1
        return count


@dataclass(frozen=True, slots=True, eq=False)
class CapstoneFrame:
    """One step. received: the kinds of artifacts that other experiments have sent.  opened: results of the
    league, as their files say them."""

    step: int
    params: Params
    page: TrainPage | ScalingPage | LeaguePage | PipelinePage
    received: tuple[str, ...]
    opened: tuple[str, ...]
