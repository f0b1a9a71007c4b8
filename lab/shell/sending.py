"""Send to…: one experiment's result becomes another's input, by the learner's act and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lab.core.artifact import Artifact
from lab.core.params import Field, fields_of
from lab.core.scene import Scene
from lab.core.text import N_, _
from lab.shell.box import ExperimentBox

if TYPE_CHECKING:
    from lab.shell.window import MainWindow

__all__ = ["KIND_WORDS", "Sending", "received_values"]

KIND_WORDS = {
    "points": N_("the points"),
    "table": N_("the table"),
    "network": N_("the network"),
    "tokenizer": N_("the tokenizer"),
    "embedding": N_("the embedding"),
    "corpus": N_("the text"),
    "language-model": N_("the language model"),
    "distribution": N_("the distribution"),
    "loss-surface": N_("the loss surface"),
}
"""What each kind of artifact is called in a menu where there is more than one to choose."""


class Sending(QObject):
    """Asks the run for an artifact and opens the receiver with it."""

    def __init__(self, window: MainWindow, box: ExperimentBox, kind: str, target: str) -> None:
        super().__init__(window)
        self._window, self._box, self._kind, self._target = window, box, kind, target

    def start(self) -> None:
        kind = self._kind
        self._box.bridge.ask(lambda track: track.simulation.offer(kind), self._arrived)

    def _arrived(self, artifact: Artifact | Exception | None) -> None:
        if isinstance(artifact, Exception):
            self._window.desk.tell("bad", _("Not sent"), str(artifact))
        elif artifact is None:
            self._window.desk.tell("info", _("Nothing to send yet"), _("Run the experiment first."))
        else:
            self._deliver(artifact)
        self.deleteLater()

    def _deliver(self, artifact: Artifact) -> None:
        self._window.services.shelf.put(artifact)
        experiment = self._window.services.find(self._target)
        assert experiment is not None
        values = received_values(fields_of(experiment.load().params))
        self._window.open_experiment(experiment, Scene(experiment.id, params=values, artifacts=(artifact,)))


def received_values(fields: tuple[Field, ...]) -> dict[str, str]:
    """The controls that make a receiver use what it was sent: every choice that has "received" among its values."""
    return {f.name: "received" for f in fields if f.kind == "choice" and "received" in f.choices}
