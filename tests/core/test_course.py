"""The course as a graph: no circles, no dead ends, and only what is there."""

from __future__ import annotations

from dataclasses import replace

from lab import catalog
from lab.core.course import edges
from lab.core.experiment import Experiment


def course(**builds_on: tuple[str, ...]) -> list[Experiment]:
    """Experiments of these ids in this order, that build on each other so."""
    like = catalog.experiments()[0]
    return [
        replace(like, id=id, number=number, builds_on=earlier)
        for number, (id, earlier) in enumerate(builds_on.items(), 1)
    ]


def test_every_experiment_but_the_first_is_led_to() -> None:
    there = {experiment.id: experiment for experiment in catalog.experiments()}
    for experiment in list(there.values())[1:]:
        assert set(experiment.builds_on) & set(there), f"{experiment.id}: builds_on names no experiment that is there"


def test_what_it_builds_on_comes_earlier_in_the_course() -> None:
    """So there can be no circle."""
    number = {experiment.id: experiment.number for experiment in catalog.experiments()}
    for experiment in catalog.experiments():
        late = [id for id in experiment.builds_on if number.get(id, 0) >= experiment.number]
        assert not late, f"{experiment.id} builds on {late}, which comes later"


def test_the_map_of_the_course() -> None:
    found = edges(catalog.experiments())
    assert ("linear-regression", "gradient-descent") in found and ("gradient-descent", "training-loop") in found
    assert ("gradient-descent", "backpropagation") in found
    assert len(found) == len(set(found))


def test_absent_experiments_are_stepped_over() -> None:
    assert edges(course(a=(), b=("a", "not-there"))) == (("a", "b"),)


def test_a_short_cut_is_left_out_where_a_longer_way_says_the_same() -> None:
    assert edges(course(a=(), b=("a",), c=("a", "b"))) == (("a", "b"), ("b", "c"))
    assert edges(course(a=(), b=("a",), c=("a",))) == (("a", "b"), ("a", "c"))
