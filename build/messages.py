"""Collect every text of the program into the gettext template, and tell translators what is new.

    .venv/bin/python build/messages.py            write assets/i18n/glassbox.pot
    .venv/bin/python build/messages.py --check    exit 1 when the template is not what the sources say
    .venv/bin/python build/messages.py --update   also bring every .po file up to date

Babel does the work; it is in the environment that `python3 run.py test` makes, not in every Python.

To begin a translation: copy glassbox.pot to <code>.po (for example de.po), fill in the msgstr lines, and
start the lab with --lang de. Lessons are files of their own: assets/lessons/<code>/.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

try:
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import read_po, write_po
except ImportError:
    sys.exit(
        "messages: Babel is missing from this Python. The environment of the tests has it:\n"
        "    python3 run.py test --collect-only -q\n"
        "    .venv/bin/python build/messages.py          (Windows: .venv\\Scripts\\python)"
    )

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "assets" / "i18n"
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2)}


def collected() -> Catalog:
    """The texts of lab and widgets, each with where it stands."""
    catalog = Catalog(project="Glassbox", version="1", charset="utf-8")
    catalog.header_comment = "# Texts of Glassbox. MIT licence.\n"
    for package in ("lab", "widgets"):
        found = extract_from_dir(
            ROOT / package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for name, _line, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
            catalog.add(
                message,
                locations=[(f"{package}/{Path(name).as_posix()}", 0)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def as_text(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=110, omit_header=False, sort_output=False, include_lineno=False)
    lines = [
        line for line in out.getvalue().splitlines() if not line.startswith((b'"POT-Creation-Date', b'"Generated-By'))
    ]
    return b"\n".join(lines) + b"\n"


def main(words: list[str]) -> int:
    template = FOLDER / "glassbox.pot"
    text = as_text(collected())
    if "--check" in words:
        if not template.is_file() or template.read_bytes() != text:
            print("assets/i18n/glassbox.pot is not up to date: run .venv/bin/python build/messages.py", file=sys.stderr)
            return 1
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    template.write_bytes(text)
    if "--update" in words:
        for path in FOLDER.glob("*.po"):
            with path.open("rb") as file:
                translation = read_po(file)
            translation.update(collected(), no_fuzzy_matching=False)
            path.write_bytes(as_text(translation))
    print(f"{len(collected())} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
