"""GGUF's blocks: byte for byte what the reference package writes."""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.formats.gguf_blocks import BLOCK_FORMATS, decode_blocks, encode_blocks

# Made with the gguf package's quants module by reference/foundations_make.py.
REFERENCE = np.load(Path(__file__).parents[1] / "reference" / "foundations_gguf.npz")

every = pytest.mark.parametrize("name", list(BLOCK_FORMATS))


@every
def test_the_bytes_are_those_of_the_reference_package(name: str) -> None:
    assert np.array_equal(encode_blocks(REFERENCE["weights"], name), REFERENCE[name].reshape(-1))


@every
def test_the_weights_read_back_are_those_of_the_reference_package(name: str) -> None:
    raw = REFERENCE[name].tobytes()
    restored = decode_blocks(raw, name, REFERENCE["weights"].shape)
    assert restored.dtype == np.float32
    assert np.array_equal(restored, REFERENCE[f"{name}_decoded"])
    assert np.array_equal(decode_blocks(REFERENCE[name], name, restored.shape), restored)


@every
def test_a_block_is_off_by_no_more_than_its_step_and_writing_it_again_changes_nothing(name: str) -> None:
    weights = np.random.default_rng(0).normal(size=(50, 32)).astype(np.float32)
    restored = decode_blocks(encode_blocks(weights, name), name, weights.shape)
    step = {"Q8_0": 1 / 127, "Q4_0": 1 / 8, "Q4_1": 2 / 15}[name] * np.abs(weights).max(axis=1, keepdims=True)
    assert np.all(np.abs(restored - weights) <= 1.01 * step)
    again = decode_blocks(encode_blocks(restored, name), name, weights.shape)
    np.testing.assert_allclose(again, restored, atol=2e-3)


def test_the_formats_have_the_bytes_a_block_of_their_names() -> None:
    sizes = {name: (fmt.nbytes, fmt.bits_per_weight) for name, fmt in BLOCK_FORMATS.items()}
    assert sizes == {"Q8_0": (34, 8.5), "Q4_0": (18, 4.5), "Q4_1": (20, 5.0)}


def test_what_does_not_fill_blocks_is_refused() -> None:
    for call, sentence in [
        (lambda: encode_blocks(np.zeros(33), "Q8_0"), "multiple of 32"),
        (lambda: encode_blocks(np.full(32, np.inf), "Q8_0"), "finite"),
        (lambda: encode_blocks(np.zeros(32), "Q5_K"), "'Q5_K', needs one of Q8_0"),
        (lambda: decode_blocks(b"\0" * 33, "Q8_0", (32,)), "33 bytes, Q8_0 of shape"),
        (lambda: decode_blocks(b"\0" * 34, "Q8_0", (33,)), "34 bytes"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            call()
