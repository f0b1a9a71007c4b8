"""What goes into the bundle and what stays out: plain rules, so that a test can read them without freezing.

Three nets, each finer than the one before. `EXCLUDED` names Python modules that nothing of ours uses; PyInstaller
then leaves them out with what only they import. `DROPPED` names files that come along with Qt and are of no use
to a lab without a network, a database or a GPU. `reachable` then walks from every extension module and plugin to
the libraries it needs, and what nobody needs any more is left out too.

An exclusion can break the app silently, so `glassbox check` is passed in the frozen tree every time.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

__all__ = [
    "CELL_MODULES",
    "EXCLUDED",
    "HOST",
    "NETWORK",
    "host_needs",
    "is_dropped",
    "network_in",
    "reachable",
    "shared_name",
    "unexpected",
]

NETWORK = (
    "_socket", "socket", "_ssl", "ssl", "asyncio", "socketserver", "http", "urllib.request", "ftplib", "imaplib",
    "poplib", "smtplib", "telnetlib", "nntplib", "xmlrpc", "webbrowser", "PySide6.QtNetwork",
)  # fmt: skip
"""The Python modules that could open a connection. The bundle holds none; `hooks/stand_ins.py` stands in for one."""

EXCLUDED = (
    *NETWORK,
    # development, other people's windows, and shells
    "tkinter", "_tkinter", "unittest", "doctest", "pdb", "lib2to3", "distutils", "setuptools", "pkg_resources", "pip",
    "readline", "curses", "_curses", "sqlite3", "_sqlite3", "venv", "ensurepip", "idlelib", "pytest", "hypothesis",
    "mypy", "ruff", "babel", "widgets.gallery",
    # parts of what we use that we do not use
    "PySide6.QtTest", "PySide6.QtDBus", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtSql", "PySide6.QtXml",
    "PySide6.QtConcurrent", "PySide6.QtDesigner", "PySide6.QtHelp", "PySide6.QtUiTools", "PySide6.QtQuickControls2",
    "PySide6.QtQuickWidgets", "PySide6.QtPrintSupport", "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets",
    "pyqtgraph.opengl", "pyqtgraph.examples", "pyqtgraph.jupyter", "pyqtgraph.console", "pyqtgraph.flowchart",
    "pyqtgraph.dockarea", "pyqtgraph.canvas",
    "_hashlib",  # OpenSSL; Python has its own SHA-2
    "numpy.f2py", "numpy.testing", "numpy.distutils", "numpy._pyinstaller", "numpy.typing.mypy_plugin",
    "PIL._avif", "PIL._webp", "PIL._imagingft", "PIL._imagingcms", "PIL._imagingtk", "PIL.ImageTk", "PIL.ImageQt",
    # what the parts above would take if it were there
    "OpenGL", "scipy", "matplotlib", "IPython", "pandas", "h5py", "cupy", "numba", "colorcet", "torch", "jax",
    "tensorflow", "sympy", "yaml",
)  # fmt: skip
"""Modules that PyInstaller leaves out, with everything below them."""

CELL_MODULES = (
    "bisect", "cmath", "collections", "copy", "csv", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "heapq", "itertools", "json", "math", "operator", "pprint", "random", "re", "statistics", "string",
    "textwrap", "time", "typing",
)  # fmt: skip
"""What a learner may import in a code cell besides NumPy, although no module of ours does."""

HOST = (
    "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0",
    "librt.so.1",  # the C library
    "libGL.so.1", "libEGL.so.1", "libX11.so.6", "libxcb.so.1",  # libgl1 and libegl1 bring them
    "libwayland-client.so.0", "libwayland-cursor.so.0",  # wherever there is a Wayland session
)  # fmt: skip
"""The libraries that a Linux bundle takes from the system; everything else it needs has to be in it."""

_PLUGINS = (
    r"(egldeviceintegrations|xcbglintegrations|wayland-graphics-integration-client|generic|networkinformation|tls|qmltooling|qmllint|sqldrivers|printsupport|designer|scxmldatamodel)/",
    r"platforms/(lib)?q(eglfs|linuxfb|minimal|minimalegl|vkkhrdisplay|vnc|direct2d|webgl)\b",
    r"platformthemes/libqgtk3\b",
    r"imageformats/(lib)?q(tiff|tga|wbmp|icns|pdf|ico)\b",
    r"wayland-shell-integration/lib(fullscreen-shell-v1|ivi-shell|qt-shell|wl-shell-plugin)\b",
)
_DROPPED = re.compile(
    r"/plugins/(" + "|".join(_PLUGINS) + r")"
    r"|/(opengl32sw|d3dcompiler_47)\.dll$"  # a GPU's stand-ins: everything here is painted by the processor
    r"|pyqtgraph/(icons/peegee|colors/maps|examples)"
    r"|(^|/)(Qt6?(Network|Qml|QmlModels|QmlMeta|Quick|Sql|Test|Pdf|VirtualKeyboard)|libQt6(Network|Qml|Quick)\w*)\b"
)
_QM = re.compile(r"/translations/(?P<catalogue>\w+?)_(?P<language>[a-z]{2,3}(_[A-Z]{2})?)\.qm$")


def is_dropped(destination: str, languages: Collection[str]) -> bool:
    """True when a file of the bundle is of no use, e.g. 'PySide6/Qt/plugins/tls/libqopensslbackend.so'.

    Of Qt's own texts only `qtbase` is kept, in the languages ('de', 'pt-BR') that the lab speaks.
    """
    path = "/" + destination.replace("\\", "/")
    if _DROPPED.search(path):
        return True
    text = _QM.search(path)
    if text is None:
        return False
    spoken = {code.replace("-", "_") for code in languages}
    return text["catalogue"] != "qtbase" or not {text["language"], text["language"].split("_")[0]} & spoken


def shared_name(destination: str) -> bool:
    """True for a library that only others load; extension modules and plugins are loaded by name and stay."""
    path = destination.replace("\\", "/")
    if re.search(r"(^|/)(plugins|lib-dynload)/", path) or re.search(r"\.(abi3|cpython-\w+)[.-]", path):
        return False
    return bool(re.search(r"\.so(\.\d+)*$|\.dylib$|\.dll$", path))


def reachable(roots: Iterable[str], needs: Callable[[str], Iterable[str]]) -> set[str]:
    """Every name that is reached from the roots by walking `needs`, the roots included."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs(name)
    return found


def host_needs(files: Iterable[Path]) -> set[str]:
    """The libraries that the ELF files among these need and do not bring along."""
    files = tuple(files)
    needed: set[str] = set()
    for file in files:
        with file.open("rb") as opened:
            if opened.read(4) != b"\x7fELF":
                continue
        listed = subprocess.run(["objdump", "-p", str(file)], capture_output=True, text=True, check=True).stdout
        needed |= set(re.findall(r"NEEDED\s+(\S+)", listed))
    return needed - {file.name for file in files}


def unexpected(libraries: Iterable[str]) -> list[str]:
    """Those of the libraries that a system may not have."""
    return sorted(set(libraries) - set(HOST))


def network_in(modules: Iterable[str], files: Iterable[str]) -> list[str]:
    """The modules and libraries of a bundle that could open a connection; there should be none."""
    python = [m for m in modules if any(m == name or m.startswith(f"{name}.") for name in NETWORK)]
    library = re.compile(r"(Qt6?Network|libssl|_ssl|_socket|libcurl|winhttp|libqopensslbackend)", re.I)
    return sorted({*python, *(f for f in files if library.search(Path(f).name))})
