"""Small networks against the clock, and against PyTorch in the same rounds when it is installed. Nothing fails
on a time; run with -s to see the figures."""

import importlib.util
import platform
import warnings
from statistics import median

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from lab.bench.nets import CASES, fast_training, figures, seconds_per_call
from lab.engine.nets.fast_map import FastMap, grid_points
from lab.engine.nets.fast_trainer import FastTrainer

pytestmark = pytest.mark.bench


def machine():
    blas = ", ".join(f"{b['internal_api']} {b['version']} {b.get('architecture', '')}" for b in threadpool_info())
    return f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, {blas}, one thread"


def ratios_to_pytorch():
    """Lines to print, each ratio taken within a round; none when PyTorch is not installed."""
    if importlib.util.find_spec("torch") is None:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
    torch.set_num_threads(1)
    yield f"times faster than PyTorch {torch.__version__} eager, min / median / max of five rounds"
    for case in CASES:
        ours = fast_training(case)
        x, y = (torch.tensor(np.asarray(a), dtype=torch.float32) for a in case.examples())
        parts = []
        for n_in, n_out in zip(case.sizes, case.sizes[1:]):
            parts += [torch.nn.Linear(n_in, n_out), torch.nn.Tanh()]
        net = torch.nn.Sequential(*parts[:-1])
        optimizer = torch.optim.SGD(net.parameters(), lr=0.03)
        loss_of = torch.nn.BCEWithLogitsLoss()

        def epoch(x=x, y=y, net=net, optimizer=optimizer, loss_of=loss_of, size=case.batch):
            for start in range(0, len(x), size):
                optimizer.zero_grad()
                loss_of(net(x[start : start + size])[:, 0], y[start : start + size]).backward()
                optimizer.step()

        field = FastMap(ours.net, grid_points((-6, 6), (-6, 6)))
        points = torch.tensor(grid_points((-6, 6), (-6, 6)), dtype=torch.float32)

        def map_(net=net, points=points):
            with torch.no_grad():
                net(points)

        with threadpool_limits(1):
            training = [seconds_per_call(epoch, 0.1) / seconds_per_call(ours.epoch) for _ in range(5)]
            maps = [seconds_per_call(map_) / seconds_per_call(field.update) for _ in range(5)]
        for what, ratios in (("training", training), ("100×100 map", maps)):
            yield f"  {case.name:20} {what:12} {min(ratios):6.1f} / {median(ratios):6.1f} / {max(ratios):6.1f}"


def test_small_networks_are_measured():
    with threadpool_limits(1):
        found = figures(rounds=3)
    print(f"\n{machine()}")
    for name, value in found.items():
        print(f"  {name:58} {value:14,.1f}")
    for line in ratios_to_pytorch():
        print(line)
    assert all(value > 0 for value in found.values())


class Planned(FastTrainer):
    """A trainer that tells how many NumPy calls a full batch takes."""

    def calls(self) -> int:
        return len(self._plans[0])


def test_a_step_is_a_fixed_number_of_calls():
    calls = {case.name: Planned.calls(fast_training(case)) for case in CASES}
    assert calls["2-4-2-1, batch 10"] == 19  # at about a quarter of a microsecond each
    assert calls["2-8-8-8-1, batch 10"] == 24
