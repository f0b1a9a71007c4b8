"""The glossary: the words of the course, each with one sentence and the experiment that shows it.

One Markdown table per language, `assets/lessons/<lang>/glossary.md`, with the columns id, word, seen in and
meaning. Ids stay the same in every language; a language without a glossary uses the English one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lab.core.paths import assets
from lab.core.records import dataclass
from lab.core.text import current, pseudo

__all__ = ["Word", "parse_glossary", "read_glossary"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word: how it is written, what it means, and the id of the experiment that shows it."""

    id: str
    word: str
    experiment: str
    meaning: str


def read_glossary(language: str | None = None) -> Mapping[str, Word]:
    """The words by id, in the language of that code (or the one in use), or in English."""
    code = language or current().code
    path = assets() / "lessons" / code / "glossary.md"
    if not path.is_file():
        path = assets() / "lessons" / "en" / "glossary.md"
    words = parse_glossary(path.read_text("utf-8"))
    if not code.startswith("qps"):
        return words
    return {w.id: Word(w.id, pseudo(w.word), w.experiment, pseudo(w.meaning)) for w in words.values()}


@lru_cache(maxsize=2)
def parse_glossary(text: str) -> Mapping[str, Word]:
    """The words of a glossary table, each time the same ones, not to be changed: every lesson asks for them. Raises
    ValueError naming the line that is not one."""
    words: dict[str, Word] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if set(cells[0]) <= {"-", ":"} or cells[0] == "id":
            continue
        if len(cells) != 4 or not all(cells):
            raise ValueError(f"glossary.md:{number}: a word needs id, word, seen in and meaning, got {line!r}")
        if cells[0] in words:
            raise ValueError(f"glossary.md:{number}: there are two words '{cells[0]}'")
        words[cells[0]] = Word(*cells)
    return words
