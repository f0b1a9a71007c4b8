"""Cutting documents into chunks. A search finds chunks, not books, so where the cuts fall decides what can be
found: too small and a chunk no longer says what it is about, too large and it is about everything, and an
answer that a cut runs through is in no chunk at all. An overlap repeats the end of a chunk at the start of
the next, for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lab.core.records import dataclass
from lab.engine.text.tokenizer import Tokenizer

__all__ = [
    "SEPARATORS",
    "Chunk",
    "chunk_characters",
    "chunk_paragraphs",
    "chunk_recursive",
    "chunk_sentences",
    "chunk_tokens",
    "cut_at",
    "overlaps",
    "sentences",
]

Span = tuple[int, int]
SEPARATORS = ("\n\n", "\n", ". ", " ")  # where recursive chunking cuts, the coarsest first
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
ABBREVIATIONS = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "mt",
        "ft",
        "no",
        "vs",
        "etc",
        "e.g",
        "i.e",
        "ca",
        "sq",
        "fig",
        "u.s",
    )
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document: `text` is document[start:end]."""

    start: int
    end: int
    text: str


def chunk_characters(document: str, size: int, overlap: int = 0) -> list[Chunk]:
    """Windows of `size` characters, each beginning `overlap` before the end of the last: cuts fall anywhere.

    Raises ValueError unless 0 ≤ overlap < size.
    """
    return [_chunk(document, start, end) for start, end in _windows(len(document), size, overlap)]


def chunk_tokens(document: str, size: int, overlap: int, tokenizer: Tokenizer) -> list[Chunk]:
    """Windows of `size` tokens, as models count text.

    A cut inside a character, which a token of bytes may make, leaves the character whole in both chunks.
    Raises ValueError unless 0 ≤ overlap < size, and when the tokenizer does not spell the document exactly.
    """
    tokens = [tokenizer.token(i) for i in tokenizer.encode(document)]
    if b"".join(tokens) != document.encode():
        raise ValueError("tokenizer: its tokens do not spell the document, so they have no places in it")
    first_byte = [0]  # of every character, and one past the last
    for character in document:
        first_byte.append(first_byte[-1] + len(character.encode()))
    character_of = {byte: k for k, byte in enumerate(first_byte)}
    places: list[Span] = [(0, 0)]  # after each token: characters that are complete, characters that have begun
    at, whole = 0, 0
    for token in tokens:
        at += len(token)
        while whole < len(document) and first_byte[whole + 1] <= at:
            whole += 1
        places.append((whole, whole if at in character_of else whole + 1))
    return [_chunk(document, places[a][0], places[b][1]) for a, b in _windows(len(tokens), size, overlap)]


def chunk_sentences(document: str, size: int, overlap: int = 0) -> list[Chunk]:
    """Whole sentences, as many as fit in `size` characters; one that is longer stands alone.

    overlap: sentences of up to so many characters are repeated.  Raises ValueError unless 0 ≤ overlap < size.
    """
    return _pack(document, sentences(document), size, overlap)


def chunk_paragraphs(document: str, size: int, overlap: int = 0) -> list[Chunk]:
    """Whole paragraphs, parted by empty lines, as many as fit in `size` characters; a longer one stands
    alone.

    overlap: paragraphs of up to so many characters are repeated.  Raises ValueError unless 0 ≤ overlap <
    size.
    """
    ends = [match.end() for match in re.finditer(r"\n[^\S\n]*\n\s*", document)]
    return _pack(document, _between(ends, len(document)), size, overlap)


def chunk_recursive(document: str, size: int, overlap: int = 0, separators: Sequence[str] = SEPARATORS) -> list[Chunk]:
    """Cuts at the coarsest separator, and at finer ones inside what is still too long; what fits is joined.

    separators: from coarse to fine; what none of them parts is cut anywhere.
    Raises ValueError unless 0 ≤ overlap < size, or when a separator is empty.
    """
    if not all(separators):
        raise ValueError("separators: one is empty, each needs at least a character")
    _check(size, overlap)
    return _pack(document, list(_split(document, 0, len(document), size, separators)), size, overlap)


def cut_at(document: str, cuts: Sequence[int]) -> list[Chunk]:
    """Chunks between cuts set by hand; cuts may come in any order, twice, or at the ends.

    Raises ValueError when one is outside the document.
    """
    if wrong := [cut for cut in cuts if not 0 <= cut <= len(document)]:
        raise ValueError(f"cuts: {wrong[0]}, the document has {len(document)} characters")
    return [_chunk(document, a, b) for a, b in _between(sorted(set(cuts)), len(document))]


def overlaps(chunks: Sequence[Chunk]) -> list[Span]:
    """The stretches that lie in more than one chunk, for shading; chunks in order of their starts."""
    found: list[Span] = []
    for before, after in pairwise(chunks):
        if after.start < before.end:
            start = max(after.start, found[-1][1]) if found else after.start
            if start < before.end:
                found.append((start, min(before.end, after.end)))
    return found


def sentences(document: str) -> list[Span]:
    """Where sentences begin and end, the blanks after them included, so that they cover the document.

    A sentence ends at . ! ? … before a blank and something that is no small letter; abbreviations such as
    "Mt." and single initials end none. sentences("It is 3.5 m. Mt. Fuji is higher.") has two.
    """
    ends = []
    for match in SENTENCE_END.finditer(document):
        rest = re.compile(r"\s*").match(document, match.end())
        assert rest is not None  # \s* matches everywhere
        word = re.search(r"[\w.]*$", document[max(0, match.start() - 20) : match.start()])
        last = word.group() if word else ""
        initial = len(last) == 1 and last.isupper() and document[match.start()] == "."
        follows = document[rest.end() : rest.end() + 1]
        if not (initial or last.lower() in ABBREVIATIONS or follows.islower()):
            ends.append(rest.end())
    return _between(ends, len(document))


def _between(cuts: Sequence[int], length: int) -> list[Span]:
    """The stretches between ascending cuts; empty ones are left out."""
    edges = [0, *cuts, length]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def _check(size: int, overlap: int) -> None:
    if not 0 <= overlap < size:
        raise ValueError(f"size, overlap: {size}, {overlap}, need 0 ≤ overlap < size")


def _windows(n: int, size: int, overlap: int) -> list[Span]:
    """Windows over n units; the last ends with them, and none lies wholly in the one before."""
    _check(size, overlap)
    starts = range(0, max(1, n - overlap), size - overlap) if n else range(0)
    return [(start, min(start + size, n)) for start in starts]


def _split(document: str, start: int, end: int, size: int, separators: Sequence[str]) -> Iterator[Span]:
    """The stretch in pieces of at most `size`; each keeps the separator at its end."""
    if end - start <= size:
        yield start, end
        return
    if not separators:
        yield from ((start + a, start + b) for a, b in _windows(end - start, size, 0))
        return
    at = start
    while at < end:
        found = document.find(separators[0], at, end)
        stop = end if found < 0 else found + len(separators[0])
        yield from _split(document, at, stop, size, separators[1:])
        at = stop


def _pack(document: str, pieces: Sequence[Span], size: int, overlap: int) -> list[Chunk]:
    """Joins neighbouring pieces as long as they fit, and begins anew with as many as fit the overlap."""
    _check(size, overlap)
    chunks: list[Chunk] = []
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and _length(document, pieces[first][0], pieces[last + 1][1]) <= size:
            last += 1
        chunks.append(_chunk(document, pieces[first][0], pieces[last][1]))
        if last + 1 == len(pieces):
            break
        again = last + 1
        room = min(overlap, size - _length(document, *pieces[last + 1]))
        while again - 1 > first and pieces[last][1] - pieces[again - 1][0] <= room:
            again -= 1
        first = again
    return [chunk for chunk in chunks if chunk.text]


def _length(document: str, start: int, end: int) -> int:
    return len(document[start:end].rstrip())


def _chunk(document: str, start: int, end: int) -> Chunk:
    return Chunk(start, end, document[start:end])
