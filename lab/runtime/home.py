"""The learner's own files: settings, progress, the open session. Never the program's folder.

Where nothing may be written (a locked-down school account, a read-only home) everything is kept in memory
instead: the lab works as usual and says once that it will not remember.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from lab.runtime.files import read_capped, reason, write_atomically

__all__ = ["Home", "default_folder"]

MAX_JSON = 256 * 1024 * 1024


def default_folder() -> Path:
    """Where this system keeps the data of programs, or GLASSBOX_HOME."""
    if chosen := os.environ.get("GLASSBOX_HOME"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "Glassbox"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Glassbox"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "glassbox"


class Home:
    """One folder of small files. Reading and writing never raise; `problem` says why nothing is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()
        self.problem = ""
        self._memory: dict[str, bytes] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self.folder / ".writable", b"")
            (self.folder / ".writable").unlink(missing_ok=True)
        except OSError as error:
            self.problem = reason(error)

    @property
    def writable(self) -> bool:
        return not self.problem

    def path(self, name: str) -> Path:
        return self.folder / name

    def write(self, name: str, data: bytes) -> bool:
        """Keep some bytes under a name. False when they are only in memory."""
        if self.problem:
            self._memory[name] = data
            return False
        try:
            self.path(name).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path(name), data)
        except OSError as error:
            self._memory[name] = data
            logging.getLogger("lab").warning("could not write %s: %s", name, reason(error))
            return False
        self._memory.pop(name, None)
        return True

    def read(self, name: str) -> bytes | None:
        """The bytes kept under a name, or None."""
        if name in self._memory:
            return self._memory[name]
        try:
            return read_capped(self.path(name), MAX_JSON)
        except (OSError, ValueError):
            return None

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
            self._set_aside(name)
            return {}
        return value if isinstance(value, dict) else {}

    def remove(self, name: str) -> None:
        self._memory.pop(name, None)
        try:
            self.path(name).unlink(missing_ok=True)
        except OSError as error:
            logging.getLogger("lab").warning("could not remove %s: %s", name, reason(error))

    def _set_aside(self, name: str) -> None:
        """A damaged file is kept for the helpdesk, out of the way."""
        try:
            self.path(name).replace(self.path(f"{name}.damaged"))
        except OSError:
            logging.getLogger("lab").warning("%s could not be set aside", name)
