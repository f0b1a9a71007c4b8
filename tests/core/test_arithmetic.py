"""Why this number: the tree that explains a value is the tree that computed it."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from lab.core.arithmetic import apply, given, total


def momentum_step():
    eta, g, beta, m = given("η", 0.1), given("g₁", 3.2), given("β", 0.9), given("m₁", 0.5)
    new = (beta * m + (1 - beta) * g).named("m₁′")
    return (given("w₁", 2.0) - eta * new).named("w₁′")


def test_the_value_is_computed_as_it_is_built() -> None:
    assert momentum_step().value == 2.0 - 0.1 * (0.9 * 0.5 + 0.1 * 3.2) == pytest.approx(1.923)


def test_each_named_part_has_its_own_line_with_symbols_numbers_and_result() -> None:
    first, second = momentum_step().lines()
    assert (first.name, first.symbols) == ("w₁′", "w₁ − η·m₁′")
    assert first.numbers == "2.000 − 0.1000·0.7700"
    assert second.symbols == "β·m₁ + (1 − β)·g₁"
    assert second.result == "0.7700"


def test_negative_values_are_bracketed() -> None:
    term = (given("a", 2.0) - given("b", -3.0)).named("c")
    assert term.lines()[0].numbers == "2.000 − (−3.000)"


def test_brackets_stand_where_they_are_needed_and_nowhere_else() -> None:
    a, b, c = given("a", 8.0), given("b", 4.0), given("c", 2.0)
    assert (a - (b - c)).lines()[0].symbols == "a − (b − c)"
    assert ((a - b) - c).lines()[0].symbols == "a − b − c"
    assert (a / (b * c)).lines()[0].symbols == "a / (b·c)"
    assert ((a + b) * c).lines()[0].symbols == "(a + b)·c"
    assert ((a + b) ** 2).lines()[0].symbols == "(a + b)²"


def test_latex_names_the_greek_letters() -> None:
    latex = momentum_step().latex()
    assert r"\eta" in latex
    assert latex.startswith(r"\begin{aligned}")


def test_the_python_that_is_copied_prints_the_number() -> None:
    term = momentum_step()
    done = subprocess.run([sys.executable, "-c", term.python()], capture_output=True, text=True, check=True)
    assert float(done.stdout) == term.value


def test_a_part_that_is_used_in_several_places_is_defined_before_it_is_used() -> None:
    x, eta = given("x", 1.5), given("η", 0.1)
    slope = (2 * (x - 3.0)).named("g")
    term = (x - eta * slope).named("x′")
    done = subprocess.run([sys.executable, "-c", term.python()], capture_output=True, text=True, check=True)
    assert float(done.stdout) == term.value


def test_long_indices_are_braced_in_latex() -> None:
    assert "x_{\\text{min}}" in (given("x_min", 1.0) + 1.0).named("y").latex()


def test_functions_out_of_their_domain_are_nan_or_infinite() -> None:
    assert math.isnan(apply("log", given("x", -1.0)).value)
    assert math.isinf(apply("exp", given("x", 1e6)).value)
    assert math.isinf((given("a", 1.0) / given("b", 0.0)).value)


def test_a_sum_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        total([])
    assert total([given("a", 1.0), given("b", 2.0), given("c", 3.0)]).value == 6
