"""The view: the text so far as tokens, and below it the open page. It draws the frame it is given, in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _, n_
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.gestures import Cut
from lab.experiments.e19_next_token.page_ladder import GameView, LadderView
from lab.experiments.e19_next_token.page_lens import LensView
from lab.experiments.e19_next_token.page_next import BranchesView, NextView
from lab.experiments.e19_next_token.page_pass import PassView
from lab.experiments.e19_next_token.page_training import TrainingView
from lab.experiments.e19_next_token.settings import LONGEST_PROMPT, PAGES, Display
from lab.experiments.e19_next_token.words import describe
from lab.kit.branching import Fact, quoted
from lab.kit.numbers import percent
from lab.kit_qt.paged import PagedView
from lab.kit_qt.text_box import TextBox
from lab.kit_qt.waiting import Waiting
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["View"]

LOW, NARROW = 420, 620  # pixels at 100 % text, below which some parts give way, or stand below others
MADE = {
    "next": NextView, "branches": BranchesView, "ladder": LadderView, "game": GameView, "training": TrainingView,
    "lens": LensView, "pass": PassView,
}  # fmt: skip
NO_TEXT = ("branches", "ladder")  # pages that show the text themselves, or another one


class View(PagedView[NextFrame, Display]):
    """Heading and chips, the strip, and the page that is open."""

    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self._near = -1  # the token that is told of
        self._lines = 0  # of the text, when it was last laid out
        self.note = kind(QLabel(), "small")
        self.strip, self.box, self.waiting = TokenStrip(breaks=False), TextBox(LONGEST_PROMPT), Waiting()
        self.edit_button = IconButton("pencil", _("Type a text of your own"), "F2")
        self.edit_button.setCheckable(True)
        self.box.hide()
        self.strip.set_title(_("The text so far"))
        self.strip.set_empty(_("Nothing is written yet."))
        self.note.setWordWrap(True)
        self.head.addWidget(self.edit_button)
        self.head.addStretch(1)
        self._stack.addWidget(self.waiting)
        self.strip.hovered.connect(self._hovered)
        self.strip.pressed.connect(self._pressed)
        self.edit_button.clicked.connect(self._edit)
        self.box.taken.connect(self._take)
        self.box.left.connect(self._leave)
        self.waiting.packs_requested.connect(self.packs_requested)
        self.waiting.house_wanted.connect(self._use_house)
        self.begin(above=[self.strip, self.box, self.note])

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: NextFrame, before: NextFrame | None) -> None:
        super().draw(frame, before)
        page = self.page(self.page_of(frame))
        self._stack.setCurrentWidget(self.waiting if frame.bars is None else page)
        if frame.bars is None:
            self.waiting.show_waiting(_waited_for(frame), None if frame.missing else frame.opening or 0.0)
        self.strip.set_tokens(self._strip_of(frame))
        if min(self.strip.lines(), 3) != min(self._lines, 3):
            self.refit()
        if self._near >= 0:
            self._hovered(self._near)

    def sentence(self, frame: NextFrame) -> str:
        return describe(frame)

    def write(self, frame: NextFrame) -> None:
        note = _note_of(frame)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.strip.set_description(describe(frame))
        super().write(frame)

    def _strip_of(self, frame: NextFrame) -> list[Token]:
        """The text as chips, each with what the model said of it; in the game the passage."""
        game, which = frame.game, self._display.notes
        if game is not None:
            lead = [Token(c, faint=True) for c in game.lead]
            notes = {"none": "", "surprisal": "{:.1f}"}.get(which, "{:.1f}")
            return [*lead, *(Token(r.truth, None, notes.format(r.you), "good_soft" if r.you < r.bigram else "bad_soft")
                             for r in game.rounds)]  # fmt: skip
        last, ids, facts = len(frame.tokens) - 1, frame.story.ids, frame.facts
        made = []
        for number, text in enumerate(frame.tokens):
            fact = facts[number]
            sign, gone = ids[number] in frame.signs, number < frame.unseen
            given = number < frame.given
            value = fact.p if fact and not sign else None
            note = _note(which, fact) if fact else ""
            lit = number == last and not given
            made.append(Token(text, value, note, "sunken" if sign else "", lit, gone or sign, gone))
        return made

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.strip.set_notes(display.notes != "none")
        super().show_display(display)

    # ---------------------------------------------------------------------------------------- the hand

    def _edit(self) -> None:
        frame = self._frame
        if frame is None or frame.bars is None or self.box.isVisible():
            self._leave()
            return
        self._typing(True)
        self.box.begin(frame.params.prompt.replace("\\n", "\n") if frame.params.chat else frame.text)

    def _leave(self) -> None:
        self._typing(False)
        self.strip.setFocus()

    def _typing(self, on: bool) -> None:
        self.box.setVisible(on)
        self.edit_button.setChecked(on)
        self.refit()

    def _take(self, text: str) -> None:
        """What was typed is the text to begin with."""
        self._leave()
        if self._frame is not None and text != self._frame.text:
            self.act(Set({"prompt": text.replace("\n", "\\n")}))

    def _use_house(self) -> None:
        self.act(Set({"model": "house"}))

    def _hovered(self, number: int) -> None:
        """Tell of a token, and again whenever another takes its place."""
        frame, self._near = self._frame, number
        if frame is None or frame.game is not None or not 0 <= number < len(frame.tokens):
            self.strip.set_readout("")
            return
        fact = frame.facts[number]
        if fact is None:
            self.strip.set_readout(_("the first token: nothing was said of it"))
            return
        text = _("{token}: p = {p}, rank {rank}, {bits} bits; entropy before it {entropy} bits").format(
            token=quoted(frame.tokens[number]), p=percent(fact.p), rank=fact.rank,
            bits=show_number(fact.surprisal, 3), entropy=show_number(fact.entropy, 3),
        )  # fmt: skip
        self.strip.set_readout(text)

    def _pressed(self, number: int) -> None:
        """A written token was pressed: it and all after it become a branch."""
        if self._frame is not None and self._frame.game is None and number >= self._frame.given:
            self.act(Cut(number))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        waits = self._stack.currentWidget() is self.waiting
        return (self.waiting,) if waits else super().main_picture()

    def pictures(self) -> list[Any]:
        """What is exported: the text, and the pictures of the open page."""
        return [self.strip, *super().pictures()]

    def fit(self) -> None:
        """Where there is little room, some parts give way to the others."""
        px = look().px
        low, narrow = self.low(LOW), self.narrow(NARROW)
        notes = self._display.notes != "none"
        most = 1 if low else 2 if self.open_page() in ("next", "game") or self.tall() > 640 else 1
        self._lines = self.strip.lines()
        lines = min(most, max(1, self._lines))
        high = px(10) + lines * px(42 if notes else 28)
        self.strip.set_filled_from_end(lines == 1)
        typing = self.edit_button.isChecked()
        self.strip.setVisible(not typing and self.open_page() not in NO_TEXT)
        self.strip.setFixedHeight(high)
        self.box.setFixedHeight(max(high, self.box.minimumSizeHint().height()))
        for page in self.pages():
            page.set_space(low, narrow)


def _note(which: str, fact: Fact) -> str:
    match which:
        case "probability":
            return f"{100 * fact.p:.0f}"
        case "rank":
            return str(fact.rank)
        case "surprisal":
            return f"{fact.surprisal:.1f}"
        case "entropy":
            return f"{fact.entropy:.1f}"
    return ""


def _waited_for(frame: NextFrame) -> str:
    """Why there is nothing to show."""
    if frame.missing:
        return frame.missing
    return _("Opening SmolLM2 and reading the text … {n} %").format(n=round(100 * (frame.opening or 0.0)))


def _note_of(frame: NextFrame) -> str:
    """What has to be said above the page: what was left out, what is out of sight."""
    if frame.game is not None:
        return ""
    if frame.unknown:
        shown = " ".join(quoted(c) for c in frame.unknown[:12])
        return _("Left out, for the model knows no such token: {signs}").format(signs=shown)
    if frame.left_out:
        return _("Left out at the start of your text: {tokens}.").format(
            tokens=n_("{n} token", "{n} tokens", frame.left_out)
        )
    if frame.ended:
        return _("The model drew its sign for the end of a text.")
    if frame.full:
        return _("The text is full: it may not become longer here.")
    if frame.unseen and frame.params.model in ("small", "house", "received"):
        return _("The first {n} tokens lie outside of what the model can see.").format(n=frame.unseen)
    return ""
