"""The Python packages of a bundle, each with its version, licence and home, read from what is installed.

    python build/licences.py            prints them for the environment that runs this

What a package says of itself is taken as it stands: the licence expression, else the classifier, else the text.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_ASK = r"""
import json, re, sys
from importlib.metadata import PackageNotFoundError, distribution

def licence(meta):
    found = meta.get("License-Expression")
    if not found:
        classes = [c.split(" :: ")[-1] for c in meta.get_all("Classifier", []) if c.startswith("License ::")]
        found = ", ".join(dict.fromkeys(classes)) or (meta.get("License") or "").strip().splitlines()[:1]
    return found if isinstance(found, str) else (found[0] if found else "see its own files")

def home(meta):
    links = dict(part.split(", ", 1) for part in meta.get_all("Project-URL", []) if ", " in part)
    links = {name.lower(): link for name, link in links.items()}
    known = ("homepage", "source", "source code", "repository", "github", "code", "documentation")
    return meta.get("Home-page") or next((links[n] for n in known if n in links), "")

seen, waiting = {}, list(json.loads(sys.argv[1]))
while waiting:
    name = re.split(r"[ \[<>=!~;(]", waiting.pop().strip())[0]
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen or key in ("colorama",):
        continue
    try:
        found = distribution(name)
    except PackageNotFoundError:
        continue
    own = [str(file) for file in found.files or () if ".dist-info" in str(file)]
    texts = [path for path in own if re.search(r"(?i)licen[cs]e|copying|notice", path.rpartition("/")[2])]
    read = [found.locate_file(t).read_text("utf-8", "replace") for t in texts]
    seen[key] = {"name": found.metadata["Name"], "version": found.version, "licence": licence(found.metadata),
                 "home": home(found.metadata), "text": "\n\n".join(read)}
    waiting += [r for r in found.requires or () if "extra ==" not in r]
print(json.dumps(sorted(seen.values(), key=lambda p: p["name"].lower())))
"""


def packages_of(python: Path, project: Path) -> list[dict[str, str]]:
    """What the project depends on and what that depends on, as installed for a Python: name, version, licence, home."""
    import tomllib

    wanted = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
    asked = subprocess.run([str(python), "-c", _ASK, json.dumps(wanted)], capture_output=True, text=True, check=True)
    found: list[dict[str, str]] = json.loads(asked.stdout)
    return found


if __name__ == "__main__":
    for package in packages_of(Path(sys.executable), Path(__file__).resolve().parents[1] / "pyproject.toml"):
        print("{name} {version}: {licence} ({home})".format(**package))
