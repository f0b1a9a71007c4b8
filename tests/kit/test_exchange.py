"""Reading what other experiments send."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.engine.nets.exchange import NetworkForm, network_artifact
from lab.kit.exchange import (
    column_names,
    entry_name,
    latest,
    newest,
    numbers_in,
    other_inputs,
    outcome_names,
    until_received,
)


def table(title: str) -> Artifact:
    return Artifact("table", title, {"x": np.zeros(2)})


def test_the_newest_artifact_of_a_kind_is_the_last_one() -> None:
    network = Artifact("network", "n", {})
    assert newest((table("a"), table("b"), network), "table", "data").title == "b"
    assert latest((), "table") is None


def test_asking_for_what_was_never_received_names_the_control() -> None:
    with pytest.raises(ParamError, match="nothing was received yet: send a table here") as caught:
        newest((Artifact("network", "n", {}),), "table", "data")
    assert caught.value.name == "data"


def test_numbers_are_float64_with_the_axes_that_are_needed() -> None:
    values = numbers_in({"x": [1, 2, None]}, "x", 1, "table")
    assert values.dtype == np.float64 and np.isnan(values[2])
    assert numbers_in({"x": [[1], [2]]}, "x", 2, "table").shape == (2, 1)


@pytest.mark.parametrize(
    ("data", "axes", "message"),
    [
        ({}, 1, "The table lacks “x”"),
        ({"x": ["one"]}, 1, "x: needs numbers, got something else"),
        ({"x": [[1.0], [1.0, 2.0]]}, 1, "x: needs numbers, got something else"),
        ({"x": [[1.0]]}, 1, r"x: shape \(1, 1\), needs 1 axis"),
        ({"x": [1.0]}, 2, r"x: shape \(1,\), needs 2 axes"),
    ],
)
def test_what_does_not_fit_is_named(data: dict[str, object], axes: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        numbers_in(data, "x", axes, "table")


def test_names_are_cut_and_missing_ones_made_up() -> None:
    assert entry_name({"x_name": "a" * 100}, "x_name", "x") == "a" * 60
    assert entry_name({}, "x_name", "x") == "x"
    assert column_names(["size"], 3) == ["size", "column 2", "column 3"]
    assert column_names("size", 1) == ["column 1"]
    assert outcome_names(("yes", "no"), 2, 2) == ["ye", "no"]
    assert outcome_names(("yes",), 2) == ["class 1", "class 2"]


def test_received_can_be_chosen_once_something_was_received() -> None:
    unavailable = until_received("data")
    assert unavailable(SimpleNamespace(received=False)) == {"data": ("received",)}
    assert unavailable(SimpleNamespace(received=True)) == {}
    more = until_received("data", lambda frame: {"loss": ("log",)} if frame.received else {})
    assert more(SimpleNamespace(received=False)) == {"data": ("received",)}
    assert more(SimpleNamespace(received=True)) == {"loss": ("log",)}


@pytest.mark.parametrize(("inputs", "why"), [(2, ""), (3, "It needs a network with 2 inputs, and this one has 3.")])
def test_a_network_with_other_inputs_is_refused_in_a_sentence(inputs: int, why: str) -> None:
    form = NetworkForm((np.ones((1, inputs)),), (np.zeros(1),), "tanh", "sigmoid")
    refuses = other_inputs(2)
    assert refuses(network_artifact(form, "A network")) == why
    assert refuses(Artifact("network", "Damaged", {"layers": 1})) == ""
    assert refuses(Artifact("points", "Points", {"x": np.ones((4, inputs))})) == ""
