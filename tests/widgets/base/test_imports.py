"""Python's own import is in force again once the program's modules are loaded."""

from __future__ import annotations

import builtins
import subprocess
import sys
from pathlib import Path

import lab
from widgets.base.imports import use_plain_import

ROOT = Path(lab.__file__).resolve().parents[1]
COUNT = """import linecache, sys, {modules}
sys.exit(sum(file.startswith({root!r}) and "site-packages" not in file for file in linecache.cache))"""


def sources_read(modules: str) -> int:
    """How many sources of ours a new Python has read, and keeps, once it has imported some modules."""
    code = COUNT.format(modules=modules, root=str(ROOT))
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode


def test_no_source_is_read_when_a_module_of_the_window_is_imported() -> None:
    assert sources_read("lab.shell.app.start, widgets.plots.plot") == 0


def test_pyside_reads_them_where_its_import_stands() -> None:
    """The test above would say so: without the window's package, sources are read."""
    assert sources_read("PySide6.QtCore, widgets.controls.buttons") > 0


def test_an_import_of_somebody_else_stays(monkeypatch) -> None:
    def other(*words: object, **more: object) -> object:
        return plain(*words, **more)

    plain = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", other)
    use_plain_import()
    assert builtins.__import__ is other


def test_nothing_of_ours_asks_pyside_for_a_feature() -> None:
    """It would not get it: the import that gives it is not in force."""
    files = [file for folder in ("lab", "widgets") for file in (ROOT / folder).rglob("*.py")]
    asking = [file.name for file in files if "\nfrom __feature__" in file.read_text(encoding="utf-8")]
    assert len(files) > 300 and asking == []
