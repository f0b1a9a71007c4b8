"""What can be done with a box, by key, by menu and by its buttons. The key sheet (F1) and the menus read the tables.

The keys act when nothing that has the keyboard wants them first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from lab.core.records import dataclass
from lab.core.search import Entry
from lab.core.text import N_, _
from lab.shell import files
from lab.shell.box import sharing
from lab.shell.box.box import ExperimentBox
from lab.shell.box.drawer import KEY as CONTROLS
from lab.shell.box.following import followable
from lab.shell.box.runs_card import show_runs
from lab.shell.box.sending import save_model, send, targets
from lab.shell.box.shown_controls import controls_menu
from lab.shell.command import MENU, Command, add_entry, fill, new_menu, pop_up, table
from lab.shell.context import Context
from lab.shell.dialogs.numbers import Numbers, WhyCard
from lab.shell.dialogs.packs import show_packs
from lab.shell.docks.commands import DOCK_COMMANDS, DockedBox

__all__ = [
    "BOX_COMMANDS",
    "SHARE_COMMANDS",
    "BoxCommands",
    "BoxContext",
    "box_menu",
    "found_in_palette",
    "press",
    "show_follow_menu",
    "show_send_menu",
    "show_share_menu",
]


@dataclass(frozen=True, slots=True)
class BoxContext:
    """A box and the window it is in."""

    window: Context
    box: ExperimentBox


def show_why(at: BoxContext, metric: str) -> None:
    """The arithmetic of a number, where it has any."""
    card = at.window.dialogs.get(WhyCard, at.window.window())
    if at.box.frame is not None and card.show_metric(at.box.specification, at.box.frame, metric):
        card.open_at(at.box)


def _show_numbers(at: BoxContext) -> None:
    panel = at.window.dialogs.get(Numbers, at.window.window())
    if at.box.frame is not None:
        panel.follow(at.box)
        panel.open_at(at.box)


def _predict(at: BoxContext) -> None:
    """The lesson's next prediction has the keyboard, and is seen."""
    at.window.workspace.show_lesson(True)
    at.window.workspace.lesson.focus_prediction()


def _show_challenges(at: BoxContext) -> None:
    box, menu = at.box, new_menu(at.box.side.challenge_button)
    met = at.window.services.book.of(box.experiment.id).challenges
    for challenge in box.specification.challenges:
        sign = "✓ " if challenge.id in met else ""
        add_entry(menu, sign + _(challenge.title), partial(box.begin_challenge, challenge.id), _(challenge.text))
    pop_up(menu, box.body.anchor(box.side.challenge_button))


def _show_breaks(at: BoxContext) -> None:
    box, menu = at.box, new_menu(at.box.side.break_button)
    for broken in box.specification.breaks:
        add_entry(menu, _(broken.label), partial(box.play_break, broken.id), _(broken.expect))
    pop_up(menu, box.body.anchor(box.side.break_button))


def _choose_controls(at: BoxContext) -> None:
    """Take controls away or bring them back; where settings are locked, the room has decided."""
    if at.window.services.classroom.lock_settings:
        at.window.tell("info", _("Controls"), _("Which controls are shown was decided for this room."))
    else:
        _open_in_corner(controls_menu(at.box), at.box)


def _play_preset(number: int, at: BoxContext) -> bool:
    """False where there is no preset of that number, so that the key stays free."""
    presets = at.box.specification.presets
    if number > len(presets):
        return False
    at.box.play_preset(presets[number - 1].id)
    return True


def _nothing(_at: BoxContext) -> bool:
    """Qt or the window does it; the key sheet names it here."""
    return False


BOX_COMMANDS: Mapping[str, Command[BoxContext]] = table(
    Command("next", N_("Go from one thing to the next"), _nothing, shown="Tab"),
    Command("next-part", N_("Picture, controls, run bar, lesson: to the next"), _nothing, shown="F6  Shift+F6"),
    Command("run", N_("Run or pause"), lambda at: at.box.toggle_play(), "Space"),
    Command("step", N_("One step on, one step back"), lambda at: at.box.runbar.step.click(), "Right", shown="→  ←"),
    Command("back", "", lambda at: at.box.runbar.back.click(), "Left"),
    Command("ten-on", N_("Ten steps on"), lambda at: at.box.step(10), "Shift+Right", shown="Shift+→"),
    Command("ten-back", "", lambda at: at.box.step(-10), "Shift+Left"),
    Command("first", N_("First and last step"), lambda at: at.box.go_first(), "Home", shown="Home  End"),
    Command("last", "", lambda at: at.box.go_last(), "End"),
    Command("controls", N_("To the controls, and back"), lambda at: at.box.body.toggle(), CONTROLS),
    Command("numbers", N_("All numbers, and why"), _show_numbers, "W", offered=(MENU,)),
    Command("start-over", N_("Start over"), lambda at: at.box.start_over(), "R", offered=(MENU,)),
    Command("reset", N_("Reset the controls"), lambda at: at.box.reset(), offered=(MENU,)),
    Command("reset-all", N_("Reset all: as first opened"), lambda at: at.box.reset_all(), offered=(MENU,)),
    Command("shown-controls", N_("Choose the controls to show"), _choose_controls, offered=(MENU,)),
    Command("seed", N_("Another seed"), lambda at: at.box.runbar.next_seed(), "S"),
    *(
        Command(f"preset-{n}", N_("Presets") if n == 1 else "", partial(_play_preset, n), str(n), shown="1–9")
        for n in range(1, 10)
    ),
    Command("predict", N_("Predict"), _predict, "P"),
    Command("challenges", N_("Challenges"), _show_challenges, "C"),
    Command("breaks", N_("Break it"), _show_breaks, "B"),
    Command("undo", N_("Undo, redo"), _nothing, shown="Ctrl+Z  Ctrl+Y"),
)
"""In the order of the key sheet; rows without words are named by the row above them."""


def _share(
    id: str, words: str, run: Callable[[Context, ExperimentBox], object], key: str = "", asks: bool = True
) -> Command[BoxContext]:
    return Command(id, words, lambda at: run(at.window, at.box), key, offered=(MENU,), asks=asks)


SHARE_COMMANDS: Mapping[str, Command[BoxContext]] = table(
    _share("copy", N_("Copy picture"), sharing.copy_picture, asks=False),
    _share("picture", N_("Save picture: PNG, SVG or PDF"), sharing.save_picture),
    _share("table", N_("Save the curves as a table (CSV)"), sharing.save_table),
    _share("animation", N_("Save the last seconds as an animation (GIF)"), sharing.save_animation),
    _share("link", N_("Copy link"), sharing.copy_link, asks=False),
    _share("file", N_("Save as a file"), files.save_box, "Ctrl+S"),
)


class BoxCommands(QObject):
    """Answers what a box asks for: keys, its context menu and the buttons that open something."""

    def __init__(self, window: Context, box: ExperimentBox) -> None:
        super().__init__(box)
        self._at = BoxContext(window, box)
        box.why_requested.connect(self._why)
        box.packs_requested.connect(self._packs)
        box.side.challenge_button.clicked.connect(self._challenges)
        box.side.break_button.clicked.connect(self._breaks)
        box.runbar.record_requested.connect(self._record)
        box.pinned.runs_requested.connect(self._runs)
        box.controls.follow_requested.connect(self._follow)
        box.following.changed.connect(self._following)
        box.installEventFilter(self)

    def _why(self, metric: str) -> None:
        show_why(self._at, metric)

    def _packs(self) -> None:
        show_packs(self._at.window)

    def _challenges(self) -> None:
        BOX_COMMANDS["challenges"].run(self._at)

    def _breaks(self) -> None:
        BOX_COMMANDS["breaks"].run(self._at)

    def _runs(self) -> None:
        show_runs(self._at.window, self._at.box)

    def _record(self) -> None:
        SHARE_COMMANDS["animation"].run(self._at)

    def _follow(self) -> None:
        show_follow_menu(self._at)

    def _following(self) -> None:
        box = self._at.box
        box.controls.show_following(box.following.followed is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return press(self._at, event)
        if isinstance(event, QContextMenuEvent):
            box_menu(self._at).popup(event.globalPos())
            return True
        return super().eventFilter(watched, event)


def press(at: BoxContext, event: QKeyEvent) -> bool:
    """Act on a key. False when it means nothing to the box."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = QKeySequence(event.key() | modifiers.value).toString(QKeySequence.SequenceFormat.PortableText)
    command = _BY_KEY.get(key)
    if command is None or (len(key) == 1 and not at.window.services.settings.one_letter_keys):
        return False
    return command.run(at) is not False


_BY_KEY = {command.key: command for command in BOX_COMMANDS.values() if command.key}


_BY_NAME = ("next", "next-part", "undo", "preset-1")  # Qt or the window does it, or the palette has it by its own name


def found_in_palette(at: BoxContext, docked: DockedBox, gone: Collection[str]) -> list[Entry]:
    """Every verb of a box, of its strip, and what it can send, for the palette. gone: commands without sense now."""
    box = at.box
    found = [
        *(command.found(at) for command in BOX_COMMANDS.values() if command.words and command.id not in _BY_NAME),
        *(command.found(at) for command in SHARE_COMMANDS.values()),
        *(command.found(docked) for command in DOCK_COMMANDS.values() if command.words and command.id not in gone),
        *(
            Entry(words, "command", target=partial(send, at.window, box, kind, target))
            for words, kind, target in targets(at.window.services, box)
        ),
        *(Entry(words, "command", target=act) for words, act in _following(at)),
    ]
    for challenge in box.specification.challenges:
        name = _("Challenge: {title}").format(title=_(challenge.title))
        found.append(Entry(name, "command", (), _(challenge.text), partial(box.begin_challenge, challenge.id)))
    for broken in box.specification.breaks:
        name = _("Break it: {title}").format(title=_(broken.label))
        found.append(Entry(name, "command", (), _(broken.expect), partial(box.play_break, broken.id)))
    return found


def box_menu(at: BoxContext) -> QMenu:
    """What can be done with a box and its runs, sent and shared of it."""
    menu = new_menu(at.box)
    fill(menu, BOX_COMMANDS.values(), at)
    menu.addSeparator()
    docked = DockedBox(at.window.workspace.docks, at.box.objectName())
    for name in ("runs", "pin"):
        command = DOCK_COMMANDS[name]
        words = _unpin_words(at.box) if name == "pin" else ""
        add_entry(menu, words or command.entry, partial(command.run, docked))
    _fill_follow(menu, at)
    menu.addSeparator()
    _fill_send(menu, at)
    _fill_share(menu, at)
    return menu


def show_send_menu(at: BoxContext) -> None:
    """What a box can give to which experiment."""
    menu = new_menu(at.box)
    _fill_send(menu, at)
    _fill_follow(menu, at)
    if menu.isEmpty():
        at.window.tell("info", _("Nothing to send"), _("No other experiment takes what this one makes."))
        menu.deleteLater()
    else:
        _open_in_corner(menu, at.box)


def show_follow_menu(at: BoxContext) -> None:
    """Follow the one open experiment that a box can follow; of several the learner chooses."""
    found = list(_following(at))
    if len(found) == 1:
        found[0][1]()
    elif found:
        menu = new_menu(at.box)
        _fill_follow(menu, at)
        pop_up(menu, at.box.controls.follow)
    else:
        at.window.tell("info", _("Nothing to follow"), _("The experiment that this came from is not open."))


def _unpin_words(box: ExperimentBox) -> str:
    """What the command for pinning does now, where it unpins; else ""."""
    return _("Unpin the run") + f"  ({DOCK_COMMANDS['pin'].key})" if box.pinned.is_pinned else ""


def _following(at: BoxContext) -> Iterator[tuple[str, Callable[[], object]]]:
    """Words and act: every open box whose results a box can take again and again, and the end of that."""
    link = at.box.following
    if link.followed is not None:
        yield _("Stop following {title}").format(title=_(link.followed.experiment.title)), link.stop
    for sender, kind in followable(at.box, at.window.boxes):
        if sender is not link.followed:
            yield _("Follow {title}").format(title=_(sender.experiment.title)), partial(link.follow, sender, kind)


def _fill_follow(menu: QMenu, at: BoxContext) -> None:
    tip = _("Take what it makes, again and again, whenever it rests")
    for words, act in _following(at):
        add_entry(menu, words, act, tip)


def show_share_menu(at: BoxContext) -> None:
    """Copy, save and share what a box shows."""
    menu = new_menu(at.box)
    _fill_share(menu, at)
    _open_in_corner(menu, at.box)


def _open_in_corner(menu: QMenu, box: ExperimentBox) -> None:
    """Under the buttons of the strip."""
    corner = box.mapToGlobal(box.rect().topRight())
    menu.popup(corner - QPoint(menu.sizeHint().width(), 0))


def _fill_send(menu: QMenu, at: BoxContext) -> None:
    for words, kind, target in targets(at.window.services, at.box):
        add_entry(menu, words, partial(send, at.window, at.box, kind, target))
    if at.box.specification.portable:
        menu.addSeparator()
        add_entry(menu, _("Save the model for PyTorch (ZIP)"), partial(save_model, at.window, at.box))


def _fill_share(menu: QMenu, at: BoxContext) -> None:
    commands = list(SHARE_COMMANDS.values())
    fill(menu, commands[:4], at)
    menu.addSeparator()
    fill(menu, commands[4:], at)
