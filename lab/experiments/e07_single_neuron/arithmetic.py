"""Why this number: the derivation of each read-out as a tree of terms, built from the very values that were
used. Sum first, gate second, as on a blackboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, apply, given, total
from lab.kit.numbers import subscript

if TYPE_CHECKING:
    from lab.experiments.e07_single_neuron.frame import NeuronFrame

__all__ = ["explain_metric", "sum_term"]

MOST_ROWS = 8  # a derivation of more rows than that explains nothing


def explain_metric(frame: NeuronFrame, name: str) -> Term | None:
    """The derivation of a metric by its name; None where it was simply given, or there is none."""
    if frame.metrics().get(name) is None:
        return None
    match name:
        case "z":
            return sum_term(frame, frame.x)
        case "p":
            return _sigmoid(sum_term(frame, frame.x).named("z"))
        case "output":
            return _output(frame)
        case "slope":
            return _slope(frame)
        case "loss":
            return _loss(frame)
        case "accuracy":
            return given("r", frame.right) / given("N", len(frame.examples))
        case "best_try":
            return given("r", frame.tries.best) / given("N", len(frame.examples))
        case "norm":
            return _norm(frame)
        case "margin":
            assert frame.distances is not None
            return _margin(frame, int(frame.distances.argmin()))
    return _numbered(frame, name)


def _numbered(frame: NeuronFrame, name: str) -> Term | None:
    """Metrics of one weight, one input or one row."""
    stem, _bar, tail = name.rpartition("_")
    if stem in ("next", "slope"):
        along = frame.inputs if tail == "bias" else int(tail[1:]) - 1
        return _next(frame, along) if stem == "next" else _gradient(frame, along)
    if stem in ("z", "margin", "output") and tail.isdigit():
        row = int(tail) - 1
        if stem == "margin":
            return _margin(frame, row)
        z = sum_term(frame, frame.examples.row(row))
        return z if stem == "z" else _gated(frame, z.named("z"))
    if name.startswith("term"):
        return _product(frame, int(name[4:]) - 1, frame.x)
    if name.startswith("w") and name[1:].isdigit():
        return given(name[0] + subscript(int(name[1:])), float(frame.neuron.weights[int(name[1:]) - 1]))
    return None


# ---------------------------------------------------------------------------------------- sum and gate


def _product(frame: NeuronFrame, i: int, x: tuple[float, ...]) -> Term:
    mark = subscript(i + 1)
    return given(f"w{mark}", float(frame.neuron.weights[i])) * given(f"x{mark}", x[i])


def sum_term(frame: NeuronFrame, x: tuple[float, ...]) -> Term:
    """z = w₁·x₁ + w₂·x₂ + … + b."""
    votes = [_product(frame, i, x) for i in range(frame.inputs)]
    return total([*votes, given("b", frame.neuron.bias)])


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


def _output(frame: NeuronFrame) -> Term | None:
    return _gated(frame, sum_term(frame, frame.x).named("z"))


def _slope(frame: NeuronFrame) -> Term | None:
    """The slope needs only the output: a·(1 − a), or 1 − a² of a tanh."""
    output = _output(frame)
    if output is None:
        return None
    a = output.named("a")
    return a * (1.0 - a) if frame.params.gate == "sigmoid" else 1.0 - a**2


# --------------------------------------------------------------------------------------- the whole table


def _loss(frame: NeuronFrame) -> Term | None:
    """The mean of log(1 + e^(−z)) over the rows to be answered yes and of log(1 + e^z) over the others."""
    if len(frame.examples) > MOST_ROWS:
        return None
    shares = []
    for i, (z, label) in enumerate(zip(frame.sums.tolist(), frame.examples.labels.tolist())):
        term = given(f"z{subscript(i + 1)}", z)
        shares.append(apply("log", 1.0 + apply("exp", -term if label else term)).named(f"l{subscript(i + 1)}"))
    return total(shares) / given("N", len(frame.examples))


def _norm(frame: NeuronFrame) -> Term:
    squares = [
        given(f"w{subscript(i + 1)}", weight) ** given("", 2.0)
        for i, weight in enumerate(frame.neuron.weights.tolist())
    ]
    return apply("sqrt", total(squares))


def _margin(frame: NeuronFrame, row: int) -> Term:
    """z over ‖w‖, and the other way round for a row to be answered no."""
    z = sum_term(frame, frame.examples.row(row)).named("z")
    signed = z if frame.examples.labels[row] == 1 else -z
    return signed / _norm(frame).named("‖w‖")


# ------------------------------------------------------------------------------------------ the next step


def _next(frame: NeuronFrame, along: int) -> Term:
    """w + η·x or w − η·x by the perceptron rule, w − η·g down the slope."""
    move, eta = frame.move, given("η", frame.params.learning_rate)
    mark = subscript(along + 1) if along < frame.inputs else ""
    now = given(f"w{mark}" if mark else "b", frame.neuron.numbers[along])
    if move.row is None:
        slope = _gradient(frame, along)
        assert slope is not None
        return now - eta * slope.named(f"g{mark or 'b'}")
    if not move.moves:
        return now
    pull = eta * given(f"x{mark}", frame.examples.row(move.row)[along]) if mark else eta
    return now + pull if frame.examples.labels[move.row] == 1 else now - pull


def _gradient(frame: NeuronFrame, along: int) -> Term | None:
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
