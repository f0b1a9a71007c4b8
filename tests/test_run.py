"""run.py: the first start, on whatever Python and with whatever is left of an environment.

Each test has a checkout of its own whose program is one line and whose one package is a wheel made here, so that
nothing is fetched.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
VERSION = "{}.{}".format(*sys.version_info[:2])
posix = pytest.mark.skipif(os.name == "nt", reason="the folders of an environment have other names on Windows")


@pytest.fixture
def run() -> ModuleType:
    specification = importlib.util.spec_from_file_location("run_py", ROOT / "run.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that was started once: it has an environment that works."""
    folder = tmp_path_factory.mktemp("started")
    (folder / "lab").mkdir(parents=True)
    shutil.copy(ROOT / "run.py", folder)
    (folder / "lab" / "__main__.py").write_text("import tiny, sys; print('opened by', sys.prefix)\n")
    (folder / "pyproject.toml").write_text(
        '[project]\ndependencies = ["Tiny.Thing==1"]\n[dependency-groups]\ndev = ["tiny-thing"]\n'
    )
    make_wheel(folder / "wheels")
    assert opened_by(start(folder)) == folder / ".venv"
    return folder


@pytest.fixture
def checkout(started: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return Path(shutil.copytree(started, tmp_path / "check out", symlinks=True))


def make_wheel(folder: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny_thing-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny_thing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1\n")
        wheel.writestr("tiny_thing-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        names = ("tiny.py", *(f"tiny_thing-1.dist-info/{name}" for name in ("METADATA", "WHEEL", "RECORD")))
        wheel.writestr("tiny_thing-1.dist-info/RECORD", "".join(f"{name},,\n" for name in names))


def start(checkout: Path, python: str = sys.executable, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GLASSBOX_", "PIP_"))}
    return subprocess.run(
        [python, str(checkout / "run.py"), "list"], capture_output=True, text=True, env=kept | settings, timeout=300
    )


def opened_by(done: subprocess.CompletedProcess[str]) -> Path:
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip().removeprefix("opened by "))


def made(checkout: Path) -> tuple[Path, Path]:
    """The environment, and its folder of packages."""
    return checkout / ".venv", checkout / ".venv" / "lib" / f"python{VERSION}" / "site-packages"


@posix
def test_the_second_start_makes_and_installs_nothing(started: Path) -> None:
    again = start(started)
    assert opened_by(again) == started / ".venv" and again.stderr == ""


@posix
@pytest.mark.parametrize("harm", ["no pip", "half of pip", "no python", "a python that is gone", "no settings"])
def test_an_environment_that_does_not_work_is_made_anew(checkout: Path, harm: str) -> None:
    venv, packages = made(checkout)
    if "python" not in harm:  # a stamp that is still there does not hide that Python is gone
        (venv / "glassbox-stamp").unlink()
    (venv / "left over").touch()
    if harm == "no pip":
        for path in packages.glob("pip*"):
            shutil.rmtree(path)
    elif harm == "half of pip":
        shutil.rmtree(packages / "pip" / "_internal")
    elif harm == "no settings":
        (venv / "pyvenv.cfg").unlink()
    else:
        for path in (venv / "bin").glob("python*"):
            path.unlink()
        if harm == "a python that is gone":
            (venv / "bin" / "python").symlink_to(checkout / "no such python")
    done = start(checkout)
    assert opened_by(done) == venv and f"making {venv}" in done.stderr
    assert not (venv / "left over").exists()


@posix
def test_what_was_half_installed_or_deleted_is_installed_again(checkout: Path) -> None:
    venv, packages = made(checkout)
    for path in packages.glob("tiny*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    done = start(checkout)  # the stamp is still there
    assert opened_by(done) == venv and "making" not in done.stderr and "installing" in done.stderr


@posix
def test_what_pip_cannot_mend_is_made_anew(checkout: Path) -> None:
    venv, packages = made(checkout)
    (venv / "glassbox-stamp").unlink()
    shutil.rmtree(packages / "tiny_thing-1.dist-info")
    (packages / "tiny_thing-0.dist-info").mkdir()  # half of an older one: pip can neither use nor remove it
    (packages / "tiny_thing-0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 0\n"
    )
    done = start(checkout)
    assert opened_by(done) == venv and f"making {venv}" in done.stderr
    assert not (checkout / ".venv-old").exists()


@posix
def test_what_cannot_be_made_anew_either_stays_as_it_was(checkout: Path) -> None:
    venv, packages = made(checkout)
    (venv / "glassbox-stamp").unlink()
    shutil.rmtree(checkout / "wheels")
    (checkout / "wheels").mkdir()
    for path in packages.glob("tiny_thing*"):
        shutil.rmtree(path)
    (venv / "mine").touch()
    done = start(checkout)
    assert done.returncode == 1 and "the installation failed" in done.stderr
    assert (venv / "mine").exists() and not (checkout / ".venv-old").exists()


@posix
def test_a_folder_that_was_moved_or_copied_opens_without_being_made_anew(checkout: Path) -> None:
    done = start(checkout)
    assert opened_by(done) == checkout / ".venv" and "making" not in done.stderr


@posix
def test_a_link_to_no_environment_is_replaced_and_what_it_leads_to_is_left(checkout: Path, tmp_path: Path) -> None:
    shutil.rmtree(checkout / ".venv")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "mine").touch()
    (checkout / ".venv").symlink_to(tmp_path / "shared")
    assert opened_by(start(checkout)) == checkout / ".venv"
    assert (tmp_path / "shared" / "mine").exists() and not (checkout / ".venv").is_symlink()


def another_python() -> str:
    """A Python of another version that will do, the newest; "" where there is none."""
    for minor in (14, 13, 12, 11):
        found = shutil.which(f"python3.{minor}")
        if found and f"3.{minor}" != VERSION and not subprocess.run([found, "-c", "import ensurepip"]).returncode:
            return found
    return ""


@posix
def test_two_pythons_have_an_environment_each(checkout: Path) -> None:
    other = another_python()
    if not other:
        pytest.skip("there is one Python on this machine")
    venv, _packages = made(checkout)
    theirs = checkout / f".venv-{Path(other).name.removeprefix('python')}"
    assert opened_by(start(checkout, other)) == theirs
    assert opened_by(start(checkout)) == venv and opened_by(start(checkout, other)) == theirs


@posix
def test_an_environment_of_another_python_that_is_gone_is_made_anew(checkout: Path) -> None:
    venv, _packages = made(checkout)
    settings = venv / "pyvenv.cfg"
    settings.write_text(re.sub(r"(?m)^version = .*$", "version = 3.10.1", settings.read_text()))
    (venv / "lib" / f"python{VERSION}").rename(venv / "lib" / "python3.10")  # as after an upgrade of the system
    done = start(checkout)
    assert opened_by(done) == venv and f"making {venv}" in done.stderr


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_the_oldest_and_the_newest_python_will_do(run: ModuleType, version: tuple[int, int]) -> None:
    assert run.reason_against((*version, 0)) == ""


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (4, 0), (2, 7)])
def test_an_older_or_newer_python_is_told_so_in_one_sentence(
    run: ModuleType, version: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    message = run.reason_against((*version, 7))
    assert message == f"Python 3.11 to 3.14 is needed, and this is {version[0]}.{version[1]}"
    monkeypatch.setattr(shutil, "which", lambda name: name if name == "python3.12" else None)
    assert run.reason_against((*version, 7)) == f"{message}; this machine has python3.12: python3.12 run.py"


def test_a_python_that_will_not_do_stops_before_anything_is_made(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 15, 0))
    monkeypatch.setattr(run, "environment", lambda: pytest.fail("an environment was looked for"))
    with pytest.raises(SystemExit, match=r"^Glassbox: Python 3\.11 to 3\.14 is needed, and this is 3\.15"):
        run.main([])


def test_an_old_python_can_read_the_file() -> None:
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 7))


def test_the_versions_and_the_packages_are_the_same_wherever_they_are_written(run: ModuleType) -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={run.dotted(run.OLDEST)},<3.{run.NEWEST[1] + 1}"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"    {run.APT}\n" in readme and "Python 3.11 to 3.14" in readme
    wanted = set(run.APT.removeprefix("sudo apt install ").split())
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert wanted <= set(ci.split()), "the packages of the README are not those of .ci/run"
