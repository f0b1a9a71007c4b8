"""The shelf: what experiments have offered each other. Nothing moves by itself: the learner sends it.

The latest few artifacts are kept, by content, newest first.
"""

from __future__ import annotations

from collections.abc import Callable

from lab.core.artifact import Artifact

__all__ = ["Shelf"]

MOST = 50


class Shelf:
    def __init__(self) -> None:
        self._items: dict[str, Artifact] = {}
        self._readers: list[Callable[[Artifact], None]] = []

    def put(self, artifact: Artifact) -> str:
        """Keep an artifact; returns its content hash. The same content again moves to the front."""
        self._items.pop(artifact.id, None)
        self._items[artifact.id] = artifact
        for old in list(self._items)[:-MOST]:
            del self._items[old]
        for reader in tuple(self._readers):
            reader(artifact)
        return artifact.id

    def get(self, id: str) -> Artifact | None:
        return self._items.get(id)

    def find(self, kind: str = "") -> tuple[Artifact, ...]:
        """The artifacts of a kind (all without one), newest first."""
        return tuple(a for a in reversed(self._items.values()) if not kind or a.kind == kind)

    def subscribe(self, reader: Callable[[Artifact], None]) -> Callable[[], None]:
        """Call `reader` with every artifact put from now on; returns how to stop that."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader)
