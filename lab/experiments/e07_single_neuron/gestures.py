"""The actions: change the neuron, feed it an input, and rewrite the table it is to answer."""

from __future__ import annotations

from typing import ClassVar, get_args

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _, n_

__all__ = ["ACTIONS", "AddPoint", "Feed", "Flip", "Gesture", "MovePoint", "RemovePoint", "SetNeuron", "SetPoints"]


@dataclass(frozen=True, slots=True)
class SetNeuron:
    """Give the neuron other weights and another bias.

    data: the table it is tried on.  number: of the try; all places of one drag carry the same, and 0 is none.
    start: the controls' weights and bias at the start, for a change before the first step. Learning begins there
    from now on, so starting over keeps it, unless the controls are changed.
    """

    data: str
    weights: tuple[float, ...]
    bias: float
    number: int = 0
    start: tuple[float, ...] = ()

    @property
    def is_data(self) -> bool:
        """Whether starting over keeps it."""
        return bool(self.start)

    def sentence(self) -> str:
        shown = ", ".join(show_number(weight, 3) for weight in self.weights)
        return _("Set the weights to ({weights}), the bias to {bias}").format(
            weights=shown, bias=show_number(self.bias, 3)
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """Feed the neuron an input: a row of the table by its number, or, with −1, any numbers."""

    x: tuple[float, ...]
    row: int = -1
    is_data: ClassVar[bool] = True  # starting over keeps it
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        if self.row >= 0:
            return _("Feed row {n}").format(n=self.row + 1)
        return _("Feed ({x})").format(x=", ".join(show_number(value, 3) for value in self.x))


@dataclass(frozen=True, slots=True)
class Flip:
    """Ask for the other answer in one row of a data set; twice is as before."""

    data: str
    row: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Ask for the other answer in row {n}").format(n=self.row + 1)


@dataclass(frozen=True, slots=True)
class AddPoint:
    """One more point of a class, 0 or 1, at the end or before the row `at`."""

    data: str
    x: tuple[float, float]
    label: int
    at: int = -1
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        text = _("Add a yes at ({x}, {y})") if self.label else _("Add a no at ({x}, {y})")
        return text.format(x=show_number(self.x[0], 3), y=show_number(self.x[1], 3))


@dataclass(frozen=True, slots=True)
class MovePoint:
    """Put the point of a row somewhere else."""

    data: str
    row: int
    x: tuple[float, float]
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Move point {n} to ({x}, {y})").format(
            n=self.row + 1, x=show_number(self.x[0], 3), y=show_number(self.x[1], 3)
        )


@dataclass(frozen=True, slots=True)
class RemovePoint:
    """Take the point of a row away."""

    data: str
    row: int
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Remove point {n}").format(n=self.row + 1)


@dataclass(frozen=True, slots=True)
class SetPoints:
    """The learner's own table.

    names: of both inputs, of the class no and of the class yes.  left_out: rows with a missing cell.  scales: mean and
    standard deviation of each input, where it was scaled.
    """

    first: tuple[float, ...]
    second: tuple[float, ...]
    labels: tuple[int, ...]
    names: tuple[str, ...] = ()
    title: str = ""
    left_out: int = 0
    scales: tuple[tuple[float, float], ...] = ()
    is_data: ClassVar[bool] = True

    def sentence(self) -> str:
        return n_("Take a table of {n} row", "Take a table of {n} rows", len(self.labels))


Gesture = SetNeuron | Feed | Flip | AddPoint | MovePoint | RemovePoint | SetPoints
ACTIONS: tuple[type[Gesture], ...] = get_args(Gesture)
