"""Four networks from one start on the same points: one as it is, one with an L2 price, one with dropout, and the first
one again, stopped early. Each step is `EPOCHS` rounds over all points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.nets.exchange import LIMIT, network_artifact, network_form
from lab.engine.nets.fast import FastNet, fast_net
from lab.engine.nets.fast_map import FastMap, targets_for
from lab.engine.nets.fast_trainer import FastTrainer, FastTrainerState
from lab.engine.nets.fast_update import FastSettings
from lab.experiments.e12_overfitting.classes import Points, class_points
from lab.experiments.e12_overfitting.frame import RUNNERS, NetShown, Runner
from lab.experiments.e12_overfitting.settings import CLASS_NAMES, Params
from lab.kit.arrays import freeze, freeze_fields, read_only
from lab.kit.record import Record

__all__ = ["EPOCHS", "NetRun"]

Array = NDArray[np.float64]
EPOCHS = 10
SIDE = 48  # places along a side of a picture
EDGES: Array = freeze(np.linspace(-2.4, 2.4, 25))
TRAINED = RUNNERS[:3]


class NetRun:
    """Three trainers; of the first one the weights at its best step are kept."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Artifact] = ()) -> None:
        self._params = params
        self._points = class_points(params, rng, artifacts)
        points, start = self._points, self._points.start
        self._seed = int(rng.integers(2**31))
        self._rngs = [np.random.default_rng((self._seed, place)) for place in range(len(TRAINED))]
        self._nets = [fast_net(start, np.float64) for _name in TRAINED]
        self._trainers = [
            FastTrainer(net, points.x, points.labels, self._settings(name, params), rng)
            for net, name, rng in zip(self._nets, TRAINED, self._rngs)
        ]
        self._early = fast_net(start, np.float64)
        self._judges = [_Judge(net, points) for net in (*self._nets, self._early)]
        self._best, self._kept, self._now, self._stopped = np.inf, 0, 0, False
        self._record = Record(np.empty((0, 8)), most=2000)
        self._turn = 0  # whose rounds come next
        self._measure(0)

    @staticmethod
    def _settings(name: str, params: Params) -> FastSettings:
        return FastSettings(
            batch_size=10_000,
            learning_rate=params.learning_rate,
            optimizer="adam",
            l2=params.l2 if name == "l2" else 0.0,
            dropout=params.dropout if name == "dropout" else 0.0,
            shuffle=False,
        )

    # --------------------------------------------------------------------------------------- the run

    @property
    def done(self) -> bool:
        """It can always go on."""
        return False

    def step(self) -> bool:
        """The rounds of one network. Whether all have had theirs."""
        for _round in range(EPOCHS):
            self._trainers[self._turn].epoch()
        self._turn = (self._turn + 1) % len(TRAINED)
        if self._turn:
            return False
        self._measure(self._now + 1)
        return True

    def _measure(self, step: int) -> None:
        """The losses of this step; the first network's weights are kept where it was never better."""
        self._now = step
        for judge in self._judges[:3]:
            judge.update()
        plain = self._judges[0]
        if not self._stopped and plain.held_loss < self._best:
            self._best, self._kept = plain.held_loss, step
            self._early.parameters[:] = self._nets[0].parameters
        elif step - self._kept >= self._params.patience:
            self._stopped = True
        self._judges[3].update()
        self._record.add(step, self._row())

    def _row(self) -> list[float]:
        return [loss for judge in self._judges for loss in (judge.seen_loss, judge.held_loss)]

    def retune(self, params: Params) -> None:
        """Other prices, from here on."""
        self._params = params
        for name, trainer in zip(TRAINED, self._trainers):
            settings = self._settings(name, params)
            if settings != trainer.settings:
                trainer.retune(settings)

    def act(self, action: object) -> None:
        """There are no gestures here; those of the points of the curve are kept for it."""

    # ------------------------------------------------------------------------------------------ shown

    def shown(self) -> NetShown:
        """The four as they are now."""
        points, past = self._points, self._record.past(self._now, self._row())
        kept = (*[self._now] * 3, self._kept)
        found = NetShown(
            x=points.x,
            labels=points.labels,
            wrong=points.wrong,
            held_size=len(points.held_x),
            extent=points.extent,
            runners=tuple(judge.runner(name, step) for judge, name, step in zip(self._judges, RUNNERS, kept)),
            edges=EDGES,
            steps=past.steps,
            seen=past.columns(0, 8)[:, 0::2].copy(),
            held=past.columns(0, 8)[:, 1::2].copy(),
            stopped=self._stopped,
            names=points.names,
        )
        return freeze_fields(found)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything that cannot be worked out again."""
        return {
            "trainers": [_plain(trainer.save()) for trainer in self._trainers],
            "random": [rng.bit_generator.state for rng in self._rngs],
            "points": self._points.save(),
            "early": self._early.parameters.copy(),
            "rows": self._record.rows,
            "stride": self._record.stride,
            "best": [float(self._best), self._kept, self._now, self._stopped],
        }

    def load(self, state: Mapping[str, Any], params: Params) -> None:
        """Go back to what was saved."""
        self._points = Points.load(state["points"], self._points.start)
        self._params = params
        self._trainers = [
            FastTrainer(net, self._points.x, self._points.labels, self._settings(name, params), rng)
            for net, name, rng in zip(self._nets, TRAINED, self._rngs)
        ]
        for trainer, saved in zip(self._trainers, state["trainers"]):
            trainer.load(_trainer_state(saved))
        for rng, saved in zip(self._rngs, state["random"]):
            rng.bit_generator.state = dict(saved)
        self._early.parameters[:] = np.asarray(state["early"], np.float64)
        self._judges = [_Judge(net, self._points) for net in (*self._nets, self._early)]
        self._record, self._turn = Record.load(state["rows"], 8, int(state["stride"]), most=2000), 0
        best, kept, now, stopped = state["best"]
        self._best, self._kept, self._now, self._stopped = float(best), int(kept), int(now), bool(stopped)
        for judge in self._judges:
            judge.update()

    def offer(self, kind: str, origin: str) -> Artifact | None:
        """The points in their classes, or the network that does best on the held-out ones."""
        points, title = self._points, _(CLASS_NAMES[self._params.classes])
        if kind == "points":
            return Artifact("points", title, {"x": points.x, "labels": points.labels}, origin)
        if kind != "network":
            return None
        best = min(self._judges, key=_held_loss)
        network = best.net.to_network()
        if not (np.abs(best.net.parameters) <= LIMIT).all():
            return None
        form = network_form(network, points.x, points.labels.astype(np.float64), loss="cross-entropy")
        return network_artifact(form, _("Network for {data}").format(data=title), origin)


class _Judge:
    """Measures one network on both sets of points."""

    def __init__(self, net: FastNet, points: Points) -> None:
        self.net, self._points = net, points
        self._seen, self._held = FastMap(net, points.x), FastMap(net, points.held_x)
        self._goals = targets_for(net, points.labels), targets_for(net, points.held_labels)
        x0, x1, y0, y1 = points.extent
        across, up = np.meshgrid(
            np.linspace(x0, x1, 2 * SIDE + 1)[1::2], np.linspace(y0, y1, 2 * SIDE + 1)[1::2]
        )  # the middles of the pixels
        self._map = FastMap(net, np.column_stack((across.ravel(), up.ravel())))
        self.seen_loss = self.held_loss = 0.0

    def update(self) -> None:
        """Measure the losses now."""
        self._seen.update()
        self._held.update()
        self.seen_loss, self.held_loss = self._seen.loss(self._goals[0]), self._held.loss(self._goals[1])

    def runner(self, name: str, kept: int) -> Runner:
        """The network as it is shown."""
        points, weights = self._points, np.concatenate([self.net.weight(i).ravel() for i in range(self._layers)])
        self._map.update()
        counts, _edges = np.histogram(np.clip(weights, EDGES[0], EDGES[-1]), EDGES)
        return freeze_fields(
            Runner(
                name,
                self.seen_loss,
                self.held_loss,
                _share_right(self._seen, points.labels),
                _share_right(self._held, points.held_labels),
                self._map.probabilities()[0].reshape(SIDE, SIDE).copy(),
                counts.astype(np.float64),
                float(np.sqrt(np.square(weights).sum())),
                kept,
            )
        )

    @property
    def _layers(self) -> int:
        return len(self.net.sizes) - 1


def _held_loss(judge: _Judge) -> float:
    return judge.held_loss


def _share_right(at: FastMap, labels: NDArray[np.int64]) -> float:
    return float(np.mean((at.sums[0] > 0) == (labels == 1)))


def _plain(state: FastTrainerState) -> dict[str, Any]:
    counts = {name: getattr(state, name) for name in ("remembered", "steps", "epochs", "batch")}
    return {"parameters": state.parameters, "moments": list(state.moments), "order": state.order, **counts}


def _trainer_state(saved: Mapping[str, Any]) -> FastTrainerState:
    counts = {name: int(saved[name]) for name in ("remembered", "steps", "epochs", "batch")}
    arrays = np.asarray(saved["parameters"], np.float64), tuple(np.asarray(m, np.float64) for m in saved["moments"])
    return FastTrainerState(
        parameters=arrays[0],
        memory=read_only([]),
        moments=arrays[1],
        order=np.asarray(saved["order"], np.int64),
        **counts,
    )
