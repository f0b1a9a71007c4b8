"""The pictures of the README, made by the program itself: python build/pictures.py"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "assets" / "pictures"
PICTURES = (
    ("home.png", ("shot",)),
    ("gradient-descent.png", ("shot", "gradient-descent", "--preset", "race", "--steps", "24")),
    ("decision-boundaries.png", ("shot", "decision-boundaries", "--preset", "spirals", "--steps", "4000")),
    ("backpropagation.png", ("shot", "backpropagation", "--preset", "course", "--steps", "17")),
    ("attention.png", ("shot", "attention")),
    ("decoding.png", ("--theme", "dark", "shot", "decoding", "--preset", "creative", "--steps", "60")),
    ("single-neuron.png", ("--theme", "dark", "shot", "single-neuron", "--steps", "40")),
)


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for name, words in PICTURES:
        out = FOLDER / name
        subprocess.run([sys.executable, "-m", "lab", *words, "--out", str(out)], cwd=ROOT, check=True)
        _smaller(out)
    return 0


def _smaller(path: Path) -> None:
    """Fewer colours: a README should load quickly."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
    small.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
