#!/usr/bin/env python3
"""Try the Linux bundle where nothing is: a bare Debian 12 and a bare Debian 13 with libgl1 and libegl1 added.

    python build/bare_roots.py [bookworm|trixie …]              all when none is named
    python build/bare_roots.py --readme [--quick] [SUITE …]     the README's commands instead of the bundle

Inside, an ordinary user whose home is read-only passes the self-test from a folder whose name has spaces and
letters beyond ASCII, on a system without a single font. Where this machine has Xvfb, a real window is opened too.
Needs root and debootstrap.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import debian
import try_readme

ROOT = Path(__file__).resolve().parents[1]
BUNDLE = ROOT / "dist" / "glassbox"
SUITES = ("bookworm", "trixie")
GIVEN = ("libgl1", "libegl1")
FOLDER = "/opt/Ünï cødé dir/lab"
DISPLAY = ":83"


def main(words: list[str]) -> int:
    suites = [word for word in words if not word.startswith("--")]
    if "--readme" in words:
        return try_readme.main(suites or list(SUITES), "--quick" in words)
    if not debian.reason_against() and not BUNDLE.is_dir():
        print("bare roots: there is no bundle; run build/freeze.py first", file=sys.stderr)
        return 2
    return debian.tried_in(suites or SUITES, "bare roots", tried)


def tried(suite: str) -> str:
    """What is wrong with the bundle in a bare root of that suite, or ""."""
    root = debian.Root(suite, f"bare-{suite}", GIVEN).make()
    shutil.copytree(BUNDLE, root.emptied(FOLDER), symlinks=True)
    if fonts := list((root.folder / "usr/share/fonts").rglob("*.?tf")):
        return f"{suite}: {len(fonts)} fonts are installed, so this root is not bare"
    began = time.monotonic()
    done = root.run(["./glassbox", "check"], folder=FOLDER, ordinary=True, timeout=300)
    if done.returncode:
        return f"{suite}: the self-test ends with {done.returncode}"
    print(f"bare roots: {suite}: self-test passed in {time.monotonic() - began:.1f} s", flush=True)
    if shutil.which("Xvfb") is None:
        print("bare roots: no Xvfb here, so no real window was opened", flush=True)
        return ""
    return f"{suite}: the window does not stay open" if not window_opens(root) else ""


def window_opens(root: debian.Root) -> bool:
    """True when the window is still there after some seconds, on a screen of its own."""
    with debian.screen(DISPLAY):
        settings = {"DISPLAY": DISPLAY, "QT_QPA_PLATFORM": "xcb"}
        done = root.run(["timeout", "8", "./glassbox", "--fresh"], FOLDER, settings, ordinary=True, timeout=60)
    opened = done.returncode == 124  # ended by timeout, not by itself
    print(f"bare roots: {root.suite}: a real window {'opened' if opened else 'did not open'}", flush=True)
    return opened


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
