"""Opens the lab at a link in a process of its own, lets it train as fast as it can, and says how far it is: a line of
JSON each.

    python tests/training.py LINK

`{"at": [step, seconds]}` ten times a second, the seconds of computing on the thread that trains, and `{"saved": step}`
whenever the session was written, with the step that was seen last before. It goes on until it is killed.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from PySide6.QtCore import QTimer

from lab.__main__ import main
from lab.arguments import Call
from lab.runtime.run import MAX_SPEED
from lab.shell.app import window as module

LOOK_MS = 100


def say(word: str, what: Any) -> None:
    print(json.dumps({word: what}), flush=True)


def computed() -> float:
    """Seconds that the thread which trains has computed."""
    (worker,) = (thread for thread in threading.enumerate() if thread.name == "lab-worker")
    assert worker.ident is not None
    return time.clock_gettime(time.pthread_getcpuclockid(worker.ident))


class Training(module.MainWindow):
    """A window whose first box runs as soon as it is there."""

    def begin(self, call: Call) -> None:
        super().begin(call)
        self._started = False
        self._looks = QTimer(self)
        self._looks.timeout.connect(self.look)
        self._looks.start(LOOK_MS)

    def look(self) -> None:
        box = self.box
        if box is None or box.frame is None:
            return
        if not self._started:
            self._started = True
            self.workspace.saved.connect(self.say_saved)
            box.run.set_speed(MAX_SPEED)
            box.run.play()
        say("at", [box.update_shown.position, computed()])

    def say_saved(self, written: bool) -> None:
        if written and self.box is not None:
            say("saved", self.box.update_shown.position)


if __name__ == "__main__":
    vars(module)["MainWindow"] = Training
    main(sys.argv[1:])
