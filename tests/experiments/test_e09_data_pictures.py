"""Decision boundaries, the sets of points as small pictures in their list."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from lab.catalog import find
from lab.core.scene import Scene
from lab.experiments.e09_decision_boundaries.data_pictures import NOT_YET, paint_points, points_of
from lab.experiments.e09_decision_boundaries.settings import Data
from lab.runtime.track import Track
from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look, look

EXPERIMENT = find("decision-boundaries")
MADE = [data for data in get_args(Data) if data not in (*NOT_YET, "empty")]


def picture(data: str) -> np.ndarray:
    """The small picture as numbers: [height, width]."""
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(look().color("raised"))
    painter = QPainter(image)
    paint_points(painter, QRectF(0, 0, 40, 40), data)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(40, 40).copy()


@pytest.mark.parametrize("data", MADE)
def test_a_picture_shows_the_points_that_a_run_begins_with(data: str) -> None:
    frame = Track(EXPERIMENT, Scene(EXPERIMENT.id, params={"data": data}, seed=0)).snapshot()
    shown = points_of(data)
    assert len(shown.points) >= 4
    np.testing.assert_array_equal(shown.points, frame.points.x[: len(shown.points)])
    np.testing.assert_array_equal(shown.labels, frame.points.labels[: len(shown.labels)])


@pytest.mark.parametrize("palette", (None, DARK))
def test_every_set_looks_different_and_what_is_not_there_is_empty(qapp, palette) -> None:
    apply_look(qapp, Look() if palette is None else Look(palette=palette))
    found = {data: picture(data) for data in MADE}
    empty = picture("empty")
    assert all((picture(data) == empty).all() for data in NOT_YET)
    assert all((shown != empty).sum() > 40 for shown in found.values())
    for (one, a), (other, b) in combinations(found.items(), 2):
        assert (a != b).sum() > 40, f"{one} looks like {other}"


def test_the_list_of_points_has_them(qtbot, qapp) -> None:
    from lab.shell.box.controls import Controls

    view = EXPERIMENT.load_view()()
    qtbot.addWidget(view)
    controls = Controls(EXPERIMENT.load())
    qtbot.addWidget(controls)
    assert not controls.form.control("data").has_pictures
    controls.show_pictures(view.choice_pictures())
    assert controls.form.control("data").has_pictures
    assert not controls.form.control("activation").has_pictures
