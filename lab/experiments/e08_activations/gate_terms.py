"""The value and the slope of each gate as arithmetic."""

from __future__ import annotations

from lab.core.arithmetic import Term, apply, given

__all__ = ["sigmoid", "silu", "slope_term", "value_term"]

ONE = given("", 1.0)


def sigmoid(x: Term) -> Term:
    """1 / (1 + e^(−x))."""
    return ONE / (1.0 + apply("exp", -x))


def silu(x: Term) -> Term:
    """x·σ(x)."""
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
            return silu(x)
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
