"""What the hand does, as gestures: on the line, the plane, the dot of the map, a point, an error bar. All
that belongs to one drag carries one name, so that undo takes it back as a whole."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QObject, Signal

from lab.core.simulation import Set
from lab.experiments.e03_linear_regression import view_scenery as scenery
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import (
    AddPoint,
    Look,
    MovePoint,
    OpenTest,
    RemovePoint,
    SetBar,
)
from lab.experiments.e03_linear_regression.notes import note_of
from lab.kit_qt.view import Acting

__all__ = ["Interaction", "rounded"]


class Interaction(Acting, QObject):
    """Turns drags and presses into actions, for the frame that is shown."""

    acted = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame: RegressionFrame | None = None
        self.scaled = False  # whether the map shows scaled units
        self._pivot: tuple[float, float] | None = None  # where the line is held while one end is moved

    def end_drag(self, *at: object) -> None:
        super().end_drag(*at)
        self._pivot = None

    # ---- lines and planes

    def drag_line(self, handle: str, x: float, y: float) -> None:
        """An end of the line turns it about the other end; its middle lifts it."""
        frame = self.frame
        if frame is None or frame.two:
            return
        w, b = frame.hand.tolist()
        start, stop = scenery.in_sight(frame)
        if handle == "middle":
            if self._pivot is None:
                self._pivot = (w, 0.0)
            w = self._pivot[0]
            self._set_line(frame, w, y - w * x)
            return
        if self._pivot is None:
            other = start + scenery.ENDS[2 if handle == "left" else 0] * (stop - start)
            self._pivot = (other, w * other + b)
        other, height = self._pivot
        if abs(x - other) >= 0.02 * (frame.sheet.sight[1] - frame.sheet.sight[0]):  # an upright line has no slope
            slope = (y - height) / (x - other)
            self._set_line(frame, slope, height - slope * other)

    def _set_line(self, frame: RegressionFrame, w: float, b: float) -> None:
        ranges = frame.solved.ranges
        self.drag("line", Set({"w": rounded(w, ranges[0]), "b": rounded(b, ranges[-1])}))

    def drag_plane(self, grip: str, _number: float, z: float) -> None:
        """A grip at an edge tilts the plane about its middle; the one in the middle lifts it."""
        frame = self.frame
        if frame is None or not frame.two:
            return
        x0, x1, y0, y1 = scenery.box_of(frame.sheet)[:4]
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        w, w2, b = frame.hand.tolist()
        middle = w * x + w2 * y + b
        if grip == "b":
            middle = z
        elif grip == "w":
            w = (z - middle) / (x1 - x)
        else:
            w2 = (z - middle) / (y1 - y)
        self._set_plane(frame, w, w2, middle - w * x - w2 * y)

    def _set_plane(self, frame: RegressionFrame, w: float, w2: float, b: float) -> None:
        ranges = frame.solved.ranges
        values = {"w": rounded(w, ranges[0]), "w2": rounded(w2, ranges[1]), "b": rounded(b, ranges[2])}
        self.drag("plane", Set(values))

    def drag_dot(self, _handle: str, x: float, y: float) -> None:
        """The dot on the map is a line; dragging the one moves the other."""
        frame = self.frame
        if frame is None:
            return
        lens = frame.solved.lens
        if not frame.two:
            w, b = lens.raw(np.array([x, y])).tolist() if self.scaled else (x, y)
            self._set_line(frame, w, b)
            return
        slopes = (x / float(lens.spread[0]), y / float(lens.spread[1])) if self.scaled else (x, y)
        self._set_plane(frame, *slopes, frame.solved.best_bias(slopes))

    # ---- points

    def drag_point(self, number: int, x: float, y: float) -> None:
        """A point goes where the hand goes."""
        frame = self.frame
        if frame is not None and number < len(frame.sheet):
            x0, x1, y0, y1 = frame.sheet.sight
            action = MovePoint(frame.params.data, number, rounded(x, (x0, x1)), rounded(y, (y0, y1)))
            self.drag("point", action)

    def drag_bar(self, number: int, bar: float) -> None:
        """An error bar becomes as long as the hand pulls it."""
        frame = self.frame
        if frame is not None and number < len(frame.sheet):
            self.drag("bar", SetBar(frame.params.data, number, rounded(bar, frame.sheet.sight[2:]) or bar))

    def drop_point(self, number: int) -> None:
        """What was moved is looked at."""
        self.end_drag()
        self.look(number)

    def look(self, number: int) -> None:
        """Look at a point, or at none (−1)."""
        frame = self.frame
        if frame is not None and number != frame.looking and number < len(frame.sheet):
            self.act(Look(frame.params.data, number))

    def click_ground(self, x: float, y: float) -> None:
        """A click beside all points: a new one on one's own sheet; elsewhere it lets go of the old one."""
        frame = self.frame
        if frame is None:
            return
        if frame.params.data == "own":
            x0, x1, y0, y1 = frame.sheet.sight
            self.act(AddPoint("own", rounded(x, (x0, x1)), rounded(y, (y0, y1))))
        elif frame.looking >= 0:
            self.look(-1)

    def remove(self, number: int) -> None:
        """Take a point away."""
        if self.frame is not None and 0 <= number < len(self.frame.sheet):
            self.act(RemovePoint(self.frame.params.data, number))

    # ---- presses

    def choose_data(self, name: str) -> None:
        """Other points."""
        self.act(Set({"data": name}))

    def follow_note(self) -> None:
        """The way out that a note offers."""
        note = note_of(self.frame) if self.frame is not None else None
        if note is not None and note.values:
            self.act(Set(dict(note.values)))

    def open_drawer(self) -> None:
        """Read the score on the test points."""
        if self.frame is not None:
            self.act(OpenTest(self.frame.params.data))


def rounded(value: float, span: tuple[float, float]) -> float:
    """A number with the digits a hand can mean within a span: about a two-thousandth of it."""
    reach = span[1] - span[0]
    if not (math.isfinite(value) and reach > 0):
        return value
    places = -math.floor(math.log10(reach / 2000))
    return round(value, places) + 0.0
