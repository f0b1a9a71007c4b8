"""Nothing opens a connection: the program runs with every network call of Python forbidden, and says if one is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

GUARD = '''
"""Forbids the network: Python reports every use of a socket to an audit hook before it happens."""
import os, sys

def forbid(event, arguments):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect", "ftplib.connect"):
        with open(os.environ["GLASSBOX_NETWORK_LOG"], "a") as log:
            log.write(f"{event} {arguments}\\n")
        raise PermissionError(f"network: {event}")

sys.addaudithook(forbid)
'''


def guarded(tmp_path: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], str]:
    """Run the program, or `-c CODE`, under the guard; returns how it ended and what was tried."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD, "utf-8")
    log = tmp_path / "network.log"
    paths = os.pathsep.join((str(tmp_path / "guard"), str(ROOT)))
    settings = {**os.environ, "PYTHONPATH": paths, "GLASSBOX_NETWORK_LOG": str(log), "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, *(words if words[0] == "-c" else ("-m", "lab", *words))]
    done = subprocess.run(command, capture_output=True, text=True, env=settings, cwd=tmp_path, timeout=300)
    return done, log.read_text("utf-8") if log.is_file() else ""


def test_the_guard_notices_a_socket(tmp_path: Path) -> None:
    done, tried = guarded(tmp_path, "-c", "import socket; socket.socket()")
    assert done.returncode == 1
    assert "socket.__new__" in tried


@pytest.mark.parametrize("words", [("check",), ("list", "--json"), ("run", "gradient-descent", "--steps", "3")])
def test_the_program_works_with_the_network_forbidden(tmp_path: Path, words: tuple[str, ...]) -> None:
    done, tried = guarded(tmp_path, *words)
    assert tried == ""
    assert done.returncode == 0, done.stdout + done.stderr
