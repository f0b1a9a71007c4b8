"""How an embedding travels from one experiment to another: its words and a vector for each. Whatever arrives may come
from a stranger's file, so the reader believes nothing and names what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.text.embedding import WordVectors

__all__ = ["MAX_WIDTH", "MAX_WORDS", "embedding_artifact", "read_embedding", "read_vectors"]

MAX_WORDS, MAX_WIDTH = 60_000, 4_096
"""So many words an embedding may have, and so many numbers each."""
MAX_NAME = 200


def embedding_artifact(table: WordVectors, title: str, origin: str = "") -> Artifact:
    """Words and vectors as an artifact: `words`, N texts, and `vectors`, [N, d] float32."""
    return Artifact(
        "embedding", title, {"words": list(table.words), "vectors": table.vectors.astype(np.float32)}, origin
    )


def read_embedding(data: Mapping[str, Any]) -> WordVectors:
    """The embedding that `embedding_artifact` wrote. Raises ValueError naming what is missing or does not fit."""
    words, vectors = data.get("words"), data.get("vectors")
    if not isinstance(words, (list, tuple)) or vectors is None:
        raise ValueError(_("an embedding needs words and vectors, and has not both"))
    try:
        rows = np.asarray(vectors, np.float32)
    except (TypeError, ValueError):
        raise ValueError(_("the vectors of an embedding need to be numbers, all of the same length")) from None
    if rows.ndim != 2 or not 1 <= rows.shape[1] <= MAX_WIDTH or len(rows) != len(words) or len(rows) < 2:
        message = _("{n} words need as many vectors of equal length, got shape {shape}")
        raise ValueError(message.format(n=len(words), shape=rows.shape))
    if len(rows) > MAX_WORDS:
        raise ValueError(_("the embedding has {n} words; at most {most} are read").format(n=len(rows), most=MAX_WORDS))
    if not np.isfinite(rows).all():
        raise ValueError(_("the embedding holds a number that is not finite"))
    return WordVectors(_distinct([str(word)[:MAX_NAME] for word in words]), rows)


def read_vectors(text: str) -> WordVectors:
    """Vectors from lines of a word and its numbers, with tabs, commas or blanks between.

    Raises ValueError naming the line and the column where a number is none, or a line has another length.
    """
    words: list[str] = []
    rows: list[list[float]] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line)
        if not cells:
            continue
        words.append(cells[0])
        rows.append([_number(cell, number, column) for column, cell in enumerate(cells[1:], 2)])
        if len(rows[-1]) != len(rows[0]) or not rows[-1]:
            message = _("line {line}: {n} numbers, the first line has {first}")
            raise ValueError(message.format(line=number, n=len(rows[-1]), first=len(rows[0])))
    return read_embedding({"words": words, "vectors": rows})


def _cells(line: str) -> list[str]:
    for sign in ("\t", ";", ","):
        if sign in line:
            return [cell.strip() for cell in line.split(sign)]
    return line.split()


def _number(cell: str, line: int, column: int) -> float:
    try:
        return float(cell)
    except ValueError:
        message = _("line {line}, column {column}: “{cell}” is not a number")
        raise ValueError(message.format(line=line, column=column, cell=cell[:40])) from None


def _distinct(words: list[str]) -> list[str]:
    """The same words; one that is there already gets a number behind it."""
    seen, found = set[str](), list[str]()
    for word in words:
        name, count = word, 2
        while name in seen:
            name, count = f"{word} ({count})", count + 1
        seen.add(name)
        found.append(name)
    return found
