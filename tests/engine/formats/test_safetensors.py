"""The safetensors reader: equal to the published package on sound files, a clear ValueError on everything
else.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from lab.engine.formats import safetensors
from lab.engine.formats.safetensors import SafeTensors, write_safetensors, writing_safetensors

ARRAYS = {
    "a": np.arange(12, dtype=np.float32).reshape(3, 4),
    "b": np.array([[1], [-2]], np.int8),
    "empty": np.zeros((0, 3), np.float64),
    "scalar": np.array(2.5, np.float16),
    "flags": np.array([True, False, True]),
    "big": np.array([2**63], np.uint64),
}


def raw(header, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def opened(path: Path, content: bytes) -> SafeTensors:
    path.write_bytes(content)
    return SafeTensors(path, mapped=True)


def test_what_the_published_package_writes_is_read_as_it_is(tmp_path):
    save_file(ARRAYS, tmp_path / "m.safetensors", metadata={"made": "here"})
    with SafeTensors(tmp_path / "m.safetensors") as file:
        assert file.metadata == {"made": "here"}
        assert set(file.entries) == set(ARRAYS)
        for name, array in ARRAYS.items():
            assert file.array(name).dtype == array.dtype and np.array_equal(file.array(name), array)


def test_what_we_write_is_read_by_the_published_package(tmp_path):
    path = tmp_path / "m.safetensors"
    names = {
        "float32": "F32",
        "int8": "I8",
        "float64": "F64",
        "float16": "F16",
        "bool": "BOOL",
        "uint64": "U64",
    }
    plan = [(name, names[str(array.dtype)], array.shape) for name, array in ARRAYS.items()]
    plan = [entry for entry in plan if 0 not in entry[2]]
    write_safetensors(path, plan, [ARRAYS[name] for name, _, _ in plan], {"made": "here"})
    found = load_file(path)
    assert all(np.array_equal(found[name], ARRAYS[name]) for name, _, _ in plan)


def test_the_numbers_we_write_start_at_a_cache_line(tmp_path):
    write_safetensors(tmp_path / "m", [("x", "F32", (3,))], [np.zeros(3, np.float32)])
    assert (8 + int.from_bytes((tmp_path / "m").read_bytes()[:8], "little")) % 64 == 0


@pytest.mark.parametrize("mapped", [False, True])
def test_a_tensor_is_read_only_and_outlives_its_file(tmp_path, mapped):
    save_file({"x": np.ones(4, np.float32)}, tmp_path / "m")
    with SafeTensors(tmp_path / "m", mapped) as file:
        array = file.array("x")
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 2
    assert array.tolist() == [1.0] * 4


def test_only_a_file_that_is_mapped_is_looked_at_where_it_lies(tmp_path):
    """A change to the file shows in the one and not in the other: why only files that stay are mapped."""
    save_file({"x": np.ones(4, np.float32)}, tmp_path / "m")
    arrays = []
    for mapped in (False, True):
        with SafeTensors(tmp_path / "m", mapped) as file:
            arrays.append(file.array("x"))
    with (tmp_path / "m").open("r+b") as file:
        file.seek(-16, 2)
        file.write(np.full(4, 7, np.float32).tobytes())
    assert arrays[0].tolist() == [1.0] * 4 and arrays[1].tolist() == [7.0] * 4


def test_a_file_that_becomes_shorter_while_it_is_read_is_named(tmp_path):
    save_file({"x": np.ones(100_000, np.float32)}, tmp_path / "m")
    with SafeTensors(tmp_path / "m") as file:
        os.truncate(tmp_path / "m", 200_000)
        with pytest.raises(ValueError, match=r"m is not a safetensors file .* the file became shorter"):
            file.array("x")


def test_bfloat16_is_widened(tmp_path):
    values = np.array([1.5, -2.0, 3.25], np.float32)
    halves = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    file = opened(tmp_path / "m", raw({"x": entry("BF16", (3,), (0, 6))}, halves))
    assert file.array("x").tolist() == values.tolist()


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", "is empty"),
        (b"\x01\0\0", "length of the header needs bytes 0 to 8, the file has 3"),
        ((2**63).to_bytes(8, "little") + b"{}", "header is to have 9223372036854775808 bytes, at most 2"),
        (raw(b"{}}"), "not JSON"),
        (raw(b"\xff\xfe{}"), "not JSON"),
        (raw(b"[" * 100_000), "nested too deeply"),
        (raw(b"[]"), "JSON list, needs an object"),
        (raw(b'{"x":%s,"x":%s}' % (2 * (json.dumps(entry()).encode(),)), b"\0" * 8),
         "'x' occurs 2 times"),
        (raw({"__metadata__": {"a": 1}}), "__metadata__ must hold texts"),
        (raw({"x": 3}), "needs dtype, shape and data_offsets"),
        (raw({"x": entry("F8")}, b"\0" * 8), "has type 'F8', known are"),
        (raw({"x": entry(["F32"])}, b"\0" * 8), r"has type \['F32'\]"),
        (raw({"x": entry(shape=(-2,))}, b"\0" * 8), r"has shape \[-2\]"),
        (raw({"x": entry(shape=(True, 2))}, b"\0" * 8), "has shape"),
        (raw({"x": entry(shape=(1,) * 9)}, b"\0" * 8), "at most 8 sizes"),
        (raw({"x": entry(shape=(2**62, 2**62), offsets=(0, 8))}, b"\0" * 8), "but F32 of shape"),
        (raw({"x": entry(offsets=(8, 0))}, b"\0" * 8), "lies at"),
        (raw({"x": entry(offsets=(0, 8, 9))}, b"\0" * 8), "needs a start and an end"),
        (raw({"x": entry(offsets=(4, 12))}, b"\0" * 12), "leaves a gap"),
        (raw({"x": entry(), "y": entry(offsets=(4, 12))}, b"\0" * 12), "overlaps the one before"),
        (raw({"x": entry()}, b"\0" * 4), "tensors take 8 bytes, the file holds 4"),
        (raw({"x": entry()}, b"\0" * 9), "tensors take 8 bytes, the file holds 9"),
        (raw(b'{"x":' + b"9" * 6000 + b"}"), "not JSON"),
    ],
)  # fmt: skip
def test_an_unsound_file_is_refused_with_what_is_wrong(tmp_path, content, trouble):
    with pytest.raises(ValueError, match=trouble) as caught:
        opened(tmp_path / "model.safetensors", content)
    assert "model.safetensors" in str(caught.value) and len(str(caught.value)) < 1000


def test_too_many_tensors_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(safetensors, "MAX_TENSORS", 1)
    with pytest.raises(ValueError, match="it has 2 tensors, at most 1"):
        opened(tmp_path / "m", raw({"x": entry(), "y": entry(offsets=(8, 16))}, b"\0" * 16))


def test_a_flag_that_is_neither_yes_nor_no_is_refused(tmp_path):
    file = opened(tmp_path / "m", raw({"x": entry("BOOL", (2,), (0, 2))}, b"\x01\x02"))
    with pytest.raises(ValueError, match="holds bytes other than 0 and 1"):
        file.array("x")


def test_an_unknown_name_is_named(tmp_path):
    with pytest.raises(ValueError, match="no tensor 'z'"):
        opened(tmp_path / "m", raw({"x": entry()}, b"\0" * 8)).array("z")


SOUND = raw({"__metadata__": {"k": "v"}, "x": entry(), "y": entry("I8", (3,), (8, 11))}, bytes(range(11)))


@given(data=st.data())
def test_no_damage_does_more_than_raise_value_error(tmp_path_factory, data):
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] + data.draw(st.binary(max_size=4))
    try:
        file = opened(tmp_path_factory.getbasetemp() / "fuzz.safetensors", bytes(content))
        for name in file.entries:
            file.array(name).sum()
    except ValueError:
        return
    assert sum(e.end - e.start for e in file.entries.values()) <= len(content)


@given(content=st.binary(max_size=200))
def test_noise_does_no_more_than_raise_value_error(tmp_path_factory, content):
    with pytest.raises(ValueError):
        opened(tmp_path_factory.getbasetemp() / "noise.safetensors", raw(content))


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "m"
    plan = [("x", "F32", (4,)), ("y", "I8", (2,))]
    pieces = [np.ones(2, np.float32), np.ones(2, np.float32), np.ones(2, np.int8)]
    writing = writing_safetensors(path, plan, pieces)
    assert [next(writing), next(writing)] == pytest.approx([8 / 18, 16 / 18])
    assert not path.exists()
    writing.close()
    assert list(tmp_path.iterdir()) == []
    assert list(writing_safetensors(path, plan, pieces))[-1] == 1.0
    with SafeTensors(path) as file:
        assert file.array("x").tolist() == [1.0] * 4 and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arrays", "trouble"),
    [
        ([np.ones(3, np.float32)], "still needs 1 numbers of type F32, got nothing"),
        ([np.ones(5, np.float32)], "got float32 of shape"),
        ([np.ones(4, np.float64)], "got float64"),
        ([np.ones(4, np.float32), np.ones(1, np.float32)], "more than the 1 tensors"),
    ],
)
def test_arrays_that_do_not_fit_the_plan_leave_no_file(tmp_path, arrays, trouble):
    with pytest.raises(ValueError, match=trouble):
        write_safetensors(tmp_path / "m", [("x", "F32", (4,))], arrays)
    assert list(tmp_path.iterdir()) == []
