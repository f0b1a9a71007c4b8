"""The slow part of .ci/run: when it is taken, and how the README is tried."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]


@pytest.fixture
def ci(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = script("ci_bundle")
    monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(module, "RECORD", tmp_path / "tried.json")
    monkeypatch.setattr(module.debian, "reason_against", lambda: "")
    return module


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The steps that were taken; the one called "fails" fails."""
    steps: list[list[str]] = []

    def run(words: list[str], **_settings: object) -> subprocess.CompletedProcess[bytes]:
        steps.append(words[1:])
        return subprocess.CompletedProcess(words, 1 if "fails" in words else 0)

    monkeypatch.setattr(subprocess, "run", run)
    return steps


def test_what_passed_is_not_tried_again_until_it_changes(ci: ModuleType, taken: list[list[str]]) -> None:
    assert ci.part("readme", "one", [["try"]], always=False) == 0
    assert ci.part("readme", "one", [["try"]], always=False) == 0
    assert taken == [["try"]]
    assert ci.part("readme", "two", [["try"]], always=False) == 0
    assert ci.part("readme", "two", [["try"]], always=True) == 0
    assert len(taken) == 3


def test_what_passed_elsewhere_and_is_recorded_is_not_tried_until_it_changes(
    ci: ModuleType, taken: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ci.part("readme", "one", [["try"]], always=False) == 0
    ci.record({"readme": "one", "bundle": "never tried"})
    assert ci.recorded() == {"readme": "one"}
    monkeypatch.setattr(ci, "CACHE", ci.CACHE / "another machine")
    assert ci.part("readme", "one", [["try"]], always=False) == 0
    assert len(taken) == 1
    assert ci.part("readme", "two", [["try"]], always=False) == 0
    assert ci.part("readme", "one", [["try"]], always=True) == 0
    assert ci.part("bundle", "never tried", [["try"]], always=True) == 0
    assert len(taken) == 4


def test_what_failed_is_tried_again(ci: ModuleType, taken: list[list[str]]) -> None:
    assert ci.part("readme", "one", [["fails"], ["never"]], always=False) == 1
    assert ci.part("readme", "one", [["fails"], ["never"]], always=False) == 1
    assert taken == [["fails"], ["fails"]]


def test_where_no_root_can_be_made_it_says_so_and_remembers_nothing(
    ci: ModuleType, taken: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ci.debian, "reason_against", lambda: "making a Debian root needs root")
    assert ci.part("readme", "one", [["try"]], always=False) == 0
    assert "readme: not tried, making a Debian root needs root" in capsys.readouterr().out
    assert taken == [] and not ci.CACHE.exists()


@pytest.mark.parametrize(
    ("reason", "wrong", "status", "said"),
    [
        ("", ["bookworm"], 1, "bundle: FAILED bookworm: no window\n"),
        ("", ["bookworm", "trixie"], 1, "bundle: FAILED bookworm: no window\nbundle: FAILED trixie: no window\n"),
        ("", [], 0, ""),
        ("there is no chroot", ["bookworm"], 0, "bundle: not tried, there is no chroot\n"),
    ],
)
def test_what_is_wrong_in_a_root_is_said_and_fails(
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reason: str,
    wrong: list[str],
    status: int,
    said: str,
) -> None:
    debian = script("debian")
    monkeypatch.setattr(debian, "reason_against", lambda: reason)
    found = debian.tried_in(
        ("bookworm", "trixie"), "bundle", lambda suite: f"{suite}: no window" if suite in wrong else ""
    )
    assert (found, capsys.readouterr().err) == (status, said)


def test_a_folder_of_a_root_is_emptied(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    debian = script("debian")
    monkeypatch.setattr(debian, "ROOTS", tmp_path)
    inside = tmp_path / "bare" / "opt" / "lab"
    inside.mkdir(parents=True)
    (inside / "old").write_text("")
    assert debian.Root("trixie", "bare").emptied("/opt/lab") == inside and not inside.exists()
    assert debian.Root("trixie", "bare").emptied("/opt/none") == tmp_path / "bare" / "opt" / "none"


def test_the_readme_is_tried_with_exactly_its_own_line(script: Script) -> None:
    assert script("try_readme").apt_line() == script("../run").APT.removeprefix("sudo ")


def test_the_colours_of_a_screen_are_counted(script: Script) -> None:
    head = [0] * 25
    head[0], head[19] = 100, 2  # the header is 100 bytes long, the colour map has two entries of 12
    dump = struct.pack(">25I", *head) + b"\7" * 24
    assert script("try_readme").colours(dump + b"\1\2\3\0" * 700) == 1
    assert script("try_readme").colours(dump + b"".join(bytes((i % 90, 0, 0, 0)) for i in range(6300))) == 90
