"""The actions: move a vector on the plane, silence a head, patch it from another text. Each is a small value
with an inverse of its own kind."""

from __future__ import annotations

from typing import ClassVar

from lab.core.records import dataclass
from lab.core.text import N_, _

__all__ = ["ACTIONS", "KINDS", "Action", "Patch", "Place", "Silence", "TryAll"]

KINDS = {"q": N_("query"), "k": N_("key"), "v": N_("value")}
LIMIT = 100.0


@dataclass(frozen=True, slots=True)
class Place:
    """Put a word's query, key or value somewhere. `word` is its number from 0 in the text as typed."""

    kind: str
    word: int
    x: float
    y: float
    text: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.word < 0 or not max(abs(self.x), abs(self.y)) <= LIMIT:
            raise ValueError(f"Place: {self.kind!r} of word {self.word} at ({self.x}, {self.y}) cannot be")

    def sentence(self) -> str:
        return _("Move the {what} of word {n}").format(what=_(KINDS[self.kind]), n=self.word + 1)


@dataclass(frozen=True, slots=True)
class Silence:
    """Switch a head off, or on again. Layer and head count from 0."""

    layer: int
    head: int
    off: bool

    def sentence(self) -> str:
        name = f"{self.layer + 1}·{self.head + 1}"
        return (_("Silence head {name}") if self.off else _("Let head {name} speak")).format(name=name)


@dataclass(frozen=True, slots=True)
class Patch:
    """Have a head tell what it tells about the other text, or its own again. Layer and head count from 0."""

    layer: int
    head: int
    on: bool

    def sentence(self) -> str:
        name = f"{self.layer + 1}·{self.head + 1}"
        return (_("Patch head {name}") if self.on else _("Take the patch off head {name}")).format(name=name)


@dataclass(frozen=True, slots=True)
class TryAll:
    """Stop trying all heads, or go on with it."""

    on: bool

    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Try all heads") if self.on else _("Stop trying heads")


Action = Place | Silence | Patch | TryAll
ACTIONS = (Place, Silence, Patch, TryAll)
