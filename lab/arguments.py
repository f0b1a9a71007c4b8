"""What was asked for on the command line, as one frozen value. Reads words, touches nothing."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from lab.core.records import dataclass
from lab.runtime.files import is_file

__all__ = ["Call", "UsageError", "parse"]


class UsageError(ValueError):
    """Bad input: one line that names what and where."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the program."""

    command: str = ""  # "" opens the window
    ids: tuple[str, ...] = ()
    target: str = ""  # a file or link to open
    preset: str = ""
    breaking: str = ""
    challenge: str = ""
    solved: bool = False  # the challenge's solution instead of how it begins
    values: tuple[tuple[str, str], ...] = ()
    seed: int | None = None
    steps: int | None = None
    json: bool = False
    everybody: bool = False  # a pack for all on this computer
    size: tuple[int, int] = (1366, 768)
    out: str = ""
    theme: str = ""
    language: str = ""
    text_size: int = 0
    data: str = ""
    classroom: str = ""
    fresh: bool = False


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see --help)")


def parse(words: Sequence[str]) -> Call:
    """Read the words of a call. Raises UsageError; --help and --version print and exit."""
    from lab import __version__

    common = _common_options()
    parser = _Parser("glassbox", parents=[common], description="A desktop laboratory to see machine learning happen.")
    parser.add_argument("--version", action="version", version=f"Glassbox {__version__}")
    words = list(words)
    command = next((i for i, word in enumerate(words) if word in _SUBS and not _is_value(words, i)), None)
    if command is None:
        parser.add_argument("target", nargs="?", default="", help="a .glassbox file or a lab: link")
        parser.add_argument("--fresh", action="store_true", help="do not ask about the last session")
        parser.epilog = "Commands: list, run ID, shot [ID…] --out PATH, check [ID…], bench, packs; each has a --help."
        found = parser.parse_args(words)
        return Call(target=found.target, fresh=found.fresh, **_common(found))
    sub = _Parser(f"glassbox {words[command]}", parents=[_common_options()])
    _SUBS[words[command]](sub)
    found = sub.parse_args([*words[:command], *words[command + 1 :]])
    return Call(command=words[command], **_common(found), **_own(found))


def _is_value(words: list[str], i: int) -> bool:
    """True when the word is the value of the option before it."""
    return i > 0 and words[i - 1] in ("--theme", "--lang", "--text-size", "--data", "--classroom")


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--theme", choices=("light", "dark"), default="")
    common.add_argument("--lang", default="", metavar="L", help="language, e.g. de; qps is a pseudo-language")
    common.add_argument("--text-size", type=int, default=0, metavar="PERCENT", help="90 to 200")
    common.add_argument("--data", default="", metavar="DIR", help="where the learner's files are (also GLASSBOX_HOME)")
    common.add_argument("--classroom", default="", metavar="FILE", help="a classroom file, see the README")
    return common


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs=1, metavar="ID")
    _state_options(parser)
    parser.add_argument("--json", action="store_true")


def _shot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID")
    _state_options(parser)
    parser.add_argument("--size", default="1366x768", metavar="WxH")
    parser.add_argument("--out", required=True, metavar="PATH")


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID")


def _packs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="add FILE | remove ID", help="nothing lists the packs")
    parser.add_argument("--everybody", action="store_true", help="for all on this computer, not only for you")


def _state_options(parser: argparse.ArgumentParser) -> None:
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--preset", default="", metavar="P")
    start.add_argument("--break", default="", metavar="B", dest="breaking", help="one of its failures on purpose")
    start.add_argument("--challenge", default="", metavar="C", help="how one of its challenges begins")
    parser.add_argument("--solution", action="store_true", dest="solved", help="one way to meet the challenge")
    parser.add_argument("--set", action="append", default=[], metavar="name=value", dest="values")
    parser.add_argument("--seed", default=None, metavar="N")
    parser.add_argument("--steps", default=None, metavar="N")


_SUBS = {"list": _list, "run": _run, "shot": _shot, "check": _check, "bench": _list, "packs": _packs}


def _common(found: argparse.Namespace) -> dict[str, Any]:
    if found.text_size and not 90 <= found.text_size <= 200:
        raise UsageError(f"--text-size: must lie between 90 and 200, got {found.text_size}")
    if found.lang:
        from lab.core.text import language

        try:
            language(found.lang)
        except ValueError as error:
            raise UsageError(f"--lang: {error}") from None
    if found.classroom and not is_file(Path(found.classroom)):
        raise UsageError(f"--classroom: there is no file {found.classroom}, or it may not be read")
    return {
        "theme": found.theme,
        "language": found.lang,
        "text_size": found.text_size,
        "data": found.data or os.environ.get("GLASSBOX_HOME", ""),
        "classroom": found.classroom,
    }


def _own(found: argparse.Namespace) -> dict[str, Any]:
    own: dict[str, Any] = {"json": getattr(found, "json", False), "ids": tuple(getattr(found, "ids", ()))}
    own["everybody"] = getattr(found, "everybody", False)
    if hasattr(found, "values"):
        own["values"] = tuple(_pair(text) for text in found.values)
        own |= {name: getattr(found, name) for name in ("preset", "breaking", "challenge", "solved")}
        if found.solved and not found.challenge:
            raise UsageError("--solution: needs --challenge C")
        own["seed"] = _whole("--seed", found.seed, 2**32)
        own["steps"] = _whole("--steps", found.steps, 10**7)
    if hasattr(found, "out"):
        own["out"] = found.out
        own["size"] = _size(found.size)
    return own


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--set: must look like name=value, got '{text}'")
    return name, value


def _whole(option: str, text: str | None, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= most):
        raise UsageError(f"{option}: must be a whole number from 0 to {most}, got '{text}'")
    return int(text)


def _size(text: str) -> tuple[int, int]:
    width, x, height = text.lower().partition("x")
    numbers = all(side.isdecimal() and len(side) < 6 for side in (width, height))
    if not (x and numbers and 320 <= int(width) <= 7680 and 240 <= int(height) <= 4320):
        raise UsageError(f"--size: must look like 1366x768 (320x240 to 7680x4320), got '{text}'")
    return int(width), int(height)
