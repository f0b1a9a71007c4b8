"""The model through time: which moments are kept, what of them, and how one goes through them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import fields_of, replaced
from lab.core.simulation import Set
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.reference import forward, losses
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e25_capstone.moments import (
    LEAST,
    MOST,
    Album,
    places_of,
    shown_letters,
    thinned_out,
    vowels_found,
)
from lab.experiments.e25_capstone.settings import Params
from lab.experiments.e25_capstone.texts import EXAMPLE, prepared
from lab.experiments.e25_capstone.training import judging_due
from lab.experiments.e25_capstone.view import View
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of

SPECIFICATION = find("capstone").load()
SMALL_RUN = {"corpus": "own", "width": 16, "context": 32, "batch": 4, "steps": 60, "view": "time"}


def run(steps: int = 0, /, **values: Any) -> Any:
    return played(SPECIFICATION, Setting({**SMALL_RUN, **values}, 0, (), steps))


# ---------------------------------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("steps", "gone"),
    [([1, 10, 100], 1), ([1, 2, 100, 200], 1), ([1, 50, 100, 110], 2), ([1, 10, 11, 12, 100], 2)],
)
def test_the_moment_that_is_missed_least_goes(steps: list[int], gone: int) -> None:
    assert thinned_out(steps) == gone


def test_of_two_moments_none_goes() -> None:
    with pytest.raises(ValueError, match="of 2 steps"):
        thinned_out([1, 10])


def test_at_most_twenty_moments_are_kept_the_first_and_the_newest_among_them() -> None:
    text = prepared(EXAMPLE, "folded", None, 16)
    album, model = Album(text, [], 16), lm_from_data(run(1, width=8, context=16).offer("language-model").data)
    due = [step for step in range(1, 2601) if judging_due(step, 2600)]
    for number, step in enumerate(due, start=1):
        for _piece in album.taking(step, model.parameters, 2.0, ""):
            pass
        assert len(album) == min(number, MOST)
        kept = album.moments().steps.tolist()
        assert kept[0] == 1 and kept[-1] == step
    ratios = np.array(kept[1:]) / np.array(kept[:-1])
    assert len(due) > MOST and ratios[5:].max() < 2.0, "evenly in powers"


def test_a_picture_is_what_the_model_computes_at_that_step() -> None:
    simulation = run(60)
    moments = simulation.snapshot().page.moments
    model = lm_from_data(simulation.offer("language-model").data)
    ids = np.array(model.tokenizer.encode("".join(moments.tokens)))
    assert moments.steps.tolist() == [1, 10, 25, 50, 60] and len(ids) == 24
    trace = forward(model.parameters, ids[None, :])
    heads = trace.blocks[0].attention.attention.weights[0]
    assert moments.head(4, 0, 1) == pytest.approx(heads[1], abs=1e-5)
    assert moments.surprise[4] == pytest.approx(losses(trace, np.roll(ids, -1)[None, :])[0, :-1], rel=1e-5)
    page = simulation.snapshot().page
    assert moments.held_out[-1] == page.held_out and moments.texts[-1] == page.samples[-1].text


def test_the_pictures_take_far_less_than_the_weights_would() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "own", "steps": 100}, 0, (), 100))
    album = simulation.save()["training"]["album"]
    n = len(album["steps"])
    kept = sum(value.nbytes for value in album.values() if isinstance(value, np.ndarray))
    assert n == 5 and kept < n * 4 * simulation.snapshot().page.parameters / 4


@pytest.mark.parametrize(("length", "taken"), [(LEAST, True), (LEAST - 1, False)])
def test_a_prompt_is_read_where_it_is_long_enough(length: int, taken: bool) -> None:
    prompt = "the bird sang."[:length]
    tokens = "".join(run(1, prompt=prompt).snapshot().page.moments.tokens)
    assert (tokens == prompt) is taken
    assert taken or len(tokens) == 24


def test_the_text_that_is_read_stays_as_soon_as_there_is_a_picture() -> None:
    simulation = run(0)
    simulation.retune(replaced(simulation.snapshot().params, {"prompt": "the bird sang"}))
    advance(simulation)
    assert "".join(simulation.snapshot().page.moments.tokens) == "the bird sang"
    simulation.retune(replaced(simulation.snapshot().params, {"prompt": "the cat sat on the mat"}))
    advance(simulation)
    assert "".join(simulation.snapshot().page.moments.tokens) == "the bird sang"


def test_vowels_next_to_vowels_are_counted() -> None:
    rows = np.array([[1.0, 0.1], [5.0, 0.0], [0.1, 1.0], [0.0, 3.0], [0.0, 0.01]])
    assert vowels_found("aebcd", rows) == (2, 2), "only the direction counts"
    assert vowels_found("abecd", rows) == (0, 2)
    assert vowels_found("abcd ", rows) is None, "one vowel has no other"
    assert vowels_found("aei.o", rows) is None, "and a text of vowels says nothing"


def test_places_are_seen_from_the_side_of_the_last_picture() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(3, 12, 8)).astype(np.float32)
    places = places_of(rows)
    assert places.shape == (3, 12, 2) and places[-1].mean(axis=0) == pytest.approx(0, abs=1e-7)
    spread = places[-1].std(axis=0)
    assert spread[0] >= spread[1]
    assert places_of(rows * rng.uniform(0.5, 5, (3, 12, 1))) == pytest.approx(places, abs=1e-5)
    assert not places_of(np.full((2, 5, 4), np.nan)).any()


def test_the_map_shows_letters_or_all_tokens_where_those_are_few() -> None:
    text = "abcdefgh 12 "
    tokenizer = CharTokenizer.of(text)
    learn = tokenizer.encode_array(text)
    assert tokenizer.decode(shown_letters(tokenizer, learn).tolist()) == "abcdefgh"
    fewer = CharTokenizer.of("abcdefg 12 ")
    assert len(shown_letters(fewer, fewer.encode_array("abcdefg 12 "))) == fewer.size


# ------------------------------------------------------------------------------------------- the file


def test_the_pictures_go_on_from_a_file() -> None:
    whole, first, second = run(30), run(12), run(0)
    second.load(first.save())
    for _step in range(18):
        advance(second)
    a, b = whole.snapshot().page.moments, second.snapshot().page.moments
    assert a.steps.tolist() == b.steps.tolist() == [1, 10, 25]
    assert a.texts == b.texts and np.array_equal(a.attention, b.attention) and np.array_equal(a.places, b.places)
    assert np.array_equal(a.surprise, b.surprise) and np.array_equal(a.held_out, b.held_out)


def test_a_file_from_before_there_were_pictures_opens() -> None:
    state = run(12).save()
    del state["training"]["album"]
    simulation = run(0)
    simulation.load(state)
    assert len(simulation.snapshot().page.moments) == 0 and "No picture yet" in sentence_of(simulation.snapshot())
    for _step in range(13):
        advance(simulation)
    assert simulation.snapshot().page.moments.steps.tolist() == [25]


@pytest.mark.parametrize(
    "damage",
    [
        {"ids": np.array([0, 999])},
        {"ids": np.array([0])},
        {"texts": ["one"]},
        {"attention": np.zeros((2, 1, 2, 5, 5), np.uint16)},
        {"rows": np.zeros((2, 3, 16), np.float32)},
        {"surprise": np.zeros((1, 23), np.float32)},
    ],
)
def test_damaged_pictures_are_refused(damage: dict[str, Any]) -> None:
    simulation = run(12)
    state = simulation.save()
    state["training"] = state["training"] | {"album": state["training"]["album"] | damage}
    with pytest.raises(ValueError, match="pictures"):
        simulation.load(state)


# ------------------------------------------------------------------------------------------ the words


def test_a_moment_is_the_last_picture_that_is_not_later() -> None:
    moments = run(60).snapshot().page.moments
    assert [moments.at(step) for step in (0, 1, 9, 10, 24, 25, 59, 60, 5000)] == [4, 0, 0, 1, 1, 2, 3, 4, 4]
    assert run(0).snapshot().page.moments.at(0) == -1


def test_numbers_and_sentence_are_of_the_moment() -> None:
    simulation = run(60, moment=30)
    frame = simulation.snapshot()
    found, moments = metrics_of(frame), frame.page.moments
    assert found["picture_step"] == 25 and found["pictures"] == 5
    assert found["picture_loss"] == moments.held_out[2]
    assert found["picture_surprise"] == pytest.approx(moments.surprise[2].mean(), rel=1e-6)
    assert found["picture_vowels"] == moments.vowels[2][0]
    assert sentence_of(frame).startswith("Step 25:") and "of 5 vowels" in sentence_of(frame)
    simulation.retune(replaced(frame.params, {"moment": 0}))
    assert metrics_of(simulation.snapshot())["picture_step"] == 60
    assert metrics_of(run(0).snapshot())["picture_step"] is None


def test_a_head_looks_back_as_far_as_its_weights_say() -> None:
    frame = run(60, seen_head=2).snapshot()
    weights = frame.page.moments.head(4, 0, 1)
    far = [sum(w * (i - j) for j, w in enumerate(row)) for i, row in enumerate(weights)]
    assert metrics_of(frame)["picture_reach"] == pytest.approx(np.mean(far))
    last = run(60, seen_head=8, seen_layer=6).snapshot()
    assert metrics_of(last)["picture_reach"] == metrics_of(frame)["picture_reach"], "heads it has not: the last one"


def test_the_curve_is_that_of_the_text_shown() -> None:
    frame = run(60).snapshot()
    *_others, shown = curves_of(frame)
    assert shown.x.tolist() == [1, 10, 25, 50, 60]
    assert shown.y == pytest.approx(frame.page.moments.surprise.mean(axis=1))
    assert len(curves_of(run(60, view="train").snapshot())) == 3


def test_what_is_looked_at_is_chosen_only_where_it_is_seen() -> None:
    choices = {"moment", "seen_layer", "seen_head"}
    assert not choices & hidden_of(run().snapshot())
    assert choices <= hidden_of(run(view="train").snapshot())
    assert all(field.shows for field in fields_of(Params) if field.name in choices | {"view"})


# ---------------------------------------------------------------------------------------- the picture


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 560)
    made.show()
    return made


def heard_of(view: View) -> list[Any]:
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    return heard


def test_the_scrubber_asks_for_moments_and_its_end_for_the_newest(view: View) -> None:
    view.show_frame(run(60).snapshot())
    page, heard = view.page("time"), heard_of(view)
    assert page.scrubber.position() == 4 and page.scrubber.name_of(1) == "step 10"
    page.scrubber.setValue(1)
    page.scrubber.setValue(4)
    assert heard == [Set({"moment": 10}), Set({"moment": 0})]


def test_another_moment_is_another_picture(view: View) -> None:
    simulation = run(60)
    view.show_frame(simulation.snapshot())
    page = view.page("time")
    late, places = page.matrix.values(), page.map.spots().places
    simulation.retune(replaced(simulation.snapshot().params, {"moment": 1}))
    view.show_frame(simulation.snapshot())
    moments = simulation.snapshot().page.moments
    assert np.array_equal(page.matrix.values(), moments.head(0, 0, 0)) and not np.array_equal(
        late, page.matrix.values()
    )
    assert np.array_equal(page.map.spots().places, moments.places[0]) and not np.array_equal(places, moments.places[0])
    assert page.stream.summary() == f"1: {moments.texts[0]}" and page.scrubber.position() == 0


def test_a_small_picture_chooses_its_head(view: View) -> None:
    view.show_frame(run(60).snapshot())
    page, heard = view.page("time"), heard_of(view)
    page.heads.pressed.emit(0, 1)
    page.heads.pressed.emit(-1, -1)
    assert heard == [Set({"seen_layer": 1, "seen_head": 2})]
    view.show_frame(run(60, seen_head=2).snapshot())
    assert page.heads.chosen() == (0, 1)


def test_vowels_have_a_colour_of_their_own(view: View) -> None:
    view.show_frame(run(60).snapshot())
    spots = view.page("time").map.spots()
    tones = dict(zip(spots.names, spots.tones))
    assert {tones[letter] for letter in "aeiou"} == {0} and {tones[letter] for letter in "bcdf"} == {1}


def test_both_views_are_of_one_training(view: View) -> None:
    view.show_frame(run(60).snapshot())
    heard = heard_of(view)
    view.chips.chosen.emit("train")
    view.chips.chosen.emit("scaling")
    assert heard == [Set({"view": "train"}), Set({"page": "scaling"})]


def test_before_the_first_picture_one_is_told_to_press_run(view: View) -> None:
    view.show_frame(run(0).snapshot())
    page = view.page("time")
    assert not page.scrubber.isEnabled() and "Press Run" in page.matrix.summary()
    assert "Press Run" in page.map.summary() and page.place.words() == "No moment yet"
