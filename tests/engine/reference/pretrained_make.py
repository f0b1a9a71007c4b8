"""How the frozen values in pretrained_*.npz and pretrained_chat.json were made, once, outside the project.

    python tests/engine/reference/pretrained_make.py SMOLLM2.gguf

with torch 2.13.0, transformers 5.23.0, gguf and jinja2 installed. Weights are read with the `gguf` package
(SmolLM2 and the tiny Llama, whose file the tests write themselves) or widened from the lab's int8 pack
(MiniLM), put into the models of transformers, and computed in float64, so that the frozen values are exact to
the rounding of float32.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader, dequantize
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT))

from lab.engine.text.pretrained import smollm_tokenizer  # noqa: E402
from lab.engine.text.wordpiece import WordPieceTokenizer  # noqa: E402
from tests.engine.pretrained_files import IDS, tiny_gguf  # noqa: E402

SENTENCES = [
    "The cat sat on the mat because it was tired.",
    "A kitten slept on the rug.",
    "What is the tallest mountain in Japan called?",
    "Mount Fuji, at 3,776 m, is the highest point of Japan.",
    "Interest rates were raised by the central bank.",
    "I love you.",
    "I do not love you.",
    "",
    "Naïve café owners in São Paulo sell crème brûlée.",
    "Unbelievably, antidisestablishmentarianism is one word; 北京 is another!",
    "Water boils at 100 degrees Celsius. " * 30,
    "def fibonacci(n): return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)",
]
PROMPTS = [
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
    "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n",
    "To be, or not to be, that is",
    "def fibonacci(n):\n    if n < 2:\n        return",
    "The three primary colours are red,",
    "Água é composta de hidrogênio e 2 + 2 =",
]
CHATS = [
    [("user", "What is the capital of France?")],
    [
        ("system", "Answer in one word."),
        ("user", "Capital of Peru?"),
        ("assistant", "Lima"),
        ("user", "And Chile?"),
    ],
    [("user", "")],
]


def split_halves(weights: np.ndarray, heads: int) -> np.ndarray:
    """GGUF turns neighbouring rows as pairs, transformers the first half of a head with the second."""
    n, k = weights.shape
    return weights.reshape(heads, n // heads // 2, 2, k).swapaxes(1, 2).reshape(n, k)


def llama(path: Path) -> tuple[LlamaForCausalLM, GGUFReader]:
    reader = GGUFReader(path)
    facts = {name: field.contents() for name, field in reader.fields.items() if name.startswith("llama.")}
    weights = {t.name: np.array(dequantize(t.data, t.tensor_type), np.float32) for t in reader.tensors}
    weights = {t.name: weights[t.name].reshape([int(n) for n in t.shape[::-1]]) for t in reader.tensors}
    heads, kv = facts["llama.attention.head_count"], facts["llama.attention.head_count_kv"]
    config = LlamaConfig(
        vocab_size=len(weights["token_embd.weight"]),
        hidden_size=facts["llama.embedding_length"],
        intermediate_size=facts["llama.feed_forward_length"],
        num_hidden_layers=facts["llama.block_count"],
        num_attention_heads=heads,
        num_key_value_heads=kv,
        max_position_embeddings=facts["llama.context_length"],
        rms_norm_eps=1e-5,
        rope_theta=facts["llama.rope.freq_base"],
        tie_word_embeddings="output.weight" not in weights,
        attn_implementation="eager",
    )
    names = {
        "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
        "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    state = {}
    for name, array in weights.items():
        if name in ("token_embd.weight", "output_norm.weight", "output.weight"):
            continue
        _, layer, part, _ = name.split(".")
        if part in ("attn_q", "attn_k"):
            array = split_halves(array, heads if part == "attn_q" else kv)
        state[f"model.layers.{layer}.{names[part]}.weight"] = array
    state["model.embed_tokens.weight"] = weights["token_embd.weight"]
    state["model.norm.weight"] = weights["output_norm.weight"]
    state["lm_head.weight"] = weights.get("output.weight", weights["token_embd.weight"])
    model = LlamaForCausalLM(config).eval()
    model.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}, strict=True)
    return model.double(), reader


def ask(model: LlamaForCausalLM, ids: list[int]):
    with torch.no_grad():
        return model(torch.tensor([ids]), output_hidden_states=True, output_attentions=True)


def make_tiny() -> None:
    found = {"ids": np.array(IDS)}
    for tied in (True, False):
        path = HERE / "tiny.gguf"
        out = ask(llama(tiny_gguf(path, tied))[0], IDS)
        path.unlink()
        name = "tied" if tied else "own_head"
        found[f"{name}_logits"] = out.logits[0].numpy().astype(np.float32)
    out = ask(llama(tiny_gguf(path))[0], IDS)
    path.unlink()
    found["hidden"] = torch.stack(out.hidden_states)[:, 0].numpy().astype(np.float32)  # the last one is normed
    found["attention"] = torch.stack(out.attentions)[:, 0].numpy().astype(np.float32)
    np.savez_compressed(HERE / "pretrained_tiny_llama.npz", **found)


def make_smollm2(path: Path) -> None:
    model, reader = llama(path)
    tokens, merges = (reader.fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "merges"))
    kinds = reader.fields["tokenizer.ggml.token_type"].contents()
    specials = [t for t, kind in zip(tokens, kinds, strict=True) if kind == 3]
    tokenizer = smollm_tokenizer(tokens, merges, specials)
    some = np.arange(0, len(tokens), 768)
    found = {"some": some}
    for k, prompt in enumerate(PROMPTS):
        ids = tokenizer.encode(prompt, allow_special=specials)
        logits = ask(model, ids).logits[0]
        found[f"ids{k}"] = np.array(ids)
        found[f"logits{k}"] = logits[:, some].numpy().astype(np.float32)
        found[f"best{k}"] = logits.argmax(1).numpy()
        found[f"log_sum{k}"] = torch.logsumexp(logits, 1).numpy()
    np.savez_compressed(HERE / "pretrained_smollm2.npz", **found)
    make_chat(reader.fields["tokenizer.chat_template"].contents(), tokenizer, specials)


def make_chat(template: str, tokenizer, specials: list[str]) -> None:
    from jinja2 import Template

    rendered = []
    for chat in CHATS:
        messages = [{"role": role, "content": text} for role, text in chat]
        for answer in (True, False):
            text = Template(template).render(messages=messages, add_generation_prompt=answer)
            ids = tokenizer.encode(text, allow_special=specials)
            rendered.append({"messages": chat, "answer": answer, "text": text, "ids": ids})
    (HERE / "pretrained_chat.json").write_text(json.dumps(rendered, indent=1), "ascii")


def make_minilm() -> None:
    pack = np.load(ROOT / "assets/models/minilm-l6-int8.npz")
    words = bytes(pack["vocab"]).decode().split("\n")
    tokenizer = WordPieceTokenizer(words)
    state = {}
    for name in pack.files:
        if name.endswith(":q"):
            scale = pack[name[:-2] + ":s"].astype(np.float32)
            state[name[:-2]] = torch.from_numpy(pack[name] * scale[:, None])
        elif not name.endswith(":s") and name != "vocab":
            state[name] = torch.from_numpy(pack[name])
    config = BertConfig(
        vocab_size=len(words), hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
        intermediate_size=1536, max_position_embeddings=512, attn_implementation="eager",
    )  # fmt: skip
    model = BertModel(config).eval()
    model.load_state_dict(state, strict=True)
    model = model.double()
    vectors = []
    for k, sentence in enumerate(SENTENCES):
        ids = tokenizer.encode(sentence, frame=True)
        ids = ids if len(ids) <= 256 else [*ids[:255], ids[-1]]
        with torch.no_grad():
            out = model(torch.tensor([ids]), output_hidden_states=True, output_attentions=True)
        mean = out.last_hidden_state[0].mean(0)
        vectors.append((mean / mean.norm()).numpy())
        if k == 1:
            hidden = torch.stack(out.hidden_states)[:, 0].numpy()
            attention = torch.stack(out.attentions)[:, 0].numpy()
    np.savez_compressed(
        HERE / "pretrained_minilm.npz",
        sentences=np.frombuffer(json.dumps(SENTENCES).encode(), np.uint8),
        vectors=np.array(vectors, np.float32),
        hidden=hidden.astype(np.float32),
        attention=attention.astype(np.float32),
    )


if __name__ == "__main__":
    make_tiny()
    make_minilm()
    make_smollm2(Path(sys.argv[1]))
