"""A run without a window or a thread: build, replay gestures at their steps, step on.

The command line, the tests, the lessons' checks and the answer key all play a setting through here; the
worker keeps the same rules with a clock and a mailbox around them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.core.experiment import Experiment, Setting, Specification
from lab.core.params import checked, fields_of, replaced
from lab.core.simulation import Frame, Set, Simulation, diverges

__all__ = ["advance", "advance_many", "apply_action", "built", "frame_of", "played", "restarts"]


def built(specification: Specification, params: Any, seed: int, artifacts: tuple[Any, ...] = ()) -> Simulation:
    """A fresh simulation at step 0, with a generator of its own."""
    return specification.build(params, np.random.default_rng(seed), artifacts)


def restarts(params_class: type[Any], names: Any) -> bool:
    """True when changing any of these controls starts the run again."""
    return any(f.restarts for f in fields_of(params_class) if f.name in names)


def apply_action(simulation: Simulation, params: Any, action: Any) -> tuple[Any, Any]:
    """Apply one logged action. Returns the controls afterwards and the action that undoes it (or None)."""
    if isinstance(action, Set):
        after = replaced(params, action.values)
        simulation.retune(after)
        return after, Set({name: getattr(params, name) for name in action.values})
    return params, simulation.act(action)


def advance(simulation: Simulation) -> None:
    """One complete unit, however many pieces it takes."""
    before = simulation.steps
    while simulation.steps == before and not simulation.done:
        simulation.step()


def advance_many(simulation: Simulation, count: int) -> bool:
    """Up to `count` steps, one after the other, or in one go where the simulation has a way for that.

    It ends with the step at which a run rests: when it is done, or numbers have become infinite. Returns False when it
    ended with a piece of one: then the unit is not complete.
    """
    many = getattr(simulation, "step_many", None)  # a protocol would take as long as a step
    if many is not None:
        many(count)
        return True
    at, diverged = simulation.steps, diverges(simulation)
    for _step in range(count):
        simulation.step()
        at += 1
        if simulation.steps != at or simulation.done or diverges(simulation) != diverged:
            break
    return simulation.steps == at


def played(specification: Specification, setting: Setting, extra_steps: int = 0) -> Simulation:
    """The simulation after a setting's gestures and steps. Raises ParamError for a bad value."""
    params = checked(specification.params, setting.values)
    simulation = built(specification, params, setting.seed)
    actions = list(setting.actions)
    goal = setting.steps + extra_steps
    while True:
        while actions and actions[0][0] <= simulation.steps:
            params, _undo = apply_action(simulation, params, actions.pop(0)[1])
        if simulation.steps >= goal or simulation.done:
            return simulation
        advance(simulation)


def frame_of(experiment: Experiment, setting: Setting) -> Frame:
    """The frame that a setting of an experiment leads to, computed here and now."""
    return played(experiment.load(), setting).snapshot()
