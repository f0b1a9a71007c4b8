"""What is shown of the whole way of a language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.parameters import LMConfig
from lab.experiments.e25_capstone.pipeline_exam import Report
from lab.experiments.e25_capstone.settings import Params
from lab.experiments.e25_capstone.writing import Sample

__all__ = ["MADE", "STAGES", "PipelinePage", "Try"]

STAGES = ("text", "tokens", "pretrain", "questions", "reward", "card")
MADE = ("start", "pretrain", "questions", "reward")
"""What there is a report of."""


@dataclass(frozen=True, slots=True)
class Try:
    """One answer of a step of the reward."""

    answer: str
    reward: float
    right: bool


@dataclass(frozen=True, slots=True, eq=False)
class PipelinePage:
    """The way so far. title, characters: of the text.  beginning: how it begins.  cut: that in tokens.  per_token:
    characters in a token.  lengths: steps of every stage, in the order of STAGES.  step: of all.  stage, made: the
    stage under way, or the last, and its steps that are made.  reports: one after each stage, in the order of MADE.
    courses: [n, 2] by stage, step and number.  taught: the first examples.  batch_tokens: of a step of
    pretraining.  asked, tries: a question of the last step
    with a reward, and the answers to it.  asked_all: the questions of the exam.  seconds: a step of each stage takes,
    and a report.
    """

    params: Params
    title: str
    characters: int
    beginning: str
    cut: tuple[str, ...]
    per_token: float
    plan: LMConfig
    parameters: int
    lengths: tuple[int, ...]
    step: int
    stage: str
    made: int
    reports: tuple[Report, ...]
    courses: Mapping[str, NDArray[Any]]
    sample: Sample | None
    taught: tuple[tuple[str, str], ...]
    batch_tokens: int
    asked: str
    tries: tuple[Try, ...]
    asked_all: tuple[str, ...]
    loss: float | None
    lost: bool
    seconds: tuple[float, ...]

    @property
    def shown(self) -> str:
        """The stage that is looked at: the one chosen, or the one under way."""
        return self.stage if self.params.shown == "now" else self.params.shown

    @property
    def over(self) -> bool:
        """Whether all steps are made."""
        return self.step >= sum(self.lengths)

    def report(self, stage: str) -> Report | None:
        """That after a stage, None before."""
        return next((one for one in self.reports if one.stage == stage), None)

    @property
    def newest(self) -> Report | None:
        """The last one."""
        return self.reports[-1] if self.reports else None

    @property
    def exams(self) -> int:
        """How many reports there will be: one at the start, and one after each stage that trains."""
        stages = sum(length > 0 for length in self.lengths[STAGES.index("pretrain") : -1])
        return 1 + stages if stages else 0

    @property
    def seconds_left(self) -> float:
        """How long all the rest takes on this machine."""
        at, left = 0, (self.exams - len(self.reports)) * self.seconds[-1]
        for length, seconds in zip(self.lengths, self.seconds, strict=True):
            left += max(0, min(length, at + length - self.step)) * seconds
            at += length
        return left
