"""Where a dragged tab would drop, and the mark that shows it.

Near an edge of a dock the box would split it, elsewhere it would become one more tab, over a strip it would
take that place among the tabs, and beyond the docks it would get a window of its own. The geometry is worked
out from positions alone, so it can be tested without a mouse.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.shell.docks.group import Group
from widgets.base.look import look

__all__ = ["Drop", "DropMark", "find_drop", "side_of", "windows_have_places"]

EDGE = 0.25  # of the dock's width or height

WORDS = {
    "tab": N_("Tab here"),
    "left": N_("Split left"),
    "right": N_("Split right"),
    "above": N_("Split above"),
    "below": N_("Split below"),
    "out": N_("Pop out"),
}


@dataclass(frozen=True, slots=True)
class Drop:
    """The place of a drop: beside, in or at a tab of `group`, or outside of every dock (None, "out")."""

    group: Group | None
    side: str  # a key of WORDS
    index: int | None = None  # among the tabs


def windows_have_places() -> bool:
    """False under Wayland, where a program does not learn where its windows are."""
    return not QGuiApplication.platformName().startswith("wayland")


def side_of(size: QSize, at: QPoint) -> str:
    """Which part of a dock of this size (pixels) a point is in: the nearest edge within a quarter, or "tab"."""
    across, down = at.x() / max(1, size.width()), at.y() / max(1, size.height())
    distance = {"left": across, "right": 1 - across, "above": down, "below": 1 - down}
    nearest = min(distance, key=distance.__getitem__)
    return nearest if distance[nearest] < EDGE else "tab"


def find_drop(groups: Sequence[Group], host: QWidget, source: Group, key: str, at: QPoint) -> Drop | None:
    """Where the tab `key` of `source` would go from the screen position `at`; None: nothing would change.

    Windows of their own lie over the host and are looked at first. Where windows have no places, only the
    window that the drag began in is looked at.
    """
    reach = [group for group in groups if group.isVisible()]
    if not windows_have_places():
        reach = [group for group in reach if group.window() is source.window()]
    for group in sorted(reach, key=_is_docked):
        if _on_screen(group).contains(at):
            return _drop_in(group, source, key, at)
    if _on_screen(host).contains(at):
        docked = any(_is_docked(group) for group in groups)
        return None if docked or not source.floating else Drop(None, "tab")
    return None if source.floating and len(source.tabs) == 1 else Drop(None, "out")


def _drop_in(group: Group, source: Group, key: str, at: QPoint) -> Drop | None:
    tabs = group.strip.tabs
    if group.strip.rect().contains(group.strip.mapFromGlobal(at)):
        index = tabs.insertion(tabs.mapFromGlobal(at).x())
        place = source.keys.index(key)
        same = group is source and index in (place, place + 1)
        return None if same else Drop(group, "tab", index)
    side = "tab" if group.floating else side_of(group.size(), group.mapFromGlobal(at))
    if group is source and (side == "tab" or len(group.tabs) == 1):
        return None
    return Drop(group, side)


def _is_docked(group: Group) -> bool:
    return not group.floating


def _on_screen(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint()), widget.size())


class DropMark(QWidget):
    """The part of a dock that the box would take, in the accent colour, with the words for it."""

    def __init__(self, over: Group) -> None:
        super().__init__(over)
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def point_at(self, drop: Drop | None, source: Group) -> None:
        """Mark this drop; a pop-out is marked on the dock that the tab would leave."""
        if drop is None:
            self.hide()
            return
        group = drop.group or source
        if self.parentWidget() is not group:
            self.setParent(group)
        self._words = "" if drop.index is not None else _(WORDS[drop.side])
        self.setGeometry(self._area(group, drop))
        self.raise_()
        self.show()
        self.update()

    def _area(self, group: Group, drop: Drop) -> QRect:
        whole = group.rect()
        if drop.index is not None:
            tabs = group.strip.tabs
            x = tabs.mapTo(group, QPoint(tabs.edge(drop.index), 0)).x()
            return QRect(x - 2, look().px(4), 4, look().px(34))
        half_w, half_h = whole.width() // 2, whole.height() // 2
        return {
            "left": whole.adjusted(0, 0, -half_w, 0),
            "right": whole.adjusted(half_w, 0, 0, 0),
            "above": whole.adjusted(0, 0, 0, -half_h),
            "below": whole.adjusted(0, half_h, 0, 0),
        }.get(drop.side, whole)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._words:
            painter.fillRect(self.rect(), look().color("accent"))
            return
        radius = look().px(10)
        painter.setPen(QPen(look().color("accent"), 2))
        painter.setBrush(look().color("accent", 46))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), radius, radius)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(look().font("body", 600))
        width = painter.fontMetrics().horizontalAdvance(self._words) + 2 * look().px(14)
        chip = QRect(QPoint(), QSize(width, look().px(28)))
        chip.moveCenter(self.rect().center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().color("accent"))
        painter.drawRoundedRect(chip, look().px(14), look().px(14))
        painter.setPen(look().color("on_accent"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._words)
