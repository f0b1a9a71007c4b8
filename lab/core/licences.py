"""Every licence: of the lab, of what it stands on and of all that comes with it, with the full texts.

In a bundle the packages are those that the build wrote down; elsewhere those installed now.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lab import __version__
from lab.core.paths import asset, assets, stamp
from lab.core.records import dataclass
from lab.core.text import N_

if TYPE_CHECKING:
    from importlib.metadata import PackageMetadata

__all__ = ["GROUPS", "Part", "installed_packages", "parts"]

OURS, QT, PACKAGES = N_("Glassbox"), N_("Qt"), N_("Python and its packages")
PICTURES, DATA, SYSTEM = N_("Fonts and icons"), N_("Data and models"), N_("System libraries in this bundle")
GROUPS = (OURS, QT, PACKAGES, PICTURES, DATA, SYSTEM)

_IS_LICENCE = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
_BY_NAME = {"LGPL-3.0": ("LGPL-3.0.txt", "GPL-3.0.txt"), "Apache": ("Apache-2.0.txt",)}
_PICTURES = (
    ("Inter", "OFL-1.1", "fonts/LICENCE-inter.txt"),
    ("JetBrains Mono", "OFL-1.1", "fonts/LICENCE-jetbrains-mono.txt"),
    ("Atkinson Hyperlegible", "OFL-1.1", "fonts/LICENCE-atkinson-hyperlegible.txt"),
    ("Lucide", "ISC", "icons/LICENCE-lucide.txt"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing with a licence: its group (of GROUPS), name, version, licence in short, origin and full text."""

    group: str
    name: str
    version: str = ""
    licence: str = ""
    origin: str = ""
    text: str = ""


def parts() -> tuple[Part, ...]:
    """Everything, in the order of GROUPS."""
    return (
        Part(OURS, "Glassbox", __version__, "MIT", "", _text("Glassbox.txt")),
        *_packages(),
        *(Part(PICTURES, name, "", short, "", asset(file).read_text("utf-8")) for name, short, file in _PICTURES),
        *_data(),
        *_system(),
    )


def _text(*names: str) -> str:
    return "\n\n".join(asset(f"licences/{name}").read_text("utf-8") for name in names)


def _packages() -> Iterator[Part]:
    listed = stamp().get("packages") or installed_packages()
    found = []
    for package in listed:
        name, short = package["name"], package["licence"]
        qt = name.lower().startswith(("pyside6", "shiboken6"))
        names = next((files for key, files in _BY_NAME.items() if key in short), ())
        text = package["text"] or (_text(*names) if names else "")
        found.append(Part(QT if qt else PACKAGES, name, package["version"], short, package["home"], text))
    yield from (part for part in found if part.group == QT)
    yield Part(PACKAGES, "Python", platform.python_version(), "PSF-2.0", "", _text("Python.txt"))
    yield from (part for part in found if part.group == PACKAGES)


def _data() -> Iterator[Part]:
    apache = _text("Apache-2.0.txt")
    for entry in json.loads(asset("data/manifest.json").read_text("utf-8")):
        text = apache if "Apache" in entry["licence"] else ""
        yield Part(DATA, entry["file"].removeprefix("../"), "", entry["licence"], entry["source"], text)


def _system() -> Iterator[Part]:
    """The libraries that a Linux bundle brings from the Debian it was built on, as their packages tell."""
    folder = assets() / "licences" / "system"
    for path in sorted(folder.glob("*.txt")) if folder.is_dir() else ():
        yield Part(SYSTEM, path.stem, "", "", "Debian 12", path.read_text("utf-8", "replace"))


# ----------------------------------------------------------------------------- what is installed here and now


def installed_packages() -> list[dict[str, str]]:
    """The packages the lab depends on and those they depend on: name, version, licence, home, text."""
    from importlib.metadata import PackageNotFoundError, distribution

    found: dict[str, dict[str, str]] = {}
    waiting = _wanted()
    while waiting:
        name = re.split(r"[ \[<>=!~;(]", waiting.pop().strip())[0]
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        about = package.metadata
        own = [file for file in package.files or () if ".dist-info" in str(file) and _IS_LICENCE.search(file.name)]
        found[key] = {
            "name": str(about["Name"]),
            "version": package.version,
            "licence": _licence(about),
            "home": _home(about),
            "text": "\n\n".join(file.read_text("utf-8") for file in own),
        }
        waiting += [wish for wish in package.requires or () if "extra ==" not in wish]
    return sorted(found.values(), key=lambda package: package["name"].lower())


def _wanted() -> list[str]:
    import tomllib
    from importlib.metadata import PackageNotFoundError, requires

    project = assets().parent / "pyproject.toml"
    if project.is_file():
        wanted: list[str] = tomllib.loads(project.read_text("utf-8"))["project"]["dependencies"]
        return list(wanted)
    try:
        return [wish for wish in requires("glassbox") or () if "extra ==" not in wish]
    except PackageNotFoundError:
        return []


def _licence(about: PackageMetadata) -> str:
    """The licence in short: the expression, else the classifiers, else the first line of the text."""
    given = {name: about.get_all(name) or [] for name in ("License-Expression", "Classifier", "License")}
    classes = [line.rsplit(" :: ", 1)[-1] for line in given["Classifier"] if line.startswith("License ::")]
    if given["License-Expression"]:
        return str(given["License-Expression"][0])
    if classes:
        return ", ".join(dict.fromkeys(classes))
    return str(given["License"][0]).strip().splitlines()[0] if given["License"] else ""


def _home(about: PackageMetadata) -> str:
    links = dict(line.split(", ", 1) for line in about.get_all("Project-URL") or [] if ", " in line)
    named = {name.lower(): link for name, link in links.items()}
    known = ("homepage", "source", "source code", "repository", "github", "code", "documentation")
    homes: list[str] = about.get_all("Home-page") or [named[name] for name in known if name in named]
    return homes[0] if homes else ""
