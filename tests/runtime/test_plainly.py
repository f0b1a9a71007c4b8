"""What goes wrong is said in plain words, whatever came in a file, and there is always a way back."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab import catalog
from lab.core.artifact import Artifact
from lab.core.params import ParamError, fields_of
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.runtime import track as track_module
from lab.runtime.plainly import MOST_WORDS, Damaged, cut, entry_read_last, is_plain, plain_words
from lab.runtime.run import Update
from lab.runtime.track import MAX_GESTURES, MAX_UNDO, FullError, Track
from lab.runtime.worker import Worker
from lab.shell.box.receiving import received_by
from tests.toy import SPECIFICATION, TOY, Forget, Push, Walker

EXPERIMENTS = catalog.experiments()
WRONG = ["text", None, [], {}, -1, 10**30, [[1], [2, 3]], float("nan"), np.zeros((3, 3, 3)), {"a": 1}]
JARGON = re.compile(
    r"argument must be|could not convert|broadcast|NoneType|object is not|has no attribute|indices must|unpack"
    r"|invalid literal|inhomogeneous|reshape|out of bounds|cannot unpack|keyword argument|ufunc|not subscriptable"
)


def caught(work: Callable[[], Any]) -> Exception | None:
    try:
        work()
    except Exception as error:
        return error
    return None


def assert_plain(error: Exception, where: object) -> None:
    words = plain_words(error)
    assert isinstance(error, ValueError) and is_plain(error), (where, error)
    assert not JARGON.search(words) and len(words) <= MOST_WORDS, (where, words)


# ------------------------------------------------------------------------------- states and artifacts


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.id)
def test_a_damaged_state_is_refused_in_plain_words(experiment) -> None:
    track = Track(experiment, Scene(experiment.id))
    for _step in range(3):
        if not track.simulation.done:
            track.work()
    state, refused = dict(track.simulation.save()), 0
    for name in state:
        for value in WRONG:
            scene = Scene(experiment.id, state={**state, name: value})
            error = caught(lambda scene=scene: Track(experiment, scene))
            if error is not None:
                assert_plain(error, (name, value))
                refused += 1
    assert refused >= 3 * len(state)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.id)
def test_an_entry_of_another_kind_is_named(experiment) -> None:
    state = dict(Track(experiment, Scene(experiment.id)).simulation.save())
    others = [key for key in state if key not in ("params", "random")]
    name = next(key for key in others if isinstance(state[key], (dict, list, tuple, np.ndarray)))
    with pytest.raises(Damaged, match=f"The state saved in this file cannot be used: .*“?{name}"):
        Track(experiment, Scene(experiment.id, state={**state, name: 7}))


ENTRIES = {
    "points": ("x", "labels"),
    "table": ("x", "y", "values"),
    "network": ("layers", "weights1", "bias1", "hidden", "output", "x"),
    "picture-network": ("layers", "kernels1", "kernel_bias1", "convolutions", "pool", "pictures", "answers"),
    "corpus": ("text",),
    "tokenizer": ("tokenizer",),
    "embedding": ("words", "vectors"),
    "language-model": ("flat", "config", "tokenizer"),
    "distribution": ("probabilities", "logits", "labels"),
    "loss-surface": ("heights", "extent", "formula", "features", "x"),
}
GOOD: dict[str, dict[str, Any]] = {
    "points": {"x": np.random.default_rng(0).random((6, 2)), "labels": np.array([0, 1] * 3)},
    "table": {"x": np.arange(6.0), "y": np.arange(6.0)},
    "network": {"layers": 1, "weights1": np.ones((1, 2)), "bias1": np.ones(1), "hidden": "linear", "output": "sigmoid"},
    "picture-network": {
        "convolutions": 1,
        "kernels1": np.ones((1, 1, 2, 2)),
        "kernel_bias1": np.ones(1),
        "pool": 1,
        "layers": 1,
        "weights1": np.ones((2, 4)),
        "bias1": np.ones(2),
        "hidden": "relu",
        "output": "softmax",
        "pictures": np.ones((2, 1, 3, 3)),
        "answers": np.array([0, 1]),
    },
    "corpus": {"text": "hello hello"},
    "tokenizer": {},
    "embedding": {"words": ["a", "b", "c"], "vectors": np.eye(3)},
    "language-model": {},
    "distribution": {"probabilities": np.ones(4) / 4},
    "loss-surface": {"heights": np.random.default_rng(0).random((5, 5)), "extent": np.array([0.0, 1, 0, 1])},
}
RECEIVERS = [(e, kind) for e in EXPERIMENTS for kind in e.load().takes]


def receiving(experiment) -> dict[str, Any]:
    fields = fields_of(experiment.load().params)
    return {f.name: "received" for f in fields if f.kind == "choice" and "received" in f.choices}


@pytest.mark.parametrize(("experiment", "kind"), RECEIVERS, ids=lambda x: getattr(x, "id", x))
def test_damaged_things_that_were_sent_are_refused_in_plain_words(experiment, kind: str) -> None:
    refused = 0
    for name in ENTRIES[kind]:
        for value in WRONG:
            sent = Artifact(kind, "T" * 3000, {**GOOD[kind], name: value})
            params = received_by(experiment.load(), sent)
            scene = Scene(experiment.id, params=params, artifacts=(sent,))
            error = caught(lambda scene=scene: Track(experiment, scene).snapshot())
            if error is not None:
                assert_plain(error, (name, value))
                assert "What was received, “TTT" in str(error)
                refused += 1
    assert refused >= 5


def test_of_several_things_that_were_sent_the_damaged_one_is_named() -> None:
    experiment = catalog.find("linear-regression")
    good = Artifact("table", "Good", GOOD["table"])
    bad = Artifact("table", "Bad", {"x": GOOD["table"]["x"], "y": "abc"})
    with pytest.raises(Damaged, match="“Bad”"):
        Track(experiment, Scene(experiment.id, params=receiving(experiment), artifacts=(good, bad)))


def test_a_gesture_that_cannot_be_made_again_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def act(self: Walker, action: Any) -> Any:
        return [][action.by]  # as a gesture on something that is not there

    monkeypatch.setattr(Walker, "act", act)
    with pytest.raises(Damaged, match="Gesture 2 of what was saved cannot be made again"):
        Track(TOY, Scene("toy", actions=((0, Set({})), (0, Push(3)))))


# ----------------------------------------------------------------------------------------------- words


def test_a_sentence_of_ours_is_told_as_it_is_and_a_slip_is_not() -> None:
    def ours() -> None:
        raise RuntimeError("the walker fell")

    def around() -> None:
        try:
            float([])
        except TypeError as error:
            raise ValueError(f"state: {error} is missing") from None

    assert plain_words(caught(ours)) == "the walker fell"
    for slip in (
        around,
        lambda: float("x"),
        lambda: np.zeros(3) + np.zeros(4),
        lambda: np.stack([]),
        lambda: {}["x"],
        lambda: 1 / 0,
        lambda: None.x,
    ):
        error = caught(slip)
        assert not is_plain(error) and str(error) not in plain_words(error)


def test_a_full_memory_and_a_full_disk_have_words_of_their_own() -> None:
    assert "memory" in plain_words(MemoryError())
    assert plain_words(OSError(28, "No space left on device")) == "the disk is full"


def test_a_message_is_cut_where_a_name_is_long() -> None:
    assert len(plain_words(ValueError("n" * 3000))) == MOST_WORDS
    assert cut("n" * MOST_WORDS) == "n" * MOST_WORDS and cut("n" * (MOST_WORDS + 1)).endswith("n…")


def test_the_entry_that_was_looked_at_last_is_found_at_any_depth() -> None:
    data = {"a": 1, "b": {"c": [1], "d": "x"}}
    assert entry_read_last(lambda s: (s["a"], float(s["b"]["d"])), data) == "b.d"
    assert entry_read_last(lambda s: s["b"]["missing"], data) == "b.missing"
    assert entry_read_last(lambda s: s["a"], data) == ""


# -------------------------------------------------------------------------------------------- the way back


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    assert made.close()


class Watched:
    def __init__(self, worker: Worker, experiment, scene: Scene) -> None:
        self.rang = threading.Event()
        self.run = worker.open(experiment, scene, self.rang.set)

    def until(self, wanted: Callable[[Update], bool]) -> Update:
        while True:
            assert self.rang.wait(10), "nothing came"
            self.rang.clear()
            update = self.run.mailbox.take()
            if update is not None and wanted(update):
                return update


@pytest.mark.parametrize("experiment", [e for e in EXPERIMENTS if receiving(e)], ids=lambda e: e.id)
def test_a_scene_that_asks_for_what_is_not_in_it_opens_without_and_says_so(experiment, worker) -> None:
    params = receiving(experiment)
    fields = [f for f in fields_of(experiment.load().params) if f.name in params]
    seen = Watched(worker, experiment, Scene(experiment.id, params=params, step=2)).until(
        lambda u: u.frame is not None or u.failure is not None
    )
    assert seen.failure is None and seen.notice.count("came from another experiment") == 1
    for field in fields:
        assert getattr(seen.params, field.name) == field.default and field.show(field.default) in seen.notice
    whole = Watched(worker, experiment, Scene(experiment.id)).until(lambda u: u.frame is not None)
    assert whole.notice == ""


def test_what_a_scene_lacks_is_said_until_something_is_done(worker) -> None:
    experiment = catalog.find("gradient-descent")
    watch = Watched(worker, experiment, Scene(experiment.id, params={"surface": "received"}))
    assert watch.until(lambda u: u.frame is not None).notice
    watch.run.do(lambda track: track.set({"learning_rate": 0.123}, ""))
    assert watch.until(lambda u: u.params is not None and u.params.learning_rate == 0.123).notice == ""


def test_a_value_that_is_wrong_for_another_reason_is_not_passed_over(worker) -> None:
    with pytest.raises(ParamError):
        track_module.Track(TOY, Scene("toy", params={"start": "nowhere"}))
    failed = Watched(worker, TOY, Scene("toy", params={"drift": 99.0})).until(lambda u: u.failure is not None)
    assert "drift: must lie between" in failed.failure.message


def test_the_way_back_from_a_scene_that_does_not_open_leads_to_the_experiment(worker) -> None:
    watch = Watched(worker, TOY, Scene("toy", params={"drift": 3.0}, state={"at": 1.0}))
    failed = watch.until(lambda u: u.failure is not None)
    assert not failed.failure.opened and "“steps” is missing" in failed.failure.message
    watch.run.go(0)
    seen = watch.until(lambda u: u.frame is not None)
    assert seen.failure is None and seen.params == SPECIFICATION.params()
    watch.run.step(2)
    watch.until(lambda u: u.position == 2 and u.exact)


def test_the_way_back_from_a_broken_simulation_builds_another(worker) -> None:
    watch = Watched(worker, TOY, Scene("toy"))
    watch.run.step(5)
    before = watch.until(lambda u: u.position == 5 and u.exact)

    def break_it(track: Track) -> None:
        track.simulation.snapshot = lambda: 1 / 0

    watch.run.do(break_it)
    failed = watch.until(lambda u: u.failure is not None)
    assert failed.failure.opened and "ZeroDivisionError" in failed.failure.report
    assert failed.failure.message == "It met something that it cannot work with; the report says where"
    watch.run.go(4)
    seen = watch.until(lambda u: u.frame is not None and u.failure is None)
    assert seen.frame.step == 4 and (seen.frame.trail == before.frame.trail[:5]).all()


class Trap(Walker):
    """Cannot be shown from step 3 on, nor loaded there."""

    def snapshot(self):
        if self.steps >= 3:
            raise ValueError("a trap")
        return super().snapshot()


TRAPPED = replace(SPECIFICATION, build=Trap)


def test_the_way_back_goes_to_the_beginning_where_the_step_before_is_broken_too(worker) -> None:
    experiment = replace(TOY, specification="tests.runtime.test_plainly:TRAPPED")
    watch = Watched(worker, experiment, Scene("toy"))
    watch.run.step(5)
    assert watch.until(lambda u: u.failure is not None).failure.message == "a trap"
    watch.run.go(4)
    assert watch.until(lambda u: u.frame is not None and u.failure is None).frame.step == 0


# ------------------------------------------------------------------------------------------- limits


def test_a_hundred_gestures_can_be_undone_and_no_more() -> None:
    track = Track(TOY, Scene("toy"))
    for i in range(MAX_UNDO + 5):
        track.act(Push(float(i + 1)))
    count = 0
    while track.undo_sentence is not None:
        track.undo()
        count += 1
    assert count == MAX_UNDO == 100


def test_gestures_are_refused_before_a_file_could_not_hold_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2 * MAX_GESTURES <= track_module.MAX_ACTIONS
    monkeypatch.setattr(track_module, "MAX_GESTURES", 3)
    track = Track(TOY, Scene("toy"))
    for _i in range(3):
        track.act(Push(1.0))
    with pytest.raises(FullError, match="Reset all"):
        track.act(Forget())
    assert len(track.timeline.log) == 3
    track.undo()
    track.reset_all()
    track.act(Push(1.0))


def test_a_refused_gesture_is_said_in_the_window(worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track_module, "MAX_GESTURES", 0)
    watch = Watched(worker, TOY, Scene("toy"))
    watch.run.do(lambda track: track.act(Push(1.0)))
    assert "no more can be saved" in watch.until(lambda u: bool(u.notice)).notice


def test_jargon_of_a_refused_gesture_stays_in_the_report(worker, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watched(worker, TOY, Scene("toy"))
    watch.run.do(lambda _track: float("abc"))
    assert "could not convert" not in watch.until(lambda u: bool(u.refused)).refused
