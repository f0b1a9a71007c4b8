"""From pieces to the chips of a strip: the deeper the shade, the more bytes a token has; the newest is highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lab.core.text import _
from lab.experiments.e16_tokenization.reading import Piece, piece_text
from widgets.tokens.token_strip import Token

__all__ = ["DEEPEST", "chips_of", "piece_description", "shade_of"]

DEEPEST = 9  # bytes more than one, from which on no shade is deeper


def chips_of(pieces: Sequence[Piece], newest: int, notes: str) -> list[Token]:
    """A chip for every piece. `newest`: the id that is highlighted, −1 for none.  notes: "none", "id" or "hex"."""
    return [_chip(piece, piece.id == newest >= 0, notes) for piece in pieces]


@lru_cache(maxsize=8192)
def _chip(piece: Piece, highlighted: bool, notes: str) -> Token:
    """The same chip for the same piece: what is alike need not be compared letter by letter."""
    note = ""
    if notes == "id":
        note = str(piece.id) if piece.known else "?"
    elif notes == "hex":
        note = " ".join(f"{byte:02X}" for byte in piece.token)
    shade = shade_of(len(piece.token)) if piece.known else None
    return Token(piece_text(piece.token), shade, note, "", highlighted, struck=not piece.known)


def shade_of(size: int) -> float:
    """The shade of a token of so many bytes, 0..1."""
    return min((size - 1) / DEEPEST, 1.0) * 0.8


def piece_description(piece: Piece, rank: int | None) -> str:
    """A token in words, for the line beside it."""
    spelled = " ".join(f"{byte:02X}" for byte in piece.token[:12]) + (" …" if len(piece.token) > 12 else "")
    if not piece.known:
        return _("a stranger: not in the vocabulary")
    if rank is None:
        return _("id {id} · bytes {bytes}").format(id=piece.id, bytes=spelled)
    return _("id {id} · bytes {bytes} · merge {n}").format(id=piece.id, bytes=spelled, n=rank + 1)
