"""The session: which boxes are open, in what state, so that a crash or a closed lid costs nothing.

The session is written whole and atomically a moment after anything changed. A marker says that the lab is
running; if it is still there at the next start, the lab did not end well and offers to recover.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from lab.runtime.home import Home

__all__ = ["Box", "Session", "SessionStore"]

FILE = "session.json"
MARKER = "running"
MAX_BOXES = 40


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
    def __init__(self, home: Home) -> None:
        self._home = home
        self._written: Session | None = None

    def begin(self) -> bool:
        """The lab starts. True when it did not end well the last time."""
        crashed = self._home.read(MARKER) is not None
        self._home.write(MARKER, b"1")
        return crashed

    def end(self) -> None:
        """The lab ends well."""
        self._home.remove(MARKER)

    def save(self, session: Session) -> bool:
        """Write the session, if it differs from what is there. False when it could not be written."""
        if session == self._written:
            return True
        boxes = [{"key": b.key, "scene": base64.b64encode(b.scene).decode(), "page": b.page} for b in session.boxes]
        written = self._home.write_json(FILE, {"boxes": boxes, "layout": session.layout, "current": session.current})
        self._written = session if written else None
        return written

    def load(self) -> Session:
        """The last session; boxes that cannot be read are left out."""
        stored = self._home.read_json(FILE)
        items = stored.get("boxes")
        boxes = [_box(item) for item in items[:MAX_BOXES]] if isinstance(items, list) else []
        layout = stored.get("layout")
        return Session(
            tuple(box for box in boxes if box is not None),
            layout if isinstance(layout, dict) else {},
            str(stored.get("current", "")),
        )

    def forget(self) -> None:
        self._home.remove(FILE)
        self._written = None


def _box(item: Any) -> Box | None:
    try:
        page = item.get("page", 0)
        scene = base64.b64decode(item["scene"], validate=True)
        return Box(str(item["key"])[:120], scene, page if isinstance(page, int) and 0 <= page < 1000 else 0)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
