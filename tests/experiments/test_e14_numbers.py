"""Convolution and recurrence, the numbers: sums and sizes, what is typed and drawn, readers, memories and spellers,
what arrives from other experiments and what leaves."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.engine.nets.convolution import convolve
from lab.engine.nets.exchange import read_network
from lab.engine.text.exchange import read_corpus
from lab.experiments.e14_convolution_recurrence.cells import KERNELS, kernel_of, kernel_text, signal_of
from lab.experiments.e14_convolution_recurrence.challenges import CHALLENGES, check_recall, check_upright
from lab.experiments.e14_convolution_recurrence.gestures import (
    Move,
    Paint,
    SlideTo,
    TakeDigit,
    TakeNames,
    names_in,
)
from lab.experiments.e14_convolution_recurrence.pictures import digits, drawn_digit, photo, shrunk
from lab.experiments.e14_convolution_recurrence.settings import PAGES, PICTURES, page_of, turned
from tests.asking import divergence_of, hidden_of, metrics_of, sentence_of, why_of

SPECIFICATION = find("convolution-recurrence").load()
MEASURED = json.loads((Path(__file__).parents[2] / "assets" / "data" / "measured_nets.json").read_text("utf-8"))
Params = SPECIFICATION.params


def run(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, tuple((0, action) for action in actions), steps))


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return run(steps, actions, seed, **values).snapshot()


def numbers(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, actions, seed, **values))


# The signal.


def test_the_courses_signal_gives_both_answers_and_numpy_agrees_with_the_textbook() -> None:
    page = framed().page
    assert page.plain.tolist() == [-1, -3, 1, 3, 0]
    assert page.turned.tolist() == [1, 3, -1, -3, 0]
    assert page.turned.tolist() == np.convolve([1, 0, 2, 3, 1, 0, 1], [1, 0, -1], "valid").tolist()


@pytest.mark.parametrize("flip", [False, True])
def test_a_step_slides_the_kernel_on_and_the_sum_is_explained(flip: bool) -> None:
    for place, expected in enumerate([1, 3, -1, -3, 0] if flip else [-1, -3, 1, 3, 0]):
        frame = framed(place, flip=flip)
        assert metrics_of(frame)["output"] == expected
        assert why_of(frame, "output").value == expected
    assert run(4).done
    assert not run(3).done


@pytest.mark.parametrize(
    ("signal", "taps", "padding", "stride", "size", "quotient", "unused"),
    [
        ("1 2 3 4 5 6 7 8", "1 1 1", 0, 2, 3, 3.5, 1),
        ("1 2 3 4 5 6 7", "1 1 1", 0, 2, 3, 3.0, 0),
        ("1 2 3", "1 1 1 1", 0, 1, 0, 0.0, 3),
        ("1 2 3", "1 1 1 1", 1, 1, 2, 2.0, 0),
    ],
)
def test_the_calculator_rounds_down_and_says_what_is_never_reached(
    signal: str, taps: str, padding: int, stride: int, size: int, quotient: float, unused: int
) -> None:
    found = numbers(signal=signal, taps=taps, padding=padding, stride=stride)
    assert (found["size"], found["quotient"], found["unused"]) == (size, quotient, unused)


def test_a_kernel_that_fits_nowhere_is_said_and_does_no_harm() -> None:
    for values in ({"signal": "1 2", "taps": "1 1 1"}, {"topic": "picture", "kernel": "1 1", "picture": "black"}):
        frame = framed(2, **values)
        assert ("fits nowhere" in sentence_of(frame)) == ("taps" in values)
        assert why_of(frame, "output") is None or "kernel" in values


@pytest.mark.parametrize("text", ["", "a", "1 2 x", " ".join("1" * 17), "101", "nan"])
def test_what_is_no_signal_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ParamError)):
        checked(Params, {"signal": text})


@pytest.mark.parametrize("text", ["1 2; 3", ";", "1; 2; 3; 4; 5; 6; 7; 8", "1 2 3 4 5 6 7 8", "1 -100.5"])
def test_what_is_no_kernel_is_refused(text: str) -> None:
    with pytest.raises((ValueError, ParamError)):
        checked(Params, {"kernel": text})


def test_numbers_are_typed_as_everywhere_and_written_as_typed() -> None:
    assert signal_of("1/2 0,5 -1").tolist() == [0.5, 0.5, -1.0]
    assert kernel_text(kernel_of("0.25 -1; 2 0")) == "0.25 -1; 2 0"
    for text in KERNELS.values():
        assert kernel_of(kernel_text(kernel_of(text))) == pytest.approx(kernel_of(text), abs=1e-4)


def test_the_kernel_is_put_on_a_place_and_taken_back() -> None:
    simulation = run(1)
    back = simulation.act(SlideTo(4))
    assert simulation.snapshot().page.place == 4
    assert simulation.done
    simulation.act(back)
    assert simulation.snapshot().page.place == 1
    for wrong in (-1, 5):
        with pytest.raises(ValueError, match="place"):
            simulation.act(SlideTo(wrong))
    with pytest.raises(ValueError, match="Signal"):
        run(topic="memory").act(SlideTo(0))


@pytest.mark.parametrize(("padding", "warned"), [(2, False), (3, True)])
@pytest.mark.parametrize("topic", ["signal", "picture"])
def test_padding_as_wide_as_the_kernel_is_allowed_with_a_warning(topic: str, padding: int, warned: bool) -> None:
    frame = framed(topic=topic, padding=padding)
    assert ("nothing but zeros" in sentence_of(frame)) == warned
    assert metrics_of(frame)["output"] == 0 or not warned


# The picture.


@pytest.mark.parametrize("picture", [name for name in PICTURES if name != "black"])
@pytest.mark.parametrize("kernel", ["edge-x", "sharpen"])
def test_the_result_is_the_engines_convolution(picture: str, kernel: str) -> None:
    page = framed(topic="picture", picture=picture, kernel=KERNELS[kernel], stride=2, padding=1).page
    expected = convolve(page.x[None, None], kernel_of(KERNELS[kernel])[None, None], None, 2, 1)[0, 0]
    assert page.result == pytest.approx(expected)
    assert np.ptp(page.x) > 0.4


def test_a_kernel_has_as_many_weights_whatever_the_picture() -> None:
    for picture, dense in (("drawing", 6280), ("camera", 32776)):
        found = numbers(topic="picture", picture=picture)
        assert (found["weights"], found["conv_parameters"], found["dense_parameters"]) == (9, 80, dense)


def test_an_edge_detector_says_nothing_on_black_and_a_blur_keeps_even_ground() -> None:
    assert not framed(topic="picture", picture="black").page.result.any()
    blurred = framed(topic="picture", picture="bars", kernel=KERNELS["blur"]).page.result
    assert 0 < blurred.min() < blurred.max() < 1
    assert numbers(topic="picture", kernel=KERNELS["blur"])["kernel_sum"] == pytest.approx(1.0)


@pytest.mark.parametrize(("pooling", "best"), [("max", np.max), ("mean", np.mean)])
def test_pooling_makes_one_of_four(pooling: str, best: Any) -> None:
    page = framed(topic="picture", pooling=pooling).page
    assert page.pooled.shape == (13, 13)
    assert page.pooled[3, 4] == pytest.approx(best(page.result[6:8, 8:10]))


def test_the_window_goes_row_by_row() -> None:
    page = framed(27, topic="picture").page
    assert page.cell == (1, 1)
    frame = framed(27, topic="picture")
    assert why_of(frame, "output").value == pytest.approx(page.result[1, 1])


def test_photos_are_grey_and_small() -> None:
    for name in PICTURES:
        if name != "drawing":
            assert max(photo(name).shape) <= 75
            assert 0 <= photo(name).min() <= photo(name).max() <= 1


# The pad.


def test_the_pad_becomes_the_data_again_when_it_is_shrunk() -> None:
    x, y = digits()
    for label in range(10):
        original, found = x[np.flatnonzero(y == label)[0]], shrunk(drawn_digit(label))
        assert np.corrcoef(original.ravel(), found.ravel())[0, 1] > 0.9
    assert np.array_equal(shrunk(np.zeros((28, 28))), np.zeros((8, 8)))
    full = shrunk(np.ones((28, 28)))
    assert full[3, 3] == 1.0
    assert full[0, 0] == 0.25  # a quarter of the corner's block lies on the pad


def test_every_gesture_of_the_pad_is_taken_back() -> None:
    simulation = run(topic="picture")
    before = simulation.snapshot().page.x
    for action in (Paint("ink", (0, 29), (1.0, 0.5)), Paint("set", (400,), (0.0,)), TakeDigit(7)):
        back = simulation.act(action)
        assert not np.array_equal(simulation.snapshot().page.x, before)
        simulation.act(back)
        assert np.array_equal(simulation.snapshot().page.x, before)
    for way in ("left", "right", "up", "down", "turn", "clear"):
        back = simulation.act(Move(way))
        assert not np.array_equal(simulation.snapshot().page.x, before), way
        simulation.act(back)
        assert np.array_equal(simulation.snapshot().page.x, before), way


def test_moves_go_where_they_say() -> None:
    def dot(*actions: Any) -> tuple[int, int]:
        page = framed(0, (Move("clear"), Paint("set", (28 * 5 + 9,), (1.0,)), *actions), topic="picture").page
        (place,) = np.argwhere(page.x)
        return int(place[0]), int(place[1])

    assert dot() == (5, 9)
    assert [dot(Move(way)) for way in ("left", "right", "up", "down")] == [(5, 8), (5, 10), (4, 9), (6, 9)]
    assert dot(Move("turn")) == (9, 22)


@pytest.mark.parametrize(
    "action",
    [Paint("ink", (784,), (1.0,)), Paint("ink", (0,), (1.1,)), Paint("ink", (0, 1), (1.0,)), Paint("mud", (0,), (1.0,)),
     Move("away"), TakeDigit(10), TakeNames(("a", "b")), TakeNames(("a1", "b", "c"))],
)  # fmt: skip
def test_a_gesture_that_cannot_be_is_refused_and_changes_nothing(action: Any) -> None:
    simulation = run(topic="picture")
    before = simulation.snapshot().page.x
    with pytest.raises(ValueError, match=r".+"):
        simulation.act(action)
    assert np.array_equal(simulation.snapshot().page.x, before)


def test_the_drawing_goes_along_to_every_page() -> None:
    page = framed(0, (TakeDigit(5),), topic="digits").page
    assert np.array_equal(page.pad, drawn_digit(5))
    assert page.small == pytest.approx(shrunk(drawn_digit(5)))


# Digits.


def test_both_readers_learn_and_the_cnn_minds_a_moved_picture_less() -> None:
    found = numbers(200, topic="digits")
    assert found["cnn_right"] > 0.9
    assert found["dense_right"] > 0.9
    assert found["cnn_moved"] > found["dense_moved"] + 0.1


def test_shuffled_pixels_harm_the_cnn_and_not_the_dense_reader() -> None:
    plain, shuffled = (numbers(300, topic="digits", permuted=permuted) for permuted in (False, True))
    assert shuffled["cnn_right"] < plain["cnn_right"]
    assert abs(shuffled["dense_right"] - plain["dense_right"]) < 0.03


def test_what_is_measured_over_five_seeds_says_the_same() -> None:
    rows = {(row["network"], row["permuted"]): row["accuracy"] for row in MEASURED["digits"] if row["examples"] == 1437}
    assert rows["cnn", False] > rows["dense", False] > rows["cnn", True]
    assert abs(rows["dense", False] - rows["dense", True]) < 0.01


@pytest.mark.parametrize("permuted", [False, True])
def test_the_nearest_eight_is_read_as_an_eight_and_is_near(permuted: bool) -> None:
    read = framed(150, topic="digits", view="second", permuted=permuted).page.reading
    assert read.reached[8] >= 0.5
    assert 0 < read.distance < 3
    assert read.says != 8
    asked = framed(150, topic="digits", view="second", target=read.says).page.reading
    assert asked.nudges == 0 or asked.cnn[asked.says] < 0.5


def test_the_pictures_of_the_second_layer_begin_grey_and_become_what_excites_it() -> None:
    start, later = (framed(steps, topic="digits", kernels=4).page.wanted for steps in (0, 40))
    assert start.shape == later.shape == (8, 5, 5)
    assert (start == 0.5).all()
    assert (np.ptp(later, axis=(1, 2)) > 0.9).all() and later.min() >= 0 and later.max() <= 1


def test_the_covered_ink_of_an_empty_pad_counts_nothing() -> None:
    read = framed(20, (Move("clear"),), topic="digits", view="second").page.reading
    assert not read.small.any()
    assert read.covered == pytest.approx(np.zeros((8, 8)))


def test_the_dense_reader_leaves_as_a_network_that_says_the_same() -> None:
    simulation = run(100, topic="digits")
    form = read_network(simulation.offer("network").data)
    assert form.sizes == (64, 32, 10)
    assert form.to_network().accuracy(form.x, form.labels.astype(int)) > 0.8
    read = simulation.snapshot().page.reading
    assert form.to_network().predict(read.small.reshape(1, -1))[0] == pytest.approx(read.wide)
    assert simulation.offer("corpus") is None


# Memory.


@pytest.mark.parametrize(("radius", "left"), [(0.9, 0.005154), (1.0, 1.0), (1.1, 117.39)])
def test_over_fifty_silent_steps_blame_is_a_power_of_the_radius(radius: float, left: float) -> None:
    found = numbers(topic="memory", view="second", length=50, radius=radius, silent=True)
    assert found["left"] == pytest.approx(left, rel=1e-4)
    assert found["power"] == pytest.approx(left, rel=1e-4)
    assert found["radius"] == pytest.approx(radius)


def test_with_inputs_the_tanh_lets_less_through() -> None:
    assert numbers(topic="memory", length=50)["left"] < 1e-4


@pytest.mark.parametrize(("cell", "radius", "learns"), [("rnn", 0.5, False), ("gru", 1.0, True), ("lstm", 1.0, True)])
def test_who_remembers_twenty_steps(cell: str, radius: float, learns: bool) -> None:
    (row,) = [r for r in MEASURED["echoes"] if (r["cell"], r["radius"], r["delay"]) == (cell, radius, 20)]
    assert (row["accuracy"] > 0.95) == learns
    assert (numbers(300, topic="memory", length=20, cell=cell, radius=radius)["right"] > 0.95) == learns


def test_clipping_is_what_lets_it_learn_at_a_radius_of_one_and_a_half() -> None:
    values = {"topic": "memory", "length": 20, "radius": 1.5, "optimizer": "sgd", "learning_rate": 0.5}
    assert numbers(300, **values)["right"] > numbers(300, clip=False, **values)["right"] + 0.3


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_state_is_explained_and_the_explanation_is_the_cells(cell: str) -> None:
    for at in (1, 4, 6):
        frame = framed(20, topic="memory", cell=cell, at=at, unit=3)
        assert why_of(frame, "state").value == pytest.approx(frame.page.states[at - 1, 2])


@pytest.mark.parametrize(("at", "unit"), [(6, 24), (61, 64)])
def test_a_mark_beyond_the_end_is_on_the_last(at: int, unit: int) -> None:
    page = framed(topic="memory", at=at, unit=unit).page
    assert (page.at, page.unit) == (5, 23)


def test_brackets_are_counted_after_some_learning() -> None:
    page = framed(200, topic="memory", task="brackets", length=20).page
    assert page.now[1] > 0.95
    assert page.said.argmax(axis=1).tolist() == page.targets.tolist()


def test_a_lost_weight_ends_the_run_and_is_told_with_a_way_out() -> None:
    simulation = run(topic="memory", optimizer="sgd", clip=False)
    assert divergence_of(simulation.snapshot()) is None
    state = simulation.save()
    state["part"]["net"]["weights"][0] = np.full_like(state["part"]["net"]["weights"][0], np.inf)
    simulation.load(state)
    with np.errstate(all="ignore"):
        while not simulation.done and simulation.steps < 2:
            simulation.step()
    assert simulation.done
    assert simulation.diverged
    told = divergence_of(simulation.snapshot())
    assert told.step == 1
    assert checked(Params, told.remedy).clip
    assert "no number" in sentence_of(simulation.snapshot())


# Names.


def test_it_learns_to_spell_and_keeps_names_for_the_test() -> None:
    start, later = (numbers(steps, topic="names", cell="gru") for steps in (0, 200))
    assert start["held_loss"] == pytest.approx(math.log(27), abs=0.1)
    assert later["held_loss"] < 2.5
    assert later["guess"] == pytest.approx(math.log(27))


def test_temperature_zero_writes_one_name_again_and_again() -> None:
    words = {one.word for one in framed(60, topic="names", temperature=0.0).page.written}
    assert len(words) == 1


def test_names_stay_until_the_next_twenty_steps_and_colours_follow() -> None:
    first, second, third = (framed(steps, topic="names").page for steps in (20, 30, 40))
    letters = [[one.letters for one in page.written] for page in (first, second, third)]
    assert letters[0] == letters[1] != letters[2]
    assert not np.array_equal(first.written[0].states, second.written[0].states)


def test_a_list_of_ones_own_is_learned_and_counts_what_is_copied() -> None:
    words = ("anna", "hannah", "nana", "ana")
    frame = framed(300, (TakeNames(words),), topic="names", source="own", cell="gru", learning_rate=0.02)
    assert metrics_of(frame)["names"] == 4
    assert metrics_of(frame)["known"] > 6
    assert frame.page.alphabet == ".ahn"


def test_a_new_list_begins_anew_only_where_it_is_learned() -> None:
    for source, steps in (("own", 0), ("names", 25)):
        simulation = run(25, topic="names", source=source)
        back = simulation.act(TakeNames(("ada", "bob", "cid")))
        assert simulation.steps == steps
        assert back == TakeNames(())


def test_names_are_read_from_any_list() -> None:
    assert names_in("Anna, Bob\nO'Neil;  zoë\n\n anna") == ("anna", "bob", "oneil", "zoë")
    for text in ("", "a, b", "1\n2\n3"):
        with pytest.raises(ValueError, match="3 names"):
            names_in(text)
    with pytest.raises(ValueError, match="2000"):
        names_in(
            "\n".join(chr(97 + a) + chr(97 + b) + chr(97 + c) for a in range(26) for b in range(26) for c in range(3))
        )


def test_a_received_text_is_learned_and_made_up_names_leave() -> None:
    text = Artifact("corpus", "Planets", {"text": "mercury venus earth mars jupiter saturn uranus neptune"})
    params = checked(Params, dict(SPECIFICATION.suited(text)))
    simulation = built(SPECIFICATION, params, 0, (text,))
    assert simulation.snapshot().page.names == 8
    assert simulation.snapshot().received
    sent = read_corpus(simulation.offer("corpus").data)
    assert len(sent.split("\n")) > 50
    with pytest.raises(ParamError, match="nothing was received"):
        built(SPECIFICATION, params, 0)


# The whole.


def test_every_page_is_opened_by_its_controls() -> None:
    for name in PAGES:
        frame = framed(**turned(name))
        assert page_of(frame.params) == name
        assert hidden_of(frame) >= {"topic", "view"}


@pytest.mark.parametrize("kernel", ["-1 0 1; -1 0 1; -1 0 1", "0 0 0; -1 0 1; 0 0 0"])
def test_the_first_challenge_takes_any_kernel_that_does_it(kernel: str) -> None:
    frame = framed(topic="picture", kernel=kernel)
    assert check_upright(frame, frame.params, ()).done


@pytest.mark.parametrize("kernel", ["-1 -1 -1; 0 0 0; 1 1 1", "0 0 0; 0 0 0; 0 0 0", "1 1 1; 1 1 1; 1 1 1"])
def test_and_no_other(kernel: str) -> None:
    frame = framed(topic="picture", kernel=kernel)
    assert not check_upright(frame, frame.params, ()).done
    wide = framed(topic="picture", kernel="-1 0 1")
    assert check_upright(wide, wide.params, ()).failed


def test_the_second_challenge_wants_twenty_steps_and_training() -> None:
    for values, failed in (({"length": 19, "cell": "gru"}, True), ({"length": 20, "cell": "gru"}, False)):
        frame = framed(topic="memory", **values)
        progress = check_recall(frame, frame.params, ())
        assert (progress.done, progress.failed) == (False, failed)
    assert {challenge.id for challenge in CHALLENGES} == {"upright", "recall"}
