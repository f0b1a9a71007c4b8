"""Where the letters of a text stand: a grid of equal cells, lines broken at blanks."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QPointF, QRectF

from lab.core.records import dataclass

__all__ = ["Sheet", "broken"]

Span = tuple[int, int]


def broken(text: str, columns: int) -> tuple[Span, ...]:
    """The lines of a text, as (start, end): at most so many characters each, the line feed itself left out."""
    rows: list[Span] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        at = start
        while end - at > columns:
            cut = text.rfind(" ", at + 1, at + columns + 1)
            stop = cut + 1 if cut > at else at + columns
            rows.append((at, stop))
            at = stop
        rows.append((at, end))
        start = end + 1
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines in a room. rows: the lines.  wide, high: of a cell.  left, top: of the first one.  first: the line at the
    top.  seen: lines that are in sight."""

    rows: tuple[Span, ...]
    wide: float
    high: float
    left: float
    top: float
    first: int
    seen: int

    def row_of(self, character: int) -> int:
        """The line of a character."""
        return max(0, bisect_right(self.rows, (character, 1 << 60)) - 1)

    def spot(self, character: int) -> QPointF:
        """The upper left corner of a character; above or below the room where its line is out of sight."""
        row = self.row_of(character)
        column = min(character, self.rows[row][1]) - self.rows[row][0]
        return QPointF(self.left + column * self.wide, self.top + (row - self.first) * self.high)

    def pieces(self, start: int, end: int) -> list[tuple[int, int, QRectF]]:
        """A stretch line by line: (start, end, its rectangle), for the lines in sight."""
        found = []
        last = min(len(self.rows), self.first + self.seen)
        for row in range(max(self.first, self.row_of(start)), last):
            a, b = max(start, self.rows[row][0]), min(end, self.rows[row][1])
            if self.rows[row][0] >= end:
                break
            if a < b:
                corner = self.spot(a)
                found.append((a, b, QRectF(corner.x(), corner.y(), (b - a) * self.wide, self.high)))
        return found

    def character_at(self, at: QPointF) -> int:
        """The character nearest to a pixel."""
        row = min(max(self.first + int((at.y() - self.top) // self.high), 0), len(self.rows) - 1)
        start, end = self.rows[row]
        return min(max(start + round((at.x() - self.left) / self.wide), start), end)
