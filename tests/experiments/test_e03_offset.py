"""Linear regression far from zero: the seconds of a clock, of which there are 1.7 thousand million since 1970."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.experiments.e03_linear_regression.gestures import Look, SetTable
from lab.experiments.e03_linear_regression.notes import note_of
from tests.asking import metrics_of
from tests.experiments.test_e03_numbers import shown, table


def clock(offset: float) -> SetTable:
    """One measurement a minute, in seconds since long ago; y rises by 0.7 each time."""
    return table([offset + 60.0 * i for i in range(20)], [12 + 0.7 * i for i in range(20)])


@pytest.mark.parametrize("offset", [0.0, 1.7e9, 1e13])
@pytest.mark.parametrize("values", [{}, {"weighting": "bars"}, {"ridge": 1e-9}, {"ridge": 1e-9, "weighting": "bars"}])
def test_seconds_since_1970_have_the_slope_they_really_have(offset: float, values: dict[str, Any]) -> None:
    frame = shown(acts=(clock(offset), Look("own", 3)), data="own", b=18.65, w=0.0, **values)
    metrics = metrics_of(frame)
    assert metrics["best_w"] == pytest.approx(0.7 / 60, rel=1e-12)
    assert metrics["best_digits"] >= 13
    assert metrics["r"] == pytest.approx(1.0) and metrics["best_r2"] == pytest.approx(1.0, abs=1e-9)
    assert math.isfinite(metrics["condition"]) and frame.solved.determined
    assert note_of(frame) is None  # and not "All x are equal"
    assert metrics["leverage"] == pytest.approx(0.11353383458646617, rel=1e-9)
    assert metrics["without_w"] == pytest.approx(0.7 / 60, rel=1e-6)


@pytest.mark.parametrize("offset", [1.7e9, 1e13])
def test_the_scaled_descent_of_a_clock_arrives_as_fast_as_any_other(offset: float) -> None:
    near, far = (shown(steps=50, acts=(clock(start),), data="own", w=0.0, b=18.65) for start in (0.0, offset))
    assert metrics_of(far)["scaled_w"] == pytest.approx(metrics_of(near)["scaled_w"], rel=1e-9)
    assert metrics_of(far)["scaled_digits"] >= 8


def test_points_at_one_time_have_no_slope_and_say_so() -> None:
    frame = shown(acts=(table([1.7e9] * 4, [1.0, 2.0, 3.0, 5.0]),), data="own")
    assert not frame.solved.determined
    assert "All x are equal" in note_of(frame).text
    two = shown(acts=(table([1.7e9] * 3 + [1.7e9 + 1], [1.0, 2.0, 3.0, 5.0]),), data="own")
    assert two.solved.determined and metrics_of(two)["best_w"] == pytest.approx(3.0)


@pytest.mark.parametrize("offset", [0.0, 1.7e9, 1e13])
@pytest.mark.parametrize("second", [False, True])
def test_no_place_of_the_map_is_lower_than_the_best_line(offset: float, second: bool) -> None:
    x = [offset + 60.0 * i for i in range(20)]
    y = [12 + 0.7 * i + 0.3 * (-1) ** i for i in range(20)]
    extra = tuple(offset + float(i * i % 7) for i in range(20)) if second else ()
    features = "two" if second else "one"
    frame = shown(acts=(SetTable("own", tuple(x), tuple(y), extra),), data="own", features=features)
    for chart in frame.solved.maps:
        assert chart.heights.min() >= chart.lowest >= 0
        assert chart.height(*chart.bottom) == chart.lowest
        assert chart.lowest == pytest.approx(metrics_of(frame)["best_mse"], rel=1e-3, abs=1e-6)


def test_the_map_of_a_line_is_the_loss_of_each_line() -> None:
    frame = shown(acts=(clock(50.0),), data="own")
    chart, problem = frame.solved.maps[0], frame.solved.problem
    for w, b in ((0.0, 0.0), (0.02, -3.0), (-0.01, 18.0)):
        assert chart.height(w, b) == pytest.approx(problem.loss(np.array([w, b])), rel=1e-9)
