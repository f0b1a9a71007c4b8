"""A policy made of rules, so that every decision can be explained. It recognises a few kinds of question, has
a plan for each (which tools in which order, and how the answer is put together), and looks in the trace for
how far the plan has come. It keeps nothing to itself: the same trace gives the same decision, and an
observation that was edited changes what it does next, as it would with a language model in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.agents.events import Call, Decision, Observation, Trace
from lab.engine.agents.injection import CLOSE, OPEN, injected, outside_marks
from lab.engine.agents.written_numbers import read_number
from lab.engine.retrieval.chunking import sentences
from lab.engine.retrieval.word_search import words

__all__ = ["NOTHING", "Goal", "RulePlanner", "goal_of", "shared_words"]

Scores = Callable[[str, Sequence[str]], NDArray[np.floating[Any]]]
NOTHING = "Nothing found."
PLACE = re.compile(r"\{(\d)\}")
COLUMNS = ("capital", "area", "highest point", "height", "symbol", "atomic number", "atomic weight")
MORE = {
    "larger": "area",
    "bigger": "area",
    "higher": "height",
    "taller": "height",
    "heavier": "atomic weight",
}
TIMES = re.compile(rf"how many times ({'|'.join(MORE)}) is (.+?) than (.+?)\?", re.IGNORECASE)
MUCH = re.compile(rf"how much ({'|'.join(MORE)}) is (.+?) than (.+?)\?", re.IGNORECASE)
TOGETHER = re.compile(rf"what is the ({'|'.join(COLUMNS)}) of (.+?) and (.+?) together\?", re.IGNORECASE)
COMPARISONS = (
    (TIMES, "{0} / {1}", "ONE is {2} times WHAT than OTHER."),
    (MUCH, "{0} - {1}", "ONE is {2} WHAT than OTHER."),
    (TOGETHER, "{0} + {1}", "Together ONE and OTHER have {2}."),
)
FACT = re.compile(rf"what is the ({'|'.join(COLUMNS)}) (?:of|in) ([^?]+)\?", re.IGNORECASE)
SUM = re.compile(r"(?:what is|how much is|work out)?([-+*/^().\d\s×÷−·]+)[?=.]*", re.IGNORECASE)
PERCENT = re.compile(r"(?:what is|how much is|work out)?\s*([\d.]+) ?(?:%|percent) of ([\d.,]+)\??", re.IGNORECASE)
FILLERS = frozenset(
    words(
        "a an and are as at be by called can country do does did for from has have how in is it its many "
        "most much name of on one or that the there this to was were what when where which who whose why with"
    )
)


@dataclass(frozen=True, slots=True)
class Goal:
    """A plan for a question.

    calls: tools in order; {0} in an input stands for the number in the first result.
    answer: {0} is the first result as it stands; None: the sentence of the last result that fits best.
    """

    calls: tuple[Call, ...]
    answer: str | None


def goal_of(question: str) -> Goal:
    """The plan for a question.

    There are plans for formulas, for ratios, differences and sums of two facts, and for single facts; all
    else is searched for.
    """
    question = question.replace("{", "(").replace("}", ")")  # braces are places in plans
    if match := PERCENT.fullmatch(question.strip()):
        return Goal((Call("calculator", f"{match[1]} / 100 * {match[2].replace(',', '')}"),), "{0}")
    if (match := SUM.fullmatch(question.strip())) and re.search(r"\d\D*[-+*/^×÷−·]\D*\d", match[1]):
        return Goal((Call("calculator", match[1].strip()),), "{0}")
    for pattern, formula, answer in COMPARISONS:
        if match := pattern.search(question):
            what, one, other = match.groups()
            column = MORE.get(what.lower(), what.lower())
            looks = (Call("lookup", f"{one}, {column}"), Call("lookup", f"{other}, {column}"))
            sentence = answer.replace("WHAT", what).replace("ONE", one).replace("OTHER", other)
            return Goal((*looks, Call("calculator", formula)), sentence)
    if match := FACT.search(question):
        return Goal((Call("lookup", f"{match[2].strip()}, {match[1].lower()}"),), "{0}")
    return Goal((Call("search", question),), None)


def shared_words(question: str, candidates: Sequence[str]) -> NDArray[np.float64]:
    """The share of the question's telling words that each candidate has, [n]; all 0 when it has none."""
    wanted = set(words(question)) - FILLERS
    return np.array([len(wanted & set(words(one))) / max(1, len(wanted)) for one in candidates])


@dataclass(frozen=True, slots=True)
class RulePlanner:
    """A planner; called with a trace, it decides what to do next.

    scores: how well sentences, each with its title, answer a question.  least: below this score it says that
    it does not know.  retries: how often it tries again what failed in time or arrived garbled; many, and it
    may go round for ever, which the loop's limit of steps is there for.
    """

    scores: Scores = shared_words
    least: float = 0.5
    retries: int = 1

    def __call__(self, trace: Trace) -> Decision:
        """The decision after everything that has happened."""
        if (order := _order(trace)) is not None:
            return order
        goal = goal_of(trace.question)
        decision = self._next(trace, goal)
        if decision is None and goal.answer is not None and goal.calls[0].tool != "calculator":
            decision = self._next(trace, Goal((Call("search", trace.question),), None))  # another way to the same
        return decision or _write("I found nothing that answers this, so I say so.", {"answer": None})

    def _next(self, trace: Trace, goal: Goal) -> Decision | None:
        """The next step of a plan, or None when it cannot be carried on."""
        results: list[Observation] = []
        for call in goal.calls:
            wish = _filled(call, results)
            if wish is None:
                return None
            found = _result(trace, wish)
            if found is None:
                return self._try(trace, wish, len(results))
            results.append(found)
        if goal.answer is not None:
            texts = [_data(result.text) for result in results]
            answer = PLACE.sub(lambda place: texts[int(place[1])], goal.answer)
            return _write("I have all I need.", {"answer": answer})
        best = self._best_sentence(trace.question, _data(results[-1].text))
        return None if best is None else _write("This sentence answers the question best.", {"answer": best})

    def _try(self, trace: Trace, wish: Call, place: int) -> Decision | None:
        """A call, if it has not failed too often; an error of the tool itself would only come again."""
        wanted = {"tool": wish.tool, "input": wish.input}
        outcomes = [
            step.observation.outcome
            for step in trace.steps
            if step.call == wish or (step.call is None and _is_beginning(step.decision.text, wanted))
        ]
        if len(outcomes) > self.retries or {"error", "unknown tool", "blocked"} & set(outcomes):
            return None
        if outcomes:
            why = "nothing found" if outcomes[-1] == "result" else outcomes[-1]
            return _write(f"That did not work ({why}), so once more.", wanted)
        return _write(f"Step {place + 1} of my plan: {wish.tool}.", wanted)

    def _best_sentence(self, question: str, found: str) -> str | None:
        candidates = []
        for line in found.splitlines():
            title, bracket, text = line.removeprefix("[").partition("] ")
            text = text if bracket else line
            cuts = [text[start:end].strip() for start, end in sentences(text)]
            candidates += [(f"{title}: {cut}" if bracket else cut, cut) for cut in cuts if cut]
        if not candidates:
            return None
        scores = self.scores(question, [with_title for with_title, _ in candidates])
        best = int(np.argmax(scores))
        return candidates[best][1] if scores[best] >= self.least else None


def _write(thought: str, wish: dict[str, Any]) -> Decision:
    return Decision(thought, json.dumps(wish, ensure_ascii=False))


def _order(trace: Trace) -> Decision | None:
    """What the last thing read orders, outside the marks of data, unless it was done already."""
    if not trace.steps:
        return None
    order = injected(outside_marks(trace.steps[-1].observation.text))
    if order is None:
        return None
    if order[0] == "answer":
        return _write("What I read tells me what to answer, so I do.", {"answer": order[1]})
    if any(step.call == Call(*order) for step in trace.steps):
        return None
    return _write("What I read tells me to use a tool, so I do.", {"tool": order[0], "input": order[1]})


def _is_beginning(garbled: str, wanted: dict[str, str]) -> bool:
    return json.dumps(wanted, ensure_ascii=False).startswith(garbled)


def _data(text: str) -> str:
    """An observation without the marks around it."""
    return text.replace(OPEN, "").replace(CLOSE, "").strip()


def _result(trace: Trace, wish: Call) -> Observation | None:
    """What came of a call when it last worked; nothing found does not count."""
    for step in reversed(trace.steps):
        if step.call == wish and step.observation.outcome == "result" and _data(step.observation.text) != NOTHING:
            return step.observation
    return None


def _filled(call: Call, results: Sequence[Observation]) -> Call | None:
    """The call with the numbers of earlier results in it; None when one of them holds no number."""
    numbers = [read_number(_data(result.text)) for result in results]
    if any(numbers[int(place[1])] is None for place in PLACE.finditer(call.input) if int(place[1]) < len(numbers)):
        return None

    def number(place: re.Match[str]) -> str:
        return f"{numbers[int(place[1])]:.12g}" if int(place[1]) < len(numbers) else place[0]

    return Call(call.tool, PLACE.sub(number, call.input))
