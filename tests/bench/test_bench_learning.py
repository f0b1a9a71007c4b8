"""How soon a small language model needs 2.0 nats a character, and the share of PyTorch's processor time that is, with
the same weights, batches and rates in the same rounds. Nothing fails on a time; run with -s to see the figures."""

import json
import math
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from lab.bench.learning import GOAL, RECIPE, figures, first_weights, learned, starts, texts
from lab.engine.transformer.positions import rope_tables

PYTHONS = [os.environ.get("GLASSBOX_TORCH_PYTHON", ""), sys.executable, "/usr/bin/python3"]
HOW = "PyTorch is not here: apt-get install python3-torch, or GLASSBOX_TORCH_PYTHON=a Python that has it"


def python_with_torch():
    """The first Python that imports PyTorch; "" when none does."""
    asked = (name for name in PYTHONS if name and Path(name).exists())
    return next((name for name in asked if not subprocess.run([name, "-c", "import torch"], stderr=-3).returncode), "")


def beside(python, recipe, seed, folder):
    """What PyTorch takes for a training, and what it reaches."""
    learn, judge = texts()
    weights = {f"w:{name}": values for name, values in first_weights(recipe, seed).items()}
    rates = np.array([recipe.schedule(step) for step in range(recipe.steps)])
    data = folder / "recipe.npz"
    np.savez(data, learn=learn, judge=judge, starts=starts(recipe, len(learn), seed), rates=rates, **weights)
    cos, sin = (table.tolist() for table in rope_tables(recipe.config.context, recipe.config.d_head))
    plan = folder / "plan.json"
    plan.write_text(json.dumps(asdict(recipe.config) | {"clip": recipe.clip, "cos": cos, "sin": sin}), "utf-8")
    script = Path(__file__).with_name("pytorch_beside.py")
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([python, str(script), str(data), str(plan)], capture_output=True, text=True, env=one_thread)
    assert not done.returncode, done.stderr[-600:]
    return json.loads(done.stdout)


@pytest.mark.bench
def test_the_time_to_two_nats_is_measured(tmp_path):
    for name, value in figures(rounds=1).items():
        print(f"{name}: {value:,.4g}")
    python, ratios = python_with_torch(), []
    for seed in range(5 if python else 0):
        with threadpool_limits(1, user_api="blas"):
            seconds, nats = learned(seed=seed)
        theirs = beside(python, RECIPE, seed, tmp_path)
        ratios.append(seconds / theirs["seconds"])
        print(f"  {seconds:5.2f} s, {nats:.4f} nats; PyTorch {theirs['seconds']:5.2f} s, {theirs['held_out']:.4f} nats")
        assert nats == pytest.approx(theirs["held_out"], abs=0.03)
    if ratios:
        share = " / ".join(f"{ratio:.2f}" for ratio in (min(ratios), median(ratios), max(ratios)))
        print(f"share of the time of PyTorch {theirs['torch']}, min / median / max: {share}")
    else:
        print(HOW)


@pytest.mark.bench
def test_the_recipe_reaches_its_goal():
    assert median(learned(seed=seed)[1] for seed in range(3)) <= GOAL


def test_a_short_training_learns_and_the_same_seed_gives_the_same_batches():
    short = replace(RECIPE, steps=30, warmup=5)
    seconds, nats = learned(short)
    assert seconds > 0.0 and 2.0 < nats < math.log(short.config.vocab_size) - 0.5
    assert np.array_equal(starts(short, 1_000, 3), starts(short, 1_000, 3))
    assert not np.array_equal(starts(short, 1_000, 3), starts(short, 1_000, 4))
    assert starts(short, 1_000).max() + short.config.context < 1_000
