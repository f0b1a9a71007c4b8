"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e13_residual_connections.edge_map import MapPage
from lab.experiments.e13_residual_connections.landscape import LandscapePage
from lab.experiments.e13_residual_connections.settings import Params
from lab.experiments.e13_residual_connections.training import ExamPage, FourPage, StackPage

__all__ = ["Page", "ResidualFrame"]

Page = StackPage | FourPage | ExamPage | LandscapePage | MapPage


@dataclass(frozen=True, slots=True, eq=False)
class ResidualFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a network."""

    step: int
    params: Params
    page: Page
    received: bool
