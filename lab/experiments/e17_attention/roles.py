"""What a head does, found by measuring: the share of its weight that goes where a known kind of head would look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import N_
from lab.engine.transformer.heads import head_roles

__all__ = ["ROLES", "SIGNS", "cells", "pictures_of", "role_scores"]

Floats = NDArray[np.floating[Any]]

ROLES = {
    "previous": N_("the token before"),
    "next": N_("the token after"),
    "first": N_("the first token"),
    "self": N_("itself"),
    "same": N_("the same token"),
    "induction": N_("after the same one"),
    "punctuation": N_("punctuation"),
}
"""Where each kind of head looks."""

SIGNS = frozenset(",.;:!?")
SIDE = 32  # pixels of a small picture at most


def role_scores(weights: Floats, ids: NDArray[Any], tokens: Sequence[str]) -> dict[str, Floats]:
    """How much of each head's attention goes where each role would look: one score in 0 … 1 a head, [H].

    weights: [H, T, T] of one text; ids: [T]; tokens: T texts. Means over the rows where a role has somewhere to look.
    """
    here = {name: _mean(weights, cells(name, ids, tokens)) for name in ("next", "same", "punctuation")}
    found = head_roles(weights, ids) | here
    return {name: found[name] for name in ROLES}


def cells(role: str, ids: NDArray[Any], tokens: Sequence[str]) -> NDArray[np.bool_]:
    """Where a head of a role looks, [T, T]: "previous", "next", "first", "same" or "punctuation"."""
    t = len(ids)
    match role:
        case "previous" | "next":
            return np.eye(t, t, -1 if role == "previous" else 1, dtype=bool)
        case "first":
            return np.tile(np.arange(t) == 0, (t, 1))
        case "same":
            return np.asarray(ids[:, None] == ids[None, :]) & ~np.eye(t, dtype=bool)
    signs = np.array([token.strip() in SIGNS for token in tokens])
    return np.asarray(~signs[:, None] & signs[None, :])


def _mean(weights: Floats, where: NDArray[np.bool_]) -> Floats:
    rows = where.any(axis=1)
    if not rows.any():
        return np.zeros(len(weights))
    return np.asarray(np.einsum("hij,ij->h", weights, where.astype(weights.dtype)) / rows.sum())


def pictures_of(weights: Floats) -> NDArray[np.uint8]:
    """Every head as a small square of shades 0 … 255, and again without its first column: [2, …, S, S].

    weights: [..., T, T]. The brightest cell of each picture is 255; where there are more than 32 tokens, a pixel
    is the largest of its block, so that thin lines stay.
    """
    heads, t = weights.reshape(-1, *weights.shape[-2:]), weights.shape[-1]
    block = -(-t // SIDE)
    side = -(-t // block)
    wide = np.zeros((len(heads), side, side * block), weights.dtype)
    wide[..., :t] = np.maximum.reduceat(heads, range(0, t, block), axis=1)  # rows first: that is quick
    found = np.empty((2, len(heads), side, side), np.uint8)
    for number in range(2):
        if number:
            wide[..., 0] = 0.0
        small = wide.reshape(len(heads), side, side, block).max(axis=3)
        top = small.max(axis=(1, 2), keepdims=True)
        found[number] = small * (255.0 / np.maximum(top, 1e-6))
    return found.reshape(2, *weights.shape[:-2], side, side)
