"""SmolLM2 and the Llama it is: equal to transformers on a tiny model made on the spot, in every way of
running it, and on the real one where its file is at hand.

The frozen logits, streams and attention were computed in float64 by transformers 5.23.0 from the very same
files, read with the `gguf` package; reference/pretrained_make.py says how. The real file of 98 MB is not part
of the repository: its tests run when the environment variable GLASSBOX_SMOLLM2 names it.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from lab.engine.formats.gguf import GGUF
from lab.engine.formats.safetensors import SafeTensors, write_safetensors
from lab.engine.pretrained.chat import Message, chat_ids, generate
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import FORMAT, convert, converting
from lab.engine.pretrained.llama_parts import LlamaConfig
from lab.engine.pretrained.smollm2 import open_gguf, open_int8
from lab.engine.pretrained.weight_rows import ByteRows, FloatRows
from lab.engine.tuning.quantize import quantize
from tests.engine.pretrained_files import IDS, gguf_bytes, numbers, tiny_facts, tiny_gguf, tiny_tensors

REFERENCE = Path(__file__).parents[1] / "reference"
TINY = np.load(REFERENCE / "pretrained_tiny_llama.npz")
SMOLLM2 = os.environ.get("GLASSBOX_SMOLLM2", "")
real_file = pytest.mark.skipif(
    not SMOLLM2,
    reason="the environment variable GLASSBOX_SMOLLM2 does not name the SmolLM2-135M-Instruct GGUF file",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def exact(folder) -> Llama:
    return open_gguf(tiny_gguf(folder / "tiny.gguf")).llama


@pytest.fixture(scope="module")
def small(folder) -> Llama:
    """The tiny model in int8."""
    assert convert(tiny_gguf(folder / "source.gguf"), folder / "tiny.int8")
    return open_int8(folder / "tiny.int8").llama


def log_softmax(logits: np.ndarray) -> np.ndarray:
    logits = logits.astype(np.float64)
    top = logits.max(axis=-1, keepdims=True)
    return logits - top - np.log(np.exp(logits - top).sum(axis=-1, keepdims=True))


def divergence(of: np.ndarray, to: np.ndarray) -> np.ndarray:
    """KL in nats, for each position."""
    p, q = log_softmax(of), log_softmax(to)
    return (np.exp(p) * (p - q)).sum(axis=-1)


@pytest.mark.parametrize("tied", [True, False])
def test_the_float32_model_gives_the_logits_of_transformers(folder, tied):
    model = open_gguf(tiny_gguf(folder / f"{tied}.gguf", tied)).llama
    wanted = TINY["tied_logits" if tied else "own_head_logits"]
    assert np.abs(model.read(IDS) - wanted).max() < 2e-5 * np.abs(wanted).max()


def test_stream_and_attention_are_those_of_transformers(exact):
    trace = exact.trace(IDS)
    assert np.abs(trace.hidden[:-1] - TINY["hidden"][:-1]).max() < 1e-4
    assert np.abs(trace.attention - TINY["attention"]).max() < 1e-5
    assert np.abs(trace.logits - TINY["tied_logits"]).max() < 1e-4
    assert np.all(np.triu(trace.attention, 1) == 0) and np.abs(trace.attention.sum(-1) - 1).max() < 1e-6
    assert exact.text == tuple(IDS)


@pytest.mark.parametrize("name", ["exact", "small"])
def test_however_a_text_is_read_its_scores_are_the_same(name, request):
    model = request.getfixturevalue(name)
    model.reset()
    whole = model.read(IDS)
    model.reset()
    steps = np.array([model.step(token).copy() for token in IDS])
    model.reset()
    prompt = model.prompt(IDS[:9], threads=1).copy()
    rest = model.read(IDS[9:])
    close = 1e-5 * np.abs(whole).max()
    assert np.abs(steps - whole).max() < close
    assert np.abs(prompt - whole[8]).max() < close and np.abs(rest - whole[9:]).max() < close
    assert model.length == len(IDS)


def test_a_prompt_longer_than_a_piece_is_read_in_pieces(exact):
    ids = (IDS * 13)[:300]
    exact.reset()
    steps = [exact.step(token).copy() for token in ids][-1]
    exact.reset()
    shares = list(exact.prompting(ids))
    assert np.abs(exact.logits - steps).max() < 5e-5
    assert shares == sorted(shares) and shares[-1] < 1 and len(shares) == 6  # two layers, three pieces


@pytest.mark.parametrize("name", ["exact", "small"])
def test_more_threads_give_the_same_bits(name, request):
    model, found = request.getfixturevalue(name), []
    for threads in (1, 2, 3):
        model.reset()
        found.append(model.prompt((IDS * 6)[:100], threads=threads).copy())
    assert np.array_equal(found[0], found[1]) and np.array_equal(found[0], found[2])


def test_a_forgotten_text_leaves_no_trace(exact):
    exact.reset()
    fresh = exact.prompt(IDS).copy()
    exact.prompt([5, 6, 7] * 20)
    exact.truncate(3)
    exact.prompt(IDS[3:])
    assert np.abs(exact.logits - fresh).max() < 2e-5
    with pytest.raises(ValueError, match="length must be in 0 … 24, got 25"):
        exact.truncate(25)


def test_reuse_keeps_the_common_beginning_and_leaves_a_token_to_read(exact):
    exact.reset()
    assert exact.reuse([1, 2]) == 0
    exact.prompt([1, 2, 3, 4])
    assert exact.reuse([1, 2, 9, 4]) == 2 and exact.text == (1, 2)
    exact.prompt([3, 4])
    assert exact.reuse([1, 2, 3, 4]) == 3
    exact.prompt([4])
    assert exact.reuse([1, 2, 3, 4, 5, 6]) == 4


def test_stopping_between_layers_leaves_the_text_as_it_was(exact):
    exact.reset()
    exact.prompt(IDS[:5])
    after = exact.step(9).copy()
    exact.truncate(5)
    for work in (exact.stepping(77), exact.prompting([70, 71, 72])):
        next(work)
        work.close()
        assert exact.length == 5
    assert np.array_equal(exact.step(9), after)


def test_a_full_cache_says_so(folder):
    model = open_gguf(tiny_gguf(folder / "full.gguf"), capacity=4).llama
    model.prompt([1, 2, 3])
    with pytest.raises(ValueError, match="ids must be 1 … 1 tokens"):
        model.prompt([1, 2])
    model.step(4)
    with pytest.raises(ValueError, match="as many as fit the cache, got 1"):
        model.step(4)


def test_what_cannot_be_read_is_refused(exact, folder):
    exact.reset()
    for ids, trouble in (([], "got 0"), ([320], "0 … 319, got 320"), ([-1], "got -1")):
        with pytest.raises(ValueError, match=trouble):
            exact.prompt(ids)
    with pytest.raises(ValueError, match="a trace takes at most 512"):
        exact.trace([1] * 513)
    with pytest.raises(ValueError, match=r"threads must be in 1 … 64, got 0"):
        exact.prompt([1], threads=0)
    with pytest.raises(ValueError, match="capacity must be in 1 … 512"):
        open_gguf(tiny_gguf(folder / "wide.gguf"), capacity=513)


def test_int8_rows_stay_close_to_the_exact_model(exact, small):
    exact.reset()
    small.reset()
    assert divergence(exact.read(IDS), small.read(IDS)).mean() < 0.01


def test_byte_rows_are_the_matrix_their_codes_stand_for():
    weights, x = numbers(7, 2000, 400), numbers(8, 400, 3)
    codes = quantize(weights, 8, "row")
    rows = ByteRows(codes.codes, codes.scale[:, 0], np.empty(400_000, np.float32))  # several blocks
    out = np.empty((2000, 3), np.float32)
    rows.dot(x, out)
    assert np.abs(out - codes.dequantize() @ x).max() < 1e-4
    assert np.array_equal(rows.take(np.array([5, 1999])), codes.dequantize()[[5, 1999]])
    assert np.array_equal(FloatRows(weights).take(np.array([3])), weights[[3]])
    with pytest.raises(ValueError, match="buffer: 10 numbers"):
        ByteRows(codes.codes, codes.scale[:, 0], np.empty(10, np.float32))


def test_conversion_reports_its_progress_and_can_be_stopped_and_started_again(folder, tmp_path):
    source, target, shares = tiny_gguf(tmp_path / "s.gguf"), tmp_path / "t.int8", []
    assert not convert(source, target, shares.append, lambda: len(shares) == 5)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.gguf"] and len(shares) == 5
    (tmp_path / "t.int8.part").write_bytes(b"left behind by a crash")
    assert convert(source, target, shares.append)
    assert shares[5:] == sorted(shares[5:]) and shares[-1] == 1.0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.gguf", "t.int8"]
    assert target.read_bytes() == (folder / "tiny.int8").read_bytes()


def test_conversion_rests_between_its_pieces(tmp_path):
    assert len(list(converting(tiny_gguf(tmp_path / "s"), tmp_path / "t"))) > 20


def test_a_converted_file_opens_in_place(folder):
    model = open_int8(folder / "tiny.int8")
    assert model.precision == "int8" and model.vocabulary.name == "tiny" and model.vocabulary.end == 2
    assert model.llama.config == LlamaConfig(320, 64, 2, 4, 2, 96, 512, 100_000.0, float(np.float32(1e-5)))
    assert model.tokenizer.encode("the and") == [260, 265]


def changed(source: Path, target: Path, metadata=None, drop=(), **arrays) -> Path:
    """A copy of a converted file with other facts and tensors."""
    with SafeTensors(source) as file:
        kept = {n: arrays.get(n, file.array(n)) for n in file.entries if n not in drop}
    names = {"int8": "I8", "float32": "F32", "uint8": "U8"}
    plan = [(n, names[str(a.dtype)], a.shape) for n, a in kept.items()]
    write_safetensors(target, plan, list(kept.values()), dict(file.metadata) | (metadata or {}))
    return target


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (
            {"metadata": {"format": "glassbox-llama-int8 2"}},
            f"has format 'glassbox-llama-int8 2', needs '{FORMAT}'",
        ),
        ({"metadata": {"config": "{}"}}, "lacks its plan"),
        ({"metadata": {"config": "[" * 3000}}, "lacks its plan"),
        ({"metadata": {"tied": "3"}}, "lacks its plan"),
        ({"drop": ("norm",)}, "norm needs F32"),
        ({"embedding": np.zeros((3, 64), np.int8)}, r"embedding needs I8 \(320, 64\), got I8 \(3, 64\)"),
        ({"norm": np.full(64, np.nan, np.float32)}, "norm holds numbers that are not finite"),
        ({"norm": np.zeros(64, np.int8)}, "norm needs F32"),
    ],
)
def test_a_converted_file_that_is_not_sound_is_refused(folder, tmp_path, small, change, trouble):
    with pytest.raises(ValueError, match=trouble):
        open_int8(changed(folder / "tiny.int8", tmp_path / "other.int8", **change))


def test_a_converted_file_without_a_sound_vocabulary_is_refused(folder, tmp_path, small):
    noise = np.frombuffer(b'{"name": 3}', np.uint8)
    with pytest.raises(ValueError, match="no sound vocabulary"):
        print(open_int8(changed(folder / "tiny.int8", tmp_path / "v.int8", vocabulary=noise)).vocabulary)


@pytest.mark.parametrize(
    ("facts", "tensors", "trouble"),
    [
        ({"general.architecture": ("str", "gpt2")}, {}, "architecture is 'gpt2'"),
        ({"llama.block_count": ("u32", 3)}, {}, "tensors blk.2.attn_k.weight.* are missing"),
        ({"llama.block_count": ("u32", 100_000)}, {}, "at most 1000"),
        ({"llama.block_count": ("u32", 0)}, {}, "n_layers must be at least 1"),
        ({"llama.attention.head_count": ("u32", 3)}, {}, "must be an even number for each"),
        ({"llama.attention.head_count_kv": ("u32", 3)}, {}, "must be a multiple of n_kv_heads 3"),
        ({"llama.rope.dimension_count": ("u32", 8)}, {}, "heads are 16 wide"),
        ({"llama.rope.freq_base": ("f32", float("inf"))}, {}, "must be positive and finite"),
        ({"llama.embedding_length": ("u32", 2**31 - 8)}, {}, "heads are 536870910 wide"),
        ({"llama.feed_forward_length": ("u32", 2**31)}, {}, r"layer0.gate_up needs shape \(4294967296, 64\)"),
        ({"tokenizer.ggml.token_type": ("[i32]", [1])}, {}, "has 1 entries for 320 tokens"),
        ({"tokenizer.ggml.pre": ("str", "llama-bpe")}, {}, "pre is 'llama-bpe'"),
        ({"tokenizer.ggml.eos_token_id": ("u32", 320)}, {}, "end token is 320"),
        (
            {},
            {"rope_freqs.weight": (numbers(1, 8), "F32")},
            "rope_freqs.weight do not belong to a plain Llama",
        ),
        ({}, {"blk.0.attn_q.weight": (numbers(1, 64, 32), "F32")}, "layer0.qkv needs shape"),
        ({}, {"output_norm.weight": (np.full(64, np.inf, np.float32), "F32")}, "not finite"),
    ],
)
def test_a_gguf_that_is_no_sound_llama_is_refused(tmp_path, facts, tensors, trouble):
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf_bytes(tiny_facts() | facts, tiny_tensors() | tensors))
    for open_ in (lambda: open_gguf(path), lambda: convert(path, tmp_path / "t")):
        with pytest.raises(ValueError, match=trouble):
            open_()
    assert [p.name for p in tmp_path.iterdir()] == ["m.gguf"]


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory):
    """The real model in float32 and, converted, in int8."""
    target = tmp_path_factory.mktemp("smollm2") / "smollm2.int8"
    assert convert(Path(SMOLLM2), target)
    return open_gguf(Path(SMOLLM2)), open_int8(target)


@real_file
def test_smollm2_in_float32_is_within_1e_4_of_the_exact_logits(smollm2):
    frozen = np.load(REFERENCE / "pretrained_smollm2.npz")
    for k in range(5):
        for read in ("read", "step"):
            smollm2[0].llama.reset()
            ids = frozen[f"ids{k}"].tolist()
            model = smollm2[0].llama
            logits = model.read(ids) if read == "read" else np.array([model.step(i).copy() for i in ids])
            assert np.abs(logits[:, frozen["some"]] - frozen[f"logits{k}"]).max() < 1e-4, (k, read)
            assert np.array_equal(logits.argmax(axis=1), frozen[f"best{k}"])
            log_sum = np.log(np.exp(logits.astype(np.float64)).sum(axis=1))
            assert np.abs(log_sum - frozen[f"log_sum{k}"]).max() < 1e-4


@real_file
def test_smollm2_in_int8_loses_less_than_a_hundredth_of_a_nat(smollm2):
    frozen = np.load(REFERENCE / "pretrained_smollm2.npz")
    missed = 0
    for k in range(5):
        ids = frozen[f"ids{k}"].tolist()
        for model in smollm2:
            model.llama.reset()
        exact, small = (model.llama.read(ids) for model in smollm2)
        assert divergence(exact, small).mean() <= 0.01
        missed += int((exact.argmax(axis=1) != small.argmax(axis=1)).sum())
    assert missed <= 2  # of 89 positions


@real_file
def test_smollm2_knows_the_capital_of_france(smollm2):
    for model in smollm2:
        ids = chat_ids(model.tokenizer, [Message("user", "What is the capital of France?")])
        answer = list(generate(model.llama, model.tokenizer, ids, 30, stop=[model.vocabulary.end]))
        assert "".join(w.piece for w in answer) == "The capital of France is Paris."
        assert answer[-1].ending == "stop" and answer[-1].token == 2


@real_file
def test_smollm2_reads_conversations_as_its_own_template_and_lists_would(smollm2):
    for chat in json.loads((REFERENCE / "pretrained_chat.json").read_text("ascii")):
        messages = [Message(role, text) for role, text in chat["messages"]]
        assert chat_ids(smollm2[1].tokenizer, messages, chat["answer"]) == chat["ids"]


@real_file
def test_smollm2_has_its_vocabulary_and_plan(smollm2):
    with GGUF(Path(SMOLLM2)) as file:
        assert len(file.tensors) == 272 and len(file.texts("tokenizer.ggml.merges")) == 48_900
    config = smollm2[0].llama.config
    assert (config.vocab_size, config.n_layers, config.d_model, config.n_heads) == (49_152, 30, 576, 9)
    assert (config.n_kv_heads, config.d_head, config.d_ff, config.rope_base) == (3, 64, 1536, 100_000.0)
    assert len(smollm2[1].vocabulary.specials) == 17
