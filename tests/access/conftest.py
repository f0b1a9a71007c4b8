"""Where a screen reader can be played: what it needs, and the ordinary user who plays it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

READER = Path(__file__).resolve().parent / "reader"
PACKAGES = "dbus dbus-daemon at-spi2-core python3-gi xvfb"
NOBODY = "65534"
SWITCHED = ("HOME", "XDG_", "DBUS_", "DISPLAY", "WAYLAND_DISPLAY", "GLASSBOX_", "QT_")  # not taken from the tester


def lacking() -> str:
    """What this machine lacks for it, in words; "" where nothing is."""
    if sys.platform != "linux":
        return "the accessibility bus is Linux's"
    tools = [tool for tool in ("dbus-run-session", "Xvfb", "setpriv") if shutil.which(tool) is None]
    if not any(path.is_file() for path in map(Path, ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core"))):
        tools.append("at-spi-bus-launcher")
    if not python_with_gi():
        tools.append("a Python with gi")
    return f"no {', no '.join(tools)} here: sudo apt install {PACKAGES}" if tools else ""


def python_with_gi() -> str:
    """The system's Python, for which gi is packaged; "" where it is not."""
    for python in filter(None, ("/usr/bin/python3", shutil.which("python3"))):
        words = [python, "-c", "from gi.repository import Gio"]
        if Path(python).exists() and subprocess.run(words, capture_output=True).returncode == 0:
            return python
    return ""


def as_ordinary_user() -> list[str]:
    """The words before a command with which an ordinary user runs it; none when the tester is one."""
    if os.geteuid() != 0:
        return []
    user = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
    trial = subprocess.run([*user, sys.executable, "-c", "import PySide6"], capture_output=True, cwd="/")
    if trial.returncode == 0:
        return user
    # The Python of these tests lies in root's own folder: this user may read it, and is an ordinary one else.
    return [*user, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def ended(command: list[str], settings: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, or for five minutes; nothing that it started stays."""
    pipe = subprocess.PIPE
    running = subprocess.Popen(
        command, env=settings, cwd=folder, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    )
    try:
        out, err = running.communicate(timeout=300)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    return subprocess.CompletedProcess(command, running.returncode, out, err)


@pytest.fixture(scope="session")
def sitting() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the reader in a session of its own. Where something is lacking the test is not run; in CI it fails."""
    if reason := lacking():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    user, python = as_ordinary_user(), python_with_gi()

    def sit(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        for name in ("run", "home"):
            folder.joinpath(name).mkdir(mode=0o700)
        if user:
            for path in (folder, *folder.iterdir()):
                os.chown(path, int(NOBODY), int(NOBODY))
        kept = {name: value for name, value in os.environ.items() if not name.startswith(SWITCHED)}
        settings = kept | {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "PYTHONDONTWRITEBYTECODE": "1"}
        reader = [python, str(READER), sys.executable, words[0], str(folder), *words[1:]]
        return ended([*user, "dbus-run-session", "--", *reader], settings, folder)

    return sit


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach. What is in it stays after a failure, to be replayed."""
    path = Path(tempfile.mkdtemp(prefix="glassbox-reader-"))
    yield path
    if not path.joinpath("failed").exists():
        shutil.rmtree(path)
