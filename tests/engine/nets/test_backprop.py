"""The hand-written backward pass of the course's 2→3→1 net and its three classic bugs."""

import numpy as np
import pytest

from lab.engine.graph.networks import COURSE_NET, network_graph
from lab.engine.nets.backprop import Faults, backward, forward, mean_squared_error

LAYERS = [(np.array(w), np.array(b)) for w, b in COURSE_NET]
X, Y = np.array([[0.5, -0.3]]), np.array([[0.8]])


def worked_out():
    cache = forward(LAYERS, X)
    return cache, backward(LAYERS, cache, Y)


def test_by_hand_equals_the_graph_at_every_node_it_names():
    cache, gradients = worked_out()
    graph = network_graph(COURSE_NET, X[0], Y[0])
    values = graph.forward()
    slopes = graph.backward(values)
    assert mean_squared_error(cache.prediction, Y) == pytest.approx(float(values[-1]), rel=1e-14)

    def at(name):
        return float(slopes[graph.find(name)])

    for layer, (n_in, n_out) in enumerate([(2, 3), (3, 1)]):
        for j in range(n_out):
            assert gradients[layer].a[0, j] == pytest.approx(at(f"a{layer + 1}[{j + 1}]"), rel=1e-12)
            assert gradients[layer].z[0, j] == pytest.approx(at(f"z{layer + 1}[{j + 1}]"), rel=1e-12)
            assert gradients[layer].bias[j] == pytest.approx(at(f"b{layer + 1}[{j + 1}]"), rel=1e-12)
            for i in range(n_in):
                name = f"W{layer + 1}[{i + 1},{j + 1}]"
                assert gradients[layer].weight[i, j] == pytest.approx(at(name), rel=1e-12)


def test_the_weight_gradient_is_an_outer_product():
    cache, gradients = worked_out()
    assert np.allclose(gradients[0].weight, np.outer(X[0], gradients[0].z[0]))
    assert np.allclose(gradients[1].weight, np.outer(cache.a[0][0], gradients[1].z[0]))


def test_the_wrong_transpose_moves_the_numbers_of_a_wide_layer_and_hides_in_a_single_unit():
    cache, right = worked_out()
    wrong = backward(LAYERS, cache, Y, Faults(wrong_transpose=True))
    assert sorted(wrong[0].weight.ravel()) == pytest.approx(sorted(right[0].weight.ravel()))
    assert not np.allclose(wrong[0].weight, right[0].weight)
    assert np.allclose(wrong[1].weight, right[1].weight)


def test_without_the_cache_every_gradient_behind_a_sigmoid_is_wrong():
    cache, right = worked_out()
    wrong = backward(LAYERS, cache, Y, Faults(missing_cache=True))
    assert np.allclose(wrong[1].a, right[1].a)
    for layer in range(2):
        assert not np.allclose(wrong[layer].z, right[layer].z, rtol=0.05)


def test_gradients_that_are_not_zeroed_double_in_the_second_step():
    cache, right = worked_out()
    twice = backward(LAYERS, cache, Y, Faults(not_zeroed=True), previous=right)
    assert np.allclose(twice[0].weight, 2 * right[0].weight)
    assert np.allclose(twice[0].z, right[0].z)
    assert np.allclose(backward(LAYERS, cache, Y, previous=right)[0].weight, right[0].weight)


def test_a_batch_gives_the_mean_of_its_examples():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(4, 2)), rng.uniform(size=(4, 1))
    whole = backward(LAYERS, forward(LAYERS, x), y)[0].weight
    single = [backward(LAYERS, forward(LAYERS, x[i : i + 1]), y[i : i + 1])[0].weight for i in range(4)]
    assert np.allclose(whole, np.mean(single, axis=0))


def test_layers_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"W1 has shape \(2, 3\), needed \(4, n\)"):
        forward(LAYERS, np.ones((1, 4)))
