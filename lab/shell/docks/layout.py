"""An arrangement of docks as plain data, to be kept in the session file and read back with suspicion.

The file may be old, cut short or edited by hand. Reading it therefore never raises: what is not as it should
be gives None, and the caller shows its default arrangement.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from lab.core.records import dataclass

__all__ = ["VERSION", "GroupLayout", "Layout"]

VERSION = 1
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GroupLayout:
    """One group: its name, its boxes from first to last tab, the one in front, and where its window is."""

    name: str
    keys: tuple[str, ...]
    current: str
    window: tuple[int, int, int, int] | None = None  # x, y, width, height in pixels; None: docked

    def only(self, keys: Collection[str]) -> GroupLayout:
        """The same without boxes that are not among `keys`."""
        left = tuple(key for key in self.keys if key in keys)
        current = self.current if self.current in left else (left[0] if left else "")
        return replace(self, keys=left, current=current)


@dataclass(frozen=True, slots=True)
class Layout:
    """The groups, the box in use, whether it is maximised, and Qt's record of the docks' sizes."""

    groups: tuple[GroupLayout, ...]
    current: str
    maximised: bool
    qt: bytes

    def to_dict(self) -> dict[str, Any]:
        """As a value that JSON can hold."""
        groups = []
        for group in self.groups:
            entry: dict[str, Any] = {"name": group.name, "keys": list(group.keys), "current": group.current}
            if group.window is not None:
                entry["window"] = list(group.window)
            groups.append(entry)
        return {
            "version": VERSION,
            "groups": groups,
            "current": self.current,
            "maximised": self.maximised,
            "qt": base64.b64encode(self.qt).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, state: object, keys: Collection[str]) -> Layout | None:
        """The arrangement in `state`, of those boxes that are among `keys`; None if it cannot be read."""
        try:
            return cls._read(state, keys)
        except (KeyError, TypeError, ValueError, binascii.Error):
            return None

    @classmethod
    def _read(cls, state: object, keys: Collection[str]) -> Layout:
        if not isinstance(state, Mapping) or state["version"] != VERSION:
            raise ValueError("state must be a layout of this version")
        groups = tuple(_read_group(entry) for entry in _a(list, state["groups"]))
        names = [group.name for group in groups]
        all_keys = [key for group in groups for key in group.keys]
        if len(set(names)) < len(names) or len(set(all_keys)) < len(all_keys):
            raise ValueError("no name and no key may occur twice")
        kept = tuple(group for group in (group.only(keys) for group in groups) if group.keys)
        return cls(
            groups=kept,
            current=_a(str, state["current"]),
            maximised=_a(bool, state["maximised"]),
            qt=base64.b64decode(_a(str, state["qt"]), validate=True),
        )


def _read_group(entry: Mapping[str, Any]) -> GroupLayout:
    window = None
    if "window" in entry:
        x, y, width, height = (_a(int, number) for number in _a(list, entry["window"]))
        window = (x, y, width, height)
    keys = tuple(_a(str, key) for key in _a(list, entry["keys"]))
    return GroupLayout(_a(str, entry["name"]), keys, _a(str, entry["current"]), window)


def _a(wanted: type[T], value: object) -> T:
    if not isinstance(value, wanted):
        raise TypeError(f"expected {wanted.__name__}, got {value!r}")
    return value
