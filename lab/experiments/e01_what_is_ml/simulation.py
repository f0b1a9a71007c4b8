"""Fitting a line, by hand and by machine. The machine's part is `step`, one line long: a step of gradient
descent with x standardised. The rest keeps the points, which can be edited, and what the learner has locked
in, so that a run can be shown, rewound, saved and gone on with, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.random import Generator

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e01_what_is_ml.examples import MAX_POINTS, Examples, make_examples
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.gestures import (
    Action,
    AddPoint,
    Guess,
    LockIn,
    MoveLine,
    MovePoint,
    RemovePoint,
    SetTable,
    WriteRule,
)
from lab.experiments.e01_what_is_ml.line import Line, best_fit, learned, scale_of
from lab.experiments.e01_what_is_ml.own_data import own_table
from lab.experiments.e01_what_is_ml.rules import Rule, first_rule
from lab.experiments.e01_what_is_ml.settings import Params
from lab.kit.editing import edited
from lab.kit.numbers import checked_number
from lab.kit.state import from_state, live_changes, read_run, reading_state, run_state, to_state

__all__ = ["Fitting", "build"]

LIVE = ("reveal",)


def build(params: Params, rng: Generator, _artifacts: Sequence[Artifact] = ()) -> Fitting:
    """A line at its start before its points."""
    return Fitting(params, rng)


class Fitting:
    """One line and the points it is fitted to."""

    def __init__(self, params: Params, rng: Generator) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._line = Line(params.start_slope, params.start_intercept)
        self._previous: Line | None = None
        self._mine: Line | None = None
        self._guess: float | None = None
        self._rule: Rule | None = None
        self._take(make_examples(params, rng))
        if params.start == "flat":
            _x0, _x1, low, high = self._examples.extent
            self._line = Line(0.0, low + (high - low) / 4)
        self._first_rule = first_rule(self._examples.extent)

    def _take(self, examples: Examples) -> None:
        """Other points: what is known of them is computed once, not at every step."""
        self._examples = examples
        self._best, self._scale = best_fit(examples.x, examples.y), scale_of(examples.x)

    # ---------------------------------------------------------------------------------- the machine

    def step(self) -> None:
        """The machine moves the line a little towards less error. The line it was given is locked in
        first."""
        if self.done:
            return
        self._mine = self._mine or self._line
        self._previous, self._line = self._line, learned(self._line, self._examples.x, self._examples.y)
        self.steps += 1

    @property
    def done(self) -> bool:
        """When a further step changes nothing: the bottom is reached to the last digit, or there is no
        point."""
        return learned(self._line, self._examples.x, self._examples.y) == self._line

    # ---------------------------------------------------------------------------- shown and changed

    def snapshot(self) -> LineFrame:
        """What is shown now; nothing in it will ever change."""
        return LineFrame(
            self.steps,
            self._params,
            self._examples,
            self._line,
            self._previous,
            self._mine,
            self._guess,
            self._rule or self._first_rule,
            self._rule is not None,
            self._best,
            self._scale,
        )

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        live_changes(self._params, params, LIVE)
        self._params = params

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        An edit of another data set, or of a point that is not there, changes nothing: a log of edits is
        replayed after the data set was changed. Raises ValueError for a gesture or number that cannot be.
        """
        match action:
            case MoveLine():
                return self._move_line(action)
            case LockIn():
                before, self._mine = self._mine, _line_of(action.slope, action.intercept)
                return LockIn() if before is None else LockIn(before.slope, before.intercept)
            case Guess():
                return self._lock_guess(action)
            case AddPoint() | MovePoint() | RemovePoint():
                return self._edit(action) if action.table == self._params.data else None
            case WriteRule():
                return self._write_rule(action) if action.table == self._params.data else None
            case SetTable():
                if self._params.data == "own":
                    self._set_table(action)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _move_line(self, action: MoveLine) -> MoveLine:
        before, after = self._line, _line_of(action.slope, action.intercept)
        assert after is not None
        self._line, self._previous = after, None
        return MoveLine(before.slope, before.intercept)

    def _lock_guess(self, action: Guess) -> Guess:
        if action.y is not None:
            if self._examples.ask is None:
                raise ValueError(_("There is no point to guess: none was kept back."))
            if self._guess is not None:
                raise ValueError(_("A guess is locked in already. Start over to guess again."))
            checked_number(action.y)
        before, self._guess = self._guess, action.y
        return Guess(before)

    def _edit(self, action: AddPoint | MovePoint | RemovePoint) -> Action | None:
        kinds = AddPoint, MovePoint, RemovePoint
        found = edited(self._examples.x, self._examples.y, action, *kinds, MAX_POINTS)
        if found is None:
            return None
        x, y = found[:2]
        inverse: Action = found[2]
        self._take(self._examples.with_points(x, y))
        self._previous = None  # the last step was made with other points
        return inverse

    def _write_rule(self, action: WriteRule) -> WriteRule:
        before = self._rule
        self._rule = Rule(tuple(action.limits), tuple(action.answers)) if action.answers else None
        return WriteRule(action.table, before.limits, before.answers) if before else WriteRule(action.table)

    def _set_table(self, action: SetTable) -> None:
        self._take(own_table(action))
        self._previous = self._mine = self._guess = self._rule = None
        self._first_rule = first_rule(self._examples.extent)
        _x0, _x1, low, high = self._examples.extent
        if self._params.start == "flat":
            self._line = Line(0.0, low + (high - low) / 4)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {
            "line": _weights(self._line),
            "came": _weights(self._previous),
            "mine": _weights(self._mine),
            "guess": self._guess,
            "rule": to_state(self._rule),
            "first_rule": to_state(self._first_rule),
            "examples": to_state(self._examples),
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        examples, line = from_state(Examples, state["examples"]), _line(state["line"])
        if line is None:
            raise ValueError("state: line is missing")
        (self.steps, self._params), self._line = read_run(Params, state), line
        self._rng.bit_generator.state = dict(state["random"])
        self._previous, self._mine = (_line(state[name]) for name in ("came", "mine"))
        self._guess = None if state["guess"] is None else float(state["guess"])
        self._rule = None if state["rule"] is None else from_state(Rule, state["rule"])
        self._first_rule = from_state(Rule, state["first_rule"])
        self._take(examples)

    def offer(self, kind: str) -> Artifact | None:
        """The seen points as a table of two columns, for an experiment that takes one."""
        examples = self._examples
        if kind != "table" or not examples.x.size:
            return None
        names = tuple(_(name) for name in examples.names[:2])
        data = {"x": examples.x, "y": examples.y, "x_name": names[0], "y_name": names[1]}
        return Artifact("table", _(examples.title), data, _("What is ML, step {step}").format(step=self.steps))


def _weights(line: Line | None) -> list[float] | None:
    return None if line is None else [line.slope, line.intercept]


def _line(weights: Sequence[float] | None) -> Line | None:
    return None if weights is None else Line(float(weights[0]), float(weights[1]))


def _line_of(slope: float | None, intercept: float | None) -> Line | None:
    if slope is None or intercept is None:
        return None
    return Line(checked_number(slope), checked_number(intercept))
