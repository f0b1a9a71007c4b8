"""What experiments keep can be let go, and is worked out again to the same."""

from __future__ import annotations

import sys
from functools import cache, lru_cache
from types import ModuleType

import pytest

from lab import catalog
from lab.core.experiment import Setting
from lab.core.headless import frame_of
from lab.kit.caches import forget_cached


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module with two functions that keep their results, and one that it has of another."""
    made = ModuleType(name)

    @cache
    def squared(x: int) -> int:
        return x * x

    @lru_cache(maxsize=4)
    def doubled(x: int) -> int:
        return 2 * x

    squared.__module__ = doubled.__module__ = name
    vars(made).update(squared=squared, doubled=doubled)
    monkeypatch.setitem(sys.modules, name, made)
    return made


def test_the_functions_of_a_package_and_below_forget_and_others_do_not(monkeypatch) -> None:
    names = ("forgets", "forgets.below", "forgets_not", "forgets.thumbnail")
    modules = [module(name, monkeypatch) for name in names]
    for made in modules:
        assert (made.squared(3), made.doubled(3), made.doubled(4)) == (9, 6, 8)
    modules[0].other = modules[2].squared  # as by `from forgets_not import squared`
    assert forget_cached(["forgets"]) == 6
    kept = [made.squared.cache_info().currsize for made in modules]
    assert kept == [0, 0, 1, 1], "the thumbnail stays"
    assert modules[0].squared(3) == 9
    assert forget_cached([]) == 0


@pytest.mark.parametrize("id", ("gradient-descent", "tokenization", "language-model-training", "retrieval-agents"))
def test_an_experiment_is_the_same_after_it_has_forgotten(id: str) -> None:
    experiment = catalog.find(id)
    assert experiment is not None
    specification = experiment.load()

    def told() -> str:
        frame = frame_of(experiment, Setting(steps=3))
        return specification.describe(frame) + repr(specification.metrics.values(frame))

    before = told()
    forget_cached(["lab.experiments", "lab.kit", "lab.engine"])
    assert told() == before
