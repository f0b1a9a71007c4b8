"""A language model in the form it travels in."""

import json

import numpy as np
import pytest

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import load_lm
from lab.engine.lm.reference import forward


@pytest.fixture(scope="module")
def model():
    return load_lm(asset("models/copier.npz"))


def test_a_model_says_the_same_after_a_journey(model):
    artifact = Artifact("language-model", "Copier", lm_to_data(model))
    again = lm_from_data(artifact.data)
    ids = np.array(model.tokenizer.encode("abcabca"))[None]
    assert np.array_equal(forward(model.parameters, ids).logits, forward(again.parameters, ids).logits)
    assert again.tokenizer == model.tokenizer and again.info["name"] == "copier"
    assert Artifact("language-model", "Copier", lm_to_data(again)).id == artifact.id


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"flat": np.zeros(3)}, "34688 finite numbers"),
        ({"flat": np.full(34688, np.nan)}, "finite"),
        ({"flat": "abc"}, "could not convert"),
        ({"config": "{"}, "Expecting"),
        ({"config": "{}"}, "vocab_size"),
        ({"config": None}, "cannot be read"),
        ({"config": "[" * 100_000}, "cannot be read"),
        ({"config": json.dumps({"vocab_size": 27, "n_layers": 10**9})}, "at most 64"),
        ({"config": json.dumps({"vocab_size": 27, "context": 10**12})}, "at most 64 and 4096"),
        ({"tokenizer": json.dumps({"kind": "nothing"})}, "kind 'nothing'"),
        ({"tokenizer": "[" * 100_000}, "tokenizer cannot be read"),
        ({"tokenizer": json.dumps({"kind": "character", "alphabet": "ab"})}, "2 tokens, the model 27"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_with_a_reason(model, change, trouble):
    with pytest.raises(ValueError, match=trouble):
        lm_from_data({**lm_to_data(model), **change})


def test_what_is_missing_is_named(model):
    data = lm_to_data(model)
    del data["tokenizer"]
    with pytest.raises(ValueError, match="tokenizer is missing"):
        lm_from_data(data)
