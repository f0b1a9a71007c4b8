"""A code cell: a few lines of NumPy that the learner may change and run, beside the number they reproduce.

The code runs in a child process, only when Run is pressed, for ten seconds at most and with 64 kB of output at
most; Stop ends it at once, and all that it started. It sees little of the environment: no passwords or keys that
a variable may hold, no display, no home but the scratch folder that goes with it. The last number it prints is
compared with the one on screen.
"""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTemporaryDir, QTimer, Signal

import lab
from lab.cell_guard import end_session
from lab.core.paths import itself
from lab.core.records import dataclass
from lab.core.text import _

__all__ = ["MOST_OUTPUT", "SECONDS", "CellResult", "CellRunner", "cell_command", "cell_variables", "ending"]

SECONDS = 10
MOST_OUTPUT = 64 * 1024
PATIENCE_MS = 2000  # for a cell to end what it started after SIGTERM
KEPT = (
    *("PATH", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
)
"""What a child needs of the environment to start at all; the rest is the user's own business."""
_FAILURE = re.compile(r"^error(?: line (\d+))?: (.*)$")


@dataclass(frozen=True, slots=True)
class CellResult:
    """How a run ended: "done", "error", "stopped", "time", "output", "crashed" or "missing"; where, and why."""

    how: str
    message: str = ""
    line: int = 0


def ending(result: CellResult) -> tuple[str, str, str]:
    """How a run that did not come to its end ended: an icon, a tone and a sentence."""
    match result.how:
        case "error":
            where = _("Line {n}: ").format(n=result.line) if result.line else ""
            return "circle-alert", "bad", where + result.message
        case "stopped":
            return "square", "text2", _("Stopped.")
        case "time":
            return "circle-alert", "warn", _("Stopped after {n} seconds.").format(n=SECONDS)
        case "output":
            return "circle-alert", "warn", _("Stopped: it printed more than 64 kB.")
        case "missing":
            return "circle-alert", "bad", _("Python could not be started: {why}").format(why=result.message)
    return "circle-alert", "bad", _("The program ended itself. Its memory may have been full.")


def cell_command() -> tuple[str, tuple[str, ...]]:
    """The program that runs a cell, and its arguments: this Python, or the frozen application itself."""
    program, *words = itself("cell")
    return program, tuple(words)


class CellRunner(QObject):
    """Runs one cell at a time in a child process."""

    printed = Signal(str)
    ended = Signal(object)  # CellResult

    def __init__(
        self,
        parent: QObject | None = None,
        command: tuple[str, Sequence[str]] | None = None,
        seconds: float = SECONDS,
        most_output: int = MOST_OUTPUT,
    ) -> None:
        super().__init__(parent)
        self._command, self._most = command or cell_command(), most_output
        self._process: QProcess | None = None
        self._folder: QTemporaryDir | None = None
        self._reason = ""  # why we ended it, if we did
        self._left = 0
        self._errors = b""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(round(1000 * seconds))
        self._timer.timeout.connect(self._out_of_time)
        self._kill_timer = QTimer(self)
        self._kill_timer.setSingleShot(True)
        self._kill_timer.setInterval(PATIENCE_MS)
        self._kill_timer.timeout.connect(self._force)
        self._leader = 0

    @property
    def running(self) -> bool:
        return self._process is not None

    def run(self, code: str) -> None:
        """Start running `code`; a run that is still going on is ended first."""
        self.shut()
        self._folder = QTemporaryDir()
        self._reason, self._left, self._errors = "", self._most, b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        process = self._process = QProcess(self)
        process.setProcessEnvironment(_environment(self._folder.path()))
        process.setWorkingDirectory(self._folder.path())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        program, arguments = self._command
        process.started.connect(self._begun)
        process.start(program, list(arguments))
        process.write(code.encode())
        process.closeWriteChannel()
        self._timer.start()

    def stop(self) -> None:
        """End the run now, if there is one; `ended` follows."""
        self._kill("stopped")

    def shut(self) -> None:
        """End the run and tell nobody."""
        process, self._process = self._process, None
        self._timer.stop()
        self._kill_timer.stop()
        if process is not None:
            process.blockSignals(True)
            leader = process.processId()
            _ask_to_end(process)
            if not process.waitForFinished(PATIENCE_MS) or process.exitStatus() == QProcess.ExitStatus.CrashExit:
                _end(process, leader)
                process.waitForFinished(PATIENCE_MS)
            process.deleteLater()
        self._forget_folder()

    def _kill(self, reason: str) -> None:
        if self._process is not None and not self._reason:
            self._reason = reason
            _ask_to_end(self._process)
            self._kill_timer.start()

    def _force(self) -> None:
        """It did not end after SIGTERM."""
        if self._process is not None:
            _end(self._process, self._leader)

    def _begun(self) -> None:
        if self._process is not None:
            self._leader = self._process.processId()

    def _out_of_time(self) -> None:
        self._kill("time")

    def _read(self) -> None:
        if self._process is None:
            return
        data = bytes(self._process.readAllStandardOutput().data())
        kept, self._left = data[: self._left], max(0, self._left - len(data))
        if kept:
            self.printed.emit(self._decoder.decode(kept).replace("\r\n", "\n"))
        if len(kept) < len(data):
            self._kill("output")

    def _read_errors(self) -> None:
        if self._process is None:
            return
        self._errors += bytes(self._process.readAllStandardError().data())
        if len(self._errors) > self._most:
            self._errors = self._errors[-self._most :]
            self._kill("output")

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._end(CellResult("missing", self._process.errorString()))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if status == QProcess.ExitStatus.CrashExit and self._leader:
            end_session(self._leader)  # what should have ended the rest was ended itself
        self._read()
        self._read_errors()
        lines = self._errors.decode("utf-8", "replace").splitlines()
        failure = next((match for line in reversed(lines) if (match := _FAILURE.match(line))), None)
        others = [line for line in lines if not _FAILURE.match(line)]
        if others and not self._reason:
            self.printed.emit("\n".join(others) + "\n")
        if self._reason:
            self._end(CellResult(self._reason))
        elif failure is not None:
            self._end(CellResult("error", failure[2], int(failure[1] or 0)))
        elif status == QProcess.ExitStatus.CrashExit or code != 0:
            self._end(CellResult("crashed", f"exit code {code}"))
        else:
            self._end(CellResult("done"))

    def _end(self, result: CellResult) -> None:
        self._timer.stop()
        self._kill_timer.stop()
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        self._forget_folder()
        self.ended.emit(result)

    def _forget_folder(self) -> None:
        if self._folder is not None:
            self._folder.remove()
            self._folder = None


def _ask_to_end(process: QProcess) -> None:
    """Have the child end itself and all that it started; on Windows that is what its end does."""
    if sys.platform == "win32":
        process.kill()
    else:
        process.terminate()


def _end(process: QProcess, leader: int) -> None:
    """End the child and its session by force."""
    if leader:
        end_session(leader)
    process.kill()


def _environment(folder: str) -> QProcessEnvironment:
    """What the child sees: our code and the installed packages, no start-up files, files in a folder of its own."""
    made = QProcessEnvironment()
    for name, value in cell_variables(os.environ, folder).items():
        made.insert(name, value)
    return made


def cell_variables(given: Mapping[str, str], folder: str) -> dict[str, str]:
    """The environment of a cell whose files go to `folder`, made of the one `given`."""
    made = {name: value for name, value in given.items() if name.upper() in KEPT}
    made |= dict.fromkeys(("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP"), folder)
    made |= dict.fromkeys(("PYTHONNOUSERSITE", "PYTHONSAFEPATH", "PYTHONUNBUFFERED", "PYTHONUTF8"), "1")
    made |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    made["PYTHONDONTWRITEBYTECODE"] = "1"
    if not getattr(sys, "frozen", False):
        made["PYTHONPATH"] = os.fspath(Path(lab.__file__).resolve().parents[1])
    return made
