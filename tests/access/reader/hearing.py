"""What is heard of an experiment by who cannot see it: its parts, headings and links, and where keys lead."""

from __future__ import annotations

import time
from typing import Protocol

from questions import Met

__all__ = ["Listener", "problems_heard"]

PARTS = ["Picture", "Controls", "Run bar", "Lesson"]
F6, TAB, RIGHT = 0xFFC3, 0xFF09, 0xFF53  # letters of X
PICTURE = "graphic|"
FAR = 16  # presses of Tab within which the first picture is reached
PATIENCE = 5.0  # seconds for an announcement


class Listener(Protocol):
    """A sitting, as far as it is needed here."""

    def look(self) -> list[Met]: ...
    def press(self, letter: int) -> None: ...
    def focus(self) -> tuple[str, ...]:
        """Role and name of what has the keyboard, then of all that it is in."""

    def announced(self) -> list[str]:
        """What was announced since the last time."""


def problems_heard(reader: Listener) -> list[str]:
    """What is not as it should be, a sentence each."""
    return [*_roles(reader.look()), *_parts(reader), *_cursor(reader)]


def _roles(met: list[Met]) -> list[str]:
    roles = {one.role for one in met if one.name}
    missing = {"heading", "link", "radio button"} - roles
    lost = [name for name in PARTS if not any(one.role == "panel" and one.name == name for one in met)]
    return [f"there is no {role}" for role in sorted(missing)] + [f"there is no part {name}" for name in lost]


def _parts(reader: Listener) -> list[str]:
    found = []
    for _press in range(len(PARTS) + 1):
        reader.press(F6)
        found.append(next((name for step in reader.focus() for name in PARTS if step == f"panel|{name}"), "none"))
    return [] if found == [*PARTS, PARTS[0]] else [f"F6 leads to {', '.join(found)}"]


def _cursor(reader: Listener) -> list[str]:
    """In the first picture an arrow key moves a cursor: where it rests is announced."""
    for _press in range(FAR):
        if reader.focus()[0].startswith(PICTURE):
            break
        reader.press(TAB)
    else:
        return [f"no picture after {FAR} times Tab, but {reader.focus()[0]}"]
    reader.announced()
    reader.press(RIGHT)
    until, heard = time.monotonic() + PATIENCE, list[str]()
    while time.monotonic() < until and not any(map(str.isdigit, "".join(heard))):
        time.sleep(0.1)
        heard += reader.announced()
    return [] if any(map(str.isdigit, "".join(heard))) else [f"an arrow key in {reader.focus()[0]} tells {heard}"]
