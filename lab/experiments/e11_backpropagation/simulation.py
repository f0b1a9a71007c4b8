"""A graph goes forward, backward and through an update. The loop is `step`: one node computes its value, or passes its
gradient on to those it was made of, or, when all is known, every parameter moves a little against its gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.graph.faults import faulty
from lab.engine.graph.nodes import Graph
from lab.engine.graph.walk import Step
from lab.experiments.e11_backpropagation.artifacts import network_from, surface_from
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Accuse, Aim, Fill, Gesture, Look, SetLeaf
from lab.experiments.e11_backpropagation.graphs import entry_name, entry_of, source_of
from lab.experiments.e11_backpropagation.puzzle import puzzle_of
from lab.experiments.e11_backpropagation.rounds import Rounds, Update
from lab.experiments.e11_backpropagation.settings import Params
from lab.kit.arrays import freeze, freeze_all
from lab.kit.state import live_changes, read_run, reading_state, run_state

__all__ = ["LIMIT", "GraphSimulation", "build"]

LIVE = ("bugs", "learning_rate", "h")
LIMIT = 1e12
"""No leaf may be set to a larger number."""


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> GraphSimulation:
    """The graph with nothing computed. Raises ParamError for a graph that has to be received first."""
    return GraphSimulation(params, rng, artifacts)


class GraphSimulation:
    """One graph, and the step it is at."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params, self._rng = params, rng
        self._received = any(artifact.kind == "network" for artifact in artifacts)
        self._source = source_of(params, artifacts)
        self._puzzle = puzzle_of(params, self._source.graph)
        self._rounds = Rounds(self._graph(), params.passes, "assign" not in params.bugs, "keep" in params.bugs)
        self._selected = _first_choice(self._source.graph)
        self._entry: tuple[int, ...] = self._first_entry(self._selected)
        self._end = self._source.graph.output
        if self._puzzle.blanks:
            self._rounds.walk.finish()
            self._rounds.note_loss()

    def _graph(self) -> Graph:
        """The graph as its bugs and its puzzle have it."""
        return faulty(self._puzzle.graph, "transpose" in self._params.bugs, "cache" in self._params.bugs)

    # ------------------------------------------------------------------------------------- the walk

    def step(self) -> None:
        """One node forward or back, or the update."""
        if self.done:
            return
        self._rounds.step(self._params.learning_rate)
        self.steps += 1

    @property
    def done(self) -> bool:
        """When a further step changes nothing: while gradients are to be filled in by hand."""
        return self._puzzle.blanks

    @property
    def diverged(self) -> bool:
        """Whether a number is no longer finite."""
        return self._rounds.walk.trouble() is not None

    def at_boundary(self, name: str) -> bool:
        """Whether the last step ended a "pass" (forward, backward, update) or a "round"."""
        place = self.steps % self._rounds.length
        return place == 0 if name == "round" else place in self._rounds.ends if name == "pass" else True

    def boundary_before(self, name: str) -> int:
        """The step at which the pass or round before this place ended."""
        length = self._rounds.length
        if name == "node":
            return max(0, self.steps - 1)
        start = max(0, self.steps - 1) // length * length
        if name == "round":
            return start
        return max(start + end for end in self._rounds.ends if start + end < max(1, self.steps))

    def snapshot(self) -> GraphFrame:
        """What is shown now; nothing in it will ever change."""
        rounds, walk = self._rounds, self._rounds.walk
        freeze_all(*walk.values, *walk.gradients)
        return GraphFrame(
            self.steps,
            self._params,
            self._source.key,
            self._source.sizes,
            self._source.shapes,
            walk.graph,
            tuple(walk.values),
            tuple(walk.gradients),
            _frozen_step(walk.last),
            walk.upcoming,
            walk.position,
            rounds.forward_length,
            rounds.number,
            _frozen_update(rounds),
            freeze(rounds.losses),
            self._selected,
            self._entry,
            self._end,
            self._puzzle,
            rounds.fault,
            self._received,
        )

    # --------------------------------------------------------------------------------------- changed

    def retune(self, params: Params) -> None:
        """A live change. Raises ValueError for a control that needs a new start."""
        names = live_changes(self._params, params, LIVE)
        self._params = params
        if "bugs" in names:
            self._rounds.change(self._graph(), "assign" not in params.bugs, "keep" in params.bugs)

    def act(self, action: Gesture) -> Gesture | None:
        """A gesture. Returns the one that takes it back, None where only a checkpoint can.

        A gesture that belongs to another graph changes nothing: a log is replayed after the graph was changed.
        Raises ValueError for a gesture or a number that cannot be.
        """
        match action:
            case SetLeaf():
                return self._set_leaf(action)
            case Look():
                return self._look(action)
            case Aim():
                return self._aim(action)
            case Fill():
                return self._fill(action)
            case Accuse():
                self._accuse(action)
                return None
        raise ValueError(f"there is no gesture {type(action).__name__} here")

    def _set_leaf(self, action: SetLeaf) -> SetLeaf | None:
        if not abs(action.value) <= LIMIT:  # also refuses what is not a number
            raise ValueError(
                _("{name}: {value}, needs a number between −10¹² and 10¹²").format(name=action.name, value=action.value)
            )
        walk = self._rounds.walk
        found = entry_of(walk.graph, self._source.shapes, action.name) if action.graph == self._source.key else None
        if found is None or found[0] not in walk.leaves or walk.graph.nodes[found[0]].name == "":
            return None
        before = self._rounds.set_leaf(*found, action.value)
        if not abs(before) <= LIMIT:
            return None  # an update may lead further than a gesture
        return SetLeaf(action.graph, action.name, before, action.start)

    def _look(self, action: Look) -> Look | None:
        graph = self._source.graph
        found = entry_of(graph, self._source.shapes, action.name)
        if found is None:
            return None
        before = Look(entry_name(graph.label(self._selected), self._entry))
        self._selected, self._entry = found
        return before

    def _aim(self, action: Aim) -> Aim | None:
        graph = self._source.graph
        node = next((i for i in graph.results if graph.label(i) == action.name), None)
        if node is None:
            return None
        before, self._end = Aim(graph.label(self._end)), node
        return before

    def _first_entry(self, node: int) -> tuple[int, ...]:
        return (0,) * len(self._source.shapes[node])

    def _fill(self, action: Fill) -> Fill | None:
        graph = self._source.graph
        if not self._puzzle.blanks or all(graph.label(node.id) != action.name for node in graph.nodes):
            return None
        if action.value is not None and not abs(action.value) <= LIMIT:
            raise ValueError(_("{name}: needs a number between −10¹² and 10¹²").format(name=action.name))
        before = self._puzzle.fills.get(action.name)
        self._puzzle = self._puzzle.fill(action.name, action.value)
        return Fill(action.name, before)

    def _accuse(self, action: Accuse) -> None:
        """What was found out is not taken back by a gesture: undo goes to the checkpoint before."""
        graph = self._source.graph
        node = next((i for i in graph.results if graph.label(i) == action.name), None)
        if node is None or not self._puzzle.wrong:
            return
        self._puzzle = self._puzzle.accuse(graph, node)
        self._rounds.change(self._graph(), "assign" not in self._params.bugs, "keep" in self._params.bugs)

    # ------------------------------------------------------------------------------------ kept, given

    def save(self) -> dict[str, Any]:
        """Everything, the random generator included."""
        return run_state(self.steps, self._params, self._rng) | {
            "rounds": self._rounds.save(),
            "looked_at": entry_name(self._source.graph.label(self._selected), self._entry),
            "paths_to": self._source.graph.label(self._end),
            "puzzle": self._puzzle.save(),
        }

    @reading_state()
    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is of another run or is damaged."""
        step, params = read_run(Params, state)
        self._rng.bit_generator.state = dict(state["random"])
        puzzle = puzzle_of(params, self._source.graph).load(self._source.graph, state["puzzle"])
        self._params, self._puzzle = params, puzzle
        self._rounds = Rounds(self._graph(), params.passes, "assign" not in params.bugs, "keep" in params.bugs)
        self._rounds.load(state["rounds"])
        self._look(Look(str(state["looked_at"])))
        self._aim(Aim(str(state.get("paths_to", ""))))
        self.steps = step

    def offer(self, kind: str) -> Artifact | None:
        """The loss over two leaves as a landscape; of a network the network, as the updates have left it."""
        origin = _("Backpropagation, step {step}").format(step=self.steps)
        walk = self._rounds.walk
        if kind == "loss-surface":
            return surface_from(self._source, walk.leaves, origin)
        return network_from(self._source, self._params, walk.leaves, origin) if kind == "network" else None


def _first_choice(graph: Graph) -> int:
    """The first parameter, or whatever leaf there is."""
    leaves = [graph.nodes[i] for i in graph.leaves]
    return min(leaves, key=lambda node: ("parameter", "input", "constant").index(node.kind)).id


def _frozen_step(step: Step | None) -> Step | None:
    for part in step.contributions if step else ():
        freeze_all(part.local, part.amount, part.before, part.after)
    return step


def _frozen_update(rounds: Rounds) -> Update | None:
    update = rounds.update
    for arrays in (update.old, update.gradient, update.new) if update else ():
        freeze_all(*arrays.values())
    return update
