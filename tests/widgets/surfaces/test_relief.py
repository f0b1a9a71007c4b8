"""A height field is cleaned, scaled and resampled so that its valleys can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.surfaces.relief import relief, resample

EXTENT = (-2.0, 2.0, -1.0, 1.0)


def plane(rows: int = 9, columns: int = 17) -> np.ndarray:
    """2x + 3y on the extent."""
    x, y = np.meshgrid(np.linspace(-2, 2, columns), np.linspace(-1, 1, rows))
    return 2 * x + 3 * y


def test_resampling_reproduces_a_plane_and_the_samples():
    field = plane()
    again = resample(field, EXTENT, EXTENT, 17, 9)
    assert again == pytest.approx(field)
    inner = resample(field, EXTENT, (-1.0, 1.0, -0.5, 0.5), 21, 11)
    x, y = np.meshgrid(np.linspace(-1, 1, 21), np.linspace(-0.5, 0.5, 11))
    assert inner == pytest.approx(2 * x + 3 * y)


def test_one_tower_does_not_flatten_the_valley():
    field = plane(100, 100)
    field[0, 0] = 1e9
    made = relief(field, EXTENT)
    assert made.hi < 10
    assert made.share(made.heights).max() <= 2


@pytest.mark.parametrize("bad", (np.nan, np.inf, -np.inf, 1e308))
def test_heights_that_are_not_numbers_are_shown_and_do_not_spread(bad):
    field = plane()
    field[2, 3] = bad
    made = relief(field, EXTENT)
    assert np.isfinite(made.heights).all() and np.isfinite(made.picture(EXTENT, 40, 20)).all()
    assert made.height(np.array([1.5]), np.array([0.5])) == pytest.approx([4.5])


def test_heights_between_samples_are_bilinear_and_stay_within_the_border():
    made = relief(plane(), EXTENT)
    x, y = np.array([0.3, -1.1, 99.0, np.nan]), np.array([0.2, 0.7, 0.0, 0.0])
    found = made.height(x, y)
    assert found[:2] == pytest.approx(2 * x[:2] + 3 * y[:2])
    assert found[2] == pytest.approx(4.0) and np.isfinite(found[3])


def test_a_plain_has_a_scale_all_the_same():
    made = relief(np.full((4, 4), 7.0), EXTENT)
    assert made.lo < 7 < made.hi
    assert made.levels() is not None and made.picture(EXTENT, 8, 8).shape == (8, 8, 4)


def test_a_logarithmic_scale_gives_the_valley_floor_more_room():
    field = np.linspace(0, 1000, 100).reshape(10, 10)
    straight, log = relief(field, EXTENT), relief(field, EXTENT, log=True)
    low = np.array([10.0])
    assert log.share(low) > 2 * straight.share(low)
    assert sum(strong for _, strong in log.levels()) == 2


def test_isolines_are_given_in_units_of_the_data():
    made = relief(plane(), EXTENT)
    lines = made.isolines(EXTENT, 40, 20)
    assert len(lines) > 5
    for (segments, _), (level, _) in zip(lines, made.levels()):
        x, y = segments[..., 0], segments[..., 1]
        assert 2 * x + 3 * y == pytest.approx(np.full(x.shape, level), abs=1e-6)


@pytest.mark.parametrize(
    ("field", "extent", "word"),
    (
        (np.zeros((1, 5)), EXTENT, "heights"),
        (np.full((3, 3), np.nan), EXTENT, "finite"),
        (np.zeros((3, 3)), (1.0, 1.0, 0.0, 1.0), "extent"),
    ),
)
def test_what_cannot_be_shown_is_refused_by_name(field, extent, word):
    with pytest.raises(ValueError, match=word):
        relief(field, extent)
