"""The tree a formula becomes: numbers, names, and operations with their operands. Each operation stands in
one table with the two things mathematics knows of it, its value and its slope with respect to each operand,
so that no rule is written twice. The tree is walked iteratively, each distinct node once: a long formula
costs no recursion, and a part shared by several places is computed once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics import activations

__all__ = [
    "CONSTANTS",
    "OPERATIONS",
    "Apply",
    "Name",
    "Node",
    "Number",
    "Operation",
    "derive",
    "evaluate",
    "fold",
]

Array = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number written in the formula, or one that simplification arrived at."""

    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A variable, or one of the constants pi and e."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    """An operation of the table below applied to its operands."""

    operation: str
    operands: tuple["Node", ...]


Node = Number | Name | Apply

CONSTANTS = {"pi": float(np.pi), "e": float(np.e)}
ZERO, ONE, TWO = Number(0.0), Number(1.0), Number(2.0)


def fold(root: Node, combine: Callable[[Node, Sequence[T]], T]) -> T:
    """What `combine(node, results of its operands)` gives at the root; every distinct node is visited once.

    root: the tree.  combine: called for the operands before the node they belong to.
    """
    results: dict[int, T] = {}
    waiting = [root]
    while waiting:
        node = waiting[-1]
        operands = node.operands if isinstance(node, Apply) else ()
        unknown = [operand for operand in operands if id(operand) not in results]
        if unknown:
            waiting.extend(unknown)
            continue
        waiting.pop()
        if id(node) not in results:
            results[id(node)] = combine(node, [results[id(operand)] for operand in operands])
    return results[id(root)]


def evaluate(root: Node, values: dict[str, Array]) -> Array:
    """The tree's value where each variable has the given value; arrays broadcast against each other.

    root: the tree.  values: an array for each variable.
    Returns an array of the operands' common shape; overflow is inf, what is not defined (log of −1) is nan.
    """

    def combine(node: Node, operands: Sequence[Array]) -> Array:
        if isinstance(node, Number):
            return np.asarray(node.value)
        if isinstance(node, Name):
            return values[node.name] if node.name in values else np.asarray(CONSTANTS[node.name])
        return np.asarray(OPERATIONS[node.operation].value(*operands))

    with np.errstate(all="ignore"):
        return fold(root, combine)


def derive(root: Node, variable: str) -> Node:
    """The exact derivative by the chain rule: Σ slope in each operand × derivative of that operand.

    root: the tree.  variable: the name to differentiate by.
    Returns a tree with constants folded and 0 and 1 removed.
    """

    def combine(node: Node, derivatives: Sequence[Node]) -> Node:
        if isinstance(node, Number):
            return ZERO
        if isinstance(node, Name):
            return ONE if node.name == variable else ZERO
        total: Node = ZERO
        if any(not _is(derivative, 0.0) for derivative in derivatives):
            slopes = OPERATIONS[node.operation].slopes(*node.operands)
            for slope, derivative in zip(slopes, derivatives, strict=True):
                total = add(total, multiply(slope, derivative))
        return total

    return fold(root, combine)


# Constructors that simplify a little: constants are folded, and 0 and 1 leave no trace.


def _is(node: Node, value: float) -> bool:
    return isinstance(node, Number) and node.value == value


def _build(operation: str, *operands: Node) -> Node:
    """The operation applied, folded to one number when every operand is a number and the result is finite."""
    node = Apply(operation, operands)
    if all(isinstance(operand, Number) for operand in operands):
        value = float(evaluate(node, {}))
        if np.isfinite(value):
            return Number(value)
    return node


def _factor(node: Node) -> tuple[float, Node | None]:
    """The number standing in front of a product, and what it multiplies: 3·x is (3, x), −x is (−1, x)."""
    if isinstance(node, Number):
        return node.value, None
    if isinstance(node, Apply) and node.operation == "neg":
        coefficient, rest = _factor(node.operands[0])
        return -coefficient, rest
    if isinstance(node, Apply) and node.operation == "*" and isinstance(node.operands[0], Number):
        return node.operands[0].value, node.operands[1]
    return 1.0, node


def add(a: Node, b: Node) -> Node:
    """a + b."""
    if _is(a, 0.0):
        return b
    if _is(b, 0.0):
        return a
    return _build("-", a, negate(b)) if _factor(b)[0] < 0 else _build("+", a, b)


def subtract(a: Node, b: Node) -> Node:
    """a − b."""
    return add(a, negate(b))


def negate(a: Node) -> Node:
    """−a."""
    return multiply(Number(-1.0), a)


def multiply(a: Node, b: Node) -> Node:
    """a · b, the numbers of both gathered in front: 2·x times 3·y is 6·(x·y)."""
    (number_a, rest_a), (number_b, rest_b) = _factor(a), _factor(b)
    coefficient = number_a * number_b
    if not np.isfinite(coefficient):
        return Apply("*", (a, b))
    if rest_a is None or rest_b is None:
        rest = rest_a or rest_b
    else:
        rest = Apply("*", (rest_a, rest_b))
    if rest is None or coefficient == 0:
        return Number(coefficient)
    if coefficient == 1:
        return rest
    return Apply("neg", (rest,)) if coefficient == -1 else Apply("*", (Number(coefficient), rest))


def divide(a: Node, b: Node) -> Node:
    """a / b."""
    if _is(a, 0.0) and not _is(b, 0.0):
        return ZERO
    return a if _is(b, 1.0) else _build("/", a, b)


def power(a: Node, b: Node) -> Node:
    """a to the power b."""
    if _is(b, 0.0):
        return ONE
    return a if _is(b, 1.0) else _build("^", a, b)


# The table: what each operation is worth and how steep it is in each of its operands.


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation's value on arrays, and its slope in each operand as trees made of the operands."""

    value: Callable[..., Any]
    slopes: Callable[..., tuple[Node, ...]]
    operands: int = 1


def _call(name: str) -> Callable[..., Node]:
    return lambda *operands: _build(name, *operands)


sin, cos, tan, exp, log, sqrt = (_call(name) for name in ("sin", "cos", "tan", "exp", "log", "sqrt"))
tanh, sigmoid, sign, step = (_call(name) for name in ("tanh", "sigmoid", "sign", "step"))

OPERATIONS: dict[str, Operation] = {
    "+": Operation(np.add, lambda a, b: (ONE, ONE), 2),
    "-": Operation(np.subtract, lambda a, b: (ONE, Number(-1.0)), 2),
    "*": Operation(np.multiply, lambda a, b: (b, a), 2),
    "/": Operation(np.divide, lambda a, b: (divide(ONE, b), negate(divide(a, power(b, TWO)))), 2),
    "^": Operation(np.power, lambda a, b: (multiply(b, power(a, subtract(b, ONE))), multiply(power(a, b), log(a))), 2),
    "neg": Operation(np.negative, lambda a: (Number(-1.0),)),
    "sin": Operation(np.sin, lambda a: (cos(a),)),
    "cos": Operation(np.cos, lambda a: (negate(sin(a)),)),
    "tan": Operation(np.tan, lambda a: (add(ONE, power(tan(a), TWO)),)),
    "exp": Operation(np.exp, lambda a: (exp(a),)),
    "log": Operation(np.log, lambda a: (divide(ONE, a),)),
    "sqrt": Operation(np.sqrt, lambda a: (divide(Number(0.5), sqrt(a)),)),
    "abs": Operation(np.abs, lambda a: (sign(a),)),
    "tanh": Operation(np.tanh, lambda a: (subtract(ONE, power(tanh(a), TWO)),)),
    "sigmoid": Operation(activations.sigmoid, lambda a: (multiply(sigmoid(a), subtract(ONE, sigmoid(a))),)),
    "relu": Operation(lambda a: np.maximum(a, 0.0), lambda a: (step(a),)),
    "sign": Operation(np.sign, lambda a: (ZERO,)),
    "step": Operation(lambda a: np.heaviside(a, 0.0), lambda a: (ZERO,)),  # 1 above zero, 0 at and below it
    "max": Operation(np.maximum, lambda a, b: (step(subtract(a, b)), subtract(ONE, step(subtract(a, b)))), 2),
    "min": Operation(np.minimum, lambda a, b: (step(subtract(b, a)), subtract(ONE, step(subtract(b, a)))), 2),
}
