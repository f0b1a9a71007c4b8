"""Layers against PyTorch (vectors frozen by reference/nets_make.py), against finite differences, and against
what their definitions promise."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.nets.initializers import initial_weight, orthogonal, with_spectral_radius
from lab.engine.nets.layers import Activate, Dense, Dropout, Flatten, Residual, dense
from lab.engine.nets.normalization import BatchNorm, LayerNorm, RMSNorm, batch_norm, layer_norm, rms_norm

with np.load(Path(__file__).parents[1] / "reference" / "nets_torch.npz") as file:
    TORCH = dict(file)


def reference(name):
    return {key.split("/")[1]: value for key, value in TORCH.items() if key.startswith(name + "/")}


def check(layer, ref, names, train=False):
    """names: our parameter -> theirs, and whether it must be turned round."""
    y, cache = layer.forward(ref["x"], train)
    assert relative_error(y, ref["y"]) < 1e-12
    dx, grads = layer.backward(ref["w"], cache)
    assert relative_error(dx, ref["dx"]) < 1e-12
    for ours, (theirs, transposed) in names.items():
        expected = ref["d_" + theirs].T if transposed else ref["d_" + theirs]
        assert relative_error(grads[ours], expected) < 1e-12


def test_dense_equals_pytorch():
    ref = reference("linear")
    layer = Dense(ref["weight"].T, ref["bias"])
    check(layer, ref, {"weight": ("weight", True), "bias": ("bias", False)})


def test_layer_norm_equals_pytorch():
    ref = reference("layer_norm")
    check(LayerNorm(ref["weight"], ref["bias"]), ref, {"gain": ("weight", False), "bias": ("bias", False)})


def test_rms_norm_equals_pytorch():
    ref = reference("rms_norm")
    check(RMSNorm(ref["weight"]), ref, {"gain": ("weight", False)})


@pytest.mark.parametrize("name", ["batch_norm", "batch_norm_2d"])
def test_batch_norm_equals_pytorch_in_training(name):
    ref = reference(name)
    width = len(ref["weight"])
    layer = BatchNorm(ref["weight"], ref["bias"], np.zeros(width), np.ones(width))
    check(layer, ref, {"gain": ("weight", False), "bias": ("bias", False)}, train=True)


def test_batch_norm_remembers_and_equals_pytorch_afterwards():
    ref = reference("batch_norm")
    layer = BatchNorm(ref["weight"], ref["bias"], np.zeros(3), np.ones(3))
    layer = layer.remembering(layer.forward(ref["x"], train=True)[1])
    assert relative_error(layer.mean, ref["running_mean"]) < 1e-12
    assert relative_error(layer.variance, ref["running_var"]) < 1e-12
    y, cache = layer.forward(ref["eval_x"])
    assert relative_error(y, ref["eval_y"]) < 1e-12
    assert relative_error(layer.backward(ref["eval_w"], cache)[0], ref["eval_dx"]) < 1e-12
    assert layer.remembering(cache) is layer


def test_a_prenorm_residual_block_equals_pytorch():
    ref = reference("residual")
    block = Residual(
        (
            LayerNorm(ref["norm.weight"], ref["norm.bias"]),
            Dense(ref["linear.weight"].T, ref["linear.bias"]),
            Activate("gelu"),
        ),
        scale=0.5,
    )
    y, cache = block.forward(ref["x"])
    assert relative_error(y, ref["y"]) < 1e-12
    dx, (norm, linear, gate) = block.backward(ref["w"], cache)
    assert relative_error(dx, ref["dx"]) < 1e-12
    assert relative_error(norm["gain"], ref["d_norm.weight"]) < 1e-12
    assert relative_error(linear["weight"], ref["d_linear.weight"].T) < 1e-12
    assert gate == {}


RNG = np.random.default_rng(4)
X = RNG.normal(size=(5, 4))
LAYERS = {
    "dense": dense(4, 3, RNG),
    "gate": Activate("silu"),
    "layer norm": LayerNorm(RNG.normal(size=4), RNG.normal(size=4)),
    "rms norm": RMSNorm(RNG.normal(size=4)),
    "batch norm": BatchNorm(RNG.normal(size=4), RNG.normal(size=4), np.zeros(4), np.ones(4)),
    "flatten": Flatten(),
    "residual": Residual((layer_norm(4), dense(4, 4, RNG), Activate("tanh")), 0.7),
    "nested residual": Residual((Residual((dense(4, 4, RNG), Activate("tanh"))), rms_norm(4, trained=False))),
}


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layers_way_back_agrees_with_finite_differences(name, train):
    layer = LAYERS[name]
    y, cache = layer.forward(X, train)
    mix = np.random.default_rng(1).normal(size=y.shape)
    dx, _ = layer.backward(mix, cache)
    measured = numeric_gradient(lambda x: float((layer.forward(x, train)[0] * mix).sum()), X)
    assert relative_error(dx, measured) < 1e-7


def test_layer_norm_gives_mean_zero_and_variance_one_whatever_scale_and_shift_came_in():
    layer = layer_norm(4, trained=False)
    y = layer.forward(X)[0]
    assert np.allclose(y.mean(axis=1), 0, atol=1e-12) and np.allclose(y.var(axis=1), 1, atol=1e-4)
    assert np.allclose(layer.forward(100 * X + 50)[0], y, atol=1e-4)
    assert layer.parameters() == {}


def test_norms_of_constant_features_stay_finite():
    constant = np.full((2, 4), 3.0)
    for layer in (layer_norm(4), rms_norm(4)):
        y, cache = layer.forward(constant)
        assert np.isfinite(y).all() and np.isfinite(layer.backward(np.ones_like(y), cache)[0]).all()
    assert np.allclose(layer_norm(4).forward(constant)[0], 0)
    assert np.allclose(rms_norm(4).forward(constant)[0], 1, atol=1e-5)


def test_batch_norm_with_one_example_returns_its_bias_and_learns_no_variance():
    layer = batch_norm(4)
    y, cache = layer.forward(X[:1], train=True)
    assert np.allclose(y, layer.bias)
    assert layer.remembering(cache) is layer


def test_dropout_keeps_the_expected_activation_and_rests_outside_training():
    layer, ones = Dropout(0.3), np.ones((400, 50))
    y, mask = layer.forward(ones, train=True, rng=np.random.default_rng(0))
    assert set(np.unique(y)) == {0.0, 1 / 0.7}
    assert y.mean() == pytest.approx(1.0, abs=0.02)
    assert np.array_equal(layer.backward(ones, mask)[0], y)
    assert layer.forward(ones)[0] is ones


def test_what_arrives_over_the_skip_is_the_gradient_itself():
    block = Residual((dense(4, 4, RNG), Activate("tanh")), scale=0.0)
    y, cache = block.forward(X)
    (through, _), skip = block.backward_parts(np.ones_like(y), cache)
    assert np.array_equal(y, X) and np.array_equal(skip, np.ones_like(X)) and not through.any()


def test_bad_layers_and_inputs_are_refused():
    with pytest.raises(ValueError, match=r"bias: has shape \(2,\)"):
        Dense(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ValueError, match=r"x: has shape \(5, 4\), needed \(N, 3\)"):
        dense(3, 2, RNG).forward(X)
    with pytest.raises(ValueError, match="name: 'swish'"):
        Activate("swish")
    with pytest.raises(ValueError, match="p: 1"):
        Dropout(1)
    with pytest.raises(ValueError, match="rng: none given"):
        Dropout(0.5).forward(X, train=True)
    with pytest.raises(ValueError, match=r"turned shape \(5, 4\) into \(5, 3\)"):
        Residual((dense(4, 3, RNG),)).forward(X)
    with pytest.raises(ValueError, match=r"x: has shape \(5, 4\), needed \(..., 3\)"):
        layer_norm(3).forward(X)
    with pytest.raises(ValueError, match=r"x: has shape \(5, 4\), needed \(N, 3, ...\)"):
        batch_norm(3).forward(X)


@pytest.mark.parametrize(
    ("scheme", "spread"),
    [("he", (2 / 300) ** 0.5), ("xavier", (2 / 500) ** 0.5), ("lecun", (1 / 300) ** 0.5), ("normal", 1.0)],
)
def test_weights_start_with_the_spread_their_rule_names(scheme, spread):
    weight = initial_weight(scheme, 300, 200, np.random.default_rng(0), scale=2.0)
    assert weight.shape == (300, 200)
    assert weight.std() == pytest.approx(2 * spread, rel=0.02) and abs(weight.mean()) < 0.02 * spread * 2


def test_zero_and_uniform_starts():
    assert not initial_weight("zero", 3, 2, RNG).any()
    weight = initial_weight("uniform", 16, 500, np.random.default_rng(0))
    assert 0.24 < np.abs(weight).max() <= 0.25
    with pytest.raises(ValueError, match="scheme: 'kaiming'"):
        initial_weight("kaiming", 3, 2, RNG)
    with pytest.raises(ValueError, match="n_in, n_out: 0 and 2"):
        initial_weight("he", 0, 2, RNG)


def test_a_rotation_keeps_lengths_and_a_radius_is_the_largest_eigenvalue():
    q = orthogonal(6, np.random.default_rng(0))
    assert np.allclose(q @ q.T, np.eye(6))
    scaled = with_spectral_radius(RNG.normal(size=(6, 6)), 1.1)
    assert np.abs(np.linalg.eigvals(scaled)).max() == pytest.approx(1.1)
    with pytest.raises(ValueError, match="all its eigenvalues are 0"):
        with_spectral_radius(np.zeros((2, 2)), 1.0)
    with pytest.raises(ValueError, match=r"weight: has shape \(2, 3\)"):
        with_spectral_radius(np.zeros((2, 3)), 1.0)
