"""The page of supervised fine-tuning: one example letter by letter, the losses of answers, questions and neutral text,
and what the model answers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e20_language_model_training.example_editor import ExampleEditor
from lab.experiments.e20_language_model_training.supervised import MOST, SupervisedPage
from lab.experiments.e20_language_model_training.supervised_facts import METRICS
from lab.kit_qt.answer_table import AnswerTable
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.base.look import look
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["SupervisedView"]

MOST_NATS = 5.0  # the darkest letter


class SupervisedView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("loss", "question_loss", "neutral_loss", "forgotten")

    page: SupervisedPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip, self.plot = TokenStrip(breaks=False), Plot()
        self.table = AnswerTable(_("Questions that were never learned"))
        self.strip.set_title(_("The example, letter by letter: the darker, the more it surprises"))
        self.plot.set_titles(_("step"), _("loss, nats a letter"), _("Loss of answers, questions and Shakespeare"))
        self.strip.hovered.connect(self._hovered)
        self.editor = ExampleEditor(self.strip)
        self.editor.changed.connect(self._taught)
        self.lay_out(self.plot, self.table, share=3, above=(self.editor,))

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        past, kept, names = page.past, page.judged(), (_("answers"), _("questions"), "Shakespeare")
        self.plot.set_limits((0.0, float(MOST if page.step > 60 else 60)))
        self.plot.set_series(
            [
                Series(name, past.steps[kept], past.column(n)[kept], palette.categories[n], DASHES[n], MARKERS[n], 2.2)
                for n, name in enumerate(names)
            ]
        )
        self.table.set_answers((_("the model now"),), [list(pair) for pair in page.answers])
        letters = page.letters
        self.strip.set_tokens(
            [
                Token(text, min(1.0, float(loss) / MOST_NATS) if counts else None, faint=not counts)
                for text, loss, counts in zip(letters.text, letters.losses, letters.counts, strict=True)
            ]
        )

    def show_words(self, page: SupervisedPage, sentence: str) -> None:
        """The texts and read-outs."""
        super().show_words(page, sentence)
        self.strip.set_description(sentence)
        self.editor.set_examples(page.params.own, page.params.style)

    def _hovered(self, number: int) -> None:
        page = self.page
        if page is None or not 0 <= number < len(page.letters.text):
            self.strip.set_readout("")
            return
        counts = page.letters.counts[number]
        text = _("{loss} nats: it is learned") if counts else _("{loss} nats: it does not count")
        self.strip.set_readout(text.format(loss=f"{page.letters.losses[number]:.2f}"))

    def _taught(self, own: str) -> None:
        """The learner's examples: a new run, which undo takes back."""
        self.act(Set({"own": own}))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        super().set_space(low, narrow)
        lines = 1 if low else 2
        self.strip.setFixedHeight(look().px(10 + 28 * lines))
