"""A sheet that cannot be painted is said, and the program lives."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from PySide6.QtWidgets import QApplication
from widgets.plots.plot import Plot
said = []
sys.excepthook = lambda kind, error, trace: said.append(f"{kind.__name__}: {error}")
app = QApplication([])
def broken(*_): raise ValueError("cannot be painted")
Plot._paint_ground = Plot._paint_over = broken  # two items: the second exception was the one that killed
plot = Plot()
plot.resize(300, 200)
plot.show()
for _ in range(20):
    app.processEvents()
    plot.viewport().update()
print(said[0], len(said) > 1)
"""


def test_what_goes_wrong_while_painting_is_said_and_the_program_lives() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "ValueError: cannot be painted True"
