"""Markdown as a label that wraps: bold, code, lists, headings, links, and formulas between dollar signs.

Only links of the named schemes are links; no file, picture or page is ever loaded. A widget is as high as its
text and never scrolls by itself: the scroll area around it does. Built with text formats, not HTML, so nothing
in a text can be mistaken for markup.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCursor,
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QTextListFormat,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from widgets.formula import image, runs, spoken
from widgets.look import Look, Refreshing, look

__all__ = ["MarkdownText", "plain_text"]

_SCROLLING = {
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
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
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
        style = _Style(self._size, self._weight, self._line, self._tone, self._schemes)
        writer = _Writer(self.document(), look(), style)
        writer.write(_reader().parse(self._text))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if writer.links else Qt.FocusPolicy.ClickFocus)
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

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 1 else look().px(300)
        return QSize(look().px(240), self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(16))

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """Nothing is loaded, from anywhere; formulas are handed to the document directly."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that scroll belong to the scroll area around the text."""
        if event.key() in _SCROLLING:
            event.ignore()
            return
        super().keyPressEvent(event)

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
        self.link_activated.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))


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

    reader = MarkdownIt("commonmark", {"html": False}).disable(["image", "autolink", "html_block", "html_inline"])
    reader.inline.ruler.before("escape", "math", _math)
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # the writer decides by scheme
    reader.normalizeLink = lambda url: url  # type: ignore[method-assign]  # links are keys: kept as written
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


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is set: its size, weight, line height in percent and colour; and which links it may have."""

    size: str
    weight: int
    line: int
    tone: str
    schemes: tuple[str, ...]


class _Writer:
    """Writes the tokens of a text into a document."""

    def __init__(self, document: QTextDocument, now: Look, style: _Style) -> None:
        self._document, self._look, self._style = document, now, style
        self._font = now.font(style.size, style.weight)
        self.links = 0
        document.clear()
        document.setDefaultFont(self._font)
        document.setIndentWidth(now.px(20))
        self._cursor = QTextCursor(document)
        self._cursor.beginEditBlock()
        self._formats = [QTextCharFormat()]
        self._formats[0].setFont(self._font)  # in every piece: the editor puts its own font into the document
        self._formats[0].setForeground(now.color(style.tone))
        self._lists: list[tuple[QTextListFormat, Any]] = []  # format, and the list once it has an item
        self._first, self._item_starts = True, False

    def write(self, tokens: list[Any]) -> None:
        for token in tokens:
            match token.type:
                case "paragraph_open":
                    self._block(tight=token.hidden)
                case "heading_open":
                    self._block(heading=True)
                    self._push(weight=600, color="text")
                case "heading_close":
                    self._formats.pop()
                case "bullet_list_open" | "ordered_list_open":
                    self._open_list(token)
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._item_starts = True
                case "inline":
                    for child in token.children or ():
                        self._inline(child)
                case "fence" | "code_block":
                    self._block()
                    self._push(mono=True)
                    self._text(token.content.rstrip("\n").replace("\n", "\N{LINE SEPARATOR}"))
                    self._formats.pop()
        self._cursor.endEditBlock()

    # -- blocks

    def _open_list(self, token: Any) -> None:
        made = QTextListFormat()
        ordered = token.type == "ordered_list_open"
        made.setStyle(QTextListFormat.Style.ListDecimal if ordered else QTextListFormat.Style.ListDisc)
        made.setStart(int(token.attrGet("start") or 1) if ordered else 1)
        made.setIndent(len(self._lists) + 1)
        self._lists.append((made, None))

    def _block(self, tight: bool = False, heading: bool = False) -> None:
        made = QTextBlockFormat()
        made.setLineHeight(self._style.line, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if not self._first:
            made.setTopMargin(self._look.px(4 if tight else 14 if heading else 9))
        if self._lists and not self._item_starts:
            made.setIndent(len(self._lists))
        if self._first:
            self._cursor.setBlockFormat(made)
        else:
            self._cursor.insertBlock(made)
        if self._lists and self._item_starts:
            self._start_item(made)
        elif not self._first and self._cursor.currentList() is not None:
            self._cursor.currentList().remove(self._cursor.block())
            self._cursor.setBlockFormat(made)
        self._first = self._item_starts = False

    def _start_item(self, block: QTextBlockFormat) -> None:
        format, made = self._lists[-1]
        if made is None:
            made = self._cursor.createList(format)
            self._lists[-1] = (format, made)
        else:
            made.add(self._cursor.block())
        kept = self._cursor.blockFormat()
        kept.setTopMargin(block.topMargin())
        kept.setLineHeight(self._style.line, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self._cursor.setBlockFormat(kept)

    # -- within a line

    def _inline(self, token: Any) -> None:
        match token.type:
            case "strong_open":
                self._push(weight=600)
            case "em_open":
                self._push(italic=True)
            case "link_open":
                self._push(link=str(token.attrGet("href") or ""))
            case "strong_close" | "em_close" | "link_close":
                self._formats.pop()
            case "code_inline":
                self._push(mono=True)
                self._text(token.content)
                self._formats.pop()
            case "math":
                self._math(token.content)
            case "softbreak":
                self._text(" ")
            case "hardbreak":
                self._text("\N{LINE SEPARATOR}")
            case _:
                self._text(token.content)

    def _text(self, text: str) -> None:
        self._cursor.insertText(text, self._formats[-1])

    def _push(
        self, weight: int = 0, italic: bool = False, mono: bool = False, color: str = "", link: str = ""
    ) -> None:
        made = QTextCharFormat(self._formats[-1])
        if weight:
            made.setFontWeight(weight)
        if italic:
            made.setFontItalic(True)
        if mono:
            made.setFontFamilies([self._look.mono])
        if color:
            made.setForeground(self._look.color(color))
        if link and link.partition(":")[0] in self._style.schemes:
            self._link(made, link)
        self._formats.append(made)

    def _link(self, made: QTextCharFormat, link: str) -> None:
        """A link that acts stands out; a word to look up is only dotted under."""
        quiet = link.startswith("word:")
        made.setAnchor(True)
        made.setAnchorHref(link)
        made.setForeground(self._look.color(self._style.tone if quiet else "accent_text"))
        dotted, solid = QTextCharFormat.UnderlineStyle.DotLine, QTextCharFormat.UnderlineStyle.SingleUnderline
        made.setUnderlineStyle(dotted if quiet else solid)
        made.setUnderlineColor(self._look.color("text3" if quiet else "accent_text"))
        self.links += 1

    def _math(self, latex: str) -> None:
        try:
            characters = runs(latex)
        except ValueError:  # a wrong formula is shown as it was typed
            self._text(f"${latex}$")
            return
        if characters is None:
            self._picture(latex)
            return
        for run in characters:
            made = QTextCharFormat(self._formats[-1])
            made.setFontItalic(run.italic)
            if run.script:
                place = QTextCharFormat.VerticalAlignment
                made.setVerticalAlignment(place.AlignSuperScript if run.script > 0 else place.AlignSubScript)
            self._cursor.insertText(run.text, made)

    def _picture(self, latex: str) -> None:
        below = QFontMetricsF(self._font).descent()
        picture, centred = image(latex, self._font.pixelSize() * 1.12, self._look.color(self._style.tone).name(), below)
        name = f"formula:{latex}"
        self._document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), picture)
        made = QTextImageFormat()
        made.setName(name)
        made.setWidth(picture.width() / 2)
        made.setHeight(picture.height() / 2)
        place = QTextCharFormat.VerticalAlignment
        made.setVerticalAlignment(place.AlignMiddle if centred else place.AlignBaseline)
        self._cursor.insertImage(made)
