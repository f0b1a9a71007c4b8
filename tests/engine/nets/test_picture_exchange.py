"""A network that reads pictures, sent and read again; what is damaged is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.engine.nets.convolution_layers import Convolution, MaxPool, digit_cnn
from lab.engine.nets.exchange import picture_artifact, picture_form, read_picture_network
from lab.engine.nets.layers import Activate, Dense, Flatten
from lab.engine.nets.network import Network

RNG = np.random.default_rng(0)
CNN, PICTURES, ANSWERS = digit_cnn(RNG, 3), RNG.uniform(size=(5, 1, 8, 8)), np.array([0, 9, 3, 3, 1])


def sent(**changed: Any) -> dict[str, Any]:
    data = {**picture_artifact(picture_form(CNN, PICTURES, ANSWERS), "Reader").data, **changed}
    return {name: value for name, value in data.items() if value is not None}


def test_what_arrives_says_the_same_of_every_picture() -> None:
    form = read_picture_network(sent())
    assert np.array_equal(form.to_network().predict(form.pictures), CNN.predict(PICTURES))
    assert form.answers.tolist() == ANSWERS.tolist() and form.sums.sizes == (6, 10)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"kernels1": None}, "kernels1: is missing"),
        ({"kernels2": np.zeros((6, 2, 3, 3))}, "kernels2: shape"),
        ({"kernels1": np.full((3, 1, 3, 3), np.nan)}, "kernels1: needs finite"),
        ({"kernels1": np.zeros((3, 1, 9, 9))}, "kernels1: shape"),
        ({"kernel_bias2": np.zeros(5)}, "kernels2: shape"),
        ({"convolutions": True}, "convolutions: True"),
        ({"convolutions": 0}, "convolutions: 0"),
        ({"pool": 5}, "pool: 5, needs 1 to 4"),
        ({"pool": 2}, "weights1: 6 inputs, needs 24"),
        ({"pictures": np.zeros((5, 1, 8))}, "pictures: shape"),
        ({"pictures": np.zeros((4, 1, 8, 8))}, "answers: shape"),
        ({"answers": np.array([0.0, 1, 2, 3, 10])}, "answers: need whole numbers from 0 to 9"),
        ({"output": "loud"}, "output: 'loud'"),
    ],
)
def test_an_entry_that_does_not_fit_is_named(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_picture_network(sent(**changed))


@pytest.mark.parametrize(
    "layers",
    [
        (Flatten(), Dense(np.ones((64, 10)), np.zeros(10))),
        (Convolution(np.ones((1, 1, 3, 3)), np.zeros(1), 2), Activate("relu"), *CNN.layers[-3:]),
        (*CNN.layers[:4], Flatten(), MaxPool(1), CNN.layers[-1]),
    ],
)
def test_another_kind_of_network_has_no_such_form(layers: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="needs plain convolutions"):
        picture_form(Network(layers, "softmax"), PICTURES, ANSWERS)
