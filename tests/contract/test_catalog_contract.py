"""The catalogue: cheap to import, in order, and true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lab import catalog
from lab.core.experiment import CHAPTERS

ROOT = Path(__file__).resolve().parents[2]


def python(code: str) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=settings, cwd=ROOT)


def test_importing_the_catalogue_imports_neither_numpy_nor_qt_nor_any_simulation() -> None:
    done = python(
        "import sys, lab.catalog as c; c.experiments()\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('numpy', 'PySide6', 'pyqtgraph', 'widgets')"
        " or m.endswith(('.simulation', '.view', '.specification'))]\n"
        "sys.exit(' '.join(bad) or 0)"
    )
    assert done.returncode == 0, done.stderr


def test_everything_but_the_views_runs_without_qt() -> None:
    done = python(
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('PySide6', 'pyqtgraph', 'shiboken6'): raise ImportError(name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "import lab.runtime.worker, lab.runtime.track, lab.commands\n"
        "from lab import catalog\n"
        "from lab.core.experiment import Setting\n"
        "from lab.core.headless import frame_of\n"
        "for e in catalog.experiments(): e.load().describe(frame_of(e, Setting(steps=2)))"
    )
    assert done.returncode == 0, done.stderr


def test_the_home_page_is_painted_without_numpy() -> None:
    done = python(
        "import os, sys; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from lab.arguments import Call\n"
        "from lab.shell.app.start import prepare\n"
        "app, services = prepare(Call())\n"
        "from lab.shell.app.window import MainWindow\n"
        "window = MainWindow(services); window.show(); window.grab()\n"
        "sys.exit(' '.join(m for m in ('numpy', 'pyqtgraph') if m in sys.modules) or 0)"
    )
    assert done.returncode == 0, done.stderr


def test_experiments_are_in_the_order_of_the_course(experiment) -> None:
    numbers = [e.number for e in catalog.experiments()]
    assert numbers == sorted(set(numbers))
    chapters = [e.chapter for e in catalog.experiments()]
    assert chapters == sorted(chapters), "a chapter is one piece of the course: numbers and chapters rise together"
    assert 1 <= experiment.chapter <= len(CHAPTERS)
    assert experiment.question.endswith("?")
    assert 3 <= experiment.minutes <= 60
    assert experiment.thumbnail


def test_the_folder_is_named_after_the_experiment(experiment) -> None:
    folder = f"e{experiment.number:02d}_{experiment.id.replace('-', '_')}"
    assert f".{folder}." in experiment.specification
    assert f".{folder}." in experiment.view


@pytest.mark.parametrize("times", [5000])
def test_qt_loses_no_reference_to_none_or_true(times: int) -> None:
    """PySide6 6.12.0 on Python 3.11 aborts here; it is why 6.11.3 is pinned."""
    done = python(
        "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtCore import QObject, Signal\n"
        "from PySide6.QtGui import QGuiApplication, QPainterPath\n"
        "app = QGuiApplication([])\n"
        "class O(QObject): s = Signal(int)\n"
        "o = O(); path = QPainterPath()\n"
        f"for n in range({times}): o.s.emit(n)\n"
        f"for n in range({times * 10}): path.moveTo(n, n)\n"
    )
    assert done.returncode == 0, done.stderr
