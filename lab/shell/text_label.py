"""A label in one line: what it says, how it is set, in which colour, and whether its words may wrap."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from widgets.base.stylesheet import kind

__all__ = ["text_label"]


def text_label(text: str = "", size: str = "body", tone: str = "", wrap: bool = False) -> QLabel:
    """size, tone: as the style sheet knows them, such as "small" and "text3"."""
    made = QLabel(text)
    if size:
        kind(made, size)
    if tone:
        made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    return made
