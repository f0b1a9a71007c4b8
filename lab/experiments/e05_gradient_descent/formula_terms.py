"""The loss and its slope at a place as derivations: a formula's tree becomes a tree of terms, and the
squared error of a line its quadratic form around the best line. A surface known on a grid only has no
derivation; there the number is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lab.core.arithmetic import Term, apply, given
from lab.engine.basics.landscape import FormulaSurface, Surface
from lab.engine.basics.quadratic import QuadraticSurface
from lab.engine.graph.formula_tree import CONSTANTS, Name, Node, Number, fold

__all__ = ["loss_term", "slope_term", "terms_of"]

Pair = tuple[float, float]


def loss_term(surface: Surface, place: Pair) -> Term | None:
    """The loss at a place, or None where no formula is known."""
    if isinstance(surface, FormulaSurface):
        return terms_of(surface.formula.tree, place).named("L")
    if not isinstance(surface, QuadraticSurface):
        return None
    d = _way(surface, place)
    slopes = [_curved(surface, d, along) for along in (0, 1)]
    return (given("L_min", surface.lowest) + given("", 0.5) * (d[0] * slopes[0] + d[1] * slopes[1])).named("L")


def slope_term(surface: Surface, place: Pair, along: int, value: float) -> Term:
    """The derivative of the loss along x (0) or y (1) at a place; `value`, where no formula is known."""
    if isinstance(surface, FormulaSurface):
        return terms_of(surface.slopes[along].tree, place)
    if isinstance(surface, QuadraticSurface):
        return _curved(surface, _way(surface, place), along)
    return given("", value)


def _way(surface: QuadraticSurface, place: Pair) -> tuple[Term, Term]:
    """The way from the best point."""
    dx = (given("x", place[0]) - given("x_min", surface.best[0])).named("d_x")
    dy = (given("y", place[1]) - given("y_min", surface.best[1])).named("d_y")
    return dx, dy


def _curved(surface: QuadraticSurface, d: tuple[Term, Term], along: int) -> Term:
    """One row of H·d."""
    names = (("H_xx", "H_xy"), ("H_xy", "H_yy"))[along]
    row = [given(name, float(bend)) for name, bend in zip(names, surface.bends[along])]
    return row[0] * d[0] + row[1] * d[1]


def terms_of(tree: Node, place: Pair) -> Term:
    """A formula at a place, operation by operation."""
    names = {"x": given("x", place[0]), "y": given("y", place[1])}
    names |= {name: given("", value) for name, value in CONSTANTS.items()}

    def combine(node: Node, operands: Sequence[Term]) -> Term:
        if isinstance(node, Number):
            return given("", node.value)
        if isinstance(node, Name):
            return names[node.name]
        return _TERMS[node.operation](*operands)

    return fold(tree, combine)


def _call(name: str) -> Callable[[Term], Term]:
    return lambda a: apply(name, a)


def _sign(a: Term) -> Term:
    return a / apply("abs", a) if a.value else a * 0.0


def _larger(a: Term, b: Term) -> Term:
    return (a + b + apply("abs", a - b)) / 2.0


def _smaller(a: Term, b: Term) -> Term:
    return (a + b - apply("abs", a - b)) / 2.0


_TERMS: dict[str, Callable[..., Term]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
    "neg": lambda a: -a,
    **{name: _call(name) for name in ("sin", "cos", "exp", "log", "sqrt", "abs", "tanh")},
    "tan": lambda a: apply("sin", a) / apply("cos", a),
    "sigmoid": lambda a: given("", 0.5) * (1.0 + apply("tanh", given("", 0.5) * a)),
    "relu": lambda a: (a + apply("abs", a)) / 2.0,
    "sign": _sign,
    "step": lambda a: (1.0 + _sign(a)) / 2.0 if a.value else a * 0.0,
    "max": _larger,
    "min": _smaller,
}
"""The engine's operations, written with those a derivation knows."""
