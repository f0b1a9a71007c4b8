"""Runs first in the bundle: stand-ins for modules that others import and nothing here uses.

No network: modules of the standard library (multiprocessing.reduction, logging.handlers, xml.sax.saxutils) import
`socket` or `urllib.request` at their head. They find these; the real ones are not in the bundle, so nothing can
open a connection. No OpenGL: pyqtgraph imports Qt's two OpenGL modules (10 MB) for widgets that the lab never
makes, since everything here is painted by the processor.
"""

import sys
import types


class _NoSocket:
    """What a socket is in Glassbox."""

    def __init__(self, *_given: object, **_named: object) -> None:
        raise OSError("Glassbox has no network")


class _NoOpenGL:
    """What a widget of OpenGL is in Glassbox."""

    def __init__(self, *_given: object, **_named: object) -> None:
        raise RuntimeError("Glassbox uses no OpenGL")


def _stand_in(name: str, **holding: object) -> None:
    module = types.ModuleType(name, "A stand-in: Glassbox does without.")
    module.__dict__.update(holding)
    sys.modules[name] = module


_stand_in("socket", socket=_NoSocket)
_stand_in("urllib.request")
_stand_in("PySide6.QtOpenGL", QOpenGLVersionFunctionsFactory=_NoOpenGL)
_stand_in("PySide6.QtOpenGLWidgets", QOpenGLWidget=_NoOpenGL)
