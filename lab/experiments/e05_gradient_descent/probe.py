"""The loss and its slope at one point, as fast as plain Python can: a walk asks for them at every step,
one point at a time, and NumPy's arrays cost far more to call than these few multiplications. A formula's
value and both its derivatives are flattened into one list of operations in which a part that occurs
several times is computed once. What plain numbers refuse, such as 1/0, is left to NumPy, which knows inf
and nan."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence

from lab.engine.basics.landscape import FormulaSurface, Surface
from lab.engine.basics.quadratic import QuadraticSurface
from lab.engine.graph.formula_tree import CONSTANTS, Name, Node, Number, fold

__all__ = ["Probe", "probe_of"]

Probe = Callable[[float, float], tuple[float, float, float]]
"""(x, y) -> loss, slope along x, slope along y."""


def probe_of(surface: Surface) -> Probe:
    """The quickest exact way to ask this surface for its loss and slope at a point."""
    if isinstance(surface, FormulaSurface):
        return _Tape(surface)
    if isinstance(surface, QuadraticSurface):
        return _bowl(surface)
    return lambda x, y: _requested(surface, x, y)


def _requested(surface: Surface, x: float, y: float) -> tuple[float, float, float]:
    slope_x, slope_y = surface.gradient(x, y)
    return float(surface.value(x, y)), float(slope_x), float(slope_y)


def _bowl(surface: QuadraticSurface) -> Probe:
    """A quadratic around its lowest point, in the order of operations of the engine."""
    best_x, best_y = surface.best
    (xx, xy), (_, yy) = surface.bends.tolist()
    lowest = surface.lowest

    def probe(x: float, y: float) -> tuple[float, float, float]:
        dx, dy = x - best_x, y - best_y
        slope_x, slope_y = xx * dx + xy * dy, xy * dx + yy * dy
        return lowest + 0.5 * (dx * slope_x + dy * slope_y), slope_x, slope_y

    return probe


class _Tape:
    """A formula and its two slopes as one list of operations; each writes its result behind the last."""

    def __init__(self, surface: FormulaSurface) -> None:
        self._surface = surface
        self._names: dict[str, int] = {"x": 0, "y": 1}
        self._numbers: list[float] = []
        trees = (surface.formula.tree, surface.slopes[0].tree, surface.slopes[1].tree)
        for tree in trees:
            fold(tree, self._number)
        self._first = 2 + len(self._numbers)
        self._known: dict[tuple[object, ...], int] = {}
        self._steps: list[tuple[Callable[..., float], int, int | None]] = []
        self._results = [fold(tree, self._operation) for tree in trees]

    def _number(self, node: Node, _operands: Sequence[None]) -> None:
        """Give every number and constant of the formula its place at the head of the list."""
        value = node.value if isinstance(node, Number) else CONSTANTS.get(node.name) if isinstance(node, Name) else None
        if value is not None and repr(value) not in self._names:
            self._names[repr(value)] = 2 + len(self._numbers)
            self._numbers.append(value)

    def _operation(self, node: Node, operands: Sequence[int]) -> int:
        """The place of a node's value; an operation seen before on the same places is not written twice."""
        if isinstance(node, Number):
            return self._names[repr(node.value)]
        if isinstance(node, Name):
            return self._names[node.name if node.name in self._names else repr(CONSTANTS[node.name])]
        key = (node.operation, *operands)
        if key not in self._known:
            self._known[key] = self._first + len(self._steps)
            a, b = (*operands, None)[:2]
            assert a is not None
            self._steps.append((_SCALAR[node.operation], a, b))
        return self._known[key]

    def __call__(self, x: float, y: float) -> tuple[float, float, float]:
        values = [x, y, *self._numbers]
        add = values.append
        try:
            for function, a, b in self._steps:
                add(function(values[a]) if b is None else function(values[a], values[b]))
        except (ArithmeticError, ValueError):  # a division by 0, the log of −1, an overflow
            return _requested(self._surface, x, y)
        loss, slope_x, slope_y = self._results
        return values[loss], values[slope_x], values[slope_y]


def _larger(a: float, b: float) -> float:
    return a if a > b or a != a else b  # nan, the only number that differs from itself, is passed on


def _smaller(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _sign(a: float) -> float:
    return math.copysign(1.0, a) if a > 0 or a < 0 else a  # 0 and nan stay


def _step(a: float) -> float:
    return 1.0 if a > 0 else 0.0 if a <= 0 else a


_SCALAR: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "neg": operator.neg,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "tanh": math.tanh,
    "sigmoid": lambda a: 0.5 * (1.0 + math.tanh(0.5 * a)),
    "relu": lambda a: _larger(a, 0.0),
    "sign": _sign,
    "step": _step,
    "max": _larger,
    "min": _smaller,
}
"""The engine's operations on single numbers."""
