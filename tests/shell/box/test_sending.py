"""Send to…: what one experiment made becomes another's input, by the learner's act."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QMenu

from lab import catalog
from lab.core.artifact import KINDS
from lab.core.params import checked, fields_of
from lab.core.scene import from_json, to_json
from lab.engine.lm.exchange import lm_from_data
from lab.engine.nets.exchange import read_network
from lab.engine.nets.resize import dense_layers
from lab.engine.text.exchange import corpus_artifact
from lab.runtime.track import Track
from lab.shell.box.commands import BoxContext, box_menu
from lab.shell.box.receiving import received_by
from lab.shell.box.sending import KIND_WORDS, save_model, send
from lab.shell.dialogs.toast import Toast
from lab.shell.files import open_target
from tests.asking import metrics_of

PAIRS = [
    (giver.id, kind, taker.id)
    for giver in catalog.experiments()
    for kind in giver.load().gives
    for taker in catalog.experiments()
    if kind in taker.load().takes and taker is not giver
]

REFUSED = {  # pictures of 64 pixels are no points of a plane, 19 letters fill no window and teach no model, no examples
    # are no test, a model that sees 32 letters cannot read a question and its answer, and 19 words are no library
    ("embeddings", "embedding", "retrieval-agents"),
    ("next-token", "corpus", "capstone"),
    ("capstone", "language-model", "language-model-training"),  # it sees 32 letters, and a question needs 64
    ("next-token", "corpus", "context-window"),
    ("convolution-recurrence", "network", "decision-boundaries"),
    ("convolution-recurrence", "network", "overfitting"),
    ("forward-pass", "network", "evaluation"),
    ("backpropagation", "network", "evaluation"),
}


def opened(window, qtbot, id: str):
    box = window.workspace.box(window.open_experiment(window.services.find(id)))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    return box


def offered(box, kind: str, qtbot):
    """What the box gives, as it opens or in the first of its presets that has any: a formula is no network."""
    found = box.run.ask_now(lambda track: track.simulation.offer(kind))
    for preset in box.specification.presets:
        if found is not None:
            break
        box.play_preset(preset.id)
        end = preset.setting.steps
        qtbot.waitUntil(lambda end=end: box.update_shown.exact and box.update_shown.position == end, timeout=10_000)
        found = box.run.ask_now(lambda track: track.simulation.offer(kind))
    return found


def notice(window) -> str:
    label = window.dialogs.find(Toast).findChild(QLabel, "notice-text") if window.dialogs.find(Toast) else None
    return "" if label is None else label.text()


@pytest.mark.parametrize(("giver", "kind"), list(dict.fromkeys((giver, kind) for giver, kind, _taker in PAIRS)))
def test_everything_that_can_be_sent_arrives_and_is_used(window, qtbot, giver: str, kind: str) -> None:
    box = opened(window, qtbot, giver)
    box.step(3)
    qtbot.waitUntil(lambda: box.update_shown.exact and (box.update_shown.position == 3 or box.update_shown.done))
    artifact = offered(box, kind, qtbot)
    assert artifact is not None, f"{giver} offers no {kind}"
    for taker in (t for g, k, t in PAIRS if (g, k) == (giver, kind)):
        why = catalog.find(taker).load().refuses(artifact)
        assert bool(why) == ((giver, kind, taker) in REFUSED), taker
        send(window, box, kind, taker)
        if why:
            qtbot.waitUntil(lambda why=why: why in notice(window))
            assert window.box is box
            continue
        qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
        assert window.box.experiment.id == taker
        is_used(window.box, artifact, window.services.find)
        window.workspace.docks.close(window.box.objectName())
        qtbot.waitUntil(lambda: window.box is box)


def is_used(receiver, artifact, find) -> None:
    """What was sent is there, what it sets is set, and it is in the scene that is saved."""
    assert receiver.update_shown.failure is None
    assert receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id) == artifact.id
    wanted = received_by(receiver.specification, artifact)
    assert receiver.update_shown.params == checked(receiver.specification.params, wanted)
    assert "received" in wanted.values()
    scene = receiver.scene(receiver.run.ask_now(Track.scene))
    again = from_json(to_json(scene), find)
    assert again.artifacts[0].id == artifact.id


@pytest.mark.parametrize(("text", "refused"), [("a" * 64, True), ("a" * 65, False), ("a" * 64 + "é", True)])
def test_a_text_is_refused_where_too_little_of_it_can_be_read(text: str, refused: bool) -> None:
    why = catalog.find("context-window").load().refuses(corpus_artifact(text, "a"))
    assert ("64 tokens" in why) == bool(why) == refused


def test_the_menu_offers_exactly_what_can_be_sent(window, qtbot) -> None:
    for giver in {giver for giver, _kind, _taker in PAIRS}:
        box = opened(window, qtbot, giver)
        menu = box_menu(BoxContext(window, box))
        entries = [a.text() for a in menu.actions() if a.text().startswith("Send to")]
        assert len(entries) == sum(1 for g, _k, _t in PAIRS if g == giver)
        menu.close()


def send_button(window, box) -> QAbstractButton:
    return next(b for b in window.workspace.findChildren(QAbstractButton, "send") if b.isVisible())


def test_send_stands_on_the_strip_and_the_receiver_says_where_it_came_from(window, qtbot) -> None:
    box = opened(window, qtbot, "single-neuron")
    assert box.controls.origin.isHidden()
    qtbot.mouseClick(send_button(window, box), Qt.MouseButton.LeftButton)
    menu = next(menu for menu in box.findChildren(QMenu) if menu.isVisible())
    next(a for a in menu.actions() if "Decision boundaries: the points" in a.text()).trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
    receiver = window.box
    assert receiver.experiment.id == "decision-boundaries"
    assert receiver.controls.origin.words() == "From A single neuron, step 0" and receiver.controls.origin.isVisible()
    fields = fields_of(receiver.specification.params)
    receiver.set_values({f.name: f.default for f in fields if "received" in f.choices})
    qtbot.waitUntil(receiver.controls.origin.isHidden)
    receiver.undo()
    qtbot.waitUntil(receiver.controls.origin.isVisible)


def test_where_nobody_takes_anything_send_says_so(window, qtbot) -> None:
    box = opened(window, qtbot, "gradient-descent")
    qtbot.mouseClick(send_button(window, box), Qt.MouseButton.LeftButton)
    assert "No other experiment takes" in window.dialogs.find(Toast).findChild(QLabel, "notice-text").text()
    assert not any(menu.isVisible() for menu in box.findChildren(QMenu))


def test_no_two_entries_of_the_menu_say_the_same(window, qtbot) -> None:
    box = opened(window, qtbot, "single-neuron")
    menu = box_menu(BoxContext(window, box))
    entries = [a.text() for a in menu.actions() if a.text().startswith("Send to")]
    assert len(set(entries)) == len(entries)
    assert {"Send to Decision boundaries: the network", "Send to Decision boundaries: the points"} <= set(entries)
    menu.close()


def test_every_kind_of_thing_has_a_word() -> None:
    assert set(KIND_WORDS) == set(KINDS)


def sent(window, qtbot, giver: str, kind: str, taker: str):
    """The boxes of a giver and of the receiver of what it sent."""
    box = opened(window, qtbot, giver)
    send(window, box, kind, taker)
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
    return box, window.box


@pytest.mark.parametrize(("giver", "best"), [("linear-regression", "best_mse"), ("loss-functions", "best_loss")])
def test_the_loss_of_a_line_becomes_the_hill_whose_lowest_place_is_the_best_line(
    window, qtbot, giver: str, best: str
) -> None:
    line, hill = sent(window, qtbot, giver, "loss-surface", "gradient-descent")
    assert metrics_of(hill.frame)["lowest"] == pytest.approx(metrics_of(line.frame)[best])


def test_the_first_run_on_a_hill_that_was_sent_walks_down(window, qtbot) -> None:
    _line, hill = sent(window, qtbot, "linear-regression", "loss-surface", "gradient-descent")
    before = metrics_of(hill.frame)["loss"]
    hill.step(20)
    qtbot.waitUntil(lambda: hill.update_shown.exact and hill.update_shown.position == 20)
    assert metrics_of(hill.frame)["loss"] < before


@pytest.mark.parametrize("taker", ["linear-regression", "training-loop"])
def test_the_points_under_the_first_line_have_the_same_best_line_elsewhere(window, qtbot, taker: str) -> None:
    line, other = sent(window, qtbot, "what-is-ml", "table", taker)
    slope, _intercept = np.polyfit(line.frame.examples.x, line.frame.examples.y, 1)
    assert metrics_of(other.frame)["best_w"] == pytest.approx(slope)


def sent_by_menu(window, qtbot, box, title: str, kind: str = ""):
    """The box that opens when the entry "Send to …" of the window's own menu is chosen."""
    menu = box_menu(BoxContext(window, box))
    entry = next(a for a in menu.actions() if a.text().startswith(f"Send to {title}") and kind in a.text())
    entry.trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
    return window.box


def test_a_painted_network_goes_by_the_menu_to_the_inspector_with_its_weights(window, qtbot) -> None:
    painter = opened(window, qtbot, "decision-boundaries")
    painter.play_preset("course")
    painter.step(30)
    qtbot.waitUntil(lambda: painter.update_shown.exact and painter.update_shown.position == 30)
    inspector = sent_by_menu(window, qtbot, painter, "Backpropagation")
    assert inspector.experiment.id == "backpropagation" and inspector.update_shown.failure is None
    assert inspector.update_shown.params.graph == "received"
    form = read_network(inspector.run.ask_now(lambda track: track.simulation.offer("network")).data, inputs=2)
    for weight, bias, layer in zip(form.weights, form.biases, dense_layers(painter.frame.network), strict=True):
        assert np.array_equal(weight.T, layer.weight) and np.array_equal(bias, layer.bias)
    points, ball = painter.frame.points.x, painter.frame.ball
    nearest = int(np.argmin(np.hypot(*(points - ball).T)))  # the one that was asked about comes first
    assert nearest > 0
    assert form.x.tolist() == [points[nearest].tolist(), *np.delete(points, nearest, axis=0).tolist()]


def test_the_single_neuron_goes_by_the_menu_to_the_painter_and_cuts_where_it_cut(window, qtbot) -> None:
    neuron = opened(window, qtbot, "single-neuron")
    neuron.step(20)
    qtbot.waitUntil(lambda: neuron.update_shown.exact and neuron.update_shown.position == 20)
    offer = neuron.run.ask_now(lambda track: track.simulation.offer("network"))
    painter = sent_by_menu(window, qtbot, neuron, "Decision boundaries")
    assert painter.update_shown.failure is None and painter.frame.hidden_layers == ()
    given, (layer,) = read_network(offer.data, inputs=2), dense_layers(painter.frame.network)
    assert np.array_equal(given.x, painter.frame.points.x)
    sums = given.x @ given.weights[0].T + given.biases[0]
    assert np.array_equal(sums > 0, given.x @ layer.weight + layer.bias > 0)


@pytest.mark.parametrize(
    "giver", ["what-is-ml", "feature-scaling", "linear-regression", "loss-functions", "training-loop"]
)
def test_the_tables_of_the_foundations_can_be_painted_over(window, qtbot, giver: str) -> None:
    box = opened(window, qtbot, giver)
    table = offered(box, "table", qtbot)
    painter = sent_by_menu(window, qtbot, box, "Decision boundaries")
    assert painter.update_shown.failure is None
    frame = painter.frame
    rows = table.data["values"] if "values" in table.data else np.column_stack((table.data["x"], table.data["y"]))
    assert len(frame.points) == np.isfinite(rows).all(axis=1).sum() and frame.classes == len(frame.canvas_info.classes)
    (x_middle, x_unit), (y_middle, y_unit) = frame.canvas_info.scales
    back = frame.points.x * [x_unit, y_unit] + [x_middle, y_middle]
    assert np.allclose(back, rows[np.isfinite(rows).all(axis=1), :2])
    painter.step(5)
    qtbot.waitUntil(lambda: painter.update_shown.position == 5)


def test_a_trained_model_is_saved_as_a_zip_for_other_programs(window, qtbot, monkeypatch, tmp_path) -> None:
    box = opened(window, qtbot, "capstone")
    words = [a.text() for a in box_menu(BoxContext(window, box)).actions()]
    assert any("for PyTorch" in text for text in words)
    other = opened(window, qtbot, "single-neuron")
    assert not any("for PyTorch" in a.text() for a in box_menu(BoxContext(window, other)).actions())
    path = tmp_path / "model.zip"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    save_model(window, box)
    qtbot.waitUntil(path.exists, timeout=10_000)
    qtbot.waitUntil(lambda: "model.zip" in notice(window))
    assert "train.py" in zipfile.ZipFile(path).namelist()


def test_a_model_saved_for_other_programs_opens_again_and_goes_on(window, qtbot, tmp_path) -> None:
    box = opened(window, qtbot, "capstone")
    path = tmp_path / "mine.zip"
    path.write_bytes(box.run.ask_now(lambda track: track.simulation.takeaway()))
    flat = lm_from_data(box.run.ask_now(lambda track: track.simulation.offer("language-model").data)).parameters.flat
    assert open_target(window, str(path))
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=20_000)
    assert window.box.update_shown.params.start == "received"
    back = window.box.run.ask_now(lambda track: track.simulation.offer("language-model").data)
    assert np.array_equal(lm_from_data(back).parameters.flat, flat)
    path.write_bytes(b"PK no zip")
    assert not open_target(window, str(path)) and "mine.zip" in notice(window)
