from widgets.base import words


def test_words_are_english_until_a_translation_is_given(monkeypatch):
    monkeypatch.setattr(words, "_translate", words._translate)  # the application's comes back afterwards
    words.use(None)
    assert words._("More") == "More"
    words.use({"More": "Mehr"}.get)
    assert words._("More") == "Mehr"
    words.use(None)
    assert words._("More") == "More"
