"""The links of a text as things of their own: Tab reaches each, Enter follows it, and a screen reader meets a link.

A text paints its links itself; over each lies a widget that paints nothing and lets the mouse through.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, QUrl, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QTextBrowser, QWidget

from widgets.base.roles import be_link

__all__ = ["LinkSpot", "LinkSpots", "encoded"]

_OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a picture stands in a text


@dataclass(frozen=True, slots=True)
class _Span:
    """A link: from which character to which, where it leads, and its words."""

    start: int
    end: int
    href: str
    words: str


class LinkSpot(QWidget):
    """One link. `followed` when Enter is pressed on it."""

    followed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.href = ""
        be_link(self)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def follow(self) -> None:
        """Go where it leads."""
        self.followed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.follow()
        else:
            super().keyPressEvent(event)


class LinkSpots:
    """All links of a text, in its order."""

    def __init__(self, text: QTextBrowser) -> None:
        self._held = weakref.ref(text)  # which holds this: without a ring it goes as soon as nobody needs it
        self._spans: tuple[_Span, ...] = ()
        self.spots: list[LinkSpot] = []

    @property
    def _text(self) -> QTextBrowser:
        text = self._held()
        assert text is not None
        return text

    def renew(self) -> list[LinkSpot]:
        """The text is another one. Returns the spots that are new."""
        self._spans = tuple(_spans(self._text))
        for spot in self.spots[len(self._spans) :]:
            spot.setParent(None)
            spot.deleteLater()
        del self.spots[len(self._spans) :]
        new = [LinkSpot(self._text.viewport()) for _span in self._spans[len(self.spots) :]]
        for spot in new:
            QWidget.setTabOrder(self.spots[-1] if self.spots else self._text, spot)
            self.spots.append(spot)
        for spot, span in zip(self.spots, self._spans):
            spot.href = span.href
            spot.setAccessibleName(span.words)
        return new

    def place(self) -> None:
        """The text is laid out anew: each spot goes to its link."""
        for spot, span in zip(self.spots, self._spans):
            spot.setGeometry(self._place_of(span))
            spot.show()

    def _place_of(self, span: _Span) -> QRect:
        first, last = (self._text.cursorRect(self._at(place)) for place in (span.start, span.end))
        if first.top() != last.top():  # the link goes on in the next line
            return QRect(0, first.top(), self._text.width(), last.bottom() - first.top() + 1)
        return QRect(first.topLeft(), last.bottomLeft()).normalized()

    def _at(self, place: int) -> QTextCursor:
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(place)
        return cursor


def _spans(text: QTextBrowser) -> list[_Span]:
    """The links of a text; pieces of one link, such as a bold word in it, belong together."""
    found: list[_Span] = []
    block = text.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            href, start, words = piece.charFormat().anchorHref(), piece.position(), piece.text().replace(_OBJECT, "")
            if href and found and (found[-1].end, found[-1].href) == (start, href):
                found[-1] = _Span(found[-1].start, start + piece.length(), href, found[-1].words + words)
            elif href:
                found.append(_Span(start, start + piece.length(), href, words))
            pieces += 1
        block = block.next()
    return found


def encoded(href: str) -> str:
    """An address as Qt writes it."""
    return QUrl(href).toString(QUrl.ComponentFormattingOption.FullyEncoded)
