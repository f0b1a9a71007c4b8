"""Begin a new experiment from a small one that works.

    python build/new_experiment.py 18 transformer-block "Transformer block" [CHAPTER]

Copies `build/experiment`, a number that walks to its goal, to a folder, a lesson and a test of the new name. It keeps
every promise of the contract suite from the first minute: change it piece by piece, and what breaks says so. The number
is its place in the course; the chapter is that of its neighbours unless it is given.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "build" / "experiment"


def main(words: list[str]) -> int:
    if (
        len(words) not in (3, 4)
        or not words[0].isdecimal()
        or not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", words[1])
    ):
        print(__doc__, file=sys.stderr)
        return 2
    number, id, title = int(words[0]), words[1], words[2]
    folder = f"e{number:02d}_{id.replace('-', '_')}"
    written = {
        path: ROOT / "lab" / "experiments" / folder / path.name
        for path in sorted(MODEL.glob("*.py"))
        if path.name != "test.py"
    }
    written[MODEL / "lesson.md"] = ROOT / "assets" / "lessons" / "en" / f"{number:02d}-{id}.md"
    written[MODEL / "test.py"] = ROOT / "tests" / "experiments" / f"test_{folder}.py"
    taken = [str(path.relative_to(ROOT)) for path in written.values() if path.exists()]
    taken += [path.name for path in (ROOT / "lab" / "experiments").glob(f"e{number:02d}_*")]
    if taken:
        print(f"{', '.join(taken)}: there already; nothing was written", file=sys.stderr)
        return 1
    chapter = words[3] if len(words) == 4 else str(_chapter(number))
    names = {
        "e00_example": folder,
        'find("example")': f'find("{id}")',
        'id="example"': f'id="{id}"',
        "number=0": f"number={number}",
        "chapter=1": f"chapter={chapter}",
        "Experiment 0": f"Experiment {number}",
        "Example": title,
    }
    for source, target in written.items():
        text = source.read_text("utf-8")
        for old, new in names.items():
            text = text.replace(old, new)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    print("wrote", *(str(path.relative_to(ROOT)) for path in written.values()), sep="\n  ")
    print(f"now: python3 run.py test --fast {id}")
    return 0


def _chapter(number: int) -> int:
    """That of the last experiment before it in the course."""
    sys.path.insert(0, str(ROOT))
    from lab import catalog

    return max((e.chapter for e in catalog.experiments() if e.number <= number), default=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
