"""What an installation may have lost: each part the lab stands on does one small piece of its real work.

`glassbox check` passes these with the experiments, in a checkout and, more to the point, in a frozen bundle,
where a file or module that was left out is noticed by nothing else. A part returns what is wrong, or "".
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping

from lab.core.experiment import Experiment
from lab.core.paths import asset, assets

__all__ = ["PARTS", "lesson"]

UNKNOWN = r"\frac{glass}{box}"  # a formula that was not set beforehand
CELL = "import csv, fractions, math, random, statistics\nimport numpy as np\nprint(np.sort(np.array([3, 1, 2]))[0])\n"


def numbers() -> str:
    """NumPy with its linear algebra."""
    import numpy as np

    found = np.linalg.solve(np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([3.0, 5.0]))
    return "" if np.allclose(found, [0.8, 1.4]) else "a linear system is solved wrongly"


def pictures() -> str:
    """PNG, PDF, SVG and GIF: what can be copied, saved and printed."""
    from io import BytesIO

    from PIL import Image
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage, QImageWriter, QPainter, QPdfWriter
    from PySide6.QtSvg import QSvgGenerator

    for kind in (QPdfWriter, QSvgGenerator):
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        device = QPdfWriter(buffer) if kind is QPdfWriter else QSvgGenerator()
        if isinstance(device, QSvgGenerator):
            device.setOutputDevice(buffer)
        painter = QPainter(device)
        painter.drawText(10, 10, "Glassbox")
        painter.end()
        if buffer.size() < 100:
            return f"{kind.__name__} writes nothing"
    picture, buffer = QImage(4, 4, QImage.Format.Format_RGB32), QBuffer()
    picture.fill(0)
    if not QImageWriter(buffer, b"PNG").write(picture):
        return "no PNG can be written"
    animation = BytesIO()
    Image.new("P", (4, 4)).save(animation, "GIF", save_all=True, append_images=[Image.new("P", (4, 4), 1)])
    return "" if animation.getvalue().startswith(b"GIF8") else "no GIF can be written"


def lesson(experiment: Experiment) -> str:
    """The lesson of an experiment is read and every formula in it is set."""
    from lab.core.lesson import load
    from widgets.text.formula import drawing

    unset = [latex for latex in (*load(experiment).formulas(), UNKNOWN) if not drawing(latex).svg]
    return f"the lesson's formula {unset[0]} cannot be set" if unset else ""


def code_cells() -> str:
    """A cell runs in its own process, with NumPy and the common modules."""
    from lab.kit_qt.code_runner import cell_command

    program, arguments = cell_command()
    done = subprocess.run([program, *arguments], input=CELL, capture_output=True, text=True, timeout=60)
    return "" if done.stdout.split() == ["1"] else f"a code cell says {(done.stderr or done.stdout).strip()[-300:]!r}"


def data() -> str:
    """Every data file and model is there, and is what the list says."""
    listed = json.loads(asset("data/manifest.json").read_text("utf-8"))
    for entry in listed:
        path = assets() / "data" / entry["file"]
        if not path.is_file():
            return f"{path.name} is missing"
        if "sha256" in entry and hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            return f"{path.name} is damaged"
    return ""


def models() -> str:
    """The sentence encoder and a bundled language model give an answer."""
    import numpy as np

    from lab.engine.lm.file import load_lm
    from lab.engine.pretrained.minilm import load_minilm

    vectors = load_minilm().encode(["a dog", "a puppy", "a tax form"])
    if not vectors[0] @ vectors[1] > vectors[0] @ vectors[2]:
        return "the sentence encoder mixes things up"
    model = load_lm(asset("models/shakespeare-main.npz"))
    return "" if np.isfinite(model.parameters.flat).all() else "the language model has weights that are no numbers"


PARTS: Mapping[str, Callable[[], str]] = {
    "numbers": numbers,
    "pictures": pictures,
    "code cells": code_cells,
    "data": data,
    "models": models,
}
