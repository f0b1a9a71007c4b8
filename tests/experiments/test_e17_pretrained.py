"""Attention in SmolLM2: with a small model of the same kind in its place, for the pack is on few computers."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import ParamError
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import EVERYTHING, look
from lab.engine.inside.contributions import contributions
from lab.engine.inside.head_sweep import score_of
from lab.engine.pretrained.llama import Llama
from lab.engine.transformer.edits import Edits
from lab.experiments.e17_attention import pretrained, simulation
from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.presets import ALL_JOINED
from tests.asking import metrics_of, sentence_of, unavailable_of
from tests.engine.inside.twins import twins
from tests.experiments.attention_hands import SPECIFICATION

TEXT, OTHER = "fghbbaw", "ccbf"
LETTERS = "abcdefghijklmnopqrstuvw"


class Letters:
    """23 letters as tokens."""

    def encode(self, text: str) -> list[int]:
        return [LETTERS.index(c) for c in text if c in LETTERS]

    def token(self, number: int) -> bytes:
        return LETTERS[number].encode()


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pack is there, and what is opened is the small model."""
    bench = twins()[1]

    def opening(capacity: int, _tuned: Any) -> Generator[float, None, tuple[Llama, Any]]:
        yield 0.5
        return bench.llama, Letters()

    monkeypatch.setattr(pretrained, "opening_smollm2", opening)
    monkeypatch.setattr(simulation, "smollm2_path", lambda: Path("smollm2"))
    return bench


def read(steps: int = ALL_JOINED, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    setting = Setting({"source": "smollm2", "text": TEXT, "other": OTHER, **values}, 0, (), 0)
    run = played(SPECIFICATION, setting)
    for action in actions:
        run.act(action)
    while run.opening or run.steps < steps:
        run.step()
    return run


def test_without_its_pack_it_cannot_be_chosen_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "smollm2_path", lambda: None)
    run = played(SPECIFICATION, Setting())
    assert unavailable_of(run.snapshot()) == {"source": ("received", "smollm2")}
    with pytest.raises(ParamError, match="add its model pack"):
        played(SPECIFICATION, Setting({"source": "smollm2"}))
    monkeypatch.setattr(simulation, "smollm2_path", lambda: Path("smollm2"))
    run.look_again()
    assert unavailable_of(run.snapshot()) == {"source": ("received",)}


def test_it_is_opened_in_pieces_and_read_as_the_model_reads(pack: Any) -> None:
    run = played(SPECIFICATION, Setting({"source": "smollm2", "text": TEXT}))
    assert run.opening and run.snapshot().reading is None and "SmolLM2 is being opened" in sentence_of(run.snapshot())
    frame = read(layer=3, head=2).snapshot()
    seen = look(pack, [LETTERS.index(c) for c in TEXT])
    assert frame.reading.weights == pytest.approx(seen.weights, abs=1e-6)
    assert frame.chain.weights == pytest.approx(seen.weights[2, 1], abs=1e-5), "from queries and keys"
    assert frame.chain.out == pytest.approx(seen.heads[2, 1], abs=1e-4), "and values"
    assert frame.chain.split.out == pytest.approx(seen.added[2, 0, frame.chain.row], abs=1e-4)
    p = softmax(seen.logits[-1].astype(float))
    assert metrics_of(frame)["next_p"] == pytest.approx(p.max(), abs=1e-5)
    assert metrics_of(frame)["next_word"] == LETTERS[int(p.argmax())]


@pytest.mark.parametrize(("switch", "part"), [({"scaled": False}, "scale"), ({"mask": "none"}, "mask")])
def test_parts_are_left_out_of_the_whole_model(pack: Any, switch: dict[str, Any], part: str) -> None:
    frame = read(layer=2, head=1, **switch).snapshot()
    seen = look(pack, [LETTERS.index(c) for c in TEXT], Edits(frozenset({part})))
    assert frame.reading.weights == pytest.approx(seen.weights, abs=1e-6)
    assert frame.chain.weights == pytest.approx(seen.weights[1, 0], abs=1e-5)


def test_heads_are_silenced_and_patched_from_the_end_of_the_other_text(pack: Any) -> None:
    frame = read(actions=(Silence(0, 1, True), Patch(2, 0, True), Silence(20, 1, True))).snapshot()
    ids, donor = ([LETTERS.index(c) for c in text] for text in (TEXT, OTHER))
    put = look(pack, ids).heads[2, 0].copy()
    put[3:] = look(pack, donor).heads[2, 0]
    seen = look(pack, ids, Edits(silent=frozenset({(0, 1)}), patched={(2, 0): put}))
    p = softmax(seen.logits[-1].astype(float))
    assert metrics_of(frame)["next_p"] == pytest.approx(p.max(), abs=1e-5)
    assert metrics_of(frame)["changed"] > 1e-3


def test_all_its_heads_are_tried_and_a_silenced_one_stays_silent(pack: Any) -> None:
    frame = read(page="try", way="mean").snapshot()
    ids = [LETTERS.index(c) for c in TEXT]
    base = look(pack, ids)
    token = int(np.argmax(base.logits[-1]))
    put = base.heads[1, 2].mean(axis=0)
    other = look(pack, ids, Edits(patched={(1, 2): put})).logits[-1]
    wanted = score_of(other, token) - score_of(base.logits[-1], token)
    assert frame.trial.done and frame.trial.changes.shape == (4, 3) and frame.trial.token == LETTERS[token]
    assert frame.trial.changes[1, 2] == pytest.approx(wanted, abs=1e-4)
    assert read(page="try", actions=(Silence(1, 2, True),)).snapshot().trial.changes[1, 2] == pytest.approx(0, abs=1e-6)


def test_what_its_head_says_is_its_part_of_the_logits(pack: Any) -> None:
    frame = read(page="ov", layer=3, head=2).snapshot()
    seen = look(pack, [LETTERS.index(c) for c in TEXT], keep=EVERYTHING)
    row, lens = frame.chain.row, frame.ov
    parts = [float(contributions(pack, seen, row, token).heads[2, 1]) for token in range(23)]
    wanted = np.array(parts) - np.mean(parts)
    assert lens.total == pytest.approx(wanted[[LETTERS.index(column) for column in lens.columns]], abs=1e-4)
    assert read(page="qk").snapshot().qk.parts == ()


def test_another_text_while_heads_are_tried_is_read_before_they_are_tried_anew(pack: Any) -> None:
    run = played(SPECIFICATION, Setting({"source": "smollm2", "text": TEXT, "page": "try"}))
    while run.snapshot().trial is None or run.snapshot().trial.tried < 3:
        run.step()
    run.retune(replace(run.snapshot().params, text=OTHER))
    while run.opening:
        run.step()
    ids = [LETTERS.index(c) for c in OTHER]
    base = look(pack, ids)
    token = int(np.argmax(base.logits[-1]))
    other = look(pack, ids, Edits(silent=frozenset({(0, 0)}))).logits[-1]
    assert run.snapshot().trial.changes[0, 0] == pytest.approx(
        score_of(other, token) - score_of(base.logits[-1], token), abs=1e-4
    )
