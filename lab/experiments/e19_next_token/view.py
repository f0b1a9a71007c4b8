"""The view: the text so far as tokens, and below it the open page. It draws the frame it is given, in any order."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _, n_
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.page_ladder import GameView, LadderView
from lab.experiments.e19_next_token.page_lens import LensView
from lab.experiments.e19_next_token.page_next import BranchesView, NextView
from lab.experiments.e19_next_token.page_pass import PassView
from lab.experiments.e19_next_token.page_training import TrainingView
from lab.experiments.e19_next_token.settings import LONGEST_PROMPT, PAGES, Display
from lab.experiments.e19_next_token.words import describe
from lab.kit.branching import Fact, quoted
from lab.kit.numbers import percent
from lab.kit_qt.text_view import TextView, note_of_text, written_note
from widgets.base.look import look
from widgets.tokens.token_strip import Token

__all__ = ["View"]

LOW, NARROW = 420, 620  # pixels at 100 % text, below which some parts give way, or stand below others
MADE = {
    "next": NextView, "branches": BranchesView, "ladder": LadderView, "game": GameView, "training": TrainingView,
    "lens": LensView, "pass": PassView,
}  # fmt: skip
NO_TEXT = ("branches", "ladder")  # pages that show the text themselves, or another one


class View(TextView[NextFrame, Display]):
    """Heading and chips, the strip, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self._lines = 0  # of the text, when it was last laid out
        self.set_up(LONGEST_PROMPT, _("Type a text of your own"), breaks=False)
        self.head.addWidget(self.edit_button)
        self.head.addStretch(1)
        self.begin(self.above)

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: NextFrame, before: NextFrame | None) -> None:
        super().draw(frame, before)
        if min(self.strip.lines(), 3) != min(self._lines, 3):
            self.refit()

    def sentence(self, frame: NextFrame) -> str:
        return describe(frame)

    def note_of(self, frame: NextFrame) -> str:
        return _note_of(frame)

    def waited(self, percent: int) -> str:
        return _("Opening SmolLM2 and reading the text … {n} %").format(n=percent)

    def chips_of(self, frame: NextFrame) -> list[Token]:
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

    def typed(self, frame: NextFrame) -> tuple[str, bool]:
        return frame.params.prompt.replace("\\n", "\n") if frame.params.chat else frame.text, False

    def set_typing(self, on: bool) -> None:
        super().set_typing(on)
        self.refit()

    def take(self, frame: NextFrame, text: str) -> None:
        """What was typed is the text to begin with."""
        if text != frame.text:
            self.begin_with(text)

    def can_cut(self, frame: NextFrame) -> bool:
        return frame.game is None

    def told_of(self, frame: NextFrame, number: int) -> str:
        if frame.game is not None:
            return ""
        fact = frame.facts[number]
        if fact is None:
            return _("the first token: nothing was said of it")
        return _("{token}: p = {p}, rank {rank}, {bits} bits; entropy before it {entropy} bits").format(
            token=quoted(frame.tokens[number]), p=percent(fact.p), rank=fact.rank,
            bits=show_number(fact.surprisal, 3), entropy=show_number(fact.entropy, 3),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------- the window

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
        self.set_strip_height(high)
        for page in self.pages():
            page.set_space(low, narrow)


def _note(which: str, fact: Fact) -> str:
    return f"{fact.entropy:.1f}" if which == "entropy" else written_note(which, fact)


def _note_of(frame: NextFrame) -> str:
    """What has to be said above the page: what was left out, what is out of sight."""
    if frame.game is not None:
        return ""
    if frame.unknown:
        return note_of_text(frame)
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
