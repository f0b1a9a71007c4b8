"""The view: the text so far as tokens, and below it the open page. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.params import fields_of
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e21_decoding.bar_rows import percent
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Cut
from lab.experiments.e21_decoding.page_beam import BeamView
from lab.experiments.e21_decoding.page_cache import CacheView
from lab.experiments.e21_decoding.page_drafts import DraftsView
from lab.experiments.e21_decoding.page_next import NextView
from lab.experiments.e21_decoding.page_samples import SamplesView
from lab.experiments.e21_decoding.settings import PAGES, Display
from lab.experiments.e21_decoding.text import Fact, quoted
from lab.experiments.e21_decoding.waiting import Waiting
from lab.experiments.e21_decoding.words import describe
from lab.kit_qt.paged import PagedView
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.dropdown import Dropdown
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["View"]

LOW, NARROW = 420, 620  # pixels at 100 % text, below which some parts give way, or stand below others
NOTES = next(field for field in fields_of(Display) if field.name == "notes")
MADE = {"next": NextView, "samples": SamplesView, "beam": BeamView, "cache": CacheView, "drafts": DraftsView}
LINES = {"next": 3, "samples": 2, "beam": 2, "cache": 2, "drafts": 3}


class View(PagedView[DecodingFrame, Display]):
    """Heading and chips, the strip, and the page that is open."""

    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self._near = -1  # the token that is told of
        self._tokens: tuple[object, list[Token]] = (None, [])
        self.so_far, self.note = kind(QLabel(_("The text so far")), "strong"), kind(QLabel(), "small")
        self.strip, self.waiting = TokenStrip(), Waiting()
        self.notes = Dropdown(NOTES.choices, [_(label) for label in NOTES.choice_labels])
        self.notes.setAccessibleName(_("Below each token"))
        self.notes.setToolTip(_("What stands below each token that was written"))
        self.strip.set_title(_("The text so far"))
        self.strip.set_empty(_("Nothing is written yet."))
        self.note.setWordWrap(True)
        self.head.addWidget(self.so_far)
        self.head.addWidget(self.notes)
        self.head.addStretch(1)
        self._stack.addWidget(self.waiting)
        self._connect()
        self.begin(above=[self.strip, self.note])

    def _connect(self) -> None:
        self.strip.hovered.connect(self._hovered)
        self.strip.pressed.connect(self._pressed)
        self.waiting.packs_requested.connect(self.packs_requested)
        self.waiting.house_wanted.connect(self._use_house)
        self.notes.chosen.connect(self._note_by)

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: DecodingFrame, before: DecodingFrame | None) -> None:
        super().draw(frame, before)
        page = self.page(self.page_of(frame))
        self._stack.setCurrentWidget(self.waiting if frame.bars is None else page)
        if frame.bars is None:
            self.waiting.show_waiting(_waited_for(frame), None if frame.missing else frame.opening or 0.0)
        self.strip.set_tokens(self._strip_of(frame))
        if self._near >= 0:
            self._hovered(self._near)

    def sentence(self, frame: DecodingFrame) -> str:
        return describe(frame)

    def write(self, frame: DecodingFrame) -> None:
        note = _note_of(frame)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.strip.set_description(describe(frame))
        super().write(frame)

    def _strip_of(self, frame: DecodingFrame) -> list[Token]:
        """The text as chips; those that are as before are the same objects, which makes comparing them quick."""
        key = (self._display.notes, frame.given, frame.unseen)
        old = self._tokens[1] if self._tokens[0] == key else []
        last = len(frame.tokens) - 1
        made = []
        for number, text in enumerate(frame.tokens):
            fact = frame.facts[number - frame.given] if number >= frame.given else None
            value = fact.raw if fact else None
            highlighted = number == last and fact is not None
            kept = old[number] if number < len(old) else None
            if kept is not None and (kept.text, kept.value, kept.highlighted) == (text, value, highlighted):
                made.append(kept)
                continue
            gone = number < frame.unseen
            note = _note(self._display.notes, fact) if fact else ""
            made.append(Token(text, value, note, "", highlighted, fact is None or gone, gone))
        self._tokens = (key, made)
        return made

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.strip.set_notes(display.notes != "none")
        self.notes.set_chosen(display.notes)
        super().show_display(display)

    # ---------------------------------------------------------------------------------------- the hand

    def _note_by(self, notes: str) -> None:
        self.display_changed.emit("notes", notes)

    def _use_house(self) -> None:
        self.act(Set({"model": "house"}))

    def _hovered(self, number: int) -> None:
        """Tell of a token, and again whenever another takes its place."""
        frame, self._near = self._frame, number
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
            self.act(Cut(number))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        waits = self._stack.currentWidget() is self.waiting
        return (self.waiting,) if waits else super().main_picture()

    def pictures(self) -> list[Any]:
        """What is exported: the text, and the pictures of the open page."""
        return [self.strip, *super().pictures()]

    def _fit_head(self, low: bool) -> None:
        """The chips of the pages come first; what stands before them is shown where there is room for it."""
        px = look().px
        self.notes.setFixedWidth(px(112))
        room = self.room().width() - self.chips.sizeHint().width() - px(16)
        shown = not low and room >= px(112)
        self.notes.setVisible(shown)
        self.so_far.setVisible(room - shown * px(120) >= self.so_far.sizeHint().width())

    def fit(self) -> None:
        """Where there is little room, some parts give way to the others."""
        px = look().px
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self._fit_head(low)
        topic = self.open_page()
        notes = self._display.notes != "none"
        lines = 1 if low else LINES[topic] + (self.tall() > 640) - (notes and LINES[topic] > 2)
        self.strip.setFixedHeight(px(10) + lines * px(42 if notes else 28))
        for page in self.pages():
            page.set_space(low, narrow)


def _note(which: str, fact: Fact) -> str:
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
