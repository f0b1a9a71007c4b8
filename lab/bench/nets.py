"""How fast small networks are on this machine: training and maps on the fast path, and what the readable engine,
automatic differentiation, a small convolutional net and a recurrent one take for the same kind of work."""

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median

import numpy as np

from lab import catalog
from lab.core.experiment import Setting
from lab.core.records import dataclass
from lab.core.scene import Scene
from lab.engine.basics.data import circle, spirals
from lab.engine.graph.autograd import Tensor
from lab.engine.nets.convolution_layers import digit_cnn
from lab.engine.nets.depth import deep_classifier, depth_stack
from lab.engine.nets.fast import fast_net
from lab.engine.nets.fast_map import FastMap, grid_points, targets_for
from lab.engine.nets.fast_stack import fast_stack
from lab.engine.nets.fast_trainer import FastTrainer
from lab.engine.nets.fast_update import FastOptimizer, FastSettings
from lab.engine.nets.layers import dense
from lab.engine.nets.network import Network, mlp
from lab.engine.nets.recurrent import recurrent
from lab.engine.nets.sequence_tasks import echo_task
from lab.runtime.track import Track

__all__ = ["CASES", "Case", "fast_training", "figures", "map_figures", "readable_figures", "seconds_per_call"]


@dataclass(frozen=True)
class Case:
    """A network and how it is trained. data: 250 examples in two classes."""

    name: str
    sizes: tuple[int, ...]
    batch: int
    data: str = "circle"

    def examples(self) -> tuple[np.ndarray, np.ndarray]:
        """The points [250, 2] and their classes [250]."""
        make = {"circle": circle, "spirals": spirals}[self.data]
        return make(250, 0.1, np.random.default_rng(0))


CASES = (
    Case("2-4-2-1, batch 10", (2, 4, 2, 1), 10),
    Case("2-4-2-1, full batch", (2, 4, 2, 1), 250),
    Case("2-8-8-8-1, batch 10", (2, 8, 8, 8, 1), 10, "spirals"),
    Case("2-64-64-1, batch 50", (2, 64, 64, 1), 50),
)


def seconds_per_call(work: Callable[[], object], least: float = 0.02) -> float:
    """The time one call takes, over as many calls as fill `least` seconds."""
    calls = 0
    begin = time.perf_counter()
    while (passed := time.perf_counter() - begin) < least or calls == 0:
        work()
        calls += 1
    return passed / calls


def fast_training(case: Case, dtype: type = np.float32, optimizer: FastOptimizer = "sgd") -> FastTrainer:
    """A trainer of the fast path for a case, in the order the examples come, as the peers do it."""
    net = fast_net(mlp(case.sizes, np.random.default_rng(1), "tanh", "logistic"), dtype)
    settings = FastSettings(case.batch, 0.03, optimizer, shuffle=False)
    return FastTrainer(net, *case.examples(), settings)


def training_figures(rounds: int = 5) -> dict[str, float]:
    """Training on the fast path: samples per second and microseconds per step, medians over the rounds."""
    found = {}
    for case in CASES:
        trainer = fast_training(case)
        epoch = median(seconds_per_call(trainer.epoch) for _ in range(rounds))
        found[f"{case.name}: training (samples/s)"] = 250 / epoch
        found[f"{case.name}: a step (µs)"] = 1e6 * epoch / trainer.batches
    optimizers: tuple[FastOptimizer, ...] = ("momentum", "adam")
    for optimizer in optimizers:
        trainer = fast_training(CASES[0], optimizer=optimizer)
        epoch = median(seconds_per_call(trainer.epoch) for _ in range(rounds))
        found[f"{CASES[0].name}: a step with {optimizer} (µs)"] = 1e6 * epoch / trainer.batches
    return found


class PainterTurn:
    """A whole turn of the painter: an epoch, the losses on seen and hidden points, every unit's map."""

    def __init__(self, case: Case) -> None:
        self.trainer = fast_training(case)
        self.field = FastMap(self.trainer.net, grid_points((-6, 6), (-6, 6)))
        x, y = case.examples()
        targets = targets_for(self.trainer.net, y)
        self.tables = [(FastMap(self.trainer.net, x[:n]), targets[:, :n]) for n in (250, 125)]

    def __call__(self) -> None:
        self.trainer.epoch()
        for points, targets in self.tables:
            points.update()
            points.loss(targets)
        self.field.update()


def map_figures(rounds: int = 5) -> dict[str, float]:
    """100×100 maps with every unit's own, and whole turns of the painter, medians over the rounds."""
    found = {}
    for case in (CASES[0], CASES[2]):
        turn, shape = PainterTurn(case), case.name.partition(",")[0]
        field = median(seconds_per_call(turn.field.update) for _ in range(rounds))
        found[f"{shape}: 100×100 maps (1/s)"] = 1 / field
        found[f"{shape}: epoch, two losses, maps (1/s)"] = 1 / median(seconds_per_call(turn) for _ in range(rounds))
    return found


def readable_figures(rounds: int = 5) -> dict[str, float]:
    """One step of the engines that are meant to be read, and of deeper and other networks."""
    rng = np.random.default_rng(0)
    case = CASES[0]
    x, y = (part[: case.batch] for part in case.examples())
    network = mlp(case.sizes, rng)

    def by_autograd() -> None:
        a = Tensor(x, requires_grad=False)
        for place, (n_in, n_out) in enumerate(pairwise(case.sizes)):
            a = a @ Tensor(np.ones((n_in, n_out))) + Tensor(np.ones(n_out))
            a = a.tanh() if place < len(case.sizes) - 2 else a
        (a.softplus() - a * y[:, None]).mean().backward()

    pictures, digits = rng.normal(size=(32, 1, 8, 8)), rng.integers(10, size=32)
    cnn = digit_cnn(rng)
    sequences, wanted = echo_task(rng, 32, 20)
    blocks = depth_stack(50, 32, rng, "relu", residual=True, norm="layer")
    stack = fast_stack(deep_classifier(2, blocks, 32, rng))
    deep = FastTrainer(stack, *case.examples(), FastSettings(64, 0.001, "adam", shuffle=False))
    rnn = Network((recurrent("rnn", 5, 32, rng), dense(32, 4, rng)), "softmax")
    lstm = Network((recurrent("lstm", 5, 32, rng), dense(32, 4, rng)), "softmax")
    work: dict[str, Callable[[], object]] = {
        "2-4-2-1, batch 10: a step of the readable engine (µs)": lambda: network.gradients(x, y),
        "2-4-2-1, batch 10: a step of autograd (µs)": by_autograd,
        "50 blocks of 32 with skips and norms, batch 64: a fast step (µs)": deep.step,
        "digit CNN, batch 32: a step (µs)": lambda: cnn.gradients(pictures, digits),
        "RNN of 32 units, 21 steps, batch 32: a step (µs)": lambda: rnn.gradients(sequences, wanted),
        "LSTM of 32 units, 21 steps, batch 32: a step (µs)": lambda: lstm.gradients(sequences, wanted),
    }
    return {name: 1e6 * median(seconds_per_call(f) for _ in range(rounds)) for name, f in work.items()}


def _bare(case: Case, optimizer: FastOptimizer, examples: int) -> FastTrainer:
    rng = np.random.default_rng(1)
    x, y = case.examples()
    net = fast_net(mlp(case.sizes, rng, "tanh", "logistic"))
    return FastTrainer(net, x[:examples], y[:examples], FastSettings(case.batch, 0.03, optimizer), rng)


def learner_figures(rounds: int = 5) -> dict[str, float]:
    """A step of experiment 9 as its run makes it at full speed, with all that belongs to it: doubles, shuffling, the
    record of losses, checkpoints. Beside it the bare plan in float32, in the same rounds: as many examples in as large
    batches, in a new order for every epoch."""
    experiment = catalog.find("decision-boundaries")
    assert experiment is not None
    found = {}
    optimizers: tuple[FastOptimizer, ...] = ("sgd", "adam")
    for optimizer in optimizers:
        case = Case("2-4-1", (2, 4, 1), 20)
        values = {"hidden": "4", "batch_size": case.batch, "optimizer": optimizer}
        track = Track(experiment, Scene.of(experiment, Setting(values)))
        bare = _bare(case, optimizer, 211)  # as many as experiment 9 learns from
        track.sprint(5_000)  # at first every step is written down, later one of many
        row = partial(track.sprint, 20)
        ratios, steps = [], []
        for _ in range(rounds):
            steps.append(seconds_per_call(row) / 20)
            ratios.append(steps[-1] / (seconds_per_call(bare.epoch) / bare.batches))
        name = f"{case.name}, batch {case.batch}, {optimizer}"
        found[f"{name}: a step of experiment 9 (µs)"] = 1e6 * median(steps)
        found[f"{name}: a step of experiment 9 / one of the bare plan"] = median(ratios)
    return found


def figures(rounds: int = 5) -> dict[str, float]:
    """All of them."""
    return training_figures(rounds) | learner_figures(rounds) | map_figures(rounds) | readable_figures(rounds)
