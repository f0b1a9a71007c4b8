#!/usr/bin/env python3
"""Open Glassbox, or pass its tests, on a fresh machine. Needs Python 3.11 or newer and nothing else.

    python3 run.py              open the lab          (Windows: py run.py)
    python3 run.py test [...]   pass the tests        (no display needed)
    python3 run.py doctor       say what is missing
    python3 run.py list ...     anything else goes to the lab: list, run, shot, check, bench, a file, a link

The first start makes a private environment (.venv beside this file, or in the user's cache where this folder
is read-only) and installs what the lab needs into it, about 120 MB, once. With a folder `wheels` beside this
file, or named by GLASSBOX_WHEELS, nothing is downloaded.
"""

import ctypes
import hashlib
import os
import pathlib
import subprocess
import sys
from typing import NoReturn

ROOT = pathlib.Path(__file__).resolve().parent
APT = "sudo apt install python3-venv libgl1 libqt6gui6"
QT_NEEDS = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X_NEEDS = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


def stop(message: str) -> NoReturn:
    sys.exit(f"Glassbox: {message}")


def say(message: str) -> None:
    print(f"Glassbox: {message}", file=sys.stderr, flush=True)


def missing_libraries(window: bool) -> "list[str]":
    """The Debian packages of the system libraries that Qt needs and this machine lacks."""
    if sys.platform != "linux":
        return []
    missing = []
    for library, package in {**QT_NEEDS, **(X_NEEDS if window else {})}.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def environment() -> pathlib.Path:
    """The folder of the private environment."""
    if os.access(ROOT, os.W_OK):
        return ROOT / ".venv"
    cache = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "glassbox" / hashlib.sha256(str(ROOT).encode()).hexdigest()[:8] / "venv"


def python_of(venv: pathlib.Path) -> pathlib.Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def requirements(test: bool) -> "list[str]":
    """What pyproject.toml asks for."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [*project["project"]["dependencies"], *(project["dependency-groups"]["dev"] if test else [])]


def make_environment(venv: pathlib.Path) -> None:
    try:
        import ensurepip  # noqa: F401  (Debian ships it apart)
    except ImportError:
        stop(f"this Python cannot make environments. On Debian or Ubuntu, once:\n    {APT}")
    import venv as builder

    say(f"first start, making {venv}")
    try:
        builder.EnvBuilder(with_pip=True, clear=True).create(venv)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"could not make {venv}: {error}")


def install(venv: pathlib.Path, test: bool) -> pathlib.Path:
    """Install what is asked for, unless the stamp says that it is there. Returns the environment's Python."""
    python = python_of(venv)
    wants = hashlib.sha256("\n".join([*requirements(test=True), sys.version]).encode()).hexdigest()
    stamp = venv / "glassbox-stamp"
    has = stamp.read_text().split() if stamp.is_file() else []
    if python.exists() and has[:1] == [wants] and (not test or "test" in has):
        return python
    if not python.exists():
        make_environment(venv)
    wheels = pathlib.Path(os.environ.get("GLASSBOX_WHEELS", ROOT / "wheels"))
    source = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    needed = requirements(test)
    say(f"installing {len(needed)} packages " + (f"from {wheels}" if source else "(about 120 MB, once)"))
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *source, *needed]
    if subprocess.run(pip).returncode:
        stop(
            "the installation failed, see above. Behind a school proxy set HTTPS_PROXY and PIP_CERT,"
            " or put the wheels into a folder 'wheels' beside run.py."
        )
    stamp.write_text(wants + (" test" if test else ""))
    return python


def main(arguments: "list[str]") -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  (this file may meet an older Python; it says so)
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    mode = arguments[0] if arguments and arguments[0] in ("test", "doctor") else "lab"
    offscreen = mode == "test" or os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    quiet = mode == "lab" and arguments[:1] and arguments[0] in ("list", "run", "shot", "check", "bench", "cell")
    missing = missing_libraries(window=not (offscreen or quiet or os.environ.get("WAYLAND_DISPLAY")))
    venv = environment()
    if mode == "doctor":
        print(f"Python {sys.version.split()[0]}; environment {venv}; missing: {' '.join(missing) or 'nothing'}")
        return 1 if missing else 0
    if missing:
        stop(f"this system lacks {' '.join(missing)}. On Debian or Ubuntu, once:\n    {APT}")
    python = install(venv, mode == "test")
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONNOUSERSITE": "1"}
    if not os.access(ROOT, os.W_OK):
        settings["PYTHONDONTWRITEBYTECODE"] = "1"
    if mode == "test":
        settings.setdefault("QT_QPA_PLATFORM", "offscreen")
        cache = [] if os.access(ROOT, os.W_OK) else ["-p", "no:cacheprovider"]
        where = [] if any(not word.startswith("-") for word in arguments[1:]) else [str(ROOT / "tests")]
        command = [str(python), "-P", "-m", "pytest", "--rootdir", str(ROOT), *where, *cache, *arguments[1:]]
    else:
        command = [str(python), "-P", "-m", "lab", *arguments]
    if os.name == "nt":
        return subprocess.call(command, env=settings)
    os.execve(command[0], command, settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
