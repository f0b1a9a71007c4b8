"""What a box has to say: a divergence, a failure, a challenge, a story. One at a time, the most urgent first.

It stands in the column of controls, where it covers nothing; if that has no room, over the foot of the view.
Nothing here is modal: the run, the controls and the keys go on working.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRect, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.params import fields_of
from lab.core.simulation import Divergence, Frame
from lab.core.text import _
from lab.runtime.log import redacted
from lab.runtime.worker import Update
from lab.shell.box.notice import Notice
from lab.shell.box.side_panel import SidePanel
from widgets.base.look import look

__all__ = ["Notices", "topic_of"]

NARROW = 360  # below this width text and buttons stand under the heading, one below the other
IN_PLACE_OF_PRESETS = ("challenge", "met", "divergence", "failure")


class Notices(QWidget):
    """Chooses the most urgent message and its place."""

    rewind_requested = Signal(int)
    remedy_requested = Signal()
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
        self._story, self._story_scene = "", 0
        self._topic: object = None  # what the story is about, once it is on screen
        self._run_notice = self._last_run_notice = ""  # what the run says: to be shown, and as it last came
        self._dismissed: object = None
        self._shown: object = None
        self._content: object = None  # all that stands on the card
        self._update: Update | None = None
        self._guide = ("", 0, 0)
        self._hints = 0
        self._specification: Specification | None = None
        self.hide()

    def tell(self, story: str, scene: int | None = None) -> None:
        """A text to show when nothing more urgent is going on; "" for none. It belongs to the scene of that number,
        the one on screen where none is given, and ends with it, or when that shows another thing."""
        here = self._update.scene if self._update is not None else 0
        self._story, self._story_scene, self._topic = story, here if scene is None else scene, None
        self._dismissed = None
        if self._specification is not None and self._update is not None:
            self._follow_scene(self._specification, self._update)
        self._refresh()

    def guide(self, text: str, step: int, steps: int) -> None:
        """One thing to do, of the first minute; "" ends it."""
        self._guide = (text, step, steps)
        self._refresh()

    def show_update(self, specification: Specification, update: Update) -> None:
        self._specification, self._update = specification, update
        if update.notice != self._last_run_notice:
            self._run_notice = self._last_run_notice = update.notice
        self._follow_scene(specification, update)
        self._refresh()
        if self._places is not None and self._places[1].free_height() != self._free_height:  # controls came or went
            self._arrange()

    def _follow_scene(self, specification: Specification, update: Update) -> None:
        """The story ends when its scene is over, or when other data, another formula or another page is there."""
        if not self._story or update.frame is None:
            return
        if self._topic is None and update.scene != self._story_scene:
            return  # it has not begun
        topic = (update.scene, topic_of(specification, update.params, update.frame))
        if self._topic is None:
            self._topic = topic
        elif topic != self._topic:
            self._story, self._topic = "", None

    def place(self, view: QWidget, side: SidePanel) -> None:
        """Stand below the controls: a story under what can be tried, anything else in its stead. What finds no room
        there lies over the foot of the view. The first minute's guide stands at the foot of the controls."""
        self._places = (view, side)
        self._foot = None  # what found no room aside may try again
        self._arrange()

    _places: tuple[QWidget, SidePanel] | None = None
    _foot: object = None
    _free_height = 0

    def _arrange(self) -> None:
        if self._places is None:
            return
        view, side = self._places
        self._free_height = side.free_height()
        subject = self._shown[0] if isinstance(self._shown, tuple) else ""
        may = self.isVisible() and self._shown != self._foot
        aside = may and subject in IN_PLACE_OF_PRESETS
        side.clear_lower_part(aside)
        if aside and not self._fits(side.width(), side.free_height()):
            side.clear_lower_part(False)
            self._foot, aside, may = self._shown, False, False
        spare = side.free_rect() if may and subject == "story" else QRect()
        if aside:
            self._lay_over(side, side.rect())
        elif not spare.isEmpty() and self._fits(spare.width(), spare.height()):
            self._lay_over(side, spare)
        else:
            below = side.controls if subject == "guide" and not side.in_drawer else view
            self._lay_over(below, below.rect())

    def _fits(self, width: int, height: int) -> bool:
        """Whether the notice stands in so much room without covering a control."""
        self._notice.set_narrow(True)
        return self._height_for(width) <= height

    def _height_for(self, width: int) -> int:
        self.setFixedWidth(width)
        return max(self._notice.heightForWidth(width), self._notice.minimumSizeHint().height())

    def _lay_over(self, below: QWidget, room: QRect) -> None:
        """Stand at the foot of a part of a widget."""
        px = look().px
        width = min(px(860), room.width() if room.width() < px(NARROW) else room.width() - px(8))
        parent = self.parentWidget()
        if parent is None or width < px(120):
            return
        self._notice.set_narrow(width < px(NARROW))
        height = self._height_for(width)
        corner = QPoint(room.x() + (room.width() - width) // 2, room.y() + room.height() - height)
        top_left = below.mapTo(parent, corner)
        self.setGeometry(top_left.x(), max(0, top_left.y()), width, height)
        self.raise_()

    def _refresh(self) -> None:
        found = self._most_urgent()
        if found is None or found[0] == self._dismissed:
            self.hide()
            self._shown = self._content = None
            self._arrange()
            return
        if found == self._content:
            return
        self._content = found
        identity, tone, word, text, buttons = found
        self._shown = identity
        self._notice.say(tone, word, text, buttons)
        self.show()
        self._arrange()

    def _divergence(self) -> Divergence | None:
        """The first number of the frame on screen that is not finite."""
        update = self._update
        if self._specification is None or update is None or update.frame is None:
            return None
        return self._specification.divergence(update.frame)

    def _most_urgent(self) -> tuple[object, str, str, str, tuple[tuple[str, str, str], ...]] | None:
        update = self._update
        if update is not None and update.failure is not None:
            text = _("{message}\nThe other experiments go on.").format(message=update.failure.message)
            way_back = _("Go back one step") if update.failure.opened else _("Open it as it begins")
            buttons = (
                ("rewind", way_back, "primary"),
                ("report", _("Copy a report"), "outline"),
            )
            return ("failure", update.failure.report), "bad", _("This experiment stopped"), text, buttons
        found = self._divergence()
        if found is not None:
            text = _("{what} became infinite at step {step}: {reason}.")
            if found.undefined:
                text = _("{what} is no longer a number (NaN) at step {step}: {reason}.")
            text = text.format(what=found.tensor, step=found.step, reason=found.reason)
            text = text[:1].upper() + text[1:]
            buttons = (
                ("remedy", found.remedy_text, "primary"),
                ("rewind-divergence", _("Rewind to step {step}").format(step=max(0, found.step - 1)), "outline"),
            )
            return ("divergence", found.step, found.tensor), "bad", _("Diverged"), text, buttons
        if update is not None and update.challenge and update.progress is not None:
            return self._challenge(update)
        if self._run_notice:
            return ("notice", self._run_notice), "warn", _("Please note"), self._run_notice, ()
        text, step, steps = self._guide
        if text:
            word = _("First minute, {n} of {m}").format(n=step, m=steps)
            return ("guide", step), "info", word, text, (("skip", _("Skip"), "outline"),)
        if self._story and self._topic is not None:
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
            self.rewind_requested.emit(update.failure.step - 1)
        elif name == "rewind-divergence":
            found = self._divergence()
            if found is not None:
                self.rewind_requested.emit(found.step - 1)
        elif name == "remedy":
            self.remedy_requested.emit()
        elif name == "skip":
            self.skipped.emit()
        elif name == "hint":
            self._hints += 1
            self._refresh()
        elif name == "again":
            self.rewind_requested.emit(0)
        elif name == "end":
            self._hints = 0
            self.challenge_ended.emit()

    def _dismiss(self) -> None:
        self._dismissed = self._shown
        if isinstance(self._shown, tuple) and self._shown[0] == "story":
            self._story = ""
        if isinstance(self._shown, tuple) and self._shown[0] == "notice":
            self._run_notice = ""
        if isinstance(self._shown, tuple) and self._shown[0] == "guide":
            self.skipped.emit()
        self.hide()
        self._arrange()


def topic_of(specification: Specification, params: Any, frame: Frame) -> object:
    """What a story can be about: the texts, the choices that start a run again, and the page."""
    fields = fields_of(specification.params)
    about = [f.name for f in fields if f.kind == "text" or (f.kind == "choice" and f.restarts)]
    return tuple(getattr(params, name) for name in about), specification.hidden(frame)
