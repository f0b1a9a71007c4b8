"""What leads to what: the course as a graph over experiment ids.

An edge says "this is easier after that"; nothing is locked. It is derived from what each experiment says it builds on.
Experiments that are not there are stepped over, so that the map never shows what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

from lab.core.experiment import Experiment

__all__ = ["edges"]


def edges(experiments: Iterable[Experiment]) -> tuple[tuple[str, str], ...]:
    """The (earlier, later) pairs of ids in the order of the course, without short cuts: where a longer way says the
    same, the direct edge is left out."""
    course = sorted(experiments, key=lambda experiment: experiment.number)
    ids = [experiment.id for experiment in course]
    pairs = [
        (earlier, later.id) for later in course for earlier in sorted(set(later.builds_on) & set(ids), key=ids.index)
    ]
    return tuple(pair for pair in pairs if not _indirect(pair, pairs))


def _indirect(pair: tuple[str, str], pairs: list[tuple[str, str]]) -> bool:
    start, end = pair
    seen, waiting = {start}, [later for earlier, later in pairs if earlier == start and later != end]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        if here not in seen:
            seen.add(here)
            waiting += [later for earlier, later in pairs if earlier == here]
    return False
