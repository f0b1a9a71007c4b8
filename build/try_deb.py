#!/usr/bin/env python3
"""Try the .deb the way a school would: install it with apt in a Debian root, use it, remove it, look for leftovers.

    python build/try_deb.py [bookworm|trixie …]      both when none is named

The desktop's own tools are in the root, so that a double-clicked file can be tried: `gio open` asks the same
question as a file manager. Needs root, debootstrap and, for the window, Xvfb.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import debian

DIST = Path(__file__).resolve().parents[1] / "dist"
SUITES = ("bookworm", "trixie")
DESKTOP = ("shared-mime-info", "desktop-file-utils", "hicolor-icon-theme", "libglib2.0-bin")
DISPLAY = ":84"
APT = ["apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends"]


def main(suites: list[str]) -> int:
    packages = sorted(DIST.glob("glassbox_*.deb"))
    if not packages:
        print("try deb: there is no dist/glassbox_*.deb; run build/wrap_linux.py first", file=sys.stderr)
        return 2
    if reason := debian.reason_against():
        print(f"try deb: not tried, {reason}", file=sys.stderr)
        return 0
    problems = [f"{suite}: {problem}" for suite in suites or SUITES if (problem := tried(suite, packages[-1]))]
    for problem in problems:
        print(f"try deb: FAILED {problem}", file=sys.stderr)
    return 1 if problems else 0


def tried(suite: str, package: Path) -> str:
    """What is wrong with the package on that Debian, or ""."""
    root = debian.Root(suite, f"desktop-{suite}", DESKTOP).make()
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    shutil.copy(package, root.folder / "tmp" / package.name)
    before = files_of(root.folder)
    for command in ([*APT, "update"], [*APT, "install", f"/tmp/{package.name}"]):
        if root.run(command, settings=quiet, silent=True).returncode:
            return f"{' '.join(command[-2:])} failed"
    problem = used(root)
    if root.run([*APT, "--auto-remove", "purge", "glassbox"], settings=quiet, silent=True).returncode:
        return "it cannot be removed"
    left = sorted(name for name in files_of(root.folder) - before if "glassbox" in name.lower())
    if problem or left:
        return problem or f"it leaves {', '.join(left[:5])}"
    print(f"try deb: {suite}: installed, opened a double-clicked file, removed, nothing left", flush=True)
    return ""


def used(root: debian.Root) -> str:
    """What is wrong with the installed program, or ""."""
    if root.run(["glassbox", "check"], ordinary=True, silent=True, timeout=300).returncode:
        return "the self-test fails"
    file = root.folder / "tmp" / "ein Versuch.glassbox"
    file.write_text('{"glassbox": 1}', "utf-8")  # its content is tested elsewhere
    kind = root.run(["gio", "info", "-a", "standard::content-type", f"/tmp/{file.name}"], ordinary=True, output=True)
    if b"application/x-glassbox" not in kind.stdout:
        return "a .glassbox file is not known as such"
    for scheme in ("application/x-glassbox", "x-scheme-handler/lab"):
        if b"glassbox.desktop" not in root.run(["gio", "mime", scheme], ordinary=True, output=True).stdout:
            return f"{scheme} is not opened by Glassbox"
    return "" if opened(root, file) else "a double-clicked file opens no window"


def opened(root: debian.Root, file: Path) -> bool:
    """True when `gio open FILE` starts the program with that file and it stays."""
    if shutil.which("Xvfb") is None:
        return True
    screen = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1366x768x24", "-ac"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1.5)
        command = ["gio", "open", f"/tmp/{file.name}"]
        root.run(command, settings={"DISPLAY": DISPLAY}, ordinary=True, timeout=60)
        time.sleep(8)
        running = processes_in(root.folder)
        for process in running:
            os.kill(process, signal.SIGTERM)
    finally:
        screen.terminate()
        screen.wait()
    return any("glassbox" in words and "Versuch" in words for words in running.values())


def processes_in(folder: Path) -> dict[int, str]:
    """The processes that live in a root, each with its command line."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("root").readlink() == folder:
                found[int(process.name)] = process.joinpath("cmdline").read_text("utf-8", "replace").replace("\0", " ")
        except OSError:  # it has ended
            continue
    return found


def files_of(folder: Path) -> set[str]:
    """Every path below a root but what apt and dpkg keep for themselves."""
    kept = ("var/lib/apt", "var/cache", "var/log", "var/lib/dpkg", "tmp", "proc", "dev")
    paths = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if "proc" not in path.parts[:4])
    return {path for path in paths if not path.startswith(kept)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
