"""The formulas of the lessons, set beforehand, so that no learner waits for the typesetter.

    python build/formulas.py           writes assets/lessons/formulas.json
    python build/formulas.py --check   fails when it is not what the lessons need

A formula that is not in the file is set when it is shown: a lesson in another language, or a text of one's own.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "assets" / "lessons" / "formulas.json"
INLINE = re.compile(r"(?<!\$)\$([^$\n]+)\$(?!\$)")


def own() -> set[str]:
    """The formulas that stand on lines of their own."""
    from lab import catalog
    from lab.core.lesson import load

    return {latex for experiment in catalog.experiments() for latex in load(experiment).formulas()}


def inline() -> set[str]:
    """Those that stand within a line."""
    texts = [file.read_text("utf-8") for file in (ROOT / "assets" / "lessons" / "en").glob("*.md")]
    return {latex for text in texts for latex in INLINE.findall(text)}


def main(check: bool) -> int:
    sys.path.insert(0, str(ROOT))
    from widgets.text.formula import stored

    wanted = stored(own(), inline())
    if check:
        fresh = FILE.is_file() and FILE.read_text("utf-8") == wanted
        print("up to date" if fresh else "assets/lessons/formulas.json is old: python build/formulas.py")
        return 0 if fresh else 1
    FILE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
