"""The column of controls of a box, generated from its parameters: nothing about a control is written twice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.numbers import Parsed, parse_number, show_number
from lab.core.params import Field, ParamError, fields_of
from lab.core.simulation import Frame
from lab.core.text import _, current
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.chips import ChipRow
from widgets.controls.dropdown import Dropdown, EntryPicture
from widgets.controls.form import Form, Item
from widgets.text.elided_label import ElidedLabel

__all__ = ["Controls", "item_of"]

DISPLAY = "display."  # before the name of a view option, which stands in the same form
INFINITY = ("∞", "inf", "infinity")  # as it may be typed


def item_of(field: Field) -> Item:
    """A row of the form for a parameter, in the learner's language."""
    label = _(field.label) + (f" {field.symbol}" if field.symbol else "")
    return Item(
        field.name,
        field.kind,
        label,
        _(field.tip) if field.tip else "",
        field.lo if field.kind in ("float", "int") else 0,
        field.hi if field.kind in ("float", "int") else 1,
        field.log,
        field.step,
        field.choices,
        tuple(_(choice) for choice in field.choice_labels),
        restarts=field.restarts,
        more=field.more,
        default=field.default,
        hint=_(field.hint) if field.hint else "",
        placeholder=_(field.placeholder) if field.placeholder else "",
    )


class Controls(Refreshing, QWidget):
    """Heading with Reset, the parameters, the view options, and the presets under "Try"."""

    changed = Signal(dict, str)  # values, and the gesture they belong to ("" for a complete one)
    display_changed = Signal(str, object)
    reset_requested = Signal()
    preset_requested = Signal(str)
    follow_requested = Signal()  # where what was received comes from is to be followed

    def __init__(self, specification: Specification, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specification = specification
        self._fields = {f.name: f for f in fields_of(specification.params)}
        self._gesture = 0
        self._hidden: frozenset[str] = frozenset()
        self._unused: dict[str, str] = {}
        self._elsewhere: frozenset[str] = frozenset()  # on a page that is not open
        self._gone: dict[str, tuple[str, ...]] = {}
        self._spans: dict[str, tuple[float, float]] = {}
        self._marked: frozenset[str] = frozenset()  # controls whose slider has a computed mark
        shown = fields_of(specification.display) if specification.display else ()
        self._options = {DISPLAY + f.name: f for f in shown if f.name != "view"}
        items = [item_of(f) for f in self._fields.values()]
        items += [replace(item_of(f), name=name, more=True) for name, f in self._options.items()]
        inner = self._make_room()
        self.form = Form(items, self._parse, self._show, inner)
        presets = specification.presets
        self.presets = ChipRow([p.id for p in presets], [_(p.label) for p in presets], "press", parent=inner)
        for preset in specification.presets:
            self.presets.chip(preset.id).setToolTip(_(preset.story) if preset.story else "")
        self._reset = Button(_("Reset"), "plain", "rotate-ccw", height=28)
        self._reset.setToolTip(_("All controls to their defaults"))
        self._reset.setAccessibleName(_("Reset"))
        self._lay_out()
        self.form.changed.connect(self._control_changed)
        self.form.released.connect(self._released)
        self.presets.chosen.connect(self.preset_requested)
        self._reset.clicked.connect(self.reset_requested)
        self.follow.clicked.connect(self.follow_requested)

    def _make_room(self) -> QWidget:
        """The scroll area, and the widget in it on which the rows are made."""
        self._heading = QHBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._heading)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._whole = whole
        whole.addWidget(self._scroll, 1)
        inner = self._inner = QWidget()
        inner.setProperty("kind", "clear")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._scroll.setWidget(inner)
        return inner

    def _lay_out(self) -> None:
        self._title = kind(QLabel(_("Controls")), "h3")
        self.origin = ElidedLabel(style="small")
        self.origin.setProperty("tone", "text2")
        self.origin.hide()
        self.follow = Button(_("Follow"), "link", "link", height=24)
        self.follow.setToolTip(_("Take what it makes, again and again, whenever it rests"))
        self.follow.hide()
        self._followed = False
        self._from = QHBoxLayout()
        self._from.addWidget(self.origin, 1)
        self._from.addWidget(self.follow)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # buttons come first
        self._heading.addWidget(self._title, 1)
        self._heading.addWidget(self.form.more)  # beside Reset, where it costs no row
        self._heading.addWidget(self._reset)
        self._whole.insertLayout(1, self._from)
        self._try = kind(QLabel(_("Try")), "strong")
        self._column.addWidget(self.form)
        self._column.addWidget(self._try)
        self._column.addWidget(self.presets)
        self._column.addStretch(1)

    # ------------------------------------------------------------------------------ from the run

    def show_origins(self, origins: tuple[str, ...]) -> None:
        """Where the data, the network or whatever was received comes from; nothing where nothing was."""
        text = _("From {origin}").format(origin="; ".join(origins)) if origins else ""
        self.origin.say(text)
        self.origin.setToolTip(text)
        self.origin.setVisible(bool(text))
        self.show_following(self._followed)

    def show_following(self, followed: bool) -> None:
        """Whether another experiment is followed already, which a line above the picture says."""
        self._followed = followed
        self.follow.setVisible(not followed and not self.origin.isHidden())

    def show_pictures(self, pictures: Mapping[str, EntryPicture]) -> None:
        """What paints the choices of a control in its list, by name."""
        for name, paint in pictures.items():
            control = self.form.control(name)
            assert isinstance(control, Dropdown)
            control.set_pictures(paint)

    def show_params(self, params: Any) -> None:
        """The controls as they are now; never emits."""
        self.form.set_values({name: getattr(params, name) for name in self._fields})

    def show_display(self, display: Any) -> None:
        """The view options as they are now; never emits."""
        self.form.set_values({name: getattr(display, f.name) for name, f in self._options.items()})

    def show_frame(self, frame: Frame) -> None:
        """The computed marks on the sliders, and which controls have no effect now."""
        specification = self._specification
        marks = specification.limits(frame)
        for name in self._marked - marks.keys():
            self.form.set_limit(name, None, "")
        self._marked = frozenset(marks)
        for name, limit in marks.items():
            if limit.slider is not None and self._spans.get(name) != limit.slider:
                self._spans[name] = limit.slider
                self.form.set_span(name, *limit.slider)
            self.form.set_limit(name, limit.value, _(limit.text) if limit.text else "")
        gone = {name: tuple(choices) for name, choices in specification.unavailable(frame).items()}
        for name in {**self._gone, **gone}:
            if gone.get(name, ()) != self._gone.get(name, ()):
                self.form.set_unavailable(name, gone.get(name, ()))
        self._gone = gone
        now, elsewhere = dict(specification.unused(frame)), specification.hidden(frame)
        if now != self._unused or elsewhere != self._elsewhere:
            self._unused, self._elsewhere = now, elsewhere
            self._arrange()

    def hide_controls(self, names: tuple[str, ...]) -> None:
        """Take controls away, as a teacher's link may ask."""
        self._hidden = frozenset(names)
        self._arrange()

    def _arrange(self) -> None:
        """A control without effect is greyed with the reason; a text that does not apply, and whatever belongs to
        another page, is not shown at all."""
        gone = {n for n in self._unused if self._fields[n].kind == "text"} | self._hidden | self._elsewhere
        gone |= {DISPLAY + name for name in self._elsewhere}
        self.form.set_visible([name for name in (*self._fields, *self._options) if name not in gone])
        self._take_height()
        self._fit_heading()
        for name in self._fields:
            self.form.set_enabled(name, name not in self._unused, _(self._unused.get(name, "")))

    def _take_height(self) -> None:
        """The column is as high as what is shown, at once: else it keeps the height of what is hidden, with a scroll
        bar and an empty place, until the event loop has come round to it."""
        for part in (self.form, self._inner):
            layout = part.layout()
            assert layout is not None
            layout.activate()
        QApplication.sendEvent(self._scroll, QEvent(QEvent.Type.LayoutRequest))

    def set_compact(self, compact: bool) -> None:
        self.form.compact = compact
        self.presets.set_compact(compact)
        self._column.setSpacing(look().px(2 if compact else 8))

    def show_refusal(self, message: str) -> None:
        """Why the last change was not taken, beside the control it concerns."""
        name, _sep, text = message.partition(": ")
        if name in self._fields:
            self.form.show_error(name, text)

    def forget_refusals(self) -> None:
        """Show the values in force, and no more what was refused."""
        self.form.forget_errors()

    def relook(self) -> None:
        self._column.setSpacing(look().px(8))
        self._fit_heading()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_heading()

    def _fit_heading(self) -> None:
        """Where the words of the heading are too long for one line, Reset is its icon alone."""
        self._reset.set_face(_("Reset"), "rotate-ccw")
        parts = (self._title, self.form.more, self._reset)
        needed = sum(part.sizeHint().width() for part in parts if not part.isHidden())
        if needed + 2 * self._heading.spacing() > self.width():
            self._reset.set_face("", "rotate-ccw")

    # ----------------------------------------------------------------------------- from the learner

    def _control_changed(self, name: str, value: object) -> None:
        if name in self._options:
            self.display_changed.emit(self._options[name].name, value)
            return
        if isinstance(value, float) and math.isinf(value):
            self.changed.emit({self._fields[name].infinite: True}, "")
            return
        self.changed.emit({name: value}, f"{name}#{self._gesture}")

    def _released(self, name: str) -> None:
        self._gesture += 1  # what comes next is a gesture of its own

    def _parse(self, item: Item, text: str) -> Parsed:
        field = self._fields.get(item.name) or self._options[item.name]
        if field.infinite and text.strip().lower() in INFINITY:
            return Parsed(math.inf)
        parsed = parse_number(text)
        try:
            field.checked(int(parsed.value) if parsed.value.is_integer() else parsed.value)
        except ParamError as error:
            raise ValueError(f"{item.label} {error.message}.") from None
        return parsed

    def _show(self, item: Item, value: float) -> str:
        field = self._fields.get(item.name) or self._options[item.name]
        text = show_number(int(value) if field.kind == "int" else value, field.digits)
        digits, dot, power = text.partition("·")
        mark = current().decimal_mark
        return (digits.rstrip("0").removesuffix(mark) if mark in digits else digits) + dot + power
