#!/usr/bin/env python3
"""The slow part of .ci/run: freeze for Linux, try the bundle and the README in bare roots, when one has changed.

    python build/ci_bundle.py [--always] [--record]

What passed is remembered by a fingerprint: of build/ and the dependencies for the bundle, of run.py, the README's apt
line and the dependencies for the README. It lies in the user's cache, and with --record in build/tried.json, which is
committed with the change: so a machine tries what a change touches, and what nobody has tried. Where no Debian root
can be made this says so and ends well; a bundle that cannot be frozen, started or is too large, and a command of the
README that fails, end with 1.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "build" / "tried.json"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glassbox"
INPUTS = ("freeze.py", "bundle.py", "debian.py", "bare_roots.py", "glassbox.spec", "hooks/*.py")
STAND_INS = ("widgets/base/imports.py", "widgets/plots/pyqtgraph_parts.py")  # import packages in parts
STEPS = (("build/freeze.py",), ("build/bare_roots.py",), ("-m", "pytest", "-q", "tests/build"))
README_STEPS = (("build/bare_roots.py", "--readme", "--quick"),)
os.environ.setdefault("GLASSBOX_ROOTS", str(CACHE / "roots"))

import bare_roots  # noqa: E402
import debian  # noqa: E402
import freeze  # noqa: E402
import try_readme  # noqa: E402


def main(words: list[str]) -> int:
    always, prints = "--always" in words, {"bundle": bundle_print(), "readme": readme_print()}
    code = part("bundle", prints["bundle"], STEPS, always) or part("readme", prints["readme"], README_STEPS, always)
    if "--record" in words and not code:
        record(prints)
    return code


def part(name: str, fingerprint: str, steps: Sequence[Sequence[str]], always: bool) -> int:
    """Take the steps of one part, unless they passed here before; the exit code."""
    passed = CACHE / f"{name}-{fingerprint}"
    if not always and (passed.is_file() or recorded().get(name) == fingerprint):
        print(f"{name}: what it is made of is as when it last passed")
        return 0
    began = time.monotonic()
    reason = debian.reason_against() or (roots() if name == "bundle" else "")
    if reason:
        print(f"{name}: not tried, {reason}")
        return 0
    for step in steps:
        code = subprocess.run([sys.executable, *step], cwd=ROOT).returncode
        if code == freeze.NO_PACKAGES and step == STEPS[0]:
            print("bundle: not tried, the packages could not be installed")
            return 0
        if code:
            print(f"{name}: FAILED in {' '.join(step)}", file=sys.stderr)
            return 1
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text("")
    print(f"{name}: tried in {time.monotonic() - began:.0f} s")
    return 0


def recorded() -> dict[str, str]:
    """The fingerprint of each part that passed and was committed."""
    return json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}


def record(prints: dict[str, str]) -> None:
    """Write down what has passed here; a part that could not be tried here keeps what stood there."""
    passed = {name: value for name, value in prints.items() if (CACHE / f"{name}-{value}").is_file()}
    RECORD.write_text(json.dumps(recorded() | passed, indent=1) + "\n", "utf-8")


def roots() -> str:
    """Make the roots that are needed; why that cannot be, or ""."""
    try:
        debian.Root(freeze.OLDEST, "builder", freeze.BUILDER).make()
        for suite in bare_roots.SUITES:
            debian.Root(suite, f"bare-{suite}", bare_roots.GIVEN).make()
    except (RuntimeError, OSError) as error:
        return f"no root could be made: {error}"
    return ""


def bundle_print() -> str:
    """Of what freezes and what is frozen besides our own modules, which the self-test in the checkout covers; but for
    those that import a package in parts."""
    paths = [path for pattern in INPUTS for path in sorted((ROOT / "build").glob(pattern))]
    paths += [ROOT / path for path in STAND_INS]
    return printed([(ROOT / "pyproject.toml").read_bytes(), *(path.read_bytes() for path in paths)])


def readme_print() -> str:
    """Of what the README's commands do before they reach our own modules."""
    paths = ("pyproject.toml", "run.py", "build/try_readme.py", "build/debian.py")
    return printed([try_readme.apt_line().encode(), *((ROOT / path).read_bytes() for path in paths)])


def printed(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for one in parts:
        found.update(one)
    return found.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
