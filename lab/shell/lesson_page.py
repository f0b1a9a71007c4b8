"""One page of a lesson on screen: its title, texts, formulas and cards, from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from lab.core.glossary import Word, read_glossary
from lab.core.lesson import Block, Code, Formula, Lesson, Paragraph, Question, Remember, Try, Under
from lab.core.lesson_key import teacher_note
from lab.core.metric import Value
from lab.core.text import _, current
from lab.shell.lesson_cards import NotesCard, QuestionCard, RememberCard, TryCard, UnderCard, WordRow
from lab.shell.lesson_code import CodeCard
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.text.formula import Formula as FormulaView
from widgets.text.markdown import MarkdownText, plain_text

__all__ = ["PageView", "Reading"]

LINE, COMPACT_LINE = 148, 138  # percent


@dataclass
class Reading:
    """What the reader brings to every page: answers, notes, changed code; level, room, and what is allowed."""

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
    noted = Signal(str)
    coded = Signal(str, object)  # a cell's id, and the learner's code or None
    explanation_asked = Signal(str, object)  # a word's id, and the widget beside which to explain it

    def __init__(self, lesson: Lesson | None, number: int | None, reading: Reading) -> None:
        super().__init__()
        kind(self, "clear")
        self._reading = reading
        self._cards: list[QWidget] = []
        self._texts: list[MarkdownText] = []
        self._room = 0
        self._title = QLabel()
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

    # -- what is on it

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

    # -- what it is told

    def show_metrics(self, metrics: Mapping[str, Value], step: int | None) -> None:
        for cell in self.code_cells():
            cell.show_metrics(metrics)
        if step is not None:
            for question in self.questions():
                question.show_step(step)

    def shut(self) -> None:
        """End what runs; called before the page goes away."""
        for cell in self.code_cells():
            cell.shut()

    def leave_room(self, room: int) -> None:
        """Keep `room` pixels free at the end of the lines."""
        if room != self._room:
            self._room = room
            self._set_margins()

    # -- filling

    def _fill(self, lesson: Lesson, number: int) -> None:
        page = lesson.pages[number]
        self._title.setText(plain_text(page.title))
        if lesson.language != current().code:
            note = kind(QLabel(_("This lesson is not translated yet: here it is in English.")), "small")
            note.setProperty("tone", "text3")
            note.setWordWrap(True)
            self._column.addWidget(note)
        for block in page.at(self._reading.level):
            self._add_block(block)
        notes = NotesCard(self._reading.notes)
        notes.set_open(bool(self._reading.notes) and not self._reading.compact)
        notes.changed.connect(self.noted)
        self._add_card(notes)
        known = read_glossary()
        words: dict[str, Word] = {id: known[id] for id in page.words if id in known}
        if words:
            row = WordRow(words)
            row.asked.connect(self.explanation_asked)
            self._column.addWidget(row)

    def _add_block(self, block: Block) -> None:
        match block:
            case Paragraph(text=text):
                self._add_text(text)
            case Formula(latex=latex):
                self._column.addWidget(FormulaView(latex))
            case Question():
                question = QuestionCard(block, self._reading.answers.get(block.id), self._reading.answers_hidden)
                question.answered.connect(self.answered)
                self._add_card(question)
            case Code():
                cell = CodeCard(block, self._reading.codes.get(block.id), self._reading.cells)
                cell.edited.connect(self.coded)
                self._add_card(cell)
            case Under():
                self._add_card(UnderCard(block, self._reading.level))
            case Try():
                self._add_card(TryCard(block))
            case Remember():
                self._add_card(RememberCard(block))

    def _add_text(self, text: str, size: str = "lesson") -> None:
        shown = MarkdownText(text, size, LINE)
        shown.link_activated.connect(self._follow)
        self._texts.append(shown)
        self._column.addWidget(shown)

    def _add_card(self, card: Any) -> None:
        if hasattr(card, "link_activated"):
            card.link_activated.connect(self._follow)
        if hasattr(card, "setting_requested"):
            card.setting_requested.connect(self.setting_requested)
        self._cards.append(card)
        self._column.addWidget(card)

    def _follow(self, link: str) -> None:
        """A link in a text: a word to explain, or a state of the experiment."""
        if not link.startswith("word:"):
            self.followed.emit(link)
            return
        text = QApplication.focusWidget()
        anchor = text.link_spot() if isinstance(text, MarkdownText) else self
        self.explanation_asked.emit(link.removeprefix("word:"), anchor)

    # -- look

    def relook(self) -> None:
        compact = self._reading.compact
        kind(self._title, "h2" if compact else "lesson_title")
        self._column.setSpacing(look().px(9 if compact else 12))
        for text in self._texts:
            text.set_line(COMPACT_LINE if compact else LINE)
        for card in self._cards:
            compacted: Callable[[bool], None] | None = getattr(card, "set_compact", None)
            if compacted is not None:
                compacted(compact)
        self._set_margins()

    def _set_margins(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, right = (self._room, 0) if mirrored else (0, self._room)
        self._column.setContentsMargins(left, 0, right, look().px(8))
