"""A single neuron, seen on the plane of its inputs: the boundary, the arrow square to it, and the way back from
where a hand put the arrow to the weights."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.experiments.e07_single_neuron.geometry import Cut

SQUARE = (-0.5, 1.5, -0.5, 1.5)
SMALL = st.floats(-30, 30).filter(lambda value: abs(value) > 1e-3)
INSIDE = st.floats(-0.3, 1.3)


def cut(wx: float, wy: float, offset: float) -> Cut:
    return Cut(wx, wy, offset, SQUARE)


def test_the_line_in_sight_runs_from_border_to_border_where_z_is_zero() -> None:
    seen = cut(1.0, 1.0, -1.5).line()
    assert seen is not None
    assert sorted(seen) == [
        (pytest.approx(0.0), pytest.approx(1.5)),
        (pytest.approx(1.5), pytest.approx(0.0)),
    ]
    for level in (-1.0, 1.0):
        ends = cut(3.0, -2.0, 0.2).line(level)
        assert ends is not None and all(cut(3.0, -2.0, 0.2).z(*end) == pytest.approx(level) for end in ends)


@pytest.mark.parametrize("numbers", [(0.0, 0.0, 1.0), (1.0, 0.0, -9.0), (1.0, 1.0, 4.0)])
def test_a_line_that_is_not_there_or_out_of_sight_is_none(numbers: tuple[float, float, float]) -> None:
    assert cut(*numbers).line() is None
    x, y = cut(*numbers).base
    assert -0.5 < x < 1.5 and -0.5 < y < 1.5  # the arrow stays where a hand can reach it


@given(SMALL, SMALL, INSIDE, INSIDE)
def test_the_arrow_stands_on_the_line_square_to_it_and_inside_the_picture(
    wx: float, wy: float, x: float, y: float
) -> None:
    made = cut(wx, wy, -(wx * x + wy * y))
    (ax, ay), (bx, by) = made.line() or pytest.fail("the line goes through the middle of the picture")
    base = made.base
    tip = made.tip(base)
    assert made.z(*base) == pytest.approx(0, abs=1e-9 * made.norm + 1e-12)
    assert (tip[0] - base[0]) * (bx - ax) + (tip[1] - base[1]) * (by - ay) == pytest.approx(0, abs=1e-9)
    assert made.z(*tip) > 0
    assert -0.5 <= tip[0] <= 1.5 or base == pytest.approx(tip, abs=0.5)


@given(SMALL, SMALL, INSIDE, INSIDE)
def test_where_the_arrow_is_put_says_which_weights_are_meant(wx: float, wy: float, x: float, y: float) -> None:
    made = cut(wx, wy, 0.0)
    assert made.weights_for((x, y), made.tip((x, y))) == (
        pytest.approx(wx, rel=1e-6),
        pytest.approx(wy, rel=1e-6),
    )


def test_a_longer_arrow_is_a_steeper_neuron_and_no_arrow_is_none() -> None:
    lengths = []
    for size in (0.1, 1.0, 3.0, 10.0, 1000.0):
        tip = cut(size, 0.0, -0.5 * size).tip((0.5, 0.5))
        lengths.append(math.hypot(tip[0] - 0.5, tip[1] - 0.5))
    assert lengths == sorted(lengths) and lengths[-1] < 1.0
    assert cut(0.0, 0.0, 1.0).tip((0.5, 0.5)) == (0.5, 0.5) and cut(1.0, 1.0, 0.0).weights_for((0, 0), (0, 0)) == (0, 0)


def test_no_hand_can_pull_the_weights_to_infinity() -> None:
    wx, wy = cut(1.0, 0.0, -0.5).weights_for((0.5, 0.5), (50.0, 0.5))
    assert 100 < wx < 1000 and wy == 0


def test_with_one_input_the_arrow_stays_level() -> None:
    flat = Cut(1.0, 0.0, -0.5, (-0.5, 1.5, -1.0, 1.0), flat=True)
    wx, wy = flat.weights_for((0.5, 0.0), (0.2, 0.9))
    assert wx < 0 and wy == 0
