"""The readable network: equal to PyTorch (vectors frozen by reference/nets_make.py) and to autograd, and its
shape can be changed while it trains."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lab.engine.basics.optim import SGD
from lab.engine.graph.autograd import Tensor, apply
from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.nets.layers import Activate, Dense, Residual, dense
from lab.engine.nets.network import (
    Network,
    mlp,
    parameter_count,
    penalty,
    penalty_gradients,
    unit_health,
)
from lab.engine.nets.normalization import batch_norm, layer_norm
from lab.engine.nets.resize import add_layer, add_unit, hidden_sizes, remove_layer, remove_unit, sizes

with np.load(Path(__file__).parents[1] / "reference" / "nets_torch.npz") as file:
    TORCH = dict(file)

RNG = np.random.default_rng(11)
X = RNG.normal(size=(20, 2))


@pytest.mark.parametrize("head", ["mse", "logistic", "softmax"])
def test_a_dense_net_with_each_head_equals_pytorch(head):
    ref = {key.split("/")[1]: v for key, v in TORCH.items() if key.startswith(f"net_{head}/")}
    sums = [Dense(ref[f"{i}.weight"].T, ref[f"{i}.bias"]) for i in (0, 2, 4)]
    network = Network((sums[0], Activate("tanh"), sums[1], Activate("relu"), sums[2]), head)
    loss, grads, _ = network.gradients(ref["x"], ref["y"])
    assert loss == pytest.approx(float(ref["loss"]), rel=1e-12)
    for i in (0, 2, 4):
        assert relative_error(grads[i]["weight"], ref[f"d_{i}.weight"].T) < 1e-12
        assert relative_error(grads[i]["bias"], ref[f"d_{i}.bias"]) < 1e-12


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "leaky_relu", "silu", "gelu", "gelu_tanh"])
def test_by_hand_equals_autograd(activation):
    network = mlp((2, 5, 4, 3), np.random.default_rng(1), activation, "softmax")
    y = np.random.default_rng(2).integers(3, size=20)
    _, grads, _ = network.gradients(X, y)
    a = Tensor(X)
    tensors = []
    for layer in network.layers:
        if isinstance(layer, Dense):
            tensors.append((Tensor(layer.weight), Tensor(layer.bias)))
            a = a @ tensors[-1][0] + tensors[-1][1]
        else:
            a = apply(layer.name, a)
    (-a.log_softmax()[np.arange(20), y].mean()).backward()
    for grad, (weight, bias) in zip((g for g in grads if g), tensors, strict=True):
        assert relative_error(grad["weight"], weight.grad) < 1e-12
        assert relative_error(grad["bias"], bias.grad) < 1e-12


def test_a_net_with_norms_skips_and_batch_statistics_agrees_with_finite_differences():
    rng = np.random.default_rng(3)
    network = Network(
        (
            dense(2, 4, rng),
            batch_norm(4),
            Residual((layer_norm(4), dense(4, 4, rng), Activate("tanh"))),
            dense(4, 1, rng),
        ),
        "logistic",
    )
    y = (X[:, 0] > 0).astype(float)
    _, grads, run = network.gradients(X, y)
    parameters = network.parameters()

    def loss(weight):
        inner = (parameters[2][0], {"weight": weight, "bias": parameters[2][1]["bias"]}, {})
        changed = network.with_parameters((*parameters[:2], inner, parameters[3]))
        return changed.loss_of(changed.forward(X, train=True).outputs, y)[0]

    assert relative_error(grads[2][1]["weight"], numeric_gradient(loss, parameters[2][1]["weight"])) < 1e-7
    moved = network.remembering(run)
    assert not np.array_equal(moved.layers[1].mean, network.layers[1].mean)


def test_the_gradient_reaches_every_activation_down_to_the_input():
    network = mlp((2, 3, 1), np.random.default_rng(0))
    y = (X[:, 0] > 0).astype(float)
    run = network.forward(X)
    arriving, _ = network.backward(network.loss_of(run.outputs, y)[1], run)
    assert [g.shape for g in arriving] == [a.shape for a in run.activations]
    assert relative_error(arriving[0], numeric_gradient(lambda x: network.loss(x, y), X)) < 1e-7


@pytest.mark.parametrize("shape", [(3, 4, 4, 2), (2, 3, 1), (64, 32, 10), (1, 1)])
def test_parameters_are_counted_by_the_rule(shape):
    network = mlp(shape, RNG)
    assert parameter_count(network) == sum((i + 1) * o for i, o in pairwise(shape))


def test_the_three_four_four_two_network_has_46_parameters_not_42():
    assert parameter_count(mlp((3, 4, 4, 2), RNG)) == 46


def test_a_stack_of_linear_layers_is_one_linear_layer():
    network = mlp((2, 5, 4, 1), RNG, "linear", "mse")
    collapsed = remove_layer(remove_layer(network, 1), 0)
    assert sizes(collapsed) == (2, 1)
    assert np.allclose(collapsed.predict(X), network.predict(X))


def test_a_new_unit_leaves_every_output_exactly_as_it_was():
    network = mlp((2, 4, 3, 2), RNG, "tanh", "softmax")
    before = network.predict(X)
    for layer in (0, 1, 0):
        network = add_unit(network, layer, RNG)
        assert np.array_equal(network.predict(X), before)
    assert sizes(network) == (2, 6, 4, 2)
    _, grads, _ = network.gradients(X, np.zeros(20, int))
    assert grads[2]["weight"][-1].any()  # and it can learn: its outgoing weights have a slope


def test_a_removed_unit_takes_its_links_with_it_and_nothing_else():
    network = mlp((2, 4, 1), RNG)
    smaller = remove_unit(network, 0, 1)
    assert np.array_equal(smaller.layers[0].weight, network.layers[0].weight[:, [0, 2, 3]])
    assert np.array_equal(smaller.layers[2].weight, network.layers[2].weight[[0, 2, 3]])
    grown = add_unit(network, 0, RNG)
    assert np.array_equal(remove_unit(grown, 0, 4).predict(X), network.predict(X))


def test_a_new_layer_behind_relu_changes_nothing_and_behind_tanh_no_old_weight():
    network = mlp((2, 4, 3, 1), RNG, "relu", dropout=0.5)
    deeper = add_layer(add_layer(network, 2), 1)
    assert hidden_sizes(deeper) == (4, 4, 3, 3)
    assert np.allclose(deeper.predict(X), network.predict(X))
    network = mlp((2, 4, 1), RNG, "tanh")
    deeper = add_layer(network, 1)
    old = [layer.weight for layer in network.layers if isinstance(layer, Dense)]
    new = [layer.weight for layer in deeper.layers if isinstance(layer, Dense)]
    assert np.array_equal(new[0], old[0]) and np.array_equal(new[2], old[1])
    assert sizes(add_layer(mlp((2, 1), RNG), 0)) == (2, 2, 1)
    assert sizes(remove_layer(deeper, 1)) == (2, 4, 1)


def test_surgery_refuses_what_is_not_there():
    network = mlp((2, 2, 1), RNG)
    with pytest.raises(ValueError, match="layer: 1, the network has 1 hidden layers"):
        add_unit(network, 1, RNG)
    with pytest.raises(ValueError, match="unit: 2, hidden layer 0 has 2 units"):
        remove_unit(network, 0, 2)
    with pytest.raises(ValueError, match="has only this one"):
        remove_unit(remove_unit(network, 0, 0), 0, 0)
    with pytest.raises(ValueError, match="layer: 2, needs 0 to 1"):
        add_layer(network, 2)
    with pytest.raises(ValueError, match="has a LayerNorm layer"):
        add_unit(Network((dense(2, 2, RNG), layer_norm(2), dense(2, 1, RNG))), 0, RNG)


def test_penalties_spare_the_biases_and_agree_with_finite_differences():
    network = mlp((2, 3, 1), np.random.default_rng(0))
    zeros = tuple({k: np.zeros_like(v) for k, v in layer.items()} for layer in network.parameters())
    grads = penalty_gradients(network, zeros, l1=0.3, l2=0.2)
    assert not grads[0]["bias"].any()

    def value(weight):
        changed = network.with_parameters(
            ({"weight": weight, "bias": network.layers[0].bias}, {}, network.parameters()[2])
        )
        return penalty(changed, l1=0.3, l2=0.2)

    assert relative_error(grads[0]["weight"], numeric_gradient(value, network.layers[0].weight)) < 1e-7


def test_dead_and_saturated_units_are_told_apart():
    weight = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    relu = Network((Dense(weight, np.array([0.0, -100.0, 100.0])), Activate("relu")))
    (health,) = unit_health(relu, X)
    assert health.dead.tolist() == [False, True, False] and not health.saturated.any()
    sigmoid = Network((Dense(weight, np.array([0.0, -30.0, 0.0])), Activate("sigmoid")))
    (health,) = unit_health(sigmoid, X)
    assert health.saturated.tolist() == [False, True, False] and not health.dead.any()


def test_zero_initialisation_keeps_all_units_the_same_for_ever():
    network = mlp((2, 4, 1), RNG, "tanh", scheme="zero")
    network = network.with_parameters(
        ({"weight": np.full((2, 4), 0.1), "bias": np.zeros(4)}, {}, network.parameters()[2])
    )
    optimizer = SGD(0.5)
    state = optimizer.init(network.parameters())
    y = (X[:, 0] * X[:, 1] > 0).astype(float)
    for _ in range(30):
        _, grads, _ = network.gradients(X, y)
        parameters, state, _ = optimizer.update(network.parameters(), grads, state)
        network = network.with_parameters(parameters)
    weight = network.layers[0].weight
    assert not np.array_equal(weight, np.full((2, 4), 0.1))
    assert np.allclose(weight, weight[:, :1])


def test_heads_predict_classify_and_refuse():
    logistic = mlp((2, 1), RNG)
    p = logistic.predict(X)
    assert p.shape == (20, 1) and ((p > 0) & (p < 1)).all()
    assert np.array_equal(logistic.classify(X), (p[:, 0] > 0.5).astype(int))
    assert logistic.accuracy(X, logistic.classify(X)) == 1.0
    softmax = mlp((2, 3), RNG, head="softmax")
    assert np.allclose(softmax.predict(X).sum(axis=1), 1)
    with pytest.raises(ValueError, match="'mse' predicts values"):
        mlp((2, 1), RNG, head="mse").classify(X)
    with pytest.raises(ValueError, match="head: 'hinge'"):
        mlp((2, 1), RNG, head="hinge")
    with pytest.raises(ValueError, match=r"sizes: \(2,\)"):
        mlp((2,), RNG)
    with pytest.raises(ValueError, match=r"sizes: \(2, 0, 1\)"):
        mlp((2, 0, 1), RNG)


def test_positions_marked_minus_one_ask_for_nothing():
    network = mlp((2, 3), RNG, head="softmax")
    y = np.full(20, -1)
    y[3] = 2
    loss, grads, _ = network.gradients(X, y)
    alone, alone_grads, _ = network.gradients(X[3:4], y[3:4])
    assert loss == pytest.approx(alone)
    assert np.allclose(grads[0]["weight"], alone_grads[0]["weight"])
    y[4] = 0
    assert network.accuracy(X, y) == network.accuracy(X[3:5], y[3:5])
