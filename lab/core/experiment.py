"""What an experiment is: a card for the home page, and a specification for everyone else.

`Experiment` is what the menus need, and importing it costs nothing: the specification and the view are
named by strings and imported when the experiment is first opened. `Specification` is what the worker, the
command line, the lesson and the tests need: parameters, how to build the simulation, presets, challenges and
the ways to break it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from lab.core.metric import Metrics
from lab.core.records import dataclass
from lab.core.text import N_

if TYPE_CHECKING:
    from lab.core.artifact import Artifact
    from lab.core.simulation import Curve, Divergence, Limit, Simulation

__all__ = ["CHAPTERS", "Break", "Challenge", "Experiment", "Log", "Preset", "Progress", "Setting", "Specification"]

T = TypeVar("T", "Preset", "Challenge", "Break")

Log = tuple[tuple[int, Any], ...]
"""Every action so far, with the step at which it was done."""

CHAPTERS = (
    N_("Foundations"),
    N_("Neural networks"),
    N_("Representation"),
    N_("Attention and transformers"),
    N_("Training and using language models"),
)
"""The five chapters of the course, in order."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A state an experiment can be put into: controls, seed, gestures at their steps, and steps to run."""

    values: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    actions: tuple[tuple[int, Any], ...] = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Preset:
    """A named setting with a story: one press of a chip."""

    id: str
    label: str
    setting: Setting
    story: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a challenge is: `share` 0..1, and one sentence."""

    done: bool
    share: float
    text: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """A goal that the program checks. Budgets are steps, samples or gestures, never seconds.

    `check(frame, params, log)` sees the latest frame, the controls and every (step, action) so far.
    `solution` is one way to do it: for the teacher's answer key, and for the test that it can be done.
    `needs` is the model pack without which it cannot be met: where that is missing, `check` says so.
    """

    id: str
    title: str
    text: str
    setting: Setting
    check: Callable[[Any, Any, Log], Progress]
    solution: Setting
    hints: tuple[str, ...] = ()
    par: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A failure on purpose: one press, what to look for, and a check that it still fails."""

    id: str
    label: str
    expect: str
    setting: Setting
    broken: Callable[[Any], bool]


def _nothing(_frame: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Specification:
    """Everything about an experiment but its picture.

    What is asked of a frame stands here as functions over it, so that a frame is data.
    """

    params: type[Any]
    build: Callable[[Any, Any, tuple[Any, ...]], Simulation]  # (params, numpy Generator, artifacts)
    presets: tuple[Preset, ...]
    challenges: tuple[Challenge, ...]
    breaks: tuple[Break, ...]
    display: type[Any] | None = None  # view options: they never reach the simulation
    actions: tuple[type[Any], ...] = ()
    granularities: tuple[str, ...] = ()  # finest first; () when a step is a step
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    suited: Callable[[Artifact], Mapping[str, Any]] = _nothing  # the controls that suit what was received
    refuses: Callable[[Artifact], str] = lambda artifact: ""  # why what is being sent cannot be used here, in words
    metrics: Metrics[Any] = field(default_factory=Metrics)
    headline: tuple[str, ...] = ()  # metrics shown in the run bar
    describe: Callable[[Any], str] = lambda frame: ""  # the state in one or two sentences
    limits: Callable[[Any], Mapping[str, Limit]] = _nothing  # computed marks on sliders
    unused: Callable[[Any], Mapping[str, str]] = _nothing  # controls without effect now, and why: shown greyed
    hidden: Callable[[Any], frozenset[str]] = lambda frame: frozenset()  # controls and options of other pages
    unavailable: Callable[[Any], Mapping[str, Collection[str]]] = _nothing  # choices that cannot be taken now
    divergence: Callable[[Any], Divergence | None] = lambda frame: None  # the first number that is not finite
    curves: Callable[[Any], tuple[Curve, ...]] = lambda frame: ()  # the lines of the charts, as data
    steps_per_second: float = 4.0  # the speed it opens with
    version: int = 1
    upgrade: Callable[[int, dict[str, Any]], dict[str, Any]] = lambda version, values: values
    first_drag: str = ""  # the one thing to drag first, in words: "Drag the ring called start."
    random: bool = True  # whether a seed decides anything: where nothing is random, none is shown
    portable: bool = False  # whether its simulation is `Portable`: its model can be saved for other programs
    python_heavy: bool = False  # its steps hold the interpreter: the worker then lets go more often

    def preset(self, id: str) -> Preset:
        """The preset of that id. Raises ValueError naming those there are."""
        return _named("preset", id, self.presets)

    def challenge(self, id: str) -> Challenge:
        return _named("challenge", id, self.challenges)

    def breaking(self, id: str) -> Break:
        return _named("break", id, self.breaks)


def _named(what: str, id: str, items: tuple[T, ...]) -> T:
    for item in items:
        if item.id == id:
            return item
    raise ValueError(f"there is no {what} '{id}'; there is {', '.join(item.id for item in items)}")


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment as the catalogue knows it."""

    id: str
    number: int
    chapter: int  # 1..5
    title: str
    question: str
    minutes: int
    specification: str  # "lab.experiments.e05_gradient_descent.specification:SPECIFICATION"
    view: str  # "lab.experiments.e05_gradient_descent.view:View"
    builds_on: tuple[str, ...] = ()  # ids after which this one is easier; those not written yet are stepped over
    words: tuple[str, ...] = ()  # what else a search should find it by
    thumbnail: str = ""  # "module:function" that paints its card; without Qt at import time

    def load(self) -> Specification:
        """The specification; imports the simulation and NumPy."""
        found = _imported(self.specification)
        assert isinstance(found, Specification)
        return found

    def load_view(self) -> Any:
        """The view class; imports Qt's plots."""
        return _imported(self.view)


def _imported(name: str) -> Any:
    module, attribute = name.split(":")
    return getattr(import_module(module), attribute)
