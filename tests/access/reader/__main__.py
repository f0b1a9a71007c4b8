"""A screen reader that asks everything and presses everything, in a process of its own.

    python3 tests/access/reader PROGRAM'S-PYTHON PLACE FOLDER [--seed N] [--acts N] [--replay FILE]

Runs inside a D-Bus session of its own, with the Python that has gi (Debian: python3-gi). PLACE is "home" or the id of
an experiment. What is done is in FOLDER/acts.jsonl, one line each, written before it is done; what the program says is
in FOLDER/said.txt. --replay does again what such a file holds. Ends with 1 and a reason when the program died, stopped
answering, said something, or contradicted itself.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bus import ACCESSIBLE, REGISTRY, Bus, Gone, Node, Refused, accessibility_bus
from gi.repository import GLib
from hearing import problems_heard
from interaction import Act, chosen, left_alone
from questions import A11Y, ENABLED, MODAL, SHOWING, Met, walk
from screen import Screen, screen

ROOT = Path(__file__).resolve().parents[3]
ROUND = 10  # acts before the tree is walked again
RETURN, ESCAPE, DOWN = 0xFF0D, 0xFF1B, 0xFF54  # letters of X
CONTROL = 37  # a key of every PC keyboard
KEY_DOWN, KEY_UP, KEY_OF_LETTER = 0, 1, 3
# Qt says so to the one who asked for a place that is not there, on purpose or because it has just gone; of a text event
# when words in a label can be selected: it announces a cursor that Qt's own interface of a label does not have; and of
# a key event when the bus is slow to say whether a screen reader wants that key for itself.
ANSWERS = re.compile(
    r"qt\.accessibility\.(atspi|core): .*(Invalid index|out of range|did not find a cell|No cell at index|"
    r"No table cell interface|Could not find accessible on path|invalid accessible).*"
    r"|QAccessible\w+::\w+: [Ii]nvalid (index|row|column).*"
    r"|QTextCursor::setPosition: Position '-?\d+' out of range"
    r"|qt\.accessibility\.atspi: Received text event for invalid interface\."
    r"|QSpiApplication::keyEventError .*"
)


class Reader:
    """One sitting with one program."""

    def __init__(self, bus: Bus, display: Screen, program: subprocess.Popen[bytes], log: Path, seed: int) -> None:
        self._bus, self._screen, self._program = bus, display, program
        self._log = log.open("w", encoding="utf-8")
        self._dice = random.Random(seed)
        self._known: set[Node] = set()
        self.wrong: list[str] = []
        self.objects = self.acts = 0
        self._focused: Node | None = None
        bus.listen()
        self._root = bus.program(program.pid)
        self._rest()
        self._windows = set(bus.children(self._root))
        self._screen.give_the_keyboard()

    def look(self) -> list[Met]:
        """Walk the whole tree; what nobody asked before is asked everything."""
        met = walk(self._bus, self._root, self._known)
        self.wrong += [f"{' / '.join(one.where[-3:])}: {fault}" for one in met for fault in one.wrong]
        self.objects = max(self.objects, len(met))
        return met

    def explore(self, count: int) -> None:
        """`count` acts on what is to be seen, in rounds."""
        while self.acts < count:
            for act in chosen(_usable(self.look()), min(ROUND, count - self.acts), self._dice) or [None]:
                if act is None:
                    raise Gone("there is nothing left that can be pressed")
                self.do(act)
                self._dismiss()
        self.look()

    def replay(self, acts: list[Act]) -> None:
        """The same acts again."""
        for act in acts:
            self.do(act)

    def do(self, act: Act) -> None:
        """One act, written down before it is done. What is not there any more is passed over."""
        self.acts += 1
        self._log.write(json.dumps({"where": act.where, "how": act.how, "given": act.given}) + "\n")
        self._log.flush()
        if act.how == "Key":
            self._key(act.given[0], KEY_OF_LETTER)
            time.sleep(0.1)
            self._rest()
            return
        found = self._find(act.where)
        if found is None:
            return
        with suppress(Refused):
            self._done(found, act)
        if act.given in (("Press",), ("Toggle",)):
            time.sleep(0.12)  # Qt lets a button spring back before it does what it is for
        self._rest()

    def _done(self, node: Node, act: Act) -> None:
        face, method = act.how.split(".")
        if act.how == "Action.DoAction":
            names = [one[0] for one in self._bus.ask(node, A11Y + face, "GetActions")]
            if act.given[0] in names:
                self._bus.ask(node, A11Y + face, method, "i", names.index(act.given[0]))
        elif act.how == "Value.CurrentValue":
            low, high = (self._bus.get(node, A11Y + face, f"{end}imumValue") for end in ("Min", "Max"))
            self._bus.set(node, A11Y + face, method, GLib.Variant("d", low + act.given[0] * (high - low)))
        else:
            kinds = "".join("s" if isinstance(one, str) else "i" for one in act.given)
            self._bus.ask(node, A11Y + face, method, kinds, *act.given)

    def _find(self, where: tuple[str, ...]) -> Node | None:
        """The object at that place, by the names on the way."""
        node: Node | None = self._root
        try:
            for step in where[1:]:
                node = node and self._child(node, step)
        except Refused:
            return None
        return node

    def _child(self, node: Node, step: str) -> Node | None:
        parts = step.rsplit("|", 1) if re.search(r"\|.*\|\d+$", step) else [step, "1"]
        number = int(parts[1])
        for child in self._bus.children(node):
            like = f"{self._bus.ask(child, ACCESSIBLE, 'GetRoleName')}|{self._bus.get(child, ACCESSIBLE, 'Name')}"
            if like == parts[0]:
                number -= 1
                if number == 0:
                    return child
        return None

    def press(self, letter: int) -> None:
        """Press a key and wait for what it does."""
        self._key(letter, KEY_OF_LETTER)
        time.sleep(0.3)
        self._rest()

    def focus(self) -> tuple[str, ...]:
        """Role and name of what has the keyboard, then of all that it is in."""
        node, found = self._focused, list[str]()
        while node is not None and not node[1].endswith(("/null", "/root")):
            with suppress(Refused):
                found.append(
                    f"{self._bus.ask(node, ACCESSIBLE, 'GetRoleName')}|{self._bus.get(node, ACCESSIBLE, 'Name')}"
                )
            node = self._bus.get(node, ACCESSIBLE, "Parent")
        return tuple(found) or ("nothing|",)

    def announced(self) -> list[str]:
        """What was announced since the last time."""
        self._ask_who_was_heard()
        return self._bus.announced()

    def _dismiss(self) -> None:
        """Walk what has opened, do something in it, and close it by Escape."""
        for attempt in range(8):
            opened = [window for window in self._bus.children(self._root) if window not in self._windows]
            if not opened and not self._screen.popups():
                return
            if attempt == 0 and opened:
                inside = [one for window in opened for one in walk(self._bus, window, self._known)]
                for act in chosen(_usable(self._below_root(inside)), 2, self._dice):
                    self.do(act)
            elif attempt == 0:
                self._choose_from_menu()
            self.do(Act((), "Key", (ESCAPE,)))
        for window in opened:
            if self._is_modal(window):
                self.wrong.append(f"Escape does not close {self._bus.get(window, ACCESSIBLE, 'Name') or 'a dialog'}")
            self._windows.add(window)

    def _choose_from_menu(self) -> None:
        """Go down a menu by keys: it is not in the tree, and only what takes the focus is announced."""
        for _line in range(self._dice.randrange(1, 5)):
            self.do(Act((), "Key", (DOWN,)))
        try:
            name = self._bus.get(self._focused, ACCESSIBLE, "Name") if self._focused else "close"
        except Refused:
            return
        if not left_alone(name):
            self.do(Act((), "Key", (RETURN,)))

    def _below_root(self, met: list[Met]) -> list[Met]:
        """Places below a window as places below the program."""
        top = f"application|{self._bus.get(self._root, ACCESSIBLE, 'Name')}"
        for one in met:
            one.where = (top, *one.where)
        return met

    def _is_modal(self, window: Node) -> bool:
        try:
            low, _high = self._bus.ask(window, ACCESSIBLE, "GetState")
        except Refused:
            return False
        return bool(low >> MODAL & 1)

    def quit(self) -> None:
        """End the program by Ctrl+Q: what a reader has met is taken apart there, too."""
        for _twice in range(2):  # something may have opened late
            time.sleep(0.3)
            self._dismiss()
            for code, how in ((CONTROL, KEY_DOWN), (ord("q"), KEY_OF_LETTER), (CONTROL, KEY_UP)):
                self._key(code, how)
            with suppress(subprocess.TimeoutExpired):
                if self._program.wait(15):
                    raise Gone("it did not end well after Ctrl+Q")
                return
        # Now and then the X server of a busy machine takes no more keys, from nobody; then as at a log-off.
        print("the keys no longer arrive: it is asked to end by a signal", file=sys.stderr)
        self._program.terminate()
        with suppress(subprocess.TimeoutExpired):
            if self._program.wait(15):
                raise Gone("it did not end well after it was asked to")
            return
        raise Gone("neither Ctrl+Q nor a signal ends it")

    def _key(self, code: int, how: int) -> None:
        self._screen.give_the_keyboard()
        keys: Node = (REGISTRY[0], "/org/a11y/atspi/registry/deviceeventcontroller")
        self._bus.ask(keys, A11Y + "DeviceEventController", "GenerateKeyboardEvent", "isu", code, "", how)

    def _rest(self) -> None:
        """Wait until the program answers at once. Raises Gone when it has ended or does not answer."""
        for _attempt in range(50):
            began = time.monotonic()
            self._bus.get(self._root, ACCESSIBLE, "ChildCount")
            if self._program.poll() is not None:
                raise Gone("the program has ended")
            if time.monotonic() - began < 0.02:
                break
        time.sleep(0.04)
        self._ask_who_was_heard()

    def _ask_who_was_heard(self) -> None:
        """Everything of whoever announced something and is not in the tree, such as the lines of a menu."""
        for node, what in self._bus.heard():
            if node[0] == self._root[0] and what == "StateChanged:focused:1":
                self._focused = node
                if node not in self._known:
                    walk(self._bus, node, self._known)


def _usable(met: list[Met]) -> list[Met]:
    return [one for one in met if one.is_(SHOWING) and one.is_(ENABLED)]


@contextmanager
def program(python: str, place: str, folder: Path, display: str) -> Iterator[subprocess.Popen[bytes]]:
    """Glassbox with a home of its own; what it says goes to said.txt."""
    settings = os.environ | {
        "DISPLAY": display,
        "GLASSBOX_HOME": str(folder / "home"),
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    target = [] if place == "home" else [f"lab:{place}"]
    with (folder / "said.txt").open("wb") as sentence:
        words = [python, "-P", "-m", "lab", "--fresh", *target]
        running = subprocess.Popen(
            words, cwd=ROOT, env=settings | {"PYTHONPATH": str(ROOT)}, stdout=sentence, stderr=sentence
        )
        try:
            yield running
        finally:
            running.kill()
            running.wait()


def sentence(folder: Path) -> list[str]:
    """What the program said that it should not have."""
    lines = (folder / "said.txt").read_text("utf-8", "replace").splitlines()
    return [line for line in lines if line.strip() and not ANSWERS.fullmatch(line.strip())]


def main() -> int:
    words = argparse.ArgumentParser()
    words.add_argument("python")
    words.add_argument("place")
    words.add_argument("folder", type=Path)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--acts", type=int, default=40)
    words.add_argument("--replay", type=Path)
    words.add_argument("--hear", action="store_true", help="what is said, instead of pressing everything")
    call = words.parse_args()
    old = call.replay.read_text("utf-8").splitlines() if call.replay else []
    acts = [Act(tuple(one["where"]), one["how"], tuple(one["given"])) for one in map(json.loads, old)]
    began, reader = time.monotonic(), None
    with screen() as display, program(call.python, call.place, call.folder, display.name) as running:
        try:
            reader = Reader(accessibility_bus(display.name), display, running, call.folder / "acts.jsonl", call.seed)
            if call.hear:
                reader.wrong += problems_heard(reader)
            elif acts:
                reader.look()
                reader.replay(acts)
            else:
                reader.explore(call.acts)
            reader.quit()
            problems = reader.wrong
        except Gone as error:
            time.sleep(0.5)  # for its last words
            problems = [f"{error}; it {'lives' if running.poll() is None else f'ended with {running.returncode}'}"]
    problems += [f"it said: {line}" for line in sentence(call.folder)]
    for problem in dict.fromkeys(problems):
        print(f"{call.place}: {problem}")
    if reader is not None:
        seconds = time.monotonic() - began
        print(f"{call.place}: {reader.objects} objects, {reader.acts} acts, {seconds:.0f} s")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
