"""A page for a text of one's own: write it, paste it, drop or open a text file. What is in it is told while it is
written, and a text that cannot be used is kept, with the reason beside it.

The page knows nothing of what the text is for; it is given a function that makes of it whatever the caller needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from widgets.buttons import Button
from widgets.datadrop import DataDrop
from widgets.look import Refreshing, look
from widgets.stylesheet import kind
from widgets.words import _

__all__ = ["TextSheet", "TextWanted", "read_text"]

KINDS = frozenset({".txt", ".md", ".py", ".csv", ".tsv", ".json", ".html", ".xml", ".log", ".js", ".c", ".tex"})


def read_text(path: Path, most: int) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or Latin-1.

    Raises OSError when it cannot be read, ValueError when it is larger than `most` bytes or no text.
    """
    size = path.stat().st_size
    if size > most:
        told = _("{name} has {n} bytes; at most {most} are read.")
        raise ValueError(told.format(name=path.name, n=size, most=most))
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise ValueError(_("{name} is no text: it has a zero byte at {n}.").format(name=path.name, n=raw.index(b"\0")))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


@dataclass(frozen=True, slots=True)
class TextWanted:
    """What a page asks for.

    take: makes the caller's value of a text and its title; raises ValueError with what is wrong.  told: what is to
    be known of a text.  most: bytes of a file.  example: for the empty page.
    """

    take: Callable[[str, str], Any]
    told: Callable[[str], str]
    most: int = 200_000
    example: str = ""


class TextSheet(Refreshing, QWidget):
    """`taken` carries what `wanted.take` made; `closed` comes when the page is left either way; `opened` when
    something was pasted or dropped on a picture that is listened to."""

    taken = Signal(object)
    closed = Signal()
    opened = Signal()

    def __init__(self, wanted: TextWanted, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = wanted
        self._title, self._made = "", None  # type: str, Any
        self._locked = self._built = False

    def _build(self) -> None:
        """The parts, made when the page is first opened: most never are."""
        if self._built:
            return
        self._built = True
        self.text = kind(QPlainTextEdit(), "code")
        self.text.setAccessibleName(_("Your own text"))
        self.text.setPlaceholderText(self._wanted.example)
        self.text.setTabChangesFocus(True)
        self.text.setAcceptDrops(False)  # a dropped file is read, not named
        self.open = Button(_("Open a text file…"), "outline", "folder-open")
        self.use, self.cancel = Button(_("Use it"), "primary", "check"), Button(_("Cancel"), "plain")
        self.said = kind(QLabel(), "small")
        self.said.setWordWrap(True)
        head, feet = QHBoxLayout(), QHBoxLayout()
        head.addWidget(kind(QLabel(_("Your own text")), "h3"), 1)
        head.addWidget(self.open)
        feet.addWidget(self.said, 1)
        feet.addWidget(self.cancel)
        feet.addWidget(self.use)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(head)
        self._column.addWidget(self.text, 1)
        self._column.addLayout(feet)
        self.text.textChanged.connect(self._typed)
        self.open.clicked.connect(self._choose_file)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.closed)
        self.relook()
        self.set_locked(self._locked)
        self._consider()

    def listen(self, target: QWidget) -> None:
        """Open with whatever is pasted or dropped on `target`."""
        drop = DataDrop(target, KINDS)
        drop.text.connect(self.begin)
        drop.file.connect(self.read_file)

    def set_locked(self, locked: bool) -> None:
        """Whether files may not be opened on this computer; a text can still be typed."""
        self._locked = locked
        if self._built:
            self.open.setEnabled(not locked)

    # ------------------------------------------------------------------------------------ what comes in

    def begin(self, text: str = "") -> None:
        """Open the page with a text; without one, as it was left."""
        self._build()
        if text:
            self._show(text, "")
        self.text.setFocus()
        self.opened.emit()

    def read_file(self, path: str) -> None:
        """Open the page with a file; what is wrong with it is said."""
        self._build()
        self.opened.emit()
        if self._locked:
            self._say(_("Opening files is switched off on this computer."), True)
            return
        try:
            text = read_text(Path(path), self._wanted.most)
        except OSError as reason:
            self._say(_("The file cannot be read: {reason}.").format(reason=reason.strerror or reason), True)
        except ValueError as reason:
            self._say(str(reason), True)
        else:
            self._show(text, Path(path).stem)

    def _show(self, text: str, title: str) -> None:
        with QSignalBlocker(self.text):
            self.text.setPlainText(text)
        self._title = title
        self._consider()

    def _typed(self) -> None:
        self._title = ""
        self._consider()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Open a text file"), "", _("Texts (*.txt *.md *.py *.csv);;All files (*)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    # ---------------------------------------------------------------------------------- what it holds

    def _consider(self) -> None:
        """What would become of the text: what is in it, or why it cannot be used."""
        text = self.text.toPlainText()
        self._made, wrong = None, ""
        if text:
            try:
                self._made = self._wanted.take(text, self._title)
            except ValueError as reason:
                wrong = str(reason)
        self._say(wrong or (self._wanted.told(text) if text else ""), bool(wrong))
        self.use.setEnabled(self._made is not None)

    def _say(self, text: str, bad: bool) -> None:
        self.said.setText(text)
        self.said.setProperty("tone", "bad" if bad else "text2")
        kind(self.said, "small")

    def _use(self) -> None:
        if self._made is not None:
            self.taken.emit(self._made)
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def relook(self) -> None:
        if self._built:
            self._column.setSpacing(look().px(6))
