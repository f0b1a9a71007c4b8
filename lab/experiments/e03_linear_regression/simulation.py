"""The fit as a run. The points, the hand's line and the settings decide what the best line is, and that is
known at once; step by step two descents start from the hand's line and arrive at the same digits, one of
them soon. A step is one step of both. Moving a point changes the loss, and both go on from where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e03_linear_regression.datasets import original, with_test
from lab.experiments.e03_linear_regression.descent import Descent
from lab.experiments.e03_linear_regression.drawer import Drawer, opened
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import (
    Action,
    AddPoint,
    Look,
    MovePoint,
    OpenTest,
    RemovePoint,
    Restore,
    SetBar,
    SetSecond,
    SetTable,
)
from lab.experiments.e03_linear_regression.problem import Array
from lab.experiments.e03_linear_regression.received import loss_surface_of, table_of
from lab.experiments.e03_linear_regression.settings import DATA_NAMES, Params
from lab.experiments.e03_linear_regression.sheet import Sheet, sheet_of
from lab.experiments.e03_linear_regression.solved import Solved, solved
from lab.kit.arrays import read_only
from lab.kit.record import Record
from lab.kit.state import from_state, live_changes, read_run, reading_state, run_state, to_state

__all__ = ["Regression", "build"]

LIVE = ("w", "b", "w2", "weighting", "ridge", "rate", "penalise_bias")
HAND = ("w", "b", "w2")


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> Regression:
    """A fit at its start. Raises ParamError when the points are to be received and none were."""
    return Regression(params, rng, artifacts)


class Regression:
    """Points, a line by hand, and two descents."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self._rng = rng
        self._seed = int(rng.integers(2**62))  # of the data sets drawn by chance, each by a generator of its own
        self._artifacts = tuple(artifacts)
        self._params = params
        self._sheets: dict[str, Sheet] = {}  # those that a hand has changed, and the one in use
        self._looking: dict[str, int] = {}
        self._drawer = Drawer()
        self._solved: Solved = solved(self._sheet(params.data), params)
        self._raw, self._scaled = Descent(self._hand()), Descent(self._solved.lens.scaled(self._hand()))
        self._trail = Record([self._row()])

    # ------------------------------------------------------------------------------------- the descent

    def step(self) -> None:
        """Both descents take one step: their learning rate times their gradient."""
        self.step_many(1)

    def step_many(self, count: int) -> None:
        """Up to so many steps, one after the other."""
        found, trail = self._solved, self._trail
        raw, scaled = (None if limit is None else self._params.rate * limit for limit in found.limits)
        size, scaled_size = found.problem.size, found.scaled.size
        with np.errstate(all="ignore"):  # what diverges becomes infinite, and is lost
            for _step in range(count):
                if self.done:
                    break
                self.steps += 1
                self._raw.step(found.problem, size, raw, self.steps)
                self._scaled.step(found.scaled, scaled_size, scaled, self.steps)
                if not self.steps % trail.stride:
                    trail.add(self.steps, self._row())

    @property
    def done(self) -> bool:
        """Only when the last step of both changed not a single bit, or there is nowhere to go."""
        return self._raw.over and self._scaled.over

    def _row(self) -> Array:
        """Where both are, in raw units: [2p]."""
        return np.concatenate([self._raw.place, self._solved.lens.raw(self._scaled.place)])

    # ---------------------------------------------------------------------------------------- the hand

    def _hand(self) -> Array:
        """The line that was drawn, as weights: [p]."""
        params = self._params
        slopes = (params.w, params.w2) if self._solved.two else (params.w,)
        return np.array([*slopes, params.b])

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = live_changes(self._params, params, LIVE)
        self._params = params
        if set(names) - {*HAND, "rate"}:
            self._solve()
        if "rate" in names:
            self._wake()
        self._start_at_hand()

    def _start_at_hand(self) -> None:
        """Before the first step both descents are at the hand's line, wherever that is dragged."""
        if self.steps == 0:
            hand = self._hand()
            self._raw.put(hand)
            self._scaled.put(self._solved.lens.scaled(hand))
            self._trail = Record([self._row()])

    def _solve(self) -> None:
        """The points or the settings have changed: another loss, and both descents go on from where they are."""
        before = self._solved
        self._solved = solved(self._sheet(self._params.data), self._params)
        if before.two != self._solved.two:
            self._begin_again()
        else:
            self._scaled.change_units(before.lens, self._solved.lens)
        self._wake()

    def _begin_again(self) -> None:
        """A line became a plane or a plane a line: both descents begin at the hand's."""
        self._raw.put(self._hand())
        self._scaled.put(self._solved.lens.scaled(self._hand()))
        self._trail = Record(np.tile(self._row(), (len(self._trail.rows), 1)), self._trail.stride)

    def _wake(self) -> None:
        self._raw.settled = self._scaled.settled = False

    # -------------------------------------------------------------------------------------- the points

    def _sheet(self, name: str) -> Sheet:
        """The points of a data set as they are now."""
        if name not in self._sheets:
            self._sheets[name] = self._original(name)
        return self._sheets[name]

    def _original(self, name: str) -> Sheet:
        if name not in DATA_NAMES:
            raise ValueError(_("There are no points called “{name}”.").format(name=name[:40]))
        return original(name, self._params, self._chance(name), self._artifacts)

    def _table(self, action: SetTable) -> Sheet:
        """The points of a table that was put in the place of others."""
        table = sheet_of(action.x, action.y, action.second or None, action.names, action.title or DATA_NAMES["own"])
        table = replace(table, left_out=max(0, int(action.left_out)))
        return with_test(table, self._params.test, self._chance(action.data))

    def _chance(self, name: str) -> np.random.Generator:
        """A generator of a data set's own, the same whenever it is asked for."""
        return np.random.default_rng([self._seed, list(DATA_NAMES).index(name)])

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        Raises ValueError when there is no such point, or no such gesture.
        """
        if isinstance(action, OpenTest):
            if action.data == self._params.data:
                self._drawer = opened(self._drawer, self._solved, self._hand())
            return None
        if isinstance(action, Look):
            before = self._looking.get(action.data, -1)
            self._looking[action.data] = action.index
            return Look(action.data, before)
        sheet = self._sheet(action.data)
        if isinstance(action, SetTable):
            after, inverse = self._table(action), None
        elif isinstance(action, Restore):
            after, inverse = self._original(action.data), None
        else:
            after, inverse = _applied(sheet, action)
        self._sheets[action.data] = after
        if len(after) != len(sheet):
            self._looking[action.data] = -1
        if action.data == self._params.data:
            self._solve()
            self._start_at_hand()
        return inverse

    # ------------------------------------------------------------------------------------ shown, given

    def snapshot(self) -> RegressionFrame:
        """What is shown of this step; nothing in it will ever change."""
        looking = self._looking.get(self._params.data, -1)
        return RegressionFrame(
            self.steps,
            self._params,
            self._solved,
            read_only(self._hand()),
            self._raw.place,
            self._scaled.place,
            self._raw.last,
            self._scaled.last,
            (self._raw.lost, self._scaled.lost),
            self._trail.rows,
            self._trail.stride,
            looking if 0 <= looking < len(self._solved.sheet) else -1,
            self._drawer,
            self.done,
            any(artifact.kind == "table" for artifact in self._artifacts),
        )

    def offer(self, kind: str) -> Artifact | None:
        """The points as a table, or their loss as a landscape."""
        sheet = self._solved.sheet
        if not len(sheet):
            return None
        origin = _("Linear regression, step {step}").format(step=self.steps)
        if kind == "table":
            return table_of(sheet, origin)
        return loss_surface_of(sheet, self._solved.two, origin) if kind == "loss-surface" else None

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {
            "seed": self._seed,
            "sheets": {name: sheet.save() for name, sheet in self._sheets.items()},
            "looking": dict(self._looking),
            "drawer": to_state(self._drawer),
            "raw": self._raw.save(),
            "scaled": self._scaled.save(),
            "trail": self._trail.rows,
            "stride": self._trail.stride,
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged or of another run."""
        step, params = read_run(Params, state)
        sheets = {str(name): Sheet.load(saved) for name, saved in state["sheets"].items()}
        found = solved(sheets[params.data], params)
        p = found.problem.design.shape[1]
        rows = np.asarray(state["trail"], np.float64)
        if rows.ndim != 2 or rows.shape[1] != 2 * p or int(state["stride"]) < 1:
            raise ValueError(f"state: trail {rows.shape}, needs {2 * p} columns; stride {state['stride']}, needs 1")
        raw, scaled = Descent.load(state["raw"], p), Descent.load(state["scaled"], p)
        self.steps, self._params, self._sheets, self._solved = step, params, sheets, found
        self._seed = int(state["seed"])
        self._rng.bit_generator.state = dict(state["random"])
        self._looking = {str(name): int(index) for name, index in state["looking"].items()}
        self._drawer = from_state(Drawer, state["drawer"])
        self._raw, self._scaled = raw, scaled
        self._trail = Record(rows, int(state["stride"]))


def _applied(sheet: Sheet, action: Action) -> tuple[Sheet, Action | None]:
    """The points after a gesture on one of them, and the gesture that takes it back."""
    match action:
        case MovePoint(data, index, x, y):
            at = sheet.checked(index)
            return sheet.moved(at, x, y), MovePoint(data, index, float(sheet.x[at]), float(sheet.y[at]))
        case SetSecond(data, index, second):
            at = sheet.checked(index)
            if sheet.second is None:
                return sheet.tilted(at, second), None
            return sheet.tilted(at, second), SetSecond(data, index, float(sheet.second[at]))
        case SetBar(data, index, bar):
            at = sheet.checked(index)
            return sheet.barred(at, bar), SetBar(data, index, float(sheet.bar[at]))
        case AddPoint(data, x, y, second, bar, group, index):
            place = len(sheet) if index < 0 else index
            return sheet.inserted(place, x, y, second, bar, group), RemovePoint(data, place)
        case RemovePoint(data, index):
            at = sheet.checked(index)
            return sheet.without(at), _again(data, sheet, at)
    raise ValueError(f"there is no gesture {type(action).__name__} here")


def _again(data: str, sheet: Sheet, index: int) -> AddPoint:
    """The gesture that puts a point back where it was taken away."""
    second = 0.0 if sheet.second is None else float(sheet.second[index])
    x, y, bar = (float(column[index]) for column in (sheet.x, sheet.y, sheet.bar))
    return AddPoint(data, x, y, second, bar, int(sheet.group[index]), index)
