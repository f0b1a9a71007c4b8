"""Dataclasses that are made at little cost do what the standard ones do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar

import pytest

from lab.core.records import dataclass

Maker = Callable[..., Any]
OPTIONS = [
    {},
    {"frozen": True},
    {"slots": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "eq": False},
]


def places_made_by(maker: Maker, options: dict[str, Any]) -> tuple[Any, Any]:
    """A class and one below it, made the same way by either kind of maker."""

    @maker(**options)
    class Place:
        """Where something is."""

        COUNT: ClassVar[int] = 2
        x: float
        y: float = 1.0
        tags: list[str] = field(default_factory=list)
        note: str = field(default="none", compare=False, repr=False)
        seen: int = field(default=3, init=False)
        trail: list[int] = field(default_factory=list, init=False)

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("x is below zero")

    @maker(**options)
    class Spot(Place):
        """A place with a name."""

        name: str = "spot"

    return Place, Spot


@pytest.fixture(params=OPTIONS, ids=str)
def both(request: pytest.FixtureRequest) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """The classes as made here, and as made by the standard library."""
    return places_made_by(dataclass, request.param), places_made_by(dataclasses.dataclass, request.param)


def test_fields_defaults_and_words_are_those_of_the_standard_library(both) -> None:
    for ours, theirs in zip(*both, strict=True):
        for arguments in [(2.0,), (2.0, 5.0), (2.0, 5.0, ["a"], "aside")]:
            mine, other = ours(*arguments), theirs(*arguments)
            assert repr(mine) == repr(other)
            assert dataclasses.asdict(mine) == dataclasses.asdict(other)
            assert dataclasses.astuple(mine) == dataclasses.astuple(other)
            assert mine.seen == 3 and mine.trail == [] and ours.COUNT == 2
        assert [f.name for f in dataclasses.fields(ours)] == [f.name for f in dataclasses.fields(theirs)]
        assert ours.__match_args__ == theirs.__match_args__
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
        assert hasattr(mine, "__dict__") == hasattr(other, "__dict__")


def test_a_default_that_is_made_is_made_for_each(both) -> None:
    for ours, _ in zip(*both, strict=True):
        assert ours(1.0).tags is not ours(1.0).tags
        assert ours(1.0).trail is not ours(1.0).trail
        given: list[str] = []
        assert ours(1.0, tags=given).tags is given


def test_equality_and_hash_go_by_what_is_compared(both) -> None:
    for ours, theirs in zip(*both, strict=True):
        for second in [(2.0,), (3.0,), (2.0, 1.0, [], "another note")]:
            assert (ours(2.0) == ours(*second)) == (theirs(2.0) == theirs(*second))
        assert ours(2.0) != theirs(2.0) and ours(2.0) != 2.0
        assert (ours.__hash__ is None) == (theirs.__hash__ is None)
    (place, spot), _ = both
    assert place(2.0) != spot(2.0)


def test_equal_ones_have_one_hash_and_others_another() -> None:
    @dataclass(frozen=True)
    class Pair:
        a: int
        b: tuple[int, ...] = ()

    @dataclass(frozen=True)
    class Single:
        a: int

    @dataclass(frozen=True)
    class Nothing: ...

    assert len({Pair(1), Pair(1), Pair(2), Pair(1, (2,))}) == 3
    assert len({Single(1), Single(1), Single(2)}) == 2
    assert Nothing() == Nothing() and len({Nothing(), Nothing()}) == 1


def test_one_field_that_is_no_plain_number_is_compared_as_in_a_tuple() -> None:
    """An array equals itself, without a question to each of its cells."""
    import numpy as np

    @dataclass(frozen=True, slots=True)
    class Cells:
        values: np.ndarray

    values = np.zeros(3)
    assert (Cells(values) == Cells(values)) is True


def test_frozen_ones_refuse_to_change_and_others_do_not(both) -> None:
    for ours, theirs in zip(*both, strict=True):
        mine, other = ours(2.0), theirs(2.0)
        frozen = theirs.__dataclass_params__.frozen
        for one in (mine, other):
            if frozen:
                with pytest.raises(FrozenInstanceError):
                    one.x = 3.0
                with pytest.raises(FrozenInstanceError):
                    del one.x
                assert one.x == 2.0
            else:
                one.x = 3.0
                assert one.x == 3.0


def test_a_changed_copy_is_checked_and_keeps_the_rest(both) -> None:
    for ours, _ in zip(*both, strict=True):
        mine = ours(2.0, 5.0, ["a"])
        assert dataclasses.replace(mine, y=6.0) == ours(2.0, 6.0, ["a"]) or ours.__eq__ is object.__eq__
        with pytest.raises(ValueError, match="below zero"):
            dataclasses.replace(mine, x=-1.0)
        with pytest.raises(ValueError, match="below zero"):
            ours(-0.5)
        assert dataclasses.astuple(copy.copy(mine)) == dataclasses.astuple(copy.deepcopy(mine))


@dataclass(frozen=True, slots=True)
class Stored:
    """At the top of a module, where a pickle finds it."""

    a: int
    b: str = "b"


def test_it_goes_to_another_process_and_back() -> None:
    assert pickle.loads(pickle.dumps(Stored(1, "c"))) == Stored(1, "c")  # of our own making


@pytest.mark.parametrize("arguments", [(), (1.0, 2.0, [], "", 5)])
def test_wrong_arguments_are_refused_by_name(arguments: tuple[Any, ...]) -> None:
    place, _ = places_made_by(dataclass, {"frozen": True})
    with pytest.raises(TypeError, match="__init__"):
        place(*arguments)
    with pytest.raises(TypeError, match="size"):
        place(1.0, size=2)


def test_what_a_class_says_itself_stays() -> None:
    @dataclass(frozen=True, slots=True)
    class Own:
        a: int

        def __repr__(self) -> str:
            return "mine"

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert repr(Own(1)) == "mine" and Own(1) == Own(2) and hash(Own(1)) == 7


@pytest.mark.parametrize("maker", [dataclass, dataclasses.dataclass])
def test_a_frozen_class_that_says_what_is_equal_still_has_a_hash(maker: Maker) -> None:
    @maker(frozen=True)
    class Even:
        a: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Even) and self.a % 2 == other.a % 2

    assert Even(1) == Even(3) and hash(Even(1)) == hash(Even(1))

    @maker
    class Changing:
        a: int

        def __eq__(self, other: object) -> bool:
            return True

    with pytest.raises(TypeError, match="unhashable"):
        hash(Changing(1))


def test_only_one_method_is_written_for_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is for: the standard library writes and compiles six."""
    import builtins

    written: list[str] = []
    run = builtins.exec

    def noting(text: Any, *places: Any) -> None:
        written.extend(re.findall(r"def (__(?!create_fn)\w+__)", str(text)))
        run(text, *places)

    monkeypatch.setattr(builtins, "exec", noting)
    places_made_by(dataclass, {"frozen": True, "slots": True})
    assert written == ["__init__"] * 2  # one for each of the two classes
    written.clear()
    places_made_by(dataclasses.dataclass, {"frozen": True, "slots": True})
    assert len(written) == 12
