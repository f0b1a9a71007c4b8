"""Numbers as people type and read them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.core import text
from lab.core.numbers import exact, parse_number, show_number, show_plain
from lab.kit.numbers import show_short
from widgets.canvas.ticks import linear_ticks, number, tick_texts
from widgets.controls.number_field import read_number
from widgets.controls.number_field import show_number as written


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
        (12345.0, "12\u202f345"),
        (60000.0, "60\u202f000"),
        (-9_999_999.4, "−9\u202f999\u202f999"),
        (9_999_999.6, "1.00·10⁷"),
        (0.00012, "1.20·10⁻⁴"),
        (0.001, "0.00100"),
        (9999.9, "10\u202f000"),
        (9994.0, "9994"),
        (float("inf"), "∞"),
        (float("-inf"), "−∞"),
        (float("nan"), "NaN"),
        (42, "42"),
        (-42, "−42"),
        (9999, "9999"),
        (100000, "100\u202f000"),
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


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("60 000", 60_000),
        ("60\u202f000", 60_000),
        ("1\u00a0234\u2009567,5", 1_234_567.5),
        ("6·10⁴", 60_000),
        ("−1,5·10⁻³", -0.0015),
        ("10⁶", 1e6),
        ("-10⁻³", -0.001),
        ("6*10^4", 60_000),
        ("6 × 10^-2", 0.06),
        ("10⁵/2", 50_000),
    ],
)
def test_numbers_are_typed_as_they_are_written_at_school(typed: str, value: float) -> None:
    assert parse_number(typed).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("typed", ["1 2345", "12 34", "60  000", "6·10", "·10⁴", "6·11⁴", "10^"])
def test_groups_have_three_figures_and_powers_an_exponent(typed: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(typed)


NUMBERS = st.one_of(st.floats(-1e15, 1e15, allow_subnormal=False), st.floats(-1e8, 1e8), st.integers(-(10**14), 10**14))


@pytest.mark.parametrize("language", ["en", "de"])
@given(value=NUMBERS, digits=st.integers(1, 8))
def test_whatever_is_shown_can_be_typed_back(language: str, value: float, digits: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_language", text.Language(language))
        for shown in (show_number(value, digits), show_plain(value, digits), show_short(value, digits)):
            assert parse_number(shown).value == pytest.approx(value, rel=0.51 * 10.0 ** (1 - digits), abs=1e-300)
        again = type(value)(parse_number(show_number(value, digits)).value)
        assert show_number(again, digits) == show_number(value, digits)
        assert parse_number(exact(value)).value == value


@given(st.lists(st.floats(-1e9, 1e9, width=32), min_size=2, max_size=5, unique=True))
def test_the_numbers_of_an_axis_can_be_typed_back_too(ends: list[float]) -> None:
    lo, hi = min(ends), max(ends)
    if hi - lo < 1e-6 * max(abs(lo), abs(hi), 1.0):
        return
    places = linear_ticks(lo, hi)
    for place, shown in zip(places.tolist(), tick_texts(places)):
        step = float(np.diff(places).min()) if len(places) > 1 else abs(place)
        for read in (parse_number(shown).value, read_number(shown).value):
            assert read == pytest.approx(place, rel=1e-6, abs=0.06 * step)
    for value in ends:
        assert read_number(number(value)).value == pytest.approx(value, rel=0.0051)
        assert read_number(written(value)).value == pytest.approx(value, rel=0.0051, abs=1e-12)


@given(st.text(max_size=30))
def test_typing_rubbish_never_does_anything_but_raise_a_value_error(typed: str) -> None:
    try:
        assert math.isfinite(parse_number(typed).value)
    except ValueError as error:
        assert str(error)


def test_a_plain_number_has_no_zeros_at_its_end_unless_they_say_something() -> None:
    shown = [show_plain(value) for value in (25.0, 0.0, 0.5, 25.00003, -2.5e-7, 1 / 3, 25, None, math.inf)]
    assert shown == ["25", "0", "0.5", "25.0000", "−2.5·10⁻⁷", "0.333333", "25", "—", "∞"]
