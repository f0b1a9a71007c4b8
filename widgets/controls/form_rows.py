"""The rows of a form: each makes one setting editable, by the kind of value it has.

A row knows its item and nothing of the others. It emits `changed(name, value)` for what the user does,
also while dragging, `released(name)` when the gesture is over, and `refused(name, message)` for an entry
that was not accepted; `set_value` never emits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.buttons import Glyph
from widgets.controls.checks import CheckBox
from widgets.controls.chips import ChipRow
from widgets.controls.dropdown import Dropdown
from widgets.controls.form_item import Item, parse_item, show_item
from widgets.controls.number_field import Field, NumberField, Reading
from widgets.controls.slider import Slider

__all__ = ["Row", "make_row"]


class Row(Refreshing, QWidget):
    """What all rows have: a label with the restart sign, a place for a hint, one for an error."""

    changed = Signal(str, object)
    released = Signal(str)
    refused = Signal(str, str)

    def __init__(self, item: Item, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item, self._compact, self._limit_text, self._note = item, False, "", ""
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.head = QHBoxLayout()
        self.lines.addLayout(self.head)
        self._hint = _line(item.hint, "text3")
        self._error = _line("", "bad")
        self.build()
        self.lines.addWidget(self._hint)
        self.lines.addWidget(self._error)
        self._hint.setVisible(bool(item.hint))
        self._error.hide()
        self._name_controls()
        self.relook()

    # -- for the kinds of rows

    def build(self) -> None:
        """Hook: make the controls."""
        raise NotImplementedError

    def control(self) -> QWidget:
        """The control that takes the focus."""
        raise NotImplementedError

    def controls(self) -> tuple[QWidget, ...]:
        """Everything that can be used in this row."""
        return (self.control(),)

    def value(self) -> Any:
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show `value` without a signal."""
        raise NotImplementedError

    def add_label(self) -> None:
        """The name of the setting at the start of the head line."""
        label = QLabel(self.item.label)
        label.setWordWrap(True)
        label.setToolTip(self.item.tip)
        kind(label, "label")
        self.head.addWidget(label, 1)
        self.add_sign()

    def add_sign(self) -> None:
        """The sign of a setting that starts the run over."""
        if self.item.restarts:
            sign = Glyph("rotate-ccw", "text3", 14, _("Changing this starts the run over."))
            self.head.addWidget(sign, 0, Qt.AlignmentFlag.AlignVCenter)

    # -- for the form

    def set_compact(self, compact: bool) -> None:
        """Without the hint and with tighter lines, for small screens."""
        self._compact = compact
        for control in self.controls():
            if hasattr(control, "set_compact"):
                control.set_compact(compact)
        self._show_hint()
        self.relook()

    def set_limit(self, value: float | None, text: str) -> None:
        """Only numbers have limits."""
        raise ValueError(f"set_limit needs a number, but {self.item.name!r} is of kind {self.item.kind!r}")

    def set_span(self, lo: float, hi: float) -> None:
        """Only numbers have ranges."""
        raise ValueError(f"set_span needs a number, but {self.item.name!r} is of kind {self.item.kind!r}")

    def set_unavailable(self, gone: Collection[str]) -> None:
        """Only one of several choices can be left out."""
        raise ValueError(f"set_unavailable needs a choice, but {self.item.name!r} is of kind {self.item.kind!r}")

    def set_usable(self, usable: bool, why: str = "") -> None:
        """Enable or disable the row; `why` is said in its tooltip."""
        self.setEnabled(usable)
        self.setToolTip("" if usable else why)
        self._name_controls("" if usable else why)

    def show_error(self, text: str) -> None:
        """Say under the control what is wrong; '' says nothing."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self._show_hint()

    def clear_error(self) -> None:
        """Say no more that something is wrong. While a row is made its labels are windows: then nothing is shown."""
        if self._error.text():
            self.show_error("")

    def forget_error(self) -> None:
        """Show the value in force, and no more what was refused."""
        self.clear_error()
        for control in self.controls():
            if isinstance(control, Field):
                control.restore()

    def relook(self) -> None:
        self.lines.setSpacing(look().px(2 if self._compact else 3))
        self.head.setSpacing(look().px(6))

    def _show_hint(self) -> None:
        crowded = self._compact or bool(self._limit_text) or not self._error.isHidden()
        self._hint.setText(self._note or self.item.hint)
        self._hint.setVisible(bool(self._note) or (bool(self.item.hint) and not crowded))

    def _name_controls(self, why: str = "") -> None:
        restarts = _("Changing this starts the run over.") if self.item.restarts else ""
        parts = (why, self.item.tip, self.item.hint, restarts, self._limit_text)
        for control in self.controls():
            control.setAccessibleName(self.item.label)
            control.setAccessibleDescription(" ".join(part for part in parts if part))
            if not isinstance(control, Field) or not control.wrong:
                control.setToolTip(why or self.item.tip)

    def _emit(self, value: object, done: bool = True) -> None:
        self._note = ""
        self.show_error("")
        self.changed.emit(self.item.name, value)
        if done:
            self.released.emit(self.item.name)


class NumberRow(Row):
    """Label left, editable number right, slider under."""

    def __init__(
        self,
        item: Item,
        parse: Callable[[Item, str], Reading] = parse_item,
        show: Callable[[Item, float], str] = show_item,
        parent: QWidget | None = None,
    ) -> None:
        self._parse, self._show = parse, show
        self._letters: tuple[float, str] | None = None  # in which the longest number of the slider was measured
        self._longest = 0  # pixels
        super().__init__(item, parent)

    def build(self) -> None:
        self.add_label()
        if self.item.unit:
            self.head.addWidget(_line(self.item.unit, "text3"))
        span = self.item.span
        self._field = NumberField(self._read, self._write, span.stepped)
        self._field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._slider = Slider(span)
        self._slider.set_frame(self)
        self.head.addWidget(self._field, 0, Qt.AlignmentFlag.AlignTop)
        self.lines.addWidget(self._slider)
        start = self.item.default if self.item.default is not None else self.item.lo
        self.set_value(start)
        self._slider.changed.connect(self._slid)
        self._slider.released.connect(self._let_go)
        self._slider.default_requested.connect(self._to_default)
        self._field.committed.connect(self._typed)
        self._field.message.connect(self._summary)
        self._field.noted.connect(self._noted)

    def control(self) -> QWidget:
        return self._slider

    def controls(self) -> tuple[QWidget, ...]:
        return (self._field, self._slider)

    def value(self) -> float | int:
        return self._own(self._field.value())

    def set_value(self, value: float) -> None:
        if float(value) != self._field.value():
            self.clear_error()
        self._field.set_value(float(value))
        self._slider.set_value(float(value))

    def set_limit(self, value: float | None, text: str) -> None:
        before = self._slider.limit(), self._limit_text
        self._slider.set_limit(value, text)
        self._limit_text = text if self._slider.limit() is not None else ""
        if (self._slider.limit(), self._limit_text) == before:  # frames say the same again and again
            return
        self._name_controls()
        self._show_hint()

    def set_span(self, lo: float, hi: float) -> None:
        """Let the slider go from `lo` to `hi`; what may be typed stays as it is."""
        self._slider.set_span(replace(self.item.span, lo=lo, hi=hi))
        self._slider.set_value(self._field.value())

    def relook(self) -> None:
        """As wide as the longest number it has to show, but not below 72 px nor above 100."""
        super().relook()
        self.lines.setSpacing(look().px(0 if self._compact else 2))
        letters = look().scale, look().family
        if letters != self._letters:
            span = self.item.span
            self._letters = letters
            self._longest = self._wide(span.lo, span.hi, *(span.at(n / 7) for n in range(1, 7)))
        longest = max(self._longest, self._wide(self._field.value())) + look().px(20)
        self._field.setFixedWidth(min(max(look().px(72), longest), look().px(100)))

    def _wide(self, *values: float) -> int:
        """Pixels that the longest of some values takes."""
        metrics = QFontMetrics(look().font("body", 600))
        return max(metrics.horizontalAdvance(self._write(value)) for value in values)

    def _own(self, value: float) -> float | int:
        return round(value) if self.item.kind == "int" else value

    def _read(self, text: str) -> Reading:
        return self._parse(self.item, text)

    def _write(self, value: float) -> str:
        return self._show(self.item, value)

    def _slid(self, value: float) -> None:
        self._field.restore()
        self._field.set_value(value)
        self._emit(self._own(value), done=False)

    def _let_go(self, value: float) -> None:
        self.released.emit(self.item.name)

    def _typed(self, value: float) -> None:
        self._slider.set_value(value)
        note, self._note = self._note, ""
        self._emit(self._own(value))
        self._note = note
        self._show_hint()

    def _to_default(self) -> None:
        if self.item.default is not None:
            self.set_value(self.item.default)
            self._emit(self._own(float(self.item.default)))

    def _summary(self, message: str) -> None:
        self.show_error(message)
        if message:
            self.refused.emit(self.item.name, message)
        else:
            self._field.setToolTip(self.item.tip)

    def _noted(self, note: str) -> None:
        """How the text was understood, in the place of the hint until the next change."""
        self._note = note
        self._field.setAccessibleDescription(note)


class BoolRow(Row):
    """A check box with the label as its text."""

    def build(self) -> None:
        self._check = CheckBox(self.item.label)
        self.head.addWidget(self._check, 1)
        self.add_sign()
        self._check.setChecked(bool(self.item.default))
        self._check.clicked.connect(self._emit_checked)

    def control(self) -> QWidget:
        return self._check

    def value(self) -> bool:
        return self._check.isChecked()

    def set_value(self, value: object) -> None:
        with QSignalBlocker(self._check):
            self._check.setChecked(bool(value))

    def _emit_checked(self, checked: bool) -> None:
        self._emit(checked)


class ChoiceRow(Row):
    """One of several: chips if they are few and short, else a drop-down list."""

    def build(self) -> None:
        self.add_label()
        labels = self.item.choice_labels or self.item.keys
        make = ChipRow if fits_one_line(labels) else Dropdown
        self._choice = make(self.item.keys, labels)
        self.lines.addWidget(self._choice)
        if self.item.default is not None:
            self.set_value(self.item.default)
        self._choice.chosen.connect(self._chosen)

    def control(self) -> QWidget:
        return self._choice

    def relook(self) -> None:
        """Where room is scarce a list stands beside its name instead of under it."""
        super().relook()
        beside = self._compact and isinstance(self._choice, Dropdown)
        line = self.head if beside else self.lines
        if line.indexOf(self._choice) < 0:
            (self.lines if beside else self.head).removeWidget(self._choice)
            line.insertWidget(1, self._choice, 2)

    def value(self) -> object:
        if isinstance(self._choice, Dropdown):
            key = self._choice.chosen_key()
        else:
            key = self._choice.chosen_keys()[0]
        return self.item.choices[self.item.keys.index(key)]

    def set_value(self, value: object) -> None:
        if value not in self.item.choices:
            known = list(self.item.choices)
            raise ValueError(f"{self.item.name} must be one of {known}, got {value!r}")
        try:
            self._choice.set_chosen(str(value))
        except ValueError:  # it was left out until now: everything is offered again
            self.set_unavailable(())
            self._choice.set_chosen(str(value))

    def set_unavailable(self, gone: Collection[str]) -> None:
        """Leave some choices out for now; the value in force always stays."""
        here = str(self.value())
        labels = dict(zip(self.item.keys, self.item.choice_labels or self.item.keys, strict=True))
        keys = [key for key in self.item.keys if key not in gone or key == here]
        change = self._choice.set_choices if isinstance(self._choice, Dropdown) else self._choice.set_chips
        change(keys, [labels[key] for key in keys])
        self._choice.set_chosen(here)

    def _chosen(self, key: str) -> None:
        self._emit(self.item.choices[self.item.keys.index(key)])


class ManyRow(Row):
    """Any of several, as chips; the value is a tuple in the order of the choices."""

    def build(self) -> None:
        self.add_label()
        self._chips = ChipRow(self.item.keys, self.item.choice_labels, "many")
        self.lines.addWidget(self._chips)
        self.set_value(self.item.default or ())
        self._chips.chosen.connect(self._chosen)

    def control(self) -> QWidget:
        return self._chips

    def value(self) -> tuple[Any, ...]:
        chosen = set(self._chips.chosen_keys())
        return tuple(choice for choice in self.item.choices if str(choice) in chosen)

    def set_value(self, value: Collection[Any]) -> None:
        self._chips.set_chosen([str(choice) for choice in value])

    def _chosen(self, key: str) -> None:
        self._emit(self.value())


class TextRow(Row):
    """A line of text, taken on Enter or when the focus leaves."""

    def build(self) -> None:
        self.add_label()
        self._field = _TextField()
        self._field.setPlaceholderText(self.item.placeholder)
        self.lines.addWidget(self._field)
        self.set_value(self.item.default or "")
        self._field.taken.connect(self._taken)

    _asked: str | None = None  # what was typed last, until it is in force

    def control(self) -> QWidget:
        return self._field

    def value(self) -> str:
        return self._field.value

    def set_value(self, value: object) -> None:
        if str(value) == self._asked:
            self._asked = None
        if str(value) != self._field.value:
            self._field.value = str(value)
            self.clear_error()
            self._field.show_text(str(value))

    def show_error(self, text: str) -> None:
        """What is wrong with the text that was typed, which stays to be mended; Esc brings the one in force."""
        super().show_error(text)
        if text and self._asked is not None:
            self._field.setText(self._asked)
        self._field.refuse(text)

    def _taken(self, text: str) -> None:
        self._asked = text
        self._emit(text)


class _TextField(Field):
    """A field whose value is its text."""

    taken = Signal(str)
    value = ""

    def accept(self, text: str) -> str:
        self.value = text
        self.taken.emit(text)
        return text


def make_row(item: Item, parse: Callable[[Item, str], Reading], show: Callable[[Item, float], str]) -> Row:
    """The row for `item`. Raises ValueError for an unknown kind."""
    if item.kind in ("float", "int"):
        return NumberRow(item, parse, show)
    rows = {"bool": BoolRow, "choice": ChoiceRow, "many": ManyRow, "text": TextRow}
    if item.kind not in rows:
        raise ValueError(f"kind of {item.name!r} must be one of {['float', 'int', *rows]}, got {item.kind!r}")
    return rows[item.kind](item)


def fits_one_line(labels: tuple[str, ...]) -> bool:
    """Whether up to four chips with these labels fit beside each other in the narrow column (236 px)."""
    letters = sum(len(label) for label in labels)
    return len(labels) <= 4 and 7.2 * letters + 22 * len(labels) + 6 * (len(labels) - 1) <= 236


def _line(text: str, tone: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)  # it may repeat what was typed
    label.setWordWrap(tone == "bad" or len(text) > 12)
    label.setProperty("tone", tone)
    return kind(label, "caption")
