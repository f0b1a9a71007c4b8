"""Power fails while something trains: the window is killed, and at the next start hardly anything is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.core.scene import from_json
from lab.runtime.home import Home
from lab.runtime.session import SessionStore
from tests import ordinary

TRAINING = [sys.executable, str(ordinary.ROOT / "tests" / "training.py")]
MOST_LOST = 10.0  # seconds of computing
LATE = 55  # looks, a tenth of a second apart, after a writing: just before the next one is the worst moment
LINKS = [
    "lab:capstone?tokens=characters&layers=3&heads=4&width=96&context=64&steps=5000",
    "lab:language-model-training?stage=lora",
]
pytestmark = pytest.mark.skipif(not hasattr(time, "pthread_getcpuclockid"), reason="the clock of a thread is Unix's")


class Child:
    """A window that trains, and what it says."""

    def __init__(self, link: str, home: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": ordinary.PYTHONPATH, "GLASSBOX_HOME": str(home)}
        self._process = subprocess.Popen(
            [*TRAINING, link], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            cwd=ordinary.ROOT,
        )  # fmt: skip
        self.at: list[tuple[int, float]] = []  # steps, and the seconds of computing until then
        self.saved: list[int] = []
        self.looks: list[int] = []  # how many times it had said where it is, at each writing
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said: dict[str, Any] = json.loads(line)
            if "at" in said:
                self.at.append((said["at"][0], said["at"][1]))
            elif "saved" in said:
                self.looks.append(len(self.at))
                self.saved.append(said["saved"])

    def kill(self) -> str:
        """End it as a power cut does. Returns what it said of errors before."""
        self._process.kill()
        words = self._process.communicate()[1]
        self._reader.join(10)
        return words


@pytest.fixture
def training(own_home: Path) -> Iterator[Any]:
    """Starts a window that trains."""
    made: list[Child] = []

    def start(link: str) -> Child:
        made.append(Child(link, own_home))
        return made[-1]

    yield start
    for child in made:
        child.kill()


def wait(so: Any, seconds: float = 300.0) -> bool:
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(so())


@pytest.mark.parametrize("link", LINKS)
def test_after_a_kill_at_most_ten_seconds_of_training_are_lost(window, qtbot, own_home, training, link) -> None:
    child = training(link)
    assert wait(lambda: sum(step > 0 for step in child.saved) >= 2), "nothing was saved"
    writings, looks = len(child.saved), len(child.at)
    wait(lambda: len(child.saved) > writings or len(child.at) > looks + LATE)
    assert child.looks[-1] - child.looks[-2] <= 10 * MOST_LOST  # it looks ten times a second at most
    assert "Traceback" not in child.kill()
    spent = child.at[-1][1]
    (stored,) = SessionStore(Home(own_home)).load().boxes
    assert window.workspace.restore(SessionStore(Home(own_home)).load()) == []
    window.show_workspace()
    box = window.workspace.box(stored.key)
    restored = from_json(stored.scene, window.services.find).step
    assert restored > 0

    def is_back() -> bool:  # what took less than two seconds is computed again
        return box.frame is not None and box.update_shown.exact and box.update_shown.position == restored

    qtbot.waitUntil(is_back, timeout=120_000)
    kept = max(seconds for step, seconds in child.at if step <= restored)
    assert spent - kept <= MOST_LOST
    box.step(1)  # and it goes on from there
    qtbot.waitUntil(lambda: box.update_shown.exact and box.update_shown.position > restored, timeout=120_000)
    assert box.update_shown.failure is None
