"""The data can be made again: the pins are whole, what is made is compared fairly, and the lists are generated."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np

Script = Callable[[str], ModuleType]
DATA = Path(__file__).resolve().parents[2] / "assets" / "data"


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_every_source_is_pinned_by_version_and_hash(script: Script) -> None:
    sources = script("recipes/sources").SOURCES
    assert len(sources) == 11
    for source in sources.values():
        assert source.client in ("pip", "npm", "apt")
        assert re.fullmatch(r"\d[\w.-]*", source.version)
        assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)


def test_texts_have_to_be_the_same_and_arrays_may_be_packed_otherwise(script: Script, tmp_path: Path) -> None:
    compared = script("make_assets").compared
    text, arrays = tmp_path / "a.csv", tmp_path / "a.npz"
    text.write_bytes(b"1,2\n")
    arrays.write_bytes(npz(x=np.arange(3)))
    assert compared(text, b"1,2\n") == "the same to the byte"
    assert compared(text, b"1,3\n") == "DIFFERENT"
    packed = io.BytesIO()
    np.savez_compressed(packed, x=np.arange(3))
    assert compared(arrays, packed.getvalue()) == "the same arrays"
    assert compared(arrays, npz(x=np.arange(4))).startswith("DIFFERENT")
    assert compared(tmp_path / "none.npz", b"").startswith("DIFFERENT")


def test_vectors_may_differ_in_their_last_digit_only(script: Script, tmp_path: Path) -> None:
    compared, path = script("make_assets").compared, tmp_path / "v.npz"
    codes = np.random.default_rng(1).integers(-127, 128, (5, 40)).astype(np.int8)
    scale = np.ones(5, np.float16)
    path.write_bytes(npz(q=codes, scale=scale))
    nearly = codes.copy()
    nearly[0, 0] += 1 if codes[0, 0] < 127 else -1
    assert compared(path, npz(q=nearly, scale=scale)).startswith("the same vectors")
    assert compared(path, npz(q=-codes, scale=scale)).startswith("DIFFERENT")


def test_the_page_of_licences_is_the_one_made_from_the_manifest(script: Script) -> None:
    entries = json.loads((DATA / "manifest.json").read_text("utf-8"))
    assert (DATA / "LICENCES.txt").read_text("utf-8") == script("make_assets").licences(entries)


def test_rows_survive_being_packed_as_int8(script: Script) -> None:
    rows = np.random.default_rng(0).normal(size=(6, 50)).astype(np.float32)
    codes, scale = script("recipes/numbers").rows_as_int8(rows)
    assert np.abs(codes * scale[:, None].astype(np.float32) - rows).max() <= np.abs(rows).max() / 200
