"""The classroom file: the one in the README works as it stands, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.runtime.classroom import KEYS, ClassroomError, find_classroom, read_classroom

README = Path(__file__).resolve().parents[2] / "README.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "classroom.ini"
    path.write_text(text, "utf-8")
    return path


def test_the_file_in_the_readme_can_be_copied_and_shows_every_setting(tmp_path: Path) -> None:
    lines = README.read_text("utf-8").split("    [classroom]\n")[1].split("\n\n")[0].splitlines()
    room = read_classroom(written(tmp_path, "[classroom]\n" + "\n".join(line.strip() for line in lines)))
    assert room.start == "gradient-descent"
    assert room.allowed == ("what-is-ml", "linear-regression", "gradient-descent")
    assert room.save_folder == "S:\\Hand in"
    assert (room.code_cells, room.csv_import, room.restore, room.hide_answers) == (False, False, False, True)
    shown = {line.split("=")[0].strip() for line in lines}
    assert shown == set(KEYS)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("stort = x", "there is no setting 'stort'"),
        ("text_size = huge", "from 90 to 200"),
        ("text_size = 1²0", "from 90 to 200"),
        ("text_size = 89", "from 90 to 200"),
        ("text_size = 201", "from 90 to 200"),
        ("text_size = " + "1" * 4301, "from 90 to 200"),
        ("code_cells = maybe", "yes or no"),
        ("theme = pink", "light, dark or system"),
    ],
)
def test_a_mistake_is_named_with_the_file(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(ClassroomError, match=message) as caught:
        read_classroom(written(tmp_path, f"[classroom]\n{line}\n"))
    assert "classroom.ini" in str(caught.value)


@pytest.mark.parametrize("size", [90, 200])
def test_the_smallest_and_the_largest_text_can_be_set(tmp_path: Path, size: int) -> None:
    assert read_classroom(written(tmp_path, f"[classroom]\ntext_size = {size}\n")).text_size == size


def test_the_file_beside_the_program_comes_before_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, machine = tmp_path / "program", tmp_path / "machine"
    monkeypatch.setenv("PROGRAMDATA", str(machine))
    monkeypatch.setattr("sys.platform", "linux")
    for folder, start in ((machine / "glassbox", "loss-functions"), (program, "what-is-ml")):
        folder.mkdir(parents=True)
        written(folder, f"[classroom]\nstart = {start}\n")
    found = find_classroom(program)
    assert found is not None and found.start == "what-is-ml"
    (program / "classroom.ini").unlink()
    found = find_classroom(program)
    assert found is not None and found.start == "loss-functions"
