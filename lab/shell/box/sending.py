"""Send to…: one experiment's result becomes another's input, by the learner's act and no other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lab.core.artifact import Artifact
from lab.core.scene import Scene
from lab.core.simulation import Portable
from lab.core.text import N_, _
from lab.runtime.track import Track
from lab.shell import files
from lab.shell.box.box import ExperimentBox
from lab.shell.box.receiving import received_by
from lab.shell.context import Context
from lab.shell.services import Services

__all__ = ["KIND_WORDS", "save_model", "send", "targets"]

KIND_WORDS = {
    "points": N_("the points"),
    "table": N_("the table"),
    "network": N_("the network"),
    "picture-network": N_("the network that reads pictures"),
    "tokenizer": N_("the tokenizer"),
    "embedding": N_("the embedding"),
    "corpus": N_("the text"),
    "language-model": N_("the language model"),
    "distribution": N_("the distribution"),
    "loss-surface": N_("the loss surface"),
}
"""What each kind of artifact is called in a menu where there is more than one to choose."""


def targets(services: Services, box: ExperimentBox) -> Iterator[tuple[str, str, str]]:
    """Words, kind and experiment id: every kind of artifact that a box gives, to every experiment that takes it."""
    gives = box.specification.gives
    for kind in gives:
        for experiment in services.experiments():
            takes = experiment.load().takes
            if kind in takes and experiment is not box.experiment:
                words = _("Send to {title}").format(title=_(experiment.title))
                if len(set(gives) & set(takes)) > 1:
                    words = _("{send}: {what}").format(send=words, what=_(KIND_WORDS[kind]))
                yield words, kind, experiment.id


def send(window: Context, box: ExperimentBox, kind: str, target: str) -> None:
    """Ask the run for an artifact and open the receiver with it."""
    box.bridge.ask(lambda track: track.simulation.offer(kind), partial(_deliver, window, target))


def _deliver(window: Context, target: str, artifact: Artifact | Exception | None) -> None:
    if isinstance(artifact, Exception):
        window.tell("bad", _("Not sent"), str(artifact))
        return
    if artifact is None:
        window.tell("info", _("Nothing to send yet"), _("Run the experiment first."))
        return
    window.services.shelf.put(artifact)
    experiment = window.services.find(target)
    assert experiment is not None
    if why := experiment.load().refuses(artifact):
        window.tell("info", _("Not sent to {title}").format(title=_(experiment.title)), why)
        return
    values = received_by(experiment.load(), artifact)
    window.open_experiment(experiment, Scene(experiment.id, params=values, artifacts=(artifact,)))


def save_model(window: Context, box: ExperimentBox) -> None:
    """Ask the run for its model, and write it where the learner wants it."""
    box.bridge.ask(_taken_away, partial(_save_model, window, box))


def _taken_away(track: Track) -> bytes:
    simulation = track.simulation
    assert isinstance(simulation, Portable)
    return simulation.takeaway()


def _save_model(window: Context, box: ExperimentBox, data: bytes | Exception) -> None:
    if isinstance(data, Exception):
        window.tell("bad", _("Not saved"), str(data))
        return
    path = files.ask_where(window, _("Save the model"), f"{box.experiment.id}-model.zip", "ZIP (*.zip)")
    if path is not None:
        files.write(window, path, data)
