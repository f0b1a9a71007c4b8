"""What can be done with the chosen head, as chips: silence it, patch it, and look past the first token."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.reading import Head
from widgets.controls.chips import ChipRow

__all__ = ["ActionRow", "actions_for", "writes"]


def writes(frame: AttentionFrame) -> bool:
    """Whether the source is a model that expects a next token; MiniLM and the learner's words do not."""
    return frame.params.source in ("copier", "shakespeare", "received", "smollm2")


def actions_for(frame: AttentionFrame, at: Head) -> dict[str, Silence | Patch]:
    """What can be done with a head, by name; done again, each is taken back."""
    actions: dict[str, Silence | Patch] = {}
    if frame.params.source != "own":
        actions["silence"] = Silence(*at, at not in frame.silent)
    if writes(frame):
        actions["patch"] = Patch(*at, at not in frame.patched)
    return actions


class ActionRow(ChipRow):
    """Three chips, each on or off."""

    acted = Signal(object)
    hide_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        labels = (_("Silence"), _("Patch"), _("Hide first"))
        super().__init__(("silence", "patch", "hide"), labels, "many", parent=parent)
        self._actions: dict[str, Silence | Patch] = {}
        self._on: list[str] = []
        self.setAccessibleName(_("This head"))
        self.set_compact(True)
        self.chosen.connect(self._do)

    def show_actions(self, frame: AttentionFrame, at: Head, hide_first: bool) -> None:
        """Which of them are on, and which can be."""
        self._actions = actions_for(frame, at)
        on = {"silence": at in frame.silent, "patch": at in frame.patched, "hide": hide_first}
        self._on = [name for name, is_on in on.items() if is_on]
        self.set_chosen(self._on)
        for name in ("silence", "patch"):
            self.chip(name).setEnabled(name in self._actions)
        self.chip("hide").setText(_("Hide [CLS]") if frame.params.source == "minilm" else _("Hide first"))

    def _do(self, name: str) -> None:
        if name == "hide":
            self.hide_requested.emit()
        elif name in self._actions:
            self.acted.emit(self._actions[name])
        self.set_chosen(self._on)  # what is on is decided by the run
