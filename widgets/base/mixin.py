"""What a mixin inherits: for the type checker the Qt class that it is mixed into, for Python nothing.

A class of Qt may stand once among the bases of a widget, so a mixin cannot inherit one itself; yet it calls the
methods of the widget that it becomes a part of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["ForButtons", "ForObjects", "ForWidgets"]

if TYPE_CHECKING:
    from PySide6.QtCore import QObject as ForObjects
    from PySide6.QtWidgets import QAbstractButton as ForButtons
    from PySide6.QtWidgets import QWidget as ForWidgets
else:
    ForButtons = ForObjects = ForWidgets = object
