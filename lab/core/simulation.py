"""What every simulation promises. Nothing to inherit: whatever has these members is a simulation.

A simulation is an ordinary object that computes. Only the worker thread touches it; what leaves it are
frames, which never change. Randomness comes only from the generator it was given, so the same parameters,
seed and actions give the same frames, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from lab.core.records import dataclass
from lab.core.text import _

if TYPE_CHECKING:  # an artifact needs NumPy, a card for the home page does not
    from lab.core.artifact import Artifact

__all__ = [
    "Action",
    "Backward",
    "Curve",
    "DataAction",
    "Divergence",
    "Diverging",
    "Frame",
    "Grained",
    "Limit",
    "LookAction",
    "Looking",
    "ManySteps",
    "Opening",
    "Portable",
    "Posed",
    "Set",
    "Simulation",
    "State",
    "diverges",
]

State = Mapping[str, Any]
"""Everything a simulation needs to go on: numbers, texts, lists, mappings and NumPy arrays, nothing else."""


@runtime_checkable
class Action(Protocol):
    """A gesture as a small frozen value: Paint, Erase, EditWeight … Each experiment declares its own."""

    def sentence(self) -> str:
        """What it does, for the undo tooltip and screen readers: "Move the start to (1, 2)"."""


@dataclass(frozen=True, slots=True)
class Set:
    """Controls were changed. The runtime applies it through `retune`; it is logged like any gesture."""

    values: Mapping[str, Any]

    def sentence(self) -> str:
        return _("Change {names}").format(names=", ".join(name.replace("_", " ") for name in self.values))


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first number that was not finite, for the divergence card."""

    step: int
    tensor: str  # what became infinite, or no number at all, in words: "the loss of SGD"
    reason: str  # in words of the task: "the learning rate is too large"
    remedy: Mapping[str, Any]  # controls to set
    remedy_text: str  # what the button says: "Set η to 0.26"
    undefined: bool = False  # no number at all (NaN), as 0/0 or ∞ − ∞, where others grow beyond all bounds


@dataclass(frozen=True, slots=True)
class Limit:
    """A value of a control at which behaviour changes, marked on its slider; None where it is not known."""

    value: float | None
    text: str
    slider: tuple[float, float] | None = None  # where the useful range lies now, if not the declared one


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart, for CSV and for the table that replaces the picture.

    course: it goes on with the steps of a run; the first such curve is the one that runs are told apart by.
    """

    name: str
    x_name: str
    y_name: str
    x: Any  # array [n]
    y: Any  # array [n]
    course: bool = False


class Frame(Protocol):
    """What is shown, at one step: a frozen dataclass with read-only arrays. It is data, and may work out what follows
    from it; what its numbers are called, what is said of them and what they mean for the controls are functions over
    it, listed in the specification."""

    @property
    def step(self) -> int: ...


class Simulation(Protocol):
    """Mutable, owned by the worker thread. What some simulations can do beside stands in the protocols below."""

    @property
    def done(self) -> bool:
        """True when a further step would change nothing."""

    @property
    def steps(self) -> int:
        """Complete units so far: the step that `snapshot()` would carry."""

    def step(self) -> None:
        """One small unit of work, under about 4 ms; longer work is done in pieces and counts when complete."""

    def snapshot(self) -> Frame: ...
    def retune(self, params: Any) -> None:
        """A live change of controls. Raises ValueError for a value that cannot be taken now."""

    def act(self, action: Any) -> Any:
        """Apply a gesture. Returns the gesture that undoes it, or None when only a checkpoint can."""

    def save(self) -> State:
        """Everything, the random generator included. Asked for only between units."""

    def load(self, state: State) -> None: ...
    def offer(self, kind: str) -> Artifact | None:
        """What it can give to other experiments."""


@runtime_checkable
class Diverging(Protocol):
    """A simulation whose numbers can become infinite: the run then pauses."""

    @property
    def diverged(self) -> bool: ...


def diverges(simulation: Simulation) -> bool:
    """Whether a number of it has become infinite."""
    return bool(getattr(simulation, "diverged", False))  # asked at every step, and a protocol takes a microsecond


@runtime_checkable
class ManySteps(Protocol):
    """A simulation whose steps are so small that a row of them costs much less than one by one."""

    def step_many(self, count: int) -> None:
        """As `step`, up to so many times, to the last bit. It ends with the step at which a run rests: the one that
        makes it `done`, or with which numbers become infinite."""


@runtime_checkable
class Opening(Protocol):
    """A simulation that first reads something large, a piece at each `step()`, which then counts for none. The worker
    goes on with it unasked, and shows frames on the way."""

    @property
    def opening(self) -> bool: ...


@runtime_checkable
class Grained(Protocol):
    """A simulation that can be stepped by units of several sizes: the granularities of its specification."""

    def at_boundary(self, size: str) -> bool:
        """After a step: is a unit of that size complete?"""

    def boundary_before(self, size: str) -> int:
        """The step at which the unit before this one ended, for going back."""


@runtime_checkable
class Backward(Protocol):
    """A simulation with another way back than through time: what is counted was also moved by hand, and of that the
    step before knows nothing."""

    def backward(self, count: int) -> Action | None:
        """The gesture that takes so many units back now; None where the step before has just those fewer."""


@runtime_checkable
class Looking(Protocol):
    """A simulation that uses what lies outside of the run, such as a model pack."""

    def look_again(self) -> None:
        """Something was added or removed: what depends on it is looked for anew."""


@runtime_checkable
class Portable(Protocol):
    """A simulation whose model goes on in other programs."""

    def takeaway(self) -> bytes:
        """The model and what belongs to it, as a ZIP file. Raises ValueError, in words, where it cannot be written."""


@runtime_checkable
class Posed(Protocol):
    """A frame that can tell whether its picture would look the same as another's."""

    def pose(self) -> object:
        """All that the picture is drawn from: equal for frames that look alike."""


@runtime_checkable
class DataAction(Protocol):
    """A gesture that changes the data rather than the run: starting over keeps it."""

    @property
    def is_data(self) -> bool: ...


@runtime_checkable
class LookAction(Protocol):
    """A gesture that only asks what is there, such as a place to look at: two runs do not differ by it."""

    @property
    def is_look(self) -> bool: ...
