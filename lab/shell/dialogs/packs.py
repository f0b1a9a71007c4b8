"""The page of model packs: what comes with the lab, what can be added, and how an import gets on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from lab.core.experiment import Experiment
from lab.core.text import _
from lab.runtime import packs
from lab.runtime.pack_import import Advance, Job, PackError, remove
from lab.runtime.packs import BROUGHT, EVERYBODY, OWN, PACKS, PROGRAM, Pack
from lab.shell.context import Context
from lab.shell.dialogs.sheet import Sheet
from lab.shell.text_label import text_label
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, Glyph
from widgets.controls.chips import ChipRow
from widgets.text.banner import Banner
from widgets.text.flow_layout import FlowLayout

__all__ = ["PackSheet", "show_packs"]

CHECKS_PER_SECOND = 15


def show_packs(window: Context) -> PackSheet:
    sheet = window.dialogs.get(PackSheet, window)
    sheet.open()
    return sheet


class PackSheet(Sheet):
    """Settings › Model packs. A file can also be dropped on it, or on the window."""

    def __init__(self, window: Context) -> None:
        super().__init__(window, _("Model packs"), 680, 680)
        self.setAcceptDrops(True)
        self._job: Job | None = None
        text = _("Everything works without them, and nothing is ever fetched: a pack is one file that somebody brings.")
        intro = text_label(text, "body", wrap=True)
        self.body.addWidget(intro)
        self.cards = {pack.id: _PackCard(pack, window) for pack in PACKS}
        for card in self.cards.values():
            card.add_requested.connect(self._choose)
            card.remove_requested.connect(self._remove)
            card.cancel_requested.connect(self.cancel)
            card.experiment_requested.connect(self._open_experiment)
            self.body.addWidget(card)
        self.banner = Banner("info", "")
        self.banner.hide()
        self.body.addWidget(self.banner)
        self.body.addStretch(1)
        self._clock = QTimer(self)
        self._clock.setInterval(1000 // CHECKS_PER_SECOND)
        self._clock.timeout.connect(self._check)

    def open(self) -> None:
        for card in self.cards.values():
            card.show_state()
        shut = [f"{place.folder}: {why}" for place in packs.places() if (why := place.problem())]
        if shut and self.banner.isHidden():
            self._tell("warn", _("Some packs may not be found. {folders}.").format(folders="; ".join(shut)))
        super().open()

    # ------------------------------------------------------------------------------------------ adding

    def add(self, brought: Path, pack: Pack | None = None) -> None:
        """Begin to add the pack that a file holds."""
        if self._job is not None and self._job.running:
            self._tell("warn", _("One pack at a time: this one is not finished yet."))
            return
        pack = pack or next(each for each in PACKS if not each.bundled)
        card = self.cards[pack.id]
        if card.locked:
            self._tell("info", _("Your teacher has set these for this room."))
            return
        self.banner.hide()
        self._job = Job(pack, brought, packs.folder(card.scope()))
        self._clock.start()
        self._check()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def _choose(self, pack: Pack) -> None:
        assert pack.source is not None
        kinds = _("Model files") + " (" + " ".join("*" + suffix for suffix in BROUGHT) + ")"
        chosen, _kind = QFileDialog.getOpenFileName(self, _("Add {name}").format(name=_(pack.title)), "", kinds)
        if chosen:
            self.add(Path(chosen), pack)

    def _check(self) -> None:
        """See how far the import is, and say how it ended."""
        job = self._job
        if job is None:
            return
        running = job.running  # asked first: what is looked at afterwards is then final
        card = self.cards[job.pack.id]
        card.show_state(job.advance if running else None)
        if running:
            return
        self._clock.stop()
        self._job = None
        self._show_result(job)
        self._use_at_once()

    def _show_result(self, job: Job) -> None:
        name = _(job.pack.title)
        if job.done:
            tone, word, text = "good", "", _("{name} is ready.").format(name=name)
        elif job.error:
            tone, word, text = "bad", _("Not added"), job.error
        else:
            tone, word, text = "info", _("Stopped"), _("The same file goes on from here next time.")
        self._tell(tone, text, word=word)
        if not self.isVisible():
            self._window.tell(tone, word or name, text)

    def _tell(self, tone: str, text: str, word: str = "") -> None:
        self.banner.say(tone, text, word=word)
        self.banner.show()

    def _remove(self, pack: Pack) -> None:
        place = packs.place_of(pack.id)
        if place is None:
            return
        try:
            remove(pack, place)
        except PackError as error:
            self._tell("bad", str(error), word=_("Not removed"))
        else:
            self._tell("good", _("{name} was removed.").format(name=_(pack.title)))
            self._use_at_once()
        self.cards[pack.id].show_state()

    def _use_at_once(self) -> None:
        """A pack was added or removed: what is open looks for it again."""
        for box in self._window.boxes:
            box.look_again()

    def _open_experiment(self, experiment: Experiment) -> None:
        self.accept()
        self._window.open_experiment(experiment)

    # ---------------------------------------------------------------------------------------- dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile() and Path(urls[0].toLocalFile()).suffix.lower() in BROUGHT:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add(Path(event.mimeData().urls()[0].toLocalFile()))


class _PackCard(Refreshing, QFrame):
    """One pack: what it is, where it lies, what it is good for; how to add or remove it."""

    add_requested, remove_requested = Signal(object), Signal(object)
    cancel_requested = Signal()
    experiment_requested = Signal(object)

    def __init__(self, pack: Pack, window: Context) -> None:
        super().__init__()
        kind(self, "card")
        self.pack, self._window = pack, window
        self.locked = window.services.classroom.lock_settings
        self._title = kind(QLabel(_(pack.title)), "h3")
        self._icon = Glyph("circle-check", "good", 16)
        self._state = kind(QLabel(), "strong")
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._icon)
        self._head.addWidget(self._state)
        story = text_label(_(pack.story), "body", wrap=True)
        self._facts = text_label("", "small", "text2", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(story)
        self._column.addWidget(self._facts)
        self._column.addWidget(self._uses())
        if not pack.bundled:
            self._add_tools()
        self.relook()

    def _uses(self) -> QWidget:
        """A way into every experiment that uses it, as far as they may be opened here."""
        uses = QWidget()
        line = FlowLayout(uses)
        known = [found for id in self.pack.unlocks if (found := self._window.services.find(id))]
        if known:
            line.addWidget(text_label(_("Used by"), "small", "text2"))
        for experiment in known:
            button = Button(_(experiment.title), "link")
            button.clicked.connect(partial(self.experiment_requested.emit, experiment))
            line.addWidget(button)
        return uses

    def _add_tools(self) -> None:
        self.for_whom = ChipRow((OWN, EVERYBODY), (_("For me"), _("For everybody on this computer")))
        self.for_whom.setAccessibleName(_("For whom it is added"))
        self.add_button = Button(_("Add from a file…"), "primary", "file-down")
        self.remove_button = Button(_("Remove"), "outline", "trash-2")
        self.cancel_button = Button(_("Stop"), "outline", "x")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setValue(0)  # Qt begins at −1, and a screen reader says so
        self.bar.setAccessibleName(_("How far it is"))
        self._doing = kind(QLabel(), "small")
        assert self.pack.source is not None
        words = _(
            "Takes {archive}, the {suffix} file in it, or a pack from another computer; drop it here if you like."
        )
        self._hint = kind(
            QLabel(words.format(archive=self.pack.source.archive, suffix=self.pack.source.suffix)), "small"
        )
        self._hint.setWordWrap(True)
        tools = QWidget()
        row = FlowLayout(tools)
        for tool in (self.add_button, self.remove_button, self.for_whom):
            row.addWidget(tool)
        self._progress = QHBoxLayout()
        self._progress.addWidget(self._doing)
        self._progress.addWidget(self.bar, 1)
        self._progress.addWidget(self.cancel_button)
        self._column.addWidget(tools)
        self._column.addLayout(self._progress)
        self._column.addWidget(self._hint)
        self.add_button.clicked.connect(partial(self.add_requested.emit, self.pack))
        self.remove_button.clicked.connect(partial(self.remove_requested.emit, self.pack))
        self.cancel_button.clicked.connect(self.cancel_requested)

    def scope(self) -> str:
        """For whom a pack is added: `OWN` or `EVERYBODY`."""
        return self.for_whom.chosen_keys()[0]

    def show_state(self, advance: Advance | None = None) -> None:
        """Where the pack is, or how far its import."""
        pack, place = self.pack, packs.place_of(self.pack.id)
        here = packs.find(pack.id) is not None
        words = {
            None: _("Comes with the lab") if pack.bundled else _("Not added yet"),
            OWN: _("Added for you"),
            EVERYBODY: _("For everybody on this computer"),
            PROGRAM: _("Comes with this installation"),
        }
        self._state.setText(words[place.kind if place else None])
        self._icon.set_face("circle-check" if here else "circle-dot", "good" if here else "text3")
        size = _("{megabytes} MB").format(megabytes=round(packs.size_of(pack.id) / 1e6, 1 if pack.bundled else None))
        self._facts.setText(" · ".join((size, _("licence {name}").format(name=pack.licence))))
        if not pack.bundled:
            self._show_tools(place, here, advance)

    def _show_tools(self, place: packs.Place | None, here: bool, advance: Advance | None) -> None:
        busy = advance is not None
        self.add_button.setVisible(not here and not busy)
        self.for_whom.setVisible(not here and not busy)
        self._hint.setVisible(not here and not busy)
        removable = place is not None and place.kind != PROGRAM and place.writable()
        self.remove_button.setVisible(here and not busy)
        self.remove_button.setEnabled(removable and not self.locked)
        self.add_button.setEnabled(not self.locked)
        open_to_all, shared = packs.folder(EVERYBODY).writable(), self.for_whom.chip(EVERYBODY)
        shared.setEnabled(open_to_all)
        shared.setToolTip("" if open_to_all else _("You may not write there: ask whoever looks after this computer."))
        for widget in (self.bar, self._doing, self.cancel_button):
            widget.setVisible(busy)
        if advance is not None:
            words = {"copy": _("Copying and checking"), "convert": _("Converting"), "done": _("Done")}
            self._doing.setText(words[advance.phase])
            self.bar.setValue(round(1000 * advance.share))

    def relook(self) -> None:
        px = look().px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(6))
