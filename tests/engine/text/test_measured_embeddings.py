"""The figures of embeddings: what learns is replayed for its first steps, what is only looked up is measured again, and
what the lesson says of the whole is checked against them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
MEASURED = json.loads((ROOT / "assets" / "data" / "measured_embeddings.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def measure() -> Any:
    spec = importlib.util.spec_from_file_location("measure_embeddings", ROOT / "build" / "measure_embeddings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("row", MEASURED["company"], ids=lambda row: f"{row['text']}-{row['seed']}")
def test_the_first_hundred_steps_are_as_measured(measure: Any, row: Any) -> None:
    assert measure.cosines(measure.EARLY, row["seed"], corpus=row["text"]) == pytest.approx(row["early"], abs=0.01)


def test_company_decides_who_is_near_whatever_the_start() -> None:
    for row in MEASURED["company"]:
        king, rice, soup = row["late"]
        assert soup > 0.9
        assert (king > 0.9 > 0.2 > rice) if row["text"] == "toy" else (rice > 0.9 > 0.3 > king)


def test_the_nearest_to_a_are_mostly_vowels() -> None:
    assert all(row["vowels"] >= 4 for row in MEASURED["letters"])


@pytest.mark.parametrize("part", ["analogies", "maps", "senses"])
def test_what_is_looked_up_is_as_measured(measure: Any, part: str) -> None:
    for row, again in zip(MEASURED[part], measure.PARTS[part](), strict=True):
        for name, value in row.items():
            assert again[name] == (value if isinstance(value, str) else pytest.approx(value, abs=0.01)), name


def test_analogies_need_the_rule_in_every_kind() -> None:
    assert sum(row["excluded"] for row in MEASURED["analogies"]) == 153
    assert sum(row["included"] for row in MEASURED["analogies"]) == 85
    assert all(row["excluded"] > row["included"] for row in MEASURED["analogies"])


def test_the_first_draw_of_cheaper_vectors_is_as_measured(measure: Any) -> None:
    for row, again in zip(MEASURED["compact"], measure.compact(1), strict=True):
        assert again["recall"][0] == pytest.approx(row["recall"][0], abs=0.01)


def test_signs_alone_find_four_of_ten_and_more_than_a_quarter_of_the_numbers() -> None:
    recall = {row["scheme"]: row["recall"] for row in MEASURED["compact"]}
    for seed in range(5):
        assert 0.38 < recall["binary"][seed] < 0.48
        assert recall["binary"][seed] > recall["first_25"][seed]
