"""PyTorch's half of `test_bench_learning`, for a Python of its own:  PYTHON pytorch_beside.py FILE.npz PLAN.json

Trains the plan with the weights, texts and batches of the file on one thread, as one writes it well (fused attention,
norms and AdamW), and prints the processor time in seconds and the loss on the held-out text as JSON."""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional


def turned(x, cos, sin):
    """RoPE: neighbours are turned as pairs. x: [B, H, T, D].  cos, sin: [T, D/2]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, odd * cos + even * sin), -1).flatten(-2)


class Block(nn.Module):
    def __init__(self, weights, heads):
        super().__init__()
        self.heads = heads
        for name, values in weights.items():
            setattr(self, name, nn.Parameter(torch.tensor(values)))

    def forward(self, x, cos, sin):
        b, t, c = x.shape
        qkv = functional.linear(functional.rms_norm(x, (c,), self.norm1, 1e-5), self.qkv)
        q, k, v = qkv.view(b, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        y = functional.scaled_dot_product_attention(turned(q, cos, sin), turned(k, cos, sin), v, is_causal=True)
        x = x + functional.linear(y.transpose(1, 2).reshape(b, t, c), self.out)
        wide = functional.linear(functional.rms_norm(x, (c,), self.norm2, 1e-5), self.up)
        return x + functional.linear(functional.gelu(wide, approximate="tanh"), self.down)


class Model(nn.Module):
    def __init__(self, weights, plan):
        super().__init__()
        self.embedding, self.norm = (nn.Parameter(torch.tensor(weights[name])) for name in ("embedding", "norm"))
        self.tables = tuple(torch.tensor(plan[name]) for name in ("cos", "sin"))
        inner = [
            {name.partition(".")[2]: values for name, values in weights.items() if name.startswith(f"block{k}.")}
            for k in range(plan["n_layers"])
        ]
        self.blocks = nn.ModuleList(Block(part, plan["n_heads"]) for part in inner)

    def forward(self, ids):
        x = functional.embedding(ids, self.embedding)
        for block in self.blocks:
            x = block(x, *self.tables)
        return functional.linear(functional.rms_norm(x, x.shape[-1:], self.norm, 1e-5), self.embedding)

    def loss(self, ids, targets):
        return functional.cross_entropy(self(ids).flatten(0, 1), targets.flatten())


def learned(file, plan):
    weights = {name[2:]: file[name] for name in file.files if name.startswith("w:")}
    model = Model(weights, plan)
    groups = [
        {"params": [p for p in model.parameters() if p.ndim == 2], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, 1e-3, betas=(0.9, 0.99), eps=1e-8, fused=True)
    learn, judge = (torch.tensor(file[name].astype(np.int64)) for name in ("learn", "judge"))
    window, context = torch.arange(plan["context"]), plan["context"]
    batches = torch.tensor(file["starts"].astype(np.int64))
    began = time.process_time()
    for begins, rate in zip(batches, file["rates"].tolist(), strict=True):
        places = begins[:, None] + window
        loss = model.loss(learn[places], learn[places + 1])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), plan["clip"])
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
    spent = time.process_time() - began
    n = (len(judge) - 1) // context
    with torch.inference_mode():
        held_out = model.loss(judge[: n * context].view(n, context), judge[1 : n * context + 1].view(n, context))
    return {"seconds": spent, "held_out": held_out.item(), "torch": torch.__version__}


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(learned(np.load(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")))))
