"""Imports bring what is used and no more."""

from __future__ import annotations

import builtins
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

import lab
from widgets.base.imports import stand_ins, use_own_digests, use_plain_import

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


def names_after(code: str) -> set[str]:
    """The modules that a new Python holds once it has run some code."""
    end = "\nimport sys\nprint(*(name for name, module in sys.modules.items() if module is not None))"
    done = subprocess.run([sys.executable, "-c", code + end], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


RANDOM = "import numpy.random, hashlib\nassert hashlib.sha256(b'abc').hexdigest().startswith('ba7816bf8f01cfea')"


def test_random_numbers_do_not_bring_openssl() -> None:
    assert "_hashlib" not in names_after(f"import lab.shell.app.start\n{RANDOM}")


@pytest.mark.skipif(find_spec("_hashlib") is None, reason="this Python was built without OpenSSL")
def test_they_would_without_the_window() -> None:
    assert "_hashlib" in names_after(RANDOM)


def test_digests_of_somebody_else_stay(monkeypatch) -> None:
    other = ModuleType("_hashlib")
    monkeypatch.setitem(sys.modules, "_hashlib", other)
    use_own_digests()
    assert sys.modules["_hashlib"] is other


def test_a_stand_in_is_there_only_while_something_is_imported() -> None:
    with stand_ins({"no_such_module": {"Thing": int}, "subprocess": {}}):
        from no_such_module import Thing

        assert Thing is int
        assert sys.modules["subprocess"] is subprocess, "what is loaded is left alone"
    assert "no_such_module" not in sys.modules and sys.modules["subprocess"] is subprocess


def test_a_stand_in_goes_also_when_the_import_fails() -> None:
    with pytest.raises(ImportError, match="no_such_name"), stand_ins({"no_such_module": {}}):
        from no_such_module import no_such_name  # noqa: F401
    assert "no_such_module" not in sys.modules


def test_a_formula_brings_nothing_that_opens_a_connection() -> None:
    held = names_after("from widgets.text.formula import drawing\ndrawing('a')")
    assert "ziamath" in held and not held & {"ssl", "http.client", "urllib.request"}
