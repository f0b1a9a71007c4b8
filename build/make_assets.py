#!/usr/bin/env python3
"""Make every data file again from pinned packages, and see that it is the one in assets/.

    python build/make_assets.py            makes them in .work/assets and compares
    python build/make_assets.py --write    puts those that differ into assets/, with manifest and licences

The pins, with their hashes, are in recipes/sources.py. Texts and tables have to be the same to the byte. An .npz has
to hold the same arrays: how it is compressed hangs on the zlib of the day. Vectors that the encoder computed may
differ in the last digit of an int8, so their cosine is looked at. What was written for the lab (analogies, concepts,
questions, the tour of heads) is its own source; what was trained or measured has its own script in build/.

Needs npm, apt-get and dpkg-deb for the packages that are only there, and about 250 MB of downloads.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA, MODELS = ROOT / "assets" / "data", ROOT / "assets" / "models"
WORK = ROOT / ".work" / "assets"
PACKAGES = ("numpy==2.3.5", "pandas==2.3.3", "rdata==1.1.0", "pillow==11.3.0", "safetensors>=0.5", "msgspec>=0.19")
COSINE = 0.998
PICTURES = """\
Pictures: camera CC0 (Lav Varshney); cat CC0 (Stefan van der Walt); brick CC0 (CC0Textures); coins 'no known copyright
restrictions' (Brooklyn Museum); astronaut public domain (NASA). The package states no licence for moon.png and
page.png: left out.
"""
sys.path[:0] = [str(ROOT), str(ROOT / "build")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put what differs into assets/")
    wanted = parser.parse_args()
    if os.environ.get("GLASSBOX_ASSETS") != "made":
        return again_in_environment()
    different = []
    for name, content in made().items():
        path = MODELS / name.removeprefix("models/") if name.startswith("models/") else DATA / name
        sentence = compared(path, content)
        print(f"{sentence:<34}{name}")
        if sentence.startswith("DIFFERENT"):
            different.append(name)
            if wanted.write:
                path.write_bytes(content)
    if wanted.write:
        write_lists()
        return 0
    return 1 if different else 0


def again_in_environment() -> int:
    """Run this again with the packages it needs, in an environment of its own."""
    import run as launcher

    venv = WORK / "environment"
    python, stamp = launcher.python_of(venv), venv / "glassbox-assets"
    if not stamp.is_file() or stamp.read_text("utf-8") != " ".join(PACKAGES):
        launcher.make_environment(venv)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *PACKAGES], check=True)
        stamp.write_text(" ".join(PACKAGES), "utf-8")
    return subprocess.call([str(python), *sys.argv], env={**os.environ, "GLASSBOX_ASSETS": "made"})


def made() -> dict[str, bytes]:
    """Every file by name."""
    from recipes import numbers, texts
    from recipes.sources import SOURCES, fetch

    source = {name: fetch(each, WORK / "packages") for name, each in SOURCES.items()}
    shakespeare = texts.plays(source["plays"])
    alphabet = "".join(sorted(set(shakespeare)))
    passages = texts.passages(source["countries"], source["elements"])
    questions = [json.loads(line) for line in (DATA / "rag_questions.jsonl").read_text("utf-8").splitlines()]
    answered(questions, passages)
    pack = packed(numbers.encoder(source["encoder"]))
    WORK.joinpath("minilm.npz").write_bytes(pack)
    vectors = {
        "passages_minilm.npz": [passage["text"] for passage in passages],
        "rag_questions_minilm.npz": [question["q"] for question in questions],
    }
    return {
        "shakespeare.txt": shakespeare.encode(),
        "shakespeare_famous.txt": texts.famous_plays(source["plays"], alphabet).encode(),
        "names.txt": texts.names(source["girls"], source["boys"]).encode(),
        "passages.jsonl": ("\n".join(json.dumps(p, ensure_ascii=False) for p in passages) + "\n").encode(),
        **numbers.csv_tables(source["tables"], source["sklearn"]),
        "glove_10k_100d.npz": packed(numbers.word_vectors(source["vectors"], words_needed())),
        "gpt2_merges.npz": packed(numbers.merges(source["merges"])),
        "digits_8x8.npz": packed(numbers.digits(source["sklearn"])),
        "pictures.npz": packed(numbers.pictures(source["skimage"])),
        "models/minilm-l6-int8.npz": pack,
        **{name: packed(numbers.encoder_vectors(WORK / "minilm.npz", sentence)) for name, sentence in vectors.items()},
    }


def words_needed() -> set[str]:
    """The words of the analogies and the concepts, which have to be among the vectors."""
    lines = (DATA / "analogies.csv").read_text("utf-8").splitlines()[1:]
    concepts = json.loads((DATA / "concepts.json").read_text("utf-8"))
    return {word for line in lines for word in line.split(",")[1:]} | {w for s in concepts.values() for w in s.split()}


def answered(questions: list[dict[str, Any]], passages: list[dict[str, str]]) -> None:
    """Every question has its answer in one of its passages."""
    text = {passage["id"]: passage["text"].lower() for passage in passages}
    for each in questions:
        if not any(each["answer"].lower() in text.get(id, "") for id in each["gold"]):
            raise RuntimeError(f"no passage answers {each['q']!r}")


def packed(arrays: Mapping[str, Any]) -> bytes:
    import numpy as np

    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def compared(path: Path, content: bytes) -> str:
    """How a file that was made is like the one that is there."""
    if not path.is_file():
        return "DIFFERENT: it is not there"
    there = path.read_bytes()
    if there == content:
        return "the same to the byte"
    return _compared_arrays(there, content) if path.suffix == ".npz" else "DIFFERENT"


def _compared_arrays(there: bytes, content: bytes) -> str:
    import numpy as np

    with np.load(io.BytesIO(there)) as old, np.load(io.BytesIO(content)) as new:
        if set(old.files) != set(new.files):
            return "DIFFERENT: other arrays"
        if all(old[name].dtype == new[name].dtype and np.array_equal(old[name], new[name]) for name in old.files):
            return "the same arrays"
        if set(old.files) != {"q", "scale"} or old["q"].shape != new["q"].shape:
            return "DIFFERENT"
        a, b = (each["q"] * each["scale"][:, None].astype(np.float32) for each in (old, new))
        cosine = float(((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)).min())
    return f"{'the same vectors' if cosine > COSINE else 'DIFFERENT'}, cosine ≥ {cosine:.4f}"


def write_lists() -> None:
    """The manifest with the sizes and hashes of today, and the licences in one page."""
    entries = json.loads((DATA / "manifest.json").read_text("utf-8"))
    for entry in entries:
        content = (DATA / entry["file"]).read_bytes()
        if "sha256" in entry:
            entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (DATA / "manifest.json").write_text(json.dumps(entries, indent=1), "utf-8")
    (DATA / "LICENCES.txt").write_text(licences(entries), "utf-8")


def licences(entries: list[dict[str, Any]]) -> str:
    """Where each file comes from and what it may be used for, a line each."""
    lines = [f"{entry['file'].removeprefix('../')}: {entry['source']}; {entry['licence']}" for entry in entries]
    return "\n".join(lines) + "\n\n" + PICTURES


if __name__ == "__main__":
    sys.exit(main())
