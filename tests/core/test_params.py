"""Controls from annotations: nothing about a control is written twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from lab.core.numbers import parse_number
from lab.core.params import (
    Choices,
    Label,
    More,
    ParamError,
    Pattern,
    Range,
    Restarts,
    Symbol,
    changed,
    checked,
    fields_of,
    from_text,
    plain,
    replaced,
)


def no_x(text: str) -> None:
    if "x" in text:
        raise ValueError("no x, please")


@dataclass(frozen=True, slots=True)
class P:
    rate: Annotated[float, Range(1e-3, 1, log=True, typed=(1e-6, 10)), Label("Rate"), Symbol("η")] = 0.1
    layers: Annotated[int, Range(1, 6)] = 2
    kind: Annotated[Literal["a", "b"], Choices(("First", "Second")), Restarts()] = "a"
    several: tuple[Literal["p", "q", "r"], ...] = ("p",)
    on: Annotated[bool, More()] = False
    word: Annotated[str, Pattern("tests.core.test_params:no_x")] = ""


def field(name: str):
    return next(f for f in fields_of(P) if f.name == name)


def test_annotations_say_everything_about_a_control() -> None:
    rate = field("rate")
    assert (rate.kind, rate.lo, rate.hi, rate.log, rate.label, rate.symbol) == ("float", 1e-3, 1, True, "Rate", "η")
    assert (rate.least, rate.most) == (1e-6, 10)
    assert field("kind").restarts
    assert field("on").more
    assert field("several").choices == ("p", "q", "r")
    assert field("layers").label == "Layers"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": 11}, "rate: must lie between 0.000001 and 10, got 11"),
        ({"rate": "x"}, "rate: must be a number"),
        ({"rate": float("nan")}, "rate: must be a finite number"),
        ({"rate": True}, "rate: must be a number"),
        ({"layers": 2.5}, "layers: must be a whole number"),
        ({"kind": "c"}, "kind: must be one of a, b, got 'c'"),
        ({"several": ["p", "z"]}, "several: may hold p, q, r, got 'z'"),
        ({"several": "p"}, "several: must be a list"),
        ({"on": 1}, "on: must be true or false"),
        ({"word": "xyz"}, "word: no x, please"),
        ({"word": "y" * 3000}, "word: may have 2000 characters"),
        ({"nothing": 1}, "nothing: there is no such control; there is rate, layers"),
    ],
)
def test_a_bad_value_is_named_with_what_it_had_and_needs(values: dict, message: str) -> None:
    with pytest.raises(ParamError) as error:
        checked(P, values)
    assert message in str(error.value)


def test_a_slider_has_a_narrower_range_than_typing() -> None:
    assert checked(P, {"rate": 5.0}).rate == 5.0


def test_several_choices_keep_the_declared_order() -> None:
    assert checked(P, {"several": ["r", "p"]}).several == ("p", "r")


def test_whole_numbers_typed_as_floats_become_integers() -> None:
    value = checked(P, {"layers": 3.0}).layers
    assert value == 3
    assert isinstance(value, int)


def test_text_from_links_is_read_like_typed_numbers() -> None:
    values = from_text(P, [("rate", "1/2"), ("on", "yes"), ("several", "q,p"), ("kind", "b"), ("layers", "4")])
    assert checked(P, values) == P(0.5, 4, "b", ("p", "q"), True)


def test_only_what_differs_counts_as_changed() -> None:
    assert changed(P(), replaced(P(), {"rate": 0.2, "layers": 2})) == {"rate": 0.2}


def test_plain_values_make_the_same_parameters_again() -> None:
    params = P(0.3, 5, "b", ("q",), True, "hello")
    assert checked(P, plain(params)) == params


def test_a_kind_without_a_control_is_an_error_of_the_author() -> None:
    @dataclass(frozen=True)
    class Bad:
        what: dict = None  # type: ignore[assignment]

    with pytest.raises(TypeError, match="what"):
        fields_of(Bad)


@pytest.mark.parametrize("digits", [302, 401, 5000])
def test_a_number_of_hundreds_of_digits_is_refused_like_any_other(digits: int) -> None:
    for value in (10 ** (digits - 1), -(10 ** (digits - 1))):
        for name in ("rate", "layers"):
            with pytest.raises(ParamError, match=f"{name}: must be a number of at most 300 digits"):
                checked(P, {name: value})
        with pytest.raises(ParamError, match="kind: must be one of a, b, got a very long number"):
            checked(P, {"kind": value})


@dataclass(frozen=True)
class Wide:
    rate: Annotated[float, Range(1e-6, 2_500_000.0)] = 1.0
    huge: Annotated[float, Range(1e-13, 1e15)] = 1.0


@pytest.mark.parametrize(
    ("value", "shown"),
    [(9e-7, "0.0000009"), (2_500_000.5, "2500000.5"), (-1e6, "-1000000"), (1e20, "1e+20"), (0, "0")],
)
def test_the_limits_of_a_range_are_written_as_at_school_and_can_be_typed_back(value, shown) -> None:
    with pytest.raises(ParamError) as caught:
        checked(Wide, {"rate": value})
    assert caught.value.message == f"must lie between 0.000001 and 2500000, got {shown}"
    assert parse_number("0.000001").value == 1e-6 and parse_number("2500000").value == 2_500_000
    assert checked(Wide, {"rate": 1e-6}).rate == 1e-6 and checked(Wide, {"rate": 2_500_000}).rate == 2_500_000


def test_only_what_has_too_many_figures_is_a_power_of_ten() -> None:
    with pytest.raises(ParamError, match=r"between 1e-13 and 1e\+15, got 0$"):
        checked(Wide, {"huge": 0.0})
