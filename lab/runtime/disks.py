"""Whether a file will stay. A disk inside this computer does; a share goes with the network and a stick with whoever
pulls it out. Asked before a file is used where it lies instead of being read.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["stays"]

MOUNTS = Path("/proc/self/mountinfo")
INSIDE = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "jfs", "overlay", "tmpfs"})
"""Kinds of file system that lie on a disk of this computer; of those on sticks, and of shares, there are too many."""
PLUGGED_IN = ("/media", "/run/media", "/mnt", "/Volumes")
FIXED_DRIVE = 3  # what Windows calls a disk that is not removable


def stays(path: Path) -> bool:
    """Whether a file lies on a disk inside this computer; False where the system does not tell."""
    try:
        real = path.resolve(strict=True)
        if any(real.is_relative_to(folder) for folder in PLUGGED_IN):
            return False
        return _inside(real)
    except OSError:
        return False


def _inside(path: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(path.anchor)) == FIXED_DRIVE
    return sys.platform == "linux" and _file_system(path, MOUNTS.read_text("utf-8", "replace")) in INSIDE


def _file_system(path: Path, mounts: str) -> str:
    """The kind of the file system that a path lies on, "" if none is named; of two in one place the later counts."""
    found, deepest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5 or not after:
            continue
        folder = Path(_plain(fields[4]))
        if path.is_relative_to(folder) and len(folder.parts) >= deepest:
            found, deepest = kinds[0], len(folder.parts)
    return found


def _plain(name: str) -> str:
    """A folder's name, in which the kernel writes blanks and the like in octal."""
    for code, mark in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        name = name.replace(code, mark)
    return name
