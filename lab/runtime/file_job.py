"""A large file read on a thread of its own, so that the window goes on answering. No Qt here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from lab.core.experiment import Experiment
from lab.core.scene import MAX_BYTES, Scene, from_json
from lab.core.text import _
from lab.runtime.files import read_capped, reason
from lab.runtime.plainly import plain_words

__all__ = ["LARGE", "FileJob", "read_scene", "why_unread"]

Reading = Callable[[Path, Callable[[str], Experiment | None], Callable[[float], None] | None], Scene]
LARGE = 2 * 2**20  # bytes from which on reading takes long enough to be seen


def read_scene(
    path: Path, find: Callable[[str], Experiment | None], advance: Callable[[float], None] | None = None
) -> Scene:
    """The scene in a `.glassbox` file. Raises SceneError, OSError, or ValueError for a file that is too large."""
    return from_json(read_capped(path, MAX_BYTES), find, advance)


def why_unread(path: Path, error: Exception) -> str:
    """Why a file could not be read, in words that name it once."""
    words = reason(error, reading=True) if isinstance(error, OSError) else plain_words(error)
    return words if path.name in words else f"{path.name}: {words}"


class _Stopped(Exception):
    """Reading was given up."""


class FileJob:
    """Reads one file. Whoever shows it looks at `share`, `running`, `scene` and `error` when it likes.

    When it no longer runs, either `scene` is there, or `error` says why not, or it was stopped and both are empty.
    """

    def __init__(self, path: Path, find: Callable[[str], Experiment | None], read: Reading = read_scene) -> None:
        """read: makes a scene of the file, and says how far it is."""
        self.path = path
        self.share = 0.0
        self.scene: Scene | None = None
        self.error = ""
        self._find, self._reading = find, read
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"lab-read-{path.name[:40]}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Give it up: the thread ends at the next piece, and what it has read is dropped."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    def _work(self) -> None:
        try:
            scene = self._reading(self.path, self._find, self._advance)
            if not self._stop.is_set():
                self.scene = scene
        except _Stopped:
            pass
        except MemoryError:
            self.error = why_unread(self.path, ValueError(_("there is not enough memory for it")))
        except Exception as error:  # whatever it is, it stays on this thread and is told
            self.error = why_unread(self.path, error)

    def _advance(self, share: float) -> None:
        self.share = share
        if self._stop.is_set():
            raise _Stopped
