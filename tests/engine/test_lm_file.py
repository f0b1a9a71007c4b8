"""A model in one file."""

import json
import zipfile

import numpy as np
import pytest

from lab.engine.lm import LMConfig, init_parameters
from lab.engine.lm_file import SavedLM, load_lm, save_lm
from lab.engine.tokenizer import CharTokenizer
from lab.engine.tokenizer_train import learn_bpe


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


def test_double_precision_survives_when_it_is_asked_for(tmp_path):
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
