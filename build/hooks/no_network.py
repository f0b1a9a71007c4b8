"""Runs first in the bundle: stand-ins for the two network modules that others import, so nothing can connect.

Three modules of the standard library (multiprocessing.reduction, logging.handlers, xml.sax.saxutils) import
`socket` or `urllib.request` at their head, although nothing here uses what they need them for. They find these;
the real ones are not in the bundle.
"""

import sys
import types


class _NoSocket:
    """What a socket is in Glassbox."""

    def __init__(self, *_given: object, **_named: object) -> None:
        raise OSError("Glassbox has no network")


def _stand_in(name: str, **holding: object) -> None:
    module = types.ModuleType(name, "Glassbox has no network.")
    module.__dict__.update(holding)
    sys.modules[name] = module


_stand_in("socket", socket=_NoSocket)
_stand_in("urllib.request")
