"""A formula's tree written out again: as the text a learner types, as LaTeX for the lesson, and as NumPy
code for the code cell. Each writer hands upward a piece of text with the rank of its outermost operation;
brackets are set where an operation of lower rank stands inside one of higher rank, and nowhere else."""

from collections.abc import Sequence
from typing import NamedTuple

from lab.engine.graph.formula_tree import CONSTANTS, Name, Node, Number, fold

__all__ = ["to_latex", "to_python", "to_text"]

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
RANK = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "neg": SIGN, "^": POWER}


class Piece(NamedTuple):
    """A part of the output and the rank of the operation that binds it least."""

    text: str
    rank: int


def _bracket(piece: Piece, least: int, left: str = "(", right: str = ")") -> str:
    return piece.text if piece.rank >= least else f"{left}{piece.text}{right}"


def _number(value: float) -> Piece:
    text = repr(abs(value)).removesuffix(".0")
    return Piece(f"-{text}", SIGN) if value < 0 else Piece(text, ATOM)


def to_text(root: Node) -> str:
    """The formula as typed, with no more brackets than it needs; parsing it again gives the same values.

    root: the tree.  Returns for example "x^2 + 3*sin(y)".
    """

    def combine(node: Node, parts: Sequence[Piece]) -> Piece:
        if isinstance(node, Number):
            return _number(node.value)
        if isinstance(node, Name):
            return Piece(node.name, ATOM)
        operation = node.operation
        if operation in RANK:
            return _infix(operation, parts, " {} ", "{}")
        return Piece(f"{operation}({', '.join(part.text for part in parts)})", ATOM)

    return fold(root, combine).text


def _infix(operation: str, parts: Sequence[Piece], loose: str, tight: str) -> Piece:
    rank = RANK[operation]
    if operation == "neg":
        return Piece(f"-{_bracket(parts[0], SIGN)}", rank)
    a, b = parts
    if operation == "^":  # binds to the right; its exponent may carry a sign
        return Piece(f"{_bracket(a, ATOM)}^{_bracket(b, SIGN)}", rank)
    sign = loose if rank == SUM else tight
    return Piece(f"{_bracket(a, rank)}{sign.format(operation)}{_bracket(b, rank + 1)}", rank)


PYTHON = {
    "abs": "np.abs({})",
    "relu": "np.maximum({}, 0)",
    "step": "np.heaviside({}, 0)",
    "sigmoid": "(1 / (1 + np.exp(-({}))))",
    "max": "np.maximum({}, {})",
    "min": "np.minimum({}, {})",
}


def to_python(root: Node) -> str:
    """The formula as one NumPy expression in the variables' names, `np` being numpy.

    root: the tree.  Returns for example "x ** 2 + 3.0 * np.sin(y)".
    """

    def combine(node: Node, parts: Sequence[Piece]) -> Piece:
        if isinstance(node, Number):  # a float: Python would compute 9 ** 9 ** 9 in whole numbers, for hours
            return Piece(repr(node.value), SIGN if node.value < 0 else ATOM)
        if isinstance(node, Name):
            return Piece(f"np.{node.name}" if node.name in CONSTANTS else node.name, ATOM)
        operation = node.operation
        if operation == "^":
            exponent = _bracket(parts[1], SIGN)
            if isinstance(node.operands[1], Number):
                exponent = exponent.removesuffix(".0")
            return Piece(f"{_bracket(parts[0], ATOM)} ** {exponent}", POWER)
        if operation in RANK:
            return _infix(operation, parts, " {} ", " {} ")
        form = PYTHON.get(operation, f"np.{operation}({{}})")
        return Piece(form.format(*(part.text for part in parts)), ATOM)

    return fold(root, combine).text


LATEX_BRACKETS = (r"\left(", r"\right)")
LATEX = {
    "/": r"\frac{{{}}}{{{}}}",
    "sqrt": r"\sqrt{{{}}}",
    "abs": r"\left|{}\right|",
    "exp": r"e^{{{}}}",
    "sigmoid": r"\sigma\left({}\right)",
    "relu": r"\mathrm{{ReLU}}\left({}\right)",
    "sign": r"\mathrm{{sign}}\left({}\right)",
    "step": r"\mathrm{{step}}\left({}\right)",
    "max": r"\max\left({}, {}\right)",
    "min": r"\min\left({}, {}\right)",
}


def _latex_number(value: float) -> Piece:
    digits, rank = _number(value)
    mantissa, mark, exponent = digits.partition("e")
    if not mark:
        return Piece(digits, rank)
    return Piece(rf"{mantissa} \cdot 10^{{{int(exponent)}}}", min(rank, PRODUCT))


def to_latex(root: Node) -> str:
    r"""The formula in LaTeX's mathematics.

    root: the tree.  Returns for example "x^{2} + 3 \sin\left(y\right)".
    """

    def combine(node: Node, parts: Sequence[Piece]) -> Piece:
        if isinstance(node, Number):
            return _latex_number(node.value)
        if isinstance(node, Name):
            return Piece(r"\pi" if node.name == "pi" else node.name, ATOM)
        operation = node.operation
        if operation == "^":
            base = _bracket(parts[0], ATOM, *LATEX_BRACKETS)
            return Piece(f"{base}^{{{parts[1].text}}}", POWER)
        if operation == "*":
            return _latex_product(parts)
        if operation in ("+", "-", "neg"):
            return _infix_latex(operation, parts)
        form = LATEX.get(operation, rf"\{operation}\left({{}}\right)")
        rank = POWER if operation in ("exp", "/") else ATOM  # to be bracketed as the base of a power only
        return Piece(form.format(*(part.text for part in parts)), rank)

    return fold(root, combine).text


def _infix_latex(operation: str, parts: Sequence[Piece]) -> Piece:
    rank = RANK[operation]
    if operation == "neg":
        return Piece(f"-{_bracket(parts[0], SIGN, *LATEX_BRACKETS)}", rank)
    left, right = (_bracket(part, least, *LATEX_BRACKETS) for part, least in zip(parts, (rank, rank + 1)))
    return Piece(f"{left} {operation} {right}", rank)


def _latex_product(parts: Sequence[Piece]) -> Piece:
    left = _bracket(parts[0], PRODUCT, *LATEX_BRACKETS)
    right = _bracket(parts[1], ATOM + 1 if parts[1].rank == SIGN else PRODUCT, *LATEX_BRACKETS)
    cross = r"\cdot " if right[0].isdigit() else ""  # 2·3, never 2 3
    return Piece(f"{left} {cross}{right}", PRODUCT)
