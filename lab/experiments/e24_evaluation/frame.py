"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e24_evaluation.arena import ArenaPage
from lab.experiments.e24_evaluation.calibration import CalibrationPage
from lab.experiments.e24_evaluation.cheat import CheatPage
from lab.experiments.e24_evaluation.compress import CompressPage
from lab.experiments.e24_evaluation.reading import ReadingPage
from lab.experiments.e24_evaluation.settings import Params
from lab.experiments.e24_evaluation.significance import SignificancePage
from lab.experiments.e24_evaluation.threshold import ThresholdPage
from lab.experiments.e24_evaluation.tries import TriesPage

__all__ = ["EvaluationFrame", "Page"]

Page = (
    ThresholdPage | CalibrationPage | ReadingPage | CompressPage | SignificancePage | ArenaPage | TriesPage | CheatPage
)


@dataclass(frozen=True, slots=True, eq=False)
class EvaluationFrame:
    """One step. page: what the open page shows.  received, model: whether another experiment has sent a network, or a
    language model."""

    step: int
    params: Params
    page: Page
    received: bool
    model: bool
