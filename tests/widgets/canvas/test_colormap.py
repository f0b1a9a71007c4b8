"""Numbers become the colours of the palette, and hills are lit from the north-west."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.base.colors import DARK, LIGHT, SEQUENTIAL, rgb
from widgets.canvas.colormap import (
    as_image,
    classes_lut,
    colorize,
    diverging_lut,
    hillshade,
    lut,
    one_sided_lut,
    sequential_lut,
    shade,
    symmetric_range,
)


def test_a_table_begins_and_ends_with_its_stops_and_is_made_once():
    table = sequential_lut()
    assert table.shape == (256, 4) and table.dtype == np.uint8
    assert tuple(table[0]) == (*rgb(SEQUENTIAL[0]), 255)
    assert tuple(table[-1]) == (*rgb(SEQUENTIAL[-1]), 255)
    assert sequential_lut() is table
    with pytest.raises(ValueError):
        table[0] = 0


def test_the_sequential_map_grows_lighter_all_the_way():
    light = sequential_lut()[:, :3] @ np.array([0.2126, 0.7152, 0.0722])
    assert np.all(np.diff(light) > -0.5) and light[-1] - light[0] > 150


@pytest.mark.parametrize("palette", (LIGHT, DARK), ids=lambda p: p.name)
def test_zero_is_the_paper_in_every_map_that_has_a_zero(palette):
    middle = diverging_lut(palette)[127:129, :3].astype(int)
    assert np.abs(middle - rgb(palette.diverging[3])).max() < 6
    assert tuple(one_sided_lut(palette)[0, :3]) == rgb(palette.surface)
    assert np.abs(classes_lut(palette)[128, :3].astype(int) - rgb(palette.surface)).max() < 40


def test_colorize_looks_every_number_up_and_clips_both_ends():
    table = lut(("#000000", "#FFFFFF"))
    values = np.array([[-5.0, 0.0, 0.5, 1.0, 9.0, np.inf, -np.inf, np.nan]])
    red = colorize(values, table, 0.0, 1.0)[0, :, 0]
    assert red.tolist() == [0, 0, 127, 255, 255, 255, 0, 0]


def test_colorize_writes_into_the_array_it_is_given():
    out = np.zeros((3, 4, 4), dtype=np.uint8)
    again = colorize(np.ones((3, 4), dtype=np.float32), sequential_lut(), 0, 1, out=out)
    assert again is out and (out[..., 3] == 255).all()


@pytest.mark.parametrize(
    ("values", "lo", "hi", "word"),
    (
        (np.zeros(3), 0, 1, "values"),
        (np.zeros((2, 2)), 1, 1, "lo"),
        (np.zeros((2, 2)), 0, np.inf, "hi"),
    ),
)
def test_colorize_names_what_is_wrong(values, lo, hi, word):
    with pytest.raises(ValueError, match=word):
        colorize(values, sequential_lut(), lo, hi)


def test_a_plain_is_bright_and_a_slope_is_highlighted_on_the_side_of_the_light():
    plain = hillshade(np.zeros((5, 5)), 1.0, 1.0)
    assert plain == pytest.approx(np.full((5, 5), 1.01))
    east = np.tile(np.arange(6.0), (5, 1))  # rises to the east: faces west, towards the light
    assert hillshade(east, 1, 1).mean() > hillshade(-east, 1, 1).mean()
    north = np.tile(np.arange(6.0)[:, None], (1, 5))  # rises to the north: faces south, away from it
    assert hillshade(north, 1, 1).mean() < hillshade(-north, 1, 1).mean()


def test_shade_leaves_alpha_alone():
    rgba = np.full((2, 2, 4), 200, dtype=np.uint8)
    shade(rgba, np.full((2, 2), 0.5))
    assert rgba[..., :3].max() == 100 and (rgba[..., 3] == 200).all()


def test_the_symmetric_range_ignores_what_is_not_a_number():
    assert symmetric_range(np.array([-3.0, 2.0, np.nan, np.inf])) == (-3.0, 3.0)
    assert symmetric_range(np.array([np.nan])) == (-1.0, 1.0)


def test_an_image_shows_the_array_without_a_copy():
    rgba = np.zeros((2, 3, 4), dtype=np.uint8)
    image = as_image(rgba)
    rgba[1, 2] = (10, 20, 30, 255)
    assert image.pixelColor(2, 1).getRgb() == (10, 20, 30, 255)
    with pytest.raises(ValueError, match="contiguous"):
        as_image(rgba[:, ::2])
