"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e14_convolution_recurrence.digits_run import DigitsPage
from lab.experiments.e14_convolution_recurrence.memory_run import MemoryPage
from lab.experiments.e14_convolution_recurrence.names_run import NamesPage
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage, SignalPage

__all__ = ["Page", "SlidingFrame"]

Page = SignalPage | PicturePage | DigitsPage | MemoryPage | NamesPage


@dataclass(frozen=True, slots=True, eq=False)
class SlidingFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a text."""

    step: int
    params: Params
    page: Page
    received: bool
