"""Models trained elsewhere against the clock, and against PyTorch with transformers in the same rounds when
they are installed. Nothing fails on a time; run with -s to see the figures.

llama.cpp (native build, two threads) was measured once on two cores of an AMD EPYC with AVX-512: SmolLM2-135M
in Q4_1 opened in 0.09 s, took 199 MB, read 464 and wrote 149 tokens a second (275 and 154 on one thread).
"""

import importlib.util
import platform
import warnings
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lab.bench.pretrained import (
    PROMPT,
    decode_rate,
    figures,
    passages,
    prompt_rate,
    seconds,
    smollm2_file,
)
from lab.engine.pretrained.llama_int8 import convert
from lab.engine.pretrained.minilm import load_minilm
from lab.engine.pretrained.smollm2 import open_gguf, open_int8

pytestmark = pytest.mark.bench


def machine():
    blas = ", ".join(f"{b['internal_api']} {b['version']} {b.get('architecture', '')}" for b in threadpool_info())
    return f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, {blas}"


def peers():
    """torch and transformers, or nothing when they are not installed."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        import transformers
    torch.set_num_threads(1)
    return torch, transformers


def spread(ratios):
    return f"{min(ratios):5.2f} / {median(ratios):5.2f} / {max(ratios):5.2f}"


def encoder_ratios(torch, transformers, rounds=5):
    """MiniLM's size in transformers, one thread: its time over ours, for one question and for padded
    passages.
    """
    config = transformers.BertConfig(
        hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
    )
    peer, ours = transformers.BertModel(config).eval(), load_minilm()
    for name, texts in (
        ("one question", ["What is the tallest mountain in Japan?"]),
        ("passages", passages(16)),
    ):
        lengths = [len(ours.tokens(text)) for text in texts]
        ids = torch.ones((len(texts), max(lengths)), dtype=torch.long)
        mask = torch.tensor([[1] * n + [0] * (max(lengths) - n) for n in lengths])

        def theirs(ids=ids, mask=mask):
            with torch.no_grad():
                peer(ids, attention_mask=mask)

        theirs()
        yield name, [seconds(theirs) / seconds(lambda texts=texts: ours.encode(texts)) for _ in range(rounds)]


def llama_ratios(torch, transformers, models, rounds=3):
    """SmolLM2's size in transformers float32, one thread: our rate over theirs."""
    config = transformers.LlamaConfig(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=8192, tie_word_embeddings=True,
    )  # fmt: skip
    peer = transformers.LlamaForCausalLM(config).float().eval()
    prompt = torch.arange(100, 100 + PROMPT)[None]

    def read():
        with torch.no_grad():
            return peer(prompt, use_cache=True, logits_to_keep=1).past_key_values

    def write(n=24):
        cache = read()

        def steps():
            with torch.no_grad():
                for token in range(n):
                    peer(torch.tensor([[200 + token]]), past_key_values=cache, use_cache=True)

        return n / seconds(steps)

    for name, model in models.items():
        yield f"{name}: prompt", [prompt_rate(model.llama, 1) * seconds(read) / PROMPT for _ in range(rounds)]
        yield f"{name}: writing", [decode_rate(model.llama) / write() for _ in range(rounds)]


def test_pretrained_models_are_measured(tmp_path):
    found = figures(rounds=3)
    print(f"\n{machine()}")
    for name, value in found.items():
        print(f"  {name:58} {value:12,.2f}")
    assert all(np.isfinite(value) for value in found.values())
    libraries = peers()
    if libraries is None:
        return
    with threadpool_limits(1):
        print(f"times as fast as transformers {libraries[1].__version__}, one thread, min / median / max")
        for name, ratios in encoder_ratios(*libraries):
            print(f"  MiniLM, {name:30} {spread(ratios)}")
        path: Path | None = smollm2_file()
        if path is not None:
            convert(path, tmp_path / "smollm2.int8")
            models = {
                "SmolLM2 int8": open_int8(tmp_path / "smollm2.int8", mapped=True),
                "SmolLM2 float32": open_gguf(path),
            }
            for name, ratios in llama_ratios(*libraries, models):
                print(f"  {name:38} {spread(ratios)}")
