"""What experiments keep so as not to work it out again: tables, texts, stored models. It can be let go as a whole.

Whatever `functools.cache` or `lru_cache` keeps for a function of a module is found here; nothing has to be registered.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache

__all__ = ["forget_cached"]


@cache
def _nothing() -> None: ...


_CACHED = type(_nothing)


def forget_cached(packages: Iterable[str]) -> int:
    """Empty what the functions of some packages, and of all below them, have kept: it is worked out again when it is
    asked for. Thumbnails stay, which the home page shows. Returns how many results there were."""
    wanted = tuple(packages)
    below = tuple(f"{package}." for package in wanted)
    forgotten = 0
    for name, module in tuple(sys.modules.items()):
        if (name in wanted or name.startswith(below)) and not name.endswith(".thumbnail"):
            for value in tuple(vars(module).values()):
                if isinstance(value, _CACHED) and value.__module__ == name:
                    forgotten += value.cache_info().currsize
                    value.cache_clear()
    return forgotten
