"""The dialogs and cards of a window: one of each kind, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtWidgets import QWidget

__all__ = ["Dialogs"]

W = TypeVar("W", bound=QWidget)


class Dialogs:
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
