"""The transformer block, experts: a mixture and a dense model learn side by side, experts are named by what they take,
without a price some starve, and what the lesson says of whole runs was measured."""

from __future__ import annotations

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.paths import assets
from lab.experiments.e18_transformer_block.experts import IDLE, UPDATES
from lab.experiments.e18_transformer_block.letters import COLUMNS, KINDS, Name, column_of, kinds_of, named_by
from lab.experiments.e18_transformer_block.words import named_as
from tests.asking import metrics_of

SPECIFICATION = find("transformer-block").load()
ROOT = Path(__file__).parents[2]


def ran(steps: int, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({"topic": "experts"} | values, 0, (), steps))


def same(one: Any, two: Any) -> None:
    for name in ("dense", "mixture", "loads", "takes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert (one.updates, one.names) == (two.updates, two.names)


def test_before_the_first_step_both_models_know_nothing_and_the_page_stands() -> None:
    frame = ran(0).snapshot()
    assert frame.page.dense[0] == pytest.approx(np.log(64), abs=0.05) and len(frame.page.dense) == 1
    assert frame.page.mixture[0] == pytest.approx(np.log(64), abs=0.05)
    assert SPECIFICATION.describe(frame) and metrics_of(frame)["updates"] == 0


def test_a_step_is_some_updates_and_both_models_are_judged_after_it() -> None:
    page = ran(2).snapshot().page
    assert page.updates == 2 * UPDATES and page.loads.shape == (3, 2, 8)
    assert page.dense[-1] < page.dense[0] - 0.2 and page.mixture[-1] < page.mixture[0] - 0.2
    np.testing.assert_allclose(page.loads.sum(axis=2), 1.0)


@pytest.mark.parametrize(("active", "neurons"), [(1, 96), (2, 48), (4, 24)])
def test_a_letter_costs_as_much_as_in_the_dense_model_whatever_k_is(active, neurons) -> None:
    dense, used, every = ran(0, active=active).snapshot().page.sizes
    routers, gains = 2 * 8 * 48, 2 * 48
    assert used == dense + routers - gains
    assert every - used == 2 * (8 - active) * 2 * 48 * neurons


def test_every_letter_goes_to_k_experts() -> None:
    for active in (1, 2):
        takes = ran(0, active=active).snapshot().page.takes
        there = np.isfinite(takes).all(axis=0)
        assert takes.shape == (8, len(COLUMNS)) and there.sum() > 25
        np.testing.assert_allclose(takes[:, there].sum(axis=0), active)


def test_a_saved_run_goes_on_to_the_same_bits_even_from_within_a_step() -> None:
    run = ran(1)
    for _update in range(3):
        run.step()
    state, other = run.save(), ran(0)
    other.load(state)
    same(other.snapshot().page, run.snapshot().page)
    while run.steps < 2:
        run.step()
        other.step()
    same(other.snapshot().page, run.snapshot().page)


@pytest.mark.parametrize("wrong", ["losses", "loads", "chosen"])
def test_a_state_of_another_size_is_refused(wrong) -> None:
    run = ran(0)
    run.step()  # within the first step
    state = run.save()
    with pytest.raises(ValueError, match="state"):
        run.load(state | {"part": state["part"] | {wrong: state["part"][wrong][:0]}})
    with pytest.raises(ValueError, match="state"):
        run.load(ran(0, experts=4).save() | {"params": state["params"]})
    run.load(state)


def test_without_a_price_some_experts_starve_and_with_it_all_have_work() -> None:
    (trouble,) = (trouble for trouble in SPECIFICATION.breaks if trouble.id == "no-balance")
    starved = played(SPECIFICATION, trouble.setting).snapshot()
    fed = ran(trouble.setting.steps).snapshot()
    assert trouble.broken(starved) and not trouble.broken(fed)
    assert (metrics_of(fed)["idle_experts"] or 0) <= 1 < (metrics_of(starved)["idle_experts"] or 0)
    early = ran(1, balance=0.0).snapshot()
    assert not trouble.broken(early)  # it is not asked before the load has settled
    for frame in (starved, fed):
        idle = frame.page.loads[-1, frame.page.block] < IDLE
        assert all(not name.kind for name, lazy in zip(frame.page.names, idle, strict=True) if lazy)


def test_the_marked_block_and_expert_are_those_that_are_spoken_of() -> None:
    frame = ran(0, layer=2, expert=3, experts=4).snapshot()
    assert (frame.page.block, frame.page.lit) == (1, 2)
    far = ran(0, layer=9, expert=16, experts=4).snapshot()
    assert (far.page.block, far.page.lit) == (1, 3)


def test_more_experts_a_letter_than_there_are_is_all_of_them_and_it_says_so() -> None:
    frame = ran(0, experts=2, active=3).snapshot()
    assert frame.page.n_active == 2 and "active" in SPECIFICATION.unused(frame)
    assert "active" not in SPECIFICATION.unused(ran(0, experts=3, active=3).snapshot())


# ---------------------------------------------------------------------------------------------- names


def test_places_in_a_text_are_of_kinds() -> None:
    kinds = kinds_of("Ab, cde\n")
    assert set(kinds) == set(KINDS)
    found = {kind: "".join("x" if member else "." for member in members) for kind, members in kinds.items()}
    assert found == {
        "blank": "...x....", "line": ".......x", "gap": "...x...x", "vowel": "x.....x.", "consonant": ".x..xx..",
        "capital": "x.......", "mark": "..x.....", "first": "x...x...", "second": ".x...x..", "later": "......x.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("x....xx.", Name("vowel", 2 / 3, 1.0)),  # of three that it takes two are vowels
        ("......x.", Name("later", 1.0, 1.0)),
        ("x.xxx..x", Name("gap", 0.4, 1.0)),
        ("........", Name("", 0.0, 0.0)),
    ],
)
def test_a_name_is_the_kind_that_fits_best_and_is_half_of_all_at_least(taken, name) -> None:
    found = named_by(np.array([c == "x" for c in taken]), kinds_of("Ab, cde\n"))
    assert found == (name if name.share >= 0.5 or not name.kind else Name("", 0.0, 0.0))


def test_all_letters_have_a_column_and_a_name_is_written_with_its_share() -> None:
    assert COLUMNS[column_of("Q")] == "A…Z" and COLUMNS[column_of("&")] == "-" and COLUMNS[column_of("\n")] == "⏎"
    assert named_as(Name("vowel", 0.894, 0.2)) == "vowels 89 %" and named_as(Name("", 0.0, 0.0)) == ""


# ------------------------------------------------------------------------------------------- measured


def recipe() -> Any:
    specification = spec_from_file_location("measure_experts", ROOT / "build/measure_experts.py")
    assert specification is not None and specification.loader is not None
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


RECIPE = recipe()
MEASURED = json.loads(RECIPE.OUT.read_text("utf-8"))


@pytest.mark.parametrize("plan", RECIPE.PLANS)
def test_the_first_steps_of_every_measured_run_come_out_as_measured(plan) -> None:
    first, *_rest = RECIPE.measured(RECIPE.PLANS[plan], 1, RECIPE.MOMENTS[0])
    kept = MEASURED[plan][1][0]
    for name in ("dense_loss", "mixture_loss"):
        assert first[name] == pytest.approx(kept[name], rel=2e-4)


def means(plan: str, updates: int) -> list[float]:
    """The mean loss of the dense models and of the mixtures, over the seeds."""
    rows = [row for run in MEASURED[plan] for row in run if row["updates"] == updates]
    return [float(np.mean([row[name] for row in rows])) for name in ("dense_loss", "mixture_loss")]


def test_what_the_lesson_says_of_whole_runs_is_what_was_measured() -> None:
    text = " ".join((assets() / "lessons/en/18-transformer-block.md").read_text("utf-8").split())
    pattern = r"After 300 updates the dense models were at (\d\.\d+) nats a letter, the mixtures at (\d\.\d+)"
    early = re.search(pattern, text)
    late = re.search(r"After 2000 updates it was (\d\.\d+) against (\d\.\d+)", text)
    assert early is not None and late is not None and "with starving experts, it was only 1.93." in text
    assert means("one of eight, no price", 2000)[1] == pytest.approx(1.93, abs=0.0051)
    for found, updates in ((early, 300), (late, 2000)):
        assert [float(n) for n in found.groups()] == pytest.approx(means("one of eight", updates), abs=0.0051)
    assert means("one of eight", 300)[0] < means("one of eight", 300)[1]
    assert means("one of eight", 2000)[0] > means("one of eight", 2000)[1]


def test_at_the_end_of_the_measured_runs_all_have_work_with_the_price_and_not_without() -> None:
    ends = {plan: [sum(run[-1]["idle"]) for run in runs] for plan, runs in MEASURED.items()}
    assert ends["one of eight"] == [0, 0] and min(ends["one of eight, no price"]) >= 2
