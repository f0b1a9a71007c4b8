"""The command line: `python -m lab`, installed as `glassbox`.

    glassbox                       open the lab where it was left
    glassbox FILE.glassbox         open a file, or a lab: link
    glassbox list [--json]         the experiments
    glassbox run ID …              run one without a window, print its numbers
    glassbox shot [ID…] --out P    the real window as a picture, without a display
    glassbox check [ID…]           the self-test
    glassbox bench [--json]        how fast this machine is
    glassbox packs [add FILE]      the model packs; adds one

Bad input is one clear line on standard error and exit code 2. BLAS gets one thread before NumPy is imported:
on small models two threads are slower, and they would take the core the window draws on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

__all__ = ["main"]

for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(_name, "1")

COMMANDS = ("list", "run", "shot", "check", "bench", "packs", "cell")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["cell"]:
        from lab.cell import main as cell

        return cell(sys.stdin, sys.stdout)
    if words[:1] == ["measure"]:
        from lab.bench import measure

        return measure(words[1])
    from lab.arguments import UsageError, parse

    try:
        call = parse(words)
        if call.data:
            os.environ["GLASSBOX_HOME"] = call.data
        if call.command in COMMANDS:
            from lab.commands import carry_out

            return carry_out(call)
        from lab.shell.app.start import run

        return run(call)
    except UsageError as error:
        print(f"glassbox: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
