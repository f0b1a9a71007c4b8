"""The agent: a question, tools over the library, a policy of rules, and everything that can go wrong. The whole trace
follows from the controls, the edits and the number of steps, so it can be stepped back and forked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.agents.events import Fault, Tool, Trace
from lab.engine.agents.facts import facts_table
from lab.engine.agents.injection import POISONS, Defences, Poison
from lab.engine.agents.loop import Rules, advance
from lab.engine.agents.model import agent_messages
from lab.engine.agents.planner import RulePlanner
from lab.engine.agents.protocol import Sent, Server, transcript
from lab.engine.agents.tools import Calculator, Document, Lookup, Outbox, Search
from lab.engine.retrieval.word_search import BM25, Words
from lab.experiments.e23_retrieval_agents.cutting import count_tokens
from lab.experiments.e23_retrieval_agents.gestures import EditObservation
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.texts import library

__all__ = ["LAST_FAULT", "TASKS", "Acting", "AgentPage", "defences_of", "planted", "tokens_of", "tools_with"]

TASKS = {
    "percent": "What is 15 % of 240?",
    "times": "How many times larger is Brazil than Japan?",
    "search": "Which element is named after the Greek word for rainbow?",
    "capital": "Where is the capital of Japan and what is it called by visitors?",
    "nothing": "Who painted the Mona Lisa?",
}
LAST_FAULT = 20  # steps up to which a lasting fault comes back
POISON_OF = {"answer": 0, "send": 1, "forged": 2}


@dataclass(frozen=True, slots=True)
class AgentPage:
    """trace: of this run, with what was edited.  other: the future without the edits, None where there are none.
    edited: the steps that were.  messages: what client and server wrote.  read, written: tokens the policy has read and
    written so far, as MiniLM counts.  reply: what the server says to an own message, "" without one.
    """

    params: Params
    trace: Trace
    other: Trace | None
    edited: tuple[int, ...]
    messages: tuple[Sent, ...]
    read: int
    written: int
    reply: str

    @property
    def sent(self) -> str:
        """What was sent out of the house, "" where nothing was."""
        return sent_by(self.trace)


def sent_by(trace: Trace) -> str:
    """What an agent has sent, "" where nothing."""
    for step in trace.steps:
        if step.call is not None and step.call.tool == "send" and step.observation.outcome == "result":
            return step.call.input
    return ""


def defences_of(params: Params) -> Defences:
    """Those that are up."""
    return Defences(params.marking, params.screen, params.ask_first)


def planted(params: Params) -> Poison | None:
    """The note that was slipped in."""
    return None if params.poison == "none" else POISONS[POISON_OF[params.poison]]


class _Found:
    """BM25 over the library and some more documents."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._bm25 = BM25(Words(texts))

    def __call__(self, text: str) -> NDArray[np.floating[Any]]:
        return self._bm25.scores(text)


@lru_cache(maxsize=3)
def tools_with(*notes: Poison) -> tuple[Tool, ...]:
    """The four tools, over the library with some notes in it."""
    documents = [Document(one.id, one.title, one.text) for one in library()]
    documents += [Document(note.id, note.title, note.text) for note in notes]
    search = Search(documents, _Found(tuple(f"{one.title} {one.text}" for one in documents)))
    return Calculator(), search, Lookup(facts_table(library())), Outbox()


def tokens_of(trace: Trace, tools: Sequence[Tool], defences: Defences) -> tuple[int, int]:
    """The tokens that a policy has read and written for all of a trace, as MiniLM counts: before every decision it
    reads the whole conversation."""
    ended = trace.status in ("answered", "refused")
    reads = [agent_messages(trace.at(turn), tools, defences) for turn in range(len(trace.steps) + ended)]
    read = sum(count_tokens(message.text) for messages in reads for message in messages)
    written = sum(count_tokens(step.decision.text) for step in trace.steps)
    return read, written + (count_tokens(str(trace.answer)) if ended else 0)


def question_of(params: Params) -> str:
    """What the agent is asked."""
    return params.ask.strip() if params.task == "own" else TASKS[params.task]


def _faults(params: Params) -> tuple[Fault, ...]:
    if params.fault == "none":
        return ()
    first = params.fault_step - 1
    return tuple(Fault(step, params.fault) for step in range(first, LAST_FAULT if params.lasting else first + 1))


class Acting:
    """One agent at work; only the simulation touches it."""

    opening = False

    def __init__(self, params: Params) -> None:
        self._params = params
        note = planted(params)
        self._tools = tools_with(*(() if note is None else (note,)))
        self._edits: dict[int, str] = {}
        self._turns = 0
        self._main = self._other = Trace(question_of(params))

    def _advanced(self, trace: Trace) -> Trace:
        p = self._params
        if not trace.question:
            return replace(trace, status="refused", last_thought="There is no question.")
        return advance(
            trace, RulePlanner(retries=p.retries), self._tools, Rules(p.max_steps), _faults(p), defences_of(p)
        )

    def _followed(self, trace: Trace, edits: Mapping[int, str]) -> Trace:
        """One turn, and what was edited of it."""
        number, trace = len(trace.steps), self._advanced(trace)
        if len(trace.steps) > number and number in edits:
            trace = trace.with_observation(number, edits[number])
        return trace

    def _again(self) -> None:
        """Both futures from the beginning, for as many turns as were made."""
        self._main = self._other = Trace(question_of(self._params))
        for _turn in range(self._turns):
            self._main = self._followed(self._main, self._edits)
            self._other = self._followed(self._other, {})

    def done(self) -> bool:
        return self._main.status != "running" and (not self._edits or self._other.status != "running")

    def step(self) -> bool:
        """One turn of the loop, in both futures."""
        if self.done():
            return False
        self._turns += 1
        self._main = self._followed(self._main, self._edits)
        self._other = self._followed(self._other, {})
        return True

    def act(self, action: EditObservation) -> EditObservation:
        """Another observation at a step that has been made. Returns what undoes it."""
        step, text = action.checked()
        if text is not None and step not in self._edits and step >= len(self._main.steps):
            raise ValueError(f"step: {step + 1}, the agent has made {len(self._main.steps)}")
        before = self._edits.get(step)
        if text is None:
            self._edits.pop(step, None)
        else:
            self._edits[step] = text
        self._again()
        return EditObservation(step, before)

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _steps: int) -> AgentPage:
        p, trace = self._params, self._main
        read, written = tokens_of(trace, self._tools, defences_of(p)) if trace.question else (0, 0)
        other = self._other if self._edits else None
        reply = Server(self._tools).answer(p.message) if p.message.strip() else ""
        edited = tuple(sorted(self._edits))
        return AgentPage(p, trace, other, edited, transcript(trace, self._tools), read, written, reply)

    def save(self) -> dict[str, Any]:
        return {"turns": self._turns, "edits": [[step, text] for step, text in sorted(self._edits.items())]}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        turns = int(saved["turns"])
        edits = [EditObservation(int(step), str(text)).checked() for step, text in saved["edits"]]
        if not 0 <= turns <= 200:
            raise ValueError(f"state: {turns} turns, needs 0 … 200")
        self._turns = turns
        self._edits = {step: text for step, text in edits if text is not None}
        self._again()
