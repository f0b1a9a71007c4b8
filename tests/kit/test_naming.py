"""The names of the data stand for letters, where there are any."""

from __future__ import annotations

import pytest

from lab.catalog import find
from lab.core.arithmetic import given, renamed, total
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e01_what_is_ml.gestures import SetTable as Points
from lab.experiments.e03_linear_regression.gestures import SetTable as Columns
from lab.experiments.e04_loss_functions.gestures import SetTable as Pairs
from lab.experiments.e06_training_loop.gestures import SetSamples
from lab.experiments.e07_single_neuron.gestures import SetPoints as Yes
from lab.experiments.e09_decision_boundaries.gestures import SetPoints as Classes
from lab.kit.naming import letters, named_line, short

X, Y = (20.0, 30.0, 40.0, 50.0), (1.0, 2.0, 3.0, 5.0)


def test_a_name_goes_without_its_unit_and_is_cut_where_it_is_long() -> None:
    assert short("height (cm)") == "height" and short("price [$]") == "price" and short("(cm)") == "(cm)"
    assert short("a" * 24) == "a" * 24 and short("a" * 25) == "a" * 23 + "…"


def test_letters_without_a_name_stay_and_scaled_columns_say_so() -> None:
    assert letters({"x": "x", "y": "price"}) == {"y": "price"}
    assert letters({"x₁": "", "x₂": "x₂"}) == {}
    assert letters({"x": "age", "y": "price"}, frozenset("x")) == {"x": "age, scaled", "y": "price"}


def test_a_formula_has_names_only_where_both_can_be_read_there() -> None:
    assert named_line("size (m²)", "price") == ("size", "price")
    assert named_line("x", "price") == ("x", "ŷ")
    assert named_line("a" * 14, "price")[1] == "price" and named_line("a" * 15, "price") == ("x", "ŷ")


def test_arithmetic_is_the_same_under_other_names() -> None:
    term = (given("w", 2) * given("x_3", 5) + given("x", 1) * total([given("x1", 7), given("x̄", 1)])).named("ŷ")
    called = renamed(term, {"x": "petal length"})
    assert called.value == term.value
    line = called.lines()[0]
    assert line.symbols == "w·petal length 3 + petal length·(petal length 1 + x̄)" and line.name == "ŷ"
    assert r"\text{petal length}" in called.latex() and "petal_length_3 = 5.0" in called.python()
    assert renamed(term, {}) is term


def formula(id: str, metric: str, action: object, **values: object) -> str:
    specification = find(id).load()
    frame = played(specification, Setting(values, 0, ((0, action),))).snapshot()
    term = specification.metrics.why(frame, metric)
    assert term is not None
    return "\n".join(f"{line.name} = {line.symbols}" for line in term.lines())


@pytest.mark.parametrize(
    ("id", "metric", "action", "values", "shown"),
    [
        ("what-is-ml", "miss_1", Points(X, Y, (), (), "age (years)", "price"), {"data": "own"}, "w·age 1 + b"),
        ("linear-regression", "mse", Columns("own", X, Y, (), ("age", "", "price")), {"data": "own"}, "price 1 − (w·"),
        ("loss-functions", "residual_1", Pairs(X, Y, "age", "price"), {"data": "own"}, "price 1 − ŷ_1"),
        (
            "single-neuron",
            "z",
            Yes(X[:4], Y[:4], (0, 1, 0, 1), ("age", "price", "cat", "dog")),
            {"data": "own"},
            "w₁·age + w₂·price + b",
        ),
        (
            "decision-boundaries",
            "z",
            Classes(X, Y, (0, 1, 0, 1), ("age", "price"), ("cat", "dog")),
            {"data": "own", "hidden": ""},
            "·age, scaled + ",
        ),
    ],
)  # fmt: skip
def test_the_arithmetic_of_own_data_speaks_of_its_columns(
    id: str, metric: str, action: object, values: dict[str, object], shown: str
) -> None:
    assert shown in formula(id, metric, action, **values)


def test_what_is_scaled_is_called_so() -> None:
    action = SetSamples(X, Y, "age", "price", center=35.0, spread=10.0)
    specification = find("training-loop").load()
    values = {"data": "own", "batch_size": 4}
    frame = played(specification, Setting(values, 0, ((0, action),), 5)).snapshot()
    term = specification.metrics.why(frame, "gradient_w")
    assert term is not None and "age, scaled 1·d_1" in term.lines()[0].symbols


def test_read_outs_of_classes_go_by_their_names() -> None:
    specification = find("decision-boundaries").load()
    action = Classes(X, Y, (0, 1, 2, 1), ("age", "price"), ("cat", "dog", "pony"))
    frame = played(specification, Setting({"data": "own"}, 0, ((0, action),))).snapshot()
    label = specification.metrics.label
    assert [label(frame, f"p_{letter}") for letter in "abc"] == [
        f"belief in {name} at the ball" for name in ("cat", "dog", "pony")
    ]
    assert label(frame, "ball_x") == "age, scaled of the ball" and label(frame, "loss_seen") == "loss, seen"
    plain = played(specification, Setting()).snapshot()
    assert label(plain, "p_c") == "belief in class C at the ball" and label(plain, "ball_x") == "x₁ of the ball"
