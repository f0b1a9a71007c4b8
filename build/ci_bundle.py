#!/usr/bin/env python3
"""The bundle's part of .ci/run: freeze for Linux and try it in bare roots, when what it is made of has changed.

    python build/ci_bundle.py [--always]

What was frozen and tried is remembered by a fingerprint of build/ and of the dependencies, in the user's cache: the
same fingerprint is not tried twice on one machine, a new machine always tries. Where no Debian root can be made this
says so and ends well; a bundle that cannot be frozen, started or is too large ends with 1.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glassbox"
INPUTS = ("freeze.py", "bundle.py", "debian.py", "bare_roots.py", "ci_bundle.py", "glassbox.spec", "hooks/*.py")
os.environ.setdefault("GLASSBOX_ROOTS", str(CACHE / "roots"))

import bare_roots  # noqa: E402
import debian  # noqa: E402
import freeze  # noqa: E402


def main(words: list[str]) -> int:
    passed = CACHE / f"bundle-{fingerprint()}"
    if passed.is_file() and "--always" not in words:
        print("bundle: build/ and the dependencies are as when it last passed here")
        return 0
    began = time.monotonic()
    reason = debian.reason_against() or roots()
    if reason:
        print(f"bundle: not tried, {reason}")
        return 0
    steps = (["build/freeze.py"], ["build/bare_roots.py"], ["-m", "pytest", "-q", "tests/build"])
    for step in steps:
        code = subprocess.run([sys.executable, *step], cwd=ROOT).returncode
        if code == freeze.NO_PACKAGES and step == steps[0]:
            print("bundle: not tried, the packages could not be installed")
            return 0
        if code:
            print(f"bundle: FAILED in {' '.join(step)}", file=sys.stderr)
            return 1
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text("")
    print(f"bundle: frozen and tried in {time.monotonic() - began:.0f} s")
    return 0


def roots() -> str:
    """Make the roots that are needed; why that cannot be, or ""."""
    try:
        debian.Root(freeze.OLDEST, "builder", freeze.BUILDER).make()
        for suite in bare_roots.SUITES:
            debian.Root(suite, f"bare-{suite}", bare_roots.GIVEN).make()
    except (RuntimeError, OSError) as error:
        return f"no root could be made: {error}"
    return ""


def fingerprint() -> str:
    """Of what freezes and what is frozen besides our own modules, which the self-test in the checkout covers."""
    found = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    for pattern in INPUTS:
        for path in sorted((ROOT / "build").glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
