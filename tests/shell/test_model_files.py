"""A language model that was made elsewhere is opened as a student has it: a folder, its weights, or a ZIP file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel

from lab import catalog
from lab.core.artifact import Artifact
from lab.core.scene import Scene, from_json, to_json
from lab.engine.lm.brought import brought
from lab.engine.lm.exchange import lm_from_data, lm_to_data
from lab.runtime.file_job import LARGE
from lab.shell.box.receiving import received_by
from lab.shell.dialogs.toast import Toast
from lab.shell.files import ask_open, open_target
from lab.shell.model_files import is_model, read_model, size_of_model
from tests.engine.lm.elsewhere import GPT2, LLAMA, character_tokenizer, folder, gpt2_weights, llama_weights

LETTERS = "\n abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,:;!?'-&$30123456789"
LETTERS = "".join(dict.fromkeys(LETTERS))
PLANS = {
    "gpt2": GPT2 | {"vocab_size": len(LETTERS), "n_positions": 64},
    "llama": LLAMA | {"vocab_size": len(LETTERS), "max_position_embeddings": 64},
}


@pytest.fixture(params=PLANS)
def model(request, tmp_path) -> Path:
    """A folder with a model that was made elsewhere."""
    kind, plan = request.param, PLANS[request.param]
    weights = gpt2_weights(plan) if kind == "gpt2" else llama_weights(plan)
    return folder(tmp_path / f"tiny-{kind}", plan, weights, character_tokenizer(LETTERS))


def notice(window) -> str:
    label = window.dialogs.find(Toast).findChild(QLabel, "notice-text") if window.dialogs.find(Toast) else None
    return "" if label is None else label.text()


def arrived(window, qtbot, before=None):
    qtbot.waitUntil(lambda: window.box not in (None, before) and window.box.frame is not None, timeout=20_000)
    return window.box


def holds(box, model: Path) -> bool:
    """Whether a box has the model of a folder."""
    (artifact,) = box.run.ask_now(lambda track: track.timeline.artifacts)
    return np.array_equal(lm_from_data(artifact.data).parameters.flat, brought(model).parameters.flat)


def zipped(model: Path) -> Path:
    path = model.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for part in model.iterdir():
            archive.write(part, part.name)
    return path


@pytest.mark.parametrize("what", ["folder", "weights", "zip"])
def test_it_opens_where_it_can_go_on_learning(window, qtbot, model, what) -> None:
    target = {"folder": model, "weights": model / "model.safetensors", "zip": zipped(model)}[what]
    assert open_target(window, str(target))
    box = arrived(window, qtbot)
    assert box.experiment.id == "capstone" and box.update_shown.params.start == "received"
    assert box.update_shown.failure is None and holds(box, model)
    assert box.specification.describe(box.frame).startswith("A trained model of")
    box.step(2)
    qtbot.waitUntil(lambda: box.update_shown.exact and box.update_shown.position == 2, timeout=20_000)
    scene = box.scene(box.run.ask_now(lambda track: track.scene()))
    (artifact,) = from_json(to_json(scene), window.services.find).artifacts
    assert artifact.title == f"{model.name}"


def test_the_dialog_and_a_drop_take_it(window, qtbot, model, monkeypatch) -> None:
    asked = []

    def choose(*words):
        asked.append(words[3])
        return str(model / "model.safetensors"), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    ask_open(window)
    first = arrived(window, qtbot)
    assert "*.safetensors" in asked[0] and "*.zip" in asked[0] and first.experiment.id == "capstone"
    for target in (model, model / "model.safetensors", zipped(model)):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(target))])
        held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enters = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, *held)
        enters.ignore()
        window.dragEnterEvent(enters)
        assert enters.isAccepted()
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, *held))
    assert holds(arrived(window, qtbot, first), model)


def test_what_is_no_model_is_not_taken_for_one(tmp_path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "smollm2-135m-instruct.int8.safetensors").write_bytes(b"")
    assert not is_model(tmp_path / "plain")
    assert not is_model(tmp_path / "plain" / "smollm2-135m-instruct.int8.safetensors")
    assert not is_model(tmp_path / "a.gguf") and not is_model(tmp_path / "config.json")
    (tmp_path / "plain" / "config.json").write_text("{}", "utf-8")
    assert is_model(tmp_path / "plain") and is_model(tmp_path / "plain" / "mine.safetensors")
    assert size_of_model(tmp_path / "plain") == 0


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_file_that_is_missing_is_named_on_screen(window, model, missing) -> None:
    (model / missing).unlink()
    assert not open_target(window, str(model))
    assert f"{missing} is missing" in notice(window) and model.name in notice(window)


def test_what_does_not_fit_is_named_on_screen(window, model) -> None:
    (model / "config.json").write_text('{"model_type": "bloom"}', "utf-8")
    assert not open_target(window, str(model / "model.safetensors"))
    assert "bloom is not read" in notice(window)
    assert window.box is None


def wide(tmp_path: Path, context: int) -> Path:
    plan = GPT2 | {"n_embd": 256, "n_head": 4, "n_layer": 3, "n_positions": context}
    return folder(tmp_path / f"wide-{context}", plan, gpt2_weights(plan))


def test_a_model_that_is_too_large_to_learn_here_opens_where_it_is_read(window, qtbot, tmp_path) -> None:
    """3 000 000 numbers can learn; the table of positions has 256 for each place."""
    assert read_model(wide(tmp_path, 2455), window.services.find).experiment == "capstone"
    large = wide(tmp_path, 2456)
    assert size_of_model(large) > LARGE
    assert open_target(window, str(large))  # beside the window
    box = arrived(window, qtbot)
    assert box.experiment.id == "next-token" and box.update_shown.failure is None and holds(box, large)
    sent = Artifact("language-model", "large", lm_to_data(brought(large)))
    assert "3" in catalog.find("capstone").load().refuses(sent)


TAKERS = [e.id for e in catalog.experiments() if "language-model" in e.load().takes]


def test_all_that_read_models_are_asked() -> None:
    wanted = {"embeddings", "attention", "transformer-block", "next-token", "decoding", "context-window", "evaluation"}
    assert wanted <= set(TAKERS)


@pytest.mark.parametrize("taker", TAKERS)
def test_every_experiment_uses_it_or_says_why_not(window, qtbot, model, taker) -> None:
    artifact = Artifact("language-model", "made elsewhere", lm_to_data(brought(model)))
    specification = catalog.find(taker).load()
    why = specification.refuses(artifact)
    assert why == ""
    scene = Scene(taker, params=received_by(specification, artifact), artifacts=(artifact,))
    box = window.workspace.box(window.open_experiment(window.services.find(taker), scene))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=20_000)
    assert box.update_shown.failure is None
    box.step(3)
    qtbot.waitUntil(lambda: box.update_shown.exact and (box.update_shown.position == 3 or box.update_shown.done))
    assert box.update_shown.failure is None
