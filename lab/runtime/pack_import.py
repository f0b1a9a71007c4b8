"""Adding a model pack from a file that somebody brought: on a stick, a share, a download.

The work is an iterator of small steps, so that whoever runs it can show how far it is and stop at any time:

    look     is it a file we know, and has the disk room?
    copy     into the packs folder, with its SHA-256 on the way; a copy that was cut short is gone on with
    convert  into the lab's own format; it appears under its name only when it is whole

What is brought is not trusted: the published model is known by its SHA-256, and a converted file is opened and
checked tensor by tensor. Nothing in either can run.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import threading
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.formats.npz import DAMAGED
from lab.runtime.files import reason
from lab.runtime.packs import Pack, Place, Source

__all__ = ["Advance", "Job", "PackError", "importing", "remove"]

BLOCK = 2**20
MOST_TIMES = 3  # the size of the published file that an archive with it may have
MARGIN = 16 * 2**20  # bytes a disk should keep


class PackError(ValueError):
    """Why a pack cannot be added or removed, in words for whoever brought the file."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far an import is. phase: "copy", "convert" or "done".  share: of the phase, 0..1."""

    phase: str
    share: float


def importing(pack: Pack, brought: Path, place: Place) -> Generator[Advance, None, None]:
    """Add `pack` from a file to a place, in small steps.

    brought: the published file, the archive that holds it, or a file another computer's lab has converted.
    Closing the iterator stops the work: the copy made so far is kept and gone on with next time, nothing else
    stays behind. Raises PackError.
    """
    assert pack.source is not None, "what comes with the lab cannot be added"
    target = place.folder / pack.file
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        if brought.suffix == target.suffix:
            yield from _adopt(brought, target)
        else:
            copy = place.folder / f"{pack.id}{pack.source.suffix}.part"
            _see_room(place.folder, pack.source.size - _length(copy) + pack.size)
            yield from _copied(pack.source, brought, copy)
            yield from _converted(copy, target)
            copy.unlink(missing_ok=True)
    except OSError as error:
        raise PackError(f"{brought.name}: {reason(error)}") from error
    yield Advance("done", 1.0)


def remove(pack: Pack, place: Place) -> None:
    """Delete an added pack and what an interrupted import left. Raises PackError."""
    assert pack.source is not None
    try:
        for name in (pack.file, f"{pack.id}{pack.source.suffix}.part"):
            (place.folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise PackError(f"{pack.file}: {reason(error)}") from error


# ------------------------------------------------------------------------------------------------ copying


def _copied(source: Source, brought: Path, copy: Path) -> Generator[Advance, None, None]:
    """Copy the published file to `copy`, going on where an earlier copy stopped; its SHA-256 has the last word."""
    digest, have = hashlib.sha256(), 0
    with _opened(source, brought) as stream:
        if 0 < _length(copy) <= source.size:
            have = yield from _kept(stream, copy, digest, source.size)
        with copy.open("r+b" if have else "wb") as file:
            file.seek(have)
            file.truncate()
            while block := stream.read(BLOCK):
                have += len(block)
                if have > source.size:
                    break
                digest.update(block)
                file.write(block)
                yield Advance("copy", have / source.size)
    if have != source.size or digest.hexdigest() != source.sha256:
        copy.unlink(missing_ok=True)
        text = _("{name} is not the file that the lab knows: its SHA-256 begins with {got}, {wanted} was expected.")
        text = text.format(name=brought.name, got=digest.hexdigest()[:8], wanted=source.sha256[:8])
        raise PackError(text + " " + _("Nothing was added."))


def _kept(stream: IO[bytes], copy: Path, digest: hashlib._Hash, size: int) -> Generator[Advance, None, int]:
    """Go past what an earlier copy holds, as long as both agree. Gives the number of bytes that do."""
    have = 0
    with copy.open("rb") as file:
        while block := file.read(BLOCK):
            if stream.read(len(block)) != block:
                stream.seek(have)
                break
            digest.update(block)
            have += len(block)
            yield Advance("copy", have / size)
    return have


@contextlib.contextmanager
def _opened(source: Source, brought: Path) -> Iterator[IO[bytes]]:
    """The published file's bytes, plain or from the archive.

    Raises PackError when it is neither, also while the bytes are being read; OSError when the file is gone.
    """
    try:
        size = brought.stat().st_size
        if zipfile.is_zipfile(brought):
            with _archived(source, brought, size) as member:
                yield member
        elif size == source.size:
            with brought.open("rb") as file:
                yield file
        else:
            text = _("{name} has {size} bytes; the file that the lab knows has {wanted}. Nothing was added.")
            raise PackError(text.format(name=brought.name, size=size, wanted=source.size))
    except PackError:
        raise
    except KeyError as error:
        text = _("{name} does not hold {member}. Nothing was added.")
        raise PackError(text.format(name=brought.name, member=Path(source.member).name)) from error
    except DAMAGED as error:
        raise PackError(_("{name} is damaged. Nothing was added.").format(name=brought.name)) from error


@contextlib.contextmanager
def _archived(source: Source, brought: Path, size: int) -> Iterator[IO[bytes]]:
    """The member of an archive. Its size and packing are looked at first: other packings unfold without bound."""
    if size > MOST_TIMES * source.size + BLOCK:
        text = _("{name} has {size} bytes, too many to be the archive that the lab knows. Nothing was added.")
        raise PackError(text.format(name=brought.name, size=size))
    with zipfile.ZipFile(brought) as archive:
        member = archive.getinfo(source.member)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            text = _("{name} is packed in another way than the archive that the lab knows. Nothing was added.")
            raise PackError(text.format(name=brought.name))
        with archive.open(member) as stream:
            yield stream


# --------------------------------------------------------------------------------------------- converting


def _converted(copy: Path, target: Path) -> Generator[Advance, None, None]:
    from lab.engine.pretrained.llama_int8 import converting

    with contextlib.closing(converting(copy, target)) as steps:
        try:
            for share in steps:
                yield Advance("convert", share)
        except ValueError as error:
            raise PackError(str(error)) from error


def _adopt(brought: Path, target: Path) -> Generator[Advance, None, None]:
    """Take over a file that another lab has converted, once every tensor has been looked at."""
    size = brought.stat().st_size
    _see_room(target.parent, size)
    _check(brought)
    if target.exists() and target.samefile(brought):
        return
    part = target.with_name(target.name + ".part")
    try:
        with brought.open("rb") as stream, part.open("wb") as file:
            while block := stream.read(BLOCK):
                file.write(block)
                yield Advance("copy", file.tell() / size)
        _check(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _check(path: Path) -> None:
    """Open a converted file and look at every tensor's place, type and shape. Raises PackError."""
    from lab.engine.pretrained.smollm2 import open_int8

    try:
        _vocabulary = open_int8(path).vocabulary
    except ValueError as error:
        raise PackError(_("{error}. Nothing was added.").format(error=error)) from error
    except DAMAGED as error:
        raise PackError(_("{name} is damaged. Nothing was added.").format(name=path.name)) from error


def _length(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _see_room(folder: Path, needed: int) -> None:
    """Raises PackError when the disk has less than `needed` bytes to spare."""
    free = shutil.disk_usage(folder).free - MARGIN
    if free < needed:
        text = _("The disk has {free} MB to spare, and this needs {needed} MB. Nothing was added.")
        raise PackError(text.format(free=max(0, free) // 10**6, needed=-(-needed // 10**6)))


# ------------------------------------------------------------------------------------------------- a thread


class Job:
    """An import on a thread of its own. Whoever shows it looks at `advance`, `error` and `running` when it likes."""

    def __init__(self, pack: Pack, brought: Path, place: Place) -> None:
        self.pack, self.brought, self.place = pack, brought, place
        self.advance = Advance("copy", 0.0)
        self.error = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"pack-{pack.id}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def done(self) -> bool:
        return self.advance.phase == "done"

    def cancel(self) -> None:
        """Stop soon. What was copied is kept for the next time."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    def _work(self) -> None:
        steps = importing(self.pack, self.brought, self.place)
        try:
            for advance in steps:
                self.advance = advance
                if self._stop.is_set():
                    break
        except PackError as error:
            self.error = str(error)
        except Exception as error:  # whatever it is, it stays on this thread and is told
            self.error = f"{type(error).__name__}: {error}"
        finally:
            steps.close()
