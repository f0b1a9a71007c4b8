"""Convolution and pooling: equal to PyTorch (vectors frozen by reference/nets_make.py) and to NumPy, with the
course's numbers."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.nets.convolution import avg_pool, convolve, convolve_backward, max_pool, output_size
from lab.engine.nets.convolution_layers import AvgPool, Convolution, MaxPool, convolution, digit_cnn
from lab.engine.nets.network import mlp, parameter_count

with np.load(Path(__file__).parents[1] / "reference" / "nets_torch.npz") as file:
    TORCH = dict(file)


def reference(name):
    return {key.split("/")[1]: value for key, value in TORCH.items() if key.startswith(name + "/")}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("conv1d", {"stride": 2, "padding": 1}),
        ("conv1d_dilated", {"dilation": 2, "padding": 3}),
        ("conv2d", {}),
        ("conv2d_strided", {"stride": 2, "padding": 1}),
        ("conv2d_dilated", {"padding": 2, "dilation": 2}),
    ],
)
def test_convolutions_and_their_gradients_equal_pytorch(name, settings):
    ref = reference(name)
    layer = Convolution(ref["weight"], ref["bias"], **settings)
    y, cache = layer.forward(ref["x"])
    assert relative_error(y, ref["y"]) < 1e-12
    dx, grads = layer.backward(ref["w"], cache)
    assert relative_error(dx, ref["dx"]) < 1e-12
    assert relative_error(grads["weight"], ref["d_weight"]) < 1e-12
    assert relative_error(grads["bias"], ref["d_bias"]) < 1e-12


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("max_pool2d", MaxPool(2)),
        ("max_pool2d_overlapping", MaxPool(3, stride=2, padding=1)),
        ("max_pool1d", MaxPool(3, stride=1)),
        ("avg_pool2d", AvgPool(2)),
        ("avg_pool2d_overlapping", AvgPool(3, stride=2, padding=1)),
    ],
)
def test_pooling_and_its_gradient_equal_pytorch_ties_included(name, layer):
    ref = reference(name)
    y, cache = layer.forward(ref["x"])
    assert relative_error(y, ref["y"]) < 1e-14
    assert relative_error(layer.backward(ref["w"], cache)[0], ref["dx"]) < 1e-14


def signal(*values):
    return np.array(values, dtype=float).reshape(1, 1, -1)


def test_networks_do_not_flip_the_kernel_and_the_textbook_does():
    x, kernel = signal(1, 0, 2, 3, 1, 0, 1), signal(1, 0, -1)
    assert convolve(x, kernel).ravel().tolist() == [-1, -3, 1, 3, 0]
    assert convolve(x, kernel, flip=True).ravel().tolist() == [1, 3, -1, -3, 0]
    assert np.convolve(x.ravel(), kernel.ravel(), "valid").tolist() == [1, 3, -1, -3, 0]


def test_a_flipped_convolution_agrees_with_numpy_on_any_signal_and_its_gradients_with_finite_differences():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 1, 9)), rng.normal(size=(1, 1, 4))
    y = convolve(x, w, padding=3, flip=True)
    assert np.allclose(y[1, 0], np.convolve(x[1, 0], w[0, 0]))
    mix = rng.normal(size=y.shape)
    dx, dw, _ = convolve_backward(mix, x, w, padding=3, flip=True)
    assert (
        relative_error(dx, numeric_gradient(lambda a: float((convolve(a, w, None, 1, 3, 1, True) * mix).sum()), x))
        < 1e-8
    )
    assert (
        relative_error(dw, numeric_gradient(lambda a: float((convolve(x, a, None, 1, 3, 1, True) * mix).sum()), w))
        < 1e-8
    )


@pytest.mark.parametrize(
    ("arguments", "size", "quotient", "unused"),
    [
        ((8, 3, 0, 2), 3, 3.5, 1),
        ((28, 3, 1, 1), 28, 28.0, 0),
        ((7, 3), 5, 5.0, 0),
        ((5, 2, 0, 2), 2, 2.5, 1),
        ((10, 3, 0, 1, 3), 4, 4.0, 0),
        ((2, 5), 0, -2.0, 2),
        ((1, 3, 3), 5, 5.0, 0),
    ],
)
def test_the_floor_rule_tells_the_true_quotient_and_what_is_left_over(arguments, size, quotient, unused):
    found = output_size(*arguments)
    assert (found.size, found.quotient, found.unused) == (size, quotient, unused)


def test_the_output_really_has_the_size_the_rule_says():
    for n, k, p, s, d in [(8, 3, 0, 2, 1), (9, 3, 2, 3, 2), (5, 5, 0, 1, 1), (6, 2, 1, 4, 3)]:
        y = convolve(np.zeros((1, 1, n)), np.zeros((1, 1, k)), None, s, p, d)
        assert y.shape[2] == output_size(n, k, p, s, d).size


def test_a_kernel_costs_the_same_whatever_the_picture():
    rng = np.random.default_rng(0)
    assert convolution(1, 8, 3, rng).weight.size + 8 == 80
    assert parameter_count(mlp((28 * 28, 8), rng)) == 6280


def test_a_shifted_picture_gives_a_shifted_map():
    rng = np.random.default_rng(1)
    x, layer = np.zeros((1, 1, 10, 10)), convolution(1, 2, 3, rng)
    x[0, 0, 2:5, 2:5] = rng.normal(size=(3, 3))
    moved = np.roll(x, (3, 2), axis=(2, 3))
    y, z = layer.forward(x)[0], layer.forward(moved)[0]
    assert np.allclose(np.roll(y, (3, 2), axis=(2, 3))[:, :, 3:, 2:], z[:, :, 3:, 2:])


def test_an_all_black_picture_gives_the_bias_everywhere():
    layer = Convolution(np.ones((1, 1, 3, 3)), np.array([0.25]), padding=1)
    assert np.array_equal(layer.forward(np.zeros((1, 1, 4, 4)))[0], np.full((1, 1, 4, 4), 0.25))


def test_a_sobel_kernel_answers_upright_bars_and_not_lying_ones():
    bars = np.tile([0.0, 0.0, 1.0, 1.0], (1, 1, 8, 2))
    kernel = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]).reshape(1, 1, 3, 3)
    upright = np.abs(convolve(bars, kernel)).sum()
    lying = np.abs(convolve(np.swapaxes(bars, 2, 3), kernel)).sum()
    assert upright > 0 and lying == 0


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"x: has shape \(1, 1, 2, 2\), too small for a kernel of \(3, 3\)"):
        convolve(np.zeros((1, 1, 2, 2)), np.zeros((1, 1, 3, 3)))
    with pytest.raises(ValueError, match=r"x: has shape \(1, 2, 4\) beside a weight of shape \(1, 1, 3\)"):
        convolve(np.zeros((1, 2, 4)), np.zeros((1, 1, 3)))
    with pytest.raises(ValueError, match=r"bias: has shape \(2,\), needed \(1,\)"):
        convolve(np.zeros((1, 1, 4)), np.zeros((1, 1, 3)), np.zeros(2))
    with pytest.raises(ValueError, match="stride: 0"):
        output_size(4, 2, 0, 0)
    with pytest.raises(ValueError, match="padding: 2, needs at most half"):
        max_pool(np.zeros((1, 1, 4)), 2, padding=2)
    with pytest.raises(ValueError, match=r"x: has shape \(4, 4\)"):
        avg_pool(np.zeros((4, 4)), 2)


def test_the_digit_network_goes_from_pictures_to_ten_scores_with_gradients_all_the_way():
    rng = np.random.default_rng(0)
    network = digit_cnn(rng, kernels=2)
    x, y = rng.normal(size=(3, 1, 8, 8)), np.array([1, 5, 9])
    loss, grads, run = network.gradients(x, y)
    assert run.outputs.shape == (3, 10) and np.isfinite(loss)

    def nudged(weight):
        parameters = list(network.parameters())
        parameters[0] = {"weight": weight, "bias": parameters[0]["bias"]}
        return network.with_parameters(parameters).loss(x, y)

    assert relative_error(grads[0]["weight"], numeric_gradient(nudged, network.layers[0].weight)) < 1e-7
