"""The palette: every colour of the lab by the name of its use, in a light and a dark theme.

Saturated colour belongs to data; the frame around it is paper and ink. A colour never carries meaning
alone: each category has its own marker and dash as well (`MARKERS`, `DASHES`). Pure Python, so that tests
and the printed pages can use it without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DARK", "DASHES", "LIGHT", "MARKERS", "SEQUENTIAL", "Palette", "mix", "rgb"]


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme. Names say what a colour is for; values are '#RRGGBB'."""

    name: str
    canvas: str  # behind the docks: warm paper
    surface: str  # docks, cards, plots
    raised: str  # menus, popovers
    sunken: str  # tab strip, run bar, wells
    hover: str
    press: str
    line: str  # hairlines, decoration only
    edge: str  # outlines of controls, at least 3:1
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    accent_press: str
    on_accent: str
    accent_soft: str
    accent_text: str
    focus: str
    good: str
    warn: str
    bad: str
    good_soft: str
    warn_soft: str
    bad_soft: str
    grid: str
    axis: str
    ball: str  # the one lit thing: the moving ball, the current token, the current cell
    categories: tuple[str, ...]
    diverging: tuple[str, ...]  # negative, zero, positive: always symmetric about 0
    one_sided: tuple[str, ...]  # attention, probability: zero is the surface


LIGHT = Palette(
    name="light",
    canvas="#F3F2EC",
    surface="#FFFFFF",
    raised="#FFFFFF",
    sunken="#F8F7F3",
    hover="#EFEDE5",
    press="#E4E1D6",
    line="#DEDBD0",
    edge="#858A94",
    text="#1A1E26",
    text2="#474E5B",
    text3="#646B79",
    accent="#2A5BD0",
    accent_hover="#2450BA",
    accent_press="#1D4299",
    on_accent="#FFFFFF",
    accent_soft="#E6EDFB",
    accent_text="#2450BA",
    focus="#1549C8",
    good="#137A4B",
    warn="#8F5500",
    bad="#B42318",
    good_soft="#E2F3EA",
    warn_soft="#FBEFD9",
    bad_soft="#FBE6E3",
    grid="#E9E7DF",
    axis="#646B79",
    ball="#F07F13",
    categories=("#1767C2", "#D9620F", "#471589", "#1E9E90", "#6C4100", "#A43E7D"),
    diverging=("#0B3C73", "#2E7CC0", "#9CC6E6", "#F7F6F1", "#F6BE8A", "#D9711C", "#7E3300"),
    one_sided=("#FFFFFF", "#D6E4F9", "#9DBFF0", "#5F93E0", "#2A5BD0", "#15357F"),
)

DARK = Palette(
    name="dark",
    canvas="#121419",
    surface="#1A1D24",
    raised="#23272F",
    sunken="#16191F",
    hover="#262B34",
    press="#2F3540",
    line="#2C313B",
    edge="#747C8B",
    text="#ECEEF2",
    text2="#B9BFCA",
    text3="#939BA9",
    accent="#86AEFF",
    accent_hover="#9DBEFF",
    accent_press="#6F9CF5",
    on_accent="#0B1A38",
    accent_soft="#1F2C47",
    accent_text="#A9C5FF",
    focus="#A9C5FF",
    good="#5CCB95",
    warn="#E9B44C",
    bad="#FF8F80",
    good_soft="#16302A",
    warn_soft="#33290F",
    bad_soft="#3B1D1A",
    grid="#272C36",
    axis="#939BA9",
    ball="#FF9F3D",
    categories=("#5AB2EE", "#FF9A4D", "#8C7BFF", "#8FF0D0", "#F5E07A", "#D65A8E"),
    diverging=("#A9D6FF", "#4FA0E0", "#21557F", "#20242C", "#7D4417", "#E08A3C", "#FFD3A3"),
    one_sided=("#1A1D24", "#1E3357", "#2B569A", "#4C86DC", "#86AEFF", "#DCE8FF"),
)

SEQUENTIAL = ("#0A2342", "#0E4A6E", "#15758A", "#3B9F97", "#86C29A", "#CBDBA6", "#F3E7C0")
"""Loss and height, the same in both themes: deep water is low, sand is high; lightness rises steadily."""

MARKERS = ("o", "t1", "s", "d", "star", "+")
"""pyqtgraph symbols, one per category, always shown together with its colour."""

DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (4, 2.4),
    (1.2, 2),
    (6, 2.2, 1.4, 2.2),
    (9, 3),
    (3, 2, 1, 2, 1, 2),
)
"""Dash patterns in pen widths, one per category; the first is a solid line."""


def rgb(color: str) -> tuple[int, int, int]:
    """'#RRGGBB' as three integers 0..255. Raises ValueError for anything else."""
    if len(color) != 7 or color[0] != "#":
        raise ValueError(f"color must look like '#RRGGBB', got {color!r}")
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(color: str, other: str, share: float) -> str:
    """`color` with `share` (0..1) of `other` stirred in, as '#RRGGBB'."""
    a, b = rgb(color), rgb(other)
    return "#{:02X}{:02X}{:02X}".format(*(round(x + (y - x) * share) for x, y in zip(a, b)))
