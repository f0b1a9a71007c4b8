"""One pass of SmolLM2, by a tiny model of its kind: it is read in pieces, every number is the model's own and the sum
of its terms, and blocks that are many have some rows only."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.params import checked, replaced
from lab.engine.inside.llama_column import reading_column
from lab.experiments.e19_next_token.gestures import Choose, Measure
from lab.experiments.e19_next_token.inside import Inside
from lab.experiments.e19_next_token.llamapass import LlamaInside
from lab.experiments.e19_next_token.onepass import pass_of
from lab.experiments.e19_next_token.page_pass import PassView
from lab.experiments.e19_next_token.settings import PARTS, Display, Params
from lab.kit.language_models import SmolLM2
from tests.asking import metrics_of, sentence_of, why_of
from tests.experiments.tiny_smollm2 import in_place_of_smollm2, tiny_llama

SPECIFICATION = find("next-token").load()
PROMPT = "in the and"


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    return in_place_of_smollm2(tmp_path, monkeypatch)


def run(**values: Any) -> Any:
    """Opened, and looked into."""
    simulation = played(SPECIFICATION, Setting({"model": "smollm2", "prompt": PROMPT, "page": "pass", **values}))
    while simulation.opening:
        simulation.step()
    return simulation


def column_of(folder: Path, ids: tuple[int, ...]) -> Any:
    work = reading_column(tiny_llama(folder), ids)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("block", [1, 2])
def test_every_number_is_the_models_and_the_sum_of_its_terms(
    tiny: SmolLM2, tmp_path: Path, part: str, block: int
) -> None:
    frame = run(zoom=3, part=part, block=block, unit=6).snapshot()
    found, seen = metrics_of(frame)["number"], column_of(tmp_path, frame.story.ids).blocks[block - 1]
    name = {"add1": "middle", "add2": "after", "up": "gate_up"}.get(part, part)
    assert found == pytest.approx(float(getattr(seen, name).ravel()[5]), rel=1e-4, abs=1e-6)
    terms = frame.picture.terms
    if part in ("qkv", "scores", "mix", "out", "add1", "up", "down", "add2"):
        assert math.fsum(terms) == pytest.approx(found, rel=1e-9)
        assert why_of(frame, "number").value == pytest.approx(found, rel=1e-12)
    elif part == "act":
        gate, up = terms
        assert found == pytest.approx(gate / (1 + math.exp(-gate)) * up, rel=1e-4, abs=1e-6)
    elif part == "weights":
        assert math.fsum(terms) == pytest.approx(1.0) and found == pytest.approx(terms[5 % len(terms)], rel=1e-4)


def test_the_end_of_the_pass_is_what_the_bars_say(tiny: SmolLM2) -> None:
    frame = run().snapshot()
    top = frame.bars.rows[0]
    last = frame.picture.rows[-1]
    assert last.number == f"{100 * top.p:.1f} %" and top.text.strip() in last.note
    assert "multiplications" in sentence_of(frame)


def test_the_multiplications_count_the_gate_and_the_shared_heads(tiny: SmolLM2) -> None:
    frame = run().snapshot()
    c, _weights = tiny.parts
    length = len(frame.story.ids)
    attended = (c.d_model + 2 * c.d_kv) * c.d_model + c.d_model**2 + 2 * length * c.d_model
    assert frame.picture.products["attention"] == c.n_layers * attended
    assert frame.picture.products["feed-forward"] == c.n_layers * (3 * c.d_model * c.d_ff + c.d_ff)
    assert frame.picture.products["head"] == c.vocab_size * c.d_model
    block = run(zoom=1).snapshot().picture
    assert [row.key for row in block.rows] == list(PARTS)
    assert any("share each" in row.note for row in block.rows) and any("RoPE" in row.note for row in block.rows)


def test_it_is_read_in_pieces_and_anew_for_another_text(tiny: SmolLM2) -> None:
    simulation = run()
    before = simulation.snapshot().picture
    simulation.retune(replaced(simulation.params, {"zoom": 1}))
    assert not simulation.opening and simulation.snapshot().picture.zoom == 1
    simulation.act(Choose(40))
    assert simulation.opening and simulation.snapshot().picture is None
    pieces = 0
    while simulation.opening:
        simulation.step()
        pieces += 1
    assert pieces > tiny.layers and simulation.snapshot().picture is not None
    assert simulation.snapshot().step == 0 and before is not None


def test_the_lens_and_the_pass_do_not_take_each_others_place(tiny: SmolLM2) -> None:
    simulation = run()
    simulation.retune(replaced(simulation.params, {"page": "lens"}))
    assert simulation.opening and simulation.snapshot().lens is None
    while simulation.opening:
        simulation.step()
    assert simulation.snapshot().lens is not None
    simulation.retune(replaced(simulation.params, {"page": "pass"}))
    assert not simulation.opening and simulation.snapshot().picture is not None


def test_nothing_is_measured_here(tiny: SmolLM2, qtbot: Any) -> None:
    simulation = run()
    simulation.act(Measure())
    frame = simulation.snapshot()
    assert frame.picture.times == {}
    view = PassView()
    qtbot.addWidget(view)
    view.show_page(frame, Display())
    assert not view.measure.isEnabled() and view.list.rows() == frame.picture.rows


class Many:
    """A pass through many blocks that all do the same."""

    def __init__(self, of: LlamaInside, count: int) -> None:
        self._of, self.n_layers = of, count

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

    def after(self, block: int) -> Any:
        return self._of.after(0)


@pytest.mark.parametrize(
    ("count", "shown"), [(8, tuple(range(1, 9))), (9, (1, 2, 4, 6, 8, 9)), (30, (1, 5, 10, 15, 20, 25, 30))]
)
def test_of_many_blocks_some_have_a_row_and_the_others_are_counted(
    tiny: SmolLM2, tmp_path: Path, count: int, shown: tuple[int, ...]
) -> None:
    ids = tuple(tiny.encode(PROMPT)[0])
    many: Inside = Many(LlamaInside(*tiny.parts, column_of(tmp_path, ids)), count)
    rows = pass_of(checked(Params, {"page": "pass"}), tiny, many, {}).rows
    opened = [dict(row.opens)["block"] for row in rows if row.opens]
    assert tuple(opened) == shown
    others = [row for row in rows if row.key == "others"]
    assert len(others) == (count > 8) and all(str(count - len(shown)) in row.note for row in others)


def test_a_very_long_row_is_drawn_by_its_largest_numbers(tiny: SmolLM2, tmp_path: Path) -> None:
    ids = tuple(tiny.encode(PROMPT)[0])
    inside = LlamaInside(*tiny.parts, column_of(tmp_path, ids))
    long = np.zeros(49152)
    long[30_000] = -7.0

    class Wide(Many):
        logits = long

    wide: Inside = Wide(inside, 2)
    head = next(row for row in pass_of(checked(Params, {"page": "pass"}), tiny, wide, {}).rows if row.key == "head")
    assert head.strip is not None and len(head.strip) <= 2048 and head.strip.min() == -7.0
