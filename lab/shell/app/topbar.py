"""The bar along the top: where we are, the search, and what concerns the whole window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from lab.core.text import _
from widgets.base.icon import pixmap
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, Glyph, IconButton, Pressable

__all__ = ["TopBar"]


class SearchButton(Pressable, QPushButton):
    """Looks like a field and opens the command palette: one way to search, by mouse and by key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "search")
        self.setAccessibleName(_("Search experiments, words and commands"))
        self._text = QLabel(_("Search experiments, words"), self)
        self._text.setProperty("tone", "text3")
        self._key = kind(QLabel("Ctrl K", self), "caption")
        self._key.setProperty("tone", "text3")
        self._glyph = Glyph("search", "text3", 17)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._glyph)
        self._row.addWidget(self._text)
        self._row.addStretch(1)
        self._row.addWidget(self._key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.relook()

    def relook(self) -> None:
        px = look().px
        self._row.setContentsMargins(px(10), 0, px(8), 0)
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(34))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def narrow(self, short: bool, wide: int) -> None:
        """Be so many pixels wide, or, where the bar is `short`, the glyph alone."""
        self._text.setHidden(short)
        self._key.setHidden(short)
        self.setFixedWidth(look().px(10 + 8) + self._glyph.sizeHint().width() if short else wide)
        self._fit()

    def _fit(self) -> None:
        """One word where the whole sentence has no room, and no key where that has none: half a word helps nobody."""
        if self._text.isHidden():
            return
        margins, gap, metrics = self._row.contentsMargins(), self._row.spacing(), self._text.fontMetrics()
        room = self.width() - margins.left() - margins.right() - self._glyph.sizeHint().width() - 2 * gap
        beside = room - self._key.sizeHint().width() - gap
        words = (_("Search experiments, words"), _("Search"))
        found = next((text for text in words if metrics.horizontalAdvance(text) <= beside), "")
        self._key.setVisible(bool(found))
        if self._text.text() != (found or words[-1]):
            self._text.setText(found or words[-1])


class Mark(Refreshing, QLabel):
    """The sign of the lab and its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Glassbox")
        self.relook()

    def relook(self) -> None:
        self.setPixmap(pixmap("glassbox", "accent", 26))


class TopBar(Refreshing, QFrame):
    requested = Signal(str)  # the id of a command

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "topbar")
        self._mark = Mark()
        self._name = kind(QLabel("Glassbox"), "h3")
        self._rule = QFrame()
        kind(self._rule, "rule")
        self.home = Button(_("Home"), "plain", height=30)
        self._crumbs: list[QLabel] = [Glyph("chevron-right", "text3", 14), kind(QLabel(), "body")]
        self._crumbs += [Glyph("chevron-right", "text3", 14), kind(QLabel(), "strong")]
        self._crumbs[1].setProperty("tone", "text2")
        self._title = ""  # of the experiment, whether there is room for all of it or not
        self.search = SearchButton()
        self.text_size = IconButton("a-large-small", _("Text size"), "Ctrl++")
        self.theme = IconButton("moon", _("Light or dark"), "")
        self.present = Button(_("Present"), "plain", "presentation")
        self.present.setAccessibleName(_("Present"))
        self.present.setToolTip(_("Present: one experiment, large and light  (F11)"))
        self.lesson = IconButton("book-open", _("Show or hide the lesson"), "Ctrl+L")
        self.lesson.setCheckable(True)
        self.lesson.hide()
        self.keys = IconButton("circle-question-mark", _("Keys and help"), "F1")
        self.menu = IconButton("ellipsis", _("More: settings, about"), "")
        self._row = QHBoxLayout(self)
        for widget in (self._mark, self._name, self._rule, self.home, *self._crumbs):
            self._row.addWidget(widget)
        self._row.addStretch(1)
        for widget in (self.search, self.lesson, self.text_size, self.theme, self.present, self.keys, self.menu):
            self._row.addWidget(widget)
        for button, id in (
            (self.home, "home"),
            (self.search, "palette"),
            (self.lesson, "lesson"),
            (self.text_size, "next-text-size"),
            (self.theme, "theme"),
            (self.present, "present"),
            (self.keys, "keys"),
            (self.menu, "menu"),
        ):
            button.clicked.connect(partial(self.requested.emit, id))
        self.relook()
        self.show_place("", "")

    def show_place(self, chapter: str, title: str) -> None:
        """The way from Home to here; empty on the home page."""
        for widget, text in zip(self._crumbs, (chapter, chapter, title, title)):
            widget.setVisible(bool(text))
        self._crumbs[1].setText(chapter)
        self._title = title
        self.present.setEnabled(bool(title))
        self.lesson.setVisible(bool(title))
        self._fit()

    def show_lesson_state(self, shown: bool) -> None:
        self.lesson.setChecked(shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def relook(self) -> None:
        px = look().px
        self.setFixedHeight(px(52))
        self._row.setContentsMargins(px(16), 0, px(14), 0)
        self._row.setSpacing(px(8))
        self._rule.setFixedSize(1, px(28))
        self.theme.set_face("sun" if look().palette.name == "dark" else "moon", _("Light or dark"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Something in the bar has grown, such as all words with the size of the text."""
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self._row.minimumSize().width() > self.width():
            self._fit()
        return answer

    def _fit(self) -> None:
        """A narrow bar gives up the chapter first, then the name, then words, and last the end of the title. What can
        be pressed stays, and nothing lies over anything else."""
        px, width = look().px, self.width()
        chapter, title = self._crumbs[:2], self._crumbs[3]
        self._name.show()
        for widget in chapter:
            widget.setVisible(bool(self._crumbs[1].text()))
        title.setText(self._title)
        self.present.set_face(_("Present"), "presentation")
        self.search.narrow(False, max(px(160), min(px(310), width - px(820))))
        for give_up in (self._give_up_chapter, self._name.hide, self._give_up_words, self._give_up_search):
            if self._needed() <= width:
                break
            give_up()
        over = self._needed() - width
        if over > 0:
            room = title.sizeHint().width() - over
            title.setText(title.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, max(0, room)))
        title.setToolTip(self._title if title.text() != self._title else "")
        self._row.activate()  # at once: what was hidden or shown must not overlap until the next event

    def _needed(self) -> int:
        """How wide the bar would have to be for all that is shown now, in pixels."""
        self._row.invalidate()
        return self._row.minimumSize().width()

    def _give_up_chapter(self) -> None:
        for widget in self._crumbs[:2]:
            widget.hide()

    def _give_up_words(self) -> None:
        self.present.set_face("", "presentation")

    def _give_up_search(self) -> None:
        self.search.narrow(True, 0)
