"""A real window with an empty home, on the offscreen screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.core.scene import Scene


@pytest.fixture
def window(qtbot, qapp, own_home: Path) -> Iterator:
    from lab.runtime.home import Home
    from lab.shell.app.window import MainWindow
    from lab.shell.services import Services

    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    yield made
    made.close()


@pytest.fixture
def descent(window, qtbot) -> Callable:
    """Open the gradient-descent hill and wait for its first frame."""

    def opened(scene: Scene | None = None):
        experiment = window.services.find("gradient-descent")
        box = window.workspace.box(window.open_experiment(experiment, scene))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return opened
