"""Why this number: the derivation of each read-out as a tree of terms, built from the very values that were
used. Sum first, gate second, as on a blackboard."""

from __future__ import annotations

from lab.core.arithmetic import Term, apply, given, total
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.kit.numbers import subscript

__all__ = [
    "accuracy",
    "after",
    "best_try",
    "gradient",
    "loss",
    "margin",
    "norm",
    "output",
    "output_of_row",
    "p",
    "product_now",
    "slope",
    "smallest_margin",
    "weight",
    "z",
    "z_of_row",
]

MOST_ROWS = 8  # a derivation of more rows than that explains nothing


# ---------------------------------------------------------------------------------------- sum and gate


def weight(frame: NeuronFrame, i: int) -> Term:
    """A weight, or behind the last of them the bias, as it was set or learned."""
    return given(f"w{subscript(i + 1)}" if i < frame.inputs else "b", frame.neuron.numbers[i])


def _product(frame: NeuronFrame, i: int, x: tuple[float, ...]) -> Term:
    return weight(frame, i) * given(f"x{subscript(i + 1)}", x[i])


def product_now(frame: NeuronFrame, i: int) -> Term:
    """A weight times what is fed to it."""
    return _product(frame, i, frame.x)


def _sum(frame: NeuronFrame, x: tuple[float, ...]) -> Term:
    """z = w₁·x₁ + w₂·x₂ + … + b."""
    return total([*(_product(frame, i, x) for i in range(frame.inputs)), weight(frame, frame.inputs)])


def z(frame: NeuronFrame) -> Term:
    """The sum of what is fed."""
    return _sum(frame, frame.x)


def z_of_row(frame: NeuronFrame, row: int) -> Term:
    """The sum of a row."""
    return _sum(frame, frame.examples.row(row))


def _sigmoid(z: Term) -> Term:
    """1/(1 + e^(−z)), written with e to a negative power on either side of 0."""
    one = given("", 1.0)
    if z.value >= 0:
        return one / (one + apply("exp", -z))
    return apply("exp", z) / (one + apply("exp", z))


def _gated(frame: NeuronFrame, z: Term) -> Term | None:
    if frame.params.gate == "sigmoid":
        return _sigmoid(z)
    return apply("tanh", z) if frame.params.gate == "tanh" else None


def p(frame: NeuronFrame) -> Term:
    """σ(z), whatever the gate is."""
    return _sigmoid(z(frame).named("z"))


def output(frame: NeuronFrame) -> Term | None:
    """The gate of the sum; None for a step."""
    return _gated(frame, z(frame).named("z"))


def output_of_row(frame: NeuronFrame, row: int) -> Term | None:
    """The same for a row."""
    return _gated(frame, z_of_row(frame, row).named("z"))


def slope(frame: NeuronFrame) -> Term | None:
    """The slope needs only the output: a·(1 − a), or 1 − a² of a tanh."""
    found = output(frame)
    if found is None:
        return None
    a = found.named("a")
    return a * (1.0 - a) if frame.params.gate == "sigmoid" else 1.0 - a**2


# --------------------------------------------------------------------------------------- the whole table


def loss(frame: NeuronFrame) -> Term | None:
    """The mean of log(1 + e^(−z)) over the rows to be answered yes and of log(1 + e^z) over the others."""
    if len(frame.examples) > MOST_ROWS:
        return None
    shares = []
    for i, (value, label) in enumerate(zip(frame.sums.tolist(), frame.examples.labels.tolist())):
        term = given(f"z{subscript(i + 1)}", value)
        shares.append(apply("log", 1.0 + apply("exp", -term if label else term)).named(f"l{subscript(i + 1)}"))
    return total(shares) / given("N", len(frame.examples))


def accuracy(frame: NeuronFrame) -> Term:
    """Rows right, of all."""
    return given("r", frame.right) / given("N", len(frame.examples))


def best_try(frame: NeuronFrame) -> Term:
    """Rows right after the best try, of all."""
    return given("r", frame.tries.best) / given("N", len(frame.examples))


def norm(frame: NeuronFrame) -> Term:
    """‖w‖, the root of the sum of squares."""
    return apply("sqrt", total([weight(frame, i) ** given("", 2.0) for i in range(frame.inputs)]))


def margin(frame: NeuronFrame, row: int) -> Term:
    """z over ‖w‖, and the other way round for a row to be answered no."""
    value = z_of_row(frame, row).named("z")
    signed = value if frame.examples.labels[row] == 1 else -value
    return signed / norm(frame).named("‖w‖")


def smallest_margin(frame: NeuronFrame) -> Term | None:
    """That of the nearest row."""
    return None if frame.distances is None else margin(frame, int(frame.distances.argmin()))


# ------------------------------------------------------------------------------------------ the next step


def after(frame: NeuronFrame, along: int) -> Term:
    """w + η·x or w − η·x by the perceptron rule, w − η·g down the slope. along: a weight, or behind them the bias."""
    move, eta, now = frame.move, given("η", frame.params.learning_rate), weight(frame, along)
    mark = subscript(along + 1) if along < frame.inputs else ""
    if move.row is None:
        return now - eta * gradient(frame, along).named(f"g{mark or 'b'}")
    if not move.moves:
        return now
    pull = eta * given(f"x{mark}", frame.examples.row(move.row)[along]) if mark else eta
    return now + pull if frame.examples.labels[move.row] == 1 else now - pull


def gradient(frame: NeuronFrame, along: int) -> Term:
    """Σ (p − y)·x / N, and Σ (p − y) / N for the bias."""
    assert frame.move.gradient is not None
    rows = len(frame.examples)
    if rows > MOST_ROWS:
        return given("", frame.move.gradient[along])
    shares = []
    for i in range(rows):
        z, mark = given(f"z{subscript(i + 1)}", float(frame.sums[i])), subscript(i + 1)
        off = _sigmoid(z).named(f"p{mark}") - given("", float(frame.examples.labels[i]))
        shares.append(off * given("", float(frame.examples.points[i, along])) if along < frame.inputs else off)
    return total(shares) / given("N", rows)
