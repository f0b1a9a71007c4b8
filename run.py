#!/usr/bin/env python3
"""Open Glassbox, or pass its tests, on a fresh machine. Needs Python 3.11 to 3.14 and nothing else.

    python3 run.py              open the lab          (Windows: py run.py)
    python3 run.py test [...]   pass the tests        (no display needed)
    python3 run.py doctor       say what is missing
    python3 run.py list ...     anything else goes to the lab: list, run, shot, check, bench, a file, a link

The first start makes a private environment (.venv beside this file, or in the user's cache where this folder
is read-only) and installs what the lab needs into it, about 120 MB, once. With a folder `wheels` beside this
file, or named by GLASSBOX_WHEELS, nothing is downloaded. A second Python gets an environment of its own, such as
.venv-3.13. An environment that does not work is made anew.
"""

import ctypes
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import NoReturn, Sequence  # noqa: UP035  (an older Python reads this file, too)

ROOT = pathlib.Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)  # as requires-python in pyproject.toml: Qt has no wheels for a newer one yet
APT = "sudo apt install python3-venv libgl1 libqt6gui6 libxcb-cursor0"
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


def stop(message: str) -> "NoReturn":
    sys.exit(f"Glassbox: {message}")


def say(message: str) -> None:
    print(f"Glassbox: {message}", file=sys.stderr, flush=True)


def dotted(version: "Sequence[object]") -> str:
    return ".".join(map(str, version[:2]))


def reason_against(version: "Sequence[int]") -> str:
    """Why this version of Python will not do, in one sentence; "" when it will. An older one reads this file, too."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    names = ["python" + dotted((3, minor)) for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in names if shutil.which(name)]
    hint = f"; this machine has {found[0]}: {found[0]} run.py" if found else ""
    return f"Python {dotted(OLDEST)} to {dotted(NEWEST)} is needed, and this is {dotted(version)}{hint}"


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
    """The folder of the private environment: the usual one, or one with this Python's version when it is another's."""
    usual = ROOT / ".venv"
    if not os.access(ROOT, os.W_OK):
        cache = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
        usual = pathlib.Path(cache) / "glassbox" / hashlib.sha256(str(ROOT).encode()).hexdigest()[:8] / "venv"
    own = f"{usual.name}-{dotted(sys.version_info)}"
    return usual.with_name(own) if belongs_to_another(usual) else usual


def belongs_to_another(venv: pathlib.Path) -> bool:
    """Whether an environment was made for another version of Python, and still starts with it."""
    try:
        lines = (venv / "pyvenv.cfg").read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    entries = dict(line.split(" = ", 1) for line in lines if " = " in line)
    made_for = dotted(entries.get("version", entries.get("version_info", "")).split("."))
    asks = "import sys; print(*sys.version_info[:2], sep='.')"
    return made_for != dotted(sys.version_info) and answers(venv, asks) == made_for


def answers(venv: pathlib.Path, question: str) -> "str | None":
    """What the Python of an environment prints when it is asked so; None when it fails."""
    try:
        done = subprocess.run([str(python_of(venv)), "-I", "-c", question], capture_output=True, text=True)
    except OSError:
        return None
    return None if done.returncode else done.stdout.strip()


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

    say(f"making {venv}")
    if venv.is_symlink():
        venv.unlink()
    try:
        builder.EnvBuilder(with_pip=True, clear=True).create(venv)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"could not make {venv}: {error}")


def works(venv: pathlib.Path) -> bool:
    """Whether an environment has a Python of this version that starts, and pip in it."""
    asks = "import sys, pip._internal.cli.main; print(*sys.version_info[:2], sys.prefix != sys.base_prefix)"
    return answers(venv, asks) == "{} {} True".format(*sys.version_info[:2])


def install(venv: pathlib.Path, test: bool) -> pathlib.Path:
    """Install what is asked for, unless the stamp says that it is there. Returns the environment's Python."""
    python = python_of(venv)
    wants = hashlib.sha256("\n".join([*requirements(test=True), sys.version]).encode()).hexdigest()
    stamp = venv / "glassbox-stamp"
    has = stamp.read_text().split() if stamp.is_file() else []
    stamped = has[:1] == [wants] and (not test or "test" in has)
    if stamped and os.access(python, os.X_OK) and all_there(venv, requirements(test)):
        return python
    old = works(venv)
    if not old:
        make_environment(venv)
    if not installed(python, requirements(test)) and not (old and made_anew(venv, requirements(test))):
        stop(
            "the installation failed, see above. Behind a school proxy set HTTPS_PROXY and PIP_CERT,"
            " or put the wheels into a folder 'wheels' beside run.py."
        )
    stamp.write_text(wants + (" test" if test else ""))
    return python


def all_there(venv: pathlib.Path, needed: "list[str]") -> bool:
    """Whether every package that is asked for has its folder: a stamp does not notice when one is deleted."""
    folder = venv / ("Lib/site-packages" if os.name == "nt" else f"lib/python{dotted(sys.version_info)}/site-packages")
    names = {plain(path.name.split("-")[0]) for path in folder.glob("*.dist-info")}
    return all(plain(re.split(r"[^\w.-]", one)[0]) in names for one in needed)


def plain(name: str) -> str:
    """A package's name as every spelling of it is compared."""
    return re.sub(r"[-_.]+", "_", name).lower()


def installed(python: pathlib.Path, needed: "list[str]") -> bool:
    """Let pip install; whether it could."""
    wheels = pathlib.Path(os.environ.get("GLASSBOX_WHEELS", ROOT / "wheels"))
    source = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    say(f"installing {len(needed)} packages " + (f"from {wheels}" if source else "(about 120 MB, once)"))
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *source, *needed]
    return subprocess.run(pip).returncode == 0


def made_anew(venv: pathlib.Path, needed: "list[str]") -> bool:
    """Try again in a fresh environment; the old one comes back when that fails, too, as it does without a network."""
    aside, done = venv.with_name(f"{venv.name}-old"), False
    remove(aside)
    try:
        venv.rename(aside)
    except OSError:  # in use, as on Windows
        return False
    try:
        make_environment(venv)
        done = installed(python_of(venv), needed)
    finally:
        if done:
            remove(aside)
        else:
            remove(venv)
            aside.rename(venv)
    return done


def remove(folder: pathlib.Path) -> None:
    """Delete a folder, or the link to one."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: "list[str]") -> int:
    reason = reason_against(sys.version_info[:3])
    if reason:
        stop(reason)
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
        named = [word for i, word in enumerate(arguments) if i and arguments[i - 1] != "--fast"]
        where = [] if any(not word.startswith("-") for word in named) else [str(ROOT / "tests")]
        command = [str(python), "-P", "-m", "pytest", "--rootdir", str(ROOT), *where, *cache, *arguments[1:]]
    else:
        command = [str(python), "-P", "-m", "lab", *arguments]
    if os.name == "nt":
        return subprocess.call(command, env=settings)
    os.execve(command[0], command, settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
