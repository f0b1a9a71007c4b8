"""A second launch always ends in a window: it hands over to one that answers, or opens one of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile

from lab.runtime.home import Home
from lab.shell.app import instance
from lab.shell.app.instance import Instance, owner_of
from tests.ordinary import PYTHONPATH

ROOT = Path(__file__).resolve().parents[3]
HOST = instance.host_name()
FOREIGN = "4711\nglassbox\nPC-07\n0123456789abcdef\nfedcba98-0000\n"


class Launch:
    """The lab in a process of its own, and what it said."""

    def __init__(self, home: Path, target: str = "", **settings: str) -> None:
        environment = {**os.environ, "GLASSBOX_HOME": str(home), "PYTHONPATH": PYTHONPATH, **settings}
        command = [sys.executable, str(ROOT / "tests" / "opened.py"), *([target] if target else [])]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=environment
        )
        self.message: dict[str, Any] = {}

    def wait(self, word: str) -> Any:
        """What the launch says under a word; None when it ends without, or says nothing for a minute."""
        patience = threading.Timer(60.0, self.process.kill)
        patience.start()
        try:
            return self._heard(word)
        finally:
            patience.cancel()

    def _heard(self, word: str) -> Any:
        assert self.process.stdout is not None
        while word not in self.message and (line := self.process.stdout.readline()):
            self.message |= json.loads(line)
        return self.message.get(word)


@pytest.fixture
def launch(own_home: Path) -> Iterator[Callable[..., Launch]]:
    made: list[Launch] = []

    def launched(target: str = "", **settings: str) -> Launch:
        made.append(Launch(own_home, target, **settings))
        return made[-1]

    yield launched
    for each in made:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


def written_long_ago(path: Path) -> None:
    os.utime(path, (time.time() - 3600, time.time() - 3600))


def there(path: Path) -> None:
    """Wait for a file that another process writes."""
    end = time.monotonic() + 60
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert path.exists()


class HandingOver(threading.Thread):
    """Hands over from a thread of its own, as another process would, while this one goes on."""

    def __init__(self, second: Instance, target: str) -> None:
        super().__init__()
        self._second, self._target = second, target
        self.taken: bool | None = None
        self.start()

    def run(self) -> None:
        self.taken = self._second.hand_over(self._target)


def test_the_second_hands_over_to_the_first_which_opens_the_target(qtbot, own_home, tmp_path) -> None:
    first, second = Instance(Home(own_home)), Instance(Home(own_home))
    assert first.first and not second.first
    with qtbot.waitSignal(first.requested, timeout=20_000) as requested:
        handing = HandingOver(second, str(tmp_path / "Ünï cødé.glassbox"))
    assert requested.args == [str(tmp_path / "Ünï cødé.glassbox")]
    handing.join()
    assert handing.taken is True and not second.first
    assert not list((own_home / "asked").glob("*"))
    first.close()


def test_the_next_launch_is_the_first_after_the_first_has_closed(qapp, own_home) -> None:
    first = Instance(Home(own_home))
    first.close()
    again = Instance(Home(own_home))
    assert again.first and again.slot == ""
    again.close()


@pytest.mark.parametrize("content", [b"", b"\n", b"garbage", b"12\xff\n", b"-1\nx\ny\n", b"\x00" * 9000])
def test_a_lock_that_says_nothing_is_removed(qapp, own_home, content: bytes) -> None:
    (own_home / "instance.lock").write_bytes(content)
    made = Instance(Home(own_home))
    assert made.first and made.slot == "" and made.sentence == ""
    assert owner_of(own_home / "instance.lock").process == os.getpid()
    made.close()
    assert [path.name for path in own_home.glob("instance*")] == []


def test_a_lock_that_is_only_just_being_written_is_waited_for(qapp, own_home) -> None:
    """Two starts at once: the file of the first is empty for a moment."""
    first = Instance(Home(own_home))
    lock = own_home / "instance.lock"
    content = lock.read_bytes()
    lock.write_bytes(b"")
    timer = threading.Timer(0.2, lambda: lock.write_bytes(content))
    timer.start()
    second = Instance(Home(own_home))
    timer.join()
    assert not second.first
    assert lock.read_bytes() == content
    first.close()


def test_the_lock_of_a_process_that_is_gone_is_taken_over(qapp, own_home) -> None:
    gone = subprocess.run([sys.executable, "-c", CRASH, str(own_home / "instance.lock")], env={**os.environ})
    assert gone.returncode == 9
    assert owner_of(own_home / "instance.lock").here
    made = Instance(Home(own_home))
    assert made.first and made.slot == ""
    made.close()


CRASH = """
import os, sys
from PySide6.QtCore import QCoreApplication, QLockFile
app = QCoreApplication([])
lock = QLockFile(sys.argv[1])
assert lock.tryLock(0)
os._exit(9)
"""


def test_a_lock_is_not_stale_because_the_window_has_been_open_for_long(qapp, own_home) -> None:
    """On a share where locks of the system do not work, only what stands in the file says that it is held."""
    lock = own_home / "instance.lock"
    held = QLockFile(str(lock))
    assert held.tryLock(0)
    content = lock.read_bytes()
    held.unlock()
    lock.write_bytes(content)
    written_long_ago(lock)
    assert not Instance(Home(own_home)).first
    assert lock.read_bytes() == content


@pytest.mark.parametrize("ids", ["0123456789abcdef\nfedcba98-0000\n", "\n\n", "{machine}\nother\n"])
def test_the_lock_of_another_computer_is_left_alone_and_a_window_opens_beside_it(qapp, own_home, ids: str) -> None:
    """Also where both computers were copied from one image and have the same machine id."""
    probe = QLockFile(str(own_home / "probe"))
    probe.tryLock(0)
    content = "4711\nglassbox\nPC-07\n" + ids.format(machine=owner_of(own_home / "probe").machine)
    probe.unlock()
    lock = own_home / "instance.lock"
    lock.write_text(content)
    written_long_ago(lock)
    made = Instance(Home(own_home))
    assert made.first and made.slot == HOST
    assert "PC-07" in made.sentence
    assert lock.read_text() == content
    assert not made.left("")
    second = Instance(Home(own_home))
    assert not second.first and second.slot == HOST  # the window beside it is asked, not a third one opened
    made.close()
    assert made.left(HOST)


def test_a_target_goes_to_the_window_beside_a_foreign_lock_on_this_computer(qtbot, own_home) -> None:
    (own_home / "instance.lock").write_text(FOREIGN)
    first, second = Instance(Home(own_home)), Instance(Home(own_home))
    with qtbot.waitSignal(first.requested, timeout=20_000) as requested:
        handing = HandingOver(second, "lab:gradient-descent")
    assert requested.args == ["lab:gradient-descent"]
    handing.join()
    first.close()


def test_a_window_that_is_itself_being_opened_has_more_time_to_answer(qapp, own_home) -> None:
    first, second = Instance(Home(own_home)), Instance(Home(own_home))
    requested: list[str] = []
    first.requested.connect(requested.append)
    handing = HandingOver(second, "lab:gradient-descent")
    time.sleep(instance.PATIENCE + 0.4)
    first.collect()
    handing.join()
    assert handing.taken and requested == ["lab:gradient-descent"]
    first.close()


def test_a_request_that_nobody_takes_is_withdrawn_and_a_window_opens(qapp, own_home) -> None:
    first, second = Instance(Home(own_home)), Instance(Home(own_home))  # the first gets no time to answer
    written_long_ago(own_home / "instance.lock")
    begun = time.monotonic()
    assert second.hand_over("lab:gradient-descent") is False
    assert time.monotonic() - begun > 1.9
    assert second.first and second.slot == HOST
    assert "does not answer" in second.sentence
    requested: list[str] = []
    first.requested.connect(requested.append)
    first.collect()
    assert requested == []
    assert not list((own_home / "asked").glob("*"))
    second.close()
    first.close()


def test_a_window_that_is_closed_while_it_is_requested_leaves_its_seat_to_the_next(qapp, own_home) -> None:
    first, second = Instance(Home(own_home)), Instance(Home(own_home))
    timer = threading.Timer(0.2, first.close)
    timer.start()
    assert second.hand_over("") is False
    timer.join()
    assert second.first and second.slot == "" and second.sentence == ""
    second.close()


def test_handing_over_where_nothing_can_be_written_opens_a_window_instead(qapp, own_home, monkeypatch) -> None:
    first, second = Instance(Home(own_home)), Instance(Home(own_home))

    def full(*_arguments: object, **_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(instance, "write_atomically", full)
    assert second.hand_over("lab:gradient-descent") is False
    assert second.first and second.slot == HOST
    second.close()
    first.close()


@pytest.mark.parametrize(
    ("process", "age", "opens"), [(0, 119, True), (0, 121, False), (1, 0, False), (0, -121, False)]
)
def test_only_what_was_requested_of_this_very_window_just_now_opens(qapp, own_home, process, age, opens) -> None:
    """Requests left from yesterday, or for a window that was killed, are removed."""
    first = Instance(Home(own_home))
    name = f"{os.getpid() + process}-{time.time_ns() - age * 10**9}.txt"
    (own_home / "asked" / name).write_text("lab:gradient-descent")
    (own_home / "asked" / f"{time.time_ns()}.txt").write_text("lab:of-an-older-version")
    requested: list[str] = []
    first.requested.connect(requested.append)
    first.collect()
    assert requested == (["lab:gradient-descent"] if opens else [])
    assert not list((own_home / "asked").glob("*"))
    first.close()


def test_without_a_lock_a_window_has_a_seat_of_its_own_and_takes_a_lock_later(qapp, own_home) -> None:
    home = Home(own_home)
    home.problem = "the disk is full"
    made = Instance(home)
    assert made.first and made.slot == f"{HOST}-{os.getpid()}"
    assert not list(own_home.glob("instance*"))
    home.problem = ""
    made.settle()
    assert [path.name for path in own_home.glob("instance*")] == [f"instance-{made.slot}.lock"]
    made.close()


# ------------------------------------------------------------------------------ the program in processes of its own


@pytest.mark.skipif(os.name != "posix", reason="a process is stopped by a signal of Unix")
def test_beside_a_window_that_hangs_another_opens_what_was_requested_and_touches_nothing_of_it(
    launch, own_home
) -> None:
    first = launch("lab:gradient-descent", GLASSBOX_TEST_STAYS="1")
    assert first.wait("opened")["boxes"] == ["gradient-descent"]
    there(own_home / "session.json")
    first.process.send_signal(signal.SIGSTOP)
    written_long_ago(own_home / "instance.lock")
    before = {name: (own_home / name).read_bytes() for name in ("session.json", "running", "instance.lock")}
    second = launch("lab:linear-regression")
    opened = second.wait("opened")
    assert opened["boxes"] == ["linear-regression"] and opened["seen"]
    assert "does not answer" in opened["beside"] and "does not answer" in opened["card"]
    assert second.wait("exit") == 0
    assert {name: (own_home / name).read_bytes() for name in before} == before
    assert b"linear" in (own_home / f"session-{HOST}.json").read_bytes()
    first.process.send_signal(signal.SIGCONT)
    third = launch("lab:loss-functions", GLASSBOX_TEST_PATIENCE="120")  # it answers again
    assert third.wait("exit") == 0 and "opened" not in third.message
    first.message.clear()
    assert first.wait("asked") == "lab:loss-functions"


def test_of_two_started_at_once_one_opens_what_both_were_requested_to(launch) -> None:
    settings = {"GLASSBOX_TEST_AFTER": "60000", "GLASSBOX_TEST_PATIENCE": "120"}
    targets = ["lab:gradient-descent", "lab:linear-regression"]
    both = [launch(target, **settings) for target in targets]
    while all(each.process.poll() is None for each in both):
        time.sleep(0.05)
    second = next(each for each in both if each.process.poll() is not None)
    (first,) = (each for each in both if each is not second)
    assert second.wait("exit") == 0 and "asked" not in second.message
    handed_over = targets[both.index(second)]
    while first.message.get("asked") != handed_over:
        first.message.clear()
        assert first.wait("asked")


def test_what_was_left_to_be_opened_by_a_lab_that_was_killed_is_not_opened_and_is_removed(launch, own_home) -> None:
    (own_home / "asked").mkdir()
    (own_home / "asked" / f"4711-{time.time_ns() - 86_400 * 10**9}.txt").write_text("lab:gradient-descent")
    made = launch()
    assert made.wait("opened")["boxes"] == []
    assert made.wait("exit") == 0 and "asked" not in made.message
    assert not list((own_home / "asked").glob("*"))


def test_beside_the_lock_of_another_computer_the_session_is_the_windows_own(launch, own_home) -> None:
    (own_home / "instance.lock").write_text(FOREIGN)
    (own_home / "session.json").write_text('{"boxes": [], "layout": {}, "current": "theirs"}')
    (own_home / "running").write_text("1")
    made = launch("lab:gradient-descent")
    assert "PC-07" in made.wait("opened")["beside"]
    assert made.wait("exit") == 0
    assert "theirs" in (own_home / "session.json").read_text()
    assert (own_home / "running").exists() and (own_home / "instance.lock").read_text() == FOREIGN
    again = launch()
    assert "1 experiment was open" in again.wait("opened")["asks"]  # the next start on this computer goes on with it


@pytest.mark.skipif(os.name != "posix", reason="signals end a program on Unix; Windows announces a log-off through Qt")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_log_off_saves_the_session_and_leaves_no_mark_of_a_crash(launch, own_home, name) -> None:
    made = launch("lab:gradient-descent", GLASSBOX_TEST_STAYS="1")
    assert made.wait("opened")
    assert (own_home / "running").exists()
    made.process.send_signal(getattr(signal, name))
    assert made.wait("exit") == 0
    assert b"gradient" in (own_home / "session.json").read_bytes()
    assert not (own_home / "running").exists() and not (own_home / "instance.lock").exists()


def test_a_log_off_announced_by_the_system_saves_and_may_be_called_off(
    window, descent, own_home, qtbot, monkeypatch
) -> None:
    from lab.arguments import Call
    from lab.shell.app import window as module

    window.begin(Call())
    descent()
    monkeypatch.setattr(module, "STILL_HERE_MS", 50)
    window.expect_the_end()
    assert (own_home / "session.json").exists() and not (own_home / "running").exists()
    qtbot.waitUntil((own_home / "running").exists)
