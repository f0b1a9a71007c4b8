"""Every experiment, found by walking the package: there is no list to forget.

Importing this imports neither NumPy nor Qt nor any simulation, so the home page can be painted first.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

import lab.experiments
from lab.core.experiment import Experiment

__all__ = ["experiments", "find"]


@cache
def experiments() -> tuple[Experiment, ...]:
    """The experiments there are, in the order of the course."""
    names = sorted(module.name for module in pkgutil.iter_modules(lab.experiments.__path__) if module.ispkg)
    found = (import_module(f"lab.experiments.{name}").EXPERIMENT for name in names)
    return tuple(sorted(found, key=lambda experiment: experiment.number))


def find(id: str) -> Experiment | None:
    """The experiment of that id, or None."""
    return next((experiment for experiment in experiments() if experiment.id == id), None)
