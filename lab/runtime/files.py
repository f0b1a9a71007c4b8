"""Files that are never half written.

A new text goes into a file beside the old one, reaches the disk, and then takes the old one's name in one
step. Whatever happens in between (a full disk, a pulled plug, a kill), either the old file is there or the
new one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from lab.core.text import _

__all__ = ["read_capped", "reason", "write_atomically"]


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all. Raises OSError; the old file is untouched then."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(OSError):
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


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


def reason(error: OSError) -> str:
    """Why a file could not be read or written, in words."""
    known = {
        errno.ENOSPC: _("the disk is full"),
        errno.EDQUOT: _("your disk quota is used up"),
        errno.EACCES: _("you may not write there"),
        errno.EPERM: _("you may not write there"),
        errno.EROFS: _("the folder is read-only"),
        errno.ENOENT: _("there is no such file or folder"),
        errno.ENAMETOOLONG: _("the name is too long"),
    }
    return known.get(error.errno or 0, error.strerror or str(error))
