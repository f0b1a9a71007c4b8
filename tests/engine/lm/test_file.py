"""A model in one file."""

import io
import json
import zipfile

import numpy as np
import pytest

from lab.engine.formats.npz import read_npz
from lab.engine.lm.file import MAX_LAYERS, SavedLM, load_lm, save_lm
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.text.bpe_train import learn_bpe
from lab.engine.text.tokenizer import CharTokenizer


def model(dtype=np.float32, tokenizer=None):
    tokenizer = tokenizer or CharTokenizer("abcdefgh é")
    parameters = init_parameters(LMConfig(tokenizer.size, context=6), np.random.default_rng(0), dtype)
    return SavedLM(parameters, tokenizer, {"seed": 7, "curve": [[0, 2.3]]}, {0: parameters.copy(), 30: parameters})


@pytest.mark.parametrize("tokenizer", [CharTokenizer("abcdefgh é"), learn_bpe("the cat sat", 5)])
def test_a_model_comes_back_as_it_was_saved(tmp_path, tokenizer):
    saved = model(tokenizer=tokenizer)
    save_lm(tmp_path / "m.npz", saved)
    loaded = load_lm(tmp_path / "m.npz")
    np.testing.assert_array_equal(loaded.parameters.flat, saved.parameters.flat)
    assert loaded.config == saved.config and loaded.info == saved.info
    assert loaded.tokenizer.encode("a bed") == saved.tokenizer.encode("a bed")
    assert list(loaded.checkpoints) == [0, 30]


def test_double_precision_survives_when_it_is_requested_for(tmp_path):
    saved = model(np.float64)
    save_lm(tmp_path / "m.npz", saved, "float64")
    np.testing.assert_array_equal(load_lm(tmp_path / "m.npz", np.float64).parameters.flat, saved.parameters.flat)


def test_half_precision_halves_the_file_and_rounds_at_three_digits(tmp_path):
    saved = model()
    save_lm(tmp_path / "single.npz", saved)
    save_lm(tmp_path / "half.npz", saved, "float16")
    sizes = [(tmp_path / f"{name}.npz").stat().st_size for name in ("half", "single")]
    assert sizes[0] < 0.6 * sizes[1]
    loaded = load_lm(tmp_path / "half.npz").parameters.flat
    assert loaded.dtype == np.float32
    np.testing.assert_allclose(loaded, saved.parameters.flat, rtol=1e-3, atol=1e-7)


def test_equal_models_give_equal_bytes(tmp_path):
    for name in ("a", "b"):
        save_lm(tmp_path / name, model())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_number_that_half_precision_cannot_hold_is_refused(tmp_path):
    saved = model()
    saved.parameters.flat[3] = 1e6
    with pytest.raises(ValueError, match="float16"):
        save_lm(tmp_path / "m.npz", saved, "float16")


def test_a_tokenizer_of_another_size_is_refused(tmp_path):
    wrong = SavedLM(model().parameters, CharTokenizer("ab"))
    with pytest.raises(ValueError, match="2 tokens, the model 10"):
        save_lm(tmp_path / "m.npz", wrong)


def rewritten(path, **changes):
    """The file with parts of its head or its arrays changed."""
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    head = json.loads(arrays["head"].tobytes())
    for name, value in changes.items():
        if name in arrays:
            arrays[name] = value
        else:
            head[name] = value
    if "head" not in changes:
        arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"config": {"vocab_size": 10}},
        {"config": {"size": 10}},
        {"tokenizer": {"kind": "character", "alphabet": "ab"}},
        {"tokenizer": 5},
        {"flat": np.zeros(3, np.float32)},
        {"flat": np.zeros(3, np.int8)},
        {"head": np.frombuffer(b"not json", np.uint8)},
    ],
    ids=str,
)
def test_a_broken_file_is_refused_with_a_message(tmp_path, changes):
    save_lm(tmp_path / "m.npz", model())
    rewritten(tmp_path / "m.npz", **changes)
    with pytest.raises(ValueError):
        load_lm(tmp_path / "m.npz")


def test_files_that_are_no_models_or_hold_pickles_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    with zipfile.ZipFile(tmp_path / "empty.npz", "w"):
        pass
    np.savez(tmp_path / "pickle.npz", head=np.array([{"a": 1}], dtype=object))
    for name in ("text", "empty", "pickle"):
        with pytest.raises(ValueError):
            load_lm(tmp_path / f"{name}.npz")


def test_no_damage_to_a_file_is_more_than_a_value_error(tmp_path):
    """Every byte of the headers, and many of the rest, is spoilt in turn; and the file is cut short."""
    save_lm(tmp_path / "m.npz", model())
    data = (tmp_path / "m.npz").read_bytes()
    spoilt = tmp_path / "spoilt.npz"
    places = {*range(200), *range(0, len(data), len(data) // 100), *range(len(data) - 400, len(data))}
    refused = 0
    for at in sorted(places):
        for value in (0, 255, data[at] ^ 16):
            changed = bytearray(data)
            changed[at] = value
            spoilt.write_bytes(changed)
            try:
                load_lm(spoilt)
            except ValueError as error:
                refused += 1
                assert str(error).startswith("spoilt.npz is not a language model of the lab: ")
    assert refused > 200
    for size in range(0, len(data), len(data) // 50):
        spoilt.write_bytes(data[:size])
        with pytest.raises(ValueError, match=r"spoilt.npz is not a language model"):
            load_lm(spoilt)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_packing_is_refused_before_it_is_unpacked(tmp_path, packing):
    with zipfile.ZipFile(tmp_path / "m.npz", "w", packing) as archive:
        archive.writestr("head.npy", bytes(10_000_000))
    with pytest.raises(ValueError, match=r"head.npy is packed in a way that is not read here"):
        load_lm(tmp_path / "m.npz")


def test_a_file_that_unpacks_to_more_than_is_read_is_refused_before(tmp_path):
    with zipfile.ZipFile(tmp_path / "m.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", b"1234567")
        archive.writestr("b.npy", b"1234")
    assert (tmp_path / "m.npz").stat().st_size > 11
    with pytest.raises(ValueError, match="more than 0 MB"):
        read_npz(tmp_path / "m.npz", 10)
    np.savez(tmp_path / "whole.npz", a=np.zeros(1000, np.int8))
    size = (tmp_path / "whole.npz").stat().st_size
    assert read_npz(tmp_path / "whole.npz", size)["a"].shape == (1000,)
    np.savez_compressed(tmp_path / "packed.npz", a=np.zeros(1000, np.int8))  # with its header 1128 bytes
    assert (tmp_path / "packed.npz").stat().st_size < 1000
    assert read_npz(tmp_path / "packed.npz", 1128)["a"].shape == (1000,)
    with pytest.raises(ValueError, match="it unpacks to 0 MB, at most 0 are read"):
        read_npz(tmp_path / "packed.npz", 1127)


def test_a_header_that_claims_more_numbers_than_there_are_is_refused(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(tmp_path / "m.npz", "w") as archive:
        archive.writestr("flat.npy", header.getvalue() + bytes(16))
    with pytest.raises(ValueError, match=r"flat.npy has shape \(1000000000000,\) of float32, which"):
        read_npz(tmp_path / "m.npz")


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [("n_layers", MAX_LAYERS, True), ("n_layers", 10**9, False), ("context", 10**12, False), ("d_model", 2**62, False)],
)
def test_a_plan_from_outside_cannot_ask_for_more_than_is_ever_needed(tmp_path, name, value, fits):
    save_lm(tmp_path / "m.npz", model())
    with np.load(tmp_path / "m.npz") as archive:
        config = json.loads(archive["head"].tobytes())["config"] | {name: value}
    rewritten(tmp_path / "m.npz", config=config)
    trouble = "flat must have shape" if fits or name == "d_model" else "at most 64 and 4096"
    with pytest.raises(ValueError, match=trouble):
        load_lm(tmp_path / "m.npz")


def test_a_file_that_is_not_there_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_lm(tmp_path / "gone.npz")
