"""What a box has to say, laid over the foot of its view: a divergence, a failure, a challenge, a story.

One at a time, the most urgent first. Nothing here is modal: the run, the controls and the keys go on working.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.simulation import divergence
from lab.core.text import _
from lab.runtime.log import redacted
from lab.runtime.worker import Update
from lab.shell.side import Side
from widgets.buttons import Button, Glyph, IconButton
from widgets.flow import FlowLayout
from widgets.look import Refreshing, look
from widgets.stylesheet import kind

__all__ = ["Notice", "Notices"]

NARROW = 360  # below this width text and buttons stand under the heading, one below the other
ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "good": "circle-check", "info": "info", "goal": "trophy"}


class Notice(Refreshing, QFrame):
    """One card: an icon, a word, a text, and up to three buttons."""

    pressed = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = "info"
        kind(self, "note")
        self._icon = Glyph("info", "text2")
        self._word = kind(QLabel(), "strong")
        self._word.setWordWrap(True)
        self._text = kind(QLabel(), "body")
        self._text.setObjectName("notice-text")
        self._text.setWordWrap(True)
        self._buttons = FlowLayout(gap=10)
        self._close = IconButton("x", _("Close this note"), side=28)
        self._close.clicked.connect(self.closed)
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on a note leaves the keyboard where it was
        self._narrow = False
        self._row = QWidget(self)  # of buttons
        self._row.setLayout(self._buttons)
        self._grid = QGridLayout(self)
        self._grid.addWidget(self._icon, 0, 0)
        self._grid.addWidget(self._word, 0, 1)
        self._grid.addWidget(self._close, 0, 3, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(1, 1)
        self._arrange()
        self._made: list[Button] = []
        self._kinds: dict[str, str] = {}
        self.relook()

    def say(self, tone: str, word: str, text: str, buttons: tuple[tuple[str, str, str], ...] = ()) -> None:
        """Show a text. `buttons` are (name, words, kind); a press emits the name."""
        if tone != self._tone:
            self._tone = tone
            kind(self, {"goal": "note", "info": "note"}.get(tone, tone))
            self._icon.set_face(ICONS[tone], tone if tone in ("bad", "warn", "good") else "accent_text")
        self._word.setText(word)
        self._text.setText(text)
        self.setAccessibleName(f"{word}. {text}")
        names = [name for name, _words, _kind in buttons]
        if names != [b.objectName() for b in self._made]:
            self._replace_buttons(buttons)
        for button, (_name, words, _kind) in zip(self._made, buttons):
            button.set_face(words, "")
        self.adjustSize()

    def set_narrow(self, narrow: bool) -> None:
        """In a narrow place text and buttons take the whole width, under the heading."""
        if narrow != self._narrow:
            self._narrow = narrow
            kind(self._text, "small" if narrow else "body")
            for button in self._made[1:]:
                kind(button, self._kinds[button.objectName()] if not narrow else "link")
            self._arrange()

    def _arrange(self) -> None:
        for part in (self._text, self._row):
            self._grid.removeWidget(part)
        if self._narrow:
            self._grid.addWidget(self._text, 1, 0, 1, 4)
            self._grid.addWidget(self._row, 2, 0, 1, 4)
            self._grid.setVerticalSpacing(look().px(4))
        else:
            self._grid.setVerticalSpacing(0)
            self._grid.addWidget(self._text, 1, 1)
            self._grid.addWidget(self._row, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)

    def _replace_buttons(self, buttons: tuple[tuple[str, str, str], ...]) -> None:
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        self._made, self._kinds = [], {name: look_kind for name, _words, look_kind in buttons}
        for name, words, look_kind in buttons:
            if self._narrow and self._made:  # only the first has an outline: three would not stand in one line
                look_kind = "link"
            button = Button(words, look_kind, height=30, parent=self._row)
            button.setObjectName(name)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._clicked)
            self._buttons.addWidget(button)
            button.show()  # a layout would show it later, when the height has been asked for
            self._made.append(button)

    def _clicked(self) -> None:
        self.pressed.emit(self.sender().objectName())

    def relook(self) -> None:
        px = look().px
        self._grid.setContentsMargins(px(12), px(7), px(8), px(7))
        self._grid.setHorizontalSpacing(px(10))
        self._grid.setVerticalSpacing(px(4) if self._narrow else 0)


class Notices(QWidget):
    """Chooses what is said, and where it stands."""

    rewind_asked = Signal(int)
    remedy_asked = Signal()
    challenge_ended = Signal()
    skipped = Signal()  # the first minute

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = Notice(self)
        self._notice.pressed.connect(self._pressed)
        self._notice.closed.connect(self._dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._notice)
        self._story = ""
        self._dismissed: object = None
        self._shown: object = None
        self._said: object = None  # all that stands on the card
        self._update: Update | None = None
        self._guide = ("", 0, 0)
        self._hints = 0
        self._specification: Specification | None = None
        self.hide()

    def tell(self, story: str) -> None:
        """A text to show when nothing more urgent is going on; "" for none."""
        self._story = story
        self._dismissed = None
        self._refresh()

    def guide(self, text: str, step: int, steps: int) -> None:
        """One thing to do, of the first minute; "" ends it."""
        self._guide = (text, step, steps)
        self._refresh()

    def show_update(self, specification: Specification, update: Update) -> None:
        self._specification, self._update = specification, update
        self._refresh()
        if self._places is not None and self._places[1].room() != self._room:  # controls came or went
            self._stand()

    def place(self, view: QWidget, side: Side) -> None:
        """Lay the notice over the foot of the view. A challenge, which stays, stands where the presets were, so that
        nothing of the view is covered; the first minute's guide stands aside as well."""
        self._places = (view, side)
        self._foot = None  # a challenge that found no room aside: try again
        self._stand()

    _places: tuple[QWidget, Side] | None = None
    _foot: object = None
    _room = 0

    def _stand(self) -> None:
        if self._places is None:
            return
        view, side = self._places
        self._room = side.room()
        subject = self._shown[0] if isinstance(self._shown, tuple) else ""
        aside = subject in ("challenge", "met") and self._shown != self._foot
        side.give_room(aside and self.isVisible())
        if aside and not self._fits(side):
            self._foot, aside = self._shown, False
            side.give_room(False)
        self._lay_over(side if aside else side.controls if subject == "guide" else view)

    def _fits(self, side: Side) -> bool:
        """Whether the notice stands below the controls without covering one."""
        self._notice.set_narrow(True)
        return self._height_for(side.width()) <= side.room()

    def _height_for(self, width: int) -> int:
        self.setFixedWidth(width)
        return max(self._notice.heightForWidth(width), self._notice.minimumSizeHint().height())

    def _lay_over(self, below: QWidget) -> None:
        px = look().px
        room = below.width() if below.width() < px(NARROW) else below.width() - px(8)
        width = min(px(860), room)
        if width < px(120):
            return
        self._notice.set_narrow(width < px(NARROW))
        height = self._height_for(width)
        top_left = below.mapTo(self.parentWidget(), QPoint((below.width() - width) // 2, below.height() - height))
        self.setGeometry(top_left.x(), max(0, top_left.y()), width, height)
        self.raise_()

    def _refresh(self) -> None:
        found = self._most_urgent()
        if found is None or found[0] == self._dismissed:
            self.hide()
            self._shown = self._said = None
            self._stand()
            return
        if found == self._said:
            return
        self._said = found
        identity, tone, word, text, buttons = found
        self._shown = identity
        self._notice.say(tone, word, text, buttons)
        self.show()
        self._stand()

    def _most_urgent(self) -> tuple[object, str, str, str, tuple[tuple[str, str, str], ...]] | None:
        update = self._update
        if update is not None and update.failure is not None:
            text = _("{message}\nThe other experiments go on.").format(message=update.failure.message)
            buttons = (
                ("rewind", _("Go back one step"), "primary"),
                ("report", _("Copy a report"), "outline"),
            )
            return ("failure", update.failure.report), "bad", _("This experiment stopped"), text, buttons
        if update is not None and update.frame is not None and (found := divergence(update.frame)) is not None:
            told = _("{what} became infinite at step {step}: {reason}.")
            if found.undefined:
                told = _("{what} is no longer a number (NaN) at step {step}: {reason}.")
            text = told.format(what=found.tensor, step=found.step, reason=found.reason)
            text = text[:1].upper() + text[1:]
            buttons = (
                ("remedy", found.remedy_text, "primary"),
                ("rewind-divergence", _("Rewind to step {step}").format(step=max(0, found.step - 1)), "outline"),
            )
            return ("divergence", found.step, found.tensor), "bad", _("Diverged"), text, buttons
        if update is not None and update.challenge and update.progress is not None:
            return self._challenge(update)
        text, step, steps = self._guide
        if text:
            word = _("First minute, {n} of {m}").format(n=step, m=steps)
            return ("guide", step), "info", word, text, (("skip", _("Skip"), "outline"),)
        if self._story:
            return ("story", self._story), "info", _("What to see"), self._story, ()
        return None

    def _challenge(self, update: Update) -> tuple[object, str, str, str, tuple[tuple[str, str, str], ...]]:
        assert self._specification is not None and update.progress is not None
        challenge = self._specification.challenge(update.challenge)
        progress = update.progress
        hint = "\n" + _(challenge.hints[self._hints - 1]) if 0 < self._hints <= len(challenge.hints) else ""
        goal = _(challenge.text)
        if progress.done:
            return (
                ("met", challenge.id),
                "good",
                _("Done: {title}").format(title=_(challenge.title)),
                progress.text,
                (("end", _("Close the challenge"), "outline"),),
            )
        buttons: tuple[tuple[str, str, str], ...] = (("again", _("Start over"), "outline"),)
        if self._hints < len(challenge.hints):
            buttons += (("hint", _("Hint"), "outline"),)
        buttons += (("end", _("Give up"), "plain"),)
        tone = "warn" if progress.failed else "goal"
        return ("challenge", challenge.id), tone, _(challenge.title), f"{goal}\n{progress.text}{hint}", buttons

    def _pressed(self, name: str) -> None:
        update = self._update
        if name == "report" and update is not None and update.failure is not None:
            QApplication.clipboard().setText(redacted(update.failure.report))
        elif name == "rewind" and update is not None and update.failure is not None:
            self.rewind_asked.emit(update.failure.step - 1)
        elif name == "rewind-divergence" and update is not None and update.frame is not None:
            found = divergence(update.frame)
            if found is not None:
                self.rewind_asked.emit(found.step - 1)
        elif name == "remedy":
            self.remedy_asked.emit()
        elif name == "skip":
            self.skipped.emit()
        elif name == "hint":
            self._hints += 1
            self._refresh()
        elif name == "again":
            self.rewind_asked.emit(0)
        elif name == "end":
            self._hints = 0
            self.challenge_ended.emit()

    def _dismiss(self) -> None:
        self._dismissed = self._shown
        if isinstance(self._shown, tuple) and self._shown[0] == "story":
            self._story = ""
        if isinstance(self._shown, tuple) and self._shown[0] == "guide":
            self.skipped.emit()
        self.hide()
        self._stand()
