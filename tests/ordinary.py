"""Runs Python as an ordinary user, to whom folders can be shut: root may read and write all of them.

As root a child becomes the user 65534. Where that user cannot reach Python or the project, the child stays root and
gives up the capabilities by which root passes over permissions; for the files that a test shuts, this is the same.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
NOBODY = 65534
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
PR_CAPBSET_DROP, DAC_OVERRIDE, DAC_READ_SEARCH = 24, 1, 2


def _can_reach(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents) if folder.is_dir())


def _becomes_nobody() -> bool:
    parts = [ROOT, Path(sys.executable).resolve().parent, *(Path(p) for p in sys.path if Path(p).is_dir())]
    return IS_ROOT and all(_can_reach(part.resolve()) for part in parts)


def _give_up_being_root() -> None:
    if not IS_ROOT:
        return
    if _becomes_nobody():
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (DAC_OVERRIDE, DAC_READ_SEARCH):
        if prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):  # what a program that is started cannot have
            raise OSError(ctypes.get_errno(), "prctl")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that belongs to the ordinary user, removed afterwards whatever its permissions."""
    made = Path(tempfile.mkdtemp(prefix="glassbox-ordinary-"))
    if _becomes_nobody():
        os.chown(made, NOBODY, NOBODY)
    try:
        yield made
    finally:
        for path in (made, *(p for p in made.rglob("*") if p.is_dir() and not p.is_symlink())):
            path.chmod(0o700)
        shutil.rmtree(made, ignore_errors=True)


def start(arguments: list[str], home: Path, settings: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start Python with arguments as the ordinary user; `home` is the user's own folder."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "GLASSBOX_HOME"},
        "HOME": str(home),
        "PYTHONPATH": PYTHONPATH,
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
        **(settings or {}),
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
        preexec_fn=_give_up_being_root if os.name == "posix" else None,
    )


def run(code: str, home: Path, settings: Mapping[str, str] | None = None) -> str:
    """What a piece of Python prints as the ordinary user. Fails with its errors."""
    child = start(["-c", code], home, settings)
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, err
    return out
