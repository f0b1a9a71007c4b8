"""∞ is typed where a number may be infinite, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from lab.catalog import find
from lab.core.params import fields_of
from lab.shell.box.controls import Controls
from tests.desk import type_into
from widgets.controls.number_field import NumberField


def field_of(controls: Controls, name: str) -> NumberField:
    """The field beside a slider."""
    row = controls.form.control(name).parentWidget()
    assert row is not None
    field = row.findChild(NumberField)
    assert isinstance(field, NumberField)
    return field


@pytest.mark.parametrize("experiment", ["decoding", "activations"])
@pytest.mark.parametrize("typed", ["∞", "inf", " Infinity "])
def test_infinity_as_a_temperature_switches_it_on(qtbot: Any, experiment: str, typed: str) -> None:
    specification = find(experiment).load()
    controls = Controls(specification)
    qtbot.addWidget(controls)
    controls.show()
    heard: list[dict[str, Any]] = []
    controls.changed.connect(lambda values, _gesture: heard.append(values))
    field = field_of(controls, "temperature")
    type_into(field, typed)
    assert heard == [{"infinite": True}]
    assert not field.wrong
    controls.show_params(specification.params(infinite=True))
    assert field.text() == "1"
    type_into(field, "2")
    assert heard[1:] == [{"temperature": 2.0}]


def test_infinity_is_refused_where_no_number_is_infinite(qtbot: Any) -> None:
    specification = find("decoding").load()
    controls = Controls(specification)
    qtbot.addWidget(controls)
    controls.show()
    heard: list[dict[str, Any]] = []
    controls.changed.connect(lambda values, _gesture: heard.append(values))
    for field in fields_of(specification.params):
        if field.kind in ("int", "float") and not field.infinite:
            type_into(field_of(controls, field.name), "∞")
            assert not heard, field.name
            assert field_of(controls, field.name).wrong, field.name
