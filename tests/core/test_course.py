"""The course as a graph: no circles, no dead ends, and only what is there."""

from __future__ import annotations

from lab import catalog
from lab.core.course import BUILDS_ON, edges


def test_every_experiment_has_its_place_in_the_course() -> None:
    assert {e.id for e in catalog.experiments()} <= set(BUILDS_ON)
    assert len(BUILDS_ON) == 25


def test_what_it_builds_on_exists_and_comes_without_a_circle() -> None:
    def depth(id: str, seen: tuple[str, ...] = ()) -> int:
        assert id not in seen, f"a circle: {seen}"
        return 1 + max((depth(earlier, (*seen, id)) for earlier in BUILDS_ON[id]), default=0)

    assert all(earlier in BUILDS_ON for names in BUILDS_ON.values() for earlier in names)
    assert max(depth(id) for id in BUILDS_ON) < 12


def test_absent_experiments_are_stepped_over() -> None:
    assert edges({"what-is-ml", "gradient-descent"}) == (("what-is-ml", "gradient-descent"),)


def test_a_short_cut_is_left_out_where_a_longer_way_says_the_same() -> None:
    found = edges({"what-is-ml", "linear-regression", "gradient-descent"})
    assert found == (("what-is-ml", "linear-regression"), ("linear-regression", "gradient-descent"))
