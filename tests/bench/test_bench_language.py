"""Tiny language models against the clock, and against PyTorch in the same rounds when it is installed. Nothing fails
on a time; run with -s to see the figures."""

import importlib.util
import math
import warnings
from statistics import median

import pytest
from threadpoolctl import threadpool_limits

from lab.bench.language import CASES, figures, generation, per_second, training
from lab.engine.lm.parameters import n_parameters

pytestmark = pytest.mark.bench


def peer(torch, case):
    """The same model in PyTorch eager, as one writes it well: fused attention, fused norms, fused AdamW.

    Returns a training step and a writer with a cache, each returning how many tokens it did.
    """
    nn, functional, plan = torch.nn, torch.nn.functional, case.config
    width, heads = plan.d_model, plan.n_heads

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
            self.up, self.down = nn.Linear(width, plan.d_ff, bias=False), nn.Linear(plan.d_ff, width, bias=False)
            self.gain1, self.gain2 = nn.Parameter(torch.ones(width)), nn.Parameter(torch.ones(width))

        def forward(self, x, cache=None, at=0):
            b, t, c = x.shape
            qkv = self.qkv(functional.rms_norm(x, (c,), self.gain1, 1e-5))
            q, k, v = qkv.view(b, t, 3, heads, c // heads).permute(2, 0, 3, 1, 4)
            if cache is not None:
                cache[0][:, :, at : at + t], cache[1][:, :, at : at + t] = k, v
                k, v = cache[0][:, :, : at + t], cache[1][:, :, : at + t]
            y = functional.scaled_dot_product_attention(q, k, v, is_causal=t > 1)
            x = x + self.out(y.transpose(1, 2).reshape(b, t, c))
            wide = self.up(functional.rms_norm(x, (c,), self.gain2, 1e-5))
            return x + self.down(functional.gelu(wide, approximate="tanh"))

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding, self.position = nn.Embedding(plan.vocab_size, width), nn.Embedding(plan.context, width)
            self.blocks = nn.ModuleList(Block() for _ in range(plan.n_layers))
            self.gain = nn.Parameter(torch.ones(width))

        def forward(self, ids, caches=None, at=0):
            x = self.embedding(ids) + self.position.weight[at : at + ids.shape[1]]
            for k, block in enumerate(self.blocks):
                x = block(x, None if caches is None else caches[k], at)
            return functional.linear(functional.rms_norm(x, (width,), self.gain, 1e-5), self.embedding.weight)

    model = Model()
    assert sum(p.numel() for p in model.parameters()) == n_parameters(plan)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3, fused=True)
    ids, targets = (torch.tensor(a) for a in case.texts())

    def step():
        loss = functional.cross_entropy(model(ids).view(-1, plan.vocab_size), targets.view(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return ids.numel()

    @torch.inference_mode()
    def write():
        shape = 1, heads, plan.context, width // heads
        caches = [(torch.zeros(shape), torch.zeros(shape)) for _ in range(plan.n_layers)]
        token = torch.zeros(1, 1, dtype=torch.long)
        for at in range(plan.context):
            token = torch.multinomial(functional.softmax(model(token, caches, at)[0, -1], -1), 1)[None]
        return plan.context

    return step, write


def ratios_to_pytorch():
    """Lines to print, each ratio taken within a round; none when PyTorch is not installed."""
    if importlib.util.find_spec("torch") is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
    torch.set_num_threads(1)
    yield f"times faster than PyTorch {torch.__version__} eager, min / median / max of seven rounds"
    for case in CASES:
        step, write = peer(torch, case)
        for what, ours, theirs in (("training", training(case), step), ("writing", generation(case), write)):
            with threadpool_limits(1, user_api="blas"):
                ratios = [per_second(ours, 0.5) / per_second(theirs, 0.5) for _ in range(7)]
            yield f"  {case.name:6} {what:9} {min(ratios):5.2f} / {median(ratios):5.2f} / {max(ratios):5.2f}"


def test_language_models_and_tokenizers_are_measured():
    found = figures(rounds=3)
    for name, value in found.items():
        print(f"{name}: {value:,.4g}")
    for line in ratios_to_pytorch():
        print(line)
    assert len(found) == 14 and all(math.isfinite(value) and value > 0 for value in found.values())
