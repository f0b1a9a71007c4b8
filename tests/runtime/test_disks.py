"""What may be used where it lies, and what has to be read because it may vanish."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab.engine.pretrained.llama_int8 import convert
from lab.runtime import disks, packs
from lab.runtime.disks import stays
from tests.engine.pretrained_files import tiny_gguf

ROOT = Path(__file__).resolve().parents[2]
MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - {root} /dev/sda1 rw
30 21 0:44 / {home} rw,nosuid - {kind} server:/home rw
31 21 0:45 / {home}/in\\040side rw - ext4 /dev/sda2 rw
damaged line
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home" / "packs"
    folder.mkdir(parents=True)
    monkeypatch.setenv("GLASSBOX_HOME", str(folder.parent))
    monkeypatch.setattr(packs, "_shared_folders", lambda: (tmp_path / "all" / "packs",))
    return folder


def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, root: str = "ext4") -> None:
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS.format(root=root, home=(tmp_path / "home").resolve(), kind=kind))
    monkeypatch.setattr(disks, "MOUNTS", table)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the mounts as Linux lists them")
@pytest.mark.parametrize(
    ("kind", "inside"), [("ext4", True), ("btrfs", True), ("nfs4", False), ("cifs", False), ("vfat", False)]
)
def test_a_disk_of_this_computer_stays_and_a_share_or_a_stick_may_not(tmp_path, monkeypatch, home, kind, inside):
    pack = home / "pack"
    pack.write_bytes(b"x")
    mounted(tmp_path, monkeypatch, kind)
    assert stays(pack) is packs.may_be_mapped(pack) is inside
    deeper = home.parent / "in side" / "pack"
    deeper.parent.mkdir()
    deeper.write_bytes(b"x")
    assert stays(deeper)  # a local disk mounted below a share


def test_what_cannot_be_looked_up_is_not_said_to_stay(tmp_path, monkeypatch):
    (tmp_path / "pack").write_bytes(b"x")
    monkeypatch.setattr(disks, "MOUNTS", tmp_path / "gone")
    assert not stays(tmp_path / "pack") and not stays(tmp_path / "no such file")
    monkeypatch.setattr(disks, "PLUGGED_IN", (str(tmp_path.resolve()),))
    mounted(tmp_path, monkeypatch, "ext4")
    assert not stays(tmp_path / "pack")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the mounts as Linux lists them")
def test_only_packs_in_the_learners_own_folder_are_mapped(tmp_path, monkeypatch, home):
    mounted(tmp_path, monkeypatch, "ext4")
    elsewhere = tmp_path / "all" / "packs" / "pack"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(b"x")
    (home / "link").symlink_to(elsewhere)
    (home / "own").write_bytes(b"x")
    assert packs.may_be_mapped(home / "own")
    assert not packs.may_be_mapped(elsewhere) and not packs.may_be_mapped(home / "link")


TRUNCATED = """\
import os, sys
from pathlib import Path
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.runtime import packs

path = Path(sys.argv[1])
stored = Int8Llama(path, packs.may_be_mapped(path))
llama = Llama(stored.config, stored.weights, 64)
before = llama.step(1).copy()
os.truncate(path, 0)
llama.reset()
after = llama.step(1)
assert (before == after).all() and stored.vocabulary().tokens
print("still here")
"""


def test_a_pack_on_a_share_that_is_cut_short_under_a_model_does_not_end_the_program(tmp_path, home):
    pack = tmp_path / "all" / "packs" / packs.pack("smollm2").file
    pack.parent.mkdir(parents=True)
    assert convert(tiny_gguf(tmp_path / "tiny.gguf"), pack)
    assert packs.find("smollm2") == pack
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", TRUNCATED, str(pack)], capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr}"
    assert done.stdout == "still here\n"
