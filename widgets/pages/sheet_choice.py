"""Choices about a table: how its text is cut into cells and numbers, and which column plays which part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.dropdown import Dropdown
from widgets.pages.sheet_preview import Table
from widgets.text.flow_layout import FlowLayout

__all__ = ["ColumnChoice", "FormatChoice", "Role"]

NARROWEST, WIDEST = 5, 22  # letters of a column's name that there is room for


@dataclass(frozen=True, slots=True)
class Role:
    """A part that a column plays.

    key: its name to the caller.  label: what stands before its choice.  words: whether a column of words can
    play it: "" for no, "also" (or True), or "first" where one is looked for first.  none: the choice of no
    column, where that is allowed.
    """

    key: str
    label: str
    words: str | bool = ""
    none: str = ""

    def candidates(self, columns: Sequence[Any]) -> list[str]:
        """The columns that can play it, those that suit best first."""
        fitting = [c for c in columns if self.words or c.numbers is not None]
        return [c.name for c in sorted(fitting, key=lambda c: (c.numbers is None) != (self.words == "first"))]

    def by_itself(self, columns: Sequence[Any]) -> list[str]:
        """The columns it takes unasked: any that can, but where none is needed only one of words."""
        if not self.none:
            return self.candidates(columns)
        return [c.name for c in columns if self.words == "first" and c.numbers is None]


class FormatChoice(QWidget):
    """How a text is read. `changed` carries the name of the part and its new value."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.delimiter = Dropdown(("\t", ";", ","), (_("tabs"), _("semicolons"), _("commas")))
        self.decimal = Dropdown((".", ","), ("0.5", "0,5"))
        self.header = Dropdown(("yes", "no"), (_("names"), _("data")))
        for select, letters in ((self.delimiter, 8), (self.decimal, 3), (self.header, 5)):
            select.setMinimumContentsLength(letters)
        flow = FlowLayout(self, gap=10)
        for words, select in (
            (_("cells end at"), self.delimiter),
            (_("a half is"), self.decimal),
            (_("first row has"), self.header),
        ):
            flow.addWidget(_labelled(words, select))
        self.delimiter.chosen.connect(self._delimiter_chosen)
        self.decimal.chosen.connect(self._decimal_chosen)
        self.header.chosen.connect(self._header_chosen)

    def show_format(self, how: Any) -> None:
        """Show how the text was read; never emits."""
        self.delimiter.set_chosen(how.delimiter)
        self.decimal.set_chosen(how.decimal)
        self.header.set_chosen("yes" if how.header else "no")

    def _delimiter_chosen(self, mark: str) -> None:
        self.changed.emit("delimiter", mark)

    def _decimal_chosen(self, mark: str) -> None:
        self.changed.emit("decimal", mark)

    def _header_chosen(self, answer: str) -> None:
        self.changed.emit("header", answer == "yes")


class ColumnChoice(QWidget):
    """A column for each role. `changed` comes when the learner picks another."""

    changed = Signal()

    def __init__(self, roles: Sequence[Role], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._roles = tuple(roles)
        self.selects = {role.key: Dropdown(()) for role in roles}
        flow = FlowLayout(self, gap=10)
        for role in roles:
            select = self.selects[role.key]
            select.chosen.connect(self._picked)
            flow.addWidget(_labelled(role.label, select))

    def set_table(self, table: Table | None) -> str:
        """Offer the columns of a table; each role gets one of its own.  Returns what is lacking, in words."""
        columns = table.columns if table else ()
        taken: list[str] = []
        for role in self._roles:
            names = [c.name for c in columns if role.words or c.numbers is not None]
            select, before = self.selects[role.key], self.selects[role.key].chosen_key()
            select.set_choices(["", *names] if role.none else names, [role.none, *names] if role.none else names)
            select.setMinimumContentsLength(min(WIDEST, max((len(name) for name in names), default=NARROWEST)))
            if not before or before not in names or before in taken:
                free = [name for name in role.by_itself(columns) if name not in taken]
                if free:
                    select.set_chosen(free[0])
            taken.append(select.chosen_key() or "")
        return _lacking(self._roles, columns) if table is not None else ""

    def chosen(self) -> Mapping[str, str]:
        """The column of each role, "" for none."""
        return {key: select.chosen_key() or "" for key, select in self.selects.items()}

    def _picked(self, _name: str) -> None:
        self.changed.emit()


def _lacking(roles: Sequence[Role], columns: Sequence[Any]) -> str:
    """What a table has too few of, "" when it has enough."""
    needed = [role for role in roles if not role.none]
    figures = sum(column.numbers is not None for column in columns)
    strict = sum(not role.words for role in needed)
    if figures < strict:
        message = _("{needed} columns of numbers are needed; this table has {n}.")
        return message.format(needed=strict, n=figures)
    if len(columns) < len(needed):
        return _("{needed} columns are needed; this table has {n}.").format(needed=len(needed), n=len(columns))
    return ""


def _labelled(words: str, select: Dropdown) -> QWidget:
    """A choice with its name before it."""
    pair = _Pair()
    label = kind(QLabel(words), "small")
    label.setProperty("tone", "text2")
    label.setBuddy(select)
    select.setAccessibleName(words)
    select.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    pair.row.addWidget(label)
    pair.row.addWidget(select)
    return pair


class _Pair(Refreshing, QWidget):
    """A label and what it names, close together."""

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.relook()

    def relook(self) -> None:
        self.row.setSpacing(look().px(6))
