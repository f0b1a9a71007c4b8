"""The arithmetic of the Function page, written out: a gate, its slope, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e08_activations.swiglu import W1, W2, W3

if TYPE_CHECKING:
    from lab.experiments.e08_activations.learner import FunctionPage

__all__ = ["explain", "sigmoid", "slope_term", "value_term"]

ONE = given("", 1.0)


def sigmoid(x: Term) -> Term:
    """1 / (1 + e^(−x))."""
    return ONE / (1.0 + apply("exp", -x))


def _silu(x: Term) -> Term:
    return x * sigmoid(x)


def value_term(gate: str, x: Term, value: float) -> Term:
    """f(x). `value`: what it comes to, where the formula needs more than the arithmetic has."""
    match gate:
        case "sigmoid":
            return sigmoid(x)
        case "tanh":
            return apply("tanh", x)
        case "relu":
            return (x + apply("abs", x)) / 2.0
        case "leaky_relu":
            return x if x.value > 0 else given("", 0.01) * x
        case "elu":
            return x if x.value > 0 else apply("exp", x) - 1.0
        case "silu":
            return _silu(x)
        case "gelu":
            return x * given("Φ(x)", value / x.value if x.value else 0.5)
        case _:
            return given("", 0.5) * x * (1.0 + _tanh_part(x))


def _tanh_part(x: Term) -> Term:
    scale = apply("sqrt", given("", 2.0) / given("π", 3.141592653589793))
    return apply("tanh", scale * (x + given("", 0.044715) * x**3.0)).named("t")


def slope_term(gate: str, x: Term, value: float, slope: float) -> Term:
    """f′(x). `slope`: what it comes to, where the formula needs more than the arithmetic has."""
    match gate:
        case "sigmoid":
            a = sigmoid(x).named("a")
            return a * (1.0 - a)
        case "tanh":
            return 1.0 - apply("tanh", x).named("a") ** 2.0
        case "relu":
            return given("f′", 1.0 if x.value > 0 else 0.0)
        case "leaky_relu":
            return given("f′", 1.0 if x.value > 0 else 0.01)
        case "elu":
            return given("f′", 1.0) if x.value > 0 else apply("exp", x)
        case "silu":
            a = sigmoid(x).named("a")
            return a * (1.0 + x * (1.0 - a))
        case "gelu":
            bell = apply("exp", -(x**2.0) / 2.0) / apply("sqrt", given("", 2.0) * given("π", 3.141592653589793))
            return given("Φ(x)", value / x.value if x.value else 0.5) + x * bell.named("φ(x)")
        case _:
            return given("f′", slope)


def explain(page: FunctionPage, name: str) -> Term | None:
    """The derivation of a read-out of the Function page; None where it was simply given."""
    if page.lost is not None:
        return None
    x, gate = given("x", page.x), page.gate
    value = value_term(gate, x, page.value).named("f")
    slope = slope_term(gate, x, page.value, page.slope).named("f′")
    miss = given("", 2.0) * (value - 1.0)
    known: dict[str, Term] = {
        "value": value,
        "slope": slope,
        "loss": ((value - 1.0) ** 2.0).named("L"),
        "gradient": (miss * slope).named("dL/dx"),
        "gradient_norm": apply("abs", (miss * slope).named("dL/dx")).named("size"),
        "slope_power": (slope ** given("L", float(page.params.layers))).named("f′^L"),
        "best_product": (given("f′_max", page.peak.slope) ** given("L", float(page.params.layers))).named("f′_max^L"),
    }
    return known.get(name) or _of_the_rival(page, name) or _of_the_swiglu(page, name)


def _of_the_rival(page: FunctionPage, name: str) -> Term | None:
    """The ball that follows the cross-entropy."""
    if not page.raced:
        return None
    a = sigmoid(given("x", page.rival)).named("σ")
    known = {
        "rival_value": a,
        "rival_gradient": (a - 1.0).named("dL/dx"),
        "rival_loss": (-apply("log", a)).named("L"),
    }
    return known.get(name)


def _of_the_swiglu(page: FunctionPage, name: str) -> Term | None:
    """An output of the SwiGLU, or one of its gates, from the entries of its matrices."""
    if not name.startswith("swiglu"):
        return None
    number = int(name[-1]) - 1
    inputs = [given("x₁", float(page.gated.x[0])), given("x₂", float(page.gated.x[1]))]
    opened, what = [], []
    for j in range(W1.shape[1]):
        sum_1 = total([x * float(w) for x, w in zip(inputs, W1[:, j])])
        sum_3 = total([x * float(w) for x, w in zip(inputs, W3[:, j])])
        what.append(sum_1.named(f"u_{j + 1}"))
        opened.append(_silu(sum_3.named(f"g_{j + 1}")).named(f"s_{j + 1}"))
    if name.startswith("swiglu_gate"):
        return opened[number]
    return total([u * s * float(w) for u, s, w in zip(what, opened, W2[:, number])]).named(f"out_{number + 1}")
