"""Automatic differentiation, held to the definition of a derivative and to micrograd's public example."""

import gc
import weakref

import numpy as np
import pytest

from lab.engine.graph.autograd import Tensor, apply, concatenate, maximum, minimum, stack, topological_order, where
from lab.engine.graph.gradcheck import autograd_gradients, numeric_gradient, relative_error
from lab.engine.graph.operations import OPERATIONS

RNG = np.random.default_rng(20)
A = RNG.normal(size=(3, 4))
B = RNG.normal(size=(3, 4))
ROW = RNG.normal(size=4)
COLUMN = RNG.normal(size=(3, 1))
POSITIVE = RNG.uniform(0.3, 2.0, size=(3, 4))
CUBE = RNG.normal(size=(2, 3, 4))
MIX = RNG.normal(size=(3, 4))  # weighs the outputs, so that a sum over them hides no mistake
VOLUME = RNG.normal(size=(2, 3, 4))

CASES = {
    "add": (lambda a, b: (a + b) * MIX, A, B),
    "add a row": (lambda a, b: (a + b) * MIX, A, ROW),
    "add a column": (lambda a, b: (a + b) * MIX, A, COLUMN),
    "add a number": (lambda a, b: (a + b) * MIX, A, np.array(0.7)),
    "subtract": (lambda a, b: (a - b) * MIX, ROW, A),
    "multiply": (lambda a, b: a * b * MIX, A, COLUMN),
    "divide": (lambda a, b: a / b * MIX, A, POSITIVE),
    "divide a row": (lambda a, b: a / b * MIX, ROW, POSITIVE),
    "power": (lambda a, b: a**b * MIX, POSITIVE, B),
    "power of a constant": (lambda a: (a**3 + a**0 + a**-1) * MIX, POSITIVE - 2.5),
    "negate": (lambda a: -a * MIX, A),
    "square": (lambda a: a.square() * MIX, A),
    "exp": (lambda a: a.exp() * MIX, A),
    "log": (lambda a: a.log() * MIX, POSITIVE),
    "sqrt": (lambda a: a.sqrt() * MIX, POSITIVE),
    "sin": (lambda a: a.sin() * MIX, A),
    "cos": (lambda a: a.cos() * MIX, A),
    "tan": (lambda a: apply("tan", a) * MIX, 0.5 * A),
    "tanh": (lambda a: a.tanh() * MIX, A),
    "sigmoid": (lambda a: a.sigmoid() * MIX, A),
    "relu": (lambda a: a.relu() * MIX, A),
    "leaky_relu": (lambda a: a.leaky_relu(0.2) * MIX, A),
    "silu": (lambda a: a.silu() * MIX, A),
    "gelu": (lambda a: a.gelu() * MIX, A),
    "gelu_tanh": (lambda a: apply("gelu_tanh", a) * MIX, A),
    "elu": (lambda a: apply("elu", a) * MIX, A),
    "softplus": (lambda a: a.softplus() * MIX, A),
    "abs": (lambda a: a.abs() * MIX, A),
    "sign": (lambda a: apply("sign", a) * MIX, A),
    "step": (lambda a: apply("step", a) * MIX, A),
    "maximum": (lambda a, b: maximum(a, b) * MIX, A, ROW),
    "minimum": (lambda a, b: minimum(a, b) * MIX, A, B),
    "where": (lambda a, b: where(MIX > 0, a, b) * MIX, A, ROW),
    "matmul": (lambda a, b: (a @ b.T) * MIX[:, :3], A, B),
    "matmul, vector left": (lambda a, b: (a @ b) * ROW, RNG.normal(size=3), A),
    "matmul, vector right": (lambda a, b: (a @ b) * MIX[:, 0], A, ROW),
    "matmul, dot": (lambda a, b: a @ b, ROW, RNG.normal(size=4)),
    "matmul, batched": (lambda a, b: (a @ b) * VOLUME[:, :, :3], CUBE, RNG.normal(size=(2, 4, 3))),
    "matmul, one matrix for the batch": (lambda a, b: (a @ b) * VOLUME[:, :, :2], CUBE, B[:2].T),
    "matmul, batch by vector": (lambda a, b: (a @ b) * VOLUME[:, :, 0], CUBE, ROW),
    "matmul, vector by batch": (lambda a, b: (a @ b) * VOLUME[:, 0], RNG.normal(size=3), CUBE),
    "sum": (lambda a: a.sum() * 3.0, A),
    "sum over an axis": (lambda a: a.sum(axis=0) * ROW, A),
    "sum over the last axis, kept": (lambda a: a.sum(axis=-1, keepdims=True) * MIX, A),
    "sum over two axes": (lambda a: a.sum(axis=(0, 2)) * MIX[:, 0], CUBE),
    "mean": (lambda a: a.mean() * 3.0, A),
    "mean over an axis": (lambda a: a.mean(axis=1) * MIX[:, 0], A),
    "max": (lambda a: a.max() * 3.0, A),
    "max over an axis": (lambda a: a.max(axis=1, keepdims=True) * MIX, A),
    "softmax": (lambda a: a.softmax() * MIX, A),
    "softmax over rows": (lambda a: a.softmax(axis=0) * MIX, A),
    "log_softmax": (lambda a: a.log_softmax() * MIX, A),
    "reshape": (lambda a: a.reshape(4, 3) * MIX.T.reshape(4, 3), A),
    "transpose": (lambda a: a.T * MIX.T, A),
    "transpose, axes named": (lambda a: a.transpose(1, 2, 0) * VOLUME.reshape(3, 4, 2), CUBE),
    "index": (lambda a: a[1] * ROW, A),
    "index a slice": (lambda a: a[:, 1:3] * MIX[:, :2], A),
    "index the same row twice": (lambda a: a[[0, 2, 0]] * MIX, A),
    "index pairs": (lambda a: a[np.arange(3), [1, 1, 3]] * MIX[:, 0], A),
    "concatenate": (lambda a, b: concatenate([a, b], axis=1) * np.hstack([MIX, MIX]), A, B),
    "stack": (lambda a, b: stack([a, b]) * VOLUME, A, B),
}


@pytest.mark.parametrize("name", CASES)
def test_every_rule_agrees_with_finite_differences(name):
    f, *arrays = CASES[name]
    gradients = autograd_gradients(f, *arrays)
    for i, gradient in enumerate(gradients):

        def value(x, i=i):
            operands = [Tensor(x if j == i else array) for j, array in enumerate(arrays)]
            return f(*operands).sum().item()

        assert gradient.shape == arrays[i].shape
        assert relative_error(gradient, numeric_gradient(value, arrays[i])) < 2e-8


def test_no_operation_is_left_without_such_a_check():
    assert {name.split(",")[0].split(" ")[0] for name in CASES} >= set(OPERATIONS)


def test_the_public_example_of_micrograd_comes_out_to_its_printed_digits():
    a, b = Tensor(-4.0), Tensor(2.0)  # the expression and its three numbers stand in micrograd's README
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c - a
    d = d + d * 2 + (b + a).relu()
    d = d + 3 * d + (b - a).relu()
    f = (c - d) ** 2
    g = f / 2.0 + 10.0 / f
    g.backward()
    assert f"{g.item():.4f}" == "24.7041"
    assert f"{float(a.grad):.4f}" == "138.8338"
    assert f"{float(b.grad):.4f}" == "645.5773"


def test_a_value_used_twice_receives_the_sum_of_both_gradients():
    x = Tensor(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0


def test_leaves_add_up_over_passes_until_they_are_zeroed_and_inner_nodes_do_not():
    x = Tensor(3.0)
    y = x * 2.0
    z = y * y
    z.backward()
    z.backward()
    assert (x.grad, y.grad) == (48.0, 12.0)
    x.zero_grad()
    z.backward()
    assert x.grad == 24.0


def test_gradients_are_unknown_until_backward_has_run_and_constants_never_get_one():
    x, k = Tensor(3.0), Tensor(2.0, requires_grad=False)
    y = x * k
    assert x.grad is None and y.grad is None
    y.backward()
    assert x.grad == 2.0 and k.grad is None


def test_a_chain_of_ten_thousand_nodes_needs_no_recursion():
    x = Tensor(1.0)
    y = x
    for _ in range(10_000):
        y = y * 1.0001
    y.backward()
    assert float(x.grad) == pytest.approx(1.0001**10_000)
    assert len(topological_order(y)) == 20_001


def test_a_graph_is_freed_at_once_without_the_garbage_collector():
    assert not gc.isenabled()  # as in all tests
    x = Tensor(np.ones((3, 3)))
    y = (x @ x).tanh().sum()
    y.backward()
    alive = [weakref.ref(node) for node in topological_order(y)]
    del x, y
    assert [ref() for ref in alive] == [None] * len(alive)


def test_float32_stays_float32_beside_plain_numbers():
    x = Tensor(np.ones((2, 2), np.float32))
    y = ((x * 2 + 1) / 3 - x**2).sum()
    y.backward()
    assert y.data.dtype == x.grad.dtype == np.float32


def test_relu_and_abs_have_slope_zero_at_zero_and_a_tie_is_shared():
    x = Tensor(0.0)
    (x.relu() + x.abs()).backward()
    assert x.grad == 0.0
    a, b = Tensor(2.0), Tensor(2.0)
    maximum(a, b).backward()
    assert (a.grad, b.grad) == (0.5, 0.5)
    row = Tensor(np.array([1.0, 5.0, 5.0]))
    row.max().backward()
    assert row.grad.tolist() == [0.0, 0.5, 0.5]


def test_division_by_zero_gives_inf_and_no_warning():
    x = Tensor(0.0)
    y = 1.0 / x
    y.backward()
    assert np.isinf(y.item()) and not np.isfinite(x.grad)


def test_softmax_survives_logits_of_a_thousand():
    x = Tensor(np.array([1000.0, 999.0, -1000.0]))
    assert np.allclose(x.softmax().data, [0.7310585786, 0.2689414214, 0.0])
    assert np.allclose(x.log_softmax().data, [-0.3132616875, -1.3132616875, -2000.3132616875])


def test_bad_input_is_refused_with_the_shapes_in_the_message():
    with pytest.raises(ValueError, match=r"matmul.*\(2, 3\), \(2, 3\)"):
        Tensor(np.ones((2, 3))) @ np.ones((2, 3))
    with pytest.raises(ValueError, match=r"gradient: none given, needed shape \(2,\)"):
        Tensor(np.ones(2)).backward()
    with pytest.raises(ValueError, match=r"gradient: has shape \(3,\), needed \(2,\)"):
        Tensor(np.ones(2)).backward(np.ones(3))
    with pytest.raises(ValueError, match="data: has type <U1"):
        Tensor(["a"])
    with pytest.raises(ValueError, match="operation: 'cosh'"):
        apply("cosh", 1.0)
    with pytest.raises(ValueError, match=r"has shape \(2,\), needed a single number"):
        Tensor([1, 2]).item()
