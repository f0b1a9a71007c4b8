"""Which controls of a box are to be seen: a teacher takes some away, and the file and its pupils keep it so."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QMenu

from lab.core.params import fields_of
from lab.core.text import _
from lab.shell.box.box import ExperimentBox
from lab.shell.command import add_entry, new_menu

__all__ = ["controls_menu", "show_control"]


def controls_menu(box: ExperimentBox) -> QMenu:
    """Every control of the run by its name, with a check mark where it is shown."""
    menu = new_menu(box)
    for field in fields_of(box.specification.params):
        shown = field.name not in box.hidden_controls
        action = add_entry(menu, _(field.label), partial(show_control, box, field.name, not shown))
        action.setCheckable(True)
        action.setChecked(shown)
    return menu


def show_control(box: ExperimentBox, name: str, shown: bool) -> None:
    """Show a control, or take it away; its value stays as it is. Saved with the box."""
    names = (field.name for field in fields_of(box.specification.params))
    hidden = {*box.hidden_controls, name} - ({name} if shown else set())
    box.hidden_controls = tuple(each for each in names if each in hidden)
    box.controls.hide_controls(box.hidden_controls)
    box.changed.emit()
