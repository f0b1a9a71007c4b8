"""An animated picture of the last steps, drawn from the stored frames by a second view that nobody sees.

A few frames are drawn at a time, so the window stays usable; it can be cancelled.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QProgressDialog

from lab.core.text import _
from lab.shell import files
from lab.shell.box.box import ExperimentBox
from lab.shell.context import Context
from widgets.base.look import look

__all__ = ["Recorder", "gif_of"]

SIZE = (860, 560)
FRAME_MS = 83
MOST = 120


class Recorder(QObject):
    """Makes one animation and asks where to save it."""

    def __init__(self, window: Context, box: ExperimentBox) -> None:
        super().__init__(window.window())
        self._window, self._box = window, box
        self._frames: list[Any] = []
        self._pictures: list[Image.Image] = []
        self._view: Any = None
        self._progress: QProgressDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._draw_one)

    def record(self, frames: list[Any] | Exception) -> None:
        """Draw these frames one after the other."""
        if isinstance(frames, Exception) or len(frames) < 2:
            text = _("Run the experiment first, then save its last seconds.")
            self._window.tell("info", _("Nothing to record yet"), text)
            self.deleteLater()
            return
        self._frames = list(frames[-MOST:])
        self._view = self._box.experiment.load_view()()
        self._view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._view.resize(QSize(*SIZE))
        if self._box.display is not None:
            self._view.show_display(self._box.display)
        self._view.show()
        self._progress = QProgressDialog(
            _("Drawing the animation…"), _("Cancel"), 0, len(self._frames), self._box.window()
        )
        self._progress.setMinimumDuration(400)
        self._progress.canceled.connect(self._finish)
        self._progress.destroyed.connect(self._give_up)  # its window was closed
        self._timer.start()

    def _draw_one(self) -> None:
        if self._progress is None or not self._frames:
            return
        done = len(self._pictures)
        if done == len(self._frames):
            self._timer.stop()
            self._save()
            return
        self._view.show_frame(self._frames[done])
        self._pictures.append(_picture(self._view.grab().toImage(), look().palette.surface))
        self._progress.setValue(done + 1)

    def _save(self) -> None:
        pictures = self._pictures
        name = f"{self._box.experiment.id}.gif"
        self._finish()
        path = files.ask_where(self._window, _("Save the animation"), name, "GIF (*.gif)")
        if path is not None:
            files.write(self._window, path, gif_of(pictures))

    def _give_up(self) -> None:
        self._progress = None
        self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        if self._progress is not None:
            self._progress.destroyed.disconnect(self._give_up)
            self._progress.deleteLater()
            self._progress = None
        if self._view is not None:
            self._view.hide()
            self._view.deleteLater()
            self._view = None
        self.deleteLater()


def _picture(image: QImage, background: str) -> Image.Image:
    """A grabbed image for Pillow, on the background of the docks."""
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    size = (image.width(), image.height())
    picture = Image.frombytes("RGBA", size, bytes(image.constBits()), "raw", "RGBA", image.bytesPerLine())
    paper = Image.new("RGB", size, background)
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def gif_of(pictures: list[Image.Image], frame_ms: int = FRAME_MS) -> bytes:
    """An endless GIF; the last picture stands for a second."""
    palette = pictures[-1].quantize(192)
    small = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    out = io.BytesIO()
    durations = [frame_ms] * (len(small) - 1) + [1000]
    small[0].save(out, "GIF", save_all=True, append_images=small[1:], duration=durations, loop=0, optimize=False)
    return out.getvalue()
