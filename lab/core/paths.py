"""Where the files that come with the lab are, from a checkout, an installed wheel and a frozen bundle alike.

Nothing here is ever written to: program files are read-only. Where the *user's* files go is the business
of `lab.runtime.home`.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["asset", "assets", "itself", "program", "stamp"]


@cache
def assets() -> Path:
    """The folder of bundled data, lessons, models, fonts and icons."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "assets", package.parent / "assets"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the folder 'assets' is missing beside {package}: the installation is broken")


def asset(name: str) -> Path:
    """The path of one bundled file, e.g. `asset("data/crickets.csv")`. Raises FileNotFoundError by name."""
    path = assets() / name
    if not path.exists():
        raise FileNotFoundError(f"the bundled file '{name}' is missing: the installation is incomplete")
    return path


def program() -> Path:
    """The folder of the program, which may hold a `classroom.ini`; in a frozen bundle not the folder of the assets."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent
    return assets().parent


def itself(*words: str) -> tuple[str, ...]:
    """The command line that starts this very program with some words: a child runs what its parent runs."""
    if getattr(sys, "frozen", False):
        twin = Path(sys.executable).with_name("glassbox-console.exe")  # on Windows; the windowed one has no output
        return (str(twin) if twin.is_file() else sys.executable, *words)
    return (sys.executable, "-m", "lab", *words)


@cache
def stamp() -> dict[str, Any]:
    """What the build wrote down about this bundle: version, commit, system, packages. Empty for a checkout."""
    try:
        found = json.loads((assets() / "build.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
