"""The scaffold: what it writes keeps every promise, whatever the number, and it writes over nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from lab.catalog import experiments

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout; what is large and only read is linked."""
    for name in ("lab", "widgets", "build"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("run.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(
        ROOT / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__", "corpus", "golden")
    )
    (tmp_path / "assets").mkdir()
    for part in (ROOT / "assets").iterdir():
        if part.name != "lessons":
            (tmp_path / "assets" / part.name).symlink_to(part)
    shutil.copytree(ROOT / "assets" / "lessons", tmp_path / "assets" / "lessons")
    return tmp_path


def run(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(checkout), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=checkout, env=settings)


def files(checkout: Path) -> set[Path]:
    return {path for path in checkout.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def test_what_it_writes_keeps_the_contract_and_its_own_tests(checkout: Path) -> None:
    done = run(checkout, "build/new_experiment.py", "31", "walking-number", "A walking number")
    assert done.returncode == 0, done.stderr
    tests = ("tests/contract", "tests/experiments/test_e31_walking_number.py", "tests/test_lesson_claims.py")
    chosen = run(checkout, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "walking", *tests)
    assert chosen.returncode == 0, chosen.stdout[-3000:]
    assert int(chosen.stdout.split(" passed")[0].split()[-1]) > 40
    for tool in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)):
        checked = run(checkout, "-m", *tool, "lab/experiments/e31_walking_number")
        assert checked.returncode == 0, checked.stdout


def test_it_takes_the_chapter_of_the_one_before(checkout: Path) -> None:
    chapters = {each.number: each.chapter for each in experiments()}
    number = next(n for n in count(2) if n not in chapters)
    assert run(checkout, "build/new_experiment.py", str(number), "other-things", "Other things").returncode == 0
    text = (checkout / "lab" / "experiments" / f"e{number}_other_things" / "__init__.py").read_text("utf-8")
    assert f"chapter={chapters[number - 1]}" in text and f"number={number}" in text


@pytest.mark.parametrize("words", [("5", "another-one", "Another"), ("40", "Not An Id", "Title"), ("40", "id"), ()])
def test_nothing_is_written_over_and_rubbish_is_refused(checkout: Path, words: tuple[str, ...]) -> None:
    before = files(checkout)
    done = run(checkout, "build/new_experiment.py", *words)
    assert done.returncode in (1, 2) and done.stderr and "Traceback" not in done.stderr
    assert files(checkout) == before
