"""Markdown as a label that wraps: bold, code, lists, headings, links, and formulas between dollar signs.

Only links of the named schemes are links; no file, picture or page is ever loaded. A widget is as high as its
text and never scrolls by itself: the scroll area around it does. Built with text formats, not HTML, so nothing
in a text can be mistaken for markup.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCursor,
    QKeyEvent,
    QResizeEvent,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from widgets.base.look import Look, Refreshing, look
from widgets.text.formula import spoken
from widgets.text.link_spots import LinkSpot, LinkSpots, encoded
from widgets.text.markdown_writer import Style, Writer

__all__ = ["MarkdownText", "parsed", "plain_text"]

_SCROLLING = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Space,
}


class MarkdownText(Refreshing, QTextBrowser):
    """A few paragraphs. `size` is a name of look.SIZES, `weight` the font's, `line` the line height in percent."""

    link_activated = Signal(str)

    def __init__(
        self,
        text: str = "",
        size: str = "lesson",
        line: int = 148,
        tone: str = "text",
        weight: int = 400,
        schemes: tuple[str, ...] = ("lab", "word"),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._line, self._schemes = text, line, schemes
        self._size, self._weight, self._tone = size, weight, tone
        self._made: tuple[str, int, Look] | None = None  # what the document was written from
        self._heights: dict[int, int] = {}  # by width
        self._place = QRect()
        self._spot: QWidget | None = None
        self._links = LinkSpots(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._clicked)
        self.relook()

    def set_markdown(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.relook()
            self.updateGeometry()

    def set_line(self, line: int) -> None:
        """Another line height, in percent."""
        if line != self._line:
            self._line = line
            self.relook()
            self.updateGeometry()

    def markdown(self) -> str:
        return self._text

    def relook(self) -> None:
        """Set the text anew, unless nothing that matters has changed: Qt asks often."""
        made = (self._text, self._line, look())
        if made == self._made:
            return
        self._made = made
        self._heights.clear()
        style = Style(self._size, self._weight, self._line, self._tone, self._schemes)
        writer = Writer(self.document(), look(), style)
        writer.write(_reader().parse(self._text))
        for spot in self._links.renew():
            spot.followed.connect(self._followed)
        self._links.place()
        self.setAccessibleName(plain_text(self._text))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            layout = self.document().documentLayout()
            layout.blockSignals(True)  # the editor would answer each try with a layout of its own
            self.document().setTextWidth(width)
            self._heights[width] = math.ceil(self.document().size().height())
            self._fill_width()
            layout.blockSignals(False)
        return self._heights[width]

    def _fill_width(self) -> None:
        """Lay the text out for the width it has: layouts ask about widths that they then do not give."""
        if self.document().textWidth() != self.viewport().width():
            self.document().setTextWidth(self.viewport().width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill_width()
        self._links.place()

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 1 else look().px(300)
        return QSize(look().px(240), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(16))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Nothing is loaded, from anywhere; formulas are handed to the document directly."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that scroll, or step, belong to what is around the text."""
        if event.key() in _SCROLLING:
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from link to link, which are widgets of their own, and on."""
        return QWidget.focusNextPrevChild(self, forward)

    def links(self) -> tuple[LinkSpot, ...]:
        """The links, in order."""
        return tuple(self._links.spots)

    def link_spot(self) -> QWidget:
        """A place holder over the link that was activated last, to put a pop-over beside."""
        if self._spot is None:
            self._spot = QWidget(self)  # never shown: only its place is asked for
        self._spot.setGeometry(self._place)
        return self._spot

    def _clicked(self, url: QUrl) -> None:
        pointer = self.viewport().mapFromGlobal(QCursor.pos())
        at = self.cursorRect(self.cursorForPosition(pointer)) if self.anchorAt(pointer) else self.cursorRect()
        self._place = at.adjusted(0, 0, 1, 0)
        self.link_activated.emit(encoded(url.toString()))

    def _followed(self) -> None:
        sender = self.sender()
        spot = next(spot for spot in self._links.spots if spot is sender)
        self._place = spot.geometry()
        self.link_activated.emit(encoded(spot.href))


def parsed(text: str) -> list[Any]:
    """The tokens of a Markdown text, for a `Writer`."""
    found: list[Any] = _reader().parse(text)
    return found


@lru_cache(maxsize=1024)
def plain_text(text: str) -> str:
    """A Markdown text as it is read aloud: no marks, formulas in words."""
    parts: list[str] = []
    for token in _reader().parse(text):
        for child in token.children or ():
            if child.type in ("softbreak", "hardbreak"):
                parts.append(" ")
            elif child.type == "math":
                parts.append(_spoken(child.content))
            else:
                parts.append(child.content)
        if token.type == "inline":
            parts.append("\n")
        elif token.type == "fence":
            parts.append(token.content)
    return "".join(parts).strip()


def _spoken(latex: str) -> str:
    try:
        return spoken(latex)
    except ValueError:
        return f"${latex}$"


@lru_cache(maxsize=1)
def _reader() -> Any:
    """The Markdown reader: CommonMark without HTML and pictures, with formulas."""
    from markdown_it import MarkdownIt

    class Reader(MarkdownIt):
        def validateLink(self, url: str) -> bool:
            return True  # the writer decides by scheme

        def normalizeLink(self, url: str) -> str:
            return url  # links are keys: kept as written

    reader = Reader("commonmark", {"html": False}).disable(["image", "autolink", "html_block", "html_inline"])
    reader.inline.ruler.before("escape", "math", _math)
    return reader


def _math(state: Any, silent: bool) -> bool:
    """The rule for $…$ on one line."""
    if state.src[state.pos] != "$":
        return False
    end = state.src.find("$", state.pos + 1)
    content = state.src[state.pos + 1 : end]
    if end < 0 or not content.strip() or "\n" in content:
        return False
    if not silent:
        state.push("math", "math", 0).content = content
    state.pos = end + 1
    return True
