"""A learner's formula: what it means, its exact derivative, and that nothing typed can do harm."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lab.engine.graph.formula import FUNCTIONS, MAX_LENGTH, Expression, FormulaError, parse

X, Y = 1.3, 0.4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2x", 2.6),
        ("3(x+1)", 6.9),
        ("x y", 0.52),
        ("xy", 0.52),
        ("2xy", 1.04),
        ("(x)(y)", 0.52),
        ("xsin(y)", X * math.sin(Y)),
        ("-x^2", -1.69),
        ("(-x)^2", 1.69),
        ("2^3^2", 512.0),
        ("2^-x", 2**-X),
        ("x**2", 1.69),
        ("x²", 1.69),
        ("x⁻²", 1 / 1.69),
        ("2·x − 3×y", 1.4),
        ("x÷y", X / Y),
        ("8/2/2", 2.0),
        ("1/2x", 0.65),
        ("0,5x", 0.65),
        ("1e-3", 0.001),
        (".5", 0.5),
        ("2e", 2 * math.e),
        ("2π", 2 * math.pi),
        ("pi x", math.pi * X),
        ("ln(x)", math.log(X)),
        ("max(x, y) + min(x; 3)", 2.6),
        ("max(1,2)", 2.0),
        ("relu(-x) + abs(-x)", 1.3),
        ("sigmoid(0)", 0.5),
        ("--x", 1.3),
    ],
)
def test_a_formula_means_what_a_textbook_means_by_it(text: str, value: float) -> None:
    assert parse(text).value(X, Y) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "position", "sentence"),
    [
        ("", 0, "a number, a name or a bracket"),
        ("x +", 3, "the formula ends here"),
        ("(x + 1", 6, "bracket opened at character 1"),
        ("x)", 1, "')' does not fit"),
        ("2 3", 2, "'3' does not fit"),
        ("sin x", 4, "write sin(x)"),
        ("max(x)", 0, "max was given 1 value"),
        ("sin(x, y)", 0, "sin was given 2 values"),
        ("sim(x)", 0, "did you mean 'sin'?"),
        ("x + foo", 4, "'foo' is not a name I know"),
        ("x @ y", 2, "I cannot read '@'"),
        ("1e999", 0, "too large"),
        ("x.__class__", 1, "I cannot read '.'"),
        ("__import__('os')", 0, "is not a name I know"),
        ("lambda: x", 0, "is not a name I know"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_was_expected(text: str, position: int, sentence: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.position == position
    assert sentence in str(caught.value)
    assert caught.value.expected


def test_a_formula_has_other_variables_when_told_so() -> None:
    assert parse("(w − 3)²", ("w",)).value(1.0) == 4.0
    with pytest.raises(FormulaError):
        parse("x", ("w",))


def test_arrays_broadcast_and_a_constant_fills_the_shape() -> None:
    x, y = np.linspace(-1, 1, 5)[None, :], np.linspace(0, 1, 3)[:, None]
    assert parse("x*y").value(x, y).shape == (3, 5)
    assert np.array_equal(parse("7").value(x, y), np.full((3, 5), 7.0))
    with pytest.raises(ValueError, match="arguments: 1 given"):
        parse("x").value(1.0)


def test_what_is_undefined_is_nan_and_what_overflows_is_inf_without_a_warning() -> None:
    assert np.isnan(parse("log(x)").value(-1.0, 0.0))
    assert parse("1/x").value(0.0, 0.0) == np.inf
    assert parse("9**9**9").value(0.0, 0.0) == np.inf
    assert parse("9**9**9").derivative("x").text() == "0"


@pytest.mark.parametrize(
    ("text", "by_x"),
    [
        ("x^2 + 3*sin(y)", "2*x"),
        ("(1-x)^2 + 100*(y-x^2)^2", "-2*(1 - x) - 400*((y - x^2)*x)"),
        ("exp(-x)", "-exp(-x)"),
        ("5", "0"),
        ("x*y", "y"),
        ("2*(3*x)", "6"),
        ("x^-2", "-2*x^-3"),
    ],
)
def test_a_derivative_is_simplified_enough_to_be_read(text: str, by_x: str) -> None:
    assert parse(text).derivative("x").text() == by_x


def test_an_unknown_variable_has_no_derivative() -> None:
    with pytest.raises(ValueError, match="'z' is not one of x, y"):
        parse("x").derivative("z")


def test_kinks_have_the_slope_their_documentation_says() -> None:
    for text, slope in [("abs(x)", 0.0), ("relu(x)", 0.0), ("max(x, 2x)", 2.0), ("min(3x, x)", 1.0)]:
        assert parse(text).derivative("x").value(0.0, 0.0) == slope


def test_latex_and_python_say_the_same_formula() -> None:
    formula = parse("(x+1)^2/2 - 3*2*exp(-y) + sqrt(abs(x))*-y")
    assert formula.latex() == (
        r"\frac{\left(x + 1\right)^{2}}{2} - 3 \cdot 2 e^{-y} + \sqrt{\left|x\right|} \left(-y\right)"
    )
    assert formula.python() == "(x + 1.0) ** 2 / 2.0 - 3.0 * 2.0 * np.exp(-y) + np.sqrt(np.abs(x)) * -y"


# Formulas made at random: their text round trips, their Python agrees, their derivative is the true slope.


def formulas() -> st.SearchStrategy[str]:
    atoms = st.sampled_from(["x", "y", "pi", "e", "2", "0.5", "3", "1e-1"])
    one = [name for name in FUNCTIONS if name not in ("max", "min")]

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        infix = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", " "]), inner).map(
            lambda p: f"({p[0]}){p[1]}({p[2]})"
        )
        called = st.tuples(st.sampled_from(one), inner).map(lambda p: f"{p[0]}({p[1]})")
        pairs = st.tuples(st.sampled_from(["max", "min"]), inner, inner).map("{0[0]}({0[1]}, {0[2]})".format)
        return st.one_of(infix, infix, called, pairs, inner.map(lambda p: f"-({p})"))

    return st.recursive(atoms, grow, max_leaves=8).filter(lambda text: len(text) <= MAX_LENGTH)


points = st.floats(-3, 3).map(lambda value: round(value, 3))


@settings(max_examples=200, deadline=None)
@given(formulas(), points, points)
def test_text_read_again_gives_the_same_bits(text: str, x: float, y: float) -> None:
    for formula in (parse(text), parse(text).derivative("x")):
        written = formula.text()
        if len(written) <= MAX_LENGTH:
            again = parse(written)
            assert again.text() == written
            assert np.array_equal(again.value(x, y), formula.value(x, y), equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(formulas(), points, points)
def test_the_python_text_computes_the_same_value(text: str, x: float, y: float) -> None:
    formula = parse(text)
    with np.errstate(all="ignore"):
        names = {"np": np, "x": np.float64(x), "y": np.float64(y), "__builtins__": {}}
        try:
            value = eval(formula.python(), names)
        except (ZeroDivisionError, OverflowError):  # of two plain numbers, where NumPy gives inf
            return
    expected = formula.value(x, y)
    assume(not isinstance(value, complex))
    assert np.allclose(value, expected, rtol=1e-9, atol=1e-12, equal_nan=True) or not np.isfinite(expected)


@settings(max_examples=300, deadline=None)
@given(formulas(), points, points, st.sampled_from(["x", "y"]))
def test_the_derivative_is_the_slope_between_two_near_points(text: str, x: float, y: float, by: str) -> None:
    formula = parse(text)
    exact = float(formula.derivative(by).value(x, y))
    steps = np.array([-2e-5, -1e-5, 0.0, 1e-5, 2e-5])
    values = formula.value(x + steps, y) if by == "x" else formula.value(x, y + steps)
    assume(np.isfinite(values).all() and np.abs(values).max() < 1e3)
    slopes = np.diff(values) / 1e-5
    assume(np.ptp(slopes) < 1e-2)  # smooth here: no kink and no jump between the points
    central = (8 * (values[3] - values[1]) - (values[4] - values[0])) / 12e-5
    assume(math.isfinite(exact))
    assert exact == pytest.approx(central, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    "text",
    ["x+y", "x-3x", "x*y", "y/x", "x^3", "2^x", "x^x", "(x+y)^(x*y)", "-x"]
    + [f"{name}(x, 2y) + {name}(y, x)" for name in ("max", "min")]
    + [f"{name}(x*y)" for name in FUNCTIONS if name not in ("max", "min")]
    + ["relu(-x)", "abs(-x)", "step(-x)"],
)
def test_every_operation_has_its_exact_slope(text: str) -> None:
    formula, h = parse(text), 1e-5
    central = (formula.value(X + h, Y) - formula.value(X - h, Y)) / (2 * h)
    assert formula.derivative("x").value(X, Y) == pytest.approx(central, rel=1e-8, abs=1e-9)


# Hostile input: whatever is typed, the answer is an Expression or a FormulaError, at once.


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("xy0123459.,;()+-*/^ eπ²−·sincoexpmaxlgtabrthu_", max_size=60))
def test_no_text_raises_anything_but_a_formula_error(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError:
        return
    assert isinstance(formula, Expression)
    formula.value(0.5, 0.5)
    formula.derivative("x").value(0.5, 0.5)


@pytest.mark.parametrize(
    "text", ["(" * 150 + "x" + ")" * 149, "-" * 299 + "x", "x^" * 149 + "x", "sin(" * 74 + "x", "x" * 301]
)
def test_deep_or_long_formulas_are_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=r"nested too deeply|at most 300"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["x*" * 149 + "x", "x" * 300, "x/" * 149 + "y", "sin(" * 59 + "x" + ")" * 59, "x^" * 59 + "x"]
)
def test_the_longest_formulas_have_two_derivatives_in_no_time(text: str) -> None:
    second = parse(text).derivative("x").derivative("y")
    assert np.shape(second.value(np.ones(3), 2.0)) == (3,)
