"""Opens the lab in a process of its own, and says on standard output what becomes of it: a line of JSON each.

    python tests/opened.py [arguments of the lab]

`{"opened": …}` a moment after the window is shown, `{"asked": …}` when it is asked to open something, and
`{"exit": …}` at the end. With GLASSBOX_TEST_STAYS it stays open; with GLASSBOX_TEST_CHANGES the text size is changed;
GLASSBOX_TEST_PATIENCE is how many seconds it waits for another window, GLASSBOX_TEST_AFTER what "a moment" is, in ms.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any

from PySide6.QtCore import QTimer

from lab.__main__ import main
from lab.arguments import Call
from lab.shell.app import instance, save_monitor
from lab.shell.app import window as module
from lab.shell.app.commands import set_text_size
from lab.shell.dialogs.toast import Toast
from widgets.text.banner import Banner

save_monitor.RETRY_MS = 200
for name in ("SIGTERM", "SIGHUP", "SIGINT"):  # whoever started the tests may have had them ignored, as nohup does
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
if patience := os.environ.get("GLASSBOX_TEST_PATIENCE"):  # where an answer is expected, however busy the machine
    instance.PATIENCE = instance.STARTING = float(patience)


def say(word: str, what: Any) -> None:
    print(json.dumps({word: what}), flush=True)


def words(banner: Banner) -> str:
    return "" if banner.isHidden() else banner.accessibleName()


class Watched(module.MainWindow):
    def begin(self, call: Call) -> None:
        super().begin(call)
        if os.environ.get("GLASSBOX_TEST_CHANGES"):
            set_text_size(self, 125)
        QTimer.singleShot(int(os.environ.get("GLASSBOX_TEST_AFTER", "600")), self.say_how_it_is)

    def open_target(self, target: str) -> None:
        super().open_target(target)
        say("asked", target)

    def say_how_it_is(self) -> None:
        files, beside, asks = (*self.home.notes.values(), self.home.banner)
        toast = self.dialogs.find(Toast)
        say(
            "opened",
            {
                "seen": self.isVisible(),
                "boxes": [box.experiment.id for box in self.boxes],
                "files": words(files),
                "beside": words(beside),
                "card": toast.notice.accessibleName() if toast is not None and toast.isVisible() else "",
                "asks": words(asks),
            },
        )
        if not os.environ.get("GLASSBOX_TEST_STAYS"):
            self.close()


if __name__ == "__main__":
    module.MainWindow = Watched  # type: ignore[misc]
    say("exit", main(sys.argv[1:]))
