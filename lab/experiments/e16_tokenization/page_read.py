"""The page on which a word is read: who reads it, and every merge on its way."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.ladder import LONGEST, Ladder
from lab.experiments.e16_tokenization.ladderview import LadderView
from lab.experiments.e16_tokenization.settings import Display
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.text.elided_label import ElidedLabel

__all__ = ["ReadPage"]


class ReadPage(Page):
    """Who reads, a line about the word, and the ladder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: TokenFrame | None = None
        self.readers = Segmented(("own", "gpt2"), (_("My tokenizer"), "GPT-2"))
        self.readers.setAccessibleName(_("Who reads"))
        self.message = ElidedLabel("", "small", air=0)
        self.ladder = LadderView()
        self._head = hbox((self.message, 1), self.readers)
        self._column = vbox(self._head, (self.ladder, 1), on=self)
        self.readers.chosen.connect(self._choose)
        self.relook()

    def show_page(self, frame: TokenFrame, _display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        self.readers.set_chosen(frame.params.reader)
        self.ladder.show_ladder(frame.ladder, frame.rung, _alone(frame))

    def show_words(self, frame: TokenFrame, sentence: str) -> None:
        """What is said of the word."""
        ladder = frame.ladder
        self.ladder.set_description(sentence)
        if ladder is None:
            self.message.say("")
            return
        self.message.say(_sentence_of(ladder))

    def _choose(self, reader: str) -> None:
        if self._frame is not None:
            self.readers.set_chosen(self._frame.params.reader)
            if reader != self._frame.params.reader:
                self.act(Set({"reader": reader}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.ladder,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.ladder]

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the words give way."""
        self.message.setVisible(not low)
        turn(self._head, narrow)


def _sentence_of(ladder: Ladder) -> str:
    """Which part of the text is followed."""
    if ladder.words > 1:
        message = _("Word {n} of {all}: press a piece above for another.").format(n=ladder.word, all=ladder.words)
        return _("{message} Only its beginning.").format(message=message) if ladder.cut else message
    if ladder.cut:
        return _("Not cut into words: its first {n} characters.").format(n=LONGEST)
    return _("Each step makes one merge.")


def _alone(frame: TokenFrame) -> str:
    """Why there is nothing to merge, and what to do about it."""
    if frame.params.reader == "own" and not frame.merges:
        return _("Nothing has been learned yet. Pull “Merges at once”, or let GPT-2 read.")
    return _("None of the merges fits here: the word stays in these pieces.")
