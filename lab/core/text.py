"""Words in the learner's language.

Source text is the key, as in gettext: `_("Run")` gives the translation or the text itself. `N_("Run")` only
marks a text for the catalogue and is used at module level, where the language is not chosen yet; whoever
shows it calls `_`. The `.po` files are read directly, so a translator edits one file and starts the lab.

Two languages exist without a file: `qps`, accented and 40 % longer, under which every test of the window
passes too, and `qps-rtl`, the same read from right to left.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path

from lab.core.paths import assets
from lab.core.records import dataclass

__all__ = ["N_", "Language", "_", "current", "language", "languages", "n_", "pseudo", "read_po", "use"]

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "qps-rtl"})
DECIMAL_COMMA = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "ru", "sv", "da", "nb", "fi", "cs", "tr", "uk"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code ('de', 'pt-BR'), its words, and how it writes."""

    code: str = "en"
    words: dict[str, str] = field(default_factory=dict)
    plurals: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def right_to_left(self) -> bool:
        return self.code in RIGHT_TO_LEFT or self.code.split("-")[0] in RIGHT_TO_LEFT

    @property
    def decimal_mark(self) -> str:
        return "," if self.code.split("-")[0] in DECIMAL_COMMA else "."


_language = Language()


def current() -> Language:
    """The language in use."""
    return _language


def languages() -> tuple[str, ...]:
    """The codes of every language with a catalogue, English first."""
    return ("en", *sorted(path.stem for path in (assets() / "i18n").glob("*.po")))


def language(code: str) -> Language:
    """Read one language. Raises ValueError when there is no catalogue of that code."""
    if code in ("en", "qps", "qps-rtl"):
        return Language(code)
    path = assets() / "i18n" / f"{code}.po"
    if not path.is_file():
        raise ValueError(f"no translation '{code}'; there is {', '.join(languages())}")
    words, plurals = read_po(path)
    return Language(code, words, plurals)


def use(code: str) -> None:
    """Choose the language of the program. Raises ValueError as `language` does."""
    global _language
    _language = language(code)


def _(text: str) -> str:
    """The text in the learner's language."""
    if _language.code.startswith("qps"):
        return pseudo(text)
    return _language.words.get(text) or text


def n_(one: str, many: str, count: int) -> str:
    """The form of a text for a count: `n_("{n} step", "{n} steps", 3)` is "3 steps" (with n filled in)."""
    forms = _language.plurals.get(one)
    text = forms[min(len(forms) - 1, int(count != 1))] if forms else (one if count == 1 else many)
    return (pseudo(text) if _language.code.startswith("qps") else text).format(n=count)


def N_(text: str) -> str:
    """Mark a text for translation where it is defined; it is translated where it is shown."""
    return text


_ACCENTS = str.maketrans("aeiouyAEIOUYcdnrstz", "áéíóúýÁÉÍÓÚÝçđñřšťž")
_KEEP = re.compile(r"(\{[^}]*\}|<[^>]*>|&\w+;|%\w|\$[^$]*\$|`[^`]*`|\]\([^)]*\))")


def pseudo(text: str) -> str:
    """The text as a pseudo-translation: accented and about 40 % longer; places to fill in and markup stay."""
    if not text.strip():
        return text
    parts = _KEEP.split(text)
    accented = "".join(part if i % 2 else part.translate(_ACCENTS) for i, part in enumerate(parts))
    letters = sum(len(part) for part in parts[::2])
    return f"{accented} {'~' * round(0.4 * letters)}" if letters > 3 else accented


def read_po(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Read a gettext catalogue: translations by source text, and plural forms by the singular."""
    words: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for entry in _entries(path.read_text("utf-8")):
        source = entry.get("msgid", "")
        if "msgid_plural" in entry:
            forms = tuple(entry[key] for key in sorted(entry) if key.startswith("msgstr["))
            if source and all(forms):
                plurals[source] = forms
        elif source and entry.get("msgstr"):
            words[source] = entry["msgstr"]
    return words, plurals


def _entries(text: str) -> Iterator[dict[str, str]]:
    """The entries of a catalogue, each as its keywords and their joined strings; fuzzy ones are left out."""
    for block in re.split(r"\n\s*\n", text):
        entry: dict[str, str] = {}
        key = ""
        if re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE):
            continue
        for line in block.splitlines():
            match = re.match(r'(?:(msg\w+(?:\[\d\])?)\s+)?(".*")\s*$', line)
            if match:
                key = match[1] or key
                entry[key] = entry.get(key, "") + str(ast.literal_eval(match[2]))
        yield entry
