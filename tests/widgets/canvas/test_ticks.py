"""Round places on an axis, and numbers as they are written."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.canvas.ticks import linear_ticks, log_ticks, number, step_size, tick_texts


@given(st.floats(-1e6, 1e6, allow_nan=False), st.floats(1e-6, 1e6, allow_nan=False), st.integers(2, 12))
def test_ticks_lie_in_the_range_evenly_at_round_places(lo, span, about):
    hi = lo + max(span, abs(lo) * 1e-6)  # closer than that, the digits of a float run out
    found = linear_ticks(lo, hi, about)
    step = step_size(hi - lo, about)
    assert len(found) <= about * 1.1 + 1.5
    assert np.all(found >= lo - step * 1e-6) and np.all(found <= hi + step * 1e-6)
    assert float(f"{step:.6e}"[0]) in (1, 2, 5)
    assert found / step == pytest.approx(np.round(found / step), abs=1e-6)


def test_numbers_carry_a_real_minus_sign_and_the_digits_of_their_step():
    assert tick_texts(np.array([-1.0, 0.0, 1.0])) == ["−1", "0", "1"]
    assert tick_texts(np.array([-0.5, 0.0, 0.5])) == ["−0.5", "0.0", "0.5"]
    assert tick_texts(np.array([0.0, 0.02, 0.04])) == ["0.00", "0.02", "0.04"]


def test_powers_of_ten_take_over_where_digits_would_grow_long():
    assert tick_texts(np.array([0.0, 1e7, 2e7])) == ["0", "10⁷", "2·10⁷"]
    assert tick_texts(np.array([0.0, 1e6, 2e6])) == ["0", "1\u202f000\u202f000", "2\u202f000\u202f000"]
    assert tick_texts(np.array([0.0, 5e3, 1e4])) == ["0", "5000", "10\u202f000"]
    assert tick_texts(np.array([])) == []


@pytest.mark.parametrize(
    ("value", "text"),
    (
        (0.0, "0"),
        (-1.5, "−1.50"),
        (0.0123, "0.0123"),
        (1234.0, "1234"),
        (240000.0, "240\u202f000"),
        (24_000_000.0, "2.4·10⁷"),
        (-3.1e-7, "−3.1·10⁻⁷"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ),
)
def test_a_number_is_written_with_three_digits(value, text):
    assert number(value) == text


def test_log_ticks_are_powers_of_ten_or_one_two_five():
    assert log_ticks(1e-4, 10).tolist() == pytest.approx([1e-4, 1e-3, 1e-2, 0.1, 1, 10])
    assert log_ticks(1.0, 20.0).tolist() == pytest.approx([1, 2, 5, 10, 20])
    assert len(log_ticks(1e-200, 1e200)) <= 8
    with pytest.raises(ValueError, match="lo"):
        log_ticks(0.0, 1.0)
