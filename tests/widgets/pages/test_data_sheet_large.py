"""A large table is read beside the window's own work: with a share, a way to stop, and never without a word."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from lab.engine.basics import table as tables
from widgets.base.background_task import BackgroundTask
from widgets.pages import data_sheet as datasheet
from widgets.pages.data_sheet import DataSheet, Role, Wanted

LARGE = "a,b\n" + "1,2\n" * 20_000
assert len(LARGE) > datasheet.AT_ONCE


class Slow:
    """A reader that goes on by one hundredth each time it is let, and then reads as the lab does."""

    MAX_BYTES = tables.MAX_BYTES

    def __init__(self) -> None:
        self.let, self.closed = threading.Semaphore(0), threading.Event()
        self.trouble: BaseException | None = None
        self.thread: int | None = None

    def guess_format(self, text: str) -> Any:
        return tables.guess_format(text)

    def reading_csv(self, text: str, read_as: Any = None) -> Generator[float, None, Any]:
        self.thread = threading.get_ident()
        try:
            for hundredth in range(100):
                self.let.acquire(timeout=30)
                if self.trouble is not None:
                    raise self.trouble
                yield hundredth / 100
            return tables.read_csv(text, read_as)
        finally:
            self.closed.set()


def sheet(qtbot, reader: Any) -> DataSheet:
    made = DataSheet(reader, Wanted((Role("x", "known"),), lambda chosen: len(chosen.table)))
    qtbot.addWidget(made)
    made.resize(620, 480)
    made.show()
    return made


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def page(qtbot, slow: Slow) -> DataSheet:
    return sheet(qtbot, slow)


def go_on(slow: Slow, steps: int) -> None:
    slow.let.release(steps)


def test_a_large_table_shows_how_far_it_is_and_arrives(page: DataSheet, slow: Slow, qtbot) -> None:
    page.begin(LARGE)
    assert not page.waiting.isHidden() and page.work.running and not page.use.isEnabled()
    go_on(slow, 50)
    qtbot.waitUntil(lambda: page.waiting.bar.value() == 490)
    go_on(slow, 60)
    qtbot.waitUntil(lambda: not page.work.running)
    assert page.sentence.text() == "rows: 20000" and page.use.isEnabled() and page.waiting.isHidden()
    assert slow.thread != threading.get_ident()


def test_a_small_table_is_there_at_once(qtbot) -> None:
    page = sheet(qtbot, tables)
    small = LARGE[: datasheet.AT_ONCE].rsplit("\n", 1)[0] + "\n"
    small += " " * (datasheet.AT_ONCE - len(small))
    page.begin(small)
    assert not page.work.running and page.use.isEnabled()
    page.begin(small + " ")
    assert page.work.running
    qtbot.waitUntil(page.use.isEnabled)


def test_stop_ends_the_reading_says_so_and_loses_nothing(page: DataSheet, slow: Slow, qtbot) -> None:
    page.begin(LARGE)
    page.waiting.stop.click()
    assert not page.work.running and page.waiting.isHidden()
    assert page.sentence.text().startswith("Reading was stopped.") and not page.use.isEnabled()
    assert page.text.toPlainText() == LARGE
    go_on(slow, 1)
    assert slow.closed.wait(10), "the thread goes on"


@pytest.mark.parametrize("leave", ["hide", "closed", "close"])
def test_nothing_goes_on_when_the_page_is_left(page: DataSheet, slow: Slow, leave: str) -> None:
    page.begin(LARGE)
    {"hide": page.hide, "closed": page.cancel.click, "close": page.close}[leave]()
    go_on(slow, 1)
    assert slow.closed.wait(10), "the thread goes on"
    assert not page.work.running


def test_nothing_goes_on_when_the_page_is_gone(slow: Slow, qtbot) -> None:
    owner = QObject()
    work = BackgroundTask(owner)
    heard: list[Any] = []
    work.done.connect(heard.append)
    work.start(slow.reading_csv(LARGE))
    owner.deleteLater()
    del work, owner
    QApplication.sendPostedEvents(None, 52)  # a deferred delete
    go_on(slow, 1)
    assert slow.closed.wait(10), "the thread goes on"
    assert heard == []


def test_what_is_typed_later_takes_the_place_of_what_is_being_read(page: DataSheet, slow: Slow, qtbot) -> None:
    page.begin(LARGE)
    go_on(slow, 200)
    page.text.setPlainText("a,b\n1,2\n3,4\n")
    assert page.sentence.text() == "rows: 2" and not page.work.running
    qtbot.wait(100)
    assert page.sentence.text() == "rows: 2"


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (tables.TableError("row 7 is odd", 7), "row 7 is odd"),
        (MemoryError(), "There is not enough memory to read this."),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_no_failure_leaves_the_page_without_a_word(page: DataSheet, slow: Slow, qtbot, trouble, sentence: str) -> None:
    slow.trouble = trouble
    page.begin(LARGE)
    go_on(slow, 1)
    qtbot.waitUntil(lambda: not page.work.running)
    assert page.sentence.text() == sentence and not page.sentence.isHidden() and not page.use.isEnabled()
    assert page.text.toPlainText() == LARGE


def test_a_large_file_is_read_beside_the_window_too(qtbot, tmp_path: Path, monkeypatch) -> None:
    threads: list[int] = []

    def read_text(path: Path, most: int) -> str:
        threads.append(threading.get_ident())
        return path.read_text()

    monkeypatch.setattr(datasheet, "read_text", read_text)
    page = sheet(qtbot, tables)
    (tmp_path / "big.csv").write_text(LARGE)
    page.read_file(str(tmp_path / "big.csv"))
    assert page.work.running
    qtbot.waitUntil(lambda: not page.work.running)
    assert page.sentence.text() == "big: rows: 20000"
    assert threads and threading.get_ident() not in threads


def test_a_large_file_that_is_no_text_keeps_what_was_there(qtbot, tmp_path: Path) -> None:
    page = sheet(qtbot, tables)
    page.begin("a,b\n1,2\n")
    (tmp_path / "photo.csv").write_bytes(bytes(range(256)) * 300)
    page.read_file(str(tmp_path / "photo.csv"))
    qtbot.waitUntil(lambda: not page.work.running)
    assert page.sentence.text() == "photo.csv is no text: it has a zero byte at 0."
    assert page.text.toPlainText() == "a,b\n1,2\n"


def test_the_windows_thread_is_hardly_needed_while_a_table_is_read(qtbot) -> None:
    """In processor time of this thread: the largest table that is allowed must not freeze the window for a second."""
    page = sheet(qtbot, tables)
    row = ",".join(["12"] * 30) + "\n"
    text = ",".join(f"c{i}" for i in range(30)) + "\n" + row * (tables.MAX_BYTES // len(row) - 2)
    begin = time.thread_time()
    page.begin(text)
    longest = time.thread_time() - begin
    while page.work.running:
        begin = time.thread_time()
        QApplication.processEvents()
        longest = max(longest, time.thread_time() - begin)
        time.sleep(0.01)
    assert page.use.isEnabled()
    assert longest < 1.0
