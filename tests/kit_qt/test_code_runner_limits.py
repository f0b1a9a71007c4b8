"""What a code cell may take, what it sees, and that nothing that it started outlives it."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess

from lab import cell_guard, cell_job
from lab.cell_guard import FILE, PROCESSES, user_tasks
from lab.kit_qt import code_runner
from lab.kit_qt.code_runner import CellResult, CellRunner, cell_command, cell_variables

WAIT = 20_000
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks")

SLEEPER = "import os, subprocess, sys, time\nsleep = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
PLAIN = SLEEPER + "p = subprocess.Popen(sleep)\nprint(p.pid, flush=True)\n"
OWN_SESSION = SLEEPER + "p = subprocess.Popen(sleep, start_new_session=True)\nprint(p.pid, flush=True)\n"
DAEMON = """import os, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        for number in (0, 1, 2, read, write):
            os.close(number)
        time.sleep(600)
    os._exit(0)
print(os.read(read, 20).decode(), flush=True)
"""
FOREVER = "while True: time.sleep(1)\n"


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(code_runner, "PATIENCE_MS", 200)


@pytest.fixture
def runner(qtbot):
    made = CellRunner()
    made.text = ""
    made.printed.connect(lambda text: setattr(made, "text", made.text + text))
    yield made
    made.shut()


def ended(qtbot, runner: CellRunner, code: str) -> CellResult:
    runner.text = ""
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as caught:
        runner.run(code)
    return caught.args[0]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def gone(qtbot, pid: int) -> None:
    qtbot.waitUntil(lambda: not runs(pid), timeout=WAIT)


# ------------------------------------------------------------------------------------------------ end


@linux
@pytest.mark.parametrize("code", [PLAIN, OWN_SESSION, DAEMON], ids=["child", "session", "daemon"])
def test_stop_ends_what_the_cell_started(qtbot, runner, code: str) -> None:
    runner.run(code + FOREVER)
    qtbot.waitUntil(lambda: "\n" in runner.text, timeout=WAIT)
    pid = int(runner.text)
    assert runs(pid)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as caught:
        runner.stop()
    assert caught.args[0].how == "stopped" and not runs(pid)


@linux
@pytest.mark.parametrize("code", [PLAIN, OWN_SESSION, DAEMON], ids=["child", "session", "daemon"])
def test_a_cell_that_ends_leaves_nothing_running(qtbot, runner, code: str) -> None:
    assert ended(qtbot, runner, code).how == "done"
    assert not runs(int(runner.text))


@linux
def test_closing_the_page_ends_what_the_cell_started(qtbot, runner) -> None:
    runner.run(DAEMON + FOREVER)
    qtbot.waitUntil(lambda: "\n" in runner.text, timeout=WAIT)
    runner.shut()
    gone(qtbot, int(runner.text))


@linux
def test_a_cell_that_ends_its_own_guard_is_ended_with_what_it_started(qtbot, runner) -> None:
    found = ended(qtbot, runner, PLAIN + "os.kill(os.getppid(), 9)\n" + FOREVER)
    assert found.how == "crashed"
    gone(qtbot, int(runner.text))


@linux
def test_a_cell_whose_guard_is_held_up_is_stopped_by_force(qtbot, impatient, runner) -> None:
    runner.run(PLAIN + "import signal\nos.kill(os.getppid(), signal.SIGSTOP)\nprint('held', flush=True)\n" + FOREVER)
    qtbot.waitUntil(lambda: "held" in runner.text, timeout=WAIT)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as caught:
        runner.stop()
    assert caught.args[0].how == "stopped"
    gone(qtbot, int(runner.text.split()[0]))


@linux
def test_a_cell_ends_when_the_lab_is_gone(qtbot) -> None:
    program, words = cell_command()
    code = f"""import subprocess, sys
cell = subprocess.Popen([{program!r}, *{words!r}], stdin=subprocess.PIPE, start_new_session=True)
cell.stdin.write({DAEMON + FOREVER!r}.encode())
cell.stdin.close()
sys.stdin.read()
"""
    lab = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid = int(lab.stdout.readline())
    assert runs(pid)
    lab.kill()
    lab.wait()
    lab.stdin.close()
    lab.stdout.close()
    gone(qtbot, pid)


@posix
def test_ordinary_endings_are_told_as_before(qtbot, runner) -> None:
    assert ended(qtbot, runner, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)") == CellResult(
        "crashed", "exit code 137"
    )
    assert ended(qtbot, runner, "import atexit\natexit.register(print, 'last')\nprint('first')").how == "done"
    assert runner.text == "first\nlast\n"
    thread = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('later'))).start()"
    assert ended(qtbot, runner, thread).how == "done" and runner.text == "later\n"


# --------------------------------------------------------------------------------------------- limits


@posix
def test_a_cell_is_under_every_limit_and_cannot_lift_it(qtbot, runner) -> None:
    names = sorted(cell_guard.limits())
    code = f"import resource\nfor name in {names}: print(name, *resource.getrlimit(getattr(resource, name)))\n"
    assert ended(qtbot, runner, code).how == "done"
    found = {name: (int(soft), int(hard)) for name, soft, hard in map(str.split, runner.text.splitlines())}
    assert set(found) >= {"RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"}
    for name, (soft, hard) in found.items():
        assert soft == hard, name
        if name != "RLIMIT_NPROC":
            assert soft == cell_guard.limits()[name]


@linux
def test_a_cell_may_start_some_processes_above_those_the_user_has(qtbot, runner, monkeypatch) -> None:
    found = user_tasks()
    assert found is not None and found >= 2  # this one and the machine's own
    monkeypatch.setattr(cell_guard, "user_tasks", lambda: 100)
    assert cell_guard.limits()["RLIMIT_NPROC"] == 100 + PROCESSES
    code = "import resource\nprint(resource.getrlimit(resource.RLIMIT_NPROC)[0])"
    assert ended(qtbot, runner, code).how == "done"
    assert int(runner.text) > PROCESSES


MULTIPLIES = """import os, time
pids = []
try:
    while True:
        pids.append(os.fork())
        if not pids[-1]:
            time.sleep(600)
except OSError:
    print(*pids)
"""


@linux
def test_a_cell_that_multiplies_itself_is_held_and_all_of_it_ended() -> None:
    """The administrator is under no such limit: where the tests run as that, the cell is another user's."""
    program, words = cell_command()
    other = {"user": 54_321} if os.getuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        given = {"cwd": folder, "env": cell_variables(os.environ, folder), "capture_output": True, "text": True}
        if subprocess.run([program, "-c", "import lab"], **given, **other).returncode:
            pytest.skip("another user may not read this checkout")
        done = subprocess.run([program, *words], input=MULTIPLIES, **given, **other)
    pids = [int(word) for word in done.stdout.split()]
    assert done.returncode == 0 and 1 <= len(pids) < PROCESSES + 500  # others of the user's may have ended meanwhile
    assert not any(runs(pid) for pid in pids)


@posix
def test_a_cell_writes_a_file_up_to_its_limit_and_no_further(qtbot, runner) -> None:
    code = "with open('x', 'wb') as file:\n    file.truncate({n})\nprint('written')"
    assert ended(qtbot, runner, code.format(n=FILE)).how == "done"
    found = ended(qtbot, runner, code.format(n=FILE + 1))
    assert found.how == "error" and found.line == 2 and "File too large" in found.message


# ---------------------------------------------------------------------------------------- environment


def test_a_cell_sees_no_secrets_of_the_user(qtbot, runner, monkeypatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "SSH_AUTH_SOCK", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("HOME", str(Path.home()))
    assert ended(qtbot, runner, "import os\nprint('secret' in str(os.environ), os.path.expanduser('~'))").how == "done"
    secret, home = runner.text.split()
    assert secret == "False" and Path(home) != Path.home() and not Path(home).exists()


def test_what_a_program_needs_to_start_on_windows_is_kept_whatever_its_case() -> None:
    given = {"SystemRoot": r"C:\Windows", "Path": r"C:\Python", "ComSpec": "cmd.exe", "OneDrive": r"C:\Users\ada"}
    made = cell_variables(given, "scratch")
    assert made["SystemRoot"] and made["Path"] and made["ComSpec"] and "OneDrive" not in made
    assert made["TEMP"] == made["USERPROFILE"] == made["HOME"] == "scratch"


# ------------------------------------------------------------------------------------- on Windows


class Kernel:
    """Stands in for kernel32. `refuses`: the call that fails."""

    def __init__(self, refuses: str = "") -> None:
        self.refuses, self.calls, self.limits = refuses, [], None

    def _say(self, name: str, *arguments: object) -> int:
        self.calls.append((name, *arguments))
        return 0 if name == self.refuses else 77

    def CreateJobObjectW(self, security: object, name: object) -> int:
        return self._say("create", security, name)

    def SetInformationJobObject(self, job: int, kind: int, limits: object, size: int) -> int:
        self.limits = limits.contents
        return self._say("limit", job, kind, size)

    def AssignProcessToJobObject(self, job: int, process: int) -> int:
        return self._say("assign", job, process)

    def GetCurrentProcess(self) -> int:
        return -1

    def CloseHandle(self, job: int) -> int:
        return self._say("close", job)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has them")
def test_elsewhere_there_are_no_jobs() -> None:
    with pytest.raises(OSError, match="Windows"):
        cell_job.confine()


def test_on_windows_the_child_is_put_into_a_job_that_dies_with_it() -> None:
    kernel = Kernel()
    assert cell_job.confine(kernel)
    assert kernel.calls == [  # the handle stays open: closing it would end the child
        ("create", None, None),
        ("limit", 77, 9, ctypes.sizeof(cell_job.Limits)),
        ("assign", 77, -1),
    ]
    basic = kernel.limits.basic
    assert basic.flags == 0x2000 | 0x400 | 0x8 | 0x2 | 0x100 | 0x200
    assert not basic.flags & (0x800 | 0x1000), "nothing may break away from the job"
    assert (basic.active_processes, basic.process_time) == (cell_job.PROCESSES, cell_job.SECONDS * 10_000_000)
    assert kernel.limits.process_memory == kernel.limits.job_memory == cell_job.MEMORY


@pytest.mark.skipif(ctypes.sizeof(ctypes.c_void_p) != 8, reason="the sizes of 64-bit Windows")
def test_the_limits_of_a_job_lie_where_windows_looks_for_them() -> None:
    limits, basic = cell_job.Limits, cell_job.Limits().basic
    assert (ctypes.sizeof(limits), ctypes.sizeof(basic)) == (144, 64)
    assert (type(basic).flags.offset, type(basic).active_processes.offset) == (16, 40)
    assert (limits.process_memory.offset, limits.job_memory.offset) == (112, 120)


@pytest.mark.parametrize(("refuses", "closed"), [("create", False), ("limit", True), ("assign", True)])
def test_a_job_that_windows_refuses_is_given_back(refuses: str, closed: bool) -> None:
    kernel = Kernel(refuses)
    assert not cell_job.confine(kernel)
    assert (("close", 77) in kernel.calls) is closed


@posix
@pytest.mark.parametrize(("platform", "word"), [("win32", "kill"), ("linux", "terminate")])
def test_on_windows_a_stopped_child_is_terminated_and_its_job_ends_the_rest(
    qtbot, monkeypatch, runner, platform: str, word: str
) -> None:
    asked: list[str] = []

    class Process(QProcess):
        def kill(self) -> None:
            asked.append("kill")
            super().kill()

        def terminate(self) -> None:
            asked.append("terminate")
            super().terminate()

    monkeypatch.setattr(code_runner, "QProcess", Process)
    runner.run("import time\nprint('begun', flush=True)\n" + FOREVER)
    qtbot.waitUntil(lambda: "begun" in runner.text, timeout=WAIT)
    with qtbot.waitSignal(runner.ended, timeout=WAIT), monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", platform)
        runner.stop()
    assert asked == [word]
