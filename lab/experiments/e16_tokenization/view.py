"""The view: the text in its pieces, below it the open page, at the foot the numbers and the light. It draws the
frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e16_tokenization.chips_of import chips_of, piece_description
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.gestures import SetText
from lab.experiments.e16_tokenization.light import Light
from lab.experiments.e16_tokenization.metrics import METRICS
from lab.experiments.e16_tokenization.page_compare import ComparePage
from lab.experiments.e16_tokenization.page_learn import LearnPage
from lab.experiments.e16_tokenization.page_read import ReadPage
from lab.experiments.e16_tokenization.settings import NEWEST, PAGES, Display
from lab.experiments.e16_tokenization.shade_key import ShadeKey
from lab.experiments.e16_tokenization.texts import BIGGEST, check_size
from lab.experiments.e16_tokenization.words import describe, headline, round_trip_words
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import PagedView
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.pages.text_sheet import TextSheet, TextWanted
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.token_strip import TokenStrip

__all__ = ["View"]

LOW, NARROW = 400, 440  # pixels at 100 % text, below which some parts give way, or stand below others
LETTER = 21  # pixels of a chip with one letter
LINES = {"learn": 2, "read": 3}
MADE = {"learn": LearnPage, "read": ReadPage, "compare": ComparePage}
OF_ALL = {"tokens_per_word": 3, "bytes_per_token": 3}  # of the training text, where no other is to be read
OF_READ = {"read_per_word": 3, "read_bytes_per_token": 3}
FOOT = {"read_size": 6} | OF_ALL | OF_READ | {"greedy_tokens": 6}


class View(PagedView[TokenFrame, Display]):
    """Heading and chips, the strip, the open page, the foot; over all the page for one's own text."""

    CLOSE = 5
    OWN = {"corpus": "own"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self._near = -1  # the piece that is told of
        self._fitted = -1  # bytes of the text that the strip has room for
        self.title = ElidedLabel(_("Counting the pairs…"))
        self.own_button = Button(_("Own text…"), "plain", height=28)
        self.strip, self.light, self.shades = TokenStrip(breaks=False), Light(), ShadeKey()
        carried = (_("tokens a word"), _("bytes a token"))
        labels = (_("vocabulary"), *carried, *carried, _("by greed"))
        self.foot = ReadoutRow(tuple(FOOT), labels)
        self.strip.show_start()
        self.strip.set_title(_("The text in its pieces"))
        self.light.hide()
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.shades)
        self.head.addWidget(self.own_button)
        self._foot = hbox((self.foot, 1))
        self._foot.addWidget(self.light, 0, Qt.AlignmentFlag.AlignRight)
        self._connect()
        self.begin(above=[self.strip], below=self._foot)

    def _connect(self) -> None:
        self.strip.hovered.connect(self._hovered)
        self.strip.pressed.connect(self._pressed)
        self.foot.requested.connect(self.requested)
        self.own_button.clicked.connect(self.open_own)
        wanted = TextWanted(_take, _summary, 5 * BIGGEST, _("Write a text to learn from, or paste one."))
        self.lay_over(TextSheet(wanted))

    def make(self, name: str) -> Any:
        made = super().make(name)
        if isinstance(made, ComparePage):
            self._foot.insertWidget(0, made.switch)
        return made

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: TokenFrame, before: TokenFrame | None) -> None:
        if self._fitted < 0:
            self._show_first()
        if frame.strip.bytes != self._fitted:
            self._fitted = frame.strip.bytes
            self.fit()
        self.strip.set_tokens(chips_of(frame.strip.pieces, self._highlighted_token(frame), self._display.notes))
        super().draw(frame, before)
        if self._near >= 0:
            self._hovered(self._near)
        self.light.show_state(frame.strip.same, round_trip_words(frame), frame.strip.lost)

    def _show_first(self) -> None:
        """The first frame is here: from now on what is empty is so for a reason."""
        self.strip.set_empty(_("There is no text. Type one beside “Text to read”."))
        self.light.show()

    def _highlighted_token(self, frame: TokenFrame) -> int:
        """The id that is lit in the strip: the token that has just been made."""
        if frame.last is None or (frame.params.page == "read" and frame.params.reader == "gpt2"):
            return -1
        return frame.last.token

    def sentence(self, frame: TokenFrame) -> str:
        return describe(frame)

    def write(self, frame: TokenFrame) -> None:
        self.title.say(headline(frame))
        self.strip.set_description(describe(frame))
        show_metrics(self.foot, METRICS.values(frame), FOOT)
        self._choose_foot(frame)
        super().write(frame)

    def _choose_foot(self, frame: TokenFrame) -> None:
        """Numbers of the text that is read, or of the whole training text where that is what is shown."""
        of_all = frame.params.page == "learn" and not frame.whole
        for names, shown in ((OF_ALL, of_all), (OF_READ, not of_all), (("greedy_tokens",), frame.greedy is not None)):
            for name in names:
                self.foot.readout(name).setVisible(shown)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.strip.set_notes(display.notes != "none")
        super().show_display(display)

    # ---------------------------------------------------------------------------------------- the hand

    def _hovered(self, number: int) -> None:
        """Tell of a piece, and again whenever another takes its place."""
        frame, self._near = self._frame, number
        if frame is None or not 0 <= number < len(frame.strip.pieces):
            self.strip.set_readout("")
            return
        piece = frame.strip.pieces[number]
        units = frame.units if frame.strip.size == frame.size else 256
        rank = piece.id - units if units <= piece.id < frame.strip.size - bool(frame.strip.special_tokens) else None
        self.strip.set_readout(piece_description(piece, rank))

    def _pressed(self, number: int) -> None:
        """A piece was pressed: its tree, or its word."""
        frame = self._frame
        if frame is None or number >= len(frame.strip.pieces):
            return
        if frame.params.page == "read":
            self.act(Set({"word": frame.word_of(number)}))
        elif frame.params.page == "learn":
            token = frame.strip.pieces[number].id
            newest = frame.last is not None and token == frame.last.token
            self.act(Set({"token": NEWEST if newest else token}))

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported: the text, and the pictures of the open page."""
        return [*([] if self.open_page() == "compare" else [self.strip]), *super().pictures()]

    def fit(self) -> None:
        """Where there is little room, some parts give way to the others."""
        px = look().px
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self.title.setVisible(not narrow)
        topic = self.open_page()
        notes = self._display.notes != "none"
        most = 2 if low else LINES.get(topic, 1) + 2 * (self.tall() > 640) - (2 if notes else 0)
        self.strip.setVisible(topic != "compare")
        self.strip.setFixedHeight(px(4) + min(max(1, most), self._needed()) * px(42 if notes else 28))
        self.foot.setVisible(not low and topic != "compare")
        for page in self.pages():
            if isinstance(page, ComparePage):
                page.set_most(self.room().height() - self.chips.sizeHint().height() - px(12))
            page.set_space(low, narrow)

    def _needed(self) -> int:
        """Lines that the text fills letter by letter: merges never make it longer, so the strip never jumps."""
        frame: TokenFrame | None = self._frame
        if frame is None:
            return 1
        return 1 + frame.strip.bytes * look().px(LETTER) // max(1, self.room().width())


def _take(text: str, title: str) -> SetText:
    """A text as a gesture. Raises ValueError when it is too long."""
    check_size(text)
    return SetText(text, title)


def _summary(text: str) -> str:
    """What is to be known of a text while it is written."""
    return _("{characters} characters, {different} of them different; {bytes} bytes").format(
        characters=len(text), different=len(set(text)), bytes=len(text.encode("utf-8", "replace"))
    )
