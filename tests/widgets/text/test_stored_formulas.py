"""Formulas that were set beforehand are what the typesetter makes of them, and need no typesetter."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from widgets.text.formula import Drawing, Run, drawing, runs, spoken, stored, use_stored

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "assets" / "lessons" / "formulas.json"
FORGET = (drawing, runs, spoken)


def forget() -> None:
    for kept in FORGET:
        kept.cache_clear()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    forget()
    yield
    use_stored(FILE)
    forget()


def test_what_is_read_from_a_file_is_what_was_set(tmp_path) -> None:
    own, inline = (r"\frac{a}{b}", r"x^2"), (r"\eta < 2", r"\frac{1}{2}", "x^2")
    use_stored(tmp_path / "none.json")
    file = tmp_path / "formulas.json"
    file.write_text(stored(own, inline), "utf-8")
    set_now = [drawing(r"\frac{a}{b}"), drawing(r"\frac{1}{2}", True), *map(runs, inline), *map(spoken, inline)]
    forget()
    use_stored(file)
    assert [drawing(r"\frac{a}{b}"), drawing(r"\frac{1}{2}", True), *map(runs, inline), *map(spoken, inline)] == set_now
    assert isinstance(drawing("x^2"), Drawing) and runs("x^2") == (Run("x", True), Run("2", False, 1))
    assert runs(r"\frac{1}{2}") is None


def test_a_file_is_believed_and_what_is_not_in_it_is_set(tmp_path) -> None:
    file = tmp_path / "formulas.json"
    file.write_text(json.dumps({"a": {"spoken": "the letter a"}}), "utf-8")
    use_stored(file)
    assert spoken("a") == "the letter a"
    assert spoken("b") == "b" and runs("a") == (Run("a", True),)


@pytest.mark.parametrize("content", ("", "{", None))
def test_without_a_file_that_can_be_read_formulas_are_set_when_they_are_shown(content, tmp_path) -> None:
    file = tmp_path / "formulas.json"
    if content is not None:
        file.write_text(content, "utf-8")
    use_stored(file)
    assert spoken(r"\frac{a}{b}") == "a/b"


def test_the_file_is_what_the_lessons_need() -> None:
    done = subprocess.run([sys.executable, "build/formulas.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_lesson_needs_the_typesetter() -> None:
    code = f"""
import sys
sys.path.insert(0, "build")
from pathlib import Path
from formulas import inline, own
from widgets.text.formula import drawing, runs, spoken, use_stored
use_stored(Path({str(FILE)!r}))
for latex in own(): drawing(latex), spoken(latex)
for latex in inline(): runs(latex) or drawing(latex, True), spoken(latex)
assert "ziamath" not in sys.modules
drawing("not in the file")
assert "ziamath" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
