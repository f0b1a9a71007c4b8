"""Go on with a language model from Glassbox in PyTorch 2.1 or newer, on one machine or many.

    python train.py                             checks the loss, then makes 200 steps more and writes the model
    python train.py --steps 0                   only checks the loss
    torchrun --nproc_per_node 2 train.py        two processes, each with its own part of every batch (DDP)

config.json, model.safetensors, tokenizer.json and text.safetensors lie beside this file. Where torchrun says that libuv
is missing, as Debian's does, set USE_LIBUV=0 and TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 and add
--rdzv-backend c10d --rdzv-endpoint /tmp/meeting --rdzv-conf store_type=file before train.py.
"""

import argparse
import json
import os
import struct
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
TYPES = {"F32": torch.float32, "I32": torch.int32}


def read(name):
    """The tensors of a safetensors file: the length of its header, the header in JSON, then the numbers."""
    data = (HERE / name).read_bytes()
    begin = 8 + struct.unpack("<Q", data[:8])[0]
    head = {k: v for k, v in json.loads(data[8:begin]).items() if k != "__metadata__"}
    parts = {k: bytearray(data[begin + v["data_offsets"][0] : begin + v["data_offsets"][1]]) for k, v in head.items()}
    return {k: torch.frombuffer(parts[k], dtype=TYPES[v["dtype"]]).reshape(v["shape"]) for k, v in head.items()}


def write(name, tensors):
    head, at, parts = {}, 0, []
    for key, tensor in tensors.items():
        parts.append(tensor.detach().cpu().float().contiguous().numpy().tobytes())
        head[key] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(parts[-1])]}
        at += len(parts[-1])
    text = json.dumps(head).encode()
    (HERE / name).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(parts))


class Norm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.weight, self.centred, self.eps = (
            nn.Parameter(torch.ones(c["hidden_size"])),
            c["norm"] == "layer",
            c["rms_norm_eps"],
        )

    def forward(self, x):
        x = x - x.mean(-1, keepdim=True) if self.centred else x
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c, d = c, c["hidden_size"]
        self.q_proj, self.k_proj, self.v_proj, self.o_proj = (nn.Linear(d, d, bias=False) for _ in range(4))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = (
            p(x).view(b, t, self.c["num_attention_heads"], -1).transpose(1, 2)
            for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        if self.c["rope_theta"]:
            half = q.shape[-1] // 2
            rates = self.c["rope_theta"] ** -(torch.arange(half, device=x.device) / half)
            angles = torch.arange(t, device=x.device)[:, None] * rates
            cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)
            q, k = (z * cos + torch.cat((-z[..., half:], z[..., :half]), -1) * sin for z in (q, k))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(mixed.transpose(1, 2).reshape(b, t, d))


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, f = c["hidden_size"], c["intermediate_size"]
        self.up_proj, self.down_proj = nn.Linear(d, f, bias=False), nn.Linear(f, d, bias=False)
        self.gate_proj = nn.Linear(d, f, bias=False) if c["hidden_act"] == "silu" else None

    def forward(self, x):
        up = self.up_proj(x)
        return self.down_proj(
            F.gelu(up, approximate="tanh") if self.gate_proj is None else up * F.silu(self.gate_proj(x))
        )


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.input_layernorm, self.self_attn = Norm(c), Attention(c)
        self.post_attention_layernorm, self.mlp = Norm(c), FeedForward(c)

    def forward(self, x):
        x = x + self.self_attn(self.input_layernorm(x))
        return x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers, self.norm = nn.ModuleList(Block(c) for _ in range(c["num_hidden_layers"])), Norm(c)
        learned = not c["rope_theta"]
        self.embed_positions = nn.Embedding(c["max_position_embeddings"], c["hidden_size"]) if learned else None

    def forward(self, ids, targets):
        """The mean loss in nats a token; the head is the embedding, tied."""
        x = self.embed_tokens(ids)
        if self.embed_positions is not None:
            x = x + self.embed_positions.weight[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        logits = self.norm(x) @ self.embed_tokens.weight.T
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=16, help="of each process")
    parser.add_argument("--rate", type=float, default=1e-3)
    asked = parser.parse_args()
    many, rank = "RANK" in os.environ, int(os.environ.get("RANK", 0))
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if gpu else torch.device("cpu")
    if many:
        dist.init_process_group("nccl" if gpu else "gloo")
    config, text = json.loads((HERE / "config.json").read_text()), read("text.safetensors")
    model = Model(config).to(device)
    model.load_state_dict({k.removeprefix("model."): v for k, v in read("model.safetensors").items()})
    windows, targets = (text[k].long().to(device) for k in ("windows", "targets"))

    def judge(word):
        with torch.no_grad():
            held = sum(
                model(windows[i : i + 64], targets[i : i + 64]) * len(windows[i : i + 64])
                for i in range(0, len(windows), 64)
            ) / len(windows)
        if rank == 0:
            print(f"held-out loss {word}: {held.item():.7f}", flush=True)

    judge("as it came")
    if config["held_out_loss"] is not None and rank == 0:
        print(f"held-out loss in Glassbox: {config['held_out_loss']:.7f}")
    # A model that is too large for one machine: wrap it in FullyShardedDataParallel instead (FSDP).
    trained = nn.parallel.DistributedDataParallel(model) if many else model
    optimizer = torch.optim.AdamW(model.parameters(), asked.rate, betas=(0.9, 0.99), weight_decay=0.1)
    ids, context = text["learn"].long().to(device), config["max_position_embeddings"]
    chance = torch.Generator().manual_seed(rank)
    for step in range(asked.steps):
        starts = torch.randint(len(ids) - context, (asked.batch,), generator=chance).to(device)
        places = starts[:, None] + torch.arange(context, device=device)
        loss = trained(ids[places], ids[places + 1])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if rank == 0 and (step + 1) % 50 == 0:
            print(f"step {step + 1}: loss {loss.item():.4f}", flush=True)
    if asked.steps:
        judge(f"after {asked.steps} steps")
        if rank == 0:
            write("model.safetensors", {f"model.{k}": v for k, v in model.state_dict().items()})
    if many:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
