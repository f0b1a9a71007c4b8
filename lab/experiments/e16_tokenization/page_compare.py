"""The page that compares: the same text by characters, by words, by the own tokenizer and by GPT-2's, with what each
costs; and below, one sentence in ten languages."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from lab.core.metric import Value
from lab.core.numbers import exact, show_number
from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e16_tokenization.chips_of import chips_of, piece_description
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.meters import Meters
from lab.experiments.e16_tokenization.metrics import METRICS
from lab.experiments.e16_tokenization.reading import Reading
from lab.experiments.e16_tokenization.settings import Display
from lab.experiments.e16_tokenization.texts import SENTENCES
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, heading, set_shown, vbox
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.text.elided_label import ElidedLabel
from widgets.tokens.token_strip import TokenStrip

__all__ = ["ComparePage"]

WHO = {"characters": N_("Characters"), "words": N_("Words"), "own": N_("My tokenizer"), "gpt2": "GPT-2"}
WHAT = {
    "tokens": (N_("tokens"), N_("tokens of the text"), 6),
    "per_word": (N_("a word"), N_("tokens a word"), 3),
    "per_character": (N_("a character"), N_("tokens a character"), 3),
    "bytes_per_token": (N_("bytes a token"), N_("bytes a token, of the text"), 3),
    "size": (N_("vocabulary"), N_("tokens in the vocabulary"), 6),
    "share": (N_("of window"), N_("share of a window of 1024 tokens"), 2),
}
"""The columns: what stands above, what is said where the pointer asks, and digits."""
ROW, HEADS, MIN_METERS = 24, 18, 24 + 20 + 10 * 15  # pixels: a row's numbers, the heads, the languages with title


class CompareRow(Refreshing, QWidget):
    """One tokenizer: its name, its numbers in columns, and the text in its pieces."""

    requested = Signal(str)

    def __init__(self, who: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._who, self._reading = who, None  # type: str, Reading | None
        self.name = ElidedLabel(_(WHO[who]), air=0)
        self.numbers = {what: Button("", "plain", height=ROW) for what in WHAT}
        self.strip = TokenStrip(breaks=False)
        self.strip.show_start()
        self.strip.set_title(_("The text by: {who}").format(who=_(WHO[who])))
        head = hbox((self.name, 4), gap=0)
        for what, button in self.numbers.items():
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setObjectName(f"{who}_{what}")
            button.clicked.connect(self._ask)
            head.addWidget(button, 3)
        self._column = vbox(head, self.strip, on=self, gap=0)
        self.strip.hovered.connect(self._hovered)

    def show_reading(self, reading: Reading, newest: int, notes: str) -> None:
        """The text in its pieces."""
        self._reading = reading
        self.strip.set_notes(notes != "none")
        self.strip.set_tokens(chips_of(reading.pieces, newest, notes))

    def show_numbers(self, metrics: dict[str, Value]) -> None:
        """Its read-outs."""
        for what, (_head, message, digits) in WHAT.items():
            value, button = metrics.get(f"{self._who}_{what}"), self.numbers[what]
            text = "—" if value is None else show_number(value, digits)
            if what == "share" and isinstance(value, (int, float)):
                text = _("{n} %").format(n=show_number(100 * value, digits))
            if button.text() != text:
                button.setText(text)
                button.setAccessibleName(_(WHO[self._who]) + ", " + _(message) + f": {text}")
                button.setToolTip(_(message) + f": {exact(value)}")

    def set_lines(self, lines: int, notes: bool) -> None:
        """So many lines of the text are in sight."""
        self.strip.setFixedHeight(look().px(4) + lines * look().px(42 if notes else 28))

    def _ask(self) -> None:
        self.requested.emit(self.sender().objectName())

    def _hovered(self, number: int) -> None:
        reading = self._reading
        known = reading is not None and 0 <= number < len(reading.pieces)
        self.strip.set_readout(piece_description(reading.pieces[number], None) if known and reading is not None else "")


class Heads(Refreshing, QWidget):
    """What the columns of numbers are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addStretch(4)
        for label, message, _digits in WHAT.values():
            head = heading(_(label), "caption")
            head.setAlignment(Qt.AlignmentFlag.AlignCenter)
            head.setWordWrap(True)
            head.setToolTip(_(message))
            row.addWidget(head, 3)


class ComparePage(Page):
    """Four rows and the meters. Where there is no room for both, `switch` says which are shown; whoever holds the page
    gives it a place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display, self._narrow = Display(), False
        self._most = 16_777_215  # pixels of height that may be filled with lines: what is higher than that scrolls
        self.heads, self.rows = Heads(), {who: CompareRow(who) for who in WHO}
        self.meters = Meters()
        self.switch = Segmented(("text", "languages"), (_("The text"), _("Ten languages")))
        self.switch.setAccessibleName(_("What is compared"))
        self.switch.set_compact(True)
        self.switch.set_chosen("text")
        self._shown = "text"
        self.title = ElidedLabel(_("One sentence in ten languages: tokens, and how many times the English"), air=0)
        self._column = vbox(self.heads, on=self)
        for row in self.rows.values():
            self._column.addWidget(row)
            row.requested.connect(self.requested)
        self._column.addWidget(self.title)
        self._column.addWidget(self.meters, 1)
        self._column.addStretch(0)
        self.meters.requested.connect(self.requested)
        self.meters.read.connect(self._read)
        self.switch.chosen.connect(self._turn)
        self.relook()

    def show_page(self, frame: TokenFrame, display: Display) -> None:
        """Draw a frame."""
        if not frame.readings:
            return
        if display != self._display:
            self._display = display
            self._fit()
        newest = frame.last.token if frame.last else -1
        readings = frame.readings
        for who, row in self.rows.items():
            row.show_reading(readings[who], newest if who == "own" else -1, display.notes)
        self.meters.show_costs(frame.costs)

    def show_words(self, frame: TokenFrame, sentence: str) -> None:
        """The numbers, which need not follow every frame of a run."""
        metrics = METRICS.values(frame)
        for row in self.rows.values():
            row.show_numbers(metrics)
        self.meters.set_description(sentence)

    def _turn(self, shown: str) -> None:
        self._shown = shown
        self.switch.set_chosen(shown)
        self._fit()

    def _read(self, language: str) -> None:
        self.act(Set({"text": SENTENCES[language]}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return tuple(self.rows.values())

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [*(row.strip for row in self.rows.values()), self.meters]

    def relook(self) -> None:
        self._column.setSpacing(look().px(2))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As many lines of text as leave room for the languages; where one line is too many, one or the other."""
        notes, px = self._display.notes != "none", look().px
        line, rows = px(42 if notes else 28), px(HEADS) + len(WHO) * px(ROW + 6)
        high = min(self.height(), self._most)
        spare = high - rows - px(MIN_METERS)
        crowded = spare < len(WHO) * line
        texts, languages = (not crowded or self._shown == part for part in ("text", "languages"))
        parent = self.parentWidget()
        set_shown(self.switch, crowded and (self.isVisible() if parent is None else self.isVisibleTo(parent)))
        set_shown(self.heads, texts and not self._narrow)
        for part in (self.title, self.meters):
            set_shown(part, languages)
        self._column.setStretch(self._column.count() - 1, 0 if languages else 1)
        lines = (high - rows if crowded else spare) / line
        for who, row in self.rows.items():
            set_shown(row, texts)
            set_shown(row.strip, who != "characters" or lines >= len(WHO))  # letter by letter it is plain without
            row.set_lines(min(max(1, int(lines / len(WHO))), 3), notes)

    def set_most(self, pixels: int) -> None:
        """How high the place is that the page stands in; what it was filled with must not keep it higher."""
        self._most = pixels

    def set_space(self, _low: bool, narrow: bool) -> None:
        """Where it is narrow the numbers give way."""
        self._narrow = narrow
        for row in self.rows.values():
            for number in row.numbers.values():
                number.setVisible(not narrow)
        self._fit()
