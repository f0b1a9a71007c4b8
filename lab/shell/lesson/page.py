"""One page of a lesson on screen: its title, texts, formulas and cards, from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from lab.core.glossary import Word, read_glossary
from lab.core.lesson.blocks import Block, Code, Formula, Lesson, Paragraph, Question, Remember, Try, Under
from lab.core.lesson.key import teacher_note
from lab.core.metric import Value
from lab.core.records import dataclass
from lab.core.text import _, current
from lab.shell.lesson.cards import NotesCard, QuestionCard, RememberCard, TryCard, UnderCard, WordRow
from lab.shell.lesson.code_card import CodeCard
from lab.shell.lesson.parts import LessonFrame
from lab.shell.text_label import text_label
from widgets.base.look import Refreshing, look
from widgets.base.roles import be_heading
from widgets.base.stylesheet import kind
from widgets.text.formula import Formula as FormulaView
from widgets.text.markdown import MarkdownText, plain_text

__all__ = ["PageView", "ReaderState"]

LINE, COMPACT_LINE = 148, 138  # percent


@dataclass
class ReaderState:
    """What the reader brings to every page: answers, notes, changed code; level, space, and what is allowed."""

    answers: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    level: str = "standard"
    compact: bool = False
    cells: bool = True
    answers_hidden: bool = False


class PageView(Refreshing, QWidget):
    """A page, or with `number` None the teacher's note. Without a lesson it says that there is none."""

    followed = Signal(str)  # a lab: link
    setting_requested = Signal(object)
    answered = Signal(str, object)
    explained = Signal(object)  # the QuestionCard that shows its explanation now
    noted = Signal(str)
    coded = Signal(str, object)  # a cell's id, and the learner's code or None
    explanation_requested = Signal(str, object)  # a word's id, and the widget beside which to explain it

    def __init__(self, lesson: Lesson | None, number: int | None, reader: ReaderState) -> None:
        super().__init__()
        kind(self, "clear")
        self._reader = reader
        self._cards: list[LessonFrame] = []
        self._texts: list[MarkdownText] = []
        self._end_margin = 0
        self._title = QLabel()
        be_heading(self._title, 2)
        self._title.setWordWrap(True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        if lesson is None:
            self._title.setText(_("There is no lesson here"))
        elif number is None:
            self._title.setText(lesson.title)
            self._add_text(teacher_note(lesson.teacher) if lesson.teacher else "", "body")
        else:
            self._fill(lesson, number)
        self._column.addStretch(1)
        self.relook()

    # -- content

    @property
    def title(self) -> str:
        return self._title.text()

    def questions(self) -> tuple[QuestionCard, ...]:
        return tuple(card for card in self._cards if isinstance(card, QuestionCard))

    def code_cells(self) -> tuple[CodeCard, ...]:
        return tuple(card for card in self._cards if isinstance(card, CodeCard))

    def notes_card(self) -> NotesCard | None:
        return next((card for card in self._cards if isinstance(card, NotesCard)), None)

    def texts(self) -> tuple[MarkdownText, ...]:
        """The texts between the cards."""
        return tuple(self._texts)

    # -- input

    def show_metrics(self, metrics: Mapping[str, Value]) -> None:
        for cell in self.code_cells():
            cell.show_metrics(metrics)

    def shut(self) -> None:
        """End what runs; called before the page goes away."""
        for cell in self.code_cells():
            cell.shut()

    def set_end_margin(self, margin: int) -> None:
        """Keep `margin` pixels free at the end of the lines."""
        if margin != self._end_margin:
            self._end_margin = margin
            self._set_margins()

    # -- filling

    def _fill(self, lesson: Lesson, number: int) -> None:
        page = lesson.pages[number]
        self._title.setText(plain_text(page.title))
        if lesson.language != current().code:
            words = _("This lesson is not translated yet: here it is in English.")
            self._column.addWidget(text_label(words, "small", "text3", wrap=True))
        for block in page.at(self._reader.level):
            self._add_block(block)
        notes = NotesCard(self._reader.notes)
        notes.set_open(bool(self._reader.notes) and not self._reader.compact)
        notes.changed.connect(self.noted)
        self._add_card(notes)
        known = read_glossary()
        listed: dict[str, Word] = {id: known[id] for id in page.words if id in known}
        if listed:
            row = WordRow(listed)
            row.requested.connect(self.explanation_requested)
            self._column.addWidget(row)

    def _add_block(self, block: Block) -> None:
        match block:
            case Paragraph(text=text):
                self._add_text(text)
            case Formula(latex=latex):
                self._column.addWidget(FormulaView(latex))
            case Question():
                question = QuestionCard(block, self._reader.answers.get(block.id), self._reader.answers_hidden)
                question.answered.connect(self.answered)
                question.explained.connect(self.explained)
                question.setting_requested.connect(self.setting_requested)
                self._add_card(question)
            case Code():
                cell = CodeCard(block, self._reader.codes.get(block.id), self._reader.cells)
                cell.edited.connect(self.coded)
                cell.setting_requested.connect(self.setting_requested)
                self._add_card(cell)
            case Under():
                self._add_card(UnderCard(block, self._reader.level))
            case Try():
                self._add_card(TryCard(block))
            case Remember():
                self._add_card(RememberCard(block))

    def _add_text(self, text: str, size: str = "lesson") -> None:
        shown = MarkdownText(text, size, LINE)
        shown.link_activated.connect(self._follow)
        self._texts.append(shown)
        self._column.addWidget(shown)

    def _add_card(self, card: LessonFrame) -> None:
        card.link_activated.connect(self._follow)
        self._cards.append(card)
        self._column.addWidget(card)

    def _follow(self, link: str) -> None:
        """A link in a text: a word to explain, or a state of the experiment."""
        if not link.startswith("word:"):
            self.followed.emit(link)
            return
        text = QApplication.focusWidget()
        while text is not None and not isinstance(text, MarkdownText):
            text = text.parentWidget()
        anchor = text.link_spot() if isinstance(text, MarkdownText) else self
        self.explanation_requested.emit(link.removeprefix("word:"), anchor)

    # -- look

    def relook(self) -> None:
        compact = self._reader.compact
        kind(self._title, "h2" if compact else "lesson_title")
        self._column.setSpacing(look().px(9 if compact else 12))
        for text in self._texts:
            text.set_line(COMPACT_LINE if compact else LINE)
        for card in self._cards:
            card.set_compact(compact)
        self._set_margins()

    def _set_margins(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, right = (self._end_margin, 0) if mirrored else (0, self._end_margin)
        self._column.setContentsMargins(left, 0, right, look().px(8))
