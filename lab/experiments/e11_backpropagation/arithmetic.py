"""Why this number: the derivation of each read-out as a tree of terms. A gradient is a sum over the uses of a
node, each the arriving gradient times the local derivative: the chain rule with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from lab.core.arithmetic import Term, apply, given, total
from lab.core.text import _
from lab.engine.graph.paths import PathSum, count_paths
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.graphs import entry_name, metric_name
from lab.experiments.e11_backpropagation.slope_check import SlopeCheck

MOST_WAYS = 40  # beyond so many paths a derivation down to the output would explain nothing
Index = tuple[int, ...]


def loss(frame: GraphFrame) -> Term | None:
    return _value(frame, frame.graph.output, ())


def graph_number(frame: GraphFrame, name: str) -> Term | None:
    """Of a value, gradient or updated number, by the name of its read-out; None where it would not come to it."""
    prefix, _bar, label = name.partition("_")
    place = _place(frame, label)
    if place is None:
        return None
    node, index = place
    match prefix:
        case "value":
            term, shown = _value(frame, node, index), frame.values[node]
        case "grad":
            term, shown = _gradient(frame, node, index), frame.gradients[node]
        case _:
            term, shown = _updated(frame, node, index), frame.update.new[node] if frame.update else None
    return term if term is not None and shown is not None and _same(term.value, float(shown[index])) else None


def _same(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-3)


def _place(frame: GraphFrame, name: str) -> tuple[int, Index] | None:
    for node in frame.graph.nodes:
        for index in np.ndindex(frame.shapes[node.id]):
            if metric_name(entry_name(frame.names[node.id], index)) == name:
                return node.id, index
    return None


def _known(frame: GraphFrame, node: int, index: Index) -> Term:
    """A number of the graph under its name; a constant stands as it is."""
    value = frame.values[node]
    assert value is not None
    constant = frame.graph.nodes[node].kind == "constant" and not frame.graph.nodes[node].name
    return given("" if constant else entry_name(frame.names[node], index), float(value[index]))


def _shape(frame: GraphFrame, node: int) -> tuple[int, ...]:
    """The shape of a node that has a value."""
    value = frame.values[node]
    assert value is not None
    return value.shape


def _value(frame: GraphFrame, node: int, index: Index) -> Term | None:
    """A result from its operands."""
    this = frame.graph.nodes[node]
    if this.operation is None or frame.values[node] is None:
        return None
    shapes = [_shape(frame, operand) for operand in this.operands]
    if this.operation.name == "matmul" and len(shapes[0]) == 1 and len(index) == 1:
        a, w = this.operands
        terms = [_known(frame, a, (i,)) * _known(frame, w, (i, index[0])) for i in range(shapes[0][0])]
        return total(terms).named(entry_name(frame.names[node], index))
    if any(shape != (() if not index else _shape(frame, node)) for shape in shapes):
        return None
    rule = RULES.get(this.operation.name)
    if rule is None:
        return None
    return rule(*(_known(frame, operand, index) for operand in this.operands)).named(
        entry_name(frame.names[node], index)
    )


RULES: dict[str, Callable[..., Term]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "square": lambda a: a ** given("", 2),
    "negate": lambda a: -a,
    "sigmoid": lambda a: given("", 1) / (given("", 1) + apply("exp", -a)),
    "relu": lambda a: (a + apply("abs", a)) / 2,
    "maximum": lambda a, b: (a + b + apply("abs", a - b)) / 2,
    "minimum": lambda a, b: (a + b - apply("abs", a - b)) / 2,
    **{name: partial(apply, name) for name in ("exp", "log", "sqrt", "sin", "cos", "abs", "tanh")},
}
"""The operations of a graph, written with those that a term knows."""


def _gradient(frame: GraphFrame, node: int, index: Index, deep: bool = True) -> Term | None:
    """The sum over all uses; what an earlier pass left behind is a term of its own."""
    gradient = frame.gradients[node]
    if gradient is None:
        return None
    name = f"dL/d{entry_name(frame.names[node], index)}"
    if node == frame.graph.output:
        return given(name, float(gradient[index]))
    terms = []
    for target in frame.graph.results:
        arrived = frame.gradients[target]
        for slot, operand in enumerate(frame.graph.nodes[target].operands):
            if operand == node and arrived is not None:
                terms += _arriving(frame, target, slot, index, deep)
    if not terms:
        return None
    if "assign" in frame.params.bugs:
        terms = [term for term in terms if _same(term.value, float(gradient[index]))][:1] or terms
    rest = float(gradient[index]) - sum(term.value for term in terms)
    if abs(rest) > 1e-9 * max(1.0, abs(float(gradient[index]))) and "keep" in frame.params.bugs:
        terms.append(given(_("left over"), rest))
    return total(terms).named(name)


def _arriving(frame: GraphFrame, target: int, slot: int, index: Index, deep: bool) -> list[Term]:
    """What one use brings: the gradient at the result times the local derivative; for matrices, entry by entry."""
    arrived, this = frame.gradients[target], frame.graph.nodes[target]
    assert arrived is not None
    if this.operation is not None and this.operation.name == "matmul" and len(index) == 2:  # an outer product
        before, column = this.operands[0], (index[1],)
        if "cache" in frame.params.bugs or "transpose" in frame.params.bugs or len(arrived.shape) != 1:
            return []
        return [_known(frame, before, (index[0],)) * _arrived(frame, target, column, deep)]
    local = frame.graph.local_derivatives(target, frame.values)[slot]
    if local is None or local.shape != arrived.shape or (index and arrived.shape != _shape(frame, target)):
        return []
    if len(index) != local.ndim:
        return []
    label = f"∂{frame.names[target]}/∂{entry_name(frame.names[this.operands[slot]], index)}"
    return [_arrived(frame, target, index, deep) * given(label, float(local[index]))]


def _arrived(frame: GraphFrame, target: int, index: Index, deep: bool) -> Term:
    """The gradient at a result: derived in turn where there are not too many ways on from it."""
    arrived = frame.gradients[target]
    assert arrived is not None
    plain = given(f"dL/d{entry_name(frame.names[target], index)}", float(arrived[index]))
    if not deep or count_paths(frame.graph)[target] > MOST_WAYS or frame.params.bugs:
        return plain
    derived = _gradient(frame, target, index)
    return derived if derived is not None and _same(derived.value, plain.value) else plain


def _updated(frame: GraphFrame, node: int, index: Index) -> Term | None:
    update = frame.update
    if update is None or node not in update.gradient:
        return None
    name = entry_name(frame.names[node], index)
    old, gradient = float(update.old[node][index]), float(update.gradient[node][index])
    step = given(name, old) - given("η", update.rate) * given(f"dL/d{name}", gradient)
    return step.named(_("new {name}").format(name=name))


def _path_products(paths: PathSum, names: Sequence[str]) -> list[Term]:
    """Each path as the product of its local derivatives."""
    products = []
    for path in paths.paths:
        steps = zip(path.nodes, path.nodes[1:], path.factors)
        product, *others = [given(f"∂{names[after]}/∂{names[before]}", factor) for before, after, factor in steps] or [
            given("", 1.0)
        ]
        for term in others:
            product = product * term
        products.append(product)
    return products


def path(frame: GraphFrame, name: str) -> Term | None:
    """One path, by the name of its read-out."""
    number = int(name.removeprefix("path_")) - 1
    return None if frame.paths is None else _path_products(frame.paths, frame.names)[number]


def path_sum(frame: GraphFrame) -> Term | None:
    """The sum of all paths, where all of them are listed."""
    paths = frame.paths
    if paths is None or paths.count > len(paths.paths) or not 1 <= len(paths.paths) <= 12:
        return None
    name = f"d{frame.names[frame.goal]}/d{frame.names[frame.selected]}"
    term = total([product.named("") for product in _path_products(paths, frame.names)]).named(name)
    return term if _same(term.value, paths.total) else None


def path_through(frame: GraphFrame) -> Term | None:
    """What arrived at the end of the paths, times their sum."""
    arrived, paths = frame.gradients[frame.goal], frame.paths
    if arrived is None or paths is None:
        return None
    end = frame.names[frame.goal]
    sum_of_paths = path_sum(frame) or given(f"d{end}/d{frame.names[frame.selected]}", paths.total)
    return given(f"dL/d{end}", float(arrived)) * sum_of_paths


def error_64(frame: GraphFrame) -> Term | None:
    """How far the slope measured in float64 is from the claimed one."""
    return _error(frame, frame.check64)


def error_32(frame: GraphFrame) -> Term | None:
    return _error(frame, frame.check32)


def _error(frame: GraphFrame, check: SlopeCheck | None) -> Term | None:
    if check is None or check.measured is None:
        return None
    return apply("abs", given(_("measured"), check.measured) - given(f"dL/d{frame.checked_name}", check.claimed))
