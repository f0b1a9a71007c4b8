"""The lesson panel: one page at a time, with predictions, things to try, code, notes and the words of the glossary.

It shows a lesson and passes on what the learner asks for; the experiment is set by whoever listens. It keeps
no answers either: they are handed over with the lesson and leave by signals.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from lab.core.glossary import read_glossary
from lab.core.lesson.blocks import LEVELS, Lesson
from lab.core.metric import Value
from lab.core.text import N_, _
from lab.shell.command import add_entry, new_menu, pop_up
from lab.shell.lesson.cards import NotesCard, QuestionCard
from lab.shell.lesson.code_card import CodeCard
from lab.shell.lesson.page import PageView, ReaderState
from lab.shell.lesson.papers import PAPERS
from lab.shell.lesson.parts import Dots
from lab.shell.lesson.word_card import explain_word
from lab.shell.text_label import text_label
from widgets.base.accessible import announce
from widgets.base.focus import stops_in
from widgets.base.look import Refreshing, look
from widgets.base.roles import be_part
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.text.markdown import plain_text

__all__ = ["LessonPanel"]

LEVEL_NAMES = {"intro": N_("In words"), "standard": N_("With formulas"), "expert": N_("Everything")}


class _PageArea(QScrollArea):
    """It scrolls up and down only: the arrows to the sides step the experiment, from the lesson too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)


class LessonPanel(Refreshing, QWidget):
    """Header, page, footer. What is asked of the experiment leaves as a Request of lab.core.lesson.blocks."""

    setting_requested = Signal(object)
    answered = Signal(str, object)
    notes_changed = Signal(str)
    code_changed = Signal(str, object)  # a code cell's id, and the learner's code: None where it is the lesson's
    page_changed = Signal(int, int)
    word_requested = Signal(str)  # a word's id: the experiment that shows it is wanted
    hide_requested = Signal()
    print_requested = Signal(str, str)  # what of `papers.PAPERS`, and the reading level
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lesson: Lesson | None = None
        self._number, self._teaching = 0, False
        self._turned = False  # by what has the keyboard in the footer
        self._reader = ReaderState()
        self._explained: QuestionCard | None = None  # has just grown by its explanation
        self._metrics: Mapping[str, Value] = {}
        be_part(self, _("Lesson"), _("F6 goes to the next part."))
        self._make_header()
        self._area = _PageArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._area.setAccessibleName(_("Page"))
        self._area.verticalScrollBar().rangeChanged.connect(self._keep_end_margin)
        self._make_footer()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._header)
        self._column.addWidget(self._area, 1)
        self._column.addWidget(self._rule)
        self._column.addWidget(self._footer)
        self._show_page()
        self.relook()

    def _make_header(self) -> None:
        self._where = text_label("", "small", "text3", wrap=True)
        self._more = IconButton("graduation-cap", _("Reading level and teacher's note"))
        self._more.clicked.connect(self._show_menu)
        self._hide = IconButton("panel-right-close", _("Hide the lesson"), "Ctrl+L")
        self._hide.clicked.connect(self.hide_requested)
        self._header = QHBoxLayout()
        self._header.addWidget(self._where, 1)
        self._header.addWidget(self._more)
        self._header.addWidget(self._hide)

    def _make_footer(self) -> None:
        self._rule = kind(QFrame(), "rule")
        self._rule.setFixedHeight(1)
        self.back_button = Button(_("Back"), "plain", "arrow-left", 36)
        self.next_button = Button(_("Next"), "outline", "arrow-right", 36, icon_after=True)
        self.dots = Dots()
        self.back_button.clicked.connect(self._go_back)
        self.next_button.clicked.connect(self._go_on)
        self.dots.chosen.connect(self.go)
        self._footer = kind(QWidget(), "clear")
        row = self._footer_row = QHBoxLayout(self._footer)
        row.setSpacing(4)
        row.addWidget(self.back_button)
        row.addStretch(1)
        row.addWidget(self.dots)
        row.addStretch(1)
        row.addWidget(self.next_button)

    # ------------------------------------------------------------------------------------------- input

    def show_lesson(
        self,
        lesson: Lesson | None,
        page: int = 0,
        answers: Mapping[str, Any] | None = None,
        notes: str = "",
        codes: Mapping[str, str] | None = None,
    ) -> None:
        """Show a page of a lesson with the answers, notes and changed code cells so far. Emits nothing."""
        reader = self._reader
        reader.answers, reader.notes, reader.codes = dict(answers or {}), notes, dict(codes or {})
        self._lesson, self._teaching, self._metrics = lesson, False, {}
        self._number = max(0, min(page, len(lesson.pages) - 1)) if lesson else 0
        self._show_page()

    def show_metrics(self, metrics: Mapping[str, Value]) -> None:
        """The numbers on screen."""
        self._metrics = metrics
        self._view.show_metrics(metrics)

    def run_ended(self) -> None:
        """The run that a prediction asked for has ended: explain what was predicted."""
        for card in self.questions():
            if card.locked:
                card.reveal()

    def set_compact(self, compact: bool) -> None:
        """Less room around everything, notes folded: for windows below 800 px."""
        if compact != self._reader.compact:
            self._reader.compact = compact
            self.relook()
            self._view.relook()

    def set_level(self, level: str) -> None:
        """The reading level: "intro", "standard" or "expert"."""
        if level not in LEVELS:
            raise ValueError(f"level must be one of {', '.join(LEVELS)}, got {level!r}")
        if level != self._reader.level:
            self._reader.level = level
            self._show_page()

    def set_answers_hidden(self, hidden: bool) -> None:
        """Keep explanations, verdicts and the teacher's note away (a classroom may decide so)."""
        if hidden != self._reader.answers_hidden:
            self._reader.answers_hidden, self._teaching = hidden, False
            self._show_page()

    @property
    def cell_enabled(self) -> bool:
        """Whether code cells may be run."""
        return self._reader.cells

    @cell_enabled.setter
    def cell_enabled(self, enabled: bool) -> None:
        self._reader.cells = enabled
        for cell in self.code_cells():
            cell.set_enabled(enabled)

    # -------------------------------------------------------------------------------- what it can do

    def page(self) -> int:
        """The number of the page in sight, from 0."""
        return self._number

    def level(self) -> str:
        return self._reader.level

    def lesson(self) -> Lesson | None:
        return self._lesson

    def view(self) -> PageView:
        """The page in sight."""
        return self._view

    def questions(self) -> tuple[QuestionCard, ...]:
        return self._view.questions()

    def waiting(self) -> bool:
        """Whether a prediction of this page is on its way: it is explained when its run is over."""
        return any(card.waiting for card in self.questions())

    def code_cells(self) -> tuple[CodeCard, ...]:
        return self._view.code_cells()

    def notes_card(self) -> NotesCard | None:
        return self._view.notes_card()

    def go(self, page: int) -> None:
        """Turn to a page, as the learner does with Back, Next and the dots."""
        if self._lesson is None or (page == self._number and not self._teaching):
            return
        self._number, self._teaching = max(0, min(page, len(self._lesson.pages) - 1)), False
        focused = self.focusWidget()
        self._show_page()
        if focused in (self.back_button, self.next_button):
            (focused if focused.isEnabled() else self.next_button).setFocus()
        self._turned = focused is not None and self._footer.isAncestorOf(focused)
        self.page_changed.emit(self._number, len(self._lesson.pages))
        announce(self, f"{self._where.text()}. {self._view.title}")

    def focusNextPrevChild(self, forward: bool) -> bool:
        """From the buttons that have turned the page, the Tab key goes into the page; once, and then its own way."""
        turned, self._turned = self._turned, False
        focused = self.focusWidget()
        if forward and turned and focused is not None and self._footer.isAncestorOf(focused):
            tab = Qt.FocusPolicy.TabFocus.value
            stops = (stop for stop in stops_in(self._view) if stop.isVisible() and stop.isEnabled())
            stop = next((stop for stop in stops if stop.focusPolicy().value & tab), None)
            if stop is not None:
                stop.setFocus(Qt.FocusReason.TabFocusReason)
                self._area.ensureWidgetVisible(stop)
                return True
        return super().focusNextPrevChild(forward)

    def focus_prediction(self) -> bool:
        """Put the keyboard on this page's first open question, else on its first; on a page without one, go to the
        next page that asks for a prediction. False when no page does."""
        if not self.questions() and self._lesson is not None:
            self.go(self._lesson.page_that_asks(self._number, self.level()))
        cards = self.questions()
        card = next((card for card in cards if not card.locked), cards[0] if cards else None)
        if card is None:
            return False
        card.take_focus()
        self._area.ensureWidgetVisible(card)
        return True

    def show_teacher_note(self) -> None:
        """The note for teachers, in place of the page."""
        if self._lesson is not None and self._lesson.teacher is not None and not self._reader.answers_hidden:
            self._teaching = True
            self._show_page()

    # -------------------------------------------------------------------------------------- the page

    def _show_page(self) -> None:
        """A fresh view of what is in sight; the old one goes with everything on it."""
        self._explained = None
        old = self._area.takeWidget()
        if isinstance(old, PageView):
            old.shut()
            old.hide()
            old.deleteLater()
        self._view = PageView(self._lesson, None if self._teaching else self._number, self._reader)
        self._view.followed.connect(self._follow)
        self._view.setting_requested.connect(self.setting_requested)
        self._view.answered.connect(self._answered)
        self._view.explained.connect(self._note_explained)
        self._view.noted.connect(self._noted)
        self._view.coded.connect(self._coded)
        self._view.explanation_requested.connect(self._explain)
        self._area.setWidget(self._view)
        self._order_by_tab()
        self._area.verticalScrollBar().setValue(0)
        self._keep_end_margin()
        self._show_frame()
        self.show_metrics(self._metrics)

    def _order_by_tab(self) -> None:
        """Tab goes through the header, the page and the footer. A new page comes last of the window: so the header's
        buttons go before it, and the footer's behind."""
        stops = stops_in(self._view)
        if not stops:
            return
        before = stops[0].previousInFocusChain()
        while before is not None and before.focusPolicy() == Qt.FocusPolicy.NoFocus and before is not stops[0]:
            before = before.previousInFocusChain()
        if before is None:
            return
        ways = ((before, self._more), (self._more, self._hide), (stops[-1], self.back_button))
        for one, next_one in (*ways, (self.back_button, self.next_button)):
            if one is not next_one:
                QWidget.setTabOrder(one, next_one)

    def _show_frame(self) -> None:
        """Header and footer for what is in sight."""
        lesson = self._lesson
        count = len(lesson.pages) if lesson else 1
        where = _("Lesson · step {n} of {count}").format(n=self._number + 1, count=count)
        self._where.setText(_("For teachers") if self._teaching else where if lesson else _("Lesson"))
        for part in (self._rule, self._footer, self._more):
            part.setVisible(lesson is not None)
        if lesson is None:
            return
        last = self._number == count - 1
        self.back_button.setEnabled(self._number > 0 or self._teaching)
        self.next_button.set_face(_("Done") if last else _("Next"), "check" if last else "arrow-right")
        self.next_button.setVisible(not self._teaching)
        self.dots.setVisible(not self._teaching)
        self.dots.show_page(self._number, tuple(plain_text(page.title) for page in lesson.pages))

    # ---------------------------------------------------------------------------------- what is done

    def _go_back(self) -> None:
        self.go(self._number if self._teaching else self._number - 1)

    def _go_on(self) -> None:
        if self._lesson is not None and self._number == len(self._lesson.pages) - 1:
            self.finished.emit()
        else:
            self.go(self._number + 1)

    def _follow(self, link: str) -> None:
        if self._lesson is not None and link in self._lesson.requests:
            self.setting_requested.emit(self._lesson.requests[link])

    def _explain(self, id: str, anchor: QWidget) -> None:
        word = read_glossary().get(id)
        if word is not None and self._lesson is not None:
            card = explain_word(word, anchor, self._lesson.experiment)
            card.show_requested.connect(self.word_requested)

    def _answered(self, id: str, answer: object) -> None:
        self._reader.answers[id] = answer
        self.answered.emit(id, answer)

    def _noted(self, text: str) -> None:
        self._reader.notes = text
        self.notes_changed.emit(text)

    def _coded(self, id: str, code: str | None) -> None:
        if code is None:
            self._reader.codes.pop(id, None)
        else:
            self._reader.codes[id] = code
        self.code_changed.emit(id, code)

    def menu(self) -> QMenu:
        """Reading levels, the teacher's note where it may be seen, and what can be printed."""
        menu = new_menu(self)
        group = QActionGroup(menu)
        for level, name in LEVEL_NAMES.items():
            action = group.addAction(add_entry(menu, _(name), partial(self.set_level, level)))
            action.setCheckable(True)
            action.setChecked(level == self._reader.level)
        if self._lesson is not None and self._lesson.teacher is not None and not self._reader.answers_hidden:
            menu.addSeparator()
            add_entry(menu, _("Teacher's note"), self.show_teacher_note)
        if self._lesson is not None:
            menu.addSeparator()
            for paper, name in PAPERS.items():
                if paper == "lesson" or not self._reader.answers_hidden:
                    add_entry(menu, _(name), partial(self.print_requested.emit, paper, self._reader.level))
        return menu

    def _show_menu(self) -> None:
        pop_up(self.menu(), self._more)

    # ------------------------------------------------------------------------------------------ look

    def relook(self) -> None:
        px, compact = look().px, self._reader.compact
        top = px(10 if compact else 14)
        self._column.setContentsMargins(*self._sided(px(20), top, px(4), top))
        self._column.setSpacing(px(8 if compact else 10))
        self._header.setContentsMargins(*self._sided(0, 0, px(8), 0))
        self._footer_row.setContentsMargins(*self._sided(0, 0, px(16), 0))
        self._keep_end_margin()

    def _sided(self, start: int, top: int, end: int, bottom: int) -> tuple[int, int, int, int]:
        """Margins given by where a line starts and ends, as Qt wants them: left, top, right, bottom."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return (end, top, start, bottom) if mirrored else (start, top, end, bottom)

    def _keep_end_margin(self, *_range: int) -> None:
        """The text keeps its width whether the scroll bar is there or not."""
        bar = self._area.verticalScrollBar()
        self._view.set_end_margin(max(0, look().px(16) - (bar.sizeHint().width() if bar.maximum() > 0 else 0)))
        if self._explained is not None:
            card, self._explained = self._explained, None
            self._scroll_to_explanation(card)

    def _note_explained(self, card: QuestionCard) -> None:
        """Wait until the page has grown by the explanation."""
        self._explained = card

    def _scroll_to_explanation(self, card: QuestionCard) -> None:
        """Scroll down until the explanation is in sight, or its beginning stands on top. Whoever has scrolled away
        from the card's button is left where they read."""
        bar, height, gap = self._area.verticalScrollBar(), self._area.viewport().height(), look().px(16)
        above, start, end = bar.value(), card.y() + card.verdict_top(), card.geometry().bottom() + gap // 2
        if above <= start <= above + height + gap:
            bar.setValue(max(above, min(end - height, start)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self._hide.set_face("panel-left-close" if mirrored else "panel-right-close", _("Hide the lesson"), "Ctrl+L")
            self.relook()
