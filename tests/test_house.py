"""The rules of the house that import-linter cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = {"lab", "widgets", "assets", "tests", "build"}
FILES = {"pyproject.toml", "README.md", "run.py", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md"}


def sources(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_only_the_dock_host_makes_dock_widgets() -> None:
    makers = [name for name, tree in sources("lab", "widgets") if "QDockWidget" in set(calls(tree))]
    assert makers == ["lab/shell/docks.py"]


def test_experiments_freeze_arrays_with_the_kit() -> None:
    setters = {
        name
        for name, tree in sources("lab/experiments")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("writeable", "setflags")
    }
    assert setters == set(), "use lab.kit.arrays: read_only, freeze, freeze_all or freeze_fields"


def test_the_window_never_runs_the_event_loop_by_hand() -> None:
    found = [name for name, tree in sources("lab", "widgets") if "processEvents" in set(calls(tree))]
    allowed = {"lab/shell/headless_window.py", "widgets/gallery.py"}  # pictures without a display have no loop
    assert [name for name in found if name not in allowed and not name.startswith("lab/bench/")] == []


def test_nothing_pickles_and_nothing_evaluates_what_a_user_wrote() -> None:
    for name, tree in sources("lab", "widgets"):
        plain = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        if name != "lab/cell.py":  # the child process in which a learner's own code cell runs
            assert not plain & {"eval", "exec", "compile"}, name
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not imported & {"pickle", "shelve", "marshal", "socket", "http", "urllib.request", "ssl"}, name
        assert "allow_pickle=True" not in ast.unparse(tree), name


def test_no_module_of_the_runtime_opens_the_network() -> None:
    network = {"PySide6.QtNetwork", "socket", "http.client", "urllib.request", "asyncio"}
    for name, tree in sources("lab", "widgets"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module not in network, name


def test_every_module_says_what_it_is_for() -> None:
    lacking = [name for name, tree in sources("lab", "widgets") if not ast.get_docstring(tree)]
    assert lacking == []


def test_the_top_level_stays_tidy() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT)
    if listed.returncode:
        pytest.skip("not a git checkout, so what belongs to the project cannot be listed")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= TOP | FILES
    assert not (ROOT / "build" / "__init__.py").exists()


def test_the_texts_for_translators_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "build" / "messages.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
