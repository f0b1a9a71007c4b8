"""Attention through the QK and the OV lens, and all heads tried: exact sums, and the pages driven as a user would."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.engine.lm.reference import Edits, forward
from lab.experiments.e17_attention.gestures import Silence, TryAll
from lab.experiments.e17_attention.models import bundled, encoded
from lab.experiments.e17_attention.presets import ALL_JOINED
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View
from tests.asking import metrics_of, sentence_of
from tests.desk import heard
from tests.experiments.attention_hands import SPECIFICATION, framed, made_view, middle, shown, values_of
from widgets.plots.waterfall import SHOWN

LEFT = Qt.MouseButton.LeftButton
INDUCTION: dict[str, Any] = {"source": "copier", "layer": 2, "head": 2}


@pytest.fixture
def view(qtbot: Any) -> View:
    return made_view(qtbot)


# ------------------------------------------------------------------------------------------------- sums


@pytest.mark.parametrize(
    ("source", "layer", "parts"), [("copier", 1, 2), ("copier", 2, 26), ("shakespeare", 1, 2), ("shakespeare", 4, 257)]
)
def test_the_parts_and_the_products_of_a_score_sum_to_it(source: str, layer: int, parts: int) -> None:
    for head, key in ((1, 0), (3, 2)):
        frame = framed(page="qk", source=source, layer=layer, head=head, key=key)
        lens, score = frame.qk, metrics_of(frame)["score"]
        assert len(lens.parts) == parts
        assert sum(part.value for part in lens.parts) == pytest.approx(score, abs=1e-4)
        assert lens.score == pytest.approx(score, abs=1e-9)
        sizes = [abs(part.value) for part in lens.parts]
        assert sizes == sorted(sizes, reverse=True)
        back = frame.chain.row - frame.chain.column
        assert lens.by_distance[back] == pytest.approx(score, abs=1e-4)


def test_the_induction_head_asks_for_what_the_head_before_it_wrote() -> None:
    metrics = metrics_of(framed(page="qk", **INDUCTION))
    assert metrics["part_1_name"] == "token × 1·3" and metrics["brought_by"] == "1·3"
    assert metrics["brought"] > 0.7 * metrics["score"]
    assert abs(metrics["part_distance"]) < 1.0  # it finds its key at any distance
    before = metrics_of(framed(page="qk", source="copier", layer=1, head=3))
    assert before["best_distance"] == 1 and before["part_distance"] > 20


def test_a_silenced_head_writes_nothing_that_a_later_one_could_look_for() -> None:
    frame = framed(0, (Silence(0, 2, True),), page="qk", key=4, **INDUCTION)
    wrote = {part.name: part.value for part in frame.qk.parts}
    assert wrote["token × 1·3"] == wrote["1·3 × token"] == 0.0
    assert abs({part.name: part.value for part in framed(page="qk", key=4, **INDUCTION).qk.parts}["token × 1·3"]) > 10


def test_where_no_stream_can_be_followed_a_score_is_split_number_by_number() -> None:
    for source, steps in (("own", 0), ("minilm", ALL_JOINED)):
        frame = framed(steps, page="qk", source=source)
        assert frame.qk.parts == () and frame.qk.by_distance is None and frame.qk.brought() is None
        assert frame.qk.products.sum() == pytest.approx(metrics_of(frame)["score"], abs=1e-4)


def test_what_a_head_says_of_each_token_is_what_silencing_it_takes_from_the_last_layer() -> None:
    """The norm is taken as it was, so the logits are compared before it shrinks them anew."""
    frame = framed(page="ov", **INDUCTION)
    c, lens, model = frame.chain, frame.ov, bundled("copier")
    weights = c.weights[c.row]
    assert weights[list(lens.rows)] @ lens.pushes == pytest.approx(lens.total, abs=1e-9)
    ids = np.array(encoded(model, "qzkxmwjqzkxmwjqzk")[0])[None]
    whole, less = forward(model.parameters, ids), forward(model.parameters, ids, Edits(silent=frozenset({(1, 1)})))
    size = whole.last_norm.inverse[0, -1, 0] / less.last_norm.inverse[0, -1, 0]
    moved = whole.logits[0, -1] - less.logits[0, -1] * size
    moved -= moved.mean()
    places = [model.tokenizer.encode(column)[0] for column in lens.columns]
    assert lens.total == pytest.approx(moved[places], abs=1e-4)
    assert lens.columns[lens.favoured] == "x" and lens.total[lens.favoured] == pytest.approx(moved.max(), abs=1e-4)
    assert lens.total[lens.hindered] == pytest.approx(moved.min(), abs=1e-4)


def test_the_copying_head_makes_the_letter_it_looks_at_likelier_than_any_other() -> None:
    frame = framed(page="ov", **INDUCTION)
    tokens = [frame.chain.tokens[j] for j in frame.ov.rows]
    for row, token in enumerate(tokens):
        assert frame.ov.columns[int(np.argmax(frame.ov.pushes[row]))] == token


def test_weight_times_length_of_the_value_are_shares_and_a_sink_tells_little() -> None:
    frame = framed(ALL_JOINED, page="ov", source="minilm", layer=5, head=6)
    lens, c = frame.ov, frame.chain
    assert lens.told.sum(axis=1) == pytest.approx(np.ones(len(c.tokens)))
    told = c.weights[c.row] * lens.lengths
    assert lens.shares == pytest.approx(told / told.sum())
    assert c.tokens[c.column] == "[CLS]" and c.weight > 0.8 and lens.shares[c.column] < 0.15
    assert metrics_of(frame)["favoured"] is None
    own = framed(page="ov", source="own")
    assert own.ov.lengths == pytest.approx(np.linalg.norm(own.chain.v, axis=1))
    nowhere = framed(page="ov", source="own", mask="blind")
    assert nowhere.ov.shares.sum() == 0.0 and metrics_of(nowhere)["told_share"] == 0.0


def test_a_lens_is_only_worked_out_on_its_own_page() -> None:
    for page in ("chain", "heads", "scale"):
        frame = framed(page=page, **INDUCTION)
        assert frame.qk is None and frame.ov is None
    assert framed(page="qk", **INDUCTION).ov is None and framed(page="ov", **INDUCTION).qk is None
    assert "1·3 brings 26.6" in sentence_of(framed(page="qk", **INDUCTION))


# ------------------------------------------------------------------------------------------------- pages


def test_the_bars_of_a_score_end_at_the_score(view: View) -> None:
    page = shown(view, page="qk", **INDUCTION)
    rows = page.sum.rows()
    assert page.sum.isVisible() and len(rows) == SHOWN + 2
    assert [row.name for row in rows[:2]] == ["token × 1·3", "1·4 × 1·3"] and rows[-2].name == "18 others"
    assert sum(row.value for row in rows[:-1]) == pytest.approx(rows[-1].value) == pytest.approx(36.69, abs=0.01)
    assert "at “x” it had looked at “k”, with 92 %" in page.why.words()
    assert not page.curve.isVisible()
    few = shown(view, page="qk", source="copier", layer=1, head=3)
    assert [row.name for row in few.sum.rows()] == ["token × token", "distance", "score"]
    assert few.sum.isVisible() and few.curve.isVisible(), "few bars leave room for the other distances"
    assert "itself brings 39.0 of it; that it stands 1 back adds 24.6" in few.why.words()
    far = shown(view, page="qk", source="shakespeare", layer=4, head=1)
    assert "stands 2 back adds most, 22.4; what FF 3 wrote brings 5.48" in far.why.words()


@pytest.mark.parametrize(("height", "both"), [(700, False), (740, True)])
def test_where_the_page_is_high_the_distances_stand_below_the_parts(view: View, height: int, both: bool) -> None:
    page = shown(view, page="qk", **INDUCTION)
    view.resize(900, height)
    QApplication.processEvents()
    assert page.sum.isVisible() and page.curve.isVisible() == both
    view.show_display(Display(split="distance"))
    room = page.curve.chart().view
    lo, hi = room.y0, room.y1
    assert lo <= 0.0 and hi > 37.0, "a level curve looks level"


def test_a_bar_opens_the_head_that_wrote_the_key_where_it_wrote_it(view: View, qtbot: Any) -> None:
    page = shown(view, page="qk", **INDUCTION)
    found = heard(view)
    qtbot.mouseClick(page.sum, LEFT, pos=middle(page.sum.spot(2)))
    page.sum.setFocus()
    qtbot.keyClick(page.sum, Qt.Key.Key_Up)
    qtbot.keyClick(page.sum, Qt.Key.Key_Return)
    to = {"layer": 1, "query": 4, "key": 0}  # “x” is the fourth token
    assert values_of(found) == [{**to, "head": 2}, {**to, "head": 3}]
    found.clear()
    qtbot.mouseClick(page.sum, LEFT, pos=middle(page.sum.spot(5)))  # the distance is no head
    qtbot.mouseClick(page.sum, LEFT, pos=middle(page.sum.spot(SHOWN)))  # nor are the others
    assert not found


def test_number_by_number_the_query_and_the_key_are_worked_out(view: View, qtbot: Any) -> None:
    page = shown(view, page="qk", **INDUCTION)
    asked: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: asked.append((name, value)))
    qtbot.mouseClick(page.splits.chip("numbers"), LEFT)
    assert asked == [("split", "numbers")]
    view.show_display(Display(split="numbers"))
    QApplication.processEvents()
    assert page.sum.rows()[0].name == "q₁₆ · k₁₆" and page.why.words().startswith("q₁₆ = x·W_q = ")
    qtbot.mouseClick(page.sum, LEFT, pos=middle(page.sum.spot(1)))
    assert page.why.words().startswith("q₁₀ = x·W_q = ")
    lens = view.frame.qk
    for weights, x, other in (
        (lens.whole.query_weights, lens.whole.query_input, view.frame.chain.q[view.frame.chain.row]),
        (lens.whole.key_weights, lens.whole.key_input, view.frame.chain.k[view.frame.chain.column]),
    ):
        assert weights @ x == pytest.approx(other, abs=1e-4)


def test_the_table_and_the_distance_show_the_same_score_and_give_way_where_there_is_none(view: View) -> None:
    page = shown(view, page="qk", **INDUCTION)
    for split, part in (("table", page.table), ("distance", page.curve), ("parts", page.sum)):
        view.show_display(Display(split=split))
        QApplication.processEvents()
        seen = [each for each in (page.table, page.curve, page.sum) if each.isVisible()]
        assert seen == [part] and page.splits.chosen_keys() == (split,)
    view.show_display(Display(split="table"))
    assert page.table.values().sum() + view.frame.qk.whole.distance == pytest.approx(36.69, abs=0.01)
    shown(view, page="qk", source="own")
    assert page.sum.isVisible() and page.splits.chosen_keys() == ("numbers",)
    assert [name for name in ("parts", "table", "distance") if page.splits.chip(name).isEnabled()] == []
    view.show_display(Display())


def test_a_cell_of_the_table_opens_the_head_that_wrote_the_key(view: View, qtbot: Any) -> None:
    page = shown(view, page="qk", **INDUCTION)
    found = heard(view)
    page.table.pressed.emit(0, 3)
    page.table.pressed.emit(0, 0)
    assert values_of(found) == [{"layer": 1, "head": 3, "query": 4, "key": 0}]


def test_the_rows_of_the_ov_lens_choose_a_token_and_the_last_is_all_of_them(view: View) -> None:
    page = shown(view, page="ov", **INDUCTION)
    values = page.matrix.values()
    assert values[-1] == pytest.approx(view.frame.ov.total)
    found = heard(view)
    page.matrix.pressed.emit(5, 0)
    page.matrix.pressed.emit(len(values) - 1, 0)
    page.arcs.pressed.emit(9, 2)
    assert values_of(found) == [{"query": 17, "key": 6}, {"query": 10, "key": 3}]
    assert "moves “x” by +2.54 (of +10.8 in all)" in page.said.words()
    shown(view, 0, (Silence(1, 1, True),), page="ov", **INDUCTION)
    assert "passes none of this on" in page.said.words()


def test_lines_of_the_ov_lens_are_what_is_told_or_the_weights(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, page="ov", source="minilm", layer=5, head=6)
    assert page.lines.chosen_keys() == ("told",) and page.matrix.values().shape == (15, 15)
    assert "is 14 % of what is told" in page.told.words()
    asked: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: asked.append((name, value)))
    qtbot.mouseClick(page.lines.chip("weights"), LEFT)
    assert asked == [("lines", "weights")]
    before = page.arcs.summary()
    view.show_display(Display(lines="weights"))
    assert page.arcs.summary() != before
    view.show_display(Display())


def test_from_ones_own_words_a_lens_opens_on_the_induction_head(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.chips.chip("qk"), LEFT)
    qtbot.mouseClick(view.chips.chip("ov"), LEFT)
    assert values_of(found) == [{"page": page, **INDUCTION} for page in ("qk", "ov")]
    shown(view, page="heads", source="shakespeare")
    assert view.turn("qk") == Set({"page": "qk"})


def test_while_a_model_is_being_opened_nothing_of_another_is_left(view: View) -> None:
    for name in ("qk", "ov"):
        shown(view, page=name, **INDUCTION)
        page = shown(view, page=name, source="minilm")
        if view.frame.reading is None:
            assert page.arcs.tokens() == ()
            words = (page.score, page.why) if name == "qk" else (page.told, page.said)
            assert [label.words() for label in words] == ["", ""]


# ---------------------------------------------------------------------------------------- all heads, tried


def test_all_heads_are_tried_and_each_change_is_that_of_silencing_it() -> None:
    frame = framed(ALL_JOINED, page="try", **INDUCTION)
    trial, model = frame.trial, bundled("copier")
    ids = np.array(encoded(model, "qzkxmwjqzkxmwjqzk")[0])[None]
    x = model.tokenizer.encode("x")[0]

    def score(*silent: tuple[int, int]) -> float:
        logits = forward(model.parameters, ids, Edits(silent=frozenset(silent))).logits[0, -1]
        return float(logits[x] - logits.mean())

    assert trial.done and trial.tried == 8 and trial.token == "x" and trial.score == pytest.approx(score(), abs=1e-4)
    for layer, head in ((0, 1), (1, 1), (1, 3)):
        assert trial.changes[layer, head] == pytest.approx(score((layer, head)) - score(), abs=1e-4)
    metrics = metrics_of(frame)
    assert metrics["worst_head"] == "2·4" and metrics["head_change"] == pytest.approx(trial.changes[1, 1])


def test_with_its_spares_silenced_the_last_copying_head_is_worth_much_more() -> None:
    spares = tuple(Silence(1, head, True) for head in range(3))
    alone = metrics_of(framed(ALL_JOINED, page="try", **INDUCTION))["worst_change"]
    last = metrics_of(framed(ALL_JOINED, spares, page="try", **INDUCTION))
    assert last["worst_head"] == "2·4" and last["worst_change"] < 3 * alone < 0


def test_the_map_of_patches_names_its_donor_and_fills_up_piece_by_piece(view: View) -> None:
    simulation = played(SPECIFICATION, Setting({"page": "try", "way": "patch", **INDUCTION}))
    tried = [simulation.snapshot().trial.tried]
    while simulation.opening:
        simulation.step()
        tried.append(simulation.snapshot().trial.tried)
    assert tried[0] == 0 and tried[-1] == 8 and tried == sorted(tried) and set(tried) == set(range(9))
    assert simulation.steps == 0, "trying counts for no step"
    page = shown(view, ALL_JOINED, page="try", way="patch", **INDUCTION)
    assert "bdfhjlnbdfhjlnbdf" in page.texts.words() and "qzkxmwjqzkxmwjqzk" in page.texts.words()
    zero = shown(view, ALL_JOINED, page="try", **INDUCTION)
    assert "bdfhjlnbdfhjlnbdf" not in zero.texts.words() and zero.map.values().shape == (2, 4)
    own = shown(view, page="try", source="own")
    assert own.map.summary().startswith("Only heads of a model that expects a next token")


def test_trying_can_be_stopped_and_gone_on_with_and_is_kept_so(view: View, qtbot: Any) -> None:
    simulation = played(SPECIFICATION, Setting({"page": "try", **INDUCTION}))
    for _piece in range(12):
        simulation.step()
    inverse = simulation.act(TryAll(False))
    some = simulation.snapshot()
    assert inverse == TryAll(True) and not simulation.opening and 0 < some.trial.tried < 8 and some.trial.stopped
    again = played(SPECIFICATION, Setting({"page": "try", **INDUCTION}))
    again.load(simulation.save())
    assert not again.opening
    view.show_frame(some)
    page = view.page("try")
    assert f"Stopped after {some.trial.tried} heads" in page.told.words() and not page.progress.isVisible()
    simulation.act(inverse)
    while simulation.opening:
        simulation.step()
    assert simulation.snapshot().trial.done
    simulation.retune(replace(simulation.snapshot().params, page="heads"))
    assert simulation.snapshot().trial is None and not simulation.opening


def test_the_map_chooses_a_head_the_chips_a_way_and_stop_stops(view: View, qtbot: Any) -> None:
    simulation = played(SPECIFICATION, Setting({"page": "try", **INDUCTION}))
    simulation.step()
    view.show_frame(simulation.snapshot())
    QApplication.processEvents()
    page, found = view.page("try"), heard(view)
    assert page.progress.isVisible()
    qtbot.mouseClick(page.progress.stop, LEFT)
    qtbot.mouseClick(page.ways.chip("mean"), LEFT)
    page.map.pressed.emit(0, 3)
    assert found[0][0] == TryAll(False)
    assert values_of(found) == [{"way": "mean"}, {"layer": 1, "head": 4}]


def test_many_layers_run_across_the_map_and_a_press_still_chooses_layer_and_head(view: View) -> None:
    small = framed(ALL_JOINED, page="try", **INDUCTION)
    changes = np.full((30, 9), np.nan)
    changes[29], changes[16, 6] = 0.1, -0.8
    for layers, shape in ((30, (9, 30)), (12, (9, 12)), (11, (11, 9))):
        view.show_frame(replace(small, trial=replace(small.trial, changes=changes[30 - layers :], share=0.5)))
        assert view.page("try").map.values().shape == shape
    view.show_frame(replace(small, trial=replace(small.trial, changes=changes, share=0.5)))
    page, found = view.page("try"), heard(view)
    assert page.map.highlighted() == (1, 1) and page.map.values()[6, 16] == -0.8
    page.map.pressed.emit(6, 16)
    assert values_of(found) == [{"layer": 17, "head": 7}]
    assert "17·7 matters most: −0.8" in page.told.words()
