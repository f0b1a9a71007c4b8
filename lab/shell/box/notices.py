"""What a box has to say, one thing at a time, the most urgent first, in a row of its own under the picture.

In that order: the experiment stopped, a number diverged, the challenge, what the run wants to be known, the story of
what is on screen, the first minute. What waits is said when the one before it has ended or was dismissed. The row is
part of the layout and covers nothing; it comes and goes with what the learner does and never changes its height while
a run goes on. Nothing here is modal: the run, the controls and the keys go on working.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from lab.core.experiment import Specification
from lab.core.params import fields_of
from lab.core.simulation import Divergence, Frame
from lab.core.text import _
from lab.runtime.log import redacted
from lab.runtime.run import Update
from lab.shell.box.messages import Message, challenge_message, divergence_message, failure_message
from lab.shell.box.notice import NARROW, ROW, Notice
from widgets.base.layouts import vbox
from widgets.base.look import Refreshing, look

__all__ = ["Notices", "Spoken", "topic_of"]

NARROW_BELOW = 520  # pixels at 100 %: a narrower row has its buttons below the text
LOW, USUAL, HIGH = range(3)  # boxes
LOW_BELOW, HIGH_FROM = 530, 700  # pixels at 100 % for picture and row
GAP = 4  # pixels at 100 % between the picture and the row


class Notices(Refreshing, QWidget):
    """Chooses the most urgent message, and keeps its room."""

    rewind_requested = Signal(int)
    remedy_requested = Signal()
    challenge_ended = Signal()
    skipped = Signal()  # the first minute

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._notice = Notice(self)
        self._notice.pressed.connect(self._pressed)
        self._notice.closed.connect(self._dismiss)
        self._specification: Specification | None = None
        self._update: Update | None = None
        self._story, self._story_scene = "", 0
        self._after = 0  # the number of a run that the story waits for
        self._topic: object = None  # what the story is about, once it is on screen
        self._run_notice = self._last_run_notice = ""  # what the run says: to be shown, and as it last came
        self._guide = ("", 0, 0)
        self._hints = 0
        self._quiet, self._room = False, USUAL
        self._awaited = 0  # the number of a scene that is on its way
        self._diverged: Divergence | None = None  # in this run, at a step that can still be gone to
        self._dismissed: set[tuple[str, object]] = set()
        self._shown: Message | None = None
        self.hide()

    # ------------------------------------------------------------------------------------ what it hears

    def tell(self, story: str, scene: int | None = None, after: int = 0) -> None:
        """A text to show when nothing more urgent is going on; "" for none. It belongs to the scene of that number,
        the one on screen where none is given, and ends with it, or when that shows another thing. Where a number of a
        run is given it waits until that run has ended."""
        here = self._update.scene if self._update is not None else 0
        self._story, self._story_scene, self._topic = story, here if scene is None else scene, None
        self._awaited, self._after = scene or 0, after
        self._forget_dismissed("story")
        self._follow()
        self._refresh()

    def guide(self, text: str, step: int, steps: int) -> None:
        """One thing to do, of the first minute; "" ends it."""
        self._guide = (text, step, steps)
        self._refresh()

    def set_quiet(self, quiet: bool) -> None:
        """Whether the first minute waits: a class that looks on has no use for it."""
        self._quiet = quiet
        self._refresh()

    def show_update(self, specification: Specification, update: Update) -> None:
        """What the run says of itself."""
        if self._update is not None and update.scene != self._update.scene:
            self._dismissed.clear()
        self._specification, self._update = specification, update
        if update.notice != self._last_run_notice:
            self._run_notice = self._last_run_notice = update.notice
            self._forget_dismissed("notice")
        if not update.challenge:
            self._hints = 0
        self._follow()
        self._refresh()

    def _follow(self) -> None:
        self._follow_divergence()
        self._follow_story()

    def _follow_story(self) -> None:
        """The story ends when its scene is over, or when other data, another formula or another page is there."""
        update, specification = self._update, self._specification
        if not self._story or update is None or update.frame is None or specification is None:
            return
        if self._topic is None and update.scene != self._story_scene:
            return  # it has not begun
        topic = (update.scene, topic_of(specification, update.params, update.frame))
        if self._topic is None:
            self._topic = topic
        elif topic != self._topic:
            self._story, self._topic = "", None

    def _follow_divergence(self) -> None:
        """The divergence of this run, for as long as the history holds it."""
        update, specification = self._update, self._specification
        if update is None or specification is None or update.frame is None:
            return
        found = specification.divergence(update.frame)
        before = self._diverged
        if found is None and before is not None and update.head >= before.step and not self._awaited:
            return
        self._diverged = found
        if found is None and before is not None:
            self._forget_dismissed("divergence")

    def _forget_dismissed(self, subject: str) -> None:
        self._dismissed = {identity for identity in self._dismissed if identity[0] != subject}

    # ------------------------------------------------------------------------------------ what it says

    def _waiting(self) -> Iterator[Message]:
        """All there is to say, the most urgent first."""
        update, specification = self._update, self._specification
        if update is not None and update.failure is not None:
            yield failure_message(update.failure)
        if update is not None and specification is not None and update.frame is not None:
            found = specification.divergence(update.frame)
            if found is not None:
                yield divergence_message(found)
            if update.challenge and update.progress is not None:
                yield challenge_message(specification, update, self._hints)
        if self._run_notice:
            yield Message("notice", self._run_notice, "warn", _("Please note"), self._run_notice)
        if self._story and self._topic is not None and self._is_over(self._after):
            yield Message("story", self._story, "info", _("What to see"), self._story)
        text, step, steps = self._guide
        if text and not self._quiet:
            word = _("First minute, {n} of {m}").format(n=step, m=steps)
            yield Message("guide", step, "info", word, text, (("skip", _("Skip"), "link"),))

    def _is_over(self, number: int) -> bool:
        """Whether the run of that number has ended, or another one took its place."""
        update = self._update
        return not number or (update is not None and (update.begun, not update.playing) >= (number, True))

    def _refresh(self) -> None:
        update = self._update
        if update is not None and update.scene >= self._awaited:
            self._awaited = 0
        found = next((message for message in self._waiting() if message.identity not in self._dismissed), None)
        if found == self._shown and (found is not None or self.isHidden()):
            return
        before, self._shown = self._shown, found
        if found is None:
            self._notice.say("info", "", "")
            self._notice.hide()
            self.setVisible(self._keeps_room())
            return
        self._notice.say(found.tone, found.word, found.text, found.buttons)
        if before is not None and (before.identity, before.buttons) == (found.identity, found.buttons):
            self._notice.settle()  # only its text is another: the room is the same
            return
        self._notice.show()
        self.show()
        self.fit()

    def _keeps_room(self) -> bool:
        """Whether a row that is there stays, with nothing in it: another scene is on its way, or the learner goes back
        and forth in a run that diverged. Each time the picture would jump."""
        return not self.isHidden() and (self._awaited > 0 or self._diverged is not None)

    # ------------------------------------------------------------------------------------ the learner

    def _pressed(self, name: str) -> None:
        update, failure = self._update, self._update.failure if self._update is not None else None
        if name == "report" and failure is not None:
            QApplication.clipboard().setText(redacted(failure.report))
        elif name == "rewind" and failure is not None:
            self.rewind_requested.emit(failure.step - 1)
        elif name == "rewind-divergence" and self._diverged is not None:
            self.rewind_requested.emit(self._diverged.step - 1)
        elif name == "remedy":
            self.remedy_requested.emit()
        elif name == "skip":
            self.skipped.emit()
        elif name == "hint" and update is not None:
            self._hints += 1
            self._refresh()
            if self._notice.text.folded:
                self._notice.show_whole()
        elif name == "again":
            self.rewind_requested.emit(0)
        elif name == "end":
            self.challenge_ended.emit()

    def _dismiss(self) -> None:
        """The next one, if another waits."""
        if self._shown is None:
            return
        self._dismissed.add(self._shown.identity)
        subject = self._shown.subject
        if subject == "story":
            self._story = ""
        elif subject == "notice":
            self._run_notice = ""
        self._refresh()
        self.setVisible(self._shown is not None)
        if subject == "guide":
            self.skipped.emit()

    # ------------------------------------------------------------------------------------------- look

    def set_room(self, height: int) -> None:
        """How many pixels there are for picture and row: where they are few, a line of text is dear."""
        room = LOW if height < look().px(LOW_BELOW) else USUAL if height < look().px(HIGH_FROM) else HIGH
        if room != self._room:
            self._room = room
            self.fit()

    def fit(self) -> None:
        """The note takes the whole row; the row is as high as the note in its width."""
        px = look().px
        width, gap = max(1, self.width()), px(GAP)
        narrow = width < px(NARROW_BELOW)
        if self._shown is not None:
            self._notice.set_lines(self._shown.lines[max(self._room, USUAL) if narrow else self._room])
        self._notice.set_form(NARROW if narrow else ROW)
        height = self._notice.height_for(width)
        self._notice.setGeometry(0, gap, width, height)
        self.setFixedHeight(gap + height)
        self._notice.settle()

    def relook(self) -> None:
        self.fit()

    def event(self, event: QEvent) -> bool:
        """The note has grown: another text size, a longer word on a button."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()


class Spoken(QWidget):
    """A view, and under it the row in which there is something to say about it."""

    notices: Notices

    def hold(self, view: QWidget) -> None:
        """Lay out a view that was made in here, once; what is said of it is reached after it."""
        self.notices = Notices(self)
        vbox((view, 1), self.notices, on=self, gap=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notices.set_room(self.height())


def topic_of(specification: Specification, params: Any, frame: Frame) -> object:
    """What a story can be about: the texts, the choices that start a run again, and the page."""
    fields = fields_of(specification.params)
    about = [f.name for f in fields if f.kind == "text" or (f.kind == "choice" and f.restarts)]
    return tuple(getattr(params, name) for name in about), specification.hidden(frame)
