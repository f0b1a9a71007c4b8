"""A live link: a box takes again and again what another one offers, whenever that one rests.

It is switched on by the learner, at the receiver, and ends with one press, with either box, and with the window: no
file holds it. What it takes is received like anything that is sent, so that undo knows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from lab.core.artifact import Artifact
from lab.core.experiment import Experiment, Specification
from lab.core.text import _
from lab.runtime.run import Run, Update
from lab.runtime.track import Track
from lab.shell.box.box_line import BoxLine
from lab.shell.box.bridge import Bridge
from lab.shell.box.receiving import received_by
from lab.shell.services import Services

__all__ = ["Following", "LinkedBox", "followable"]


class LinkedBox(Protocol):
    """What a link asks of the boxes at its two ends."""

    @property
    def experiment(self) -> Experiment: ...
    @property
    def specification(self) -> Specification: ...
    @property
    def bridge(self) -> Bridge: ...
    @property
    def run(self) -> Run: ...
    @property
    def following(self) -> Following: ...
    @property
    def updated(self) -> Any: ...
    @property
    def closing(self) -> Any: ...


B = TypeVar("B", bound=LinkedBox)


def followable(receiver: LinkedBox, boxes: list[B]) -> Iterator[tuple[B, str]]:
    """The open boxes that give what a box takes, each with the first such kind; none that follows it in turn."""
    for box in boxes:
        kind = next((kind for kind in box.specification.gives if kind in receiver.specification.takes), "")
        if kind and box.experiment is not receiver.experiment and not _follows(box, receiver):
            yield box, kind


def _follows(box: LinkedBox, other: LinkedBox) -> bool:
    """Whether a box follows another, by itself or through others: a circle of links would never rest."""
    link: LinkedBox | None = box
    while link is not None and link is not other:
        link = link.following.followed
    return link is other


class Following(QObject):
    """The link of one receiver to at most one sender."""

    changed = Signal()

    def __init__(self, services: Services, receiver: LinkedBox, line: BoxLine) -> None:
        super().__init__(line)
        self._services, self._receiver, self._line = services, receiver, line
        self._sender: LinkedBox | None = None
        self._kind = ""
        self._seen: object = None  # of the sender, when it was asked last
        self._taken = ""  # the content of what was received last
        line.ended.connect(self.stop)

    @property
    def followed(self) -> LinkedBox | None:
        """The box that is followed."""
        return self._sender

    def follow(self, sender: LinkedBox, kind: str) -> None:
        """Take what a box offers of a kind, now and whenever it rests again."""
        self.stop()
        self._sender, self._kind, self._seen, self._taken = sender, kind, None, ""
        sender.updated.connect(self._updated)
        sender.closing.connect(self.stop)
        self._say("")
        self._line.show()
        self._ask(sender)
        self.changed.emit()

    def stop(self) -> None:
        """Follow nothing. What was received stays."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.updated.disconnect(self._updated)
            sender.closing.disconnect(self.stop)
            self._line.hide()
            self.changed.emit()

    @property
    def _title(self) -> str:
        return _(self._sender.experiment.title) if self._sender is not None else ""

    def _updated(self, update: Update) -> None:
        """The sender has changed: what it offers is asked for when it rests."""
        seen = (update.revision, update.position)
        if self._sender is None or update.playing or not update.exact or update.failure or seen == self._seen:
            return
        self._seen = seen
        self._ask(self._sender)

    def _ask(self, sender: LinkedBox) -> None:
        sender.bridge.ask(partial(_offer, self._kind), partial(self._take, sender))

    def _take(self, sender: LinkedBox, answer: Any) -> None:
        if sender is not self._sender or not isinstance(answer, Artifact) or answer.id == self._taken:
            return
        self._taken = answer.id
        self._services.shelf.put(answer)
        why = self._receiver.specification.refuses(answer)
        self._say(why)
        if why:
            return
        values = received_by(self._receiver.specification, answer)
        self._receiver.run.do(partial(_adopt, answer, values))

    def _say(self, why: str) -> None:
        """That it follows; why: what was made last cannot be used."""
        words = _("Follows {title}: takes what it makes whenever it rests.").format(title=self._title)
        self._line.say(f"{words} {why}" if why else words)


def _offer(kind: str, track: Track) -> Artifact | None:
    return track.simulation.offer(kind)


def _adopt(artifact: Artifact, values: dict[str, Any], track: Track) -> None:
    track.adopt(artifact, values)
