"""What the learner chose about the lab itself, declared like an experiment's parameters.

A value that cannot be read is its default; a setting that a later version wrote is left alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from lab.core.params import Choices, Label, ParamError, Range, Tip, fields_of, plain, replaced
from lab.core.records import dataclass
from lab.core.text import N_
from lab.runtime.home import Home

__all__ = ["TEXT_SIZES", "Settings", "read_settings", "write_settings"]

FILE = "settings.json"
TEXT_SIZES = (90, 100, 125, 150, 200)


@dataclass(frozen=True, slots=True)
class Settings:
    theme: Annotated[
        Literal["system", "light", "dark"],
        Label(N_("Theme")),
        Choices((N_("Like the system"), N_("Light"), N_("Dark"))),
    ] = "system"
    text_size: Annotated[int, Range(90, 200, step=5), Label(N_("Text size, %"))] = 100
    language: Annotated[str, Label(N_("Language"))] = "en"
    easy_font: Annotated[
        bool, Label(N_("Easier to read letters")), Tip(N_("Atkinson Hyperlegible instead of Inter"))
    ] = False
    reduce_motion: Annotated[bool, Label(N_("Reduce motion")), Tip(N_("No fading and no gliding"))] = False
    one_letter_keys: Annotated[bool, Label(N_("One-letter keys")), Tip(N_("R, S, P, C, B, W and 1–9 without Ctrl"))] = (
        True
    )
    battery_saver: Annotated[
        bool, Label(N_("Save battery")), Tip(N_("Draws 30 frames a second; offers to pause idle runs"))
    ] = False
    restore: Annotated[
        Literal["ask", "always", "never"],
        Label(N_("When the lab opens")),
        Choices((N_("Ask: continue or start fresh"), N_("Continue where I stopped"), N_("Start fresh"))),
    ] = "ask"


def read_settings(home: Home) -> Settings:
    """The stored settings; anything damaged or unknown falls back to its default."""
    stored, settings = home.read_json(FILE), Settings()
    for item in fields_of(Settings):
        if item.name in stored:
            try:
                settings = replaced(settings, {item.name: stored[item.name]})
            except (ParamError, OverflowError):  # a number of 400 digits is no float
                continue
    return settings


def write_settings(home: Home, settings: Settings) -> bool:
    """Store the settings beside those of other versions. False when they are only in memory."""
    stored: dict[str, Any] = home.read_json(FILE)
    return home.write_json(FILE, {**stored, **plain(settings)})
