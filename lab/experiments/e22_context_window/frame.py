"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e22_context_window.cache import CachePage
from lab.experiments.e22_context_window.haystack import HayPage
from lab.experiments.e22_context_window.memory import MemoryPage
from lab.experiments.e22_context_window.positions import PositionsPage
from lab.experiments.e22_context_window.prompts import PromptsPage
from lab.experiments.e22_context_window.schemes import SchemesPage
from lab.experiments.e22_context_window.settings import Params
from lab.experiments.e22_context_window.tape import TapePage

__all__ = ["ContextFrame", "Page"]

Page = PositionsPage | SchemesPage | TapePage | HayPage | MemoryPage | CachePage | PromptsPage


@dataclass(frozen=True, slots=True, eq=False)
class ContextFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a model or a text.
    pack: whether SmolLM2 is there."""

    step: int
    params: Params
    page: Page
    received: bool
    pack: bool
