"""The icon in the forms that Windows and macOS want, drawn from the one SVG.

    python build/icons.py FOLDER        writes glassbox.ico, glassbox.icns and glassbox.png

Needs PySide6 and Pillow: the environment of build/freeze.py has them.
"""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

SVG = Path(__file__).resolve().parents[1] / "assets" / "icons" / "glassbox.svg"
ICO = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS = (16, 32, 64, 128, 256, 512, 1024)


def main(folder: Path) -> int:
    _app = QGuiApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {size: drawing(size) for size in {*ICO, *ICNS}}
    small = [drawn[size] for size in ICO]
    small[-1].save(folder / "glassbox.ico", sizes=[(size, size) for size in ICO], append_images=small[:-1])
    large = [drawn[size] for size in ICNS]
    large[-1].save(folder / "glassbox.icns", append_images=large[:-1])
    drawn[256].save(folder / "glassbox.png")
    return 0


def drawing(size: int) -> Image.Image:
    """The icon drawn at a size, not scaled to it."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SVG)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image)
    return Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGBA")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
