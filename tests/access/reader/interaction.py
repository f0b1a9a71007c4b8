"""What a screen reader can do to an object, and what is left alone. Needs no bus: it only says what could be done."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

__all__ = ["Act", "acts_on", "chosen", "left_alone"]

# What ends the program, leaves it, or opens a dialog about files. Names are compared whole, in small letters.
LEFT_ALONE = (
    r"quit.*|exit|close|close this window|pop out",  # what is popped out is a window that only its own Close ends
    r"open…|open a file.*|.*as (pdf|picture|file).*|save.*|export.*|.*\bpdf\b.*|print.*|hand in.*|share.*",
    r".*\bfrom a file\b.*|choose a file.*|add .*pack.*|load .*|.*your own (data|table|text)…",
    r"record.*|copy.*|report.*",  # the clipboard belongs to whoever runs this
)
WORDS = ("", "0", "-1", "12.5", "1e308", "nan", "x*x + y", "Ünï cødé, twice", "9" * 400)
LEAPS = (0.0, 1.0, 0.5, 0.123456789, -0.5, 1.5, -1e12, 1e12)  # shares of a range, inside and beyond it


class Thing(Protocol):
    """An object as `questions.Met` describes it."""

    role: str
    name: str
    where: tuple[str, ...]
    actions: tuple[str, ...]
    count: int

    def can(self, interface: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to one object. `how` is an interface and a method, or "Key"; `given` what goes with it."""

    where: tuple[str, ...]
    how: str
    given: tuple[Any, ...] = ()


def left_alone(name: str) -> bool:
    """Whether an object of that name is on the written list of what is not pressed."""
    plain = name.replace("&", "").strip().lower()
    return any(re.fullmatch(pattern, plain) for pattern in LEFT_ALONE)


def acts_on(thing: Thing, dice: random.Random) -> list[Act]:
    """Everything that can be done to an object, one of each kind; nothing to what is on the list."""
    if left_alone(thing.name):
        return []
    found = [Act(thing.where, "Action.DoAction", (name,)) for name in thing.actions]
    found.append(Act(thing.where, "Component.GrabFocus"))
    if thing.can("Value"):
        found += [Act(thing.where, "Value.CurrentValue", (dice.choice(LEAPS),)) for _twice in range(2)]
    if thing.can("EditableText"):
        word, at = dice.choice(WORDS), dice.randrange(-1, 8)
        found += [
            Act(thing.where, "EditableText.SetTextContents", (word,)),
            Act(thing.where, "EditableText.InsertText", (at, "ab7", 3)),
            Act(thing.where, "EditableText.DeleteText", (at, at + dice.randrange(4))),
        ]
    if thing.can("Text"):
        at = dice.randrange(-1, 30)
        found += [Act(thing.where, "Text.SetCaretOffset", (at,)), Act(thing.where, "Text.AddSelection", (0, at))]
    if thing.can("Selection"):
        at = dice.randrange(-1, thing.count + 1)
        found += [Act(thing.where, "Selection.SelectChild", (at,)), Act(thing.where, "Selection.ClearSelection")]
    return found


def chosen(things: Sequence[Thing], count: int, dice: random.Random) -> list[Act]:
    """`count` acts, the rarer kinds as often as the common ones: first a kind is drawn, then one of that kind."""
    kinds: dict[str, list[Act]] = {}
    for thing in things:
        for act in acts_on(thing, dice):
            kinds.setdefault(f"{act.how} {act.given[0] if act.how.startswith('Action') else ''}", []).append(act)
    if not kinds:
        return []
    names = sorted(kinds)
    weights = [8 if "Press" in name or "Toggle" in name else 3 if "Value" in name else 1 for name in names]
    return [dice.choice(kinds[name]) for name in dice.choices(names, weights, k=count)]
