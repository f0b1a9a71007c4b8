"""Formulas in a row as one graph: names, sharing, leaves with values, and errors that say where."""

import numpy as np
import pytest

from lab.engine.graph.formula import FormulaError
from lab.engine.graph.program import program_graph, with_names

MICROGRAD = (
    "a = -4; b = 2; c = a + b; d = a*b + b^3; c = c + (c + 1); c = c + (1 + c + (-a));"
    " d = d + (d*2 + relu(b + a)); d = d + (3*d + relu(b - a)); e = c - d; f = e^2; g = f/2; g + 10/f"
)


def gradients(text: str) -> dict[str, float]:
    graph = program_graph(text)
    found = graph.backward(graph.forward())
    return {graph.label(i): float(g) for i in graph.leaves if (g := found[i]) is not None}


def test_the_public_example_of_micrograd_gives_its_published_numbers() -> None:
    graph = program_graph(MICROGRAD)
    assert float(graph.forward()[-1]) == pytest.approx(24.7041, abs=5e-5)
    found = gradients(MICROGRAD)
    assert found["a"] == pytest.approx(138.8338, abs=5e-5)
    assert found["b"] == pytest.approx(645.5773, abs=5e-5)


def test_values_may_stand_before_or_after_and_one_is_what_is_not_said() -> None:
    for text in ("a = 2; b = −3; a*b + c", "a*b + c; a = 2; b = -3", "a*b + c\nb = −3\na = 2"):
        assert float(program_graph(text).forward()[-1]) == -5
    assert gradients("a*b + c; a = 2; b = −3") == {"a": -3.0, "b": 2.0, "c": 1.0}


def test_a_name_stands_for_one_node_wherever_it_is_used() -> None:
    graph = program_graph("d = a*a; d*d + d; a = 3")
    assert [node.name for node in graph.nodes] == ["a", "d", "v1", "L"]
    assert gradients("d = a*a; d*d + d; a = 3")["a"] == pytest.approx(4 * 27 + 6)


def test_a_name_given_again_gets_a_prime_and_every_node_is_called_differently() -> None:
    names = [node.name for node in program_graph("c = a + b; c = c*c; c = c + a; c").nodes]
    assert names == ["a", "b", "c", "c′", "c′′"]
    graph = program_graph(MICROGRAD)
    given = [node.name for node in graph.nodes if node.name]
    assert len(given) == len(set(given))
    assert with_names(graph).nodes[-1].name == "L"


def test_what_leads_nowhere_is_left_out() -> None:
    assert [node.name for node in program_graph("z = a*b; a + 1").nodes] == ["a", "", "L"]


def test_e_and_pi_are_numbers_unless_they_are_given_a_value() -> None:
    assert float(program_graph("e^x").forward()[-1]) == pytest.approx(np.e)
    assert float(program_graph("e = a + 1; e*2").forward()[-1]) == 4
    assert program_graph("e^x").nodes[0].kind == "constant"


@pytest.mark.parametrize(
    ("text", "says", "position"),
    [
        ("a*", "number, a name or a bracket", 2),
        ("foo(3)", "not a function", 0),
        ("snh(x)", "did you mean", 0),
        ("a = 2; b = ; a*b", "b = what?", 11),
        ("a = 2; b = 3", "nothing to compute", 0),
        ("sin = 3; sin + 1", "is a function", 0),
        ("a*b; c = (d", "bracket", 11),
        ("", "nothing to compute", 0),
        ("x" * 400, "characters", 300),
    ],
)
def test_what_cannot_be_read_says_where_and_what_was_expected(text: str, says: str, position: int) -> None:
    with pytest.raises(FormulaError, match=says.replace("?", r"\?")) as error:
        program_graph(text)
    assert error.value.position == position


def test_a_semicolon_inside_brackets_parts_arguments() -> None:
    assert float(program_graph("max(a; b); a = 2; b = 5").forward()[-1]) == 5
