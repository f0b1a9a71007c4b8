"""What every experiment promises to who cannot see it: each picture has a name and a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import fields_of
from widgets.base.accessible import Described
from widgets.text.formula import Formula

STEPS = 6


@pytest.fixture
def view(qtbot, experiment, specification) -> QWidget:
    made = experiment.load_view()()
    qtbot.addWidget(made)
    made.resize(800, 560)
    if specification.display is not None:
        made.show_display(specification.display())
    made.show()
    return made


def settings(specification: Any) -> Iterator[tuple[str, Setting]]:
    """The presets, and every page."""
    for preset in specification.presets:
        yield preset.id, preset.setting
    for field in fields_of(specification.params):
        if field.shows or field.name in ("page", "topic"):
            for page in field.choices:
                yield f"{field.name} {page}", Setting({field.name: page}, steps=STEPS)


def spoken(view: QWidget) -> dict[str, str]:
    """Names and sentences of the pictures to be seen, as a screen reader gets them. Two may say the same only where
    they show the same: both have made a sentence of what is painted."""
    found: dict[str, str] = {}
    for picture in view.findChildren(QWidget):
        if isinstance(picture, Described) and not isinstance(picture, Formula) and picture.isVisibleTo(view):
            met = QAccessible.queryAccessibleInterface(picture)
            name = met.text(QAccessible.Text.Name)
            assert name, f"a {type(picture).__name__} has no name"
            words = met.text(QAccessible.Text.Description) or (name if name.rstrip(" ~").endswith(".") else "")
            assert words, f"{name}: nothing is said of it"
            twin = next((other for other, said in found.items() if said == words), None)
            assert twin is None or picture.summary(), f"{name} and {twin} say the same: {words}"
            found[f"{name} {len(found)}"] = words
    return found


def test_every_picture_tells_its_own_sentence(view, specification) -> None:
    for name, setting in settings(specification):
        view.show_frame(played(specification, setting).snapshot())
        assert spoken(view), name


def test_what_is_said_follows_the_frame_at_rest(view, specification) -> None:
    simulation = played(specification, Setting())
    heard = []
    for _step in range(3):
        view.show_frame(simulation.snapshot())
        heard.append(spoken(view))
        advance(simulation)
    assert heard[0] != heard[1] != heard[2]
