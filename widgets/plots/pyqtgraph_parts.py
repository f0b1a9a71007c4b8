"""The parts of pyqtgraph that a plot is made of.

`import pyqtgraph` brings all of it: tables, trees, another process to draw in; and its module `Qt` copies every name
of Qt, for which PySide6 makes a Python class of each of Qt's 1,300: 14 MB and a turn of 110 ms. So its package is put
in place here without what its `__init__` runs, with Qt's own modules in place of the copies, and only the items that
are used are imported. Where all of pyqtgraph was imported before, it is used as it is.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from widgets.base.imports import stand_ins

__all__ = ["OPTIONS", "GraphicsView", "ScatterPlotItem", "ViewBox", "mkPen"]

OPTIONS: dict[str, Any] = {
    "useOpenGL": False,
    "leftButtonPan": True,
    "foreground": "d",
    "background": "k",
    "antialias": False,
    "editorCommand": None,
    "exitCleanup": True,
    "enableExperimental": False,
    "crashWarning": False,
    "mouseRateLimit": 100,
    "imageAxisOrder": "col-major",
    "useCupy": False,
    "useNumba": False,
    "segmentedLineMode": "auto",
}
"""pyqtgraph's options as they are when nobody has changed any."""


class _Nothing:
    """What a thing of OpenGL or XML is here: a name that is never used."""


_UNUSED: dict[str, dict[str, object]] = {
    "PySide6.QtOpenGL": {"QOpenGLVersionFunctionsFactory": _Nothing},
    "PySide6.QtOpenGLWidgets": {"QOpenGLWidget": QtWidgets.QWidget},
    "xml.etree.ElementTree": {"Element": _Nothing},
    "cProfile": {},
}


def _put_in_place(name: str, holding: dict[str, Any]) -> ModuleType:
    """A package whose modules can be imported one by one, with what they find in the package itself."""
    spec: ModuleSpec | None = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    module = module_from_spec(spec)
    vars(module).update(holding)
    sys.modules[name] = module
    return module


@cache
def _end_with_application() -> None:
    """When the program ends, the views no longer tell each other that they go."""
    app = QtCore.QCoreApplication.instance()
    if app is not None:
        app.aboutToQuit.connect(ViewBox.quit)


def _prepare() -> None:
    parent = _put_in_place(
        "pyqtgraph",
        {
            "CONFIG_OPTIONS": OPTIONS,
            "getConfigOption": OPTIONS.__getitem__,
            "setConfigOption": OPTIONS.__setitem__,
            "_connectCleanup": _end_with_application,
        },
    )
    qt = {
        "QT_LIB": "PySide6",
        "QtCore": QtCore,
        "QtGui": QtGui,
        "QtWidgets": QtWidgets,
        "QtVersion": QtCore.qVersion(),
        "isQObjectAlive": shiboken6.isValid,
    }
    vars(parent)["Qt"] = _put_in_place("pyqtgraph.Qt", qt)
    from pyqtgraph.Qt import compat

    compat.wrapinstance = shiboken6.wrapInstance
    compat.unwrapinstance = _address
    compat.voidptr = shiboken6.VoidPtr


def _address(of: shiboken6.Shiboken.Object) -> int:
    return int(shiboken6.getCppPointer(of)[0])


if "pyqtgraph" not in sys.modules:
    _prepare()

with stand_ins(_UNUSED):
    from pyqtgraph.functions import mkPen
    from pyqtgraph.graphicsItems.ScatterPlotItem import ScatterPlotItem
    from pyqtgraph.graphicsItems.ViewBox import ViewBox
    from pyqtgraph.Qt import internals  # noqa: F401  (its parts are found in Qt)
    from pyqtgraph.widgets.GraphicsView import GraphicsView
