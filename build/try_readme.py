"""Try the README's commands where nothing is: a bare Debian, its apt line and no more, an ordinary user, a checkout.

    python build/bare_roots.py --readme [--quick] [bookworm|trixie …]

`python3 run.py test` passes there (--quick: the tests of the window only), and `python3 run.py` opens a window that
paints something. The screen is outside, so that nothing which Qt needs comes with it by accident.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parents[1]
HOME = "/home/pupil"
FOLDER = f"{HOME}/glassbox"
DISPLAY = ":85"
QUICK = ("tests/contract/test_window_contract.py", "tests/shell", "tests/test_house.py")
COLOURS = 50  # a window that is painted has more, an empty one two or three


def tried(suite: str, quick: bool = False) -> str:
    """What is wrong with the README on that Debian, or ""."""
    root = ready(suite)
    copy_checkout(root)
    began = time.monotonic()
    where = QUICK if quick else ()
    done = run(root, ["python3", "run.py", "test", "-q", *where], timeout=3000)
    if done.returncode:
        return f"{suite}: python3 run.py test ends with {done.returncode}"
    print(f"readme: {suite}: tests passed in {time.monotonic() - began:.0f} s", flush=True)
    if shutil.which("Xvfb") is None:
        print("readme: no Xvfb here, so no window was opened", flush=True)
        return ""
    problem = window(root)
    if not problem:
        print(f"readme: {suite}: a window opened and was painted", flush=True)
    return f"{suite}: {problem}" if problem else ""


def apt_line() -> str:
    """The line of the README without sudo, as root types it."""
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    return next(line.strip().removeprefix("sudo ") for line in lines if line.startswith("    sudo apt install "))


def ready(suite: str) -> debian.Root:
    """A bare root in which exactly the README's line was typed. Raises RuntimeError when apt fails."""
    root = debian.Root(suite, f"readme-{suite}")
    typed = root.folder / "glassbox-typed"
    if typed.is_file() and typed.read_text("utf-8") == apt_line():
        return root
    if root.folder.exists():
        shutil.rmtree(root.folder)
    root.make()
    line = apt_line()
    for command in ("apt update", f"{line} -y"):
        done = root.run(["sh", "-c", command], settings={"DEBIAN_FRONTEND": "noninteractive"}, silent=True)
        if done.returncode:
            raise RuntimeError(f"{suite}: {command} failed")
    root.give_network()  # what apt brought may have certificates of its own
    typed.write_text(line, "utf-8")
    return root


def copy_checkout(root: debian.Root) -> None:
    """The files of the project, as a download has them, in the home of an ordinary user."""
    home = root.emptied(HOME)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            target = Path(str(root.folder) + FOLDER, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    subprocess.run(["chown", "-R", f"{debian.USER}:{debian.USER}", str(home)], check=True)


def run(root: debian.Root, command: list[str], timeout: float, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """A command of the README, by an ordinary user in the checkout."""
    given = debian.network_settings() | {"HOME": HOME} | settings
    given.pop("PIP_FIND_LINKS", None)  # folders of this machine
    return root.run(command, FOLDER, given, ordinary=True, timeout=timeout)


def window(root: debian.Root) -> str:
    """What is wrong with the window that `python3 run.py` opens, or ""."""
    with tempfile.TemporaryDirectory() as folder:
        seen, over = [0], threading.Event()
        watcher = threading.Thread(target=watch, args=(Path(folder, "Xvfb_screen0"), seen, over))
        with debian.screen(DISPLAY, "-fbdir", folder):
            watcher.start()
            try:
                done = run(root, ["timeout", "20", "python3", "run.py"], timeout=120, DISPLAY=DISPLAY)
            finally:
                over.set()
                watcher.join()
    if done.returncode != 124:  # ended by timeout, not by itself
        return f"python3 run.py ends with {done.returncode} instead of a window"
    return "" if seen[0] > COLOURS else f"the window has {seen[0]} colours, so nothing is painted"


def watch(picture: Path, seen: list[int], over: threading.Event) -> None:
    """The most colours that the screen ever had, in seen[0]."""
    while not over.wait(0.5):
        seen[0] = max(seen[0], colours(picture.read_bytes()) if picture.is_file() else 0)


def colours(dump: bytes) -> int:
    """How many colours an X window dump has."""
    head = struct.unpack(">25I", dump[:100])
    begin = head[0] + head[19] * 12  # after the header and the colour map
    return len({dump[i : i + 3] for i in range(begin, len(dump) - 4, 4 * 7)})


def main(suites: list[str], quick: bool) -> int:
    """Try the README on each of those Debians. The status of the command."""
    return debian.tried_in(suites, "readme", partial(tried, quick=quick))
