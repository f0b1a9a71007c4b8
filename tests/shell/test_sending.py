"""Send to…: what one experiment made becomes another's input, by the learner's act."""

from __future__ import annotations

import pytest

from lab import catalog
from lab.core.params import fields_of
from lab.core.scene import from_json, to_json
from lab.runtime.track import Track

PAIRS = [
    (giver.id, kind, taker.id)
    for giver in catalog.experiments()
    for kind in giver.load().gives
    for taker in catalog.experiments()
    if kind in taker.load().takes and taker is not giver
]


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
        qtbot.waitUntil(lambda: box.update_shown.exact)
        found = box.run.ask_now(lambda track: track.simulation.offer(kind))
    return found


@pytest.mark.parametrize(("giver", "kind", "taker"), PAIRS)
def test_everything_that_can_be_sent_arrives_and_is_used(window, qtbot, giver: str, kind: str, taker: str) -> None:
    box = opened(window, qtbot, giver)
    box.step(3)
    qtbot.waitUntil(lambda: box.update_shown.position == 3 or box.update_shown.done)
    artifact = offered(box, kind, qtbot)
    assert artifact is not None, f"{giver} offers no {kind}"
    window.desk._send(box, kind, taker)
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
    receiver = window.box
    assert receiver.experiment.id == taker
    assert receiver.update_shown.failure is None
    assert receiver.run.ask_now(lambda track: track.timeline.artifacts[0].id) == artifact.id
    received = [f.name for f in fields_of(receiver.specification.params) if "received" in f.choices]
    assert all(getattr(receiver.update_shown.params, name) == "received" for name in received)
    scene = receiver.scene(receiver.run.ask_now(Track.scene))
    again = from_json(to_json(scene), window.services.find)
    assert again.artifacts[0].id == artifact.id


def test_the_menu_offers_exactly_what_can_be_sent(window, qtbot) -> None:
    for giver in {giver for giver, _kind, _taker in PAIRS}:
        box = opened(window, qtbot, giver)
        menu = window.desk._box_menu_for(box)
        entries = [a.text() for a in menu.actions() if a.text().startswith("Send to")]
        assert len(entries) == sum(1 for g, _k, _t in PAIRS if g == giver)
        menu.close()


def sent(window, qtbot, giver: str, kind: str, taker: str):
    """The boxes of a giver and of the receiver of what it sent."""
    box = opened(window, qtbot, giver)
    window.desk._send(box, kind, taker)
    qtbot.waitUntil(lambda: window.box is not box and window.box.frame is not None, timeout=10_000)
    return box, window.box


@pytest.mark.parametrize(
    ("giver", "best"), [("linear-regression", "best_mse"), ("loss-functions", "best_loss")]
)
def test_the_loss_of_a_line_becomes_the_hill_whose_lowest_place_is_the_best_line(
    window, qtbot, giver: str, best: str
) -> None:
    line, hill = sent(window, qtbot, giver, "loss-surface", "gradient-descent")
    assert hill.frame.metrics()["lowest"] == pytest.approx(line.frame.metrics()[best])


@pytest.mark.parametrize("taker", ["linear-regression", "training-loop"])
def test_the_points_under_the_first_line_have_the_same_best_line_elsewhere(window, qtbot, taker: str) -> None:
    line, other = sent(window, qtbot, "what-is-ml", "table", taker)
    assert other.frame.metrics()["best_w"] == pytest.approx(line.run.ask_now(lambda t: t.simulation._best.slope))
