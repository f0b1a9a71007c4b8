"""The run of the curve: each step draws one more sample of the same world and fits it at every degree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.experiments.e12_overfitting.fitting import Bench, ByDegree, ByPrice, Fit, Folds, price_of
from lab.experiments.e12_overfitting.frame import CurveShown
from lab.experiments.e12_overfitting.gestures import Action, AddPoint, Look, MovePoint, RemovePoint, SetTable
from lab.experiments.e12_overfitting.lid import Glance, Lid, looked
from lab.experiments.e12_overfitting.redraws import MOST, Learning, Redraws, learning_curve
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.sheet import Sheet, edited_sheet, make_sheet, own_sheet
from lab.kit.state import from_state, to_state

__all__ = ["CurveRun"]


class CurveRun:
    """The points, the curve through them, the lid, and other samples."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self._sheet = make_sheet(params, rng, artifacts)
        self._seed = int(rng.integers(2**31))
        self._params, self._lid = params, Lid(len(self._sheet.hidden_x))
        self._kept: dict[str, tuple[object, Any]] = {}
        self._points = self._samples = 0  # versions: how often the points, and the samples, became others
        self._redraws = Redraws(self._sheet, params, self._seed)
        self._bench = Bench(self._sheet, params)

    # --------------------------------------------------------------------------------------- the run

    @property
    def done(self) -> bool:
        """When enough samples were drawn, or there is nothing to draw from."""
        return self._redraws.count >= MOST or not self._redraws.possible

    def step(self) -> bool:
        """A piece of the next sample. Whether it is complete."""
        return self._redraws.step()

    def retune(self, params: Params) -> None:
        """Other controls."""
        before, self._params = self._params, params
        if (params.basis, params.regularizer) != (before.basis, before.regularizer):
            self._bench, self._points = Bench(self._sheet, params), self._points + 1
        if not self._redraws.retune(params):
            self._redraws, self._samples = Redraws(self._sheet, params, self._seed), self._samples + 1

    def _take(self, sheet: Sheet) -> None:
        """Other points."""
        world, self._sheet = self._sheet.world, sheet
        self._bench, self._points = Bench(sheet, self._params), self._points + 1
        if not world or not sheet.world:  # the samples of a world do not depend on the points on screen
            self._redraws, self._samples = Redraws(sheet, self._params, self._seed), self._samples + 1

    def act(self, action: Action) -> Action | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can."""
        match action:
            case AddPoint() | MovePoint() | RemovePoint():
                found = edited_sheet(self._sheet, action) if action.data == self._params.data else None
                if found is None:
                    return None
                self._take(found[0])
                return found[1]
            case SetTable():
                if self._params.data == "own":
                    self._take(own_sheet(action, self._params.split))
                    self._lid = Lid(len(self._sheet.hidden_x))
                return None
            case Look():
                self._lid = looked(self._lid, self._bench, self._params, self._seed)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    # ------------------------------------------------------------------------------------------ shown

    def shown(self) -> CurveShown:
        """All of it, as it is now."""
        params, bench = self._params, self._bench
        price, degree = price_of(params), params.degree
        found = CurveShown(
            sheet=self._sheet,
            fit=self._fit(),
            by_degree=self._by_degree(degree, price),
            first=self._first(degree, price),
            ghosts=self._ghosts(bench),
            redrawn=self._redraws.count,
            parts=self._once("parts", (self._samples, self._redraws.count, price), self._redraws.parts),
            lid=self._lid,
        )
        if params.page == "weights":
            return replace(found, by_price=self._by_price(degree))
        if params.page == "data":
            return replace(found, learning=self._learning(), folds=self._folds(degree, price))
        return found

    def _once(self, name: str, key: object, make: Any) -> Any:
        """What was made for this key, kept until another one is asked for."""
        if name not in self._kept or self._kept[name][0] != key:
            self._kept[name] = (key, make())
        return self._kept[name][1]

    def _fit(self) -> Fit | None:
        key, price = (self._points, self._params.degree, price_of(self._params)), price_of(self._params)
        found: Fit | None = self._once("fit", key, lambda: self._bench.fit(self._params.degree, price))
        return found

    def _by_degree(self, degree: int, price: float) -> ByDegree:
        key = (self._points, degree, price)
        found: ByDegree = self._once("degrees", key, lambda: self._bench.by_degree(degree, price))
        return found

    def _by_price(self, degree: int) -> ByPrice | None:
        if not len(self._sheet.seen_x):
            return None
        found: ByPrice = self._once("prices", (self._points, degree), lambda: self._bench.by_price(degree))
        return found

    def _first(self, degree: int, price: float) -> Any:
        """The curve through the points as they came, where one was moved since."""
        sheet = self._sheet
        if not sheet.edited or sheet.first_held.all():
            return None
        key = (self._points, degree, price)
        return self._once("first", key, lambda: self._fit_first(degree, price))

    def _fit_first(self, degree: int, price: float) -> Any:
        sheet = self._sheet
        before = replace(sheet, x=sheet.first_x, y=sheet.first_y, held=sheet.first_held)
        fit = Bench(before, self._params).fit(degree, price)
        return None if fit is None else fit.curve

    def _ghosts(self, bench: Bench) -> Any:
        params = self._params
        key = (self._samples, self._redraws.count, params.degree, price_of(params), params.regularizer)
        return self._once("ghosts", key, lambda: self._redraws.ghosts(bench.grid))

    def _learning(self) -> Learning | None:
        params = self._params
        points = 0 if self._sheet.world else self._points
        key = (points, self._seed, params.degree, price_of(params), params.regularizer, params.basis)
        found: Learning | None = self._once("learning", key, lambda: learning_curve(self._sheet, params, self._seed))
        return found

    def _folds(self, degree: int, price: float) -> Folds | None:
        params = self._params
        key = (self._points, degree, price, params.folds, params.split)
        found: Folds | None = self._once(
            "folds", key, lambda: self._bench.folds(degree, price, params.folds, params.split)
        )
        return found

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything that cannot be worked out again."""
        return {
            "sheet": to_state(self._sheet),
            "seed": self._seed,
            "redrawn": self._redraws.count,
            "size": self._lid.size,
            "glances": [to_state(glance) for glance in self._lid.glances],
            "bought": [self._lid.lucky, self._lid.fair],
        }

    def load(self, state: Mapping[str, Any], params: Params) -> None:
        """Go back to what was saved: the samples are drawn once more."""
        sheet, count = from_state(Sheet, state["sheet"]), int(state["redrawn"])
        if not 0 <= count <= MOST:
            raise ValueError(f"state: {count} samples, needs 0 to {MOST}")
        glances = tuple(from_state(Glance, saved) for saved in state["glances"])
        lid = Lid(int(state["size"]), glances, *(None if v is None else float(v) for v in state["bought"]))
        same = self._redraws.recall(sheet, params, int(state["seed"]), count)
        self._sheet, self._params, self._seed, self._lid = sheet, params, int(state["seed"]), lid
        self._bench, self._kept = Bench(sheet, params), {}
        self._points, self._samples = self._points + 1, self._samples + 1
        if not same:
            self._redraws = Redraws(sheet, params, self._seed)
        while self._redraws.count < count and self._redraws.possible:
            self._redraws.step()

    def offer(self, kind: str, origin: str) -> Artifact | None:
        """The points as a table: those that are seen or held out, never those under the lid."""
        sheet = self._sheet
        if kind != "table" or len(sheet.x) < 2:
            return None
        data = {"x": sheet.x, "y": sheet.y, "x_name": _(sheet.names[0]), "y_name": _(sheet.names[1])}
        return Artifact("table", _(sheet.title), data, origin)
