"""Attention in place of a cell: it looks back directly, learns far echoes sooner, and its blame does not fade."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.engine.nets.exchange import read_picture_network
from lab.experiments.e14_convolution_recurrence.view import View
from tests.asking import metrics_of, why_of

SPECIFICATION = find("convolution-recurrence").load()


def framed(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "memory", **values}, 0, (), steps)).snapshot()


def test_it_learns_twenty_steps_and_looks_at_the_first() -> None:
    start, later = (framed(steps, length=20, attention=True) for steps in (0, 120))
    assert metrics_of(start)["right"] < 0.5
    assert metrics_of(later)["right"] > 0.9
    assert metrics_of(later)["looks"] > 0.25 > 0.15 > metrics_of(start)["looks"]
    assert later.page.looks.sum() == pytest.approx(1.0)


def test_its_blame_reaches_back_where_that_of_a_cell_fades() -> None:
    cell, attention = (framed(length=50, attention=on) for on in (False, True))
    assert metrics_of(cell)["left"] < 1e-4
    assert 0.01 < metrics_of(attention)["left"] < 100


def test_with_a_cell_nothing_looks_back_and_with_attention_no_cell_has_an_effect() -> None:
    cell, attention = (framed(attention=on) for on in (False, True))
    assert metrics_of(cell)["looks"] is None
    assert metrics_of(attention)["radius"] is None and metrics_of(attention)["power"] is None
    assert why_of(attention, "state") is None
    assert not SPECIFICATION.unused(cell) and set(SPECIFICATION.unused(attention)) == {"cell", "radius"}
    assert SPECIFICATION.limits(cell) and not SPECIFICATION.limits(attention)
    assert attention.page.states.shape == (6, 24)


def test_the_page_shades_what_is_looked_at(qtbot: Any, qapp: QApplication) -> None:
    view = View()
    qtbot.addWidget(view)
    view.resize(702, 555)
    view.show()
    view.show_frame(framed(attention=True))
    page = view.page("memory")
    assert "how much" in page.read.accessibleName()
    assert page.readouts.readout("looks").isVisible()
    shaded = page.read.grab().toImage()
    view.show_frame(framed())
    assert "how much" not in page.read.accessibleName()
    assert not page.readouts.readout("looks").isVisible()
    assert page.read.grab().toImage() != shaded
    view.show_frame(framed(attention=True, view="second"))
    assert [series.name for series in view.page("gradient").blame.series()] == ["blame"]
    assert np.isfinite(framed(attention=True).page.blame).all()


def test_the_cnn_leaves_as_a_network_that_reads_the_drawing_as_it_did() -> None:
    simulation = played(SPECIFICATION, Setting({"topic": "digits"}, 0, (), 60))
    form = read_picture_network(simulation.offer("picture-network").data)
    read = simulation.snapshot().page.reading
    assert form.to_network().predict(read.small[None, None])[0] == pytest.approx(read.cnn)
    assert form.to_network().accuracy(form.pictures, form.answers.astype(int)) > 0.5
