"""What commands and dialogs may ask of the window they belong to.

They take this and not the window, so that the window may know them: it is the one that makes menus, keys and palette.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from lab.core.experiment import Experiment
    from lab.core.scene import Scene
    from lab.runtime.settings import Settings
    from lab.shell.app.workspace import Workspace
    from lab.shell.box.box import ExperimentBox
    from lab.shell.services import Services

__all__ = ["Context", "Dialogs", "Line"]

W = TypeVar("W", bound=QWidget)


class Dialogs:
    """The dialogs and cards of a window: one of each kind, made when first asked for."""

    def __init__(self) -> None:
        self._made: dict[object, QWidget] = {}

    def get(self, kind: Callable[..., W], *arguments: object) -> W:
        """The one dialog of a kind, a class; made with these arguments if there is none yet."""
        if kind not in self._made:
            self._made[kind] = kind(*arguments)
        return cast(W, self._made[kind])

    def find(self, kind: Callable[..., W]) -> W | None:
        """The dialog of a kind, if it was ever made."""
        return cast("W | None", self._made.get(kind))


class Line(Protocol):
    """A line of words in which something else may stand for a while."""

    def take(self, speaker: QWidget) -> None:
        """Give a widget a place, which it has in the stead of the words while it is shown."""

    def give_way(self) -> None:
        """A widget that has a place was shown or hidden."""


class Context(Protocol):
    """The window, to all that it opens."""

    services: Services
    dialogs: Dialogs

    @property
    def line(self) -> Line:
        """The status line."""

    def window(self) -> QWidget:
        """The window itself, for what needs a parent or a place on the screen."""

    @property
    def workspace(self) -> Workspace:
        """Boxes and lesson; made when first asked for."""

    @property
    def boxes(self) -> list[ExperimentBox]:
        """Every open box."""

    @property
    def box(self) -> ExperimentBox | None:
        """The box in use, when the workspace is what is seen."""

    def tell(self, tone: str, word: str, text: str) -> None:
        """Say something in the status line; tone is "good", "info", "warn" or "bad"."""

    def open_experiment(self, experiment: Experiment, scene: Scene | None = None) -> str:
        """Open an experiment in a new box and show it; returns the box's key."""

    def change_settings(self, settings: Settings) -> None:
        """Put settings into force and keep them."""

    def show_home(self) -> None: ...
    def show_workspace(self) -> None: ...
    def toggle_lesson(self) -> None: ...
    def toggle_gallery(self) -> None: ...
    def toggle_present(self) -> None: ...
    def show_menu(self) -> None: ...
    def close(self) -> bool: ...
