"""Python's own import, as it was before PySide6 was loaded.

PySide6 puts an import of its own into `builtins`, for `from __feature__ import snake_case` and its like: after every
module, of any package, it reads the module's source to see whether "PySide6" stands in it, and `linecache` keeps that
source for ever. We use no such feature. Without that import a start takes a fifth less time in our modules and in
pyqtgraph's, and the window holds 18 MB less.
"""

from __future__ import annotations

import builtins

import PySide6.QtCore  # noqa: F401  (puts its import in place; a later part of PySide6 does not do so again)

__all__ = ["use_plain_import"]


def use_plain_import() -> None:
    """Put Python's own import back where PySide6's stands. Anything else that stands there is left alone."""
    names = vars(builtins)  # PySide6 keeps both there, under these names
    plain = names.get("__orig_import__")
    if plain is not None and names["__import__"] is names.get("__feature_import__"):
        names["__import__"] = plain
