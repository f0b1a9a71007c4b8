"""Go on with a language model from Glassbox in PyTorch 2.4 or newer, on one machine or many.

    python train.py                                  checks the loss, makes 200 steps more, writes the model
    torchrun --nproc_per_node 2 train.py             two processes, each with its own part of every batch (DDP)
    torchrun --nproc_per_node 2 train.py --fsdp      each keeps only its part of the model, too (FSDP)

Where torchrun misses libuv, as Debian's does: set USE_LIBUV=0 and TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1, and add
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
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP
from torch.distributed.fsdp.wrap import ModuleWrapPolicy
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
C = json.loads((HERE / "config.json").read_text())
WIDTH, WIDE, HEADS, THETA = C["hidden_size"], C["intermediate_size"], C["num_attention_heads"], C["rope_theta"]


def read(name):  # safetensors: the length of the header, the header in JSON, then the numbers
    data = (HERE / name).read_bytes()
    begin, kinds = 8 + struct.unpack("<Q", data[:8])[0], {"F32": torch.float32, "I32": torch.int32}
    head = {k: v for k, v in json.loads(data[8:begin]).items() if k != "__metadata__"}
    parts = {k: bytearray(data[begin:][slice(*v["data_offsets"])]) for k, v in head.items()}
    return {k: torch.frombuffer(parts[k], dtype=kinds[v["dtype"]]).reshape(v["shape"]) for k, v in head.items()}


def write(name, tensors):
    head, data = {}, b""
    for k, v in tensors.items():
        start, data = len(data), data + v.detach().cpu().float().contiguous().numpy().tobytes()
        head[k] = {"dtype": "F32", "shape": list(v.shape), "data_offsets": [start, len(data)]}
    text = json.dumps(head).encode()
    (HERE / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def norm(bias=False):
    eps = C["rms_norm_eps"]
    return nn.LayerNorm(WIDTH, eps, bias=bias) if C["norm"] == "layer" else nn.RMSNorm(WIDTH, eps)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        wide = {"up_proj": (WIDTH, WIDE), "down_proj": (WIDE, WIDTH)}
        wide |= {"gate_proj": (WIDTH, WIDE)} if C["hidden_act"] == "silu" else {}
        for name, parts in (("self_attn", {f"{k}_proj": (WIDTH, WIDTH) for k in "qkvo"}), ("mlp", wide)):
            linears = {k: nn.Linear(*size, bias=C["mlp_bias"]) for k, size in parts.items()}
            setattr(self, name, nn.ModuleDict(linears))
        self.input_layernorm, self.post_attention_layernorm = norm(), norm()

    def attention(self, x):
        b, t, _ = x.shape
        q, k, v = (self.self_attn[f"{name}_proj"](x).view(b, t, HEADS, -1).transpose(1, 2) for name in "qkv")
        if THETA:
            half, stretched = q.shape[-1] // 2, (C["rope_scaling"] or {"factor": 1.0})["factor"]
            rates = THETA ** -(torch.arange(half, device=x.device) / half) / stretched
            angles = (torch.arange(t, device=x.device)[:, None] * rates).repeat(1, 2)
            q, k = (z * angles.cos() + torch.cat((-z[..., half:], z[..., :half]), -1) * angles.sin() for z in (q, k))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.self_attn["o_proj"](mixed.transpose(1, 2).reshape(b, t, WIDTH))

    def forward(self, x):
        x = x + self.attention(self.input_layernorm(x))
        a, mlp = self.post_attention_layernorm(x), self.mlp
        up = mlp["up_proj"](a)
        gated = F.silu(mlp["gate_proj"](a)) * up if "gate_proj" in mlp else F.gelu(up, approximate="tanh")
        return x + mlp["down_proj"](gated)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed_tokens = nn.Embedding(C["vocab_size"], WIDTH)
        self.embed_positions = None if THETA else nn.Embedding(C["max_position_embeddings"], WIDTH)
        self.layers, self.norm = nn.ModuleList(Block() for _ in range(C["num_hidden_layers"])), norm(C["mlp_bias"])

    def forward(self, ids, targets):  # the mean loss in nats a token; the head is the embedding, tied
        x = self.embed_tokens(ids)
        x = x if THETA else x + self.embed_positions.weight[: ids.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return F.cross_entropy((self.norm(x) @ self.embed_tokens.weight.T).flatten(0, 1), targets.flatten())


def main(asked, rank, many):
    gpu = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if gpu else torch.device("cpu")
    if many:
        dist.init_process_group("nccl" if gpu else "gloo")
    text, model = {k: v.long().to(device) for k, v in read("text.safetensors").items()}, Model().to(device)
    model.load_state_dict({k.removeprefix("model."): v for k, v in read("model.safetensors").items()})
    trained = nn.parallel.DistributedDataParallel(model) if many and not asked.fsdp else model
    if asked.fsdp:
        policy = ModuleWrapPolicy({Block})
        trained = model = FSDP(model, auto_wrap_policy=policy, use_orig_params=True, device_id=device)

    def judge(word):
        parts = zip(text["windows"].split(64), text["targets"].split(64))
        with torch.no_grad():
            held = sum(model(ids, targets) * len(ids) for ids, targets in parts) / len(text["windows"])
        print(f"held-out loss {word}: {held.item():.7f}\n" if rank == 0 else "", end="", flush=True)

    judge("as it came")
    if C["held_out_loss"] is not None and rank == 0:
        print(f"held-out loss in Glassbox: {C['held_out_loss']:.7f}")
    optimizer = torch.optim.AdamW(model.parameters(), asked.rate, betas=(0.9, 0.99), weight_decay=0.1)
    ids, context, chance = text["learn"], C["max_position_embeddings"], torch.Generator().manual_seed(rank)
    for _ in range(asked.steps):
        starts = torch.randint(len(ids) - context, (asked.batch,), generator=chance).to(device)
        places = starts[:, None] + torch.arange(context, device=device)
        optimizer.zero_grad()
        trained(ids[places], ids[places + 1]).backward()
        model.clip_grad_norm_(1.0) if asked.fsdp else nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    if asked.steps:
        judge(f"after {asked.steps} steps")
        whole = {f"model.{k}": v for k, v in model.state_dict().items()}
        if rank == 0:
            write("model.safetensors", whole)
    if many:
        dist.destroy_process_group()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=200, help="0: only check the loss")
    parser.add_argument("--batch", type=int, default=16, help="of each process")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--fsdp", action="store_true", help="under torchrun: share out the model as well")
    main(parser.parse_args(), int(os.environ.get("RANK", 0)), "RANK" in os.environ)
