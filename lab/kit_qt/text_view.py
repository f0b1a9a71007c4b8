"""What the views have in common of which a text is the subject: the text as chips over the page that is open. It is
typed into, gone back in, and waited for while a model is opened."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.kit.branching import quoted
from lab.kit.gestures import Cut
from lab.kit_qt.paged import PagedView
from lab.kit_qt.text_box import TextBox
from lab.kit_qt.view import ShownFrame
from lab.kit_qt.waiting import Waiting
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["TextFrame", "TextView", "note_of_text", "written_note"]


class TextFrame(ShownFrame, Protocol):
    """A frame of a text.

    tokens: the text of every token.  given: how many were the prompt.  missing: why the model cannot be had, "" where
    it can.  opening: the share of opening it that is done.  unknown: characters of the prompt that were left out.
    """

    @property
    def tokens(self) -> tuple[str, ...]: ...

    @property
    def given(self) -> int: ...

    @property
    def bars(self) -> object | None: ...

    @property
    def missing(self) -> str: ...

    @property
    def opening(self) -> float | None: ...

    @property
    def unknown(self) -> str: ...

    @property
    def ended(self) -> bool: ...


class SaidOf(Protocol):
    """What is known of a token."""

    @property
    def p(self) -> float: ...

    @property
    def rank(self) -> int: ...

    @property
    def surprisal(self) -> float: ...


F = TypeVar("F", bound=TextFrame)
D = TypeVar("D")


class TextView(PagedView[F, D]):
    """Heading and chips, the strip, and the page that is open; a frame without bars is waited for.

    Who inherits puts `edit_button` into `head`, calls `begin` with `above`, and says

        chips_of  the text as chips
        told_of   what is said of the token that is pointed at
        note_of   what has to be said above the page
        waited    what is said while the model is opened
        typed     what is typed into, and whether that is a message
        take      what was typed is taken
    """

    packs_requested = Signal()

    def set_up(self, longest: int, edit: str, breaks: bool = True) -> None:
        """Make the parts. longest: characters that may be typed.  edit: what the pencil says.  breaks: whether a new
        line in the text begins one among the chips."""
        self._near = -1  # the token that is told of
        self.note = kind(QLabel(), "small")
        self.strip, self.box, self.waiting = TokenStrip(breaks=breaks), TextBox(longest), Waiting()
        self.edit_button = IconButton("pencil", edit, "F2")
        self.edit_button.setCheckable(True)
        self.box.hide()
        self.strip.set_title(_("The text so far"))
        self.strip.set_empty(_("Nothing is written yet."))
        self.note.setWordWrap(True)
        self._stack.addWidget(self.waiting)
        self.strip.hovered.connect(self._hovered)
        self.strip.pressed.connect(self._pressed)
        self.edit_button.clicked.connect(self._edit)
        self.box.taken.connect(self._take)
        self.box.left.connect(self._leave)
        self.waiting.packs_requested.connect(self.packs_requested)
        self.waiting.house_wanted.connect(self._use_house)

    @property
    def above(self) -> list[QWidget]:
        """What stands over the page."""
        return [self.strip, self.box, self.note]

    # ------------------------------------------------------------------------------------------- hooks

    def chips_of(self, frame: F) -> list[Token]:
        """The text as chips."""
        raise NotImplementedError

    def told_of(self, frame: F, number: int) -> str:
        """What is said of a token that is pointed at; "" for nothing."""
        raise NotImplementedError

    def note_of(self, frame: F) -> str:
        """What has to be said above the page; "" for nothing."""
        raise NotImplementedError

    def waited(self, percent: int) -> str:
        """What is said while the model is opened."""
        raise NotImplementedError

    def typed(self, frame: F) -> tuple[str, bool]:
        """What is typed into, and whether it is the next message of a chat."""
        raise NotImplementedError

    def take(self, frame: F, text: str) -> None:
        """What was typed is the text now."""
        raise NotImplementedError

    def can_cut(self, frame: F) -> bool:
        """Whether a press on a token goes back to it."""
        return True

    # ---------------------------------------------------------------------------------------- drawing

    def draw(self, frame: F, before: F | None) -> None:
        super().draw(frame, before)
        page = self.page(self.page_of(frame))
        self._stack.setCurrentWidget(self.waiting if frame.bars is None else page)
        if frame.bars is None:
            share = None if frame.missing else frame.opening or 0.0
            self.waiting.show_waiting(frame.missing or self.waited(round(100 * (share or 0.0))), share)
        self.strip.set_tokens(self.chips_of(frame))
        if self._near >= 0:
            self._hovered(self._near)

    def write(self, frame: F) -> None:
        note = self.note_of(frame)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.strip.set_description(self.sentence(frame))
        super().write(frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _edit(self) -> None:
        frame = self._frame
        if frame is None or frame.bars is None or self.box.isVisible():
            self._leave()
            return
        self.set_typing(True)
        self.box.begin(*self.typed(frame))

    def _leave(self) -> None:
        self.set_typing(False)
        self.strip.setFocus()

    def set_typing(self, on: bool) -> None:
        """The text is typed into, or is chips again."""
        self.box.setVisible(on)
        self.strip.setVisible(not on)
        self.edit_button.setChecked(on)

    def _take(self, text: str) -> None:
        self._leave()
        if self._frame is not None and self._frame.bars is not None:
            self.take(self._frame, text)

    def begin_with(self, text: str) -> None:
        """Ask for a text to begin with."""
        self.act(Set({"prompt": text.replace("\n", "\\n")}))

    def _use_house(self) -> None:
        self.act(Set({"model": "house"}))

    def _hovered(self, number: int) -> None:
        """Tell of a token, and again whenever another takes its place."""
        frame, self._near = self._frame, number
        there = frame is not None and 0 <= number < len(frame.tokens)
        self.strip.set_readout(self.told_of(frame, number) if frame is not None and there else "")

    def _pressed(self, number: int) -> None:
        """A written token was pressed: the text ends before it."""
        frame = self._frame
        if frame is not None and number >= frame.given and self.can_cut(frame):
            self.act(Cut(number))

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        waits = self._stack.currentWidget() is self.waiting
        return (self.waiting,) if waits else super().main_picture()

    def pictures(self) -> list[Any]:
        """What is exported: the text, and the pictures of the open page."""
        return [self.strip, *super().pictures()]

    def set_strip_height(self, high: int) -> None:
        """How high the text is, in pixels; the box that it is typed into is at least as high as it needs."""
        self.strip.setFixedHeight(high)
        self.box.setFixedHeight(max(high, self.box.minimumSizeHint().height()))


def note_of_text(frame: TextFrame) -> str:
    """What was left out of a prompt, "" where nothing was."""
    if not frame.unknown:
        return ""
    shown = " ".join(quoted(c) for c in frame.unknown[:12])
    return _("Left out, for the model knows no such token: {signs}").format(signs=shown)


def written_note(which: str, fact: SaidOf) -> str:
    """What stands below a token: its probability in percent, its rank, or its surprisal in bits; "" otherwise."""
    match which:
        case "probability":
            return f"{100 * fact.p:.0f}"
        case "rank":
            return str(fact.rank)
        case "surprisal":
            return f"{fact.surprisal:.1f}"
    return ""
