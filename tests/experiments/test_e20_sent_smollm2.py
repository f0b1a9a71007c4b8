"""A tuned SmolLM2 goes to the experiments that write with models: with a tiny one in its place, in a real pack."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab import catalog
from lab.core.artifact import Artifact
from lab.core.headless import advance, built
from lab.core.params import checked
from lab.core.pieces import result_of
from lab.core.scene import Scene, to_json
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import convert
from lab.engine.tuning.frozen_stack import adapted
from lab.engine.tuning.on_base import on_base_from_data
from lab.kit.smollm2 import opening_smollm2
from lab.runtime.packs import pack
from lab.runtime.track import Track
from lab.shell.box.receiving import received_by
from tests.asking import metrics_of
from tests.engine.pretrained_files import tiny_gguf

TUNED = {"stage": "lora", "learner": "smollm2", "asked": 3, "rank": 2, "upper": 1, "batch": 2, "rate": 5.0}
TRAINING = catalog.find("language-model-training").load()
WRITERS = ("next-token", "decoding")
OTHERS = ("embeddings", "transformer-block", "context-window", "capstone")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def tiny_pack(own_home: Path, tmp_path: Path) -> Path:
    """A tiny model of the same kind, where the pack of SmolLM2 is looked for."""
    path = own_home / "packs" / pack("smollm2").file
    path.parent.mkdir()
    assert convert(tiny_gguf(tmp_path / "tiny.gguf"), path)
    return path


def tuning(steps: int) -> Any:
    simulation = built(TRAINING, checked(TRAINING.params, TUNED), 0)
    while simulation.opening or simulation.steps < steps:
        simulation.step()
    return simulation


def receiving(id: str, artifact: Artifact, steps: int = 0, **values: Any) -> Any:
    specification = catalog.find(id).load()
    values = {**received_by(specification, artifact), "temperature": 0.0, **values}
    simulation = built(specification, checked(specification.params, values), 0, (artifact,))
    while simulation.opening:
        simulation.step()
    for _ in range(steps):
        advance(simulation)
    return simulation


def test_what_is_sent_are_the_base_by_its_hash_and_the_adapters(tiny_pack: Path) -> None:
    artifact = tuning(12).offer("language-model")
    assert artifact.data["query_a"].shape == (1, 2, 64) and artifact.data["value_b"].shape == (1, 32, 2)
    assert np.abs(artifact.data["value_b"]).max() > 0 and "step 12" in artifact.title
    llama, _tokenizer = result_of(opening_smollm2(64))
    config, weights = llama.parts
    tuned = on_base_from_data(artifact.data)
    own = Llama(config, adapted(config, weights, tuned.adapters), 64)
    arrived, _tokenizer = result_of(opening_smollm2(64, tuned))
    for token in (5, 17, 100):
        assert np.array_equal(own.step(token), arrived.step(token))
    assert not np.array_equal(own.logits, llama.read([5, 17, 100])[-1])


@pytest.mark.parametrize("id", WRITERS)
def test_it_writes_there_what_it_answered_here(tiny_pack: Path, id: str) -> None:
    simulation = tuning(10)
    artifact, (question, answer) = simulation.offer("language-model"), simulation.snapshot().page.answers[0]
    assert catalog.find(id).load().refuses(artifact) == ""
    receiver = receiving(id, artifact, 12, prompt=question, chat=True)
    frame = receiver.snapshot()
    written = "".join(frame.tokens[frame.given :])
    assert frame.pretrained and len(written) > 10 and answer.startswith(written.strip())
    plain = receiving(id, artifact, 12, model="smollm2", prompt=question, chat=True).snapshot()
    assert "".join(plain.tokens[plain.given :]) != written
    again = receiving(id, artifact, prompt=question, chat=True)
    again.load(receiver.save())
    for one in (receiver, again):
        advance(one)
    assert metrics_of(again.snapshot()) == metrics_of(receiver.snapshot())


@pytest.mark.parametrize("page", ["ladder", "lens", "pass", "branches"])
def test_the_pages_of_next_token_look_into_it(tiny_pack: Path, page: str) -> None:
    artifact = tuning(10).offer("language-model")
    receiver = receiving("next-token", artifact, page=page)
    if page == "ladder":
        for _ in range(8):
            advance(receiver)
        plain = receiving("next-token", artifact, page=page, model="house")
        for _ in range(8):
            advance(plain)
        bits = [{rung.name: rung.bits for rung in one.snapshot().rungs}["smollm2"] for one in (receiver, plain)]
        assert bits[0] == bits[1]  # the rung is that of the pack
    frame = receiver.snapshot()
    assert (page != "lens" or frame.lens is not None) and (page != "pass" or frame.picture is not None)
    assert receiver.offer("language-model") is artifact


@pytest.mark.parametrize("page", ["samples", "beam", "cache", "drafts", "tries"])
def test_the_pages_of_decoding_work_with_it(tiny_pack: Path, page: str) -> None:
    receiver = receiving("decoding", tuning(10).offer("language-model"), 2, page=page, tries=1, budget=2)
    frame = receiver.snapshot()
    assert frame.pretrained and frame.caches and frame.can_draft and frame.step == 2


@pytest.mark.parametrize(
    ("damage", "words"),
    [({}, ""), ({"base": "0" * 32}, "another SmolLM2"), ({"first": 2}, "do not fit the layers")],
)
@pytest.mark.parametrize("id", WRITERS)
def test_adapters_that_do_not_fit_are_refused_in_words(tiny_pack: Path, id: str, damage: Any, words: str) -> None:
    sent = tuning(1).offer("language-model")
    frame = receiving(id, Artifact("language-model", "x", {**sent.data, **damage})).snapshot()
    assert (frame.bars is None) == bool(words) and bool(frame.missing) == bool(words) and words in frame.missing


@pytest.mark.parametrize("id", WRITERS)
def test_without_the_pack_it_is_not_sent_and_a_file_says_what_is_missing(tiny_pack: Path, id: str) -> None:
    sent, specification = tuning(1).offer("language-model"), catalog.find(id).load()
    assert specification.refuses(sent) == ""
    assert "alpha" in specification.refuses(Artifact("language-model", "x", {**sent.data, "alpha": -1.0}))
    tiny_pack.unlink()
    assert "add the model pack" in specification.refuses(sent)
    assert "model pack" in receiving(id, sent).snapshot().missing


@pytest.mark.parametrize("id", [*OTHERS, "language-model-training"])
def test_who_looks_at_models_of_the_lab_refuses_adapters(tiny_pack: Path, id: str) -> None:
    assert "SmolLM2 with adapters" in catalog.find(id).load().refuses(tuning(1).offer("language-model"))


def test_attention_looks_into_its_heads(tiny_pack: Path) -> None:
    artifact, specification = tuning(10).offer("language-model"), catalog.find("attention").load()
    assert specification.refuses(artifact) == ""
    values = {**received_by(specification, artifact), "page": "heads", "text": "the and the and"}
    run = built(specification, checked(specification.params, values), 0, (artifact,))
    plain = built(specification, checked(specification.params, values | {"source": "smollm2"}), 0, (artifact,))
    for one in (run, plain):
        while one.opening:
            one.step()
    reading, other = run.snapshot().reading, plain.snapshot().reading
    assert (reading.source, other.source) == ("received", "smollm2") and run.snapshot().pretrained
    assert np.array_equal(reading.weights[0], other.weights[0])  # below the adapters nothing is changed
    assert not np.array_equal(reading.weights[1], other.weights[1])
    llama, _tokenizer = result_of(opening_smollm2(64, on_base_from_data(artifact.data)))
    assert np.allclose(llama.trace(reading.ids.tolist()).attention, reading.weights, atol=1e-6)
    assert run.offer("language-model") is artifact
    run.retune(replace(run.snapshot().params, source="smollm2"))
    while run.opening:
        run.step()
    assert np.array_equal(run.snapshot().reading.weights, other.weights)
    tiny_pack.unlink()
    assert "add the model pack" in specification.refuses(artifact)
    with pytest.raises(ValueError, match="model pack"):
        built(specification, checked(specification.params, values), 0, (artifact,))


def test_evaluation_measures_how_well_it_reads(tiny_pack: Path) -> None:
    artifact = tuning(10).offer("language-model")
    specification = catalog.find("evaluation").load()
    assert specification.refuses(artifact) == ""
    values = {**received_by(specification, artifact), "passage": "own", "own": "A tree, matey, be a plant."}
    run = built(specification, checked(specification.params, values), 0, (artifact,))
    while not run.done:
        run.step()
    read = dict(run.snapshot().page.found)
    llama, tokenizer = result_of(opening_smollm2(64, on_base_from_data(artifact.data)))
    *ids, last = tokenizer.encode(run.snapshot().page.text)
    for token in ids:
        scores = llama.step(token).astype(np.float64)
    surprise = scores.max() + np.log(np.exp(scores - scores.max()).sum()) - scores[last]
    assert read["received"].logs[-1] == pytest.approx(-surprise, rel=1e-6) != read["smollm2"].logs[-1]
    with pytest.raises(ValueError, match="SmolLM2 with adapters"):
        built(specification, checked(specification.params, {"topic": "bits", "weights": "received"}), 0, (artifact,))
    tiny_pack.unlink()
    assert "add the model pack" in specification.refuses(artifact)
    gone = built(specification, checked(specification.params, values), 0, (artifact,))
    while not gone.done:
        gone.step()
    assert {"smollm2", "received"}.isdisjoint(dict(gone.snapshot().page.found))


AGAIN = """
import sys
from pathlib import Path
from lab import catalog
from lab.core.scene import from_json
from lab.runtime.track import Track
scene = from_json(Path(sys.argv[1]).read_bytes(), catalog.find)
track = Track(catalog.find(scene.experiment), scene)
track.run_to_goal()
before = track.simulation.steps
track.go(7)
track.run_to_goal()
frame = track.simulation.snapshot()
print(before, frame.step, ascii(frame.text if scene.artifacts else frame.page.loss))
"""


@pytest.mark.parametrize("id", [*WRITERS, "language-model-training"])
def test_a_saved_box_opens_in_a_fresh_process(tiny_pack: Path, own_home: Path, tmp_path: Path, id: str) -> None:
    experiment = catalog.find(id)
    artifacts = () if experiment.id == "language-model-training" else (tuning(10).offer("language-model"),)
    values: dict[str, Any] = TUNED if not artifacts else received_by(experiment.load(), artifacts[0])
    track = Track(experiment, Scene(id, params=values, artifacts=artifacts))
    track.go(4)
    track.run_to_goal()
    path = tmp_path / "box.glassbox"
    path.write_bytes(to_json(replace(track.scene(), state=dict(track.simulation.save())), experiment.load()))
    track.go(7)
    track.run_to_goal()
    frame = track.simulation.snapshot()
    said = subprocess.run(
        [sys.executable, "-c", AGAIN, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    ).stdout
    assert said.strip() == f"4 7 {frame.text if artifacts else frame.page.loss!a}"
