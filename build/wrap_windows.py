#!/usr/bin/env python3
"""Wrap the Windows bundle, on Linux: a set-up for one person and an MSI for a machine.

    python build/wrap_windows.py STAGE VERSION [--suffix -full]

STAGE is the folder dist/glassbox as build/freeze.py made it on Windows. Needs makensis (nsis) and wixl (wixl,
msitools), both in Debian. With GLASSBOX_PFX (a file) and GLASSBOX_PFX_PASSWORD set, programs and installers are
signed by osslsigncode; without, they are not, and Windows warns of an unknown publisher.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE, DIST, WORK = ROOT / "build" / "windows", ROOT / "dist", ROOT / ".work" / "windows"
PROGRAMS = ("glassbox.exe", "glassbox-console.exe")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stage", type=Path)
    parser.add_argument("version")
    parser.add_argument("--suffix", default="")
    wanted = parser.parse_args()
    stage = wanted.stage.resolve()
    lacking = [
        name for name in ("glassbox.exe", "glassbox-console.exe", "glassbox.ico") if not (stage / name).is_file()
    ]
    if lacking:
        sys.exit(f"wrap: {stage} has no {', '.join(lacking)}")
    lacking = [tool for tool in ("makensis", "wixl", "wixl-heat") if shutil.which(tool) is None]
    if lacking:
        sys.exit(f"wrap: there is no {', '.join(lacking)}; on Debian: apt install nsis wixl msitools")
    WORK.mkdir(parents=True, exist_ok=True)
    DIST.mkdir(exist_ok=True)
    for program in PROGRAMS:
        sign(stage / program)
    base = f"glassbox-{wanted.version}{wanted.suffix}"
    for path in (setup(stage, wanted.version, f"{base}-setup.exe"), msi(stage, wanted.version, f"{base}-x64.msi")):
        sign(path)
        print(f"wrap: {path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB")
    return 0


def setup(stage: Path, version: str, name: str) -> Path:
    """The set-up for one person."""
    path = DIST / name
    words = {"VERSION": version, "STAGE": stage, "OUT": path}
    defined = [f"-D{word}={value}" for word, value in words.items()]
    subprocess.run(["makensis", "-V2", *defined, str(HERE / "glassbox.nsi")], check=True)
    return path


def msi(stage: Path, version: str, name: str) -> Path:
    """The package for a machine. wixl can write an empty one without a word, so its size is looked at."""
    path = DIST / name
    files = sorted(str(file) for file in stage.rglob("*") if file.is_file())
    prefix = f"{stage}{os.sep}"
    heat = [
        "wixl-heat",
        "-p",
        prefix,
        "--directory-ref",
        "INSTALLDIR",
        "--component-group",
        "app",
        "--var",
        "var.STAGE",
    ]
    listed = subprocess.run([*heat, "--win64"], input="\n".join(files), capture_output=True, text=True, check=True)
    (WORK / "files.wxs").write_text(listed.stdout, "utf-8")
    words = {"STAGE": stage, "VERSION": version, "ICON": stage / "glassbox.ico", "Win64": "yes"}
    defined = [word for item in words.items() for word in ("-D", "=".join(map(str, item)))]
    sources = [str(HERE / "glassbox.wxs"), str(WORK / "files.wxs")]
    subprocess.run(["wixl", "-a", "x64", *defined, "-o", str(path), *sources], check=True)
    content = sum(file.stat().st_size for file in stage.rglob("*") if file.is_file())
    if path.stat().st_size < content / 20:
        sys.exit(f"wrap: {path} holds {path.stat().st_size} bytes of {content}: wixl left the files out")
    return path


def sign(path: Path) -> None:
    """Sign a program or installer where a certificate is at hand."""
    certificate = os.environ.get("GLASSBOX_PFX")
    if not certificate:
        return
    signed = path.with_name(path.name + ".signed")
    command = [
        "osslsigncode",
        "sign",
        "-pkcs12",
        certificate,
        "-readpass",
        "/dev/stdin",
        "-h",
        "sha256",
        "-n",
        "Glassbox",
    ]
    if stamper := os.environ.get("GLASSBOX_TIMESTAMP"):
        command += ["-ts", stamper]
    password = os.environ.get("GLASSBOX_PFX_PASSWORD", "")
    subprocess.run([*command, "-in", str(path), "-out", str(signed)], input=password, text=True, check=True)
    signed.replace(path)


if __name__ == "__main__":
    sys.exit(main())
