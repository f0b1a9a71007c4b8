"""A watchdog: turns of the window's thread that are too long are told at the end of a run. No test fails by it.

A turn is all that Qt hands to the window before it can hand over anything else: a press, a timer, a frame that arrives
and what is laid out and painted because of it. While it lasts the window neither paints nor answers. What counts is
the processor time of the thread: other programs on the machine do not make a turn longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QEvent, QObject, QThread
from PySide6.QtWidgets import QWidget

from lab.shell.app.application import Application

__all__ = ["LONG", "Turns", "WatchedApplication", "is_watched", "lines_of", "turns"]

LONG = 0.1  # seconds of processor time
MOST = 40  # lines that a run tells
PROPERTY = "long turn"


@dataclass
class _Open:
    """An event that is being handled, and what was handled within it."""

    level: int  # of the event loop that handed it over
    name: str
    start: float
    within: float = 0.0  # seconds of the events within it
    other: float = 0.0  # seconds of turns of an event loop that was run within it, as a dialog does
    part: tuple[float, str] = (0.0, "")  # the part of the turn that took longest by itself


@dataclass
class Turns:
    """The turns that were too long, as sentences."""

    long: list[str] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def hand_over(self, receiver: QObject, event: QEvent, pass_on: Callable[[QObject, QEvent], bool]) -> bool:
        """Let an event be handled, and note the turn if it is a long one."""
        level = QThread.currentThread().loopLevel()
        opened = _Open(level, _name(receiver, event), time.thread_time())
        self._open.append(opened)
        try:
            return pass_on(receiver, event)
        finally:
            self._open.pop()
            self._close(opened, time.thread_time() - opened.start - opened.other)

    def _close(self, done: _Open, seconds: float) -> None:
        part = max(done.part, (seconds - done.within, done.name))
        around = self._open[-1] if self._open else None
        if around is not None and around.level == done.level:
            around.within += seconds
            around.other += done.other
            around.part = max(around.part, part)
            return
        if around is not None:
            around.other += seconds + done.other
        if seconds > LONG:
            most = f", of it {part[0] * 1000:.0f} ms {part[1]}" if part[1] != done.name else ""
            self.long.append(f"{seconds * 1000:5.0f} ms  {done.name}{most}")

    def taken(self) -> list[str]:
        """The sentences so far, which are then forgotten."""
        found, self.long = self.long, []
        return found


turns = Turns()


class WatchedApplication(Application):
    """The application whose turns are watched."""

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        return turns.hand_over(receiver, event, super().notify)


def _name(receiver: QObject, event: QEvent) -> str:
    """What happens where: "Paint of Tree", "Timer of ExperimentBox"."""
    kind = event.type()
    what = kind.name if isinstance(kind, QEvent.Type) else "event"
    who: QObject | None = receiver
    while who is not None and type(who).__module__.startswith("PySide6") and not isinstance(who, QWidget):
        who = who.parent()  # a timer or an action: whose it is says more
    return f"{what} of {type(who if who is not None else receiver).__name__}"


# ------------------------------------------------------------------------------------------ hooks, which conftest takes


def is_watched(item: pytest.Item) -> bool:
    """Whether a test is one that plays with the window as a whole."""
    return "contract" in item.path.parts or item.get_closest_marker("monkey") is not None


@pytest.fixture(autouse=True)
def long_turns(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a watched test finds goes into its report, which also crosses from one process to another."""
    turns.taken()
    yield
    found = turns.taken()
    if is_watched(request.node):
        request.node.user_properties.extend((PROPERTY, sentence) for sentence in found)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell them, the longest first."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = lines_of(report for report in reports if isinstance(report, pytest.TestReport))
    if lines:
        terminalreporter.section(f"turns of the window's thread over {LONG * 1000:.0f} ms of processor time", "-")
        for line in lines:
            terminalreporter.line(line)


def lines_of(reports: Iterable[pytest.TestReport]) -> list[str]:
    """One line for each long turn of these tests, the longest first; of many alike in one test only the longest."""
    longest: dict[tuple[str, str], str] = {}
    for report in reports:
        for name, sentence in report.user_properties:
            if name == PROPERTY:
                key = (report.nodeid, str(sentence)[10:].split(",")[0])
                longest[key] = max(longest.get(key, ""), str(sentence))
    told = sorted((f"{sentence}  in {test}" for (test, _what), sentence in longest.items()), reverse=True)
    return [*told[:MOST], *([f"… and {len(told) - MOST} more"] if len(told) > MOST else [])]
