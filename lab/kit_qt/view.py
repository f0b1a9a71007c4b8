"""What every view does: it draws the frames it is given, sends actions, and makes room for what matters.

Every frame is drawn. What is read rather than watched is written ten times a second while frames come in a stream:
nobody reads faster. Slow parts follow, one a frame, so that no single frame takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QElapsedTimer, QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from lab.core.simulation import Frame, Set
from lab.kit_qt.scrolling import Scrolling
from widgets.base.layouts import stack, vbox
from widgets.base.look import Refreshing, look
from widgets.base.mixin import ForObjects
from widgets.canvas.canvas import Canvas
from widgets.controls.dropdown import EntryPicture

__all__ = ["READING_MS", "Acting", "ExperimentView", "ShownFrame"]

READING_MS = 100  # between two updates of texts while a run goes on


class ShownFrame(Frame, Protocol):
    """A frame that knows the settings it was made with."""

    @property
    def params(self) -> Any: ...


F = TypeVar("F", bound=ShownFrame)  # the frame of an experiment
D = TypeVar("D")  # its view options


class Acting(ForObjects):
    """Mixin for what sends actions. Those of one drag carry the same gesture, so that undo takes them back as one."""

    acted: Signal  # (action, gesture), "" for an action that stands alone
    _drags = 0

    def act(self, action: object, gesture: str = "") -> None:
        """Ask for an action."""
        self.acted.emit(action, gesture)

    def drag(self, what: str, action: object) -> None:
        """Ask for an action that belongs to the drag of something."""
        self.act(action, f"{what}#{self._drags}")

    def end_drag(self, *_at: object) -> None:
        """What comes next is another drag."""
        self._drags += 1


class ExperimentView(Acting, Refreshing, QWidget, Generic[F, D]):
    """The picture of an experiment, for its frames and its view options.

    It draws the frame it is given, in any order. `playing` is whether frames come in a stream. Who inherits lays its
    parts out in `_column`, on the page `main`, calls `relook` when that is done, and says

        draw    what is drawn of every frame
        write   what is written of a frame, which need not follow each of a stream
        slow    what is drawn after the words, one a frame of a stream
        urgent  when words cannot wait
        fit     what there is room for
        choice_pictures what the lists of controls show
        main_picture    what is the largest thing
    """

    acted = Signal(object, str)
    display_changed = Signal(str, object)  # a view option was chosen in the picture itself
    requested = Signal(str)  # a number whose arithmetic is wanted

    HIGH, ROOMY = 500, 690  # pixels at 100 % text of height and width, below which the view is cramped, and scrolls
    USUAL = 400  # pixels of height that are enough at 100 % text where it is not narrow
    PICTURE = 280  # pixels that the main picture keeps then in its shorter side
    SQUAT, SHARE = 450, 0.8  # below this height (at 100 % text) it keeps this share of its place: more is not seen
    CLOSE, WIDE = 4, 8  # pixels at 100 % text between the parts, on a small screen and elsewhere
    OWN: Mapping[str, Any] = {"data": "own"}  # the control that shows own data comes first

    def __init__(self, display: D, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False
        self._read = QElapsedTimer()  # since the last words
        self._later: list[Callable[[F], None]] = []  # slow parts that the last words have not seen yet
        self._frame: F | None = None
        self._display = display
        self._compact = False
        self._kept: dict[QWidget, QSize] = {}  # main pictures that keep their size now, and what was their least
        self.main = QWidget()
        self._column: QVBoxLayout = vbox(on=self.main)
        self._whole = stack(self.main)
        self._place = Scrolling(self._whole, self)
        self._place.sized.connect(self.refit)
        vbox(self._place, on=self)

    # ------------------------------------------------------------------------------------------- hooks

    def draw(self, frame: F, before: F | None) -> None:
        """Draw a frame; `before` is the one in its place so far."""
        raise NotImplementedError

    def write(self, frame: F) -> None:
        """Say what a frame shows."""

    def slow(self) -> Sequence[Callable[[F], None]]:
        """What takes long to draw."""
        return ()

    def urgent(self, before: F, frame: F) -> bool:
        """Whether the words of a frame cannot wait, after those of the one before it."""
        return False

    def outlines(self, frame: F) -> Sequence[tuple[Canvas, Any]]:
        """What of a frame stays in sight under those of another run, such as a line or a boundary: the picture, and
        points [N, 2] in its units, where nan leaves a gap. Curves of plots need not be among them."""
        return ()

    def choice_pictures(self) -> Mapping[str, EntryPicture]:
        """For controls whose choices are better seen than named, by name: what paints a choice in their list."""
        return {}

    def fit(self) -> None:
        """Show what there is room for. Called for every size, every look and every view option."""

    def main_picture(self) -> tuple[QWidget, ...]:
        """What is looked at before all else: the widget with its axes, or those that are compared as one picture. It is
        the largest thing of the box, and the room of a larger screen goes to it first."""
        raise NotImplementedError

    # ----------------------------------------------------------------------------------------- drawing

    def show_frame(self, frame: F) -> bool:
        """Draw a frame. Whether slow parts of a stream were drawn: then other words had better wait for the next."""
        before, self._frame = self._frame, frame
        self.draw(frame, before)
        if before is None or not self.playing or self._waited() or self.urgent(before, frame):
            self._read.start()
            self.write(frame)
            self._later = list(self.slow())
            busy = self.playing and bool(self._later)
            while self._later and not self.playing:
                self._later.pop(0)(frame)
            return busy
        if self._later:
            self._later.pop(0)(frame)
            return True
        return False

    def _waited(self) -> bool:
        return not self._read.isValid() or self._read.elapsed() >= READING_MS

    @property
    def frame(self) -> F | None:
        """The frame on screen, None before there is one."""
        return self._frame

    def show_display(self, display: D) -> None:
        """Draw with other options."""
        self._display = display
        self.refit()
        self._again()

    def _again(self) -> None:
        """Draw all of the frame once more."""
        if self._frame is not None:
            self._read.invalidate()
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- own data

    def shown_with(self, action: Any) -> Mapping[str, Any]:
        """The controls that show what was brought, the one that matters first."""
        return self.OWN

    def lay_over(self, sheet: Any, over: QStackedWidget | None = None) -> None:
        """A page for own data, which takes the place of everything, or of what is in `over`, while it is open."""
        self.own, self._over = sheet, over or self._whole
        self._over.addWidget(sheet)
        sheet.listen(self)
        sheet.opened.connect(self._own_opened)
        sheet.taken.connect(self._own_taken)
        sheet.closed.connect(self._own_closed)

    def open_own(self) -> None:
        """Open the page for own data."""
        self.own.begin()

    def _own_opened(self) -> None:
        self._over.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._over.setCurrentIndex(0)

    def _own_taken(self, action: Any) -> None:
        wanted = dict(self.shown_with(action))
        control, value = next(iter(wanted.items()))
        if self._frame is None or getattr(self._frame.params, control) != value:
            self.act(Set(wanted))
        self.act(action)

    # -------------------------------------------------------------------------------------- the window

    def px(self, pixels: float) -> int:
        """Pixels at this text size, from pixels at 100 % text."""
        return look().px(pixels)

    def room(self) -> QSize:
        """What there is to lay out, in pixels: as wide as the place of the view, and about as high as what it scrolls.
        What is written grows with the text, the main picture need not."""
        place, px = self._place.place(), look().px
        if place.height() >= px(self._high()):
            return place
        return QSize(place.width(), max(place.height(), px(self.HIGH - self.PICTURE) + self._picture()))

    def _picture(self) -> int:
        """How high a main picture has to be in a cramped view, in pixels: it is seen whole, whatever is scrolled."""
        high = self._place.place().height()
        return max(self.PICTURE, round(self.SHARE * high) if high < look().px(self.SQUAT) else 0)

    def low(self, pixels: float) -> bool:
        """Whether there is less room than so many pixels of height at 100 % text."""
        return self.tall() < pixels

    def tall(self) -> float:
        """How much height there is, in pixels at 100 % text: where it would be too little, the view scrolls."""
        high = self._place.place().height() / look().scale
        return high if high >= self._high() else max(high, self.HIGH)

    def _high(self) -> int:
        """Below how many pixels of height, at 100 % text, the view is cramped."""
        usual = look().scale <= 1 and self._place.width() >= self.ROOMY
        return self.USUAL if usual else self.HIGH

    def narrow(self, pixels: float) -> bool:
        """Whether there is less room than so many pixels of width at 100 % text."""
        return self.room().width() < look().px(pixels)

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        self._column.setSpacing(look().px(self.CLOSE if self._compact else self.WIDE))
        self.refit()
        self._again()

    def refit(self) -> None:
        """Show what there is room for: after another size, look, view option or page."""
        self.fit()
        place = self._place.size()  # with a scroll bar or without: one that comes must not decide that it stays
        cramped = place.height() < self.px(self._high()) or place.width() < self.px(self.ROOMY)
        self._place.set_scrolls(cramped)
        self._keep_pictures(cramped)

    def _keep_pictures(self, cramped: bool) -> None:
        """In a cramped view the main picture keeps its size, and the page scrolls. Two that are compared stand beside
        each other, more of them in rows."""
        main = self.main_picture() if cramped else ()
        for widget in [widget for widget in self._kept if widget not in main]:
            widget.setMinimumSize(self._kept.pop(widget))
        high = self._picture() // (1 if len(main) < 3 else len(main))
        wide = self.PICTURE if len(main) == 1 else self.PICTURE // 2
        for widget in main:
            self._kept.setdefault(widget, widget.minimumSize())
            least = widget.minimumSizeHint().expandedTo(QSize(wide, high))
            widget.setMinimumSize(least.boundedTo(widget.maximumSize()))  # some are never higher than wide
