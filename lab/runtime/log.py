"""The log: a small rotated text file on this computer, and a report for the helpdesk made from it.

Nothing is sent anywhere. The report leaves out names and contents: the user's name and home folder are
replaced, and no learner's file is ever written to the log in the first place.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import sys
from pathlib import Path
from typing import Any

from lab import __version__
from lab.core.paths import stamp
from lab.runtime.home import Home, user_folder

__all__ = ["about_this_computer", "open_log", "redacted", "report"]

FILE = "glassbox.log"
BYTES, KEPT = 200_000, 3


def open_log(home: Home) -> logging.Logger:
    """The logger "lab", writing to the home folder where that is possible."""
    logger = logging.getLogger("lab")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    for old in tuple(logger.handlers):
        logger.removeHandler(old)
        old.close()
    handler: logging.Handler = logging.NullHandler()
    if home.writable:
        handler = _rotated(home.path(FILE))
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    return logger


def _rotated(path: Path) -> logging.Handler:
    """Writes to a file that only its owner may read. What cannot be written (a full disk) is let go silently."""
    from logging.handlers import RotatingFileHandler  # brings sockets along; not before the first paint

    class Handler(RotatingFileHandler):
        def _open(self) -> Any:
            return open(self.baseFilename, self.mode, encoding=self.encoding, opener=_private)

        def handleError(self, record: logging.LogRecord) -> None:
            if not isinstance(sys.exc_info()[1], OSError):
                super().handleError(record)

    return Handler(path, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def redacted(text: str) -> str:
    """The text without the user's name and folders."""
    for secret, stand_in in ((str(user_folder()), "~"), (_user(), "user")):
        if len(secret) > 2:
            text = text.replace(secret, stand_in)
    text = re.sub(r"(?:[A-Za-z]:)?[\\/](?:home|Users|users)[\\/][^\\/\s\"']+", "~", text)
    return re.sub(r"[^\s\"'/\\]+\.(?:glassbox|csv|txt)\b", "(file)", text)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def about_this_computer() -> dict[str, str]:
    """Versions, for About and the report."""
    return {
        "Glassbox": f"{__version__}, commit {commit}" if (commit := stamp().get("commit")) else __version__,
        "Python": platform.python_version() + (" (frozen)" if getattr(sys, "frozen", False) else ""),
        "System": f"{platform.system()} {platform.release()}",
        "Processor": platform.machine(),
    }


def report(home: Home, extra: dict[str, str] | None = None, trace: str = "") -> str:
    """A text for the helpdesk: versions, the last log lines, and an error if there was one."""
    facts = {**about_this_computer(), **(extra or {})}
    lines = [f"{name}: {value}" for name, value in facts.items()]
    data = home.read(FILE)
    log = data.decode("utf-8", "replace").splitlines()[-200:] if data else []
    parts = ["Glassbox report", *lines, "", *([trace, ""] if trace else []), "Log:", *log]
    return redacted("\n".join(parts)) + "\n"
