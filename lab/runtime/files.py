"""Files that are never half written.

A new text goes into a file beside the old one, reaches the disk, and then takes the old one's name in one
step. Whatever happens in between (a full disk, a pulled plug, a kill), either the old file is there or the
new one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from pathlib import Path

from lab.core.text import _

__all__ = ["is_file", "is_folder", "make_folder", "read_capped", "reason", "sweep", "write_atomically"]

SUFFIX = ".part"
CRUMB_AGE = 3600.0  # seconds: no file takes that long to write, so its writer was killed


def write_atomically(path: Path, data: bytes, private: bool = False) -> None:
    """Write `data` to `path`, whole or not at all. Raises OSError; the old file is untouched then.

    private: nobody but the owner may read it, whatever was allowed for the old one.
    """
    import tempfile  # here: nothing is written before the home page is painted

    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # what mkstemp made is the owner's alone
            with contextlib.suppress(OSError):
                Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into. Raises OSError. One that is there stays as it is."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left behind in a folder. Never raises."""
    with contextlib.suppress(OSError):
        for crumb in folder.glob(f".*-*{SUFFIX}"):
            if abs(time.time() - crumb.stat().st_mtime) > CRUMB_AGE:
                crumb.unlink()


def is_file(path: Path) -> bool:
    """Whether a file can be seen there. False, too, where one may not look."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder can be seen there. False, too, where one may not look."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_capped(path: Path, most: int) -> bytes:
    """The bytes of a file. Raises OSError, or ValueError when it is larger than `most` bytes."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        limit = most // 2**20
        raise ValueError(_("{name} is larger than {limit} MB.").format(name=path.name, limit=limit))
    return data


def reason(error: OSError, reading: bool = False) -> str:
    """Why a file could not be written, or read, in words."""
    forbidden = _("you may not read it") if reading else _("you may not write there")
    known = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("your disk quota is used up"),
        errno.EACCES: forbidden,
        errno.EPERM: forbidden,
        errno.EROFS: _("the folder is read-only"),
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENOTDIR: _("a file lies where a folder should be"),
        errno.EISDIR: _("a folder lies where a file should be"),
        errno.EFBIG: _("files may not become that large here"),
        errno.EIO: _("the disk has an error"),
        errno.ENAMETOOLONG: _("the name is too long"),
    }
    return known.get(error.errno or 0, error.strerror or str(error))
