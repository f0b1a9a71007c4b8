"""What Qt and PySide6 keep for every widget although it can be made again: given back when nothing else is to do.

Both are a matter of megabytes only where there are thousands of widgets, as with many experiments open.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QApplication

__all__ = ["forget_signals", "forget_style_rules"]


def forget_style_rules(app: QApplication) -> None:
    """Empty the tables of what the style sheet says of each widget in each of its states: some 7 KB a widget, since
    each holds room for 48 states. What is seen is looked up again when it is painted next; nothing looks different."""
    app.style().unpolish(app)


def forget_signals(root: QObject) -> int:
    """Empty the signals that PySide6 puts into every object, used or not: some 2 KB a widget. One that is asked for is
    made anew, and what is connected stays so. Returns how many there were."""
    forgotten = 0
    for owner in (root, *root.findChildren(QObject)):
        held, made_by = vars(owner), type(owner)
        instances = [name for name, value in held.items() if type(value) is SignalInstance]
        unused = [name for name in instances if hasattr(made_by, name)]  # not one of another object, kept by hand
        for name in unused:
            del held[name]
        forgotten += len(unused)
    return forgotten
