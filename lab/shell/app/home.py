"""The home page: one question, one primary button, and the chapters as rows of cards that draw themselves.

What is not in the catalogue is not here, and nothing is locked. NumPy is not imported to paint it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from lab.core.course import edges
from lab.core.experiment import CHAPTERS, Experiment
from lab.core.text import N_, _, n_
from lab.runtime.progress import Progress
from lab.shell.services import Services
from lab.shell.text_label import text_label
from widgets.base.look import Refreshing, Resting, look
from widgets.base.roles import be_heading
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.graphs.node_map import MapNode, NodeMap
from widgets.text.banner import Banner
from widgets.text.card import Card, CardGrid

__all__ = ["Gallery", "HomePage"]

CHAPTER_WORDS = (
    N_("What a model is, and how it finds its numbers"),
    N_("From one neuron to a network that bends space"),
    N_("How words and pieces of words become numbers"),
    N_("How a model reads"),
    N_("From letters to a small language model of your own"),
)


class Thumbnail:
    """Paints an experiment's card; the painting function is imported when it first paints."""

    def __init__(self, experiment: Experiment) -> None:
        self._name = experiment.thumbnail
        self._paint: Any = None

    def __call__(self, painter: QPainter, rect: QRectF) -> None:
        if not self._name:
            return
        if self._paint is None:
            module, function = self._name.split(":")
            self._paint = getattr(import_module(module), function)
        self._paint(painter, rect, look().palette)


def card_of(experiment: Experiment) -> Card:
    return Card(experiment.id, f"{experiment.number}  " + _(experiment.title), Thumbnail(experiment))


def show_progress(card: Card, experiment: Experiment, progress: Progress, current: bool) -> None:
    """The line under a card's title, its ring, and what a screen reader says."""
    if progress.finished:
        caption = _("Done")
    elif progress.opened and progress.pages:
        caption = _("Step {n} of {m}").format(n=progress.page + 1, m=progress.pages)
    else:
        caption = n_("{n} min", "{n} min", experiment.minutes)
    name = f"{experiment.number}, " + _(experiment.title) + f", {caption}. " + _(experiment.question)
    card.set_state(caption, progress.share, current, name)


class Chapters(QWidget):
    """The cards of the experiments, chapter by chapter."""

    opened = Signal(object)  # Experiment
    near = Signal(object)  # the Experiment whose card the pointer or the keys have come to

    def __init__(
        self, experiments: Sequence[Experiment], most: int, words: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._experiments = {e.id: e for e in experiments}
        self._cards: dict[str, Card] = {}
        self._counts: list[tuple[QLabel, list[str]]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        grids = []
        for chapter in sorted({e.chapter for e in experiments}):
            in_chapter = [e for e in experiments if e.chapter == chapter]
            self._column.addLayout(self._heading(chapter, [e.id for e in in_chapter], words))
            cards = [card_of(e) for e in in_chapter]
            self._cards |= {card.key: card for card in cards}
            grid = CardGrid(cards, most=most, least=176 if words else 150)
            grid.opened.connect(self.open)
            grid.near.connect(self._come_near)
            grids.append(grid)
            self._column.addWidget(grid)
        CardGrid.stack(grids)
        self._column.addStretch(1)

    def _heading(self, chapter: int, ids: list[str], words: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        title = text_label(_(CHAPTERS[chapter - 1]), "h2" if words else "strong", wrap=not words)
        be_heading(title, 2)
        row.addWidget(title, 0 if words else 1)
        if words:
            row.addWidget(text_label(_(CHAPTER_WORDS[chapter - 1]), "", "text3", wrap=True), 1)
        count = text_label("", "small", "text3")
        row.addWidget(count)
        self._counts.append((count, ids))
        return row

    def refresh(self, services: Services, current: str = "") -> None:
        """Progress as it is now; `current` has the accent border."""
        for id, card in self._cards.items():
            show_progress(card, self._experiments[id], services.book.of(id), id == current)
        for label, ids in self._counts:
            done = sum(services.book.of(id).finished for id in ids)
            label.setText(_("{n} of {m} done").format(n=done, m=len(ids)))

    def open(self, id: str) -> None:
        self.opened.emit(self._experiments[id])

    def _come_near(self, id: str) -> None:
        self.near.emit(self._experiments[id])

    def set_spacing(self, pixels: int) -> None:
        self._column.setSpacing(pixels)

    @property
    def cards(self) -> dict[str, Card]:
        return dict(self._cards)


class HomePage(Resting, QScrollArea):
    experiment_requested = Signal(object)
    experiment_near = Signal(object)  # it may be asked for next
    continue_requested = Signal()
    session_answered = Signal(bool)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_("Home"))
        self._title = text_label(_("What would you like to understand today?"), "home_title", wrap=True)
        be_heading(self._title, 1)
        self._text = text_label(self._sentence(), "lesson", "text2", wrap=True)
        self.go_on = Button("", "primary", "play", height=42)
        self.go_on.clicked.connect(self.continue_requested)
        self.setFocusProxy(self.go_on)  # who comes here with the keyboard begins at the way on
        self.banner = Banner("info", "")
        self.banner.hide()
        self.banner.acted.connect(partial(self._answer, True))
        self.banner.closed.connect(partial(self._answer, False))
        self.notes = {about: Banner("info", "") for about in ("files", "window")}
        for note in self.notes.values():
            note.hide()
        self._asking = False
        self.chapters = Chapters(services.experiments(), most=6)
        self.chapters.opened.connect(self.experiment_requested)
        self.chapters.near.connect(self.experiment_near)
        self._map_title = kind(QLabel(_("What leads to what")), "h2")
        be_heading(self._map_title, 2)
        self.map = NodeMap(self._nodes(), edges(services.experiments()))
        self.map.opened.connect(self.chapters.open)
        self._lay_out()
        self.refresh()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignVCenter)
        inner = QWidget()
        kind(inner, "canvas")
        self._column = QVBoxLayout(inner)
        self._column.addWidget(self.banner)
        for note in self.notes.values():
            self._column.addWidget(note)
        self._column.addLayout(head)
        self._column.addWidget(self.chapters)
        self._column.addWidget(self._map_title)
        self._column.addWidget(self.map)
        self._column.addStretch(1)
        several = len(self.services.experiments()) > 2
        self._map_title.setVisible(several)
        self.map.setVisible(several)
        self.setWidget(inner)
        self.relook()

    def _nodes(self) -> list[MapNode]:
        """The experiments as places on the map, with how far the learner has come."""
        nodes = []
        for e in self.services.experiments():
            share = self.services.book.of(e.id).share
            state = _("done") if share >= 1 else _("begun") if share > 0 else _("not begun")
            title = f"{e.number}  " + _(e.title)
            nodes.append(MapNode(e.id, title, share, f"{e.number}, " + _(e.title) + f", {state}. " + _(e.question)))
        return nodes

    def _sentence(self) -> str:
        count = len(self.services.experiments())
        return n_(
            "{n} small experiment that computes everything it shows. Drag something.",
            "{n} small experiments that compute everything they show. Start anywhere.",
            count,
        )

    def refresh(self) -> None:
        """The page as it is now: progress, and what "Continue" leads to."""
        experiment = self.next_experiment()
        self.chapters.refresh(self.services, experiment.id if experiment else "")
        self.map.set_nodes(self._nodes())
        if experiment is not None:
            begun = bool(self.services.book.of(experiment.id).opened)
            words = _("Continue: {title}") if begun else _("Start: {title}")
            self.go_on.set_face(words.format(title=_(experiment.title)), "play")
        self.go_on.setVisible(experiment is not None)

    def next_experiment(self) -> Experiment | None:
        """The one opened last, or the first of the course."""
        latest = self.services.book.latest
        found = self.services.find(latest) if latest else None
        return found or next(iter(self.services.experiments()), None)

    # ---------------------------------------------------------------------------------------- banner

    def ask_about_session(self, crashed: bool, boxes: int) -> None:
        """Continue where the learner stopped, or start fresh? Closing the question starts fresh."""
        self._asking = True
        if crashed:
            self.banner.say("warn", _("The lab did not end well the last time."), _("Recover unsaved work"))
        else:
            text = n_("{n} experiment was open when you stopped.", "{n} experiments were open when you stopped.", boxes)
            self.banner.say("info", text, _("Continue where I stopped"))
        self.banner.show()

    def note(self, about: str, sentence: str) -> None:
        """Say what is wrong with the learner's "files", or why this "window" stands beside another; "" for nothing."""
        self.notes[about].say("info", sentence)
        self.notes[about].setVisible(bool(sentence))

    def _answer(self, restore: bool) -> None:
        self.banner.hide()
        if self._asking:
            self._asking = False
            self.session_answered.emit(restore)

    # ------------------------------------------------------------------------------------------ look

    def relook(self) -> None:
        px = look().px
        side = px(120) if self.width() >= px(1700) else px(56) if self.width() >= px(900) else px(20)
        self._column.setContentsMargins(side, px(22), side, px(24))
        self._column.setSpacing(px(16))
        self.chapters.set_spacing(px(12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.relook()


class Gallery(Refreshing, QFrame):
    """The experiments as a panel beside the workspace, with Ctrl+1. Its cards are made when it is first shown."""

    experiment_requested = Signal(object)
    experiment_near = Signal(object)  # it may be asked for next
    hide_requested = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self._chapters: Chapters | None = None
        self._current = ""
        self._panel = QFrame()
        kind(self._panel, "dock")
        self._hide = IconButton("panel-left-close", _("Hide the experiments"), "Ctrl+1")
        self._hide.clicked.connect(self.hide_requested)
        head = QHBoxLayout()
        title = kind(QLabel(_("Experiments")), "h2")
        be_heading(title, 1)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._hide)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("kind", "clear")
        self._inner = QVBoxLayout(inner)
        self._inner.setContentsMargins(0, 0, 0, 0)
        scroll.setWidget(inner)
        self._column = QVBoxLayout(self._panel)
        self._column.addLayout(head)
        self._column.addWidget(scroll, 1)
        self._around = QVBoxLayout(self)
        self._around.addWidget(self._panel)
        self.relook()

    @property
    def chapters(self) -> Chapters:
        """The cards, made now if they were not."""
        if self._chapters is None:
            self._chapters = Chapters(self.services.experiments(), most=2, words=False)
            self._chapters.opened.connect(self.experiment_requested)
            self._chapters.near.connect(self.experiment_near)
            self._chapters.refresh(self.services, self._current)
            self._inner.addWidget(self._chapters)
            self.relook()
        return self._chapters

    def setVisible(self, shown: bool) -> None:
        if shown:
            self.chapters.show()
        super().setVisible(shown)

    def show_current(self, experiment: Experiment) -> None:
        """Progress as it is now; the experiment in use has the accent border."""
        self._current = experiment.id
        if self._chapters is not None:
            self._chapters.refresh(self.services, experiment.id)

    def relook(self) -> None:
        px = look().px
        self.setFixedWidth(px(396))
        right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft  # margins are not mirrored
        self._around.setContentsMargins(0 if right else px(12), px(12), px(12) if right else 0, px(8))
        self._column.setContentsMargins(px(16), px(14), px(10), px(8))
        self._column.setSpacing(px(10))
        if self._chapters is not None:
            self._chapters.set_spacing(px(10))
