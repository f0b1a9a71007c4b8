"""What is shown of one step: the points, the line, and what the learner has locked in. What follows from the best
possible line or from the new points is None until these may be seen."""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.experiments.e01_what_is_ml.examples import Array, Examples
from lab.experiments.e01_what_is_ml.line import Best, Line, Scale, error_of
from lab.experiments.e01_what_is_ml.rules import Rule
from lab.experiments.e01_what_is_ml.settings import Params

__all__ = ["LineFrame", "Race"]


@dataclass(frozen=True, slots=True)
class Race:
    """On the new points: the error of the rule, and on how many of them the line or the rule is closer."""

    rule_mse: float
    line_closer: int
    rule_closer: int


@dataclass(frozen=True, slots=True, eq=False)
class LineFrame:
    """One step.

    line: as it lies now.  previous: the line before the machine's last step, None if a hand moved it since.
    mine: the line that was locked in.  guess: the answer that was locked in.  best: hidden at first, of the seen
    points.  scale: of the seen x.  rule: written by hand; written: whether it was, or is still the first one.
    """

    step: int
    params: Params
    examples: Examples
    line: Line
    previous: Line | None
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

    # --------------------------------------------------------------------------------- errors and answers

    @property
    def mse(self) -> float | None:
        """The mean squared error of the line on the seen points."""
        return error_of(self.line, self.examples.x, self.examples.y)

    @property
    def new_mse(self) -> float | None:
        """Its error on the new points, where they are shown."""
        return error_of(self.line, self.examples.new_x, self.examples.new_y) if self.revealed else None

    @property
    def my_mse(self) -> float | None:
        """The seen error of the line that was locked in."""
        return error_of(self.mine, self.examples.x, self.examples.y) if self.mine else None

    @property
    def shown_best(self) -> Best | None:
        """The best line, once it may be seen."""
        return self.best if self.committed else None

    @property
    def ratio(self) -> float | None:
        """The error, in best possible errors."""
        best, mse = self.shown_best, self.mse
        return mse / best.error if best and best.error > 0 and mse is not None else None

    @property
    def line_answer(self) -> float | None:
        """The line's answer to the question."""
        return float(self.line.at(self.examples.ask[0])) if self.examples.ask else None

    def off(self, answer: float | None) -> float | None:
        """How far an answer is from the true one, once a guess is locked in."""
        truth = self.truth
        return abs(answer - truth) if answer is not None and truth is not None else None

    @property
    def rule_mse(self) -> float | None:
        """The seen error of the rule, where one was written."""
        x, y = self.examples.x, self.examples.y
        return float(np.mean((self.rule.at(x) - y) ** 2)) if self.written and self.n else None

    @property
    def race(self) -> Race | None:
        """Rule against line on the new points, where a rule was written and they are shown."""
        if not (self.written and self.revealed):
            return None
        x, y = self.examples.new_x, self.examples.new_y
        by_rule, by_line = np.abs(self.rule.at(x) - y), np.abs(np.asarray(self.line.at(x)) - y)
        return Race(float(np.mean(by_rule**2)), int((by_line < by_rule).sum()), int((by_rule < by_line).sum()))

    @property
    def scaled_slope(self) -> float | None:
        """The slope in typical spreads of x, in which the machine steps."""
        return self.line.slope * self.scale.spread if self.scale else None

    @property
    def level(self) -> float | None:
        """The height of the line at the mean of the seen x."""
        return self.line.slope * self.scale.mean + self.line.intercept if self.scale else None
