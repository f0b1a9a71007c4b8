"""Evaluation, the pages on language models: perplexity, bits, and a test that leaked."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.engine.basics.activations import log_softmax
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward
from lab.engine.measuring.contamination import least_error, min_k
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e24_evaluation import passages
from lab.experiments.e24_evaluation.cheat import LENGTH, OTHERS, PASSAGES
from lab.experiments.e24_evaluation.compress import PIECES
from lab.experiments.e24_evaluation.numbers_typed import typed
from lab.experiments.e24_evaluation.rounding import normal_weights, rounded_model
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.language_models import HouseModel, house_lm
from tests.asking import hidden_of, metrics_of, sentence_of, unavailable_of, unused_of, why_of
from tests.challenges import judged

SPECIFICATION = find("evaluation").load()


def framed(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, (), steps)).snapshot()


def numbers(steps: int = 0, seed: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, seed, **values))


# -------------------------------------------------------------------------------------------- perplexity


def test_five_logarithms_are_a_choice_among_about_six() -> None:
    frame = framed(topic="perplexity", passage="numbers")
    found = metrics_of(frame)
    assert found["perplexity"] == pytest.approx(math.exp(8.9 / 5)) and round(found["perplexity"], 2) == 5.93
    assert found["bits_byte"] is None and "5.93" in sentence_of(frame)
    term = why_of(frame, "perplexity")
    assert term is not None and term.value == pytest.approx(found["perplexity"])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("-1 -2", (-1.0, -2.0)), ("−2,5; 0", (-2.5, 0.0)), ("-1000", (-1000.0,)), (" ".join(["-1"] * 40), (-1.0,) * 40)],
)
def test_logarithms_are_typed_in_many_ways(text: str, wanted: tuple[float, ...]) -> None:
    assert typed(text) == wanted


@pytest.mark.parametrize("text", ["", "0.1", "-1001", "-1 cat", " ".join(["-1"] * 41)])
def test_what_is_no_logarithm_of_a_probability_is_refused(text: str) -> None:
    with pytest.raises(ParamError, match="logs"):
        checked(Params, {"logs": text})


def test_better_readers_are_less_surprised() -> None:
    found = numbers(7, topic="perplexity")
    bits = [found[f"bits_{name}"] for name in ("unigram", "bigram", "trigram", "fourgram", "fivegram", "house")]
    assert bits == sorted(bits, reverse=True) and found["bits_received"] is None


def test_a_reading_is_what_the_model_says_of_the_whole_text() -> None:
    text = "The cat sat on the mat."
    page = framed(7, topic="perplexity", passage="own", own=text).page
    model = house_lm("main")
    ids = np.array(model.tokenizer.encode(text))
    logs = log_softmax(np.asarray(forward(model.parameters, ids[None]).logits, np.float64))[0]
    wanted = np.append(-math.log(64), logs[np.arange(len(ids) - 1), ids[1:]])
    assert np.allclose(page.of("house").logs, wanted, atol=1e-4)
    assert page.per_byte("house") == pytest.approx(-wanted.sum() / math.log(2) / len(text), rel=1e-4)


def test_the_last_who_read_is_shown_until_the_chosen_one_has() -> None:
    page = framed(2, topic="perplexity").page
    assert page.who == "bigram" and page.shown is page.of("bigram")
    assert framed(2, topic="perplexity", reader="unigram").page.who == "unigram"
    assert framed(topic="perplexity").page.shown is None and framed(topic="perplexity").page.who == ""


class Slowly:
    """What is opened in place of SmolLM2: a model, after a few rests, or none for a reason."""

    def __init__(self, error: str = "") -> None:
        self.error, self.asked = error, 0

    def model(self) -> HouseModel | None:
        self.asked += 1
        return HouseModel(house_lm("drafter")) if self.asked > 2 and not self.error else None


def with_pack(monkeypatch: pytest.MonkeyPatch, error: str = "") -> None:
    monkeypatch.setattr(passages, "smollm2_path", lambda: Path("pack"))
    monkeypatch.setattr(passages, "OpeningSmolLM2", lambda _path, _tuned: Slowly(error))


def test_smollm2_reads_last_where_its_pack_is(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = framed(8, topic="perplexity", passage="own")
    assert "add its model pack" in sentence_of(alone) and "smollm2" not in alone.page.names
    assert unavailable_of(alone)["reader"] == ("received", "smollm2") and metrics_of(alone)["bits_smollm2"] is None
    with_pack(monkeypatch)
    made = played(SPECIFICATION, Setting({"topic": "perplexity", "passage": "own", "reader": "smollm2"}, 0, (), 8))
    frame = made.snapshot()
    assert made.done and frame.page.who == "smollm2" and "model pack" not in sentence_of(frame)
    assert unavailable_of(frame)["reader"] == ("received",) and metrics_of(frame)["bits_smollm2"] > 0
    monkeypatch.undo()
    away = built(SPECIFICATION, checked(Params, {"topic": "perplexity", "passage": "own"}), 5)
    away.load(made.save())
    assert metrics_of(away.snapshot())["bits_smollm2"] == metrics_of(frame)["bits_smollm2"] and away.done


def test_a_pack_that_cannot_be_opened_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with_pack(monkeypatch, "broken")
    made = built(SPECIFICATION, checked(Params, {"topic": "perplexity", "passage": "own"}), 0)
    for _piece in range(2000):
        made.step()
    assert made.done and made.steps == 7 and "smollm2" not in made.snapshot().page.names


def test_a_text_of_unknown_letters_is_still_a_text() -> None:
    assert len(framed(7, topic="perplexity", passage="own", own="é").page.shown.tokens) == 2


def test_a_reading_goes_on_after_a_load() -> None:
    a = played(SPECIFICATION, Setting({"topic": "perplexity"}, 0, (), 3))
    b = built(SPECIFICATION, checked(Params, {"topic": "perplexity"}), 5)
    b.load(a.save())
    advance(a), advance(b)
    assert metrics_of(a.snapshot()) == metrics_of(b.snapshot())
    state = a.save()
    broken = {**state["part"]["read"], "unigram": {**state["part"]["read"]["unigram"], "logs": np.zeros(3)}}
    with pytest.raises(ValueError, match="unigram"):
        b.load({**state, "part": {"read": broken}})


def sent(**config: Any) -> Artifact:
    plan = LMConfig(27, 32, 16, 2, 1, 32, "rope", **config)
    parameters = init_parameters(plan, np.random.default_rng(0))
    tokenizer = CharTokenizer(" abcdefghijklmnopqrstuvwxyz")
    return Artifact("language-model", "sent", lm_to_data(SavedLM(parameters, tokenizer, {})))


def test_a_model_that_was_sent_reads_last_and_is_rounded() -> None:
    made = built(SPECIFICATION, checked(Params, {"topic": "perplexity", "reader": "received"}), 0, (sent(),))
    for _step in range(8):
        advance(made)
    assert made.done and made.snapshot().page.who == "received" and made.snapshot().model
    bits = built(SPECIFICATION, checked(Params, {"topic": "bits", "weights": "received"}), 0, (sent(),))
    advance(bits)
    assert bits.snapshot().page.parts == ("embedding", "block0") and bits.snapshot().page.worse is not None


def test_a_model_that_looks_ahead_is_refused() -> None:
    assert SPECIFICATION.refuses(sent()) == ""
    assert "mask" in SPECIFICATION.refuses(sent(causal=False))
    assert SPECIFICATION.suited(sent())["topic"] == "perplexity"


def test_a_model_that_was_never_sent_is_neither_rounded_nor_read() -> None:
    with pytest.raises(ParamError, match="weights"):
        framed(weights="received")
    assert unavailable_of(framed())["reader"] == ("received",) == unavailable_of(framed())["weights"]
    with pytest.raises(ParamError, match="reader"):
        framed(topic="perplexity", reader="received")


# -------------------------------------------------------------------------------------------------- bits


@pytest.mark.parametrize(
    ("values", "rmse", "zeros"),
    [
        ({"bits": "8"}, 0.0104, None),
        ({"bits": "4"}, 0.187, None),
        ({"bits": "4", "per": "group", "group": 64}, 0.108, None),
        ({"bits": "2"}, 0.97, None),
        ({"bits": "8", "outlier": 100.0}, 0.227, 0.30),
        ({"bits": "4", "outlier": 100.0}, 1.0, 1.0),
    ],
)
def test_random_weights_lose_what_the_course_says(values: dict[str, Any], rmse: float, zeros: float | None) -> None:
    found = numbers(topic="bits", weights="normal", **values)
    assert found["rmse"] == pytest.approx(rmse, rel=0.01)
    assert zeros is None or found["zeros"] == pytest.approx(zeros, abs=0.01)


def test_seven_billion_weights_take_14_and_3_and_a_half() -> None:
    assert numbers(topic="bits", bits="16")["seven"] == 14.0
    assert numbers(topic="bits", weights="normal", bits="4")["seven"] == pytest.approx(3.5, abs=1e-3)


def test_groups_keep_an_outlier_from_spoiling_the_rest() -> None:
    spoiled = numbers(topic="bits", weights="normal", bits="4", outlier=100.0)
    saved = numbers(topic="bits", weights="normal", bits="4", outlier=100.0, per="group")
    assert saved["rmse"] < 0.12 < spoiled["rmse"] and saved["zeros"] < 0.2


def test_one_part_is_rounded_alone() -> None:
    whole = house_lm("main").parameters
    params = checked(Params, {"topic": "bits", "bits": "4"})
    made, size = rounded_model(whole, params, "block1")
    for name, tensor in made.items():
        assert np.array_equal(tensor, np.asarray(whole[name], np.float32)) != (
            name.startswith("block1.") and tensor.ndim == 2
        ), name
    assert rounded_model(whole, params)[1] < size < 2 * whole.flat.size


def test_sixteen_bits_cost_nothing_and_two_cost_most_of_it() -> None:
    worse = [numbers(1, topic="bits", bits=bits)["worse"] for bits in ("16", "8", "4", "2")]
    assert abs(worse[0]) < 0.1 and abs(worse[1]) < 1 < worse[2] < worse[3]


def test_a_measurement_goes_on_after_a_load_and_ends() -> None:
    a = played(SPECIFICATION, Setting({"topic": "bits"}, 0, (), 2))
    b = built(SPECIFICATION, checked(Params, {"topic": "bits"}), 5)
    b.load(a.save())
    advance(a), advance(b)
    assert metrics_of(a.snapshot()) == metrics_of(b.snapshot())
    with pytest.raises(ValueError, match="sums"):
        b.load({**a.save(), "part": {"sums": np.zeros(3), "pieces": 1}})
    with pytest.raises(ValueError, match="pieces"):
        b.load({**a.save(), "part": {**a.save()["part"], "pieces": PIECES + 1}})


def test_random_weights_are_done_at_once() -> None:
    assert played(SPECIFICATION, Setting({"topic": "bits", "weights": "normal"})).done
    assert not normal_weights(0.0).flags.writeable


def test_small() -> None:
    goal = "evaluation/small"
    assert judged(goal) == "done"
    page = framed(4, topic="bits", bits="4", per="group", group=16).page

    def with_page(size: float, worse: float) -> str:
        losses = page.losses.copy()
        losses[1] = losses[0] + math.log1p(worse)
        return judged(goal, page=replace(page, size=round(size * page.whole), losses=losses))

    assert with_page(0.3999, 0.0299) == "done" and with_page(0.4001, 0.0299) == "open"
    assert with_page(0.3999, 0.0301) == "open"
    assert judged(goal, step=4) == "done" and judged(goal, step=3) == "open"
    assert judged(goal, params={"weights": "normal"}) == "failed"
    assert judged(goal, page=framed(topic="calibration").page) == "failed"


# -------------------------------------------------------------------------------------------------- leaks


def test_before_anything_leaked_the_detectors_guess() -> None:
    found = numbers(topic="cheat")
    assert min(found["error_copied"], found["error_min_k"], found["error_mean"]) > 0.4


def test_a_leak_word_for_word_is_found_by_all_and_only_the_leaked_are_learned() -> None:
    start, end = numbers(topic="cheat"), numbers(20, topic="cheat")
    assert end["error_copied"] == end["error_min_k"] == end["error_mean"] == 0.0
    assert end["leaked_loss"] < 0.6 * start["leaked_loss"] and end["clean_loss"] > 0.95 * start["clean_loss"]
    assert end["secret"] == math.log2(OTHERS + 1)


def test_a_leak_in_disguise_blinds_the_search_for_long_runs() -> None:
    found = numbers(20, topic="cheat", leak="changed")
    assert found["error_copied"] == 0.5 and found["error_mean"] < 0.1
    assert numbers(20, topic="cheat", leak="changed", run_length=8)["error_copied"] < 0.4


def test_the_detectors_are_those_of_the_engine() -> None:
    page = framed(4, topic="cheat", k_share=0.3).page
    assert page.logs.shape == (PASSAGES, LENGTH) and page.leaked.sum() == PASSAGES // 2
    assert page.errors[1] == least_error(page.leaked.astype(int), min_k(page.logs, 0.3))
    assert np.allclose(page.past[-1], [-page.logs[page.leaked].mean(), -page.logs[~page.leaked].mean()])


def test_a_model_that_cheats_goes_on_after_a_load() -> None:
    a = played(SPECIFICATION, Setting({"topic": "cheat"}, 2, (), 3))
    b = built(SPECIFICATION, checked(Params, {"topic": "cheat"}), 5)
    state = a.save()
    b.load(state)
    advance(a), advance(b)
    assert metrics_of(a.snapshot()) == metrics_of(b.snapshot())
    for damage in (
        {"flat": np.zeros(3)},
        {"past": np.zeros((0, 2))},
        {"past": np.zeros((62, 2))},
        {"logs": np.zeros(2)},
    ):
        with pytest.raises(ValueError, match="state"):
            b.load({**state, "part": {**state["part"], **damage}})


def test_controls_that_do_nothing_now_say_so() -> None:
    assert set(unused_of(framed(topic="bits"))) == {"group"}
    assert set(unused_of(framed(topic="bits", bits="16"))) == {"per", "group"}
    assert unused_of(framed(topic="bits", per="group")) == {}
    assert "outlier" in hidden_of(framed(topic="bits")) and "own" in hidden_of(framed(topic="perplexity"))
    assert "logs" not in hidden_of(framed(topic="perplexity", passage="numbers"))
