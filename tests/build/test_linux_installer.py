"""The self-extracting installer and what it registers: paths with spaces, damage, other people's folders, removal."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Script = Callable[[str], ModuleType]
ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "build" / "linux"

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("xz") is None or shutil.which("tar") is None, reason="for Linux, with xz"
)


@pytest.fixture
def installer(script: Script, tmp_path: Path) -> Path:
    """A .run of a bundle in which the program is a line of shell."""
    archive = tmp_path / "bundle.tar.xz"
    files = {
        "glassbox": b'#!/bin/sh\necho started "$@"\n',
        "_internal/assets/build.json": b"{}",
        "install.sh": (LINUX / "install.sh").read_bytes(),
        "share/glassbox.desktop": (LINUX / "glassbox.desktop").read_bytes(),
        "share/glassbox-mime.xml": (LINUX / "glassbox-mime.xml").read_bytes(),
        "share/glassbox.svg": (ROOT / "assets/icons/glassbox.svg").read_bytes(),
    }
    with tarfile.open(archive, "w:xz") as packed:
        for name, content in files.items():
            member = tarfile.TarInfo(f"glassbox-1/{name}")
            member.size, member.mode = len(content), 0o755
            packed.addfile(member, io.BytesIO(content))
    made: Path = script("wrap_linux").run(archive, tmp_path / "glassbox.run", "1.2.3")
    return made


def run(command: list[str], prefix: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PREFIX": str(prefix)})


def test_it_installs_into_a_path_with_spaces_and_umlauts_and_leaves_nothing(installer: Path, tmp_path: Path) -> None:
    target, prefix = tmp_path / "Ünï cødé $dir" / "lab", tmp_path / "prefix"
    done = run(["sh", str(installer), "--target", str(target)], prefix)
    assert done.returncode == 0, done.stderr
    entry = (prefix / "share/applications/glassbox.desktop").read_text("utf-8")
    assert "MimeType=application/x-glassbox;x-scheme-handler/lab;" in entry
    line = next(line for line in entry.splitlines() if line.startswith("Exec="))
    assert line.endswith('/lab/glassbox" %u') and "Ünï cødé \\\\$dir" in line
    started = subprocess.run([prefix / "bin/glassbox", "a b"], capture_output=True, text=True)
    assert started.stdout == "started a b\n"
    if shutil.which("desktop-file-validate"):
        subprocess.run(["desktop-file-validate", prefix / "share/applications/glassbox.desktop"], check=True)
    run([str(target / "install.sh"), "--remove"], prefix)
    left = [path.name for path in prefix.rglob("*") if "glassbox" in path.name]
    assert left == []


def test_a_damaged_file_installs_nothing(installer: Path, tmp_path: Path) -> None:
    content = bytearray(installer.read_bytes())
    content[-20] ^= 1
    installer.write_bytes(content)
    done = run(["sh", str(installer), "--target", str(tmp_path / "lab")], tmp_path / "prefix")
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not (tmp_path / "lab").exists()


def test_a_folder_that_is_not_ours_is_never_replaced(installer: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "glassbox").write_text("a letter")
    done = run(["sh", str(installer), "--target", str(folder)], tmp_path / "prefix")
    assert done.returncode == 1
    assert (folder / "glassbox").read_text() == "a letter"


def test_a_second_installation_replaces_the_first_quietly(installer: Path, tmp_path: Path) -> None:
    target, prefix = tmp_path / "lab", tmp_path / "prefix"
    for _round in range(2):
        done = run(["sh", str(installer), "--quiet", "--target", str(target)], prefix)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert [path.name for path in tmp_path.glob("lab*")] == ["lab"]


def test_the_desktop_files_are_valid(script: Script, tmp_path: Path) -> None:
    import xml.etree.ElementTree as xml

    wrap = script("wrap_linux")
    metainfo = xml.fromstring(wrap.filled("metainfo.xml", VERSION="1.2.3", DATE="2026-01-02"))
    assert metainfo.findtext("launchable") == "glassbox.desktop"
    assert metainfo.find("releases/release").get("version") == "1.2.3"  # type: ignore[union-attr]
    mime = xml.fromstring(wrap.filled("glassbox-mime.xml"))
    assert mime.find(".//{*}glob").get("pattern") == "*.glassbox"  # type: ignore[union-attr]
