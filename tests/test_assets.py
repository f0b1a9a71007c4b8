"""Every data file is listed with its source and licence, and is what the list says."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from lab.core.paths import assets

DATA = assets() / "data"
ENTRIES = json.loads((DATA / "manifest.json").read_text("utf-8"))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: Path(entry["file"]).name)
def test_a_data_file_is_what_the_manifest_says(entry: dict) -> None:
    data = (DATA / entry["file"]).read_bytes()
    if "sha256" in entry:  # measured files change with the code and carry its hash themselves
        assert len(data) == entry["bytes"]
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert entry["source"]
    assert entry["licence"]


def test_no_data_file_is_without_source_and_licence() -> None:
    listed = {(DATA / entry["file"]).resolve() for entry in ENTRIES}
    files = {p.resolve() for folder in (DATA, assets() / "models") for p in folder.iterdir() if p.is_file()}
    unlisted = {p.name for p in files - listed} - {"manifest.json", "LICENCES.txt", "glossary.md"}
    assert unlisted == set()


def test_fonts_and_icons_come_with_their_licences() -> None:
    for folder in ("fonts", "icons", "lessons"):  # of lessons: the outlines of letters in formulas
        assert list((assets() / folder).glob("LICENCE*.txt")), folder
