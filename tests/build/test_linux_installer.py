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


OWN = {
    "classroom.ini": "[classroom]\nlock_settings = yes\n",
    "packs/a model.safetensors": "weights",
    "_internal/hook of the school.txt": "theirs",
    "notes/for the substitute.txt": "Tuesday",
}
"""What a teacher put beside the program."""


def furnish(folder: Path) -> None:
    for name, text in OWN.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if not (folder / "packs" / "link").is_symlink():
        (folder / "packs" / "link").symlink_to("a model.safetensors")
    (folder / "for later").mkdir(exist_ok=True)


def is_furnished(folder: Path) -> bool:
    texts = all((folder / name).read_text() == text for name, text in OWN.items())
    return texts and (folder / "packs/link").is_symlink() and (folder / "for later").is_dir()


def of_old_version(target: Path) -> None:
    """Make an installation one of an older version, with a file that the new one no longer has."""
    (target / "glassbox").write_text("#!/bin/sh\necho old\n")
    (target / "_internal/gone.so").write_text("old")
    listed = target / "installed.txt"
    listed.write_text("\n".join(sorted([*listed.read_text().splitlines(), "./_internal/gone.so"])) + "\n")


def version(target: Path) -> str:
    return subprocess.run([target / "glassbox"], capture_output=True, text=True).stdout.strip()


def shims(folder: Path, script: str, *tools: str) -> dict[str, str]:
    """An environment in which some tools are replaced by a script; $real is the tool itself."""
    folder.mkdir()
    for tool in tools:
        (folder / tool).write_text(f"#!/bin/sh\nreal={shutil.which(tool)}\n{script}\n")
        (folder / tool).chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PREFIX": str(folder.parent / "prefix")}


EXCHANGES = sys.platform == "linux" and b"--exchange" in subprocess.run(["mv", "--help"], capture_output=True).stdout
NO_EXCHANGE = '[ "$1" = --exchange ] && exit 1'  # as in coreutils before 9.5


def test_an_upgrade_keeps_what_is_not_ours_and_nothing_of_the_old_version(installer: Path, tmp_path: Path) -> None:
    target = tmp_path / "l ä b"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    of_old_version(target)
    furnish(target)
    done = run(["sh", str(installer), "--target", f"{target}/"], tmp_path / "prefix")
    assert done.returncode == 0, done.stderr
    assert version(target) == "started"
    assert is_furnished(target)
    assert not (target / "_internal/gone.so").exists()
    assert sorted(path.name for path in tmp_path.glob("*l ä b*")) == ["l ä b"]


def test_an_upgrade_of_an_installation_without_a_list_keeps_what_is_not_ours(installer: Path, tmp_path: Path) -> None:
    target = tmp_path / "lab"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    of_old_version(target)
    furnish(target)
    (target / "installed.txt").unlink()
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    assert version(target) == "started"
    assert not (target / "_internal/gone.so").exists()
    kept = [name for name in OWN if not name.startswith("_internal")]  # inside it, ours cannot be told from theirs
    assert [name for name in kept if (target / name).read_text() == OWN[name]] == kept


def test_a_pack_that_came_with_the_old_version_stays(installer: Path, tmp_path: Path) -> None:
    target = tmp_path / "lab"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    (target / "packs").mkdir()
    (target / "packs/model").write_text("weights")
    listed = target / "installed.txt"
    listed.write_text("\n".join(sorted([*listed.read_text().splitlines(), "./packs/model"])) + "\n")
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    assert (target / "packs/model").read_text() == "weights"


def test_what_the_new_version_brings_too_is_kept_beside_it(installer: Path, tmp_path: Path) -> None:
    target = tmp_path / "lab"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    listed = target / "installed.txt"
    listed.write_text(listed.read_text().replace("./share/glassbox.svg\n", ""))
    (target / "share/glassbox.svg").write_text("a drawing of mine")
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    assert (target / "share/glassbox.svg.kept").read_text() == "a drawing of mine"
    assert "<svg" in (target / "share/glassbox.svg").read_text("utf-8")


def test_an_upgrade_through_a_link_upgrades_the_folder_it_leads_to(installer: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "real", tmp_path / "link"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    of_old_version(target)
    furnish(target)
    link.symlink_to(target)
    run(["sh", str(installer), "--target", str(link)], tmp_path / "prefix")
    assert link.is_symlink() and version(target) == "started" and is_furnished(target)


@pytest.mark.parametrize("tool", ["tar", "find", "sort", "comm", "cp", "mkdir", "mv"])
def test_an_upgrade_that_fails_leaves_the_old_version_as_it_was(installer: Path, tmp_path: Path, tool: str) -> None:
    target = tmp_path / "lab"
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    of_old_version(target)
    furnish(target)
    settings = shims(tmp_path / "shims", "exit 1", tool)
    done = subprocess.run(["sh", installer, "--target", target], capture_output=True, text=True, env=settings)
    assert done.returncode != 0
    assert version(target) == "old" and is_furnished(target)
    assert sorted(path.name for path in tmp_path.glob("*lab*")) == ["lab"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("swap", ["", NO_EXCHANGE], ids=["exchange", "two renames"])
@pytest.mark.parametrize("signal", ["KILL", "TERM"])
def test_an_upgrade_cut_off_at_any_step_is_never_half_done(
    installer: Path, tmp_path: Path, when: str, swap: str, signal: str
) -> None:
    """The script is ended before or after each of its commands in turn. There is the old version or the new one; and
    where `kill -9` came between two renames, the next start of the installer finds the old one."""
    count, target = tmp_path / "count", tmp_path / "lab"
    cut = f"read n <{count}; n=$((n - 1)); echo $n >{count}; [ $n = 0 ] && kill -{signal} $PPID"
    steps = {
        "before": f'{cut} && exit 1; {swap or ":"}; exec $real "$@"',
        "after": f'{swap or ":"}; $real "$@"; status=$?; {cut}; exit $status',
    }
    settings = shims(tmp_path / "shims", steps[when], "tar", "comm", "cp", "cat", "mv", "rm", "mkdir")
    run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
    cut_off = 0
    for step in range(1, 60):
        of_old_version(target)
        furnish(target)
        count.write_text(str(step))
        done = subprocess.run(["sh", installer, "--target", target], capture_output=True, text=True, env=settings)
        if done.returncode == 0:
            break
        cut_off += 1
        if not target.exists():  # between the two renames
            assert signal == "KILL" and (swap or not EXCHANGES)
            parked = tmp_path / ".lab.upgrade-old"
            assert version(parked) == "old" and is_furnished(parked)
        else:
            assert version(target) in ("old", "started") and is_furnished(target), step
        again = run(["sh", str(installer), "--target", str(target)], tmp_path / "prefix")
        assert again.returncode == 0, again.stderr
        assert version(target) == "started" and is_furnished(target), step
        assert sorted(path.name for path in tmp_path.glob("*lab*")) == ["lab"]
    assert 8 < cut_off < 59


def test_the_desktop_files_are_valid(script: Script, tmp_path: Path) -> None:
    import xml.etree.ElementTree as xml

    wrap = script("wrap_linux")
    metainfo = xml.fromstring(wrap.filled("metainfo.xml", VERSION="1.2.3", DATE="2026-01-02"))
    assert metainfo.findtext("launchable") == "glassbox.desktop"
    assert metainfo.find("releases/release").get("version") == "1.2.3"  # type: ignore[union-attr]
    mime = xml.fromstring(wrap.filled("glassbox-mime.xml"))
    assert mime.find(".//{*}glob").get("pattern") == "*.glassbox"  # type: ignore[union-attr]
