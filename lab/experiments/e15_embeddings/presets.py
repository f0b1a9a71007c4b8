"""Settings with a story, and failures on purpose."""

from __future__ import annotations

from lab.core.experiment import Break, Preset, Setting
from lab.core.text import N_
from lab.experiments.e15_embeddings.analogies import AnalogyPage
from lab.experiments.e15_embeddings.frame import EmbeddingFrame
from lab.experiments.e15_embeddings.learning import LearnPage
from lab.experiments.e15_embeddings.mapping import MapPage

__all__ = ["BREAKS", "PRESETS"]

PRESETS = (
    Preset(
        "course",
        N_("Course"),
        Setting(),
        N_("Fourteen sentences, and vectors drawn by chance. Run: words that keep the same company move together."),
    ),
    Preset(
        "fruit",
        N_("Fruit"),
        Setting({"corpus": "fruit", "word": "juice", "other": "tea"}),
        N_("Run, and watch the juice: it keeps company with fruit and with drinks."),
    ),
    Preset(
        "glove",
        "GloVe",
        Setting({"topic": "map"}),
        N_("300 of 10,040 words, each with 100 numbers learned from billions of words. The map shows a part of it."),
    ),
    Preset(
        "axis",
        N_("Own axis"),
        Setting({"topic": "map", "projection": "axis", "word": "mother", "other": "father"}),
        N_("Left “man”, right “woman”. Drag a ring to another word, and all words line up anew."),
    ),
    Preset(
        "letters",
        N_("Letters"),
        Setting({"corpus": "letters", "word": "a", "other": "e", "window": 1, "width": 4, "batch": 64, "negatives": 5}),
        N_("The same method on the letters of 1,000 names. Nobody said which of them are vowels. Run."),
    ),
    Preset(
        "sentences",
        N_("Sentences"),
        Setting(
            {"topic": "map", "source": "sentences", "word": "My dog loves to chase the ball.", "other": ""}, steps=1
        ),
        N_("Whole sentences as vectors, by a real encoder on this computer. Few share a word, and still they group."),
    ),
    Preset(
        "digits",
        N_("Digits"),
        Setting({"topic": "map", "source": "digits", "projection": "tsne", "word": "0 · 1", "other": ""}),
        N_("An image is a vector, too: 64 pixels. Run: t-SNE finds the ten digits, and nobody told it any."),
    ),
    Preset(
        "analogy",
        N_("Analogy"),
        Setting({"topic": "analogy"}),
        N_("The arrow from man to woman, put at king. Drag a ring to another word. Run: 200 questions are checked."),
    ),
    Preset(
        "bank",
        N_("Bank"),
        Setting({"topic": "context"}),
        N_("One word in five sentences, on its way through six layers. Step by step its two senses part."),
    ),
)


def _on_a_line(frame: EmbeddingFrame) -> bool:
    page = frame.page
    cosine = page.cosine("queen", "rice") if isinstance(page, LearnPage) else None
    return cosine is not None and abs(abs(cosine) - 1.0) < 1e-9


def _meaningless(frame: EmbeddingFrame) -> bool:
    page = frame.page
    return isinstance(page, MapPage) and page.same is not None and page.same < 0.2


def _answers_itself(frame: EmbeddingFrame) -> bool:
    page = frame.page
    return isinstance(page, AnalogyPage) and page.answers[0].word in (page.params.a, page.params.b, page.params.c)


BREAKS = (
    Break(
        "one-number",
        N_("One number per word"),
        N_(
            "With one number a word can only point left or right: every cosine is 1 or −1, also that of queen and rice."
        ),
        Setting({"width": 1, "other": "rice"}, steps=500),
        _on_a_line,
    ),
    Break(
        "random",
        N_("Random vectors"),
        N_("As many numbers, but drawn by chance: the nearest neighbour is anything, hardly ever of the same group."),
        Setting({"topic": "map", "source": "random", "word": "mother", "other": "father"}),
        _meaningless,
    ),
    Break(
        "with-inputs",
        N_("Let the three words count"),
        N_("The nearest word to king − man + woman is king itself. The famous answer needs a rule that forbids it."),
        Setting({"topic": "analogy", "exclude": False}),
        _answers_itself,
    ),
)
