"""The view: the text so far as tokens, and below it the open page. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.params import fields_of
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Cut
from lab.experiments.e21_decoding.page_beam import BeamView
from lab.experiments.e21_decoding.page_cache import CacheView
from lab.experiments.e21_decoding.page_drafts import DraftsView
from lab.experiments.e21_decoding.page_next import NextView
from lab.experiments.e21_decoding.page_samples import SamplesView
from lab.experiments.e21_decoding.saying import percent
from lab.experiments.e21_decoding.settings import PAGES, Display
from lab.experiments.e21_decoding.waiting import Waiting
from lab.experiments.e21_decoding.words import quoted
from widgets.chips import Segmented
from widgets.look import Refreshing, look
from widgets.select import Select
from widgets.stylesheet import kind
from widgets.tokens import Token, TokenStrip

__all__ = ["View"]

LOW, NARROW = 420, 470  # pixels at 100 % text, below which some parts give way
READING_MS = 100  # between two updates of texts while a run goes on
NOTES = next(field for field in fields_of(Display) if field.name == "notes")
MADE = {"next": NextView, "samples": SamplesView, "beam": BeamView, "cache": CacheView, "drafts": DraftsView}
AnyPage = NextView | SamplesView | BeamView | CacheView | DraftsView
LINES = {"next": 3, "samples": 2, "beam": 2, "cache": 2, "drafts": 3}


class View(Refreshing, QWidget):
    """Heading and chips, the strip, and the page that is open. `gesture` stays the same during one drag."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)
    packs_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then texts follow ten times a second
        self.gesture = ""
        self._read = QElapsedTimer()
        self._frame: DecodingFrame | None = None
        self._display = Display()
        self._compact = False
        self._pages: dict[str, AnyPage] = {}
        self._tokens: tuple[object, list[Token]] = (None, [])
        self.title, self.note = QLabel(), QLabel()
        self.chips = Segmented(tuple(PAGES), [_(name) for name in PAGES.values()])
        self.strip = TokenStrip()
        self.notes = Select(NOTES.choices, [_(label) for label in NOTES.choice_labels])
        self._stack, self.waiting = QStackedWidget(), Waiting()
        self._lay_out()
        self.chips.chosen.connect(self._open)
        self.strip.hovered.connect(self._hovered)
        self.strip.pressed.connect(self._pressed)
        self.waiting.packs_asked.connect(self.packs_asked)
        self.waiting.house_wanted.connect(self._use_house)
        self.notes.chosen.connect(self._note_by)
        self.page("next")
        self.relook()

    def _lay_out(self) -> None:
        self.chips.setAccessibleName(_("Page"))
        self.notes.setAccessibleName(_("Below each token"))
        self.notes.setToolTip(_("What stands below each token that was written"))
        self.strip.set_title(_("The text so far"))
        self.strip.set_empty(_("Nothing is written yet."))
        self.title.setText(_("The text so far"))
        kind(self.title, "strong")
        kind(self.note, "small")
        self.note.setWordWrap(True)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.notes)
        head.addStretch(1)
        head.addWidget(self.chips)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.strip)
        self._column.addWidget(self.note)
        self._column.addWidget(self._stack, 1)
        self._stack.addWidget(self.waiting)

    def page(self, name: str) -> AnyPage:
        """One of the pages, made when it is first asked for."""
        if name not in self._pages:
            made = MADE[name]()
            made.acted.connect(self._acted)
            made.asked.connect(self.asked)
            self._stack.addWidget(made)
            self._pages[name] = made
            self._fit()
        return self._pages[name]

    # ---------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: DecodingFrame) -> None:
        """Draw a frame."""
        topic = frame.params.page
        turned = self._frame is None or self._frame.params.page != topic
        self._frame = frame
        page = self.page(topic)
        if turned:
            self.chips.set_chosen(topic)
            self._fit()
        self._stack.setCurrentWidget(self.waiting if frame.bars is None else page)
        if frame.bars is None:
            self.waiting.show_waiting(_waited_for(frame), None if frame.missing else frame.opening or 0.0)
        self.strip.set_tokens(self._strip_of(frame))
        page.show_page(frame, self._display)
        if turned or not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self._show_words(frame)
            page.show_words(frame)

    def _show_words(self, frame: DecodingFrame) -> None:
        note = _note_of(frame)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.strip.set_description(frame.describe())

    def _strip_of(self, frame: DecodingFrame) -> list[Token]:
        """The text as chips; those that are as before are the same objects, which makes comparing them quick."""
        key = (self._display.notes, frame.given, frame.unseen)
        old = self._tokens[1] if self._tokens[0] == key else []
        last = len(frame.tokens) - 1
        made = []
        for number, text in enumerate(frame.tokens):
            fact = frame.facts[number - frame.given] if number >= frame.given else None
            value = fact.raw if fact else None
            lit = number == last and fact is not None
            kept = old[number] if number < len(old) else None
            if kept is not None and (kept.text, kept.value, kept.lit) == (text, value, lit):
                made.append(kept)
                continue
            gone = number < frame.unseen
            note = _note(self._display.notes, fact) if fact else ""
            made.append(Token(text, value, note, "", lit, fact is None or gone, gone))
        self._tokens = (key, made)
        return made

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self.strip.set_notes(display.notes != "none")
        self.notes.set_chosen(display.notes)
        self._fit()
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _open(self, topic: str) -> None:
        if self._frame is not None:
            self.chips.set_chosen(self._frame.params.page)  # which page is open is decided by the run
            if topic != self._frame.params.page:
                self.acted.emit(Set({"page": topic}))

    def _acted(self, action: Any, gesture: str) -> None:
        self.gesture = gesture
        self.acted.emit(action)
        self.gesture = ""

    def _note_by(self, notes: str) -> None:
        self.display_changed.emit("notes", notes)

    def _use_house(self) -> None:
        self._acted(Set({"model": "house"}), "")

    def _hovered(self, number: int) -> None:
        frame = self._frame
        if frame is None or not frame.given <= number < len(frame.tokens):
            self.strip.set_readout(_("given: the prompt") if frame and 0 <= number < frame.given else "")
            return
        fact = frame.facts[number - frame.given]
        self.strip.set_readout(
            _("{token}: p = {p}, rank {rank}, {bits} bits; press to go back here").format(
                token=quoted(frame.tokens[number]),
                p=percent(fact.raw),
                rank=fact.rank,
                bits=show_number(fact.surprisal, 3),
            )
        )

    def _pressed(self, number: int) -> None:
        """A written token was pressed: it and all after it go."""
        if self._frame is not None and number >= self._frame.given:
            self._acted(Cut(number), "")

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported: the text, and the pictures of the open page."""
        topic = self._frame.params.page if self._frame is not None else "next"
        return [self.strip, *self.page(topic).pictures()]

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(4 if self._compact else 8))
        self._fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit_head(self, low: bool) -> None:
        """The chips of the pages come first; what stands before them is shown where there is room for it."""
        px = look().px
        self.notes.setFixedWidth(px(112))
        room = self.width() - self.chips.sizeHint().width() - px(16)
        shown = not low and room >= px(112)
        self.notes.setVisible(shown)
        self.title.setVisible(room - shown * px(120) >= self.title.sizeHint().width())

    def _fit(self) -> None:
        """Where there is little room, some parts give way to the others."""
        px = look().px
        low, narrow = self.height() < px(LOW), self.width() < px(NARROW)
        self._fit_head(low)
        topic = self._frame.params.page if self._frame is not None else "next"
        notes = self._display.notes != "none"
        lines = 1 if low else LINES[topic] + (self.height() > px(640)) - (notes and LINES[topic] > 2)
        self.strip.setFixedHeight(px(10) + lines * px(42 if notes else 28))
        for page in self._pages.values():
            page.set_room(low, narrow)


def _note(which: str, fact: Any) -> str:
    match which:
        case "probability":
            return f"{100 * fact.raw:.0f}"
        case "rank":
            return str(fact.rank)
        case "surprisal":
            return f"{fact.surprisal:.1f}"
    return ""


def _waited_for(frame: DecodingFrame) -> str:
    """Why there is nothing to show."""
    if frame.missing:
        return frame.missing
    return _("Opening SmolLM2 and reading the prompt … {n} %").format(n=round(100 * (frame.opening or 0.0)))


def _note_of(frame: DecodingFrame) -> str:
    """What has to be said above the page: what was left out, what is out of sight."""
    if frame.unknown:
        shown = " ".join(quoted(c) for c in frame.unknown[:12])
        return _("Left out, for the model knows no such token: {signs}").format(signs=shown)
    if frame.ended:
        return _("The model drew its sign for the end of a text.")
    if frame.full:
        return _("The text is as long as it may become here.")
    if frame.unseen:
        return _("The first {n} tokens lie outside of what the model can see.").format(n=frame.unseen)
    return ""
