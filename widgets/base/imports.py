"""Imports that bring what is used and no more.

PySide6 puts an import of its own into `builtins`, for `from __feature__ import snake_case` and its like: after every
module, of any package, it reads the module's source to see whether "PySide6" stands in it, and `linecache` keeps that
source for ever. We use no such feature. Without that import a start takes a fifth less time in our modules and in
pyqtgraph's, and the window holds 18 MB less.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import PySide6.QtCore  # noqa: F401  (puts its import in place; a later part of PySide6 does not do so again)

__all__ = ["stand_ins", "use_own_digests", "use_plain_import"]


def use_plain_import() -> None:
    """Put Python's own import back where PySide6's stands. Anything else that stands there is left alone."""
    names = vars(builtins)  # PySide6 keeps both there, under these names
    plain = names.get("__orig_import__")
    if plain is not None and names["__import__"] is names.get("__feature_import__"):
        names["__import__"] = plain


def use_own_digests() -> None:
    """Python's own digests from here on: OpenSSL's, which `hashlib` prefers, are a library of 6 MB."""
    modules: dict[str, Any] = vars(sys)["modules"]
    modules.setdefault("_hashlib", None)  # whoever asks for it does without, as Python foresees


@contextmanager
def stand_ins(modules: Mapping[str, Mapping[str, object]]) -> Iterator[None]:
    """While something is imported: empty modules in place of those that it imports and never uses.

    modules: what of each is named at import, by its full name. One that is loaded already is left alone. Afterwards
    none of them stays: who needs the real one gets it.
    """
    put = {name: _stand_in(name, holding) for name, holding in modules.items() if name not in sys.modules}
    sys.modules.update(put)
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


def _stand_in(name: str, holding: Mapping[str, object]) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(holding)
    return module
