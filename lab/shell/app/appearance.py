"""How the program looks: theme, text size, font and direction, as the settings ask for them."""

from __future__ import annotations

import logging

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from lab.core import text
from lab.runtime.settings import Settings
from widgets.base.colors import DARK, LIGHT
from widgets.base.focus import without_rings
from widgets.base.look import Look, apply_look

__all__ = ["look_for", "show_settings"]

EASY_FONT = "Atkinson Hyperlegible"


def look_for(settings: Settings, app: QApplication, present: bool = False) -> Look:
    """The look that the settings ask for; Present mode is light, half as large again, with heavier lines."""
    dark = settings.theme == "dark"
    if settings.theme == "system":
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    size = settings.text_size / 100
    return Look(
        LIGHT if present or not dark else DARK,
        max(size, 1.5) if present else size,
        EASY_FONT if settings.easy_font else "Inter",
        motion=not settings.reduce_motion,
        line_weight=1.5 if present else 1.0,
    )


def show_settings(app: QApplication, settings: Settings, present: bool = False) -> None:
    """Put language and look of the settings into force."""
    if text.current().code != settings.language:
        try:
            text.use(settings.language)
        except ValueError as error:
            logging.getLogger("lab").warning("%s", error)
    right = text.current().right_to_left
    app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight)
    with without_rings():
        apply_look(app, look_for(settings, app, present))
