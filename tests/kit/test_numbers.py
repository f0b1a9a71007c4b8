"""Numbers of gestures and of typed text, and how they are shown."""

from __future__ import annotations

import math

import pytest

from lab.kit.numbers import checked_number, checked_numbers, show_short, signed, subscript, typed_number


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.1e12])
def test_a_gesture_cannot_carry_what_cannot_be_computed_with(value: float) -> None:
    with pytest.raises(ValueError, match=r"slope: .*needs a number between −10¹² and 10¹²"):
        checked_number(value, "slope")


def test_a_number_of_a_gesture_becomes_a_float() -> None:
    assert isinstance(checked_number(3), float)
    with pytest.raises(ValueError, match=r"value: 2000000000\.0, needs a number between −10⁹ and 10⁹"):
        checked_number(2e9, largest=1e9)


def test_several_numbers_are_checked_alike() -> None:
    assert checked_numbers((1, 2.5)) == (1.0, 2.5)
    with pytest.raises(ValueError, match="x: nan"):
        checked_numbers((1.0, math.nan), "x")


def test_typed_numbers_have_a_largest_size() -> None:
    assert typed_number("1/2").value == 0.5
    with pytest.raises(ValueError, match="Type a number between −10¹² and 10¹²"):
        typed_number("2e12")
    with pytest.raises(ValueError, match="Type a number between −10⁹ and 10⁹"):
        typed_number("-2e9", 1e9)
    with pytest.raises(ValueError, match="Type a number between −10⁶ and 10⁶"):
        typed_number("2e6", 1e6)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (0.5, "0.5"), (-1 / 3, "−0.3333"), (100.0, "100"), (12000.0, "12\u202f000"), (0.0, "0"), (None, "—")],
)
def test_zeros_at_the_end_are_left_out(value: float | None, text: str) -> None:
    assert show_short(value) == text


def test_a_subscript_has_as_many_figures_as_its_number() -> None:
    assert [subscript(number) for number in (0, 7, 12)] == ["₀", "₇", "₁₂"]


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.50"), (-1.25, "−1.25"), (0.0, "+0.00"), (-0.0, "+0.00")])
def test_a_signed_number_says_its_sign(value: float, text: str) -> None:
    assert signed(value) == text
    assert signed(value, 0).startswith(text[0])
