"""The fast path against the readable engine and autograd: the same numbers, many times sooner."""

import gc
import tracemalloc

import numpy as np
import pytest

from lab.engine.basics.optim import SGD, Adam, Momentum
from lab.engine.graph.autograd import Tensor, apply
from lab.engine.graph.gradcheck import relative_error
from lab.engine.nets.fast import FastNet, fast_net
from lab.engine.nets.fast_activations import GATES
from lab.engine.nets.fast_map import FastGradients, FastMap, grid_points, targets_for
from lab.engine.nets.fast_plan import Layout
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.layers import Activate, Dense, dense
from lab.engine.nets.network import Network, mlp
from lab.engine.nets.normalization import layer_norm
from lab.engine.nets.resize import add_unit

RNG = np.random.default_rng(8)
X = RNG.normal(size=(23, 2))
LABELS = {
    "logistic": (X[:, 0] * X[:, 1] > 0).astype(int),
    "softmax": np.digitize(X[:, 0], [-0.6, 0.2, 0.9]),
    "mse": X @ np.array([[1.0, -2.0], [0.5, 1.0]]),
}
OUTPUTS = {"logistic": 1, "softmax": 4, "mse": 2}


def readable(head, hidden=(5, 4), activation="tanh", seed=1):
    network = mlp((2, *hidden, OUTPUTS[head]), np.random.default_rng(seed), activation, head)
    noise = np.random.default_rng(seed + 1)
    layers = [
        Dense(layer.weight, noise.normal(size=layer.bias.shape)) if isinstance(layer, Dense) else layer
        for layer in network.layers
    ]
    return Network(tuple(layers), head)


def autograd_gradient(network, x, y):
    """The same loss built of tensors, in the parameters' own float type; the fast layout's order."""
    a, tensors = Tensor(x), []
    for layer in network.layers:
        if isinstance(layer, Dense):
            pair = Tensor(layer.weight.astype(x.dtype)), Tensor(layer.bias.astype(x.dtype))
            tensors.append(pair)
            a = a @ pair[0] + pair[1]
        elif layer.name != "linear":
            a = apply(layer.name, a)
    if network.head == "softmax":
        loss = -a.log_softmax()[np.arange(len(x)), y].mean()
    elif network.head == "logistic":
        loss = (a.softplus() - a * y[:, None].astype(x.dtype)).mean()
    else:
        loss = (a - y.astype(x.dtype)).square().mean()
    loss.backward()
    return np.concatenate([np.hstack([w.grad.T, b.grad[:, None]]).ravel() for w, b in tensors])


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-5)])
@pytest.mark.parametrize("hidden", [(), (3,), (5, 4), (6, 5, 4, 3, 3, 2)])
@pytest.mark.parametrize("head", ["logistic", "softmax", "mse"])
@pytest.mark.parametrize("activation", GATES)
def test_gradients_equal_autograd(activation, head, hidden, dtype, tolerance):
    network = readable(head, hidden, activation)
    found = FastGradients(fast_net(network, dtype), X, LABELS[head]).update().flat
    assert found.dtype == dtype
    expected = autograd_gradient(network, X.astype(dtype), LABELS[head])
    assert relative_error(found, expected) < tolerance


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [("sgd", SGD(0.1)), ("momentum", Momentum(0.1, 0.8)), ("adam", Adam(0.02, 0.8, 0.95))],
)
@pytest.mark.parametrize("l2", [0.0, 0.05])
@pytest.mark.parametrize("head", ["logistic", "softmax", "mse"])
def test_training_follows_the_readable_engine_step_by_step(name, optimizer, l2, head):
    network, y = readable(head), LABELS[head]
    settings = FastSettings(
        batch_size=10,
        learning_rate=optimizer.learning_rate,
        optimizer=name,
        beta=0.8,
        beta1=0.8,
        beta2=0.95,
        l2=l2,
        shuffle=False,
    )
    trainer = FastTrainer(fast_net(network, np.float64), X, y, settings)
    assert trainer.batches == 3
    state = optimizer.init(network.parameters())
    for step in range(9):
        here = slice(10 * (step % 3), min(10 * (step % 3) + 10, 23))  # the last batch is a short one
        assert np.array_equal(trainer.batch_examples(), np.arange(23)[here])
        _, grads, _ = network.gradients(X[here], y[here])
        for layer, grad in zip(network.layers, grads, strict=True):
            if isinstance(layer, Dense):
                grad["weight"] = grad["weight"] + l2 * layer.weight
        parameters, state, _ = optimizer.update(network.parameters(), grads, state)
        network = network.with_parameters(parameters)
        trainer.step()
    assert (trainer.steps, trainer.epochs, trainer.batch) == (9, 3, 0)
    assert relative_error(trainer.net.parameters, fast_net(network, np.float64).parameters) < 1e-10


def test_an_epoch_is_its_steps():
    nets = [fast_net(readable("softmax")) for _ in range(2)]
    settings = FastSettings(batch_size=4, optimizer="adam")
    one, other = (FastTrainer(n, X, LABELS["softmax"], settings, np.random.default_rng(3)) for n in nets)
    one.epoch()
    for _ in range(other.batches):
        other.step()
    other.step()
    one.step()
    one.epoch()
    for _ in range(other.batches - 1):
        other.step()
    assert np.array_equal(one.net.parameters, other.net.parameters)
    assert (one.steps, one.epochs) == (other.steps, other.epochs) == (12, 2)


def test_every_epoch_sees_every_example_once_in_a_new_order():
    trainer = FastTrainer(
        fast_net(readable("mse")), X, LABELS["mse"], FastSettings(batch_size=5), np.random.default_rng(0)
    )
    orders = []
    for _ in range(2):
        trainer.step()  # the order is drawn when the epoch begins
        seen = [trainer.save().order[:5]]
        while trainer.batch:
            seen.append(trainer.batch_examples())
            trainer.step()
        orders.append(np.concatenate(seen))
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(23))
    assert not np.array_equal(orders[0], orders[1])


def test_a_saved_training_resumes_bit_for_bit_in_the_middle_of_an_epoch():
    def fresh():
        settings = FastSettings(batch_size=4, optimizer="adam", dropout=0.2, l1=0.001)
        rng = np.random.default_rng(5)
        return FastTrainer(fast_net(readable("logistic")), X, LABELS["logistic"], settings, rng), rng

    (one, rng), (two, other) = fresh(), fresh()
    for _ in range(8):
        one.step()
    state, generator = one.save(), rng.bit_generator.state
    for _ in range(9):
        one.step()
    two.load(state)
    other.bit_generator.state = generator
    for _ in range(9):
        two.step()
    assert np.array_equal(one.net.parameters, two.net.parameters)
    assert (one.steps, one.epochs, one.batch) == (two.steps, two.epochs, two.batch)
    with pytest.raises(ValueError, match="state: of 44 parameters and 23 examples, needed 13 and 23"):
        small = fast_net(readable("logistic", (3,)))
        FastTrainer(small, X, LABELS["logistic"], FastSettings(shuffle=False)).load(one.save())


def test_l1_puts_weights_to_exactly_zero_and_spares_biases():
    net = fast_net(readable("logistic"))
    biases = [net.bias(i).copy() for i in range(3)]
    FastTrainer(net, X, LABELS["logistic"], FastSettings(100, 0.0, l1=1.0, shuffle=False)).step()
    assert all(np.array_equal(net.bias(i), b) for i, b in enumerate(biases))  # at rate 0 nothing moves
    strong = FastSettings(100, 0.5, l1=10.0, shuffle=False)
    FastTrainer(net, X, LABELS["logistic"], strong).step()
    assert not any(net.weight(i).any() for i in range(3))
    assert net.bias(2).any()


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_under_l1_every_optimiser_comes_to_rest_where_the_slope_equals_the_pull(optimizer):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4))
    y = (x[:, 0] - 0.5 * x[:, 1] + 0.3 * rng.normal(size=200) > 0).astype(int)  # the last two say nothing
    net = fast_net(mlp((4, 1), rng), np.float64)
    rate = 0.003 if optimizer == "adam" else 0.1
    trainer = FastTrainer(net, x, y, FastSettings(200, rate, optimizer, l1=0.05, shuffle=False))
    for _ in range(4000):
        trainer.step()
    weight = net.weight(0)[0]
    slopes = FastGradients(net, x, y).update().weights[0][0, :-1]
    assert np.array_equal(weight != 0, [True, True, False, False])
    assert slopes[:2] == pytest.approx(-0.05 * np.sign(weight[:2]), abs=2e-4)
    assert np.abs(slopes[2:]).max() < 0.05


def test_dropout_leaves_units_out_and_keeps_the_mean():
    network = Network((Dense(np.ones((1, 2000)), np.zeros(2000)), Activate("linear"), dense(2000, 1, RNG)), "mse")
    passes = fast_net(network).passes(50, True, 0.25, RNG)
    for function, arguments in passes.draw:
        function(*arguments)
    masks = passes.masks
    assert set(np.unique(masks)) == {0.0, np.float32(1 / 0.75)}
    assert masks.mean() == pytest.approx(1.0, abs=0.01)


def test_dropout_gradients_are_those_of_the_masked_network():
    network = readable("mse", (4, 3))
    net = fast_net(network, np.float64)
    before = net.parameters.copy()
    trainer = FastTrainer(net, X, LABELS["mse"], FastSettings(23, 1.0, dropout=0.5), np.random.default_rng(2))
    trainer.step()
    order = trainer.save().order
    draws = np.random.default_rng(2)
    masks = np.floor(draws.random(size=(9, 23)) + 0.5) * 2.0
    a, pairs = Tensor(X[order]), []
    for i, rows in enumerate((slice(0, 4), slice(5, 8), None)):
        layer = network.layers[2 * i]
        pairs.append((Tensor(layer.weight), Tensor(layer.bias)))
        a = a @ pairs[-1][0] + pairs[-1][1]
        if rows is not None:
            a = a.tanh() * masks[rows].T
    (a - LABELS["mse"][order]).square().mean().backward()
    expected = np.concatenate([np.hstack([w.grad.T, b.grad[:, None]]).ravel() for w, b in pairs])
    assert relative_error(before - net.parameters, expected) < 1e-10


def test_a_network_goes_to_the_fast_form_and_back_unchanged():
    network = readable("softmax")
    back = fast_net(network, np.float64).to_network()
    assert np.array_equal(back.predict(X), network.predict(X))
    assert [type(layer) for layer in back.layers] == [type(layer) for layer in network.layers]


def test_writing_to_a_weight_changes_the_network():
    net = fast_net(readable("logistic"), np.float64)
    net.weight(1)[2, 3] = 7.0
    net.bias(0)[1] = -1.5
    network = net.to_network()
    assert network.layers[2].weight[3, 2] == 7.0 and network.layers[0].bias[1] == -1.5


@pytest.mark.parametrize("head", ["logistic", "softmax", "mse"])
@pytest.mark.parametrize("activation", GATES)
def test_a_map_shows_what_the_readable_network_computes(activation, head):
    network = readable(head, (4, 3), activation)
    net = fast_net(network, np.float64)
    points = grid_points((-2, 2), (-1, 1), columns=7, rows=5)
    field = FastMap(net, points)
    field.update()
    activations = network.forward(points).activations
    assert relative_error(field.hidden[0], activations[2].T) < 1e-12
    assert relative_error(field.hidden[1], activations[4].T) < 1e-12
    assert relative_error(field.sums, activations[5].T) < 1e-12
    assert relative_error(field.probabilities(), network.predict(points).T) < 1e-12


@pytest.mark.parametrize("head", ["logistic", "softmax", "mse"])
def test_loss_and_accuracy_are_those_of_the_readable_network(head):
    network = readable(head)
    net = fast_net(network, np.float64)
    seen, targets = FastMap(net, X), targets_for(net, LABELS[head])
    seen.update()
    assert seen.loss(targets) == pytest.approx(network.loss(X, LABELS[head]), rel=1e-12)
    if head != "mse":
        assert seen.accuracy(targets) == network.accuracy(X, LABELS[head])
        assert np.array_equal(seen.classes(), network.classify(X))


def test_a_map_follows_the_training_without_being_told():
    net = fast_net(readable("logistic"))
    field, trainer = FastMap(net, X), FastTrainer(net, X, LABELS["logistic"], FastSettings(shuffle=False))
    field.update()
    before = field.loss(targets_for(net, LABELS["logistic"]))
    for _ in range(50):
        trainer.epoch()
    field.update()
    assert field.loss(targets_for(net, LABELS["logistic"])) < before


def test_the_rows_of_a_picture_begin_at_the_lowest_y():
    points = grid_points((0, 3), (10, 11), columns=4, rows=2)
    assert points[:4].tolist() == [[0, 10], [1, 10], [2, 10], [3, 10]] and points[4].tolist() == [0, 11]


def test_training_reuses_its_arrays():
    net = fast_net(readable("softmax", (8, 8)))
    trainer = FastTrainer(net, X, LABELS["softmax"], FastSettings(optimizer="adam", l2=0.1, shuffle=False))
    field = FastMap(net, grid_points((-1, 1), (-1, 1)))
    trainer.epoch(), field.update()
    gc.collect()
    tracemalloc.start()
    for _ in range(20):
        trainer.epoch()
        field.update()
    grown, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 5_000 and peak < 20_000  # one map of one unit alone would take 40,000


def test_settings_and_examples_change_while_it_trains():
    net = fast_net(readable("logistic"))
    trainer = FastTrainer(net, X, LABELS["logistic"], FastSettings(optimizer="momentum", shuffle=False))
    trainer.step()
    trainer.retune(FastSettings(optimizer="momentum", learning_rate=0.5, shuffle=False))
    assert trainer.batch == 1 and trainer.save().moments[0].any()
    trainer.retune(FastSettings(optimizer="adam", learning_rate=0.5, shuffle=False))
    assert not trainer.save().moments[0].any()
    trainer.retune(FastSettings(batch_size=3, optimizer="adam", shuffle=False))
    assert (trainer.batch, trainer.batches) == (0, 8)
    trainer.set_examples(X[:7], LABELS["logistic"][:7])
    assert trainer.batches == 3
    trainer.epoch()
    assert np.isfinite(net.parameters).all()


def test_shape_surgery_goes_through_the_readable_form_and_keeps_the_map():
    net = fast_net(readable("logistic"), np.float64)
    wider = fast_net(add_unit(net.to_network(), 0, RNG), np.float64)
    one, other = FastMap(net, X), FastMap(wider, X)
    one.update(), other.update()
    assert wider.sizes == (2, 6, 4, 1)
    assert np.allclose(one.sums, other.sums, rtol=1e-14)


def test_divergence_is_quiet_and_ends_in_values_that_are_not_finite():
    net = fast_net(readable("mse", (4,), "relu"))
    trainer = FastTrainer(net, 1e3 * X, LABELS["mse"], FastSettings(learning_rate=1e3, shuffle=False))
    for _ in range(20):
        trainer.epoch()
    assert not np.isfinite(net.parameters).all()
    field = FastMap(net, X)
    field.update()
    assert not np.isfinite(field.loss(targets_for(net, LABELS["mse"])))


def test_float32_survives_logits_of_a_thousand():
    layout = Layout.of((1, 1), np.array([1000.0, 0.0], np.float32))
    field = FastMap(FastNet(layout, "tanh", "logistic"), [[-1.0], [1.0]])
    field.update()
    assert field.probabilities().tolist() == [[0.0, 1.0]]
    assert field.loss(np.array([[-1.0, 1.0]], np.float32)) == 0.0
    assert field.loss(np.array([[1.0, -1.0]], np.float32)) == 1000.0


def test_what_the_fast_path_cannot_take_is_refused():
    with pytest.raises(ValueError, match="has gates relu, tanh, needs one kind"):
        fast_net(Network((dense(2, 2, RNG), Activate("relu"), dense(2, 2, RNG), Activate("tanh"), dense(2, 1, RNG))))
    with pytest.raises(ValueError, match="ends with a gate"):
        fast_net(Network((dense(2, 1, RNG), Activate("tanh"))))
    with pytest.raises(ValueError, match="has a LayerNorm layer"):
        fast_net(Network((dense(2, 2, RNG), layer_norm(2), dense(2, 1, RNG))))
    with pytest.raises(ValueError, match="dtype: float16"):
        fast_net(readable("mse"), np.float16)
    with pytest.raises(ValueError, match="activation: 'elu'"):
        fast_net(readable("mse", activation="elu"))
    with pytest.raises(ValueError, match="'logistic' needs one output, the network has 2"):
        fast_net(Network((dense(2, 2, RNG),), "logistic"))
    net = fast_net(readable("softmax"))
    with pytest.raises(ValueError, match=r"x: has shape \(3, 4\), needed \(N, 2\)"):
        FastMap(net, np.ones((3, 4)))
    with pytest.raises(ValueError, match="x: holds values that are not finite"):
        FastMap(net, np.full((3, 2), np.nan))
    with pytest.raises(ValueError, match=r"y: has shape \(2,\), needed \[N\] of whole numbers from 0 to 3"):
        targets_for(net, [0, 4])
    with pytest.raises(ValueError, match=r"y: has shape \(5, 3\), needed \(N, 2\)"):
        targets_for(fast_net(readable("mse")), np.ones((5, 3)))
    with pytest.raises(ValueError, match="x, y: 3 and 2 examples"):
        FastTrainer(net, X[:3], [0, 1], FastSettings(shuffle=False))
    with pytest.raises(ValueError, match="rng: none given"):
        FastTrainer(net, X, LABELS["softmax"], FastSettings())
    for bad in (
        {"batch_size": 0},
        {"learning_rate": -1.0},
        {"l1": np.inf},
        {"dropout": 1.0},
        {"optimizer": "adagrad"},
        {"beta": 1.0},
    ):
        with pytest.raises(ValueError, match=next(iter(bad))):
            FastSettings(**bad)
