"""A plot is made of parts of pyqtgraph, and looks as with all of it."""

from __future__ import annotations

import json
import subprocess
import sys

PICTURE = """
import hashlib, sys
import numpy as np
from PySide6.QtWidgets import QApplication
app = QApplication([])
from widgets.plots.plot import Line, Plot, Points, Series
plot = Plot()
plot.resize(400, 300)
x = np.linspace(0, 6, 50)
plot.set_series([Series("a", x, np.sin(x)), Series("b", x, np.cos(x))])
plot.set_points([Points("c", x[::7], x[::7] / 6)])
plot.set_lines([Line("cut", 3.0, movable=True)])
image = plot.grab().toImage()
colours = {image.pixel(i, 150) for i in range(400)}
print(len(sys.modules), hashlib.sha256(bytes(image.constBits())).hexdigest(), len(colours))
"""


def said_by(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout


def test_a_plot_of_parts_looks_as_with_all_of_pyqtgraph() -> None:
    parts, picture, colours = said_by(PICTURE).split()
    everything, same, _colours = said_by("import pyqtgraph\n" + PICTURE).split()
    assert int(colours) > 3, "something is drawn"
    assert picture == same
    assert int(parts) < int(everything) - 100


def test_qts_classes_are_not_all_made() -> None:
    count = (
        "\nfrom PySide6 import QtWidgets\nprint('QWizardPage' in vars(QtWidgets), 'PySide6.QtOpenGL' in sys.modules)"
    )
    assert said_by("import sys, widgets.plots.plot" + count) == "False False\n"
    assert said_by("import sys, pyqtgraph" + count) == "True True\n"


def test_its_options_are_those_of_pyqtgraph_itself() -> None:
    from widgets.plots.pyqtgraph_parts import OPTIONS

    own = json.loads(said_by("import json, pyqtgraph\nprint(json.dumps(pyqtgraph.CONFIG_OPTIONS))"))
    assert own == OPTIONS


def test_a_program_with_a_plot_ends_quietly() -> None:
    code = (
        "from PySide6.QtCore import QTimer\nfrom PySide6.QtWidgets import QApplication\napp = QApplication([])\n"
        "from widgets.plots.plot import Plot\nplot = Plot()\nplot.show()\nQTimer.singleShot(50, app.quit)\n"
        "app.exec()\nprint('ended')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ended\n", "")
