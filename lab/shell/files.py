"""Files and links: opening what is asked for, and writing what the learner chose to keep."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from lab.core.lesson.blocks import Lesson
from lab.core.scene import MAX_BYTES, Scene, SceneError, from_link, is_link, to_json
from lab.core.text import _
from lab.runtime.file_job import LARGE, FileJob, read_scene, why_unread
from lab.runtime.files import reason, write_atomically
from lab.runtime.packs import BROUGHT
from lab.runtime.track import Track
from lab.shell.box.box import ExperimentBox
from lab.shell.context import Context
from lab.shell.dialogs.file_progress import FileProgress
from lab.shell.dialogs.packs import show_packs
from lab.shell.lesson.papers import PAPERS, paper
from lab.shell.model_files import FILTER, is_model, read_model, size_of_model
from widgets.text.pdf import Figure

__all__ = ["ask_open", "ask_where", "open_target", "save_box", "save_lesson", "save_report", "write"]

# ---------------------------------------------------------------------------------------------- opening


def ask_open(window: Context) -> None:
    kinds = ";;".join((_("Glassbox files (*.glassbox)"), _("Language models") + f" ({FILTER})"))
    chosen, _kind = QFileDialog.getOpenFileName(window.window(), _("Open an experiment"), "", kinds)
    if chosen:
        open_target(window, chosen)


def open_target(window: Context, target: str) -> bool:
    """Open a link or a file. False, with the reason on screen, when it cannot be; a large file is read meanwhile."""
    path = Path(target)
    try:
        if is_link(target):
            _open_scene(window, from_link(target, window.services.find))
        elif is_model(path):
            if size_of_model(path) > LARGE:
                _follow(window, FileJob(path, window.services.find, read_model))
            else:
                _open_scene(window, read_model(path, window.services.find))
        elif path.suffix.lower() in BROUGHT:
            show_packs(window).add(path)
        elif LARGE < path.stat().st_size <= MAX_BYTES:
            _follow(window, FileJob(path, window.services.find))
        else:
            _open_scene(window, read_scene(path, window.services.find))
    except (OSError, ValueError) as error:
        return _not_opened(window, str(error) if is_link(target) else why_unread(path, error))
    return True


def _follow(window: Context, job: FileJob) -> None:
    """Show how far a large file is read, and open it then."""
    card = window.dialogs.get(FileProgress, window.window(), window.line, partial(_read, window))
    card.follow(job)


def _not_opened(window: Context, why: str) -> bool:
    window.tell("bad", _("Cannot be opened"), why)
    return False


def _read(window: Context, job: FileJob) -> None:
    """A large file has been read, or could not be."""
    if job.scene is not None:
        _open_scene(window, job.scene)
    elif job.error:
        _not_opened(window, job.error)


def _open_scene(window: Context, scene: Scene) -> None:
    experiment = window.services.find(scene.experiment)
    assert experiment is not None
    window.open_experiment(experiment, scene)
    if scene.newer:
        text = _(
            "It was made with a later version of the lab. Some of it may be missing here, and it is not saved over."
        )
        window.tell("warn", _("A newer file"), text)


# ----------------------------------------------------------------------------------------------- saving


def save_box(window: Context, box: ExperimentBox) -> None:
    """Ask where, then write the `.glassbox` file."""
    box.bridge.ask(Track.scene, partial(_save_scene, window, box))


def _save_scene(window: Context, box: ExperimentBox, answer: Scene | Exception) -> None:
    if isinstance(answer, Exception):
        window.tell("bad", _("Not saved"), str(answer))
        return
    kinds = _("Glassbox files (*.glassbox)")
    path = ask_where(window, _("Save the experiment"), f"{box.experiment.id}.glassbox", kinds)
    if path is not None:
        try:
            write(window, path, to_json(box.scene(answer), box.specification))
        except SceneError as error:
            window.tell("bad", _("Not saved"), str(error))


def save_lesson(window: Context, lesson: Lesson, what: str, level: str, figure: Figure | None = None) -> None:
    """A lesson, its teacher's page or its answers as PDF; `what` is one of `PAPERS`. figure: for the lesson."""
    name = {"lesson": "", "teacher": "-teacher", "key": "-answers"}[what]
    path = ask_where(window, _(PAPERS[what]).rstrip("…"), f"{lesson.experiment}{name}.pdf", "PDF (*.pdf)")
    if path is not None:
        write(window, path, paper(lesson, what, level, figure).pdf())


def save_report(window: Context) -> None:
    """The local log and versions for the helpdesk, without names and file contents."""
    from lab.runtime.log import report
    from lab.shell.dialogs.about import computer_facts

    path = ask_where(window, _("Save the report"), "glassbox-report.txt", _("Text (*.txt)"))
    if path is not None:
        write(window, path, report(window.services.home, computer_facts(window)).encode())


def write(window: Context, path: Path, data: bytes) -> bool:
    """Write a file the learner chose, and say how it went."""
    try:
        write_atomically(path, data)
    except OSError as error:
        text = _("{name} could not be written: {reason}. Nothing was changed; choose another place.")
        window.tell("bad", _("Not saved"), text.format(name=path.name, reason=reason(error)))
        return False
    window.tell("good", _("Saved"), path.name)
    return True


def ask_where(window: Context, title: str, name: str, kinds: str) -> Path | None:
    """A file to write, from the system's dialog; None when the learner changed their mind."""
    folder = window.services.classroom.save_folder
    start = str(Path(folder) / name) if folder else name
    chosen, _kind = QFileDialog.getSaveFileName(window.window(), title, start, kinds)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(Path(name).suffix)
