"""What the tests of the experiments share: a view on screen with a run behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from tests.desk import Desk


@pytest.fixture
def make(qtbot: Any, qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens the module's EXPERIMENT in front, with these parameters; its own kind of Desk where it has one."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the view of the test before
    kind = getattr(request.module, "Desk", Desk)
    size = getattr(request.module, "SIZE", (660, 512))

    def made(setting: Any = None, **params: object) -> Any:
        view = request.module.EXPERIMENT.load_view()()
        qtbot.addWidget(view)
        view.setMinimumSize(10, 10)
        view.resize(*size)
        view.show()
        view.activateWindow()
        qtbot.waitUntil(view.isActiveWindow, timeout=2000)
        return kind(view, request.module.EXPERIMENT, setting, **params)

    yield made


@pytest.fixture
def desk(make: Callable[..., Any]) -> Any:
    """The module's experiment as first opened."""
    return make()
