"""Writes parsed Markdown into a text document, format by format; nothing of the text is ever read as markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QTextListFormat,
)

from widgets.base.look import Look
from widgets.text.formula import image, runs

__all__ = ["Style", "Writer"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: its size, weight, line height in percent and colour; and which links it may have.

    `headings` are the sizes of headings of level 1, 2 …; empty: as large as the text.
    """

    size: str
    weight: int
    line: int
    tone: str
    schemes: tuple[str, ...]
    headings: tuple[str, ...] = ()


class Writer:
    """Writes the tokens of a text into a document."""

    def __init__(self, document: QTextDocument, now: Look, style: Style) -> None:
        self._document, self._look, self._style = document, now, style
        self._font = now.font(style.size, style.weight)
        self.links = 0
        document.clear()
        document.setDefaultFont(self._font)
        document.setIndentWidth(now.px(20))
        self._cursor = QTextCursor(document)
        self._formats = [QTextCharFormat()]
        self._formats[0].setFont(self._font)  # in every piece: the editor puts its own font into the document
        self._formats[0].setForeground(now.color(style.tone))
        self._lists: list[tuple[QTextListFormat, Any]] = []  # format, and the list once it has an item
        self._first, self._item_starts = True, False

    def write(self, tokens: list[Any]) -> None:
        """Write them behind what was written before."""
        self._cursor.beginEditBlock()
        for token in tokens:
            match token.type:
                case "paragraph_open":
                    self._block(tight=token.hidden)
                case "heading_open":
                    level = int(token.tag[1:])
                    self._block(heading=level)
                    sizes = self._style.headings
                    self._push(weight=600, color="text", size=sizes[min(level, len(sizes)) - 1] if sizes else "")
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

    def _block(self, tight: bool = False, heading: int = 0) -> None:
        made = QTextBlockFormat()
        made.setLineHeight(self._style.line, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if not self._first:
            made.setTopMargin(self._look.px(4 if tight else 14 if heading else 9))
        made.setHeadingLevel(heading)
        if self._lists and not self._item_starts:
            made.setIndent(len(self._lists))
        if self._first:
            self._cursor.setBlockFormat(made)
        else:
            self._cursor.insertBlock(made, self._formats[0])  # a number or dot before it is no larger than its words
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
        self, weight: int = 0, italic: bool = False, mono: bool = False, color: str = "", link: str = "", size: str = ""
    ) -> None:
        made = QTextCharFormat(self._formats[-1])
        if size:
            made.setFont(self._look.font(size))
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
