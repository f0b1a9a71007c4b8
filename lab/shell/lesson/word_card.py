"""The pop-over of a glossary word: one sentence, and the way to the experiment that shows it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.catalog import find
from lab.core.glossary import Word
from lab.core.text import _
from lab.shell.lesson.parts import WrapButton
from lab.shell.text_label import text_label
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.text.markdown import MarkdownText
from widgets.text.popover import Popover

__all__ = ["WordCard", "explain_word"]


class WordCard(Refreshing, QWidget):
    """What a word means. `here` is the id of the experiment the reader is in."""

    show_requested = Signal(str)  # the word's id: its experiment is to be opened

    def __init__(self, word: Word, here: str = "") -> None:
        super().__init__()
        kind(self, "clear")
        self.word = word
        title = text_label(word.word, "h3", wrap=True)
        meaning = MarkdownText(word.meaning, "body", 138)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(title)
        self._column.addWidget(meaning)
        self.button: WrapButton | None = None
        self._add_link(here)
        self.relook()

    def _add_link(self, here: str) -> None:
        experiment = find(self.word.experiment)
        if self.word.experiment == here:
            note = text_label(_("You can see it in this experiment."), "small", "text3", wrap=True)
            self._column.addWidget(note)
        elif experiment is not None:
            text = _("See it in {n}: {title}").format(n=experiment.number, title=_(experiment.title))
            self.button = WrapButton(text, "outline", "arrow-right")
            self.button.clicked.connect(self._ask)
            self._column.addWidget(self.button)

    def _ask(self) -> None:
        self.show_requested.emit(self.word.id)

    def relook(self) -> None:
        self._column.setSpacing(look().px(8))
        self.setFixedWidth(look().px(260))


def explain_word(word: Word, anchor: QWidget, here: str = "") -> WordCard:
    """Open the pop-over of a word beside `anchor`. It closes by itself and is deleted then."""
    card = WordCard(word, here)
    popover = Popover(card, word.word, anchor.window())
    popover.closed.connect(popover.deleteLater)
    if card.button is not None:
        card.button.clicked.connect(popover.close)
    popover.open_at(anchor)
    return card
