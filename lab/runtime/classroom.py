"""The classroom file: how a teacher sets up every computer of a room at once.

A small INI file given with --classroom, or lying beside the program or in the machine-wide configuration
folder; the first one found is used, and About shows which.

    [classroom]
    start = gradient-descent
    allowed = gradient-descent, linear-regression
    theme = light
    text_size = 125        ; from a semicolon on it is a remark
    lock_settings = yes
    code_cells = no
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from lab.core.records import dataclass
from lab.runtime.files import read_capped, reason

__all__ = ["KEYS", "Classroom", "ClassroomError", "find_classroom", "read_classroom"]

NAME, MOST = "classroom.ini", 100_000
YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


class ClassroomError(ValueError):
    """A classroom file that cannot be used; the text names the file and the line or key."""


@dataclass(frozen=True, slots=True)
class Classroom:
    """What a classroom file may decide. Empty values decide nothing."""

    start: str = ""
    allowed: tuple[str, ...] = ()
    language: str = ""
    theme: str = ""
    text_size: int = 0
    lock_settings: bool = False
    save_folder: str = ""
    hide_answers: bool = False
    code_cells: bool = True
    csv_import: bool = True
    restore: bool = True
    file: str = ""  # where it was read
    unread: str = ""  # why a file of this room could not be read, so that it decides nothing


KEYS = tuple(name for name in Classroom.__dataclass_fields__ if name not in ("file", "unread"))
"""What can be set in a classroom file."""


def read_classroom(path: Path) -> Classroom:
    """Read one file. Raises ClassroomError naming what is wrong."""
    try:
        return _parsed(path, read_capped(path, MOST))
    except OSError as error:
        raise ClassroomError(f"{path}: {reason(error, reading=True)}") from None
    except ClassroomError:
        raise
    except ValueError as error:
        raise ClassroomError(f"{path}: {error}") from None


def _parsed(path: Path, data: bytes) -> Classroom:
    import configparser

    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    try:
        parser.read_string(data.decode("utf-8-sig"), source=path.name)
        items = dict(parser["classroom"]) if "classroom" in parser else {}
    except (configparser.Error, UnicodeDecodeError, ValueError) as error:
        raise ClassroomError(f"{path}: {' '.join(str(error).split())}") from None
    return Classroom(**{key: _value(path, key, text) for key, text in items.items()}, file=str(path))  # type: ignore[arg-type]


def _value(path: Path, key: str, text: str) -> object:
    if key not in KEYS:
        raise ClassroomError(f"{path}: there is no setting '{key}'; there is {', '.join(KEYS)}")
    default = Classroom.__dataclass_fields__[key].default
    if isinstance(default, bool):
        word = text.strip().lower()
        if word not in (*YES, *NO):
            raise ClassroomError(f"{path}: {key} must be yes or no, got '{text}'")
        return word in YES
    if isinstance(default, int):
        digits = text.strip()
        if not digits.isdecimal() or len(digits) > 9 or not 90 <= int(digits) <= 200:
            raise ClassroomError(f"{path}: {key} must be a whole number from 90 to 200, got '{text}'")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())
    if key == "theme" and text.strip() not in ("light", "dark", "system"):
        raise ClassroomError(f"{path}: theme must be light, dark or system, got '{text}'")
    return text.strip()


def find_classroom(program: Path) -> Classroom | None:
    """The file beside the program, or the machine-wide one; None where there is neither.

    One that may not be read decides nothing, and `unread` says so: a room whose files are shut away must still
    be able to open the lab. Raises ClassroomError for one that can be read and not be used.
    """
    machine = Path(os.environ.get("PROGRAMDATA", "/etc")) / ("Glassbox" if sys.platform == "win32" else "glassbox")
    if sys.platform == "darwin":
        machine = Path("/Library/Application Support/Glassbox")
    unread = ""
    for path in (program / NAME, machine / NAME):
        try:
            found = read_capped(path, MOST)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            unread = unread or f"{path}: {reason(error, reading=True)}"
        except ValueError as error:
            raise ClassroomError(f"{path}: {error}") from None
        else:
            return replace(_parsed(path, found), unread=unread)
    return Classroom(unread=unread) if unread else None
