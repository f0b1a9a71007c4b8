"""The house models: two small Shakespeareans that share a tokenizer, trained by build/train_house_models.py.

The slice they are judged on here is every fourth window of the last tenth of the plays, which neither has read.
"""

from pathlib import Path

import numpy as np
import pytest

from lab.engine.lm.cached import CachedLM
from lab.engine.lm.data import consecutive_windows, split_held_out
from lab.engine.lm.fast import FastLM
from lab.engine.lm.file import load_lm
from lab.engine.lm.parameters import n_parameters

ASSETS = Path(__file__).parents[3] / "assets"
LIMITS = {"main": (1_000_000, 1.65), "drafter": (30_000, 1.80)}  # numbers at most, nats at most


@pytest.fixture(scope="module")
def house():
    return {name: load_lm(ASSETS / f"models/shakespeare-{name}.npz") for name in LIMITS}


@pytest.fixture(scope="module")
def judged(house):
    plays = (ASSETS / "data/shakespeare.txt").read_text("utf-8")
    _, judge = split_held_out(house["main"].tokenizer.encode_array(plays))
    ids, targets = consecutive_windows(judge, 128)
    return ids[::4], targets[::4]


@pytest.mark.parametrize("name", LIMITS)
def test_a_house_model_is_small_reads_the_held_out_plays_well_and_as_well_as_its_log_says(house, judged, name):
    model = house[name]
    numbers, nats = LIMITS[name]
    assert n_parameters(model.config) <= numbers
    assert (ASSETS / f"models/shakespeare-{name}.npz").stat().st_size < 2_000_000
    loss = FastLM(model.parameters, len(judged[0])).losses(*judged).mean()
    logged = model.info["curve"][-1]["held_out"]
    assert logged <= nats
    assert loss == pytest.approx(logged, abs=0.03)


def test_both_share_one_tokenizer_of_64_characters(house):
    alphabets = {model.tokenizer.alphabet for model in house.values()}
    assert len(alphabets) == 1 and len(alphabets.pop()) == 64


def test_the_drafter_remembers_its_youth_and_got_better_with_every_checkpoint(house, judged):
    drafter = house["drafter"]
    assert list(drafter.checkpoints) == [0, 30, 100, 300, 1_000, 3_000, 10_000]
    ids, targets = (a[:40] for a in judged)
    losses = [FastLM(p, 40).losses(ids, targets).mean() for p in (*drafter.checkpoints.values(), drafter.parameters)]
    assert losses[0] == pytest.approx(np.log(64), abs=0.05)
    assert losses == sorted(losses, reverse=True)


def test_the_log_holds_the_recipe_and_a_curve_with_held_out_points(house):
    for name, model in house.items():
        info = model.info
        assert info["name"] == name and info["seed"] == 1609 and info["held_out"] == "last 10 %"
        assert [point["step"] for point in info["curve"]][-1] == info["steps"]
        assert all(point["held_out"] > 0 for point in info["curve"])


def test_the_main_model_has_learned_to_spell(house):
    model = CachedLM(house["main"].parameters)
    encode, decode = house["main"].tokenizer.encode, house["main"].tokenizer.decode
    for start, letter in (("KING RICHARD II", "I"), ("Good morro", "w"), ("my lor", "d"), ("ROME", "O"), ("th", "e")):
        best = int(np.argmax(model.scores(encode("\n" + start))))
        assert decode([best]) == letter, start
