"""Measures what the lessons on networks say of them, with the engine itself, and writes assets/data/measured_nets.json.

    python build/measure_nets.py            measure everything, about three minutes, and write the file
    python build/measure_nets.py NAME ...   measure only these parts and keep the others
    python build/measure_nets.py --check    say whether the file was made by the code as it is; exit 1 when not

The file carries a hash of the code that made it, without comments and docstrings. Tests measure a short piece of
every part again. Float32 sums differ between processors, so single runs may end elsewhere on another machine; the
statements drawn from them (who learns, who does not) were chosen not to hang on that.
"""

import ast
import hashlib
import io
import json
import sys
import time
import tokenize
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from lab.engine.basics.data import CLASSIFICATION, circle, moons  # noqa: E402
from lab.engine.basics.optim import Adam, clip_by_norm  # noqa: E402
from lab.engine.nets.convolution_layers import digit_cnn  # noqa: E402
from lab.engine.nets.depth import deep_classifier, depth_stack, signal_report  # noqa: E402
from lab.engine.nets.fast import fast_net  # noqa: E402
from lab.engine.nets.fast_map import FastMap, targets_for  # noqa: E402
from lab.engine.nets.fast_stack import fast_stack  # noqa: E402
from lab.engine.nets.fast_trainer import FastTrainer  # noqa: E402
from lab.engine.nets.fast_update import FastSettings  # noqa: E402
from lab.engine.nets.layers import Activate, Flatten, dense  # noqa: E402
from lab.engine.nets.network import Network, mlp, unit_health  # noqa: E402
from lab.engine.nets.recurrent import recurrent  # noqa: E402
from lab.engine.nets.sequence_tasks import echo_task  # noqa: E402

TARGET = ROOT / "assets" / "data" / "measured_nets.json"
NETS = ROOT / "lab" / "engine" / "nets"
MADE_BY = (
    *("convolution", "convolution_layers", "depth", "fast", "fast_activations", "fast_map", "fast_plan"),
    *("fast_trainer", "fast_update", "fast_stack", "initializers", "layers", "network", "normalization"),
    *("recurrent", "sequence_tasks"),
)
STACKS = {"plain": (False, "none"), "residual": (True, "none"), "norm": (False, "layer"), "both": (True, "layer")}
SCHEMES = {"sigmoid": "xavier", "tanh": "xavier", "relu": "he"}


def code_hash() -> str:
    """A hash of what the code says, its comments, docstrings and white space left out."""
    digest = hashlib.sha256()
    for path in (Path(__file__), *(NETS / f"{name}.py" for name in MADE_BY)):
        digest.update(_code(path.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def _code(text: str) -> str:
    """The characters of a source that do something, the same in every version of Python."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_docstring(body[0]):
            for row in range(body[0].lineno - 1, body[0].end_lineno):
                lines[row] = ""
    return "".join("".join(lines).split())


def _is_docstring(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


# Decision boundaries: how many units does a shape need?


def boundary_accuracy(data: str, hidden: tuple[int, ...], activation: str, seed: int, epochs: int = 2000) -> float:
    """The best accuracy on 200 points of a training with Adam at 0.03 on the full batch."""
    rng = np.random.default_rng(seed)
    x, y = CLASSIFICATION[data](200, 0.0, rng)
    net = fast_net(mlp((2, *hidden, 1), rng, activation, "logistic", SCHEMES[activation]))
    trainer = FastTrainer(net, x, y, FastSettings(200, 0.03, "adam", shuffle=False))
    seen, targets, best = FastMap(net, x), targets_for(net, y), 0.0
    for epoch in range(1, epochs + 1):
        trainer.epoch()
        if epoch % 25 == 0:
            seen.update()
            best = max(best, seen.accuracy(targets))
            if best == 1.0:
                break
    return best


def boundaries() -> list[dict[str, Any]]:
    """For each shape and network, over twenty seeds: how many reach 100 % and 97 %, the best and the median."""
    rows = []
    for data, hidden in (
        *(("circle", (n,)) for n in (1, 2, 3, 4)),
        *(("xor", (n,)) for n in (2, 3, 4)),
        *(("moons", (n,)) for n in (2, 3, 4)),
        *(("spirals", shape) for shape in ((4, 4), (8, 8), (16, 16))),
        ("checkerboard", (16, 16)),
    ):
        for activation in ("tanh", "relu"):
            found = [boundary_accuracy(data, hidden, activation, seed) for seed in range(20)]
            rows.append(
                {
                    "data": data,
                    "hidden": list(hidden),
                    "activation": activation,
                    "seeds": 20,
                    "reached_100": sum(a == 1.0 for a in found),
                    "reached_97": sum(a >= 0.97 for a in found),
                    "best": max(found),
                    "median": median(found),
                }
            )
    return rows


def dead_share(rate: float, seed: int) -> dict[str, Any]:
    """2-16-16-1 with ReLU on the circle, plain descent: the share of dead units per layer after 30 epochs."""
    rng = np.random.default_rng(seed)
    x, y = circle(200, 0.1, rng)
    net = fast_net(mlp((2, 16, 16, 1), rng, "relu", "logistic", "he"), np.float64)
    trainer = FastTrainer(net, x, y, FastSettings(10, rate), rng)
    for _ in range(30):
        trainer.epoch()
    network = net.to_network()
    dead = [float(layer.dead.mean()) for layer in unit_health(network, x)]
    return {"rate": rate, "seed": seed, "dead": dead, "accuracy": network.accuracy(x, y)}


def dead_relu() -> list[dict[str, Any]]:
    """The recipe for dead units, over five seeds a rate."""
    return [dead_share(rate, seed) for rate in (0.1, 1.0, 3.0, 10.0) for seed in range(5)]


# Overfitting on a real network.

REGULARISERS: dict[str, dict[str, float]] = {
    "none": {},
    "l2 0.003": {"l2": 0.003},
    "l2 0.01": {"l2": 0.01},
    "l1 0.001": {"l1": 0.001},
    "l1 0.003": {"l1": 0.003},
    "dropout 0.3": {"dropout": 0.3},
    "dropout 0.5": {"dropout": 0.5},
}


def overfit_curve(regulariser: str, seed: int, epochs: int = 600, every: int = 10) -> list[list[float]]:
    """60 overlapping moons, 2-64-64-1 with ReLU, Adam at 0.003: [epoch, training loss, loss on 1000 others]."""
    rng = np.random.default_rng(seed)
    x, y = moons(60, 0.45, rng)
    others = moons(1000, 0.45, rng)
    net = fast_net(mlp((2, 64, 64, 1), rng, "relu", "logistic", "he"))
    settings = FastSettings(20, 0.003, "adam", **REGULARISERS[regulariser])
    trainer = FastTrainer(net, x, y, settings, rng)
    maps = [(FastMap(net, points), targets_for(net, labels)) for points, labels in ((x, y), others)]
    curve = []
    for epoch in range(1, epochs + 1):
        trainer.epoch()
        if epoch % every == 0:
            for points, _ in maps:
                points.update()
            curve.append([epoch, *(round(points.loss(targets), 5) for points, targets in maps)])
    return curve


def overfitting() -> dict[str, Any]:
    """The curves of seed 0, and over five seeds the median of the last losses and of the best validation loss."""
    found = {}
    for name in REGULARISERS:
        curves = [overfit_curve(name, seed) for seed in range(5)]
        best = [min(curve, key=lambda point: point[2]) for curve in curves]
        found[name] = {
            "curve": curves[0],
            "last_training": median(curve[-1][1] for curve in curves),
            "last_validation": median(curve[-1][2] for curve in curves),
            "best_validation": median(point[2] for point in best),
            "best_epoch": median(point[0] for point in best),
        }
    return found


# Depth.


def signals() -> list[dict[str, Any]]:
    """Output spread and gradient ratio of untrained stacks, width 64, one seed."""
    rows = []
    for depth, activation, scheme, scale in (
        (10, "sigmoid", "xavier", 1.0),
        (20, "sigmoid", "xavier", 1.0),
        (20, "tanh", "normal", 0.01),
        (50, "tanh", "xavier", 1.0),
        (50, "relu", "xavier", 1.0),
        (50, "relu", "he", 1.0),
        (20, "relu", "xavier", 2.0),
    ):
        row: dict[str, Any] = {"depth": depth, "activation": activation, "scheme": scheme, "scale": scale}
        for name, (residual, norm) in STACKS.items():
            rng = np.random.default_rng(0)
            blocks = depth_stack(depth, 64, rng, activation, scheme, scale, residual, norm)
            report = signal_report(blocks, rng.normal(size=(256, 64)), rng.normal(size=(256, 64)))
            row[name] = {"spread": float(f"{report.spread[-1]:.3g}"), "ratio": float(f"{report.ratio:.3g}")}
        rows.append(row)
    return rows


def depth_curve(activation: str, depth: int, stack: str, seed: int, steps: int = 300, every: int = 10) -> list[float]:
    """The training loss at every tenth step, width 32, 256 points of the circle, Adam at 0.001, float32."""
    residual, norm = STACKS[stack]
    rng = np.random.default_rng(seed)
    x, y = circle(256, 0.0, rng)
    blocks = depth_stack(depth, 32, rng, activation, SCHEMES[activation], 1.0, residual, norm)
    model = fast_stack(deep_classifier(2, blocks, 32, rng))
    trainer = FastTrainer(model, x, y, FastSettings(256, 0.001, "adam", shuffle=False))
    seen, targets, losses = FastMap(model, x), targets_for(model, y), []
    for step in range(steps + 1):
        if step % every == 0:
            seen.update()
            losses.append(float(f"{seen.loss(targets):.4g}"))
        trainer.step()
    return losses


def depth_training() -> list[dict[str, Any]]:
    """The loss after 300 steps: median of three seeds, each seed's, and the curve of seed 0."""
    rows = []
    for activation in ("sigmoid", "relu", "tanh"):
        for depth in (10, 30, 50):
            for stack in STACKS:
                curves = [depth_curve(activation, depth, stack, seed) for seed in range(3)]
                last = [curve[-1] for curve in curves]
                rows.append(
                    {
                        "activation": activation,
                        "depth": depth,
                        "stack": stack,
                        "loss": median(last),
                        "seeds": last,
                        "curve": curves[0],
                    }
                )
    return rows


# Pictures and sequences.


def digit_curve(kind: str, permuted: bool, examples: int, seed: int, epochs: int = 10) -> list[list[float]]:
    """8×8 digits, batches of 32, Adam at 0.005: [training loss, accuracy on those not trained on] per epoch."""
    with np.load(ROOT / "assets" / "data" / "digits_8x8.npz") as file:
        x, y = file["x"].astype(float) / 16, file["y"].astype(int)
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x))
    pixels = rng.permutation(64) if permuted else np.arange(64)
    x, y = x[order][:, pixels].reshape(-1, 1, 8, 8), y[order]
    network = digit_cnn(rng) if kind == "cnn" else _dense_reader(rng)
    optimizer = Adam(0.005)
    state, curve = optimizer.init(network.parameters()), []
    for _ in range(epochs):
        losses, order = [], rng.permutation(examples)
        for start in range(0, examples, 32):
            batch = order[start : start + 32]
            loss, grads, _ = network.gradients(x[batch], y[batch])
            parameters, state, _ = optimizer.update(network.parameters(), grads, state)
            network = network.with_parameters(parameters)
            losses.append(loss)
        curve.append([round(float(np.mean(losses)), 5), round(network.accuracy(x[-360:], y[-360:]), 4)])
    return curve


def _dense_reader(rng: np.random.Generator) -> Network:
    return Network((Flatten(), dense(64, 32, rng), Activate("relu"), dense(32, 10, rng, "xavier")), "softmax")


def digits() -> list[dict[str, Any]]:
    """A small CNN and a dense net on digits as they are and with their pixels shuffled, over five seeds."""
    rows = []
    for examples in (200, 1437):
        for kind in ("cnn", "dense"):
            for permuted in (False, True):
                begin = time.perf_counter()
                curves = [digit_curve(kind, permuted, examples, seed) for seed in range(5)]
                rows.append(
                    {
                        "network": kind,
                        "permuted": permuted,
                        "examples": examples,
                        "accuracy": round(mean(curve[-1][1] for curve in curves), 4),
                        "curve": curves[0],
                        "seconds": round((time.perf_counter() - begin) / 5, 1),
                    }
                )
    return rows


def echo_curve(
    kind: str, delay: int, seed: int, radius: float = 1.0, steps: int = 600, every: int = 20
) -> list[list[float]]:
    """Say the first of four symbols after a delay; 24 units, batches of 32, Adam at 0.005, clipped at 1:
    [step, loss, accuracy on 300 others]."""
    rng = np.random.default_rng(seed)
    network = Network((recurrent(kind, 5, 24, rng, radius), dense(24, 4, rng, "xavier")), "softmax")
    optimizer = Adam(0.005)
    state, curve = optimizer.init(network.parameters()), []
    x, y = echo_task(np.random.default_rng(1000 + seed), 300, delay)
    for step in range(1, steps + 1):
        loss, grads, _ = network.gradients(*echo_task(rng, 32, delay))
        grads, _ = clip_by_norm(grads, 1.0)
        parameters, state, _ = optimizer.update(network.parameters(), grads, state)
        network = network.with_parameters(parameters)
        if step % every == 0:
            curve.append([step, round(loss, 5), round(network.accuracy(x, y), 4)])
    return curve


def echoes() -> list[dict[str, Any]]:
    """Which cell remembers over how long, over three seeds."""
    rows = []
    for delay in (5, 20, 40):
        for kind, radius in (("rnn", 0.5), ("rnn", 1.0), ("gru", 1.0), ("lstm", 1.0)):
            curves = [echo_curve(kind, delay, seed, radius) for seed in range(3)]
            last = [curve[-1][2] for curve in curves]
            row = {"cell": kind, "radius": radius, "delay": delay, "accuracy": median(last), "seeds": last}
            rows.append(row | {"curve": curves[0]})
    return rows


PARTS: dict[str, Callable[[], Any]] = {
    "boundaries": boundaries,
    "dead_relu": dead_relu,
    "overfitting": overfitting,
    "signals": signals,
    "depth_training": depth_training,
    "digits": digits,
    "echoes": echoes,
}


def read() -> dict[str, Any]:
    """The file as it stands, {} when there is none."""
    return json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}


def _compact(value: Any) -> str:
    """JSON with one row a line, so that a change shows as a change."""
    lines = []
    for name, part in value.items():
        if isinstance(part, list):
            rows = ",\n".join("  " + json.dumps(row) for row in part)
            lines.append(f"{json.dumps(name)}: [\n{rows}\n]")
        elif isinstance(part, dict):
            rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(row)}" for key, row in part.items())
            lines.append(f"{json.dumps(name)}: {{\n{rows}\n}}")
        else:
            lines.append(f"{json.dumps(name)}: {json.dumps(part)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: list[str]) -> int:
    """Measures and writes, or checks."""
    if arguments == ["--check"]:
        fresh = read().get("code") == code_hash()
        print("up to date" if fresh else f"{TARGET.name} was made by other code: run python build/measure_nets.py")
        return 0 if fresh else 1
    unknown = set(arguments) - set(PARTS)
    if unknown:
        print(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    found = read()
    for name in arguments or PARTS:
        begin = time.perf_counter()
        found[name] = PARTS[name]()
        print(f"{name}: {time.perf_counter() - begin:.1f} s", flush=True)
    if set(found) - {"code"} == set(PARTS):
        made_by = found.get("code", "") if arguments else code_hash()  # parts alone do not make the rest fresh
        ordered = {"code": made_by} | {name: found[name] for name in PARTS}
        TARGET.write_text(_compact(ordered), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
