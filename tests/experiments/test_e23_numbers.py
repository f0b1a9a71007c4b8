"""Retrieval, tools, agents, the numbers: chunks, searches, prompts, the graph, the agent, attacks, and what was
measured."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.params import ParamError, checked, replaced
from lab.core.paths import asset, assets
from lab.engine.pretrained.passages import load_answers, load_passages, load_questions
from lab.engine.retrieval.word_search import words
from lab.engine.text.embedding import WordVectors, load_word_vectors
from lab.engine.text.embedding_exchange import embedding_artifact
from lab.engine.text.exchange import corpus_artifact, read_corpus
from lab.experiments.e23_retrieval_agents.attacking import ATTACKS, DEFENCES, QUESTIONS
from lab.experiments.e23_retrieval_agents.cutting import chunked
from lab.experiments.e23_retrieval_agents.gestures import EditObservation, SetCuts, SetText
from lab.experiments.e23_retrieval_agents.reading import LEAST_KNOWN
from lab.experiments.e23_retrieval_agents.refusing import refusal_of
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.texts import LONGEST, bundled_text, labelled
from lab.experiments.e23_retrieval_agents.walking import NEAREST
from tests.asking import hidden_of, metrics_of, sentence_of, unavailable_of, why_of

SPECIFICATION = find("retrieval-agents").load()


def run(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps))


def framed(steps: int = 0, **values: Any) -> Any:
    return run(steps, **values).snapshot()


def numbers(steps: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, **values))


# The document and its chunks.


@pytest.mark.parametrize("document", ["rules", "page", "notes"])
def test_every_marked_answer_stands_in_its_document_once(document: str) -> None:
    text = bundled_text(document)
    assert [one.question for one in labelled(document) if text.count(one.answer) != 1] == []


def test_the_key_has_an_answer_for_each_question_and_the_passages_say_it() -> None:
    key, passages = load_answers(), {passage.id: passage for passage in load_passages()}
    assert set(key) == {question.text for question in load_questions()}
    for question in load_questions():
        said = " ".join(f"{passages[id].title} {passages[id].text}" for id in question.gold).lower()
        assert any(accepted in said for accepted in key[question.text]), question.text


def test_an_answer_that_is_cut_through_is_in_no_chunk() -> None:
    answer = labelled("rules")[0].answer
    text = bundled_text("rules")
    start = text.index(answer)
    params = checked(Params, {"splitter": "hand"})
    assert any(chunked(text, params, (start, start + len(answer))).right(answer))
    assert any(chunked(text, params, (start,)).right(answer))
    assert not any(chunked(text, params, (start + 1,)).right(answer))


def test_overlap_brings_back_what_the_cuts_lost() -> None:
    assert numbers(8)["recall"] == 0.625 and numbers(8, overlap=60)["recall"] == 1.0
    assert numbers(8, splitter="sentences")["recall"] == 1.0


def test_an_overlap_as_large_as_the_chunk_is_made_smaller() -> None:
    assert len(framed(size=20, overlap=20).page.chunks) > 100


def test_cuts_by_hand_are_undone() -> None:
    simulation = run(1, splitter="hand")
    before = len(simulation.snapshot().page.chunks)
    undo = simulation.act(SetCuts((100, 200)))
    assert [chunk.start for chunk in simulation.snapshot().page.chunks] == [0, 100, 200]
    simulation.act(undo)
    assert len(simulation.snapshot().page.chunks) == before


@pytest.mark.parametrize(("cuts", "fits"), [((LONGEST,), True), ((LONGEST + 1,), False), ((-1,), False)])
def test_cuts_lie_in_the_longest_document(cuts: tuple[int, ...], fits: bool) -> None:
    simulation = run()
    if fits:
        simulation.act(SetCuts(cuts))
    else:
        with pytest.raises(ValueError, match="cuts"):
            simulation.act(SetCuts(cuts))


@pytest.mark.parametrize(("length", "fits"), [(LONGEST, True), (LONGEST + 1, False)])
def test_an_own_text_has_a_greatest_length(length: int, fits: bool) -> None:
    if fits:
        assert SetText("a" * length).checked()[0]
    else:
        with pytest.raises(ValueError, match="characters"):
            SetText("a" * length).checked()


def test_an_own_text_is_searched_with_an_own_question() -> None:
    simulation = run(document="own", question="Where does the fox sleep?", splitter="sentences", size=40)
    assert "no text" in sentence_of(simulation.snapshot())
    undo = simulation.act(SetText("The moon is bright tonight. The fox sleeps in a den. Bread is baked here."))
    page = simulation.snapshot().page
    assert "fox" in page.chunks[page.order[0]].text and simulation.done
    simulation.act(undo)
    assert simulation.snapshot().page.chunks == ()


def test_a_received_text_is_searched_and_what_was_not_received_cannot_be() -> None:
    assert "received" in unavailable_of(framed())["document"]
    with pytest.raises(ParamError):
        run(document="received")
    sent = corpus_artifact("The key is under the mat. The dog is blue.", "notes")
    params = checked(Params, {"document": "received", "question": "Where is the key?"})
    simulation = SPECIFICATION.build(params, np.random.default_rng(0), (sent,))
    assert "key" in simulation.snapshot().page.text
    assert read_corpus(simulation.offer("corpus").data) == "The key is under the mat. The dog is blue."


# Searching.


def test_words_miss_the_bicycle_and_vectors_find_it() -> None:
    values = {"splitter": "sentences", "view": "search"}
    assert numbers(2, **values, method="words")["place"] == 6
    assert numbers(2, **values, method="vectors")["place"] <= 3
    assert numbers(8, **values)["recall_words"] == 0.625 and numbers(8, **values)["recall_vectors"] == 1.0


def test_the_library_scores_as_it_was_measured() -> None:
    found = numbers(60, document="library", view="search", k=5)
    assert [round(found[f"recall_{way}"], 2) for way in ("words", "vectors", "hybrid")] == [0.8, 0.87, 0.9]
    assert found["recall_rerank"] is None


def test_the_share_leads_from_words_to_vectors() -> None:
    words, vectors = framed(1, share=0.0).page, framed(1, share=1.0).page
    np.testing.assert_array_equal(words.order, framed(1, method="words").page.order)
    np.testing.assert_array_equal(vectors.order, framed(1, method="vectors").page.order)


def test_the_numbers_of_a_chunk_are_explained() -> None:
    frame = framed(8, splitter="sentences", view="search", method="words")
    for name in ("bm25", "recall", "found_tokens", "prompt_tokens"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name], rel=1e-9), name
    shares = sum(share for _token, share in frame.page.why.tokens)
    assert 0 < shares < 1


def test_before_the_first_question_only_words_are_known() -> None:
    page = framed().page
    assert np.isnan(page.vectors).all() and np.isnan(page.recall).all() and page.part == 1.0
    assert np.isfinite(framed(1).page.vectors).all()


# Other vectors.


def test_the_mean_of_words_finds_less_than_a_network_that_reads() -> None:
    values = {"document": "library", "view": "search", "method": "vectors"}
    mean, read = (numbers(60, **values, encoder=encoder)["recall_vectors"] for encoder in ("glove", "minilm"))
    assert round(mean, 3) == 0.2 and round(read, 3) == 0.8
    assert numbers(60, **values, encoder="glove")["recall_words"] == numbers(60, **values)["recall_words"]


def test_the_cosine_of_a_mean_is_the_sum_of_its_words() -> None:
    page = framed(1, splitter="sentences", view="search", method="vectors", encoder="glove").page
    table = load_word_vectors(asset("data/glove_10k_100d.npz"))

    def mean(text: str) -> Any:
        rows = np.array([table[word] / np.linalg.norm(table[word]) for word in words(text) if word in table])
        return rows.sum(axis=0) / np.linalg.norm(rows.sum(axis=0))

    expected = [float(mean(chunk.text) @ mean(page.question)) for chunk in page.chunks]
    np.testing.assert_allclose(page.vectors, expected, rtol=1e-4, atol=1e-5)
    assert all(word for word, _share in page.why.tokens)


def frequent(count: int) -> list[tuple[str, int]]:
    """The so many most frequent words of the rules and the library."""
    texts = [bundled_text("rules"), *(passage.text for passage in load_passages())]
    return Counter(word for text in texts for word in words(text)).most_common(count)


def sent_words(count: int) -> Artifact:
    vectors = np.random.default_rng(0).normal(size=(count, 8)).astype(np.float32)
    return embedding_artifact(WordVectors([word for word, _times in frequent(count)], vectors), "mine")


def test_word_vectors_that_lack_too_many_words_are_refused_in_words() -> None:
    times = np.array([times for _word, times in frequent(100_000)])
    enough = 1 + int(np.argmax(times.cumsum() / times.sum() >= LEAST_KNOWN))
    assert SPECIFICATION.refuses(sent_words(enough)) == ""
    assert "% of the words" in SPECIFICATION.refuses(sent_words(enough - 1))
    assert SPECIFICATION.refuses(Artifact("embedding", "x", {"words": ["a"]})) != ""


def test_word_vectors_that_were_sent_are_searched_with() -> None:
    assert "received" in unavailable_of(framed())["encoder"]
    with pytest.raises(ParamError):
        run(encoder="received")
    artifact = sent_words(300)
    params = checked(Params, SPECIFICATION.suited(artifact))
    simulation = SPECIFICATION.build(params, np.random.default_rng(0), (artifact,))
    while simulation.snapshot().page.asked < 1:
        simulation.step()
    page = simulation.snapshot().page
    assert np.isfinite(page.vectors).all() and "encoder" not in unavailable_of(simulation.snapshot())
    with pytest.raises(ParamError):
        run(1).retune(replaced(checked(Params, {}), {"encoder": "received"}))


@pytest.mark.parametrize("encoder", ["minilm", "glove"])
def test_another_document_is_taken_in_a_run_that_goes_on(encoder: str) -> None:
    simulation = run(8)
    simulation.retune(replaced(checked(Params, {}), {"document": "notes", "encoder": encoder}))
    page = simulation.snapshot().page
    assert page.text == bundled_text("notes") and page.asked == page.all == len(labelled("notes"))
    while simulation.opening:
        simulation.step()
    alone = run(page.all, document="notes", encoder=encoder).snapshot().page
    np.testing.assert_array_equal(simulation.snapshot().page.recall, alone.recall)
    with pytest.raises(ParamError):
        simulation.retune(replaced(checked(Params, {}), {"document": "received"}))


# The prompt.


@pytest.mark.parametrize(("threshold", "refused"), [(0.32, False), (0.33, True)])
def test_the_threshold_decides_when_to_refuse(threshold: float, refused: bool) -> None:
    values = {"splitter": "sentences", "view": "prompt", "question": "How much does the school trip to Paris cost?"}
    frame = framed(1, **values, threshold=threshold)
    assert frame.page.prompt.refused == refused
    assert ("I do not know" in sentence_of(frame)) == refused


def test_what_does_not_fit_the_prompt_is_left_out_and_the_best_is_kept() -> None:
    wide, tight = framed(1, view="prompt").page, framed(1, view="prompt", budget=70).page
    assert wide.prompt.left_out == () and tight.prompt.left_out and tight.prompt.tokens <= 70
    kept = [part.chunk for part in tight.prompt.parts if part.chunk >= 0]
    assert kept[0] == wide.order[0]
    assert "Not even" in framed(1, view="prompt", budget=10).page.prompt.note


def test_the_order_in_the_prompt_is_chosen() -> None:
    def chunks(order: str) -> list[int]:
        parts = framed(1, view="prompt", order=order).page.prompt.parts
        return [part.chunk for part in parts if part.chunk >= 0]

    best = chunks("best")
    assert chunks("last") == best[::-1] and chunks("text") == sorted(best)


def test_the_quoted_sentence_stands_in_a_chunk_that_was_found() -> None:
    page = framed(2, view="prompt", splitter="sentences").page
    assert page.prompt.answer in page.chunks[page.prompt.source].text and page.prompt.source in page.found


def test_a_threshold_is_chosen_on_one_half_and_measured_on_the_other() -> None:
    found = refusal_of([0.9, 0.2, 0.8, 0.7], [0.1, 0.3, 0.2, 0.75])
    assert found.threshold == pytest.approx(0.5)
    assert (found.kept, found.refused) == (0.5, 0.5)
    assert np.isnan(refusal_of([0.9], [0.1]).kept)


def test_smollm2_cannot_be_chosen_without_its_pack() -> None:
    frame = framed()
    if not frame.pack:
        assert "smollm2" in unavailable_of(frame)["answerer"]
        with pytest.raises(ParamError):
            run(answerer="smollm2")


# The graph.


def test_more_in_view_finds_more_for_more_work() -> None:
    page = framed(1, topic="graph").page
    assert (np.diff(page.work) > 0).all() and page.recall[-1] > page.recall[0] + 0.5
    assert page.recall[-1] > 0.95 and page.work[-1] < 298


def test_a_walk_ends_at_what_it_found() -> None:
    simulation = run(1, topic="graph")
    while not simulation.done:
        advance(simulation)
    page = simulation.snapshot().page
    assert len(page.hops) == page.total and page.hit == len(set(page.found) & set(page.truth)) / NEAREST
    assert [hop.layer for hop in page.hops] == sorted((hop.layer for hop in page.hops), reverse=True)
    assert 1 + sum(len(hop.looked) for hop in page.hops) == page.compared


# The agent.


def test_an_edited_observation_makes_another_future_and_is_undone() -> None:
    simulation = run(4, topic="agent")
    undo = simulation.act(EditObservation(0, "3,779,150 sq km"))
    page = simulation.snapshot().page
    assert "is 10 times" in page.trace.answer and "22.53" in page.other.answer
    simulation.act(undo)
    page = simulation.snapshot().page
    assert page.other is None and "22.53" in page.trace.answer


@pytest.mark.parametrize(("step", "fits"), [(2, True), (3, False)])
def test_only_a_step_that_was_made_can_be_edited(step: int, fits: bool) -> None:
    simulation = run(4, topic="agent")
    if fits:
        simulation.act(EditObservation(step, "5"))
    else:
        with pytest.raises(ValueError, match="step"):
            simulation.act(EditObservation(step, "5"))


def test_a_gesture_of_another_page_is_refused() -> None:
    with pytest.raises(ValueError, match="not on this page"):
        run(topic="agent").act(SetCuts((10,)))


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"fault": "time-out"}, "22.53"),
        ({"fault": "malformed"}, "22.53"),
        ({"fault": "wrong number"}, "225.33"),
        ({"fault": "empty"}, "22.53"),
    ],
)
def test_faults_and_what_they_do(values: dict[str, Any], word: str) -> None:
    assert word in numbers(8, topic="agent", **values)["agent_answer"]


@pytest.mark.parametrize(("limit", "status"), [(4, "answered"), (3, "out of steps")])
def test_the_step_limit_stops_it(limit: int, status: str) -> None:
    assert numbers(9, topic="agent", max_steps=limit)["status"] == status


def test_a_poisoned_note_sends_and_each_defence_that_holds_stops_it() -> None:
    poisoned = {"topic": "agent", "task": "capital", "poison": "send"}
    assert numbers(4, **poisoned)["sent"]
    for defence in ({"marking": "plain"}, {"screen": True}, {"ask_first": True}):
        assert numbers(4, **poisoned, **defence)["sent"] is None
    assert numbers(4, **(poisoned | {"poison": "forged", "marking": "plain"}))["sent"]
    assert numbers(4, **(poisoned | {"poison": "forged", "marking": "escaped"}))["sent"] is None


def test_an_own_message_is_answered_whatever_it_is() -> None:
    reply = json.loads(framed(topic="agent", message="{oops").page.reply)
    assert reply["error"]["code"] == -32700
    assert framed(topic="agent").page.reply == ""


# Attacks, and what passages are worth.


def test_the_table_is_filled_question_by_question() -> None:
    page = framed(2, topic="injection").page
    assert page.asked == 2 and page.fell.max() <= 2
    names, columns = list(ATTACKS), list(DEFENCES)
    assert page.fell[names.index("none")].sum() == page.fell[names.index("polite")].sum() == 0
    assert page.fell[names.index("send"), columns.index("none")] == 2
    assert page.fell[names.index("send"), columns.index("ask")] == 0
    assert page.fell[names.index("answer"), columns.index("ask")] == 2
    assert page.fell[:, columns.index("all")].sum() == 0
    assert len(QUESTIONS) == 10


def test_what_was_measured_is_shown_where_the_model_is_not_there() -> None:
    stored = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["retrieval"]
    frame = framed(topic="help")
    if not frame.pack:
        page = frame.page
        assert not page.measured and page.missing and page.asked == stored["questions"] == 60
        assert [page.count(way) for way in ("none", "first", "right", "three")] == stored["right"]
        assert sum(page.errors.values()) == 60 - page.count("first")


def test_controls_of_other_pages_are_hidden() -> None:
    assert "task" in hidden_of(framed()) and "size" not in hidden_of(framed())
    assert "size" in hidden_of(framed(document="library")) and "size" in hidden_of(framed(splitter="hand"))
    assert "ask" in hidden_of(framed(topic="agent")) and "ask" not in hidden_of(framed(topic="agent", task="own"))


def test_a_live_change_is_measured_again_for_the_questions_asked() -> None:
    simulation = run(8)
    simulation.retune(replaced(checked(Params, {}), {"overlap": 60}))
    assert metrics_of(simulation.snapshot())["recall"] == 1.0


def test_the_lesson_quotes_what_was_measured_with_smollm2() -> None:
    stored = json.loads(asset("data/measured_smollm2.json").read_text("utf-8"))["retrieval"]
    lesson = " ".join((assets() / "lessons/en/23-retrieval-agents.md").read_text("utf-8").split())
    attacks, warned = stored["attacks"], stored["warned"]
    for sentence in (
        f"SmolLM2 read for {stored['attacked']} questions",
        f'instructions" worked {attacks["ignore"]} times',
        f"question with its answer {attacks['turn']} times",
        f"saying it four times {attacks['repeat']} times",
        f'a false "Correction" {attacks["correct"]} times',
        f"became {warned['turn']}, {warned['repeat']} and {warned['correct']}.",
        f"asked it {stored['strange']} questions that its passage did not answer.",
        f"It refused {stored['refused']} of them",
    ):
        assert sentence in lesson, sentence
