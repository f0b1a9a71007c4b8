"""What can be done with a box in its dock; the buttons and menus of the strip, their tooltips and the keys read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from lab.core.records import dataclass
from lab.core.text import N_
from lab.shell.command import Command, table

__all__ = ["DOCK_COMMANDS", "DockedBox"]


class Docks(Protocol):
    """What these commands ask of the dock area; `key` names a box."""

    def request(self, key: str, name: str) -> None: ...
    def float_out(self, key: str) -> None: ...
    def dock_back(self, key: str) -> None: ...
    def maximise(self, key: str) -> None: ...
    def show_normal(self, key: str) -> None: ...
    def close(self, key: str) -> object: ...
    def close_others(self, key: str) -> None: ...
    def split(self, key: str, direction: str) -> None: ...
    def next_tab(self, step: int = 1) -> None: ...


@dataclass(frozen=True, slots=True)
class DockedBox:
    """A box by its key, and the docks it is in."""

    docks: Docks
    key: str


def _request(name: str, at: DockedBox) -> None:
    at.docks.request(at.key, name)


DOCK_COMMANDS: Mapping[str, Command[DockedBox]] = table(
    Command("undo", N_("Undo"), partial(_request, "undo"), "Ctrl+Z", icon="undo-2"),
    Command("redo", N_("Redo"), partial(_request, "redo"), "Ctrl+Y", ("Ctrl+Shift+Z",), icon="redo-2"),
    Command("picture", N_("Copy picture"), partial(_request, "picture"), "Ctrl+Shift+C", icon="camera"),
    Command("send", N_("Send to another experiment"), partial(_request, "send"), "Ctrl+Shift+S", icon="send"),
    Command("runs", N_("Runs"), partial(_request, "runs"), "Ctrl+Shift+R", icon="history"),
    Command("pin", N_("Pin this run"), partial(_request, "pin"), "Ctrl+Shift+P", icon="pin"),
    Command("float", N_("Pop out"), lambda at: at.docks.float_out(at.key), "Ctrl+Shift+O", icon="picture-in-picture-2"),
    Command("dock", N_("Put back"), lambda at: at.docks.dock_back(at.key), "Ctrl+Shift+O", icon="picture-in-picture-2"),
    Command("maximise", N_("Maximise"), lambda at: at.docks.maximise(at.key), "Ctrl+Shift+M", icon="maximize-2"),
    Command("show_all", N_("Back to normal size"), lambda at: at.docks.show_normal(at.key), "Esc", icon="minimize-2"),
    Command("close", N_("Close"), lambda at: at.docks.close(at.key), "Ctrl+W", icon="x"),
    Command("close_others", N_("Close others"), lambda at: at.docks.close_others(at.key)),
    Command("split_right", N_("Split right"), lambda at: at.docks.split(at.key, "right")),
    Command("split_below", N_("Split below"), lambda at: at.docks.split(at.key, "below")),
    Command("next_tab", "", lambda at: at.docks.next_tab(), "Ctrl+Tab"),
    Command("previous_tab", "", lambda at: at.docks.next_tab(-1), "Ctrl+Shift+Tab"),
)
"""By name, as strips and signals call them; rows without words have only a key."""
