"""What the pages for own data and for own text have in common: a text that is typed, pasted, dropped or opened as a
file, a line that says what is in it or what is wrong, and Use it or Cancel. What cannot be used is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QWidget

from widgets.base.look import Refreshing
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.buttons import Button
from widgets.pages.data_drop import DataDrop
from widgets.text.limited_edit import LimitedEdit

__all__ = ["OwnSheet", "SheetWords", "read_text", "words_of"]


def read_text(path: Path, most: int) -> str:
    """The text of a file in UTF-8, UTF-16 (which Excel calls Unicode text) with or without its mark, or Latin-1.

    Raises OSError when it cannot be read, ValueError when it is larger than `most` bytes or no text.
    """
    size = path.stat().st_size
    if size > most:
        message = _("{name} has {n} bytes; at most {most} are read.")
        raise ValueError(message.format(name=path.name, n=size, most=most))
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    if order := _unmarked_order(raw[:1000]):
        return raw.decode(order, "replace")
    if b"\0" in raw:
        raise ValueError(_("{name} is no text: it has a zero byte at {n}.").format(name=path.name, n=raw.index(b"\0")))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unmarked_order(start: bytes) -> str:
    """The order of UTF-16's bytes where no mark tells it, "" for other encodings.

    Of the two bytes of a digit, a comma or a Latin letter one is 0, and it is always the same one.
    """
    for order, high, low in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
        if high.count(0) > len(high) // 2 and 0 not in low:
            return order
    return ""


def words_of(error: Exception) -> str:
    """What is said of an error while a file or a text is read. No error leaves the page without a word."""
    if isinstance(error, OSError):
        return _("The file cannot be read: {reason}.").format(reason=error.strerror or error)
    if isinstance(error, MemoryError):
        return _("There is not enough memory to read this.")
    return str(error) or type(error).__name__


@dataclass(frozen=True, slots=True)
class SheetWords:
    """What a page calls itself, what its text is to a screen reader, what it says while it is empty, its button for
    files with what the dialog is called and takes, and what it says where it is locked."""

    heading: str
    text: str
    placeholder: str
    open: str
    dialog: str
    filter: str
    locked: str


class OwnSheet(Refreshing, QWidget):
    """`taken` carries what became of the text; `closed` comes when the page is left either way; `opened` when
    something was pasted or dropped on a picture that is listened to.

    Who inherits says its `words`, the `kinds` of file it hears of and the `most` bytes it reads, makes the parts of
    its own in `make`, and has `typed` and `bring`.
    """

    taken = Signal(object)
    closed = Signal()
    opened = Signal()

    kinds: Collection[str]

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._title = ""  # the name of the file that was opened
        self._made: Any = None  # what would be handed on
        self._locked = self._built = False

    # ---------------------------------------------------------------------------- for who inherits

    def words(self) -> SheetWords:
        raise NotImplementedError

    def make(self, head: QHBoxLayout, foot: QHBoxLayout) -> None:
        """Lay everything out: `head` has heading and Open, `foot` has Cancel and Use it at its end."""
        raise NotImplementedError

    def typed(self) -> None:
        """The text was changed by hand."""
        raise NotImplementedError

    def bring(self, text: str, title: str) -> None:
        """Take a text that was pasted, dropped or read from a file."""
        raise NotImplementedError

    def refuse(self, reason: str) -> None:
        """Say why nothing was taken."""
        self.say(reason, bad=True)

    # ------------------------------------------------------------------------------------ construction

    def build(self) -> None:
        """The parts, made when the page is first opened: most never are."""
        if self._built:
            return
        self._built = True
        words = self.words()
        self.text = kind(LimitedEdit(), "code")
        self.text.setAccessibleName(words.text)
        self.text.setPlaceholderText(words.placeholder)
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)  # a dropped file is read, not named
        self.open = Button(words.open, "outline", "folder-open")
        self.use, self.cancel = Button(_("Use it"), "primary", "check"), Button(_("Cancel"), "plain")
        self.sentence = kind(QLabel(), "small")
        self.sentence.setWordWrap(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(kind(QLabel(words.heading), "h3"), 1)
        head.addWidget(self.open)
        foot.addWidget(self.cancel)
        foot.addWidget(self.use)
        self.make(head, foot)
        self.text.textChanged.connect(self.typed)
        self.open.clicked.connect(self._choose_file)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.closed)
        self.set_locked(self._locked)
        self.relook()

    def listen(self, target: QWidget) -> None:
        """Open with whatever is pasted or dropped on `target`."""
        drop = DataDrop(target, self.kinds)
        drop.text.connect(self.begin)
        drop.file.connect(self.read_file)

    def set_locked(self, locked: bool) -> None:
        """Whether files may not be brought in on this computer."""
        self._locked = locked
        if self._built:
            self.open.setEnabled(not locked)

    # ------------------------------------------------------------------------------------ what comes in

    def begin(self, text: str = "") -> None:
        """Open the page with a text; without one, as it was left."""
        self.build()
        if text:
            self.bring(text, "")
        self.text.setFocus()
        self.opened.emit()

    def read_file(self, path: str) -> None:
        """Open the page with a file; what is wrong with it is said."""
        self.build()
        self.opened.emit()
        if self._locked:
            self.refuse(self.words().locked)
            return
        self.fetch(Path(path))

    def fetch(self, path: Path) -> None:
        """Read a file and take its text, or say what is wrong."""
        try:
            text = read_text(path, self._most)
        except (OSError, ValueError) as reason:
            self.refuse(words_of(reason))
        else:
            self.bring(text, path.stem)

    def _choose_file(self) -> None:
        words = self.words()
        dialog = QFileDialog(self, words.dialog, "", words.filter)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    # --------------------------------------------------------------------------------- what goes out

    def say(self, text: str, bad: bool) -> None:
        """Say what is in the text, or what is wrong with it."""
        self.sentence.setText(text)
        self.sentence.setProperty("tone", "bad" if bad else "text2")
        kind(self.sentence, "small")

    def _use(self) -> None:
        if self._made is not None:
            self.taken.emit(self._made)
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
