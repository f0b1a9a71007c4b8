"""Everything that a screen reader asks an object, inside its limits and just outside them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bus import ACCESSIBLE, Bus, Node, Refused

__all__ = ["ENABLED", "MODAL", "SHOWING", "Met", "walk"]

ENABLED, FOCUSABLE, MODAL, SHOWING = 8, 11, 16, 25  # states, by their numbers in AT-SPI

A11Y = "org.a11y.atspi."
MOST = 6000  # objects of one walk: a tree that is larger has lost its end
EDGES = (-1, 0, 1, 5)  # positions just outside and just inside
Ask = Callable[..., Any]


@dataclass
class Met:
    """One object of the tree, as it answered."""

    node: Node
    where: tuple[str, ...]  # role, name and place among its like, from the window down
    role: str
    name: str
    interfaces: frozenset[str]
    states: int
    actions: tuple[str, ...] = ()
    count: int = 0  # children
    wrong: list[str] = field(default_factory=list)

    def can(self, interface: str) -> bool:
        return interface in self.interfaces

    def is_(self, state: int) -> bool:
        """Whether a state of AT-SPI's list is set."""
        return bool(self.states >> state & 1)


def walk(bus: Bus, root: Node, known: set[Node]) -> list[Met]:
    """Ask every object below `root` and itself who it is, and everything if it is not `known`; then it is."""
    met: list[Met] = []
    waiting: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    seen: set[Node] = set()
    while waiting:
        node, above = waiting.pop()
        if node in seen or node[1].endswith("/null"):
            continue
        seen.add(node)
        if len(seen) > MOST:
            raise AssertionError(f"more than {MOST} objects, the last below {' / '.join(above)}")
        try:
            one = _meet(bus, node, above)
            below = bus.children(node)
            if node not in known:
                _ask_everything(bus, one, below)
        except Refused:  # it went away between two questions
            continue
        known.add(node)
        met.append(one)
        waiting.extend((child, one.where) for child in reversed(below))
    return _numbered(met)


def _meet(bus: Bus, node: Node, above: tuple[str, ...]) -> Met:
    name = bus.get(node, ACCESSIBLE, "Name")
    role = bus.ask(node, ACCESSIBLE, "GetRoleName")
    faces = frozenset(face.rpartition(".")[2] for face in bus.ask(node, ACCESSIBLE, "GetInterfaces"))
    low, high = bus.ask(node, ACCESSIBLE, "GetState")
    actions: tuple[str, ...] = ()
    if "Action" in faces:
        actions = tuple(one[0] for one in bus.ask(node, A11Y + "Action", "GetActions"))
    return Met(node, (*above, f"{role}|{name}"), role, name, faces, high << 32 | low, actions)


def _numbered(met: list[Met]) -> list[Met]:
    """Objects of the same role and name in the same place are told apart by their order."""
    count: dict[tuple[str, ...], int] = {}
    for one in met:
        number = count[one.where] = count.get(one.where, 0) + 1
        if number > 1:
            one.where = (*one.where[:-1], f"{one.where[-1]}|{number}")
    return met


def _ask_everything(bus: Bus, one: Met, below: list[Node]) -> None:
    """Ask all of it. What the answers contradict is kept in `one.wrong`."""

    def ask(interface: str, method: str, kinds: str = "", *given: Any) -> Any:
        try:
            return bus.ask(one.node, A11Y + interface, method, kinds, *given)
        except Refused:  # an answer too: what counts is that the program lives
            return None

    _ask_identity(bus, one, ask, below)
    for interface, questions in QUESTIONS.items():
        if one.can(interface):
            questions(bus, one, ask)


def _ask_identity(bus: Bus, one: Met, ask: Ask, below: list[Node]) -> None:
    for method in ("GetRole", "GetLocalizedRoleName", "GetAttributes", "GetApplication", "GetIndexInParent"):
        ask("Accessible", method)
    ask("Accessible", "GetRelationSet")
    for name in ("Description", "Parent", "ChildCount", "Locale", "AccessibleId", "HelpText"):
        try:
            bus.get(one.node, ACCESSIBLE, name)
        except Refused:
            continue
    one.count = len(below)
    by_index = [ask("Accessible", "GetChildAtIndex", "i", i) for i in range(len(below))]
    for outside in (-1, len(below), 2**31 - 1):
        ask("Accessible", "GetChildAtIndex", "i", outside)
    if not one.name and one.is_(SHOWING) and one.is_(FOCUSABLE):
        one.wrong.append("it takes the focus and has no name")
    if by_index != below and bus.children(one.node) == below:
        one.wrong.append("its children by index are not its children in a list")


def _ask_component(bus: Bus, one: Met, ask: Ask) -> None:
    for kind in (2, 1, 0):  # in the parent, in the window, on the screen
        x, y, width, height = ask("Component", "GetExtents", "u", kind) or (0, 0, 0, 0)
    ask("Component", "GetPosition", "u", kind)
    for px, py in ((x + width // 2, y + height // 2), (x - 1, y - 1), (-(2**31), 2**31 - 1)):
        ask("Component", "Contains", "iiu", px, py, kind)
        ask("Component", "GetAccessibleAtPoint", "iiu", px, py, kind)
    for method in ("GetSize", "GetLayer"):
        ask("Component", method)


def _ask_action(bus: Bus, one: Met, ask: Ask) -> None:
    for i in (-1, *range(len(one.actions)), len(one.actions)):
        for method in ("GetName", "GetDescription", "GetKeyBinding"):
            ask("Action", method, "i", i)
    bus.get(one.node, A11Y + "Action", "NActions")


def _ask_value(bus: Bus, one: Met, ask: Ask) -> None:
    low, high, now, _step = (
        bus.get(one.node, A11Y + "Value", name)
        for name in ("MinimumValue", "MaximumValue", "CurrentValue", "MinimumIncrement")
    )
    if not all(map(math.isfinite, (low, high, now))) or not low <= now <= high:
        one.wrong.append(f"its value is {now} between {low} and {high}")


def _ask_text(bus: Bus, one: Met, ask: Ask) -> None:
    count = bus.get(one.node, A11Y + "Text", "CharacterCount")
    bus.get(one.node, A11Y + "Text", "CaretOffset")
    for first, last in ((0, -1), (0, count), (count, count + 3), (-1, 2), (count // 2, 0)):
        ask("Text", "GetText", "ii", first, last)
        ask("Text", "GetRangeExtents", "iiu", first, last, 0)
    for at in {-1, 0, count // 2, count, count + 1}:
        ask("Text", "GetCharacterAtOffset", "i", at)
        ask("Text", "GetCharacterExtents", "iu", at, 0)
        ask("Text", "GetAttributes", "i", at)
        ask("Text", "GetAttributeRun", "ib", at, True)
        for kind in range(5):  # characters, words, sentences, paragraphs, lines
            ask("Text", "GetStringAtOffset", "iu", at, kind)
            for method in ("GetTextBeforeOffset", "GetTextAtOffset", "GetTextAfterOffset"):
                ask("Text", method, "iu", at, kind)
    for x, y in ((0, 0), (10, 10), (-5, 9999)):
        ask("Text", "GetOffsetAtPoint", "iiu", x, y, 0)
    ask("Text", "GetDefaultAttributes")
    ask("Text", "GetNSelections")
    for at in EDGES:
        ask("Text", "GetSelection", "i", at)


def _ask_selection(bus: Bus, one: Met, ask: Ask) -> None:
    bus.get(one.node, A11Y + "Selection", "NSelectedChildren")
    for at in (*EDGES, one.count - 1, one.count):
        ask("Selection", "GetSelectedChild", "i", at)
        ask("Selection", "IsChildSelected", "i", at)


def _ask_table(bus: Bus, one: Met, ask: Ask) -> None:
    rows, columns = (bus.get(one.node, A11Y + "Table", name) for name in ("NRows", "NColumns"))
    for name in ("Caption", "Summary", "NSelectedRows", "NSelectedColumns"):
        bus.get(one.node, A11Y + "Table", name)
    for row in {-1, 0, rows - 1, rows}:
        for method in ("GetRowDescription", "GetRowHeader", "IsRowSelected", "GetRowAtIndex"):
            ask("Table", method, "i", row)
        for column in {-1, 0, columns - 1, columns}:
            for method in ("GetAccessibleAt", "GetIndexAt", "GetRowExtentAt", "GetColumnExtentAt", "IsSelected"):
                ask("Table", method, "ii", row, column)
    for column in {-1, 0, columns - 1, columns}:
        for method in ("GetColumnDescription", "GetColumnHeader", "IsColumnSelected", "GetColumnAtIndex"):
            ask("Table", method, "i", column)
    for at in EDGES:
        ask("Table", "GetRowColumnExtentsAtIndex", "i", at)
    ask("Table", "GetSelectedRows")
    ask("Table", "GetSelectedColumns")


def _ask_cell(bus: Bus, one: Met, ask: Ask) -> None:
    for name in ("ColumnSpan", "RowSpan", "Position", "Table"):
        bus.get(one.node, A11Y + "TableCell", name)
    for method in ("GetRowHeaderCells", "GetColumnHeaderCells", "GetRowColumnSpan"):
        ask("TableCell", method)


def _ask_image(bus: Bus, one: Met, ask: Ask) -> None:
    for name in ("ImageDescription", "ImageLocale"):
        try:
            bus.get(one.node, A11Y + "Image", name)
        except Refused:
            continue
    ask("Image", "GetImageExtents", "u", 0)
    ask("Image", "GetImageSize")


def _ask_collection(bus: Bus, one: Met, ask: Ask) -> None:
    rule = ([0, 0], 1, {}, 1, [], 1, [], 1, False)  # everything
    ask("Collection", "GetMatches", "(aiia{ss}iaiiasib)uib", rule, 1, 100, True)


QUESTIONS: dict[str, Callable[[Bus, Met, Ask], None]] = {
    "Component": _ask_component,
    "Action": _ask_action,
    "Value": _ask_value,
    "Text": _ask_text,
    "Selection": _ask_selection,
    "Table": _ask_table,
    "TableCell": _ask_cell,
    "Image": _ask_image,
    "Collection": _ask_collection,
}
