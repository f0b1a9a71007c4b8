"""Why this number: the arithmetic of the read-outs, page by page, from the very values that were used."""

from __future__ import annotations

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e08_activations.chain_report import DepthPage
from lab.experiments.e08_activations.classes import Array
from lab.experiments.e08_activations.descent import SoftmaxPage
from lab.experiments.e08_activations.gate_terms import sigmoid, silu, slope_term, value_term
from lab.experiments.e08_activations.learner import FunctionPage
from lab.experiments.e08_activations.lift import StabilityPage
from lab.experiments.e08_activations.swiglu import W1, W2, W3

# --------------------------------------------------------------------------------------------- Function


def value(page: FunctionPage) -> Term:
    """f(x)."""
    return value_term(page.gate, given("x", page.x), page.value).named("f")


def slope(page: FunctionPage) -> Term:
    """f′(x)."""
    return slope_term(page.gate, given("x", page.x), page.value, page.slope).named("f′")


def squared_error(page: FunctionPage) -> Term:
    return ((value(page) - 1.0) ** 2.0).named("L")


def gradient(page: FunctionPage) -> Term:
    """Of the squared error."""
    return (given("", 2.0) * (value(page) - 1.0) * slope(page)).named("dL/dx")


def gradient_size(page: FunctionPage) -> Term:
    return apply("abs", gradient(page)).named("size")


def slope_power(page: FunctionPage) -> Term:
    """The slope of as many layers as are set."""
    return (slope(page) ** given("L", float(page.params.layers))).named("f′^L")


def best_power(page: FunctionPage | DepthPage) -> Term:
    """The steepest slope of as many layers."""
    return (given("f′_max", page.peak.slope) ** given("L", float(page.params.layers))).named("f′_max^L")


def rival_value(page: FunctionPage) -> Term:
    """σ at the ball that follows the cross-entropy."""
    return sigmoid(given("x", page.rival)).named("σ")


def rival_loss(page: FunctionPage) -> Term:
    return (-apply("log", rival_value(page))).named("L")


def rival_gradient(page: FunctionPage) -> Term:
    return (rival_value(page) - 1.0).named("dL/dx")


def swiglu_gate(page: FunctionPage, number: int) -> Term:
    """How far a gate of the SwiGLU is open."""
    return silu(_weighted(page, W3[:, number]).named(f"g_{number + 1}")).named(f"s_{number + 1}")


def swiglu_output(page: FunctionPage, number: int) -> Term:
    products = []
    for j, weight in enumerate(W2[:, number].tolist()):
        what = _weighted(page, W1[:, j]).named(f"u_{j + 1}")
        products.append(what * swiglu_gate(page, j) * weight)
    return total(products).named(f"out_{number + 1}")


def _weighted(page: FunctionPage, weights: Array) -> Term:
    """The two inputs, weighted and added."""
    inputs = given("x₁", float(page.gated.x[0])), given("x₂", float(page.gated.x[1]))
    return total([x * w for x, w in zip(inputs, weights.tolist())])


# ------------------------------------------------------------------------------------------------ Depth


def slope_product(page: DepthPage) -> Term:
    """The mean slopes of all layers, multiplied."""
    first, *others = page.mean_slopes.tolist()
    product = given("f′_1", first)
    for number, mean in enumerate(others, start=2):
        product = product * given(f"f′_{number}", mean)
    return product.named("product")


def gradient_ratio(page: DepthPage) -> Term:
    first, last = float(page.health.gradients[0]), float(page.health.gradients[-1])
    return (given("g_first", first) / given("g_last", last)).named("ratio")


def dead_share(page: DepthPage) -> Term:
    return _share_of_units(page.health.dead.sum(), page)


def locked_share(page: DepthPage) -> Term:
    return _share_of_units(page.health.locked.sum(), page)


def _share_of_units(count: int, page: DepthPage) -> Term:
    return (given("count", float(count)) / given("units", float(page.health.dead.size))).named("share")


# ---------------------------------------------------------------------------------------------- Softmax


def probability(page: SoftmaxPage, number: int) -> Term | None:
    """e^(z/T) of a class over the sum; None where T is 0 or infinite, as for all that is made of it."""
    return None if page.flat else _share(page, number)


def true_probability(page: SoftmaxPage) -> Term | None:
    return probability(page, page.truth)


def pull(page: SoftmaxPage, number: int) -> Term | None:
    """p − y of a class."""
    if page.flat:
        return None
    target = given("y", 1.0 if number == page.truth else 0.0)
    return (_share(page, number) - target).named(f"g_{number + 1}")


def nats(page: SoftmaxPage) -> Term | None:
    """−log p as log Σe − (z − max)/T, which is also right where p itself would be rounded to 0."""
    if page.flat:
        return None
    powers = _powers(page)
    shifted = powers[page.truth].operands[0].named(f"a_{page.truth + 1}")
    return (apply("log", total(powers).named("sum")) - shifted).named("L")


def bits(page: SoftmaxPage) -> Term | None:
    loss = nats(page)
    return None if loss is None else (loss / apply("log", given("", 2.0))).named("L_bits")


def gradient_norm(page: SoftmaxPage) -> Term | None:
    if page.flat:
        return None
    squares = [given(f"g_{i}", g) ** 2.0 for i, g in enumerate(page.slope.tolist(), start=1)]
    return apply("sqrt", total(squares)).named("‖g‖")


def entropy(page: SoftmaxPage) -> Term | None:
    if page.flat or not page.probabilities.min() > 0:
        return None
    parts = [given(f"p_{i}", p) for i, p in enumerate(page.probabilities.tolist(), start=1)]
    return (-total([p * apply("log", p) for p in parts])).named("H")


def _powers(page: SoftmaxPage) -> list[Term]:
    """e^((z − max)/T) of every class: [K]."""
    logits = page.logits.tolist()
    top, found = given("z_max", max(logits)), []
    for i, z in enumerate(logits, start=1):
        shifted = given(f"z_{i}", z) - top
        if page.temperature != 1:
            shifted = shifted / given("T", page.temperature)
        found.append(apply("exp", shifted).named(f"e_{i}"))
    return found


def _share(page: SoftmaxPage, number: int) -> Term:
    powers = _powers(page)
    return (powers[number] / total(powers).named("sum")).named(f"p_{number + 1}")


# -------------------------------------------------------------------------------------------- Stability


def largest_exponent(page: StabilityPage) -> Term:
    return apply("log", given("largest", page.form.largest)).named("limit")


def exponent(page: StabilityPage, number: int) -> Term | None:
    """z − max; None where the format rounds it, or where the maximum is left on."""
    if not page.params.subtract_max:
        return None
    logits = page.columns.logits
    z = given(f"z_{number + 1}", float(logits[number]))
    term = (z - given("z_max", float(logits.max()))).named(f"a_{number + 1}")
    return term if term.value == page.columns.exponents[number] else None


def power_sum(page: StabilityPage) -> Term | None:
    powers = _powers_in_64_bits(page)
    return total(powers).named("sum") if powers else None


def share_in_64_bits(page: StabilityPage) -> Term | None:
    """The probability of the true class."""
    powers = _powers_in_64_bits(page)
    return (powers[page.truth] / total(powers).named("sum")).named("p") if powers else None


def surprise_in_64_bits(page: StabilityPage) -> Term | None:
    """−log of it."""
    share = share_in_64_bits(page)
    return (
        None if share is None or not page.columns.probabilities[page.truth] > 0 else (-apply("log", share)).named("L")
    )


def _powers_in_64_bits(page: StabilityPage) -> list[Term]:
    """The powers where the derivation rounds as the format does, in float64 alone; else none."""
    powers = page.columns.powers
    if page.form.name != "float64" or not np.isfinite(powers).all():
        return []
    return [given(f"e_{i}", value) for i, value in enumerate(powers.tolist(), start=1)]
