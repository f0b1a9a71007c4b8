"""The bugs of a hand-written backward pass in any graph: they agree with the blackboard's, and the check tells."""

import numpy as np
import pytest

from lab.engine.graph.check import node_error, node_slopes
from lab.engine.graph.faults import FaultyGraph, faulty
from lab.engine.graph.gradcheck import u_curve
from lab.engine.graph.networks import COURSE_NET, network_graph
from lab.engine.graph.program import program_graph
from lab.engine.nets.backprop import Faults, backward, forward

X, Y = [0.5, -0.3], [0.8]


@pytest.mark.parametrize("faults", [Faults(), Faults(wrong_transpose=True), Faults(missing_cache=True)])
def test_the_graph_errs_exactly_as_the_blackboard_does(faults: Faults) -> None:
    layers = [(np.array(w), np.array(b)) for w, b in COURSE_NET]
    expected = backward(layers, forward(layers, np.array([X])), np.array([Y]), faults)
    graph = faulty(network_graph(COURSE_NET, X, Y, unrolled=False), faults.wrong_transpose, faults.missing_cache)
    found = graph.backward(graph.forward())
    for number, layer in enumerate(expected, 1):
        np.testing.assert_allclose(found[graph.find(f"W{number}")], layer.weight, rtol=1e-12)
        np.testing.assert_allclose(found[graph.find(f"b{number}")], layer.bias, rtol=1e-12)


def test_without_a_bug_the_graph_is_the_same_and_with_one_values_stay_right() -> None:
    graph = network_graph(COURSE_NET, X, Y, unrolled=True)
    assert faulty(graph) is graph
    broken = faulty(graph, missing_cache=True)
    assert float(broken.forward()[-1]) == float(graph.forward()[-1])
    assert isinstance(broken.replaced(0, value=np.asarray(0.4)), FaultyGraph)


def test_the_node_check_finds_the_gate_whose_cache_is_missing() -> None:
    graph = network_graph(COURSE_NET, X, Y, unrolled=True)
    broken, values = faulty(graph, missing_cache=True), graph.forward()
    gate = graph.find("a1[1]")
    assert node_error(graph, gate, values) < 1e-8
    assert node_error(broken, gate, values) > 0.1


def test_nudging_a_node_agrees_with_nudging_the_function_and_with_the_chain_rule() -> None:
    steps = 10.0 ** -np.arange(1.0, 13.0)
    graph = program_graph("exp(x)*sin(x); x = 1.5")
    x, slope = graph.find("x"), float(np.exp(1.5) * (np.sin(1.5) + np.cos(1.5)))
    for dtype in (np.float64, np.float32):
        plain = u_curve(lambda at: np.exp(at) * np.sin(at), slope, 1.5, steps, dtype).errors
        nudged = np.abs(node_slopes(graph, {}, x, steps, dtype=dtype) - slope)
        np.testing.assert_allclose(nudged, plain, rtol=1e-2, atol=1e-6)
    values = graph.forward()
    gradients = graph.backward(values)
    for node in graph.results:
        assert node_slopes(graph, {}, node, [1e-5])[0] == pytest.approx(float(gradients[node]), rel=1e-8)


def test_the_errors_of_the_course_on_gradient_checks() -> None:
    """e^x sin x at 1.5: 1.4e-2 for h = 0.1, 1.2e-10 for 1e-5, 2.4e-4 for 1e-12."""
    graph = program_graph("exp(x)*sin(x); x = 1.5")
    slope = float(np.exp(1.5) * (np.sin(1.5) + np.cos(1.5)))
    errors = np.abs(node_slopes(graph, {}, graph.find("x"), [0.1, 1e-5, 1e-12]) - slope)
    assert errors[0] == pytest.approx(1.4e-2, rel=0.02)
    assert errors[1] < 1e-9
    assert 1e-5 < errors[2] < 1e-2


def test_entries_of_a_matrix_are_nudged_one_at_a_time() -> None:
    graph = network_graph(COURSE_NET, X, Y, unrolled=False)
    gradients, weights = graph.backward(graph.forward()), graph.find("W1")
    for index in np.ndindex(2, 3):
        assert node_slopes(graph, {}, weights, [1e-5], index)[0] == pytest.approx(gradients[weights][index], rel=1e-6)


def test_a_step_too_small_to_move_the_value_gives_nan() -> None:
    graph = program_graph("a*b; a = 1; b = 2")
    assert np.isnan(node_slopes(graph, {}, graph.find("a"), [1e-9], dtype=np.float32)[0])
