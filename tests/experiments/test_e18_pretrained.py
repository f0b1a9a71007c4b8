"""Inside SmolLM2: with a small model of the same kind in its place, for the pack is on few computers."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import ParamError
from lab.core.simulation import Set
from lab.engine.basics.activations import softmax
from lab.engine.inside.bench import look
from lab.engine.inside.house import HouseBench
from lab.engine.inside.patching import begin_patching
from lab.engine.inside.steering import mean_difference, steered
from lab.engine.lm.reference import forward
from lab.engine.pretrained.llama import Llama
from lab.engine.transformer.edits import Edits
from lab.experiments.e18_transformer_block import pretrained, simulation
from lab.experiments.e18_transformer_block.cell import term_of
from lab.experiments.e18_transformer_block.diagram import Diagram
from lab.experiments.e18_transformer_block.frame import LensPage, Waiting
from lab.experiments.e18_transformer_block.layer_matrix import LayerMatrix
from lab.experiments.e18_transformer_block.passes import tensors_of
from lab.experiments.e18_transformer_block.settings import OPS
from lab.experiments.e18_transformer_block.view import View
from tests.asking import metrics_of, sentence_of, unavailable_of
from tests.engine.inside.twins import parameters, twins

SPECIFICATION = find("transformer-block").load()
TEXT, OTHER = "fghbbaw", "fghcbaw"
LETTERS = "abcdefghijklmnopqrstuvw"
IDS = [LETTERS.index(c) for c in TEXT]


class Letters:
    """23 letters as tokens; a long text is cut to what the small model can read."""

    def encode(self, text: str) -> list[int]:
        return [LETTERS.index(c) for c in text if c in LETTERS][:12]

    def token(self, number: int) -> bytes:
        return LETTERS[number].encode()


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The pack is there, and what is opened is the small model."""
    bench = twins()[1]

    def opening(_capacity: int) -> Generator[float, None, tuple[Llama, Any]]:
        yield 0.5
        return bench.llama, Letters()

    monkeypatch.setattr(pretrained, "opening_smollm2", opening)
    monkeypatch.setattr(simulation, "smollm2_path", lambda: Path("smollm2"))
    return bench


def begun(**values: Any) -> Any:
    return played(SPECIFICATION, Setting({"model": "smollm2", "text": TEXT, "other": OTHER, **values}))


def opened(steps: int = 0, **values: Any) -> Any:
    run = begun(**values)
    while run.opening:
        run.step()
    while run.steps < steps and not run.done:
        advance(run)
    return run


def test_without_its_pack_it_cannot_be_chosen_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "smollm2_path", lambda: None)
    run = played(SPECIFICATION, Setting())
    assert unavailable_of(run.snapshot()) == {"model": ("received", "smollm2")}
    with pytest.raises(ParamError, match="add its model pack"):
        begun()
    monkeypatch.setattr(simulation, "smollm2_path", lambda: Path("smollm2"))
    run.look_again()
    assert unavailable_of(run.snapshot()) == {"model": ("received",)}


def test_it_is_opened_in_pieces_that_count_for_no_step(pack: Any) -> None:
    run = begun(page="who")
    frame = run.snapshot()
    assert run.opening and isinstance(frame.page, Waiting) and "being opened" in sentence_of(frame)
    assert metrics_of(frame) == {"step": 0, "surprise": None}
    shares = []
    while run.opening:
        run.step()
        if isinstance(run.snapshot().page, Waiting):
            shares.append(run.snapshot().page.share)
    assert run.steps == 0 and len(shares) > 2 and shares == sorted(shares)
    assert not isinstance(run.snapshot().page, Waiting)


def test_a_pack_that_cannot_be_opened_says_why(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_capacity: int) -> Generator[float, None, Any]:
        yield 0.1
        raise ValueError("the file is too short")

    monkeypatch.setattr(pretrained, "opening_smollm2", broken)
    run = begun()
    with pytest.raises(ValueError, match="too short"):
        while run.opening:
            run.step()
    assert not run.opening


def test_the_lens_is_drawn_row_by_row_and_is_what_each_stream_would_say(pack: Any) -> None:
    run, rows = begun(page="lens"), []
    while run.opening:
        page = run.snapshot().page
        if isinstance(page, LensPage):
            rows.append((page.read, int(np.isfinite(page.chance[:, 0]).sum())))
            assert metrics_of(run.snapshot()).get("decided") is None
        run.step()
    assert rows == [(n, n) for n in range(5)]
    page, seen = run.snapshot().page, look(pack, IDS)
    p = softmax(pack.read_out(seen.stream).astype(float))
    wanted = [*IDS[1:], int(p[-1, -1].argmax())]
    np.testing.assert_allclose(page.chance, [[row[t, i] for t, i in enumerate(wanted)] for row in p], atol=1e-5)
    order = np.argsort(-p[:, -1], axis=1, kind="stable")
    assert page.guesses == tuple(tuple(LETTERS[i] for i in row[:3]) for row in order)
    assert page.rank.tolist() == [1 + row.tolist().index(wanted[-1]) for row in order]
    assert page.read == 5 and metrics_of(run.snapshot())["decided"] is not None


def test_another_page_while_the_lens_is_read_lets_it_rest(pack: Any) -> None:
    run = begun(page="lens")
    while not isinstance(run.snapshot().page, LensPage):
        run.step()
    run.step()
    run.retune(replace(run.snapshot().params, page="who"))
    assert not run.opening
    run.retune(replace(run.snapshot().params, page="lens"))
    assert run.opening and run.snapshot().page.read == 1


@pytest.mark.parametrize("token", [0, 3])
def test_its_score_is_the_sum_of_what_its_parts_gave(pack: Any, token: int) -> None:
    page = opened(page="who", token=token).snapshot().page
    seen = look(pack, IDS)
    assert page.total == pytest.approx(float(seen.logits[page.token].max()), abs=1e-4)
    assert page.embedding + page.heads.sum() + page.feed_forward.sum() == pytest.approx(page.total, abs=1e-4)


@pytest.mark.parametrize("off", [{}, {"residual": False}, {"attention": False}, {"feed_forward": False}])
def test_the_numbers_of_its_blocks_are_those_of_the_same_model_of_the_lab(pack: Any, off: dict[str, bool]) -> None:
    twin = HouseBench(parameters())
    for layer in (1, 4):
        page = opened(layer=layer, **off).snapshot().page
        seen = look(twin, IDS, Edits(frozenset(name.replace("_", "-") for name in off)))
        np.testing.assert_allclose(page.tensors["before"], seen.stream[layer - 1], atol=1e-4)
        np.testing.assert_allclose(page.tensors["after"], seen.stream[layer], atol=1e-4)
        assert ("heads" in page.tensors, "inner" in page.tensors) == (
            off.get("attention", True),
            off.get("feed_forward", True),
        )


def test_every_part_of_its_blocks_is_that_of_the_same_model_of_the_lab(pack: Any) -> None:
    trace = forward(parameters(), np.array([IDS]))
    for layer in (1, 3):
        found, wanted = opened(layer=layer).snapshot().page.tensors, tensors_of(trace.blocks[layer - 1])
        assert list(found) == list(wanted)
        for part, values in wanted.items():
            np.testing.assert_allclose(found[part], values, atol=1e-4, err_msg=part)


@pytest.mark.parametrize("op", [op for op in OPS if op not in ("before", "inner")])
@pytest.mark.parametrize(("layer", "token", "unit"), [(1, 1, 1), (4, 7, 24)])
def test_the_arithmetic_of_its_numbers_gives_those_numbers(pack: Any, op: str, layer: int, token: int, unit: int):
    page = opened(op=op, layer=layer, token=token, unit=unit).snapshot().page
    term = term_of(page.recipe)
    assert page.op == op and term is not None and term.value == pytest.approx(page.cell, abs=1e-4)


def test_a_part_that_is_switched_off_is_read_anew_and_norms_are_kept(pack: Any) -> None:
    run = opened()
    before = run.snapshot().page.surprise
    run.retune(replace(run.snapshot().params, mask=False))
    assert run.opening and isinstance(run.snapshot().page, Waiting)
    while run.opening:
        run.step()
    assert run.snapshot().page.surprise != before
    run.retune(replace(run.snapshot().params, mask=True, norm=False))
    while run.opening:
        run.step()
    assert run.snapshot().page.surprise == before
    assert "norm" in SPECIFICATION.unused(run.snapshot())


def test_its_patch_map_is_filled_place_by_place_and_is_what_the_engine_measures(pack: Any) -> None:
    run = opened(5, topic="patch")
    assert run.steps == 5 == run.snapshot().page.tried
    trial = begin_patching(pack, IDS, [LETTERS.index(c) for c in OTHER])
    work = trial.stream(pack, 0, 3)
    while True:
        try:
            next(work)
        except StopIteration as end:
            assert run.snapshot().page.restored[0, 3] == pytest.approx(end.value, abs=1e-5)
            break


def test_its_parts_are_switched_off_one_after_another(pack: Any) -> None:
    page = opened(8, topic="parts").snapshot().page
    assert not page.unseen and not any(math.isnan(loss) for loss in page.losses.values())
    assert math.isfinite(page.plain) and page.losses["attention"] != page.plain


def test_numbers_beyond_all_bounds_are_an_infinite_surprise(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pack.llama.gains(0)[0][:] = np.inf
    page = opened(1, topic="parts").snapshot().page
    assert page.plain == math.inf


def test_a_saved_run_goes_on_where_it_was(pack: Any) -> None:
    for topic, steps in (("walk", 3), ("patch", 4), ("patch", 0)):
        run = opened(steps, topic=topic)
        again = begun(topic=topic)
        again.load(run.save())
        while again.opening:
            again.step()
        assert (again.steps, metrics_of(again.snapshot())) == (steps, metrics_of(run.snapshot()))


def test_it_is_no_model_to_send_but_its_plan_is_counted(pack: Any) -> None:
    run = opened(page="budget", shape="house")
    assert run.offer("language-model") is None and run.snapshot().page.counts["total"] == 134_515_008


def test_the_view_shows_how_far_it_is_and_then_the_page(pack: Any, qtbot: Any, qapp: QApplication) -> None:
    view, run = View(), begun(page="lens")
    qtbot.addWidget(view)
    view.resize(702, 555)
    view.show()
    view.show_frame(run.snapshot())
    assert view.open_page() == "waiting" and view.chips.chosen_keys() == ("lens",)
    while run.opening:
        run.step()
        view.show_frame(run.snapshot())
        qapp.processEvents()
    assert view.open_page() == "lens" and view.page("lens").matrix.values().size == 35


@pytest.mark.parametrize(("blocks", "stacked"), [(13, True), (14, False)])
def test_many_blocks_stand_side_by_side(qtbot: Any, blocks: int, stacked: bool) -> None:
    matrix, heard = LayerMatrix(), list[tuple[int, int]]()
    qtbot.addWidget(matrix)
    matrix.picked.connect(lambda block, other: heard.append((block, other)))
    matrix.came_near.connect(lambda block, other: heard.append((block, other)))
    values = np.arange(blocks * 3.0).reshape(blocks, 3)
    names = [str(k) for k in range(blocks)], ["a", "b", "c"]
    matrix.show_blocks(values, None, names, ("title", "block", "part"), (2, 1))
    assert matrix.values().shape == ((blocks, 3) if stacked else (3, blocks))
    row, column = (blocks - 3, 1) if stacked else (1, 2)
    assert matrix.values()[row, column] == values[2, 1]
    matrix.pressed.emit(row, column)
    matrix.hovered.emit(row, column)
    matrix.hovered.emit(-1, -1)
    assert heard == [(2, 1), (2, 1), (-1, -1)]


def test_of_a_tall_stack_twelve_blocks_are_in_sight_and_pressed(pack: Any, qtbot: Any, qapp: QApplication) -> None:
    page = opened().snapshot().page
    diagram, acted = Diagram(), list[Any]()
    qtbot.addWidget(diagram)
    diagram.acted.connect(lambda action, _gesture: acted.append(action))
    for layer, first in ((0, 1), (6, 1), (7, 2), (29, 19)):
        diagram.show_block(replace(page, layer=layer, layers=30))
        diagram.press((0, -1))
        assert acted.pop() == Set({"layer": first}) and str(first) in str(diagram.tip((0, -1)))


def test_it_is_steered_by_the_difference_of_two_lists(pack: Any) -> None:
    lists = {"wanted": "fgh|bba", "opposite": "wvu"}
    assert begun(topic="steer", **lists).opening
    page = opened(9, topic="steer", stream=2, **lists).snapshot().page
    one, two = ([[LETTERS.index(c) for c in text] for text in texts] for texts in (("fgh", "bba"), ("wvu",)))
    seen = look(pack, IDS, steered(mean_difference(pack, one, two, 2), 2, -2.0))
    p = softmax(seen.logits.astype(float))
    own = [LETTERS.index(c) for c in "abfgh"]
    assert page.own == tuple("abfgh") and page.effects[0] == pytest.approx(p[:, own].sum(axis=1).mean(), abs=1e-5)
    assert page.surprises[0] == pytest.approx(-np.log(p[range(6), IDS[1:]]).mean(), abs=1e-4)
    assert not np.isnan(page.effects).any()
