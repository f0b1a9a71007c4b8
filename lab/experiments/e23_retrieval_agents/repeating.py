"""Can one rely on it? The agent does the same tasks again and again, and each time other things go wrong. What counts
is not only how often it succeeds, but how often it succeeds every time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.agents.events import Fault, FaultKind, Trace
from lab.engine.agents.injection import Defences
from lab.engine.agents.loop import Rules, run
from lab.engine.agents.planner import RulePlanner
from lab.engine.decoding.tries import chance_of_all_right
from lab.experiments.e23_retrieval_agents.acting import TASKS, tokens_of, tools_with
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.kit.arrays import freeze

__all__ = ["NAMES", "ROUNDS", "SUCCEEDED", "RepeatPage", "Repeating"]

ROUNDS, LONGEST = 40, 100  # rounds of all tasks; steps that may have a fault
SUCCEEDED: Mapping[str, str | None] = {
    "percent": "36",
    "times": "22.53",
    "search": "Greek word iris",
    "capital": "Tokyo",
    "nothing": None,
}
"""What stands in a right answer, by task; None: it has to say that it does not know."""
NAMES = {
    "percent": N_("A sum"),
    "times": N_("Compare two"),
    "search": N_("Find out"),
    "capital": N_("Japan"),
    "nothing": N_("No answer"),
}
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)


@dataclass(frozen=True, slots=True, eq=False)
class RepeatPage:
    """good: [n, 5] whether a task succeeded in a round.  tokens: [n, 5] read and written for it."""

    params: Params
    good: NDArray[np.bool_]
    tokens: NDArray[np.int64]

    @property
    def rounds(self) -> int:
        return len(self.good)

    @property
    def rates(self) -> NDArray[np.float64]:
        """The share of rounds in which each task succeeded, [5]."""
        return np.asarray(self.good.mean(axis=0), np.float64)

    def always(self, times: int) -> float:
        """pass^k, counted: the chance that a task succeeds so many times in a row, on average over the tasks; nan
        before there were so many rounds."""
        if self.rounds < times:
            return float("nan")
        rights = self.good.sum(axis=0).tolist()
        return float(np.mean([chance_of_all_right(self.rounds, right, times) for right in rights]))

    def power(self, times: int) -> float:
        """What p^k says of it, with one p for all tasks; nan before the first round."""
        return float(self.good.mean()) ** times if self.rounds else float("nan")


class Repeating:
    """The rounds so far; only the simulation touches them. What goes wrong in one follows from the seed and its
    number."""

    opening = False

    def __init__(self, params: Params, rng: np.random.Generator) -> None:
        self._params, self._root = params, int(rng.integers(2**62))
        self._good: list[list[bool]] = []
        self._tokens: list[list[int]] = []

    def done(self) -> bool:
        return len(self._good) >= ROUNDS

    def step(self) -> bool:
        """One more round of all tasks."""
        if self.done():
            return False
        number = len(self._good)
        rows = [self._once(task, np.random.default_rng([self._root, number, k])) for k, task in enumerate(TASKS)]
        self._good.append([good for good, _tokens in rows])
        self._tokens.append([tokens for _good, tokens in rows])
        return True

    def _once(self, task: str, rng: np.random.Generator) -> tuple[bool, int]:
        """Whether a task succeeds, and its tokens."""
        p, tools = self._params, tools_with()
        wrong, kinds = rng.random(LONGEST) < p.fault_rate, rng.integers(len(KINDS), size=LONGEST)
        faults = [Fault(int(step), KINDS[kinds[step]]) for step in np.flatnonzero(wrong)]
        trace = run(Trace(TASKS[task]), RulePlanner(retries=p.retries), tools, Rules(p.max_steps), faults)
        wanted = SUCCEEDED[task]
        good = trace.status == "refused" if wanted is None else wanted in (trace.answer or "")
        return good, sum(tokens_of(trace, tools, Defences()))

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _steps: int) -> RepeatPage:
        shape = (len(self._good), len(TASKS))
        good, tokens = np.array(self._good, np.bool_), np.array(self._tokens, np.int64)
        return RepeatPage(self._params, freeze(good.reshape(shape)), freeze(tokens.reshape(shape)))

    def save(self) -> dict[str, Any]:
        return {
            "root": self._root,
            "good": [list(row) for row in self._good],
            "tokens": [list(r) for r in self._tokens],
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for rounds of another kind."""
        good = [[bool(one) for one in row] for row in saved["good"]]
        tokens = [[int(one) for one in row] for row in saved["tokens"]]
        shapes = {len(row) for row in good} | {len(row) for row in tokens}
        if len(good) > ROUNDS or len(good) != len(tokens) or shapes - {len(TASKS)}:
            raise ValueError(
                f"state: {len(good)} and {len(tokens)} rounds, needs at most {ROUNDS} of {len(TASKS)} tasks"
            )
        self._root, self._good, self._tokens = int(saved["root"]), good, tokens
