"""What goes into the bundle: the rules, and, where one was frozen, the bundle itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
LISTED = ROOT / ".work" / "bundle.json"
Script = Callable[[str], ModuleType]


def test_plugins_for_networks_databases_and_gpus_stay_out(script: Script) -> None:
    dropped = script("bundle").is_dropped
    plugins = "PySide6/Qt/plugins"
    for path in (
        f"{plugins}/tls/libqopensslbackend.so",
        f"{plugins}/sqldrivers/libqsqlite.so",
        f"{plugins}/platforms/libqeglfs.so",
        f"{plugins}/xcbglintegrations/libqxcb-glx-integration.so",
        r"PySide6\plugins\platforms\qminimal.dll",
        r"PySide6\opengl32sw.dll",
        "PySide6/Qt/lib/libQt6Network.so.6",
        r"PySide6\Qt6Network.dll",
    ):
        assert dropped(path, ["en"]), path


def test_what_a_window_needs_goes_in(script: Script) -> None:
    dropped = script("bundle").is_dropped
    for path in (
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        r"PySide6\plugins\platforms\qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "PySide6/Qt/lib/libQt6Gui.so.6",
        "assets/data/iris.csv",
    ):
        assert not dropped(path, ["en"]), path


def test_qts_own_texts_go_in_for_the_languages_of_the_lab_only(script: Script) -> None:
    dropped = script("bundle").is_dropped
    folder = "PySide6/Qt/translations"
    assert not dropped(f"{folder}/qtbase_de.qm", ["de"])
    assert not dropped(f"{folder}/qtbase_pt_BR.qm", ["pt-BR"])
    assert dropped(f"{folder}/qtbase_fr.qm", ["de"])
    assert dropped(f"{folder}/qt_de.qm", ["de"])


def test_libraries_nobody_needs_are_found_by_walking(script: Script) -> None:
    needs = {"plugin": ["gui"], "gui": ["core", "icu"], "core": ["icu"], "icu": [], "gtk": ["cairo"], "cairo": []}
    assert script("bundle").reachable(["plugin"], needs.__getitem__) == {"plugin", "gui", "core", "icu"}


def test_extension_modules_and_plugins_are_never_taken_for_orphans(script: Script) -> None:
    shared = script("bundle").shared_name
    assert shared("libcairo.so.2") and shared("PySide6/Qt/lib/libQt6Gui.so.6")
    assert not shared("PySide6/Qt/plugins/platforms/libqxcb.so")
    assert not shared("numpy/_core/_multiarray_umath.cpython-311-x86_64-linux-gnu.so")
    assert not shared("PySide6/QtGui.abi3.so")


def test_a_network_module_or_library_in_a_bundle_is_noticed(script: Script) -> None:
    found = script("bundle").network_in(["json", "ssl", "http.client"], ["a/libQt6Network.so.6", "a/libQt6Gui.so.6"])
    assert found == ["a/libQt6Network.so.6", "http.client", "ssl"]


def test_every_network_module_is_excluded(script: Script) -> None:
    bundle = script("bundle")
    assert set(bundle.NETWORK) <= set(bundle.EXCLUDED)


def test_the_modules_promised_to_code_cells_can_be_imported_in_one(script: Script) -> None:
    code = f"import {', '.join(script('bundle').CELL_MODULES)}\nprint('done')\n"
    command = [sys.executable, "-m", "lab", "cell"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.mark.skipif(not LISTED.is_file(), reason="no bundle was frozen here")
def test_the_frozen_bundle_has_no_network_and_keeps_to_its_size(script: Script) -> None:
    listed = json.loads(LISTED.read_text("utf-8"))
    assert script("bundle").network_in(listed["modules"], listed["files"]) == []
    assert listed["bytes"] <= 220e6
