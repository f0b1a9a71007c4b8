"""What happens to an agent, as values: what it decided, what came back, and the trace of all of it. A trace
can be read, stepped back, given another observation at any step, and gone on with from there; being a value,
it can be kept and compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, Protocol

from lab.core.records import dataclass

__all__ = [
    "LONGEST_OBSERVATION", "Answer", "Call", "Decision", "Fault", "FaultKind", "Observation", "Outcome",
    "Policy", "Status", "Step", "Tool", "ToolResult", "Trace",
]  # fmt: skip

Outcome = Literal["result", "malformed", "unknown tool", "error", "time-out", "blocked"]
Status = Literal["running", "answered", "refused", "out of steps"]
FaultKind = Literal["time-out", "malformed", "empty", "wrong number"]
LONGEST_OBSERVATION = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Call:
    """A wish to use a tool."""

    tool: str
    input: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of the work.  text: the answer, or None: the agent says that it does not know."""

    text: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy wrote.

    thought: why.  text: JSON, {"tool": …, "input": …} or {"answer": …}, where null stands for "I do not
    know".
    """

    thought: str
    text: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What came back.

    text: as the policy sees it.  outcome: "result", or what went wrong.  seconds: the time the tool took, by
    its price list, so that a trace is the same on every machine.  sources: ids of passages it came from.
    raw: as the tool gave it, where a defence changed it.  edited: whether somebody wrote it by hand.
    """

    text: str
    outcome: Outcome = "result"
    seconds: float = 0.0
    sources: tuple[str, ...] = ()
    raw: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure put in on purpose, at a step counted from 0.

    kind: the tool does not answer in time; the call arrives garbled; the tool finds nothing; a number in what
    it found is wrong.
    """

    step: int
    kind: FaultKind


@dataclass(frozen=True, slots=True)
class Step:
    """One turn of the loop.  call: as it was understood, None when it was not."""

    decision: Decision
    call: Call | None
    observation: Observation
    fault: FaultKind | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that has happened.  answer: None while it is running, and where the agent does not know."""

    question: str
    steps: tuple[Step, ...] = ()
    status: Status = "running"
    answer: str | None = None
    last_thought: str = ""

    @property
    def seconds(self) -> float:
        """The time all tools took, by their price lists."""
        return sum(step.observation.seconds for step in self.steps)

    def at(self, step: int) -> Trace:
        """The trace as it was after so many steps.  Raises ValueError when there were fewer."""
        if not 0 <= step <= len(self.steps):
            raise ValueError(f"step must be in 0 … {len(self.steps)}, got {step}")
        return Trace(self.question, self.steps[:step])

    def with_observation(self, step: int, text: str) -> Trace:
        """Another observation at a step, counted from 0, to go on from there: what came after is forgotten.

        Raises ValueError when there was no such step, or the text is longer than 20,000 characters.
        """
        if not 0 <= step < len(self.steps):
            raise ValueError(f"step must be in 0 … {len(self.steps) - 1}, got {step}")
        if len(text) > LONGEST_OBSERVATION:
            raise ValueError(f"text: {len(text)} characters, at most {LONGEST_OBSERVATION}")
        old = self.steps[step]
        edited = replace(old, observation=replace(old.observation, text=text, outcome="result", edited=True))
        return Trace(self.question, (*self.steps[:step], edited))


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool found.  sources: ids of the passages it stands in."""

    text: str
    sources: tuple[str, ...] = ()


class Tool(Protocol):
    """Something an agent can use."""

    @property
    def name(self) -> str:
        """How it is called."""
        ...

    @property
    def description(self) -> str:
        """What it does and what it wants, to be read by a model."""
        ...

    @property
    def seconds(self) -> float:
        """The time it is said to take."""
        ...

    @property
    def outward(self) -> bool:
        """Whether it does something in the world, such as sending a message."""
        ...

    def run(self, text: str) -> ToolResult:
        """Uses it.  Raises ValueError when the input makes no sense, with a text that says why."""
        ...


Policy = Callable[[Trace], Decision]
