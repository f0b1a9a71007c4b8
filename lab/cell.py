"""The child process that runs one code cell: `python -m lab cell` reads the code from standard input.

It is a process of its own so that an endless loop, a crash or a full memory stays in the cell; the lesson
panel ends it after its time is up. What the code prints goes to standard output; an error ends as one line
on standard error, `error line 3: ZeroDivisionError: division by zero`, which the panel shows beside the line.
What the code may take, and how all that it started is ended, is in `lab.cell_guard` and, for Windows, in
`lab.cell_job`. Imports nothing else of the lab, and nothing of Qt.

What an experiment lends to the code, and what it does with the names afterwards, may stand before and behind it,
each behind a `PART`. Lines are counted in the learner's code alone.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
import warnings
from contextlib import chdir, redirect_stdout
from typing import TextIO

__all__ = ["PART", "main", "run_code"]

PART = "\x1e"  # between what is lent, the learner's code and what follows it
_NAME, _LENT = "<cell>", "<lent>"


def main(stdin: TextIO, stdout: TextIO) -> int:
    """Run the code in `stdin` behind its limits, printing to `stdout`; 0 when it ran to its end, 1 when it failed."""
    source = stdin.read()
    if sys.platform == "win32":
        from lab.cell_job import confine

        confine()
        return run_code(source, stdout)
    from lab.cell_guard import guarded

    return guarded(lambda: run_code(source, stdout))


def run_code(source: str, stdout: TextIO) -> int:
    """Run the code in a scratch folder that goes with it. Returns 0 when it ran to its end, 1 when it failed."""
    warnings.showwarning = _show_warning
    scratch = tempfile.TemporaryDirectory(prefix="glassbox-cell-", ignore_cleanup_errors=True)
    with scratch as folder, chdir(folder), redirect_stdout(stdout):
        failure = _run(source)
        stdout.flush()
    if failure:
        print(failure, file=sys.stderr, flush=True)
    return 1 if failure else 0


def _run(source: str) -> str:
    """Run the code in a namespace of its own. Returns the error as one line, or ""."""
    parts = source.split(PART)
    before, code, after = parts if len(parts) == 3 else ("", source, "")
    names: dict[str, object] = {"__name__": "__main__"}
    try:
        for text, name in ((before, _LENT), (code, _NAME), (after, _LENT)):
            exec(compile(text, name, "exec"), names)
    except SystemExit as end:
        return "" if end.code in (None, 0) else f"error: the program ended itself with {end.code!r}"
    except SyntaxError as error:
        return f"error line {error.lineno or 1}: {type(error).__name__}: {error.msg}"
    except BaseException as error:
        return _described(error)
    return ""


def _described(error: BaseException) -> str:
    """An exception as one line, with the last line of the cell that took part in it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _NAME]
    where = f" line {lines[-1]}" if lines and lines[-1] else ""
    text = " ".join(str(error).split())
    return f"error{where}: {type(error).__name__}" + (f": {text}" if text else "")


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning as one line: an overflow is part of the lesson. In what is lent, the line that called it counts."""
    if filename == _LENT:
        lineno = next(
            (frame.lineno or 0 for frame in reversed(traceback.extract_stack()) if frame.filename == _NAME), 0
        )
    print(f"warning line {lineno}: {category.__name__}: {message}", file=sys.stderr, flush=True)
