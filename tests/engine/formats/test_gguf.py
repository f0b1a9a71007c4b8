"""The GGUF reader: facts and tensors as another writer put them there, a clear ValueError on everything else.

That blocks decode as the reference implementation does is held in test_gguf_blocks; that a whole model comes
out right is held in test_smollm2, whose reference read the same files with the published `gguf` package.
"""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.formats.gguf import GGUF
from lab.engine.formats.gguf_blocks import decode_blocks, encode_blocks
from tests.engine.pretrained_files import fact, gguf_bytes, numbers, text

FACTS = {
    "name": ("str", "tiny ☂"), "n": ("u32", 7), "small": ("i32", -3), "on": ("bool", True),
    "rate": ("f32", 0.5), "far": ("u64", 2**60), "words": ("[str]", ["a", "", "ç"]),
    "kinds": ("[i32]", [1, -2]), "none": ("[u8]", []),
}  # fmt: skip
TENSORS = {
    "half": (numbers(1, 3, 32), "F16"),
    "plain": (numbers(2, 5), "F32"),
    "brain": (numbers(3, 2, 2), "BF16"),
    "eight": (numbers(4, 3, 64), "Q8_0"),
    "four": (numbers(5, 2, 3, 32), "Q4_0"),
    "four_1": (numbers(6, 4, 32), "Q4_1"),
}


def opened(path: Path, content: bytes) -> GGUF:
    path.write_bytes(content)
    return GGUF(path)


@pytest.fixture
def file(tmp_path):
    with opened(tmp_path / "m.gguf", gguf_bytes(FACTS, TENSORS)) as opened_file:
        yield opened_file


def test_facts_come_back_as_they_were_written(file):
    assert file.facts == {name: value for name, (_, value) in FACTS.items()}
    assert file.fact("n", int) == 7 and file.fact("rate", float) == 0.5 and file.fact("on", bool) is True
    assert file.texts("words") == ["a", "", "ç"] and file.numbers("kinds") == [1, -2]


def test_tensors_come_back_in_every_format(file):
    for name, (array, form) in TENSORS.items():
        found = file.tensor(name)
        assert found.dtype == np.float32 and found.shape == array.shape, name
        if form.startswith("Q"):
            assert np.array_equal(found, decode_blocks(encode_blocks(array, form), form, array.shape))
        assert found == pytest.approx(array, abs={"F32": 0, "F16": 1e-3, "BF16": 8e-3, "Q8_0": 5e-3}.get(form, 0.15))


def test_some_rows_are_those_of_the_whole(file):
    for name, (array, _) in TENSORS.items():
        whole = file.tensor(name)
        for start in range(len(array) + 1):
            assert np.array_equal(file.tensor(name, start, len(array)), whole[start:])
    with pytest.raises(ValueError, match="tensor 'half' has 3 rows"):
        file.tensor("half", 2, 4)


def test_version_2_and_another_alignment_are_read(tmp_path):
    facts = FACTS | {"general.alignment": ("u32", 64)}
    with opened(tmp_path / "m", gguf_bytes(facts, TENSORS, version=2, alignment=64)) as file:
        assert np.array_equal(file.tensor("plain"), TENSORS["plain"][0])


def test_a_fact_of_another_kind_is_refused(file):
    with pytest.raises(ValueError, match="fact 'n' is of type int, needs str"):
        file.fact("n", str)
    with pytest.raises(ValueError, match="fact 'absent' is missing, needs int"):
        file.fact("absent", int)
    with pytest.raises(ValueError, match="fact 'on' is of type bool, needs int"):
        file.fact("on", int)
    with pytest.raises(ValueError, match="holds numbers, needs texts"):
        file.texts("kinds")
    with pytest.raises(ValueError, match="needs whole numbers"):
        file.numbers("words")
    with pytest.raises(ValueError, match="no tensor 'absent'"):
        file.tensor("absent")


def header(n_tensors=0, n_facts=0, version=3):
    return b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_facts)


def tensor(name="x", shape=(32,), form=0, at=0):
    axes = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return text(name) + axes + struct.pack("<IQ", form, at)


def padded(head: bytes, data: int = 0) -> bytes:
    return head + b"\0" * (-len(head) % 32 + data)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", "is empty"),
        (b"GG", "magic word at byte 0 needs 4 bytes, 2 are left"),
        (b"PK\3\4" + b"\0" * 40, "begins with b'PK"),
        (header(version=1), "version 1, known are 2 and 3"),
        (b"GGUF\0\0\0\3" + b"\0" * 16, "big-endian"),
        (header(n_tensors=2**60), "number of tensors is 1152921504606846976, at most 16384"),
        (header(n_facts=2**40), "number of facts is 1099511627776, at most 4096"),
        (header(n_facts=1), "length of the name of fact 0 at byte 24 needs 8 bytes, 0 are left"),
        (
            header(n_facts=1) + struct.pack("<Q", 2**63) + b"x",
            "name of fact 0 at byte 32 needs 92233720368547",
        ),
        (header(n_facts=1) + struct.pack("<Q", 1) + b"\xff" + fact("u32", 1), "name of fact 0 is not UTF-8"),
        (header(n_facts=1) + text("a") + struct.pack("<I", 99), "fact 'a' has the unknown type 99"),
        (header(n_facts=1) + text("a") + struct.pack("<IIQ", 9, 9, 1), "list of items of type 9"),
        (
            header(n_facts=1) + text("a") + struct.pack("<IIQ", 9, 4, 2**50),
            "items of fact 'a' is 1125899906842624",
        ),
        (header(n_facts=1) + text("a") + struct.pack("<IIQ", 9, 4, 500_000), "needs 2000000 bytes"),
        (header(n_facts=2) + 2 * (text("a") + fact("u32", 1)), "fact 'a' occurs twice"),
        (padded(header(n_tensors=1) + tensor(shape=())), "needs 1 to 4 axes"),
        (padded(header(n_tensors=1) + tensor(shape=(1,) * 5)), "axes of tensor 'x' is 5, at most 4"),
        (padded(header(n_tensors=1) + tensor(shape=(4, 0))), "none of them empty"),
        (padded(header(n_tensors=1) + tensor(form=12)), "tensor 'x' has format 12, known are F32"),
        (
            padded(header(n_tensors=1) + tensor(shape=(33,), form=3)),
            "rows of 33, Q4_1 needs a multiple of 32",
        ),
        (padded(header(n_tensors=1) + tensor(), 127), "ends at byte"),
        (padded(header(n_tensors=1) + tensor(shape=(2**60, 2**60)), 128), "ends at byte"),
        (padded(header(n_tensors=1) + tensor(at=2**63), 128), "ends at byte"),
        (padded(header(n_tensors=1) + tensor(at=4), 256), "lies at 4, needs a multiple of 32"),
        (
            padded(header(n_tensors=2) + tensor("a") + tensor("b", at=96), 256),
            "'b' at byte 192 overlaps what ends at 224",
        ),
        (padded(header(n_tensors=2) + tensor("a") + tensor("a", at=128), 256), "tensor 'a' occurs twice"),
        (padded(header(n_facts=1) + text("general.alignment") + fact("u32", 0)), "alignment is 0"),
        (padded(header(n_facts=1) + text("general.alignment") + fact("str", "8")), "alignment is '8'"),
    ],
)
def test_an_unsound_file_is_refused_with_what_is_wrong(tmp_path, content, trouble):
    with pytest.raises(ValueError, match=trouble) as caught:
        opened(tmp_path / "model.gguf", content)
    assert "model.gguf" in str(caught.value)


def test_an_endless_name_does_not_make_an_endless_message(tmp_path):
    content = header(n_facts=1) + text("a" * 100_000) + struct.pack("<I", 99)
    with pytest.raises(ValueError, match="is not a GGUF file that can be read") as caught:
        opened(tmp_path / "m", content)
    assert len(str(caught.value)) < 1000


SOUND = gguf_bytes({k: FACTS[k] for k in ("n", "words", "kinds")}, {k: TENSORS[k] for k in ("plain", "four_1")})


@given(data=st.data())
def test_no_damage_does_more_than_raise_value_error(tmp_path_factory, data):
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 330))] = data.draw(st.sampled_from([0, 1, 2, 8, 9, 127, 128, 255]))
    content = content[: data.draw(st.integers(0, len(content)))]
    try:
        with opened(tmp_path_factory.getbasetemp() / "fuzz.gguf", bytes(content)) as file:
            for name in file.tensors:
                assert file.tensor(name).size <= len(content) * 2
    except ValueError:
        return


@given(content=st.binary(max_size=200))
def test_noise_does_no_more_than_raise_value_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "noise.gguf"
    try:
        opened(path, header(n_tensors=1, n_facts=1) + content).close()
    except ValueError:
        return
    raise AssertionError("noise was taken for a model")
