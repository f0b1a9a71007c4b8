"""The real window without a display: pictures of it, and the self-test an installer runs."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from lab.arguments import Call, UsageError
from lab.core.experiment import Experiment, Setting
from lab.core.scene import Scene, from_json, to_json
from lab.core.text import _

if TYPE_CHECKING:
    from lab.shell.box.box import ExperimentBox

__all__ = ["Stage", "check", "shoot"]

PATIENCE = 30.0
ROUNDS = 30  # of patience, as long as a run still computes the frame that was asked for


class Stage:
    """A window on an offscreen display, with its own empty folder of learner's files."""

    def __init__(self, call: Call) -> None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from PySide6.QtCore import QStandardPaths

        from lab.shell.app.start import prepare
        from lab.shell.app.window import MainWindow
        from lab.shell.box.first_minute import FILE as FIRST_MINUTE

        QStandardPaths.setTestModeEnabled(True)
        self._folder = tempfile.TemporaryDirectory(prefix="glassbox-", ignore_cleanup_errors=True)
        theme = call.theme or "light"
        self.app, self.services = prepare(replace(call, data=self._folder.name, theme=theme))
        self.services.home.write_json(FIRST_MINUTE, {"seen": True})  # no card of the first minute in a picture
        self.window = MainWindow(self.services)
        self.window.begin(Call(fresh=True))
        self.window.resize(*call.size)
        self.window.show()
        self.settle()

    def settle(self, until: Callable[[], bool] | None = None, seconds: float = PATIENCE) -> bool:
        """Let the window work until something is so. False when it did not become so in time."""
        from PySide6.QtCore import QEvent, QEventLoop

        end = time.monotonic() + seconds
        rounds = 0
        while time.monotonic() < end:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            rounds += 1
            if rounds >= 5 and (until is None or until()):
                return True
        return until is None

    def open(self, experiment: Experiment, setting: Setting) -> str:
        """Open an experiment and wait until its exact frame is shown. Raises UsageError where it does not come."""
        key = self.window.open_experiment(experiment, Scene.of(experiment, setting))
        box = self.window.workspace.box(key)
        for _round in range(ROUNDS):
            if self.settle(lambda: self._arrived(box, setting.steps)) or not self._computes(box):
                return key
        raise UsageError(f"{experiment.id}: step {setting.steps} was not reached within {ROUNDS * PATIENCE:g} s")

    @staticmethod
    def _arrived(box: ExperimentBox, steps: int) -> bool:
        update = box.update_shown
        if update is None or update.frame is None:
            return False
        return update.exact and (update.position >= steps or update.done)

    @staticmethod
    def _computes(box: ExperimentBox) -> bool:
        update = box.update_shown
        return update is None or (not update.exact and update.failure is None)

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.settle()
        self._folder.cleanup()


def shoot(call: Call, wanted: Sequence[tuple[Experiment, Setting, str]], out: Path) -> int:
    """Write the picture of the home page, or of each experiment with the story of its state, as PNG. Raises UsageError
    when it cannot be."""
    stage = Stage(call)
    try:
        if not wanted:
            _save(stage, out)
        many = len(wanted) > 1
        if many:
            out.mkdir(parents=True, exist_ok=True)
        for experiment, setting, story in wanted:
            key = stage.open(experiment, setting)
            stage.window.workspace.box(key).notices.tell(_(story) if story else "")
            stage.settle(seconds=0.3)
            _save(stage, out / f"{experiment.id}.png" if many else out)
            stage.window.workspace.docks.close(key)
    finally:
        stage.close()
    return 0


def _save(stage: Stage, path: Path) -> None:
    if not stage.window.grab().save(str(path), "PNG"):
        raise UsageError(f"--out: {path} could not be written")


def check(call: Call, experiments: Sequence[Experiment]) -> int:
    """Open, step, scrub, save, restore and close every experiment in the real window, then try every part the
    lab stands on; a line each. An error anywhere in the window's own code counts too."""
    from lab.shell.app.self_test import PARTS

    stage = Stage(call)
    trials: list[tuple[str, Callable[[], str]]] = [(e.id, partial(_checked, stage, e)) for e in experiments]
    failures = 0
    try:
        with _noting_errors() as errors:
            for name, trial in [*trials, *PARTS.items()]:
                problem = _tried(trial) or "; ".join(errors)
                errors.clear()
                failures += bool(problem)
                print(f"{'FAILED' if problem else 'ok':<7}{name:<24}{problem}".rstrip(), flush=True)
    finally:
        stage.close()
    return 1 if failures else 0


@contextmanager
def _noting_errors() -> Iterator[list[str]]:
    """What is raised in slots and paint events, which Qt would let pass, as lines."""
    errors: list[str] = []
    before = sys.excepthook

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        errors.append(f"{kind.__name__}: {error}")
        before(kind, error, trace)

    sys.excepthook = note
    try:
        yield errors
    finally:
        sys.excepthook = before


def _tried(trial: Callable[[], str]) -> str:
    try:
        return trial()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _checked(stage: Stage, experiment: Experiment) -> str:
    """What is wrong with an experiment or its lesson, or nothing."""
    from lab.runtime.track import Track
    from lab.shell.app.self_test import lesson

    workspace = stage.window.workspace
    box = workspace.box(stage.open(experiment, Setting()))
    if box.frame is None:
        return "no frame arrived"
    box.step(3)
    if not stage.settle(lambda: _at(box, 3)):
        return "stepping did not arrive"
    box.run.go(1)
    if not stage.settle(lambda: _at(box, 1)):
        return "scrubbing did not arrive"
    scene = box.scene(box.run.ask_now(Track.scene))
    again = from_json(to_json(scene, box.specification), stage.services.find)
    if again.params != scene.params or again.step != scene.step:
        return "a saved file opens differently"
    workspace.docks.close(box.objectName())
    reopened = workspace.box(stage.window.open_experiment(experiment, again))
    if not stage.settle(lambda: _at(reopened, again.step)):
        return "a saved file does not open at its step"
    shown = reopened.update_shown
    if shown is not None and shown.failure is not None:
        return str(shown.failure.message)
    workspace.docks.close(reopened.objectName())
    stage.settle()
    return lesson(experiment)


def _at(box: ExperimentBox, step: int) -> bool:
    update = box.update_shown
    return update is not None and (update.failure is not None or (update.exact and update.position == step))
