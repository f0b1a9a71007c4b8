"""A page for a text of one's own: write it, paste it, drop or open a text file. What is in it is told while it is
written, and a text that cannot be used is kept, with the reason beside it.

The page knows nothing of what the text is for; it is given a function that makes of it whatever the caller needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from widgets.base.look import look
from widgets.base.words import _
from widgets.pages.own_sheet import OwnSheet, SheetWords

__all__ = ["TextSheet", "TextWanted"]


@dataclass(frozen=True, slots=True)
class TextWanted:
    """What a page asks for.

    take: makes the caller's value of a text and its title; raises ValueError with what is wrong.  told: what is to
    be known of a text.  most: bytes of a file.  example: for the empty page.
    """

    take: Callable[[str, str], Any]
    message: Callable[[str], str]
    most: int = 200_000
    example: str = ""


class TextSheet(OwnSheet):
    """The page. Where files are locked, a text can still be typed."""

    kinds = frozenset({".txt", ".md", ".py", ".csv", ".tsv", ".json", ".html", ".xml", ".log", ".js", ".c", ".tex"})

    def __init__(self, wanted: TextWanted, parent: QWidget | None = None) -> None:
        super().__init__(wanted.most, parent)
        self._wanted = wanted

    def words(self) -> SheetWords:
        return SheetWords(
            heading=_("Your own text"),
            text=_("Your own text"),
            placeholder=self._wanted.example,
            open=_("Open a text file…"),
            dialog=_("Open a text file"),
            filter=_("Texts (*.txt *.md *.py *.csv);;All files (*)"),
            locked=_("Opening files is switched off on this computer."),
        )

    def make(self, head: QHBoxLayout, foot: QHBoxLayout) -> None:
        foot.insertWidget(0, self.sentence, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.text, 1)
        self._column.addLayout(foot)
        self._consider()

    def bring(self, text: str, title: str) -> None:
        with QSignalBlocker(self.text):
            self.text.setPlainText(text)
        self._title = title
        self._consider()

    def typed(self) -> None:
        self._title = ""
        self._consider()

    def _consider(self) -> None:
        """What would become of the text: what is in it, or why it cannot be used."""
        text = self.text.toPlainText()
        self._made, wrong = None, ""
        if text:
            try:
                self._made = self._wanted.take(text, self._title)
            except ValueError as reason:
                wrong = str(reason)
        self.say(wrong or (self._wanted.message(text) if text else ""), bool(wrong))
        self.use.setEnabled(self._made is not None)

    def relook(self) -> None:
        if self._built:
            self._column.setSpacing(look().px(6))
