"""The strip below the picture: in each view one thing to do, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.text import _, n_
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.words import error_words, remark, unreached
from lab.kit.numbers import show_short, typed_number
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.number_field import NumberField

__all__ = ["FitStrip", "GuessStrip", "RuleStrip", "TableStrip"]


class Strip(Refreshing, QFrame):
    """A sentence and what can be done now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "well")
        self.text = kind(QLabel(), "body")
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.text.setMinimumWidth(1)
        self.row = QHBoxLayout(self)
        self.row.addWidget(self.text, 1)
        self.build()
        self.relook()

    def build(self) -> None:
        """Hook: add the buttons."""

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence; `tone` "bad" for what could not be taken."""
        if text != self.text.text():
            self.text.setText(text)
        if (self.text.property("tone") or "") != tone:
            self.text.setProperty("tone", tone)
            kind(self.text, "body")

    def relook(self) -> None:
        px = look().px
        self.row.setContentsMargins(px(12), px(6), px(8), px(6))
        self.row.setSpacing(px(8))


class FitStrip(Strip):
    """Lock in the line, show the new points."""

    locked = Signal()
    revealed = Signal(bool)
    own_requested = Signal()

    def build(self) -> None:
        self.own = Button(_("Own data…"), "outline", "table")
        self.row.addWidget(self.own)
        self.own.clicked.connect(self.own_requested)
        self.lock = Button(_("Lock in my line"), "primary", "lock")
        self.reveal = Button(_("Show new points"), "outline", "eye")
        self.row.addWidget(self.lock)
        self.row.addWidget(self.reveal)
        self.lock.clicked.connect(self.locked)
        self.reveal.clicked.connect(self._reveal)
        self._shown = False

    def _reveal(self) -> None:
        self.revealed.emit(not self._shown)

    def show_frame(self, frame: LineFrame) -> None:
        self.say(_fit_words(frame))
        self.own.setVisible(frame.n == 0)
        moved = frame.previous is None and frame.mine != frame.line  # by hand, since a line was locked in
        self.lock.setVisible(frame.n > 0 and moved and not frame.revealed)
        self.reveal.setVisible(frame.committed or frame.revealed)
        self.reveal.setEnabled(frame.examples.new_x.size > 0)
        if frame.revealed != self._shown:
            self._shown = frame.revealed
            shown = (_("Hide new points"), "eye-off") if self._shown else (_("Show new points"), "eye")
            self.reveal.set_face(*shown)


def _fit_words(frame: LineFrame) -> str:
    """The next thing to do, or what came of the last."""
    mse, best = error_words(frame.mse, frame), frame.shown_best
    mine, least = error_words(frame.my_mse, frame), error_words(best.error if best else None, frame)
    if frame.n == 0:
        return _("Click the picture to add points, or paste a table.")
    if (special := remark(frame)) and not frame.revealed:
        return special
    if frame.revealed:
        text = _("Error on the {n} new points: {new}. On the seen ones: {mse}. Only the new ones count.")
        return text.format(n=frame.examples.new_x.size, new=error_words(frame.new_mse, frame), mse=mse)
    if not frame.committed:
        return _("Drag the two orange dots until the red sticks are as short as you can make them.")
    if frame.step == 0:
        return _("Your error {mine}, the least there can be {best}. Press Run: the machine takes the dots.").format(
            mine=mine, best=least
        )
    steps = n_("{n} step", "{n} steps", frame.step)
    return _("The machine, after {steps}: error {mse}. You: {mine}. Least possible: {best}.").format(
        steps=steps, mse=mse, mine=mine, best=least
    )


class GuessStrip(Strip):
    """Predict first: a number for a point that nobody has shown yet."""

    drafted = Signal(float)
    guessed = Signal(float)

    def build(self) -> None:
        self.field = NumberField(typed_number, show_short, self._stepped)
        self.field.setAccessibleName(_("Your guess"))
        self.lock = Button(_("Lock in"), "primary", "lock")
        self.row.addWidget(self.field)
        self.row.addWidget(self.lock)
        self.field.committed.connect(self.drafted)
        self.field.message.connect(self._refused)
        self.lock.clicked.connect(self._lock)
        self._step = 1.0

    def show_frame(self, frame: LineFrame, draft: float | None) -> None:
        ask, names = frame.examples.ask, frame.examples.names
        open_now = ask is not None and frame.guess is None
        self.field.setVisible(open_now)
        self.lock.setVisible(open_now)
        if ask is None:
            self.say(_("There is nothing to guess: no point was kept back. Choose other examples."))
            return
        _x0, _x1, y0, y1 = frame.examples.extent
        self._step = (y1 - y0) / 100
        self.field.set_value((y0 + y1) / 2 if draft is None else draft)
        if open_now:
            question = _("Not seen yet: {x} {value}. Which {y}? Type your guess, or drag the mark.")
            self.say(question.format(x=_(names[0]), y=_(names[1]), value=show_short(ask[0], 3)))
        else:
            self.say(_scored(frame))

    def _lock(self) -> None:
        self.field.clearFocus()  # takes what is being typed
        if not self.field.wrong:
            self.guessed.emit(self.field.value())

    def _refused(self, reason: str) -> None:
        """Why what was typed is no guess."""
        if reason:
            self.say(reason, "bad")

    def _stepped(self, value: float, count: float) -> float:
        return value + count * self._step

    def relook(self) -> None:
        super().relook()
        self.field.setFixedWidth(look().px(84))


def _scored(frame: LineFrame) -> str:
    text = _("You said {guess}, the line {line_answer}. The truth is {truth}.").format(
        guess=show_number(frame.guess, 3),
        line_answer=show_number(frame.line_answer, 3),
        truth=show_number(frame.truth, 3),
    )
    yours, its = frame.off(frame.guess), frame.off(frame.line_answer)
    assert yours is not None and its is not None
    misses = {"yours": show_number(yours, 3), "its": show_number(its, 3)}
    if yours == its:
        return text + " " + _("Both missed by {yours}.").format(**misses)
    if yours < its:
        return text + " " + _("You were closer: {yours} off against {its}.").format(**misses)
    return text + " " + _("The line was closer: {its} off against {yours}.").format(**misses)


class RuleStrip(Strip):
    """Rules against examples: a race on the new points."""

    raced = Signal()

    def build(self) -> None:
        self.race = Button(_("Race on new points"), "primary", "flag")
        self.row.addWidget(self.race)
        self.race.clicked.connect(self.raced)

    def show_frame(self, frame: LineFrame) -> None:
        self.race.setVisible(frame.written and frame.committed and not frame.revealed and frame.examples.new_x.size > 0)
        if words := unreached(frame):
            self.say(words, "bad")
        elif not frame.written:
            self.say(_("Write a rule by hand: drag its steps, or type at the right. It has 7 numbers, the line has 2."))
        elif not frame.committed:
            self.say(_("Your rule is written. Now let the machine fit the line: press Run. Then let them race."))
        elif not frame.revealed:
            text = _("Error on the seen points: rule {rule}, line {line}. And on points nobody has seen?")
            self.say(text.format(rule=show_number(frame.rule_mse, 3), line=show_number(frame.mse, 3)))
        elif (race := frame.race) is not None:
            self.say(
                _("New points: the line is closer on {a}, the rule on {b}. Error: line {line}, rule {rule}.").format(
                    a=race.line_closer,
                    b=race.rule_closer,
                    line=show_number(frame.new_mse, 3),
                    rule=show_number(race.rule_mse, 3),
                )
            )


class TableStrip(Strip):
    """Where the numbers come from, and the way to one's own."""

    own_requested = Signal()

    def build(self) -> None:
        self.own = Button(_("Own data…"), "outline", "table")
        self.row.addWidget(self.own)
        self.own.clicked.connect(self.own_requested)

    def show_frame(self, frame: LineFrame) -> None:
        self.say(_(frame.examples.source) + " " + _("Type into the table to change a point."))
