"""What is shown of one step: the points, the line, what the learner has locked in, and every number about
them. What is still a secret, the best possible error and the new points, is None until it may be seen. A
frame never changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve
from lab.core.text import _
from lab.experiments.e01_what_is_ml.arithmetic import explain_metric
from lab.experiments.e01_what_is_ml.examples import Array, Examples
from lab.experiments.e01_what_is_ml.line import Best, Line, Scale, error_of
from lab.experiments.e01_what_is_ml.rules import Rule
from lab.experiments.e01_what_is_ml.settings import MADE, Params
from lab.experiments.e01_what_is_ml.words import described, remark

__all__ = ["LineFrame"]

MOST_MISSES = 60
BYTES = 8  # of a float64


@dataclass(frozen=True, slots=True, eq=False)
class LineFrame:
    """One step.

    line: as it lies now.  came: the line before the machine's last step, None if a hand moved it since.
    mine: the line that was locked in.  guess: the answer that was locked in.  best: the secret of the seen
    points.  scale: of the seen x.  rule: written by hand; written: whether it was, or is still the first one.
    """

    step: int
    params: Params
    examples: Examples
    line: Line
    came: Line | None
    mine: Line | None
    guess: float | None
    rule: Rule
    written: bool
    best: Best | None
    scale: Scale | None

    # ---------------------------------------------------------------------------------- what may be seen

    @property
    def n(self) -> int:
        """How many points are seen."""
        return self.examples.x.size

    @property
    def committed(self) -> bool:
        """Whether the best possible error may be shown: a line was locked in, or the machine has begun."""
        return self.mine is not None

    @property
    def revealed(self) -> bool:
        """Whether the new points are shown."""
        return self.params.reveal and self.examples.new_x.size > 0

    @property
    def truth(self) -> float | None:
        """The answer to the question, once a guess is locked in."""
        return self.examples.ask[1] if self.guess is not None and self.examples.ask else None

    @property
    def misses(self) -> Array:
        """y − ŷ of every seen point: [N]."""
        answers: Array = np.asarray(self.line.at(self.examples.x))
        return self.examples.y - answers

    # ------------------------------------------------------------------------------------- the read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen; what is still secret is None."""
        seen = self.examples
        values: dict[str, Value] = {
            "step": self.step,
            "slope": self.line.slope,
            "intercept": self.line.intercept,
            "mse": error_of(self.line, seen.x, seen.y),
        }
        values |= self._best() | self._new() | self._guess() | self._rule()
        values |= {"n_seen": self.n, "n_new": seen.new_x.size, "model_bytes": 2 * BYTES}
        values |= self._scaled()
        values |= {f"miss_{i}": float(miss) for i, miss in enumerate(self.misses[:MOST_MISSES], 1)}
        return values

    def _best(self) -> dict[str, Value]:
        best, mine = self.best if self.committed else None, self.mine
        mse = error_of(self.line, self.examples.x, self.examples.y)
        return {
            "best_mse": best.error if best else None,
            "best_slope": best.slope if best else None,
            "best_intercept": best.intercept if best else None,
            "ratio": mse / best.error if best and best.error > 0 and mse is not None else None,
            "my_slope": mine.slope if mine else None,
            "my_intercept": mine.intercept if mine else None,
            "my_mse": error_of(mine, self.examples.x, self.examples.y) if mine else None,
        }

    def _new(self) -> dict[str, Value]:
        new = self.examples
        return {"new_mse": error_of(self.line, new.new_x, new.new_y) if self.revealed else None}

    def _guess(self) -> dict[str, Value]:
        ask, truth = self.examples.ask, self.truth
        if ask is None:
            return {}
        answer = float(self.line.at(ask[0]))
        return {
            "ask_x": ask[0],
            "guess": self.guess,
            "line_answer": answer,
            "truth": truth,
            "guess_miss": abs(self.guess - truth) if self.guess is not None and truth is not None else None,
            "line_miss": abs(answer - truth) if truth is not None else None,
        }

    def _rule(self) -> dict[str, Value]:
        """How the rule does, and who of rule and line is closer on how many of the new points."""
        seen, rule = self.examples, self.rule
        values: dict[str, Value] = dict.fromkeys(("rule_mse", "rule_new_mse", "line_closer", "rule_closer"))
        if not self.written:
            return values
        if self.n:
            values["rule_mse"] = float(np.mean((rule.at(seen.x) - seen.y) ** 2))
        if self.revealed:
            by_rule = np.abs(rule.at(seen.new_x) - seen.new_y)
            by_line = np.abs(np.asarray(self.line.at(seen.new_x)) - seen.new_y)
            values["rule_new_mse"] = float(np.mean(by_rule**2))
            values["line_closer"] = int((by_line < by_rule).sum())
            values["rule_closer"] = int((by_rule < by_line).sum())
        return values

    def _scaled(self) -> dict[str, Value]:
        scale = self.scale
        if scale is None:
            return {}
        return {
            "x_mean": scale.mean,
            "x_spread": scale.spread,
            "scaled_slope": self.line.slope * scale.spread,
            "level": self.line.slope * scale.mean + self.line.intercept,
        }

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out, from the very numbers that were used."""
        return explain_metric(self, name)

    # -------------------------------------------------------------------------------------------- words

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    @property
    def remark(self) -> str:
        """What is special about these points, in a sentence; "" where nothing is."""
        return remark(self)

    # ----------------------------------------------------------------- what the window may ask beside

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        params, reasons = self.params, dict[str, str]()
        if params.data not in MADE:
            why = _("These points are a table: they are as they are. Battery, house numbers, ball and plant are made.")
            reasons["n"] = reasons["noise"] = why
        if params.start == "flat":
            reasons["start_slope"] = reasons["start_intercept"] = _("Choose “As typed below” first.")
        if not self.examples.new_x.size:
            reasons["reveal"] = _("Nothing was kept back: there are no new points.")
        return reasons

    def curves(self) -> tuple[Curve, ...]:
        """The points and the line, as data."""
        seen, (x_name, y_name) = self.examples, (_(name) for name in self.examples.names[:2])
        ends = np.array(seen.extent[:2])
        found = [
            Curve(_("seen points"), x_name, y_name, seen.x, seen.y),
            Curve(_("line"), x_name, y_name, ends, np.asarray(self.line.at(ends))),
        ]
        if self.revealed:
            found.insert(1, Curve(_("new points"), x_name, y_name, seen.new_x, seen.new_y))
        return tuple(found)
