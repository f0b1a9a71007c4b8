"""The U-curve of the central difference, with the figures the course names."""

import numpy as np
import pytest

from lab.engine.graph.gradcheck import central_difference, numeric_gradient, relative_error, u_curve

TRUE = float(np.exp(1.5) * (np.sin(1.5) + np.cos(1.5)))


def f(x):
    return np.exp(x) * np.sin(x)


@pytest.mark.parametrize(("h", "error"), [(0.1, 1.4e-2), (1e-5, 1.2e-10), (1e-12, 2.4e-4)])
def test_the_error_falls_with_h_squared_and_then_rises_again_from_rounding(h, error):
    assert abs(central_difference(f, 1.5, h) - TRUE) == pytest.approx(error, rel=0.05)


def test_the_curve_is_a_u_with_its_bottom_near_a_hundred_thousandth():
    steps = 10.0 ** np.arange(-1, -15, -1)
    curve = u_curve(f, TRUE, 1.5, steps)
    assert 1e-6 <= curve.best <= 1e-4
    lowest = int(np.nanargmin(curve.errors))
    assert np.all(np.diff(curve.errors[: lowest + 1]) < 0)  # down the left side, a hundredfold at a time
    assert curve.errors[-1] > 1e6 * curve.errors[lowest]


def test_single_precision_has_its_bottom_far_to_the_right_and_four_digits_at_best():
    steps = 10.0 ** np.arange(-1, -7, -1)
    curve = u_curve(f, TRUE, 1.5, steps, np.float32)
    assert 1e-4 <= curve.best <= 1e-2
    assert 1e-6 < np.nanmin(curve.errors) < 3e-4  # 4·10⁻⁵ at h = 10⁻⁴ with the exp and sin of our machine
    assert curve.errors[-1] > 1e-3


def test_a_step_that_cannot_move_x_is_refused_or_left_out():
    with pytest.raises(ValueError, match="h: 1e-20 is too small"):
        central_difference(f, 1.5, 1e-20)
    with pytest.raises(ValueError, match="h: 0"):
        central_difference(f, 1.5, 0)
    assert np.isnan(u_curve(f, TRUE, 1.5, [1e-20]).errors[0])


def test_numeric_gradient_leaves_its_input_alone():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    before = x.copy()
    assert np.allclose(numeric_gradient(lambda a: float((a**2).sum()), x), 2 * x)
    assert np.array_equal(x, before)


def test_relative_error_compares_shapes_and_knows_zero():
    assert relative_error([0.0], [0.0]) == 0.0
    assert relative_error([1.0, 2.0], [1.0, 2.2]) == pytest.approx(0.2 / 2.2)
    with pytest.raises(ValueError, match=r"b: has shape \(3,\), needed \(2,\)"):
        relative_error([1.0, 2.0], [1.0, 2.0, 3.0])
