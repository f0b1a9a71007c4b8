"""Pictures of what is believed where: the tint of the likeliest class, the stronger the surer, and the lines at
which belief changes sides. Two classes share one field, the belief in the second; more have a field each."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from widgets.base.colors import Palette, mix, rgb
from widgets.canvas.colormap import colorize
from widgets.canvas.contours import isoline

__all__ = ["boundary_lines", "class_tint", "region_picture"]

SHADES = 64
LEAST, MOST = 0.06, 0.46  # of a class's colour in its tint, where it is hardly and where it is surely believed
BEND = 0.6  # below 1 a little belief is seen too: what is hardly learned is not a white sheet


def region_picture(
    beliefs: np.ndarray, palette: Palette, hard: bool = False, out: np.ndarray | None = None
) -> np.ndarray:
    """The tint at every pixel: RGBA [H, W, 4] uint8, rows downwards, written into `out` if given.

    beliefs [1, H, W], of class 1, or [K, H, W], rows upwards, 0..1.  hard: the winner only, without shades.
    Raises ValueError for more classes than there are colours.
    """
    if beliefs.ndim != 3 or not 1 <= len(beliefs) <= len(palette.categories):
        raise ValueError(f"beliefs must be [K, H, W] with K from 1 to {len(palette.categories)}, got {beliefs.shape}")
    upright = beliefs[:, ::-1]
    if out is None or out.shape != (*upright.shape[1:], 4):
        out = np.empty((*upright.shape[1:], 4), dtype=np.uint8)
    if len(beliefs) == 1:
        values = (upright[0] > 0.5).astype(np.float32) if hard else upright[0]
        return colorize(values, _two_tints(palette), 0.0, 1.0, out)
    count = len(beliefs)
    winner, most = upright.argmax(axis=0), upright.max(axis=0)
    shade = np.full_like(winner, SHADES - 1)
    if not hard:
        sure = (most - 1 / count) * (SHADES / (1 - 1 / count))
        shade = np.clip(sure, 0, SHADES - 1).astype(winner.dtype)
    _tints(palette).view(np.uint32).ravel().take(winner * SHADES + shade, out=out.view(np.uint32)[..., 0], mode="clip")
    return out


@lru_cache(maxsize=4)
def _tints(palette: Palette) -> np.ndarray:
    """Every shade of every class, class after class: [classes · SHADES, 4] uint8."""
    table = np.full((len(palette.categories) * SHADES, 4), 255, dtype=np.uint8)
    for place, color in enumerate(palette.categories):
        for shade in range(SHADES):
            table[place * SHADES + shade, :3] = rgb(mix(palette.surface, color, _share(shade / (SHADES - 1))))
    return table


@lru_cache(maxsize=4)
def _two_tints(palette: Palette) -> np.ndarray:
    """From a sure class 0 over the paper to a sure class 1: [256, 4] uint8."""
    sure = np.linspace(-1, 1, 256).tolist()
    tints = [rgb(mix(palette.surface, palette.categories[int(s > 0)], _share(abs(s)))) for s in sure]
    return np.column_stack((np.array(tints, np.uint8), np.full(256, 255, np.uint8)))


def _share(sure: float) -> float:
    """How much of a class's colour is in its tint, for a belief from 0 (none is ahead) to 1."""
    return float(LEAST + (MOST - LEAST) * sure**BEND)


def class_tint(palette: Palette, kind: int, share: float = MOST) -> str:
    """The colour of a class stirred into the paper."""
    return mix(palette.surface, palette.categories[kind], share)


def boundary_lines(beliefs: np.ndarray) -> np.ndarray:
    """The segments at which belief changes sides, [S, 2, 2] as (column, row) in grid units.

    beliefs: as for `region_picture`. Where two of several classes meet, the line is found once from each side.
    """
    if min(beliefs.shape[1:]) < 2:
        return np.zeros((0, 2, 2))
    if len(beliefs) == 1:
        return isoline(beliefs[0], 0.5)
    ranked = np.sort(beliefs, axis=0)
    lead = np.where(beliefs == ranked[-1], beliefs - ranked[-2], beliefs - ranked[-1])
    return np.concatenate([isoline(of_one, 0.0) for of_one in lead])
