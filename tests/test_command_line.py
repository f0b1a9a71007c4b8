"""The command line: what it prints, and one clear line for everything that is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lab import catalog
from lab.arguments import Call
from lab.catalog import find
from lab.commands import story_of

ROOT = Path(__file__).resolve().parents[1]


def glassbox(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-P", "-m", "lab", *words],
        capture_output=True,
        text=True,
        env=settings,
        cwd=cwd or ROOT,
        timeout=120,
    )


def test_list_names_every_experiment() -> None:
    done = glassbox("list")
    assert done.returncode == 0
    assert all(e.id in done.stdout for e in catalog.experiments())


def test_list_as_json_describes_every_control() -> None:
    cards = json.loads(glassbox("list", "--json").stdout)
    card = next(c for c in cards if c["id"] == "gradient-descent")
    rate = next(c for c in card["controls"] if c["name"] == "learning_rate")
    assert rate["kind"] == "float"
    assert rate["lo"] < rate["default"] < rate["hi"]
    assert card["presets"]
    assert card["challenges"]
    assert card["breaks"]
    assert card["chapter"] == "Foundations"


def test_run_prints_what_the_window_would_show() -> None:
    words = ("run", "gradient-descent", "--preset", "course", "--steps", "100", "--seed", "3", "--json")
    first, second = glassbox(*words), glassbox(*words)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    result = json.loads(first.stdout)
    assert list(result) == ["id", "seed", "step", "params", "metrics", "summary"]
    assert (result["id"], result["seed"], result["step"]) == ("gradient-descent", 3, 100)
    assert result["metrics"]["distance_share"] == pytest.approx(0.98**100)


def test_infinite_numbers_are_words_in_json() -> None:
    done = glassbox(
        "run", "gradient-descent", "--set", "surface=bowl", "--set", "learning_rate=900", "--steps", "400", "--json"
    )
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("run", "nowhere"), "there is no experiment 'nowhere'"),
        (("run", "gradient-descent", "--set", "speed=1"), "gradient-descent: --set speed: there is no such control"),
        (("run", "gradient-descent", "--set", "learning_rate=1e9"), "learning_rate: must lie between"),
        (("run", "gradient-descent", "--set", "learning_rate=fast"), "learning_rate: “fast” is not a number"),
        (("run", "gradient-descent", "--set", "learning_rate"), "--set: must look like name=value"),
        (("run", "gradient-descent", "--set", "surface=received"), "gradient-descent: --set surface:"),
        (("run", "gradient-descent", "--preset", "none"), "there is no preset 'none'"),
        (("run", "gradient-descent", "--steps", "-1"), "--steps: must be a whole number"),
        (("run", "gradient-descent", "--seed", "x"), "--seed: must be a whole number"),
        (("run",), "required: ID"),
        (("shot", "--out", "no/such/folder/x.png"), "--out:"),
        (("shot", "--size", "big", "--out", "x.png"), "--size: must look like 1366x768"),
        (("shot", "--size", "²00x300", "--out", "x.png"), "--size: must look like 1366x768"),
        (("shot",), "--out"),
        (("--text-size", "5", "list"), "--text-size: must lie between 90 and 200"),
        (("--lang", "xx", "list"), "--lang: no translation 'xx'"),
        (("--classroom", "none.ini", "list"), "--classroom: there is no file"),
        (("list", "--loud"), "--loud"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_code_two(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = glassbox(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_a_picture_of_the_home_page_and_of_an_experiment(tmp_path: Path) -> None:
    from PIL import Image

    done = glassbox("shot", "--size", "1366x768", "--out", str(tmp_path / "home.png"))
    assert done.returncode == 0, done.stderr
    done = glassbox("--theme", "dark", "shot", "gradient-descent", "--steps", "5", "--out", str(tmp_path / "x.png"))
    assert done.returncode == 0, done.stderr
    for name in ("home.png", "x.png"):
        picture = Image.open(tmp_path / name)
        assert picture.size == (1366, 768)
        assert len(picture.convert("RGB").getcolors(10**7) or ()) > 100


def test_the_story_of_a_state_goes_with_its_picture_unless_something_in_it_was_changed() -> None:
    descent = find("gradient-descent")
    specification = descent.load()
    shot = Call("shot", ("gradient-descent",), preset="escape")
    story = specification.preset("escape").story
    assert story and story_of(descent, shot) == story_of(descent, replace(shot, steps=9)) == story
    assert story_of(descent, replace(shot, seed=3)) == ""
    assert story_of(descent, replace(shot, values=(("learning_rate", "0.2"),))) == ""
    assert story_of(descent, replace(shot, preset="", breaking="nan")) == specification.breaking("nan").expect
    assert story_of(descent, replace(shot, preset="")) == ""


def test_a_picture_of_a_preset_shows_its_story_under_the_plots(tmp_path: Path) -> None:
    from PIL import Image, ImageChops

    told, untold = tmp_path / "told.png", tmp_path / "untold.png"
    for path, change in ((told, ()), (untold, ("--set", "beta=0.9"))):  # the value that it has anyway
        done = glassbox("shot", "gradient-descent", "--preset", "escape", *change, "--out", str(path))
        assert done.returncode == 0, done.stderr
    row = (30, 630, 730, 668)
    one, other = (Image.open(path).convert("RGB").crop(row) for path in (told, untold))
    assert ImageChops.difference(one, other).getbbox() is not None


def test_the_self_test_passes() -> None:
    done = glassbox("check", "gradient-descent")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[0].startswith("ok")


def test_packs_are_listed_added_and_removed(tmp_path: Path) -> None:
    listed = glassbox("--data", str(tmp_path), "packs")
    assert listed.returncode == 0
    assert "minilm-l6-int8.npz" in listed.stdout
    assert "not added" in listed.stdout
    wrong = tmp_path / "model.gguf"
    wrong.write_bytes(b"GGUF")
    for words, message in (
        (("packs", "add", str(wrong)), "packs: model.gguf has 4 bytes"),
        (("packs", "add", str(tmp_path / "gone.whl")), "packs: gone.whl: there is no such file"),
        (("packs", "remove", "smollm2"), "packs: smollm2 is not added"),
        (("packs", "remove", "minilm"), "packs: minilm comes with the lab"),
        (("packs", "remove", "gpt5"), "packs: there is no pack 'gpt5'"),
        (("packs", "fetch"), "packs: takes nothing, add FILE, or remove ID"),
    ):
        done = glassbox("--data", str(tmp_path), *words)
        assert done.returncode == 2
        assert message in done.stderr
        assert "Traceback" not in done.stderr
