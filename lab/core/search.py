"""Finding things by what people type: experiments, words, commands; with a guess when nothing fits.

A small ranking that can be explained: a name that begins with the query comes first, then a word that does,
then the query anywhere, then its letters in order.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from typing import Any

from lab.core.records import dataclass

__all__ = ["Entry", "did_you_mean", "plain_letters", "search"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its name, other words for it, and what it stands for."""

    name: str
    kind: str  # "experiment", "word", "command"
    words: tuple[str, ...] = ()
    detail: str = ""
    target: Any = None


def plain_letters(text: str) -> str:
    """Lower case without accents, so that 'Lösung' is found by 'losung'."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c)).strip()


def search(query: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that fit, best first; all of them for an empty query."""
    wanted = plain_letters(query)
    if not wanted:
        return list(entries)
    ranked = [(rank, i, entry) for i, entry in enumerate(entries) if (rank := _rank(wanted, entry)) is not None]
    return [entry for _rank_, _i, entry in sorted(ranked, key=lambda item: item[:2])]


def did_you_mean(query: str, entries: Sequence[Entry]) -> tuple[str, Entry] | None:
    """The word that looks most like a query that found nothing, and the entry it belongs to."""
    by_word = {plain_letters(word): (word, e) for e in reversed(entries) for word in (*e.words, e.name)}
    close = difflib.get_close_matches(plain_letters(query), list(by_word), n=1, cutoff=0.6)
    return by_word[close[0]] if close else None


def _rank(wanted: str, entry: Entry) -> int | None:
    name = plain_letters(entry.name)
    if name.startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in name.split()):
        return 1
    others = [plain_letters(word) for word in entry.words]
    if any(other.startswith(wanted) for other in others):
        return 2
    if wanted in name or any(wanted in other for other in others):
        return 3
    if len(wanted) >= 4 and wanted in plain_letters(entry.detail):
        return 4
    return 5 if len(wanted) >= 3 and _in_order(wanted, name) else None


def _in_order(wanted: str, name: str) -> bool:
    letters = iter(name)
    return all(c in letters for c in wanted)
