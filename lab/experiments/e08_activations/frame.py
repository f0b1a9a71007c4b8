"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.settings import Params

__all__ = ["ActivationsFrame", "Page"]

Page = FunctionPage | DepthPage | SoftmaxPage | StabilityPage


@dataclass(frozen=True, slots=True, eq=False)
class ActivationsFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a distribution."""

    step: int
    params: Params
    page: Page
    received: bool
