"""The numbers that take too long for a test: assets/data/measured_language.json, made by build/measure_language.py.
Here only the first steps of each training are repeated; when they differ, or to see whether the code has changed
since the file was made, run the recipe again."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def load_recipe():
    specification = importlib.util.spec_from_file_location("measure_language", ROOT / "build/measure_language.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["measure_language"] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


RECIPE = load_recipe()
MEASURED = json.loads(RECIPE.OUT.read_text("utf-8"))
STALE = {
    part: f" (the engine has changed since: run build/measure_language.py {part})"
    for part, code in MEASURED["code"].items()
    if code != RECIPE.code_hash()
}
RUNS = {
    **{("ablations", name): run for name, run in RECIPE.ABLATIONS.items()},
    **{("positions", name): run for name, run in RECIPE.POSITIONS.items()},
    **{("capstone", name): run for name, (run, _) in RECIPE.CAPSTONE.items()},
}


@pytest.fixture(scope="module")
def learn():
    return RECIPE.texts()[0]


@pytest.mark.parametrize(("part", "name"), RUNS)
def test_the_first_steps_of_every_measured_training_come_out_as_measured(learn, part, name):
    losses = [loss for _, loss, _ in RECIPE.train(RUNS[part, name], learn, steps=RECIPE.FIRST)]
    assert losses == pytest.approx(MEASURED[part][name]["first"], rel=2e-4), f"{part}, {name}{STALE.get(part, '')}"


def test_the_file_says_which_code_made_each_part_and_what_is_stale():
    for part, note in STALE.items():
        print(part + note)
    assert set(MEASURED["code"]) == set(RECIPE.PARTS) <= set(MEASURED)
    assert MEASURED["machine"] and MEASURED["numpy"]


def held_out(name):
    return MEASURED["ablations"][name]["held_out"]


def test_what_the_ablations_teach():
    unigram, bigram = (MEASURED["ladder"][k]["held_out"] for k in range(2))
    assert held_out("8 layers, no residual") == pytest.approx(unigram, abs=0.01)  # letter frequencies are all it has
    assert held_out("no residual") > bigram  # two layers get nearly as far as counting pairs
    assert held_out("no positions") - held_out("none") > 0.2
    assert held_out("no mask") < 0.5  # it reads the answer
    for harmless in ("no norm", "no feed-forward", "no scale", "no clipping"):
        assert abs(held_out(harmless) - held_out("none")) < 0.2
    assert held_out("rate 1") > 3.0 and held_out("rate 0.0001") > 2.3


def test_what_the_positions_teach():
    schemes = MEASURED["positions"]
    within, beyond = 2, 5  # places 32 … 63, and 128 … 255 where no training text reached
    assert schemes["none"]["held_out"] - schemes["rope"]["held_out"] > 0.3
    assert schemes["alibi"]["by_place"][beyond] < schemes["alibi"]["by_place"][within] + 0.02
    assert schemes["rope"]["by_place"][beyond] > schemes["rope"]["by_place"][within] + 1.0
    assert schemes["rope"]["by_place_ntk_4"][beyond] < schemes["rope"]["by_place"][beyond] - 0.5
    assert schemes["sinusoidal"]["by_place"][beyond] > 3.0


def test_the_capstone_climbs_the_ladder():
    rungs = [rung["held_out"] for rung in MEASURED["ladder"]]
    for name, beaten in (("small", 3), ("medium", 5), ("large", 5)):
        curve = [point["held_out"] for point in MEASURED["capstone"][name]["curve"]]
        assert curve[-1] < rungs[beaten - 1]
        assert curve[-1] == min(curve)
