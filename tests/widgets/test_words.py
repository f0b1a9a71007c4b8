from widgets import words


def test_words_are_english_until_a_translation_is_given():
    assert words._("More") == "More"
    words.use({"More": "Mehr"}.get)
    assert words._("More") == "Mehr"
    words.use(None)
    assert words._("More") == "More"
