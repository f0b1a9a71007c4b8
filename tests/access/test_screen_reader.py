"""A screen reader, played from another process over the real accessibility bus, finds no question that ends us.

    python3 run.py test -m access tests/access                     every place, about five minutes
    GLASSBOX_READER_SEED=7 python3 run.py test -m access …         other acts
    GLASSBOX_READER_REPLAY=…/acts.jsonl python3 run.py test …      what was done when it failed, again

It walks the whole tree of the home page and of every experiment, asks every object everything, presses and moves what
it finds, and closes by Escape what opens. `reader/interaction.py` has the written list of what is left alone.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lab import catalog

PLACES = ("home", *(experiment.id for experiment in catalog.experiments()))
SEED = os.environ.get("GLASSBOX_READER_SEED", "1")
ACTS = os.environ.get("GLASSBOX_READER_ACTS", "50")
REPLAY = os.environ.get("GLASSBOX_READER_REPLAY", "")


@pytest.mark.access
@pytest.mark.parametrize("place", PLACES)
def test_a_screen_reader_can_ask_and_press_everything(
    place: str, folder: Path, sitting: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    again = ["--replay", REPLAY] if REPLAY else []
    check(sitting(folder, place, "--seed", SEED, "--acts", ACTS, *again), folder)


@pytest.mark.access
@pytest.mark.parametrize("place", ["gradient-descent", "attention"])
def test_parts_headings_links_and_where_keys_lead_are_heard(
    place: str, folder: Path, sitting: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    check(sitting(folder, place, "--hear"), folder)


def check(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    """The sitting found nothing wrong."""
    if done.returncode:
        folder.joinpath("failed").touch()
        last = [path.read_text("utf-8", "replace")[-2500:] for path in sorted(folder.glob("*.*")) if path.is_file()]
        pytest.fail("\n".join([done.stdout, done.stderr[-2500:], f"kept in {folder}:", *last]), pytrace=False)
    print(done.stdout.strip())
