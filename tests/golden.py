"""Golden pictures: what a widget looked like when a person last looked at it and was content.

`check(image, name)` compares with the PNG kept in the repository, with a small tolerance for other
processors and other versions of Qt. After a wanted change, run the tests with GLASSBOX_GOLDEN=write, look
at the new pictures, and commit them.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

__all__ = ["check", "differences", "pixels"]

WIDGETS = Path(__file__).parent / "widgets" / "golden"
MEAN = 0.6  # of 255: anti-aliasing may differ a little everywhere
SHARE = 0.002  # of all pixels: almost nothing may differ clearly …
CLEARLY = 48  # … that is by so much of 255 in any channel


def check(image: QImage, name: str, folder: Path = WIDGETS) -> None:
    """Fail unless `image` looks like `folder/name.png`; what was painted is kept beside the message."""
    path = folder / f"{name}.png"
    if os.environ.get("GLASSBOX_GOLDEN") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        plain = image.convertToFormat(QImage.Format.Format_RGB888)
        assert plain.save(str(path), "PNG", 0), f"cannot write {path}"  # 0: as small as it gets
        return
    assert path.exists(), f"there is no golden picture {path}; run with GLASSBOX_GOLDEN=write and look at it"
    kept = QImage(str(path))
    seen = _keep(image, name)
    assert (kept.width(), kept.height()) == (image.width(), image.height()), (
        f"{name} is {image.width()}x{image.height()}, golden {kept.width()}x{kept.height()}; see {seen}"
    )
    mean, share = differences(pixels(kept), pixels(image))
    assert mean <= MEAN and share <= SHARE, (
        f"{name} has changed: mean difference {mean:.2f} (at most {MEAN}), "
        f"{share:.2%} of the pixels clearly (at most {SHARE:.2%}); see {seen}"
    )
    seen.unlink()


def pixels(image: QImage) -> np.ndarray:
    """The colours of an image, [height, width, 3] in 0..255, whatever its format."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).astype(np.int16)


def differences(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Mean absolute difference, and the share of pixels that differ clearly."""
    gap = np.abs(one - other)
    return float(gap.mean()), float((gap.max(axis=2) > CLEARLY).mean())


def _keep(image: QImage, name: str) -> Path:
    folder = Path(tempfile.gettempdir()) / "glassbox-golden"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    image.save(str(path))
    return path
