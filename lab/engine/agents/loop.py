"""An agent is a loop: think, act, observe, and again, until there is an answer or the steps are used up. What
it thinks and which tool it wants is the policy's affair: a function from all that has happened so far to one
decision, a planner of rules here, a language model as well. Whatever policy and tools do, the loop goes on:
what cannot be understood or does not work comes back as an observation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lab.core.records import dataclass
from lab.engine.agents.events import (
    LONGEST_OBSERVATION,
    Answer,
    Call,
    Fault,
    FaultKind,
    Observation,
    Policy,
    Status,
    Step,
    Tool,
    Trace,
)
from lab.engine.agents.injection import Defences
from lab.engine.agents.written_numbers import first_number, read_number

__all__ = ["LONGEST_DECISION", "Rules", "advance", "parse_decision", "run"]

LONGEST_DECISION = 4000  # characters


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of the loop.

    max_steps: tool calls, the failed ones too.  time_limit: seconds a tool may take.
    Raises ValueError when max_steps is not in 1 … 100 or time_limit is not positive.
    """

    max_steps: int = 8
    time_limit: float = 2.0

    def __post_init__(self) -> None:
        if not (1 <= self.max_steps <= 100 and self.time_limit > 0):
            given = f"{self.max_steps}, {self.time_limit}"
            raise ValueError(f"max_steps, time_limit: {given}, need 1 … 100 and more than 0")


def run(
    trace: Trace,
    policy: Policy,
    tools: Sequence[Tool],
    rules: Rules | None = None,
    faults: Sequence[Fault] = (),
    defences: Defences | None = None,
) -> Trace:
    """Goes round until there is an answer or the steps are used up; see `advance`."""
    while trace.status == "running":
        trace = advance(trace, policy, tools, rules, faults, defences)
    return trace


def advance(
    trace: Trace,
    policy: Policy,
    tools: Sequence[Tool],
    rules: Rules | None = None,
    faults: Sequence[Fault] = (),
    defences: Defences | None = None,
) -> Trace:
    """One turn of the loop: the policy decides, and either that is the answer or a tool is used.

    Returns the longer trace; a trace that has ended is returned as it is.
    Raises ValueError when two tools share a name. A policy and a tool can fail in every way but this one.
    Source: Yao et al., ReAct: Synergizing Reasoning and Acting in Language Models (2023).
    """
    rules, defences = rules or Rules(), defences or Defences()
    by_name = {tool.name: tool for tool in tools}
    if len(by_name) != len(tools):
        raise ValueError(f"tools: names must differ, got {', '.join(tool.name for tool in tools)}")
    if trace.status != "running":
        return trace
    if len(trace.steps) >= rules.max_steps:
        return replace(trace, status="out of steps")
    decision = policy(trace)
    fault = next((f.kind for f in faults if f.step == len(trace.steps)), None)
    if fault == "malformed":
        decision = replace(decision, text=decision.text[: len(decision.text) * 2 // 3])
    try:
        wish = parse_decision(decision.text)
    except ValueError as error:
        return _longer(trace, Step(decision, None, Observation(str(error), "malformed"), fault))
    if isinstance(wish, Answer):
        status: Status = "refused" if wish.text is None else "answered"
        return replace(trace, status=status, answer=wish.text, last_thought=decision.thought)
    observation = _use(wish, by_name, rules, fault, trace.question, defences)
    return _longer(trace, Step(decision, wish, observation, fault))


def parse_decision(text: str) -> Call | Answer:
    """The wish in what a policy wrote: the first JSON object in it, so that a model may talk around it.

    Raises ValueError that says what is wrong and what is needed, to be shown to the policy.
    """
    start = text.find("{")
    if start < 0 or len(text) > LONGEST_DECISION:
        what = "no JSON object" if start < 0 else f"{len(text)} characters, at most {LONGEST_DECISION}"
        raise ValueError(f'The call has {what}. Write {{"tool": …, "input": …}} or {{"answer": …}}.')
    try:
        wish: Any = json.JSONDecoder().raw_decode(text, start)[0]
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise ValueError(f"The call is not JSON: it breaks off or goes wrong{where}.") from error
    if set(wish) == {"answer"} and isinstance(wish["answer"], str | None):
        return Answer(wish["answer"])
    if set(wish) == {"tool", "input"} and all(isinstance(value, str) for value in wish.values()):
        return Call(wish["tool"], wish["input"])
    raise ValueError(f'The call has the keys {sorted(wish)}. It needs "tool" and "input", or "answer", as texts.')


def _longer(trace: Trace, step: Step) -> Trace:
    return replace(trace, steps=(*trace.steps, step))


def _use(
    call: Call,
    tools: Mapping[str, Tool],
    rules: Rules,
    fault: FaultKind | None,
    question: str,
    defences: Defences,
) -> Observation:
    """Uses a tool, whatever comes of it."""
    tool = tools.get(call.tool)
    if tool is None:
        return Observation(f"There is no tool {call.tool!r}. There are: {', '.join(tools)}.", "unknown tool")
    if tool.outward and defences.blocks(question, call.tool):
        return Observation(f"{tool.name} was not used: the question did not ask for it.", "blocked")
    if fault == "time-out" or tool.seconds > rules.time_limit:
        return Observation(f"{tool.name} gave no answer within {rules.time_limit:g} s.", "time-out", rules.time_limit)
    try:
        result = tool.run(call.input)
    except ValueError as error:
        return Observation(f"{tool.name}: {error}", "error", tool.seconds)
    text = _spoilt(result.text, fault)[:LONGEST_OBSERVATION]
    seen = defences.shown(text)
    sources = () if fault == "empty" else result.sources
    return Observation(seen, "result", tool.seconds, sources, raw="" if seen == text else text)


def _spoilt(text: str, fault: FaultKind | None) -> str:
    """What a tool found, with the fault in it: nothing, or its first number ten times too large."""
    if fault == "empty":
        return "Nothing found."
    if fault != "wrong number":
        return text
    span = first_number(text)
    if span is None:
        return text
    return f"{text[: span[0]]}{10 * (read_number(text) or 0.0):.12g}{text[span[1] :]}"
