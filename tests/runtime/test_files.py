"""Files are whole or not there: full disks, read-only folders, a kill in the middle of saving."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.runtime import files
from lab.runtime.classroom import ClassroomError, read_classroom
from lab.runtime.files import read_capped, reason, write_atomically
from lab.runtime.home import Home
from lab.runtime.log import open_log, redacted, report
from lab.runtime.progress import ProgressBook
from lab.runtime.session import Box, Session, SessionStore
from lab.runtime.settings import Settings, read_settings, write_settings


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "Ünï cødé.glassbox"
    write_atomically(path, b"old")
    write_atomically(path, b"new and longer")
    assert path.read_bytes() == b"new and longer"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_full_disk_leaves_the_old_file_and_no_crumbs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.glassbox"
    write_atomically(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError) as error:
        write_atomically(path, b"new")
    assert reason(error.value) == "the disk is full"
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.glassbox"]


def test_a_kill_in_the_middle_of_saving_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.glassbox"
    write_atomically(path, b"old")
    code = (
        "import os, sys, pathlib\n"
        "from lab.runtime import files\n"
        "files.os.fsync = lambda handle: os._exit(9)\n"
        "files.write_atomically(pathlib.Path(sys.argv[1]), b'x' * 1_000_000)\n"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert done.returncode == 9
    assert path.read_bytes() == b"old"


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 11)
    with pytest.raises(ValueError, match="big is larger"):
        read_capped(tmp_path / "big", 10)
    with pytest.raises(FileNotFoundError):
        read_capped(tmp_path / "none", 10)


def test_a_home_that_cannot_be_written_works_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    home = Home(tmp_path / "file" / "home")
    assert home.problem
    assert not write_settings(home, Settings(theme="dark"))
    assert read_settings(home).theme == "dark"


HUGE = b'{"text_size": ' + b"9" * 400 + b"}"


@pytest.mark.parametrize(
    "stored", [b"{", b"[]", b'{"theme": 5, "text_size": 999}', b'{"theme": "neon"}', b"\xff", HUGE]
)
def test_damaged_settings_fall_back_to_their_defaults(tmp_path: Path, stored: bytes) -> None:
    home = Home(tmp_path)
    home.write("settings.json", stored)
    assert read_settings(home) == Settings()


def test_settings_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write("settings.json", b'{"theme": "dark", "telepathy": true}')
    write_settings(home, read_settings(home))
    assert home.read_json("settings.json")["telepathy"] is True


def test_a_damaged_file_is_set_aside_for_the_helpdesk(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.write("progress.json", b"{{{")
    assert ProgressBook.read(home).entries == {}
    assert (tmp_path / "progress.json.damaged").read_bytes() == b"{{{"


def test_progress_is_kept_and_never_goes_back(tmp_path: Path) -> None:
    book = ProgressBook.read(Home(tmp_path))
    book.opened("toy")
    book.read_page("toy", 2, 5)
    book.read_page("toy", 0, 5)
    assert book.met("toy", "far")
    assert not book.met("toy", "far")
    again = ProgressBook.read(Home(tmp_path)).of("toy")
    assert (again.page, again.pages, again.finished, again.challenges) == (2, 5, False, ("far",))
    book.read_page("toy", 4, 5)
    assert ProgressBook.read(Home(tmp_path)).of("toy").share == 1.0


def test_a_session_comes_back_and_a_crash_is_noticed(tmp_path: Path) -> None:
    store = SessionStore(Home(tmp_path))
    assert store.begin() is False
    session = Session((Box("toy#1", b"scene", 2),), {"version": 1}, "toy#1")
    assert store.save(session)
    later = SessionStore(Home(tmp_path))
    assert later.begin() is True
    assert later.load() == session
    later.end()
    assert SessionStore(Home(tmp_path)).begin() is False


@pytest.mark.parametrize(
    "stored", [b'{"boxes": 5}', b'{"boxes": [{"key": 1}, {"scene": "!"}, null]}', b'{"layout": []}']
)
def test_a_damaged_session_opens_what_can_be_opened(tmp_path: Path, stored: bytes) -> None:
    home = Home(tmp_path)
    home.write("session.json", stored)
    assert SessionStore(home).load().boxes == ()


def test_the_report_leaves_out_names_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada.lovelace")
    home = Home(tmp_path)
    log = open_log(home)
    log.info("opened /home/ada.lovelace/Essays/my secret diary.glassbox and C:\\Users\\ada\\x.csv")
    text = report(home)
    assert "lovelace" not in text
    assert "diary" not in text
    assert "Users\\ada" not in text
    assert "Python" in text
    assert redacted("plain words") == "plain words"
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()


def test_a_classroom_file_is_read_and_its_mistakes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "classroom.ini"
    path.write_text(
        "[classroom]\nstart = toy\nallowed = toy, other\ntext_size = 125\nlock_settings = yes\ncode_cells=no\n"
    )
    room = read_classroom(path)
    assert (room.start, room.allowed, room.text_size) == ("toy", ("toy", "other"), 125)
    assert room.lock_settings
    assert not room.code_cells
    for text, message in (
        ("[classroom]\ncolour = red", "there is no setting 'colour'"),
        ("[classroom]\ntext_size = huge", "text_size must be a whole number"),
        ("[classroom]\nlock_settings = perhaps", "lock_settings must be yes or no"),
        ("nonsense", "classroom.ini"),
    ):
        path.write_text(text)
        with pytest.raises(ClassroomError, match=message):
            read_classroom(path)
