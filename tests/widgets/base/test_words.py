from widgets.base import words
from widgets.base.words import _


def test_words_are_english_until_a_translation_is_given(monkeypatch):
    monkeypatch.setattr(words, "_translate", None)  # the application's comes back afterwards
    words.use(None)
    assert _("More") == "More"
    words.use({"More": "Mehr"}.get)
    assert _("More") == "Mehr"
    words.use(None)
    assert _("More") == "More"
