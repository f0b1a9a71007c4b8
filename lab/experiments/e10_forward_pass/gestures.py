"""Gestures: set one weight or bias, move an input, select another unit. Each is a small value whose inverse is of the
same kind."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["ACTIONS", "BIAS", "LIMIT", "Gesture", "MovePoint", "Pick", "SetInput", "SetWeight"]

LIMIT = 1e6
BIAS = -1


def _check(value: float) -> None:
    if not abs(value) <= LIMIT:
        raise ValueError(_("{value} is too large: at most {limit}").format(value=f"{value:g}", limit=f"{LIMIT:g}"))


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Set one number of a layer. All count from 0; `source` −1 is the unit's bias."""

    layer: int
    unit: int
    source: int
    value: float

    def __post_init__(self) -> None:
        _check(self.value)

    def sentence(self) -> str:
        what = _("bias") if self.source == BIAS else _("weight {n}").format(n=self.source + 1)
        return _("Set the {what} of unit {unit} in layer {layer}").format(
            what=what, unit=self.unit + 1, layer=self.layer + 1
        )


@dataclass(frozen=True, slots=True)
class SetInput:
    """Move one input of one example; both count from 0."""

    row: int
    place: int
    value: float

    def __post_init__(self) -> None:
        _check(self.value)

    def sentence(self) -> str:
        return _("Move input {n} of example {row}").format(n=self.place + 1, row=self.row + 1)


@dataclass(frozen=True, slots=True)
class MovePoint:
    """Move both inputs of one example of a network that reads two; the row counts from 0."""

    row: int
    x: float
    y: float

    def __post_init__(self) -> None:
        _check(self.x)
        _check(self.y)

    def sentence(self) -> str:
        return _("Move example {row} to ({x}, {y})").format(row=self.row + 1, x=f"{self.x:g}", y=f"{self.y:g}")


@dataclass(frozen=True, slots=True)
class Pick:
    """Select a unit; layer −1 leaves that to the step."""

    layer: int
    unit: int
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        if self.layer < 0:
            return _("Light what the step lights")
        return _("Light unit {unit} of layer {layer}").format(unit=self.unit + 1, layer=self.layer + 1)


ACTIONS = (SetWeight, SetInput, MovePoint, Pick)
Gesture = SetWeight | SetInput | MovePoint | Pick
