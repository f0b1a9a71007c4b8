"""Files and links: a link is one whatever it ends with, and a large file is read beside the window."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.scene import Scene, from_link, is_link, to_json
from lab.runtime import file_job
from lab.runtime.file_job import LARGE, FileJob
from lab.shell import files
from lab.shell.dialogs.file_progress import FileProgress
from lab.shell.files import open_target


def large_scene() -> Scene:
    """A file of some 4 MB: a table that was received."""
    x = np.linspace(0, 1, 100)
    table = Artifact("table", "Long", {"x": x, "y": 2 * x, "unused": np.zeros(300_000)})
    return Scene("linear-regression", params={"data": "received"}, artifacts=(table,), notes="large")


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.glassbox"
    path.write_bytes(to_json(large_scene()))
    assert path.stat().st_size > LARGE
    return path


@pytest.fixture
def held(monkeypatch):
    """Reading goes on only when it is let go."""
    gate, real = threading.Event(), file_job.from_json

    def slow(data, find, advance):
        advance(0.1)
        gate.wait(20)
        return real(data, find, advance)

    monkeypatch.setattr(file_job, "from_json", slow)
    yield gate
    gate.set()


# --------------------------------------------------------------------------------------------- links


@pytest.mark.parametrize("target", ["lab:x.gguf", "LAB:x.safetensors", "lab:nothing.zip"])
def test_a_link_that_ends_like_a_model_file_is_a_link(window, monkeypatch, target: str) -> None:
    text = []
    window.tell = lambda *words: text.append(words)
    monkeypatch.setattr(files, "show_packs", lambda _window: pytest.fail("the page of model packs was opened"))
    assert not open_target(window, target)
    assert text[0][1] == "Cannot be opened" and "there is no experiment" in text[0][2]


def test_a_model_file_still_opens_the_page_of_packs(window, monkeypatch, tmp_path) -> None:
    brought = []
    page = type("Page", (), {"add": staticmethod(brought.append)})
    monkeypatch.setattr(files, "show_packs", lambda _window: page)
    assert open_target(window, str(tmp_path / "lab.gguf"))
    assert [path.name for path in brought] == ["lab.gguf"]


def test_a_link_may_be_written_in_capitals() -> None:
    assert is_link("Lab:toy") and is_link(" lab:toy") and not is_link("lab") and not is_link("laboratory:x")
    assert from_link("LAB:gradient-descent?seed=4", find).seed == 4


# --------------------------------------------------------------------------------------- large files


def test_a_large_file_is_read_beside_the_window_with_a_bar_and_then_opens(window, large, held, qtbot) -> None:
    assert open_target(window, str(large))
    card = window.dialogs.find(FileProgress)
    assert card.isVisible() and "large.glassbox" in card.accessibleName() and window.box is None
    qtbot.waitUntil(lambda: card.row.bar.value() == 100, timeout=10_000)
    held.set()
    qtbot.waitUntil(lambda: window.box is not None, timeout=20_000)
    assert window.box.notes == "large" and card.isHidden()
    qtbot.waitUntil(lambda: window.box.frame is not None, timeout=20_000)


def test_how_far_a_large_file_is_stands_in_the_status_line_and_covers_nothing(window, large, held, qtbot) -> None:
    open_target(window, str(large))
    card, line = window.dialogs.find(FileProgress), window.status
    QApplication.processEvents()
    for part in (card, card.row.bar, card.row.stop):
        assert part.isVisible() and line.rect().contains(QRect(part.mapTo(line, QPoint(0, 0)), part.size())), part
    assert card.row.stop.width() >= card.row.stop.sizeHint().width() and card.row.bar.width() > 200
    assert "Works offline" not in [label.text()[:13] for label in line.findChildren(QLabel) if label.isVisible()]
    card.row.stop.click()
    held.set()
    assert "Works offline" in [label.text()[:13] for label in line.findChildren(QLabel) if label.isVisible()]


def test_reading_a_large_file_can_be_stopped_and_nothing_opens(window, large, held, qtbot) -> None:
    open_target(window, str(large))
    card = window.dialogs.find(FileProgress)
    job = card.job
    qtbot.mouseClick(card.row.stop, Qt.MouseButton.LeftButton)
    assert card.isHidden() and not card.busy
    held.set()
    job.join(20)
    assert not job.running and job.scene is None and job.error == ""
    qtbot.wait(150)
    assert window.box is None


def test_a_second_large_file_takes_the_place_of_the_first(window, large, held, qtbot, tmp_path) -> None:
    other = tmp_path / "other.glassbox"
    other.write_bytes(large.read_bytes())
    open_target(window, str(large))
    first = window.dialogs.find(FileProgress).job
    open_target(window, str(other))
    held.set()
    qtbot.waitUntil(lambda: window.box is not None, timeout=20_000)
    first.join(20)
    qtbot.wait(150)
    assert len(window.workspace.boxes) == 1


def test_closing_the_window_gives_the_reading_up(window, large, held) -> None:
    open_target(window, str(large))
    job = window.dialogs.find(FileProgress).job
    window.close()
    held.set()
    job.join(20)
    assert not job.running and job.scene is None


def test_what_is_wrong_with_a_large_file_is_said_when_it_is_found(window, tmp_path, qtbot) -> None:
    text = []
    window.tell = lambda *words: text.append(words)
    path = tmp_path / "wrong.glassbox"
    path.write_text(json.dumps({"glassbox": 1, "experiment": "nowhere", "notes": "n" * (LARGE + 1)}))
    assert open_target(window, str(path))
    qtbot.waitUntil(lambda: bool(text), timeout=20_000)
    assert text[0][1] == "Cannot be opened" and text[0][2].startswith("wrong.glassbox: experiment: there is no")


def test_a_file_of_too_many_values_is_refused_before_they_are_made(tmp_path) -> None:
    path = tmp_path / "many.glassbox"
    path.write_bytes(b'{"glassbox":1,"experiment":"gradient-descent","state":{"a":[' + b"{}," * 10**7 + b"0]}}")
    job = FileJob(path, find)
    job.join(60)
    assert job.error.startswith("many.glassbox: a file may hold") and job.share == 0.0


def test_a_job_that_meets_something_unforeseen_says_so(tmp_path, monkeypatch) -> None:
    path = tmp_path / "x.glassbox"
    path.write_bytes(b"{}")
    monkeypatch.setattr(file_job, "from_json", lambda *_all: 1 / 0)
    job = FileJob(path, find)
    job.join(20)
    assert job.scene is None and job.error.startswith("x.glassbox: it met something")
