"""A bare Debian in a folder: where Linux bundles are built (the oldest we promise) and tried (with nothing extra).

Needs root and debootstrap. The archive is the one that this machine is set up to use; no address is written here.
Mounts are made in a mount namespace of their own and go when the command ends.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Root", "network_settings", "reason_against", "screen", "tried_in"]

ROOTS = Path(os.environ.get("GLASSBOX_ROOTS") or Path(__file__).resolve().parents[1] / ".work" / "roots")
USER = 1000  # an ordinary user
_KEPT = ("pip_", "ssl_cert", "requests_ca", "http_proxy", "https_proxy", "no_proxy")  # what reaches the packages


def reason_against() -> str:
    """Why no root can be made on this machine; "" when one can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "making a Debian root needs root"
    lacking = [tool for tool in ("debootstrap", "unshare", "chroot") if shutil.which(tool) is None]
    if lacking:
        return f"there is no {', '.join(lacking)}"
    if not archive():
        return "apt on this machine names no Debian archive"
    trial = subprocess.run(["unshare", "-m", "true"], capture_output=True)
    return "" if trial.returncode == 0 else "this machine allows no mount namespaces"


def archive() -> str:
    """The Debian archive that apt on this machine uses, or ""."""
    line = re.compile(r"^(?:URIs:|deb(?:\s+\[[^]]*\])?)\s*(\S+/debian)/?(?=\s|$)", re.M)
    for path in [*sorted(Path("/etc/apt/sources.list.d").glob("*")), Path("/etc/apt/sources.list")]:
        if path.is_file():
            found = line.search(path.read_text("utf-8"))
            if found:
                return found[1]
    return ""


def network_settings() -> dict[str, str]:
    """What pip and apt of this machine are told about the way to their packages."""
    return {name: value for name, value in os.environ.items() if name.lower().startswith(_KEPT)}


def tried_in(suites: Iterable[str], what: str, tried: Callable[[str], str]) -> int:
    """Try something in the root of every suite, and say what is wrong where something is. The status of the command; 0
    where no root can be made.

    what: the name of it.  tried: what is wrong with it in that suite, or "".
    """
    if reason := reason_against():
        print(f"{what}: not tried, {reason}", file=sys.stderr)
        return 0
    problems = [problem for suite in suites if (problem := tried(suite))]
    for problem in problems:
        print(f"{what}: FAILED {problem}", file=sys.stderr)
    return 1 if problems else 0


@contextmanager
def screen(name: str, *words: str) -> Iterator[None]:
    """A screen of 1366 × 768 outside of all roots, so that nothing which Qt needs comes with it by accident."""
    server = subprocess.Popen(["Xvfb", name, "-screen", "0", "1366x768x24", "-ac", *words], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1.5)
        yield
    finally:
        server.terminate()
        server.wait()


class Root:
    """One Debian root, made on first use and kept below .work/roots, or in the folder GLASSBOX_ROOTS."""

    def __init__(self, suite: str, name: str, packages: Iterable[str] = ()) -> None:
        self.suite, self.folder = suite, ROOTS / name
        self._packages = tuple(packages)

    def make(self) -> Root:
        """Make the root unless it is there with these packages. Raises RuntimeError when debootstrap fails."""
        stamp = self.folder / "glassbox-root"
        wanted = " ".join((self.suite, *self._packages))
        if stamp.is_file() and stamp.read_text("utf-8") == wanted:
            return self
        if self.folder.exists():
            shutil.rmtree(self.folder)
        ROOTS.mkdir(parents=True, exist_ok=True)
        included = [f"--include={','.join(self._packages)}"] if self._packages else []
        command = ["debootstrap", "--variant=minbase", *included, self.suite, str(self.folder), archive()]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"debootstrap {self.suite} failed:\n{done.stdout[-1500:]}{done.stderr[-500:]}")
        self.give_network()
        home = self.folder / "home" / "learner"
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o555)  # read-only: nothing of the learner can be kept
        stamp.write_text(wanted, "utf-8")
        return self

    def emptied(self, folder: str) -> Path:
        """A folder inside, seen from outside; what was in it is gone."""
        found = Path(str(self.folder) + folder)
        if found.exists():
            shutil.rmtree(found)
        return found

    def give_network(self) -> None:
        """Names and certificates of this machine, for pip while building."""
        for name in ("resolv.conf", "hosts", "pip.conf", "ssl/certs/ca-certificates.crt"):
            source, target = Path("/etc", name), self.folder / "etc" / name
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                shutil.copy(source.resolve(), target)

    def run(
        self,
        command: Iterable[str],
        folder: str = "/",
        settings: Mapping[str, str] | None = None,
        ordinary: bool = False,
        timeout: float | None = None,
        output: bool = False,
        silent: bool = False,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command inside, as root or as an ordinary user without a writable home.

        output: keep what it prints.  silent: print that only when it fails.
        """
        given = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LANG": "C.UTF-8"}
        if ordinary:
            given["HOME"] = "/home/learner"
        else:
            given |= network_settings()
        given |= settings or {}
        inside = f"cd {shlex.quote(folder)} && exec {shlex.join(command)}"
        user = [f"--userspec={USER}:{USER}", "--groups="] if ordinary else []
        environment = [f"{name}={value}" for name, value in given.items()]
        chroot = ["chroot", *user, str(self.folder), "env", "-i", *environment, "sh", "-c", inside]
        at = shlex.quote(str(self.folder))
        mounts = f"mount --bind /proc {at}/proc && mount --bind /dev {at}/dev"
        command = ["unshare", "-m", "sh", "-c", f"{mounts} && exec {shlex.join(chroot)}"]
        done = subprocess.run(command, timeout=timeout, capture_output=output or silent)
        if silent and done.returncode:
            sys.stderr.write((done.stdout + done.stderr).decode("utf-8", "replace")[-3000:])
        return done
