import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.controls.span import Span, round_to


@pytest.mark.parametrize(
    "span", [Span(0, 1), Span(-3, 5, step=0.5), Span(1e-4, 2, log=True), Span(1, 512, log=True, whole=True)]
)
def test_the_ends_are_at_share_zero_and_one(span):
    assert span.share(span.lo) == 0 and span.share(span.hi) == pytest.approx(1)
    assert span.at(0) == span.lo and span.at(1) == span.hi


def test_halfway_on_a_logarithmic_scale_is_the_geometric_mean():
    assert Span(1e-4, 1, log=True).at(0.5) == pytest.approx(1e-2)


@pytest.mark.parametrize(
    ("span", "grain", "decimals"),
    [
        (Span(0, 1), 0.01, 2),
        (Span(0, 0.99), 0.01, 2),
        (Span(0, 100), 1.0, 0),
        (Span(0, 0.5), 0.005, 3),
        (Span(-3, 3), 0.05, 2),
        (Span(0, 10, whole=True), 1.0, 0),
        (Span(1, 9, step=2, whole=True), 2.0, 0),
        (Span(1e-4, 2, log=True), None, 0),
    ],
)
def test_a_span_without_a_step_finds_one_that_people_count_in(span, grain, decimals):
    assert (span.grain, span.decimals) == (grain, decimals)


def test_odd_sizes_stay_odd():
    assert [Span(1, 9, step=2, whole=True).snap(v) for v in (1, 2.1, 4.9, 9)] == [1, 3, 5, 9]


def test_the_fine_step_is_one_tenth_and_the_large_step_ten():
    span = Span(0, 1)
    assert [span.stepped(0.5, n) for n in (1, 0.1, 10, -1, -0.1)] == [0.51, 0.501, 0.6, 0.49, 0.499]


def test_integers_move_by_at_least_one():
    assert Span(0, 100, whole=True).stepped(7, 0.1) == 8
    assert Span(1, 4096, log=True, whole=True).stepped(1, 1) == 2
    assert Span(1, 4096, log=True, whole=True).stepped(2, -0.1) == 1


def test_twenty_logarithmic_steps_are_a_factor_of_ten():
    value, span = 0.01, Span(1e-4, 10, log=True)
    for _ in range(20):
        value = span.stepped(value, 1)
    assert value == pytest.approx(0.1, rel=0.1)


@given(st.floats(2e-4, 1.5), st.sampled_from([1, -1, 0.1, -0.1]))
def test_a_logarithmic_step_always_moves_and_a_step_back_returns_nearby(value, count):
    span = Span(1e-4, 2, log=True)
    there = span.stepped(value, count)
    assert (there - value) * count > 0 or abs(there - value) / value < 0.06
    assert span.stepped(there, -count) == pytest.approx(value, rel=0.08)


@given(st.floats(-1e6, 1e6), st.floats(-50, 50))
def test_nothing_leaves_the_span(value, count):
    for span in (Span(-2, 3), Span(0.1, 90, log=True), Span(0, 9, whole=True)):
        inside = span.clip(value)
        assert span.lo <= span.stepped(inside, count) <= span.hi
        assert span.lo <= span.snap(inside) <= span.hi
        assert 0 <= span.share(value) <= 1


@pytest.mark.parametrize(
    ("kwargs", "word"),
    [
        ({"lo": 2, "hi": 1}, "lo"),
        ({"lo": 0, "hi": 1, "log": True}, "lo"),
        ({"lo": 0, "hi": 1, "step": 0}, "step"),
    ],
)
def test_a_span_that_makes_no_sense_says_so(kwargs, word):
    with pytest.raises(ValueError, match=word):
        Span(**kwargs)


def test_rounding_keeps_significant_digits():
    assert round_to(0.012345, 2) == 0.012 and round_to(98765.0, 2) == 99000 and math.isclose(round_to(1 / 3, 3), 0.333)
