"""Pictures of the home page and of gradient descent, both themes, two text sizes.

A small tolerance covers processors and Qt versions; after a change that should be seen, look at the new
picture, then write it with GLASSBOX_GOLDEN=write.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from lab.core.scene import Scene
from lab.runtime.home import Home
from lab.runtime.settings import Settings
from lab.shell.app.appearance import show_settings
from lab.shell.app.window import MainWindow
from lab.shell.services import Services
from tests import golden

FOLDER = Path(__file__).parent / "golden"
LOOKS = [("light", 100), ("dark", 100), ("light", 150), ("dark", 150)]


@pytest.fixture
def dressed(qtbot, qapp, own_home, monkeypatch):
    """A window in a theme and text size, seen once before so that no first-minute card stands in the picture, and
    with no autosave that would write the time of day into it."""
    monkeypatch.setattr("lab.shell.app.workspace.AUTOSAVE_MS", 3_600_000)

    def made(theme: str, percent: int) -> MainWindow:
        home = Home(own_home)
        home.write_json("first-minute.json", {"seen": True})
        services = Services.start(home)
        services.settings = Settings(theme=theme, text_size=percent)
        show_settings(qapp, services.settings)
        window = MainWindow(services)
        qtbot.addWidget(window)
        window.resize(QSize(1366, 768))
        window.show()
        windows.append(window)
        return window

    windows: list[MainWindow] = []
    yield made
    for window in windows:
        window.close()


@pytest.mark.parametrize(("theme", "percent"), LOOKS)
def test_the_home_page_looks_as_it_should(dressed, qtbot, theme: str, percent: int) -> None:
    window = dressed(theme, percent)
    qtbot.wait(50)
    golden.check(window.grab().toImage(), f"home-{theme}-{percent}", FOLDER)


@pytest.mark.parametrize(("theme", "percent"), LOOKS)
def test_gradient_descent_looks_as_it_should(dressed, qtbot, theme: str, percent: int) -> None:
    window = dressed(theme, percent)
    experiment = window.services.find("gradient-descent")
    box = window.workspace.box(window.open_experiment(experiment, Scene("gradient-descent", step=6)))
    qtbot.waitUntil(lambda: box.frame is not None and box.frame.step == 6, timeout=10_000)
    qtbot.wait(150)  # the texts that follow ten times a second
    golden.check(window.grab().toImage(), f"gradient-descent-{theme}-{percent}", FOLDER)
