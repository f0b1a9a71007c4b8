"""The session: which boxes are open, in what state, so that a crash or a closed lid costs nothing.

The session is written whole and atomically a moment after anything changed. A marker says that the lab is
running; if it is still there at the next start, the lab did not end well and offers to recover.

Where a second window has to open beside one that cannot be reached (on another computer, or one that hangs), it
has a seat: a name that stands in the names of its own files, session-SEAT.json and running-SEAT. The files of
another seat are read, to go on with the newest work, and never written.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Any

from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.runtime.home import MAX_JSON, Home

__all__ = ["Box", "Session", "SessionStore"]

MAX_BOXES = 200
MAX_SEATS = 8  # sessions of other seats that are kept, the newest


@dataclass(frozen=True, slots=True)
class Box:
    """One open experiment: its key in the docks, its scene as a `.glassbox` file, and its lesson page."""

    key: str
    scene: bytes
    page: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    boxes: tuple[Box, ...] = ()
    layout: dict[str, Any] = field(default_factory=dict)
    current: str = ""


class SessionStore:
    """Keeps the session of one window. `seat`: see above. `left`: whether the window of another seat has ended."""

    def __init__(self, home: Home, seat: str = "", left: Callable[[str], bool] = lambda seat: False) -> None:
        self._home = home
        self._seat = seat
        self._left = left
        self._written: Session | None = None
        self._settled = False  # whether the session of the last time may be written over
        self._whole = True  # whether all of it could be read
        self._wrote = False  # whether the stored session is of this window by now
        self._problem = ""
        self.left_out = ""

    def begin(self) -> bool:
        """The lab starts. True when it did not end well the last time."""
        self._take_over()
        crashed = self._home.read(self._marker) is not None
        self.mark()
        return crashed

    def mark(self) -> None:
        """From now on an end that is not `end` was a crash."""
        self._home.write(self._marker, b"1")

    def end(self) -> None:
        """The lab ends well."""
        self._home.remove(self._marker)

    def save(self, session: Session) -> bool:
        """Write the session, if it differs from what is there. False when it could not be written; `problem` says why.

        What the last time left is set aside first, unless it is open again or was forgotten.
        """
        if session == self._written:
            return True
        boxes = [{"key": b.key, "scene": base64.b64encode(b.scene).decode(), "page": b.page} for b in session.boxes]
        data = json.dumps({"boxes": boxes, "layout": session.layout, "current": session.current}).encode()
        if self._refused(len(session.boxes), len(data)):
            return False
        if not self._settled and self._boxes_in(self._file) != 0:
            self._home.keep_aside(self._file)
        self._settled = self._whole = self._wrote = True
        written = self._home.write(self._file, data)
        self._written = session if written else None
        return written

    @property
    def problem(self) -> str:
        """Why the session was not written, or ""."""
        return self._problem or self._home.problem

    def load(self) -> Session:
        """The last session: that of this seat, or of another where that one is newer.

        `left_out` says what could not be read; a session of which something could not be read is set aside before
        it is written over.
        """
        name = self._newest()
        data, self.left_out, self._whole = self._home.read(name), "", True
        if data is None:
            if why := self._home.unread.get(name):
                self.left_out, self._whole = _("The last session could not be read: {why}.").format(why=why), False
            return Session()
        session, missing = _read(data)
        if missing:
            self.left_out, self._whole = _left_out(missing), False
        return session

    def keep_aside(self) -> None:
        """Not all of the stored session could be opened: the next `save` sets it aside, as FILE.kept-1 and so on.

        At most five are kept.
        """
        self._settled = self._whole = False

    def settle(self) -> None:
        """What the last time left is open again or not wanted: the next session takes its place, if it was read
        whole."""
        self._settled = self._whole

    def forget(self) -> None:
        """Start fresh: what was offered is not offered again. What this window has saved since stays."""
        if self._wrote:
            return
        if self._whole:
            self._home.remove(self._file)
        else:
            self._home.keep_aside(self._file)
        self._settled = self._whole = True
        if self._newest() != self._file:  # of a window that may still be open: an empty one of our own is newer
            self.save(Session())

    def _refused(self, boxes: int, size: int) -> bool:
        """Whether a session is too large to be read again."""
        self._problem = ""
        if boxes > MAX_BOXES:
            self._problem = _("more than {most} experiments are open").format(most=MAX_BOXES)
        elif size > MAX_JSON:
            self._problem = _("what is open takes more than {limit} MB").format(limit=MAX_JSON // 2**20)
        return bool(self._problem)

    # -------------------------------------------------------------------------------------------- seats

    @property
    def _file(self) -> str:
        return f"session-{self._seat}.json" if self._seat else "session.json"

    @property
    def _marker(self) -> str:
        return f"running-{self._seat}" if self._seat else "running"

    def _others(self) -> list[tuple[float, str]]:
        """When the sessions of other seats were written, and their seats; oldest first."""
        try:
            paths = [p for p in self._home.folder.glob("session*.json") if p.name != self._file]
            return sorted((p.stat().st_mtime, p.stem.removeprefix("session").removeprefix("-")) for p in paths)
        except OSError:
            return []

    def _newest(self) -> str:
        """The name of the file to go on with."""
        others = self._others()
        if not others or others[-1][0] <= _written_at(self._home.path(self._file)):
            return self._file
        return f"session-{others[-1][1]}.json" if others[-1][1] else "session.json"

    def _take_over(self) -> None:
        """The session of a seat whose window has ended becomes this one's, if it is the newest; else it stays for
        a while."""
        if not self._home.writable:
            return
        others = self._others()
        for _when, seat in others[:-MAX_SEATS]:
            if seat and self._left(seat):
                self._home.remove(f"session-{seat}.json")
                self._home.remove(f"running-{seat}")
        newest, seat = self._newest(), others[-1][1] if others else ""
        if newest == self._file or not self._left(seat):
            return
        if self._boxes_in(self._file) != 0:
            self._home.keep_aside(self._file)
        with contextlib.suppress(OSError):
            self._home.path(newest).replace(self._home.path(self._file))
            marker = self._home.path(f"running-{seat}" if seat else "running")
            if marker.is_file():
                marker.replace(self._home.path(self._marker))

    def _boxes_in(self, name: str) -> int:
        """How many boxes a stored session has, at least; 0 when there is none, -1 when it cannot be read."""
        data = self._home.read(name)
        if data is None:
            return -1 if name in self._home.unread else 0
        session, missing = _read(data)
        return len(session.boxes) or -missing


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _left_out(missing: int) -> str:
    return n_(
        "{n} experiment of the last session could not be read.",
        "{n} experiments of the last session could not be read.",
        missing,
    )


def _read(data: bytes) -> tuple[Session, int]:
    """A stored session, and how many of its boxes cannot be read; 1 for a file that cannot be read at all."""
    try:
        stored = json.loads(data)
        items, layout, current = stored.get("boxes", []), stored.get("layout", {}), stored.get("current", "")
    except (ValueError, RecursionError, AttributeError):
        return Session(), 1
    if not isinstance(items, list):
        return Session(), 1
    boxes = [_box(item) for item in items[:MAX_BOXES]]
    found = tuple(box for box in boxes if box is not None)
    return Session(found, layout if isinstance(layout, dict) else {}, str(current)), len(items) - len(found)


def _box(item: Any) -> Box | None:
    try:
        page = item.get("page", 0)
        scene = base64.b64decode(item["scene"], validate=True)
        return Box(str(item["key"])[:120], scene, page if isinstance(page, int) and 0 <= page < 1000 else 0)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
