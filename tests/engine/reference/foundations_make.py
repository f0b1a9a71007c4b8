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


def activations() -> dict[str, np.ndarray]:
    """torch.nn.functional's activations and their autograd slopes at 41 points, softmax and SwiGLU, float64."""
    import torch
    import torch.nn.functional as F
    from mpmath import erfc, mp

    mp.dps = 40
    kinds = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "leaky_relu": F.leaky_relu,
        "elu": F.elu,
        "softplus": lambda x: F.softplus(x, threshold=1e9),
        "silu": F.silu,
        "gelu": F.gelu,
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    }
    points = np.linspace(-5, 5, 41)
    out = {"x": points}
    for name, function in kinds.items():
        x = torch.tensor(points, requires_grad=True)
        y = function(x)
        y.sum().backward()
        out[name], out[f"{name}_slope"] = y.detach().numpy(), x.grad.numpy()

    rng = np.random.default_rng(8)
    out["logits"], out["upstream"] = rng.normal(size=(3, 5)) * 3, rng.normal(size=(3, 5))
    for name, function in {"softmax": torch.softmax, "log_softmax": torch.log_softmax}.items():
        z = torch.tensor(out["logits"], requires_grad=True)
        y = function(z, dim=-1)
        y.backward(torch.tensor(out["upstream"]))
        out[name], out[f"{name}_grad"] = y.detach().numpy(), z.grad.numpy()

    shapes = {"gate_x": (2, 3, 4), "gate_w1": (4, 6), "gate_w2": (6, 4), "gate_w3": (4, 6)}
    parts = {name: torch.tensor(rng.normal(size=shape), requires_grad=True) for name, shape in shapes.items()}
    x, w1, w2, w3 = parts.values()
    y = ((x @ w1) * F.silu(x @ w3)) @ w2
    out["gate_upstream"] = rng.normal(size=y.shape)
    y.backward(torch.tensor(out["gate_upstream"]))
    out["gate_y"] = y.detach().numpy()
    for name, part in parts.items():
        out[name], out[f"{name}_grad"] = part.detach().numpy(), part.grad.numpy()

    out["erfc_x"] = np.concatenate([np.linspace(-3, 3, 61), [4.0, 6.0, 10.0, 20.0, 26.0]])
    out["erfc"] = np.array([float(erfc(mp.mpf(float(v)))) for v in out["erfc_x"]])  # 40 digits, rounded
    out["erf"] = np.array([float(mp.erf(mp.mpf(float(v)))) for v in out["erfc_x"]])
    return out


def losses() -> dict[str, np.ndarray]:
    """torch.nn.functional's losses and autograd gradients, each reduction, float64."""
    import torch
    import torch.nn.functional as F

    rng = np.random.default_rng(4)
    out = {
        "prediction": rng.normal(size=(4, 3)) * 2,
        "target": rng.normal(size=(4, 3)) * 2,
        "chance": rng.uniform(0.05, 0.95, size=(4, 3)),
        "label": rng.integers(0, 2, size=(4, 3)).astype(float),
        "logits": rng.normal(size=(4, 3, 5)) * 3,
        "classes": rng.integers(0, 5, size=(4, 3)),
        "p": rng.dirichlet(np.ones(5), size=4),
        "log_q": np.log(rng.dirichlet(np.ones(5), size=4)),
    }
    out["ignored"] = np.where(rng.random((4, 3)) < 0.4, -100, out["classes"])
    tensors = {name: torch.tensor(value) for name, value in out.items()}

    def classes(x, how, target="classes", **more):
        loss = F.cross_entropy(x.reshape(-1, 5), tensors[target].reshape(-1), reduction=how, **more)
        return loss.reshape(4, 3) if how == "none" else loss

    kinds = {
        "mse": ("prediction", lambda x, how: F.mse_loss(x, tensors["target"], reduction=how)),
        "mae": ("prediction", lambda x, how: F.l1_loss(x, tensors["target"], reduction=how)),
        "huber": ("prediction", lambda x, how: F.huber_loss(x, tensors["target"], reduction=how, delta=1.5)),
        "bce": ("chance", lambda x, how: F.binary_cross_entropy(x, tensors["label"], reduction=how)),
        "bce_with_logits": (
            "prediction",
            lambda x, how: F.binary_cross_entropy_with_logits(x, tensors["label"], reduction=how),
        ),
        "cross_entropy": ("logits", classes),
        "smoothed": ("logits", lambda x, how: classes(x, how, label_smoothing=0.1)),
        "skipping": ("logits", lambda x, how: classes(x, how, "ignored", label_smoothing=0.2)),
        "kl_divergence": (
            "log_q",
            lambda x, how: F.kl_div(x, tensors["p"], reduction={"mean": "batchmean"}.get(how, how)),
        ),
    }
    for name, (source, loss) in kinds.items():
        for how in ("mean", "sum", "none"):
            x = tensors[source].clone().requires_grad_()
            value = loss(x, how)
            value.sum().backward()
            if name == "kl_divergence" and how == "none":
                value = value.sum(-1)
            out[f"{name}_{how}"], out[f"{name}_{how}_grad"] = value.detach().numpy(), x.grad.numpy()
    return out


def regression() -> dict[str, np.ndarray]:
    """scikit-learn's linear models and scalers, SciPy's line with its standard errors."""
    from scipy.stats import linregress
    from sklearn.linear_model import Lasso, LinearRegression, Ridge
    from sklearn.preprocessing import RobustScaler

    rng = np.random.default_rng(6)
    x = rng.normal(size=(30, 4)) * np.array([1.0, 10.0, 0.1, 3.0]) + np.array([0.0, 50.0, 1.0, -2.0])
    x[:, 3] += 0.8 * x[:, 0]
    y = x @ np.array([2.0, 0.0, -1.0, 0.5]) + 4.0 + rng.normal(size=30)
    weights = rng.uniform(0.1, 3.0, size=30)
    out = {"x": x, "y": y, "weights": weights}

    def keep(name, model, **more):
        model.fit(x, y, **more)
        out[name] = np.append(model.coef_, model.intercept_)

    keep("least_squares", LinearRegression())
    keep("weighted", LinearRegression(), sample_weight=weights)
    for penalty in (0.1, 10.0):
        keep(f"ridge_{penalty}", Ridge(alpha=penalty))
        keep(f"lasso_{penalty / 10}", Lasso(alpha=penalty / 10, tol=1e-14, max_iter=1_000_000))
    line = linregress(x[:, 0], y)
    out["line"] = np.array([line.slope, line.intercept, line.rvalue, line.stderr, line.intercept_stderr])
    out["robust"] = RobustScaler().fit_transform(x)
    return out


def metrics() -> dict[str, np.ndarray]:
    """sklearn.metrics' and sklearn.calibration's curves and scores; scores with many ties."""
    from sklearn import metrics as sk
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(9)
    truth = rng.integers(0, 2, 60)
    scores = np.round(np.clip(0.35 * truth + 0.65 * rng.random(60), 0, 1), 1)
    out = {"truth": truth, "scores": scores}
    out["fpr"], out["tpr"], out["roc_thresholds"] = sk.roc_curve(truth, scores, drop_intermediate=False)
    out["precision"], out["recall"], out["pr_thresholds"] = sk.precision_recall_curve(truth, scores)
    out["auc"] = sk.roc_auc_score(truth, scores)
    out["ap"] = sk.average_precision_score(truth, scores)
    out["brier"] = sk.brier_score_loss(truth, scores)
    out["came_true"], out["said"] = calibration_curve(truth, scores - 0.05 * (scores > 0.5), n_bins=5)
    three, guess = rng.integers(0, 3, 80), rng.integers(0, 3, 80)
    out["three"], out["guess"] = three, np.where(rng.random(80) < 0.5, three, guess)
    out["confusion"] = sk.confusion_matrix(three, out["guess"])
    out["rates"] = np.array(sk.precision_recall_fscore_support(three, out["guess"])[:3])
    out["macro"] = sk.f1_score(three, out["guess"], average="macro")
    return out


def gguf() -> dict[str, np.ndarray]:
    """The bytes of the gguf package 0.19, whose quants module mirrors the C code bit for bit, and their weights."""
    from gguf import GGMLQuantizationType, quants

    rng = np.random.default_rng(3)
    weights = (rng.normal(size=(6, 64)) * rng.choice([0.01, 1.0, 30.0], size=(6, 1))).astype(np.float32)
    weights[2, :32] = 0.0
    weights[3, :32] = 2.5
    weights[4, :32] = np.arange(32) - 16
    out = {"weights": weights}
    for name in ("Q8_0", "Q4_0", "Q4_1"):
        kind = GGMLQuantizationType[name]
        out[name] = quants.quantize(weights, kind)
        out[f"{name}_decoded"] = quants.dequantize(out[name], kind)
    return out


MAKERS = {
    "optim": optim,
    "activations": activations,
    "losses": losses,
    "regression": regression,
    "metrics": metrics,
    "gguf": gguf,
}


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        np.savez_compressed(Path(__file__).with_name(f"foundations_{wanted}.npz"), **MAKERS[wanted]())
