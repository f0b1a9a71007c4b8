"""A text on paper: Markdown set on A4 pages, with a heading on each and its number below, as PDF.

The words stay words in the file, so that they can be searched, copied and read aloud. What belongs together, such as
a question and its answers, stays on one page. A picture is painted anew, as sharp as the letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from widgets.base.colors import LIGHT
from widgets.base.look import Look
from widgets.text.markdown import parsed
from widgets.text.markdown_writer import Style, Writer

__all__ = ["Figure", "Painting", "PdfPages"]


class _Paper(Look):
    """Dark on white, in plain characters: a glyph put in another's place by the typeface cannot be searched for."""

    def font(self, size: str | float = "body", weight: int = 400, mono: bool = False, italic: bool = False) -> QFont:
        made = super().font(size, weight, mono, italic)
        for feature in ("tnum", "calt", "liga", "clig"):
            made.setFeature(QFont.Tag(feature), 0)
        return made


PAPER = _Paper(LIGHT)
STYLE = Style("lesson", 400, 140, "text", (), ("lesson_title", "h2", "h3"))
SHEET, MARGIN = QSizeF(210.0, 297.0), 18.0  # mm
WIDTH = 690.0  # of the text, in the pixels that the type sizes count in
HEAD = 34.0  # above and below the text


class Painting(Protocol):
    """A picture that can be painted on paper."""

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        """Paint it on white into a rectangle of any painter."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in a text, with a line below it. high: of the picture, in parts of the text's width."""

    picture: Painting
    caption: str = ""
    high: float = 0.52


class PdfPages:
    """A text laid out in pages. `head` stands on top of every page, `foot` below beside the page's number.

    text: Markdown, or several pieces of it and figures, each of which stays on one page where it is not longer.
    """

    def __init__(
        self, text: str | Sequence[str | Figure], head: str = "", foot: str = "", right_to_left: bool = False
    ) -> None:
        self._head, self._foot, self._mirrored = head, foot, right_to_left
        scale = WIDTH / (SHEET.width() - 2 * MARGIN)
        self._whole = QSizeF(WIDTH, scale * (SHEET.height() - 2 * MARGIN))
        self._body = self._whole.height() - 2 * HEAD
        self._document = QTextDocument()
        self._document.setDocumentMargin(0)
        option = self._document.defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
        self._figures: list[tuple[int, Figure]] = []  # with the number of the block that keeps its room
        pieces = self._write((text,) if isinstance(text, str) else text)
        self._document.setDefaultTextOption(option)
        self._document.setPageSize(QSizeF(WIDTH, self._body))
        if not isinstance(text, str):
            self._keep_whole(pieces)
        self._keep_headings()

    def _write(self, pieces: Sequence[str | Figure]) -> list[tuple[int, int]]:
        """Write the pieces; the first and last block of each."""
        writer, found = Writer(self._document, PAPER, STYLE), list[tuple[int, int]]()
        for piece in pieces:
            first = self._document.blockCount() if found else 0
            if isinstance(piece, Figure):
                writer.write(
                    parsed(f"\N{NO-BREAK SPACE}\n\n*{piece.caption}*" if piece.caption else "\N{NO-BREAK SPACE}")
                )
                self._figures.append((first, piece))
                room = self._document.findBlockByNumber(first)
                made = room.blockFormat()
                height = QTextBlockFormat.LineHeightTypes.FixedHeight.value
                made.setLineHeight(piece.high * WIDTH, height)
                QTextCursor(room).setBlockFormat(made)
            else:
                writer.write(parsed(piece))
            found.append((first, self._document.blockCount() - 1))
        return found

    @property
    def pages(self) -> int:
        return self._document.pageCount()

    def texts(self) -> tuple[str, ...]:
        """The words of each page."""
        found: list[list[str]] = [[] for _page in range(self.pages)]
        for block in self._blocks():
            found[self._page_of(block)].append(block.text().replace("\N{LINE SEPARATOR}", "\n"))
        return tuple("\n".join(lines) for lines in found)

    def pdf(self) -> bytes:
        """The booklet as a PDF file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setTitle(self._head)
        writer.setCreator("Glassbox")
        margins = QMarginsF(MARGIN, MARGIN, MARGIN, MARGIN)
        sheet = QPageSize(QPageSize.PageSizeId.A4)
        writer.setPageLayout(QPageLayout(sheet, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
        painter = QPainter(writer)
        painter.scale(writer.width() / WIDTH, writer.width() / WIDTH)
        for page in range(self.pages):
            if page:
                writer.newPage()
            self._paint(painter, page)
        painter.end()
        return bytes(buffer.data().data())

    def _paint(self, painter: QPainter, page: int) -> None:
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if self._mirrored:
            start, end = end, start
        painter.setFont(PAPER.font("small"))
        painter.setPen(PAPER.color("text2"))
        line = QRectF(0, 0, WIDTH, 20)
        painter.drawText(line, start | Qt.AlignmentFlag.AlignTop, self._head)
        line.moveBottom(self._whole.height())
        painter.drawText(line, start | Qt.AlignmentFlag.AlignBottom, self._foot)
        painter.drawText(line, end | Qt.AlignmentFlag.AlignBottom, f"{page + 1} / {self.pages}")
        painter.save()
        painter.translate(0, HEAD - page * self._body)
        self._document.drawContents(painter, QRectF(0, page * self._body, WIDTH, self._body))
        for number, figure in self._figures:
            block = self._document.findBlockByNumber(number)
            if self._page_of(block) == page:
                top = self._document.documentLayout().blockBoundingRect(block).top()
                figure.picture.render_to(painter, QRectF(0, top, WIDTH, figure.high * WIDTH))
        painter.restore()

    def _blocks(self) -> list[QTextBlock]:
        blocks, block = [], self._document.begin()
        while block.isValid():
            blocks.append(block)
            block = block.next()
        return blocks

    def _page_of(self, block: QTextBlock) -> int:
        top = self._document.documentLayout().blockBoundingRect(block).top()
        return min(self.pages - 1, int((top + 1) / self._body))

    def _ends_on(self, block: QTextBlock) -> int:
        """The page on which a block ends."""
        bottom = self._document.documentLayout().blockBoundingRect(block).bottom()
        return min(self.pages - 1, int((bottom - 1) / self._body))

    def _keep_whole(self, pieces: Sequence[tuple[int, int]]) -> None:
        """A piece that would be cut by the end of a page begins on the next, with the headings above it."""
        for first, last in pieces:
            blocks = [self._document.findBlockByNumber(number) for number in (first, last)]
            while blocks[0].previous().isValid() and blocks[0].previous().blockFormat().headingLevel():
                blocks[0] = blocks[0].previous()
            places = [self._document.documentLayout().blockBoundingRect(block) for block in blocks]
            fits = places[1].bottom() - places[0].top() <= self._body
            if fits and self._page_of(blocks[0]) != self._ends_on(blocks[1]):
                self._begin_page(blocks[0])

    @staticmethod
    def _begin_page(block: QTextBlock) -> None:
        made = block.blockFormat()
        made.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
        QTextCursor(block).setBlockFormat(made)

    def _keep_headings(self) -> None:
        """No heading stays behind at the foot of a page, nor the first of several in a row."""
        first: QTextBlock | None = None  # of the headings above this block
        for block in self._blocks():
            if first is not None and self._page_of(block) > self._page_of(first):
                self._begin_page(first)
            first = (first or block) if block.blockFormat().headingLevel() else None
