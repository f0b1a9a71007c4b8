#!/usr/bin/env python3
"""Wrap the Linux bundle: dist/glassbox becomes what people download.

    python build/wrap_linux.py [--only deb,tar,run,appimage] [--suffix -full] [--level 1 to 9]

    glassbox_VERSION_amd64.deb          apt install ./FILE; removes cleanly
    glassbox-VERSION-linux-x86_64.tar.xz    unpack anywhere, run glassbox; install.sh adds it to the menu
    glassbox-VERSION-linux-x86_64.run       the same, unpacking itself: sh FILE
    glassbox-VERSION-x86_64.AppImage    only where `appimagetool` is installed (public CI); no registry carries it

Needs dpkg-deb for the .deb and xz for the others. Files belong to root and carry the date of the commit, so the
same bundle gives the same archive.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST, WORK, HERE = ROOT / "dist", ROOT / ".work" / "wrap", ROOT / "build" / "linux"
BUNDLE = DIST / "glassbox"
ICON = ROOT / "assets" / "icons" / "glassbox.svg"
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}
KINDS = ("tar", "run", "deb", "appimage")

CONTROL = """\
Package: glassbox
Version: {version}
Architecture: {architecture}
Maintainer: The Glassbox authors <glassbox@localhost>
Installed-Size: {kilobytes}
Depends: libc6 (>= {glibc}), libgl1, libegl1, libx11-6, libxcb1, libwayland-client0, libwayland-cursor0
Recommends: xdg-desktop-portal, xdg-utils
Section: education
Priority: optional
Description: laboratory where people see machine learning happen
 Drag a slider, paint some points, break something on purpose, and understand.
 Everything on screen is computed, nothing is scripted. Lessons stand beside the
 experiments. It works offline, and nothing ever leaves the computer.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(KINDS), metavar="KINDS", help="some of " + ", ".join(KINDS))
    parser.add_argument("--suffix", default="", help="put behind the version in file names, e.g. -full")
    parser.add_argument("--level", type=int, choices=range(1, 10), default=9, help="how hard to press; 1 for a trial")
    wanted = parser.parse_args()
    if not BUNDLE.is_dir():
        sys.exit("wrap: there is no dist/glassbox; run build/freeze.py first")
    os.umask(0o022)
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    version = stamp()["version"]
    name = f"glassbox-{version}{wanted.suffix}-linux-{platform.machine()}"
    kinds = wanted.only.split(",")
    made = []
    if "tar" in kinds or "run" in kinds:
        archive = tar(DIST / f"{name}.tar.xz", name, wanted.level)
        made += [archive]
        if "run" in kinds:
            made += [run(archive, DIST / f"{name}.run", version)]
    if "deb" in kinds:
        made += [deb(version, wanted.suffix, wanted.level)]
    if "appimage" in kinds:
        made += appimage(version, wanted.suffix)
    for path in made:
        print(f"wrap: {path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def stamp() -> dict[str, str]:
    found: dict[str, str] = json.loads((BUNDLE / "_internal" / "assets" / "build.json").read_text("utf-8"))
    return found


def date() -> int:
    """Seconds of the last commit, or of now where git cannot say."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    requested = subprocess.run(["git", "-C", str(ROOT), "log", "-1", "--format=%ct"], capture_output=True, text=True)
    return int(requested.stdout) if requested.returncode == 0 else int(time.time())


def filled(name: str, **words: str) -> str:
    """A template of build/linux with its @WORDS@ filled in."""
    text = (HERE / name).read_text("utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


# ------------------------------------------------------------------------------------------ .tar.xz and .run


def tar(path: Path, top: str, level: int) -> Path:
    """The bundle with what registers it, in one archive below one folder."""
    extra = {HERE / "install.sh": "install.sh", ROOT / "LICENSE": "LICENSE", ICON: "share/glassbox.svg"}
    extra |= {HERE / name: f"share/{name}" for name in ("glassbox.desktop", "glassbox-mime.xml")}
    when = date()

    def owned(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = when
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with path.open("wb") as out:
        xz = subprocess.Popen(["xz", f"-{level}", "--threads=1", "-c"], stdin=subprocess.PIPE, stdout=out)
        assert xz.stdin is not None
        with tarfile.open(fileobj=xz.stdin, mode="w|", format=tarfile.GNU_FORMAT) as archive:
            for source in sorted(BUNDLE.rglob("*")):
                archive.add(source, f"{top}/{source.relative_to(BUNDLE)}", recursive=False, filter=owned)
            for source, name in extra.items():
                archive.add(source, f"{top}/{name}", filter=owned)
        xz.stdin.close()
        if xz.wait():
            sys.exit("wrap: xz failed")
    return path


def run(archive: Path, path: Path, version: str) -> Path:
    """A script with the archive behind it."""
    content = archive.read_bytes()
    lines = len((HERE / "header.sh").read_text("utf-8").splitlines())
    header = filled("header.sh", VERSION=version, LINES=str(lines), SHA256=hashlib.sha256(content).hexdigest())
    path.write_bytes(header.encode() + content)
    path.chmod(0o755)
    return path


# ---------------------------------------------------------------------------------------------------- .deb


def deb(version: str, suffix: str, level: int) -> Path:
    """A Debian package that needs no scripts: the desktop's own triggers notice the new files."""
    tree = WORK / "deb"
    system_tree(tree / "usr", version)
    documents = tree / "usr" / "share" / "doc" / "glassbox"
    documents.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", documents / "copyright")
    with (documents / "copyright").open("a", encoding="utf-8") as file:
        file.write("\nWhat comes with it, each under its own licence: see About Glassbox in the program, and\n")
        file.write("/usr/lib/glassbox/_internal/assets/licences.\n")
    changes = gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=date())
    (documents / "changelog.gz").write_bytes(changes)
    architecture = MACHINE.get(platform.machine(), platform.machine())
    size = sum(file.lstat().st_size for file in tree.rglob("*") if not file.is_dir()) // 1024
    control = CONTROL.format(version=version, architecture=architecture, kilobytes=size, glibc=glibc())
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN" / "control").write_text(control, "utf-8")
    for part in (tree, *tree.rglob("*")):
        if not part.is_symlink():
            part.chmod(0o755 if part.is_dir() or part.stat().st_mode & 0o100 else 0o644)
    path = DIST / f"glassbox{suffix}_{version}_{architecture}.deb"
    settings = {**os.environ, "SOURCE_DATE_EPOCH": str(date())}
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", str(tree), str(path)]
    subprocess.run(command, check=True, env=settings, stdout=subprocess.DEVNULL)
    return path


def system_tree(usr: Path, version: str) -> None:
    """The bundle and its desktop files where a Linux system has them."""
    share = usr / "share"
    shutil.copytree(BUNDLE, usr / "lib" / "glassbox", symlinks=True)
    (usr / "bin").mkdir()
    (usr / "bin" / "glassbox").symlink_to("../lib/glassbox/glassbox")
    day = time.strftime("%Y-%m-%d", time.gmtime(date()))
    for name, text in {
        "applications/glassbox.desktop": filled("glassbox.desktop"),
        "mime/packages/glassbox.xml": filled("glassbox-mime.xml"),
        "metainfo/org.glassbox.Glassbox.metainfo.xml": filled("metainfo.xml", VERSION=version, DATE=day),
        "icons/hicolor/scalable/apps/glassbox.svg": ICON.read_text("utf-8"),
    }.items():
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        (share / name).write_text(text, "utf-8")


def glibc() -> str:
    """The newest version of the C library that anything in the bundle asks for."""
    requested = {(2, 17)}
    for file in BUNDLE.rglob("*"):
        if file.is_file() and (".so" in file.name or file.name == "glassbox"):
            symbols = subprocess.run(["objdump", "-T", str(file)], capture_output=True, text=True).stdout
            requested |= {(2, int(minor)) for minor in re.findall(r"GLIBC_2\.(\d+)", symbols)}
    return ".".join(map(str, max(requested)))


# ----------------------------------------------------------------------------------------------- AppImage


def appimage(version: str, suffix: str) -> list[Path]:
    """One file that runs without installing; made only where appimagetool is."""
    tool = shutil.which("appimagetool")
    if tool is None:
        print("wrap: no AppImage: appimagetool is not installed here", file=sys.stderr)
        return []
    tree = WORK / "Glassbox.AppDir"
    system_tree(tree / "usr", version)
    shutil.copy(HERE / "AppRun", tree / "AppRun")
    shutil.copy(HERE / "glassbox.desktop", tree / "glassbox.desktop")
    shutil.copy(ICON, tree / "glassbox.svg")
    path = DIST / f"glassbox-{version}{suffix}-{platform.machine()}.AppImage"
    settings = {**os.environ, "ARCH": platform.machine(), "SOURCE_DATE_EPOCH": str(date())}
    subprocess.run([tool, "--no-appstream", str(tree), str(path)], check=True, env=settings)
    return [path]


if __name__ == "__main__":
    sys.exit(main())
