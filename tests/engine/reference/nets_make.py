"""Makes nets_torch.npz, the vectors layers, convolutions and recurrences are compared with. Run it with a Python
that has PyTorch (made with 2.13, CPU); no test runs it. Everything is float64 and starts from seed 7. For each
layer: x is normal, the parameters are those the module starts with plus 0.1 of normal noise, y = module(x), and
the gradients are those of (y·w).sum() for a normal w."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
out: dict[str, torch.Tensor] = {}


def put(name, module, x, call=None):
    with torch.no_grad():
        for p in module.parameters():
            p.add_(0.1 * torch.randn_like(p))
    x = x.clone().requires_grad_(True)
    y = module(x) if call is None else call(module, x)
    w = torch.randn_like(y)
    (y * w).sum().backward()
    out.update({f"{name}/x": x.detach(), f"{name}/y": y.detach(), f"{name}/w": w, f"{name}/dx": x.grad})
    for key, p in module.named_parameters():
        out[f"{name}/{key}"] = p.detach().clone()
        out[f"{name}/d_{key}"] = p.grad.clone()


put("linear", nn.Linear(3, 2), torch.randn(4, 3))
put("layer_norm", nn.LayerNorm(6), torch.randn(4, 6) * 2 + 1)
put("rms_norm", nn.RMSNorm(6, eps=1e-5), torch.randn(4, 6) * 2 + 1)

norm = nn.BatchNorm1d(3)
put("batch_norm", norm, torch.randn(5, 3) * 2 + 1)
out["batch_norm/running_mean"] = norm.running_mean.clone()
out["batch_norm/running_var"] = norm.running_var.clone()
norm.eval()
x = torch.randn(4, 3, requires_grad=True)
y = norm(x)
w = torch.randn_like(y)
(y * w).sum().backward()
out.update({"batch_norm/eval_x": x.detach(), "batch_norm/eval_y": y.detach()})
out.update({"batch_norm/eval_w": w, "batch_norm/eval_dx": x.grad})
put("batch_norm_2d", nn.BatchNorm2d(2), torch.randn(3, 2, 3, 2) + 0.5)

put("conv1d", nn.Conv1d(2, 3, 3, stride=2, padding=1), torch.randn(2, 2, 7))
put("conv1d_dilated", nn.Conv1d(2, 2, 3, dilation=2, padding=3), torch.randn(2, 2, 8))
put("conv2d", nn.Conv2d(2, 3, 3), torch.randn(2, 2, 5, 6))
put("conv2d_strided", nn.Conv2d(2, 3, 3, stride=2, padding=1), torch.randn(2, 2, 6, 5))
put("conv2d_dilated", nn.Conv2d(1, 2, (2, 3), padding=2, dilation=2), torch.randn(2, 1, 5, 5))
put("max_pool2d", nn.MaxPool2d(2), torch.randn(2, 2, 5, 4))
put("max_pool2d_overlapping", nn.MaxPool2d(3, stride=2, padding=1), torch.relu(torch.randn(2, 2, 6, 6)))
put("max_pool1d", nn.MaxPool1d(3, stride=1), torch.randn(2, 2, 6))
put("avg_pool2d", nn.AvgPool2d(2), torch.randn(2, 2, 5, 4))
put("avg_pool2d_overlapping", nn.AvgPool2d(3, stride=2, padding=1), torch.randn(2, 2, 6, 6))

for kind, cell in (("rnn", nn.RNN), ("gru", nn.GRU), ("lstm", nn.LSTM)):
    put(kind, cell(3, 4, batch_first=True), torch.randn(2, 5, 3), lambda m, x: m(x)[0])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(4)
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return x + 0.5 * nn.functional.gelu(self.linear(self.norm(x)))


put("residual", Block(), torch.randn(3, 4))

for head, n_out in (("mse", 2), ("logistic", 1), ("softmax", 3)):
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, n_out))
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.3 * torch.randn_like(p))
    x = torch.randn(6, 2)
    if head == "mse":
        y = torch.randn(6, 2)
        loss = nn.functional.mse_loss(net(x), y)
    elif head == "logistic":
        y = torch.randint(0, 2, (6,)).double()
        loss = nn.functional.binary_cross_entropy_with_logits(net(x)[:, 0], y)
    else:
        y = torch.randint(0, 3, (6,))
        loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    out.update({f"net_{head}/x": x, f"net_{head}/y": y, f"net_{head}/loss": loss.detach()})
    for key, p in net.named_parameters():
        out[f"net_{head}/{key}"] = p.detach().clone()
        out[f"net_{head}/d_{key}"] = p.grad

target = Path(__file__).with_name("nets_torch.npz")
np.savez_compressed(target, **{key: value.numpy() for key, value in out.items()})
