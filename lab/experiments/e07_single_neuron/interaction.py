"""What the hand does to the neuron, its input and its rows, as gestures. All places of one drag carry one name, so
that undo takes them back together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from lab.experiments.e07_single_neuron import plane, scenery
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.geometry import Pair
from lab.experiments.e07_single_neuron.gestures import AddPoint, Feed, Flip, MovePoint, RemovePoint, SetNeuron
from lab.experiments.e07_single_neuron.plane import Plane
from lab.kit_qt.view import Acting
from widgets.controls.chips import Segmented

__all__ = ["Interaction"]

DIGITS = 3  # after the point, of what a drag on the plane sets


class Interaction(Acting, QObject):
    """Turns presses and drags into actions for the frame that is shown."""

    acted = Signal(object, str)
    released = Signal()  # what was held on the plane: its handles may stand elsewhere now

    def __init__(self, plane: Plane, brush: Segmented, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame: NeuronFrame | None = None
        self.base: Pair | None = None  # where the arrow stands while it is in the hand
        self._plane, self._brush = plane, brush
        self._tried, self._doing = 0, ""

    def _begin(self, what: str) -> None:
        """The hand took hold of something: a try of its own, unless it still holds the same."""
        if what != self._doing:
            self._doing = what
            self.end_drag()
            before = self.frame.tries.last if self.frame is not None else 0
            self._tried = max(self._tried, before) + 1

    def let_go(self) -> None:
        """The hand lets go: what comes next is another gesture."""
        self._doing = ""
        self.end_drag()

    def _set(self, what: str, weights: tuple[float, ...], bias: float) -> None:
        """Another neuron, by hand."""
        frame = self.frame
        if frame is None:
            return
        self._begin(what)
        start = frame.params.start(frame.inputs) if frame.step == 0 else ()
        self.drag(what, SetNeuron(frame.params.data, weights, bias, self._tried, start))

    def weight(self, link: int, value: float) -> None:
        """A link was dragged, or its weight typed."""
        if self.frame is not None:
            numbers = list(self.frame.neuron.numbers)
            numbers[link] = value
            self._set(f"link {link}", tuple(numbers[:-1]), numbers[-1])

    def input(self, number: int, value: float) -> None:
        """An input was dragged, or typed."""
        if self.frame is not None:
            x = list(self.frame.x)
            x[number] = value
            self._feed_or_move(f"input {number}", tuple(x))

    def _feed_or_move(self, what: str, x: tuple[float, ...]) -> None:
        """Other numbers at the inputs. Where points can be moved, a point that is fed goes along."""
        frame = self.frame
        if frame is not None and frame.examples.editable and frame.row >= 0:
            self.move_point(frame.row, *x)
        else:
            self._feed(what, x)

    def move_point(self, row: int, x: float, y: float) -> None:
        """A point of the plane on its way."""
        if self.frame is not None:
            self._hold(f"point {row}")
            self.drag(f"point {row}", MovePoint(self.frame.params.data, row, (_rounded(x), _rounded(y))))

    def _hold(self, what: str) -> None:
        """What the hand does from here on is one gesture, until it takes something else."""
        if what != self._doing:
            self._doing = what
            self.end_drag()

    def remove(self, row: int) -> None:
        """Take the point of a row away; the last one stays."""
        frame = self.frame
        if frame is not None and frame.examples.editable and len(frame.examples) > 1:
            self.let_go()
            self.end_drag()
            self.drag("remove", RemovePoint(frame.params.data, row))

    def point_requested(self, what: str) -> None:
        """Insert and Delete on the plane."""
        if what == "add":
            self._add(*self._plane.cross())
        elif self.frame is not None and self.frame.row >= 0:
            self.remove(self.frame.row)

    def _add(self, x: float, y: float) -> None:
        if self.frame is not None:
            self.let_go()
            self.end_drag()
            label = int(self._brush.chosen_keys()[0])
            self.drag("add", AddPoint(self.frame.params.data, (_rounded(x), _rounded(y)), label))

    def _feed(self, what: str, x: tuple[float, ...]) -> None:
        """Feed numbers; those of a row are that row."""
        if self.frame is None:
            return
        row = next((i for i, p in enumerate(self.frame.examples.points.tolist()) if tuple(p) == x), -1)
        self._hold(what)
        self.drag(what, Feed(x, row))

    def feed_row(self, row: int) -> None:
        """Feed a row of the table."""
        if self.frame is not None and row != self.frame.row:
            self.drag("row", Feed(self.frame.examples.row(row), row))

    def flip(self, row: int) -> None:
        """Ask for the other answer in a row."""
        if self.frame is not None:
            self.end_drag()
            self.drag("answer", Flip(self.frame.params.data, row))

    def dragged(self, handle: str, x: float, y: float) -> None:
        """A handle of the plane on its way."""
        frame = self.frame
        if frame is None:
            return
        cut = scenery.cut_of(frame)
        if handle == plane.BALL:
            self._feed_or_move("ball", _with(frame.x, x, y))
        elif handle == plane.TIP:
            self.base = self.base or cut.base
            wx, wy = (round(weight, DIGITS) for weight in cut.weights_for(self.base, (x, y)))
            self._turn(frame, wx, wy, self.base)
        else:
            self._turn(frame, cut.wx, cut.wy, (x, y))

    def _turn(self, frame: NeuronFrame, wx: float, wy: float, through: Pair) -> None:
        """Weights for the first two inputs, and the bias that takes the boundary through a place."""
        weights = _with(tuple(frame.neuron.weights.tolist()), wx, wy)
        rest = sum(w * x for w, x in zip(weights[2:], frame.x[2:]))
        bias = round(-(wx * through[0] + wy * through[1]) - rest, DIGITS) + 0.0
        self._set("arrow" if self.base is not None else "boundary", weights, bias)

    def dropped(self, _handle: str, _x: float, _y: float) -> None:
        """A handle of the plane was let go."""
        self.base = None
        self.let_go()
        self.released.emit()

    def clicked(self, x: float, y: float) -> None:
        """A press on a row feeds that row; one beside them adds a point, or feeds the place."""
        row = self._plane.row_at(x, y)
        if row >= 0:
            self.feed_row(row)
        elif self.frame is not None and self.frame.examples.editable:
            self._add(x, y)
        elif self.frame is not None:
            self.let_go()
            self._feed("place", _with(self.frame.x, round(x, 2), round(y, 2)))
            self.let_go()


def _with(values: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
    """The same numbers with others in the first two places, as far as there are two."""
    return (*(x, y)[: len(values)], *values[2:])


def _rounded(value: float) -> float:
    """A place put by hand, to the hundredth: no digits that nobody chose."""
    return round(value, 2) + 0.0
