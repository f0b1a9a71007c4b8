"""How the frozen vectors beside this file were made; no test runs it.

    python tests/engine/reference/foundations_make.py optim ...

writes foundations_<name>.npz for each name given. It needs the libraries we compare with (PyTorch 2.13 on the
CPU, scikit-learn 1.9, SciPy 1.17, float64 throughout), which are no dependencies of the lab.
"""

import sys
from pathlib import Path

import numpy as np


def optim() -> dict[str, np.ndarray]:
    """Twelve steps of PyTorch's optimisers over fixed gradients: every position, [13, 5]."""
    import torch

    rng = np.random.default_rng(5)
    start, grads = rng.normal(size=5), rng.normal(size=(12, 5)) * np.array([1e-3, 0.1, 1.0, 10.0, 1e3])
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.03),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9, nesterov=True),
        "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.03),
        "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.03),
        "adam": lambda p: torch.optim.Adam(p, lr=0.03),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.03, weight_decay=0.1),
    }
    out = {"start": start, "grads": grads}
    for name, make in makers.items():
        p = torch.tensor(start, requires_grad=True)
        optimizer, path = make([p]), [start]
        for g in grads:
            p.grad = torch.tensor(g)
            optimizer.step()
            path.append(p.detach().numpy().copy())
        out[name] = np.array(path)
    clipped = [torch.tensor(start), torch.tensor(grads)]
    for part in clipped:
        part.grad = part.clone()
    out["clip_norm"] = np.array(float(torch.nn.utils.clip_grad_norm_(clipped, 2.0)))
    out["clip_start"] = clipped[0].grad.numpy()
    return out


MAKERS = {"optim": optim}

if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        np.savez_compressed(Path(__file__).with_name(f"foundations_{wanted}.npz"), **MAKERS[wanted]())
