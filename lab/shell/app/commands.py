"""What the window can do: one table for its menu, the palette, the top bar and the keys.

What a command needs is imported when it is first used, so that the home page is there before NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from lab.core.search import Entry
from lab.core.text import N_, _
from lab.runtime.settings import TEXT_SIZES
from lab.shell.command import MENU, PALETTE, Command, key_lines, table
from lab.shell.context import Context
from widgets.base.look import look

__all__ = ["WINDOW_COMMANDS", "set_text_size"]


def _open(window: Context) -> None:
    from lab.shell.files import ask_open

    ask_open(window)


def _save(window: Context) -> None:
    from lab.shell.files import save_box

    if window.box is not None:
        save_box(window, window.box)


def _save_report(window: Context) -> None:
    from lab.shell.files import save_report

    save_report(window)


def _show_palette(window: Context) -> None:
    from lab.shell.dialogs.palette import Palette

    offered = [c for c in WINDOW_COMMANDS.values() if PALETTE in c.offered]
    window.dialogs.get(Palette, window).start([*_verbs_of_the_box(window), *(c.found(window) for c in offered)])


def _verbs_of_the_box(window: Context) -> list[Entry]:
    box = window.box
    if box is None:
        return []
    from lab.shell.box.commands import BoxContext, found_in_palette
    from lab.shell.docks.commands import DockedBox

    docks, key = window.workspace.docks, box.objectName()
    gone = {"picture"}  # as "Copy picture", among what can be shared
    gone.add("float" if docks.group_of(key).floating else "dock")
    gone.add("maximise" if docks.is_maximised(key) else "show_all")
    if len(docks.keys()) == 1:
        gone |= {"split_right", "split_below", "close_others"}
    return found_in_palette(BoxContext(window, box), DockedBox(docks, key), gone)


def _show_keys(window: Context) -> None:
    from lab.shell.box.commands import BOX_COMMANDS
    from lab.shell.dialogs.keys import KeySheet
    from lab.shell.docks.commands import DOCK_COMMANDS

    picture = (
        (_("Arrows"), _("Move what has the ring, with Shift a tenth as far")),
        (_("Tab, Enter"), _("The next thing in the picture that can be moved or pressed")),
        (_("Insert, Delete"), _("Add a point, or take one away")),
        (_("+, −, Home"), _("Larger, smaller, all of it")),
        (_("Esc"), _("Out of a program that is typed into, to what comes next")),
    )
    sections = {
        _("In an experiment"): key_lines(BOX_COMMANDS.values()),
        _("In pictures and programs"): picture,
        _("In the window"): key_lines(c for c in WINDOW_COMMANDS.values() if PALETTE in c.offered),
        _("Tabs"): key_lines(DOCK_COMMANDS.values()),
    }
    window.dialogs.get(KeySheet, window, sections).open()


def _show_settings(window: Context) -> None:
    from lab.shell.dialogs.settings import SettingsSheet

    window.dialogs.get(SettingsSheet, window).open()


def _show_packs(window: Context) -> None:
    from lab.shell.dialogs.packs import show_packs

    show_packs(window)


def _show_about(window: Context) -> None:
    from lab.shell.dialogs.about import AboutSheet

    window.dialogs.get(AboutSheet, window).open()


def _toggle_theme(window: Context) -> None:
    dark = look().palette.name == "dark"
    window.change_settings(replace(window.services.settings, theme="light" if dark else "dark"))


def set_text_size(window: Context, percent: int) -> None:
    window.change_settings(replace(window.services.settings, text_size=percent))


def _step_text_size(by: int, round_again: bool, window: Context) -> None:
    """The next text size up or down; at the end none, or round again from the other end."""
    size = window.services.settings.text_size
    further = sorted((each for each in TEXT_SIZES if (each - size) * by > 0), key=lambda each: abs(each - size))
    if further:
        set_text_size(window, further[0])
    elif round_again:
        set_text_size(window, TEXT_SIZES[0])


def _go_to_part(by: int, window: Context) -> None:
    from lab.shell.app.parts import go_to_part

    go_to_part(window, by)


def _undo(window: Context) -> None:
    if window.box is not None:
        window.box.undo()


def _redo(window: Context) -> None:
    if window.box is not None:
        window.box.redo()


BOTH = (MENU, PALETTE)

WINDOW_COMMANDS: Mapping[str, Command[Context]] = table(
    Command("palette", "", _show_palette, "Ctrl+K"),
    Command("home", N_("Home"), lambda window: window.show_home(), "Ctrl+H", offered=(PALETTE,)),
    Command("open", N_("Open a file"), _open, "Ctrl+O", offered=BOTH, asks=True),
    Command("save", N_("Save as a file"), _save, "Ctrl+S", offered=BOTH, asks=True),
    Command("lesson", N_("Show or hide the lesson"), lambda w: w.toggle_lesson(), "Ctrl+L", offered=(PALETTE,)),
    Command("gallery", N_("Show or hide the experiments"), lambda w: w.toggle_gallery(), "Ctrl+1", offered=(PALETTE,)),
    Command("present", N_("Present"), lambda w: w.toggle_present(), "F11", offered=(PALETTE,)),
    Command("theme", N_("Light or dark theme"), _toggle_theme, offered=(PALETTE,)),
    Command("larger-text", N_("Larger text"), partial(_step_text_size, 1, False), "Ctrl++", ("Ctrl+=",), (PALETTE,)),
    Command("smaller-text", N_("Smaller text"), partial(_step_text_size, -1, False), "Ctrl+-", offered=(PALETTE,)),
    Command("normal-text", N_("Text at 100 %"), lambda w: set_text_size(w, 100), "Ctrl+0", offered=(PALETTE,)),
    Command("next-text-size", "", partial(_step_text_size, 1, True)),
    Command("settings", N_("Settings"), _show_settings, "Ctrl+,", offered=BOTH),
    Command("packs", N_("Model packs"), _show_packs, offered=BOTH, asks=True),
    Command("keys", N_("Keys"), _show_keys, "F1", offered=BOTH),
    Command("report", N_("Save a report for the helpdesk"), _save_report, offered=(MENU,), asks=True),
    Command("about", N_("About Glassbox"), _show_about, offered=BOTH),
    Command("menu", "", lambda window: window.show_menu()),
    Command("next-part", "", partial(_go_to_part, 1), "F6"),
    Command("previous-part", "", partial(_go_to_part, -1), "Shift+F6"),
    Command("quit", N_("Quit"), lambda window: window.close(), "Ctrl+Q", offered=(PALETTE,)),
    # Undo and redo belong to the window that is in front; all others work in a popped-out one too.
    Command("undo", "", _undo, "Ctrl+Z", local=True),
    Command("redo", "", _redo, "Ctrl+Y", ("Ctrl+Shift+Z",), local=True),
)
"""In the order of the palette; rows without words have only a key or a button of the top bar."""
