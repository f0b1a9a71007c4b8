"""Licences of a bundle: of the Python packages in it, and of the system libraries it brings along.

python build/licences.py            prints the packages of the environment that runs this
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_ASK = "import json; from lab.core.licences import installed_packages; print(json.dumps(installed_packages()))"


def packages_of(python: Path) -> list[dict[str, str]]:
    """What the lab depends on and what that depends on, as installed for a Python."""
    requested = subprocess.run([str(python), "-c", _ASK], capture_output=True, text=True, check=True, cwd=ROOT)
    found: list[dict[str, str]] = json.loads(requested.stdout)
    return found


def copy_system_licences(bundle: Path) -> int:
    """Put the copyright files of the Debian packages whose libraries lie in the bundle's top folder into it.

    Returns how many there are; 0 on a system without dpkg.
    """
    if shutil.which("dpkg-query") is None:
        return 0
    own = [path for path in (bundle / "_internal").iterdir() if not path.is_symlink()]  # Qt's are links
    names = [path.name for path in own if re.search(r"\.so(\.|$)", path.name)]
    requested = subprocess.run(["dpkg-query", "-S", *(f"*/{name}" for name in names)], capture_output=True, text=True)
    packages = {line.split(":")[0] for line in requested.stdout.splitlines() if line.rpartition("/")[2] in names}
    target = bundle / "_internal" / "assets" / "licences" / "system"
    target.mkdir(parents=True, exist_ok=True)
    for package in sorted(packages):
        source = Path("/usr/share/doc", package, "copyright")
        if source.is_file():
            shutil.copyfile(source, target / f"{package}.txt")
    return len(packages)


if __name__ == "__main__":
    for package in packages_of(Path(sys.executable)):
        print("{name} {version}: {licence} ({home})".format(**package))
