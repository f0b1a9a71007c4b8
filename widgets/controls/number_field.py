"""Fields to type into that lose nothing: a wrong entry stays, says what is wrong, and Esc brings the old back.

`Field` holds this behaviour for any text; `NumberField` adds the keys that step a number. How a text is
read and how a number is written comes from the caller, with plain functions here for those who have none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.base.figures import FULL, grouped, ungrouped
from widgets.base.look import Refreshing
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.undo_keys import is_left

__all__ = ["Field", "NumberField", "Parsed", "Reading", "read_number", "show_number", "steps_of"]


class Reading(Protocol):
    """What a parse function returns: the value, and a note if the text was read in a special way."""

    @property
    def value(self) -> float: ...

    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Parsed:
    """A number that was read, with a note such as 'read as 0.5' ('' for none)."""

    value: float
    note: str = ""


def read_number(text: str) -> Parsed:
    """The number in `text`; a decimal comma and a real minus sign are understood. Raises ValueError."""
    plain = ungrouped(text)
    if not plain:
        raise ValueError(_("Please enter a number."))
    try:
        value = float(plain.replace(",", ".", 1))
    except ValueError:
        raise ValueError(_("“{text}” is not a number.").format(text=text.strip())) from None
    if not math.isfinite(value):
        raise ValueError(_("Please enter a finite number."))
    note = _("read as {number}").format(number=show_number(value)) if "," in plain else ""
    return Parsed(value, note)


def show_number(value: float, decimals: int = 0) -> str:
    """`value` with at least `decimals` digits after the point and at most four that count; a real minus."""
    text = f"{value:.{decimals}f}"
    if not math.isclose(float(text), value, rel_tol=1e-6, abs_tol=1e-12):
        text = f"{value:.0f}" if 1e4 <= abs(value) < FULL else f"{value:.4g}"
    mantissa, e, power = text.partition("e")
    text = f"{mantissa}e{int(power)}" if e else text
    return grouped(text.replace("-", "\N{MINUS SIGN}"))


_STEPS: dict[int, int] = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


def steps_of(event: QKeyEvent) -> float:
    """The steps a key asks for: Up and Down 1 (with Shift one tenth), PageUp and PageDown 10, others 0."""
    sign = _STEPS.get(event.key(), 0)
    fine = event.modifiers() & Qt.KeyboardModifier.ShiftModifier and abs(sign) == 1
    return sign / 10 if fine else sign


MOST = 10_000_000  # characters: a text is refused by what it is for, and never cut without a word


class Field(Refreshing, QLineEdit):
    """A line of text that is taken on Enter or when the focus leaves.

    `message` carries what is wrong, and '' once it is right again.
    """

    message = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(MOST)
        self._good = ""  # the text of the value in force
        self.editingFinished.connect(self._commit)

    @property
    def wrong(self) -> bool:
        """Whether the text shown was refused."""
        return bool(self.property("kind") == "wrong")

    def refuse(self, text: str) -> None:
        """Mark the entry as wrong, for the reason `text`; '' marks it as right."""
        if text or self.wrong:
            kind(self, "wrong" if text else "")
            self.setToolTip(text)
            self.message.emit(text)

    def restore(self) -> None:
        """Show the value in force again and forget what was typed."""
        self._put(self._good)
        self.refuse("")

    def accept(self, text: str) -> str:
        """Hook: take `text` as the new value and return how it is shown. Raises ValueError to refuse it."""
        return text

    def show_text(self, text: str) -> None:
        """Show `text` as the value in force. A text that is being typed stays; one that was refused stays until there
        is another value."""
        same, self._good = text == self._good, text
        if self.isModified() or (self.wrong and same):
            return
        self.restore()

    def _put(self, text: str) -> None:
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)

    def _commit(self) -> None:
        if not self.isModified():
            return
        try:
            shown = self.accept(self.text())
        except ValueError as reason:
            self.setModified(False)  # refused once is enough; typing on sets it again
            self.refuse(str(reason))
            return
        self._good = shown
        if self.isUndoAvailable():
            self.setText(shown)  # from now on undo is the window's
        self._put(shown)
        self.refuse("")

    def event(self, event: QEvent) -> bool:
        if is_left(event, self.isUndoAvailable(), self.isRedoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.isModified() or self.wrong):
            self.restore()
            return
        super().keyPressEvent(event)


class NumberField(Field):
    """A number to type or to step. `parse` reads a text or raises ValueError, `show` writes a number.

    `stepped(value, count)` gives the value `count` steps on (Up/Down 1, Shift one tenth, PageUp/PageDown
    10). `committed` is emitted only for what the user does, never by `set_value`.
    """

    committed = Signal(float)
    noted = Signal(str)

    def __init__(
        self,
        parse: Callable[[str], Reading] = read_number,
        show: Callable[[float], str] = show_number,
        stepped: Callable[[float, float], float] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parse, self._show, self._stepped = parse, show, stepped or _add
        self._value = 0.0
        self.setProperty("tight", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.show_text(self._show(0.0))

    def value(self) -> float:
        """The value in force, whatever is being typed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value` without a signal; what the user is typing stays, Esc then brings `value`."""
        self._value = value
        self.show_text(self._show(value))

    def accept(self, text: str) -> str:
        read = self._parse(text)
        self._value = read.value
        if read.note:
            self.noted.emit(read.note)
        self.committed.emit(read.value)
        return self._show(self._value)

    def step(self, count: float) -> None:
        """Move by `count` steps as the keys do; a good number being typed is taken first."""
        start = self._value
        if self.isModified():
            try:
                start = self._parse(self.text()).value
            except ValueError as reason:
                self.refuse(str(reason))
                return
        self._value = self._stepped(start, count)
        self._good = self._show(self._value)
        self.restore()
        self.committed.emit(self._value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if count := steps_of(event):
            self.step(count)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and not self.wrong:
            self.selectAll()


def _add(value: float, count: float) -> float:
    return value + count
