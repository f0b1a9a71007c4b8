"""The view: the text so far as tokens, and below it the open page. It draws the frame it is given, in any order."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.params import fields_of
from lab.core.text import _, n_
from lab.experiments.e21_decoding.bar_rows import percent
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Rewrite, Say
from lab.experiments.e21_decoding.page_beam import BeamView
from lab.experiments.e21_decoding.page_cache import CacheView
from lab.experiments.e21_decoding.page_drafts import DraftsView
from lab.experiments.e21_decoding.page_next import NextView
from lab.experiments.e21_decoding.page_samples import SamplesView
from lab.experiments.e21_decoding.page_tries import TriesView
from lab.experiments.e21_decoding.settings import LONGEST_PROMPT, PAGES, Display
from lab.experiments.e21_decoding.words import describe
from lab.kit.branching import quoted
from lab.kit_qt.text_view import TextView, note_of_text, written_note
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.dropdown import Dropdown
from widgets.tokens.token_strip import Token

__all__ = ["View"]

LOW, NARROW = 420, 620  # pixels at 100 % text, below which some parts give way, or stand below others
NOTES = next(field for field in fields_of(Display) if field.name == "notes")
MADE = {
    "next": NextView,
    "samples": SamplesView,
    "beam": BeamView,
    "cache": CacheView,
    "drafts": DraftsView,
    "tries": TriesView,
}
ROLE_COLORS = {"system": "hover", "sign": "sunken", "user": "good_soft"}  # the model's own words are shaded
LONGEST_EDIT = 400  # characters that are added: more of them become the prompt
LINES = {"next": 3, "samples": 2, "beam": 2, "cache": 2, "drafts": 2, "tries": 1}


class View(TextView[DecodingFrame, Display]):
    """Heading and chips, the strip, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self._tokens: tuple[object, list[Token]] = (None, [])
        self.so_far = kind(QLabel(_("The text so far")), "strong")
        self.set_up(LONGEST_PROMPT, _("Edit the text"))
        self.notes = Dropdown(NOTES.choices, [_(label) for label in NOTES.choice_labels])
        self.notes.setAccessibleName(_("Below each token"))
        self.notes.setToolTip(_("What stands below each token that was written"))
        self.notes.chosen.connect(self._note_by)
        self.head.addWidget(self.so_far)
        self.head.addWidget(self.edit_button)
        self.head.addWidget(self.notes)
        self.head.addStretch(1)
        self.begin(self.above)

    # ---------------------------------------------------------------------------------------- drawing

    def sentence(self, frame: DecodingFrame) -> str:
        return describe(frame)

    def note_of(self, frame: DecodingFrame) -> str:
        return _note_of(frame)

    def waited(self, percent: int) -> str:
        return _("Opening SmolLM2 and reading the prompt … {n} %").format(n=percent)

    def chips_of(self, frame: DecodingFrame) -> list[Token]:
        """The text as chips; those that are as before are the same objects, which makes comparing them quick."""
        key = (self._display.notes, frame.given, frame.unseen)
        old = self._tokens[1] if self._tokens[0] == key else []
        last = len(frame.tokens) - 1
        made = []
        for number, text in enumerate(frame.tokens):
            fact = frame.facts[number - frame.given] if number >= frame.given else None
            role = frame.roles[number] if frame.roles else ""
            color = ROLE_COLORS.get(role, "")
            value = fact.p if fact and not color else None
            highlighted = number == last and fact is not None
            kept = old[number] if number < len(old) else None
            if kept is not None and (kept.text, kept.value, kept.color, kept.highlighted) == (
                text,
                value,
                color,
                highlighted,
            ):
                made.append(kept)
                continue
            gone = number < frame.unseen
            note = written_note(self._display.notes, fact) if fact else ""
            faint = gone or role in ("system", "sign") if role else fact is None or gone
            made.append(Token(text, value, note, color, highlighted, faint, gone))
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

    def typed(self, frame: DecodingFrame) -> tuple[str, bool]:
        """The text; in a chat, the next message."""
        return "" if frame.roles else _typed_text(frame), bool(frame.roles)

    def take(self, frame: DecodingFrame, text: str) -> None:
        prompt = "".join(frame.tokens[: frame.given])
        if frame.roles:
            if text.strip():
                self.act(Say(text))
        elif text == _typed_text(frame):
            return
        elif text.startswith(prompt) and len(text) - len(frame.text) <= LONGEST_EDIT and not frame.left_out:
            self.act(Rewrite(text[len(prompt) :]))
        else:
            self.begin_with(text)

    def told_of(self, frame: DecodingFrame, number: int) -> str:
        if number < frame.given:
            return _given(frame, number)
        fact = frame.facts[number - frame.given]
        return _("{token}: p = {p}, rank {rank}, {bits} bits; press to go back here").format(
            token=quoted(frame.tokens[number]),
            p=percent(fact.p),
            rank=fact.rank,
            bits=show_number(fact.surprisal, 3),
        )

    # ------------------------------------------------------------------------------------- the window

    def _fit_head(self, low: bool) -> None:
        """The chips of the pages come first; what stands before them is shown where there is room for it."""
        px = look().px
        self.notes.setFixedWidth(px(112))
        room = self.room().width() - self.chips.sizeHint().width() - px(16)
        shown = not low and room >= px(112)
        self.notes.setVisible(shown)
        self.so_far.setVisible(room - shown * px(120) - px(40) >= self.so_far.sizeHint().width())

    def fit(self) -> None:
        """Where there is little room, some parts give way to the others."""
        px = look().px
        low, narrow = self.low(LOW), self.narrow(NARROW)
        self._fit_head(low)
        topic = self.open_page()
        notes = self._display.notes != "none"
        lines = 1 if low else LINES[topic] + (self.tall() > 640) - (notes and LINES[topic] > 2)
        high = px(10) + lines * px(42 if notes else 28)
        self.set_strip_height(high)
        for page in self.pages():
            page.set_space(low, narrow)


def _typed_text(frame: DecodingFrame) -> str:
    """The text as it is edited: without the sign that ended it."""
    return "".join(frame.tokens[: len(frame.tokens) - frame.ended])


def _given(frame: DecodingFrame, number: int) -> str:
    """What is said of a token that was given: in a chat, who speaks."""
    token = quoted(frame.tokens[number])
    match frame.roles[number] if frame.roles else "":
        case "system":
            return _("{token}: the system's words, before yours").format(token=token)
        case "user":
            return _("{token}: your words").format(token=token)
        case "sign":
            return _("{token}: a sign that marks who speaks").format(token=token)
    return _("given: the prompt")


def _note_of(frame: DecodingFrame) -> str:
    """What has to be said above the page: what was left out, what is out of sight."""
    if frame.unknown:
        return note_of_text(frame)
    if frame.left_out:
        return _("Left out at the start of the prompt: {tokens}. The model can see {most} at once.").format(
            tokens=n_("{n} token", "{n} tokens", frame.left_out), most=show_number(frame.given)
        )
    if frame.roles and (frame.ended or not frame.facts):
        return _chat_note(frame)
    if frame.ended:
        return _("The model drew its sign for the end of a text.")
    if frame.fits:
        return _("The text is whole: the grammar lets nothing follow.")
    if frame.full:
        return _("The window is full: the model can see {n} tokens, and the text may not become longer here.").format(
            n=show_number(len(frame.tokens))
        )
    if frame.unseen:
        return _("The first {n} tokens lie outside of what the model can see.").format(n=frame.unseen)
    return ""


def _chat_note(frame: DecodingFrame) -> str:
    """Who is who in a chat, and whose turn it is."""
    if frame.ended:
        return _("The model has ended its turn. Press the pencil to say something.")
    return _("Green is what you say, grey are the system and the signs between turns. Run: the model answers.")
