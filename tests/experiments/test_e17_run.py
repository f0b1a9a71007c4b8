"""Attention, the run: what comes in from other experiments and leaves to them, and what is kept of a run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import checked
from lab.core.paths import asset
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.engine.lm.file import load_lm
from lab.experiments.e17_attention.gestures import Place, Silence
from lab.experiments.e17_attention.presets import OWN
from tests.asking import metrics_of, sentence_of, unavailable_of

SPECIFICATION = find("attention").load()

# ------------------------------------------------------------------------------------------- given, taken


def test_a_received_model_is_looked_at_like_any_other_and_sent_on() -> None:
    artifact = Artifact("language-model", "Copier", lm_to_data(load_lm(asset("models/copier.npz"))))
    params = checked(SPECIFICATION.params, {"source": "received", "text": "abcabcab", "layer": 2})
    simulation = built(SPECIFICATION, params, 0, (artifact,))
    frame = simulation.snapshot()
    assert metrics_of(frame)["next_word"] == "c" and "received" not in unavailable_of(frame).get("source", ())
    again = simulation.offer("language-model")
    assert again.id == artifact.id
    assert np.array_equal(lm_from_data(again.data).parameters.flat, lm_from_data(artifact.data).parameters.flat)


def test_without_a_received_model_there_is_a_message_and_nothing_is_lost() -> None:
    with pytest.raises(ValueError, match="source"):
        played(SPECIFICATION, Setting({"source": "received"}))
    simulation = played(SPECIFICATION, Setting({"text": OWN}))
    with pytest.raises(ValueError, match="source"):
        simulation.retune(checked(SPECIFICATION.params, {"source": "received"}))
    assert simulation.snapshot().params.source == "own"


def test_the_weights_of_the_query_are_offered_as_a_distribution_of_visible_tokens() -> None:
    simulation = played(SPECIFICATION, Setting({"text": OWN}))
    artifact = simulation.offer("distribution")
    assert list(artifact.data["labels"]) == ["The", "cat", "slept", "because", "it"]
    softmax = np.exp(artifact.data["logits"]) / np.exp(artifact.data["logits"]).sum()
    assert np.allclose(softmax, artifact.data["probabilities"])
    activations = find("activations").load()
    params = checked(activations.params, {"topic": "softmax", "source": "received"})
    shown = metrics_of(built(activations, params, 0, (artifact,)).snapshot())
    assert shown["p_2"] == pytest.approx(metrics_of(simulation.snapshot())["weight_2"])
    assert played(SPECIFICATION, Setting({"mask": "blind"})).offer("distribution") is None


# --------------------------------------------------------------------------------------------- the run


def test_minilm_is_opened_in_pieces_and_steps_wait_for_it() -> None:
    simulation = built(SPECIFICATION, checked(SPECIFICATION.params, {"source": "minilm"}), 0)
    assert simulation.opening and not simulation.done and simulation.snapshot().reading is None
    assert "0 %" in sentence_of(simulation.snapshot())
    shares = []
    while simulation.opening:
        simulation.step()
        shares.append(simulation.snapshot().opened)
    assert simulation.steps == 0 and shares == sorted(shares) and shares[-1] == 1.0
    simulation.step()
    assert simulation.steps == 1


def test_a_damaged_state_is_refused_and_a_sound_one_brings_everything_back() -> None:
    simulation = played(SPECIFICATION, Setting({"source": "copier"}, 4, ((0, Silence(0, 1, True)),), 3))
    simulation.act(Place("k", 0, 1.0, 2.0, OWN))
    state = simulation.save()
    other = built(SPECIFICATION, SPECIFICATION.params(), 0)
    other.load(state)
    assert other.save() == state and other.steps == 3
    for wrong in ({}, {**state, "step": 99}, {**state, "moved": [["a", "z", 0, 1.0, 1.0]]}, {**state, "params": None}):
        with pytest.raises(ValueError):
            other.load(wrong)


@pytest.mark.parametrize(
    "wrong", [("x", 0, 1.0, 1.0), ("k", -1, 0.0, 0.0), ("k", 0, math.nan, 0.0), ("q", 0, 1e9, 0.0)]
)
def test_a_vector_that_cannot_be_is_refused(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Place(*wrong, OWN)


def test_moving_the_light_works_nothing_out_anew_and_changes_no_earlier_frame() -> None:
    simulation = played(SPECIFICATION, Setting({"source": "copier"}, 0, (), 5))
    before = simulation.snapshot()
    metrics = repr(metrics_of(before))
    simulation.retune(checked(SPECIFICATION.params, {"source": "copier", "query": 4, "key": 2}))
    after = simulation.snapshot()
    assert after.chain.weights is before.chain.weights
    assert (after.chain.row, after.chain.column) == (3, 1)
    assert metrics_of(after)["entropy"] != metrics_of(before)["entropy"] and repr(metrics_of(before)) == metrics
    assert not np.array_equal(after.chain.split.x, before.chain.split.x)
