"""What every simulation promises. Nothing to inherit: whatever has these members is a simulation.

A simulation is an ordinary object that computes. Only the worker thread touches it; what leaves it are
frames, which never change. Randomness comes only from the generator it was given, so the same parameters,
seed and actions give the same frames, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from lab.core.arithmetic import Term

if TYPE_CHECKING:
    from lab.core.artifact import Artifact

__all__ = ["Action", "Curve", "Divergence", "Frame", "Limit", "Metric", "Set", "Simulation", "State"]

Metric = float | int | str | None
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
        from lab.core.text import _

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
    """One line of a chart, for CSV and for the table that replaces the picture."""

    name: str
    x_name: str
    y_name: str
    x: Any  # array [n]
    y: Any  # array [n]


class Frame(Protocol):
    """What is shown, at one step: a frozen dataclass with read-only arrays.

    Frames may also have
      explain(name) -> Term | None      the arithmetic of a metric
      limits() -> Mapping[str, Limit]   computed marks on sliders
      unused() -> Mapping[str, str]     controls without effect now, and why: shown greyed
      hidden() -> Collection[str]       controls and view options of a page that is not open: not shown
      divergence -> Divergence | None   set when a number is no longer finite
      unavailable() -> Mapping[str, tuple[str, ...]]   choices that cannot be taken now, by control
      curves() -> tuple[Curve, ...]     for CSV
    The helpers below give the empty answer for frames that do not.
    """

    @property
    def step(self) -> int: ...
    def metrics(self) -> Mapping[str, Metric]:
        """Every read-out on screen, by name. None is shown as "—"."""

    def describe(self) -> str:
        """The state in one or two sentences, for the status line, screen readers and headless runs."""


class Simulation(Protocol):
    """Mutable, owned by the worker thread.

    Simulations may also have
      diverged: bool                     a number is no longer finite: the run pauses
      opening: bool                      something large is being read, a piece at each step() that then counts for
                                         none; the worker goes on with it unasked, and shows frames on the way
      at_boundary(size) -> bool          after a step: is a unit of that granularity complete?
      boundary_before(size) -> int       the step at which the unit before this one ended, for going back
      look_again()                       something outside of the run has changed, a model pack was added or removed:
                                         what depends on it is looked for anew
    """

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


def explain(frame: Frame, name: str) -> Term | None:
    """The arithmetic of a metric, or None where there is none."""
    method = getattr(frame, "explain", None)
    return method(name) if method else None


def limits(frame: Frame) -> Mapping[str, Limit]:
    """The computed marks on sliders."""
    method = getattr(frame, "limits", None)
    return method() if method else {}


def unused(frame: Frame) -> Mapping[str, str]:
    """The controls that have no effect in this state, each with the reason."""
    method = getattr(frame, "unused", None)
    return method() if method else {}


def hidden(frame: Frame) -> frozenset[str]:
    """The controls and view options that belong to a page that is not open."""
    method = getattr(frame, "hidden", None)
    return frozenset(method()) if method else frozenset()


def unavailable(frame: Frame) -> Mapping[str, tuple[str, ...]]:
    """The choices that cannot be taken in this state, by control."""
    method = getattr(frame, "unavailable", None)
    return method() if method else {}


def divergence(frame: Frame) -> Divergence | None:
    """What became infinite, if anything did."""
    return getattr(frame, "divergence", None)


def curves(frame: Frame) -> tuple[Curve, ...]:
    """The lines of the charts, as data."""
    method = getattr(frame, "curves", None)
    return method() if method else ()
