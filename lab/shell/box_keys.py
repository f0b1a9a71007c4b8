"""The keys of a box. They act when nothing that has the keyboard wants them first.

`KEYS` is also what the key sheet (F1) shows, so the sheet cannot be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from lab.core.text import N_

if TYPE_CHECKING:
    from lab.shell.box import ExperimentBox

__all__ = ["KEYS", "BoxKeys"]

KEYS: tuple[tuple[str, str], ...] = (
    ("Tab", N_("Go from one thing to the next")),
    ("Space", N_("Run or pause")),
    ("→  ←", N_("One step on, one step back")),
    ("Shift+→", N_("Ten steps on")),
    ("Home  End", N_("First and last step")),
    ("R", N_("Start over")),
    ("S", N_("Another seed")),
    ("1–9", N_("Presets")),
    ("P", N_("Predict")),
    ("C", N_("Challenges")),
    ("B", N_("Break it")),
    ("W", N_("All numbers, and why")),
    ("Ctrl+Z  Ctrl+Y", N_("Undo, redo")),
)
"""Key and meaning, in the order of the key sheet."""


class BoxKeys:
    """Turns a key press into what the box can do."""

    def __init__(self, box: ExperimentBox) -> None:
        self._box = box

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key. False when it means nothing here."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.NoModifier:
            return self._plain(event.key())
        if modifiers == Qt.KeyboardModifier.ShiftModifier and event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self._box.step(10 if event.key() == Qt.Key.Key_Right else -10)
            return True
        return False

    def _plain(self, key: int) -> bool:
        box = self._box
        transport: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Space: box.toggle_play,
            Qt.Key.Key_Right: self._step,
            Qt.Key.Key_Left: self._back,
            Qt.Key.Key_Home: box.go_first,
            Qt.Key.Key_End: box.go_last,
        }
        letters: dict[int, Callable[[], object]] = {
            Qt.Key.Key_R: box.start_over,
            Qt.Key.Key_S: box.runbar.next_seed,
            Qt.Key.Key_P: box.predict_asked.emit,
            Qt.Key.Key_C: box.challenges_asked.emit,
            Qt.Key.Key_B: box.breaks_asked.emit,
            Qt.Key.Key_W: box.numbers_asked.emit,
        }
        action = transport.get(key)
        if action is None and box.services.settings.one_letter_keys:
            action = letters.get(key) or self._preset(key)
        if action is None:
            return False
        action()
        return True

    def _step(self) -> None:
        self._box.runbar.step.click()

    def _back(self) -> None:
        self._box.runbar.back.click()

    def _preset(self, key: int) -> Callable[[], object] | None:
        number = key - Qt.Key.Key_1
        presets = self._box.specification.presets
        if 0 <= number < min(9, len(presets)):
            return lambda: self._box.play_preset(presets[number].id)
        return None
