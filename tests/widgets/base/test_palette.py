"""The palette keeps its promises: contrast for text and controls, and categories that everybody can tell apart."""

from itertools import combinations

import numpy as np
import pytest

from widgets.base.colors import DARK, DASHES, LIGHT, MARKERS, SEQUENTIAL, mix, rgb

THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)

MAIN = [("text", ground) for ground in ("surface", "canvas", "sunken", "raised", "hover")]
TEXT = [
    *((ink, ground) for ink in ("text2", "text3") for ground in ("surface", "canvas", "sunken")),
    ("text2", "hover"),
    ("text2", "raised"),
    ("text2", "press"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_press"),
    ("accent_text", "accent_soft"),
    ("accent_text", "surface"),
    ("text", "accent_soft"),
    ("surface", "text"),  # a chosen chip
    *((tone, "surface") for tone in ("good", "warn", "bad")),
    *((tone, f"{tone}_soft") for tone in ("good", "warn", "bad")),
    *(("text", f"{tone}_soft") for tone in ("good", "warn", "bad")),
    ("axis", "surface"),
]
PARTS = [
    *((part, ground) for part in ("edge", "focus") for ground in ("surface", "canvas", "sunken")),
    ("accent", "surface"),
    ("accent", "sunken"),
    ("good", "surface"),
    ("bad", "surface"),
]

# Full dichromacy, linear RGB, from Machado, Oliveira and Fernandes (2009)
SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(color: str) -> np.ndarray:
    """sRGB to linear light (IEC 61966-2-1)."""
    c = np.array(rgb(color)) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, 1 to 21."""
    dark, bright = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (bright + 0.05) / (dark + 0.05)


def oklab(light: np.ndarray) -> np.ndarray:
    """Lightness and two colour axes in which distance is what the eye sees (Ottosson, 2020)."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    axes = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return axes @ np.cbrt(cones @ np.clip(light, 0, 1))


def distance(one: str, other: str, sight: np.ndarray) -> float:
    """OKLab distance × 100 as seen with `sight`."""
    return float(np.linalg.norm(oklab(sight @ linear(one)) - oklab(sight @ linear(other)))) * 100


def test_the_measures_know_black_and_white():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert distance("#000000", "#FFFFFF", np.eye(3)) == pytest.approx(100, abs=0.1)


@THEMES
@pytest.mark.parametrize(("pairs", "least"), [(MAIN, 7), (TEXT, 4.5), (PARTS, 3)], ids=["main", "text", "parts"])
def test_contrast_is_high_enough(palette, pairs, least):
    found = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}


@THEMES
def test_the_red_of_a_limit_is_seen_on_its_own_tint(palette):
    tint = mix(palette.surface, palette.bad, 46 / 255)
    assert contrast(palette.bad, tint) >= 3


@THEMES
def test_every_category_is_seen_on_the_plot(palette):
    assert min(contrast(color, palette.surface) for color in palette.categories) >= 3


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_categories_are_told_apart_with_every_sight(palette, sight):
    close = {
        (a, b): round(distance(a, b, SIGHTS[sight]), 1)
        for a, b in combinations(palette.categories, 2)
        if distance(a, b, SIGHTS[sight]) < 10
    }
    assert close == {}
    assert distance(*palette.categories[:2], SIGHTS[sight]) >= 21


def test_every_category_has_its_own_marker_and_dash():
    assert len(set(MARKERS)) == len(set(DASHES)) == len(LIGHT.categories) == len(DARK.categories) == 6


def lightness(colors) -> np.ndarray:
    return np.array([oklab(linear(color))[0] for color in colors])


def test_the_sequential_map_only_gets_lighter():
    steps = np.diff(lightness(SEQUENTIAL))
    assert (steps > 0.05).all()


@THEMES
def test_the_diverging_map_turns_in_the_middle_and_both_arms_differ(palette):
    light = lightness(palette.diverging)
    toward = 1 if palette is LIGHT else -1
    assert (toward * np.diff(light)[:3] > 0).all() and (toward * np.diff(light)[3:] < 0).all()
    for sight in SIGHTS.values():
        assert distance(palette.diverging[1], palette.diverging[-2], sight) > 10


@THEMES
def test_the_one_sided_map_starts_at_the_surface_and_leaves_it_steadily(palette):
    away = np.abs(lightness(palette.one_sided) - lightness([palette.surface])[0])
    assert palette.one_sided[0] == palette.surface and (np.diff(away) > 0).all()


def test_a_colour_that_is_none_is_refused():
    with pytest.raises(ValueError, match="#RRGGBB"):
        rgb("red")


def test_mixing_goes_from_one_colour_to_the_other():
    assert mix("#000000", "#FFFFFF", 0) == "#000000" and mix("#000000", "#FFFFFF", 1) == "#FFFFFF"
    assert mix("#000000", "#FFFFFF", 0.5) == "#808080"
