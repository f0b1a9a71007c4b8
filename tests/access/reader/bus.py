"""The accessibility bus as a screen reader meets it: names, paths and answers, and nothing of Qt.

Every question is a message of its own. A library that remembers answers would hide the questions that a program
does not survive.
"""

from __future__ import annotations

import os
import time
from typing import Any

from gi.repository import Gio, GLib

__all__ = ["ACCESSIBLE", "Bus", "Gone", "Node", "Refused", "accessibility_bus"]

Node = tuple[str, str]  # the name on the bus, and the path of the object there

ACCESSIBLE = "org.a11y.atspi.Accessible"
PROPERTIES = "org.freedesktop.DBus.Properties"
ROOT = "/org/a11y/atspi/accessible/root"
REGISTRY: Node = ("org.a11y.atspi.Registry", ROOT)
DAEMON: Node = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
LOST = ("NoReply", "ServiceUnknown", "NameHasNoOwner", "Disconnected", "Timeout", "TimedOut")


class Refused(Exception):
    """The program answered that it will not or cannot."""


class Gone(Exception):
    """The program did not answer at all."""


class Bus:
    """A connection to one message bus."""

    def __init__(self, address: str, patience: float = 30) -> None:
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self._connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self._patience = patience
        self._heard: list[tuple[Node, str]] = []
        self._announced: list[str] = []

    def ask(self, node: Node, interface: str, method: str, kinds: str = "", *given: Any) -> Any:
        """The answer to one question: a value, or a tuple of several. `kinds` are the D-Bus types of `given`.

        Raises Refused for an error that the program sends, and Gone when there is no answer.
        """
        words = GLib.Variant(f"({kinds})", given) if kinds else None
        try:
            answer = self._connection.call_sync(
                *node, interface, method, words, None, Gio.DBusCallFlags.NONE, round(self._patience * 1000), None
            )
        except GLib.Error as error:
            kind = (Gio.DBusError.get_remote_error(error) or error.message).rpartition(".")[2]
            if kind in LOST or "imeout" in error.message or error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED):
                raise Gone(f"{method} of {node[1]}: {error.message}") from None
            raise Refused(error.message) from None
        found = answer.unpack()
        return found[0] if len(found) == 1 else found

    def get(self, node: Node, interface: str, name: str) -> Any:
        """One property."""
        return self.ask(node, PROPERTIES, "Get", "ss", interface, name)

    def set(self, node: Node, interface: str, name: str, value: GLib.Variant) -> None:
        """Set one property."""
        self.ask(node, PROPERTIES, "Set", "ssv", interface, name, value)

    def children(self, node: Node) -> list[Node]:
        return [(name, path) for name, path in self.ask(node, ACCESSIBLE, "GetChildren")]

    def listen(self) -> None:
        """Hear what programs announce, as a screen reader does: without a listener they announce nothing."""
        for kind in ("Object", "Window", "Document", "Focus"):
            self._connection.signal_subscribe(
                None, f"org.a11y.atspi.Event.{kind}", None, None, None, Gio.DBusSignalFlags.NONE, self._hear
            )
            registry = (REGISTRY[0], "/org/a11y/atspi/registry")
            self.ask(registry, REGISTRY[0], "RegisterEvent", "sass", f"{kind.lower()}:", [], "")

    def _hear(self, _bus: object, name: str, path: str, _face: str, what: str, words: GLib.Variant) -> None:
        detail = words.unpack()
        if what == "Announcement":
            self._announced += [word for word in detail if isinstance(word, str) and word]
        self._heard.append(((name, path), f"{what}:{detail[0]}:{detail[1]}"))

    def heard(self) -> list[tuple[Node, str]]:
        """What was announced since the last time: by whom, and what, such as "StateChanged:focused:1"."""
        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        found, self._heard = self._heard, []
        return found

    def announced(self) -> list[str]:
        """The texts that were announced since the last time."""
        found, self._announced = self._announced, []
        return found

    def program(self, process: int, seconds: float = 60) -> Node:
        """The root of the program with that process id, once it is on the bus. Raises Gone when it never comes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name, path in self.children(REGISTRY):
                found = self.ask(DAEMON, DAEMON[0], "GetConnectionUnixProcessID", "s", name)
                if found == process and self.children((name, path)):
                    return name, path
            time.sleep(0.1)
        raise Gone(f"the program (process {process}) has no window on the accessibility bus after {seconds:.0f} s")


def accessibility_bus(display: str) -> Bus:
    """The bus that screen readers use, switched on as a screen reader does it. Keys go to that X screen."""
    session = Bus(os.environ["DBUS_SESSION_BUS_ADDRESS"])
    session.ask(DAEMON, DAEMON[0], "UpdateActivationEnvironment", "a{ss}", {"DISPLAY": display})
    switch: Node = ("org.a11y.Bus", "/org/a11y/bus")
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        session.set(switch, "org.a11y.Status", name, GLib.Variant("b", True))
    return Bus(session.ask(switch, "org.a11y.Bus", "GetAddress"))
