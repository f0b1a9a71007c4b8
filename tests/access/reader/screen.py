"""An X screen of our own, and the least of a window manager: the topmost window has the keyboard.

Without one no window is ever active, and no key, Escape among them, reaches a dialog.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_int, c_long, c_uint, c_ulong, c_void_p

__all__ = ["Screen", "screen"]

VIEWABLE, TO_PARENT, NOW = 2, 2, 0


class _Attributes(ctypes.Structure):
    """XWindowAttributes of Xlib."""

    _fields_ = (
        [(name, c_int) for name in ("x", "y", "width", "height", "border_width", "depth")]
        + [("visual", c_void_p), ("root", c_ulong)]
        + [(name, c_int) for name in ("kind", "bit_gravity", "win_gravity", "backing_store")]
        + [("backing_planes", c_ulong), ("backing_pixel", c_ulong), ("save_under", c_int), ("colormap", c_ulong)]
        + [("map_installed", c_int), ("map_state", c_int)]
        + [(name, c_long) for name in ("all_event_masks", "your_event_mask", "do_not_propagate_mask")]
        + [("override_redirect", c_int), ("screen", c_void_p)]
    )


@ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
def _passed_over(_display: int, _error: int) -> int:
    return 0  # a window that went away between two requests


class Screen:
    """A connection to an X screen by its name, such as ":1"."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = c_void_p
        self._x.XSetErrorHandler(_passed_over)
        self._display = c_void_p(self._x.XOpenDisplay(name.encode()))
        self._x.XDefaultRootWindow.restype = c_ulong
        self._root = c_ulong(self._x.XDefaultRootWindow(self._display))

    def give_the_keyboard(self) -> None:
        """Give it to the topmost window that is no menu or tooltip."""
        for window, shown in self._shown():
            if not shown.override_redirect:
                self._x.XSetInputFocus(self._display, c_ulong(window), TO_PARENT, NOW)
                break
        self._x.XSync(self._display, 0)

    def popups(self) -> int:
        """How many menus, lists and tooltips are open."""
        return sum(bool(shown.override_redirect) for _window, shown in self._shown())

    def _shown(self) -> list[tuple[int, _Attributes]]:
        """The windows to be seen, the topmost first."""
        children, count, ignored = POINTER(c_ulong)(), c_uint(), c_ulong()
        self._x.XQueryTree(self._display, self._root, byref(ignored), byref(ignored), byref(children), byref(count))
        found = []
        for i in reversed(range(count.value)):
            one = _Attributes()
            there = self._x.XGetWindowAttributes(self._display, c_ulong(children[i]), byref(one))
            if there and one.map_state == VIEWABLE and one.width > 1:
                found.append((children[i], one))
        if count.value:
            self._x.XFree(children)
        return found


@contextmanager
def screen() -> Iterator[Screen]:
    """A screen of the size of an old laptop's."""
    reading, writing = os.pipe()
    words = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    server = subprocess.Popen(words, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        number = os.read(reading, 16).decode().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait()
