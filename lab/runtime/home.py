"""The learner's own files: settings, progress, the open session. Never the program's folder.

Where nothing may be written (a locked-down school account, a full disk) everything is kept in memory instead:
the lab works as usual, says why, and writes what it holds as soon as it can. A file that is there and cannot
be read is never written over: it is set aside, as FILE.kept-1 and so on.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.core.text import _
from lab.runtime.files import make_folder, read_capped, reason, sweep, write_atomically

__all__ = ["KEPT", "Home", "Join", "default_folder", "user_folder"]

MAX_JSON = 256 * 1024 * 1024
PROBE = 16 * 1024  # bytes: an empty file can be made on a disk that is full
KEPT = 5  # files set aside, of each name

Join = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
"""Makes one of what lies on the disk and what was kept in memory."""


def default_folder() -> Path:
    """Where this system keeps the data of programs, or GLASSBOX_HOME."""
    if chosen := os.environ.get("GLASSBOX_HOME"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or user_folder()) / "Glassbox"
    if sys.platform == "darwin":
        return user_folder() / "Library" / "Application Support" / "Glassbox"
    return Path(os.environ.get("XDG_DATA_HOME") or user_folder() / ".local" / "share") / "glassbox"


def user_folder() -> Path:
    """The user's own folder; for an account without one, a folder that is not there and cannot be made."""
    try:
        return Path.home()
    except RuntimeError:
        return Path("/nonexistent")


class Home:
    """One folder of small files. Reading and writing never raise; `problem` says why something is not kept now."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()
        self._chosen = folder is not None or bool(os.environ.get("GLASSBOX_HOME"))
        self.problem = ""
        self.unread: dict[str, str] = {}  # files that are there and could not be read, and why
        self.joins: dict[str, Join] = {}
        self._memory: dict[str, bytes] = {}  # what is still to be written
        self._guarded: set[str] = set()  # files that are set aside before they are written
        if self._probe():
            self._make_private()
            sweep(self.folder)

    @property
    def writable(self) -> bool:
        return not self.problem

    def path(self, name: str) -> Path:
        return self.folder / name

    # ----------------------------------------------------------------------------------- reading, writing

    def write(self, name: str, data: bytes) -> bool:
        """Keep some bytes under a name. False when they are only in memory until they can be written."""
        self._memory[name] = data
        if self.problem and not self._probe():
            return False
        self._write_all()
        return name not in self._memory

    def retry(self) -> bool:
        """Write what is only in memory, if that is possible now. True when nothing is left to write."""
        if self.problem and self._probe():
            self._write_all()
        return not self.problem

    def read(self, name: str) -> bytes | None:
        """The bytes kept under a name, or None."""
        if name in self._memory:
            return self._memory[name]
        try:
            data = read_capped(self.path(name), MAX_JSON)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self._note_unread(name, reason(error, reading=True))
            return None
        except ValueError as error:
            self._note_unread(name, str(error))
            return None
        if self.unread.pop(name, None):
            self._guarded.discard(name)
        return data

    def write_json(self, name: str, value: Any) -> bool:
        return self.write(name, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode())

    def read_json(self, name: str) -> dict[str, Any]:
        """The object kept under a name; an empty one when there is none or it is damaged."""
        data = self.read(name)
        if data is None:
            return {}
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            logging.getLogger("lab").warning("%s is damaged and was set aside", name)
            self._set_aside_damaged(name)
            return {}
        return value if isinstance(value, dict) else {}

    def remove(self, name: str) -> None:
        self._memory.pop(name, None)
        try:
            self.path(name).unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            logging.getLogger("lab").warning("could not remove %s: %s", name, reason(error))

    def keep_aside(self, name: str) -> str:
        """Set the file of a name aside, so that the next one does not replace it.

        Gives the name that it has now, or "" when there is no such file. Where it cannot be renamed now, this is
        done before the name is next written.
        """
        try:
            return self._rename_kept(name)
        except OSError:
            self._guarded.add(name)
            return ""

    # -------------------------------------------------------------------------------------------- parts

    def _probe(self) -> bool:
        """Find out whether something can be written, and if not why."""
        try:
            make_folder(self.folder)
            write_atomically(self.folder / ".writable", bytes(PROBE), private=True)
            (self.folder / ".writable").unlink(missing_ok=True)
        except OSError as error:
            self._say_problem(reason(error))
            return False
        self.problem = ""
        return True

    def _say_problem(self, why: str) -> None:
        if why != self.problem:
            logging.getLogger("lab").warning("nothing is kept now: %s", why)
        self.problem = why

    def _write_all(self) -> None:
        """Write what is in memory; whatever cannot be written stays there, and `problem` says why."""
        for name in tuple(self._memory):
            try:
                self._put(name)
            except OSError as error:
                self._say_problem(reason(error))

    def _put(self, name: str) -> None:
        path = self.path(name)
        make_folder(path.parent)
        if name in self._guarded and not self._join(name):
            self._rename_kept(name)
        write_atomically(path, self._memory[name], private=True)
        self._guarded.discard(name)
        del self._memory[name]

    def _join(self, name: str) -> bool:
        """Join what is to be written with what can be read by now. False where that is not possible."""
        if name not in self.joins:
            return False
        try:
            stored = json.loads(read_capped(self.path(name), MAX_JSON))
            joined = self.joins[name](stored, json.loads(self._memory[name]))
        except (OSError, ValueError, RecursionError, TypeError, AttributeError):
            return False
        self._memory[name] = json.dumps(joined, ensure_ascii=False, indent=1, sort_keys=True).encode()
        return True

    def _note_unread(self, name: str, why: str) -> None:
        if name not in self.unread:
            logging.getLogger("lab").warning("%s could not be read: %s", name, why)
        self.unread[name] = why
        self._guarded.add(name)

    def _rename_kept(self, name: str) -> str:
        """Rename a file to the next free FILE.kept-N, and remove the oldest of too many. Raises OSError."""
        path = self.path(name)
        numbers = sorted(_number(kept) for kept in path.parent.glob(f"{path.name}.kept-*"))
        kept = f"{path.name}.kept-{max(numbers, default=0) + 1}"
        try:
            path.rename(path.with_name(kept))
        except FileNotFoundError:
            return ""
        for number in numbers[: max(0, len(numbers) + 1 - KEPT)]:
            with contextlib.suppress(OSError):
                path.with_name(f"{path.name}.kept-{number}").unlink()
        return kept

    def _set_aside_damaged(self, name: str) -> None:
        """A damaged file is kept for the helpdesk, out of the way."""
        try:
            self.path(name).replace(self.path(f"{name}.damaged"))
        except OSError as error:
            self._note_unread(name, _("it is damaged"))
            logging.getLogger("lab").warning("%s could not be set aside: %s", name, reason(error))

    def _make_private(self) -> None:
        """A folder and files of an earlier version, which others could look into, become the learner's alone.
        A folder that somebody chose stays as they made it."""
        if sys.platform == "win32":  # there a user's folder is private already
            return
        with contextlib.suppress(OSError):
            for file in (*self.folder.glob("*.json*"), *self.folder.glob("*.log*")):
                if file.stat().st_mode & 0o077:
                    file.chmod(0o600)
            if not self._chosen and self.folder.stat().st_mode & 0o077:
                self.folder.chmod(0o700)


def _number(path: Path) -> int:
    digits = path.name.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 0
