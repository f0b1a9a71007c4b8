"""Gates: PyTorch's values and slopes, the course's figures, and safety where exponentials overflow."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.activations import (
    ACTIVATIONS,
    Activation,
    gelu_derivative,
    log_softmax,
    log_softmax_gradient,
    sigmoid,
    sigmoid_derivative,
    silu_derivative,
    softmax,
    softmax_gradient,
    swiglu,
    swiglu_gradient,
)

# Made with torch.nn.functional and autograd in float64 by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_activations.npz")

every = pytest.mark.parametrize("gate", list(ACTIVATIONS.values()), ids=list(ACTIVATIONS))


@every
def test_values_and_slopes_are_those_of_pytorch(gate: Activation) -> None:
    x = REFERENCE["x"]
    value = x if gate.name == "linear" else REFERENCE[gate.name]
    slope = np.ones(41) if gate.name == "linear" else REFERENCE[f"{gate.name}_slope"]
    np.testing.assert_allclose(gate.value(x), value, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(gate.derivative(x), slope, rtol=1e-9, atol=1e-15)


@every
def test_the_slope_is_that_of_a_finite_difference(gate: Activation) -> None:
    x, h = np.linspace(-4.03, 4.05, 30), 1e-5
    difference = (gate.value(x + h) - gate.value(x - h)) / (2 * h)
    np.testing.assert_allclose(gate.derivative(x), difference, rtol=1e-8, atol=1e-9)


@every
def test_a_gate_is_safe_at_plus_and_minus_1000_and_keeps_the_float_type(gate: Activation) -> None:
    for dtype in (np.float32, np.float64):
        x = np.array([-1000, -90, -0.0, 90, 1000], dtype)
        for result in (gate.value(x), gate.derivative(x)):
            assert np.isfinite(result).all() and result.dtype == dtype
        np.testing.assert_allclose(gate.value(x.astype(np.float32)), gate.value(x.astype(float)), rtol=1e-5, atol=1e-30)
    assert gate.value(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    assert np.isnan(gate.value(np.array([np.nan])))


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_slope_are_finite_for_any_finite_input(gate: Activation, dtype: type) -> None:
    largest = float(np.finfo(dtype).max)
    sizes = np.array([1e10, 1e13, 1e19, 1e20, 1e38, 1e154, 1e155, 1e200, largest])
    x = np.concatenate([sizes, -sizes])[np.abs(np.concatenate([sizes, sizes])) <= largest].astype(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, slope = gate.value(x), gate.derivative(x)
    assert np.isfinite(value).all() and np.isfinite(slope).all()
    if gate.name.startswith("gelu"):
        assert np.array_equal(slope, np.where(x > 0, 1, 0)) and np.array_equal(value, np.where(x > 0, x, 0))


def test_a_chain_of_ten_sigmoids_passes_a_millionth_of_the_gradient() -> None:
    steepest = float(sigmoid_derivative(np.array(0.0)))
    assert steepest == 0.25
    assert steepest**10 == pytest.approx(9.5e-7, rel=5e-3)


@pytest.mark.parametrize(
    ("slope", "highest", "where"), [(silu_derivative, 1.0998, 2.40), (gelu_derivative, 1.129, 1.42)]
)
def test_silu_and_gelu_are_steepest_where_the_course_says(slope, highest: float, where: float) -> None:
    x = np.linspace(-6, 6, 120_001)
    assert slope(x).max() == pytest.approx(highest, abs=5e-4)
    assert x[slope(x).argmax()] == pytest.approx(where, abs=6e-3)


def test_the_neurons_of_the_course_have_the_right_sums_and_slopes() -> None:
    first = float(np.dot([0.5, -0.3, 1.2], [0.8, -0.5, 1.0]) + 0.1)
    assert first == pytest.approx(1.85) and first != pytest.approx(1.45)  # 1.45 is the wrong sum that circulates
    assert sigmoid(np.array(first)) == pytest.approx(0.864, abs=5e-4)
    assert sigmoid_derivative(np.array(first)) == pytest.approx(0.117, abs=5e-4)
    second = float(np.dot([0.5, 0.3, 0.2], [0.4, -0.1, 0.8]) + 0.1)
    assert second == pytest.approx(0.43) and sigmoid(np.array(second)) == pytest.approx(0.606, abs=5e-4)


def test_the_sigmoid_keeps_its_digits_far_out() -> None:
    assert sigmoid(np.array(-50.0)) == pytest.approx(np.exp(-50.0), rel=1e-14)
    assert sigmoid_derivative(np.array(50.0)) == pytest.approx(np.exp(-50.0), rel=1e-14)


# Softmax.


def test_softmax_gives_the_probabilities_of_the_course() -> None:
    np.testing.assert_allclose(softmax(np.array([2.0, 1.0, 0.1])), [0.659, 0.242, 0.099], atol=5e-4)


def test_softmax_and_log_softmax_and_their_gradients_are_pytorchs() -> None:
    logits, upstream = REFERENCE["logits"], REFERENCE["upstream"]
    p, logs = softmax(logits), log_softmax(logits)
    np.testing.assert_allclose(p, REFERENCE["softmax"], rtol=1e-12)
    np.testing.assert_allclose(logs, REFERENCE["log_softmax"], rtol=1e-12)
    np.testing.assert_allclose(softmax_gradient(p, upstream), REFERENCE["softmax_grad"], rtol=1e-9)
    np.testing.assert_allclose(log_softmax_gradient(logs, upstream), REFERENCE["log_softmax_grad"], rtol=1e-9)


def test_adding_a_constant_changes_no_probability_and_rows_sum_to_one() -> None:
    z = np.array([[1000.0, 999.0, 998.0], [-1000.0, -1001.0, -1002.0]])
    np.testing.assert_allclose(softmax(z), [softmax(np.array([2.0, 1.0, 0.0]))] * 2, rtol=1e-12)
    assert softmax(z, axis=0).sum(axis=0) == pytest.approx(1.0)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float64, 709.78), (np.float32, 88.72), (np.float16, 11.09)])
def test_without_subtracting_the_maximum_softmax_overflows_at_the_limit_of_its_type(dtype, limit: float) -> None:
    safe, lost = (np.array([limit + off, 0], dtype) for off in (-0.1, 0.1))
    assert np.isfinite(softmax(safe, subtract_max=False)).all()
    assert np.isnan(softmax(lost, subtract_max=False)).any()
    assert np.isfinite(softmax(lost)).all() and softmax(lost).dtype == dtype


def test_temperature_goes_from_the_largest_takes_all_to_all_are_equal() -> None:
    z = np.array([1.0, 3.0, 3.0, -np.inf])
    assert np.array_equal(softmax(z, 0.0), [0, 0.5, 0.5, 0])
    assert np.array_equal(softmax(z, np.inf), np.array([1, 1, 1, 0]) / 3)
    np.testing.assert_allclose(softmax(z, 2.0)[:3], softmax(z[:3] / 2), rtol=1e-15)
    np.testing.assert_allclose(softmax(z, 1e-3), softmax(z, 0.0), atol=1e-12)
    for bad in (-1.0, np.nan):
        with pytest.raises(ValueError, match="temperature"):
            softmax(z, bad)


def test_a_row_without_any_allowed_score_is_nan_and_warns_of_nothing() -> None:
    z = np.full(3, -np.inf)
    assert np.isnan(softmax(z)).all() and np.isnan(log_softmax(z)).all()


def test_swiglu_and_its_gradients_are_pytorchs() -> None:
    parts = [REFERENCE[f"gate_{name}"] for name in ("x", "w1", "w2", "w3")]
    np.testing.assert_allclose(swiglu(*parts), REFERENCE["gate_y"], rtol=1e-10)
    gradients = swiglu_gradient(*parts, REFERENCE["gate_upstream"])
    for name, gradient in zip(("x", "w1", "w2", "w3"), gradients, strict=True):
        np.testing.assert_allclose(gradient, REFERENCE[f"gate_{name}_grad"], rtol=1e-9, atol=1e-12)
