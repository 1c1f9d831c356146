"""The commands `onedoor definitions …` as somebody types them, on files and without a platform; publishing says why it cannot."""

from __future__ import annotations

import subprocess
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import case_crm
import pytest
from onedoor.defining import files
from onedoor.testing import ONEDOOR, Local

OFFICER = ("--role", "officer", "--council", "northmere")
RELEASED = Path(case_crm.__file__).parent / "service_definitions"


def definitions(*words: str | Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ONEDOOR, "definitions", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={"ONEDOOR_HOME": str(home or "/nowhere"), "PATH": "/usr/bin"},
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A service of the release, brought here with its script."""
    (tmp_path / "tries").mkdir()
    for name in ("bus_pass.yaml", "tries/bus_pass.yaml"):
        (tmp_path / name).write_text((RELEASED / name).read_text())
    return tmp_path / "bus_pass.yaml"


def change(file: Path, was: str, to: str) -> None:
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, to, 1))


def test_every_file_of_a_folder_is_checked(file: Path) -> None:
    assert definitions("check", file.parent).stdout == "Nothing is wrong.\n"
    change(file, "start: asked", "start: nowhere")
    change(file, ">= 66", ">= 66 && years(answers.date_of_birth, today) < 60")
    done = definitions("check", file.parent)
    lines = [
        number for number, line in enumerate(file.read_text().splitlines(), 1) if "rule:" in line or "start: no" in line
    ]
    assert done.returncode == 1
    assert f"{file}: line {lines[0]}: eligibility.0.rule: no answers make this rule true" in done.stdout
    assert f"{file}: line {lines[1]}: start: it starts at the stage nowhere, which it does not have" in done.stdout


def test_a_file_that_is_no_text_is_named_and_stops_no_other(file: Path) -> None:
    odd = file.parent / "another.yaml"
    odd.write_bytes(b"service: \xff\n")
    for words in (["diff", file, file], ["try", file], ["check", file]):
        assert definitions(*words).returncode == 0
    change(file, "start: asked", "start: nowhere")
    done = definitions("check", file.parent)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == f"{odd}: byte 10: this is not UTF-8 text"
    assert "start: it starts at the stage nowhere, which it does not have" in done.stdout


def test_a_folder_is_read_once_for_what_its_files_extend(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("noise.southholt.yaml", "noise.yaml"):
        (file.parent / name).write_text((RELEASED / name).read_text())
    read: list[Path] = []
    bases_of = files.bases_of
    monkeypatch.setattr(files, "bases_of", lambda folder: read.append(folder) or bases_of(folder))
    assert files.wrong_in([file.parent, file]) == []
    assert read == [file.parent]


def test_a_term_that_no_calendar_knows_is_found_with_its_line(file: Path) -> None:
    term = "term: decision\n    kind: target\n    promise: we decide\n    runs_from: [opened]\n    basis: Ours.\n"
    change(file, "start: asked", f"terms:\n  - {term}    within: {{amount: 9999, unit: working_days}}\nstart: asked")
    line = next(number for number, line in enumerate(file.read_text().splitlines(), 1) if "within:" in line)
    done = definitions("check", file)
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith(f"{file}: line {line}: terms.0.within: no calendar knows so long a term: ")


def test_words_for_an_action_a_term_or_an_appeal_that_a_service_has_not_are_found_with_their_lines(file: Path) -> None:
    parts = {"promises": "soon: yn fuan", "appeals": "decided_refused: Ffoniwch ni."}
    words = "".join(f"    {part}:\n      {said}\n" for part, said in parts.items())
    change(file, "    transitions:\n", f"{words}    transitions:\n      stroll: Cerdded\n")
    done = definitions("check", file)
    lines = {line: number for number, line in enumerate(file.read_text().splitlines(), 1)}
    assert sorted(done.stdout.splitlines()) == sorted(
        f"{file}: line {lines[f'      {said}']}: texts.cy.{part}.{name}: there are words for {name}, which it does not have"
        for part, said in {**parts, "transitions": "stroll: Cerdded"}.items()
        for name in [said.partition(":")[0]]
    )


def test_a_script_in_welsh_shows_what_each_person_reads_in_welsh(file: Path) -> None:
    change(file.parent / "tries" / file.name, "  - who:", "  - language: cy\n    who:")
    assert "  resident may next: Edrych arno eto" in definitions("try", file).stdout.splitlines()


def test_a_script_shows_what_each_person_sees_and_where_that_is_not_what_it_says(file: Path) -> None:
    done = definitions("try", file)
    assert done.returncode == 0
    assert "  is refused: The pass is for people from the age of 66." in done.stdout.splitlines()
    change(file, ">= 66", ">= 80")
    done = definitions("try", file)
    assert done.returncode == 1
    assert "NOT SO  is refused: The pass is for people from the age of 66.: the script says nothing" in done.stdout


def test_differences_are_shown_with_their_reasons_or_between_any_two() -> None:
    done = definitions("diff", RELEASED / "noise.southholt.yaml")
    assert "because: Southholt has no team that works at night." in done.stdout
    between = definitions("diff", RELEASED / "noise.yaml", RELEASED / "noise.southholt.yaml")
    assert [line.partition(":")[0] for line in between.stdout.splitlines()] == ["/routing"]
    assert definitions("diff", RELEASED / "noise.yaml", RELEASED / "noise.yaml").stdout == "They are the same.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "nothing.yaml"], "nothing.yaml: No such file or directory"),
        (["try", RELEASED / "bus_pass.yaml", "--script", RELEASED / "bus_pass.yaml"], "bus_pass.yaml: "),
        (["publish", RELEASED / "bus_pass.yaml", "--council", "northmere"], "nothing was ever started from"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, words: list[str | Path], sentence: str) -> None:
    done = definitions(*words, home=tmp_path)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


class Between(BaseHTTPRequestHandler):
    """Something between here and the platform that answers as it likes."""

    status = 502

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"<html>It is not there.</html>")

    def log_message(self, *about: object) -> None:
        """Nothing of it is logged."""


@pytest.mark.parametrize("status", [502, 200])
def test_what_answers_as_no_platform_does_is_named(file: Path, status: int) -> None:
    with HTTPServer(("127.0.0.1", 0), type("Answers", (Between,), {"status": status})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        done = definitions("publish", file, "--council", "northmere", "--url", url, "--token", "any")
        server.shutdown()
    assert done.returncode == 1
    said = f"{url} answers {status} {HTTPStatus(status).phrase}, and not as the platform does"
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_service_is_published_on_the_platform_that_runs(town: Local, file: Path) -> None:
    change(file, "service: bus_pass\nversion: 3\n", "service: tram_pass\nversion: 1\n")
    done = town.run("definitions", "publish", str(file), "--council", "northmere")
    assert (done.returncode, done.stdout) == (0, "northmere offers tram_pass in version 1.\n")
    assert "tram_pass" in town.get("case-crm", "/councils/northmere/services", *OFFICER).text
    theirs = town.run("definitions", "publish", str(file), "--council", "southholt")
    assert (theirs.returncode, theirs.stdout) == (0, "southholt offers tram_pass in version 1.\n")
    change(file, "councils: [northmere, southholt]", "councils: [southholt]")
    other = town.run("definitions", "publish", str(file), "--council", "northmere")
    assert other.stderr.startswith("You are not signed in for a council that this definition is for.")
    change(file, "councils: [southholt]", "councils: [northmere, southholt]")
    change(file, "summary: Travel", "summary: Go")
    again = town.run("definitions", "publish", str(file), "--council", "northmere")
    assert again.returncode == 1
    assert again.stderr.startswith("This version is published already")
    change(file, "start: asked", "start: nowhere")
    broken = town.run("definitions", "publish", str(file), "--council", "northmere")
    assert "start: it starts at the stage nowhere, which it does not have" in broken.stderr
    assert "Traceback" not in broken.stderr
