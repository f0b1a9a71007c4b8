"""What a page of a lesson is made of: predictions and quiz questions, things to try, what to remember, notes.

A card shows and asks; it changes nothing. What the learner chose leaves by a signal, and a card made with an
answer shows it as given: a prediction that was run stays as it was made.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from lab.core.glossary import Word
from lab.core.lesson.blocks import SKIPPED, Formula, Paragraph, Question, Remember, Try, Under
from lab.core.numbers import show_number
from lab.core.scene import MAX_NOTES
from lab.core.text import _
from lab.shell.lesson.parts import LINE, Card, Fold, IconLine, WrapButton
from lab.shell.text_label import text_label
from widgets.base.accessible import announce
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Glyph
from widgets.controls.checks import RadioButton
from widgets.controls.chips import ChipRow
from widgets.text.formula import Formula as FormulaView
from widgets.text.limited_edit import LimitedEdit
from widgets.text.markdown import MarkdownText, plain_text

__all__ = ["NotesCard", "QuestionCard", "RememberCard", "TryCard", "UnderCard", "WordRow"]

PREDICTS = ("predict", "lightbulb", "accent_text")  # frame, icon and colour of the two kinds of question
CHECKS = ("well", "circle-help", "text2")


class QuestionCard(Card):
    """One choice. A prediction's button sets the experiment and runs; a quiz question's only checks."""

    setting_requested = Signal(object)  # Request
    answered = Signal(str, object)
    explained = Signal(object)  # this card, now with its explanation

    def __init__(self, question: Question, answer: object = None, answers_hidden: bool = False) -> None:
        predicts = question.request is not None
        word = _("Predict, then try") if predicts else _("Check yourself")
        look_kind, icon, tone = PREDICTS if predicts else CHECKS
        super().__init__(look_kind, icon, word, tone)
        self.question = question
        self._answers_hidden, self._waiting = answers_hidden, False
        self.add_text(question.text, "lesson", 550)
        self._group = QButtonGroup(self)
        self._marks: list[Glyph] = []
        for number, option in enumerate(question.options):
            self._add_option(number, plain_text(option.text))
        self._add_button()
        self._verdict_column = QVBoxLayout()
        self.column.addLayout(self._verdict_column)
        self._show_now: WrapButton | None = None
        if isinstance(answer, int) and SKIPPED <= answer < len(question.options):
            self._restore(answer)

    def _add_option(self, number: int, text: str) -> None:
        radio = RadioButton(text)
        radio.setAccessibleDescription(plain_text(self.question.text))
        self._group.addButton(radio, number)
        mark = Glyph("check", "good", 16)
        mark.hide()
        self._marks.append(mark)
        row = QHBoxLayout()
        row.addWidget(radio, 1)
        row.addWidget(mark)
        self.column.addLayout(row)

    def _add_button(self) -> None:
        if self.question.request is not None:
            self.button = WrapButton(self.question.button, "primary", "play")
        else:
            self.button = WrapButton(_("Check my answer"), "outline", "check")
            self.button.setEnabled(False)
            self._group.idToggled.connect(self._choice_made)  # by the arrow keys too
        self.button.clicked.connect(self._go)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addStretch(1)
        self.column.addLayout(row)

    # -- what happens

    @property
    def chosen(self) -> int:
        """The number of the chosen option, SKIPPED for none."""
        return self._group.checkedId()

    @property
    def locked(self) -> bool:
        return not self._group.button(0).isEnabled()

    @property
    def revealed(self) -> bool:
        return self._verdict_column.count() > 0 and not self._waiting

    @property
    def waiting(self) -> bool:
        """Whether it was asked to run and has not been explained yet."""
        return self._waiting

    def take_focus(self) -> None:
        """Put the keyboard on the options, or on the button when they are locked."""
        target = self.button if self.locked else self._group.button(max(0, self.chosen))
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go(self) -> None:
        first = not self.locked
        if first:
            self._lock()
            self.answered.emit(self.question.id, self.chosen)
        if self.question.request is None:
            self.reveal()
            return
        if first:
            self._wait()
        self.setting_requested.emit(self.question.request)

    def _choice_made(self, *_option: object) -> None:
        self.button.setEnabled(True)

    def _lock(self) -> None:
        for button in self._group.buttons():
            button.setEnabled(False)

    def _wait(self) -> None:
        """The run is on: watch first, read afterwards."""
        self._waiting = True
        if self._answers_hidden:
            self.reveal()
            return
        self._show_now = WrapButton(_("Watch the experiment. Show the explanation now"), "plain", "eye", flush=True)
        self._show_now.clicked.connect(self.reveal)
        self._verdict_column.addWidget(self._show_now)

    def _restore(self, answer: int) -> None:
        if answer != SKIPPED:
            self._group.button(answer).setChecked(True)
        self._lock()
        self._show_verdict()

    def reveal(self) -> None:
        """Show whether it was right, and why."""
        if self.revealed:
            return
        focused = self._show_now is not None and self._show_now.hasFocus()
        self._waiting = False
        if self._show_now is not None:
            self._verdict_column.removeWidget(self._show_now)
            self._show_now.hide()
            self._show_now.deleteLater()
            self._show_now = None
        if focused:
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_verdict()
        self.explained.emit(self)
        announce(self, f"{self._verdict()[2]}. {plain_text(self.question.explanation)}")

    def _show_verdict(self) -> None:
        if self.question.request is None:
            self.button.hide()
        if self._answers_hidden:
            words = _("Your answer is kept for your teacher.")
            self._verdict_column.addWidget(IconLine("save", "text2", words, above=2))
            return
        icon, tone, word = self._verdict()
        self._verdict_column.addWidget(IconLine(icon, tone, word, above=2))
        self._verdict_column.addWidget(explanation := MarkdownText(self.question.explanation, "body", LINE))
        explanation.link_activated.connect(self.link_activated)
        for number, mark in enumerate(self._marks):
            mark.setVisible(number in (self.question.right, self.chosen))
            right = number == self.question.right
            mark.set_face("check" if right else "x", "good" if right else "bad")
            mark.setAccessibleName(_("right") if right else _("not this one"))

    def _verdict(self) -> tuple[str, str, str]:
        """Icon, colour and words: a tick or a cross, never a mark out of ten."""
        if self.chosen == SKIPPED:
            return "eye", "text2", _("You watched without a prediction")
        if self.chosen == self.question.right:
            return "circle-check", "good", _("As you predicted") if self.question.request else _("Right")
        return "x", "bad", _("It went differently") if self.question.request else _("Not this one")

    def verdict_top(self) -> int:
        """Where its verdict begins, in pixels from its top."""
        return self._verdict_column.geometry().top()

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        for button in self._group.buttons():
            if isinstance(button, RadioButton):
                button.set_compact(compact)

    def relook(self) -> None:
        super().relook()
        if hasattr(self, "_verdict_column"):
            self._verdict_column.setSpacing(look().px(6))


class TryCard(Card):
    """Things to try: each line has a link that sets the experiment."""

    def __init__(self, block: Try) -> None:
        super().__init__("well", "hand", _("Try it"))
        for item in block.items:
            shown = MarkdownText(item, "body", LINE)
            shown.link_activated.connect(self.link_activated)
            row = QHBoxLayout()
            row.setSpacing(look().px(8))
            glyph = Glyph("play", "accent_text", 14)
            glyph.setContentsMargins(0, look().px(3), 0, 0)
            row.addWidget(glyph, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(shown, 1)
            self.column.addLayout(row)


class RememberCard(Card):
    """What to take home."""

    def __init__(self, block: Remember) -> None:
        super().__init__("well", "flag", _("What to remember"))
        self.add_text("\n".join(f"- {item}" for item in block.items))


class UnderCard(Fold):
    """Under the hood: closed until someone asks."""

    def __init__(self, block: Under, level: str) -> None:
        super().__init__(_("Under the hood: {title}").format(title=block.title), "settings")
        for part in block.body:
            if part.levels and level not in part.levels:
                continue
            if isinstance(part, Formula):
                self.column.addWidget(FormulaView(part.latex, 18))
            elif isinstance(part, Paragraph):
                self.add_text(part.text)


def _full_words() -> str:
    return _("Your notes are full: {n} characters. What goes beyond is left out.").format(n=show_number(MAX_NOTES))


class NotesCard(Fold):
    """The learner's own notes on this experiment."""

    changed = Signal(str)

    def __init__(self, text: str) -> None:
        super().__init__(_("My notes"), "notebook-pen")
        self._edit = LimitedEdit(text, MAX_NOTES)
        self._edit.setTabChangesFocus(True)
        self._edit.setPlaceholderText(_("What did you see?"))
        self._edit.setAccessibleName(_("My notes"))
        self._edit.document().setDocumentMargin(0)
        self._edit.textChanged.connect(self._text_changed)
        self._edit.document().blockCountChanged.connect(self._fit)
        self.column.addWidget(self._edit)
        self._full = IconLine("circle-alert", "warn", _full_words(), above=2)
        self._full.setVisible(self._edit.is_full())
        self._edit.filled.connect(self._filled)
        self.column.addWidget(self._full)
        self._fit()

    def _filled(self, full: bool) -> None:
        self._full.setVisible(full)
        if full:
            announce(self, _full_words())

    def text(self) -> str:
        return self._edit.toPlainText()

    def edit(self) -> QPlainTextEdit:
        return self._edit

    def _text_changed(self) -> None:
        self.changed.emit(self.text())

    def _fit(self) -> None:
        lines = min(8, max(2, self._edit.blockCount()))
        self._edit.setFixedHeight(round(lines * self._edit.fontMetrics().lineSpacing()) + look().px(4))

    def relook(self) -> None:
        super().relook()
        if hasattr(self, "_edit"):
            self._fit()


class WordRow(Refreshing, QWidget):
    """The glossary words of a page, as chips."""

    requested = Signal(str, object)  # the word's id, and the chip beside which to explain it

    def __init__(self, words: Mapping[str, Word]) -> None:
        super().__init__()
        title = text_label(_("Words"), "small", "text3")
        self._chips = ChipRow(tuple(words), tuple(word.word for word in words.values()), "press")
        self._chips.chosen.connect(self._pressed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(title, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._chips, 1)
        self._title = title
        self.relook()

    def _pressed(self, id: str) -> None:
        self.requested.emit(id, self._chips.chip(id))

    def relook(self) -> None:
        self._row.setSpacing(look().px(8))
        self._title.setMinimumHeight(look().px(28))
