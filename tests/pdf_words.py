"""The words of a PDF that Qt wrote, page by page, as a reader that searches or copies would find them."""

from __future__ import annotations

import re
import zlib

__all__ = ["words_of"]

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\s(.*?)endobj", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9a-fA-F]+)>")


def words_of(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in the order in which it was painted, without spaces between its pieces."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    signs = {number: _signs(objects, body) for number, body in objects.items() if b"/ToUnicode" in body}
    found = []
    for body in objects.values():
        if re.search(rb"/Type /Page\b", body):
            fonts = re.findall(rb"/(F\d+) (\d+) 0 R", objects[_reference(body, b"Resources")])
            known = {name: signs[int(number)] for name, number in fonts}
            found.append(_shown(_stream(objects[_reference(body, b"Contents")]), known))
    return tuple(found)


def _reference(body: bytes, name: bytes) -> int:
    match = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert match is not None, f"no {name.decode()} in {body[:80]!r}"
    return int(match[1])


def _stream(body: bytes) -> bytes:
    match = re.search(rb"stream\r?\n(.*)endstream", body, re.DOTALL)
    assert match is not None
    return zlib.decompress(match[1]) if b"FlateDecode" in body.split(b"stream")[0] else match[1]


def _signs(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    """What each glyph of a font stands for."""
    table = _stream(objects[_reference(font, b"ToUnicode")])
    found = {}
    for section in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, rest in re.findall(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)> (\[[^\]]*\]|<[0-9a-fA-F]+>)", section):
            texts = [
                bytes.fromhex(text.decode()).decode("utf-16-be") for text in re.findall(rb"<([0-9a-fA-F]+)>", rest)
            ]
            for place, glyph in enumerate(range(int(low, 16), int(high, 16) + 1)):
                listed = rest.startswith(b"[")
                found[glyph] = texts[place] if listed else chr(ord(texts[0]) + place)
    return found


def _shown(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    """The text that a page's commands show."""
    now: dict[int, str] = {}
    text = []
    for font, glyphs in _SHOWN.findall(stream):
        if font:
            now = fonts[font]
        else:
            text += [now.get(int(glyphs[i : i + 4], 16), "\ufffd") for i in range(0, len(glyphs), 4)]
    return "".join(text)
