"""Changing and restoring a running simulation: which controls may be changed live, and what a damaged state does."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from lab.core.params import changed

__all__ = ["live_changes", "reading_state"]


def live_changes(
    before: Any, after: Any, live: Collection[str] | None = None, restarting: Collection[str] = ()
) -> dict[str, Any]:
    """What differs between two settings of a run, by name, with the new values.

    live: the controls that can be changed while it runs; None for all but those in `restarting`.
    Raises ValueError naming the controls that need a new start.
    """
    names = changed(before, after)
    frozen = [name for name in names if name in restarting or (live is not None and name not in live)]
    if frozen:
        raise ValueError(f"{', '.join(frozen)}: can only be changed by starting over")
    return names


@contextmanager
def reading_state() -> Iterator[None]:
    """Read a saved state, which may be damaged or of another run; also a decorator, @reading_state().

    Raises ValueError for an entry that is missing or of another kind.
    """
    try:
        yield
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"state: {error} is missing or does not fit this run") from None
