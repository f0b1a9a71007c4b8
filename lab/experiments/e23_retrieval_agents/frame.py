"""What is shown of one step: the open page."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.experiments.e23_retrieval_agents.acting import AgentPage
from lab.experiments.e23_retrieval_agents.attacking import InjectionPage
from lab.experiments.e23_retrieval_agents.calling import CallsPage
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.helping import HelpPage
from lab.experiments.e23_retrieval_agents.repeating import RepeatPage
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.walking import GraphPage

__all__ = ["Page", "RetrievalFrame"]

Page = FindPage | GraphPage | AgentPage | InjectionPage | HelpPage | CallsPage | RepeatPage


@dataclass(frozen=True, slots=True, eq=False)
class RetrievalFrame:
    """One step. page: what the open page shows.  received: whether another experiment has sent a text.  pack: whether
    SmolLM2 is there.  vectors: whether word vectors were sent."""

    step: int
    params: Params
    page: Page
    received: bool
    pack: bool
    vectors: bool = False
