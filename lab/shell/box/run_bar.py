"""The run bar: the same place, the same buttons, the same keys in every experiment.

Start over · back · run/pause · step · granularity · speed · scrubber · read-outs · seed · record. Where the bar is
narrow, what has no room stands in a second row, which its last button opens.
"""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.metric import DIGITS
from lab.core.numbers import Parsed, exact, parse_number, show_number
from lab.core.simulation import Frame
from lab.core.text import _
from lab.runtime.run import MAX_SPEED, Update
from lab.shell.text_label import text_label
from widgets.base.focus import go_through, stops_in
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.controls.dropdown import Dropdown
from widgets.controls.number_field import NumberField
from widgets.controls.scrubber import Scrubber
from widgets.controls.slider import Slider
from widgets.controls.span import Span
from widgets.text.flow_layout import FlowLayout
from widgets.text.readout import Readout

__all__ = ["RunBar"]

HIGH, UNDER = 60, 8  # pixels at 100 % text: of the bar, and under its second row
MARK = 3  # pixels between two marks on the scrubber that can be seen as two
SLOWEST, FASTEST = 0.5, 1000.0  # steps per second; the end of the slider means as fast as it goes


def _least_width(widget: QWidget) -> int:
    """How narrow a layout may make a widget, in pixels, whether it is shown or not."""
    if widget.minimumWidth() > 0:
        return widget.minimumWidth()
    shrinks = widget.sizePolicy().horizontalPolicy().value & QSizePolicy.PolicyFlag.ShrinkFlag.value
    least = widget.minimumSizeHint().width()
    return min(least if shrinks else max(least, widget.sizeHint().width()), widget.maximumWidth())


class RunBar(Refreshing, QFrame):
    play_toggled = Signal()
    stepped = Signal(int, str)  # count (negative: back), granularity
    start_over_requested = Signal()
    speed_changed = Signal(float)
    scrubbed = Signal(int)
    seed_changed = Signal(int)
    record_requested = Signal()
    requested = Signal(str)  # the arithmetic of a read-out

    def __init__(self, specification: Specification, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "runbar")
        self._specification = specification
        self._playing = False
        self._marks: tuple[tuple[int, ...], int] = ((), 1)  # and the steps that are one on the line
        self.run = Button(_("Run"), "primary", "play", height=40)
        self.run.setToolTip(_("Run or pause  (Space)"))
        self.back = IconButton("step-back", _("One step back"), "Left", side=40)
        self.step = Button(_("Step"), "outline", "step-forward", height=40)
        self.step.setToolTip(_("One step on  (→); Shift: ten"))
        self.start_over = IconButton("rotate-ccw", _("Start over"), "R", side=40)
        sizes = specification.granularities
        self.granularity = Dropdown(sizes, [_(size) for size in sizes], self)
        self.granularity.setAccessibleName(_("Size of a step"))
        self.granularity.setVisible(bool(specification.granularities))
        self._speed_label = text_label(_("Speed"), "small", "text2")
        self.speed = Slider(Span(SLOWEST, FASTEST, log=True))
        self.speed.setAccessibleName(_("Speed in steps per second"))
        self.speed.set_value(specification.steps_per_second)
        self._speed_text = kind(QLabel(), "small")
        self._step_name = text_label(_("step"), "small", "text3")
        self._step_text = kind(QLabel("0"), "h3")
        self.scrubber = Scrubber()
        self.scrubber.setAccessibleName(_("History: go to a step"))
        self.readouts = {
            name: Readout(name, _(specification.metrics.labels.get(name, name)))
            for name in specification.headline
            if name != "step"
        }
        self._seed_label = text_label(_("seed"), "small", "text3")
        self.seed = NumberField(self._parse_seed, self._show_seed)
        self.seed.setAccessibleName(_("Seed of the random numbers"))
        self.new_seed = IconButton("dices", _("Another seed"), "S")
        self.record = IconButton("circle-dot", _("Record: save the last seconds as an animated picture"), "")
        self.more = IconButton("ellipsis", _("More of the run bar"))
        self.more.setCheckable(True)
        self.more.hide()
        self._lay_out()
        self._connect()
        self._show_speed(specification.steps_per_second)
        self.relook()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._row, self._below = QHBoxLayout(), QWidget(self)
        self._lines = FlowLayout(self._below, gap=8)
        self._parts: list[QWidget] = []  # all of the bar, in order
        self._below.hide()
        whole.addLayout(self._row, 1)
        self._under = QHBoxLayout()
        self._under.addWidget(self._below)
        whole.addLayout(self._under)
        self._add(self.run, self.back, self.step, self.granularity, self.start_over)
        self._rules = [self._rule()]
        self._add(self._speed_label, self.speed, self._speed_text)
        self._rules.append(self._rule())
        self._add(self._step_name, self._step_text)
        self._add(self.scrubber)
        self._row.setStretchFactor(self.scrubber, 1)
        self._add(*self.readouts.values())
        self._rules.append(self._rule())
        self._add(self._seed_label, self.seed, self.new_seed, self.record, self.more)
        for part in self._of_the_seed():
            part.setVisible(self._specification.random)

    def _of_the_seed(self) -> tuple[QWidget, ...]:
        return self._seed_label, self.seed, self.new_seed

    def _add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self._row.addWidget(widget)
            self._parts.append(widget)

    def _rule(self) -> QFrame:
        rule = QFrame()
        kind(rule, "rule")
        self._add(rule)
        return rule

    def _connect(self) -> None:
        self.run.clicked.connect(self.play_toggled)
        self.back.clicked.connect(partial(self._step, -1))
        self.step.clicked.connect(partial(self._step, 1))
        self.start_over.clicked.connect(self.start_over_requested)
        self.speed.changed.connect(self._speed_moved)
        self.scrubber.moved.connect(self.scrubbed)
        self.scrubber.released.connect(self.scrubbed)
        self.seed.committed.connect(self._seed_typed)
        self.new_seed.clicked.connect(self.next_seed)
        self.record.clicked.connect(self.record_requested)
        self.more.clicked.connect(self._fit)
        for readout in self.readouts.values():
            readout.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------- from the run

    def show_update(self, update: Update) -> None:
        """The state of the run: which buttons work, where it is, and its numbers."""
        if update.playing != self._playing:
            self._playing = update.playing
            self.run.set_face(_("Pause") if update.playing else _("Run"), "pause" if update.playing else "play")
        self.back.setEnabled(update.position > 0 or update.can_go_back)
        self.start_over.setEnabled(update.head > 0 or update.position > 0)
        self.scrubber.set_span(0, max(update.head, update.position))
        self.scrubber.set_position(update.position)
        self._show_step(show_number(update.position))
        self._show_marks(update.marks, max(1, update.head * MARK // max(1, self.scrubber.width())))
        self.seed.set_value(update.seed)
        if update.playing and self._fast():
            self._show_speed(MAX_SPEED, update.rate)

    def _show_marks(self, marks: tuple[int, ...], together: int) -> None:
        """The steps of gestures; of those that lie within `together` steps, the last."""
        if (marks, together) != self._marks:
            self._marks = (marks, together)
            apart = {step // together: step for step in marks}
            self.scrubber.set_marks([(step, "gesture") for step in apart.values()])

    def _show_step(self, text: str) -> None:
        """The number of the step, in a space that grows with its digits: so what stands beside it does not move,
        and nothing is laid out anew at every step."""
        if text != self._step_text.text():
            self._step_text.setText(text)
            self._give_room()

    def _give_room(self) -> None:
        wide = self._step_text.sizeHint().width()
        if wide > self._step_text.minimumWidth():
            self._step_text.setFixedWidth(wide)

    def show_frame(self, frame: Frame) -> None:
        """The read-outs."""
        metrics = self._specification.metrics
        for name, value in metrics.some(frame, self.readouts).items():
            self.readouts[name].set_value(show_number(value, metrics.digits.get(name, DIGITS)), exact(value))

    # ------------------------------------------------------------------------------- from the learner

    def next_seed(self) -> None:
        """Another seed, where it decides anything."""
        if self._specification.random:
            self.seed_changed.emit(int(self.seed.value()) + 1)

    def _step(self, count: int) -> None:
        """A step of the chosen size; "" where a step is a step."""
        size = self.granularity.chosen_key() or "" if self._specification.granularities else ""
        self.stepped.emit(count, size)

    def _fast(self) -> bool:
        return self.speed.value() >= FASTEST * 0.999

    def _speed_moved(self, value: float) -> None:
        speed = MAX_SPEED if self._fast() else value
        self._show_speed(speed)
        self.speed_changed.emit(speed)

    def _show_speed(self, speed: float, measured: float = 0.0) -> None:
        if math.isinf(speed):
            text = _("{n}/s").format(n=show_number(int(measured))) if measured else _("flat out")
        else:
            text = _("{n}/s").format(n=show_number(float(f"{speed:.2g}"), 2))
        self._speed_text.setText(text)

    def _seed_typed(self, value: float) -> None:
        self.seed_changed.emit(int(value))

    @staticmethod
    def _parse_seed(text: str) -> Parsed:
        parsed = parse_number(text)
        if not parsed.value.is_integer() or not 0 <= parsed.value <= 2**32:
            raise ValueError(_("A seed is a whole number from 0 to {most}.").format(most=2**32))
        return parsed

    @staticmethod
    def _show_seed(value: float) -> str:
        return str(int(value))

    # ------------------------------------------------------------------------------------------ look

    def relook(self) -> None:
        px = look().px
        self._row.setContentsMargins(px(16), 0, px(16), 0)
        self._row.setSpacing(px(8))
        self._under.setContentsMargins(px(16), 0, px(16), 0)
        for rule in self._rules:
            rule.setFixedSize(1, px(28))
        self.speed.setFixedWidth(px(84))
        self._speed_text.setFixedSize(px(58), px(28))
        self._step_text.setFixedSize(px(30), px(28))
        self._give_room()
        self.scrubber.setMinimumWidth(px(110))
        self.seed.setFixedWidth(px(56))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow bar the words give way first, then the seed, then the numbers; run, step and back stay. What can
        be used or read is then in the second row."""
        given, fits = self._given_up(self.width())
        worth = [part for part in self._parts if part in given and part not in (*self._words(), *self._rules)]
        if worth:  # the button for them takes room as well
            given, fits = self._given_up(self.width() - _least_width(self.more) - self._row.spacing())
        below = self._with_words(given) if worth and self.more.isChecked() else []
        self._place(given, below)
        if self.more.isHidden() == bool(worth):
            self.more.setVisible(bool(worth))
        self._give_height(below)
        self._too_narrow = 0 if fits else self.width()  # nothing more to give up at this width

    def _words(self) -> tuple[QWidget, ...]:
        return self._speed_label, self._seed_label, self._step_name

    def _with_words(self, given: set[QWidget]) -> list[QWidget]:
        """What of those given up stands in the second row, in order: no rules, and no words without what they name."""
        named = {self._speed_label: self.speed, self._seed_label: self.seed}
        left_out = {*self._rules, self._step_name, *(label for label, part in named.items() if part not in given)}
        return [part for part in self._parts if part in given and part not in left_out]

    def _given_up(self, width: int) -> tuple[set[QWidget], bool]:
        """What has no room in so many pixels, and whether the rest has."""
        groups, gap, margins = self.optional, self._row.spacing(), self._row.contentsMargins()
        optional = {widget for group in groups for widget in group}
        fixed = {part for part in self._parts if part is not self.more and not part.isHidden()}
        needed = sum(_least_width(part) + gap for part in optional | fixed)
        needed += margins.left() + margins.right() - gap
        given: set[QWidget] = set()
        for group in groups:
            if needed > width:
                needed -= sum(_least_width(widget) + gap for widget in group)
                given.update(group)
        return given, needed <= width

    def _place(self, given: set[QWidget], below: list[QWidget]) -> None:
        """Every optional part in the row, in the second row, or out of sight."""
        if below != self._lines.widgets():
            for part in self._lines.widgets():
                self._lines.removeWidget(part)
                if part not in below:
                    self._put_back(part)
            for part in below:
                self._row.removeWidget(part)
                self._lines.addWidget(part)
            self._order(below)
        for part in (part for group in self.optional for part in group):
            hidden = part in given and part not in below
            if part.isHidden() != hidden:
                part.setHidden(hidden)

    def _put_back(self, part: QWidget) -> None:
        """Into the row, at its place."""
        before = self._parts[: self._parts.index(part)]
        self._row.insertWidget(sum(self._row.indexOf(one) >= 0 for one in before), part)

    def _order(self, below: list[QWidget]) -> None:
        """The Tab key goes along the row, to the button for the second row, and along that."""
        stops = stops_in(self)
        following = stops[-1].nextInFocusChain() if stops else None
        parts = (*(part for part in self._parts if part not in below), *below)
        if following is not None:
            go_through((one for part in parts for one in stops if one is part or part.isAncestorOf(one)), following)

    def _give_height(self, below: list[QWidget]) -> None:
        """One row, or two."""
        margins = self._under.contentsMargins()
        wide = self.width() - margins.left() - margins.right()
        lines = self._lines.heightForWidth(wide) + look().px(UNDER) if below else 0
        self._below.setFixedHeight(lines)
        if self._below.isHidden() == bool(below):
            self._below.setVisible(bool(below))
        self.setFixedHeight(look().px(HIGH) + lines)

    _too_narrow = 0

    def event(self, event: QEvent) -> bool:
        """Something in the bar has grown: make room, never cut it."""
        answer = super().event(event)
        grown = event.type() == QEvent.Type.LayoutRequest and self._row.minimumSize().width() > self.width()
        if grown and self.width() > self._too_narrow:
            self._fit()
        return answer

    @property
    def optional(self) -> tuple[tuple[QWidget, ...], ...]:
        """What may be left out, the least needed first."""
        readouts = tuple(self.readouts.values())
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self._speed_label, self._seed_label),
            readouts[1:],
            (self._step_name, *self._rules),
            (self.seed,),
            readouts[:1],
            (self.record, self.new_seed),
            (self.speed, self._speed_text),
            (self.start_over,),
        )
        if self._specification.random:
            return groups
        kept = [tuple(part for part in group if part not in self._of_the_seed()) for group in groups]
        return tuple(group for group in kept if group)
