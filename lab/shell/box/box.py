"""A box: one experiment as it stands in a dock. View, controls, run bar, notices.

It passes what the learner does to the run and shows what comes back; it holds no model. Its keys and menus are in
`commands`. A hidden box draws nothing: its run goes on, and the latest frame is drawn when it is seen again. What
moves is drawn in every frame; numbers and notes ten times a second while a run goes on, the description twice.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.core.experiment import Break, Challenge, Experiment, Preset, Setting
from lab.core.lesson.blocks import Request
from lab.core.params import checked, replaced
from lab.core.scene import Scene
from lab.core.simulation import Frame, Set
from lab.core.text import _
from lab.kit_qt.code_bench import CodeBench
from lab.runtime.run import Update
from lab.runtime.run_orders import restore_run
from lab.runtime.track import Track
from lab.shell.box.box_line import BoxLine
from lab.shell.box.bridge import Bridge
from lab.shell.box.drawer import Body
from lab.shell.box.following import Following
from lab.shell.box.ghosts import Ghosts
from lab.shell.box.notices import Spoken
from lab.shell.box.run_bar import RunBar
from lab.shell.box.runs_line import PinnedRun
from lab.shell.box.side_panel import SidePanel
from lab.shell.services import Services
from widgets.base.look import Resting, look
from widgets.base.roles import be_part
from widgets.pages.own_sheet import OwnSheet

__all__ = ["ExperimentBox"]

WORDS_MS = 100  # between two readings of numbers while a run goes on
LATE_MS = 250  # after which what was passed over is read without another frame
DESCRIBE_MS = 500  # between two descriptions
COMPACT_HEIGHT = 800  # of the window, at 100 % text size


class ExperimentBox(Resting, QWidget):
    """One open experiment. `scene` is where it starts.

    Its view has `acted(action, gesture)` (the gesture is the same during one drag, which is then one for undo),
    `show_frame` and, where the experiment has view options, `show_display`. Views may also have
      display_changed(name, value)   signal: a view option was changed in the picture itself
      requested(name)                signal: the arithmetic of a number is wanted
      packs_requested()              signal: the page of model packs is wanted
      playing: bool                  set before every frame: whether frames come in a stream
      set_compact(compact)           whether the window is low
    """

    described = Signal(str)  # the state in words, for the status line
    updated = Signal(object)  # every Update, for who else follows the run
    changed = Signal()  # there is something to save
    why_requested = Signal(str)  # the arithmetic of a number
    packs_requested = Signal()
    challenge_met = Signal(str)
    closing = Signal()  # it leaves the worker, and is deleted soon

    def __init__(self, services: Services, experiment: Experiment, scene: Scene, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if parent is not None:
            self.resize(parent.size())  # as large as it will be: in less room it would be laid out for less
        self.experiment, self.specification = experiment, experiment.load()
        self.services = services
        self.notes, self.answers, self.code = scene.notes, dict(scene.answers), dict(scene.code)
        self.hidden_controls = scene.hidden
        self.update_shown: Update | None = None
        self._pending: Update | None = None
        self._params_shown: Any = None
        self._revision = -1
        self._scenes = 0  # how many scenes were played since this box was opened
        self._since_words, self._since_description = QElapsedTimer(), QElapsedTimer()
        self._later = QTimer(self)  # reads what came too soon after the last reading
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._catch_up)
        self._met = False
        self.display = checked(self.specification.display, scene.display) if self.specification.display else None
        self.body = Body(self)
        self.spoken = Spoken(self.body)
        self.view: Any = experiment.load_view()(self.spoken)
        for sheet in self.view.findChildren(OwnSheet):
            sheet.set_locked(not services.classroom.csv_import)
            sheet.taken.connect(self._own_taken)
        for bench in self.view.findChildren(CodeBench):
            bench.set_allowed(services.classroom.code_cells)
            bench.set_code(self.code.get(bench.id))
            bench.edited.connect(self.set_cell_code)
        be_part(self.view, _("Picture"), _("F6 goes to the next part."))  # before it is met where it stands
        self.spoken.hold(self.view)  # what is said of the picture is reached after it, before the controls
        self.notices = self.spoken.notices
        self.side = SidePanel(self.specification, self.body.frame)
        self.controls = self.side.controls
        if hasattr(self.view, "choice_pictures"):
            self.controls.show_pictures(self.view.choice_pictures())
        self.runbar = RunBar(self.specification, self)
        self.setAccessibleDescription(_(experiment.question))  # said when it is entered, instead of every label in it
        for part, name in ((self.side, _("Controls")), (self.runbar, _("Run bar"))):
            be_part(part, name, _("F6 goes to the next part."))
        self.body.hold(self.spoken, self.side)
        self.pinned_line = BoxLine("pin", _("What differs"), _("Unpin"), self)
        self.following_line = BoxLine("link", "", _("Stop"), self)
        self.view.setBackgroundRole(QPalette.ColorRole.Base)
        self.view.setEnabled(False)  # until the first frame is there
        self.view.setAutoFillBackground(True)  # what moves on it does not have all that is behind it painted
        self._lay_out()
        self.bridge = Bridge(services.worker, experiment, scene, self)
        self.run = self.bridge.run
        self.pinned = PinnedRun(self.bridge, Ghosts(services.worker, experiment, self.view, self), self.pinned_line)
        self.following = Following(services, self, self.following_line)
        self._connect()
        if self.display is not None:
            self.view.show_display(self.display)
            self.controls.show_display(self.display)
        self.controls.hide_controls(scene.hidden)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._lines = QVBoxLayout()
        for line in (self.pinned_line, self.following_line):
            self._lines.addWidget(line)
        whole.addLayout(self._lines)
        whole.addWidget(self.body, 1)
        whole.addWidget(self.runbar)
        self.relook()

    def _connect(self) -> None:
        self.bridge.arrived.connect(self._arrived)
        self.view.acted.connect(self._acted)
        if hasattr(self.view, "display_changed"):
            self.view.display_changed.connect(self.set_display)
        if hasattr(self.view, "requested"):
            self.view.requested.connect(self.why_requested)
        if hasattr(self.view, "packs_requested"):
            self.view.packs_requested.connect(self.packs_requested)
        self.controls.changed.connect(self.set_values)
        self.controls.display_changed.connect(self.set_display)
        self.controls.reset_requested.connect(self.reset)
        self.controls.preset_requested.connect(self.play_preset)
        bar = self.runbar
        bar.play_toggled.connect(self.toggle_play)
        bar.stepped.connect(self.step)
        bar.start_over_requested.connect(self.start_over)
        bar.speed_changed.connect(self.run.set_speed)
        bar.scrubbed.connect(self.run.go)
        bar.seed_changed.connect(self.reseed)
        bar.requested.connect(self.why_requested)
        self.notices.rewind_requested.connect(self._rewind)
        self.notices.remedy_requested.connect(self._remedy)
        self.notices.challenge_ended.connect(self.end_challenge)

    # ------------------------------------------------------------------------------------ from the run

    def _arrived(self, update: Update) -> None:
        if self.isVisible():
            self._show(update)
        else:
            self._pending = update
        self.updated.emit(update)
        if update.revision != self._revision:
            self._revision = update.revision
            self.changed.emit()

    def _show(self, update: Update) -> None:
        self._pending = None
        before, self.update_shown = self.update_shown, update
        if update.frame is not None and not self.view.isEnabled():
            self.view.setEnabled(True)
        if hasattr(self.view, "playing"):
            self.view.playing = update.playing
        busy = False  # whether slow parts were drawn: then the words come a frame later
        if update.frame is not None and not _is_known(update, before):
            busy = self.view.show_frame(update.frame)
        self.pinned.show_update(update, self.display)
        streaming = update.playing and before is not None and before.playing and not update.refused
        wait = 3 * WORDS_MS if busy else WORDS_MS
        if streaming and self._since_words.isValid() and self._since_words.elapsed() < wait:
            if not self._later.isActive():
                self._later.start(LATE_MS)
        else:
            self._show_words(update)
        self._note_challenge(update)

    def _show_words(self, update: Update) -> None:
        """What is read: the run bar, the numbers, the notes. Texts follow a stream of frames ten times a second."""
        self._since_words.start()
        self._later.stop()
        if update.params is not None and (update.params != self._params_shown or update.refused):
            self._params_shown = update.params
            self.controls.show_params(update.params)
            self.controls.show_origins(update.origins)
        if update.refused:
            self.controls.show_refusal(update.refused)
        self.runbar.show_update(update)
        if update.frame is not None:
            self.runbar.show_frame(update.frame)
            self.controls.show_frame(update.frame)
            if (
                not update.playing
                or not self._since_description.isValid()
                or self._since_description.elapsed() >= DESCRIBE_MS
            ):
                self._since_description.start()
                self.described.emit(self.specification.describe(update.frame))
        self.notices.show_update(self.specification, update)

    def _catch_up(self) -> None:
        """The stream has ended, or runs slowly: what was passed over is read now."""
        if self.update_shown is not None:
            self._show_words(self.update_shown)

    def _note_challenge(self, update: Update) -> None:
        done = update.progress is not None and update.progress.done
        if done and not self._met:
            self.run.pause()
            self.challenge_met.emit(update.challenge)
        self._met = done

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._pending is not None:
            self._show(self._pending)

    # ------------------------------------------------------------------------------ what can be done

    @property
    def frame(self) -> Frame | None:
        """The frame on screen."""
        return self.update_shown.frame if self.update_shown else None

    @property
    def playing(self) -> bool:
        return self.update_shown is not None and self.update_shown.playing

    def toggle_play(self) -> None:
        if self.playing:
            self.run.pause()
        else:
            self.run.play()

    def step(self, count: int, granularity: str = "") -> None:
        self.run.step(count, granularity)

    def go_first(self) -> None:
        self.run.go(0)

    def go_last(self) -> None:
        if self.update_shown is not None:
            self.run.go(self.update_shown.head)

    def start_over(self) -> None:
        self.run.do(Track.start_over)

    def reset(self) -> None:
        """Controls and view options to their defaults."""
        self._leave_scene()
        self.run.do(Track.reset)
        if self.specification.display:
            self._show_display(self.specification.display())

    def reset_all(self) -> None:
        """As first opened."""
        self._leave_scene()
        self.run.pause()
        self.run.do(Track.reset_all)
        if self.specification.display:
            self._show_display(self.specification.display())

    def look_again(self) -> None:
        """A model pack was added or removed."""
        self.run.do(Track.look_again)

    def reseed(self, seed: int) -> None:
        self.run.do(lambda track: track.reseed(seed))

    def set_values(self, values: dict[str, Any], merge: str = "") -> None:
        self.run.do(lambda track: track.set(values, merge))

    def undo(self) -> None:
        self.run.do(Track.undo)

    def redo(self) -> None:
        self.run.do(Track.redo)

    def toggle_pin(self) -> None:
        """Keep the curves of the present run in sight under those of the next, or no longer."""
        self.pinned.toggle()

    def go_back_to(self, number: int) -> None:
        """Go back to a run of the table."""
        self._leave_scene()
        self.run.pause()
        self.run.do(partial(restore_run, number=number))

    def _acted(self, action: Any, gesture: str) -> None:
        if isinstance(action, Set):
            self.set_values(dict(action.values), gesture)
        else:
            self.run.do(lambda track: track.act(action, gesture))

    def _own_taken(self, *_action: object) -> None:
        """Own data has come: what was said was about other data."""
        self.notices.tell("")

    def set_display(self, name: str, value: object) -> None:
        """A view option: it is drawn differently, and the run never hears of it."""
        self._show_display(replaced(self.display, {name: value}))

    def _show_display(self, display: Any) -> None:
        self.display = display
        self.view.show_display(display)
        self.controls.show_display(display)
        self.pinned.ghosts.show_display(display)
        self.changed.emit()

    def play_setting(self, setting: Setting, story: str = "") -> None:
        """Put the box into a state; `story` is told while it is there."""
        number = self._next_scene()
        self.run.pause()
        self.run.do(lambda track: track.play_setting(setting, number))
        self.notices.tell(story, number)

    def run_on(self, steps: int) -> int:
        """Run that many steps from here at the chosen speed, as a learner would watch it. Returns the number that
        updates have as `begun` from then on."""
        return self.run.run_for(steps)

    def play_preset(self, id: str) -> None:
        preset: Preset = self.specification.preset(id)
        self.play_setting(preset.setting, _(preset.story) if preset.story else "")

    def play_break(self, id: str) -> None:
        """Break it: the state, what to look for, and off it goes."""
        broken: Break = self.specification.breaking(id)
        self.play_setting(replace(broken.setting, steps=0), _(broken.expect))
        self.run.play()

    def begin_challenge(self, id: str, setting: Setting | None = None) -> None:
        """Watch a challenge from now on, in its own setting or in another."""
        found: Challenge = self.specification.challenge(id)
        challenge, number = replace(found, setting=setting or found.setting), self._next_scene()
        self.run.pause()
        self.run.do(lambda track: track.begin_challenge(challenge, number))
        self._met = False

    def end_challenge(self) -> None:
        self.run.do(_end_challenge)

    def play_request(self, request: Request, predicted: bool = False) -> int:
        """Do what a link or a prediction of the lesson asks, and tell the story of the state that it names: of what was
        predicted afterwards. Returns the number of the run that it begins, else 0."""
        setting = asked = request.setting(self.specification)
        if request.run or request.breaking is not None:
            setting = replace(setting, steps=0)  # they are run before the learner's eyes
        if request.challenge is not None:
            self.begin_challenge(request.challenge, setting)
        elif request.breaking is not None or request.preset is not None:
            self.play_setting(setting)
        else:
            self._change(request)
        number = 0
        if request.run:
            number = self.run_on(request.run)
        elif request.breaking is not None:
            number = self.run.play()
        story = self._story_of(request, asked)
        if story:
            self.notices.tell(_(story), self._scenes, number if predicted else 0)
        return number

    def _story_of(self, request: Request, setting: Setting) -> str:
        """What is to be seen in the state that a request names; with other values it would not be true."""
        if request.preset is not None:
            named: Preset = self.specification.preset(request.preset)
            story, own = named.story, named.setting
        elif request.breaking is not None:
            broken: Break = self.specification.breaking(request.breaking)
            story, own = broken.expect, broken.setting
        else:
            return ""
        return story if replace(setting, steps=own.steps) == own else ""

    def _change(self, request: Request) -> None:
        """What a link without a state of its own asks of the one that is there."""
        self.set_values(dict(request.values))
        if request.seed is not None:
            self.reseed(request.seed)
        if request.run:
            self.start_over()

    def _next_scene(self) -> int:
        """Another scene is played: what was said and refused belonged to the one before. Returns its number."""
        self._scenes += 1
        self.notices.tell("", self._scenes)
        self.controls.forget_refusals()
        return self._scenes

    def _leave_scene(self) -> None:
        self.notices.tell("")
        self.controls.forget_refusals()

    def _rewind(self, step: int) -> None:
        self.run.go(max(0, step))

    def _remedy(self) -> None:
        found = self.specification.divergence(self.frame) if self.frame is not None else None
        if found is not None:
            self.notices.tell("")
            self.set_values(dict(found.remedy))
            self.run.do(Track.start_over)

    def scene(self, found: Scene) -> Scene:
        """The run's scene completed with what only the box knows."""
        display = {}
        if self.display is not None:
            from lab.core.params import plain

            display = plain(self.display)
        return replace(
            found,
            display=display,
            hidden=self.hidden_controls,
            notes=self.notes,
            answers=dict(self.answers),
            code=dict(self.code),
        )

    def set_cell_code(self, id: str, code: str | None) -> None:
        """The learner has changed a program, of the lesson or in the view; None: it is as it was given."""
        if code is None:
            self.code.pop(id, None)
        else:
            self.code[id] = code
        self.changed.emit()

    def shut(self) -> None:
        """Leave the worker; called before the box is deleted."""
        for bench in self.view.findChildren(CodeBench):
            bench.shut()
        self.closing.emit()
        self.following.stop()
        self.pinned.shut()
        self.bridge.close()

    # ------------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        compact = self.window().height() < look().px(COMPACT_HEIGHT)
        self._fitted = self.width(), compact
        self._lines.setContentsMargins(look().px(16), 0, look().px(16), 0)
        self.body.fit(self.width(), compact)
        if hasattr(self.view, "set_compact"):
            self.view.set_compact(compact)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitted != (self.width(), self.window().height() < look().px(COMPACT_HEIGHT)):
            self.relook()


def _end_challenge(track: Track) -> None:
    track.challenge = None


def _is_known(update: Update, before: Update | None) -> bool:
    """Whether an update holds the frame on screen once more, until the step that was ordered is there."""
    return before is not None and not update.exact and not before.playing and update.frame is before.frame
