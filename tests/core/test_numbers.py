"""Numbers as people type and read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core import text
from lab.core.numbers import exact, parse_number, show_number, show_plain


@pytest.mark.parametrize("typed", ["0.5", "0,5", "1/2", "5e-1", ".5", " 0.50 ", "+0,5", "2/4", "5E-1"])
def test_one_half_can_be_typed_in_many_ways(typed: str) -> None:
    assert parse_number(typed).value == 0.5


@pytest.mark.parametrize("typed", ["−3", "-3", "–3", "-3,0", "-6/2"])
def test_every_minus_sign_is_a_minus_sign(typed: str) -> None:
    assert parse_number(typed).value == -3


@pytest.mark.parametrize(
    "typed", ["", "  ", "abc", "1/0", "1.2.3", "nan", "inf", "1e999", "1,234,567", "0x10", "1_000", "½"]
)
def test_what_is_no_number_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[A-Z“]"):
        parse_number(typed)


def test_a_comma_is_the_decimal_mark_even_where_it_looks_like_grouping() -> None:
    read = parse_number("1,234")
    assert read.value == 1.234
    assert "1.234" in read.note
    assert parse_number("0,123").note == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"),
        (0.0, "0"),
        (-0.16, "−0.160"),
        (0.26, "0.260"),
        (1234.5, "1234"),
        (12345.0, "1.23·10⁴"),
        (0.00012, "1.20·10⁻⁴"),
        (0.001, "0.00100"),
        (9999.9, "1.00·10⁴"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "NaN"),
        (42, "42"),
        (-42, "−42"),
        (100000, "100000"),
        ("left", "left"),
        (1.5e18, "1.50·10¹⁸"),
    ],
)
def test_numbers_are_shown_with_fixed_significant_digits(value: object, shown: str) -> None:
    assert show_number(value, 3) == shown


def test_the_decimal_mark_follows_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_language", text.Language("de"))
    assert show_number(0.26, 2) == "0,26"
    assert exact(0.125) == "0,125"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_shown_exactly_reads_back_as_the_same_number(value: float) -> None:
    assert parse_number(exact(value)).value == value


@given(st.text(max_size=30))
def test_typing_rubbish_never_does_anything_but_raise_a_value_error(typed: str) -> None:
    try:
        assert math.isfinite(parse_number(typed).value)
    except ValueError as error:
        assert str(error)


def test_a_plain_number_has_no_zeros_at_its_end_unless_they_say_something() -> None:
    shown = [show_plain(value) for value in (25.0, 0.0, 0.5, 25.00003, -2.5e-7, 1 / 3, 25, None, math.inf)]
    assert shown == ["25", "0", "0.5", "25.0000", "−2.5·10⁻⁷", "0.333333", "25", "—", "∞"]
