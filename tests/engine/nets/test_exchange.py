"""A network travels unharmed, and what is wrong with a strange one is named."""

from typing import Any

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.engine.nets.exchange import MAX_EXAMPLES, NetworkForm, network_artifact, network_form, read_network
from lab.engine.nets.layers import Activate
from lab.engine.nets.network import Network, mlp

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LABELS = np.array([0, 1, 1, 0])


def sent(**changes: Any) -> dict[str, Any]:
    """The data of a good network 2 → 4 → 1, with some entries replaced; None takes one away."""
    network = mlp((2, 4, 1), np.random.default_rng(1), "sigmoid")
    data = dict(network_artifact(network_form(network, X, LABELS, "cross-entropy"), "XOR").data)
    return {name: value for name, value in (data | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("sizes", "head"), [((2, 4, 1), "logistic"), ((2, 8, 8, 3), "softmax"), ((3, 2), "mse"), ((2, 1), "logistic")]
)
def test_a_network_arrives_as_it_was_sent(sizes: tuple[int, ...], head: str) -> None:
    network = mlp(sizes, np.random.default_rng(0), "tanh", head)
    x = np.random.default_rng(1).normal(size=(5, sizes[0]))
    artifact = network_artifact(network_form(network), "A network", "from a test")
    form = read_network(artifact.data, inputs=sizes[0])
    assert artifact.kind == "network" and form.sizes == sizes and form.x is None
    np.testing.assert_array_equal(form.to_network().predict(x), network.predict(x))


def test_examples_and_the_loss_travel_with_it() -> None:
    form = read_network(sent())
    assert form.x.tolist() == X.tolist() and form.labels.tolist() == LABELS.tolist()
    assert (form.hidden, form.output, form.loss) == ("sigmoid", "sigmoid", "cross-entropy")


def test_the_same_network_sent_twice_is_the_same_artifact() -> None:
    assert Artifact("network", "one", sent()).id == Artifact("network", "two", sent()).id


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"layers": None}, "layers: is missing"),
        ({"layers": 0}, "layers: 0"),
        ({"layers": True}, "layers: True"),
        ({"layers": 10**9}, "layers: 1000000000"),
        ({"layers": 3}, "weights3: is missing"),
        ({"bias2": None}, "bias2: is missing"),
        ({"weights1": [[1.0, 2.0]]}, "weights1: .* needs an array"),
        ({"weights1": np.array([["a", "b"]])}, "weights1"),
        ({"weights1": np.zeros(4)}, "weights1: shape"),
        ({"weights1": np.full((4, 2), np.nan)}, "weights1: needs finite"),
        ({"weights1": np.zeros((1001, 1000))}, "weights1: shape"),
        ({"weights2": np.zeros((1, 5))}, "weights2: shape"),
        ({"bias1": np.zeros(3)}, "bias1: shape"),
        ({"hidden": "softstep"}, "hidden: 'softstep'"),
        ({"output": 7}, "output: 7"),
        ({"output": "softmax"}, "output: softmax with 1"),
        ({"loss": "huge"}, "loss: 'huge'"),
        ({"x": None}, "labels: "),
        ({"x": np.zeros((4, 3))}, "x: shape"),
        ({"x": np.zeros((MAX_EXAMPLES + 1, 2)), "labels": np.zeros(MAX_EXAMPLES + 1)}, "x: shape"),
        ({"labels": np.zeros(3)}, "labels: shape"),
        ({"labels": np.array([0, 1, 2, 0])}, "labels: need whole numbers from 0 to 1"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_network(sent(**changes))


def test_a_reader_may_ask_for_so_many_inputs() -> None:
    with pytest.raises(ValueError, match=r"weights1: .*3 inputs"):
        read_network(sent(), inputs=3)


def test_a_gate_behind_the_output_is_a_name_of_its_own() -> None:
    neuron = NetworkForm((np.array([[1.0, 1.0]]),), (np.array([-1.5]),), "linear", "step")
    assert read_network(network_artifact(neuron, "AND").data).output == "step"


def test_networks_that_have_no_form_are_refused() -> None:
    network = mlp((2, 3, 3, 1), np.random.default_rng(0))
    mixed = Network((*network.layers[:3], Activate("relu"), network.layers[4]), "logistic")
    with pytest.raises(ValueError, match="gates relu, tanh"):
        network_form(mixed)
    with pytest.raises(ValueError, match="ends with a gate"):
        network_form(Network(network.layers[:2], "mse"))
