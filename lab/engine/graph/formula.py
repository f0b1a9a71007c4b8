"""Reads a formula a learner types, such as x² + 3 sin(y) or (1 − x)^2 + 100(y − x^2)^2, and turns it into
a function whose exact derivative is known. The text is never handed to Python: a small recursive-descent
parser reads the numbers, names and operations it knows and nothing else, so a formula can do no harm
whoever wrote it.

    formula    = term   { ("+" | "-") term }
    term       = signed { ["*" | "/"] signed }         side by side means times: 2x, 3(x+1), x y
    signed     = ("-" | "+") signed | power
    power      = primary ["^" signed]                  to the right: 2^3^2 is 2^9, and -x^2 is -(x^2)
    primary    = number | name | function "(" formula { ("," | ";") formula } ")" | "(" formula ")"
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.engine.graph.formula_text import to_latex, to_python, to_text
from lab.engine.graph.formula_tree import CONSTANTS, OPERATIONS, Apply, Name, Node, Number, derive, evaluate, fold

__all__ = ["FUNCTIONS", "MAX_DEPTH", "MAX_LENGTH", "NAME", "Expression", "FormulaError", "parse"]

MAX_LENGTH = 300
MAX_DEPTH = 60
ALIASES = {"ln": "log", "π": "pi"}
FUNCTIONS = tuple(sorted(name for name in OPERATIONS if name.isalpha() and name != "neg"))

SIGNS = str.maketrans("−–·⋅×∗÷", "--****/")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
LETTERS = "A-Za-z_À-ÖØ-öø-ɏΑ-Ωα-ορ-ω"  # without × and ÷, which are signs, and π, which is a number
NAME = f"[{LETTERS}][{LETTERS}0-9₀-₉]*"
"""What a name looks like: letters, also Greek ones and those with accents, and figures, also below the line."""
TOKEN = re.compile(
    rf"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>{NAME}|π)"
    r"|(?P<power>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<sign>\*\*|[-+*/^(),;])"
)


class FormulaError(ValueError):
    """A formula that cannot be read: where it stops making sense, and what was expected there.

    position: how many characters of the text stand before the trouble.  expected: what would have fitted.
    """

    def __init__(self, message: str, position: int, expected: str) -> None:
        super().__init__(message)
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A formula that was read: a function of its variables, with an exact derivative.

    tree: the operations.  variables: the names, in the order in which `value` takes them.
    """

    tree: Node
    variables: tuple[str, ...]

    def value(self, *arguments: ArrayLike) -> NDArray[np.float64]:
        """The formula's value, for one point or for whole arrays of points.

        arguments: an array for each variable, in order; they broadcast.
        Returns float64 of their common shape; overflow is inf, what is not defined is nan.
        Raises ValueError when the number of arguments is wrong.
        """
        if len(arguments) != len(self.variables):
            raise ValueError(f"arguments: {len(arguments)} given, needed {', '.join(self.variables)}")
        arrays = [np.asarray(argument, dtype=np.float64) for argument in arguments]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        value = evaluate(self.tree, dict(zip(self.variables, arrays, strict=True)))
        return np.array(np.broadcast_to(value, shape))

    def derivative(self, variable: str) -> "Expression":
        """The exact partial derivative, simplified a little.

        At a kink abs has slope 0, relu 0, and max and min the slope of their second value.
        variable: one of `variables`.  Raises ValueError when it is not.
        """
        if variable not in self.variables:
            raise ValueError(f"variable: {variable!r} is not one of {', '.join(self.variables)}")
        return Expression(derive(self.tree, variable), self.variables)

    def depends_on(self) -> frozenset[str]:
        """The variables that occur in the formula; empty when it is a constant."""

        def names(node: Node, below: Sequence[frozenset[str]]) -> frozenset[str]:
            own = {node.name} if isinstance(node, Name) and node.name in self.variables else ()
            return frozenset(own).union(*below)

        return fold(self.tree, names)

    def text(self) -> str:
        """The formula as it would be typed; parsing it gives the same values again."""
        return to_text(self.tree)

    def latex(self) -> str:
        """The formula in LaTeX's mathematics."""
        return to_latex(self.tree)

    def python(self) -> str:
        """The formula as one NumPy expression, `np` being numpy."""
        return to_python(self.tree)


def parse(text: str, variables: Sequence[str] = ("x", "y")) -> Expression:
    """Reads a formula of numbers, pi, e, + − * / ^, brackets, the functions in FUNCTIONS, and variables.

    text: at most MAX_LENGTH characters, nested at most MAX_DEPTH deep.
    variables: the names it may use.
    Raises FormulaError, a ValueError, naming the position and what was expected there.
    """
    if len(text) > MAX_LENGTH:
        _fail(f"the formula has {len(text)} characters", MAX_LENGTH, f"at most {MAX_LENGTH}")
    names = tuple(variables)
    return Expression(_Reader(list(_tokens(text, names))).formula_to_the_end(), names)


class _Token(NamedTuple):
    kind: str  # number, name, function, power (a superscript), end, or the sign itself
    text: str
    position: int


def _tokens(text: str, variables: tuple[str, ...]) -> Iterator[_Token]:
    """The text cut into tokens, each with the place where it stands in what the learner wrote."""
    plain = text.translate(SIGNS)  # a character for a character, so that positions stay
    position = 0
    while position < len(plain):
        if plain[position].isspace():
            position += 1
            continue
        match = TOKEN.match(plain, position)
        if match is None:
            _fail(f"I cannot read {text[position]!r}", position, "a number, a name or one of + - * / ^ ( )")
        kind, word = str(match.lastgroup), match.group()
        if kind == "name":
            yield from _names(ALIASES.get(word, word), position, variables)
        else:
            yield _Token(word if kind == "sign" else kind, word, position)
        position = match.end()
    yield _Token("end", "", len(text))


def _names(word: str, position: int, variables: tuple[str, ...]) -> Iterator[_Token]:
    """One name, or several written without a space: xy is x times y, xsin is x times sin."""
    parts = _split(word, variables)
    if parts is None:
        known = [*variables, *CONSTANTS, *FUNCTIONS]
        close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]!r}?" if close else f". I know {', '.join(known)}"
        _fail(f"{word!r} is not a name I know{hint}", position, "a variable, pi, e or a function")
    for part in parts:
        yield _Token("function" if part in FUNCTIONS and part not in variables else "name", part, position)
        position += len(part)


def _split(word: str, variables: tuple[str, ...]) -> list[str] | None:
    if word in variables or word in CONSTANTS or word in FUNCTIONS:
        return [word]
    for name in sorted((*variables, *CONSTANTS), key=len, reverse=True):
        if word.startswith(name):
            rest = _split(word[len(name) :], variables)
            return None if rest is None else [name, *rest]
    return None


def _fail(message: str, position: int, expected: str) -> NoReturn:
    raise FormulaError(f"{message} (at character {position + 1}); expected {expected}", position, expected)


class _Reader:
    """The tokens and how far they have been read; one method a rule of the grammar above."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.next = 0
        self.depth = 0
        self.comma_separates = False  # inside max( , ); elsewhere a comma between digits is the decimal mark

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self, *kinds: str) -> _Token | None:
        token = self.token
        if token.kind not in kinds:
            return None
        self.next += 1
        return token

    def need(self, kind: str, expected: str) -> None:
        if self.take(kind) is None:
            ended = self.token.kind == "end"
            _fail(
                "the formula ends here" if ended else f"{self.token.text!r} does not fit",
                self.token.position,
                expected,
            )

    def formula_to_the_end(self) -> Node:
        tree = self.formula()
        self.need("end", "+ - * / ^ or the end of the formula")
        return tree

    def formula(self) -> Node:
        tree = self.term()
        while sign := self.take("+", "-"):
            tree = Apply(sign.kind, (tree, self.term()))
        return tree

    def term(self) -> Node:
        tree = self.signed()
        while True:
            if sign := self.take("*", "/"):
                tree = Apply(sign.kind, (tree, self.signed()))
            elif self.token.kind in ("name", "function", "("):
                tree = Apply("*", (tree, self.signed()))
            else:
                return tree

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            _fail("the formula is nested too deeply", self.token.position, f"at most {MAX_DEPTH} levels")
        if sign := self.take("-", "+"):
            tree = self.signed()
            if sign.kind == "-" and isinstance(tree, Number) and tree.value:
                tree = Number(-tree.value)  # −2 is a number, like 2
            elif sign.kind == "-":
                tree = Apply("neg", (tree,))
        else:
            tree = self.power()
        self.depth -= 1
        return tree

    def power(self) -> Node:
        tree = self.primary()
        if raised := self.take("power"):
            tree = Apply("^", (tree, Number(float(raised.text.translate(SUPERSCRIPTS)))))
        if self.take("^", "**"):
            tree = Apply("^", (tree, self.signed()))
        return tree

    def primary(self) -> Node:
        if number := self.take("number"):
            return self.number(number)
        if name := self.take("name"):
            return Name(name.text)
        if function := self.take("function"):
            return self.call(function)
        if opening := self.take("("):
            return self.bracketed(opening, 0, comma_separates=False)[0]
        self.need("", "a number, a name or a bracket")
        raise AssertionError("unreachable")

    def number(self, token: _Token) -> Node:
        text = token.text
        if not self.comma_separates and text.isdigit() and self.decimals_follow(token):
            text += "." + self.tokens[self.next + 1].text  # 0,5 is 0.5
            self.next += 2
        try:
            value = float(text)
        except ValueError:
            _fail(f"{text!r} is not a number", token.position, "a number such as 0.5 or 1e-3")
        if not np.isfinite(value):
            _fail(f"{text} is too large a number", token.position, "a number below 1e308")
        return Number(value)

    def decimals_follow(self, token: _Token) -> bool:
        """Whether a comma and more digits stand directly behind the number just taken."""
        comma, digits = (*self.tokens[self.next : self.next + 2], self.token)[:2]
        behind = token.position + len(token.text)
        return (comma.kind, comma.position, digits.kind, digits.position) == (
            ",",
            behind,
            "number",
            behind + 1,
        )

    def call(self, function: _Token) -> Node:
        name, opening = function.text, self.token
        count = OPERATIONS[name].operands
        self.need("(", f"'(': write {name}({'x, y' if count == 2 else 'x'})")
        arguments = self.bracketed(opening, count, comma_separates=count > 1)
        if len(arguments) != count:
            what = f"{name} was given {len(arguments)} value{'s' * (len(arguments) > 1)}"
            _fail(what, function.position, f"{count} value{'s' * (count > 1)}")
        return Apply(name, tuple(arguments))

    def bracketed(self, opening: _Token, most: int, comma_separates: bool) -> list[Node]:
        """What stands between a bracket already read and the one that closes it."""
        outside, self.comma_separates = self.comma_separates, comma_separates
        parts = [self.formula()]
        while len(parts) <= most and self.take(",", ";"):
            parts.append(self.formula())
        self.need(")", f"')' for the bracket opened at character {opening.position + 1}")
        self.comma_separates = outside
        return parts
