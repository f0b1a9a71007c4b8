"""The network and everything that depends on its shape: the trainer, the evaluators, the maps. They are made when
they are first needed after a change, so that many strokes between two steps cost one preparation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.fast import FastNet, fast_net
from lab.engine.nets.fast_many import ManyTrainer
from lab.engine.nets.fast_trainer import FastTrainerState
from lab.engine.nets.fast_update import FastSettings
from lab.engine.nets.layers import Dense
from lab.engine.nets.network import Network
from lab.experiments.e09_decision_boundaries import net as nets
from lab.experiments.e09_decision_boundaries.maps import MapRenderer, Maps
from lab.experiments.e09_decision_boundaries.painting import Points
from lab.experiments.e09_decision_boundaries.scores import Evaluator, Score, targets_of
from lab.experiments.e09_decision_boundaries.settings import Params
from lab.kit.arrays import freeze, freeze_all
from lab.kit.record import Record

__all__ = ["Learner"]

Array = NDArray[np.float64]
WORK = 1_000_000
"""Weights times points that a step may touch, so that it takes at most a few milliseconds."""
MOST_BATCHES = 1_000

COLUMNS = ("step", "loss_seen", "loss_test", "accuracy_seen", "accuracy_test")  # of the record
MOST_ROWS = 512
MOST_RESIZED = 40
"""Changes of size that can be undone to the last digit."""
TRAINER_COUNTS = ("remembered", "steps", "epochs", "batch")  # of its state


@dataclass(frozen=True, slots=True, eq=False)
class _Resized:
    """A change of size. after: the parameters then.  before: the network before it, as plain values."""

    after: Array
    before: dict[str, Any]


class Learner:
    """network: to start with.  extent: of the canvas.  rng: the run's own; it orders the points."""

    def __init__(
        self, network: Network, params: Params, extent: tuple[float, float, float, float], rng: np.random.Generator
    ) -> None:
        self.lost = -1
        self.record = Record(np.empty((0, len(COLUMNS))), most=MOST_ROWS)
        self.params, self._extent, self._rng = params, extent, rng
        self._net: FastNet = fast_net(network, np.float64)
        self.points = Points(np.zeros((0, 2)), np.zeros(0, np.int64), np.zeros(0))
        self._counted: tuple[Points, float, int] | None = None  # `rows` of which points, how many held out
        self._trainer: ManyTrainer | None = None
        self._stale = False  # whether the trainer does not know the present points
        self._evaluators: tuple[Evaluator | None, Evaluator | None] | None = None
        self._renderer: MapRenderer | None = None
        self._steps = 0
        self._epochs = 0.0
        self._resized: list[_Resized] = []  # the last changes of size

    # ----------------------------------------------------------------------------------- the network

    @property
    def network(self) -> Network:
        """A readable copy."""
        network = self._net.to_network()
        for layer in network.layers:
            if isinstance(layer, Dense):
                freeze_all(layer.weight, layer.bias)
        return network

    @property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return max(2, self._net.sizes[-1])

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """Units per hidden layer."""
        return tuple(self._net.sizes[1:-1])

    def set_network(self, network: Network) -> None:
        """Go on with this network."""
        same = self._trainer is not None and network.head == self._net.head
        fresh = fast_net(network, np.float64)
        if same and fresh.sizes == self._net.sizes and fresh.activation == self._net.activation:
            self._net.parameters[:] = fresh.parameters  # the optimiser's memories stay
        else:
            self._keep_clock()
            self._net = fresh
            self._trainer = self._evaluators = self._renderer = None
        if self.lost >= 0 and np.isfinite(self._net.parameters).all():
            self.lost = -1

    def resize(self, sizes: tuple[int, ...], gate: str) -> None:
        """Other hidden layers, behind the network's own gate; `gate` where it has none. Undone at once, what was
        taken away is back to the last digit."""
        net = self._net
        gate = net.activation if self.hidden_sizes else gate
        if not self._take_back((net.sizes[0], *sizes, net.sizes[-1]), net.head, gate):
            self._change_size(nets.resized(self.network, sizes, gate, self._rng))

    def _change_head(self, loss: str, classes: int) -> None:
        """Another output; undone at once, the class that was taken away is back with all that was learned of it."""
        wanted = nets.with_head(self.network, loss, classes)
        shape = fast_net(wanted, np.float64)
        if not self._take_back(shape.sizes, shape.head, shape.activation):
            self._change_size(wanted)

    def _change_size(self, network: Network) -> None:
        before = nets.plain_values(self._net)
        self.set_network(network)
        self._resized = [*self._resized[-(MOST_RESIZED - 1) :], _Resized(self._net.parameters.copy(), before)]

    def _take_back(self, sizes: tuple[int, ...], head: str, gate: str) -> bool:
        """Whether this is the network from before the last change of size; then it is back, where none of the weights
        has moved since."""
        last = self._resized[-1] if self._resized else None
        if last is None or (tuple(last.before["sizes"]), last.before["head"]) != (tuple(sizes), head):
            return False
        if (len(sizes) > 2 and last.before["gate"] != gate) or not np.array_equal(last.after, self._net.parameters):
            return False
        self._resized.pop()
        self.set_network(nets.from_values(last.before))
        return True

    # ------------------------------------------------------------------------------------ the points

    def set_points(self, points: Points, params: Params) -> None:
        """Learn from these points, this way, from now on."""
        changed = points is not self.points or params.held_out != self.params.held_out
        self.points, self.params = points, params
        classes = points.classes
        if not len(points) or params.start == "received":
            classes = max(classes, self.classes)
        if classes != self.classes or (self._net.head == "mse") != (params.loss == "mse"):
            self._change_head(params.loss, classes)
        if changed:
            self._evaluators, self._stale = None, True
            self._keep_clock()
            if not self.rows:
                self._trainer = None
        elif self._trainer is not None and not self._stale:
            self._trainer.retune(self._settings())

    @property
    def rows(self) -> int:
        """How many points there are to learn from; asked at every step, so counted once for the points and the share
        that is held out."""
        counted = self._counted
        if counted is None or counted[0] is not self.points or counted[1] != self.params.held_out:
            held_out = self.params.held_out
            rows = int((~self.points.held_out(held_out)).sum())
            self._counted = counted = self.points, held_out, rows
        return counted[2]

    def _split(self, test: bool) -> tuple[Array, NDArray[np.int64]]:
        chosen = self.points.held_out(self.params.held_out) == test
        return nets.features_of(self.points.x[chosen], self.params.features), self.points.labels[chosen]

    def training_data(self) -> tuple[Array, NDArray[np.int64]]:
        """Inputs [N, F] and classes [N] of the points that it learns from."""
        return self._split(test=False)

    def _examples(self) -> tuple[Array, NDArray[np.number[Any]]]:
        x, labels = self.training_data()
        return x, targets_of(self._net, labels)

    @property
    def batch(self) -> int:
        """Points in a step: as many as was asked for, unless that is too much work, or too many batches."""
        most = max(10, WORK // self._net.parameters.size)
        least = -(-self.rows // MOST_BATCHES)
        return max(1, min(max(self.params.batch_size, least), most, self.rows or 1))

    def _settings(self) -> FastSettings:
        params = self.params
        l1, l2 = (params.strength if params.penalty == name else 0.0 for name in ("l1", "l2"))
        return FastSettings(self.batch, params.learning_rate, params.optimizer, l1=l1, l2=l2)

    def _prepared(self) -> ManyTrainer:
        if self._trainer is None:
            self._trainer = ManyTrainer(self._net, *self._examples(), self._settings(), self._rng)
        elif self._stale:
            self._trainer.set_examples(*self._examples())
            self._trainer.retune(self._settings())
        self._stale = False
        return self._trainer

    # ---------------------------------------------------------------------------------- the learning

    def step_many(self, count: int) -> int:
        """Up to so many batches, at least one; the last is one with which a weight is lost. There must be points.
        Returns how many batches those were."""
        trainer = self._prepared()
        done = trainer.step_many(count)
        self._steps += done
        if self.lost < 0 and not trainer.finite:
            self.lost = self._steps
        return done

    @property
    def batches(self) -> int:
        """Steps in an epoch."""
        return self._prepared().batches if self.rows else 1

    @property
    def batch_of_epoch(self) -> int:
        """Batches done of this epoch."""
        return self._trainer.batch if self._trainer is not None else 0

    @property
    def epochs(self) -> float:
        """Passes through the points, those begun counting in part."""
        return self._epochs + self._since()

    def _since(self) -> float:
        trainer = self._trainer
        return 0.0 if trainer is None else trainer.epochs + trainer.batch / max(1, trainer.batches)

    def _keep_clock(self) -> None:
        """Other points begin another epoch; the passes so far count on."""
        self._epochs += self._since()
        if self._trainer is not None:
            self._trainer.epochs = self._trainer.batch = 0

    # ------------------------------------------------------------------------------------- the looks

    def _on_both(self) -> tuple[Evaluator | None, Evaluator | None]:
        if self._evaluators is None:
            made = [self._split(test) for test in (False, True)]
            seen, test = (Evaluator(self._net, x, labels) if len(labels) else None for x, labels in made)
            self._evaluators = seen, test
        return self._evaluators

    def scores(self) -> tuple[Score | None, Score | None]:
        """On the points it learns from, and on those it never sees."""
        seen, test = self._on_both()
        return (seen.score() if seen else None), (test.score() if test else None)

    def dead(self) -> tuple[NDArray[np.bool_], ...]:
        """Per hidden layer which units say 0 at every point: [n]. Ask after scores."""
        seen = self._on_both()[0]
        found = seen.dead() if seen else tuple(np.zeros(n, bool) for n in self._net.sizes[1:-1])
        freeze_all(*found)
        return found

    def maps(self) -> Maps:
        """The field, and every unit's own."""
        if self._renderer is None:
            self._renderer = MapRenderer(self._net, self._extent, self.params.features)
        return self._renderer.maps()

    def record_step(self, step: int) -> None:
        """Write the numbers of this step down, if it is one of those that are kept."""
        if step % self.record.stride:
            return
        rows, row = self.record.rows, self._row(step)
        if len(rows) and rows[-1, 0] == step:
            self.record.replace(step, row)
        else:
            self.record.add(step, row)

    def past(self, step: int) -> Array:
        """The record so far, with the numbers of now at its end."""
        rows = self.record.rows
        if len(rows) == 0 or rows[-1, 0] < step:
            rows = freeze(np.vstack((rows, [self._row(step)])))
        return rows

    def _row(self, step: int) -> tuple[float, ...]:
        seen, test = (one.loss_and_accuracy() if one else (np.nan, np.nan) for one in self._on_both())
        return (float(step), seen[0], test[0], seen[1], test[1])

    # ------------------------------------------------------------------------------------------ kept

    def save(self) -> dict[str, Any]:
        """Everything, as plain values."""
        state: dict[str, Any] = {
            "network": nets.plain_values(self._net),
            "cut": [{"after": one.after, "before": dict(one.before)} for one in self._resized],
            "record": self.record.rows,
            "stride": self.record.stride,
            "lost": self.lost,
            "steps": self._steps,
            "epochs": self._epochs,
        }
        if self._trainer is not None:
            kept = self._prepared().save()
            counts = {name: getattr(kept, name) for name in TRAINER_COUNTS}
            state["trainer"] = {"moments": list(kept.moments), **counts, "order": kept.order}
        return state

    @staticmethod
    def load(
        state: Mapping[str, Any],
        params: Params,
        extent: tuple[float, float, float, float],
        rng: np.random.Generator,
        points: Points,
    ) -> Learner:
        """A learner that was saved. Raises ValueError when its parts do not fit each other."""
        found = Learner(nets.from_values(state["network"]), params, extent, rng)
        found._resized = [
            _Resized(
                np.array(kept["after"], np.float64),
                nets.plain_values(fast_net(nets.from_values(kept["before"]), np.float64)),
            )
            for kept in state["cut"]
        ]
        found.points = points
        found.record = Record.load(state["record"], len(COLUMNS), int(state["stride"]), MOST_ROWS)
        found.lost, found._steps, found._epochs = int(state["lost"]), int(state["steps"]), float(state["epochs"])
        if "trainer" in state:
            found._prepared().load(found._trainer_state(state["trainer"]))
        return found

    def _trainer_state(self, state: Mapping[str, Any]) -> FastTrainerState:
        """Where the training of this network stood."""
        flat, order = self._net.parameters, np.array(state["order"], np.int64)
        moments = tuple(np.array(moment, np.float64) for moment in state["moments"])
        if any(moment.shape != flat.shape for moment in moments) or sorted(order.tolist()) != [*range(self.rows)]:
            raise ValueError(f"state: a trainer of {len(order)} points, needs {self.rows}")
        counts = {name: int(state[name]) for name in TRAINER_COUNTS}
        return FastTrainerState(flat, np.zeros(0), moments, order=order, **counts)
