"""The window opens wherever it is started, on a full disk and in a home that is shut, and says what is not kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import ordinary

OPENED = [str(ordinary.ROOT / "tests" / "opened.py")]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of Unix")


def opened(home: Path, **settings: str) -> dict[str, Any]:
    """Open the lab as an ordinary user; what it says once the window stands."""
    child = ordinary.start([*OPENED, "lab:gradient-descent"], home, settings)
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0 and "Traceback" not in err, err
    sentence: dict[str, Any] = {}
    for line in out.splitlines():
        sentence |= json.loads(line)
    found: dict[str, Any] = sentence["opened"]
    assert found["seen"] and found["boxes"] == ["gradient-descent"]
    return found


@pytest.mark.parametrize("mode", [0o500, 0o000])
def test_in_a_home_that_is_shut_the_window_opens_and_says_why_nothing_is_kept(mode: int) -> None:
    with ordinary.folder() as folder:
        (folder / "files").mkdir()
        (folder / "files").chmod(mode)
        found = opened(folder, XDG_DATA_HOME=str(folder / "files"))
        assert "Nothing is kept now (you may not write there)" in found["files"]


def test_with_everything_for_everybody_shut_the_window_opens_and_says_what_decides_nothing() -> None:
    with ordinary.folder() as folder:
        (folder / "shared" / "glassbox" / "packs").mkdir(parents=True)
        (folder / "shared" / "glassbox" / "classroom.ini").write_text("[classroom]\n")
        (folder / "shared" / "glassbox").chmod(0)
        found = opened(folder, PROGRAMDATA=str(folder / "shared"), XDG_DATA_DIRS=str(folder / "shared"))
        assert "classroom.ini: you may not read it" in found["files"]
        assert (folder / ".local/share/glassbox/session.json").exists()  # what can be kept is


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Callable[[], None]]:
    """A disk of 1 MB that is full; calling it makes room."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=True)
    with pytest.raises(OSError), (place / "filler").open("wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass
    yield (place / "filler").unlink
    subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.skipif(
    not (sys.platform == "linux" and ordinary.IS_ROOT), reason="only root can mount a small disk; others imitate one"
)
def test_on_a_full_disk_the_window_opens_and_keeps_everything_when_there_is_room(tmp_path: Path, full_disk) -> None:
    files = tmp_path / "disk" / "files"
    settings = {"GLASSBOX_TEST_STAYS": "1", "GLASSBOX_TEST_CHANGES": "1", "GLASSBOX_HOME": str(files)}
    child = subprocess.Popen(
        [sys.executable, *OPENED, "lab:gradient-descent"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ordinary.ROOT,
        env={**os.environ, "PYTHONPATH": ordinary.PYTHONPATH, **settings},
    )
    try:
        assert child.stdout is not None
        sentence: dict[str, Any] = {}
        while "opened" not in sentence:
            sentence |= json.loads(child.stdout.readline())
        assert "Nothing is kept now (the disk is full)" in sentence["opened"]["files"]
        assert sentence["opened"]["boxes"] == ["gradient-descent"]
        assert not (files / "settings.json").exists()
        full_disk()
        wanted, end = ("settings.json", "progress.json"), time.monotonic() + 30
        while not all((files / name).exists() for name in wanted) and time.monotonic() < end:
            time.sleep(0.1)
        assert json.loads((files / "settings.json").read_bytes())["text_size"] == 125
        assert "gradient-descent" in json.loads((files / "progress.json").read_bytes())
        child.terminate()
        err = child.communicate(timeout=60)[1]
        assert child.returncode == 0 and "Traceback" not in err, err
        assert len(list(files.glob("session-*.json"))) == 1
    finally:
        child.kill()
        child.communicate()
