"""Opening the pack of SmolLM2: on a thread of its own, once for all, with a sentence where it cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.core.pieces import result_of
from lab.engine.pretrained.llama_int8 import convert
from lab.engine.pretrained.smollm2 import CAPACITY
from lab.kit import smollm2
from lab.kit.language_models import OpeningSmolLM2
from lab.kit.smollm2 import Opening, opening_smollm2, waiting_for
from tests.engine.pretrained_files import CONTEXT, tiny_gguf


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of a tiny model of the same kind."""
    path = tmp_path / "pack.safetensors"
    assert convert(tiny_gguf(tmp_path / "tiny.gguf"), path)
    return path


def test_it_is_opened_once_and_every_run_has_a_cache_of_its_own(pack: Path) -> None:
    opened = [result_of(waiting_for(Opening(pack, lambda opened: opened))) for _run in range(2)]
    assert opened[0] is not None and opened[0] is opened[1]
    one, other = opened[0].llama(), opened[0].llama()
    one.step(3)
    assert (one.length, other.length) == (1, 0) and one.capacity == min(CAPACITY, CONTEXT)
    assert [opened[0].llama(capacity).capacity for capacity in (7, CONTEXT, CONTEXT + 1)] == [7, CONTEXT, CONTEXT]


def test_what_is_waited_for_says_how_far_it_is_and_is_there_in_the_end() -> None:
    class Slow:
        error, left = "", 4

        def model(self) -> str | None:
            self.left -= 1
            return None if self.left else "model"

    waiting, shares = waiting_for(Slow()), list[float]()
    with pytest.raises(StopIteration) as end:
        while True:
            shares.append(next(waiting))
    assert end.value.value == "model" and len(shares) == 3
    assert shares == sorted(set(shares)) and shares[0] > 0 and shares[-1] < 1


@pytest.mark.parametrize("content", [None, b"no model"])
def test_what_cannot_be_opened_has_a_sentence_in_every_way_of_waiting(
    tmp_path: Path, content: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gone.safetensors"
    if content is not None:
        path.write_bytes(content)
    opening = OpeningSmolLM2(path)
    assert result_of(waiting_for(opening)) is None and opening.error
    with pytest.raises(ValueError) as now:
        opening.now()
    monkeypatch.setattr(smollm2, "smollm2_path", lambda: path)
    with pytest.raises(ValueError) as engine:
        result_of(opening_smollm2(16))
    assert str(now.value) == str(engine.value) == opening.error


def test_without_a_pack_the_engines_model_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm2, "smollm2_path", lambda: None)
    with pytest.raises(ValueError, match="add its model pack"):
        result_of(opening_smollm2(16))


def test_the_model_that_is_asked_and_the_engines_are_the_same(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm2, "smollm2_path", lambda: pack)
    llama, tokenizer = result_of(opening_smollm2(16))
    asked = OpeningSmolLM2(pack).now()
    ids = tokenizer.encode("the and")
    for _share in asked.reading(ids):
        pass
    for token in ids:
        scores = llama.step(token)
    assert asked.scores.tolist() == scores.tolist() and asked.encode("the and")[0] == ids
    assert asked.size == len(scores)
