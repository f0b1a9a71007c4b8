"""Two races down the error of one table, raw and scaled, under one learning-rate rule. `step` is one step of
gradient descent in both. The rest keeps the table and the query, which can be dragged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.gestures import Action, MoveQuery, MoveRow, MoveStart, SetTable
from lab.experiments.e02_feature_scaling.prepared import prepared
from lab.experiments.e02_feature_scaling.race import Run
from lab.experiments.e02_feature_scaling.settings import Params
from lab.experiments.e02_feature_scaling.sheets import LARGEST, Sheet, make_sheet, own_sheet
from lab.kit.arrays import read_only
from lab.kit.numbers import checked_number
from lab.kit.state import from_state, live_changes, read_run, reading_state, run_state, to_state

__all__ = ["Scaling", "build"]

CALM = {"rate", "k"}  # controls that leave both landscapes as they are
FARTHEST = 3.0  # how far outside its map a race may begin


def build(params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> Scaling:
    """Both races at their start. Raises ParamError when the table is to be received and none was."""
    return Scaling(params, rng, artifacts)


class Scaling:
    """A table, two versions of it, and a race on each."""

    def __init__(self, params: Params, rng: Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self.steps = 0
        self._rng = rng
        self._received = any(artifact.kind == "table" for artifact in artifacts)
        self._sheet = make_sheet(params.data, rng, artifacts)
        self._place: tuple[float, float] | None = None
        self._query = _middle(self._sheet)
        self._params = params
        self._begin()

    def _begin(self) -> None:
        """Another table or other landscapes: both races stand at their start again."""
        self._prepared = prepared(self._sheet, self._params)
        self._line_up()

    def _line_up(self) -> None:
        raw, scaled = self._prepared.lanes
        self._runs = Run.begun(raw, self._place), Run.begun(scaled, self._place)

    def _rates(self) -> tuple[float, float]:
        raw, scaled = (self._params.rate * 2 / on.steepest for on in self._prepared.lanes)
        return raw, scaled

    # ---------------------------------------------------------------------------------- the machine

    def step(self) -> None:
        """One step of gradient descent in both races."""
        if self.done:
            return
        pairs = zip(self._runs, self._prepared.lanes, self._rates())
        raw, scaled = (run.stepped(on, rate) for run, on, rate in pairs)
        self._runs = raw, scaled
        self.steps += 1

    @property
    def done(self) -> bool:
        """When a step would move neither race."""
        pairs = zip(self._runs, self._prepared.lanes, self._rates())
        return all(bool(np.array_equal(run.next(on, rate), run.theta)) for run, on, rate in pairs)

    # ---------------------------------------------------------------------------- shown and changed

    def snapshot(self) -> ScalingFrame:
        """What is shown now; nothing in it will ever change."""
        parts = self._params, self._sheet, self._prepared, self._runs, self._rates()
        return ScalingFrame(self.steps, *parts, self._query, self._place, self._received)

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for another table: it needs a new start."""
        differing = live_changes(self._params, params, restarting=("data",))
        self._params = params
        if differing.keys() - CALM:
            self._begin()
        elif differing:
            self._prepared = prepared(self._sheet, params)

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        An edit of another table, or of a row that is not there, changes nothing. Raises ValueError for a
        gesture or number that cannot be.
        """
        match action:
            case MoveQuery(first, second):
                before = MoveQuery(*self._query)
                self._query = checked_number(first, largest=LARGEST), checked_number(second, largest=LARGEST)
                return before
            case MoveStart(across, up, zero):
                return self._start_at(None if zero else (_near(across), _near(up)))
            case MoveRow(data, number, first, second):
                return self._move(data, number, (_cell(first), _cell(second)))
            case SetTable():
                self._take(action)
                return None
        raise ValueError(f"action: {type(action).__name__} is not a gesture of this experiment")

    def _start_at(self, place: tuple[float, float] | None) -> MoveStart | None:
        fresh, before = self._runs[0].steps == 0, self._place
        self._place = place
        self._line_up()
        if not fresh:
            return None
        return MoveStart(zero=True) if before is None else MoveStart(*before)

    def _move(self, data: str, number: int, cells: tuple[float, float]) -> MoveRow | None:
        if data != self._params.data or not 0 <= number < len(self._sheet.y):
            return None
        was = [None if math.isnan(cell) else cell for cell in self._sheet.x[number].tolist()]
        fresh, sheet = self._runs[0].steps == 0, self._sheet.with_row(number, *cells)
        if np.isnan(sheet.x[~sheet.test]).all(axis=0).any():
            raise ValueError("row: a column would have no number left in its train rows")
        self._sheet = sheet
        self._begin()
        return MoveRow(data, number, was[0], was[1]) if fresh else None

    def _take(self, table: SetTable) -> None:
        if self._params.data != "own":
            return
        x = np.array([table.first, table.second], np.float64).T
        self._sheet = own_sheet(x, table.y, table.names, table.title, table.left_out)
        self._query, self._place = _middle(self._sheet), None
        self._begin()

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {
            "query": list(self._query),
            "place": None if self._place is None else list(self._place),
            "received": self._received,
            "runs": [
                {"theta": r.theta, "path": r.path, "counts": [r.stride, r.steps, _or_minus_one(r.arrived)]}
                for r in self._runs
            ],
            "sheet": to_state(self._sheet),
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        sheet, (step, params) = from_state(Sheet, state["sheet"]), read_run(Params, state)
        raw, scaled = (_run(run) for run in state["runs"])
        first, second = map(float, state["query"])
        place = state["place"]
        self._sheet, self._params, self._query, self.steps = sheet, params, (first, second), step
        self._place = None if place is None else (float(place[0]), float(place[1]))
        self._rng.bit_generator.state = dict(state["random"])
        self._received, self._prepared = bool(state["received"]), prepared(sheet, params)
        self._runs = raw, scaled

    def offer(self, kind: str) -> Artifact | None:
        """The scaled table: both features and what is to be predicted."""
        if kind != "table":
            return None
        names = [_(name) for name in self._sheet.names]
        values = np.column_stack([self._prepared.scaled, self._sheet.y])
        data = {"values": values, "names": names, "x": values[:, 0], "y": self._sheet.y}
        data |= {"x_name": names[0], "y_name": names[2]}
        return Artifact(kind, _(self._sheet.title), data, _("Feature scaling, step {step}").format(step=self.steps))


def _or_minus_one(arrived: int | None) -> int:
    return -1 if arrived is None else arrived


def _run(kept: Mapping[str, Any]) -> Run:
    stride, steps, arrived = map(int, kept["counts"])
    return Run(read_only(kept["theta"]), read_only(kept["path"]), stride, steps, None if arrived < 0 else arrived)


def _middle(sheet: Sheet) -> tuple[float, float]:
    """Where the query lies at first: at the medians of the columns."""
    first, second = np.nanmedian(sheet.x, axis=0).tolist()
    return first, second


def _cell(value: float | None) -> float:
    return math.nan if value is None else checked_number(value, largest=LARGEST)


def _near(value: float) -> float:
    if not math.isfinite(value) or abs(value) > FARTHEST:
        raise ValueError(f"place: {value}, needs a number between −3 and 3; the edge of the map is 1")
    return float(value)
