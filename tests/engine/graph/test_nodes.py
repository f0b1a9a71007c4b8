"""The inspector's graph: what it is made from, how it is walked, its paths and its saboteurs."""

from itertools import pairwise

import numpy as np
import pytest

from lab.engine.graph.autograd import Tensor
from lab.engine.graph.check import node_error, node_slopes
from lab.engine.graph.formula import parse
from lab.engine.graph.gradcheck import numeric_gradient, relative_error
from lab.engine.graph.networks import COURSE_NET, graph_of_network, network_graph
from lab.engine.graph.nodes import Graph, Node, graph_of_expression, graph_of_tensor
from lab.engine.graph.paths import count_paths, paths_to_output
from lab.engine.graph.walk import Walk
from lab.engine.graph.wrong_rules import WRONG_RULES, sabotage, sabotage_one
from lab.engine.nets.layers import Activate, dense
from lab.engine.nets.network import Network, mlp

X, Y = [0.5, -0.3], [0.8]
RNG = np.random.default_rng(0)


def expression_graph(text, **values):
    return graph_of_expression(parse(text, tuple(values)), values)


def finished(graph, **settings):
    walk = Walk(graph, **settings)
    walk.finish()
    return walk


def gradient(walk, name):
    return float(walk.gradients[walk.graph.find(name)])


def test_a_formula_becomes_a_graph_in_which_a_name_is_one_node_however_often_it_stands_there():
    graph = expression_graph("a*b + a^2", a=3.0, b=2.0)
    assert [graph.text(node) for node in graph.results] == ["a · b", "a ^ 2", "#2 + #4"]
    assert sum(node.name == "a" for node in graph.nodes) == 1
    walk = finished(graph)
    assert float(walk.values[graph.output]) == 15.0
    assert (gradient(walk, "a"), gradient(walk, "b")) == (8.0, 3.0)


@pytest.mark.parametrize(
    "text",
    [
        "tanh(x) sin(y) + exp(-x)/y",
        "max(x, y) + min(x^2, y) + relu(x - y)",
        "sqrt(x^2 + y^2) + abs(x) + log(y)",
        "sigmoid(x y) + cos(x) + tan(y)/3",
        "(1 - x)^2 + 100(y - x^2)^2 + pi x + e",
    ],
)
def test_the_graph_agrees_with_the_formula_and_its_exact_derivative(text):
    expression = parse(text)
    walk = finished(graph_of_expression(expression, {"x": 0.7, "y": 1.3}))
    assert float(walk.values[walk.graph.output]) == pytest.approx(float(expression.value(0.7, 1.3)), rel=1e-14)
    for name in ("x", "y"):
        exact = float(expression.derivative(name).value(0.7, 1.3))
        assert gradient(walk, name) == pytest.approx(exact, rel=1e-12)


def test_constants_have_no_gradient_and_the_depth_of_a_node_is_its_longest_way_from_a_leaf():
    graph = expression_graph("2*x + x*x*x", x=2.0)
    two = next(node.id for node in graph.nodes if node.kind == "constant")
    walk = finished(graph)
    assert walk.gradients[two] is None and graph.label(two) == "2"
    assert graph.depths()[graph.output] == 3 and graph.depths()[two] == 0
    assert len(graph.edges()) == 8


def test_nothing_is_known_before_its_step_and_the_way_back_forgets_it_again():
    graph = expression_graph("tanh(a*b)", a=0.5, b=-2.0)
    walk = Walk(graph)
    product, output = graph.results
    assert walk.values[product] is None and walk.gradients == [None] * 4
    assert walk.step().node == product and float(walk.values[product]) == -1.0
    walk.step()
    assert walk.gradients == [None] * 4
    assert walk.step().kind == "seed" and float(walk.gradients[output]) == 1.0
    assert walk.gradients[product] is None
    step = walk.step()
    (received,) = step.contributions
    assert received.operand == product and received.before is None
    assert float(received.local) == pytest.approx(1 - np.tanh(-1.0) ** 2)
    assert float(received.amount) == pytest.approx(float(received.local) * 1.0)
    walk.finish()
    assert walk.done and walk.step() is None
    positions = [len(walk)]
    while walk.back():
        positions.append(walk.position)
    assert positions == list(range(len(walk), -1, -1))
    assert walk.values[product] is None and walk.gradients == [None] * 4 and walk.last is None
    assert not walk.back()


def test_going_back_and_forward_again_gives_the_same_numbers():
    walk = Walk(network_graph(COURSE_NET, X, Y))
    walk.finish()
    expected = [float(g) for g in walk.gradients if g is not None]
    walk.seek(7)
    walk.seek(len(walk) - 3)
    walk.seek(2)
    walk.finish()
    assert [float(g) for g in walk.gradients if g is not None] == expected


def test_setting_instead_of_adding_ruins_exactly_what_stands_behind_a_node_used_twice():
    graph = expression_graph("(a+b)*(a+1) + c", a=3.0, b=2.0, c=1.0)
    right, wrong = finished(graph), finished(graph, accumulate=False)
    assert gradient(right, "a") == 9.0 and gradient(wrong, "a") in (4.0, 5.0)
    assert gradient(right, "b") == gradient(wrong, "b") == 4.0
    wrong.set_accumulate(True)
    assert gradient(wrong, "a") == 9.0


def test_a_second_backward_pass_piles_up_in_the_leaves_unless_they_are_zeroed():
    graph = expression_graph("x^2 * y", x=3.0, y=2.0)
    walk = finished(graph)
    walk.again(zero_gradients=False)
    assert not walk.done
    walk.finish()
    assert gradient(walk, "x") == 24.0
    walk.again()
    walk.finish()
    assert gradient(walk, "x") == 12.0
    walk.seek(0)
    assert all(g is None for g in walk.gradients)


def test_dragging_a_leaf_updates_what_is_known_and_only_that():
    graph = expression_graph("a*b", a=1.0, b=2.0)
    walk = Walk(graph)
    walk.step()
    walk.set_leaf("a", 5.0)
    assert float(walk.values[graph.output]) == 10.0 and walk.gradients[graph.output] is None
    with pytest.raises(ValueError, match=r"value: has shape \(2,\), needed \(\)"):
        walk.set_leaf("a", [1.0, 2.0])
    with pytest.raises(ValueError, match="is no leaf"):
        walk.set_leaf(graph.output, 1.0)
    with pytest.raises(ValueError, match="no node is called 'z'; there are a, b"):
        walk.set_leaf("z", 1.0)


def test_a_step_downhill_lowers_the_loss_and_leaves_inputs_and_target_alone():
    graph = network_graph(COURSE_NET, X, Y)
    walk = Walk(graph)
    with pytest.raises(ValueError, match="is not known yet"):
        walk.descend(0.5)
    losses = []
    for _ in range(5):
        walk.finish()
        losses.append(float(walk.values[graph.output]))
        walk.descend(0.5)
    assert losses == sorted(losses, reverse=True) and losses[0] > losses[-1]
    assert [float(walk.leaves[graph.find(name)]) for name in ("x1", "x2", "y")] == [0.5, -0.3, 0.8]


def test_gradients_kept_over_a_step_downhill_add_to_the_next_pass():
    graph = expression_graph("x^2", x=1.0)
    walk = finished(graph)
    walk.descend(0.1, zero_gradients=False)
    walk.finish()
    assert gradient(walk, "x") == pytest.approx(2.0 + 1.6)


def test_a_saved_walk_stands_where_it_stood():
    graph = expression_graph("x^2 + x", x=1.0)
    walk = finished(graph)
    walk.descend(0.1, zero_gradients=False)
    walk.set_accumulate(False)
    walk.again(zero_gradients=False)
    walk.seek(9)
    other = Walk(graph)
    other.load(walk.save())
    assert other.position == 9 and len(other) == len(walk) and other.leaves == walk.leaves
    assert other.gradients == walk.gradients and other.values == walk.values
    other.finish(), walk.finish()
    assert other.gradients == walk.gradients
    with pytest.raises(ValueError, match="state: has leaves"):
        Walk(expression_graph("a*b*c", a=1.0, b=1.0, c=1.0)).load(walk.save())


def test_the_source_of_a_division_by_zero_is_found_in_values_and_in_gradients():
    graph = expression_graph("3 + 1/x", x=0.0)
    walk = finished(graph)
    assert walk.trouble().where == "value" and graph.text(walk.trouble().node) == "1 / x"
    graph = expression_graph("2*sqrt(x)", x=0.0)
    walk = finished(graph)
    assert walk.trouble().where == "gradient" and graph.text(walk.trouble().node) == "sqrt(x)"
    assert finished(expression_graph("x+1", x=0.0)).trouble() is None


def test_a_saturated_unit_passes_almost_nothing_back():
    walk = finished(expression_graph("tanh(w*x)", w=10.0, x=1.0))
    assert 0 < abs(gradient(walk, "w")) < 1e-7


def test_the_folded_and_the_unrolled_course_net_agree_with_finite_differences():
    folded, unrolled = (finished(network_graph(COURSE_NET, X, Y, unrolled=u)) for u in (False, True))
    assert float(folded.values[-1]) == pytest.approx(float(unrolled.values[-1]), rel=1e-15)
    (w1, b1), (w2, b2) = COURSE_NET

    def loss(weight):
        graph = network_graph([(weight, b1), (w2, b2)], X, Y, unrolled=False)
        return float(graph.forward()[-1])

    measured = numeric_gradient(loss, np.array(w1))
    assert relative_error(folded.gradients[folded.graph.find("W1")], measured) < 1e-8
    for i in range(2):
        for j in range(3):
            assert gradient(unrolled, f"W1[{i + 1},{j + 1}]") == pytest.approx(measured[i, j], rel=1e-6)


@pytest.mark.parametrize("loss", ["mse", "bce", "ce"])
@pytest.mark.parametrize(
    "activation", ["sigmoid", "tanh", "relu", "leaky_relu", "silu", "gelu", "gelu_tanh", "elu", "softplus", "linear"]
)
def test_a_net_of_any_shape_is_the_same_folded_and_unrolled(loss, activation):
    rng = np.random.default_rng(3)
    sizes = (2, 4, 3, 3)
    layers = [(rng.normal(size=(i, o)), rng.normal(size=o)) for i, o in pairwise(sizes)]
    y = 2 if loss == "ce" else [0.0, 1.0, 1.0]
    walks = [finished(network_graph(layers, X, y, activation, "linear", loss, u)) for u in (False, True)]
    assert float(walks[0].values[-1]) == pytest.approx(float(walks[1].values[-1]), rel=1e-12)
    bias = walks[0].gradients[walks[0].graph.find("b1")]
    assert [gradient(walks[1], f"b1[{j}]") for j in (1, 2, 3, 4)] == pytest.approx(list(bias), rel=1e-9)


@pytest.mark.parametrize(("head", "y"), [("mse", [0.3, -0.2]), ("logistic", 1), ("softmax", 2)])
def test_a_network_sent_from_elsewhere_becomes_the_graph_of_its_own_loss(head, y):
    outputs = {"mse": 2, "logistic": 1, "softmax": 3}[head]
    network = mlp((2, 3, outputs), np.random.default_rng(0), "relu", head)
    loss, grads, _ = network.gradients(np.array([X]), np.array([y]))
    for unrolled in (False, True):
        walk = finished(graph_of_network(network, X, y, unrolled))
        assert float(walk.values[-1]) == pytest.approx(loss, rel=1e-12)
    assert gradient(walk, "W1[2,3]") == pytest.approx(grads[0]["weight"][1, 2], rel=1e-9)
    mixed = Network((dense(2, 2, RNG), Activate("relu"), dense(2, 2, RNG), Activate("tanh"), dense(2, 1, RNG)))
    with pytest.raises(ValueError, match="has gates relu, tanh"):
        graph_of_network(mixed, X, [0.0])


def test_every_result_of_the_course_net_has_a_name_to_point_at():
    graph = network_graph(COURSE_NET, X, Y)
    for name in ("z1[1]", "a1[3]", "W2[3,1]", "b2[1]", "z2[1]", "a2[1]", "y", "L"):
        graph.find(name)
    assert graph.slope_text(graph.find("a1[1]"), 0) == "a1[1] · (1 − a1[1])"
    assert graph.label(graph.output) == "L"


def test_misfitting_layers_are_refused_by_name():
    with pytest.raises(ValueError, match=r"layers: W2 has shape \(2, 1\) and b2 \(1,\), needed \(3, n\)"):
        network_graph([COURSE_NET[0], ([[0.1], [0.2]], [0.0])], X, Y)
    with pytest.raises(ValueError, match=r"x: has shape \(1, 2\)"):
        network_graph(COURSE_NET, [X], Y)
    with pytest.raises(ValueError, match=r"y: has shape \(2,\), needed 1 number$"):
        network_graph(COURSE_NET, X, [0.1, 0.2])
    with pytest.raises(ValueError, match="activation: 'step', needs one of linear"):
        network_graph(COURSE_NET, X, Y, "step")
    with pytest.raises(ValueError, match="y: class 4, needed 0 to 0"):
        network_graph(COURSE_NET, X, 4, loss="ce")


def test_paths_from_a_leaf_multiply_along_and_add_up_to_the_gradient():
    graph = expression_graph("a*b + sin(a) + a", a=0.4, b=2.0)
    walk = finished(graph)
    found = paths_to_output(graph, walk.values, graph.find("a"))
    assert found.count == len(found.paths) == 3
    assert sorted(path.product for path in found.paths) == pytest.approx([np.cos(0.4), 1.0, 2.0])
    assert sum(path.product for path in found.paths) == pytest.approx(gradient(walk, "a"))
    assert found.total == pytest.approx(gradient(walk, "a"))
    for path in found.paths:
        assert path.nodes[0] == graph.find("a") and path.nodes[-1] == graph.output
        assert len(path.factors) == len(path.nodes) - 1
    assert paths_to_output(graph, walk.values, graph.output).total == 1.0


def test_paths_are_counted_without_listing_them():
    graph = expression_graph("(x+x+x)*(x+x)*(x+x+x+x)", x=1.0)
    assert count_paths(graph)[graph.find("x")] == 9
    found = paths_to_output(graph, graph.forward(), graph.find("x"), limit=5)
    assert (found.count, len(found.paths), found.total) == (9, 5, 72.0)
    x = Tensor(1.0, name="x")
    doubled = x
    for _ in range(100):
        doubled = doubled + doubled
    graph = graph_of_tensor(doubled)
    found = paths_to_output(graph, graph.forward(), graph.find("x"), limit=3)
    assert found.count == 2**100 and found.total == 2.0**100


def test_paths_need_single_numbers():
    graph = network_graph(COURSE_NET, X, Y, unrolled=False)
    with pytest.raises(ValueError, match=r"values: x has shape \(2,\), needed a number"):
        paths_to_output(graph, graph.forward(), 0)


@pytest.mark.parametrize("name", WRONG_RULES)
def test_a_wrong_rule_keeps_the_value_and_is_caught_by_measuring_its_node(name):
    symbols = {"add": "x+y", "subtract": "x-y", "multiply": "x*y", "divide": "x/y", "power": "x^y", "negate": "-x"}
    if name in ("square", "softplus"):
        graph = graph_of_tensor(getattr(Tensor(0.7, name="x"), name)())
    else:
        values = {"x": -0.7 if name == "relu" else 0.7, "y": 1.9}
        graph = graph_of_expression(parse(symbols.get(name, f"{name}(x)")), values)
    values = graph.forward()
    assert node_error(graph, graph.output, values) < 1e-8
    for choice in range(len(WRONG_RULES[name])):
        broken, what = sabotage(graph, graph.output, choice)
        if name == "multiply" and choice == 1:  # shows only when another gradient than 1 arrives
            assert broken.pull_back(graph.output, values, np.asarray(2.0))[0] == values[graph.find("y")]
            continue
        assert broken.forward()[-1] == values[-1] and what.node == graph.output
        assert node_error(broken, graph.output, values) > 0.02


def test_a_leafs_slope_by_nudging_agrees_with_the_chain_rule_and_has_its_u():
    graph = expression_graph("exp(x) sin(x) + y", x=1.5, y=2.0)
    slope = gradient(finished(graph), "x")
    x = graph.find("x")
    assert node_slopes(graph, {}, x, [1e-5])[0] == pytest.approx(slope, rel=1e-9)
    assert node_slopes(graph, {x: np.asarray(0.0)}, x, [1e-5])[0] == pytest.approx(1.0, rel=1e-9)
    steps = 10.0 ** np.arange(-1, -15, -1)
    errors = np.abs(node_slopes(graph, {}, x, steps) - slope)
    assert 1e-6 <= steps[np.nanargmin(errors)] <= 1e-4
    single = np.abs(node_slopes(graph, {}, x, steps[:6], dtype=np.float32) - slope)
    assert 1e-4 <= steps[np.nanargmin(single)] <= 1e-1 and np.nanmin(single) > 1e-6


def test_one_entry_of_a_matrix_can_be_nudged():
    graph = network_graph(COURSE_NET, X, Y, unrolled=False)
    walk = finished(graph)
    weight = graph.find("W1")
    measured = node_slopes(graph, walk.leaves, weight, [1e-5], (1, 2))[0]
    assert measured == pytest.approx(float(walk.gradients[weight][1, 2]), rel=1e-6)


def test_what_a_node_leads_to_comes_in_computing_order_and_without_itself():
    graph = expression_graph("(x + y)*x + exp(y)", x=1.0, y=2.0)
    after = [graph.nodes[node].operation.name for node in graph.after(graph.find("x"))]
    assert after == ["add", "multiply", "add"]
    assert graph.after(graph.output) == ()


def test_a_node_used_twice_by_one_result_is_judged_by_the_sum():
    graph = expression_graph("x*x", x=3.0)
    assert node_error(graph, graph.output, graph.forward()) < 1e-8


def test_a_sabotaged_net_has_exactly_one_wrong_node_and_a_wrong_gradient():
    graph = network_graph(COURSE_NET, X, Y)
    for seed in range(10):
        broken, what = sabotage_one(graph, np.random.default_rng(seed))
        values = broken.forward()
        assert values[-1] == graph.forward()[-1]
        right, wrong = graph.backward(values), broken.backward(values)
        assert any(g is not None and abs(float(g) - float(w)) > 0.01 * abs(float(g)) for g, w in zip(right, wrong))
        guilty = [n for n in broken.results if node_error(broken, n, values) > 1e-4]
        assert guilty in ([what.node], [])  # a forgotten factor shows only where another gradient arrives


def test_what_cannot_be_sabotaged_is_refused():
    graph = expression_graph("x + 1", x=1.0)
    with pytest.raises(ValueError, match="node: 0 is a leaf"):
        sabotage(graph, 0)
    with pytest.raises(ValueError, match="choice: 3"):
        sabotage(graph, graph.output, 3)
    with pytest.raises(ValueError, match="no wrong rule would show"):
        sabotage_one(expression_graph("x", x=1.0), np.random.default_rng(0))


def test_the_inspector_walks_micrograds_public_example_to_its_printed_digits():
    a, b = Tensor(-4.0, name="a"), Tensor(2.0, name="b")
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c - a
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    f = (c - d) ** 2
    walk = finished(graph_of_tensor(f / 2.0 + 10.0 / f))
    digits = [f"{x:.4f}" for x in (float(walk.values[-1]), gradient(walk, "a"), gradient(walk, "b"))]
    assert digits == ["24.7041", "138.8338", "645.5773"]
    paths = paths_to_output(walk.graph, walk.values, walk.graph.find("b"), limit=1000)
    assert sum(path.product for path in paths.paths) == pytest.approx(gradient(walk, "b"))


def test_a_graph_whose_nodes_stand_in_the_wrong_order_is_refused():
    with pytest.raises(ValueError, match="node 1 with operands"):
        Graph((Node(1, "parameter", value=np.asarray(1.0)),))


def test_a_chain_of_ten_thousand_nodes_can_be_walked():
    x = Tensor(1.0, name="x")
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    walk = finished(graph_of_tensor(y))
    assert gradient(walk, "x") == pytest.approx(1.0001**10_000)
