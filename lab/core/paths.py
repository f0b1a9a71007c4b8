"""Where the files that come with the lab are, from a checkout, an installed wheel and a frozen bundle alike.

Nothing here is ever written to: program files are read-only. Where the *user's* files go is the business
of `lab.runtime.home`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["asset", "assets"]


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
