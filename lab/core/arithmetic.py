"""Why this number: a value together with the arithmetic that made it.

A `Term` is a small expression tree that is evaluated as it is built. Whoever shows a number on screen can
build its term from the very values that were used, so a click on the number shows the formula, the formula
with the values filled in, and the result; the same tree is copied as LaTeX or as Python.

    eta, g = given("η", 0.1), given("g", 3.2)
    step = (-eta * g).named("Δw")        # Δw = −η·g = −0.1·3.2 = −0.32
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from lab.core.numbers import exact, show_number, superscript
from lab.core.records import dataclass

__all__ = ["Line", "Term", "apply", "given", "renamed", "total"]

_LATEX = {
    "η": r"\eta",
    "β": r"\beta",
    "ε": r"\varepsilon",
    "λ": r"\lambda",
    "σ": r"\sigma",
    "Δ": r"\Delta ",
    "∇": r"\nabla ",
}
_LATEX |= {"₁": "_{1}", "₂": "_{2}", "ₜ": "_{t}", "·": r"\cdot "}
_PYTHON = {"η": "learning_rate", "β₁": "beta1", "β₂": "beta2", "β": "beta", "ε": "epsilon", "λ": "weight_decay"}
_PYTHON |= {
    "σ": "sigma",
    "Δ": "delta_",
    "∇": "grad_",
    "₁": "1",
    "₂": "2",
    "√": "root_",
    "̂": "_hat",
    "‖": "",
    "′": "_next",
}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "^": 4}
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: `symbols` = `numbers` = `result`, each as text."""

    name: str
    symbols: str
    numbers: str
    result: str


@dataclass(frozen=True, slots=True)
class Term:
    """A number and where it came from. `symbol` names it; `operator` is empty for a given number."""

    value: float
    symbol: str = ""
    operator: str = ""
    operands: tuple[Term, ...] = ()

    def named(self, symbol: str) -> Term:
        """The same term under a name: in a larger formula the name stands, and its own line explains it."""
        return replace(self, symbol=symbol)

    def __add__(self, other: Term | float) -> Term:
        return _binary("+", self, other, lambda a, b: a + b)

    def __sub__(self, other: Term | float) -> Term:
        return _binary("-", self, other, lambda a, b: a - b)

    def __mul__(self, other: Term | float) -> Term:
        return _binary("*", self, other, lambda a, b: a * b)

    def __truediv__(self, other: Term | float) -> Term:
        return _binary("/", self, other, _divide)

    def __pow__(self, other: Term | float) -> Term:
        return _binary("^", self, other, _power)

    def __rsub__(self, other: float) -> Term:
        return given("", other) - self

    def __radd__(self, other: float) -> Term:
        return given("", other) + self

    def __rmul__(self, other: float) -> Term:
        return given("", other) * self

    def __neg__(self) -> Term:
        return Term(-self.value, "", "neg", (self,))

    def lines(self, digits: int = 4) -> tuple[Line, ...]:
        """The derivation, result first, then every named part of it down to what was given."""
        return tuple(
            Line(
                term.symbol,
                _write(term, lambda part: part.symbol or _bracketed(exact(part.value)), top=True),
                _write(
                    term,
                    lambda part: _bracketed(show_number(part.value, digits) if part.symbol else exact(part.value)),
                    top=True,
                    named=False,
                ),
                show_number(term.value, digits),
            )
            for term in self._named_parts()
            if term.operator
        )

    def _named_parts(self) -> Iterator[Term]:
        """This term and every named term below it, each symbol once, breadth first."""
        queue, seen = [self], set[str]()
        while queue:
            term = queue.pop(0)
            if term is self or (term.symbol and term.symbol not in seen):
                seen.add(term.symbol)
                yield term
            queue += term.operands

    def latex(self) -> str:
        """The derivation as LaTeX, one aligned line for each named part."""
        rows = []
        for term in self._named_parts():
            if term.operator:
                left = _latex_symbol(term.symbol) + " &= " if term.symbol else "&"
                formula = _write(term, _latex_leaf, top=True, style="latex")
                filled = _write(
                    term, lambda part: _bracketed(f"{part.value:.6g}"), top=True, named=False, style="latex"
                )
                rows.append(f"{left}{formula} = {filled} = {term.value:.6g}")
        return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"

    def python(self) -> str:
        """The derivation as Python that prints the value: what was given first, each part before it is used."""
        rows = ["from math import cos, exp, log, sin, sqrt, tanh", ""]
        names: set[str] = set()
        for term in self._in_order():
            name = _python_name(term.symbol)
            if term is not self and name not in names:
                names.add(name)
                body = _write(term, _python_leaf, top=True, style="python") if term.operator else repr(term.value)
                rows.append(f"{name} = {body}")
        name = _python_name(self.symbol) if self.symbol else "value"
        body = _write(self, _python_leaf, top=True, style="python") if self.operator else repr(self.value)
        return "\n".join([*rows, f"{name} = {body}", f"print({name})"])

    def _in_order(self) -> Iterator[Term]:
        """The named parts, depth first, operands before what is made of them."""
        stack: list[tuple[Term, bool]] = [(self, False)]
        while stack:
            term, ready = stack.pop()
            if ready:
                if term.symbol:
                    yield term
                continue
            stack.append((term, True))
            stack += [(part, False) for part in reversed(term.operands)]


def given(symbol: str, value: float) -> Term:
    """A number that was put in, under its letter ("" for a plain constant)."""
    return Term(float(value), symbol)


def apply(function: str, term: Term) -> Term:
    """A function of a term: sqrt, exp, log, abs, sin, cos, tanh. Outside its domain the value is NaN or ∞."""
    try:
        value = _FUNCTIONS[function](term.value)
    except ValueError:
        value = math.nan
    except OverflowError:
        value = math.inf
    return Term(value, "", function, (term,))


def total(terms: list[Term]) -> Term:
    """The sum of terms, added from the left. Raises ValueError for an empty list."""
    if not terms:
        raise ValueError("terms must hold at least one term, got none")
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """The same arithmetic with other names for its letters; x_3 and x3 go by the name of x."""
    if not names:
        return term
    operands = tuple(renamed(part, names) for part in term.operands)
    return replace(term, symbol=_called(term.symbol, names), operands=operands)


def _called(symbol: str, names: Mapping[str, str]) -> str:
    if symbol in names:
        return names[symbol]
    letter = symbol.rstrip("0123456789")
    index, letter = symbol[len(letter) :], letter.removesuffix("_")
    return f"{names[letter]} {index}" if index and letter in names else symbol


def _binary(operator: str, a: Term, b: Term | float, compute: Callable[[float, float], float]) -> Term:
    other = b if isinstance(b, Term) else given("", b)
    return Term(compute(a.value, other.value), "", operator, (a, other))


def _divide(a: float, b: float) -> float:
    return a / b if b else (math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a))


def _power(a: float, b: float) -> float:
    try:
        result = a**b
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return result if isinstance(result, float) else math.nan


def _write(
    term: Term, leaf: Callable[[Term], str], top: bool = False, named: bool = True, style: str = "plain", rank: int = 0
) -> str:
    """The formula of a term. `named`: parts with a name stand as that name; otherwise as their value."""
    if not term.operator or (not top and (term.symbol or (not named and _is_leaf(term)))):
        return leaf(term)
    if term.operator in _FUNCTIONS:
        inner = _write(term.operands[0], leaf, named=named, style=style)
        return _function(term.operator, inner, style)
    own = _RANK[term.operator]
    parts = [
        _write(
            part, leaf, named=named, style=style, rank=own + (i > 0 and term.operator in "-/^") + (term.operator == "^")
        )
        for i, part in enumerate(term.operands)
    ]
    if style == "latex" and term.operator == "/":
        return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
    text = _join(term.operator, parts, style)
    return f"({text})" if own < rank else text


def _is_leaf(term: Term) -> bool:
    return not term.operator


def _join(operator: str, parts: list[str], style: str) -> str:
    if operator == "neg":
        return ("-" if style != "plain" else "−") + parts[0]
    if operator == "^":
        if style == "latex":
            return f"{parts[0]}^{{{parts[1]}}}"
        return (
            f"{parts[0]}**{parts[1]}"
            if style == "python"
            else parts[0] + (superscript(int(parts[1])) if parts[1].isdigit() else f"^{parts[1]}")
        )
    sign = {
        "plain": {"+": " + ", "-": " − ", "*": "·", "/": " / "},
        "latex": {"+": " + ", "-": " - ", "*": r" \cdot ", "/": " / "},
        "python": {"+": " + ", "-": " - ", "*": " * ", "/": " / "},
    }[style][operator]
    return sign.join(parts)


def _function(name: str, inner: str, style: str) -> str:
    if name == "sqrt" and style == "latex":
        return rf"\sqrt{{{inner}}}"
    if name == "sqrt" and style == "plain":
        return f"√({inner})"
    return f"\\{name}({inner})" if style == "latex" and name != "abs" else f"{name}({inner})"


def _bracketed(number: str) -> str:
    return f"({number})" if number.startswith(("−", "-")) else number


def _latex_leaf(term: Term) -> str:
    return _latex_symbol(term.symbol) if term.symbol else _bracketed(f"{term.value:.6g}")


def _latex_symbol(symbol: str) -> str:
    if " " in symbol:  # the name of a column
        return rf"\text{{{symbol}}}"
    name, underscore, index = symbol.partition("_")
    if underscore and len(index) > 1:  # H_xx, x_min
        symbol = f"{name}_{{{index}}}" if len(set(index)) == 1 else f"{name}_{{\\text{{{index}}}}}"
    for sign, latex in _LATEX.items():
        symbol = symbol.replace(sign, latex)
    return symbol


def _python_leaf(term: Term) -> str:
    return _python_name(term.symbol) if term.symbol else _bracketed(repr(term.value))


def _python_name(symbol: str) -> str:
    for sign, name in _PYTHON.items():
        symbol = symbol.replace(sign, name)
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in symbol).strip("_")
    return name if name and not name[0].isdigit() else f"x{name}"
