#!/usr/bin/env python3
"""Freeze the lab: a folder that runs without Python, from a clean checkout, in one call.

    python build/freeze.py              dist/glassbox (on macOS also dist/Glassbox.app), then its self-test
    python build/freeze.py --here       on Linux: build on this system, not in a Debian 12 root
    python build/freeze.py --no-check   leave the self-test out
    python build/freeze.py --packs DIR  the full variant: with the model packs of a folder (`glassbox packs` says which)

A bundle runs on systems whose C library is at least as new as the one that it was built on. Linux bundles are
therefore built in a Debian 12 root, made with debootstrap (root is needed); where that cannot be, this says so and
builds here. Everything goes to dist/ and .work/, which git ignores. Needs Python 3.11 and nothing else: PyInstaller
and the lab's own packages are installed into a private environment, with the versions of pyproject.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK, DIST = ROOT / ".work", ROOT / "dist"
OLDEST = "bookworm"  # Debian 12, the oldest Linux that a bundle has to run on
NO_PACKAGES = 3  # the exit code where the packages cannot be had: no fault of the bundle's
BUILDER = (
    "python3",
    "python3-venv",
    "libpython3.11",
    "binutils",
    "libgl1",
    "libqt6gui6",
    "libxcb-cursor0",
    "libwayland-cursor0",
)
sys.path[:0] = [str(ROOT), str(ROOT / "build")]

import debian  # noqa: E402
from bundle import host_needs, unexpected  # noqa: E402
from licences import copy_system_licences, packages_of  # noqa: E402

import run as launcher  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--here", action="store_true", help="build on this system")
    parser.add_argument("--no-check", action="store_true", help="leave the self-test out")
    parser.add_argument("--packs", type=Path, metavar="DIR", help="model packs to put into the bundle")
    wanted = parser.parse_args()
    commit, packs = commit_of(ROOT), wanted.packs.resolve() if wanted.packs else None
    if sys.platform == "linux" and not wanted.here and not is_oldest():
        reason = debian.reason_against()
        if not reason:
            freeze_in_root(commit, packs)
            return 0 if wanted.no_check else check(DIST / "glassbox")
        say(f"not building in a Debian 12 root: {reason}. This bundle needs the C library of this system or newer.")
    freeze(commit, packs)
    return 0 if wanted.no_check else check(DIST / "glassbox")


def say(message: str) -> None:
    print(f"freeze: {message}", file=sys.stderr, flush=True)


def is_oldest() -> bool:
    """True on the very system that Linux bundles are promised for."""
    release = Path("/etc/os-release")
    return release.is_file() and f"VERSION_CODENAME={OLDEST}" in release.read_text("utf-8").splitlines()


def commit_of(folder: Path) -> str:
    """The commit of a checkout, with a + when something is changed; "unknown" where git cannot say."""
    if given := os.environ.get("GLASSBOX_COMMIT"):
        return given
    git = ["git", "-C", str(folder)]
    head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
    if head.returncode:
        return "unknown"
    changed = subprocess.run([*git, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True)
    return head.stdout.strip() + ("+" if changed.stdout.strip() else "")


# ------------------------------------------------------------------------------------------ in a Debian root


def freeze_in_root(commit: str, packs: Path | None) -> None:
    """Build in Debian 12: the tracked files go in, the bundle comes out."""
    say("making a Debian 12 root")
    WORK.mkdir(exist_ok=True)
    root = debian.Root(OLDEST, "builder", BUILDER).make()
    source = root.folder / "src"
    copy_tracked(source)
    settings = {"GLASSBOX_COMMIT": commit, "GLASSBOX_ENVIRONMENT": "/env"}
    command = ["python3", "build/freeze.py", "--here", "--no-check"]
    if packs:
        shutil.copytree(packs, source / ".work" / "packs")
        command += ["--packs", ".work/packs"]
    done = root.run(command, folder="/src", settings=settings)
    if done.returncode:
        say("the build in the Debian 12 root failed, see above")
        sys.exit(done.returncode)
    replace_folder(DIST / "glassbox")
    shutil.move(source / "dist" / "glassbox", DIST / "glassbox")
    shutil.copy(source / ".work" / "bundle.json", WORK / "bundle.json")


def copy_tracked(target: Path) -> None:
    """The files that git knows of, as they are on disk now."""
    if target.exists():
        shutil.rmtree(target)
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


# ------------------------------------------------------------------------------------------------- freezing


def freeze(commit: str, packs: Path | None) -> None:
    """Run PyInstaller on this system and write down what it made."""
    python = environment()
    replace_folder(DIST / "glassbox")
    stamp = write_stamp(python, commit)
    settings = {**os.environ, "GLASSBOX_STAMP": str(stamp), "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
    if packs:
        settings["GLASSBOX_PACKS"] = str(packs)
    if sys.platform in ("win32", "darwin"):
        subprocess.run([str(python), str(ROOT / "build" / "icons.py"), str(stamp.parent)], check=True, env=settings)
    if sys.platform == "win32":
        settings["GLASSBOX_VERSION_FILE"] = str(write_windows_version(stamp))
    places = ["--workpath", str(WORK / "pyi"), "--distpath", str(DIST), "--noconfirm", "--log-level", "WARN"]
    began = time.monotonic()
    spec = str(ROOT / "build" / "glassbox.spec")
    subprocess.run([str(python), "-m", "PyInstaller", *places, spec], check=True, env=settings, cwd=ROOT)
    copy_system_licences(DIST / "glassbox")
    if sys.platform == "win32":
        shutil.copy(stamp.parent / "glassbox.ico", DIST / "glassbox")  # for the installers
    record(time.monotonic() - began)


def environment() -> Path:
    """The Python of a private environment with the lab's packages and PyInstaller, made when it is not there."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = [*project["project"]["dependencies"], *project["dependency-groups"]["freeze"]]
    wanted = hashlib.sha256("\n".join([*packages, sys.version]).encode()).hexdigest()
    venv = Path(os.environ.get("GLASSBOX_ENVIRONMENT") or WORK / "freeze-env")
    python, stamp = launcher.python_of(venv), venv / "glassbox-freeze"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return python
    launcher.make_environment(venv)
    say(f"installing {len(packages)} packages")
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
    if subprocess.run(pip).returncode:
        say("the packages could not be installed, see above")
        sys.exit(NO_PACKAGES)
    stamp.write_text(wanted, "utf-8")
    return python


def write_stamp(python: Path, commit: str) -> Path:
    """build.json: what About shows of this build, with the version and licence of each package in it."""
    WORK.mkdir(exist_ok=True)
    namespace: dict[str, object] = {}
    exec((ROOT / "lab" / "__init__.py").read_text("utf-8"), namespace)
    stamp = {
        "version": namespace["__version__"],
        "commit": commit,
        "system": f"{platform.system()} {platform.machine()}",
        "packages": packages_of(python),
    }
    path = WORK / "stamp" / "build.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(stamp, ensure_ascii=False, indent=1), "utf-8")
    return path


def write_windows_version(stamp: Path) -> Path:
    """The version block that Windows shows under Properties."""
    version = json.loads(stamp.read_text("utf-8"))["version"]
    four = ", ".join([*version.split(".")[:3], "0"])
    names = dict.fromkeys(("CompanyName", "FileDescription", "ProductName"), "Glassbox") | {"ProductVersion": version}
    strings = ", ".join(f"StringStruct({name!r}, {text!r})" for name, text in names.items())
    text = (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers=({four}), prodvers=({four}), mask=0x3f, flags=0x0, OS=0x40004,"
        f" fileType=0x1, subtype=0x0), kids=[StringFileInfo([StringTable('040904B0', [{strings}])]),"
        " VarFileInfo([VarStruct('Translation', [1033, 1200])])])"
    )
    path = stamp.parent / "version.txt"
    path.write_text(text, "utf-8")
    return path


def record(seconds: float) -> None:
    """bundle.json: the modules and files of the bundle and their size, for the tests; and a line for people."""
    bundle = DIST / "glassbox"
    own = [path for path in sorted(bundle.rglob("*")) if path.is_file() and not path.is_symlink()]
    files = {path.relative_to(bundle).as_posix(): path.stat().st_size for path in own}
    total = sum(files.values())
    listed = {"seconds": round(seconds), "bytes": total, "modules": frozen_modules(), "files": files}
    (WORK / "bundle.json").write_text(json.dumps(listed, indent=1), "utf-8")
    largest = sorted(files, key=files.__getitem__, reverse=True)[:8]
    say(f"{bundle}: {total / 1e6:.0f} MB in {len(files)} files, made in {seconds:.0f} s")
    for name in largest:
        say(f"    {files[name] / 1e6:6.1f} MB  {name}")
    if sys.platform == "linux" and (strange := unexpected(host_needs(own))):
        sys.exit(f"freeze: the bundle needs libraries that not every Linux has: {', '.join(strange)}")


def frozen_modules() -> list[str]:
    """The Python modules of the bundle, read from PyInstaller's own table of contents."""
    import ast

    table = WORK / "pyi" / "glassbox" / "PYZ-00.toc"
    entries = ast.literal_eval(table.read_text("utf-8"))[1]
    return sorted(name for name, _path, _kind in entries)


def replace_folder(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


# -------------------------------------------------------------------------------------------------- checking


def program_of(bundle: Path) -> Path:
    """The program of a bundle that has an output: on Windows the console twin."""
    return bundle / ("glassbox-console.exe" if os.name == "nt" else "glassbox")


def check(bundle: Path) -> int:
    """Pass the self-test in the frozen tree; returns its exit code."""
    say("self-test in the frozen tree")
    began = time.monotonic()
    code = subprocess.run([str(program_of(bundle)), "check"], cwd=bundle.parent).returncode
    say(f"self-test {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
