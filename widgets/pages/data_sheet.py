"""A page for data of one's own: paste rows from a spreadsheet, drop or open a CSV file, see how every column was
read and what is missing, say which column plays which part. What will be done to the rows on their way is told
before they are used, and when something cannot be read, its row is marked and nothing is lost.

The page knows no way to read a table; it is given one, and a function that makes of the chosen columns whatever
the caller needs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QHideEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from widgets.base.background_task import BackgroundTask
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.checks import CheckBox
from widgets.pages.data_drop import KINDS
from widgets.pages.own_sheet import OwnSheet, SheetWords, read_text, words_of
from widgets.pages.sheet_choice import ColumnChoice, FormatChoice, Role
from widgets.pages.sheet_preview import SheetPreview, Table
from widgets.text.progress_row import ProgressRow
from widgets.text.tags import TagRow

__all__ = ["Chosen", "DataSheet", "Option", "Reader", "Role", "Wanted", "random_rows"]

EDITABLE = 200_000  # characters; a longer file is used, but not laid out for editing
AT_ONCE = 50_000  # characters or bytes; more is read beside the window's own work, with a way to stop


class Reader(Protocol):
    """How tables are read, of texts of at most MAX_BYTES. `guess_format` has a guess for any text; `reading_csv` works
    in pieces and yields its share, 0 … 1, and raises ValueError saying what is wrong, which may know the line as
    `row`, and as `rest` whether the other rows can be read, in a `forgiving` format."""

    @property
    def MAX_BYTES(self) -> int: ...
    def guess_format(self, text: str, /) -> Any: ...
    def reading_csv(self, text: str, read_as: Any = None, /) -> Generator[float, None, Table]: ...


@dataclass(frozen=True, slots=True)
class _Read:
    """A text and the table in it, or what is wrong with it and in which line.  title: of the file, "" for none."""

    text: str
    title: str
    table: Table | None = None
    wrong: str = ""
    row: int = 0
    rest: bool = False  # whether the other rows can be read


@dataclass(frozen=True, slots=True)
class Option:
    """A yes or no beside the columns, offered from so many rows on and then chosen."""

    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the learner decided: a column for every role ("" for none), and whether the option is taken."""

    table: Any
    columns: Mapping[str, str]
    title: str = ""
    option: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page asks for.

    roles: the parts that columns play.  take: makes the caller's value of a choice; raises ValueError with what
    is wrong.  told: what happens to the rows on the way, of the value that `take` made.  example: rows for the
    empty page.  most: the rows there is room for, 0 where it does not matter; of a longer table a random sample
    is offered.
    """

    roles: tuple[Role, ...]
    take: Callable[[Chosen], Any]
    message: Callable[[Any], Sequence[str]] = field(default=lambda _made: ())
    example: str = "age, height\n10, 139\n11, 144"
    option: Option | None = None
    most: int = 0


class DataSheet(OwnSheet):
    """The page. Where it is locked, nothing can be brought in, not even by hand."""

    kinds = KINDS

    def __init__(self, reader: Reader, wanted: Wanted, parent: QWidget | None = None) -> None:
        super().__init__(reader.MAX_BYTES, parent)
        self._reader, self._wanted = reader, wanted
        self._table: Table | None = None
        self._source = ""
        self._how: Any = None  # a way of reading that the learner chose

    # ------------------------------------------------------------------------------------ construction

    def words(self) -> SheetWords:
        empty = _("Paste rows from a spreadsheet here, or drop a CSV file, such as")
        return SheetWords(
            heading=_("Your own data"),
            text=_("Your table as text"),
            placeholder=f"{empty}\n{self._wanted.example}",
            open=_("Open a CSV file…"),
            dialog=_("Open a CSV file"),
            filter=_("Tables (*.csv *.tsv *.txt);;All files (*)"),
            locked=_("Bringing in tables is switched off on this computer."),
        )

    def make(self, head: QHBoxLayout, foot: QHBoxLayout) -> None:
        self.preview, self.formats = SheetPreview(), FormatChoice()
        self.columns = ColumnChoice(self._wanted.roles)
        option = self._wanted.option
        self.option, self.tags = CheckBox(option.label if option else ""), TagRow()
        self.forgive = CheckBox(_("Leave out the rows that cannot be read"))
        self.sample = CheckBox(_("Take {n} rows at random").format(n=self._wanted.most))
        self.waiting, self.work = ProgressRow(_("Reading the table…")), BackgroundTask(self)
        for part in (self.text, self.preview):  # they take what the others leave, and are content with little
            part.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        foot.insertStretch(0, 1)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addLayout(head)
        self._whole.addWidget(self._scrolled(), 1)
        self._whole.addLayout(foot)
        self.formats.changed.connect(self._reread)
        self.columns.changed.connect(self._consider)
        self.option.toggled.connect(self._consider)
        self.sample.toggled.connect(self._consider)
        self.forgive.toggled.connect(self._forgive)
        self.work.advanced.connect(self.waiting.show_share)
        self.work.done.connect(self._arrived)
        self.work.failed.connect(self._failed)
        self.waiting.stopped.connect(self.stop)
        self.closed.connect(self.stop)
        self._show(None, "")

    def _scrolled(self) -> QScrollArea:
        """All between head and foot: where there is little room the page scrolls, and the buttons stay."""
        inner = kind(QWidget(), "clear")
        self._column = QVBoxLayout(inner)
        self._column.addWidget(self.text, 2)
        self._column.addWidget(self.waiting)
        self._column.addWidget(self.sentence)
        self._column.addWidget(self.forgive)
        self._column.addWidget(self.formats)
        self._column.addWidget(self.preview, 3)
        for part in (self.columns, self.sample, self.option, self.tags):
            self._column.addWidget(part)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        return area

    def set_locked(self, locked: bool) -> None:
        super().set_locked(locked)
        if self._built:
            self.text.setEnabled(not locked)
            self.use.setEnabled(self._made is not None and not locked)

    # ------------------------------------------------------------------------------------ what comes in

    def begin(self, text: str = "") -> None:
        super().begin("" if self._locked else text)
        if self._locked:
            self.refuse(self.words().locked)

    def refuse(self, reason: str) -> None:
        self._show(None, reason)

    def bring(self, text: str, title: str) -> None:
        self._take_in(text, title)
        self._read()

    def fetch(self, path: Path) -> None:
        try:
            large = AT_ONCE < path.stat().st_size <= self._most
        except OSError as reason:
            self.refuse(words_of(reason))
            return
        if large:
            self._await(_fetching(self._reader, path, self._most))
        else:
            super().fetch(path)

    def _take_in(self, text: str, title: str) -> None:
        self._title, self._source, self._how = title, text, None
        with QSignalBlocker(self.text):
            self.text.setPlainText(text if len(text) <= EDITABLE else "")

    def typed(self) -> None:
        self._source, self._title = self.text.toPlainText(), ""
        if not self._source.strip():
            self._how = None
        self._read()

    def _reread(self, key: str, value: object) -> None:
        """The same text, read in another way."""
        self._how = replace(self._how or self._reader.guess_format(self._source), **{key: value})
        self._read()

    def _forgive(self, forgiving: bool) -> None:
        self._reread("forgiving", forgiving)

    # ---------------------------------------------------------------------------------- what it holds

    def _read(self) -> None:
        """The table in the text; a long one is awaited."""
        self.work.stop()
        if not self._source or self._source.isspace():
            self._show(None, "")
            return
        reading = _reading(self._reader, self._source, self._title, self._how)
        if len(self._source) > AT_ONCE:
            self._await(reading)
        else:
            self._arrived(_whole(reading))

    def _await(self, reading: Generator[float, None, _Read]) -> None:
        """Show that something is being read, until it has arrived, failed or been stopped."""
        self._show(None, "")
        self.waiting.show()
        self.work.start(reading)

    def _arrived(self, read: _Read) -> None:
        if read.text is not self._source:  # a file
            self._take_in(read.text, read.title)
        self._show(read.table, read.wrong, read.row, read.rest)

    def _failed(self, error: Exception) -> None:
        self.refuse(words_of(error))

    def stop(self) -> None:
        """Read no further; what is in the text stays."""
        if self._built and self.work.stop():
            self.refuse(_("Reading was stopped. To read it after all, open or paste it again."))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # left for another page, not only minimised with the window
            self.stop()

    def _show(self, table: Table | None, wrong: str, row: int = 0, rest: bool = False) -> None:
        """The preview and the choices; or what is wrong, with its line marked."""
        self.work.stop()
        self.waiting.hide()
        self._table = table
        forgiving = bool(getattr(self._how, "forgiving", False))
        with QSignalBlocker(self.forgive):
            self.forgive.setChecked(forgiving)
        self.forgive.setVisible(rest or (forgiving and bool(self._source.strip())))
        with QSignalBlocker(self.sample):
            self.sample.setChecked(False)
        self.sample.setVisible(table is not None and 0 < self._wanted.most < len(table))
        self.preview.show_table(table)
        lacking = self.columns.set_table(table)
        if table is not None and not lacking:
            option = self._wanted.option
            enough = option is not None and len(table) >= option.rows
            with QSignalBlocker(self.option):
                self.option.setChecked(enough)
            self.option.setVisible(enough)
        else:
            self.option.hide()
        something = bool(self._source.strip()) and not self._locked
        self.formats.setVisible(something)
        if something:
            self.formats.show_format(table.read_as if table else self._how or self._reader.guess_format(self._source))
        for part in (self.preview, self.columns):
            part.setVisible(table is not None)
        self._mark(row)
        self._wrong = wrong or lacking
        self._consider()

    def _consider(self) -> None:
        """What would become of the choice: notes on the way, or why it cannot be."""
        self._made, wrong = None, self._wrong
        if self._table is not None and not wrong:
            try:
                self._made = self._wanted.take(self._chosen(self._table))
            except ValueError as reason:
                wrong = str(reason)
        self.say(wrong or self._read_as(), bool(wrong))
        done = tuple(self._wanted.message(self._made)) if self._made is not None else ()
        self.tags.set_words((*self._unlike(), *done) if self._made is not None else ())
        self.use.setEnabled(self._made is not None and not self._locked)

    def _chosen(self, table: Table) -> Chosen:
        option = self.option.isChecked() and not self.option.isHidden()
        rows = random_rows(table, self._wanted.most) if self._samples() else table
        title = " · ".join(part for part in (self._title, *self._unlike()) if part)
        return Chosen(rows, self.columns.chosen(), title, option)

    def _samples(self) -> bool:
        return self.sample.isChecked() and not self.sample.isHidden()

    def _unlike(self) -> tuple[str, ...]:
        """In what the rows that are used are not those of the text."""
        if self._table is None:
            return ()
        unread = getattr(self._table, "unread", 0)
        sample = _("{n} of {count} rows, at random").format(n=self._wanted.most, count=len(self._table))
        left_out = _("unreadable, left out: {n}").format(n=unread)
        return (*((sample,) if self._samples() else ()), *((left_out,) if unread else ()))

    def _read_as(self) -> str:
        if self._table is None:
            return ""
        parts = [_("rows: {n}").format(n=len(self._table))]
        missing = sum(int(column.missing.sum()) for column in self._table.columns)
        if missing:
            parts.append(_("missing cells: {n}").format(n=missing))
        message = " · ".join(parts)
        return f"{self._title}: {message}" if self._title else message

    def say(self, text: str, bad: bool) -> None:
        super().say(text, bad)
        self.sentence.setVisible(bool(text))

    def _mark(self, row: int) -> None:
        """Light the line in which something is wrong, counted from 1; 0 lights none."""
        block = self.text.document().findBlockByNumber(row - 1)
        if row < 1 or not block.isValid():
            self.text.setExtraSelections([])
            return
        highlighted = QTextEdit.ExtraSelection()
        highlighted.cursor = QTextCursor(block)
        highlighted.format.setBackground(QColor(look().palette.bad_soft))
        highlighted.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        self.text.setExtraSelections([highlighted])
        scroll = self.text.verticalScrollBar()
        if scroll is not None and not self.text.hasFocus():
            scroll.setValue(max(0, row - 3))

    def relook(self) -> None:
        if self._built:
            px = look().px
            self._column.setSpacing(px(6))
            self._whole.setSpacing(px(6))
            self._column.setContentsMargins(px(2), px(2), px(2), px(2))  # for the ring of what has the focus
            self.text.setMinimumHeight(px(84))
            self.preview.setMinimumHeight(px(120))


def random_rows(table: Table, most: int) -> Table:
    """So many rows of a table in their order, the same ones each time."""
    return table.where(sorted(Random(0).sample(range(len(table)), most)))


def _reading(reader: Reader, text: str, title: str, how: Any) -> Generator[float, None, _Read]:
    """The table in a text, in pieces. What is wrong with the text is part of the result."""
    try:
        table = yield from reader.reading_csv(text, how)
    except ValueError as reason:
        return _Read(text, title, None, str(reason), getattr(reason, "row", 0), getattr(reason, "rest", False))
    return _Read(text, title, table)


def _fetching(reader: Reader, path: Path, most: int) -> Generator[float, None, _Read]:
    """The table in a file, in pieces. Raises OSError or ValueError when it is no text that can be read."""
    yield 0.0
    return (yield from _reading(reader, read_text(path, most), path.stem, None))


def _whole(reading: Generator[float, None, _Read]) -> _Read:
    """What is read, in one go."""
    while True:
        try:
            next(reading)
        except StopIteration as end:
            read: _Read = end.value
            return read
