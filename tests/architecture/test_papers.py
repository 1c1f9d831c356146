"""The papers are true: links lead somewhere, routes and commands exist, and every diff of a recipe is in the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from onedoor import cli
from onedoor.contracts import ROOT, services
from onedoor.packages import PACKAGES, name_of

README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
PAPERS = [
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "deploy/container/README.md", "docs/README.md")
    ),
    *sorted((ROOT / "docs/decisions").glob("*.md")),
]
MAKEFILE = (ROOT / "Makefile").read_text()


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def name_of_paper(paper: Path) -> str:
    return str(paper.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=name_of_paper)
def test_links_and_named_files_are_there(paper: Path) -> None:
    text = paper.read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (paper.parent / link).exists()] == []
    named = re.findall(r"`((?:libs|services|deploy|tests|docs)/[\w./-]+\.(?:py|md|yaml|conf|toml))`", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=name_of_paper)
def test_whatever_is_to_be_typed_exists(paper: Path) -> None:
    text = paper.read_text()
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?= +#|`|\n| ARGS)", text)) <= targets
    typed = set(re.findall(r"(?:\.venv/bin/|`)onedoor ([a-z-]+)", text))
    assert typed <= {command.name or function_name(command.callback) for command in commands()}


def commands() -> list[Any]:
    return [*cli.app.registered_commands, *cli.app.registered_groups]


def function_name(callback: Any) -> str:
    return str(callback.__name__).replace("_", "-")


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs/README.md").read_text()
    titles = {file.name: file.read_text().partition("\n")[0] for file in (ROOT / "docs/decisions").glob("*.md")}
    for number, (file, title) in enumerate(sorted(titles.items()), start=1):
        assert file.startswith(f"{number:04}-")
        assert f"{number}. [{title.removeprefix(f'# {number}. ')}](decisions/{file})" in listed


def test_the_readme_is_short_and_has_one_picture() -> None:
    assert len(README.splitlines()) <= 200
    assert len(blocks(README, "mermaid")) == 1


def test_the_readme_names_every_service_at_its_port() -> None:
    for number, package in enumerate(PACKAGES, start=1):
        name = name_of(package)
        assert re.search(rf"^  {name} +http://127\.0\.0\.1:800{number} ", README, re.MULTILINE)
        assert f"| base + {number} | [{name}](services/{name}/README.md)" in README


def test_the_walk_uses_routes_that_exist() -> None:
    walk = next(block for block in blocks(README, "sh") if "ACCOUNT=" in block)
    doors = dict(re.findall(r"\b([A-Z]+)=http://127\.0\.0\.1:800(\d)", walk))
    used = set(re.findall(r"\$([A-Z]+)(/[\w/$-]+)", walk))
    assert {door for door, _ in used} == set(doors) == {"ACCOUNT", "CASES", "FEEDBACK"}
    for door, path in used:
        service = services()[int(doors[door]) - 1]
        patterns = [re.sub(r"\{\w+\}", "[^/]+", route.path) for api in service.api for route in api.routes]  # type: ignore[attr-defined]
        assert any(re.fullmatch(pattern, path) for pattern in patterns), path


def recipes() -> Iterator[tuple[str, list[str]]]:
    """Each file of each diff in CONTRIBUTING, with the lines that are in it after the change."""
    for block in blocks(CONTRIBUTING, "diff"):
        for part in re.split(r"^--- a/", block, flags=re.MULTILINE)[1:]:
            file, *lines = part.splitlines()
            yield file, [line[1:] for line in lines if line[:1] in "+ "]


@pytest.mark.parametrize(("file", "lines"), list(recipes()), ids=[file for file, _ in recipes()])
def test_a_recipe_shows_what_is_in_the_repository(file: str, lines: list[str]) -> None:
    there = iter((ROOT / file).read_text().splitlines())
    assert [
        line for line in lines if line and line not in there
    ] == []  # in this order, since each look goes on from the last


def test_the_image_is_built_with_the_uv_that_make_uses() -> None:
    version = re.search(r"^UV_VERSION := (\S+)$", MAKEFILE, re.MULTILINE)
    assert version
    assert f"uv=={version[1]}" in (ROOT / "deploy/container/Dockerfile").read_text()


def test_publiccode_says_what_the_standard_asks() -> None:
    found = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"} <= set(found)
    assert found["url"].startswith("https://")
    assert found["softwareType"] == "standalone/backend"
    text = found["description"]["en"]
    assert len(text["shortDescription"]) <= 150
    assert 150 <= len(text["longDescription"]) <= 10_000
    assert 5 <= len(text["features"]) <= 20
    assert found["legal"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert found["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in found["maintenance"]["contacts"])
    assert found["localisation"] == {"localisationReady": False, "availableLanguages": ["en"]}
